//! The order: that of commits, so that nothing comes later before what was told.

use std::collections::BTreeMap;

use futures::future::{join, join_all};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

use super::{Follower, brief, replayed};
use crate::support::{TestApp, codes, data_of};

/// Rows of the feed that have no place, and changes without a row.
const UNPLACED: &str =
    "SELECT (SELECT count(*) FROM feed WHERE position IS NULL) + (SELECT count(*) FROM changes c
    WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.transaction = c.transaction)) AS count";

/// Writes as an administrator, again where there was no connection to spare: on a machine that is busy with other tests they
/// are slow to open.
async fn write(test: &TestApp, query: &str, variables: Value) -> Value {
    loop {
        let answer = test.ask_as_admin(query, variables.clone()).await;
        if codes(&answer) != ["UNAVAILABLE"] {
            return data_of(answer);
        }
    }
}

const CREATE: &str = "mutation($name: String!) { made: createActor(input: { kind: ASSOCIATION, name: $name, clientKey: $name }) { id } }";
const PUBLISH: &str = "mutation($id: ID!) { publish(id: $id, expectedVersion: 1) { __typename } }";
const UPDATE: &str = "mutation($id: ID!, $version: Int!, $text: String!) {
    updateActor(id: $id, expectedVersion: $version, input: { description: $text }) { id } }";

#[tokio::test]
async fn a_reader_beside_ten_writers_misses_nothing_and_ends_with_the_same_state() {
    let test = TestApp::empty().await;
    // Two instances write, a third one reads.
    let instances = [TestApp::at(test.url()).await, TestApp::at(test.url()).await];
    let writer = async |number: usize| {
        let test = &instances[number % 2];
        let mut acknowledged = BTreeMap::new();
        for round in 0..4 {
            let made = write(test, CREATE, json!({ "name": format!("Acteur {number} {round}") })).await;
            let id = made["made"]["id"].as_str().unwrap().to_owned();
            write(test, PUBLISH, json!({ "id": id })).await;
            acknowledged.insert(id.clone(), 2);
            for version in 2..5 {
                let text = format!("v{version}");
                write(test, UPDATE, json!({ "id": id, "version": version, "text": text })).await;
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
    // In the order of places no version comes before one that it followed, and every change has its place.
    let placed = test.rows("SELECT c.subject_id, c.version FROM feed f JOIN changes c ON c.transaction = f.transaction AND c.position >= f.from_change ORDER BY f.position, c.position").await;
    let changes = test.rows("SELECT count(*) AS count FROM changes").await[0]["count"].as_i64().unwrap();
    assert_eq!(placed.len() as i64, changes);
    let mut versions = BTreeMap::new();
    for entry in &placed {
        let version = entry["version"].as_i64().unwrap();
        let before = versions.insert(entry["subject_id"].to_string(), version);
        assert!(before.is_none_or(|before| before < version), "{entry} after {before:?}");
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
