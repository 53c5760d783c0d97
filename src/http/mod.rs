//! The service as HTTP: which addresses there are, what surrounds them, and how it is served.

mod account;
pub mod address;
mod answers;
mod caller;
mod cards;
mod diagnosis_aims;
mod diagnosis_page;
mod diagnosis_reports;
mod documents;
mod explorer;
mod exports;
mod failure;
mod graphiql;
mod graphql;
pub mod health;
mod html;
mod layers;
mod media;
pub mod metrics;
mod ogc;
mod origins;
mod params;
pub mod rates;
mod sdl;
mod segment;
pub mod serve;
pub mod sockets;
mod tiles;
mod watched;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router};

use address::TrustedProxies;
pub use answers::Answers;
use caller::authenticate;
pub use documents::Documents;
pub use explorer::{BadMapStyle, MapStyle, Opening};
pub use failure::Failure;
pub use layers::RequestId;
pub use origins::{BadOrigin, Origins};
use rates::{Gate, Rates};
use sockets::{SocketBounds, Sockets};

use crate::app::App;
use crate::domain::limits::RequestLimits;
use crate::domain::paging::MAX_PAGE;
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
    /// How often someone may ask.
    pub rates: Rates,
    /// What sockets may take.
    pub sockets: SocketBounds,
    /// Proxies that are believed about whom they speak for.
    pub proxies: TrustedProxies,
    /// Whether browsers are to reach the service by HTTPS alone from now on: where that is how it is published.
    pub strict_transport: bool,
    /// Where the page that people open begins.
    pub opening: Opening,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            body_time: Duration::from_secs(5),
            request_time: Duration::from_secs(10),
            origins: Origins::None,
            rates: Rates::default(),
            sockets: SocketBounds::default(),
            proxies: TrustedProxies::default(),
            strict_transport: false,
            opening: Opening::default(),
        }
    }
}

impl Settings {
    /// The limits that clients are told of.
    pub fn published(&self, limits: &Limits) -> RequestLimits {
        let int = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let per_minute = |rate: Option<NonZeroU32>| rate.map_or(0, |rate| int(rate.get() as usize));
        RequestLimits {
            max_complexity: int(limits.complexity),
            max_depth: int(limits.depth),
            max_aliases: int(limits.aliases),
            max_page_size: int(MAX_PAGE as usize),
            max_body_bytes: int(self.body_bytes),
            strangers_requests_per_minute: per_minute(self.rates.stranger),
            callers_requests_per_minute: per_minute(self.rates.caller),
        }
    }
}

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// The use-cases.
    pub app: App,
    /// The schema that `/graphql` runs documents on.
    pub schema: Schema,
    /// What one document may cost.
    pub limits: Limits,
    /// What requests may cost.
    pub settings: Arc<Settings>,
    /// Whether the parts that the service needs are there.
    pub readiness: Arc<health::Readiness>,
    /// What is measured.
    pub metrics: Arc<metrics::Metrics>,
    /// Answers to strangers that are kept.
    pub answers: Arc<Answers>,
    /// Documents that may be asked for by their hashes.
    pub documents: Arc<Documents>,
    /// The open sockets.
    pub sockets: Arc<Sockets>,
}

/// The whole service: every address with the layers around it.
pub fn router(state: State) -> Router {
    // Each layer and each handler has it for every request.
    let state = Arc::new(state);
    let gate = Extension(Arc::new(Gate::new(state.settings.rates)));
    let bounded = Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post))
        .merge(diagnosis_reports::routes())
        .merge(ogc::routes())
        .merge(tiles::routes())
        .layer(gate);
    let routes = layers::bounded(bounded, &state)
        .merge(explorer::routes(&state.settings.opening, &state.settings.origins))
        .merge(graphiql::routes())
        .merge(sdl::routes())
        .merge(cards::routes())
        .merge(exports::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_method);
    layers::outer(routes, &state).with_state(state)
}

async fn nothing_here() -> Failure {
    Failure::not_found(
        "Nothing is served at this address. There are / (the page to open), /graphql (the API), /graphiql (its explorer), \
         /schema.graphql, /ogc (layers for GIS programs), /tiles/actors.json (vector tiles), /collectives/{slug}/card, /diagnoses/{slug}/report, \
         /diagnoses/{slug}/items.csv, /healthz and /readyz.",
    )
}

/// The router adds the `allow` header.
async fn another_method() -> Failure {
    Failure::method_not_allowed(
        "This address is not served for this method; the allow header lists those it has.",
    )
}
