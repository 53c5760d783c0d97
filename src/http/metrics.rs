//! `/metrics`, on an address of its own: what Prometheus reads.
//!
//! No label has values that clients choose: operations by kind, outcomes by code, limits by our names for them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State as FromState;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;

use super::{State, health};
use crate::app::App;
use crate::app::measures::Queues;

/// How long the database is given to tell what waits, and how long that is told again.
const LOOK_TIME: Duration = Duration::from_secs(2);
const KEEP_TIME: Duration = Duration::from_secs(10);

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Values of labels, with their names.
type Labels<const N: usize> = [(&'static str, &'static str); N];
type Number = Gauge<f64, AtomicU64>;

/// Everything that is measured.
pub struct Metrics {
    registry: Registry,
    started: Instant,
    requests: Family<Labels<2>, Counter>,
    durations: Family<Labels<1>, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    refused: Family<Labels<1>, Counter>,
    rate_limited: Counter,
    sockets: Gauge,
    events: Counter,
    sockets_closed: Family<Labels<1>, Counter>,
    feed: Gauge,
    directory: Gauge,
    behind: Gauge,
    directory_read: Counter,
    directory_memory: Number,
    connections: Family<Labels<1>, Number>,
    most_connections: Number,
    statements: Counter,
    kept: Counter,
    cached_bytes: Number,
    caches: Family<Labels<1>, Number>,
    database_up: Gauge,
    waiting: Family<Labels<1>, Number>,
    uptime: Number,
    memory: Number,
    files: Number,
    /// When the database was last asked, and what it said.
    looked: Mutex<Option<(Instant, Option<Queues>)>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn seconds() -> Histogram {
    Histogram::new([0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("maillage"),
            started: Instant::now(),
            requests: Family::default(),
            durations: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            refused: Family::default(),
            rate_limited: Counter::default(),
            sockets: Gauge::default(),
            events: Counter::default(),
            sockets_closed: Family::default(),
            feed: Gauge::default(),
            directory: Gauge::default(),
            behind: Gauge::default(),
            directory_read: Counter::default(),
            directory_memory: Number::default(),
            connections: Family::default(),
            most_connections: Number::default(),
            statements: Counter::default(),
            kept: Counter::default(),
            cached_bytes: Number::default(),
            caches: Family::default(),
            database_up: Gauge::default(),
            waiting: Family::default(),
            uptime: Number::default(),
            memory: Number::default(),
            files: Number::default(),
            looked: Mutex::new(None),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let to = &mut self.registry;
        to.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let what =
            "GraphQL requests by kind of operation and by outcome: OK, the code of the first error, or GONE";
        to.register("requests", what, self.requests.clone());
        let what = "Time from a GraphQL request's head to its answer's head";
        to.register_with_unit("request_duration", what, Unit::Seconds, self.durations.clone());
        to.register("requests_in_flight", "GraphQL requests that are being answered", self.in_flight.clone());
        to.register("refused", "Requests refused since they pass a limit, by limit", self.refused.clone());
        let what = "Requests refused since too many came before";
        to.register("rate_limited", what, self.rate_limited.clone());
        to.register("sockets", "WebSockets that are open", self.sockets.clone());
        to.register("socket_events", "Events sent to subscriptions", self.events.clone());
        let what = "WebSockets that closed, by why: left, slow and silent are the client's";
        to.register("sockets_closed", what, self.sockets_closed.clone());
        let what = "The newest place of the change feed of which this instance knows";
        to.register("feed_position", what, self.feed.clone());
        let what =
            "The place of the change feed at which the directory in memory stands; -1 before it was read";
        to.register("directory_position", what, self.directory.clone());
        let what = "Places of the feed that are known and not in the directory in memory: the next reader brings them in";
        to.register("directory_behind", what, self.behind.clone());
        let what = "How often the whole directory was read into memory";
        to.register("directory_readings", what, self.directory_read.clone());
        let what = "Memory that the directory takes, about";
        to.register_with_unit("directory_memory", what, Unit::Bytes, self.directory_memory.clone());
        let what = "Connections to the database by state";
        to.register("database_connections", what, self.connections.clone());
        let what = "Most connections to the database";
        to.register("database_connections_most", what, self.most_connections.clone());
        to.register("database_statements", "Statements that the database ran", self.statements.clone());
        let what = "Whether the database said what waits, at the last look";
        to.register("database_up", what, self.database_up.clone());
        let what = "GraphQL requests that were given an answer that was kept";
        to.register("answers_kept", what, self.kept.clone());
        let what = "Memory that kept answers take, roughly";
        to.register_with_unit("answers", what, Unit::Bytes, self.cached_bytes.clone());
        to.register("cache_entries", "Entries of the caches in memory", self.caches.clone());
        let what = "What waits: letters to send or given up, entries to review, suggestions to decide";
        to.register("waiting", what, self.waiting.clone());
        to.register_with_unit("uptime", "Time since the start", Unit::Seconds, self.uptime.clone());
        let what = "Memory of the process that is in use";
        to.register_with_unit("resident_memory", what, Unit::Bytes, self.memory.clone());
        to.register("open_files", "Files and sockets that the process has open", self.files.clone());
    }

    /// A GraphQL request begins.
    pub(super) fn begin(&self) {
        self.in_flight.inc();
    }

    /// It ends, so.
    pub(super) fn end(
        &self,
        operation: &'static str,
        outcome: &'static str,
        limit: Option<&'static str>,
        elapsed: Duration,
    ) {
        self.in_flight.dec();
        self.requests.get_or_create(&[("operation", operation), ("outcome", outcome)]).inc();
        self.durations.get_or_create(&[("operation", operation)]).observe(elapsed.as_secs_f64());
        if let Some(limit) = limit {
            self.refused.get_or_create(&[("limit", limit)]).inc();
        }
        if outcome == "RATE_LIMITED" {
            self.rate_limited.inc();
        }
    }

    /// A request was given an answer that was kept.
    pub(super) fn answer_kept(&self) {
        self.kept.inc();
    }

    /// A socket opens.
    pub(super) fn socket_opened(&self) {
        self.sockets.inc();
    }

    /// It closes, so.
    pub(super) fn socket_closed(&self, why: &'static str) {
        self.sockets.dec();
        self.sockets_closed.get_or_create(&[("why", why)]).inc();
    }

    /// An event is sent.
    pub(super) fn event_sent(&self) {
        self.events.inc();
    }

    /// Brings up to date what is read rather than counted.
    async fn look(&self, state: &State) {
        let app = &state.app;
        let now = app.measures();
        let pool = now.pool;
        let connections = [("idle", pool.idle), ("in_use", pool.open.saturating_sub(pool.idle))];
        for (state, number) in connections {
            self.connections.get_or_create(&[("state", state)]).set(f64::from(number));
        }
        self.most_connections.set(f64::from(pool.most));
        self.statements.inner().store(now.statements, Ordering::Relaxed);
        let world = app.world_standing();
        self.directory.set(world.position.unwrap_or(-1));
        self.behind.set(world.position.map_or(0, |position| (world.newest - position).max(0)));
        self.directory_read.inner().store(world.readings, Ordering::Relaxed);
        self.directory_memory.set(world.bytes as f64);
        let (answers, bytes) = state.answers.size();
        self.cached_bytes.set(bytes as f64);
        for (cache, entries) in [
            ("outlines", now.outlines),
            ("widths", now.widths),
            ("sets", world.sets),
            ("answers", answers),
            ("documents", state.documents.count()),
        ] {
            self.caches.get_or_create(&[("cache", cache)]).set(entries as f64);
        }
        self.feed.set(app.feed().borrow().position);
        let queues = self.queues(app).await;
        self.database_up.set(i64::from(queues.is_some()));
        let number = |of: fn(&Queues) -> i64| queues.as_ref().map_or(f64::NAN, |queues| of(queues) as f64);
        for (what, number) in [
            ("letters", number(|queues| queues.letters_waiting)),
            ("letters_failed", number(|queues| queues.letters_failed)),
            ("reviews", number(|queues| queues.reviews)),
            ("suggestions", number(|queues| queues.suggestions)),
        ] {
            self.waiting.get_or_create(&[("what", what)]).set(number);
        }
        self.uptime.set(self.started.elapsed().as_secs_f64());
        self.memory.set(resident_bytes().unwrap_or(f64::NAN));
        let files = std::fs::read_dir("/proc/self/fd").map(Iterator::count);
        self.files.set(files.map_or(f64::NAN, |count| count as f64));
    }

    /// What waits; none where the database does not say. Those who ask at once share an answer.
    async fn queues(&self, app: &App) -> Option<Queues> {
        let mut looked = self.looked.lock().await;
        if let Some((at, queues)) = *looked
            && at.elapsed() < KEEP_TIME
        {
            return queues;
        }
        let queues = match tokio::time::timeout(LOOK_TIME, app.queues()).await {
            Ok(Ok(queues)) => Some(queues),
            Ok(Err(error)) => {
                tracing::warn!(?error, "the database does not say what waits");
                None
            }
            Err(_) => None,
        };
        *looked = Some((Instant::now(), queues));
        queues
    }
}

/// As Linux tells it.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
    Some(kibibytes as f64 * 1024.0)
}

/// What is served to those who watch the service, never to the public.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health::alive))
        .fallback(nothing_here)
        .with_state(Arc::new(state))
}

async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "Here are /metrics and /healthz alone.\n")
}

/// In the form of `OpenMetrics` for those who ask for it, else in Prometheus's own.
async fn metrics(FromState(state): FromState<Arc<State>>, headers: HeaderMap) -> Response {
    let metrics = &state.metrics;
    metrics.look(&state).await;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut body = String::new();
    let (content_type, written) = if accept.contains("application/openmetrics-text") {
        (OPENMETRICS, text::encode(&mut body, &metrics.registry))
    } else {
        (prometheus_text::CONTENT_TYPE, prometheus_text::encode(&mut body, &metrics.registry))
    };
    match written {
        Ok(()) => ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")], body)
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "the measures can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
