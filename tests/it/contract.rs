//! What clients build on whatever they ask: nulls, variables, errors.

use serde_json::{Value, json};

use crate::support::{TestApp, codes, wrong_fields};

const CREATE: &str = r#"mutation { createActor(input: {
    kind: ASSOCIATION, name: "Les Amis du Lavoir", shortName: "ADL", description: "Un lavoir."
    website: "https://lavoir.example", audiences: ["youth"], location: {longitude: 1.37, latitude: 48.73}
}) { id version } }"#;

#[tokio::test]
async fn a_field_that_fails_and_may_be_null_leaves_its_siblings() {
    let test = TestApp::empty().await;
    let query =
        r#"{ __typename actor(by: {registration: {scheme: SIREN, value: "1"}}) { name } sdgs { number } }"#;
    let answer = test.ask(query, json!({})).await;
    assert_eq!((codes(&answer), &answer["errors"][0]["path"]), (vec!["VALIDATION"], &json!(["actor"])));
    assert_eq!(answer["data"]["actor"], Value::Null);
    assert_eq!(answer["data"]["__typename"], "Query");
    assert_eq!(answer["data"]["sdgs"].as_array().unwrap().len(), 17);
}

#[tokio::test]
async fn a_field_that_fails_and_may_not_be_null_nulls_the_nearest_that_may() {
    let test = TestApp::demo().await;
    let query = r#"{ __typename territory(by: {code: {kind: COMMUNE, code: "28134"}}) { name actors(first: 101) { totalCount } } }"#;
    let answer = test.ask(query, json!({})).await;
    assert_eq!(codes(&answer), ["VALIDATION"]);
    assert_eq!(answer["errors"][0]["path"], json!(["territory", "actors"]));
    assert_eq!(answer["data"], json!({"__typename": "Query", "territory": null}));

    let answer = test.ask("{ __typename actors(first: 101) { totalCount } }", json!({})).await;
    assert_eq!((codes(&answer), &answer["data"]), (vec!["VALIDATION"], &Value::Null));
    assert!(answer.as_object().unwrap().contains_key("data"), "it was run");
}

#[tokio::test]
async fn a_field_that_fails_in_a_list_nulls_itself_alone() {
    let test = TestApp::demo().await;
    let query = "{ territories(filter: {kinds: [REGION, DEPARTMENT]}, first: 3) { nodes { name boundary(toleranceMetres: -1) } } }";
    let answer = test.ask(query, json!({})).await;
    let nodes = answer["data"]["territories"]["nodes"].as_array().unwrap();
    assert!(nodes.len() > 1);
    assert_eq!(codes(&answer), vec!["VALIDATION"; nodes.len()]);
    for node in nodes {
        assert!(node["name"].is_string() && node["boundary"].is_null(), "{node}");
    }
    let known = test.data("{ actors(first: 1) { nodes { id } } }", json!({})).await;
    let id = &known["actors"]["nodes"][0]["id"];
    let answer =
        test.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": ["x", id, "x"]})).await;
    assert_eq!(answer["nodes"], json!([null, {"id": id}, null]));
}

#[tokio::test]
async fn a_variable_without_a_value_is_left_out_and_null_clears() {
    let test = TestApp::empty().await;
    let made = &test.admin_data(CREATE, json!({})).await["createActor"];
    let change = "mutation($id: ID!, $version: Int!, $short: String, $text: String, $site: URL, $tags: [String!], $place: LocationInput) {
        updateActor(id: $id, expectedVersion: $version, input: {
            shortName: $short, description: $text, website: $site, audiences: $tags, location: $place
        }) { shortName description website audiences location { point { latitude } } }
    }";
    let kept = test.admin_data(change, json!({"id": made["id"], "version": 1})).await;
    let whole = json!({"shortName": "ADL", "description": "Un lavoir.", "website": "https://lavoir.example/",
        "audiences": ["youth"], "location": {"point": {"latitude": 48.73}}});
    assert_eq!(kept["updateActor"], whole);

    let nulls = json!({"id": made["id"], "version": 2, "short": null, "text": null, "site": null, "tags": null, "place": null});
    let cleared = test.admin_data(change, nulls).await;
    assert_eq!(
        cleared["updateActor"],
        json!({"shortName": null, "description": null, "website": null, "audiences": [], "location": null})
    );
    let set = test.admin_data(change, json!({"id": made["id"], "version": 3, "short": "Lavoir"})).await;
    assert_eq!(
        (&set["updateActor"]["shortName"], &set["updateActor"]["description"]),
        (&json!("Lavoir"), &Value::Null)
    );
}

