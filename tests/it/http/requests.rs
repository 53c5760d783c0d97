//! What is taken as a GraphQL request, and what it is answered.

use super::*;

#[tokio::test]
async fn a_query_runs_in_either_media_type() {
    let state = state().await;
    for (accept, content_type) in [
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
    ] {
        let answer = post(&state, "{ __typename }", &[("accept", accept)]).await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, json!({"data": {"__typename": "Query"}}))
        );
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let page = post(&state, "{ __typename }", &[("accept", "text/html")]).await;
    assert_eq!(page.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn what_is_not_run_has_no_data_and_the_status_of_its_media_type() {
    let state = state().await;
    let deep = "{territory".repeat(70);
    for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
        for (query, code) in [
            ("{", "VALIDATION"),
            ("{ nothing }", "VALIDATION"),
            ("subscription { x }", "VALIDATION"),
            (&deep, "TOO_COMPLEX"),
        ] {
            let answer = post(&state, query, &[("accept", accept)]).await;
            assert_eq!(answer.refusal(), refused(status, code), "{query}");
            assert_eq!(answer.json().get("data"), None);
        }
    }
}

#[tokio::test]
async fn what_fails_while_running_keeps_its_data() {
    let answer = post(&state().await, r#"{ __typename locate(longitude: 1, latitude: 48, kinds: [REGION]) { answer } actor(by: {registration: {scheme: SIREN, value: "1"}}) { name } }"#, &[NEW]).await;
    assert_eq!(answer.refusal(), refused(200, "VALIDATION"));
    assert_eq!(answer.json()["data"]["__typename"], "Query");
    assert_eq!(answer.json()["data"]["actor"], Value::Null);
    assert_eq!(answer.error()["path"], json!(["actor"]));
}

#[tokio::test]
async fn a_get_request_may_query_but_never_mutate() {
    let state = state().await;
    let query =
        "/graphql?query=query($u:String)%7Bthemes(under:$u)%7Bslug%7D%7D&variables=%7B%22u%22:%22none%22%7D";
    assert_eq!(get(&state, query).await.json()["data"]["themes"], json!([]));
    let both = "/graphql?query=query%20q%7B__typename%7Dmutation%20m%7Barchive(id:%22x%22,expectedVersion:1)%7B__typename%7D%7D";
    let answer = get(&state, &format!("{both}&operationName=q")).await;
    assert_eq!(answer.json()["data"]["__typename"], "Query");
    for mutation in [
        format!("{both}&operationName=m"),
        "/graphql?query=mutation%7Barchive(id:%22x%22,expectedVersion:1)%7B__typename%7D%7D".to_owned(),
    ] {
        let answer = get(&state, &mutation).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("POST")));
        assert_eq!(answer.json().get("data"), None);
    }
    for unknown in [both.to_owned(), format!("{both}&operationName=z")] {
        assert_eq!(get(&state, &unknown).await.refusal().1, "VALIDATION");
    }
}

#[tokio::test]
async fn only_one_json_request_is_taken_at_a_time() {
    let state = state().await;
    let body = json!({"query": "{ __typename }"}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ] {
        let answer = send(&state, POST, "/graphql", &[("content-type", content_type)], body.clone()).await;
        assert_eq!(answer.refusal(), refused(415, "VALIDATION"), "{content_type}");
    }
    let untold = send(&state, POST, "/graphql", &[], body.clone()).await;
    assert_eq!(untold.refusal(), refused(415, "VALIDATION"));
    let batch = send(&state, POST, "/graphql", &[JSON], format!("[{body},{body}]")).await;
    assert_eq!(batch.refusal(), refused(400, "VALIDATION"));
}
