//! What is deleted by rule, each in a statement or few.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::UserId;

/// Held while the rule runs.
const LOCK: &str = "retention";

impl Store {
    /// A transaction for the rule, which may take as long as it needs; null while another instance runs it.
    pub async fn begin_retention(&self) -> Result<Option<Transaction>, StoreError> {
        let tx = self.begin().await?;
        Sql::new("SET LOCAL statement_timeout = 0").execute(&tx).await?;
        let mut sql = Sql::new("SELECT pg_try_advisory_xact_lock(hashtextextended(");
        sql.bind(LOCK).push(", 0)) AS got");
        let got = sql.row(&tx).await?.map_or(Ok(false), |row| get(&row, "got"))?;
        Ok(got.then_some(tx))
    }
}

async fn delete(tx: &Transaction, statement: &str, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new(statement);
    sql.bind(before);
    sql.execute(tx).await
}

/// Refresh tokens that had ended by then.
pub async fn refresh_tokens(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM refresh_tokens WHERE expires_at <= ", before).await
}

/// Sign-ins that were ended by then and have no refresh token any more.
pub async fn ended_sessions(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = "DELETE FROM ended_sessions e WHERE NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family = e.family) AND e.ended_at <= ";
    delete(tx, statement, before).await
}

/// An account that nobody ever took: it has no password, and nobody came by another provider.
const UNTAKEN: &str =
    "u.password_hash IS NULL AND NOT EXISTS (SELECT 1 FROM user_identities i WHERE i.user_id = u.id)";

/// Links that were used or had ended by then; the invitations of accounts that nobody took stay with these.
pub async fn one_time_tokens(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = format!(
        "DELETE FROM one_time_tokens t WHERE NOT (t.purpose = 'INVITATION' AND EXISTS (SELECT 1 FROM users u WHERE u.id = t.user_id AND {UNTAKEN}))
            AND coalesce(t.used_at, t.expires_at) <= "
    );
    delete(tx, &statement, before).await
}

/// Letters that were settled by then.
pub async fn letters(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM outbox WHERE settled_at <= ", before).await
}

/// Failed attempts of which the last was by then, where none went well.
pub async fn attempts(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM attempts WHERE succeeded_at IS NULL AND last_at <= ", before).await
}

/// From where accounts were signed in to, where nobody did or tried since then.
pub async fn known_networks(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM attempts WHERE greatest(succeeded_at, last_at) <= ", before).await
}

/// Keys of creations by then.
pub async fn client_keys(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM client_keys WHERE created_at <= ", before).await
}

/// Accounts that nobody took and whose last invitation had ended by then. Those that were never invited stay: they are
/// the operator's.
pub async fn untaken_accounts(tx: &Transaction, before: DateTime<Utc>) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("SELECT u.id FROM users u WHERE ");
    sql.push(UNTAKEN).push(" AND (SELECT max(t.expires_at) FROM one_time_tokens t WHERE t.user_id = u.id AND t.purpose = 'INVITATION') <= ");
    sql.bind(before).push(" ORDER BY u.id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(UserId(get::<Uuid>(row, "id")?))).collect()
}

/// Empties suggestions that were decided by then.
pub async fn decided_suggestions(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = "UPDATE suggestions SET comment = NULL, edit = '{}' WHERE (comment IS NOT NULL OR edit <> '{}') AND status <> 'PENDING' AND decided_at <= ";
    delete(tx, statement, before).await
}

/// API keys that were revoked or had ended by then.
pub async fn api_keys(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM api_keys WHERE least(revoked_at, expires_at) <= ", before).await
}

/// Files that had expired by then.
pub async fn exports(tx: &Transaction, before: DateTime<Utc>) -> Result<u64, StoreError> {
    delete(tx, "DELETE FROM export_jobs WHERE expires_at <= ", before).await
}
