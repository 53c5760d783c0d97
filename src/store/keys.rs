//! The keys that sign our own tokens.

use chrono::{DateTime, Utc};

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Store, lock};

/// A key pair as it is stored.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name in a token's header.
    pub kid: String,
    /// Both keys (PKCS #8, DER).
    pub pkcs8: Vec<u8>,
    /// The public key alone.
    pub public_key: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// Every key, the newest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let sql = Sql::new(
            "SELECT kid, pkcs8, public_key, created_at FROM signing_keys ORDER BY created_at DESC, kid",
        );
        let rows = sql.rows(self.db()).await?;
        let key = |row| {
            Ok(SigningKey {
                kid: get(row, "kid")?,
                pkcs8: get(row, "pkcs8")?,
                public_key: get(row, "public_key")?,
                created_at: get(row, "created_at")?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Adds the first key; where there is one already, it stays alone.
    pub async fn add_first_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let tx = self.begin_unseen().await?;
        lock(&tx, "signing_keys").await?;
        let mut sql = Sql::new("INSERT INTO signing_keys (kid, pkcs8, public_key, created_at) SELECT ");
        sql.bind(key.kid.clone()).push(", ").bind(key.pkcs8.clone()).push(", ").bind(key.public_key.clone());
        sql.push(", ").bind(key.created_at).push(" WHERE NOT EXISTS (SELECT 1 FROM signing_keys)");
        sql.execute(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// Adds a key beside the others.
    pub async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let mut sql = Sql::new("INSERT INTO signing_keys (kid, pkcs8, public_key, created_at) VALUES (");
        sql.bind(key.kid.clone()).push(", ").bind(key.pkcs8.clone()).push(", ").bind(key.public_key.clone());
        sql.push(", ").bind(key.created_at).push(")");
        sql.execute(self.db()).await.map(drop)
    }

    /// Deletes every key but one.
    pub async fn keep_only_signing_key(&self, kid: &str) -> Result<(), StoreError> {
        let mut sql = Sql::new("DELETE FROM signing_keys WHERE kid <> ");
        sql.bind(kid);
        sql.execute(self.db()).await.map(drop)
    }

    /// Deletes the keys after which another was made before this; how many.
    pub async fn delete_signing_keys_replaced_before(&self, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut sql = Sql::new(
            "DELETE FROM signing_keys k WHERE EXISTS (SELECT 1 FROM signing_keys n WHERE n.created_at > k.created_at AND n.created_at < ",
        );
        sql.bind(at).push(")");
        sql.execute(self.db()).await
    }
}
