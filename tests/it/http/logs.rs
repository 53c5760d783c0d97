//! What the log says of a request, and what it never says.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use axum::extract::ConnectInfo;
use maillage::telemetry;
use tracing::Dispatch;
use tracing::dispatcher::DefaultGuard;

use super::*;

/// What was written, as lines.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// A log of this thread, as long as the guard is kept.
    fn begin(json: bool) -> (Self, DefaultGuard) {
        // Where there is but one log in the process, tracing asks the thread that comes by a place first whether it is
        // heard there, and tests of other threads have none.
        static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| telemetry::log(true, false, io::sink));
        LazyLock::force(&ANOTHER);
        let written = Self::default();
        let to = written.clone();
        let log = telemetry::log(json, false, move || to.clone());
        (written, tracing::dispatcher::set_default(&log))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines about requests, where the log is JSON.
    fn answered(&self) -> Vec<Value> {
        let lines =
            self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
        lines.into_iter().filter(|line| line["span"]["name"] == "request").collect()
    }
}

const NAMED: &str = "query FirstPage($text: String) { actors(first: 3, filter: {text: $text}) { nodes { name seat { name } registrations { value } } } }";

async fn ask(test: &TestApp, body: Value, bearer: Option<&str>) -> Answer {
    let peer: SocketAddr = "203.0.113.77:4711".parse().unwrap();
    let mut request =
        Request::post("/graphql?secret=in-the-address").header("content-type", "application/json");
    request = request.header("x-request-id", "mine.7").header("cookie", "session=a-cookie");
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.extension(ConnectInfo(peer)).body(Body::from(body.to_string())).unwrap();
    let (head, body) = test.send(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

#[tokio::test]
async fn a_request_is_one_line_with_what_an_operator_needs() {
    let test = TestApp::demo().await;
    let (written, _guard) = Written::begin(true);
    let body = json!({"query": NAMED, "variables": {"text": "dreux"}});
    ask(&test, body, Some(&test.token)).await;
    let [line] = written.answered().try_into().unwrap();
    assert_eq!(line["message"], "answered");
    assert_eq!(line["span"]["id"], "mine.7");
    assert_eq!(line["span"]["method"], "POST");
    assert_eq!(line["span"]["path"], "/graphql");
    assert_eq!(line["status"], 200);
    assert!(line["ms"].as_f64().unwrap() > 0.0);
    assert_eq!((&line["operation"], &line["name"]), (&json!("query"), &json!("FirstPage")));
    assert_eq!(
        (&line["caller"], &line["reference"]),
        (&json!("user"), &json!(format!("user:{}", test.user.0)))
    );
    assert_eq!(line.get("codes"), None);
    // the account, the page, and what loaders read in tasks of their own: seats and registrations
    assert!((4..=6).contains(&line["statements"].as_u64().unwrap()), "{line}");
}

#[tokio::test]
async fn errors_are_told_by_their_codes_and_strangers_by_nothing() {
    let test = TestApp::demo().await;
    let (written, _guard) = Written::begin(true);
    let two = "mutation Two { a: archive(id: \"x\", expectedVersion: 1) { __typename } b: archive(id: \"x\", expectedVersion: 1) { __typename } }";
    ask(&test, json!({"query": two}), None).await;
    ask(&test, json!({"query": "{__typename}"}), Some("no-token")).await;
    ask(&test, json!({"query": format!("{{{}}}", "a".repeat(20_000))}), None).await;
    ask(&test, json!([]), None).await;
    get(&test.state, "/healthz").await;
    get(&test.state, "/nowhere").await;
    let lines = written.answered();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["status"].as_u64().unwrap(), line["codes"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (200, "UNAUTHENTICATED"),
            (401, "UNAUTHENTICATED"),
            (200, "TOO_COMPLEX"),
            (400, "VALIDATION"),
            (404, "NOT_FOUND")
        ]
    );
    assert_eq!((&lines[0]["operation"], &lines[0]["name"]), (&json!("mutation"), &json!("Two")));
    assert_eq!((&lines[0]["caller"], lines[0].get("reference")), (&json!("anonymous"), None));
    assert_eq!(lines[2]["limit"], "bytes");
}

#[tokio::test]
async fn nothing_that_is_a_persons_or_a_secret_is_in_the_log() {
    let test = TestApp::demo().await;
    for json in [true, false] {
        let (written, guard) = Written::begin(json);
        let body = json!({"query": format!("{NAMED} # a-comment"), "variables": {"text": "a-variable"}, "operationName": "FirstPage"});
        ask(&test, body, Some(&test.token)).await;
        let creation = r#"mutation { createActor(input: {kind: OTHER, name: "Jeanne Dupont a-name", description: "06 12 34 56 78"}) { id } }"#;
        ask(&test, json!({"query": creation}), Some(&test.token)).await;
        ask(&test, json!({"query": "{ not a document a-word"}), Some("a-token")).await;
        let long = format!("query {} {{ __typename }}", "N".repeat(5_000));
        ask(&test, json!({"query": long}), None).await;
        drop(guard);
        let text = written.text();
        assert!(text.contains("FirstPage") && text.contains("answered"), "{text}");
        for never in [
            "actors(",
            "a-comment",
            "a-variable",
            "a-name",
            "Dupont",
            "06 12",
            "a-word",
            "a-token",
            "a-cookie",
            "in-the-address",
            "203.0.113.77",
            "tester@example.org",
            test.token.as_str(),
        ] {
            assert!(!text.contains(never), "{never} is in the log:\n{text}");
        }
        assert!(text.lines().all(|line| line.len() < 1_000), "a line is long:\n{text}");
        assert!(text.contains(&"N".repeat(64)) && !text.contains(&"N".repeat(65)));
    }
}
