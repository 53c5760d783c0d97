//! What lists refuse of their arguments, and what they say at their ends.

use maillage::domain::paging::Cursor;
use serde_json::{Value, json};

use crate::support::entries::texts;
use crate::support::{TestApp, codes, wrong_fields};

#[tokio::test]
async fn every_list_refuses_wrong_sizes_and_cursors_with_their_paths() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    let lists = [
        "{ actors(ARGS) { totalCount } }".to_owned(),
        "{ interactions(ARGS) { totalCount } }".to_owned(),
        "{ territories(ARGS) { totalCount } }".to_owned(),
        "{ calls(ARGS) { totalCount } }".to_owned(),
        format!(r#"{{ actor(by: {{id: "{actor}"}}) {{ interactions(ARGS) {{ totalCount }} }} }}"#),
    ];
    let cases = [
        ("first: 101", vec!["first"]),
        ("first: -1", vec!["first"]),
        ("last: 101", vec!["last"]),
        ("first: 1, last: 1", vec!["last"]),
        (r#"after: """#, vec!["after"]),
        (r#"before: "🙂""#, vec!["before"]),
        (r#"first: -1, after: "x", before: "y""#, vec!["first", "after", "before"]),
    ];
    for list in &lists {
        for (arguments, expected) in &cases {
            let answer = test.ask(&list.replace("ARGS", arguments), json!({})).await;
            assert_eq!(codes(&answer), ["VALIDATION"], "{list} {arguments}");
            assert_eq!(wrong_fields(&answer), *expected, "{list} {arguments}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_or_a_forged_one_is_refused() {
    let test = TestApp::empty().await;
    test.actor("A", json!({})).await;
    let query = "{ actors { edges { cursor } } }";
    let cursor = test.data(query, json!({})).await["actors"]["edges"][0]["cursor"].clone();
    let foreign = [
        "query($c: String) { actors(after: $c, orderBy: {field: NAME, direction: DESC}) { totalCount } }",
        "query($c: String) { actors(after: $c, orderBy: {field: UPDATED_AT}) { totalCount } }",
        "query($c: String) { interactions(after: $c) { totalCount } }",
        "query($c: String) { territories(after: $c) { totalCount } }",
        "query($c: String) { calls(after: $c) { totalCount } }",
        r#"query($c: String) { search(text: "a", after: $c) { edges { cursor } } }"#,
    ];
    for query in foreign {
        let answer = test.ask(query, json!({ "c": cursor })).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["after"]), "{query}");
    }
    let forged = [
        ("ACTOR_NAME_ASC", "NAME", "a\u{0}b"),
        ("ACTOR_UPDATED_AT_ASC", "UPDATED_AT", "now()"),
        ("ACTOR_UPDATED_AT_ASC", "UPDATED_AT", "0000-01-01 00:00:00+00"),
        ("ACTOR_CREATED_AT_ASC", "CREATED_AT", "2026-11-22 12:00:00+23"),
    ];
    for (order, field, key) in forged {
        let cursor = Cursor { order: order.into(), key: key.into(), id: uuid::Uuid::nil() }.encode();
        let query = format!(
            "query($c: String) {{ actors(after: $c, orderBy: {{field: {field}}}) {{ nodes {{ id }} }} }}"
        );
        let answer = test.ask(&query, json!({ "c": cursor })).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["after"]), "{key:?}");
    }
    // A number that Postgres could not read is no failure of ours either.
    let cursor = Cursor { order: "SEARCH".into(), key: "1e-400".into(), id: uuid::Uuid::nil() }.encode();
    let found = test.ask(
        r#"query($c: String) { search(text: "a", after: $c) { edges { cursor } } }"#,
        json!({ "c": cursor }),
    );
    assert_eq!(codes(&found.await), [""; 0]);
}

#[tokio::test]
async fn an_empty_page_says_whether_there_is_more() {
    let test = TestApp::empty().await;
    let none =
        json!({ "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null });
    let query = "{ first: actors(first: 0) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } }
        last: actors(last: 0) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } } }";
    let data = test.data(query, json!({})).await;
    assert_eq!((&data["first"]["pageInfo"], &data["last"]["pageInfo"]), (&none, &none));
    test.actor("A", json!({})).await;
    let data = test.data(query, json!({})).await;
    assert_eq!((&data["first"]["nodes"], &data["last"]["nodes"]), (&json!([]), &json!([])));
    assert_eq!(data["first"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(data["last"]["pageInfo"]["hasPreviousPage"], true);
}

#[tokio::test]
async fn twenty_come_where_no_size_is_given_and_between_two_cursors_only_those() {
    let test = TestApp::empty().await;
    for number in 10..33 {
        test.actor(&format!("A{number}"), json!({})).await;
    }
    let query = "query($after: String, $before: String, $last: Int) { actors(after: $after, before: $before, last: $last) {
        nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }";
    let first = test.data(query, json!({})).await["actors"].clone();
    assert_eq!(first["nodes"].as_array().unwrap().len(), 20);
    assert_eq!(first["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": false }));
    let (second, sixth) = (&first["edges"][1]["cursor"], &first["edges"][5]["cursor"]);
    let between = test.data(query, json!({ "after": second, "before": sixth })).await["actors"].clone();
    assert_eq!(texts(&between["nodes"], "/name"), ["A12", "A13", "A14"]);
    let two =
        test.data(query, json!({ "after": second, "before": sixth, "last": 2 })).await["actors"].clone();
    assert_eq!(texts(&two["nodes"], "/name"), ["A13", "A14"]);
    assert_eq!(two["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": true }));
}

