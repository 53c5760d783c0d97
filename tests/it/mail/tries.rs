//! What is tried again, and what is not.

use chrono::TimeDelta;
use maillage::app::mail::Delivered;
use maillage::domain::letters::Letter;
use maillage::mail::{Stage, Stopped};
use serde_json::json;

use super::server::{Script, header};
use super::{EMAIL, Log, Post, office};

fn stopped(stage: Stage, code: u16) -> Stopped {
    Stopped { stage, code: Some(code) }
}

#[tokio::test]
async fn what_was_put_off_is_tried_again_under_the_same_id_each_time_later() {
    const BUSY: Script = Script::Answer("RCPT", "451 4.7.1 greylisted");
    let post = Post::new(&[BUSY; 5]).await;
    let id = post.post(&Letter::PasswordChanged).await;
    for minutes in [1, 5, 30, 120, 720] {
        assert_eq!(post.all().await, [Delivered::PutOff(stopped(Stage::Rcpt, 451))]);
        post.wait(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        assert_eq!(post.all().await, [], "{minutes} minutes are not over");
        post.wait(TimeDelta::seconds(1));
    }
    assert_eq!(post.all().await, [Delivered::Sent]);
    assert_eq!(header(&post.server.taken()[0], "Message-ID"), format!("<{id}@exemple.org>"));
    assert_eq!(post.rows().await, json!([{ "status": "SENT", "tries": 6, "letter": {} }]));
}

#[tokio::test]
async fn after_the_last_try_it_is_given_up() {
    let post = Post::new(&[Script::Answer(".", "452 4.3.1 no room"); 9]).await;
    post.post(&Letter::PasswordChanged).await;
    let mut all = Vec::new();
    for _ in 0..9 {
        all.extend(post.all().await);
        post.wait(TimeDelta::days(1));
    }
    let last = all.pop();
    assert_eq!(all, [Delivered::PutOff(stopped(Stage::Data, 452)); 5]);
    assert_eq!(last, Some(Delivered::Failed(stopped(Stage::Data, 452))));
    assert_eq!(post.server.taken().len(), 0);
}

#[tokio::test]
async fn what_is_refused_is_given_up_at_once_and_the_log_names_nobody() {
    let refusals = [
        Script::Answer("RCPT", "550 5.1.1 <zebulon@exemple.fr> unknown"),
        Script::Answer(".", "554 5.7.1 zebulon wants no such letter"),
    ];
    let post = Post::new(&refusals).await;
    let (log, guard) = Log::start();
    for expected in [stopped(Stage::Rcpt, 550), stopped(Stage::Data, 554)] {
        post.post(&Letter::PasswordChanged).await;
        assert_eq!(post.all().await, [Delivered::Failed(expected)]);
    }
    drop(guard);
    let text = log.text();
    assert!(text.contains("the server answered 550 at RCPT"), "{text}");
    assert!(!text.contains(EMAIL) && !text.contains("zebulon"), "{text}");
    let row = json!({ "status": "FAILED", "tries": 1, "letter": {} });
    assert_eq!(post.rows().await, json!([row, row]));
}

#[tokio::test]
async fn what_may_have_been_sent_is_not_sent_again() {
    let post = Post::new(&[Script::CutInText, Script::CutAtEnd]).await;
    for _ in 0..2 {
        post.post(&Letter::PasswordChanged).await;
        let unknown = Stopped { stage: Stage::Data, code: None };
        assert_eq!(post.all().await, [Delivered::Unknown(unknown)]);
    }
    post.wait(TimeDelta::days(2));
    assert_eq!(post.all().await, []);
    assert_eq!(post.server.tries(), (1, 2));
    let row = json!({ "status": "FAILED", "tries": 1, "letter": {} });
    assert_eq!(post.rows().await, json!([row, row]));
}

#[tokio::test]
async fn what_fails_before_the_text_is_tried_again() {
    let post =
        Post::new(&[Script::Answer("EHLO", "554 not you"), Script::Answer("MAIL", "530 sign in")]).await;
    post.post(&Letter::PasswordChanged).await;
    // the operator's to mend, not the reader's fault
    assert_eq!(post.all().await, [Delivered::PutOff(stopped(Stage::Connecting, 554))]);
    post.wait(TimeDelta::minutes(1));
    assert_eq!(post.all().await, [Delivered::PutOff(stopped(Stage::Mail, 530))]);

    let mut post = Post::new(&[]).await;
    post.office = office(Some("smtp://127.0.0.1:9"));
    post.post(&Letter::PasswordChanged).await;
    assert_eq!(post.all().await, [Delivered::PutOff(Stopped { stage: Stage::Connecting, code: None })]);
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_asked_for() {
    let mut post = Post::new(&[]).await;
    post.office = office(Some(&format!("{}?tls=required", post.server.url)));
    post.post(&Letter::PasswordChanged).await;
    assert_eq!(post.all().await, [Delivered::PutOff(Stopped { stage: Stage::Connecting, code: None })]);
    assert_eq!(post.server.tries(), (0, 1));
}

#[tokio::test]
async fn what_a_crash_left_is_given_up_after_an_hour_and_not_sent_again() {
    let post = Post::new(&[]).await;
    post.post(&Letter::PasswordChanged).await;
    let now = post.test.clock.now();
    assert!(post.test.app.store.claim_letter(now, false).await.unwrap().is_some(), "then it crashes");
    post.wait(TimeDelta::minutes(59));
    assert_eq!((post.test.app.give_up_lost_letters().await.unwrap(), post.all().await), (0, vec![]));
    post.wait(TimeDelta::minutes(1));
    let (log, guard) = Log::start();
    assert_eq!((post.test.app.give_up_lost_letters().await.unwrap(), post.all().await), (1, vec![]));
    drop(guard);
    assert!(log.text().contains("it may have gone, and is not sent again"));
    assert_eq!(post.rows().await, json!([{ "status": "FAILED", "tries": 1, "letter": {} }]));
}
