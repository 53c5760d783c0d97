//! Who sees which contact, by every way that leads to one.

use serde_json::{Value, json};

use super::{ADD, Scene, add};
use crate::support::entries::texts;
use crate::support::{TestApp, data_of};

/// Four contacts of an actor, one for each way of being shown; ids by name.
async fn four(test: &TestApp, actor: &str) -> Vec<(&'static str, String)> {
    let inputs = [
        ("P", json!({ "name": "P", "visibility": "PUBLIC", "consentOn": "2026-01-01" })),
        ("Q", json!({ "name": "Q", "visibility": "PARTNERS", "consentOn": "2026-01-01" })),
        ("M", json!({ "name": "M" })),
        (
            "X",
            json!({ "name": "X", "visibility": "PUBLIC", "consentOn": "2020-01-01", "expiresOn": "2026-11-22" }),
        ),
    ];
    let mut made = Vec::new();
    for (name, input) in inputs {
        made.push((name, add(test, actor, input).await));
    }
    made
}

const SEEN: [(&str, &str); 11] = [
    ("anyone", "P"),
    ("signed in", "P"),
    ("partner", "PQ"),
    ("partner here", "PQ"),
    ("partner there", "P"),
    ("analyst", "P"),
    ("editor", "PQM"),
    ("editor there", "P"),
    ("manager", "PQMX"),
    ("manager there", "P"),
    ("admin", "PQMX"),
];

/// Their names in the order of the table: made at one instant, they have no order of their own.
fn names(contacts: &Value) -> String {
    let mut names = texts(contacts, "/name");
    names.sort_unstable_by_key(|name| "PQMX".find(*name));
    names.concat()
}

#[tokio::test]
async fn each_caller_sees_the_same_by_every_way() {
    let scene = Scene::new().await;
    let link = scene.test.interaction("PARTNERSHIP", &scene.actor, &scene.other, json!({})).await;
    let contacts = four(&scene.test, &scene.actor).await;
    let ids: Vec<_> = contacts.iter().map(|(_, id)| id).collect();
    let query = "query($a: ID!, $i: ID!, $ids: [ID!]!, $one: ID!) {
        actor(by: {id: $a}) { ...C }
        node(id: $a) { ...C }
        actors(first: 10) { nodes { name ...C } }
        interaction(id: $i) { source { ...C } target { partners { nodes { ...C } } } }
        search(text: \"mission\") { edges { node { ... on Actor { ...C } } } }
        territory(by: {code: {kind: COMMUNE, code: \"28134\"}}) { actors(first: 2) { nodes { ...C } } }
        nodes(ids: $ids) { id ... on Contact { name actor { name contacts { name } } } }
        one: node(id: $one) { __typename ... on Contact { name email } }
    } fragment C on Actor { contacts { name } }";
    for ((who, token), (name, seen)) in scene.callers.iter().zip(SEEN) {
        assert_eq!(*who, name);
        let variables = json!({ "a": scene.actor, "i": link, "ids": ids, "one": ids[3] });
        let data = scene.data(token.as_ref(), query, variables).await;
        let ways = [
            &data["actor"]["contacts"],
            &data["node"]["contacts"],
            &data["actors"]["nodes"][1]["contacts"],
            &data["interaction"]["source"]["contacts"],
            &data["interaction"]["target"]["partners"]["nodes"][0]["contacts"],
            &data["search"]["edges"][0]["node"]["contacts"],
            &data["territory"]["actors"]["nodes"][0]["contacts"],
        ];
        for (number, way) in ways.into_iter().enumerate() {
            assert_eq!(names(way), seen, "{who} by way {number}: {data:#}");
        }
        for ((name, id), node) in contacts.iter().zip(data["nodes"].as_array().unwrap()) {
            if seen.contains(name) {
                let actor = json!({ "name": "Mission locale", "contacts": data["actor"]["contacts"] });
                assert_eq!(*node, json!({ "id": id, "name": name, "actor": actor }), "{who}");
            } else {
                assert_eq!(*node, Value::Null, "{who}");
            }
        }
        assert_eq!(data["one"].is_null(), !seen.contains('X'), "{who}");
    }
}

#[tokio::test]
async fn a_contact_of_an_actor_that_is_not_seen_is_not_there() {
    let scene = Scene::new().await;
    let draft = scene.test.draft_actor("Brouillon", json!({})).await;
    let id = add(
        &scene.test,
        draft["id"].as_str().unwrap(),
        json!({ "name": "P", "visibility": "PUBLIC", "consentOn": "2026-01-01" }),
    )
    .await;
    let query = "query($id: ID!) { node(id: $id) { id } }";
    for (who, token) in &scene.callers {
        let data = scene.data(token.as_ref(), query, json!({ "id": id })).await;
        assert_eq!(data["node"].is_null(), *who != "admin", "{who}");
    }
}

#[tokio::test]
async fn an_expired_one_is_gone_on_its_day_for_all_but_managers() {
    let scene = Scene::new().await;
    let input = json!({ "name": "P", "visibility": "PUBLIC", "consentOn": "2026-11-22" });
    add(&scene.test, &scene.actor, input).await;
    let query = "query($a: ID!) { actor(by: {id: $a}) { contacts { expiresOn } } }";
    let count = async |who: &str| {
        let token = scene.callers.iter().find(|(name, _)| *name == who).unwrap().1.as_ref();
        let data = scene.data(token, query, json!({ "a": scene.actor })).await;
        data["actor"]["contacts"].as_array().unwrap().len()
    };
    // the last instant of the day before, in France
    scene.test.clock.set("2029-11-21T22:59:59Z".parse().unwrap());
    assert_eq!([count("anyone").await, count("editor").await, count("manager").await], [1, 1, 1]);
    scene.test.clock.set("2029-11-21T23:00:00Z".parse().unwrap());
    assert_eq!([count("anyone").await, count("editor").await, count("manager").await], [0, 0, 1]);
}

#[tokio::test]
async fn no_search_no_map_and_no_filter_finds_a_person() {
    let scene = Scene::new().await;
    let input = json!({ "name": "Zébulon Quarteron", "email": "zebulon@exemple.fr", "phone": "06 12 34 56 78",
        "visibility": "PUBLIC", "consentOn": "2026-01-01" });
    add(&scene.test, &scene.actor, input).await;
    let token = scene.token("admin");
    for words in ["Zébulon", "Quarteron", "zebulon@exemple.fr", "0612345678", "+33612345678"] {
        let query = "query($t: String!) { search(text: $t) { edges { node { __typename } } } actors(filter: {text: $t}) { totalCount } }";
        let data = data_of(scene.test.ask_as(token, query, json!({ "t": words })).await);
        assert_eq!(data, json!({ "search": { "edges": [] }, "actors": { "totalCount": 0 } }), "{words}");
    }
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { map { geojson } } }"#;
    let map = data_of(scene.test.ask_as(token, query, json!({})).await).to_string();
    assert!(!map.contains("bulon") && !map.contains("612345678"), "{map}");
}

#[tokio::test]
async fn the_contacts_of_a_page_take_one_statement_and_rights_one_more() {
    let test = TestApp::empty().await;
    for n in 0..5 {
        let actor = test.actor(&format!("A{n}"), json!({})).await;
        test.admin_data(ADD, json!({ "actor": actor, "input": { "name": "M" } })).await;
    }
    let query = "{ actors(first: 5) { nodes { name contacts { name } } } }";
    let fewest = [test.statements(query, json!({})).await, test.statements(query, json!({})).await];
    assert_eq!(fewest.into_iter().min(), Some(2));
}
