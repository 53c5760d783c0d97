//! Users and what was granted to them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::pages::{self, Listing, Order};
use super::rows::{get, parse};
use super::sight::{reached, within};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::caller::{Grant, Right, Role};
use crate::domain::granting::Lie;
use crate::domain::ids::{ActorId, ApiKeyId, GrantId, TerritoryId, UserId};
use crate::domain::paging::{Page, Slice};
use crate::domain::people::{User, order};

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

/// Which users someone may see, beside themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nobody.
    None,
    /// Those with a right in these territories, and of their rights those alone.
    Within(Vec<TerritoryId>),
    /// Everyone.
    Everyone,
}

const COLUMNS: &str = "u.id, u.email, u.display_name, u.active, u.created_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    email: String,
    display_name: String,
    active: bool,
    created_at: DateTime<Utc>,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email,
            display_name: row.display_name,
            active: row.active,
            created_at: row.created_at,
            grants: Vec::new(),
        }
    }
}

/// Whether a grant of `g` holds now.
fn holds(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push("(g.expires_at IS NULL OR g.expires_at > ").bind(now).push(")");
}

/// Whether a grant of `g` is one that may be seen.
fn seen_grant(sql: &mut Sql, seen: &Seen) {
    match seen {
        Seen::None => _ = sql.push("FALSE"),
        Seen::Everyone => _ = sql.push("TRUE"),
        Seen::Within(territories) => {
            sql.push("(coalesce(g.territory_id IN ");
            within(sql, territories);
            sql.push(", FALSE) OR EXISTS (SELECT 1 FROM actors ga WHERE ga.id = g.actor_id AND ");
            reached(sql, "ga", territories);
            sql.push("))");
        }
    }
}

/// Whether a user of `u` is one that may be seen.
fn seen_user(seen: &Seen, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::default();
    match seen {
        Seen::None => _ = sql.push("FALSE"),
        Seen::Everyone => _ = sql.push("TRUE"),
        Seen::Within(_) => {
            sql.push("EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND ");
            holds(&mut sql, now);
            seen_grant(sql.push(" AND "), seen);
            sql.push(")");
        }
    }
    sql
}

/// What was granted to each of these and holds now.
pub(super) async fn grants_of(
    db: &impl ConnectionTrait,
    holders: &[Holder],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Vec<Grant>>, StoreError> {
    seen_grants_of(db, holders, None, &Seen::Everyone, now).await
}

/// The same, of what may be seen; all of what the reader holds.
async fn seen_grants_of(
    db: &impl ConnectionTrait,
    holders: &[Holder],
    reader: Option<UserId>,
    seen: &Seen,
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Vec<Grant>>, StoreError> {
    let mut found: HashMap<Uuid, Vec<Grant>> = HashMap::new();
    let Some((column, _)) = holders.first().map(|holder| holder.column()) else { return Ok(found) };
    let ids: Vec<_> = holders.iter().map(|holder| holder.column().1).collect();
    let mut sql = Sql::new("SELECT g.");
    sql.push(column).push(" AS holder_id, g.id AS grant_id, g.role, g.territory_id, g.actor_id, g.expires_at FROM grants g WHERE g.");
    sql.push(column).push(" = ANY(").bind(ids).push(") AND ");
    holds(&mut sql, now);
    sql.push(" AND (coalesce(g.user_id = ").bind(reader.map(|reader| reader.0)).push(", FALSE) OR ");
    seen_grant(&mut sql, seen);
    sql.push(") ORDER BY g.id");
    for row in sql.rows(db).await? {
        found.entry(get(&row, "holder_id")?).or_default().push(grant(&row)?);
    }
    Ok(found)
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

    /// A page of the users that may be seen, the oldest first.
    pub async fn users(
        &self,
        seen: &Seen,
        reader: Option<UserId>,
        page: &Page,
        now: DateTime<Utc>,
    ) -> Result<Slice<User>, StoreError> {
        let listing = Listing {
            columns: COLUMNS,
            from: "users u",
            id: "u.id",
            condition: seen_user(seen, now),
            parts: Vec::new(),
            order: Order { list: order("USER"), key: Sql::new("u.created_at"), descending: false },
            page,
        };
        let mut slice = listing.page(self.db(), |row: Row| Ok(User::from(row))).await?;
        let holders: Vec<_> = slice.edges.iter().map(|edge| Holder::User(edge.node.id)).collect();
        let mut grants = seen_grants_of(self.db(), &holders, reader, seen, now).await?;
        for edge in &mut slice.edges {
            edge.node.grants = grants.remove(&edge.node.id.0).unwrap_or_default();
        }
        Ok(slice)
    }

    /// How many users may be seen.
    pub async fn count_users(&self, seen: &Seen, now: DateTime<Utc>) -> Result<i64, StoreError> {
        pages::count(self.db(), "users u", &seen_user(seen, now)).await
    }
}

/// Users by their ids, of those that may be seen, and of the reader.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[UserId],
    seen: &Seen,
    reader: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Vec<User>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM users u WHERE u.id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND (");
    sql.append(&seen_user(seen, now)).push(" OR coalesce(u.id = ").bind(reader.map(|reader| reader.0));
    sql.push(", FALSE))");
    let users: Vec<Row> = sql.models(db).await?;
    let holders: Vec<_> = users.iter().map(|user| Holder::User(UserId(user.id))).collect();
    let mut grants = seen_grants_of(db, &holders, reader, seen, now).await?;
    let whole = |row: Row| {
        let grants = grants.remove(&row.id).unwrap_or_default();
        User { grants, ..User::from(row) }
    };
    Ok(users.into_iter().map(whole).collect())
}

/// A user to be written, with all that holds for them, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<Option<User>, StoreError> {
    let mut sql = Sql::new("SELECT 1 AS one FROM users WHERE id = ");
    sql.bind(id.0).push(" FOR UPDATE");
    sql.row(tx).await?;
    Ok(by_ids(tx, &[id], &Seen::Everyone, None, now).await?.pop())
}

/// Lets a user sign in, or no more.
pub async fn set_active(tx: &Transaction, id: UserId, active: bool) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE users SET active = ");
    sql.bind(active).push(" WHERE id = ").bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Whether someone else may do everything, and may sign in.
pub async fn is_another_admin(tx: &Transaction, but: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "SELECT EXISTS (SELECT 1 FROM grants g JOIN users u ON u.id = g.user_id AND u.active WHERE g.role = 'ADMIN' AND u.id <> ",
    );
    sql.bind(but.0).push(" AND ").push(ABLE).push(" AND ");
    holds(&mut sql, now);
    sql.push(") AS found");
    sql.row(tx).await?.map_or(Ok(false), |row| get(&row, "found"))
}

