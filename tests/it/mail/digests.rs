//! What may wait goes as one letter a day.

use chrono::TimeDelta;
use maillage::app::mail::Delivered;
use serde_json::json;

use super::server::{Script, body, header};
use super::{Post, review};
use crate::support::TestApp;

fn set(post: &Post, at: &str) {
    post.test.clock.set(at.parse().unwrap());
}

#[tokio::test]
async fn what_waits_goes_in_one_letter_at_seven_and_what_comes_later_the_next_day() {
    let post = Post::new(&[]).await;
    let first = post.post(&review("Les Amis du Lavoir")).await;
    post.wait(TimeDelta::seconds(1));
    post.post(&review("CCAS de Dreux")).await;
    assert_eq!(post.all().await, [], "nothing before the next morning");
    set(&post, "2026-11-23T05:59:59Z");
    assert_eq!(post.all().await, [], "it is not seven in France");
    set(&post, "2026-11-23T06:00:00Z");
    assert_eq!(post.all().await, [Delivered::Sent]);
    let taken = post.server.taken();
    let text = body(&taken[0]);
    for name in ["Les Amis du Lavoir", "CCAS de Dreux"] {
        assert!(text.contains(&format!("- L'acteur « {name} » attend votre relecture")), "{text}");
    }
    assert_eq!(header(&taken[0], "Message-ID"), format!("<{first}@exemple.org>"));

    post.post(&review("Plus tard")).await;
    set(&post, "2026-11-23T22:59:00Z");
    assert_eq!(post.all().await, [], "one a day");
    set(&post, "2026-11-24T17:00:00Z");
    assert_eq!(post.all().await, [Delivered::Sent], "also where nobody ran at seven");
    assert_eq!(post.rows().await, json!(vec![json!({ "status": "SENT", "tries": 1, "letter": {} }); 3]));
}

#[tokio::test]
async fn instances_at_once_and_again_send_one_to_each_user() {
    let post = Post::new(&[]).await;
    let second = post.test.app.add_user("second@exemple.fr", "Second", &[]).await.unwrap().unwrap();
    for name in ["A", "B", "C"] {
        post.post(&review(name)).await;
        post.post_to(second, &review(name)).await;
    }
    set(&post, "2026-11-23T06:00:00Z");
    let other = TestApp::at(post.test.url()).await;
    other.clock.set(post.test.clock.now());
    let both = tokio::join!(
        post.test.app.deliver_next(&post.office),
        other.app.deliver_next(&post.office),
        other.app.deliver_next(&post.office)
    );
    let count =
        [both.0, both.1, both.2].into_iter().filter(|sent| matches!(sent, Ok(Some(Delivered::Sent)))).count();
    assert_eq!((count, post.all().await), (2, vec![]));
    let taken = post.server.taken();
    let mut to: Vec<_> = taken.iter().map(|letter| header(letter, "To")).collect();
    to.sort_unstable();
    assert_eq!(to, ["second@exemple.fr", "zebulon@exemple.fr"]);
    assert!(
        taken
            .iter()
            .all(|letter| ["A", "B", "C"].iter().all(|name| body(letter).contains(&format!("« {name} »"))))
    );
}

#[tokio::test]
async fn one_that_was_not_sent_is_tried_again_the_same_day_and_one_that_may_have_been_is_not() {
    let post = Post::new(&[Script::Answer("RCPT", "451 later"), Script::Accept, Script::CutAtEnd]).await;
    post.post(&review("A")).await;
    set(&post, "2026-11-23T06:00:00Z");
    assert!(matches!(post.all().await.as_slice(), [Delivered::PutOff(_)]));
    post.wait(TimeDelta::minutes(1));
    assert_eq!(post.all().await, [Delivered::Sent]);
    post.post(&review("B")).await;
    set(&post, "2026-11-24T06:00:00Z");
    assert!(matches!(post.all().await.as_slice(), [Delivered::Unknown(_)]));
    set(&post, "2026-11-25T06:00:00Z");
    assert_eq!(post.all().await, []);
    assert_eq!(post.server.taken().len(), 1);
}
