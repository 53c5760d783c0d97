//! From a collective of actors to a collective actor.

use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of};

const PROMOTE: &str = "mutation($id: ID!, $version: Int!) { promoteToActor(collective: $id, expectedVersion: $version, kind: ASSOCIATION) {
    id name kind status description areasServed { name } } }";

async fn promote(town: &Town, token: &str, id: &str, version: i64) -> Value {
    town.test.ask_as(token, PROMOTE, json!({ "id": id, "version": version })).await
}

#[tokio::test]
async fn its_members_are_members_of_the_actor_that_it_becomes_once() {
    let town = Town::of(5).await;
    let intent = json!({ "sharedFinding": "Constat", "changeSought": "Un tiers-lieu" });
    let more = json!({ "name": "Le Tiers-lieu", "intent": intent, "sdgs": [11], "invite": [town.actors[3], town.actors[4]] });
    let id = id_of(&town.registered(more).await);
    town.join(&id, [1, 2]).await;
    let declined = town.membership(&id, 3).await;
    data_of(town.answer(&town.editors[3], &declined, false).await);
    town.test.must("archive", &town.actors[2], 2).await;
    assert_eq!(codes(&promote(&town, &town.editors[1], &id, 1).await), ["FORBIDDEN"]);
    assert_eq!(codes(&promote(&town, &town.editors[0], &id, 9).await), ["CONFLICT"]);
    let actor = data_of(promote(&town, &town.editors[0], &id, 1).await)["promoteToActor"].clone();
    assert_eq!((&actor["name"], &actor["status"]), (&json!("Le Tiers-lieu"), &json!("DRAFT")));
    assert_eq!((&actor["description"], &actor["kind"]), (&json!("Un tiers-lieu"), &json!("ASSOCIATION")));
    assert_eq!(texts(&actor["areasServed"], "/name"), ["Dreux"]);
    let read = "query($id: ID!) { actor(by: { id: $id }) { interactions { nodes { kind status confirmation since source { name } target { name } } } } }";
    let seen = town.test.admin_data(read, json!({ "id": actor["id"] })).await;
    let interactions = &seen["actor"]["interactions"]["nodes"];
    let mut sources = texts(interactions, "/source/name");
    sources.sort_unstable();
    assert_eq!(sources, ["Association 0", "Association 1"]);
    for one in interactions.as_array().unwrap() {
        assert_eq!(
            (&one["kind"], &one["status"], &one["confirmation"]),
            (&json!("MEMBERSHIP"), &json!("DRAFT"), &json!("DECLARED"))
        );
        assert_eq!((&one["target"]["name"], &one["since"]), (&json!("Le Tiers-lieu"), &json!("2026-11-22")));
    }
    let again = promote(&town, &town.editors[0], &id, 2).await;
    assert_eq!(codes(&again), ["CONFLICT"], "{}", message(&again));
    let read = "query($id: ID!) { collective(by: { id: $id }) { version actor { id } } }";
    let collective = town.test.admin_data(read, json!({ "id": id })).await["collective"].clone();
    assert_eq!(collective, json!({ "version": 2, "actor": { "id": actor["id"] } }));
    let created = town
        .test
        .rows("SELECT 1 AS one FROM changes WHERE action = 'CREATE' AND subject_kind = 'INTERACTION'")
        .await;
    assert_eq!(created.len(), 2);
    // Who promoted it keeps it.
    let update = "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 1, input: { shortName: \"TL\" }) { shortName } }";
    data_of(town.test.ask_as(&town.editors[0], update, json!({ "id": actor["id"] })).await);
}

#[tokio::test]
async fn a_collective_without_members_or_in_the_archive_becomes_none() {
    let town = Town::of(1).await;
    let id = id_of(&data_of(town.register(&town.manager, json!({})).await)["registerCollective"]);
    let nobody = promote(&town, &town.manager, &id, 1).await;
    assert_eq!(codes(&nobody), ["CONFLICT"], "{}", message(&nobody));
    let lead = town.membership(&id, 0).await;
    data_of(town.answer(&town.editors[0], &lead, true).await);
    town.test.must("archive", &id, 1).await;
    assert_eq!(codes(&promote(&town, &town.manager, &id, 2).await), ["CONFLICT"]);
    town.test.must("restore", &id, 2).await;
    data_of(promote(&town, &town.manager, &id, 3).await);
}
