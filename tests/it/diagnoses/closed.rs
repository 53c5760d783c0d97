//! Diagnoses that are closed: nothing of them changes.

use serde_json::json;

use super::Town;
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn it_is_closed_after_all_that_was_done_and_not_in_the_future() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    town.recorded(&id, json!({ "title": "Comité de pilotage", "format": "STEERING_COMMITTEE", "heldOn": "2021-06-24", "endedOn": "2021-06-25" })).await;
    for (on, says) in [
        ("2020-10-31", "is before the diagnosis began, 2020-11"),
        (
            "2021-06-24",
            "is before its session “Comité de pilotage” on 2021-06-25: close it on that day or later",
        ),
        ("2026-11-23", "is in the future: it is closed when it is over"),
        ("hier", "is not a date as in 2026-06-30"),
    ] {
        let answer = town.close(&town.editors[0], &id, 2, on).await;
        assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["message"], says, "{answer}");
        assert_eq!(wrong_fields(&answer)[0], "on");
    }
    assert_eq!(codes(&town.close(&town.editors[0], &id, 1, "2021-07-01").await), ["CONFLICT"]);
    let closed = data_of(town.close(&town.editors[0], &id, 2, "2021-07-01").await)["closeDiagnosis"].clone();
    assert_eq!((&closed["closedOn"], &closed["version"]), (&json!("2021-07-01"), &json!(3)));
}

#[tokio::test]
async fn every_write_to_a_closed_one_says_since_when_it_is() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let session = id_of(&town.recorded(&id, json!({})).await);
    data_of(town.close(&town.manager, &id, 2, "2021-07-01").await);
    let refused = [
        town.update(&town.manager, &id, 3, json!({ "title": "Autre" })).await,
        town.close(&town.manager, &id, 3, "2021-07-02").await,
        town.record(&town.manager, &id, json!({})).await,
        town.revise(&town.manager, &session, json!({ "headcount": 3 })).await,
        town.cancel(&town.manager, &session).await,
    ];
    for answer in refused {
        assert_eq!(codes(&answer), ["CONFLICT"]);
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("it is closed since 2021-07-01: "), "{message}");
        assert!(message.ends_with("may still be added"), "{message}");
    }
    assert_eq!(town.version(&id).await, 3);
    // The permission says what the attempt does; it may still be published.
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { permissions { action allowed reason } } }";
    let told = data_of(town.test.ask_as(&town.manager, query, json!({ "id": id })).await);
    let permission = |action: &str| {
        let all = told["diagnosis"]["permissions"].as_array().unwrap();
        all.iter().find(|permission| permission["action"] == action).unwrap().clone()
    };
    let reason = permission("UPDATE")["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("it is closed since 2021-07-01"), "{reason}");
    assert_eq!(permission("PUBLISH")["allowed"], true);
    town.test.must("publish", &id, 3).await;
}

#[tokio::test]
async fn a_beginning_after_what_was_held_is_refused() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    town.recorded(&id, json!({})).await;
    let late = json!({ "startedOn": "2021-06-05", "startedOnPrecision": "DAY" });
    assert_eq!(wrong_fields(&town.update(&town.manager, &id, 2, late).await), ["input.startedOn"]);
    // Of a month its first day counts.
    let month = json!({ "startedOn": "2021-06-05", "startedOnPrecision": "MONTH" });
    let changed = data_of(town.update(&town.manager, &id, 2, month).await);
    assert_eq!(changed["updateDiagnosis"]["startedOn"], "2021-06-01");
}

#[tokio::test]
async fn a_session_that_is_only_planned_is_taken_away_before() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let planned = town.recorded(&id, json!({ "title": "Copil", "heldOn": "2027-10-01" })).await;
    for (on, says) in [
        (
            "2026-01-01",
            "is before its session “Copil”, which is planned for 2027-10-01: move that one with updateSession, or take it away with removeSession, and close then",
        ),
        ("2027-10-01", "is in the future: it is closed when it is over"),
    ] {
        let answer = town.close(&town.manager, &id, 2, on).await;
        assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["message"], says, "{answer}");
    }
    data_of(town.cancel(&town.manager, &id_of(&planned)).await);
    data_of(town.close(&town.manager, &id, 3, "2026-01-01").await);
}
