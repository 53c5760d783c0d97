//! The order: that of commits, so that nothing comes later before what was told.

use std::collections::BTreeMap;

use futures::future::{join, join_all};
use maillage::domain::changes::Place;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use super::{Follower, brief, replayed};
use crate::support::TestApp;

/// Rows of the feed that have no place, and changes without a row.
const UNPLACED: &str =
    "SELECT (SELECT count(*) FROM feed WHERE position IS NULL) + (SELECT count(*) FROM changes c
    WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.transaction = c.transaction)) AS count";

/// Opens connections for as many as will ask at once: on a busy machine that takes longer than a request may wait.
async fn connect_all(test: &TestApp) {
    let ask = |_| test.ask("{ actors(first: 1) { totalCount } }", json!({}));
    while join_all((0..5).map(ask)).await.iter().any(|answer| !answer["errors"].is_null()) {}
}

#[tokio::test]
async fn a_reader_beside_ten_writers_misses_nothing_and_ends_with_the_same_state() {
    let test = TestApp::empty().await;
    // Two instances write, a third one reads.
    let instances = [TestApp::at(test.url()).await, TestApp::at(test.url()).await];
    for instance in &instances {
        connect_all(instance).await;
    }
    let writer = async |number: usize| {
        let test = &instances[number % 2];
        let mut acknowledged = BTreeMap::new();
        for round in 0..4 {
            let id = test.actor(&format!("Acteur {number} {round}"), json!({})).await;
            acknowledged.insert(id.clone(), 2);
            for version in 2..5 {
                let answer =
                    test.update_actor(&id, version, json!({ "description": format!("v{version}") })).await;
                assert!(answer["errors"].is_null(), "{answer}");
                acknowledged.insert(id.clone(), version + 1);
            }
        }
        acknowledged
    };
    let writing = join_all((0..10).map(writer));
    let done = std::cell::Cell::new(false);
    let reading = async {
        let (mut follower, mut all) = (Follower::new(None).asking(json!({ "first": 7 })), Vec::new());
        let mut ended = false;
        while !ended {
            // What was acknowledged before is there after.
            ended = done.get();
            all.extend(follower.all(&test).await);
        }
        all
    };
    let written = async {
        let written = writing.await;
        done.set(true);
        written
    };
    let (written, all) = join(written, reading).await;
    let written: BTreeMap<_, _> = written.into_iter().flatten().collect();
    assert_eq!(written.len(), 40);
    assert_eq!(replayed(&all), written);
    // Versions never go back.
    let mut newest = BTreeMap::new();
    for change in &all {
        let version = change["version"].as_i64().unwrap();
        let before = newest.insert(change["id"].to_string(), version).unwrap_or(0);
        assert!(version >= before, "{change}: {before} was told before");
    }
    // Who comes after all of it hears of each once.
    assert_eq!(Follower::new(None).asking(json!({ "first": 7 })).all(&test).await.len(), 40);
    assert_eq!(test.rows(UNPLACED).await[0]["count"], json!(0));
    // What the program itself follows by, in parts of any size.
    let (mut place, mut parts) = (Place::START, Vec::new());
    loop {
        let part = test.app.store.feed_after(place, 7).await.unwrap();
        let Some(last) = part.last() else { break };
        place = last.place;
        parts.extend(part);
    }
    assert_eq!(parts, test.app.store.feed_after(Place::START, 10_000).await.unwrap());
    assert_eq!(
        parts.len() as i64,
        test.rows("SELECT count(*) AS count FROM changes").await[0]["count"].as_i64().unwrap()
    );
    let mut versions = BTreeMap::new();
    for entry in &parts {
        let before = versions.insert(entry.subject, entry.version);
        assert!(before.is_none_or(|before| before < entry.version), "{entry:?} after {before:?}");
    }
    let places = "SELECT count(*) AS count FROM feed WHERE position > 0";
    assert!(test.rows(places).await[0]["count"].as_i64().unwrap() >= 40 * 5);
}

#[tokio::test]
async fn a_transaction_that_is_open_while_others_commit_comes_after_them() {
    let test = TestApp::empty().await;
    let slow = test.actor("Lent", json!({})).await;
    let mut follower = Follower::new(None);
    follower.all(&test).await;
    let mut connection = PgConnection::connect(test.url()).await.unwrap();
    // An instance of before writes so: it knows of no feed.
    connection.execute("BEGIN").await.unwrap();
    connection
        .execute(
            "INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
                SELECT now(), 'operator', 'UPDATE', 'ACTOR', id, 3, '{}' FROM actors WHERE name = 'Lent'",
        )
        .await
        .unwrap();
    connection.execute("UPDATE actors SET version = 3 WHERE name = 'Lent'").await.unwrap();
    let quick = test.actor("Rapide", json!({})).await;
    let names = [("quick", quick.as_str()), ("slow", slow.as_str())];
    assert_eq!(follower.told(&test, &names).await, ["UPSERTED quick"]);
    connection.execute("COMMIT").await.unwrap();
    let all = follower.all(&test).await;
    assert_eq!(all.iter().map(|change| brief(change, &names)).collect::<Vec<_>>(), ["UPSERTED slow"]);
    assert_eq!(all[0]["version"], json!(3));
    // Its number was given first.
    let numbers = test.rows("SELECT subject_id FROM changes ORDER BY position DESC LIMIT 3").await;
    assert_eq!(numbers.len(), 3);
    assert_eq!(follower.all(&test).await.len(), 0);
}

#[tokio::test]
async fn what_is_undone_leaves_nothing_in_the_feed() {
    let test = TestApp::empty().await;
    let mut connection = PgConnection::connect(test.url()).await.unwrap();
    let insert = "INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
        VALUES (now(), 'operator', 'UPDATE', 'ACTOR', gen_random_uuid(), 1, '{}')";
    let before = test.rows("SELECT count(*) AS count FROM feed").await[0]["count"].as_i64().unwrap();
    for script in [
        // Undone whole; undone in a step, then nothing more; undone in a step, and something after it.
        vec!["BEGIN", insert, "ROLLBACK"],
        vec!["BEGIN", "SAVEPOINT s", insert, "ROLLBACK TO SAVEPOINT s", "COMMIT"],
        vec!["BEGIN", "SAVEPOINT s", insert, "ROLLBACK TO SAVEPOINT s", insert, insert, "COMMIT"],
        vec!["BEGIN", "SAVEPOINT s", insert, "RELEASE SAVEPOINT s", insert, "COMMIT"],
        vec![insert],
    ] {
        for statement in script {
            connection.execute(statement).await.unwrap();
        }
    }
    let after = test.rows("SELECT count(*) AS count FROM feed").await[0]["count"].as_i64().unwrap();
    assert_eq!(after - before, 3);
    assert_eq!(test.rows(UNPLACED).await[0]["count"], json!(0));
}
