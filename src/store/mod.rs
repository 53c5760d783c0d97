//! Postgres, through sea-orm: entities (private), scoped finders, writers. What is read is seen through a
//! [`Visibility`](crate::domain::policy::Visibility), which no finder can do without; what is written leaves its entry
//! in `changes` in the same transaction.

pub mod actor_filter;
pub mod actor_pages;
pub mod actors;
pub mod api_keys;
mod application_filter;
pub mod application_parts;
pub mod applications;
pub mod call_filter;
pub mod calls;
pub mod cards;
pub mod catalogue;
pub mod collective_filter;
pub mod collectives;
pub mod contacts;
pub mod coverage;
pub mod diagnoses;
pub mod diagnosis_filter;
pub mod duplicates;
pub mod ecosystem;
pub mod eligibility;
mod entity;
pub mod erasure;
pub mod error;
pub mod exchange_filter;
pub mod exchanges;
pub mod export_rows;
pub mod exports;
pub mod features;
pub mod feed;
pub mod history;
pub mod indicators;
pub mod integrity;
pub mod interaction_filter;
pub mod interactions;
pub mod keys;
pub mod lesson_filter;
pub mod lessons;
pub mod library;
pub mod matches;
pub mod measures;
pub mod memberships;
pub mod mergers;
pub mod moderation;
pub mod next_steps;
pub mod orientations;
pub mod outbox;
pub mod outlines;
mod pages;
pub mod people;
pub mod practice_filter;
pub mod practices;
pub mod project_filter;
pub mod project_matrix;
pub mod projects;
pub mod recipients;
pub mod records;
pub mod replications;
pub mod resource_people;
pub mod retention;
mod rows;
mod scopes;
pub mod search;
pub mod sessions;
mod sight;
pub mod similar;
pub mod slugs;
mod sql;
pub mod standing;
pub mod suggestions;
pub mod support_contacts;
pub mod support_requests;
pub mod suppression;
pub mod swot;
pub mod tally;
pub mod territories;
pub mod territory_filter;
pub mod territory_links;
mod text_search;
mod transaction;
pub mod workshops;
pub mod world;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, IsolationLevel,
    TransactionTrait,
};

pub use self::error::StoreError;
use self::feed::News;
use self::sql::Sql;
pub use self::transaction::Transaction;

pub use sea_orm::ConnectionTrait as Connection;

/// How the database is reached.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://…`
    pub url: String,
    /// Most connections at a time.
    pub connections: u32,
    /// How long a free connection is waited for, or a first one, before the database counts as out of reach.
    pub acquire_timeout: Duration,
    /// How long a read may take.
    pub statement_timeout: Duration,
}

impl fmt::Debug for Settings {
    /// Without the address, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    widths: scopes::Widths,
    statements: Arc<AtomicU64>,
    news: News,
}

/// Holds back a second instance that migrates at the same time; any number, the same for all.
pub const MIGRATION_LOCK: i64 = 0x4d61_696c_6c61_6765;

/// Held by whoever writes for long.
const LONG_LOCK: &str = "import";

