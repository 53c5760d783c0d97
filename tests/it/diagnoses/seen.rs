//! Who sees diagnoses and their sessions, where they are found, and what a page of them takes.

use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

#[tokio::test]
async fn drafts_are_seen_by_the_facilitator_and_in_their_territory() {
    let town = Town::new().await;
    let made = town.opened(json!({})).await;
    let id = id_of(&made);
    let session = id_of(&town.recorded(&id, json!({})).await);
    let query = "query($id: ID!, $s: ID!, $t: ID!) { diagnosis(by: { id: $id }) { id } diagnoses { nodes { id } } node(id: $s) { id }
        territory(by: { id: $t }) { diagnoses { totalCount } } search(text: \"cite educative\") { edges { node { ... on SharedDiagnosis { id } } } } }";
    let variables = json!({ "id": id, "s": session, "t": town.here });
    let seen = |data: &Value| {
        (
            data["diagnosis"] != Value::Null,
            data["diagnoses"]["nodes"].as_array().unwrap().len(),
            data["node"] != Value::Null,
            data["territory"]["diagnoses"]["totalCount"].as_i64().unwrap(),
            data["search"]["edges"].as_array().unwrap().len(),
        )
    };
    for token in [&town.editors[0], &town.manager] {
        let data = data_of(town.test.ask_as(token, query, variables.clone()).await);
        assert_eq!(seen(&data), (true, 1, true, 1, 1));
    }
    let others = data_of(town.test.ask_as(&town.editors[1], query, variables.clone()).await);
    assert_eq!(seen(&others), (false, 0, false, 0, 0));
    town.test.must("publish", &id, 2).await;
    let everyone = town.test.data(query, variables).await;
    assert_eq!(seen(&everyone), (true, 1, true, 1, 1));
}

#[tokio::test]
async fn who_may_not_be_seen_is_left_out_of_who_was_there() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let hidden = id_of(&town.test.draft_actor("Cachée", json!({ "seat": { "id": town.here } })).await);
    let session = town.recorded(&id, json!({ "attendance": [hidden, town.actors[1]] })).await;
    assert_eq!(texts(&session["attendance"], "/name"), ["Cachée", "Mission locale"]);
    town.test.must("publish", &id, 2).await;
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { facilitator { name } sessions { nodes { attendance { name } } } } }";
    let read = town.test.data(query, json!({ "id": id })).await["diagnosis"].clone();
    assert_eq!(texts(&read["sessions"]["nodes"][0]["attendance"], "/name"), ["Mission locale"]);
    assert_eq!(read["facilitator"]["name"], "Agence des quartiers");
    town.test.must("archive", &town.actors[0], 2).await;
    let read = town.test.data(query, json!({ "id": id })).await["diagnosis"].clone();
    assert_eq!(read["facilitator"], Value::Null);
}

#[tokio::test]
async fn who_can_not_be_seen_stays_on_the_list_of_who_was_there() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let elsewhere = id_of(&town.test.draft_actor("Cachée", json!({ "seat": { "id": town.there } })).await);
    let there = json!({ "attendance": [elsewhere, town.actors[1]] });
    let recorded = data_of(town.record(&town.test.token, &id, there).await)["recordSession"].clone();
    let session = id_of(&recorded);
    for (given, seen) in [(json!([town.actors[2]]), 1), (Value::Null, 0)] {
        let revised = data_of(town.revise(&town.editors[0], &session, json!({ "attendance": given })).await);
        assert_eq!(revised["updateSession"]["attendance"].as_array().map(Vec::len), Some(seen));
        let query = "query($id: ID!) { node(id: $id) { ... on WorkshopSession { attendance { name } } } }";
        let all = town.test.admin_data(query, json!({ "id": session })).await;
        assert!(texts(&all["node"]["attendance"], "/name").contains(&"Cachée"), "{all}");
    }
}

#[tokio::test]
async fn they_are_listed_by_where_they_are() {
    let town = Town::new().await;
    for (title, place) in [("Bois", &town.here), ("Arbres", &town.here), ("Champs", &town.there)] {
        let open = "mutation($input: OpenDiagnosisInput!) { openDiagnosis(input: $input) { id } }";
        let input =
            json!({ "title": title, "territory": { "id": place }, "axes": [{ "number": 1, "title": "Un" }] });
        let id = id_of(&town.test.admin_data(open, json!({ "input": input })).await["openDiagnosis"]);
        town.test.must("publish", &id, 1).await;
    }
    let all = town.test.data("{ diagnoses { totalCount nodes { title } } }", json!({})).await;
    assert_eq!(texts(&all["diagnoses"]["nodes"], "/title"), ["Arbres", "Bois", "Champs"]);
    let query = "query($t: TerritoryScope) { diagnoses(territory: $t, first: 1) { totalCount nodes { title } pageInfo { hasNextPage } } }";
    let scope = json!({ "territory": { "code": { "kind": "COMMUNE", "code": "28134" } } });
    let of = town.test.data(query, json!({ "t": scope })).await["diagnoses"].clone();
    assert_eq!(
        of,
        json!({ "totalCount": 2, "nodes": [{ "title": "Arbres" }], "pageInfo": { "hasNextPage": true } })
    );
    let unknown = json!({ "territory": { "code": { "kind": "COMMUNE", "code": "99999" } } });
    assert_eq!(
        crate::support::wrong_fields(&town.test.ask(query, json!({ "t": unknown })).await),
        ["territory.territory"]
    );
    // Words of its questions find it, typing errors are forgiven.
    let update = "mutation($id: ID!) { updateDiagnosis(id: $id, expectedVersion: 2, input: { essentialQuestions: [\"Comment planter des mirabelliers ?\"] }) { id } }";
    let id =
        town.test.data("{ diagnosis(by: { slug: \"champs\" }) { id } }", json!({})).await["diagnosis"]["id"]
            .clone();
    data_of(town.test.ask_as_admin(update, json!({ "id": id })).await);
    for text in ["mirabelliers", "champs", "chanps"] {
        let query = "query($t: String!) { search(text: $t, kinds: [DIAGNOSIS]) { edges { node { ... on SharedDiagnosis { title } } } } }";
        let found = town.test.data(query, json!({ "t": text })).await;
        assert_eq!(texts(&found["search"]["edges"], "/node/title"), ["Champs"], "{text}");
    }
}

#[tokio::test]
async fn a_page_of_them_takes_one_statement_for_each_kind_of_neighbour() {
    let town = Town::new().await;
    for _ in 0..3 {
        let made = town.opened(json!({})).await;
        let id = id_of(&made);
        for axis in 0..2 {
            let more = json!({ "axis": made["axes"][axis]["id"], "attendance": town.actors, "tables": [{ "theme": "Lien", "keywords": ["écoute"] }] });
            town.recorded(&id, more).await;
        }
        town.test.must("publish", &id, 3).await;
    }
    let query = "{ diagnoses { nodes { title territory { name } facilitator { name } axes { title } keywords { count }
        sessions(first: 5) { nodes { title axis { title } attendance { name } tables { theme } keywords { keyword } } } } } }";
    // diagnoses, territories, facilitators, axes, all tables, sessions; their axes, attendance, actors, tables
    let count = town.test.statements(query, json!({})).await;
    assert!((9..=11).contains(&count), "{count}");
}
