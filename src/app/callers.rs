//! Who a token or a key is of, now: accounts are looked up at every request, so that what was taken back is gone at once.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;

use super::{App, Error};
use crate::auth::oidc::Outsider;
use crate::auth::{self, TokenError, secrets};
use crate::domain::caller::{Caller, Grant, Known};
use crate::domain::granting::{Giving, Receiver, may_give};
use crate::domain::ids::{ApiKeyId, UserId};
use crate::domain::people::{NAME_CHARS, is_email};
use crate::domain::text::text;
use crate::store::api_keys::SentKey;
use crate::store::people::{self, NewUser};
use crate::store::records::Action;
use crate::store::{self, StoreError};

/// How often, at most, it is written that a key was used.
const USE_WRITTEN_EVERY: TimeDelta = TimeDelta::minutes(1);

fn no_longer_good() -> Error {
    Error::Unauthenticated("the token is no longer good: sign in again".to_owned())
}

impl App {
    /// Who sends this with `Bearer`: a key of a program, a token of ours, or one of another provider; from this web origin,
    /// where a browser says so.
    pub async fn caller_of(&self, sent: &str, origin: Option<&str>) -> Result<Caller, Error> {
        if sent.starts_with(secrets::KEY_MARK) {
            return self.caller_of_key(sent, origin).await;
        }
        if !auth::is_ours(sent) && self.providers.know(sent) {
            let outsider = self.providers.verify(sent, self.clock.now()).await.map_err(refused)?;
            return self.caller_of_outsider(&outsider).await;
        }
        let bearer = self.verify_own(sent).await?.map_err(refused)?;
        self.caller_of_user(bearer.user, bearer.session, Some(bearer.issued_at)).await
    }

    /// A user as they are now, with the sign-in that their token follows from and when it was made.
    pub(super) async fn caller_of_user(
        &self,
        user: UserId,
        session: Option<Uuid>,
        issued_at: Option<DateTime<Utc>>,
    ) -> Result<Caller, Error> {
        let account =
            self.store.account(user, session, self.clock.now()).await?.ok_or_else(no_longer_good)?;
        // Tokens tell whole seconds.
        let from =
            account.sessions_from.duration_trunc(TimeDelta::seconds(1)).unwrap_or(account.sessions_from);
        if !account.active || account.session_ended || issued_at.is_some_and(|at| at < from) {
            return Err(no_longer_good());
        }
        Ok(Caller::Known(Arc::new(Known { user, key: None, session, grants: account.grants })))
    }

    async fn caller_of_key(&self, sent: &str, origin: Option<&str>) -> Result<Caller, Error> {
        let refused = || Error::Unauthenticated("the API key is not valid".to_owned());
        let prefix = secrets::api_key_prefix(sent).ok_or_else(refused)?;
        let now = self.clock.now();
        let key = self.store.sent_key(prefix, now).await?.ok_or_else(refused)?;
        if !secrets::is_of(sent, &key.hash) || !key.stands {
            return Err(refused());
        }
        let is_bound = !key.allowed_origins.is_empty();
        if is_bound && !origin.is_some_and(|origin| key.allowed_origins.iter().any(|one| one == origin)) {
            return Err(Error::Forbidden("this API key is bound to other web origins".to_owned()));
        }
        if key.last_used_at.is_none_or(|last| now - last >= USE_WRITTEN_EVERY) {
            let (app, id) = (self.clone(), key.id);
            tokio::spawn(async move {
                if let Err(error) = app.store.key_was_used(id, now).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the use of a key can't be written"
                    );
                }
            });
        }
        let grants = self.still_covered(&key).await?;
        let known = Known { user: key.owner, key: Some(key.id), session: None, grants };
        Ok(Caller::Known(Arc::new(known)))
    }

    /// A key as it is now, which nobody has sent.
    pub(super) async fn caller_of_kept_key(&self, id: ApiKeyId) -> Result<Caller, Error> {
        let key = self.store.kept_key(id, self.clock.now()).await?.filter(|key| key.stands);
        let key = key.ok_or_else(|| Error::Unauthenticated("the API key is not valid".to_owned()))?;
        let grants = self.still_covered(&key).await?;
        Ok(Caller::Known(Arc::new(Known { user: key.owner, key: Some(key.id), session: None, grants })))
    }

    /// What a key may do now: what was granted to it, as far as its owner could still grant it.
    async fn still_covered(&self, key: &SentKey) -> Result<Vec<Grant>, Error> {
        let rights: Vec<_> = key.own.iter().map(|grant| grant.right).collect();
        let lie = people::lie(self.store.db(), &key.owners, &rights).await?;
        let covered =
            |grant: &&Grant| may_give(&key.owners, grant.right, Receiver::OwnKey, &lie) != Giving::Never;
        Ok(key.own.iter().filter(covered).copied().collect())
    }

    /// The user who is this subject of another provider; a new one, without rights, where nobody is yet.
    async fn caller_of_outsider(&self, outsider: &Outsider) -> Result<Caller, Error> {
        let Outsider { issuer, subject, .. } = outsider;
        let user = match people::user_of_identity(self.store.db(), issuer, subject).await? {
            Some(user) => user,
            None => self.add_outsider(outsider).await?,
        };
        // How long its tokens are good is the provider's to say.
        self.caller_of_user(user, None, None).await
    }

    async fn add_outsider(&self, outsider: &Outsider) -> Result<UserId, Error> {
        let Outsider { issuer, subject, .. } = outsider;
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        store::lock(&tx, &format!("identity {issuer} {subject}")).await?;
        if let Some(user) = people::user_of_identity(&tx, issuer, subject).await? {
            return Ok(user);
        }
        let host =
            Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let name = outsider.name.as_deref().and_then(|name| {
            let short: String = name.chars().take(NAME_CHARS).collect();
            text("name", &short, NAME_CHARS).ok().flatten().filter(|name| !name.contains(['\n', '\r', '\t']))
        });
        // An address that nobody's letters reach: who they are is known by the provider's word alone.
        let digest = Sha256::digest(format!("{issuer} {subject}"));
        let code = digest.iter().take(10).fold(String::new(), |code, byte| format!("{code}{byte:02x}"));
        let placeholder = format!("{code}@{}.invalid", host.replace(['[', ']', ':'], "-").trim_matches('-'));
        let email =
            outsider.email.clone().filter(|email| is_email(email)).unwrap_or_else(|| placeholder.clone());
        let mut user = NewUser {
            id: UserId(self.ids.next(now)),
            email,
            display_name: name.unwrap_or_else(|| format!("{} ({host})", &code[..6])),
            password_hash: None,
            demo: false,
            at: now,
        };
        if !people::insert_user(&tx, &user).await? {
            // The address is somebody's here: that a provider says it too makes them no one else.
            user.email = placeholder;
            people::insert_user(&tx, &user).await?;
        }
        people::insert_identity(&tx, issuer, subject, user.id, now).await?;
        let fields = Map::from_iter([("active".to_owned(), json!([null, true]))]);
        self.record(&tx, &Caller::Rule("provider"), Action::Create, user.id.into(), 1, fields).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(user.id)
    }
}

fn refused(error: TokenError) -> Error {
    let message = match error {
        TokenError::Expired => "the token has ended: ask for a new one",
        TokenError::Invalid | TokenError::UnknownKey => {
            "the token is not valid: ask for a new one, or send none"
        }
        TokenError::Unavailable => return Error::Unavailable,
    };
    Error::Unauthenticated(message.to_owned())
}
