//! Keys of programs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::pages::{self, Listing, Order};
use super::people::{Holder, grant, grants_of};
use super::rows::get;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::caller::Grant;
use crate::domain::ids::{ApiKeyId, UserId};
use crate::domain::paging::{Page, Slice};
use crate::domain::people::{ApiKey, order};

/// Whose keys are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Everyone's.
    Anyone,
    /// This person's.
    One(UserId),
}

/// What a key that was sent is, now.
#[derive(Clone, Debug)]
pub struct SentKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// Whose it is.
    pub owner: UserId,
    /// SHA-256 of the whole.
    pub hash: Vec<u8>,
    /// Whether it was not taken back, has not ended, and its owner may sign in.
    pub stands: bool,
    /// Web origins that it is bound to.
    pub allowed_origins: Vec<String>,
    /// When it was last used, as far as was written.
    pub last_used_at: Option<DateTime<Utc>>,
    /// What was granted to it and holds.
    pub own: Vec<Grant>,
    /// What was granted to its owner and holds.
    pub owners: Vec<Grant>,
}

const COLUMNS: &str = "k.id, k.owner_id, k.name, k.prefix, k.allowed_origins, k.expires_at, k.last_used_at, k.revoked_at, k.created_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    prefix: String,
    allowed_origins: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: ApiKeyId(row.id),
            owner: UserId(row.owner_id),
            name: row.name,
            prefix: row.prefix,
            allowed_origins: row.allowed_origins,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            created_at: row.created_at,
            grants: Vec::new(),
        }
    }
}

fn owned(owner: Owner) -> Sql {
    match owner {
        Owner::Anyone => Sql::new("TRUE"),
        Owner::One(user) => {
            let mut sql = Sql::new("k.owner_id = ");
            sql.bind(user.0);
            sql
        }
    }
}

impl Store {
    /// The key of a visible beginning, with what holds now, in one statement; null where there is none.
    pub async fn sent_key(&self, prefix: &str, now: DateTime<Utc>) -> Result<Option<SentKey>, StoreError> {
        let mut which = Sql::new("k.prefix = ");
        which.bind(prefix);
        self.key_that(&which, now).await
    }

    /// The key of this id, with what holds now; null where there is none.
    pub async fn kept_key(&self, id: ApiKeyId, now: DateTime<Utc>) -> Result<Option<SentKey>, StoreError> {
        let mut which = Sql::new("k.id = ");
        which.bind(id.0);
        self.key_that(&which, now).await
    }

    async fn key_that(&self, which: &Sql, now: DateTime<Utc>) -> Result<Option<SentKey>, StoreError> {
        let mut sql = Sql::new(
            "SELECT k.id, k.owner_id, k.hash, k.allowed_origins, k.last_used_at, u.active AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ",
        );
        sql.bind(now).push(") AS stands, g.id AS grant_id, g.role, g.territory_id, g.actor_id, g.expires_at, g.api_key_id IS NOT NULL AS is_own FROM api_keys k JOIN users u ON u.id = k.owner_id LEFT JOIN grants g ON (g.api_key_id = k.id OR g.user_id = k.owner_id) AND (g.expires_at IS NULL OR g.expires_at > ");
        sql.bind(now).push(") WHERE ").append(which).push(" ORDER BY g.id");
        let rows = sql.rows(self.db()).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let (mut own, mut owners) = (Vec::new(), Vec::new());
        let held = |row: &&QueryResult| get::<Option<Uuid>>(row, "grant_id").is_ok_and(|id| id.is_some());
        for row in rows.iter().filter(held) {
            if get(row, "is_own")? { &mut own } else { &mut owners }.push(grant(row)?);
        }
        Ok(Some(SentKey {
            id: ApiKeyId(get(first, "id")?),
            owner: UserId(get(first, "owner_id")?),
            hash: get(first, "hash")?,
            stands: get(first, "stands")?,
            allowed_origins: get(first, "allowed_origins")?,
            last_used_at: get(first, "last_used_at")?,
            own,
            owners,
        }))
    }

