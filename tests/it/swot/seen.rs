//! What belongs to a diagnosis is seen where the diagnosis is, by whatever way.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::Town;
use crate::support::entries::id_of;
use crate::support::{codes, data_of};

const WAYS: &str = "query($orientation: ID!, $indicator: ID!, $project: ID!) {
    orientation: node(id: $orientation) { id } indicator: node(id: $indicator) { id }
    project(by: { id: $project }) { orientations { id title diagnosis { title } indicators { name } } } }";

#[tokio::test]
async fn an_orientation_and_its_indicators_are_seen_with_their_diagnosis() {
    let town = Town::new().await;
    let opened = town.opened("Ébauche", &town.here).await;
    let add = "mutation($of: ID!) { addOrientation(diagnosis: $of, input: { number: 1, title: \"Parents\" }) { id } }";
    let orientation =
        id_of(&town.test.admin_data(add, json!({ "of": opened["id"] })).await["addOrientation"]);
    let define = "mutation($of: ID!) { defineIndicator(owner: $of, input: { name: \"Permanences\", unit: \"par mois\" }) {
        id owner { ... on StrategicOrientation { title } } } }";
    let defined = town.test.admin_data(define, json!({ "of": orientation })).await["defineIndicator"].clone();
    assert_eq!(defined["owner"]["title"], "Parents");
    let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
    let input = json!({ "title": "Passerelle", "lead": town.facilitator, "orientations": [orientation] });
    let project = id_of(&town.test.admin_data(create, json!({ "input": input })).await["createProject"]);
    town.test.must("publish", &project, 1).await;
    let variables = json!({ "orientation": orientation, "indicator": defined["id"], "project": project });
    let readers = [
        (Some(&town.editor), true),
        (Some(&town.manager), true),
        (Some(&town.test.token), true),
        (Some(&town.someone), false),
        (None, false),
    ];
    for (token, sees) in readers {
        let data = data_of(town.test.ask_with(token.map(String::as_str), WAYS, variables.clone()).await);
        assert_eq!(data["orientation"] != Value::Null, sees, "{data}");
        assert_eq!(data["indicator"] != Value::Null, sees, "{data}");
        let served = data["project"]["orientations"].as_array().unwrap();
        assert_eq!(served.len(), usize::from(sees), "{data}");
        if sees {
            assert_eq!(served[0]["diagnosis"]["title"], "Ébauche");
            assert_eq!(served[0]["indicators"][0]["name"], "Permanences");
        }
    }
    // What may not be seen answers as what is absent.
    let elsewhere = {
        let right = Right::TerritoryManager(key_of(&town.there.clone().into()));
        town.test.token_of("elsewhere@example.org", &[right]).await
    };
    let parts = parts_of(&town, &opened).await;
    let item = &parts[0];
    for (field, id) in [
        ("addSwotItems(diagnosis: $id, items: []) { id }", &opened["id"]),
        ("updateSwotItem(id: $id, text: \"x\") { id }", item),
        ("removeSwotItem(id: $id)", item),
        ("voteOnSwotItem(item: $id, importance: 9, capacityToAct: 9) { id }", item),
        ("recordPaperVotes(item: $id, importance: 9, capacityToAct: 9, votes: 0) { id }", item),
        ("crossSwotItems(internal: $id, external: $id, insight: \"x\") { id }", item),
        ("removeCrossing(id: $id)", &parts[2]),
        ("addOrientation(diagnosis: $id, input: {number: 0, title: \"\"}) { id }", &opened["id"]),
        ("updateOrientation(id: $id, input: {number: 0}) { id }", &json!(orientation)),
        ("removeOrientation(id: $id)", &json!(orientation)),
        (
            "validateOrientations(diagnosis: $id, expectedVersion: 1, orientations: [], by: \"\", on: \"2021-06-25\") { id }",
            &opened["id"],
        ),
        ("defineIndicator(owner: $id, input: {name: \"\", unit: \"\"}) { id }", &json!(orientation)),
        ("updateIndicator(id: $id, input: {name: null}) { id }", &defined["id"]),
        ("removeIndicator(id: $id)", &defined["id"]),
        ("recordIndicatorResult(indicator: $id, on: \"x\", value: \"x\") { id }", &defined["id"]),
        ("updateIndicatorResult(id: $id, input: {value: null}) { id }", &parts[3]),
        ("removeIndicatorResult(id: $id)", &parts[3]),
    ] {
        let query = format!("mutation($id: ID!) {{ {field} }}");
        let hidden = town.test.ask_as(&elsewhere, &query, json!({ "id": id })).await;
        assert_eq!(codes(&hidden), ["NOT_FOUND"], "{field}: {hidden}");
        // The id of a territory is the id of none of these.
        let absent = town.test.ask_as(&elsewhere, &query, json!({ "id": town.there })).await;
        assert_eq!(hidden["errors"], absent["errors"], "{field}");
    }
}

/// Two findings of a diagnosis, their crossing, and a result of an indicator of its first orientation.
async fn parts_of(town: &Town, opened: &Value) -> Vec<Value> {
    let axis = &opened["axes"][0]["id"];
    let items = json!([{ "axis": axis, "quadrant": "STRENGTH", "text": "Un" }, { "axis": axis, "quadrant": "THREAT", "text": "Deux" }]);
    let added = data_of(town.add(&town.test.token, &id_of(opened), items).await)["addSwotItems"].clone();
    let crossing = town.crossed(&id_of(&added[0]), &id_of(&added[1])).await;
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { orientations { indicators { id } } } }";
    let read = town.test.admin_data(query, json!({ "id": opened["id"] })).await;
    let indicator = &read["diagnosis"]["orientations"][0]["indicators"][0]["id"];
    let record = "mutation($id: ID!) { recordIndicatorResult(indicator: $id, on: \"2026-01-01\", value: \"1\") { id } }";
    let result =
        town.test.admin_data(record, json!({ "id": indicator })).await["recordIndicatorResult"]["id"].clone();
    vec![added[0]["id"].clone(), added[1]["id"].clone(), json!(crossing), result]
}