#[tokio::test]
async fn nested_lists_page_each_by_themselves() {
    let test = TestApp::demo().await;
    let query = r"query($after: String) { territories(filter: {kinds: [DEPARTMENT, REGION]}) { nodes { code
        actors(basis: AREA, first: 30, after: $after) { totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } }
        children(first: 2) { totalCount pageInfo { hasNextPage } nodes { name } } } } }";
    let first = test.data(query, json!({})).await["territories"]["nodes"].clone();
    let department = first[0].clone();
    assert_eq!(department["code"], "28");
    let total = department["actors"]["totalCount"].as_u64().unwrap() as usize;
    assert_eq!(department["actors"]["pageInfo"]["hasNextPage"], total > 30);
    assert_eq!(department["children"]["pageInfo"]["hasNextPage"], true);
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let page =
            test.data(query, json!({ "after": after })).await["territories"]["nodes"][0]["actors"].clone();
        names.extend(texts(&page["nodes"], "/name").into_iter().map(str::to_owned));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(names.len(), total);
}

#[tokio::test]
async fn variables_of_a_list_that_are_left_out_ask_nothing() {
    let test = TestApp::demo().await;
    let query = r#"query Page($first: Int, $after: String, $last: Int, $before: String, $filter: ActorFilter, $most: Int,
        $basis: TerritoryBasis, $direction: OrderDirection = ASC) {
        actors(first: $first, after: $after, last: $last, before: $before, filter: $filter,
            orderBy: {field: NAME, direction: $direction}) { nodes { ...Linked } }
        territory(by: {code: {kind: DEPARTMENT, code: "28"}}) {
            actors(basis: $basis, last: $last) { nodes { name } }
            map(limit: $most) { keyActors(first: $most) { rank } } } }
        fragment Linked on Actor { name partners(first: $first) { nodes { name } } }"#;
    let data = test.data(query, json!({})).await;
    assert_eq!(data["actors"]["nodes"].as_array().unwrap().len(), 20);
    assert_eq!(data["territory"]["map"]["keyActors"].as_array().unwrap().len(), 10);
    let two = test.data(query, json!({ "last": 2, "first": null, "most": 3, "basis": "SEAT" })).await;
    assert_eq!(two["actors"]["nodes"].as_array().unwrap().len(), 2);
    assert_eq!(two["territory"]["map"]["keyActors"].as_array().unwrap().len(), 3);
    let wrong = test.ask("query($first: String) { actors(first: $first) { totalCount } }", json!({})).await;
    assert_eq!(codes(&wrong), ["VALIDATION"]);
}
