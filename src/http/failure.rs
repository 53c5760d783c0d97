//! A request that gets no GraphQL answer: refused before, or broken around it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::account::Outcome;
use super::media::Media;
use crate::graphql::budget;
use crate::graphql::edge::Code;

/// An error as the client sees it: a status, and the body of a GraphQL error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    code: Code,
    status: StatusCode,
    message: Cow<'static, str>,
    extensions: BTreeMap<&'static str, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// A failure whose status follows from its code.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let status = match code {
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Validation | Code::TooComplex | Code::PersistedQueryNotFound => StatusCode::BAD_REQUEST,
            Code::Conflict | Code::Duplicate => StatusCode::CONFLICT,
            Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let extensions = BTreeMap::from([("code", Value::from(code.as_str()))]);
        let failure = Self { code, status, message: message.into(), extensions, headers: Vec::new() };
        if code == Code::Unauthenticated {
            failure.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        } else {
            failure
        }
    }

    /// 404, `NOT_FOUND`.
    pub fn not_found(message: &'static str) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// 405, `VALIDATION`; the caller adds `allow` where the router does not.
    pub fn method_not_allowed(message: &'static str) -> Self {
        Self::new(Code::Validation, message).with_status(StatusCode::METHOD_NOT_ALLOWED)
    }

    /// 429, `RATE_LIMITED`, with the seconds after which to come back in `retry-after` and `retryAfterSeconds`.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        Self::new(
            Code::RateLimited,
            format!("Too many requests; come back in {retry_after_seconds} seconds."),
        )
        .with_extension("retryAfterSeconds", retry_after_seconds)
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds))
    }

    /// 500, `INTERNAL`, with the request's id and nothing else; the cause belongs into the log.
    pub fn internal(request_id: &str) -> Self {
        Self::new(Code::Internal, "Internal error.").with_extension("requestId", request_id)
    }

    /// As an error of GraphQL's.
    pub(super) fn error(&self) -> Value {
        json!({"message": self.message, "extensions": self.extensions})
    }

    /// Whether it may be otherwise in a moment.
    pub(super) fn passes(&self) -> bool {
        matches!(self.code, Code::Unavailable | Code::Timeout)
    }

    /// Whether it is about who asks.
    pub(super) fn is_of_the_caller(&self) -> bool {
        matches!(self.code, Code::Unauthenticated | Code::Forbidden)
    }

    /// Another status than the code's own.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// One more entry of `extensions`.
    #[must_use]
    pub fn with_extension(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.insert(name, value.into());
        self
    }

    /// One more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The response in the media type that was asked for.
    pub(super) fn into_response_as(self, media: Media) -> Response {
        let limit = self.extensions.get("limit").and_then(Value::as_str).and_then(budget::limit_name);
        let body = json!({"errors": [self.error()]});
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, media.content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers);
        response.extensions_mut().insert(Outcome { codes: vec![self.code], limit });
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.into_response_as(Media::Json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unauthenticated_caller_is_told_how_to_identify() {
        let response = Failure::new(Code::Unauthenticated, "The token has ended.").into_response();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }

    #[test]
    fn a_limited_caller_learns_when_to_come_back() {
        let response = Failure::rate_limited(7).into_response();
        assert_eq!(
            (response.status(), &response.headers()["retry-after"]),
            (StatusCode::TOO_MANY_REQUESTS, &HeaderValue::from(7))
        );
    }
}
