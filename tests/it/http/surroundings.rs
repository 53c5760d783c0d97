//! What surrounds every answer.

use std::sync::Arc;

use maillage::app::App;
use maillage::domain::ids::Ids;
use maillage::graphql;
use maillage::graphql::budget::Limits;
use maillage::http::{Origins, Settings};

use super::*;

const QUERY: &str = "/graphql?query=%7B__typename%7D";

#[tokio::test]
async fn a_panic_is_an_internal_error_with_the_requests_id() {
    let test = TestApp::demo().await;
    let found = test.data("{ actors(first: 1) { nodes { id } } }", json!({})).await;
    let id = &found["actors"]["nodes"][0]["id"];
    let mut store = test.app.store.clone();
    store.on_statement(|_| panic!("the words of a panic"));
    let app = App::new(store, test.clock.clone(), Ids::random());
    let schema = graphql::schema(&Limits::default(), test.state.settings.published(&Limits::default()));
    let state = State { app, schema, ..test.state };
    // in the resolver's own task, and in the loader's, which the resolver waits for
    for query in ["{ actors { totalCount } }", &format!("{{ node(id: {id}) {{ id }} }}")] {
        let answer = post(&state, query, &[("x-request-id", "mine.1")]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            answer.error(),
            json!({"message": "Internal error.", "extensions": {"code": "INTERNAL", "requestId": "mine.1"}})
        );
        assert_eq!(answer.header("x-request-id"), Some("mine.1"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn a_request_id_is_kept_only_if_it_is_harmless() {
    let state = state().await;
    for kept in ["a", &"x".repeat(64), "A-z_0.9"] {
        let answer = post(&state, "{ __typename }", &[("x-request-id", kept)]).await;
        assert_eq!(answer.header("x-request-id"), Some(kept));
    }
    for replaced in ["", &"x".repeat(65), "a b", "<script>", "a\"b"] {
        let answer = post(&state, "{ __typename }", &[("x-request-id", replaced)]).await;
        assert_eq!(answer.header("x-request-id").map(str::len), Some(36), "{replaced}");
    }
}

#[tokio::test]
async fn other_origins_read_answers_only_where_they_are_listed() {
    let state = state().await;
    let of =
        |origins| State { settings: Arc::new(Settings { origins, ..Settings::default() }), ..state.clone() };
    let origin = ("origin", "https://cite.example.org");
    let preflight = [
        origin,
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").map(str::to_owned);

    let none = send(&state, Method::OPTIONS, "/graphql", &preflight, Body::empty()).await;
    assert_eq!((none.status.as_u16(), allowed(&none)), (405, None));

    let listed = of(Origins::parse([origin.1]).unwrap());
    let answer = send(&listed, Method::OPTIONS, "/graphql", &preflight, Body::empty()).await;
    assert_eq!((answer.status.as_u16(), allowed(&answer).as_deref()), (200, Some(origin.1)));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("authorization,content-type,x-request-id")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("3600"));
    let answer = send(&listed, GET, QUERY, &[origin], Body::empty()).await;
    assert_eq!(
        answer.header("access-control-expose-headers"),
        Some("x-request-id,retry-after,etag,ratelimit-limit,ratelimit-remaining,ratelimit-reset")
    );
    let other = send(&listed, GET, QUERY, &[("origin", "https://evil.example")], Body::empty()).await;
    assert_eq!(allowed(&other), None);

    let answer = send(&of(Origins::Any), GET, QUERY, &[origin], Body::empty()).await;
    assert_eq!(allowed(&answer).as_deref(), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let state = state().await;
    for path in [QUERY, "/graphql", "/nowhere", "/healthz", "/readyz", "/schema.graphql", "/graphiql"] {
        let answer = get(&state, path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    let settings = Settings { strict_transport: true, ..Settings::default() };
    let published = State { settings: Arc::new(settings), ..state };
    let answer = get(&published, QUERY).await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_take_it() {
    let state = state().await;
    let query = "{ themes { slug label broader { slug label } narrower { slug label } } }";
    let plain = post(&state, query, &[]).await;
    for encoding in ["gzip", "br"] {
        let answer = post(&state, query, &[("accept-encoding", encoding)]).await;
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.body.len() < plain.body.len() / 2);
    }
}
