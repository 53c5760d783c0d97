//! Our own tokens: the keys that sign them are in the database, so that every instance verifies what any instance made.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{App, Error};
use crate::auth::{BadKey, Bearer, Keyring, SigningKey, TokenError};
use crate::domain::ids::UserId;
use crate::store::keys;

/// How long a token lasts that follows from a sign-in.
pub const ACCESS_LASTS: TimeDelta = TimeDelta::minutes(15);
/// How long at most an operator's token lasts, and so how long a key is needed once another signs.
pub const LONGEST_LASTS: TimeDelta = TimeDelta::days(31);
/// How often keys are read again, and how often at most for a token of a key that is not known.
const READ_EVERY: TimeDelta = TimeDelta::minutes(1);
/// A new key signs from then on: until then every instance has read it.
const SIGNS_AFTER: TimeDelta = TimeDelta::minutes(2);

/// The keys as they were last read.
#[derive(Debug, Default)]
pub(super) struct Keys {
    held: RwLock<Option<Held>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Held {
    ring: Arc<Keyring>,
    read_at: DateTime<Utc>,
    /// When they were last read for a token of a key that was not among them.
    asked_at: Option<DateTime<Utc>>,
}

impl App {
    /// A token for a user, good from now on.
    pub async fn token(
        &self,
        user: UserId,
        session: Option<Uuid>,
        lasting: TimeDelta,
    ) -> Result<String, Error> {
        let ring = self.ring().await?;
        ring.issue(user, session, self.clock.now(), lasting).map_err(internal)
    }

    /// Whom a token of ours is of.
    pub(super) async fn verify_own(&self, token: &str) -> Result<Result<Bearer, TokenError>, Error> {
        let now = self.clock.now();
        match self.ring().await?.verify(token, now) {
            // Its key may be newer than what was read; whoever makes tokens up can't have them read at every request.
            Err(TokenError::UnknownKey) => Ok(self.ring_for_unknown().await?.verify(token, now)),
            verified => Ok(verified),
        }
    }

    /// Adds a key, which signs in a moment, and forgets those that no token needs any more; all others at once where every
    /// token is to end. Returns the key's name.
    pub async fn rotate_keys(&self, end_all_tokens: bool) -> Result<String, Error> {
        let key = SigningKey::generate().map_err(internal)?;
        let now = self.clock.now();
        self.store.add_signing_key(&stored(&key, now)).await?;
        if end_all_tokens {
            self.store.keep_only_signing_key(&key.kid).await?;
        } else {
            self.forget_old_keys().await?;
        }
        *self.keys.held.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(key.kid)
    }

    /// Forgets keys that were replaced so long ago that every token of theirs has ended; how many.
    pub async fn forget_old_keys(&self) -> Result<u64, Error> {
        let replaced_before = self.clock.now() - LONGEST_LASTS - SIGNS_AFTER;
        Ok(self.store.delete_signing_keys_replaced_before(replaced_before).await?)
    }

    /// The keys, read again where that was long ago.
    async fn ring(&self) -> Result<Arc<Keyring>, Error> {
        self.held(|held, now| (now - held.read_at).abs() < READ_EVERY, None).await
    }

    /// The keys, read again for a token of one that is not among them, unless that was done a moment ago.
    async fn ring_for_unknown(&self) -> Result<Arc<Keyring>, Error> {
        let rested = |held: &Held, now: DateTime<Utc>| {
            held.asked_at.is_some_and(|asked| (now - asked).abs() < READ_EVERY)
        };
        self.held(rested, Some(self.clock.now())).await
    }

    /// The keys as they are held where that will do, else as they are read now.
    async fn held(
        &self,
        will_do: impl Fn(&Held, DateTime<Utc>) -> bool,
        asked_at: Option<DateTime<Utc>>,
    ) -> Result<Arc<Keyring>, Error> {
        let now = self.clock.now();
        let held = || self.keys.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(held) = held().filter(|held| will_do(held, now)) {
            return Ok(held.ring);
        }
        let _reading = self.keys.reading.lock().await;
        // Someone else may have read them meanwhile.
        let before = held();
        if let Some(held) = before.clone().filter(|held| will_do(held, now)) {
            return Ok(held.ring);
        }
        let asked_at = asked_at.or(before.and_then(|held| held.asked_at));
        let held = Held { ring: Arc::new(self.read_keys(now).await?), read_at: now, asked_at };
        *self.keys.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        Ok(held.ring)
    }

    async fn read_keys(&self, now: DateTime<Utc>) -> Result<Keyring, Error> {
        let mut keys = self.sound_keys().await?;
        if keys.is_empty() {
            let key = SigningKey::generate().map_err(internal)?;
            self.store.add_first_signing_key(&stored(&key, now)).await?;
            keys = self.sound_keys().await?;
        }
        let signing = keys.iter().find(|(_, made_at)| now - *made_at >= SIGNS_AFTER).or(keys.last());
        let (signing, _) = signing.ok_or_else(|| internal(BadKey))?;
        let verifying: Vec<_> = keys.iter().map(|(key, _)| key.clone()).collect();
        Ok(Keyring::new(signing, &verifying))
    }

    /// Keys with when they were made, the newest first; those that can't be read are left out.
    async fn sound_keys(&self) -> Result<Vec<(SigningKey, DateTime<Utc>)>, Error> {
        let mut sound = Vec::new();
        for kept in self.store.signing_keys().await? {
            let key = SigningKey { kid: kept.kid, pkcs8: kept.pkcs8, public_key: kept.public_key };
            if key.is_sound() {
                sound.push((key, kept.created_at));
            } else {
                tracing::warn!(kid = key.kid, "a signing key in the database can't be read: it is left out");
            }
        }
        Ok(sound)
    }
}

fn stored(key: &SigningKey, created_at: DateTime<Utc>) -> keys::SigningKey {
    let SigningKey { kid, pkcs8, public_key } = key.clone();
    keys::SigningKey { kid, pkcs8, public_key, created_at }
}

pub(super) fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(Arc::new(error))
}
