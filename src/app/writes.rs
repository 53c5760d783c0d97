//! What writes have in common: the transaction, tried again where others are in the way; the client's key; the change.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::Subject;
use crate::store::records::{self, Action, Change, KeyUse};
use crate::store::{StoreError, Transaction};

/// How often a write is tried where others are in its way.
const MOST_TRIES: usize = 4;

/// What a creation made, or had made when it was first asked for.
pub enum Created<T> {
    /// It is new.
    New(T),
    /// The client's key was used before, for this.
    Before(Subject),
}

/// How often a write was tried.
#[derive(Default)]
pub(super) struct Tries(usize);

impl Tries {
    /// Commits what went well; null where the whole is to be tried again, since another write was in its way.
    pub(super) async fn settle<T>(
        &mut self,
        tx: Transaction,
        outcome: Result<T, Error>,
    ) -> Option<Result<T, Error>> {
        self.0 += 1;
        let outcome = match outcome {
            Ok(value) => {
                tx.commit().await.map_err(|error| Error::from(StoreError::from(error))).map(|()| value)
            }
            Err(error) => Err(error),
        };
        match outcome {
            Err(Error::Contention(_)) if self.0 < MOST_TRIES => None,
            Err(Error::Contention(cause)) => Some(Err(Error::Internal(Arc::new(Exhausted(cause))))),
            other => Some(other),
        }
    }
}

impl App {
    /// Writes what a change made of an entry.
    pub(super) async fn record(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        subject: Subject,
        version: i32,
        fields: Map<String, Value>,
    ) -> Result<(), Error> {
        let change = Change { action, subject, version, fields, comment: None };
        self.record_change(tx, caller, change).await
    }

    /// The same, with what else is said of it.
    pub(super) async fn record_change(
        &self,
        tx: &Transaction,
        caller: &Caller,
        change: Change,
    ) -> Result<(), Error> {
        Ok(records::record(tx, &caller.reference(), self.clock.now(), &[change]).await?)
    }

    /// Takes the client's key for a new entry; what it was used for where it was, if the content is the same.
    pub(super) async fn take_key(
        &self,
        tx: &Transaction,
        caller: &Caller,
        key: Option<&str>,
        content: &impl std::fmt::Debug,
        subject: Subject,
    ) -> Result<Option<Subject>, Error> {
        let Some(key) = key else { return Ok(None) };
        let fingerprint = Sha256::digest(format!("{:?} {content:?}", subject.kind)).to_vec();
        let with = KeyUse { fingerprint, subject };
        match records::take_key(tx, &caller.reference(), key, self.clock.now(), &with).await? {
            None => Ok(None),
            Some(used) if used.fingerprint == with.fingerprint => Ok(Some(used.subject)),
            Some(used) => Err(Error::Conflict {
                message: "this clientKey was used before with other content: take a new key".to_owned(),
                current_version: None,
                candidates: vec![used.subject],
            }),
        }
    }
}

/// Checks a client's key before anything is written.
pub(super) fn check_key(key: Option<&str>, found: &mut Violations) {
    let is_right = |key: &str| (1..=200).contains(&key.chars().count()) && !key.contains(char::is_control);
    if !key.is_none_or(is_right) {
        found.add(
            "input.clientKey",
            ViolationCode::Invalid,
            "has 1 to 200 characters, none of them control characters",
        );
    }
}

/// The fields that differ between two states; what belongs to the entry stands beside its own fields.
pub(crate) fn difference<A: Serialize, B: Serialize>(
    before: Option<(&A, &B)>,
    after: (&A, &B),
) -> Map<String, Value> {
    let state = |(own, sets): (&A, &B)| {
        let mut state = serde_json::to_value(own).expect("domain types are always JSON");
        let sets = serde_json::to_value(sets).expect("domain types are always JSON");
        if let (Value::Object(state), Value::Object(sets)) = (&mut state, sets) {
            state.extend(sets);
        }
        state
    };
    records::difference(&before.map_or(Value::Null, state), &state(after))
}

#[derive(Debug, thiserror::Error)]
#[error("another write was in the way {MOST_TRIES} times")]
struct Exhausted(#[source] Arc<StoreError>);
