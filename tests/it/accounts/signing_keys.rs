//! The keys that sign our tokens: replaced, and known to every instance.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use maillage::app::App;
use maillage::domain::ids::Ids;
use serde_json::json;

use super::*;
use crate::support::{TestApp, codes};

async fn is_good(test: &TestApp, token: &str) -> bool {
    let answer = test.ask_as(token, VIEWER, json!({})).await;
    assert!(answer.get("errors").is_none() || codes(&answer) == ["UNAUTHENTICATED"], "{answer}");
    answer.get("errors").is_none()
}

fn kid(token: &str) -> String {
    let head = token.split('.').next().unwrap();
    let head = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, head).unwrap();
    serde_json::from_slice::<Value>(&head).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_key_signs_once_all_know_it_and_old_tokens_are_good_until_they_end() {
    let test = TestApp::empty().await;
    let other = TestApp::at(test.url()).await;
    let month = TimeDelta::days(31);
    let before = test.app.token(test.user, None, month).await.unwrap();
    assert!(is_good(&other, &before).await);
    test.clock.set(test.clock.now() + TimeDelta::seconds(1));
    let new = test.app.rotate_keys(false).await.unwrap();
    assert_eq!(kid(&test.app.token(test.user, None, month).await.unwrap()), kid(&before), "not yet");
    for instance in [&test, &other] {
        instance.clock.set(instance.clock.now() + TimeDelta::minutes(3));
    }
    let after = test.app.token(test.user, None, month).await.unwrap();
    assert_eq!(kid(&after), new);
    assert!(is_good(&other, &after).await && is_good(&other, &before).await);

    assert_eq!(test.app.forget_old_keys().await.unwrap(), 0);
    test.clock.set(test.clock.now() + month + TimeDelta::minutes(2));
    assert_eq!(test.app.forget_old_keys().await.unwrap(), 1);
    let kept = test.rows("SELECT kid FROM signing_keys").await;
    assert_eq!(kept, [json!({"kid": new})]);
}

#[tokio::test]
async fn all_tokens_end_at_once_where_a_key_leaked() {
    let test = TestApp::empty().await;
    let other = TestApp::at(test.url()).await;
    assert!(is_good(&other, &test.token).await);
    let new = test.app.rotate_keys(true).await.unwrap();
    assert!(!is_good(&test, &test.token).await);
    let fresh = test.app.token(test.user, None, TimeDelta::hours(1)).await.unwrap();
    assert_eq!(kid(&fresh), new);
    // Another instance hears of the new key by the first token of it, and of the old one's end with it.
    assert!(is_good(&other, &fresh).await);
    assert!(!is_good(&other, &test.token).await);
}

#[tokio::test]
async fn tokens_that_are_made_up_do_not_have_the_keys_read_each_time() {
    let test = TestApp::empty().await;
    let stranger = TestApp::empty().await;
    assert!(is_good(&test, &test.token).await);
    let foreign = stranger.app.token(test.user, None, TimeDelta::hours(1)).await.unwrap();
    let read = Arc::new(AtomicUsize::new(0));
    let counter = read.clone();
    let mut store = test.app.store.clone();
    store.on_statement(move |sql| {
        if sql.contains("FROM signing_keys") {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let app = App::new(store, test.clock.clone(), Ids::random());
    for _ in 0..20 {
        assert!(app.caller_of(&foreign, None).await.is_err());
    }
    assert_eq!(read.load(Ordering::Relaxed), 2, "at first, and once for the stranger's key");
}
