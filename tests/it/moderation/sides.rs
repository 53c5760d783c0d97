//! Both sides of an interaction.

use serde_json::{Value, json};

use super::World;
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

const STATE: &str = "version confirmation disputeReason";

async fn confirm(world: &World, who: &str, id: &str, version: i64) -> Value {
    let query = format!(
        "mutation($id: ID!, $v: Int!) {{ answer: confirmInteraction(id: $id, expectedVersion: $v) {{ {STATE} }} }}"
    );
    world.ask(who, &query, json!({ "id": id, "v": version })).await
}

async fn dispute(world: &World, who: &str, id: &str, version: i64, reason: &str) -> Value {
    let query = format!(
        "mutation($id: ID!, $v: Int!, $r: String!) {{ answer: disputeInteraction(id: $id, expectedVersion: $v, reason: $r) {{ {STATE} }} }}"
    );
    world.ask(who, &query, json!({ "id": id, "v": version, "r": reason })).await
}

async fn change(world: &World, who: &str, id: &str, version: i64, input: Value) -> Value {
    let query = format!(
        "mutation($id: ID!, $v: Int!, $i: UpdateInteractionInput!) {{ answer: updateInteraction(id: $id, expectedVersion: $v, input: $i) {{ {STATE} }} }}"
    );
    world.data(who, &query, json!({ "id": id, "v": version, "i": input })).await["answer"].clone()
}

fn state(version: i64, confirmation: &str, reason: Option<&str>) -> Value {
    json!({ "version": version, "confirmation": confirmation, "disputeReason": reason })
}

#[tokio::test]
async fn the_other_side_alone_answers_what_one_side_declared() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    // a draft is its author's
    assert_eq!(codes(&confirm(&world, "neighbour", &id, 1).await), ["NOT_FOUND"]);
    assert_eq!(codes(&confirm(&world, "admin", &id, 1).await), ["CONFLICT"]);
    data_of(world.move_as("editor", "submit", &id, 1).await);
    data_of(world.review_as("manager", &id, 2, "APPROVE", None).await);
    assert_eq!(world.told("CONFIRMATION_REQUEST").await, ["neighbour@example.org"]);
    let letters = world.letters().await;
    let request = &letters.iter().find(|(_, letter)| letter["kind"] == "CONFIRMATION_REQUEST").unwrap().1;
    assert_eq!(request["names"], json!(["Amis du Lavoir", "Voisins"]));

    assert_eq!(codes(&confirm(&world, "anyone", &id, 3).await), ["UNAUTHENTICATED"]);
    for who in ["signed-in", "analyst", "editor", "manager", "manager-there"] {
        assert_eq!(codes(&confirm(&world, who, &id, 3).await), ["FORBIDDEN"], "{who}");
        assert_eq!(codes(&dispute(&world, who, &id, 3, "Non").await), ["FORBIDDEN"], "{who}");
    }
    let stale = confirm(&world, "neighbour", &id, 2).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    assert_eq!(stale["errors"][0]["extensions"]["currentVersion"], 3);
    let silent = dispute(&world, "neighbour", &id, 3, "  ").await;
    assert_eq!((codes(&silent), wrong_fields(&silent)), (vec!["VALIDATION"], vec!["reason"]));

    let answered = data_of(dispute(&world, "neighbour", &id, 3, "Jamais vus").await);
    assert_eq!(answered["answer"], state(4, "DISPUTED", Some("Jamais vus")));
    let answered = data_of(dispute(&world, "neighbour", &id, 4, "Jamais vus ensemble").await);
    assert_eq!(answered["answer"], state(5, "DISPUTED", Some("Jamais vus ensemble")));
    let answered = data_of(confirm(&world, "neighbour", &id, 5).await);
    assert_eq!(answered["answer"], state(6, "CONFIRMED", None));
    assert_eq!(codes(&confirm(&world, "neighbour", &id, 6).await), ["CONFLICT"]);
    assert_eq!(world.told("CONFIRMATION_ANSWER").await, ["editor@example.org"; 3]);

    let history = "query($id: ID!) { interaction(id: $id) { history(first: 3) { nodes { action comment changes { field before after } } } } }";
    let told = world.data("editor", history, json!({ "id": id })).await["interaction"]["history"].clone();
    assert_eq!(
        told["nodes"][0],
        json!({ "action": "CONFIRMED", "comment": null, "changes": [
            { "field": "confirmation", "before": "DISPUTED", "after": "CONFIRMED" },
            { "field": "disputeReason", "before": "Jamais vus ensemble", "after": null },
        ] })
    );
    assert_eq!(told["nodes"][2]["action"], "DISPUTED");
}

