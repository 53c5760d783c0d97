//! Sign-ins: refresh tokens, links that work once, and what slows guessing down.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::attempts::Attempts;
use crate::domain::ids::UserId;

/// What someone needs to sign in.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Who they are.
    pub user: UserId,
    /// What is kept of their password; null where they have none, or may not sign in.
    pub password_hash: Option<String>,
}

/// What an address signs in with; null where it is nobody's.
pub async fn credentials(db: &impl ConnectionTrait, email: &str) -> Result<Option<Credentials>, StoreError> {
    let mut sql = Sql::new(
        "SELECT id, CASE WHEN active THEN password_hash END AS password_hash FROM users WHERE email_key = lower(",
    );
    sql.bind(email).push(")");
    let credentials =
        |row| Ok(Credentials { user: UserId(get(&row, "id")?), password_hash: get(&row, "password_hash")? });
    sql.row(db).await?.map(credentials).transpose()
}

/// Whether someone still signs in with the password that was looked at; nobody changes that until the transaction ends.
pub async fn still_signs_in(tx: &Transaction, user: UserId, hash: Option<&str>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT 1 AS one FROM users WHERE active AND id = ");
    sql.bind(user.0).push(" AND password_hash = ").bind(hash.map(str::to_owned)).push(" FOR SHARE");
    Ok(sql.row(tx).await?.is_some())
}

/// A refresh token to be written.
#[derive(Clone, Debug)]
pub struct NewRefreshToken {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The sign-in that it follows from.
    pub family: Uuid,
    /// What is kept of it.
    pub hash: Vec<u8>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Writes a refresh token.
pub async fn insert_refresh_token(tx: &Transaction, token: &NewRefreshToken) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("INSERT INTO refresh_tokens (id, user_id, family, hash, created_at, expires_at) VALUES (");
    sql.bind(token.id).push(", ").bind(token.user.0).push(", ").bind(token.family).push(", ");
    sql.bind(token.hash.clone())
        .push(", ")
        .bind(token.created_at)
        .push(", ")
        .bind(token.expires_at)
        .push(")");
    sql.execute(tx).await.map(drop)
}

/// A refresh token that was sent.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Whose it is.
    pub user: UserId,
    /// The sign-in that it follows from.
    pub family: Uuid,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was used; null where it was not.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether its user may sign in and its sign-in was not ended.
    pub stands: bool,
}

/// The refresh token of which this was kept, locked until the transaction ends.
pub async fn refresh_token_for_update(
    tx: &Transaction,
    hash: &[u8],
) -> Result<Option<RefreshToken>, StoreError> {
    let mut sql = Sql::new(
        "SELECT r.user_id, r.family, r.expires_at, r.used_at, u.active AND NOT EXISTS (SELECT 1 FROM ended_sessions e WHERE e.family = r.family) AS stands FROM refresh_tokens r JOIN users u ON u.id = r.user_id WHERE r.hash = ",
    );
    sql.bind(hash.to_vec()).push(" FOR UPDATE OF r");
    let token = |row| {
        Ok(RefreshToken {
            user: UserId(get(&row, "user_id")?),
            family: get(&row, "family")?,
            expires_at: get(&row, "expires_at")?,
            used_at: get(&row, "used_at")?,
            stands: get(&row, "stands")?,
        })
    };
    sql.row(tx).await?.map(token).transpose()
}

/// Says that a refresh token was used.
pub async fn use_refresh_token(tx: &Transaction, hash: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE refresh_tokens SET used_at = ");
    sql.bind(at).push(" WHERE hash = ").bind(hash.to_vec());
    sql.execute(tx).await.map(drop)
}

/// Says of the unused refresh tokens of a sign-in when they were used.
pub async fn use_all_refresh_tokens(
    tx: &Transaction,
    family: Uuid,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE refresh_tokens SET used_at = ");
    sql.bind(at).push(" WHERE used_at IS NULL AND family = ").bind(family);
    sql.execute(tx).await.map(drop)
}

/// Ends a sign-in and all that follows from it.
pub async fn end_session(
    tx: &Transaction,
    user: UserId,
    family: Uuid,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO ended_sessions (family, user_id, ended_at) VALUES (");
    sql.bind(family).push(", ").bind(user.0).push(", ").bind(at).push(") ON CONFLICT (family) DO NOTHING");
    sql.execute(tx).await.map(drop)
}

/// Ends every sign-in of a user, and the tokens that follow from none.
pub async fn end_sessions(tx: &Transaction, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("INSERT INTO ended_sessions (family, user_id, ended_at) SELECT DISTINCT family, user_id, ");
    sql.bind(at).push("::timestamptz FROM refresh_tokens WHERE user_id = ").bind(user.0);
    sql.push(" ON CONFLICT (family) DO NOTHING");
    sql.execute(tx).await?;
    let mut sql = Sql::new("UPDATE users SET sessions_from = ");
    sql.bind(at).push(" WHERE id = ").bind(user.0);
    sql.execute(tx).await.map(drop)
}

/// What a link that works once is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Choosing the first password.
    Invitation,
    /// Choosing another one.
    PasswordReset,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Invitation => "INVITATION",
            Self::PasswordReset => "PASSWORD_RESET",
        }
    }
}

/// Whether someone got a link for this that still works since then; nobody sends them one until the transaction ends.
pub async fn was_sent(
    tx: &Transaction,
    user: UserId,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT 1 AS one FROM users WHERE id = ");
    sql.bind(user.0).push(" FOR UPDATE");
    sql.row(tx).await?;
    let mut sql = Sql::new("SELECT 1 AS one FROM one_time_tokens WHERE used_at IS NULL AND user_id = ");
    sql.bind(user.0).push(" AND purpose = ").bind(purpose.name()).push(" AND created_at > ").bind(since);
    Ok(sql.row(tx).await?.is_some())
}

