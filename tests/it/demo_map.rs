//! The demo's map: who funds and joins whom.

use serde_json::{Value, json};

use crate::support::TestApp;

const MAP: &str = r#"query ($asOf: Date, $kinds: [InteractionKind!]) {
    territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}}) {
        map(asOf: $asOf, interactions: {kinds: $kinds}) {
            asOf actorCount interactionCount endedCount unlocatedCount truncated
            nodes { key actor { name } }
            links { source target interactionCount interaction { kind } }
            keyActors(first: 3) { rank actor { name } degree betweenness score } } } }"#;

async fn map(test: &TestApp, as_of: Value, kinds: Value) -> Value {
    let data = test.data(MAP, json!({"asOf": as_of, "kinds": kinds})).await;
    data["territory"]["map"].clone()
}

/// Links as the names of their ends.
fn links(map: &Value) -> Vec<(String, String)> {
    let name = |key: &Value| {
        let node = map["nodes"].as_array().unwrap().iter().find(|node| &node["key"] == key).unwrap();
        node["actor"]["name"].as_str().unwrap().to_owned()
    };
    let links = map["links"].as_array().unwrap().iter();
    links.map(|link| (name(&link["source"]), name(&link["target"]))).collect()
}

#[tokio::test]
async fn at_the_end_of_2023_the_map_shows_who_funds_whom() {
    let test = TestApp::demo().await;
    let map = map(&test, json!("2023-12-31"), json!(["FUNDING"])).await;
    let drawn = links(&map);
    let funds = |from: &str, to: &str| drawn.contains(&(from.to_owned(), to.to_owned()));
    assert!(funds("État – Politique de la ville (programme 147)", "CCAS VILLE DE DREUX"), "{drawn:#?}");
    assert!(funds("État – Politique de la ville (programme 147)", "Commune de Vernouillet"), "{drawn:#?}");
    assert!(funds("État – Fonds vert", "Commune de Dreux"), "{drawn:#?}");
    assert!(funds("État – Fonds vert", "CA Agglo du Pays de Dreux"), "{drawn:#?}");
    assert!(map["endedCount"].as_i64().unwrap() > 0, "the grants of 2020 to 2022");
    assert_eq!(map["truncated"], false);
}

#[tokio::test]
async fn at_the_end_of_2023_the_map_shows_who_joins_whom() {
    let test = TestApp::demo().await;
    let map = map(&test, json!("2023-12-31"), json!(["MEMBERSHIP"])).await;
    let drawn = links(&map);
    assert_eq!((drawn.len(), &map["interactionCount"]), (81, &json!(81)));
    assert!(drawn.iter().all(|(_, target)| target == "CA Agglo du Pays de Dreux"));
    let first = &map["keyActors"][0];
    assert_eq!(first["actor"]["name"], "CA Agglo du Pays de Dreux");
    assert_eq!((&first["degree"], first["betweenness"].as_f64()), (&json!(81), first["score"].as_f64()));
}

#[tokio::test]
async fn today_the_map_says_how_many_links_have_ended() {
    let test = TestApp::demo().await;
    let funding = map(&test, Value::Null, json!(["FUNDING"])).await;
    assert_eq!((&funding["asOf"], &funding["interactionCount"]), (&json!("2026-11-22"), &json!(0)));
    assert_eq!(funding["links"], json!([]));
    // Of 52 grants, 16 are to actors that are not in the Agglo: the département, SIEGE, the CEN, and four associations of
    // which only the contract is known, which goes beyond the Agglo.
    assert_eq!(funding["endedCount"], 36);
    let all = map(&test, Value::Null, Value::Null).await;
    assert_eq!((&all["interactionCount"], &all["endedCount"]), (&json!(81), &json!(36)));
}

#[tokio::test]
async fn the_map_takes_a_handful_of_statements() {
    let test = TestApp::demo().await;
    // The directory is in memory.
    map(&test, json!("2022-12-31"), Value::Null).await;
    let statements = test.statements(MAP, json!({"asOf": "2023-12-31", "kinds": null})).await;
    assert!(statements <= 8, "{statements}");
}
