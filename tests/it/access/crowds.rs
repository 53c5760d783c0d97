//! Many at once: one entry for one key, one winner a version, whoever they are.

use futures::future::join_all;
use serde_json::{Value, json};

use super::world::{Stage, World};
use crate::support::codes;
use crate::support::entries::id_of;

const CROWD: usize = 50;

/// Asks until it is heard: who is told to try again in a moment does.
async fn ask(stage: &Stage, persona: &str, query: &str, variables: Value) -> Value {
    loop {
        let answer = stage.ask(persona, query, variables.clone()).await;
        if codes(&answer) != ["UNAVAILABLE"] {
            return answer;
        }
    }
}

/// Creations as each persona may make them: who, what, input.
fn creations() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    const ACTOR: &str = "mutation($in: CreateActorInput!) { made: createActor(input: $in) { id } }";
    const LINK: &str =
        "mutation($in: DeclareInteractionInput!) { made: declareInteraction(input: $in) { id } }";
    const CALL: &str = "mutation($in: CreateCallInput!) { made: createCall(input: $in) { id } }";
    let actor = |place: &str| {
        json!({ "clientKey": "k", "kind": "OTHER", "name": "Neuf", "seat": { "id": place },
        "registrations": [{ "scheme": "SIREN", "value": "212801344" }] })
    };
    let link = |source: &str, target: &str| json!({ "clientKey": "l", "kind": "SUPPORT", "source": source, "target": target });
    let call = |place: &str, organisers: Value| json!({ "clientKey": "c", "kind": "OTHER", "title": "Neuf", "organisers": organisers, "territories": [{ "id": place }] });
    vec![
        ("admin", "actors", ACTOR, actor("@B")),
        ("manager", "actors", ACTOR, actor("@A")),
        ("editor", "actors", ACTOR, actor("@A")),
        ("editor", "interactions", LINK, link("@own", "@near")),
        ("elsewhere", "interactions", LINK, link("@far", "@near")),
        ("editor", "calls", CALL, call("@A", json!(["@own"]))),
        ("manager", "calls", CALL, call("@Q", json!([]))),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_with_one_key_make_one() {
    for (persona, table, create, mut input) in creations() {
        let stage = World::stage().await;
        stage.world.fill(&mut input);
        let counts = async |table: &str| stage.test.rows(&format!("SELECT 1 FROM {table}")).await.len();
        let before = (counts(table).await, counts("changes").await, counts("grants").await);
        let all = (0..CROWD).map(|_| ask(&stage, persona, create, json!({ "in": input })));
        let answers = join_all(all).await;
        let mut made: Vec<_> = answers
            .iter()
            .map(|answer| {
                assert!(codes(answer).is_empty(), "{persona} {table}: {answer}");
                id_of(&answer["data"]["made"])
            })
            .collect();
        made.dedup();
        assert_eq!(made.len(), 1, "{persona} {table}");
        let after = (counts(table).await, counts("changes").await, counts("grants").await);
        let own = usize::from(persona == "editor" && table == "actors");
        assert_eq!(after, (before.0 + 1, before.1 + 1, before.2 + own), "{persona} {table}");
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_of_others_is_another_key() {
    let stage = World::stage().await;
    let create = "mutation($in: CreateActorInput!) { made: createActor(input: $in) { id } }";
    let mut input = json!({ "clientKey": "k", "kind": "OTHER", "name": "Neuf", "seat": { "id": "@A" } });
    stage.world.fill(&mut input);
    let personas = ["admin", "manager", "editor", "other", "drafter"];
    let all = (0..CROWD).map(|n| ask(&stage, personas[n % personas.len()], create, json!({ "in": input })));
    let answers = join_all(all).await;
    let mut made: Vec<_> = answers.iter().map(|answer| id_of(&answer["data"]["made"])).collect();
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), personas.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_write_one_version_one_wins_and_the_others_hear_the_current_one() {
    let stage = World::stage().await;
    let update = "mutation($id: ID!, $d: String) { updateActor(id: $id, expectedVersion: 2, input: {description: $d}) { version } }";
    let archive = "mutation($id: ID!) { archive(id: $id, expectedVersion: 2) { __typename } }";
    let id = stage.world.id("own");
    let before = stage.test.changes().await;
    let all = (0..CROWD).map(async |n| match n % 4 {
        0 => ask(&stage, "manager", archive, json!({ "id": id })).await,
        1 => ask(&stage, "editor", update, json!({ "id": id, "d": n.to_string() })).await,
        2 => ask(&stage, "manager", update, json!({ "id": id, "d": n.to_string() })).await,
        _ => ask(&stage, "admin", update, json!({ "id": id, "d": n.to_string() })).await,
    });
    let answers = join_all(all).await;
    let won = answers.iter().filter(|answer| codes(answer).is_empty()).count();
    assert_eq!((won, stage.test.changes().await), (1, before + 1));
    for answer in answers.iter().filter(|answer| !codes(answer).is_empty()) {
        assert_eq!(codes(answer), ["CONFLICT"], "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["currentVersion"], 3);
    }
}
