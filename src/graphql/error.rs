//! From a use-case's error to GraphQL's: a stable code, what to do, and nothing of our insides.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, Value};

use super::edge::{Code, MAX_MESSAGE};
use super::ids::global_id;
use crate::app;
use crate::domain::error::Violations;

/// Why a resolver fails. It has no `Display`, so that `?` can't send the text of another error to clients.
#[derive(Clone, Debug)]
pub struct ApiError(pub app::Error);

/// What resolvers of fields that can't be null return.
pub type Result<T> = std::result::Result<T, ApiError>;

impl From<app::Error> for ApiError {
    fn from(error: app::Error) -> Self {
        Self(error)
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        Self(violations.into())
    }
}

impl From<Arc<ApiError>> for ApiError {
    fn from(error: Arc<ApiError>) -> Self {
        (*error).clone()
    }
}

impl From<ApiError> for Error {
    fn from(ApiError(error): ApiError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        let (code, message) = match error {
            app::Error::Unauthenticated(message) => (Code::Unauthenticated, message),
            app::Error::Forbidden(message) => (Code::Forbidden, message),
            app::Error::NotFound(message) => (Code::NotFound, message),
            app::Error::Validation(violations) => {
                let message = summary(&violations);
                extensions.set("fields", fields(violations));
                (Code::Validation, message)
            }
            app::Error::Conflict { message, current_version, candidates } => {
                if let Some(version) = current_version {
                    extensions.set("currentVersion", version);
                }
                if !candidates.is_empty() {
                    let ids = candidates.into_iter().map(|subject| Value::from(global_id(subject).0));
                    extensions.set("candidateIds", Value::List(ids.collect()));
                }
                (Code::Conflict, message)
            }
            app::Error::Duplicate { message, existing } => {
                if let Some(existing) = existing {
                    extensions.set("existingId", global_id(existing).0);
                }
                (Code::Duplicate, message)
            }
            app::Error::RateLimited { message, retry_after_seconds } => {
                extensions.set("retryAfterSeconds", retry_after_seconds);
                (Code::RateLimited, message)
            }
            app::Error::TooLarge(message) => (Code::TooComplex, message),
            app::Error::Unavailable => {
                (Code::Unavailable, "the database can't be reached: try again in a moment".to_owned())
            }
            app::Error::Timeout => (Code::Timeout, "it took too long: ask for less at once; a write may have met an import or another long write: try again later".to_owned()),
            app::Error::Internal(cause) => {
                tracing::error!(error = &*cause as &dyn std::error::Error, "a resolver failed");
                (Code::Internal, "something went wrong on our side".to_owned())
            }
            app::Error::Contention(cause) => {
                tracing::error!(error = &*cause as &dyn std::error::Error, "a read met contention");
                (Code::Internal, "something went wrong on our side".to_owned())
            }
        };
        extensions.set("code", code.as_str());
        Error { message, source: None, extensions: Some(extensions) }
    }
}

fn summary(violations: &Violations) -> String {
    match violations.0.as_slice() {
        [one] => format!("{}: {}", one.path, one.message),
        several => {
            let paths: Vec<_> = several.iter().map(|violation| violation.path.as_str()).collect();
            format!("{} fields are wrong: {}", several.len(), paths.join(", "))
        }
    }
}

/// Bounded as an error's own message is, since some repeat what was sent.
fn fields(violations: Violations) -> Value {
    let shortened = |message: String| match message.char_indices().nth(MAX_MESSAGE - 1) {
        Some((cut, _)) => message[..cut].to_owned() + "…",
        None => message,
    };
    let field = |violation: crate::domain::error::Violation| {
        Value::Object(
            [
                (async_graphql::Name::new("path"), Value::from(violation.path)),
                (async_graphql::Name::new("code"), Value::from(violation.code.as_ref())),
                (async_graphql::Name::new("message"), Value::from(shortened(violation.message))),
            ]
            .into_iter()
            .collect(),
        )
    };
    Value::List(violations.0.into_iter().map(field).collect())
}
