//! Who sends a request: a stranger, or the bearer of a token that is good.

use chrono::TimeDelta;
use maillage::auth::{Keyring, SigningKey};

use super::*;
use crate::support::codes;

const DRAFT: &str =
    r#"mutation { createActor(input: {kind: ASSOCIATION, name: "Les Amis du Lavoir"}) { status } }"#;

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_before_anything_runs() {
    let test = TestApp::empty().await;
    let (now, day) = (test.clock.now(), TimeDelta::days(1));
    let ended = test.app.token(test.user, None, -day).await.unwrap();
    let key = SigningKey::generate().unwrap();
    let stranger = Keyring::new(&key, std::slice::from_ref(&key));
    let other_key = stranger.issue(test.user, None, now, day).unwrap();
    let good = test.app.token(test.user, None, day).await.unwrap();
    let (head, signature) = good.rsplit_once('.').unwrap();
    let swapped: String = signature.chars().rev().collect();
    let mut parts = good.split('.');
    let (_, claims) = (parts.next(), parts.next().unwrap());
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    for (what, authorization) in [
        ("expired", format!("Bearer {ended}")),
        ("of another key", format!("Bearer {other_key}")),
        ("another signature", format!("Bearer {head}.{swapped}")),
        ("no signature", format!("Bearer {unsigned}")),
        ("no token", "Bearer".to_owned()),
        ("nonsense", "Bearer nonsense".to_owned()),
        ("another scheme", "Basic YTpi".to_owned()),
    ] {
        let answer = post(&test.state, DRAFT, &[("authorization", &authorization)]).await;
        assert_eq!(answer.refusal(), refused(401, "UNAUTHENTICATED"), "{what}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
        assert_eq!(answer.json().get("data"), None, "{what}");
    }
    let told = post(&test.state, "{ __typename }", &[("authorization", &format!("Bearer {ended}"))]).await;
    assert!(told.error()["message"].as_str().unwrap().contains("has ended"));
}

#[tokio::test]
async fn a_token_lets_its_bearer_write_until_it_ends_and_a_stranger_may_not() {
    let test = TestApp::empty().await;
    let token = test.app.token(test.user, None, TimeDelta::hours(1)).await.unwrap();
    let bearer = format!("bearer {token}");
    let answer = post(&test.state, DRAFT, &[("authorization", &bearer)]).await;
    assert_eq!(answer.json()["data"]["createActor"]["status"], "DRAFT");

    let stranger = post(&test.state, DRAFT, &[]).await.json();
    assert_eq!((codes(&stranger), &stranger["data"]["createActor"]), (vec!["UNAUTHENTICATED"], &Value::Null));

    test.clock.set(test.clock.now() + TimeDelta::hours(2));
    let late = post(&test.state, DRAFT, &[("authorization", &bearer)]).await;
    assert_eq!(late.refusal(), refused(401, "UNAUTHENTICATED"));
}
