//! What all moves of applications have in common: the lock, the step, the change; and the change of content.

use serde_json::{Map, Value};

use super::decisions::{DecisionInput, review_started};
use super::writes::Tries;
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationEdit, ApplicationSets, ApplicationStep};
use crate::domain::caller::Caller;
use crate::domain::calls::TrackKind;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, ApplicationId, CallId, TrackId};
use crate::domain::memberships::MembershipStatus;
use crate::domain::policy::{Act, Visibility};
use crate::store::records::{self, Action, Change};
use crate::store::{self, Transaction};

/// An application with what belongs to it.
pub(super) type Whole = (Application, ApplicationSets);

/// What became of an application, what was done, and what is said of it.
pub(super) type Moved = (Whole, Action, Option<String>);

/// What is done to an application that the client knows as it is.
pub(super) enum Move {
    /// It changes; beside, what is wrong with the change already.
    Update(ApplicationEdit, Violations),
    /// Its co-applicants are asked.
    RequestSignOffs,
    /// It is taken back.
    Withdraw,
    /// It is read.
    StartReview,
    /// It is decided; beside, what is wrong with the decision already.
    Decide(DecisionInput, Violations),
}

impl Move {
    fn act(&self) -> Act {
        match self {
            Self::Update(..) | Self::RequestSignOffs => Act::UpdateApplication,
            Self::Withdraw => Act::WithdrawApplication,
            Self::StartReview | Self::Decide(..) => Act::ReviewApplication,
        }
    }
}

