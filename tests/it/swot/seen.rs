//! What belongs to a diagnosis is seen where the diagnosis is, by whatever way.

use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::id_of;

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
    for (field, id, absent) in [
        ("updateIndicator(id: $id, input: {})", &defined["id"], &json!(town.axes[0])),
        (
            "recordIndicatorResult(indicator: $id, on: \"2026-01-01\", value: \"1\")",
            &defined["id"],
            &json!(town.axes[0]),
        ),
        ("updateOrientation(id: $id, input: {})", &json!(orientation), &json!(town.axes[0])),
        (
            "defineIndicator(owner: $id, input: {name: \"x\", unit: \"x\"})",
            &json!(orientation),
            &json!(town.axes[0]),
        ),
    ] {
        let query = format!("mutation($id: ID!) {{ {field} {{ id }} }}");
        let elsewhere = elsewhere(&town).await;
        let hidden = town.test.ask_as(&elsewhere, &query, json!({ "id": id })).await;
        let gone = town.test.ask_as(&elsewhere, &query, json!({ "id": absent })).await;
        assert_eq!(hidden["errors"][0]["extensions"]["code"], "NOT_FOUND", "{field}: {hidden}");
        assert_eq!(hidden, gone);
    }
}

/// A manager of the other commune.
async fn elsewhere(town: &Town) -> String {
    use maillage::domain::caller::Right;
    let right = Right::TerritoryManager(maillage::graphql::ids::id_of(&town.there.clone().into()));
    match town.test.app.user_by_email("elsewhere@example.org").await.unwrap() {
        Some(user) => town.test.token_for(user).await,
        None => town.test.token_of("elsewhere@example.org", &[right]).await,
    }
}
