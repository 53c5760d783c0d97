//! A diagnosis that is closed: nothing of it changes, by whatever way.

use serde_json::{Value, json};

use super::Town;
use crate::support::{codes, data_of};

#[tokio::test]
async fn nothing_of_a_closed_diagnosis_changes_but_results_are_recorded() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY", "THREAT"]).await;
    let crossing = town.crossed(&ids[0], &ids[1]).await;
    let orientation = town.oriented(1, json!({})).await;
    let session = town.session(&town.diagnosis, "Groupe", "2021-06-10").await;
    let define =
        "mutation($of: ID!, $input: IndicatorInput!) { defineIndicator(owner: $of, input: $input) { id } }";
    let input = json!({ "name": "Permanences", "unit": "par mois", "baseline": "2", "target": "8" });
    let variables = json!({ "of": orientation, "input": input });
    let defined = data_of(town.test.ask_as(&town.editor, define, variables).await)["defineIndicator"].clone();
    town.close("2021-07-01").await;
    let version = town.version(&town.diagnosis).await;
    let changes = town.test.changes().await;
    let (of, input) = (&town.diagnosis, json!({ "number": 2, "title": "Autre" }));
    let asked: Vec<(&str, Value)> = vec![
        ("updateDiagnosis(id: $of, expectedVersion: $v, input: {title: \"x\"}) { id }", json!({})),
        ("closeDiagnosis(id: $of, expectedVersion: $v, on: \"2021-07-02\") { id }", json!({})),
        (
            "recordSession(owner: $of, input: {format: OTHER, title: \"x\", heldOn: \"2021-06-10\"}) { id }",
            json!({}),
        ),
        ("updateSession(id: $id, input: {title: \"x\"}) { id }", json!({ "id": session })),
        ("removeSession(id: $id)", json!({ "id": session })),
        (
            "addSwotItems(diagnosis: $of, items: [{axis: $id, quadrant: THREAT, text: \"x\"}]) { id }",
            json!({ "id": town.axes[0] }),
        ),
        ("updateSwotItem(id: $id, text: \"x\") { id }", json!({ "id": ids[0] })),
        ("removeSwotItem(id: $id)", json!({ "id": ids[2] })),
        ("voteOnSwotItem(item: $id, importance: 3, capacityToAct: 3) { id }", json!({ "id": ids[0] })),
        (
            "recordPaperVotes(item: $id, importance: 3, capacityToAct: 3, votes: 3) { id }",
            json!({ "id": ids[0] }),
        ),
        (
            "crossSwotItems(internal: $id, external: $other, insight: \"x\") { id }",
            json!({ "id": ids[0], "other": ids[2] }),
        ),
        ("removeCrossing(id: $id)", json!({ "id": crossing })),
        ("addOrientation(diagnosis: $of, input: $input) { id }", json!({ "input": input })),
        ("updateOrientation(id: $id, input: {title: \"x\"}) { id }", json!({ "id": orientation })),
        ("removeOrientation(id: $id)", json!({ "id": orientation })),
        (
            "validateOrientations(diagnosis: $of, expectedVersion: $v, orientations: [$id], by: \"x\", on: \"2021-06-25\") { id }",
            json!({ "id": orientation }),
        ),
        (
            "defineIndicator(owner: $id, input: {name: \"x\", unit: \"x\"}) { id }",
            json!({ "id": orientation }),
        ),
        ("updateIndicator(id: $id, input: {target: \"1000\"}) { id }", json!({ "id": defined["id"] })),
        ("removeIndicator(id: $id)", json!({ "id": defined["id"] })),
    ];
    for (field, mut variables) in asked {
        variables["of"] = json!(of);
        variables["v"] = json!(version);
        let declared =
            [("of", "ID"), ("v", "Int"), ("id", "ID"), ("other", "ID"), ("input", "OrientationInput")];
        let used = declared.iter().filter(|(name, _)| field.contains(&format!("${name}")));
        let used: Vec<_> = used.map(|(name, kind)| format!("${name}: {kind}!")).collect();
        let query = match used.as_slice() {
            [] => format!("mutation {{ {field} }}"),
            some => format!("mutation({}) {{ {field} }}", some.join(", ")),
        };
        let answer = town.test.ask_as(&town.manager, &query, variables).await;
        assert_eq!(codes(&answer), ["CONFLICT"], "{field}: {answer}");
        assert!(answer.to_string().contains("it is closed since 2021-07-01"), "{field}: {answer}");
    }
    assert_eq!((town.version(of).await, town.test.changes().await), (version, changes));
    let record = "mutation($id: ID!) { recordIndicatorResult(indicator: $id, on: \"2026-01-01\", value: \"5\") { value } }";
    let recorded = data_of(town.test.ask_as(&town.editor, record, json!({ "id": defined["id"] })).await);
    assert_eq!(recorded["recordIndicatorResult"]["value"], "5");
}
