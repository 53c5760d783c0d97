//! The history of entries, and who wrote it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::records::Action;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::history::{HistoryListing, Revision, RevisionAction};
use crate::domain::ids::SubjectKind;
use crate::domain::paging::{Page, Slice};

#[derive(FromQueryResult)]
struct Row {
    position: i64,
    at: DateTime<Utc>,
    caller: String,
    action: String,
    version: i32,
    comment: Option<String>,
    fields: Value,
}

fn domain(row: Row) -> Result<Revision, StoreError> {
    let Value::Object(fields) = row.fields else {
        return Err(StoreError::Inconsistent {
            table: "changes",
            column: "fields",
            value: row.position.to_string(),
        });
    };
    Ok(Revision {
        position: row.position,
        action: shown(parse("changes", "action", &row.action)?),
        at: row.at,
        caller: row.caller,
        version: row.version,
        comment: row.comment,
        fields,
    })
}

fn shown(action: Action) -> RevisionAction {
    match action {
        Action::Create => RevisionAction::Created,
        Action::Update => RevisionAction::Updated,
        Action::Submit => RevisionAction::Submitted,
        Action::Publish => RevisionAction::Published,
        Action::Reject => RevisionAction::Rejected,
        Action::Archive => RevisionAction::Archived,
        Action::Restore | Action::Unsuppress => RevisionAction::Restored,
        Action::Confirm => RevisionAction::Confirmed,
        Action::Dispute => RevisionAction::Disputed,
        Action::Import => RevisionAction::Imported,
        Action::Merge => RevisionAction::Merged,
        Action::Erase => RevisionAction::Erased,
        Action::Suppress => RevisionAction::Suppressed,
    }
}

impl HistoryListing {
    /// The changes `h` of the entry `k`.
    fn condition(self) -> Sql {
        let mut sql = Sql::new("h.subject_kind = ");
        sql.bind(self.kind.as_ref());
        sql.push(match self.kind {
            SubjectKind::Actor => {
                " AND h.subject_id = ANY(ARRAY(WITH RECURSIVE m(id) AS (SELECT k.id UNION SELECT x.id FROM merged_actors x JOIN m ON x.kept_id = m.id) SELECT m.id FROM m))"
            }
            _ => " AND h.subject_id = k.id",
        });
        if self.since_submitted {
            sql.push(
                " AND h.position >= (SELECT coalesce(max(s.position) FILTER (WHERE s.action = 'SUBMIT'), min(s.position) FILTER (WHERE s.action IN ('PUBLISH', 'IMPORT')), 0)
                    FROM changes s WHERE s.subject_kind = h.subject_kind AND s.subject_id = k.id)",
            );
        }
        sql
    }
}

impl Store {
    /// The same page of each entry's history, in one statement.
    pub async fn histories(
        &self,
        listing: HistoryListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Revision>>, StoreError> {
        let history = Listing {
            columns: "h.subject_id AS id, h.position, h.at, h.caller, h.action, h.version, h.comment, h.fields",
            from: "changes h",
            id: "h.subject_id",
            condition: listing.condition(),
            parts: Vec::new(),
            order: Order { list: HistoryListing::order(), key: Sql::new("h.position"), descending: true },
            page,
        };
        history.pages(self.db(), of, domain).await
    }

    /// How many changes each entry's history holds, in one statement.
    pub async fn count_histories(
        &self,
        listing: HistoryListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), "changes h", &listing.condition(), of).await
    }

    /// The names of persons and keys, by the names under which their writes are kept; those that are gone are left out.
    pub async fn caller_names(&self, callers: &[String]) -> Result<HashMap<String, String>, StoreError> {
        let of = |wanted: &str| -> Vec<Uuid> {
            let id = |caller: &String| caller.strip_prefix(wanted)?.parse().ok();
            callers.iter().filter_map(id).collect()
        };
        let (users, keys) = (of("user:"), of("key:"));
        if users.is_empty() && keys.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql =
            Sql::new("SELECT 'user:' || id AS caller, display_name AS name FROM users WHERE id = ANY(");
        sql.bind(users).push(") UNION ALL SELECT 'key:' || id, name FROM api_keys WHERE id = ANY(");
        sql.bind(keys).push(")");
        sql.rows(self.db()).await?.iter().map(|row| Ok((get(row, "caller")?, get(row, "name")?))).collect()
    }
}
