//! Territories that are kept in memory: never as they were before they were written.

use std::time::Duration;

use serde_json::{Value, json};

use super::{create, square, update};
use crate::support::TestApp;

/// The seat's name, and how many statements that took; each time in other words, so that no answer is one that was kept.
async fn seat(test: &TestApp, time: usize) -> (Value, usize) {
    let before = test.statement_count();
    let query = format!("{{ page{time}: actors(first: 5) {{ nodes {{ seat {{ name }} }} }} }}");
    let seat = test.data(&query, json!({})).await[format!("page{time}")]["nodes"][0]["seat"]["name"].clone();
    (seat, test.statement_count() - before)
}

#[tokio::test]
async fn a_seat_that_is_known_takes_no_statement_and_its_new_name_is_there_at_once() {
    let test = TestApp::empty().await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let commune = create(&test, "COMMUNE", "1", square(1.0, 48.0, 1.0)).await;
    test.actor("Un", json!({ "seat": { "id": commune } })).await;
    let mut time = 0;
    // Once all that was written is heard of.
    loop {
        time += 1;
        if seat(&test, time).await == (json!("Le 1"), 1) {
            break;
        }
        assert!(time < 400, "it is never known");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    update(&test, &commune, 1, json!({ "name": "La Ville" })).await;
    assert_eq!(seat(&test, 0).await.0, json!("La Ville"));
    hearing.abort();
}
