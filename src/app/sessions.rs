//! Signing in and out, and what is done with a password.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::people::person;
use super::tokens::{ACCESS_LASTS, internal};
use super::{App, Error};
use crate::auth::secrets;
use crate::domain::caller::{Caller, ClientAddress, Known};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::UserId;
use crate::domain::letters::Letter;
use crate::domain::passwords;
use crate::domain::people::is_email;
use crate::store::people;
use crate::store::records::Action;
use crate::store::sessions::{self, NewRefreshToken, Purpose};
use crate::store::{StoreError, Transaction};

/// How long a refresh token may wait for its use.
const REFRESH_LASTS: TimeDelta = TimeDelta::days(30);
/// How long one that was used may come once more, since its answer did not arrive: whoever reloads a page drops it.
const LOST_ANSWER: TimeDelta = TimeDelta::seconds(10);
/// How long a link to choose another password works.
const RESET_LASTS: TimeDelta = TimeDelta::hours(1);
/// How long nobody is sent another one: whoever asks for someone else neither floods them nor makes their link void.
const RESET_AGAIN: TimeDelta = TimeDelta::minutes(15);

/// What someone gets who signs in.
#[derive(Clone, Debug)]
pub struct Session {
    /// To be sent with every request.
    pub access_token: String,
    /// Until when it is good.
    pub access_token_expires_at: DateTime<Utc>,
    /// To be exchanged for the next session, once.
    pub refresh_token: String,
    /// Who they are.
    pub caller: Caller,
}

