//! Letters: each is sent once, tried again where it was not sent, and never where it may have been.

mod digests;
mod server;
mod tries;

use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use maillage::app::mail::{Delivered, PostOffice};
use maillage::domain::ids::{ActorId, UserId};
use maillage::domain::letters::Letter;
use maillage::mail::Mailer;
use maillage::store::outbox;
use serde_json::{Value, json};
use uuid::Uuid;

use self::server::{MailServer, Script, body, header};
use crate::support::{NOW, TestApp};

const EMAIL: &str = "zebulon@exemple.fr";

/// The service with a user who gets letters, and a mail server.
struct Post {
    test: TestApp,
    user: UserId,
    server: MailServer,
    office: PostOffice,
}

impl Post {
    async fn new(scripts: &[Script]) -> Self {
        let test = TestApp::empty().await;
        let user = test.app.add_user(EMAIL, "Zébulon", &[]).await.unwrap().unwrap();
        let server = MailServer::start(scripts).await;
        let office = office(Some(&server.url));
        Self { test, user, server, office }
    }

    /// Puts a letter into the outbox; its row.
    async fn post(&self, letter: &Letter) -> Uuid {
        self.post_to(self.user, letter).await
    }

    async fn post_to(&self, user: UserId, letter: &Letter) -> Uuid {
        let now = self.test.clock.now();
        let id = self.test.app.ids.next(now);
        let tx = self.test.app.store.begin().await.unwrap();
        outbox::post(&tx, &[(id, user, letter.clone())], now).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn next(&self) -> Option<Delivered> {
        self.test.app.deliver_next(&self.office).await.unwrap()
    }

    /// Sends until nothing is due; what became of each.
    async fn all(&self) -> Vec<Delivered> {
        let mut all = Vec::new();
        while let Some(delivered) = self.next().await {
            all.push(delivered);
        }
        all
    }

    /// Rows of the outbox: status, tries, letter.
    async fn rows(&self) -> Value {
        json!(self.test.rows("SELECT status, tries, letter FROM outbox ORDER BY created_at, id").await)
    }

    fn wait(&self, lasting: TimeDelta) {
        self.test.clock.set(self.test.clock.now() + lasting);
    }
}

fn office(url: Option<&str>) -> PostOffice {
    let mailer = url.map(|url| Mailer::new(url, "Maillage <maillage@exemple.org>").unwrap());
    PostOffice { mailer, public: "https://maillage.exemple.org".parse().unwrap(), privacy_contact: None }
}

fn invitation() -> Letter {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    Letter::Invitation { token: "tok-en".to_owned(), expires_at: now + TimeDelta::days(14) }
}

fn review(name: &str) -> Letter {
    Letter::ReviewRequest { subject: ActorId(Uuid::nil()).into(), name: name.to_owned() }
}

/// What is logged on this thread while it lives.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_letter_is_sent_once_in_the_readers_language_and_emptied() {
    let post = Post::new(&[]).await;
    let id = post.post(&invitation()).await;
    assert_eq!(post.all().await, [Delivered::Sent]);
    assert_eq!(post.rows().await, json!([{ "status": "SENT", "tries": 1, "letter": {} }]));
    let taken = post.server.taken();
    let [letter] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!(header(letter, "Message-ID"), format!("<{id}@exemple.org>"));
    assert_eq!(header(letter, "To"), EMAIL);
    assert!(header(letter, "From").contains("<maillage@exemple.org>"));
    assert_eq!(header(letter, "Subject"), "Votre invitation =?utf-8?b?w6A=?= Maillage");
    assert_eq!(header(letter, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(letter, "Content-Type"), "text/plain; charset=utf-8");
    assert!(letter.is_ascii());
    let text = body(letter);
    assert!(text.contains("\nhttps://maillage.exemple.org/invitation#token=tok-en\n"), "{text}");
    assert!(text.contains("jusqu'au 06/12/2026 à 13:00"), "{text}");
    assert!(text.contains("acceptInvitation(token: \"tok-en\""), "{text}");

    post.test.execute(&format!("UPDATE users SET language = 'en' WHERE email = '{EMAIL}'")).await;
    post.post(&Letter::PasswordChanged).await;
    assert_eq!(post.all().await, [Delivered::Sent]);
    assert_eq!(header(&post.server.taken()[1], "Subject"), "Your Maillage password has changed");
}

#[tokio::test]
async fn two_instances_send_each_letter_once() {
    let post = Post::new(&[]).await;
    for _ in 0..40 {
        post.post(&Letter::PasswordChanged).await;
    }
    let other = TestApp::at(post.test.url()).await;
    let sent = async |app: &maillage::app::App| {
        let mut sent = 0;
        while app.deliver_next(&post.office).await.unwrap().is_some() {
            sent += 1;
        }
        sent
    };
    let counts = tokio::join!(sent(&post.test.app), sent(&post.test.app), sent(&other.app), sent(&other.app));
    assert_eq!(counts.0 + counts.1 + counts.2 + counts.3, 40);
    let taken = post.server.taken();
    let mut ids: Vec<_> = taken.iter().map(|letter| header(letter, "Message-ID").to_owned()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((taken.len(), ids.len()), (40, 40));
}

#[tokio::test]
async fn whoever_may_not_sign_in_and_a_link_that_has_ended_get_no_letter() {
    let post = Post::new(&[]).await;
    post.post(&invitation()).await;
    post.wait(TimeDelta::days(14));
    post.post(&Letter::PasswordChanged).await;
    post.test.execute(&format!("UPDATE users SET active = false WHERE email = '{EMAIL}'")).await;
    assert_eq!(post.all().await, [Delivered::Void, Delivered::Void]);
    assert_eq!(post.server.tries(), (0, 0));
    let row = json!({ "status": "FAILED", "tries": 1, "letter": {} });
    assert_eq!(post.rows().await, json!([row, row]));
}

#[tokio::test]
async fn without_a_server_links_are_in_the_log_once_and_the_rest_goes_nowhere() {
    let mut post = Post::new(&[]).await;
    post.office = office(None);
    let (log, guard) = Log::start();
    for letter in [invitation(), Letter::PasswordChanged, review("A")] {
        post.post(&letter).await;
    }
    assert_eq!(post.all().await, [Delivered::Logged; 3]);
    assert_eq!(post.all().await, []);
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("https://maillage.exemple.org/invitation#token=tok-en").count(), 1, "{text}");
    assert_eq!(text.matches("no SMTP configured").count(), 1);
    assert!(text.contains(&post.user.0.to_string()) && !text.contains(EMAIL) && !text.contains("bulon"));
    let row = json!({ "status": "SENT", "tries": 1, "letter": {} });
    assert_eq!(post.rows().await, json!([row, row, row]));
}
