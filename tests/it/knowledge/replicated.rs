//! Practices taken up elsewhere: by which path, by whom, how far, and drawn on a map.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Town;
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn each_path_asks_for_what_it_goes_by() {
    let town = Town::of(3).await;
    let practice = town.published(json!({})).await;
    let call = town.test.call("Appel", &town.here, json!({})).await;
    for (path, missing, given) in [
        ("CALL", "input.call", json!({ "call": call })),
        ("TERRITORY", "input.territory", json!({ "territory": { "id": town.there } })),
        ("NETWORK", "input.actor", json!({ "actor": town.actors[2] })),
    ] {
        let input = json!({ "path": path, "status": "DONE", "since": "2026-11-23", "notes": "\u{202e}" });
        let answer = town.take_up(&town.editors[0], &practice, input).await;
        let mut paths = wrong_fields(&answer);
        paths.sort_unstable();
        let mut all = vec![missing, "input.notes", "input.since"];
        all.sort_unstable();
        assert_eq!(paths, all, "{path}");
        let input = super::merged(
            json!({ "path": path, "status": "RUNNING", "since": "2026-11-22", "notes": "Note" }),
            given.clone(),
        );
        let made =
            data_of(town.take_up(&town.editors[0], &practice, input).await)["recordReplication"].clone();
        assert_eq!((&made["path"], &made["status"]), (&json!(path), &json!("RUNNING")));
        assert_eq!((&made["since"], &made["notes"]), (&json!("2026-11-22"), &json!("Note")));
        assert_eq!(made["practice"]["id"], json!(practice));
        // The same again, however far, is the same.
        let again = super::merged(json!({ "path": path, "status": "PLANNED" }), given);
        let answer = town.take_up(&town.editors[0], &practice, again).await;
        assert_eq!(codes(&answer), ["DUPLICATE"]);
        assert_eq!(answer["errors"][0]["extensions"]["existingId"], made["id"]);
    }
    for (input, path) in [
        (json!({ "path": "CALL", "status": "PLANNED", "call": "YQ" }), "input.call"),
        (json!({ "path": "NETWORK", "status": "PLANNED", "actor": "YQ" }), "input.actor"),
        (
            json!({ "path": "TERRITORY", "status": "PLANNED", "territory": { "code": { "kind": "COMMUNE", "code": "0" } } }),
            "input.territory",
        ),
    ] {
        let answer = town.take_up(&town.editors[0], &practice, input).await;
        assert_eq!(wrong_fields(&answer), [path]);
    }
}

#[tokio::test]
async fn it_moves_as_the_guide_says_and_every_other_move_is_refused() {
    let town = Town::of(2).await;
    let practice = town.published(json!({})).await;
    let input = json!({ "path": "TERRITORY", "territory": { "id": town.there }, "status": "CONSIDERED" });
    let id = id_of(&data_of(town.take_up(&town.editors[0], &practice, input).await)["recordReplication"]);
    for (status, outcome) in [
        ("DONE", Some("CONFLICT")),
        ("PLANNED", None),
        ("PLANNED", None),
        ("CONSIDERED", None),
        ("RUNNING", None),
        ("CONSIDERED", Some("CONFLICT")),
        ("DONE", None),
        ("ABANDONED", Some("CONFLICT")),
        ("RUNNING", None),
        ("ABANDONED", None),
        ("RUNNING", Some("CONFLICT")),
        ("PLANNED", None),
    ] {
        let answer = town.move_on(&town.editors[0], &id, json!({ "status": status })).await;
        assert_eq!(codes(&answer).first().copied(), outcome, "{status}");
    }
    // left out, null, value; what is to begin may be in the future, what has begun not
    let next = json!({ "since": "2027-01-15", "notes": "En janvier" });
    let moved = data_of(town.move_on(&town.editors[0], &id, next).await)["updateReplication"].clone();
    assert_eq!((&moved["status"], &moved["since"]), (&json!("PLANNED"), &json!("2027-01-15")));
    let answer = town.move_on(&town.editors[0], &id, json!({ "status": "RUNNING" })).await;
    assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["since"]));
    let moved = town.move_on(&town.editors[0], &id, json!({ "status": "RUNNING", "since": null })).await;
    let moved = data_of(moved)["updateReplication"].clone();
    assert_eq!((&moved["since"], &moved["notes"]), (&Value::Null, &json!("En janvier")));
    assert_eq!(codes(&town.move_on(&town.editors[0], &id, json!({ "status": null })).await), ["VALIDATION"]);
    let changes = town
        .test
        .rows("SELECT max(version) AS version FROM changes WHERE subject_kind = 'REPLICATION'")
        .await;
    let own = town.test.rows("SELECT version FROM replications").await;
    assert_eq!(changes, own);
    // What was abandoned may be taken up anew beside.
    data_of(town.move_on(&town.editors[0], &id, json!({ "status": "ABANDONED" })).await);
    let input = json!({ "path": "TERRITORY", "territory": { "id": town.there }, "status": "CONSIDERED" });
    data_of(town.take_up(&town.editors[0], &practice, input).await);
}

