//! What surrounds the handlers.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as FromState};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::timeout::RequestBodyDeadlineLayer;

use super::media::Media;
use super::{Failure, State, account, params};
use crate::graphql::edge::Code;

/// Marks an answer that pages of others may show or load: a frame, or a script for their pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framed;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What one request is called in the log and in its answer: the client's name for it where that is harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The client's id if it has at most 64 letters, digits, dots, dashes and underscores, else a new one.
    fn of(request: &Request) -> Self {
        let harmless = |id: &&str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            (1..=64).contains(&id.len()) && id.bytes().all(plain)
        };
        let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
        Self(given.map_or_else(|| uuid::Uuid::now_v7().to_string().into(), Into::into))
    }
}

/// Around everything, from the outside in: request id, account, security headers, catch panic, sensitive headers, CORS,
/// compression.
pub(super) fn outer(routes: Router<Arc<State>>, state: &Arc<State>) -> Router<Arc<State>> {
    let routes = routes.layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_free)));
    let routes = match state.settings.origins.layer() {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes
        .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION, header::COOKIE]))
        .layer(middleware::from_fn(catch_panic))
        .layer(middleware::map_response_with_state(state.settings.strict_transport, secure))
        .layer(middleware::from_fn_with_state(state.clone(), account::keep))
        .layer(middleware::from_fn(identify))
}

/// Around what reads bodies and takes time: the whole time, the body's size, the body's time.
pub(super) fn bounded(routes: Router<Arc<State>>, state: &Arc<State>) -> Router<Arc<State>> {
    let settings = &state.settings;
    routes
        .layer(RequestBodyDeadlineLayer::new(settings.body_time))
        .layer(RequestBodyLimitLayer::new(settings.body_bytes))
        .layer(middleware::from_fn_with_state(state.clone(), bound))
}

/// Whether an answer may still be compressed: a strong tag names its very bytes.
fn is_free(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(header::ETAG).is_none_or(|tag| tag.as_bytes().starts_with(b"W/"))
}

async fn identify(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(&request);
    let header = HeaderValue::from_str(id.as_str());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    response.headers_mut().extend(header.map(|value| (REQUEST_ID.clone(), value)));
    response
}

/// Answers 500 in place of a connection that breaks off; the panic's words go to the log only.
async fn catch_panic(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let media = Media::wanted_or_json(request.headers());
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
        tracing::error!(panic = words(panic.as_ref()), "a handler panicked");
        Failure::internal(id.as_ref().map_or("", RequestId::as_str)).into_response_as(media)
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

/// Browsers are to take an answer for what it says it is, tell nobody where they come from, frame nothing, give no page
/// of ours their camera, and let no page of others embed an answer (reading one is CORS's to allow). A page that needs
/// scripts brings its own policy, and one that is [`Framed`] says itself who may show it.
async fn secure(FromState(strict_transport): FromState<bool>, mut response: Response) -> Response {
    let framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    if !framed {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let resource = if framed { "cross-origin" } else { "same-origin" };
    for (name, value) in [
        ("cross-origin-resource-policy", resource),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if strict_transport {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(nothing);
    response
}

/// Drops a request that takes too long, and puts the size limit's own plain answer into our form.
async fn bound(FromState(state): FromState<Arc<State>>, request: Request, next: Next) -> Response {
    let settings = &state.settings;
    let most = settings.request_time;
    let media = Media::wanted_or_json(request.headers());
    let Ok(response) = tokio::time::timeout(most, next.run(request)).await else {
        let message =
            format!("The request took longer than {} s and was given up; ask for less.", most.as_secs());
        let failure = Failure::new(Code::Timeout, message);
        let failure = failure.with_extension("limit", "seconds").with_extension("maximum", most.as_secs());
        return failure.into_response_as(media);
    };
    let is_ours = response.headers().get(header::CONTENT_TYPE) == Some(&media.content_type());
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && !is_ours {
        return params::too_large(settings.body_bytes).into_response_as(media);
    }
    response.into_response()
}
