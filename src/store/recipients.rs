//! Whom a letter about an entry goes to: those who edit it, whose account is active.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Transaction;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::ids::{ActorId, UserId};
use crate::domain::publication::PublicationStatus;

/// The users whose account edits one of these actors.
pub async fn editors(
    tx: &Transaction,
    actors: &[ActorId],
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new(
        "SELECT DISTINCT g.user_id FROM grants g JOIN users u ON u.id = g.user_id AND u.active WHERE g.role = 'ACTOR_EDITOR' AND (g.expires_at IS NULL OR g.expires_at > ",
    );
    sql.bind(now).push(") AND g.actor_id = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    sql.rows(tx).await?.iter().map(|row| Ok(UserId(get(row, "user_id")?))).collect()
}

/// The names of actors, and where they stand.
pub async fn named(
    tx: &Transaction,
    actors: &[ActorId],
) -> Result<HashMap<ActorId, (String, PublicationStatus)>, StoreError> {
    let mut sql = Sql::new("SELECT id, name::text, status FROM actors WHERE id = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let mut found = HashMap::new();
    for row in sql.rows(tx).await? {
        let status: String = get(&row, "status")?;
        found.insert(ActorId(get(&row, "id")?), (get(&row, "name")?, parse("actors", "status", &status)?));
    }
    Ok(found)
}
