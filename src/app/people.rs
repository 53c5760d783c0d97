//! Users: who they are and what is granted to them.

use std::sync::Arc;

use super::{App, Error};
use crate::auth::passwords;
use crate::domain::caller::{Grant, Right};
use crate::domain::ids::{GrantId, UserId};
use crate::store::StoreError;
use crate::store::people::{self, Holder, NewUser};

impl App {
    /// The user of an address, however it is written; null where there is none.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<UserId>, Error> {
        Ok(people::user_by_email(self.store.db(), email).await?)
    }

    /// Whether this is the user's password. It takes as long where they have none.
    pub async fn check_password(&self, user: UserId, password: String) -> Result<bool, Error> {
        let kept = people::password_hash(self.store.db(), user).await?;
        let checked =
            tokio::task::spawn_blocking(move || passwords::verify(&password, kept.as_deref())).await;
        checked.map_err(|error| Error::Internal(Arc::new(error)))
    }

    /// Makes a user with these rights, at the operator's command; null where the address is taken.
    pub async fn add_user(
        &self,
        email: &str,
        display_name: &str,
        rights: &[Right],
    ) -> Result<Option<UserId>, Error> {
        let now = self.clock.now();
        let id = UserId(self.ids.next(now));
        let user = NewUser {
            id,
            email: email.to_owned(),
            display_name: display_name.to_owned(),
            password_hash: None,
            demo: false,
            at: now,
        };
        let tx = self.store.begin().await?;
        if !people::insert_user(&tx, &user).await? {
            return Ok(None);
        }
        for right in rights {
            let grant = Grant { id: GrantId(self.ids.next(now)), right: *right, expires_at: None };
            people::insert_grant(&tx, Holder::User(id), &grant, now).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Some(id))
    }
}
