//! Findings as they are added, changed, taken away.

use serde_json::{Value, json};

use super::{ITEM, Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

async fn items(town: &Town, quadrant: Value) -> Value {
    let query = format!(
        "query($id: ID!, $q: SwotQuadrant) {{ diagnosis(by: {{ id: $id }}) {{ axes {{ items(quadrant: $q) {{ {ITEM} session {{ title }} }} }} }} }}"
    );
    let data = town.test.data(&query, json!({ "id": town.diagnosis, "q": quadrant })).await;
    data["diagnosis"]["axes"].clone()
}

#[tokio::test]
async fn many_are_added_at_once_and_keep_their_order() {
    let town = Town::new().await;
    let session = town.session(&town.diagnosis, "Groupe de travail", "2021-06-10").await;
    let more = json!([
        { "axis": town.axes[1], "quadrant": "WEAKNESS", "text": " Peu de places ", "themes": ["education"], "session": session },
        { "axis": town.axes[0], "quadrant": "STRENGTH", "text": "Un réseau dense" },
        { "axis": town.axes[0], "quadrant": "THREAT", "text": "Des départs" },
        // The same words say something else elsewhere.
        { "axis": town.axes[1], "quadrant": "STRENGTH", "text": "Un réseau dense" },
    ]);
    let version = town.version(&town.diagnosis).await;
    let added = data_of(town.add(&town.editor, &town.diagnosis, more).await)["addSwotItems"].clone();
    assert_eq!(
        texts(&added, "/text"),
        ["Peu de places", "Un réseau dense", "Des départs", "Un réseau dense"]
    );
    assert_eq!(town.version(&town.diagnosis).await, version + 1);
    let axes = items(&town, Value::Null).await;
    assert_eq!(texts(&axes[0]["items"], "/text"), ["Un réseau dense", "Des départs"]);
    assert_eq!(axes[1]["items"][0]["themes"][0]["slug"], "education");
    assert_eq!(texts(&axes[1]["items"], "/session/title"), ["Groupe de travail", "null"]);
    assert_eq!(
        axes[1]["items"][0]["priority"],
        json!({ "importance": null, "capacityToAct": null, "votes": 0, "rank": null })
    );
    let strengths = items(&town, json!("STRENGTH")).await;
    assert_eq!(texts(&strengths[0]["items"], "/text"), ["Un réseau dense"]);
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { history(first: 1) { nodes { changes { field after } } } } }";
    let told = town.test.admin_data(history, json!({ "id": town.diagnosis })).await;
    let told = &told["diagnosis"]["history"]["nodes"][0]["changes"][0];
    assert!(
        told["after"].as_str().unwrap().starts_with("axis 2, WEAKNESS: Peu de places (education); axis 1"),
        "{told}"
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_and_nothing_is_added() {
    let town = Town::new().await;
    let other = town.opened("Autre", &town.here).await;
    let strange = town.session(&id_of(&other), "Ailleurs", "2021-06-10").await;
    town.added(&["STRENGTH"]).await;
    let wrong = json!([
        { "axis": other["axes"][0]["id"], "quadrant": "STRENGTH", "text": " " },
        { "axis": town.axes[0], "quadrant": "STRENGTH", "text": "strength 0", "themes": ["nothing"] },
        { "axis": town.axes[0], "quadrant": "THREAT", "text": "Bien", "session": strange },
        { "axis": town.axes[0], "quadrant": "THREAT", "text": "bien" },
    ]);
    let before = town.version(&town.diagnosis).await;
    let answer = town.add(&town.editor, &town.diagnosis, wrong).await;
    let mut fields = wrong_fields(&answer);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "items[0].axis",
            "items[0].text",
            "items[1].text",
            "items[1].themes[0]",
            "items[2].session",
            "items[3].text"
        ]
    );
    assert_eq!(wrong_fields(&town.add(&town.editor, &town.diagnosis, json!([])).await), ["items"]);
    let many: Vec<_> = (0..251).map(|n| town.item("THREAT", &n.to_string())).collect();
    assert_eq!(wrong_fields(&town.add(&town.editor, &town.diagnosis, json!(many)).await), ["items"]);
    assert_eq!(town.version(&town.diagnosis).await, before);
}

