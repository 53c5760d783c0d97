//! Publishing, archiving and bringing back: the same for every kind of entry that has a status.

use super::access::{act_of, require_somewhere};
use super::actors::refuse_duplicate;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::Actor;
use crate::domain::caller::Caller;
use crate::domain::calls::Call;
use crate::domain::collectives::Collective;
use crate::domain::ids::{ActorId, CallId, CollectiveId, InteractionId, Subject, SubjectKind};
use crate::domain::interactions::Interaction;
use crate::domain::policy::Act;
use crate::domain::publication::{Publication, PublicationStatus, Transition};
use crate::store;
use crate::store::records::Action;

/// An entry that has a status.
#[derive(Clone, Debug)]
pub enum Reviewable {
    /// An actor.
    Actor(Actor),
    /// An interaction.
    Interaction(Interaction),
    /// A call.
    Call(Call),
    /// A collective.
    Collective(Collective),
}

impl App {
    /// Moves an entry that is still as the client knows it from one status to another.
    pub async fn transition(
        &self,
        caller: &Caller,
        id: Subject,
        expected_version: i32,
        transition: Transition,
    ) -> Result<Reviewable, Error> {
        let absent = || Error::NotFound(format!("no such {}", id.kind.as_ref().to_lowercase()));
        let Some(act) = act_of(id.kind, transition) else {
            require_somewhere(caller, Act::UpdateActor)?;
            return Err(absent());
        };
        require_somewhere(caller, act)?;
        let action = match transition {
            Transition::Submit => Action::Submit,
            Transition::Publish => Action::Publish,
            Transition::Reject => Action::Reject,
            Transition::Archive => Action::Archive,
            Transition::Restore => Action::Restore,
        };
        let now = self.clock.now();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, act, id).await?;
                match id.kind {
                    SubjectKind::Actor => {
                        let (before, sets) =
                            store::actors::for_update(tx, ActorId(id.id)).await?.ok_or_else(absent)?;
                        let mut actor = before.clone();
                        step(&mut actor.publication, &mut actor.version, expected_version, transition)?;
                        actor.updated_at = now;
                        if transition == Transition::Restore {
                            refuse_duplicate(tx, &actor, &sets.registrations).await?;
                        }
                        store::actors::update(tx, &[(actor.clone(), sets.clone())]).await?;
                        let fields = difference(Some((&before, &sets)), (&actor, &sets));
                        self.record(tx, caller, action, id, actor.version, fields).await?;
                        Ok(Reviewable::Actor(actor))
                    }
                    SubjectKind::Interaction => {
                        let found = store::interactions::for_update(tx, InteractionId(id.id)).await?;
                        let (before, territories) = found.ok_or_else(absent)?;
                        let mut interaction = before.clone();
                        step(
                            &mut interaction.publication,
                            &mut interaction.version,
                            expected_version,
                            transition,
                        )?;
                        interaction.updated_at = now;
                        let written = (&interaction, &territories);
                        self.write_interaction(tx, caller, action, Some((&before, &territories)), written)
                            .await?;
                        Ok(Reviewable::Interaction(interaction))
                    }
                    SubjectKind::Call => {
                        let (before, sets) =
                            store::calls::for_update(tx, CallId(id.id)).await?.ok_or_else(absent)?;
                        let mut call = before.clone();
                        step(&mut call.publication, &mut call.version, expected_version, transition)?;
                        call.updated_at = now;
                        store::calls::write(tx, &[(call.clone(), sets.clone())]).await?;
                        let fields = difference(Some((&before, &sets)), (&call, &sets));
                        self.record(tx, caller, action, id, call.version, fields).await?;
                        Ok(Reviewable::Call(call))
                    }
                    SubjectKind::Collective => {
                        let found = store::collectives::for_update(tx, CollectiveId(id.id)).await?;
                        let (before, sets) = found.ok_or_else(absent)?;
                        let mut collective = before.clone();
                        step(
                            &mut collective.publication,
                            &mut collective.version,
                            expected_version,
                            transition,
                        )?;
                        collective.updated_at = now;
                        store::collectives::write_own(tx, &collective).await?;
                        let fields = difference(Some((&before, &sets)), (&collective, &sets));
                        self.record(tx, caller, action, id, collective.version, fields).await?;
                        Ok(Reviewable::Collective(collective))
                    }
                    _ => Err(absent()),
                }
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }
}

/// Moves the status and counts the version, or says why not.
fn step(
    publication: &mut Publication,
    version: &mut i32,
    expected_version: i32,
    transition: Transition,
) -> Result<(), Error> {
    if *version != expected_version {
        return Err(Error::stale(*version));
    }
    let Some(after) = publication.after(transition) else {
        return Err(Error::Conflict {
            message: refusal(transition, publication.status),
            current_version: Some(*version),
            candidates: Vec::new(),
        });
    };
    *publication = after;
    *version += 1;
    Ok(())
}

fn refusal(transition: Transition, status: PublicationStatus) -> String {
    match (transition, status) {
        (Transition::Publish, PublicationStatus::Archived) => "it is archived: restore it first".to_owned(),
        (Transition::Publish, _) => "it is published already".to_owned(),
        (Transition::Submit, PublicationStatus::Submitted) => "it is submitted already".to_owned(),
        (Transition::Submit, _) => "only drafts and refused entries are submitted".to_owned(),
        (Transition::Reject, _) => "it is not submitted: only what waits for review is refused".to_owned(),
        (Transition::Archive, _) => "it is archived already".to_owned(),
        (Transition::Restore, _) => "it is not archived: only what is archived is brought back".to_owned(),
    }
}
