//! Likely duplicates, mergers, and actors that are not to be listed.

mod found;
mod merged;
mod suppressed;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage::domain::ids::ActorId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, data_of};

const CANDIDATES: &str =
    "query($id: ID!) { duplicatesOf(id: $id) { actor { id name } verdict score reasons(language: EN) } }";
const MERGE: &str = "mutation($keep: ID!, $kv: Int!, $merge: ID!, $mv: Int!) {
    mergeActors(keep: $keep, keepVersion: $kv, merge: $merge, mergeVersion: $mv) { id version } }";

/// The candidates of an actor, as an administrator sees them.
async fn candidates(test: &TestApp, id: &str) -> Vec<Value> {
    let answer = test.ask_as_admin(CANDIDATES, json!({ "id": id })).await;
    data_of(answer)["duplicatesOf"].as_array().unwrap().clone()
}

/// Names and verdicts of the candidates of an actor.
async fn verdicts(test: &TestApp, id: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = candidates(test, id).await;
    found.iter().map(|found| (text(&found["actor"]["name"]), text(&found["verdict"]))).collect()
}

/// Merges as an administrator; the whole answer.
async fn merge(test: &TestApp, keep: (&str, i64), merge: (&str, i64)) -> Value {
    let variables = json!({ "keep": keep.0, "kv": keep.1, "merge": merge.0, "mv": merge.1 });
    test.ask_as_admin(MERGE, variables).await
}

/// The key of a global id.
fn uuid_of(id: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(id).unwrap();
    Uuid::from_slice(&bytes[1..]).unwrap().to_string()
}

/// The actor of a global id.
fn actor(id: &str) -> ActorId {
    ActorId(uuid_of(id).parse().unwrap())
}

/// How many rows of a table are of this actor.
async fn rows_of(test: &TestApp, table: &str, id: &str) -> usize {
    test.rows(&format!("SELECT 1 FROM {table} WHERE actor_id = '{}'", uuid_of(id))).await.len()
}
