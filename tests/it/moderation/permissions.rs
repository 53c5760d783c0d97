//! What `permissions` tells, and what an attempt meets, are the same.

use serde_json::{Value, json};

use super::{PERSONAS, World, key};
use crate::support::codes;
use crate::support::entries::id_of;

const STATUSES: [&str; 5] = ["DRAFT", "SUBMITTED", "PUBLISHED", "REJECTED", "ARCHIVED"];

/// Tries an action; null where it is not one that a mutation of ours does.
async fn attempt(world: &World, who: &str, kind: &str, id: &str, action: &str) -> Option<Value> {
    let (one, update) = match kind {
        "actors" => ("actor(by: {id: $id})", "updateActor"),
        "interactions" => ("interaction(id: $id)", "updateInteraction"),
        _ => ("call(by: {id: $id})", "updateCall"),
    };
    let query = match action {
        "READ" => "query($id: ID!) { node(id: $id) { id } }".to_owned(),
        "UPDATE" => {
            format!("mutation($id: ID!) {{ {update}(id: $id, expectedVersion: 1, input: {{}}) {{ id }} }}")
        }
        "SUBMIT" | "PUBLISH" | "ARCHIVE" | "RESTORE" => {
            let what = action.to_lowercase();
            format!("mutation($id: ID!) {{ {what}(id: $id, expectedVersion: 1) {{ __typename }} }}")
        }
        "REVIEW" => {
            "mutation($id: ID!) { review(id: $id, expectedVersion: 1, decision: APPROVE) { __typename } }"
                .to_owned()
        }
        "DECLARE_INTERACTION" => format!(
            "mutation($id: ID!) {{ declareInteraction(input: {{kind: OTHER, source: $id, target: \"{}\"}}) {{ id }} }}",
            world.third
        ),
        "CONFIRM" => {
            "mutation($id: ID!) { confirmInteraction(id: $id, expectedVersion: 1) { id } }".to_owned()
        }
        "DISPUTE" => {
            "mutation($id: ID!) { disputeInteraction(id: $id, expectedVersion: 1, reason: \"Non\") { id } }"
                .to_owned()
        }
        "SEE_HISTORY" => format!("query($id: ID!) {{ {one} {{ history {{ totalCount }} }} }}"),
        _ => return None,
    };
    Some(world.ask(who, &query, json!({ "id": id })).await)
}

#[tokio::test]
async fn every_action_as_every_role_from_every_status_is_as_its_permission_says() {
    let world = World::new().await;
    let interaction = world.declared_by_editor(2021).await;
    let call =
        id_of(&world.test.draft_call("Appel", &world.here, json!({ "organisers": [world.own] })).await);
    let fields = "permissions { action allowed reason }";
    let read = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Actor {{ {fields} }} ... on Interaction {{ {fields} }} ... on Call {{ {fields} }} }} }}"
    );
    let (mut tried, mut allowed) = (0, 0);
    for (kind, id) in [("actors", &world.own), ("interactions", &interaction), ("calls", &call)] {
        for status in STATUSES {
            let reset = async || {
                let from = if status == "ARCHIVED" { "'PUBLISHED'" } else { "NULL" };
                let uuid = key(id);
                world.test.execute("DELETE FROM interactions WHERE kind = 'OTHER'").await;
                world.test.execute(&format!("UPDATE {kind} SET status = '{status}', archived_from = {from}, version = 1, submitted_at = now() WHERE id = '{uuid}'")).await;
                world
                    .test
                    .execute("UPDATE interactions SET confirmation = 'DECLARED', dispute_reason = NULL")
                    .await;
            };
            for who in PERSONAS {
                reset().await;
                let entry = world.data(who, &read, json!({ "id": id })).await["node"].clone();
                for permission in entry["permissions"].as_array().into_iter().flatten() {
                    let action = permission["action"].as_str().unwrap();
                    let may = permission["allowed"] == true;
                    let place = format!("{who}: {action} of {kind} {status}");
                    assert_eq!(permission["reason"].is_null(), may, "{place}");
                    reset().await;
                    let Some(answer) = attempt(&world, who, kind, id, action).await else { continue };
                    tried += 1;
                    allowed += usize::from(may);
                    match action {
                        "READ" => assert_eq!(!answer["data"]["node"].is_null(), may, "{place}"),
                        "SEE_HISTORY" => {
                            let one = answer["data"].as_object().unwrap().values().next().unwrap();
                            assert_eq!(!one["history"].is_null(), may, "{place}: {answer}");
                        }
                        _ => {
                            assert_eq!(codes(&answer).is_empty(), may, "{place}: {permission} {answer}");
                            if !may {
                                let message = answer["errors"][0]["message"].as_str().unwrap();
                                let reason = permission["reason"].as_str().unwrap();
                                // a violation names its argument before the same words
                                assert!(
                                    message == reason || message == format!("input.source: {reason}"),
                                    "{place}: {permission} {message}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 450 && allowed > 150, "{tried}, {allowed}");
}

#[tokio::test]
async fn what_is_confirmed_is_not_confirmed_again_and_the_permission_says_so() {
    let world = World::new().await;
    let id = world.test.interaction("PARTNERSHIP", &world.own, &world.next, json!({})).await;
    let confirm = "mutation($id: ID!) { confirmInteraction(id: $id, expectedVersion: 2) { permissions { action allowed reason } } }";
    let told =
        world.data("neighbour", confirm, json!({ "id": id })).await["confirmInteraction"]["permissions"]
            .clone();
    let find =
        |action: &str| told.as_array().unwrap().iter().find(|p| p["action"] == action).unwrap().clone();
    assert_eq!(
        find("CONFIRM"),
        json!({ "action": "CONFIRM", "allowed": false, "reason": "it is confirmed already" })
    );
    assert_eq!(find("DISPUTE"), json!({ "action": "DISPUTE", "allowed": true, "reason": null }));
}
