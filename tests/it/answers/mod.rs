//! Answers to strangers that are kept: never one that is no longer true, never one of somebody else's.

mod differential;
mod headers;
mod persisted;
mod stale;

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::support::TestApp;

/// A service that hears what others write, as one that serves does.
struct Hearing {
    test: TestApp,
    ear: JoinHandle<()>,
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.ear.abort();
    }
}

impl Hearing {
    async fn over(test: TestApp) -> Self {
        let store = test.app.store.clone();
        let ear = tokio::spawn(async move { store.hear_feed().await });
        let hearing = Self { test, ear };
        hearing.settled().await;
        hearing
    }

    async fn empty() -> Self {
        Self::over(TestApp::empty().await).await
    }

    async fn demo() -> Self {
        Self::over(TestApp::demo().await).await
    }

    /// Waits until it hears, and what was written has been heard of.
    async fn settled(&self) {
        let mut feed = self.test.app.feed();
        loop {
            let rows = self.test.rows("SELECT coalesce(max(position), 0) AS last FROM feed").await;
            let last = rows[0]["last"].as_i64().expect("a number");
            if self.test.app.heard().is_some_and(|heard| heard.position >= last) {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(200), feed.changed()).await;
        }
    }

    /// The data of an answer to a stranger, and whether it was a kept one: no statement was sent.
    async fn ask(&self, query: &str) -> (Value, bool) {
        let before = self.test.statement_count();
        let data = self.test.data(query, json!({})).await;
        (data, self.test.statement_count() == before)
    }

    /// Asks until the answer is a kept one.
    async fn kept(&self, query: &str) -> Value {
        for _ in 0..50 {
            if let (data, true) = self.ask(query).await {
                return data;
            }
        }
        panic!("it is never kept: {query}");
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn send(test: &TestApp, request: Request<Body>) -> Answer {
    let (head, body) = test.send(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

async fn get(test: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(test, request.body(Body::empty()).unwrap()).await
}

async fn post(test: &TestApp, body: &Value) -> Answer {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    send(test, request.body(Body::from(body.to_string())).unwrap()).await
}
