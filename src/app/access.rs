//! Who may: how a caller stands to an entry, held against policy.

use crate::domain::caller::Caller;
use crate::domain::ids::{Subject, SubjectKind};
use crate::domain::policy::{self, Act, Denied, Standing, Visibility};
use crate::domain::publication::Transition;
use crate::store::{Connection, standing};

use super::{App, Error};

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => {
                Self::Unauthenticated("sign in: this needs a bearer token or an API key".to_owned())
            }
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
            return Err(Error::NotFound(format!("no such {}", subject.kind.as_ref().to_lowercase())));
        };
        Ok(policy::may(caller, act, *standing)?)
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
            Err(Error::Forbidden(who)) => {
                Err(Error::Forbidden(format!("the entry would be outside of your reach; {who}")))
            }
            Err(Error::NotFound(_)) => Err(Error::Forbidden(
                "the entry would be outside of your reach: give it a seat, an area or an end within your territories"
                    .to_owned(),
            )),
            other => other,
        }
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

/// The act that moves an entry of a kind; null for kinds without a status.
pub(super) fn act_of(kind: SubjectKind, transition: Transition) -> Option<Act> {
    use Transition::{Archive, Publish, Reject, Restore, Submit};
    Some(match (kind, transition) {
        (SubjectKind::Actor, Submit) => Act::SubmitActor,
        (SubjectKind::Actor, Publish | Reject) => Act::ReviewActor,
        (SubjectKind::Actor, Archive) => Act::ArchiveActor,
        (SubjectKind::Actor, Restore) => Act::RestoreActor,
        (SubjectKind::Interaction, Submit) => Act::SubmitInteraction,
        (SubjectKind::Interaction, Publish | Reject) => Act::ReviewInteraction,
        (SubjectKind::Interaction, Archive) => Act::ArchiveInteraction,
        (SubjectKind::Interaction, Restore) => Act::RestoreInteraction,
        (SubjectKind::Call, Submit) => Act::SubmitCall,
        (SubjectKind::Call, Publish | Reject) => Act::ReviewCall,
        (SubjectKind::Call, Archive) => Act::ArchiveCall,
        (SubjectKind::Call, Restore) => Act::RestoreCall,
        (SubjectKind::Collective, Submit) => Act::SubmitCollective,
        (SubjectKind::Collective, Publish | Reject) => Act::ReviewCollective,
        (SubjectKind::Collective, Archive) => Act::ArchiveCollective,
        (SubjectKind::Collective, Restore) => Act::RestoreCollective,
        _ => return None,
    })
}
