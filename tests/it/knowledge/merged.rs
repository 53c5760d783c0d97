//! The survivor of a merger takes the merged actor's place in practices, and in what takes them up.

use serde_json::json;

use super::Town;
use crate::support::entries::id_of;
use crate::support::{codes, data_of};

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

#[tokio::test]
async fn two_that_say_the_same_after_a_merger_are_one() {
    for (kept, merged, notes) in [
        ("CONSIDERED", "RUNNING", "de 0\n\nde 1"),
        ("RUNNING", "CONSIDERED", "de 1\n\nde 0"),
        ("PLANNED", "PLANNED", "de 1\n\nde 0"),
    ] {
        let town = Town::of(3).await;
        let practice = town.published(json!({})).await;
        let mut ids = Vec::new();
        for (n, status) in [(0, merged), (1, kept)] {
            let input = json!({ "path": "NETWORK", "actor": town.actors[n], "status": status, "notes": format!("de {n}") });
            ids.push(id_of(
                &data_of(town.take_up(&town.test.token, &practice, input).await)["recordReplication"],
            ));
        }
        let merge = "mutation($k: ID!, $m: ID!) { mergeActors(keep: $k, keepVersion: 2, merge: $m, mergeVersion: 2) { id } }";
        town.test.admin_data(merge, json!({ "k": town.actors[1], "m": town.actors[0] })).await;
        let read = "query($id: ID!) { goodPractice(by: {id: $id}) { replications { id status notes actor { id } } } }";
        let seen =
            town.test.data(read, json!({ "id": practice })).await["goodPractice"]["replications"].clone();
        let stays = usize::from(merged != "RUNNING");
        let further = if kept == "CONSIDERED" { merged } else { kept };
        assert_eq!(
            seen,
            json!([{ "id": ids[stays], "status": further, "notes": notes, "actor": { "id": town.actors[1] } }])
        );
        let told = town
            .test
            .rows("SELECT fields FROM changes WHERE action = 'MERGE' AND subject_kind = 'REPLICATION'")
            .await;
        let told = format!("{told:?}");
        assert!(told.contains("merged_into") && told.contains("merged_from"), "{told}");
        assert!(town.test.app.examine().await.unwrap().is_well());
    }
}

#[tokio::test]
async fn what_was_abandoned_is_not_taken_up_beside_what_took_its_place() {
    let town = Town::of(2).await;
    let practice = town.published(json!({})).await;
    let input = json!({ "path": "TERRITORY", "territory": { "id": town.there }, "status": "CONSIDERED" });
    let first =
        id_of(&data_of(town.take_up(&town.editors[0], &practice, input.clone()).await)["recordReplication"]);
    data_of(town.move_on(&town.editors[0], &first, json!({ "status": "ABANDONED" })).await);
    let second = data_of(town.take_up(&town.editors[0], &practice, input).await)["recordReplication"].clone();
    let refused = town.move_on(&town.editors[0], &first, json!({ "status": "PLANNED" })).await;
    assert_eq!(codes(&refused), ["DUPLICATE"]);
    assert_eq!(refused["errors"][0]["extensions"]["existingId"], second["id"]);
    data_of(town.move_on(&town.editors[0], &first, json!({ "notes": "Autrement" })).await);
}