#[tokio::test]
async fn a_finding_changes_and_goes_unless_it_is_crossed() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY", "THREAT", "WEAKNESS"]).await;
    let update = format!(
        "mutation($id: ID!, $t: String, $q: SwotQuadrant, $th: [String!], $s: ID) {{
            updateSwotItem(id: $id, text: $t, quadrant: $q, themes: $th, session: $s) {{ {ITEM} }} }}"
    );
    let change = async |id: &str, mut change: Value| {
        change["id"] = json!(id);
        town.test.ask_as(&town.editor, &update, change).await
    };
    let session = town.session(&town.diagnosis, "Groupe", "2021-06-10").await;
    let changed =
        data_of(change(&ids[0], json!({ "t": "Autrement", "th": ["education"], "s": session })).await);
    assert_eq!(changed["updateSwotItem"]["text"], "Autrement");
    // What is left out stays, null clears what may be cleared.
    let changed = data_of(change(&ids[0], json!({ "q": "WEAKNESS", "th": null })).await);
    assert_eq!(
        (&changed["updateSwotItem"]["quadrant"], &changed["updateSwotItem"]["themes"]),
        (&json!("WEAKNESS"), &json!([]))
    );
    assert_eq!(wrong_fields(&change(&ids[0], json!({ "t": null, "q": null })).await), ["text", "quadrant"]);
    assert_eq!(wrong_fields(&change(&ids[0], json!({ "t": "weakness 3" })).await), ["text"]);
    let crossing = town.crossed(&ids[0], &ids[1]).await;
    // Crossed, it stays within.
    data_of(change(&ids[0], json!({ "q": "STRENGTH" })).await);
    let refused = change(&ids[0], json!({ "q": "THREAT" })).await;
    assert_eq!(wrong_fields(&refused), ["quadrant"]);
    assert!(message(&refused).contains("1 finding is crossed with it"), "{refused}");
    for id in &ids[..2] {
        let refused = town.remove(&town.editor, "removeSwotItem", id).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
        assert_eq!(refused["errors"][0]["extensions"]["candidateIds"], json!([crossing]));
        assert!(message(&refused).contains("removeCrossing first: “Ensemble”"), "{refused}");
    }
    data_of(town.remove(&town.editor, "removeCrossing", &crossing).await);
    data_of(town.vote(Some(&town.someone), &ids[0], 3, 3).await);
    let gone = data_of(town.remove(&town.editor, "removeSwotItem", &ids[0]).await);
    assert_eq!(gone["removeSwotItem"], ids[0]);
    assert_eq!(codes(&town.remove(&town.editor, "removeSwotItem", &ids[0]).await), ["NOT_FOUND"]);
    let left = items(&town, Value::Null).await;
    assert_eq!(texts(&left[0]["items"], "/text"), ["OPPORTUNITY 1", "THREAT 2", "WEAKNESS 3"]);
}

#[tokio::test]
async fn those_who_may_change_the_diagnosis_write_its_findings() {
    let town = Town::new().await;
    let items = json!([town.item("STRENGTH", "Un")]);
    assert_eq!(codes(&town.add(&town.someone, &town.diagnosis, items.clone()).await), ["FORBIDDEN"]);
    data_of(town.add(&town.manager, &town.diagnosis, items).await);
    let nobody = town
        .test
        .ask(
            "mutation($of: ID!) { addSwotItems(diagnosis: $of, items: []) { id } }",
            json!({ "of": town.diagnosis }),
        )
        .await;
    assert_eq!(codes(&nobody), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn what_a_validated_orientation_stands_on_says_the_same() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY"]).await;
    let crossing = town.crossed(&ids[0], &ids[1]).await;
    let orientation = town.oriented(1, json!({ "basedOn": [crossing] })).await;
    let change = async |fields: &str| {
        let query = format!("mutation($id: ID!) {{ updateSwotItem(id: $id, {fields}) {{ id }} }}");
        town.test.ask_as(&town.editor, &query, json!({ "id": ids[0] })).await
    };
    data_of(change("text: \"Avant\"").await);
    data_of(town.validate(&town.editor, &[&orientation], "2021-06-25", None).await);
    for fields in ["text: \"Après\"", "quadrant: WEAKNESS"] {
        let refused = change(fields).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
        assert_eq!(refused["errors"][0]["extensions"]["candidateIds"], json!([orientation]));
        assert!(message(&refused).contains("amend that one without the crossing"), "{refused}");
    }
    data_of(change("text: \"Avant\", themes: [\"education\"]").await);
    data_of(town.reorient(&orientation, json!({ "basedOn": [] })).await);
    assert_eq!(codes(&change("text: \"Après\"").await), ["CONFLICT"]);
    data_of(town.validate(&town.editor, &[&orientation], "2021-09-01", None).await);
    data_of(change("text: \"Après\"").await);
}
