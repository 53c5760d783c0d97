//! The service as HTTP: what is taken, what surrounds every answer, what one request may cost, and what happens when
//! clients dawdle or the database goes.

mod attacks;
mod bounds;
mod logs;
mod lost;
mod metrics;
mod pages;
pub mod proxy;
mod rates;
mod requests;
mod service;
mod sockets;
mod surroundings;
mod tokens;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use maillage::http::{State, router};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::TestApp;

const POST: Method = Method::POST;
const GET: Method = Method::GET;
const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn error(&self) -> Value {
        self.json()["errors"][0].clone()
    }

    /// The status and the code of the first error.
    fn refusal(&self) -> (u16, String) {
        let code = self.error()["extensions"]["code"].as_str().expect("every error has a code").to_owned();
        (self.status.as_u16(), code)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A status and a code, as [`Answer::refusal`] gives them.
fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn send(
    state: &State,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router(state.clone()).oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

async fn post(state: &State, query: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[JSON], headers].concat();
    send(state, POST, "/graphql", &headers, json!({ "query": query }).to_string()).await
}

async fn get(state: &State, path: &str) -> Answer {
    send(state, GET, path, &[], Body::empty()).await
}

/// What routers are made of, over an empty database.
async fn state() -> State {
    TestApp::empty().await.state
}
