//! Automatic persisted queries, as Apollo's clients speak them.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::*;

const QUERY: &str = "query Count { actors { totalCount } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

fn body(query: Option<&str>, hash: &str) -> Value {
    let mut body = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(query) = query {
        body["query"] = query.into();
    }
    body
}

fn address(hash: &str) -> String {
    format!(
        "/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{hash}%22%7D%7D"
    )
}

fn code(answer: &Answer) -> Value {
    answer.json()["errors"][0]["extensions"]["code"].clone()
}

#[tokio::test]
async fn a_document_that_ran_once_is_asked_for_by_its_hash() {
    let hearing = Hearing::empty().await;
    let test = &hearing.test;
    let hash = hash(QUERY);
    for unknown in [post(test, &body(None, &hash)).await, get(test, &address(&hash), &[]).await] {
        assert_eq!(unknown.status, StatusCode::OK);
        let error = &unknown.json()["errors"][0];
        assert_eq!(error["message"], "PersistedQueryNotFound");
        assert_eq!(error["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
        assert_eq!(unknown.header("cache-control"), Some("no-store"));
    }
    let found = json!({"data": {"actors": {"totalCount": 0}}});
    assert_eq!(post(test, &body(Some(QUERY), &hash)).await.json(), found);
    for known in [
        post(test, &body(None, &hash)).await,
        post(test, &body(None, &hash.to_uppercase())).await,
        get(test, &address(&hash), &[]).await,
        get(test, &address(&hash), &[]).await,
    ] {
        assert_eq!(known.json(), found);
    }
    // By its hash, it may be kept on the way like any other.
    let answer = get(test, &address(&hash), &[]).await;
    let tag = answer.header("etag").unwrap();
    assert_eq!(get(test, &address(&hash), &[("if-none-match", tag)]).await.status, StatusCode::NOT_MODIFIED);
    // And it is never an old one.
    test.actor("Un", json!({})).await;
    let one = json!({"data": {"actors": {"totalCount": 1}}});
    assert_eq!(get(test, &address(&hash), &[]).await.json(), one);
    assert_eq!(post(test, &body(None, &hash)).await.json(), one);
}

#[tokio::test]
async fn a_hash_must_be_the_document_s_and_a_document_must_have_run() {
    let hearing = Hearing::empty().await;
    let test = &hearing.test;
    let other = post(test, &body(Some(QUERY), &hash("{ other }"))).await;
    assert_eq!(code(&other), "VALIDATION");
    assert_eq!(code(&post(test, &body(None, &hash("{ other }"))).await), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(code(&post(test, &body(None, "00")).await), "VALIDATION");
    let deep = format!("{{ {} }}", "territory { ".repeat(70));
    for refused in ["{", "{ nothing }", "subscription { changes { cursor } }", &deep] {
        let hash = hash(refused);
        let answer = post(test, &body(Some(refused), &hash)).await;
        assert!(answer.json().get("data").is_none(), "{refused}");
        assert_eq!(code(&post(test, &body(None, &hash)).await), "PERSISTED_QUERY_NOT_FOUND", "{refused}");
    }
    // A mutation is one by its hash too.
    let mutation = r#"mutation { signOut(refreshToken: "none") { user { id } } }"#;
    let hash = hash(mutation);
    assert!(post(test, &body(Some(mutation), &hash)).await.json().get("errors").is_none());
    assert!(post(test, &body(None, &hash)).await.json().get("errors").is_none());
    assert_eq!(get(test, &address(&hash), &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