impl App {
    /// Moves an application, locked, as this says; writes it with its change.
    pub(super) async fn move_application(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
        step: Move,
    ) -> Result<Application, Error> {
        // A grant names two actors: they are held before the application, as by mergers.
        let named = match &step {
            Move::Decide(input, _) => {
                let seen = self.store.applications_by_ids(&[id], &Visibility::of(caller)).await?;
                seen.iter().map(|application| application.lead).chain(input.funder).collect()
            }
            _ => Vec::new(),
        };
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                store::actors::keep(tx, &named).await?;
                let known = Some(expected_version);
                let before = self.locked_application(tx, caller, step.act(), id, known).await?;
                let (after, action, comment) = match &step {
                    Move::Update(edit, found) => updated(tx, &before, edit.clone(), found.clone()).await?,
                    Move::RequestSignOffs => self.asked_for_sign_offs(tx, caller, &before).await?,
                    Move::Withdraw => self.withdrawn(tx, caller, &before).await?,
                    Move::StartReview => review_started(&before)?,
                    Move::Decide(input, found) => {
                        self.decided(tx, caller, &before, input, found.clone()).await?
                    }
                };
                self.put_application(tx, caller, action, &before, after, comment).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// The application, locked until the transaction ends, if the caller may do this to it and knows it as it is.
    pub(super) async fn locked_application(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: ApplicationId,
        expected_version: Option<i32>,
    ) -> Result<Whole, Error> {
        let found = store::applications::for_update(tx, id).await?;
        let found = found.ok_or_else(|| Error::NotFound("no such application".to_owned()))?;
        self.require(tx, caller, act, id.into()).await?;
        if expected_version.is_some_and(|version| version != found.0.version) {
            return Err(Error::stale(found.0.version));
        }
        Ok(found)
    }

    /// Writes what became of an application, with its change.
    pub(super) async fn put_application(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        before: &Whole,
        (mut application, sets): Whole,
        comment: Option<String>,
    ) -> Result<Application, Error> {
        application.version += 1;
        application.updated_at = self.clock.now();
        store::applications::write(tx, &application, &sets).await?;
        let was = Some((&before.0, &before.1));
        self.record_application(tx, caller, action, was, (&application, &sets), comment).await?;
        Ok(application)
    }

    pub(super) async fn record_application(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        before: Option<(&Application, &ApplicationSets)>,
        after: (&Application, &ApplicationSets),
        comment: Option<String>,
    ) -> Result<(), Error> {
        let fields = told(before, after);
        let (subject, version) = (after.0.id.into(), after.0.version);
        self.record_change(tx, caller, Change { action, subject, version, fields, comment }).await
    }

    /// Puts the survivor in the place of the merged actor in applications. How many there were.
    pub(super) async fn move_applications(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::applications::lock_of(tx, merged).await?;
        let mut changes = Vec::with_capacity(ids.len());
        for id in &ids {
            let Some(before) = store::applications::for_update(tx, *id).await? else { continue };
            let (mut application, mut sets) = before.clone();
            application.replace(&mut sets, merged, kept);
            application.version += 1;
            application.updated_at = now;
            store::applications::write(tx, &application, &sets).await?;
            changes.push(Change {
                action: Action::Merge,
                subject: application.id.into(),
                version: application.version,
                fields: told(Some((&before.0, &before.1)), (&application, &sets)),
                comment: None,
            });
        }
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok(ids.len())
    }
}

/// What an edit makes of it. Whoever signed it off signed something else then.
async fn updated(
    tx: &Transaction,
    before: &Whole,
    edit: ApplicationEdit,
    mut found: Violations,
) -> Result<Moved, Error> {
    let (mut application, mut sets) = before.clone();
    take_step(&mut application, ApplicationStep::Update)?;
    let kind = track_kind(tx, application.call, application.track).await?;
    application.edit(&mut sets, edit, kind, &mut found);
    check_content(tx, &application, kind, &mut found).await?;
    found.into_result(())?;
    let after = (application, sets);
    if same_content(before, &after) {
        // Nothing that was signed has changed.
        return Ok((before.clone(), Action::Update, None));
    }
    let (application, mut sets) = after;
    sets.sign_offs.clear();
    Ok(((application, sets), Action::Update, None))
}

/// Takes a step, or says why it is none from here.
pub(super) fn take_step(application: &mut Application, step: ApplicationStep) -> Result<(), Error> {
    let version = application.version;
    application.status = application.status.after(step).map_err(|why| Error::conflict(why, Some(version)))?;
    Ok(())
}

/// What kind of track it is.
async fn track_kind(tx: &Transaction, call: CallId, track: TrackId) -> Result<TrackKind, Error> {
    let tracks = store::calls::tracks(tx, call).await?;
    let found = tracks.into_iter().find(|own| own.id == track);
    found.map(|track| track.kind).ok_or_else(|| Error::NotFound("no such track".to_owned()))
}

/// An application is made with what its lead is of: nobody applies with what is another's.
pub(super) async fn check_content(
    tx: &Transaction,
    application: &Application,
    track: TrackKind,
    found: &mut Violations,
) -> Result<(), Error> {
    // Of what is not there nobody asks whose it is.
    let said = |path: &str| found.0.iter().any(|violation| violation.path == path);
    if said("input.project") || said("input.collective") {
        return Ok(());
    }
    match (track, application.project, application.collective) {
        (TrackKind::SmallCollective, _, Some(collective)) => {
            let member = store::memberships::of_actor(tx, collective, application.lead).await?;
            if member.is_none_or(|member| member.status != MembershipStatus::Accepted) {
                let message = "is a collective that the lead is no member of";
                found.add("input.collective", ViolationCode::Inconsistent, message);
            }
        }
        (TrackKind::IndividualProject | TrackKind::CollectiveProject, Some(project), _)
            if !store::projects::carries(tx, project, application.lead).await? =>
        {
            let message = "is a project that the lead neither leads nor is a partner of";
            found.add("input.project", ViolationCode::Inconsistent, message);
        }
        _ => {}
    }
    Ok(())
}

/// Whether nothing that is signed differs.
fn same_content((a, a_sets): &Whole, (b, b_sets): &Whole) -> bool {
    let content = |application: &Application| {
        let Application { title, summary, project, collective, .. } = application.clone();
        (title, summary, project, collective)
    };
    content(a) == content(b) && a_sets.budget == b_sets.budget
}

fn told(
    before: Option<(&Application, &ApplicationSets)>,
    (application, sets): (&Application, &ApplicationSets),
) -> Map<String, Value> {
    let before = before.map_or(Value::Null, |(application, sets)| Value::Object(application.told(sets)));
    records::difference(&before, &Value::Object(application.told(sets)))
}
