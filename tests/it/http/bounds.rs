//! What one request may take: bytes and time.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream;
use maillage::http::Settings;
use sqlx::{Connection, Executor, PgConnection};

use super::*;

const BRIEF: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let state = state().await;
    let large = "x".repeat(256 * 1024 + 1);
    let length = large.len().to_string();
    let declared = [JSON, ("content-length", length.as_str()), NEW];
    let told = send(&state, POST, "/graphql", &declared, large).await;
    assert_eq!(told.refusal(), refused(413, "TOO_COMPLEX"));
    assert_eq!(told.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
    let extensions = json!({"code": "TOO_COMPLEX", "limit": "bodyBytes", "maximum": 256 * 1024});
    assert_eq!(told.error()["extensions"], extensions);
    let pieces = stream::repeat_with(|| Ok::<_, Infallible>("x".repeat(1024)));
    let endless = send(&state, POST, "/graphql", &[JSON], Body::from_stream(pieces)).await;
    assert_eq!(endless.refusal(), refused(413, "TOO_COMPLEX"));
    assert_eq!(endless.error()["extensions"], extensions);
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let settings = Settings { body_time: BRIEF, ..Settings::default() };
    let state = State { settings: Arc::new(settings), ..state().await };
    let silent = Body::from_stream(stream::once(pending::<Result<Bytes, Infallible>>()));
    let answer = send(&state, POST, "/graphql", &[JSON], silent).await;
    assert_eq!(answer.refusal(), refused(408, "TIMEOUT"));
    assert_eq!(answer.error()["extensions"]["limit"], "bodySeconds");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_and_told_so() {
    let test = TestApp::empty().await;
    let mut other = PgConnection::connect(&test.url).await.unwrap();
    other.execute("BEGIN; LOCK TABLE actors").await.unwrap();
    let settings = Settings { request_time: BRIEF, ..Settings::default() };
    let state = State { settings: Arc::new(settings), ..test.state };
    let started = Instant::now();
    let answer = post(&state, "{ actors { totalCount } }", &[NEW]).await;
    assert_eq!(answer.refusal(), refused(504, "TIMEOUT"));
    assert_eq!(answer.error()["extensions"]["limit"], "seconds");
    assert_eq!(answer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
    assert!(started.elapsed() < 20 * BRIEF);
}
