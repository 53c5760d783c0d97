//! `/schema.graphql`: the schema as text, for code generators and people.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::State;

/// The route, with the text made once.
pub(super) fn routes() -> Router<Arc<State>> {
    let text = Bytes::from(crate::graphql::sdl());
    // weak, since the layers may compress it
    let etag = HeaderValue::from_str(&format!("W/\"{}\"", fingerprint(&text)));
    let etag = etag.expect("hexadecimal digits and quotes are a header value");
    Router::new().route("/schema.graphql", get(async move |headers: HeaderMap| answer(&headers, text, etag)))
}

fn answer(headers: &HeaderMap, text: Bytes, etag: HeaderValue) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|sent| {
        let list = sent.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        list.into_iter().any(|tag| tag == etag.as_bytes() || tag == b"*")
    });
    let caching =
        [(header::ETAG, etag), (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"))];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Tells one content from another, for caches; no protection against forgery.
pub(super) fn fingerprint(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
