//! Suggestions: rows to domain and back, pages, writers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::actors::ActorEdit;
use crate::domain::ids::{ActorId, SuggestionId, UserId};
use crate::domain::paging::{Page, Slice};
use crate::domain::suggestions::{Suggestion, SuggestionListing, SuggestionStatus};

const TABLE: &str = "suggestions";

const COLUMNS: &str =
    "s.id, s.actor_id, s.caller, s.comment, s.changes, s.status, s.reason, s.version, s.created_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    actor_id: Uuid,
    caller: String,
    comment: Option<String>,
    changes: Value,
    status: String,
    reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

fn domain(row: Row) -> Result<Suggestion, StoreError> {
    let Value::Object(changes) = row.changes else {
        return Err(StoreError::Inconsistent { table: TABLE, column: "changes", value: row.id.to_string() });
    };
    Ok(Suggestion {
        id: SuggestionId(row.id),
        actor: ActorId(row.actor_id),
        caller: row.caller,
        comment: row.comment,
        changes,
        status: parse(TABLE, "status", &row.status)?,
        reason: row.reason,
        version: row.version,
        created_at: row.created_at,
    })
}

impl SuggestionListing {
    /// The suggestions `s` of the actor `k`.
    fn condition(&self) -> Sql {
        let mut sql = Sql::new("s.actor_id = k.id");
        if let Some(status) = self.status {
            sql.and("s.status = ").bind(status.as_ref());
        }
        sql
    }
}

impl Store {
    /// The suggestions of these ids, whoever may see them, in no order.
    pub async fn suggestions_by_ids(&self, ids: &[SuggestionId]) -> Result<Vec<Suggestion>, StoreError> {
        by_ids(self.db(), ids, "").await
    }

    /// The same page of each actor's suggestions, in one statement.
    pub async fn suggestions_of(
        &self,
        listing: &SuggestionListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Suggestion>>, StoreError> {
        let suggestions = Listing {
            columns: COLUMNS,
            from: "suggestions s",
            id: "s.id",
            condition: listing.condition(),
            parts: Vec::new(),
            order: Order {
                list: SuggestionListing::order(),
                key: Sql::new("s.created_at"),
                descending: true,
            },
            page,
        };
        suggestions.pages(self.db(), of, domain).await
    }

    /// How many suggestions each actor has, in one statement.
    pub async fn count_suggestions_of(
        &self,
        listing: &SuggestionListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), "suggestions s", &listing.condition(), of).await
    }
}

async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[SuggestionId],
    lock: &str,
) -> Result<Vec<Suggestion>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM suggestions s WHERE s.id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")").push(lock);
    sql.models(db).await?.into_iter().map(domain).collect()
}

/// A suggestion, whoever may see it.
pub async fn by_id(tx: &Transaction, id: SuggestionId) -> Result<Option<Suggestion>, StoreError> {
    Ok(by_ids(tx, &[id], "").await?.pop())
}

/// A suggestion to be decided, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: SuggestionId) -> Result<Option<Suggestion>, StoreError> {
    Ok(by_ids(tx, &[id], " FOR UPDATE").await?.pop())
}

/// The edit that a suggestion applies; null where it can no longer be read.
pub async fn edit_of(tx: &Transaction, id: SuggestionId) -> Result<Option<ActorEdit>, StoreError> {
    let mut sql = Sql::new("SELECT edit FROM suggestions WHERE id = ");
    sql.bind(id.0);
    let Some(row) = sql.row(tx).await? else { return Ok(None) };
    let broken = |error: serde_json::Error| StoreError::Inconsistent {
        table: TABLE,
        column: "edit",
        value: format!("{}: {error}", id.0),
    };
    serde_json::from_value(get(&row, "edit")?).map(Some).map_err(broken)
}

/// How many suggestions of a person wait for a decision, those made with keys of theirs too, and whether one of them changes
/// the same of an actor.
pub async fn pending_of(
    tx: &Transaction,
    user: UserId,
    actor: ActorId,
    changes: &Map<String, Value>,
) -> Result<(i64, bool), StoreError> {
    let mut sql = Sql::new("SELECT count(*) AS n, count(*) FILTER (WHERE actor_id = ");
    sql.bind(actor.0).push(" AND changes = ").bind(Value::Object(changes.clone()));
    sql.push(") > 0 AS same FROM suggestions WHERE status = ");
    sql.bind(SuggestionStatus::Pending.as_ref()).push(" AND caller IN (SELECT 'user:' || ").bind(user.0);
    sql.push("::text UNION ALL SELECT 'key:' || k.id FROM api_keys k WHERE k.owner_id = ")
        .bind(user.0)
        .push(")");
    let Some(row) = sql.row(tx).await? else { return Ok((0, false)) };
    Ok((get(&row, "n")?, get(&row, "same")?))
}

/// Writes a new suggestion with the edit that it applies.
pub async fn insert(tx: &Transaction, suggestion: &Suggestion, edit: &ActorEdit) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO suggestions (id, actor_id, caller, comment, changes, edit, status, version, created_at) VALUES (",
    );
    sql.bind(suggestion.id.0).push(", ").bind(suggestion.actor.0).push(", ").bind(suggestion.caller.clone());
    sql.push(", ")
        .bind(suggestion.comment.clone())
        .push(", ")
        .bind(Value::Object(suggestion.changes.clone()));
    sql.push(", ").bind(serde_json::to_value(edit).expect("texts, numbers, dates and ids are always JSON"));
    sql.push(", ").bind(suggestion.status.as_ref()).push(", ").bind(suggestion.version);
    sql.push(", ").bind(suggestion.created_at).push(")");
    sql.execute(tx).await.map(drop)
}

/// Writes the decision on a suggestion.
pub async fn decide(tx: &Transaction, suggestion: &Suggestion, at: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE suggestions SET status = ");
    sql.bind(suggestion.status.as_ref()).push(", reason = ").bind(suggestion.reason.clone());
    sql.push(", version = ").bind(suggestion.version).push(", decided_at = ").bind(at);
    sql.push(" WHERE id = ").bind(suggestion.id.0);
    sql.execute(tx).await.map(drop)
}
