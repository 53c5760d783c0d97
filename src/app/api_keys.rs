//! Keys of people's programs: made, listed, taken back.

use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use super::access::require_somewhere;
use super::granting::GrantInput;
use super::people::person;
use super::tokens::internal;
use super::{App, Error};
use crate::auth::secrets;
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::granting::Receiver;
use crate::domain::ids::ApiKeyId;
use crate::domain::paging::{Page, Slice};
use crate::domain::people::{ApiKey, name, web_origins};
use crate::domain::policy::Act;
use crate::store::api_keys::{self, Owner};
use crate::store::people::Holder;
use crate::store::records::Action;
use crate::store::{StoreError, Transaction, lock};

/// Most keys of one person that are good at a time.
const MOST_KEYS: i64 = 50;

/// What a client says of a new key.
#[derive(Clone, Debug)]
pub struct ApiKeyInput {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub grants: Vec<GrantInput>,
    /// Web origins that it is bound to.
    pub allowed_origins: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whose keys a caller keeps.
fn owner(caller: &Caller) -> Result<Owner, Error> {
    let user = person(caller)?;
    Ok(if caller.is_admin() { Owner::Anyone } else { Owner::One(user) })
}

impl App {
    /// A page of the caller's keys; of everyone's, for administrators.
    pub async fn api_keys(&self, caller: &Caller, page: &Page) -> Result<Slice<ApiKey>, Error> {
        Ok(self.store.api_keys(owner(caller)?, page, self.clock.now()).await?)
    }

    /// How many there are.
    pub async fn count_api_keys(&self, caller: &Caller) -> Result<i64, Error> {
        Ok(self.store.count_api_keys(owner(caller)?).await?)
    }

    /// Those of these keys that the caller may see: a person their own, administrators all, a key itself.
    pub async fn api_keys_seen(&self, caller: &Caller, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
        let Caller::Known(known) = caller else { return Ok(Vec::new()) };
        let mut keys = api_keys::by_ids(self.store.db(), ids, self.clock.now()).await?;
        keys.retain(|key| match known.key {
            Some(itself) => key.id == itself,
            None => caller.is_admin() || key.owner == known.user,
        });
        Ok(keys)
    }

    /// Makes a key for a program of the caller's; its secret is told once.
    pub async fn create_api_key(
        &self,
        caller: &Caller,
        input: ApiKeyInput,
        mut found: Violations,
    ) -> Result<(ApiKey, String), Error> {
        let owner = person(caller)?;
        let now = self.clock.now();
        let name = name("name", &input.name, &mut found);
        let allowed_origins = web_origins("allowedOrigins", &input.allowed_origins, &mut found);
        if input.expires_at.is_some_and(|end| end <= now) {
            found.add("expiresAt", ViolationCode::OutOfRange, "is past: give an instant to come, or none");
        }
        let grants = self.read_grants(caller, "grants", &input.grants, Receiver::OwnKey, found).await?;
        let (prefix, secret) = secrets::api_key().map_err(internal)?;
        let key = ApiKey {
            id: ApiKeyId(self.ids.next(now)),
            owner,
            name,
            prefix,
            allowed_origins,
            expires_at: input.expires_at,
            last_used_at: None,
            revoked_at: None,
            created_at: now,
            grants,
        };
        let tx = self.store.begin_unseen().await?;
        lock(&tx, &format!("api keys {}", owner.0)).await?;
        if api_keys::count_standing(&tx, owner, now).await? >= MOST_KEYS {
            return Err(Error::Conflict {
                message: format!("you have {MOST_KEYS} keys: revoke one first"),
                current_version: None,
                candidates: Vec::new(),
            });
        }
        api_keys::insert(&tx, &key, secrets::hash(&secret)).await?;
        let fields = Map::from_iter([
            ("owner".to_owned(), json!([null, owner])),
            ("expires_at".to_owned(), json!([null, key.expires_at])),
        ]);
        self.record(&tx, caller, Action::Create, key.id.into(), 1, fields).await?;
        self.write_grants(&tx, caller, Holder::Key(key.id), &key.grants).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok((key, secret))
    }

    /// Takes a key back, for good.
    pub async fn revoke_api_key(&self, caller: &Caller, id: ApiKeyId) -> Result<ApiKey, Error> {
        require_somewhere(caller, Act::KeepKeys)?;
        let absent = || Error::NotFound("no such key".to_owned());
        let mut key = self.api_keys_seen(caller, &[id]).await?.pop().ok_or_else(absent)?;
        let now = self.clock.now();
        let tx = self.store.begin_unseen().await?;
        if api_keys::revoke(&tx, id, now).await? {
            self.record_revoked(&tx, caller, id).await?;
            key.revoked_at = Some(now);
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(key)
    }

    pub(super) async fn record_revoked(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: ApiKeyId,
    ) -> Result<(), Error> {
        let fields = Map::from_iter([("revoked".to_owned(), json!([false, true]))]);
        self.record(tx, caller, Action::Update, id.into(), 2, fields).await
    }
}
