//! Calls, and what a search finds, page by page.

use serde_json::{Value, json};

use super::List;
use crate::support::TestApp;
use crate::support::entries::texts;

#[tokio::test]
async fn calls_without_a_date_come_last_whichever_way_they_are_read() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", Value::Null).await;
    let calls = [
        ("Été", json!({ "opensAt": "2026-01-01T00:00:00Z", "closesAt": "2027-01-01T00:00:00Z" })),
        ("Automne", json!({ "closesAt": "2027-01-01T00:00:00Z" })),
        ("Hiver", json!({ "opensAt": "2026-02-01T00:00:00Z", "closesAt": "2027-02-01T00:00:00.5Z" })),
        ("Toujours", json!({ "opensAt": "2026-01-01T00:00:00Z" })),
        ("Encore", json!({})),
        ("Encore", json!({})),
    ];
    for (minute, (title, more)) in calls.into_iter().enumerate() {
        test.clock.set(format!("2026-11-22T12:0{}:00Z", minute / 2).parse().unwrap());
        test.call(title, &here, more).await;
    }
    for (field, node, date) in [
        ("CLOSES_AT", "id closesAt", "/closesAt"),
        ("OPENS_AT", "id opensAt", "/opensAt"),
        ("UPDATED_AT", "id updatedAt", "/updatedAt"),
        ("TITLE", "id title", "/title"),
    ] {
        for direction in ["ASC", "DESC"] {
            let arguments = format!(", orderBy: {{field: {field}, direction: {direction}}}");
            let list = List { field: "calls", arguments: &arguments, node, pointer: "/id" };
            assert_eq!(list.reads_the_same_however_it_is_cut(&test).await.len(), 6);
            let page = list.page(&test, json!({})).await;
            let dates = texts(&page["nodes"], date);
            let (known, unknown): (Vec<&str>, Vec<&str>) = dates.iter().partition(|date| **date != "null");
            assert_eq!([known.clone(), unknown].concat(), dates, "{arguments}");
            if field != "TITLE" {
                assert!(
                    known.is_sorted_by(|a, b| if direction == "ASC" { a <= b } else { a >= b }),
                    "{known:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_search_reads_on_where_it_stopped() {
    let test = TestApp::demo().await;
    let query = r#"query($first: Int, $after: String) { search(text: "dreux", first: $first, after: $after, kinds: [ACTOR, TERRITORY, ACTOR, CALL]) {
        edges { cursor score node { ... on Actor { id } ... on Territory { id } ... on Call { id } } } pageInfo { hasNextPage hasPreviousPage } } }"#;
    let whole = test.data(query, json!({ "first": 100 })).await["search"]["edges"].clone();
    let ids = texts(&whole, "/node/id");
    assert!(
        ids.len() > 5
            && whole.as_array().unwrap().is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64())
    );
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = test.data(query, json!({ "first": 2, "after": after })).await["search"].clone();
        walked.extend(texts(&page["edges"], "/node/id").into_iter().map(str::to_owned));
        if walked.len() % 4 == 0 {
            test.actor("Dreux encore", json!({})).await;
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["edges"].as_array().unwrap().last().unwrap()["cursor"].clone();
    }
    walked.retain(|id| ids.contains(&id.as_str()));
    assert_eq!(walked, ids);
}
