//! A refusal never depends on the way in: by another name, in a fragment, through an interface, by GET, several at once.

use std::collections::BTreeSet;
use std::fmt::Write;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::matrix::{letter, rows};
use super::rows::Row;
use super::world::{PERSONAS, Stage, World};

/// The document's other ways: what it is, and its text.
fn ways(document: &str) -> Vec<(&'static str, String)> {
    let (head, body) = document.split_once('{').unwrap();
    let body = body.trim().strip_suffix('}').unwrap();
    let root = if document.starts_with("mutation") { "Mutation" } else { "Query" };
    let named = head.replacen("query", "query Named", 1).replacen("mutation", "mutation Named", 1);
    vec![
        ("by another name", format!("{head}{{ other: {body} }}")),
        ("in an inline fragment", format!("{head}{{ ... on {root} {{ {body} }} }}")),
        ("in a fragment without a type", format!("{head}{{ ... @include(if: true) {{ {body} }} }}")),
        ("in a named fragment", format!("{head}{{ ...F }} fragment F on {root} {{ {body} }}")),
        (
            "in a fragment of a fragment",
            format!("{head}{{ ...F }} fragment F on {root} {{ ...G }} fragment G on {root} {{ {body} }}"),
        ),
        ("behind its like", format!("{head}{{ first: {body} {body} }}")),
        ("beside what everyone may ask", format!("{named}{{ {body} __typename }}")),
    ]
}

/// By GET, as this persona.
async fn by_get(stage: &Stage, persona: &str, row: &Row) -> Value {
    let variables = stage.world.variables(row.3).to_string();
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let address = format!("/graphql?query={}&variables={}", encode(row.2), encode(&variables));
    let mut request = Request::get(address).header("accept", "application/json");
    if let Some(token) = stage.token(persona).await {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = stage.test.send(request.body(Body::empty()).unwrap()).await;
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_refused_whichever_way_it_is_asked() {
    let stage = World::stage().await;
    let before = stage.test.changes().await;
    let mut wrong = String::new();
    for row in rows() {
        let mut told = BTreeSet::new();
        for (persona, said) in PERSONAS.iter().zip(row.said()) {
            // One of those who hear the same.
            if said == '.' || !told.insert(said) {
                continue;
            }
            for (way, document) in ways(row.2) {
                let (heard, answer) = row.ask(&stage, persona, &document).await;
                if heard != said {
                    writeln!(
                        wrong,
                        "{} ({}) {way}: {persona} hears {heard}, not {said}: {answer}",
                        row.0, row.1
                    )
                    .unwrap();
                }
            }
            let answer = by_get(&stage, persona, row).await;
            let id = (!row.writes() && !row.1.is_empty()).then(|| stage.world.id(row.1));
            let told = answer.to_string();
            if row.writes() && !told.contains("by POST") || !row.writes() && letter(&answer, id) != said {
                writeln!(wrong, "{} ({}) by GET: {persona} hears {told}, not {said}", row.0, row.1).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(stage.test.changes().await, before, "what was refused changed something");
}

/// Fields of an entry that not everyone may see, wherever it is met: through the interface, in a list, in an entry.
const NESTED: [(&str, &str); 9] = [
    (
        "node",
        "query($id: ID!) { node(id: $id) { ... on Node { ... on Actor { location { point { longitude } address postcode precision } territories { kind } } } } }",
    ),
    (
        "nodes",
        "query($id: ID!) { nodes(ids: [$id]) { ...F } } fragment F on Node { id ... on Actor { ...G } } fragment G on Actor { location { point { longitude } address postcode precision } territories { kind } }",
    ),
    (
        "actor",
        "query($id: ID!) { a: actor(by: {id: $id}) { b: location { p: point { longitude } address postcode } c: territories { kind } } }",
    ),
    (
        "actors",
        "query($id: ID!) { actors(filter: {audiences: [\"mamans\"]}) { nodes { location { point { longitude } address postcode } } edges { node { location { point { longitude } } } } } node(id: $id) { id } }",
    ),
    (
        "territory.actors",
        "query($id: ID!) { territory(by: {code: {kind: COMMUNE, code: \"28001\"}}) { actors { nodes { location { point { longitude } address postcode } } } } node(id: $id) { id } }",
    ),
    (
        "partners",
        "query($id: ID!) { actor(by: {id: $id}) { partners { nodes { partners { nodes { location { point { longitude } address postcode } } } } } } }",
    ),
    (
        "interaction",
        "query($id: ID!) { actor(by: {id: $id}) { interactions { nodes { source { location { point { longitude } address } } target { location { address } } declaredBy { location { address } } } } } }",
    ),
    (
        "search",
        "query($id: ID!) { search(text: \"halte\") { edges { node { ... on Node { ... on Actor { location { point { longitude } address postcode } } } } } } node(id: $id) { id } }",
    ),
    (
        "map",
        "query($id: ID!) { territory(by: {code: {kind: COMMUNE, code: \"28001\"}}) { map { nodes { actor { location { point { longitude } address } } point { longitude } } keyActors { actor { location { address point { longitude } } } } geojson } } node(id: $id) { id } }",
    ),
];

#[tokio::test]
async fn a_hidden_location_is_hidden_wherever_its_actor_is_met() {
    let stage = World::stage().await;
    let variables = json!({ "id": stage.world.id("shelter") });
    for (way, document) in NESTED {
        for persona in PERSONAS.iter().chain(&["keeper"]) {
            let answer = stage.ask(persona, document, variables.clone()).await;
            assert!(answer.get("errors").is_none(), "{way} {persona}: {answer}");
            let told = answer.to_string();
            let shows = told.contains("1.011") || told.contains("Zigomar") || told.contains("28777");
            let may = ["manager", "admin", "keeper"].contains(persona);
            assert_eq!(shows, may, "{way} {persona}: {told}");
            if !may {
                assert!(!told.contains("PRIORITY_NEIGHBOURHOOD"), "{way} {persona}: {told}");
            }
        }
    }
}
