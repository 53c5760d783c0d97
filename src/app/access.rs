//! Who may: how a caller stands to an entry, held against policy.

use crate::domain::caller::Caller;
use crate::domain::ids::{ActorId, Subject, SubjectKind};
use crate::domain::permissions::beyond_reach;
use crate::domain::policy::{self, Act, Denied, Standing, Visibility};
use crate::store::{Connection, standing};

use super::{App, Error};

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => Self::Unauthenticated(denied.message()),
            Denied::Forbidden(who) => Self::Forbidden(who),
        }
    }
}

/// Refuses those whom no role lets do this to anything: before anything is read.
pub(super) fn require_somewhere(caller: &Caller, act: Act) -> Result<(), Error> {
    Ok(policy::may_somewhere(caller, act)?)
}

impl App {
    /// Refuses those who may not do this to the entry; what they may not even see is not there. Administrators are not
    /// asked whether it is there: who writes it finds out.
    pub(super) async fn require(
        &self,
        db: &impl Connection,
        caller: &Caller,
        act: Act,
        subject: Subject,
    ) -> Result<(), Error> {
        require_somewhere(caller, act)?;
        if caller.is_admin() {
            return Ok(());
        }
        let seen = standing::standings(db, &Visibility::of(caller), subject.kind, &[subject.id]).await?;
        let Some(standing) = seen.get(&subject.id) else {
            return Err(Error::NotFound(format!("no such {}", subject.kind.words())));
        };
        Ok(policy::may(caller, act, *standing)?)
    }

    /// Refuses those who may not do this to an interaction between these two, which is not written yet.
    pub(super) async fn require_an_end(
        &self,
        db: &impl Connection,
        caller: &Caller,
        act: Act,
        ends: [ActorId; 2],
    ) -> Result<(), Error> {
        require_somewhere(caller, act)?;
        if caller.is_admin() {
            return Ok(());
        }
        let ids = ends.map(|end| end.0);
        let seen = standing::standings(db, &Visibility::of(caller), SubjectKind::Actor, &ids).await?;
        let either = seen.values().fold(Standing::default(), |all, end| Standing {
            managed: all.managed || end.managed,
            own: all.own || end.own,
            ..all
        });
        Ok(policy::may(caller, act, either)?)
    }

    /// Refuses a write that leaves the entry where its writer has no right to it: nobody reaches beyond their territories.
    pub(super) async fn require_still(
        &self,
        db: &impl Connection,
        caller: &Caller,
        act: Act,
        subject: Subject,
    ) -> Result<(), Error> {
        match self.require(db, caller, act, subject).await {
            Err(Error::Forbidden(_) | Error::NotFound(_)) => {
                let who = policy::may(caller, act, Standing::default()).err().map(Denied::message);
                Err(Error::Forbidden(beyond_reach(subject.kind, &who.unwrap_or_default())))
            }
            other => other,
        }
    }

    /// The refusal of what is there already: it names the other one to those who may see it, and to nobody else.
    pub(super) async fn duplicate(
        &self,
        db: &impl Connection,
        caller: &Caller,
        message: &str,
        existing: Subject,
    ) -> Result<Error, Error> {
        let visibility = Visibility::of(caller);
        let seen = caller.is_admin()
            || standing::standings(db, &visibility, existing.kind, &[existing.id])
                .await?
                .contains_key(&existing.id);
        Ok(if seen {
            Error::Duplicate { message: message.to_owned(), existing: Some(existing) }
        } else {
            let message = format!("{message}; it is not published: ask who manages its territory");
            Error::Duplicate { message, existing: None }
        })
    }

    /// How the caller stands to each of these entries, absent where they may not see it.
    pub async fn standings(
        &self,
        visibility: &Visibility,
        kind: SubjectKind,
        ids: &[uuid::Uuid],
    ) -> Result<std::collections::HashMap<uuid::Uuid, Standing>, Error> {
        Ok(standing::standings(self.store.db(), visibility, kind, ids).await?)
    }
}
