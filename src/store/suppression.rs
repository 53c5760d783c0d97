//! Actors that are not to be listed, on request.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::Transaction;
use super::duplicates::{facts, facts_columns};
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::duplicates::Facts;
use crate::domain::ids::ActorId;
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

/// What is known of each of them.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Facts>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    facts_columns(&mut sql, &Visibility::Everything);
    sql.push(
        " FROM actors a LEFT JOIN territories t ON t.id = a.seat_id WHERE a.suppressed_at IS NOT NULL ORDER BY a.id",
    );
    sql.rows(db).await?.iter().map(facts).collect()
}

/// Names as the database folds them to compare and to search, in order.
pub async fn folded(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    let mut sql = Sql::new("SELECT fold(t.text) AS folded, search_fold(t.text) AS searched FROM unnest(");
    sql.bind(names.to_vec()).push(") WITH ORDINALITY t(text, place) ORDER BY t.place");
    sql.rows(db).await?.iter().map(|row| Ok((get(row, "folded")?, get(row, "searched")?))).collect()
}

/// What the actor was when it was suppressed; null where it is not.
pub async fn suppressed_from(
    db: &impl ConnectionTrait,
    id: ActorId,
) -> Result<Option<PublicationStatus>, StoreError> {
    let mut sql = Sql::new("SELECT suppressed_from FROM actors WHERE suppressed_at IS NOT NULL AND id = ");
    sql.bind(id.0);
    let Some(row) = sql.row(db).await? else { return Ok(None) };
    let status: String = get(&row, "suppressed_from")?;
    parse("actors", "suppressed_from", &status).map(Some)
}

/// Keeps an archived actor from being listed, or lets it be listed again.
pub async fn set(
    tx: &Transaction,
    id: ActorId,
    suppressed: Option<(DateTime<Utc>, PublicationStatus)>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE actors SET ");
    match suppressed {
        Some((at, from)) => {
            sql.push("suppressed_at = ").bind(at).push(", suppressed_from = ").bind(from.as_ref())
        }
        None => sql.push("suppressed_at = NULL, suppressed_from = NULL"),
    };
    sql.push(" WHERE id = ").bind(id.0);
    sql.execute(tx).await.map(drop)
}
