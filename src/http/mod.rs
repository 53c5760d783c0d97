//! The service as HTTP: which addresses there are, what surrounds them, and how it is served.

mod caller;
mod cards;
mod failure;
mod graphiql;
mod graphql;
pub mod health;
mod layers;
mod media;
mod origins;
mod params;
mod sdl;
pub mod serve;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use caller::authenticate;
pub use failure::Failure;
pub use layers::RequestId;
pub use origins::{BadOrigin, Origins};

use crate::app::App;
use crate::auth::Keyring;
use crate::graphql::{Schema, budget::Limits};

/// What requests may cost and who may send them from a browser.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Largest request body in bytes.
    pub body_bytes: usize,
    /// Time in which a request body must have arrived.
    pub body_time: Duration,
    /// Time from a request's head to its answer's head; what runs longer is dropped at its next await point.
    pub request_time: Duration,
    /// Web origins whose scripts may read the answers.
    pub origins: Origins,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            body_time: Duration::from_secs(5),
            request_time: Duration::from_secs(10),
            origins: Origins::None,
        }
    }
}

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// The use-cases.
    pub app: App,
    /// Verifies tokens.
    pub keyring: Arc<Keyring>,
    /// The schema that `/graphql` runs documents on.
    pub schema: Schema,
    /// What one document may cost.
    pub limits: Limits,
    /// What requests may cost.
    pub settings: Arc<Settings>,
    /// Whether the parts that the service needs are there.
    pub readiness: Arc<health::Readiness>,
}

/// The whole service: every address with the layers around it.
pub fn router(state: State) -> Router {
    let bounded = Router::new().route("/graphql", get(graphql::get).post(graphql::post));
    let routes = layers::bounded(bounded, &state.settings)
        .merge(graphiql::routes())
        .merge(sdl::routes())
        .merge(cards::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_method);
    layers::outer(routes, &state.settings).with_state(state)
}

async fn nothing_here() -> Failure {
    Failure::not_found(
        "Nothing is served at this address. There are /graphql (the API), /graphiql (its explorer), \
         /schema.graphql, /collectives/{slug}/card, /healthz and /readyz.",
    )
}

/// The router adds the `allow` header.
async fn another_method() -> Failure {
    Failure::method_not_allowed(
        "This address is not served for this method; the allow header lists those it has.",
    )
}
