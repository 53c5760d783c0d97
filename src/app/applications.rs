//! Applications: read, started, changed.

use std::collections::HashMap;

use super::access::require_somewhere;
use super::application_moves::{Move, check_content};
use super::writes::{Created, Tries, check_key};
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationEdit, ApplicationSets, ApplicationStatus};

use crate::domain::caller::Caller;
use crate::domain::calls::{Call, CallPhase, CallSets};
use crate::domain::edit::Edit;
use crate::domain::eligibility::{Check, checks};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, ApplicationId, CallId, ProjectId, SubjectKind, TrackId};
use crate::domain::listings::{ApplicationAnchor, ApplicationListing};
use crate::domain::policy::{self, Act, Standing, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::store::records::Action;
use crate::store::{self, Transaction, standing};

/// What an application is started with.
#[derive(Clone, Copy, Debug)]
pub struct Beginning {
    /// The call that it answers.
    pub call: CallId,
    /// By which of its tracks.
    pub track: TrackId,
    /// Who applies.
    pub lead: ActorId,
}

impl App {
    /// An application that may be seen; null where there is none.
    pub async fn application(
        &self,
        caller: &Caller,
        id: ApplicationId,
    ) -> Result<Option<Application>, Error> {
        Ok(self.store.application(id, &Visibility::of(caller)).await?)
    }

    /// The applications that a list holds; null for those who see none of anybody's.
    pub fn application_listing(
        &self,
        caller: &Caller,
        anchor: ApplicationAnchor,
        statuses: Vec<ApplicationStatus>,
    ) -> Option<ApplicationListing> {
        policy::may_somewhere(caller, Act::SeeApplications).ok()?;
        Some(ApplicationListing { anchor, statuses, visibility: Visibility::of(caller) })
    }

    /// Every rule of eligibility with what it finds of these applications now.
    pub async fn eligibility_of(
        &self,
        of: &[ApplicationId],
    ) -> Result<HashMap<ApplicationId, Vec<Check>>, Error> {
        let facts = self.store.eligibility(of, self.clock.now()).await?;
        Ok(facts.into_iter().map(|(id, facts)| (id, checks(&facts))).collect())
    }

    /// Starts a draft: for the editors of its lead, and for managers of the call, who write down what was said on paper.
    pub async fn start_application(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        mut beginning: Beginning,
        mut edit: ApplicationEdit,
        mut found: Violations,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::StartApplication)?;
        let content = format!("{beginning:?} {edit:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        self.lead(vec![&mut beginning.lead]).await?;
        self.check_members(&[("input.lead".to_owned(), beginning.lead)], caller, &mut found).await?;
        self.check_edit(caller, &mut edit, &mut found).await?;
        let Beginning { call, track, lead } = beginning;
        let id = ApplicationId(self.ids.next(now));
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                let mut found = found.clone();
                let (call, sets) = self.call_to_answer(tx, caller, call, lead, &mut found).await?;
                let Some(track) = sets.tracks.iter().find(|own| own.id == track) else {
                    found.add("input.track", ViolationCode::Unknown, "is no track of this call");
                    return Err(found.into());
                };
                let mut application = Application::new(id, call.id, track.id, lead, now);
                let mut sets = ApplicationSets::default();
                application.edit(&mut sets, edit.clone(), track.kind, &mut found);
                check_content(tx, &application, track.kind, &mut found).await?;
                found.into_result(())?;
                store::applications::write(tx, &application, &sets).await?;
                self.record_application(tx, caller, Action::Create, None, (&application, &sets), None)
                    .await?;
                Ok(Created::New(application))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(application) => Ok(application),
            Created::Before(subject) => {
                let before = self.application(caller, ApplicationId(subject.id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes an application that is still as the client knows it. Whoever signed it off signed something else, and is
    /// asked again.
    pub async fn update_application(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
        mut edit: ApplicationEdit,
        mut found: Violations,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::UpdateApplication)?;
        self.check_edit(caller, &mut edit, &mut found).await?;
        self.move_application(caller, id, expected_version, Move::Update(edit, found)).await
    }

    /// The call, if the caller may answer it for this lead, and it takes applications.
    async fn call_to_answer(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: CallId,
        lead: ActorId,
        found: &mut Violations,
    ) -> Result<(Call, CallSets), Error> {
        let visibility = Visibility::of(caller);
        let seen = standing::standings(tx, &visibility, SubjectKind::Call, &[id.0]).await?.remove(&id.0);
        let call = store::calls::by_ids(tx, &[id]).await?.pop();
        let (Some(call), Some(to_call)) = (call, seen) else {
            found.add("input.call", ViolationCode::Unknown, "is no call of this directory");
            return Err(std::mem::take(found).into());
        };
        let standing =
            Standing { managed: to_call.managed, own: caller.speaks_for(lead), ..Standing::default() };
        policy::may(caller, Act::StartApplication, standing)?;
        let on_paper = policy::may(caller, Act::RecordApplication, standing).is_ok();
        match call.0.phase(self.clock.now()) {
            CallPhase::Draft => {
                found.add("input.call", ViolationCode::Invalid, "is not published: nobody applies to it yet");
            }
            CallPhase::Archived => {
                found.add(
                    "input.call",
                    ViolationCode::Invalid,
                    "is archived: it takes no applications any more",
                );
            }
            CallPhase::Closed if !on_paper => {
                found.add(
                    "input.call",
                    ViolationCode::Invalid,
                    "is closed: it takes no applications any more",
                );
            }
            CallPhase::Closed | CallPhase::Upcoming | CallPhase::Open => {}
        }
        Ok(call)
    }

    /// Says which of what an edit names is not there, not to be seen, or put away.
    async fn check_edit(
        &self,
        caller: &Caller,
        edit: &mut ApplicationEdit,
        found: &mut Violations,
    ) -> Result<(), Error> {
        if let Edit::Set(actions) = &mut edit.actions {
            let lines = actions.iter_mut().flat_map(|action| &mut action.lines);
            self.lead(lines.filter_map(|line| line.funder.as_mut()).collect()).await?;
            let mut funders = Vec::new();
            for (index, action) in actions.iter().enumerate() {
                for (place, line) in action.lines.iter().enumerate() {
                    let path = format!("input.actions[{index}].lines[{place}].funder");
                    funders.extend(line.funder.map(|funder| (path, funder)));
                }
            }
            self.check_actors(&funders, &Visibility::of(caller), found).await?;
        }
        if let Some(project) = edit.project.as_set() {
            self.check_project_is_seen(caller, *project, found).await?;
        }
        if let Some(collective) = edit.collective.as_set() {
            self.check_collective_is_seen(caller, *collective, found).await?;
        }
        Ok(())
    }

    async fn check_project_is_seen(
        &self,
        caller: &Caller,
        id: ProjectId,
        found: &mut Violations,
    ) -> Result<(), Error> {
        match self.store.projects_by_ids(&[id], &Visibility::of(caller)).await?.first() {
            None => found.add("input.project", ViolationCode::Unknown, "is no project of this directory"),
            Some(project) if project.publication.status == PublicationStatus::Archived => {
                found.add("input.project", ViolationCode::Invalid, "is archived: restore it first");
            }
            Some(_) => {}
        }
        Ok(())
    }
}
