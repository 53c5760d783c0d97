//! Who sends a request.

use axum::http::{HeaderMap, header};

use super::{Failure, State};
use crate::app;
use crate::auth::TokenError;
use crate::domain::caller::Caller;
use crate::graphql::edge::Code;

/// Tells who sends a request with these headers. Without `authorization` it is a stranger; with one that is not
/// valid the request fails, rather than run as somebody else.
pub async fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, Failure> {
    let Some(given) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::Anonymous) };
    let refused = |message| Failure::new(Code::Unauthenticated, message);
    let bearer = given.to_str().ok().and_then(|text| text.split_once(' '));
    let Some((_, token)) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(refused("The authorization header must be `Bearer` and a token."));
    };
    let bearer = state.keyring.verify(token.trim(), state.app.clock.now()).map_err(|error| match error {
        TokenError::Expired => refused("The token has ended; ask for a new one."),
        TokenError::Invalid => refused("The token is not valid; ask for a new one, or send none."),
    })?;
    let caller = state.app.caller_of_token(bearer.user, bearer.session, bearer.issued_at).await;
    caller.map_err(|error| match error {
        app::Error::Unavailable => {
            Failure::new(Code::Unavailable, "The database can't be reached: try again in a moment.")
        }
        app::Error::Timeout => Failure::new(Code::Timeout, "It took too long: try again."),
        app::Error::Unauthenticated(_) => refused("The token is no longer good: sign in again."),
        error => {
            tracing::error!(?error, "a caller can't be looked up");
            Failure::new(Code::Internal, "Internal error.")
        }
    })
}