#[tokio::test]
async fn a_change_of_what_was_answered_asks_again_and_new_evidence_does_not() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    data_of(world.move_as("admin", "publish", &id, 1).await);
    data_of(confirm(&world, "neighbour", &id, 2).await);
    world.forget_letters().await;
    let evidence = json!({ "evidence": [{ "title": "Convention" }] });
    assert_eq!(change(&world, "editor", &id, 3, evidence).await, state(4, "CONFIRMED", None));
    assert_eq!(change(&world, "editor", &id, 4, json!({ "themes": [] })).await, state(5, "CONFIRMED", None));
    assert_eq!(world.letters().await, []);
    // whoever changes it
    for (version, who, input) in [
        (5, "editor", json!({ "intensity": 5 })),
        (7, "manager", json!({ "territories": [{ "id": world.here }] })),
    ] {
        assert_eq!(change(&world, who, &id, version, input).await, state(version + 1, "DECLARED", None));
        assert_eq!(world.told("CONFIRMATION_REQUEST").await, ["neighbour@example.org"]);
        world.forget_letters().await;
        data_of(dispute(&world, "neighbour", &id, version + 1, "Non").await);
        world.forget_letters().await;
    }
}

#[tokio::test]
async fn what_neither_side_declared_is_answered_by_either() {
    let world = World::new().await;
    for (who, told) in [("editor", "neighbour@example.org"), ("neighbour", "editor@example.org")] {
        let year = if who == "editor" { "2021" } else { "2022" };
        let period = json!({ "since": format!("{year}-01-01"), "until": format!("{year}-12-31") });
        let id = world.test.interaction("PARTNERSHIP", &world.own, &world.next, period).await;
        let mut asked = world.told("CONFIRMATION_REQUEST").await;
        asked.sort();
        assert_eq!(asked, ["editor@example.org", "neighbour@example.org"]);
        world.forget_letters().await;
        data_of(confirm(&world, who, &id, 2).await);
        assert_eq!(world.told("CONFIRMATION_ANSWER").await, [told]);
        world.forget_letters().await;
    }
}

#[tokio::test]
async fn what_is_submitted_may_be_answered_before_it_is_decided() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    data_of(world.move_as("editor", "submit", &id, 1).await);
    let answered = data_of(confirm(&world, "neighbour", &id, 2).await);
    assert_eq!(answered["answer"], state(3, "CONFIRMED", None));
    // the reviewer learns of it first
    assert_eq!(codes(&world.review_as("manager", &id, 2, "APPROVE", None).await), ["CONFLICT"]);
    world.forget_letters().await;
    data_of(world.review_as("manager", &id, 3, "APPROVE", None).await);
    assert_eq!(world.told("CONFIRMATION_REQUEST").await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_is_asked_about_an_actor_that_they_do_not_see() {
    let world = World::new().await;
    let draft = id_of(&world.test.draft_actor("Secret", json!({})).await);
    world.test.interaction("PARTNERSHIP", &draft, &world.next, json!({})).await;
    assert_eq!(world.letters().await, []);
}

#[tokio::test]
async fn an_interaction_with_an_archived_actor_is_not_declared() {
    let world = World::new().await;
    world.test.must("archive", &world.next, 2).await;
    let answer = world.test.declare("PARTNERSHIP", &world.own, &world.next, json!({})).await;
    assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["input.target"]));
}

#[tokio::test]
async fn the_other_side_reads_the_history_from_the_submission_on() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    change(&world, "editor", &id, 1, json!({ "description": "ils ne paient jamais" })).await;
    change(&world, "editor", &id, 2, json!({ "description": "Un soutien" })).await;
    data_of(world.move_as("editor", "submit", &id, 3).await);
    data_of(world.review_as("manager", &id, 4, "REJECT", Some("raison interne")).await);
    data_of(world.move_as("editor", "submit", &id, 5).await);
    let query = "query($id: ID!) { interaction(id: $id) { history { totalCount nodes { action comment changes { field before after } } } } }";
    let told = world.data("neighbour", query, json!({ "id": id })).await["interaction"]["history"].clone();
    assert_eq!(told["totalCount"], 1, "{told}");
    for secret in ["paient", "interne"] {
        assert!(!told.to_string().contains(secret), "{told}");
    }
    for who in ["editor", "manager"] {
        let told = world.data(who, query, json!({ "id": id })).await["interaction"]["history"].clone();
        assert_eq!(told["totalCount"], 6, "{who}");
        assert!(told.to_string().contains("paient") && told.to_string().contains("interne"), "{who}");
    }
}
