//! The addresses beside `/graphql`.

use std::sync::Arc;

use maillage::http::health::{Part, Readiness};
use maillage::http::{Origins, Settings};

use super::*;

#[tokio::test]
async fn an_unknown_address_or_method_is_told_in_json() {
    let state = state().await;
    let nowhere = get(&state, "/graphq").await;
    assert_eq!(nowhere.refusal(), refused(404, "NOT_FOUND"));
    assert!(nowhere.error()["message"].as_str().unwrap().contains("/graphql"));
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = send(&state, method, "/graphql", &[], Body::empty()).await;
        assert_eq!(answer.refusal(), refused(405, "VALIDATION"));
        assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
    }
    let query = "/graphql?query=%7B__typename%7D";
    let head = send(&state, Method::HEAD, query, &[], Body::empty()).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}

#[tokio::test]
async fn a_service_that_cannot_work_is_alive_but_not_ready() {
    let parts =
        || async { vec![Part { name: "database", ready: true }, Part { name: "migrations", ready: false }] };
    let good = state().await;
    let state = State { readiness: Arc::new(Readiness::new(parts)), ..good.clone() };
    let answer = get(&state, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        answer.json(),
        json!({"status": "not ready", "parts": {"database": "ready", "migrations": "not ready"}})
    );
    assert_eq!(get(&state, "/healthz").await.status, StatusCode::OK);
    assert_eq!(get(&good, "/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_page_is_at_every_address_that_it_writes_and_its_files_are_kept() {
    let state = state().await;
    for address in [
        "/",
        "/reseau",
        "/tableau/",
        "/acteurs/alliance/",
        "/acteurs/alliance",
        "/territoires/commune/28134",
        "/travail",
        "/travail/relecture/x",
    ] {
        let answer = get(&state, address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{address}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{address}");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(text.contains("name=\"maillage\" content=\"{&quot;home"), "{address}");
    }
    let text = String::from_utf8(get(&state, "/").await.body.to_vec()).unwrap();
    for file in text.split('"').filter(|part| part.starts_with("/assets/")) {
        let answer = get(&state, file).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{file}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{file}");
    }
    let missing = get(&state, "/assets/../index.html").await;
    assert_eq!(missing.refusal(), refused(404, "NOT_FOUND"));
}

#[tokio::test]
async fn only_the_page_for_frames_may_be_framed_and_only_by_listed_origins() {
    let origins = Origins::parse(["https://cite.example.org"]).unwrap();
    let state = state().await;
    let state = State { settings: Arc::new(Settings { origins, ..Settings::default() }), ..state };
    let framed = get(&state, "/integration").await;
    let policy = framed.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors 'self' https://cite.example.org"), "{policy}");
    assert_eq!(framed.header("x-frame-options"), None);
    let page = get(&state, "/").await;
    assert!(page.header("content-security-policy").unwrap().ends_with("frame-ancestors 'none'"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
}

#[tokio::test]
async fn the_schema_is_text_that_caches_can_ask_after() {
    let state = state().await;
    let answer = get(&state, "/schema.graphql").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.body, maillage::graphql::sdl());
    let etag = answer.header("etag").unwrap();
    let known = format!("\"other\", {etag}");
    let again = send(&state, GET, "/schema.graphql", &[("if-none-match", &known)], Body::empty()).await;
    assert_eq!((again.status.as_u16(), again.body.len(), again.header("etag")), (304, 0, Some(etag)));
}

#[tokio::test]
async fn the_explorer_holds_all_it_needs_for_ever_and_asks_no_other_host() {
    let state = state().await;
    let page = get(&state, "/graphiql").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!policy.contains("http"), "{policy}");
    let text = std::str::from_utf8(&page.body).unwrap();
    assert!(!text.contains("://"), "an address of another host");
    let files: Vec<&str> = text.split('"').filter(|part| part.starts_with("/graphiql/")).collect();
    assert_eq!(files.len(), 6);
    for file in files {
        let plain = get(&state, file).await;
        assert_eq!(plain.status, StatusCode::OK, "{file}");
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let accepted = [("accept-encoding", "br;q=0.5, gzip")];
        let packed = send(&state, GET, file, &accepted, Body::empty()).await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert_ne!(packed.body, plain.body);
    }
    assert_eq!(get(&state, "/graphiql/unknown.js").await.status, StatusCode::NOT_FOUND);
}
