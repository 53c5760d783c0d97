//! What tests stand on: a real Postgres of their own, a database each, the real router, a clock that stands still.

mod cluster;
pub mod entries;

pub use self::cluster::{blank_database, copy_of, drop_database, empty_database, keep};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use maillage::app::App;
use maillage::domain::caller::Right;
use maillage::domain::clock::Clock;
use maillage::domain::ids::{Ids, UserId};
use maillage::graphql;
use maillage::graphql::budget::Limits;
use maillage::http::health::{Part, Readiness};
use maillage::http::rates::Rates;
use maillage::http::{Answers, Settings as HttpSettings, State, router};
use maillage::store::{Settings, Store};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tower::ServiceExt;

/// The instant at which every test's clock stands.
pub const NOW: &str = "2026-11-22T12:00:00Z";

/// The whole service over a database of its own, which goes with its test.
pub struct TestApp {
    /// The use-cases, for what tests prepare.
    pub app: App,
    /// The clock, to be moved.
    pub clock: Clock,
    /// What the router is made of, for tests that change a part of it.
    pub state: State,
    /// A token of an administrator.
    pub token: String,
    /// The administrator.
    pub user: UserId,
    /// Where its database is.
    pub url: String,
    router: Router,
    statements: Arc<AtomicUsize>,
}

impl TestApp {
    /// Over an empty, migrated database.
    pub async fn empty() -> Self {
        Self::at(&cluster::empty_database().await).await
    }

    /// Over a database that holds the demo.
    pub async fn demo() -> Self {
        Self::at(&cluster::demo_database().await).await
    }

    /// Over the database at this address.
    pub async fn at(url: &str) -> Self {
        Self::over(url, |_| {}).await
    }

    /// Over the database at this address, with a store that is set up otherwise.
    pub async fn over(url: &str, change: impl FnOnce(&mut Store)) -> Self {
        // Longer than the program's: many tests share few processors.
        let patience = Duration::from_secs(10);
        let settings = Settings {
            url: url.to_owned(),
            connections: 8,
            acquire_timeout: patience,
            statement_timeout: patience,
        };
        let mut store = Store::connect(&settings).await.expect("a database");
        change(&mut store);
        let statements = Arc::new(AtomicUsize::new(0));
        let counter = statements.clone();
        store.on_statement(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let now: DateTime<Utc> = NOW.parse().expect("an instant");
        let clock = Clock::fixed(now);
        let app = App::new(store, clock.clone(), Ids::random());
        let id = match app.add_user("tester@example.org", "Tester", &[Right::Admin]).await.expect("a user") {
            Some(id) => id,
            // Another instance over the same database made them.
            None => app.user_by_email("tester@example.org").await.expect("a user").expect("it is there"),
        };
        let token = app.token(id, None, TimeDelta::days(3_650)).await.expect("a token");
        let published = HttpSettings::default().published(&Limits::default());
        let state = State {
            schema: graphql::schema(&Limits::default(), published),
            app: app.clone(),
            limits: Limits::default(),
            settings: Arc::new(HttpSettings { rates: Rates::OFF, ..HttpSettings::default() }),
            readiness: Arc::new(Readiness::new(|| async { vec![Part { name: "database", ready: true }] })),
            metrics: Arc::default(),
            answers: Arc::new(Answers::of(16 * 1024 * 1024)),
            documents: Arc::default(),
            sockets: Arc::default(),
        };
        let router = router(state.clone());
        Self { app, clock, state, token, user: id, url: url.to_owned(), router, statements }
    }

    /// The same with another router.
    pub fn with(mut self, change: impl FnOnce(State) -> State) -> Self {
        self.state = change(self.state);
        self.router = router(self.state.clone());
        self
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("the router never fails")
    }

    /// Asks as nobody in particular; the whole answer.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        self.post(query, variables, None).await
    }

    /// Asks as an administrator; the whole answer.
    pub async fn ask_as_admin(&self, query: &str, variables: Value) -> Value {
        self.post(query, variables, Some(&self.token)).await
    }

    /// A token of a new user with these rights.
    pub async fn token_of(&self, email: &str, rights: &[Right]) -> String {
        let id = self.app.add_user(email, email, rights).await.expect("a user").expect("a free address");
        self.token_for(id).await
    }

    /// Asks as the bearer of this token; the whole answer.
    pub async fn ask_as(&self, token: &str, query: &str, variables: Value) -> Value {
        self.post(query, variables, Some(token)).await
    }

    /// A token of this user.
    pub async fn token_for(&self, user: UserId) -> String {
        self.app.token(user, None, TimeDelta::days(3_650)).await.expect("a token")
    }

    /// Asks as the bearer of this token, or as nobody; the whole answer.
    pub async fn ask_with(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        self.post(query, variables, token).await
    }

    /// Ends its connections; where its database was.
    pub async fn close(self) -> String {
        self.app.store.close().await.expect("it closes");
        self.url
    }

    /// Asks as nobody in particular, and expects no error: the data.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        data_of(self.ask(query, variables).await)
    }

    /// Asks as an administrator, and expects no error: the data.
    pub async fn admin_data(&self, query: &str, variables: Value) -> Value {
        data_of(self.ask_as_admin(query, variables).await)
    }

    /// How many statements this query takes; it must not fail.
    pub async fn statements(&self, query: &str, variables: Value) -> usize {
        let before = self.statements.load(Ordering::Relaxed);
        self.data(query, variables).await;
        self.statements.load(Ordering::Relaxed) - before
    }

    /// How many statements this query takes of the bearer of this token, with the look-up of who they are; it must not
    /// fail.
    pub async fn statements_of(&self, token: &str, query: &str, variables: Value) -> usize {
        let before = self.statements.load(Ordering::Relaxed);
        data_of(self.ask_as(token, query, variables).await);
        self.statements.load(Ordering::Relaxed) - before
    }

    /// How many statements were ever sent.
    pub fn statement_count(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    /// Where its database is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the record of changes ends.
    pub async fn last_change(&self) -> i64 {
        let rows = self.rows("SELECT coalesce(max(position), 0) AS position FROM changes").await;
        rows[0]["position"].as_i64().expect("a number")
    }

    /// How many changes were ever recorded, but those of accounts: the tests' own are among them.
    pub async fn changes(&self) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.expect("a connection");
        let count = sqlx::query_scalar(
            "SELECT count(*) FROM changes WHERE subject_kind NOT IN ('USER', 'API_KEY', 'GRANT')",
        )
        .fetch_one(&mut connection)
        .await;
        connection.close().await.expect("it closes");
        count.expect("a number")
    }

    async fn post(&self, query: &str, variables: Value, token: Option<&str>) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = self.send(request.body(Body::from(body)).expect("a request")).await;
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// What comes of it: a test that waits in vain fails, and says for what, instead of holding up all others.
pub async fn in_time<T>(what: &str, of: impl Future<Output = T>) -> T {
    let come = tokio::time::timeout(Duration::from_secs(30), of).await;
    come.unwrap_or_else(|_| panic!("in vain: {what}"))
}

/// The data of an answer without errors.
pub fn data_of(mut answer: Value) -> Value {
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].take()
}

/// The codes of an answer's errors, in order.
pub fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none")).collect()
}

/// The paths of the fields that the first error says are wrong.
pub fn wrong_fields(answer: &Value) -> Vec<&str> {
    let fields =
        answer["errors"][0]["extensions"]["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    fields.iter().filter_map(|field| field["path"].as_str()).collect()
}
