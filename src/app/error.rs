//! How a use-case fails, in the words of the API.

use std::sync::Arc;

use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::Subject;
use crate::store::StoreError;

/// How a use-case fails.
#[derive(Clone, Debug)]
pub enum Error {
    /// Nobody is signed in, or the token is not good.
    Unauthenticated(String),
    /// It may be seen but not done.
    Forbidden(String),
    /// A mutation's target is absent or unseen.
    NotFound(String),
    /// The input is wrong: everything that is.
    Validation(Violations),
    /// It is not as the caller thinks it is.
    Conflict {
        /// What is otherwise.
        message: String,
        /// The entry's version now, where that is what differs.
        current_version: Option<i32>,
        /// The entries meant, where there are several.
        candidates: Vec<Subject>,
    },
    /// It is there already.
    Duplicate {
        /// What is.
        message: String,
        /// Which one; null where the caller may not see it.
        existing: Option<Subject>,
    },
    /// Too often: the same may be tried again later.
    RateLimited {
        /// What was too often.
        message: String,
        /// When to come back, in seconds.
        retry_after_seconds: i64,
    },
    /// An answer larger than one may be.
    TooLarge(String),
    /// The database, or another service that is needed, can't be reached.
    Unavailable,
    /// It took too long.
    Timeout,
    /// Our fault; the cause goes to the log, never to the client.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
    /// Another write was in the way; the whole is tried again before anyone hears of it.
    Contention(Arc<StoreError>),
}

impl Error {
    /// Everything is right but one field.
    pub fn invalid(path: &str, code: ViolationCode, message: impl Into<String>) -> Self {
        Self::Validation(Violations::one(path, code, message))
    }

    /// It is not as the caller thinks it is.
    pub fn conflict(message: impl Into<String>, current_version: Option<i32>) -> Self {
        Self::Conflict { message: message.into(), current_version, candidates: Vec::new() }
    }

    /// The entry has moved on.
    pub fn stale(current_version: i32) -> Self {
        Self::Conflict {
            message: "someone has changed it meanwhile: read it again, then repeat the change".to_owned(),
            current_version: Some(current_version),
            candidates: Vec::new(),
        }
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Validation(violations)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database is unavailable");
                Self::Unavailable
            }
            StoreError::Timeout(_) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database took too long");
                Self::Timeout
            }
            // What the write names was there when it was checked, and is no more.
            StoreError::Constraint(name, _) if name.ends_with("_fkey") => Self::Conflict {
                message: "something that it names is gone meanwhile: read it again, then repeat".to_owned(),
                current_version: None,
                candidates: Vec::new(),
            },
            // A constraint that the use-case has checked is broken by a write that came between: try again.
            StoreError::Contention(_) | StoreError::Constraint(..) => Self::Contention(Arc::new(error)),
            StoreError::Inconsistent { .. } | StoreError::Other(_) => Self::Internal(Arc::new(error)),
        }
    }
}
