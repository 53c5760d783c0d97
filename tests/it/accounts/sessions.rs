//! Signing in and out, refreshing, and another password.

use std::net::Ipv4Addr;

use chrono::TimeDelta;
use maillage::app::Error;
use maillage::domain::caller::{ClientAddress, Right};
use serde_json::{Value, json};

use super::*;
use crate::support::{TestApp, codes, data_of, wrong_fields};

#[tokio::test]
async fn whoever_signs_in_is_known_until_the_token_ends_and_then_by_the_next() {
    let test = TestApp::empty().await;
    let id = someone(&test, "amina@example.org", &[Right::Partner(None)]).await;
    let first = session(&test, "AMINA@example.org").await;
    assert_eq!(first["viewer"]["user"], json!({"id": id_of_user(id), "email": "amina@example.org"}));
    assert_eq!(first["viewer"]["grants"], json!([{"role": "PARTNER"}]));
    let access = text(&first, "accessToken");
    let known = data_of(test.ask_as(access, VIEWER, json!({})).await);
    assert_eq!(known["viewer"]["user"]["email"], "amina@example.org");

    test.clock.set(test.clock.now() + TimeDelta::minutes(16));
    let late = test.ask_as(access, VIEWER, json!({})).await;
    assert_eq!(codes(&late), ["UNAUTHENTICATED"]);
    let next = data_of(test.ask(REFRESH, json!({"token": first["refreshToken"]})).await);
    let next = &next["refreshSession"];
    assert_ne!(next["refreshToken"], first["refreshToken"]);
    assert!(test.ask_as(text(next, "accessToken"), VIEWER, json!({})).await.get("errors").is_none());

    test.clock.set(test.clock.now() + TimeDelta::days(31));
    let ended = test.ask(REFRESH, json!({"token": next["refreshToken"]})).await;
    assert_eq!(codes(&ended), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn what_fails_a_sign_in_is_told_alike_after_as_much_work() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let gone = someone(&test, "gone@example.org", &[]).await;
    test.app.add_user("invited@example.org", "Invitée", &[]).await.unwrap().unwrap();
    let deactivate = "mutation($id: ID!) { deactivateUser(id: $id) { active } }";
    test.admin_data(deactivate, json!({"id": id_of_user(gone)})).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("amina@example.org", "not the password"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("invited@example.org", ""),
        ("\u{0}", "x"),
        ("no address", "x"),
    ] {
        let before = test.app.hasher.runs();
        answers.push((email, sign_in(&test, email, password).await));
        assert_eq!(test.app.hasher.runs(), before + 1, "{email}");
    }
    let (_, first) = &answers[0];
    assert_eq!(codes(first), ["UNAUTHENTICATED"]);
    for (email, answer) in &answers {
        assert_eq!(answer, first, "{email}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_whether_the_account_is_there_or_not() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    for email in ["amina@example.org", "nobody@example.org"] {
        for _ in 0..5 {
            assert_eq!(codes(&sign_in(&test, email, "a guess").await), ["UNAUTHENTICATED"]);
        }
        // Not even the right one is looked at.
        let runs = test.app.hasher.runs();
        let blocked = sign_in(&test, email, PASSWORD).await;
        assert_eq!(codes(&blocked), ["RATE_LIMITED"]);
        assert_eq!(blocked["errors"][0]["extensions"]["retryAfterSeconds"], 4);
        assert_eq!(test.app.hasher.runs(), runs);
    }
    test.clock.set(test.clock.now() + TimeDelta::seconds(5));
    session(&test, "amina@example.org").await;
    // What went well wipes the failures out.
    assert_eq!(codes(&sign_in(&test, "amina@example.org", "a guess").await), ["UNAUTHENTICATED"]);
    session(&test, "amina@example.org").await;
}

#[tokio::test]
async fn many_accounts_tried_from_one_address_slow_that_address_down() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let tries = (0..20).map(async |n| sign_in(&test, &format!("a{n}@example.org"), "a guess").await);
    for answer in futures::future::join_all(tries).await {
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"]);
    }
    assert_eq!(codes(&sign_in(&test, "amina@example.org", PASSWORD).await), ["RATE_LIMITED"]);
}

#[tokio::test]
async fn a_stranger_who_guesses_does_not_keep_out_who_signs_in_from_where_they_always_do() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let (home, elsewhere) = (Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(198, 51, 100, 7));
    let sign_in = async |from: Ipv4Addr, password: &str| {
        let client = ClientAddress(Some(from.into()));
        test.app.sign_in(client, "amina@example.org", password.to_owned()).await.err()
    };
    let limited = |error: Option<Error>| matches!(error, Some(Error::RateLimited { .. }));
    assert!(sign_in(home, PASSWORD).await.is_none());
    for _ in 0..5 {
        assert!(!limited(sign_in(elsewhere, "a guess").await));
    }
    assert!(limited(sign_in(elsewhere, PASSWORD).await), "a stranger waits");
    assert!(sign_in(home, PASSWORD).await.is_none(), "its owner does not");
    // From home as from anywhere guesses are few.
    for _ in 0..5 {
        assert!(!limited(sign_in(home, "a guess").await));
    }
    assert!(limited(sign_in(home, PASSWORD).await));
}

