//! Users and what was granted to them.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::caller::{Grant, Right, Role};
use crate::domain::ids::{ActorId, ApiKeyId, GrantId, TerritoryId, UserId};

/// Who holds a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person.
    User(UserId),
    /// A program.
    Key(ApiKeyId),
}

impl Holder {
    /// The column that names such a holder, and the key in it.
    fn column(self) -> (&'static str, Uuid) {
        match self {
            Self::User(id) => ("user_id", id.0),
            Self::Key(id) => ("api_key_id", id.0),
        }
    }
}

/// The grant of a row of `grants g`, with its columns `grant_id`, `role`, `territory_id`, `actor_id`, `expires_at`.
pub(super) fn grant(row: &QueryResult) -> Result<Grant, StoreError> {
    let name: String = get(row, "role")?;
    let role: Role = parse("grants", "role", &name)?;
    let territory: Option<Uuid> = get(row, "territory_id")?;
    let actor: Option<Uuid> = get(row, "actor_id")?;
    let right = Right::of(role, territory.map(TerritoryId), actor.map(ActorId))
        .map_err(|_| StoreError::Inconsistent { table: "grants", column: "role", value: name })?;
    Ok(Grant { id: GrantId(get(row, "grant_id")?), right, expires_at: get(row, "expires_at")? })
}

/// What a token's bearer is, now.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whether they may sign in at all.
    pub active: bool,
    /// Tokens from before are refused.
    pub sessions_from: DateTime<Utc>,
    /// Whether the sign-in that the token follows from was ended.
    pub session_ended: bool,
    /// What was granted and holds now.
    pub grants: Vec<Grant>,
}

impl Store {
    /// A user with what holds now, in one statement; null where there is none.
    pub async fn account(
        &self,
        id: UserId,
        session: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Option<Account>, StoreError> {
        let mut sql = Sql::new(
            "SELECT u.active, u.sessions_from, EXISTS (SELECT 1 FROM ended_sessions e WHERE e.family = ",
        );
        sql.bind(session.unwrap_or(Uuid::nil()));
        sql.push(") AS session_ended, g.id AS grant_id, g.role, g.territory_id, g.actor_id, g.expires_at FROM users u LEFT JOIN grants g ON g.user_id = u.id AND (g.expires_at IS NULL OR g.expires_at > ");
        sql.bind(now).push(") WHERE u.id = ").bind(id.0).push(" ORDER BY g.id");
        let rows = sql.rows(self.db()).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let held = |row: &&QueryResult| get::<Option<Uuid>>(row, "grant_id").is_ok_and(|id| id.is_some());
        Ok(Some(Account {
            active: get(first, "active")?,
            sessions_from: get(first, "sessions_from")?,
            session_ended: get(first, "session_ended")?,
            grants: rows.iter().filter(held).map(grant).collect::<Result<_, _>>()?,
        }))
    }
}

/// What lets the holder edit this actor now; null where nothing does.
pub async fn editing(
    db: &impl ConnectionTrait,
    holder: Holder,
    actor: ActorId,
    now: DateTime<Utc>,
) -> Result<Option<Grant>, StoreError> {
    let (column, id) = holder.column();
    let mut sql = Sql::new(
        "SELECT g.id AS grant_id, g.role, g.territory_id, g.actor_id, g.expires_at FROM grants g WHERE g.",
    );
    sql.push(column).push(" = ").bind(id).push(" AND g.actor_id = ").bind(actor.0);
    sql.push(" AND (g.expires_at IS NULL OR g.expires_at > ").bind(now).push(") LIMIT 1");
    sql.row(db).await?.map(|row| grant(&row)).transpose()
}

/// The user of an address, however it is written.
pub async fn user_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<UserId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM users WHERE email_key = lower(");
    sql.bind(email).push(")");
    sql.row(db).await?.map(|row| Ok(UserId(get(&row, "id")?))).transpose()
}

/// What is kept of the password of an active user; null where they have none.
pub async fn password_hash(db: &impl ConnectionTrait, user: UserId) -> Result<Option<String>, StoreError> {
    let mut sql = Sql::new("SELECT password_hash FROM users WHERE active AND id = ");
    sql.bind(user.0);
    Ok(sql.row(db).await?.map(|row| get(&row, "password_hash")).transpose()?.flatten())
}

/// A user to be written.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Its identity.
    pub id: UserId,
    /// Where letters go, and by what they sign in.
    pub email: String,
    /// How they are called.
    pub display_name: String,
    /// Argon2id, PHC string; null where they have none yet.
    pub password_hash: Option<String>,
    /// Made by the demo.
    pub demo: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// Writes a new user; false where the address is taken.
pub async fn insert_user(db: &impl ConnectionTrait, user: &NewUser) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO users (id, email, display_name, password_hash, demo, created_at, sessions_from) VALUES (",
    );
    sql.bind(user.id.0).push(", ").bind(user.email.clone()).push(", ").bind(user.display_name.clone());
    sql.push(", ").bind(user.password_hash.clone()).push(", ").bind(user.demo).push(", ").bind(user.at);
    sql.push(", ").bind(user.at).push(") ON CONFLICT (email_key) DO NOTHING");
    Ok(sql.execute(db).await? == 1)
}

/// Writes a grant.
pub async fn insert_grant(
    tx: &Transaction,
    holder: Holder,
    grant: &Grant,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (column, id) = holder.column();
    let mut sql = Sql::new("INSERT INTO grants (id, role, territory_id, actor_id, expires_at, created_at, ");
    sql.push(column).push(") VALUES (").bind(grant.id.0).push(", ").bind(grant.right.role().as_ref());
    sql.push(", ").bind(grant.right.territory().map(|id| id.0));
    sql.push(", ").bind(grant.right.actor().map(|id| id.0));
    sql.push(", ").bind(grant.expires_at).push(", ").bind(at).push(", ").bind(id).push(")");
    sql.execute(tx).await.map(drop)
}
