//! Files that people take away: what is in them, for whom, until when.

mod background;
mod files;
mod rights;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{TestApp, data_of};

const JOB: &str = "id format state progress rowCount url error expiresAt createdAt";

/// A file as it was sent.
pub struct File {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl File {
    pub fn text(&self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }
}

/// Asks for actors; the whole answer.
pub async fn actors(test: &TestApp, token: Option<&str>, filter: Value, format: &str) -> Value {
    let query = format!(
        "mutation($f: ActorFilter, $format: ExportFormat!) {{ exportActors(filter: $f, format: $format) {{ {JOB} }} }}"
    );
    test.ask_with(token, &query, json!({ "f": filter, "format": format })).await
}

/// Asks for a network; the whole answer.
pub async fn network(test: &TestApp, token: Option<&str>, more: Value, format: &str) -> Value {
    let query = format!(
        "mutation($f: ActorFilter, $i: InteractionFilter, $on: Date, $format: ExportFormat!) {{
            exportNetwork(filter: $f, interactions: $i, asOf: $on, format: $format) {{ {JOB} }} }}"
    );
    let mut variables = json!({ "format": format });
    variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    test.ask_with(token, &query, variables).await
}

/// The only job of an answer.
pub fn job(answer: Value) -> Value {
    data_of(answer).as_object().unwrap().values().next().unwrap().clone()
}

/// A job as it is now, for this caller.
pub async fn follow(test: &TestApp, token: Option<&str>, id: &Value) -> Value {
    let query = format!("query($id: ID!) {{ exportJob(id: $id) {{ {JOB} }} }}");
    data_of(test.ask_with(token, &query, json!({ "id": id })).await)["exportJob"].clone()
}

/// What is at a job's address.
pub async fn fetch(test: &TestApp, job: &Value) -> File {
    let url = job["url"].as_str().unwrap_or_else(|| panic!("no file: {job}"));
    let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
    get(test, path, &[]).await
}

/// What is at an address.
pub async fn get(test: &TestApp, path: &str, headers: &[(header::HeaderName, &str)]) -> File {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = test.send(request.body(Body::empty()).unwrap()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    File { status, headers, bytes }
}

/// Asks for a small file and fetches it.
pub async fn taken(test: &TestApp, token: Option<&str>, filter: Value, format: &str) -> File {
    fetch(test, &job(actors(test, token, filter, format).await)).await
}
