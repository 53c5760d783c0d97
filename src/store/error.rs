//! What can go wrong in the store, and what a broken constraint means.

use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

/// What went wrong.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database can't be reached, or has no connection to spare.
    #[error("the database is unavailable")]
    Unavailable(#[source] DbErr),
    /// A statement took longer than it may.
    #[error("the database took too long")]
    Timeout(#[source] DbErr),
    /// Another transaction was in the way; the whole may be tried again.
    #[error("another write was in the way")]
    Contention(#[source] DbErr),
    /// A named constraint does not hold.
    #[error("the constraint {0} does not hold")]
    Constraint(String, #[source] DbErr),
    /// A row holds what no domain type can be made of.
    #[error("{table} holds {value:?} as {column}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// Anything else.
    #[error("the database failed")]
    Other(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let (code, constraint) = match postgres_error(&error) {
            Some((code, constraint)) => (code, constraint),
            None if is_connection_error(&error) => return Self::Unavailable(error),
            None => return Self::Other(error),
        };
        match code.as_str() {
            "40001" | "40P01" => Self::Contention(error),
            "55P03" | "57014" => Self::Timeout(error),
            // Connection exceptions, out of resources, shutting down or starting, no such database.
            code if ["08", "53", "57P", "3D"].iter().any(|class| code.starts_with(class)) => {
                Self::Unavailable(error)
            }
            code if code.starts_with("23") => match constraint {
                Some(constraint) => Self::Constraint(constraint, error),
                None => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sea_orm::SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => Some(e),
        _ => None,
    }
}

/// Postgres's code and the constraint's name, where the error is Postgres's.
fn postgres_error(error: &DbErr) -> Option<(String, Option<String>)> {
    let error = sqlx_error(error)?.as_database_error()?;
    Some((error.code().unwrap_or_default().into_owned(), error.constraint().map(str::to_owned)))
}

fn is_connection_error(error: &DbErr) -> bool {
    use sea_orm::SqlxError as E;
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
        || matches!(
            sqlx_error(error),
            Some(E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_))
        )
}