#[tokio::test]
async fn exactly_one_way_to_name_an_entry_is_given() {
    let test = TestApp::empty().await;
    for by in [r"{}", r#"{id: "x", slug: "y"}"#, "{slug: null}", r#"{id: "x", slug: null}"#, "{name: \"x\"}"]
    {
        let answer = test.ask(&format!("{{ actor(by: {by}) {{ name }} }}"), json!({})).await;
        assert_eq!(codes(&answer), ["VALIDATION"], "{by}: {answer}");
    }
    for by in [json!({}), json!({"id": "x", "slug": "y"}), json!({"slug": null}), json!(null), json!("x")] {
        let query = "query($by: ActorRef!) { actor(by: $by) { name } }";
        let answer = test.ask(query, json!({ "by": by })).await;
        assert_eq!(codes(&answer), ["VALIDATION"], "{by}: {answer}");
    }
    let absent = test.data(r#"{ actor(by: {slug: "y"}) { name } }"#, json!({})).await;
    assert_eq!(absent["actor"], Value::Null);
}

#[tokio::test]
async fn every_violation_is_told_at_once_with_its_path_and_code() {
    let test = TestApp::empty().await;
    let answer = test
        .ask_as_admin(
            r#"mutation { createActor(input: {
                kind: OTHER, name: "", sdgs: [1, 18], themes: ["nothing-like-it"]
                registrations: [{scheme: SIREN, value: "123"}], location: {longitude: 1.37}
            }) { id } }"#,
            json!({}),
        )
        .await;
    assert_eq!(codes(&answer), ["VALIDATION"]);
    let paths = wrong_fields(&answer);
    for path in
        ["input.name", "input.sdgs[1]", "input.themes[0]", "input.registrations[0].value", "input.location"]
    {
        assert!(paths.iter().any(|found| found.starts_with(path)), "{path}: {paths:?}");
    }
    for field in answer["errors"][0]["extensions"]["fields"].as_array().unwrap() {
        assert!(field["code"].is_string() && field["message"].is_string(), "{field}");
        assert_eq!(field.as_object().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn errors_are_few_short_and_of_one_shape() {
    let test = TestApp::empty().await;
    let unknown = (0..900).map(|n| format!("unknown{n}")).collect::<Vec<_>>().join(" ");
    let answer = test.ask(&format!("{{ territory(by: {{id: \"x\"}}) {{ {unknown} }} }}"), json!({})).await;
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 20, "{answer}");
    assert_eq!(errors[19]["message"], "881 more errors are not listed.");
    assert!(answer.to_string().len() < 8_000);
    let long = format!("{{ {} }}", "x".repeat(2_000));
    let long = test.ask(&long, json!({})).await;
    for error in errors.iter().chain(long["errors"].as_array().unwrap()) {
        assert!(error["message"].as_str().unwrap().chars().count() <= 300);
        assert_eq!(error["extensions"]["code"], "VALIDATION");
        let keys: Vec<_> = error.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(
            keys.iter().all(|key| ["message", "locations", "path", "extensions"].contains(key)),
            "{keys:?}"
        );
    }
}

#[tokio::test]
async fn values_of_another_kind_are_told_in_plain_words() {
    let test = TestApp::empty().await;
    let cases = [
        ("{ actors(filter: {kinds: [CAT]}) { totalCount } }", json!({}), "CAT"),
        (
            "query($k: [ActorKind!]) { actors(filter: {kinds: $k}) { totalCount } }",
            json!({"k": ["CAT"]}),
            "CAT",
        ),
        ("{ actors(first: \"ten\") { totalCount } }", json!({}), "Int"),
        ("{ actors(first: 99999999999) { totalCount } }", json!({}), "2147483647"),
        ("{ actors(filter: {verifiedSince: \"yesterday\"}) { totalCount } }", json!({}), "verifiedSince"),
        ("query($d: Date) { actors(filter: {verifiedSince: $d}) { totalCount } }", json!({"d": 7}), "Date"),
        (
            "query($d: DateTime) { actors(filter: {updatedSince: $d}) { totalCount } }",
            json!({"d": "2026"}),
            "updatedSince",
        ),
        ("query($n: String!) { search(text: $n) { __typename } }", json!({}), "String"),
        (
            "query($f: ActorFilter) { actors(filter: $f) { totalCount } }",
            json!({"f": {"colour": "red"}}),
            "colour",
        ),
        ("{ locate(longitude: 1, latitude: 95) { answer } }", json!({}), "latitude"),
        ("{ actors(after: \"bogus\") { totalCount } }", json!({}), "after"),
        ("{ nothing }", json!({}), "nothing"),
    ];
    for (query, variables, word) in cases {
        let answer = test.ask(query, variables).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert_eq!(codes(&answer)[0], "VALIDATION", "{query}: {answer}");
        assert!(message.contains(word), "{query}: {message}");
        for inside in ["occurred while", "serde", "Failed to parse", "panicked", "chrono", "ParseError"] {
            assert!(!message.contains(inside), "{query}: {message}");
        }
    }
}
