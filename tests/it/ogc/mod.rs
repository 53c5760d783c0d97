//! Layers: what GIS programs are told, what they may ask, and what they may see.

mod asked;
mod seen;

use axum::http::header;
use serde_json::Value;

use crate::exports::{File, get};
use crate::support::TestApp;

/// What is at an address under `/ogc`, for this caller.
pub async fn sent(test: &TestApp, token: Option<&str>, path: &str) -> File {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer.iter().map(|bearer| (header::AUTHORIZATION, bearer.as_str())).collect();
    get(test, &format!("/ogc{path}"), &headers).await
}

/// The same, which must be there.
pub async fn read(test: &TestApp, token: Option<&str>, path: &str) -> Value {
    sent(test, token, path).await.json()
}

/// The ids of a page's features.
pub fn ids(page: &Value) -> Vec<&str> {
    page["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_str().unwrap()).collect()
}

/// Where a link leads, under `/ogc`.
pub fn linked<'a>(page: &'a Value, rel: &str) -> Option<&'a str> {
    let link = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == rel)?;
    link["href"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080/ogc")
}
