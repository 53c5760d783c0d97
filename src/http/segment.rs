//! A part of an address that names something, as handlers take it.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::Failure;
use crate::graphql::edge::Code;

/// The one part of a route's address that varies. What can't be read is refused in the one shape of errors.
pub(super) struct Segment(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await {
            // Postgres takes no NUL, and nothing is named by one.
            return Ok(Self(text.replace('\0', "")));
        }
        let message =
            "The address can't be read: what follows a % must be UTF-8 in two hexadecimal digits a byte.";
        Err(Failure::new(Code::Validation, message))
    }
}
