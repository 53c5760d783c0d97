//! How many statements a whole diagnosis takes.

use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::id_of;
use crate::support::{codes, data_of};

const WHOLE: &str = "query($id: ID!) { diagnosis(by: { id: $id }) {
    axes { title items { text priority { importance rank } session { title }
        crossings { insight internal { text } external { text } } } }
    orientations { number title basedOn { insight } validation { on session { title } }
        indicators { name progress late } projects(first: 3) { totalCount nodes { title } } } } }";

#[tokio::test]
async fn a_whole_diagnosis_takes_a_handful_of_statements() {
    let town = Town::new().await;
    let session = town.session(&town.diagnosis, "Groupe de travail", "2021-06-10").await;
    let quadrants = ["STRENGTH", "WEAKNESS", "OPPORTUNITY", "THREAT"];
    let mut ids = Vec::new();
    for (number, axis) in town.axes.iter().enumerate() {
        let items: Vec<_> = (0..100)
            .map(|n| json!({ "axis": axis, "quadrant": quadrants[n % 4], "text": format!("Constat {number} {n}"), "session": session }))
            .collect();
        let added = data_of(town.add(&town.editor, &town.diagnosis, json!(items)).await);
        ids.extend(added["addSwotItems"].as_array().unwrap().iter().map(id_of));
    }
    for (n, id) in (0..12).zip(&ids) {
        for token in [&town.someone, &town.manager, &town.editor] {
            data_of(town.vote(Some(token), id, 1 + n % 5, 3).await);
        }
    }
    let mut orientations = Vec::new();
    for n in 0..6 {
        let crossing = town.crossed(&ids[4 * n], &ids[4 * n + 2]).await;
        orientations.push(town.oriented(n as i32 + 1, json!({ "basedOn": [crossing] })).await);
    }
    data_of(
        town.validate(&town.editor, &orientations.iter().collect::<Vec<_>>(), "2021-06-25", Some(&session))
            .await,
    );
    for (n, orientation) in orientations.iter().enumerate() {
        let define = "mutation($of: ID!) { defineIndicator(owner: $of, input: { name: \"Permanences\", unit: \"par mois\", baseline: \"0\", target: \"10\" }) { id } }";
        let defined = data_of(town.test.ask_as(&town.editor, define, json!({ "of": orientation })).await);
        let record = "mutation($id: ID!) { recordIndicatorResult(indicator: $id, on: \"2026-01-01\", value: \"5\") { value } }";
        data_of(
            town.test.ask_as(&town.editor, record, json!({ "id": defined["defineIndicator"]["id"] })).await,
        );
        let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
        let input = json!({ "title": format!("Projet {n}"), "lead": town.facilitator, "orientations": [orientation] });
        let project = id_of(&town.test.admin_data(create, json!({ "input": input })).await["createProject"]);
        town.test.must("publish", &project, 1).await;
    }
    let data = town.test.data(WHOLE, json!({ "id": town.diagnosis })).await["diagnosis"].clone();
    assert_eq!(data["axes"][1]["items"].as_array().unwrap().len(), 100);
    assert_eq!(data["axes"][0]["items"][0]["crossings"][0]["external"]["text"], "Constat 0 2");
    assert_eq!(data["axes"][0]["items"][4]["priority"]["rank"], 1);
    assert_eq!(data["axes"][0]["items"][99]["priority"]["rank"], Value::Null);
    assert_eq!(data["orientations"][5]["indicators"][0]["progress"], 0.5);
    assert_eq!(data["orientations"][5]["projects"]["nodes"][0]["title"], "Projet 5");
    assert_eq!(data["orientations"][5]["validation"]["session"]["title"], "Groupe de travail");
    let mut fewest = usize::MAX;
    for _ in 0..3 {
        fewest = fewest.min(town.test.statements(WHOLE, json!({ "id": town.diagnosis })).await);
    }
    // diagnosis, axes, orientations, items, priorities, sessions, crossings of items and of orientations, both ends,
    // indicators, results, projects, totals
    assert!(fewest <= 14, "{fewest}");
}

#[tokio::test]
async fn lists_within_lists_end_before_they_multiply() {
    let town = Town::new().await;
    let items: Vec<_> = (0..200).map(|n| town.item("STRENGTH", &format!("Constat {n}"))).collect();
    data_of(town.add(&town.editor, &town.diagnosis, json!(items)).await);
    let variables = json!({ "id": town.diagnosis });
    let circling =
        "query($id: ID!) { diagnosis(by: {id: $id}) { axes { items { axis { items { id } } } } } }";
    let answer = town.test.ask(circling, variables.clone()).await;
    assert!(codes(&answer).contains(&"TOO_COMPLEX"), "{}", codes(&answer).len());
    assert!(message(&answer).contains("more than 20000 entries"), "{}", message(&answer));
    // What a report needs is told.
    let plain = "query($id: ID!) { diagnosis(by: {id: $id}) { axes { items { text priority { rank } crossings { insight } } } } }";
    let told = town.test.data(plain, variables).await["diagnosis"].clone();
    assert_eq!(told["axes"][0]["items"].as_array().map(Vec::len), Some(200));
}
