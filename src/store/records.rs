//! What every write leaves behind: its change, its origin, its client key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value};
use strum::{AsRefStr, Display, EnumString};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{Subject, SubjectKind};
use crate::domain::origins::Origin;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    Create,
    Update,
    Submit,
    Publish,
    Reject,
    Archive,
    Restore,
    Confirm,
    Dispute,
    Import,
    Merge,
    Erase,
    Suppress,
    Unsuppress,
}

/// One write of one entry.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// The version that it made.
    pub version: i32,
    /// What changed: field, before, after.
    pub fields: Map<String, Value>,
    /// Why, in words: the reason of a refusal, say.
    pub comment: Option<String>,
}

/// Fields that a change does not tell: they say only that there was one.
const UNTOLD: [&str; 4] = ["id", "version", "created_at", "updated_at"];

/// The fields that differ between two states of an entry, each `[before, after]`.
pub fn difference(before: &Value, after: &Value) -> Map<String, Value> {
    let empty = Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| !UNTOLD.contains(&name.as_str()))
        .filter_map(|name| {
            let was = before.get(name).cloned().unwrap_or(Value::Null);
            let is = after.get(name).cloned().unwrap_or(Value::Null);
            (was != is).then(|| (name.clone(), Value::Array(vec![was, is])))
        })
        .collect()
}

/// Writes changes, all of the same caller and instant.
pub async fn record(
    tx: &Transaction,
    caller: &str,
    at: DateTime<Utc>,
    changes: &[Change],
) -> Result<(), StoreError> {
    tx.will_record();
    for chunk in changes.chunks(10_000) {
        let mut sql = Sql::new(
            "INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, comment, fields) SELECT ",
        );
        sql.bind(at)
            .push(", ")
            .bind(caller)
            .push(", c.action, c.kind, c.id, c.version, nullif(c.comment, ''), c.fields FROM unnest(");
        sql.bind(chunk.iter().map(|c| c.action.to_string()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|c| c.subject.kind.to_string()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|c| c.subject.id).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|c| c.version).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|c| c.comment.clone().unwrap_or_default()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|c| Value::Object(c.fields.clone())).collect::<Vec<_>>());
        sql.push("::jsonb[]) c(action, kind, id, version, comment, fields)");
        sql.execute(tx).await?;
    }
    Ok(())
}

impl Store {
    /// Where each of these entries comes from.
    pub async fn origins(
        &self,
        kind: SubjectKind,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Origin>>, StoreError> {
        let mut sql = Sql::new(
            "SELECT subject_id, source, reference, url, imported_at FROM origins WHERE subject_kind = ",
        );
        sql.bind(kind.as_ref())
            .push(" AND subject_id = ANY(")
            .bind(of.to_vec())
            .push(") ORDER BY source, reference");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let url: Option<String> = get(&row, "url")?;
            let origin = Origin {
                source: get(&row, "source")?,
                reference: get(&row, "reference")?,
                url: url.map(|url| parse("origins", "url", &url)).transpose()?,
                imported_at: get(&row, "imported_at")?,
            };
            found.entry(get(&row, "subject_id")?).or_default().push(origin);
        }
        Ok(found)
    }
}

/// What an import keeps of an entry: who it is, and what the file said of it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The entry.
    pub subject: Subject,
    /// The file or producer.
    pub source: String,
    /// The producer's row id, or a hash of the row's identifying columns.
    pub reference: String,
    /// Where the producer shows it.
    pub url: Option<String>,
    /// What the file said of each field.
    pub fields: Value,
}

