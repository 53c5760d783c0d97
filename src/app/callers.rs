//! Who a token's bearer is, now: accounts are looked up at every request, so that what was taken back is gone at once.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

use super::{App, Error};
use crate::domain::caller::{Caller, Known};
use crate::domain::ids::UserId;

impl App {
    /// The caller that a verified token of ours names: its user, the sign-in that it follows from, when it was made.
    pub async fn caller_of_token(
        &self,
        user: UserId,
        session: Option<Uuid>,
        issued_at: DateTime<Utc>,
    ) -> Result<Caller, Error> {
        let refused = || Error::Unauthenticated("the token is no longer good: sign in again".to_owned());
        let account = self.store.account(user, session, self.clock.now()).await?.ok_or_else(refused)?;
        // Tokens tell whole seconds.
        let from =
            account.sessions_from.duration_trunc(TimeDelta::seconds(1)).unwrap_or(account.sessions_from);
        if !account.active || account.session_ended || issued_at < from {
            return Err(refused());
        }
        Ok(Caller::Known(Arc::new(Known { user, key: None, session, grants: account.grants })))
    }
}
