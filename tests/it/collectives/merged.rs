//! Actors that are merged: the survivor is of the collectives of both.

use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of};

const MERGE: &str = "mutation($keep: ID!, $kv: Int!, $merge: ID!, $mv: Int!) {
    mergeActors(keep: $keep, keepVersion: $kv, merge: $merge, mergeVersion: $mv) { id } }";

async fn merge(town: &Town, keep: &str, merged: &str) -> Value {
    town.test.ask_as_admin(MERGE, json!({ "keep": keep, "kv": 2, "merge": merged, "mv": 2 })).await
}

const ALL: &str =
    "query($id: ID!) { collective(by: { id: $id }) { version lead { id } nextSteps { owner { id } }
    resourcePeople { actor { id } } contributions { nodes { member { id } } } actor { id }
    members { nodes { role status responsibility hoursPerMonth actor { id } } } } }";

async fn all(town: &Town, id: &str) -> Value {
    town.test.admin_data(ALL, json!({ "id": id })).await["collective"].clone()
}

#[tokio::test]
async fn the_survivor_takes_the_place_of_the_merged_one_in_all_that_names_it() {
    let town = Town::of(3).await;
    let editor = &town.editors[0];
    let id = id_of(&town.registered(json!({})).await);
    town.join(&id, [1]).await;
    data_of(town.steps(editor, &id, 1, json!([{ "title": "Un pas", "owner": town.actors[0] }])).await);
    let people = "mutation($id: ID!, $a: ID!) { setResourcePeople(collective: $id, expectedVersion: 2, people: [{ name: \"Dominique\", actor: $a }]) { version } }";
    data_of(town.test.ask_as(editor, people, json!({ "id": id, "a": town.actors[0] })).await);
    let contribute = "mutation($id: ID!, $a: ID!) { recordContribution(collective: $id, input: { member: $a, kind: TIME, amount: \"2\" }) { id } }";
    data_of(town.test.ask_as(editor, contribute, json!({ "id": id, "a": town.actors[0] })).await);
    let promote =
        "mutation($id: ID!) { promoteToActor(collective: $id, expectedVersion: 3, kind: OTHER) { id } }";
    let actor =
        id_of(&data_of(town.test.ask_as(editor, promote, json!({ "id": id })).await)["promoteToActor"]);
    // Its interactions with the members, which are drafts, go with it.
    let survivor = &town.actors[2];
    data_of(merge(&town, survivor, &town.actors[0]).await);
    let seen = all(&town, &id).await;
    let survivor = json!({ "id": survivor });
    assert_eq!(seen["lead"], survivor);
    assert_eq!(seen["nextSteps"], json!([{ "owner": survivor }]));
    assert_eq!(seen["resourcePeople"], json!([{ "actor": survivor }]));
    assert_eq!(seen["contributions"]["nodes"], json!([{ "member": survivor }]));
    assert_eq!(seen["actor"]["id"], json!(actor));
    assert_eq!(seen["version"], 5, "who has a form open is told");
    let told = town
        .test
        .rows("SELECT fields FROM changes WHERE subject_kind = 'COLLECTIVE' AND action = 'MERGE'")
        .await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["fields"]["member"][0], Value::Null);
    let other = town.test.draft_actor("Le même", json!({})).await;
    let other = id_of(&other);
    town.test.must("publish", &other, 1).await;
    // The actor that a collective has become may be merged too.
    data_of(town.test.ask_as_admin(MERGE, json!({ "keep": other, "kv": 2, "merge": actor, "mv": 1 })).await);
    assert_eq!(all(&town, &id).await["actor"]["id"], json!(other));
}

#[tokio::test]
async fn two_memberships_of_one_collective_become_the_one_that_went_furthest() {
    for (kept, merged, expected) in [
        ("ACCEPTED", "INVITED", "ACCEPTED"),
        ("INVITED", "ACCEPTED", "ACCEPTED"),
        ("DECLINED", "INVITED", "INVITED"),
        ("LEFT", "DECLINED", "LEFT"),
    ] {
        let town = Town::of(3).await;
        let id = id_of(&town.registered(json!({ "invite": [town.actors[1], town.actors[2]] })).await);
        let memberships = [town.membership(&id, 1).await, town.membership(&id, 2).await];
        for (membership, status) in memberships.iter().zip([kept, merged]) {
            let key = maillage::graphql::ids::id_of::<maillage::domain::ids::MembershipId>(
                &membership.clone().into(),
            )
            .0;
            town.test
                .execute(&format!("UPDATE memberships SET status = '{status}' WHERE id = '{key}'"))
                .await;
        }
        let part = json!({ "responsibility": "Les lieux", "hoursPerMonth": 3 });
        data_of(town.update_member(&town.editors[0], &memberships[1], part).await);
        data_of(merge(&town, &town.actors[1], &town.actors[2]).await);
        let members = all(&town, &id).await["members"]["nodes"].clone();
        assert_eq!(texts(&members, "/status"), ["ACCEPTED", expected], "{kept}, {merged}: {members}");
        assert_eq!(
            (&members[1]["responsibility"], &members[1]["hoursPerMonth"]),
            (&json!("Les lieux"), &json!(3.0))
        );
        assert_eq!(town.membership(&id, 1).await, memberships[0], "the survivor's stays the same one");
    }
}

#[tokio::test]
async fn a_lead_that_is_merged_into_a_member_leads_on() {
    let town = Town::of(3).await;
    let id = id_of(&town.registered(json!({})).await);
    town.join(&id, [1]).await;
    data_of(merge(&town, &town.actors[1], &town.actors[0]).await);
    let seen = all(&town, &id).await;
    assert_eq!(seen["lead"]["id"], json!(town.actors[1]));
    assert_eq!(seen["members"]["nodes"].as_array().unwrap().len(), 1);
    // Its editors write the collective from then on.
    data_of(town.invite(&town.editors[1], &id, 2, "MEMBER").await);
    let gone = town.invite(&town.manager, &id, 0, "MEMBER").await;
    assert_eq!(
        codes(&gone),
        ["DUPLICATE"],
        "its old id leads to the one that is a member: {}",
        message(&gone)
    );
}

#[tokio::test]
async fn an_archived_lead_leads_nobody_and_another_takes_the_lead() {
    let town = Town::of(3).await;
    let id = id_of(&town.registered(json!({})).await);
    town.join(&id, [1]).await;
    town.test.must("archive", &town.actors[0], 2).await;
    let read = town.read(&id).await;
    assert_eq!((&read["lead"], &read["members"]["totalCount"]), (&Value::Null, &json!(1)));
    let one = town.membership(&id, 1).await;
    data_of(town.update_member(&town.manager, &one, json!({ "role": "LEAD" })).await);
    town.test.must("restore", &town.actors[0], 3).await;
    let read = town.read(&id).await;
    assert_eq!(read["lead"]["id"], json!(town.actors[1]));
    assert_eq!(texts(&read["members"]["nodes"], "/role"), ["LEAD", "MEMBER"]);
}
