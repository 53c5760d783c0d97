//! Mergers of actors that facilitate diagnoses and were at sessions.

use serde_json::json;

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

#[tokio::test]
async fn the_survivor_facilitates_and_was_there() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let both =
        town.recorded(&id, json!({ "attendance": [town.actors[0], town.actors[1], town.actors[2]] })).await;
    let one = town.recorded(&id, json!({ "attendance": [town.actors[0], town.actors[2]] })).await;
    data_of(town.close(&town.manager, &id, 3, "2021-07-01").await);
    let merge = "mutation($keep: ID!, $merge: ID!) { mergeActors(keep: $keep, keepVersion: 2, merge: $merge, mergeVersion: 2) { id } }";
    data_of(town.test.ask_as_admin(merge, json!({ "keep": town.actors[1], "merge": town.actors[0] })).await);
    let query = "query($id: ID!, $a: ID!, $b: ID!) { diagnosis(by: { id: $id }) { version facilitator { name } closedOn }
        both: node(id: $a) { ... on WorkshopSession { attendance { name } } }
        one: node(id: $b) { ... on WorkshopSession { attendance { name } } } }";
    let read = town.test.admin_data(query, json!({ "id": id, "a": both["id"], "b": one["id"] })).await;
    assert_eq!(
        read["diagnosis"],
        json!({ "version": 5, "facilitator": { "name": "Mission locale" }, "closedOn": "2021-07-01" })
    );
    assert_eq!(texts(&read["both"]["attendance"], "/name"), ["Mission locale", "Centre social"]);
    assert_eq!(texts(&read["one"]["attendance"], "/name"), ["Mission locale", "Centre social"]);
    // What was granted went along.
    let update =
        "mutation($id: ID!) { submit(id: $id, expectedVersion: 5) { ... on SharedDiagnosis { status } } }";
    assert_eq!(
        data_of(town.test.ask_as(&town.editors[1], update, json!({ "id": id })).await)["submit"]["status"],
        "SUBMITTED"
    );
}