impl Store {
    /// Connects.
    pub async fn connect(settings: &Settings) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(&settings.url);
        options
            .max_connections(settings.connections)
            .acquire_timeout(settings.acquire_timeout)
            .connect_timeout(settings.acquire_timeout)
            .set_application_name("maillage")
            .statement_timeout(settings.statement_timeout)
            // What a map of the country sorts and hashes fits in memory; compiling statements costs more than they do; and
            // a plan that fits a commune is not kept for a région: that made 60 ms into 3 s.
            .map_sqlx_postgres_opts(|options| {
                options.options([
                    ("work_mem", "32MB"),
                    ("jit", "off"),
                    ("plan_cache_mode", "force_custom_plan"),
                ])
            })
            .test_before_acquire_if_idle_for(Duration::from_secs(5))
            .sqlx_logging(false)
            .record_stmt_in_spans(false);
        let db = Database::connect(options).await?;
        let mut store =
            Self { db, widths: scopes::Widths::default(), statements: Arc::default(), news: News::default() };
        store.on_statement(|_| {});
        Ok(store)
    }

    /// Calls back at every statement that runs, after it is counted.
    pub fn on_statement(&mut self, callback: impl Fn(&str) + Send + Sync + 'static) {
        let statements = Arc::clone(&self.statements);
        self.db.set_metric_callback(move |info| {
            statements.fetch_add(1, Ordering::Relaxed);
            tally::count();
            callback(&info.statement.sql);
        });
    }

    /// Reads territories from so many actors on as wide ones, 0 for all: for comparing the two ways.
    pub fn set_wide_from(&mut self, actors: i64) {
        self.widths = scopes::Widths::from(actors);
    }

    /// The connection pool, for reads.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// A new transaction. It waits for a lock longer than Postgres takes to find that two wait for each other
    /// (`deadlock_timeout`, a second), so that such two are tried again, and not told that it took too long.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let transaction = self.opened(self.db.begin().await?, false);
        transaction.execute_unprepared("SET LOCAL lock_timeout = '2s'").await?;
        Ok(transaction)
    }

    /// The same for what no answer to a stranger shows: sessions, attempts, letters, keys. What is kept of answers outlasts it.
    pub async fn begin_unseen(&self) -> Result<Transaction, StoreError> {
        let transaction = self.opened(self.db.begin().await?, true);
        transaction.execute_unprepared("SET LOCAL lock_timeout = '2s'").await?;
        Ok(transaction)
    }

    /// A new transaction that may take as long as it needs: imports. Only one at a time runs; others wait for it, after
    /// they have said so.
    pub async fn begin_long(&self, waits: impl FnOnce()) -> Result<Transaction, StoreError> {
        let transaction = self.opened(self.db.begin().await?, false);
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
        if !try_long_lock(&transaction).await? {
            waits();
            lock(&transaction, LONG_LOCK).await?;
        }
        Ok(transaction)
    }

    /// The same for a request, which neither waits for another nor takes longer than this; null where another runs.
    pub async fn begin_long_now(&self, most: Duration) -> Result<Option<Transaction>, StoreError> {
        let transaction = self.opened(self.db.begin().await?, false);
        let milliseconds = most.as_millis();
        let limits = format!("SET LOCAL statement_timeout = {milliseconds}; SET LOCAL lock_timeout = '2s'");
        transaction.execute_unprepared(&limits).await?;
        Ok(try_long_lock(&transaction).await?.then_some(transaction))
    }

    /// A transaction that sees one state of everything, may take as long as it needs, and can't write.
    pub async fn begin_snapshot(&self) -> Result<Transaction, StoreError> {
        let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
        let transaction = self.opened(self.db.begin_with_config(Some(isolation), Some(access)).await?, true);
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0; SET LOCAL jit = off").await?;
        Ok(transaction)
    }

    /// A transaction that sees one state of everything and can't write, within the time that every read has.
    pub async fn begin_view(&self) -> Result<Transaction, StoreError> {
        let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
        Ok(self.opened(self.db.begin_with_config(Some(isolation), Some(access)).await?, true))
    }

    /// Applies the migrations that are missing; instances that start at once take turns.
    pub async fn migrate(settings: &Settings) -> Result<(), StoreError> {
        let mut options = ConnectOptions::new(&settings.url);
        // One connection, since an advisory lock is a connection's.
        options.max_connections(1).acquire_timeout(Duration::from_secs(5)).sqlx_logging(false);
        let db = Database::connect(options).await?;
        db.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
        let applied = Migrator::up(&db, None).await;
        db.execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
        applied?;
        // What it derived anew is in no feed; instances of before may be running.
        db.execute_unprepared(feed::WRITTEN).await?;
        Ok(db.close().await?)
    }

    /// Whether the database answers and no migration is missing.
    pub async fn ready(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations_read_only(&self.db).await?.is_empty())
    }

    /// Ends every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close().await?)
    }
}

/// A transaction within another: what fails in it leaves the other as it was.
pub async fn begin_step(tx: &Transaction) -> Result<Transaction, StoreError> {
    tx.step().await
}

/// Holds back whoever would write one of these tables, until the transaction ends; reading goes on.
pub async fn hold_writers(tx: &Transaction, tables: &str) -> Result<(), StoreError> {
    Ok(tx.execute_unprepared(&format!("LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")).await.map(drop)?)
}

/// Whether nobody else writes for long; if so, nobody does until the transaction ends.
async fn try_long_lock(tx: &Transaction) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT pg_try_advisory_xact_lock(hashtextextended(");
    sql.bind(LONG_LOCK).push(", 0)) AS got");
    sql.row(tx).await?.map_or(Ok(false), |row| rows::get(&row, "got"))
}

/// Holds back, until the transaction ends, whoever asks for the same name.
pub async fn lock(db: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT pg_advisory_xact_lock(hashtextextended(");
    sql.bind(name).push(", 0))");
    sql.execute(db).await.map(drop)
}

/// Texts as the database folds them, in order: what two spellings of one name have in common.
pub async fn fold(db: &impl ConnectionTrait, texts: &[String]) -> Result<Vec<String>, StoreError> {
    let mut sql = Sql::new("SELECT fold(t.text) AS folded FROM unnest(");
    sql.bind(texts.to_vec()).push(") WITH ORDINALITY t(text, place) ORDER BY t.place");
    sql.rows(db).await?.iter().map(|row| rows::get(row, "folded")).collect()
}
