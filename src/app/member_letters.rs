//! Letters about memberships: who is asked to join, and who is told of the answer.

use super::moderation::{name_of, others};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::Collective;
use crate::domain::ids::UserId;
use crate::domain::letters::Letter;
use crate::domain::memberships::{Membership, MembershipStatus};
use crate::store::{self, Transaction, recipients};

impl App {
    /// Asks the editors of an invited actor to answer for it.
    pub(super) async fn ask_member(
        &self,
        tx: &Transaction,
        caller: &Caller,
        collective: &Collective,
        member: &Membership,
    ) -> Result<(), Error> {
        if member.status != MembershipStatus::Invited {
            return Ok(());
        }
        let to = others(recipients::editors(tx, &[member.actor], self.clock.now()).await?, caller);
        let names = (collective.name.clone(), name_of(tx, member.actor).await?.0);
        self.post(tx, &to, &Letter::MembershipRequest { subject: member.id.into(), names }).await
    }

    /// Tells the editors of the lead what an actor answered, and the actor's own what a manager answered for it.
    pub(super) async fn tell_of_membership(
        &self,
        tx: &Transaction,
        caller: &Caller,
        collective: &Collective,
        member: &Membership,
        on_paper: bool,
    ) -> Result<(), Error> {
        let lead = store::memberships::lead(tx, collective.id).await?;
        let mut told: Vec<_> =
            lead.iter().map(|lead| lead.actor).filter(|lead| *lead != member.actor).collect();
        if on_paper {
            told.push(member.actor);
        }
        let to: Vec<UserId> = others(recipients::editors(tx, &told, self.clock.now()).await?, caller);
        let letter = Letter::MembershipAnswer {
            subject: member.id.into(),
            names: (name_of(tx, member.actor).await?.0, collective.name.clone()),
            accepted: member.status == MembershipStatus::Accepted,
            on_paper,
        };
        self.post(tx, &to, &letter).await
    }
}
