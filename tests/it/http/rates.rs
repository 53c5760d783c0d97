//! How often someone may ask: as clients see it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use maillage::http::Settings;
use maillage::http::address::TrustedProxies;
use maillage::http::rates::Rates;

use super::*;

/// The service with these limits of a minute.
async fn limited(stranger: u32, caller: u32) -> TestApp {
    let proxies = TrustedProxies::parse("127.0.0.1").unwrap();
    let settings = Settings { rates: Rates::per_minute(stranger, caller), proxies, ..Settings::default() };
    TestApp::empty().await.with(|state| State { settings: Arc::new(settings), ..state })
}

async fn from(test: &TestApp, address: &str, query: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/graphql").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer: SocketAddr = address.parse().unwrap();
    let body = Body::from(json!({ "query": query }).to_string());
    let request = request.extension(ConnectInfo(peer)).body(body).unwrap();
    let (head, body) = test.send(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

const SMALL: &str = "{ __typename }";
const LARGE: &str = "{ territories(first: 50) { nodes { actors(first: 30) { nodes { id } } } } }";

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let test = limited(10, 100).await;
    for left in (0..10).rev() {
        let answer = from(&test, "203.0.113.9:1", SMALL, &[]).await;
        assert_eq!(answer.json(), json!({"data": {"__typename": "Query"}}));
        assert_eq!(answer.header("ratelimit-limit"), Some("10"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    for query in [SMALL, "not a document", ""] {
        let refusal = from(&test, "203.0.113.9:2", query, &[NEW]).await;
        assert_eq!(refusal.refusal(), refused(429, "RATE_LIMITED"));
        assert_eq!(refusal.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
        let wait = &refusal.error()["extensions"]["retryAfterSeconds"];
        assert!((1..=6).contains(&wait.as_u64().unwrap()), "{wait}");
        assert_eq!(refusal.header("retry-after"), Some(wait.to_string().as_str()));
        assert_eq!(refusal.header("ratelimit-remaining"), Some("0"));
    }
    // neither the explorer nor a look at the service's health counts
    for path in ["/graphiql", "/healthz", "/schema.graphql"] {
        assert_eq!(get(&test.state, path).await.header("ratelimit-limit"), None, "{path}");
    }
}

#[tokio::test]
async fn what_asks_for_more_costs_more_and_what_is_refused_costs_one() {
    let test = limited(20, 100).await;
    let remaining = async |query: &str| {
        let answer = from(&test, "203.0.113.9:1", query, &[]).await;
        answer.header("ratelimit-remaining").map(|text| text.parse::<u32>().unwrap())
    };
    assert_eq!(remaining(LARGE).await, Some(13));
    assert_eq!(remaining("{").await, Some(12));
    assert_eq!(remaining(&"{a".repeat(100)).await, Some(11));
    assert_eq!(remaining("{ nothing }").await, Some(10));
    assert_eq!(remaining(LARGE).await, Some(3));
    let refusal = from(&test, "203.0.113.9:1", LARGE, &[]).await;
    assert_eq!(refusal.refusal(), refused(429, "RATE_LIMITED"));
    assert_eq!(remaining(SMALL).await, Some(1), "what is small still goes");
}

#[tokio::test]
async fn a_caller_has_a_limit_of_its_own() {
    let test = limited(3, 8).await;
    let bearer = format!("Bearer {}", test.token);
    let other = format!("Bearer {}", test.token_of("other@example.org", &[]).await);
    let ask = async |address: &str, bearer: &str| {
        from(&test, address, SMALL, &[("authorization", bearer)]).await.status.as_u16()
    };
    for n in 0..8 {
        assert_eq!(ask(&format!("203.0.113.{n}:1"), &bearer).await, 200, "{n}");
    }
    assert_eq!(ask("203.0.113.99:1", &bearer).await, 429);
    assert_eq!(ask("203.0.113.99:1", &other).await, 200);
    // guesses are counted by address, and before they are looked up
    let guess = async |n: u32| ask("198.51.100.1:1", &format!("Bearer guess{n}")).await;
    let mut statuses = Vec::new();
    for n in 0..5 {
        statuses.push(guess(n).await);
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    assert_eq!(ask("198.51.100.1:1", &other).await, 200, "who is known is let in");
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_it_is_trusted() {
    let test = limited(2, 100).await;
    let ask = async |peer: &str, told: &str| {
        from(&test, peer, SMALL, &[("x-forwarded-for", told)]).await.status.as_u16()
    };
    for n in 0..4 {
        assert_eq!(ask("127.0.0.1:1", &format!("1.1.1.1, 203.0.113.{n}")).await, 200);
    }
    let untrusted = [
        ask("198.51.100.1:1", "203.0.113.50").await,
        ask("198.51.100.1:1", "203.0.113.51").await,
        ask("198.51.100.1:1", "203.0.113.52").await,
    ];
    assert_eq!(untrusted, [200, 200, 429], "names of its own making help nobody");
    let behind = [
        ask("127.0.0.1:1", "203.0.113.60").await,
        ask("127.0.0.1:1", "9.9.9.9, 203.0.113.60").await,
        ask("127.0.0.1:1", "8.8.8.8, 203.0.113.60").await,
    ];
    assert_eq!(behind, [200, 200, 429], "what a client writes before the proxy's word helps neither");
}
