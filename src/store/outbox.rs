//! Letters to be sent, written in the transaction of what they tell of.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::Transaction;
use super::error::StoreError;
use super::sql::Sql;
use crate::domain::ids::UserId;
use crate::domain::letters::Letter;

/// Writes a letter to each of these users; those that are not active get none.
pub async fn post(
    tx: &Transaction,
    letters: &[(Uuid, UserId, Letter)],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if letters.is_empty() {
        return Ok(());
    }
    let json = |letter: &Letter| serde_json::to_value(letter).expect("texts and instants are always JSON");
    let mut sql = Sql::new(
        "INSERT INTO outbox (id, user_id, letter, digest, next_try_at, created_at) SELECT l.id, l.user_id, l.letter, l.digest, ",
    );
    sql.bind(at).push(", ").bind(at).push(" FROM unnest(");
    sql.bind(letters.iter().map(|(id, ..)| *id).collect::<Vec<_>>()).push(", ");
    sql.bind(letters.iter().map(|(_, user, _)| user.0).collect::<Vec<_>>()).push(", ");
    sql.bind(letters.iter().map(|(.., letter)| json(letter)).collect::<Vec<Value>>()).push("::jsonb[], ");
    sql.bind(letters.iter().map(|(.., letter)| letter.may_wait()).collect::<Vec<_>>());
    sql.push(") l(id, user_id, letter, digest) JOIN users u ON u.id = l.user_id AND u.active");
    sql.execute(tx).await.map(drop)
}
