//! What caches on the way are told.

use super::*;
use crate::support::data_of;

const PAGE: &str = "/graphql?query=%7Bactors(first:20)%7Bnodes%7Bname%20description%20website%20themes%7Bslug%20label%7D%7D%7D%7D";

#[tokio::test]
async fn a_page_is_revalidated_by_its_tag_until_it_changes() {
    let hearing = Hearing::demo().await;
    let test = &hearing.test;
    let first = get(test, PAGE, &[]).await;
    assert_eq!(first.header("cache-control"), Some("public, no-cache"));
    assert_eq!(first.header("vary"), Some("accept, authorization, accept-encoding"));
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong one: {tag}");
    let weakened = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), "*", &weakened] {
        let answer = get(test, PAGE, &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
        assert_eq!(answer.header("content-type"), None);
    }
    let other = get(test, PAGE, &[("if-none-match", "\"other\"")]).await;
    assert_eq!((other.status, other.body.clone()), (StatusCode::OK, first.body.clone()));
    // The tag is of the bytes: one that keeps nothing gives the same.
    let deaf = TestApp::at(test.url()).await;
    assert_eq!(get(&deaf, PAGE, &[]).await.header("etag"), Some(tag.as_str()));
    assert_eq!(get(&deaf, PAGE, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    test.actor("Aaa", json!({})).await;
    let changed = get(test, PAGE, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn a_compressed_answer_has_a_tag_of_its_own() {
    let hearing = Hearing::demo().await;
    let test = &hearing.test;
    let plain = get(test, PAGE, &[]).await;
    for _ in 0..2 {
        let packed = get(test, PAGE, &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert_ne!(packed.header("etag"), plain.header("etag"));
        let mut text = Vec::new();
        let mut read = flate2::read::GzDecoder::new(&packed.body[..]);
        std::io::Read::read_to_end(&mut read, &mut text).unwrap();
        assert_eq!(text, plain.body);
        let tag = packed.header("etag").unwrap();
        let known = [("accept-encoding", "gzip"), ("if-none-match", tag)];
        assert_eq!(get(test, PAGE, &known).await.status, StatusCode::NOT_MODIFIED);
        // A strong tag names these very bytes: no layer compresses them in another way.
        let other = get(test, PAGE, &[("accept-encoding", "br")]).await;
        assert_eq!((other.header("content-encoding"), other.header("etag")), (None, plain.header("etag")));
    }
}

#[tokio::test]
async fn nobody_keeps_what_is_posted_what_failed_and_what_is_somebody_s() {
    let hearing = Hearing::empty().await;
    let test = &hearing.test;
    for _ in 0..2 {
        let posted = post(test, &json!({"query": "{ actors { totalCount } }"})).await;
        assert_eq!((posted.header("cache-control"), posted.header("etag")), (Some("no-store"), None));
    }
    let bearer = format!("Bearer {}", test.token);
    let own = get(test, PAGE, &[("authorization", &bearer)]).await;
    assert_eq!((own.status, own.header("cache-control")), (StatusCode::OK, Some("no-store")));
    assert_eq!(own.header("etag"), None);
    for wrong in ["/graphql?query=%7B", "/graphql?query=%7Bnothing%7D", "/graphql"] {
        assert_eq!(get(test, wrong, &[]).await.header("cache-control"), Some("no-store"), "{wrong}");
    }
    // The kept answer of one media type is not that of the other.
    let path = "/graphql?query=%7Bactors%7BtotalCount%7D%7D";
    for accept in ["application/json", "application/graphql-response+json"] {
        for _ in 0..2 {
            let answer = get(test, path, &[("accept", accept)]).await;
            assert!(answer.header("content-type").unwrap().starts_with(accept));
        }
    }
    // A HEAD asks as a GET does, and changes nothing.
    let head = Request::head(path).body(Body::empty()).unwrap();
    let head = send(test, head).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    let input = json!({ "kind": "ASSOCIATION", "name": "Par HEAD" });
    let mutation = format!(
        "/graphql?query=mutation($i:CreateActorInput!)%7BcreateActor(input:$i)%7Bid%7D%7D&variables={}",
        input_of(&input)
    );
    let request = Request::head(mutation).header("authorization", &bearer).body(Body::empty()).unwrap();
    assert_eq!(send(test, request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let all = "{ actors(filter: {statuses: [DRAFT]}) { totalCount } }";
    assert_eq!(data_of(test.ask_as_admin(all, json!({})).await)["actors"]["totalCount"], 0);
}

fn input_of(input: &Value) -> String {
    json!({ "i": input })
        .to_string()
        .replace('"', "%22")
        .replace('{', "%7B")
        .replace('}', "%7D")
        .replace(' ', "%20")
}