/// Writes a link that works once; older ones for the same are void.
pub async fn insert_link(
    tx: &Transaction,
    user: UserId,
    purpose: Purpose,
    hash: Vec<u8>,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Of two at once, one is the older.
    let mut sql = Sql::new("SELECT 1 AS one FROM users WHERE id = ");
    sql.bind(user.0).push(" FOR UPDATE");
    sql.row(tx).await?;
    let mut sql = Sql::new("UPDATE one_time_tokens SET used_at = ");
    sql.bind(at).push(" WHERE used_at IS NULL AND user_id = ").bind(user.0);
    sql.push(" AND purpose = ").bind(purpose.name());
    sql.execute(tx).await?;
    let mut sql =
        Sql::new("INSERT INTO one_time_tokens (hash, purpose, user_id, created_at, expires_at) VALUES (");
    sql.bind(hash).push(", ").bind(purpose.name()).push(", ").bind(user.0).push(", ");
    sql.bind(at).push(", ").bind(until).push(")");
    sql.execute(tx).await.map(drop)
}

/// Whose link this is, with their address; null where it is none, was used, has ended, or its user may not sign in.
pub async fn user_of_link(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(UserId, String)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT u.id, u.email FROM one_time_tokens t JOIN users u ON u.id = t.user_id AND u.active WHERE t.used_at IS NULL AND t.hash = ",
    );
    sql.bind(hash.to_vec()).push(" AND t.purpose = ").bind(purpose.name());
    sql.push(" AND t.expires_at > ").bind(now);
    sql.row(db).await?.map(|row| Ok((UserId(get(&row, "id")?), get(&row, "email")?))).transpose()
}

/// Uses a link; false where somebody was first.
pub async fn use_link(tx: &Transaction, hash: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE one_time_tokens SET used_at = ");
    sql.bind(now).push(" WHERE used_at IS NULL AND expires_at > ").bind(now);
    sql.push(" AND hash = ").bind(hash.to_vec());
    Ok(sql.execute(tx).await? == 1)
}

/// Makes every link of a user void.
pub async fn void_links(tx: &Transaction, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE one_time_tokens SET used_at = ");
    sql.bind(at).push(" WHERE used_at IS NULL AND user_id = ").bind(user.0);
    sql.execute(tx).await.map(drop)
}

/// Who may be sent a link to choose another password: an active user who signs in here, not through another provider.
pub async fn user_to_reset(db: &impl ConnectionTrait, email: &str) -> Result<Option<UserId>, StoreError> {
    let mut sql = Sql::new(
        "SELECT id FROM users u WHERE active AND NOT EXISTS (SELECT 1 FROM user_identities i WHERE i.user_id = u.id) AND email_key = lower(",
    );
    sql.bind(email).push(")");
    sql.row(db).await?.map(|row| Ok(UserId(get(&row, "id")?))).transpose()
}

/// Writes a user's password.
pub async fn set_password(tx: &Transaction, user: UserId, hash: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE users SET password_hash = ");
    sql.bind(hash).push(" WHERE id = ").bind(user.0);
    sql.execute(tx).await.map(drop)
}

/// What was attempted under a name, locked until the transaction ends.
pub async fn attempts_for_update(
    tx: &Transaction,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<Attempts, StoreError> {
    let mut sql = Sql::new("INSERT INTO attempts (key, failures, last_at) VALUES (");
    sql.bind(key.to_vec()).push(", 0, ").bind(now).push(") ON CONFLICT (key) DO NOTHING");
    sql.execute(tx).await?;
    let mut sql = Sql::new("SELECT failures, last_at FROM attempts WHERE key = ");
    sql.bind(key.to_vec()).push(" FOR UPDATE");
    match sql.row(tx).await? {
        Some(row) => Ok(Attempts { failures: get(&row, "failures")?, last_at: get(&row, "last_at")? }),
        None => Ok(Attempts { failures: 0, last_at: now }),
    }
}

/// Writes what was attempted under a name.
pub async fn set_attempts(tx: &Transaction, key: &[u8], attempts: Attempts) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE attempts SET failures = ");
    sql.bind(attempts.failures).push(", last_at = ").bind(attempts.last_at);
    sql.push(" WHERE key = ").bind(key.to_vec());
    sql.execute(tx).await.map(drop)
}

/// Whether what is attempted under a name went well since then.
pub async fn succeeded_since(
    db: &impl ConnectionTrait,
    key: &[u8],
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT 1 AS one FROM attempts WHERE key = ");
    sql.bind(key.to_vec()).push(" AND succeeded_at > ").bind(since);
    Ok(sql.row(db).await?.is_some())
}

impl Store {
    /// After what went well: the failures under one name are forgotten, the try under the next is none, and that it went
    /// well is kept under the last.
    pub async fn forgive_attempts(
        &self,
        forgotten: &[u8],
        less_one: &[u8],
        succeeded: &[u8],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new("DELETE FROM attempts WHERE key = ");
        sql.bind(forgotten.to_vec());
        sql.execute(self.db()).await?;
        let mut sql = Sql::new("UPDATE attempts SET failures = greatest(failures - 1, 0) WHERE key = ");
        sql.bind(less_one.to_vec());
        sql.execute(self.db()).await?;
        let mut sql = Sql::new("INSERT INTO attempts (key, failures, last_at, succeeded_at) VALUES (");
        sql.bind(succeeded.to_vec()).push(", 0, ").bind(at).push(", ").bind(at);
        sql.push(") ON CONFLICT (key) DO UPDATE SET failures = 0, succeeded_at = EXCLUDED.succeeded_at");
        sql.execute(self.db()).await.map(drop)
    }
}
