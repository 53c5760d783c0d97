//! Submitting, publishing, refusing, archiving and bringing back: the same for every kind of entry that has a status.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::access::require_somewhere;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::Actor;
use crate::domain::caller::Caller;
use crate::domain::calls::Call;
use crate::domain::collectives::Collective;
use crate::domain::diagnoses::Diagnosis;
use crate::domain::ids::{
    ActorId, CallId, CollectiveId, DiagnosisId, GoodPracticeId, InteractionId, ProjectId, Subject,
    SubjectKind,
};
use crate::domain::interactions::Interaction;
use crate::domain::permissions::act_of;
use crate::domain::policy::Act;
use crate::domain::practices::GoodPractice;
use crate::domain::projects::Project;
use crate::domain::publication::{Publication, PublicationStatus, Transition};
use crate::domain::suggestions::Suggestion;
use crate::store::records::{Action, Change};
use crate::store::{self, Transaction};

/// What is submitted and decided.
#[derive(Clone, Debug)]
pub enum Reviewable {
    /// An actor.
    Actor(Actor),
    /// An interaction.
    Interaction(Interaction),
    /// A call.
    Call(Call),
    /// An edit that someone proposes.
    Suggestion(Suggestion),
    /// A collective.
    Collective(Collective),
    /// A project.
    Project(Project),
    /// A good practice.
    GoodPractice(GoodPractice),
    /// A diagnosis.
    Diagnosis(Diagnosis),
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
        self.move_entry(caller, id, expected_version, transition, None).await
    }

    /// The same, with what is said of it.
    pub(super) async fn move_entry(
        &self,
        caller: &Caller,
        id: Subject,
        expected_version: i32,
        transition: Transition,
        comment: Option<String>,
    ) -> Result<Reviewable, Error> {
        let absent = || Error::NotFound(format!("no such {}", id.kind.words()));
        let Some(act) = act_of(id.kind, transition) else {
            require_somewhere(caller, Act::UpdateActor)?;
            return Err(absent());
        };
        require_somewhere(caller, act)?;
        let action = match transition {
            Transition::Submit => Action::Submit,
            Transition::Publish | Transition::Approve => Action::Publish,
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
                let (was, moved, version, fields) = match id.kind {
                    SubjectKind::Actor => {
                        let (before, sets) =
                            store::actors::for_update(tx, ActorId(id.id)).await?.ok_or_else(absent)?;
                        let mut actor = before.clone();
                        refuse_suppressed(tx, &before, transition).await?;
                        step(&mut actor.publication, &mut actor.version, expected_version, transition)?;
                        actor.updated_at = now;
                        if transition == Transition::Restore {
                            self.refuse_duplicate(tx, caller, &actor, &sets.registrations).await?;
                        }
                        store::actors::update(tx, &[(actor.clone(), sets.clone())]).await?;
                        let fields = difference(Some((&before, &sets)), (&actor, &sets));
                        (before.publication.status, Reviewable::Actor(actor.clone()), actor.version, fields)
                    }
                    SubjectKind::Interaction => {
                        let found = store::interactions::for_update(tx, InteractionId(id.id)).await?;
                        let (before, territories) = found.ok_or_else(absent)?;
                        let mut interaction = before.clone();
                        if before.source == before.target {
                            return Err(became_one(before.version));
                        }
                        step(
                            &mut interaction.publication,
                            &mut interaction.version,
                            expected_version,
                            transition,
                        )?;
                        interaction.updated_at = now;
                        let fields = self
                            .put_interaction(
                                tx,
                                caller,
                                Some((&before, &territories)),
                                (&interaction, &territories),
                            )
                            .await?;
                        let version = interaction.version;
                        (before.publication.status, Reviewable::Interaction(interaction), version, fields)
                    }
                    SubjectKind::Call => {
                        let (before, sets) =
                            store::calls::for_update(tx, CallId(id.id)).await?.ok_or_else(absent)?;
                        let mut call = before.clone();
                        step(&mut call.publication, &mut call.version, expected_version, transition)?;
                        call.updated_at = now;
                        store::calls::write(tx, &[(call.clone(), sets.clone())]).await?;
                        let fields = difference(Some((&before, &sets)), (&call, &sets));
                        (before.publication.status, Reviewable::Call(call.clone()), call.version, fields)
                    }
                    SubjectKind::Collective | SubjectKind::Project | SubjectKind::Diagnosis => {
                        let moved = moved_together(tx, id, expected_version, transition, now).await?;
                        moved.ok_or_else(absent)?
                    }
                    SubjectKind::GoodPractice => {
                        let found = store::practices::for_update(tx, GoodPracticeId(id.id)).await?;
                        let (before, sets) = found.ok_or_else(absent)?;
                        let mut practice = before.clone();
                        step(&mut practice.publication, &mut practice.version, expected_version, transition)?;
                        practice.updated_at = now;
                        store::practices::write_own(tx, &practice).await?;
                        let fields = difference(Some((&before, &sets)), (&practice, &sets));
                        let version = practice.version;
                        (before.publication.status, Reviewable::GoodPractice(practice), version, fields)
                    }
                    _ => return Err(absent()),
                };
                let change = Change { action, subject: id, version, fields, comment: comment.clone() };
                self.record_change(tx, caller, change).await?;
                self.tell_of_move(tx, caller, was, &moved, transition, comment.as_deref()).await?;
                Ok(moved)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }
}