impl App {
    /// Signs someone in with a password. Whoever can't is told the same, after as much work: that there is no such account,
    /// that it may not sign in, that it has no password, that the password is another.
    pub async fn sign_in(
        &self,
        client: ClientAddress,
        email: &str,
        password: String,
    ) -> Result<Session, Error> {
        let email = email.trim().replace('\0', "");
        let attempt = self.attempt("sign-in", &email, client).await?;
        let found = sessions::credentials(self.store.db(), &email).await?;
        let kept = found.as_ref().and_then(|found| found.password_hash.clone());
        let right = self.hasher.verify(password, kept.clone()).await.map_err(internal)?;
        let refused = || Error::Unauthenticated("the e-mail address or the password is not right".to_owned());
        let found = found.filter(|_| right).ok_or_else(refused)?;
        self.forgive(&attempt).await?;
        let now = self.clock.now();
        let family = self.ids.next(now);
        let tx = self.store.begin_unseen().await?;
        // While the password was looked at, it may have been changed: what that ended does not begin anew.
        if !sessions::still_signs_in(&tx, found.user, kept.as_deref()).await? {
            return Err(refused());
        }
        let refresh = self.give_refresh_token(&tx, found.user, family, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.session(found.user, family, refresh).await
    }

    /// Exchanges a refresh token for the next session. It works once: when one comes a second time, somebody has a copy of
    /// it, and all that follows from the sign-in ends. But within [`LOST_ANSWER`], it may be that the answer was lost: then
    /// the next one takes the place of the one that was given, and whoever uses that is found out.
    pub async fn refresh_session(&self, token: &str) -> Result<Session, Error> {
        let refused = || Error::Unauthenticated("the refresh token is not good: sign in again".to_owned());
        let (hash, now) = (secrets::hash(token), self.clock.now());
        let tx = self.store.begin_unseen().await?;
        let found = sessions::refresh_token_for_update(&tx, &hash).await?.ok_or_else(refused)?;
        let was_lost = found.used_at.is_some_and(|used_at| now - used_at <= LOST_ANSWER);
        if found.used_at.is_some() && !was_lost {
            sessions::end_session(&tx, found.user, found.family, now).await?;
            tx.commit().await.map_err(StoreError::from)?;
            tracing::warn!(family = %found.family, "a refresh token came a second time: its sign-in is ended");
            return Err(refused());
        }
        if !found.stands || found.expires_at <= now {
            return Err(refused());
        }
        if was_lost {
            // As of long ago: those may not come once more.
            sessions::use_all_refresh_tokens(&tx, found.family, now - LOST_ANSWER * 2).await?;
        } else {
            sessions::use_refresh_token(&tx, &hash, now).await?;
        }
        let refresh = self.give_refresh_token(&tx, found.user, found.family, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.session(found.user, found.family, refresh).await
    }

    /// Ends the sign-in that a refresh token follows from; one that is none of ours ends nothing, and nobody hears of it.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        let tx = self.store.begin_unseen().await?;
        if let Some(found) = sessions::refresh_token_for_update(&tx, &secrets::hash(token)).await? {
            sessions::end_session(&tx, found.user, found.family, self.clock.now()).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Changes the password of whoever asks, who says the one that it was; every other sign-in ends.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: String,
        new: String,
    ) -> Result<Session, Error> {
        let user = person(caller)?;
        let now = self.clock.now();
        let account = self.users_seen(caller, &[user]).await?.pop();
        let email = account.map(|account| account.email).unwrap_or_default();
        let mut found = Violations::default();
        passwords::check("new", &new, &email, &mut found);
        if !self.check_password(user, current).await? {
            found.add("current", ViolationCode::Invalid, "is not your password");
        }
        found.into_result(())?;
        let hash = self.hasher.hash(new).await.map_err(internal)?;
        let family = self.ids.next(now);
        let tx = self.store.begin().await?;
        self.replace_password(&tx, caller, user, &hash, now).await?;
        self.post(&tx, &[user], &Letter::PasswordChanged).await?;
        let refresh = self.give_refresh_token(&tx, user, family, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.session(user, family, refresh).await
    }

    /// Has a link sent to whoever has this address, to choose another password. Whether anyone has is found out after the
    /// answer.
    pub async fn request_password_reset(&self, client: ClientAddress, email: &str) -> Result<String, Error> {
        let email = email.trim().to_owned();
        if !is_email(&email) {
            let message = "is no e-mail address as in name@example.org";
            return Err(Error::invalid("email", ViolationCode::Invalid, message));
        }
        self.attempt_from("reset", client).await?;
        let (app, to) = (self.clone(), email.clone());
        tokio::spawn(async move {
            if let Err(error) = app.send_reset(&to).await {
                tracing::error!(?error, "a link to choose another password can't be sent");
            }
        });
        Ok(email)
    }

    async fn send_reset(&self, email: &str) -> Result<(), Error> {
        let Some(user) = sessions::user_to_reset(self.store.db(), email).await? else { return Ok(()) };
        let now = self.clock.now();
        let expires_at = now + RESET_LASTS;
        let token = secrets::token().map_err(internal)?;
        let tx = self.store.begin_unseen().await?;
        if sessions::was_sent(&tx, user, Purpose::PasswordReset, now - RESET_AGAIN).await? {
            return Ok(());
        }
        let hash = secrets::hash(&token);
        sessions::insert_link(&tx, user, Purpose::PasswordReset, hash, now, expires_at).await?;
        self.post(&tx, &[user], &Letter::PasswordReset { token, expires_at }).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Takes a link to choose another password.
    pub async fn reset_password(&self, token: &str, password: String) -> Result<Session, Error> {
        self.take_link(Purpose::PasswordReset, token, password).await
    }

    /// Takes an invitation.
    pub async fn accept_invitation(&self, token: &str, password: String) -> Result<Session, Error> {
        self.take_link(Purpose::Invitation, token, password).await
    }

    async fn take_link(&self, purpose: Purpose, token: &str, password: String) -> Result<Session, Error> {
        let spent = || {
            let message = "is not good: it was used before, has ended, or never was: ask for another";
            Error::invalid("token", ViolationCode::Invalid, message)
        };
        let (hash, now) = (secrets::hash(token), self.clock.now());
        let found = sessions::user_of_link(self.store.db(), purpose, &hash, now).await?;
        let (user, email) = found.ok_or_else(spent)?;
        let mut wrong = Violations::default();
        passwords::check("password", &password, &email, &mut wrong);
        wrong.into_result(())?;
        let kept = self.hasher.hash(password).await.map_err(internal)?;
        let family = self.ids.next(now);
        let tx = self.store.begin().await?;
        if !sessions::use_link(&tx, &hash, now).await? {
            return Err(spent());
        }
        // They have proved who they are.
        let caller = Caller::Known(Arc::new(Known { user, key: None, session: None, grants: Vec::new() }));
        self.replace_password(&tx, &caller, user, &kept, now).await?;
        if purpose == Purpose::PasswordReset {
            self.post(&tx, &[user], &Letter::PasswordChanged).await?;
        }
        let refresh = self.give_refresh_token(&tx, user, family, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.session(user, family, refresh).await
    }

    /// Whether this is the user's password. It takes as long where they have none, and whoever guesses has to wait.
    pub async fn check_password(&self, user: UserId, password: String) -> Result<bool, Error> {
        let attempt = self.attempt("password", &user.0.to_string(), ClientAddress::default()).await?;
        let kept = people::password_hash(self.store.db(), user).await?;
        let right = self.hasher.verify(password, kept).await.map_err(internal)?;
        if right {
            self.forgive(&attempt).await?;
        }
        Ok(right)
    }

    /// Writes another password; every sign-in ends, and no link works any more.
    async fn replace_password(
        &self,
        tx: &Transaction,
        caller: &Caller,
        user: UserId,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        sessions::set_password(tx, user, hash).await?;
        sessions::end_sessions(tx, user, now).await?;
        sessions::void_links(tx, user, now).await?;
        // That there is another one, and nothing of either.
        let fields = Map::from_iter([("password".to_owned(), json!([Value::Null, "changed"]))]);
        self.record(tx, caller, Action::Update, user.into(), 1, fields).await
    }

    async fn give_refresh_token(
        &self,
        tx: &Transaction,
        user: UserId,
        family: Uuid,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let token = secrets::token().map_err(internal)?;
        let written = NewRefreshToken {
            id: self.ids.next(now),
            user,
            family,
            hash: secrets::hash(&token),
            created_at: now,
            expires_at: now + REFRESH_LASTS,
        };
        sessions::insert_refresh_token(tx, &written).await?;
        Ok(token)
    }

    async fn session(&self, user: UserId, family: Uuid, refresh_token: String) -> Result<Session, Error> {
        let now = self.clock.now();
        let caller = self.caller_of_user(user, Some(family), None).await?;
        let access_token = self.token(user, Some(family), ACCESS_LASTS).await?;
        Ok(Session { access_token, access_token_expires_at: now + ACCESS_LASTS, refresh_token, caller })
    }
}
