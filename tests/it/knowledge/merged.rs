//! The survivor of a merger takes the merged actor's place in practices, and in what takes them up.

use serde_json::json;

use super::Town;
use crate::support::data_of;

#[tokio::test]
async fn a_survivor_has_the_practices_and_takes_up_what_the_other_did() {
    let town = Town::of(3).await;
    let both = town.published(json!({ "actors": [town.actors[1], town.actors[0]] })).await;
    let one = town.published(json!({ "title": "Autre", "actors": [town.actors[0]] })).await;
    let input = json!({ "path": "NETWORK", "actor": town.actors[0], "status": "RUNNING" });
    data_of(town.take_up(&town.editors[0], &one, input).await);
    let merge = "mutation($k: ID!, $m: ID!) { mergeActors(keep: $k, keepVersion: 2, merge: $m, mergeVersion: 2) { id } }";
    town.test.admin_data(merge, json!({ "k": town.actors[1], "m": town.actors[0] })).await;
    let read = "query($id: ID!, $other: ID!, $old: ID!) { goodPractice(by: {id: $id}) { version actors { id } } other: goodPractice(by: {id: $other}) { version actors { id } replications { actor { id } } }
        goodPractices(filter: {actor: $old}) { totalCount } }";
    let seen = town.test.data(read, json!({ "id": both, "other": one, "old": town.actors[0] })).await;
    let kept = json!([{ "id": town.actors[1] }]);
    assert_eq!(seen["goodPractice"], json!({ "version": 3, "actors": kept }));
    assert_eq!(
        seen["other"],
        json!({ "version": 3, "actors": kept, "replications": [{ "actor": { "id": town.actors[1] } }] })
    );
    assert_eq!(seen["goodPractices"]["totalCount"], 2);
    let changes = town.test.rows("SELECT subject_kind, version FROM changes WHERE action = 'MERGE' AND subject_kind IN ('GOOD_PRACTICE', 'REPLICATION') ORDER BY subject_kind").await;
    assert_eq!(changes.len(), 3);
    assert!(town.test.app.examine().await.unwrap().is_well());
}