/// The entries of a kind that these sources and references are of, with what the files said of them.
pub async fn imported(
    tx: &Transaction,
    kind: SubjectKind,
    keys: &[(String, String)],
) -> Result<HashMap<(String, String), Imported>, StoreError> {
    let mut sql =
        Sql::new("SELECT source, reference, subject_id, url, imported FROM origins WHERE subject_kind = ");
    sql.bind(kind.as_ref()).push(" AND (source, reference) IN (SELECT * FROM unnest(");
    sql.bind(keys.iter().map(|(source, _)| source.clone()).collect::<Vec<_>>()).push(", ");
    sql.bind(keys.iter().map(|(_, reference)| reference.clone()).collect::<Vec<_>>()).push("))");
    let mut found = HashMap::new();
    for row in sql.rows(tx).await? {
        let (source, reference): (String, String) = (get(&row, "source")?, get(&row, "reference")?);
        let imported = Imported {
            subject: Subject { kind, id: get(&row, "subject_id")? },
            source: source.clone(),
            reference: reference.clone(),
            url: get(&row, "url")?,
            fields: get(&row, "imported")?,
        };
        found.insert((source, reference), imported);
    }
    Ok(found)
}

/// Writes origins; those that stand are told anew.
pub async fn write_imported(
    tx: &Transaction,
    at: DateTime<Utc>,
    imported: &[Imported],
) -> Result<(), StoreError> {
    // What two rows say of the same origin is the later one's word: a statement may not write one twice.
    let mut last = BTreeMap::new();
    for one in imported {
        last.insert((one.subject.kind, &one.source, &one.reference), one);
    }
    let imported: Vec<_> = last.into_values().collect();
    for chunk in imported.chunks(10_000) {
        let mut sql = Sql::new(
            "INSERT INTO origins (imported_at, subject_kind, source, reference, subject_id, url, imported) SELECT ",
        );
        sql.bind(at).push(", o.kind, o.source, o.reference, o.id, nullif(o.url, ''), o.fields FROM unnest(");
        sql.bind(chunk.iter().map(|i| i.subject.kind.to_string()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|i| i.source.clone()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|i| i.reference.clone()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|i| i.subject.id).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|i| i.url.clone().unwrap_or_default()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|i| i.fields.clone()).collect::<Vec<_>>());
        sql.push(
            "::jsonb[]) o(kind, source, reference, id, url, fields)
            ON CONFLICT (subject_kind, source, reference) DO UPDATE
            SET url = excluded.url, imported = excluded.imported, imported_at = excluded.imported_at",
        );
        sql.execute(tx).await?;
    }
    Ok(())
}

/// What a client key was used for, and with what content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// Hash of the content.
    pub fingerprint: Vec<u8>,
    /// What it made.
    pub subject: Subject,
}

/// Takes a client key for a new entry, or tells what it was used for; waits for a transaction that is taking it.
pub async fn take_key(
    tx: &Transaction,
    caller: &str,
    key: &str,
    at: DateTime<Utc>,
    with: &KeyUse,
) -> Result<Option<KeyUse>, StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO client_keys (caller, key, fingerprint, subject_kind, subject_id, created_at) VALUES (",
    );
    sql.bind(caller).push(", ").bind(key).push(", ").bind(with.fingerprint.clone()).push(", ");
    sql.bind(with.subject.kind.as_ref()).push(", ").bind(with.subject.id).push(", ").bind(at);
    sql.push(") ON CONFLICT DO NOTHING");
    if sql.execute(tx).await? == 1 {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT fingerprint, subject_kind, subject_id FROM client_keys WHERE caller = ");
    sql.bind(caller).push(" AND key = ").bind(key);
    let Some(row) = sql.row(tx).await? else { return Ok(None) };
    let kind: String = get(&row, "subject_kind")?;
    let subject =
        Subject { kind: parse("client_keys", "subject_kind", &kind)?, id: get(&row, "subject_id")? };
    Ok(Some(KeyUse { fingerprint: get(&row, "fingerprint")?, subject }))
}

/// Whether no entry was ever written: the database may take the demo, though it has users.
pub async fn holds_no_entries(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let sql = Sql::new(
        "SELECT NOT EXISTS (SELECT 1 FROM changes WHERE subject_kind NOT IN ('USER', 'API_KEY', 'GRANT')) AS empty",
    );
    sql.row(db).await?.map_or(Ok(true), |row| get(&row, "empty"))
}

/// Whether nothing was ever written.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let row = Sql::new("SELECT NOT EXISTS (SELECT 1 FROM changes) AS empty").row(db).await?;
    row.map_or(Ok(true), |row| get(&row, "empty"))
}