    /// Says that a key was used, once a minute at most.
    pub async fn key_was_used(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let mut sql = Sql::new("UPDATE api_keys SET last_used_at = ");
        sql.bind(at).push(" WHERE id = ").bind(id.0);
        sql.push(" AND (last_used_at IS NULL OR last_used_at <= ")
            .bind(at)
            .push("::timestamptz - interval '1 minute')");
        sql.execute(self.db()).await.map(drop)
    }

    /// A page of keys, the oldest first.
    pub async fn api_keys(
        &self,
        owner: Owner,
        page: &Page,
        now: DateTime<Utc>,
    ) -> Result<Slice<ApiKey>, StoreError> {
        let listing = Listing {
            columns: COLUMNS,
            from: "api_keys k",
            id: "k.id",
            condition: owned(owner),
            parts: Vec::new(),
            order: Order { list: order("API_KEY"), key: Sql::new("k.created_at"), descending: false },
            page,
        };
        let mut slice = listing.page(self.db(), |row: Row| Ok(ApiKey::from(row))).await?;
        let ids: Vec<_> = slice.edges.iter().map(|edge| Holder::Key(edge.node.id)).collect();
        let mut grants = grants_of(self.db(), &ids, now).await?;
        for edge in &mut slice.edges {
            edge.node.grants = grants.remove(&edge.node.id.0).unwrap_or_default();
        }
        Ok(slice)
    }

    /// How many keys there are.
    pub async fn count_api_keys(&self, owner: Owner) -> Result<i64, StoreError> {
        pages::count(self.db(), "api_keys k", &owned(owner)).await
    }
}

/// Keys by their ids.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[ApiKeyId],
    now: DateTime<Utc>,
) -> Result<Vec<ApiKey>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM api_keys k WHERE k.id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let keys: Vec<Row> = sql.models(db).await?;
    let holders: Vec<_> = ids.iter().map(|id| Holder::Key(*id)).collect();
    let mut grants: HashMap<Uuid, Vec<Grant>> = grants_of(db, &holders, now).await?;
    let whole = |row: Row| {
        let grants = grants.remove(&row.id).unwrap_or_default();
        ApiKey { grants, ..ApiKey::from(row) }
    };
    Ok(keys.into_iter().map(whole).collect())
}

/// How many keys of a user were neither taken back nor have ended.
pub async fn count_standing(tx: &Transaction, owner: UserId, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let mut condition = owned(Owner::One(owner));
    condition
        .push(" AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ")
        .bind(now)
        .push(")");
    pages::count(tx, "api_keys k", &condition).await
}

/// Writes a new key; what was granted to it stands beside.
pub async fn insert(tx: &Transaction, key: &ApiKey, hash: Vec<u8>) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO api_keys (id, owner_id, name, prefix, hash, allowed_origins, expires_at, created_at) VALUES (",
    );
    sql.bind(key.id.0).push(", ").bind(key.owner.0).push(", ").bind(key.name.clone()).push(", ");
    sql.bind(key.prefix.clone()).push(", ").bind(hash).push(", ").bind(key.allowed_origins.clone());
    sql.push(", ").bind(key.expires_at).push(", ").bind(key.created_at).push(")");
    sql.execute(tx).await.map(drop)
}

/// Takes a key back; false where it was.
pub async fn revoke(tx: &Transaction, id: ApiKeyId, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE api_keys SET revoked_at = ");
    sql.bind(at).push(" WHERE revoked_at IS NULL AND id = ").bind(id.0);
    Ok(sql.execute(tx).await? == 1)
}

/// Takes every key of a user back; which were not yet.
pub async fn revoke_all(
    tx: &Transaction,
    owner: UserId,
    at: DateTime<Utc>,
) -> Result<Vec<ApiKeyId>, StoreError> {
    let mut sql = Sql::new("UPDATE api_keys SET revoked_at = ");
    sql.bind(at).push(" WHERE revoked_at IS NULL AND owner_id = ").bind(owner.0).push(" RETURNING id");
    sql.rows(tx).await?.iter().map(|row| Ok(ApiKeyId(get(row, "id")?))).collect()
}
