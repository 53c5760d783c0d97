//! A database that goes: requests fail soon, say so by a code and nothing more, and all is well when it is back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use maillage::http::Settings;
use sqlx::{Connection, Executor, PgConnection};

use super::proxy::{Proxy, Way};
use super::*;
use crate::support::{codes, empty_database};

const READ: &str = "{ actors { totalCount nodes { name } } }";
const WRITE: &str = r#"mutation { createActor(input: {kind: OTHER, name: "Les Amis du Lavoir"}) { slug } }"#;

/// The answer says that the database can't be reached, and nothing of where or what it is.
fn assert_unavailable(answer: &Value, started: Instant) {
    assert_eq!(codes(answer), ["UNAVAILABLE"], "{answer}");
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    let text = answer.to_string().to_lowercase();
    for inside in ["postgres", "sql", "127.0.0.1", "refused", "maillage_", "pool", "i/o", "os error"] {
        assert!(!text.contains(inside), "{inside}: {text}");
    }
}

#[tokio::test]
async fn a_database_that_is_cut_off_is_unavailable_until_it_is_back() {
    let proxy = Proxy::before(&empty_database().await).await;
    let test = TestApp::at(&proxy.url).await;
    let all = futures::future::join_all((0..3).map(|_| test.data(READ, json!({})))).await;
    assert_eq!(all[2]["actors"]["totalCount"], 0);

    proxy.set(Way::Cut);
    for _ in 0..2 {
        let started = Instant::now();
        assert_unavailable(&test.ask(READ, json!({})).await, started);
        let started = Instant::now();
        assert_unavailable(&test.ask_as_admin(WRITE, json!({})).await, started);
    }

    proxy.set(Way::Open);
    // connections that were open when it went are found dead one by one
    let mut tries = 0;
    while test.ask(READ, json!({})).await.get("errors").is_some() {
        tries += 1;
        assert!(tries < 10, "it is back, and the service has not noticed");
    }
    assert_eq!(test.admin_data(WRITE, json!({})).await["createActor"]["slug"], "les-amis-du-lavoir");
}

#[tokio::test]
async fn a_database_that_falls_silent_is_given_up_in_time() {
    let proxy = Proxy::before(&empty_database().await).await;
    let test = TestApp::at(&proxy.url).await;
    test.data(READ, json!({})).await;
    let settings = Settings { request_time: Duration::from_millis(500), ..Settings::default() };
    let state = State { settings: Arc::new(settings), ..test.state.clone() };
    proxy.set(Way::Silent);
    let started = Instant::now();
    assert_eq!(post(&state, READ, &[]).await.refusal(), refused(504, "TIMEOUT"));
    assert!(started.elapsed() < Duration::from_secs(5));
    proxy.set(Way::Open);
    let mut tries = 0;
    while test.ask(READ, json!({})).await.get("errors").is_some() {
        tries += 1;
        assert!(tries < 10, "it is back, and the service has not noticed");
    }
}

#[tokio::test]
async fn a_database_that_is_dropped_is_unavailable() {
    let test = TestApp::empty().await;
    test.data(READ, json!({})).await;
    let mut server = url::Url::parse(&test.url).unwrap();
    let name = server.path().trim_start_matches('/').to_owned();
    server.set_path("postgres");
    let mut other = PgConnection::connect(server.as_str()).await.unwrap();
    other.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    for _ in 0..2 {
        let started = Instant::now();
        assert_unavailable(&test.ask(READ, json!({})).await, started);
    }
}
