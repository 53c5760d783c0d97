//! Who sends a request.

use axum::http::{HeaderMap, header};

use super::{Failure, State};
use crate::app::Error;
use crate::domain::caller::Caller;
use crate::graphql::edge::Code;

/// Tells who sends a request with these headers. Without `authorization` it is a stranger; with one that is not
/// valid the request fails, rather than run as somebody else.
pub async fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, Failure> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(given) = all.next() else { return Ok(Caller::Anonymous) };
    let refused = |message| Failure::new(Code::Unauthenticated, message);
    let bearer = given.to_str().ok().and_then(|text| text.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") && all.next().is_none());
    let Some((_, sent)) = bearer else {
        return Err(refused("The authorization header must be `Bearer` and a token or an API key, once."));
    };
    // A browser sends one: of several, none counts.
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none()).and_then(|origin| origin.to_str().ok());
    state.app.caller_of(sent.trim(), origin).await.map_err(|error| match error {
        Error::Unauthenticated(message) => Failure::new(Code::Unauthenticated, sentence(&message)),
        Error::Forbidden(message) => Failure::new(Code::Forbidden, sentence(&message)),
        Error::Unavailable => {
            Failure::new(Code::Unavailable, "Who you are can't be looked up: try again in a moment.")
        }
        Error::Timeout => Failure::new(Code::Timeout, "It took too long: try again."),
        error => {
            tracing::error!(?error, "a caller can't be looked up");
            Failure::new(Code::Internal, "Internal error.")
        }
    })
}

/// With a capital and a full stop, as failures of this layer are written.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
