//! What became of a request: one line of the log, and the measures.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{Request, State as FromState};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span};

use super::metrics::Metrics;
use super::{RequestId, State};
use crate::app::measures::Tally;
use crate::domain::caller::Caller;
use crate::graphql::edge::Code;

/// Most letters of an operation's name that the log has.
const NAME: usize = 64;

/// What is found out about a request while it is answered; it outlives a request that is given up.
#[derive(Clone, Debug, Default)]
pub(super) struct Account(Arc<Mutex<Facts>>);

#[derive(Clone, Debug, Default)]
struct Facts {
    kind: Option<&'static str>,
    name: Option<String>,
    caller: Option<(&'static str, String)>,
}

/// What went wrong, which a response carries beside its body.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The codes of the errors, each once.
    pub codes: Vec<Code>,
    /// The limit that was passed, where one was.
    pub limit: Option<&'static str>,
}

impl Account {
    /// Which operation is to run. A name is letters, digits and underscores, since the document was parsed.
    pub fn operation(&self, kind: &'static str, name: Option<&str>) {
        let name = name.map(|name| name.chars().take(NAME).collect());
        self.change(|facts| (facts.kind, facts.name) = (Some(kind), name));
    }

    /// Who asks: a kind, and an id that tells nothing to those who have not the database.
    pub fn caller(&self, caller: &Caller) {
        self.change(|facts| facts.caller = Some((caller.kind(), caller.reference())));
    }

    /// A stranger's query of this name.
    pub fn stranger(&self, name: Option<&str>) {
        self.operation("query", name);
        self.caller(&Caller::Anonymous);
    }

    fn change(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn facts(&self) -> Facts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Outcome {
    /// Adds a code that was not there.
    pub fn add(&mut self, code: Code) {
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}

/// A path as the log may have it: the address of a file opens it, whoever knows it.
fn told(path: &str) -> &str {
    if path.starts_with("/exports/") { "/exports/…" } else { path }
}

/// Keeps the account of a request. The query string stays out of it, since a GET carries the document and its variables
/// there.
pub(super) async fn keep(
    FromState(state): FromState<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request.extensions().get::<RequestId>().map(RequestId::as_str);
    let path = told(request.uri().path());
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = path.get(..200).unwrap_or(path),
    );
    let running = Running {
        account: Account::default(),
        tally: Tally::default(),
        started: Instant::now(),
        metrics: Arc::clone(&state.metrics),
        is_graphql: path == "/graphql",
        is_probe: matches!(path, "/healthz" | "/readyz"),
        span: span.clone(),
        ended: false,
    };
    if running.is_graphql {
        running.metrics.begin();
    }
    request.extensions_mut().insert(running.account.clone());
    let response = running.tally.clone().over(next.run(request)).instrument(span).await;
    running.end(&response);
    response
}

/// A request under way; it is accounted for too where its client leaves.
struct Running {
    account: Account,
    tally: Tally,
    started: Instant,
    metrics: Arc<Metrics>,
    is_graphql: bool,
    /// Asked every few seconds by machines: told only where it goes wrong.
    is_probe: bool,
    span: Span,
    ended: bool,
}

impl Running {
    fn end(mut self, response: &Response) {
        self.ended = true;
        let outcome = response.extensions().get::<Outcome>().cloned().unwrap_or_default();
        self.account_for(Some(response.status()), &outcome);
    }

    fn account_for(&self, status: Option<StatusCode>, outcome: &Outcome) {
        let facts = self.account.facts();
        let elapsed = self.started.elapsed();
        if self.is_graphql {
            let code = outcome.codes.first().map(|code| code.as_str());
            let word = if status.is_none() { "GONE" } else { code.unwrap_or("OK") };
            self.metrics.end(facts.kind.unwrap_or("none"), word, outcome.limit, elapsed);
        }
        if self.is_probe && status == Some(StatusCode::OK) {
            return;
        }
        let codes: Vec<_> = outcome.codes.iter().map(|code| code.as_str()).collect();
        let (caller, reference) = facts.caller.unzip();
        let _inside = self.span.enter();
        tracing::info!(
            status = status.map(|status| status.as_u16()),
            ms = (elapsed.as_secs_f64() * 100_000.0).round() / 100.0,
            operation = facts.kind,
            name = facts.name,
            caller,
            reference = reference.filter(|_| caller != Some("anonymous")),
            statements = self.tally.count(),
            codes = (!codes.is_empty()).then(|| codes.join(",")),
            limit = outcome.limit,
            "{}",
            if status.is_some() { "answered" } else { "the client left before it was answered" }
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.account_for(None, &Outcome::default());
        }
    }
}
