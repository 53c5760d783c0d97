//! Cursors: they do not expire, are refused where they are none, and a part costs a handful of statements.

use serde_json::json;

use super::{CHANGES, Follower};
use crate::support::{TestApp, codes, wrong_fields};

#[tokio::test]
async fn a_cursor_that_is_none_is_refused_and_one_of_another_database_too() {
    let test = TestApp::empty().await;
    test.actor("Un", json!({})).await;
    for since in ["", "0", "nonsense", "🙂", "ZmFrZQ"] {
        let answer = test.ask(CHANGES, json!({ "since": since })).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["since"]), "{since}");
    }
    let answer = test.ask(CHANGES, json!({ "first": 101 })).await;
    assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["first"]));
    let mut follower = Follower::new(None);
    assert_eq!(follower.all(&test).await.len(), 1);
    let cursor = follower.cursor.clone();
    // As a restore does.
    test.execute("UPDATE feed_era SET era = gen_random_uuid()").await;
    let answer = test.ask(CHANGES, json!({ "since": cursor })).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("start afresh"));
    // A state of before, without a word of it.
    let mut follower = Follower::new(None);
    follower.all(&test).await;
    test.execute("DELETE FROM feed WHERE position = (SELECT max(position) FROM feed)").await;
    assert_eq!(codes(&test.ask(CHANGES, json!({ "since": follower.cursor })).await), ["CONFLICT"]);
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_though_there_was_nothing() {
    let test = TestApp::empty().await;
    let mut follower = Follower::new(None);
    let page = follower.page(&test).await;
    assert_eq!(page["edges"], json!([]));
    let again = follower.page(&test).await;
    assert_eq!(page["cursor"], again["cursor"]);
    let first = test.actor("Un", json!({})).await;
    let second = test.actor("Deux", json!({})).await;
    let mut small = Follower::new(None).asking(json!({ "first": 1 }));
    let all = small.all(&test).await;
    let ids: Vec<_> = all.iter().map(|change| change["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&first, &second]);
    // An edge's cursor goes on behind it.
    let page = follower.page(&test).await;
    let mut other = Follower::new(None);
    other.cursor = page["edges"][0]["cursor"].as_str().map(str::to_owned);
    assert_eq!(other.all(&test).await.len(), 1);
    let none = Follower::new(None).asking(json!({ "first": 0 })).page(&test).await;
    assert_eq!((&none["edges"], &none["pageInfo"]["hasNextPage"]), (&json!([]), &json!(true)));
}

#[tokio::test]
async fn what_was_there_before_the_feed_comes_first_and_in_order() {
    let test = TestApp::empty().await;
    let ids = [test.actor("Un", json!({})).await, test.actor("Deux", json!({})).await];
    // As the migration leaves what it finds.
    test.execute("UPDATE changes SET transaction = 0; DELETE FROM feed WHERE transaction > 0").await;
    let third = test.actor("Trois", json!({})).await;
    let all = Follower::new(None).asking(json!({ "first": 1 })).all(&test).await;
    let told: Vec<_> = all.iter().map(|change| change["id"].as_str().unwrap()).collect();
    assert_eq!(told, [&ids[0], &ids[1], &third]);
}

#[tokio::test]
async fn a_page_costs_a_handful_of_statements() {
    let test = TestApp::demo().await;
    let query = "{ changes(first: 100) { cursor edges { node { type node { ... on Actor { name seat { name } } ... on Interaction { source { name } target { name } } } } } } }";
    let statements = test.statements(query, json!({})).await;
    assert!(statements <= 12, "{statements}");
    let mut follower = Follower::new(None);
    let all = follower.all(&test).await;
    assert!(all.len() > 300, "{}", all.len());
    let cursor = follower.cursor.unwrap();
    let query = "query($since: String) { changes(since: $since) { cursor nodes { id } } }";
    assert_eq!(test.statements(query, json!({ "since": cursor })).await, 1);
}