#[tokio::test]
async fn guesses_at_once_are_counted_before_any_is_answered() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let tries = (0..12).map(async |_| sign_in(&test, "amina@example.org", "a guess").await);
    let answers = futures::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|answer| codes(answer) == ["UNAUTHENTICATED"]).count();
    assert_eq!(looked_at, 5, "{answers:?}");
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_all_that_follows_from_the_sign_in() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let (first, other) =
        (session(&test, "amina@example.org").await, session(&test, "amina@example.org").await);
    let next = data_of(test.ask(REFRESH, json!({"token": first["refreshToken"]})).await);
    let next = &next["refreshSession"];
    test.clock.set(test.clock.now() + TimeDelta::seconds(11));
    let again = test.ask(REFRESH, json!({"token": first["refreshToken"]})).await;
    assert_eq!(codes(&again), ["UNAUTHENTICATED"]);
    for access in [text(&first, "accessToken"), text(next, "accessToken")] {
        assert_eq!(codes(&test.ask_as(access, VIEWER, json!({})).await), ["UNAUTHENTICATED"]);
    }
    let newest = test.ask(REFRESH, json!({"token": next["refreshToken"]})).await;
    assert_eq!(newest, again, "nothing tells which of the two was copied");
    // Another sign-in of the same person is another's business.
    assert!(test.ask_as(text(&other, "accessToken"), VIEWER, json!({})).await.get("errors").is_none());
    for made_up in ["", "x", &"A".repeat(43)] {
        assert_eq!(test.ask(REFRESH, json!({"token": made_up})).await, again);
    }
}

#[tokio::test]
async fn a_refresh_token_whose_answer_was_lost_may_come_again_at_once() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let first = session(&test, "amina@example.org").await;
    let refresh = async |token: &Value| test.ask(REFRESH, json!({"token": token})).await;
    let lost = data_of(refresh(&first["refreshToken"]).await)["refreshSession"].clone();
    test.clock.set(test.clock.now() + TimeDelta::seconds(9));
    let kept = data_of(refresh(&first["refreshToken"]).await)["refreshSession"].clone();
    assert!(test.ask_as(text(&kept, "accessToken"), VIEWER, json!({})).await.get("errors").is_none());
    let next = data_of(refresh(&kept["refreshToken"]).await)["refreshSession"].clone();
    // It was not lost after all: two have a copy.
    assert_eq!(codes(&refresh(&lost["refreshToken"]).await), ["UNAUTHENTICATED"]);
    assert_eq!(codes(&refresh(&next["refreshToken"]).await), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn of_many_that_use_one_refresh_token_at_once_the_last_one_stays() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let first = session(&test, "amina@example.org").await;
    let uses = (0..8).map(async |_| test.ask(REFRESH, json!({"token": first["refreshToken"]})).await);
    let answers = futures::future::join_all(uses).await;
    assert!(answers.iter().all(|answer| answer.get("errors").is_none()), "{answers:?}");
    assert_eq!(test.rows("SELECT id FROM refresh_tokens").await.len(), 9);
    assert_eq!(test.rows("SELECT id FROM refresh_tokens WHERE used_at IS NULL").await.len(), 1);
}

#[tokio::test]
async fn signing_out_ends_the_sign_in_and_tells_strangers_nothing() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let first = session(&test, "amina@example.org").await;
    let out = "mutation($token: String!) { signOut(refreshToken: $token) { user { id } grants { role } } }";
    let left = data_of(test.ask(out, json!({"token": first["refreshToken"]})).await);
    assert_eq!(left["signOut"], json!({"user": null, "grants": []}));
    assert_eq!(data_of(test.ask(out, json!({"token": "never was"})).await), left);
    let access = text(&first, "accessToken");
    assert_eq!(codes(&test.ask_as(access, VIEWER, json!({})).await), ["UNAUTHENTICATED"]);
    assert_eq!(codes(&test.ask(REFRESH, json!({"token": first["refreshToken"]})).await), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn another_password_ends_every_sign_in_but_the_one_that_it_gives() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let (one, other) = (session(&test, "amina@example.org").await, session(&test, "amina@example.org").await);
    let change = "mutation($current: String!, $new: String!) { changePassword(current: $current, new: $new) { accessToken } }";
    let access = text(&one, "accessToken");
    let wrong = test.ask_as(access, change, json!({"current": "another", "new": "motdepasse123"})).await;
    assert_eq!((codes(&wrong), wrong_fields(&wrong)), (vec!["VALIDATION"], vec!["new", "current"]));
    let new = "une phrase assez longue";
    assert_eq!(codes(&test.ask(change, json!({"current": PASSWORD, "new": new})).await), ["UNAUTHENTICATED"]);
    let changed = data_of(test.ask_as(access, change, json!({"current": PASSWORD, "new": new})).await);
    for session in [&one, &other] {
        assert_eq!(
            codes(&test.ask_as(text(session, "accessToken"), VIEWER, json!({})).await),
            ["UNAUTHENTICATED"]
        );
        assert_eq!(
            codes(&test.ask(REFRESH, json!({"token": session["refreshToken"]})).await),
            ["UNAUTHENTICATED"]
        );
    }
    let fresh = text(&changed["changePassword"], "accessToken");
    assert!(test.ask_as(fresh, VIEWER, json!({})).await.get("errors").is_none());
    assert_eq!(codes(&sign_in(&test, "amina@example.org", PASSWORD).await), ["UNAUTHENTICATED"]);
    let letters = test.rows("SELECT letter->>'kind' AS kind FROM outbox").await;
    assert_eq!(letters, [json!({"kind": "PASSWORD_CHANGED"})]);
    let told = test.rows("SELECT caller, fields FROM changes WHERE fields ? 'password'").await;
    assert_eq!(told.len(), 1);
    assert!(!told[0].to_string().contains("argon2") && !told[0].to_string().contains("amina"), "{told:?}");
}

