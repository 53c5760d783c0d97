//! Members of collectives: asked, answering for themselves, given roles, leaving.

use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::{Collective, CollectiveKind};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, MembershipId};
use crate::domain::memberships::{
    MemberMove, MemberRole, Membership, MembershipEdit, MembershipStatus, hours,
};
use crate::domain::policy::{Act, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::domain::stages::CollectiveStage;
use crate::store::records::{Action, Change, difference};
use crate::store::{self, Transaction};

/// What history says of an answer that a manager records.
const ON_PAPER: &str =
    "Réponse donnée sur papier, enregistrée par un gestionnaire (given on paper, recorded by a manager)";

impl App {
    /// Asks an actor to join; one that declined or left may be asked again.
    pub async fn invite_member(
        &self,
        caller: &Caller,
        collective: CollectiveId,
        mut actor: ActorId,
        role: MemberRole,
        responsibility: Option<String>,
    ) -> Result<Membership, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        self.lead(vec![&mut actor]).await?;
        let mut found = Violations::default();
        let now = self.clock.now();
        let mut asked = Membership::invited(MembershipId(self.ids.next(now)), collective, actor, role, now);
        let edit =
            MembershipEdit { responsibility: Edit::given(responsibility), ..MembershipEdit::default() };
        asked.edit(edit, &mut found);
        for violation in &mut found.0 {
            violation.path = violation.path.replace("input.", "");
        }
        // Before the transaction: whoever holds one connection asks for no second one.
        self.check_members(&[("actor".to_owned(), actor)], caller, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (entry, _) = self.locked(tx, caller, Act::UpdateCollective, collective).await?;
                found.clone().into_result(())?;
                refuse_ended(&entry)?;
                let before = store::memberships::of_actor(tx, collective, actor).await?;
                let mut member = asked.clone();
                if let Some(before) = &before {
                    if before.status.after(MemberMove::Invite).is_none() {
                        let message = format!("this actor is {} already", before.status);
                        return Err(self.duplicate(tx, caller, &message, before.id.into()).await?);
                    }
                    member = before.clone();
                    member.invite_again(role);
                    member.responsibility.clone_from(&asked.responsibility);
                }
                if role == MemberRole::Lead && store::memberships::lead(tx, collective).await?.is_some() {
                    return Err(Error::conflict(
                        "another leads it, or is asked to: pass the lead on with updateMembership",
                        None,
                    ));
                }
                store::memberships::write(tx, std::slice::from_ref(&member)).await?;
                self.record_member(tx, caller, &entry, before.as_ref(), &member, None).await?;
                self.ask_member(tx, caller, &entry, &member).await?;
                Ok(member)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Answers an invitation: its editors for an actor, or a manager who has the answer on paper.
    pub async fn answer_membership(
        &self,
        caller: &Caller,
        id: MembershipId,
        accept: bool,
        hours_per_month: Option<f64>,
    ) -> Result<Membership, Error> {
        require_somewhere(caller, Act::AnswerMembership)?;
        let mut found = Violations::default();
        let hours_per_month = hours_per_month.map(|given| hours("hoursPerMonth", given, &mut found));
        found.into_result(())?;
        // The actor is held before its collective, as by mergers.
        let seen = self.store.memberships_by_ids(&[id], &Visibility::of(caller)).await?;
        let actor: Vec<_> = seen.iter().map(|member| member.actor).collect();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                store::actors::keep(tx, &actor).await?;
                let (entry, before) = self.locked_member(tx, caller, Act::AnswerMembership, id).await?;
                let step = if accept { MemberMove::Accept } else { MemberMove::Decline };
                let Some(status) = before.status.after(step) else {
                    let message = format!("it is {}: only those who are INVITED answer", before.status);
                    return Err(Error::conflict(message, None));
                };
                let mut member = before.clone();
                if accept {
                    refuse_ended(&entry)?;
                    refuse_put_away(tx, member.actor).await?;
                    let members = store::memberships::count_accepted(tx, entry.id).await?;
                    // What a call asks is no matter of who joins: eligibility tells it to those who apply.
                    let most = entry.kind.size().most;
                    if let Some(most) = most.filter(|most| members >= *most) {
                        return Err(Error::conflict(format!(
                            "a small collective has at most {most} members, and {members} have accepted: let one leave, or make it an ACTION_COMMUNITY"
                        ), None));
                    }
                    member.accept(self.clock.now(), self.clock.today());
                    member.hours_per_month = hours_per_month.or(member.hours_per_month);
                } else {
                    member.status = status;
                    member.answered_at = Some(self.clock.now());
                }
                store::memberships::write(tx, std::slice::from_ref(&member)).await?;
                let comment = on_paper(caller, member.actor);
                self.record_member(tx, caller, &entry, Some(&before), &member, comment).await?;
                self.tell_of_membership(tx, caller, &entry, &member, comment.is_some()).await?;
                Ok(member)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Changes what a member is to its collective; to make it LEAD passes the lead on. What it does and how much time it
    /// gives, its own editors change too.
    pub async fn update_membership(
        &self,
        caller: &Caller,
        id: MembershipId,
        edit: MembershipEdit,
        found: Violations,
    ) -> Result<Membership, Error> {
        require_somewhere(caller, Act::UpdateMembership)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (entry, before) = match self.locked_member(tx, caller, Act::UpdateMembership, id).await {
                    Err(Error::Forbidden(_)) if edit.is_of_itself() => {
                        self.locked_member(tx, caller, Act::UpdateOwnMembership, id).await?
                    }
                    other => other?,
                };
                let (mut member, mut found) = (before.clone(), found.clone());
                member.edit(edit.clone(), &mut found);
                found.into_result(())?;
                if member.role == MemberRole::Lead && before.role != MemberRole::Lead {
                    self.take_lead(tx, caller, &entry, &member).await?;
                } else if before.leads() && !member.leads() && entry.kind == CollectiveKind::SmallCollective {
                    return Err(Error::conflict(
                        "a small collective has one lead: pass it on by giving LEAD to another member",
                        None,
                    ));
                }
                store::memberships::write(tx, std::slice::from_ref(&member)).await?;
                self.record_member(tx, caller, &entry, Some(&before), &member, None).await?;
                Ok(member)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Leaves: its editors for an actor, or a manager who was told so. A lead passes the lead on first.
    pub async fn leave_collective(&self, caller: &Caller, id: MembershipId) -> Result<Membership, Error> {
        require_somewhere(caller, Act::LeaveCollective)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (entry, before) = self.locked_member(tx, caller, Act::LeaveCollective, id).await?;
                if before.status.after(MemberMove::Leave).is_none() {
                    let message = format!("it is {}: only those who have ACCEPTED leave", before.status);
                    return Err(Error::conflict(message, None));
                }
                let members = store::memberships::accepted(tx, entry.id).await?;
                if before.leads() && members.iter().any(|member| member.id != id) {
                    return Err(Error::conflict(
                        "it leads the collective, and others are in it: pass the lead on first, with updateMembership", None));
                }
                let mut member = before.clone();
                member.leave(self.clock.today());
                store::memberships::write(tx, std::slice::from_ref(&member)).await?;
                let comment = on_paper(caller, member.actor);
                self.record_member(tx, caller, &entry, Some(&before), &member, comment).await?;
                Ok(member)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Makes room for a new lead: who led is a member like others.
    async fn take_lead(
        &self,
        tx: &Transaction,
        caller: &Caller,
        entry: &Collective,
        member: &Membership,
    ) -> Result<(), Error> {
        if member.status != MembershipStatus::Accepted {
            let message = format!("it is {}: only a member that has ACCEPTED leads", member.status);
            return Err(Error::conflict(message, None));
        }
        refuse_put_away(tx, member.actor).await?;
        if let Some(before) = store::memberships::lead(tx, entry.id).await? {
            let after = Membership { role: MemberRole::Member, ..before.clone() };
            store::memberships::write(tx, std::slice::from_ref(&after)).await?;
            self.record_member(tx, caller, entry, Some(&before), &after, None).await?;
        }
        Ok(())
    }

    /// The membership with its collective, which is locked until the transaction ends, if the caller may do this to it.
    async fn locked_member(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: MembershipId,
    ) -> Result<(Collective, Membership), Error> {
        let absent = || Error::NotFound("no such membership".to_owned());
        let collective = store::memberships::collective_of(tx, id).await?.ok_or_else(absent)?;
        let (entry, _) = store::collectives::for_update(tx, collective).await?.ok_or_else(absent)?;
        let member = store::memberships::by_id(tx, id).await?.ok_or_else(absent)?;
        self.require(tx, caller, act, id.into()).await?;
        Ok((entry, member))
    }

    /// Tells a membership's change in the history of its collective, whose version stays.
    async fn record_member(
        &self,
        tx: &Transaction,
        caller: &Caller,
        entry: &Collective,
        before: Option<&Membership>,
        after: &Membership,
        comment: Option<&str>,
    ) -> Result<(), Error> {
        let state = |member: &Membership| {
            json!({ "role": member.role, "responsibility": member.responsibility, "status": member.status,
                "hoursPerMonth": member.hours_per_month, "since": member.since, "until": member.until })
        };
        let changed = difference(&before.map_or(Value::Null, state), &state(after));
        let mut fields: Map<_, _> =
            changed.into_iter().map(|(name, values)| (format!("member.{name}"), values)).collect();
        // Of whom it is told, whether that is new or not.
        fields.insert("member".to_owned(), json!([Value::Null, after.actor]));
        if comment.is_some() {
            // The comment goes with who wrote it, this stays.
            fields.insert("on_paper".to_owned(), json!([Value::Null, true]));
        }
        let change = Change {
            action: Action::Update,
            subject: entry.id.into(),
            version: entry.version,
            fields,
            comment: comment.map(str::to_owned),
        };
        self.record_change(tx, caller, change).await
    }
}

/// What history says where the caller does not speak for the actor.
fn on_paper(caller: &Caller, actor: ActorId) -> Option<&'static str> {
    (!caller.speaks_for(actor)).then_some(ON_PAPER)
}

fn refuse_ended(collective: &Collective) -> Result<(), Error> {
    if collective.publication.status == PublicationStatus::Archived {
        return Err(Error::conflict("the collective is archived: nobody joins it", None));
    }
    if collective.stage == CollectiveStage::Closed {
        return Err(Error::conflict("the collective is CLOSED: nobody joins it", None));
    }
    Ok(())
}

async fn refuse_put_away(tx: &Transaction, actor: ActorId) -> Result<(), Error> {
    if store::memberships::is_put_away(tx, actor).await? {
        return Err(Error::conflict("the actor is archived: restore it first", None));
    }
    Ok(())
}