#[tokio::test]
async fn those_record_it_whose_practice_it_is_who_take_it_up_and_who_manage_there() {
    let town = Town::of(4).await;
    let practice = town.published(json!({})).await;
    let by = |n: usize| json!({ "path": "NETWORK", "actor": town.actors[n], "status": "PLANNED" });
    for (who, token, input, outcome) in [
        ("an editor of the practice", &town.editors[0], by(1), None),
        ("an editor of another", &town.editors[1], by(2), Some("FORBIDDEN")),
        ("who takes it up", &town.editors[2], by(2), None),
        ("a manager of where it is done", &town.elsewhere, by(3), None),
        (
            "a manager elsewhere",
            &town.elsewhere,
            json!({ "path": "TERRITORY", "territory": { "id": town.here }, "status": "PLANNED" }),
            Some("FORBIDDEN"),
        ),
        (
            "a manager of the practice",
            &town.manager,
            json!({ "path": "TERRITORY", "territory": { "id": town.there }, "status": "PLANNED" }),
            None,
        ),
    ] {
        let answer = town.take_up(token, &practice, input).await;
        assert_eq!(codes(&answer).first().copied(), outcome, "{who}: {answer}");
    }
    let all = "query($id: ID!) { goodPractice(by: {id: $id}) { replications { id actor { id } } } }";
    let all = town.test.data(all, json!({ "id": practice })).await["goodPractice"]["replications"].clone();
    assert_eq!(all.as_array().unwrap().len(), 4);
    let own = all.as_array().unwrap().iter().find(|one| one["actor"]["id"] == json!(town.actors[2])).unwrap();
    for (who, token, outcome) in [
        ("who takes it up", &town.editors[2], None),
        ("the practice's editor", &town.editors[0], None),
        ("an editor of another", &town.editors[1], Some("FORBIDDEN")),
        ("a manager elsewhere", &town.elsewhere, Some("FORBIDDEN")),
    ] {
        let answer = town.move_on(token, &id_of(own), json!({ "notes": who })).await;
        assert_eq!(codes(&answer).first().copied(), outcome, "{who}");
    }
    // Of a draft that they do not see there is nothing.
    let draft = id_of(&town.created(json!({})).await);
    assert_eq!(codes(&town.take_up(&town.editors[2], &draft, by(2)).await), ["NOT_FOUND"]);
    // Nothing is taken up of what was put away.
    town.test.must("archive", &practice, 2).await;
    assert_eq!(codes(&town.take_up(&town.editors[0], &practice, by(0)).await), ["CONFLICT"]);
}

#[tokio::test]
async fn the_map_has_a_place_for_what_is_somewhere_and_names_nobody_who_is_not_seen() {
    let town = Town::of(3).await;
    let practice = town.published(json!({})).await;
    let call = town.test.call("Appel", &town.here, json!({})).await;
    let square = crate::support::entries::square(1.0, 48.0, 0.1);
    let quarter = town.test.territory("PRIORITY_NEIGHBOURHOOD", "QN1", "Les Oriels", square).await;
    for input in [
        json!({ "path": "TERRITORY", "territory": { "id": quarter }, "status": "RUNNING" }),
        json!({ "path": "TERRITORY", "territory": { "id": quarter }, "status": "DONE", "actor": town.actors[1] }),
        json!({ "path": "NETWORK", "actor": town.actors[2], "status": "PLANNED" }),
        json!({ "path": "CALL", "call": call, "status": "CONSIDERED" }),
    ] {
        data_of(town.take_up(&town.editors[0], &practice, input).await);
        // Told oldest first: what is recorded in one instant has no order.
        town.test.clock.set(town.test.clock.now() + TimeDelta::seconds(1));
    }
    let map = "query($id: ID!) { goodPractice(by: {id: $id}) { replications { call { id } actor { id } }
        replicationMap { territory { name } point { longitude latitude } total counts { status count } replications { path actor { id } } } } }";
    let seen = async || town.test.data(map, json!({ "id": practice })).await["goodPractice"].clone();
    assert_eq!(
        seen().await["replicationMap"],
        json!([
            { "territory": { "name": "Les Oriels" }, "point": { "longitude": 1.0, "latitude": 48.0 }, "total": 2,
                "counts": [{ "status": "RUNNING", "count": 1 }, { "status": "DONE", "count": 1 }],
                "replications": [{ "path": "TERRITORY", "actor": null }, { "path": "TERRITORY", "actor": { "id": town.actors[1] } }] },
            { "territory": { "name": "Vernon" }, "point": null, "total": 1, "counts": [{ "status": "PLANNED", "count": 1 }],
                "replications": [{ "path": "NETWORK", "actor": { "id": town.actors[2] } }] }
        ])
    );
    // Those who are put away are null, and place nothing any more.
    for (id, version) in [(&town.actors[1], 2), (&town.actors[2], 2), (&call, 2)] {
        town.test.must("archive", id, version).await;
    }
    let seen = seen().await;
    assert_eq!(seen["replicationMap"].as_array().unwrap().len(), 1);
    assert_eq!(seen["replicationMap"][0]["replications"][1]["actor"], Value::Null);
    let all = seen["replications"].as_array().unwrap();
    assert!(all.len() == 4 && all.iter().all(|one| one["call"].is_null() && one["actor"].is_null()));
}