#[tokio::test]
async fn a_link_for_another_password_is_asked_for_alike_by_all_and_works_once() {
    let test = TestApp::empty().await;
    someone(&test, "amina@example.org", &[]).await;
    let ask = "mutation($email: String!) { requestPasswordReset(email: $email) { email } }";
    for email in ["nobody@example.org", "amina@example.org"] {
        let answer = data_of(test.ask(ask, json!({"email": email})).await);
        assert_eq!(answer["requestPasswordReset"]["email"], email);
    }
    let letters =
        "SELECT letter->>'token' AS token FROM outbox WHERE letter->>'kind' = 'PASSWORD_RESET' ORDER BY id";
    until(async || test.rows(letters).await.len() == 1).await;
    // Whoever asks again floods nobody's letter box, and leaves the link as it is.
    data_of(test.ask(ask, json!({"email": "amina@example.org"})).await);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(test.rows(letters).await.len(), 1);
    test.clock.set(test.clock.now() + TimeDelta::minutes(15));
    data_of(test.ask(ask, json!({"email": "amina@example.org"})).await);
    until(async || test.rows(letters).await.len() == 2).await;
    let links = test.rows("SELECT count(*) AS n FROM one_time_tokens WHERE used_at IS NULL").await;
    assert_eq!(links[0]["n"], 1, "an older one is void");

    let reset = "mutation($token: String!, $password: String!) { resetPassword(token: $token, password: $password) { accessToken viewer { user { email } } } }";
    let new = "une phrase assez longue";
    let mut good = Vec::new();
    for letter in test.rows(letters).await {
        let weak = test.ask(reset, json!({"token": letter["token"], "password": "court"})).await;
        if wrong_fields(&weak) == ["password"] {
            good.push(letter["token"].clone());
        }
    }
    assert_eq!(good.len(), 1);
    let uses = (0..4).map(async |_| test.ask(reset, json!({"token": good[0], "password": new})).await);
    let answers = futures::future::join_all(uses).await;
    let won = answers.iter().filter(|answer| answer.get("errors").is_none()).count();
    assert_eq!(won, 1, "{answers:?}");
    let made_up = test.ask(reset, json!({"token": "made up", "password": new})).await;
    let spent = test.ask(reset, json!({"token": good[0], "password": new})).await;
    assert_eq!((wrong_fields(&spent), &spent), (vec!["token"], &made_up));
    assert!(sign_in(&test, "amina@example.org", new).await.get("errors").is_none());

    let mut often = Value::Null;
    for _ in 0..21 {
        often = test.ask(ask, json!({"email": "nobody@example.org"})).await;
    }
    assert_eq!(codes(&often), ["RATE_LIMITED"], "{often}");
}

#[tokio::test]
async fn the_viewer_is_told_its_limits_and_strangers_are_strangers() {
    let test = TestApp::empty().await;
    let query = "{ viewer { user { id } apiKey { id } grants { role } limits { maxComplexity maxDepth maxAliases maxPageSize maxBodyBytes requestsPerMinute } } }";
    let stranger = test.data(query, json!({})).await;
    assert_eq!(
        stranger["viewer"],
        json!({"user": null, "apiKey": null, "grants": [], "limits": {"maxComplexity": 5_000, "maxDepth": 15,
            "maxAliases": 30, "maxPageSize": 100, "maxBodyBytes": 262_144, "requestsPerMinute": 300}})
    );
    let known = test.admin_data(query, json!({})).await;
    assert_eq!(known["viewer"]["limits"]["requestsPerMinute"], 3_000);
    assert_eq!(known["viewer"]["grants"], json!([{"role": "ADMIN"}]));
    assert_ne!(known["viewer"]["user"], Value::Null);
}