/// What an entry was, what it is now, its version, and what its change tells.
type Moved = (PublicationStatus, Reviewable, i32, Map<String, Value>);

/// Moves what actors do together: a collective, a project or a diagnosis; null where there is none.
async fn moved_together(
    tx: &Transaction,
    id: Subject,
    expected_version: i32,
    transition: Transition,
    now: DateTime<Utc>,
) -> Result<Option<Moved>, Error> {
    if id.kind == SubjectKind::Collective {
        let found = store::collectives::for_update(tx, CollectiveId(id.id)).await?;
        let Some((before, sets)) = found else { return Ok(None) };
        let mut moved = before.clone();
        step(&mut moved.publication, &mut moved.version, expected_version, transition)?;
        moved.updated_at = now;
        store::collectives::write_own(tx, &moved).await?;
        let fields = difference(Some((&before, &sets)), (&moved, &sets));
        return Ok(Some((
            before.publication.status,
            Reviewable::Collective(moved.clone()),
            moved.version,
            fields,
        )));
    }
    if id.kind == SubjectKind::Diagnosis {
        let found = store::diagnoses::for_update(tx, DiagnosisId(id.id)).await?;
        let Some((before, sets)) = found else { return Ok(None) };
        let mut moved = before.clone();
        step(&mut moved.publication, &mut moved.version, expected_version, transition)?;
        moved.updated_at = now;
        store::diagnoses::write_own(tx, &moved).await?;
        let fields = difference(Some((&before, &sets)), (&moved, &sets));
        let version = moved.version;
        return Ok(Some((before.publication.status, Reviewable::Diagnosis(moved), version, fields)));
    }
    let Some((before, sets)) = store::projects::for_update(tx, ProjectId(id.id)).await? else {
        return Ok(None);
    };
    let mut moved = before.clone();
    step(&mut moved.publication, &mut moved.version, expected_version, transition)?;
    moved.updated_at = now;
    store::projects::write_own(tx, &moved).await?;
    let fields = difference(Some((&before, &sets)), (&moved, &sets));
    Ok(Some((before.publication.status, Reviewable::Project(moved.clone()), moved.version, fields)))
}

/// What was suppressed comes back by other means.
async fn refuse_suppressed(tx: &Transaction, actor: &Actor, transition: Transition) -> Result<(), Error> {
    let suppressed = transition == Transition::Restore
        && store::suppression::suppressed_from(tx, actor.id).await?.is_some();
    if suppressed {
        return Err(Error::Conflict {
            message: "it was suppressed, on request: `unsuppressActor` if that has changed".to_owned(),
            current_version: Some(actor.version),
            candidates: Vec::new(),
        });
    }
    Ok(())
}

/// An archived interaction between two actors that were merged.
fn became_one(version: i32) -> Error {
    Error::Conflict {
        message: "its two ends were merged: an actor has no interaction with itself".to_owned(),
        current_version: Some(version),
        candidates: Vec::new(),
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
    *publication = publication.after(transition).map_err(|why| Error::conflict(why, Some(*version)))?;
    *version += 1;
    Ok(())
}
