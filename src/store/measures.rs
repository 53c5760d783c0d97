//! What is told of the database to whoever watches the service.

use std::sync::atomic::Ordering;

use super::Store;
use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;

/// The connection pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Most connections.
    pub most: u32,
    /// Connections now.
    pub open: u32,
    /// Of these, unused ones.
    pub idle: u32,
}

/// What waits to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queues {
    /// Letters to be sent.
    pub letters_waiting: i64,
    /// Letters that were given up.
    pub letters_failed: i64,
    /// Entries to be reviewed.
    pub reviews: i64,
    /// Suggestions to be decided.
    pub suggestions: i64,
}

impl Store {
    /// The connection pool, now.
    pub fn pool(&self) -> Pool {
        let pool = self.db.get_postgres_connection_pool();
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Pool { most: pool.options().get_max_connections(), open: pool.size(), idle }
    }

    /// How many statements have run since the start.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many territories are known to be wide or not.
    pub fn widths_kept(&self) -> u64 {
        self.widths.kept()
    }

    /// What waits to be done.
    pub async fn queues(&self) -> Result<Queues, StoreError> {
        let sql = Sql::new(
            "SELECT \
             (SELECT count(*) FROM outbox WHERE status IN ('WAITING', 'SENDING')) AS letters_waiting, \
             (SELECT count(*) FROM outbox WHERE status = 'FAILED') AS letters_failed, \
             (SELECT count(*) FROM actors WHERE status = 'SUBMITTED') \
             + (SELECT count(*) FROM interactions WHERE status = 'SUBMITTED') \
             + (SELECT count(*) FROM calls WHERE status = 'SUBMITTED') AS reviews, \
             (SELECT count(*) FROM suggestions WHERE status = 'PENDING') AS suggestions",
        );
        let Some(row) = sql.row(self.db()).await? else { return Ok(Queues::default()) };
        Ok(Queues {
            letters_waiting: get(&row, "letters_waiting")?,
            letters_failed: get(&row, "letters_failed")?,
            reviews: get(&row, "reviews")?,
            suggestions: get(&row, "suggestions")?,
        })
    }
}