/// Whether someone has taken the account: chosen a password, or come by another provider.
pub async fn is_taken(tx: &Transaction, user: UserId) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT EXISTS (SELECT 1 FROM users u WHERE u.id = ");
    sql.bind(user.0).push(" AND ").push(ABLE).push(") AS taken");
    sql.row(tx).await?.map_or(Ok(false), |row| get(&row, "taken"))
}

/// Whether the user `u` has a way to sign in.
const ABLE: &str =
    "(u.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM user_identities i WHERE i.user_id = u.id))";

/// The user who holds a grant; null where no user does.
pub async fn holder_of(tx: &Transaction, id: GrantId) -> Result<Option<UserId>, StoreError> {
    let mut sql = Sql::new("SELECT user_id FROM grants WHERE user_id IS NOT NULL AND id = ");
    sql.bind(id.0);
    sql.row(tx).await?.map(|row| Ok(UserId(get(&row, "user_id")?))).transpose()
}

/// Takes a grant back.
pub async fn delete_grant(tx: &Transaction, id: GrantId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM grants WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// How these rights lie to what their giver holds.
pub async fn lie(db: &impl ConnectionTrait, held: &[Grant], given: &[Right]) -> Result<Lie, StoreError> {
    let mut lie = Lie::default();
    let inner: Vec<_> = given.iter().filter_map(|right| right.territory()).map(|id| id.0).collect();
    let outer: Vec<_> = held.iter().filter_map(|grant| grant.right.territory()).map(|id| id.0).collect();
    // Mostly a right is over the very territory that its giver holds.
    if inner.iter().any(|id| !outer.contains(id)) && !outer.is_empty() {
        let mut sql = Sql::new(
            "SELECT territory_id, other_id FROM territory_links WHERE relation = 'WITHIN' AND territory_id = ANY(",
        );
        sql.bind(inner).push(") AND other_id = ANY(").bind(outer).push(")");
        for row in sql.rows(db).await? {
            let pair = (TerritoryId(get(&row, "territory_id")?), TerritoryId(get(&row, "other_id")?));
            lie.within.insert(pair);
        }
    }
    let actors: Vec<_> = given.iter().filter_map(|right| right.actor()).map(|id| id.0).collect();
    let managed = held.iter().filter_map(|grant| match grant.right {
        Right::TerritoryManager(id) => Some(id),
        _ => None,
    });
    let managed: Vec<_> = managed.collect();
    if !actors.is_empty() && !managed.is_empty() {
        let mut sql = Sql::default();
        for (index, territory) in managed.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " });
            sql.push("SELECT a.id, ")
                .bind(territory.0)
                .push("::uuid AS territory_id FROM actors a WHERE a.id = ANY(");
            sql.bind(actors.clone()).push(") AND a.suppressed_at IS NULL AND ");
            reached(&mut sql, "a", &[*territory]);
        }
        for row in sql.rows(db).await? {
            lie.reached.insert((ActorId(get(&row, "id")?), TerritoryId(get(&row, "territory_id")?)));
        }
    }
    Ok(lie)
}

/// The user who signs in as this subject of another provider.
pub async fn user_of_identity(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<UserId>, StoreError> {
    let mut sql = Sql::new("SELECT user_id FROM user_identities WHERE issuer = ");
    sql.bind(issuer).push(" AND subject = ").bind(subject);
    sql.row(db).await?.map(|row| Ok(UserId(get(&row, "user_id")?))).transpose()
}

/// Says who signs in as this subject of another provider.
pub async fn insert_identity(
    tx: &Transaction,
    issuer: &str,
    subject: &str,
    user: UserId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO user_identities (issuer, subject, user_id, created_at) VALUES (");
    sql.bind(issuer).push(", ").bind(subject).push(", ").bind(user.0).push(", ").bind(at).push(")");
    sql.execute(tx).await.map(drop)
}

/// Users of the demo that may sign in, with what is kept of their passwords.
pub async fn demo_users(db: &impl ConnectionTrait) -> Result<Vec<(UserId, Option<String>)>, StoreError> {
    let sql = Sql::new("SELECT id, password_hash FROM users WHERE demo AND active ORDER BY id");
    let user = |row| Ok((UserId(get(row, "id")?), get(row, "password_hash")?));
    sql.rows(db).await?.iter().map(user).collect()
}

/// Deletes every user of the demo with their keys and grants; which.
pub async fn delete_demo_users(tx: &Transaction) -> Result<Vec<UserId>, StoreError> {
    let sql = Sql::new("DELETE FROM users WHERE demo RETURNING id");
    sql.rows(tx).await?.iter().map(|row| Ok(UserId(get(row, "id")?))).collect()
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
