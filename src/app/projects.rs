//! Projects: read, created, changed, taken over by who survives a merger.

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CollectiveId, ProjectId};
use crate::domain::memberships::MembershipStatus;
use crate::domain::policy::{Act, Visibility};
use crate::domain::projects::{Project, ProjectEdit, ProjectRef, ProjectSets};
use crate::domain::publication::PublicationStatus;
use crate::domain::territories::TerritoryRef;
use crate::domain::text::LIST_ENTRIES;
use crate::store::records::{self, Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};

/// What a client says of a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectInput {
    /// Its own fields; territories stand beside.
    pub edit: ProjectEdit,
    /// Where it takes place.
    pub territories: Edit<Vec<TerritoryRef>>,
}

impl App {
    /// The project that a reference means; null where there is none to be seen.
    pub async fn project(&self, caller: &Caller, by: &ProjectRef) -> Result<Option<Project>, Error> {
        Ok(self.store.project(by, &Visibility::of(caller)).await?)
    }

    /// Creates a draft, of a lead that the caller edits or reaches. `found` is what is wrong with the input already, to be
    /// said with the rest.
    pub async fn create_project(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        mut lead: ActorId,
        input: ProjectInput,
        mut found: Violations,
    ) -> Result<Project, Error> {
        require_somewhere(caller, Act::CreateProject)?;
        let content = format!("{lead:?} {input:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        self.lead(vec![&mut lead]).await?;
        let (mut project, mut sets) =
            (Project::new(ProjectId(self.ids.next(now)), lead, now), ProjectSets::default());
        self.check_members(&[("input.lead".to_owned(), lead)], caller, &mut found).await?;
        let edit = self.resolve_project(caller, input, &mut found).await?;
        project.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut project = project.clone();
                if let Some(before) =
                    self.take_key(tx, caller, client_key, &content, project.id.into()).await?
                {
                    return Ok(Created::Before(before));
                }
                self.require(tx, caller, Act::CreateProject, lead.into()).await?;
                check_collective(tx, &project).await?;
                project.slug = slugs::give(tx, Slugged::Project, &[&project.title]).await?.remove(0);
                store::projects::write(tx, &project, &sets).await?;
                let fields = difference(None, (&project, &sets));
                self.record(tx, caller, Action::Create, project.id.into(), project.version, fields).await?;
                self.require_still(tx, caller, Act::CreateProject, project.id.into()).await?;
                Ok(Created::New(project))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(project) => Ok(project),
            Created::Before(subject) => {
                let before = self.project(caller, &ProjectRef::Id(ProjectId(subject.id))).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a project that is still as the client knows it. Another lead must be one that the caller edits or reaches,
    /// too: nobody answers for what others say it leads.
    pub async fn update_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        expected_version: i32,
        input: ProjectInput,
        mut found: Violations,
    ) -> Result<Project, Error> {
        require_somewhere(caller, Act::UpdateProject)?;
        let edit = self.resolve_project(caller, input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = store::projects::for_update(tx, id).await?;
                let (before, sets_before) =
                    before.ok_or_else(|| Error::NotFound("no such project".to_owned()))?;
                self.require(tx, caller, Act::UpdateProject, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut project, mut sets, mut found) = (before.clone(), sets_before.clone(), found.clone());
                project.edit(&mut sets, edit.clone(), &mut found);
                found.into_result(())?;
                if project.lead != before.lead {
                    self.require(tx, caller, Act::UpdateProject, project.lead.into()).await?;
                }
                if (project.lead, project.collective) != (before.lead, before.collective) {
                    check_collective(tx, &project).await?;
                }
                project.version += 1;
                project.updated_at = self.clock.now();
                store::projects::write(tx, &project, &sets).await?;
                let fields = difference(Some((&before, &sets_before)), (&project, &sets));
                self.record(tx, caller, Action::Update, id.into(), project.version, fields).await?;
                self.require_still(tx, caller, Act::UpdateProject, id.into()).await?;
                Ok(project)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Puts the survivor in the place of the merged actor in projects. How many there were.
    pub(super) async fn move_projects(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::projects::lock_of(tx, merged).await?;
        let mut changes = Vec::with_capacity(ids.len());
        for id in &ids {
            let Some((before, sets_before)) = store::projects::for_update(tx, *id).await? else { continue };
            let (mut project, mut sets) = (before.clone(), sets_before.clone());
            project.replace(&mut sets, merged, kept);
            project.version += 1;
            project.updated_at = now;
            store::projects::write(tx, &project, &sets).await?;
            changes.push(Change {
                action: Action::Merge,
                subject: project.id.into(),
                version: project.version,
                fields: difference(Some((&before, &sets_before)), (&project, &sets)),
                comment: None,
            });
        }
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok(ids.len())
    }

    async fn resolve_project(
        &self,
        caller: &Caller,
        mut input: ProjectInput,
        found: &mut Violations,
    ) -> Result<ProjectEdit, Error> {
        let mut named: Vec<&mut ActorId> = Vec::new();
        if let Edit::Set(lead) = &mut input.edit.lead {
            named.push(lead);
        }
        if let Edit::Set(partners) = &mut input.edit.partners {
            named.extend(partners);
        }
        self.lead(named).await?;
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(territories) = &input.territories {
            wanted.add_all("input.territories", territories);
        }
        let known = self.find_territories(wanted, found).await?;
        let mut actors: Vec<(String, ActorId)> = Vec::new();
        actors.extend(input.edit.lead.as_set().map(|lead| ("input.lead".to_owned(), *lead)));
        let partners = input.edit.partners.as_set().into_iter().flatten().enumerate();
        actors
            .extend(partners.map(|(index, id)| (format!("input.partners[{index}]"), *id)).take(LIST_ENTRIES));
        self.check_members(&actors, caller, found).await?;
        if let Some(collective) = input.edit.collective.as_set() {
            self.check_collective_is_seen(caller, *collective, found).await?;
        }
        if let Edit::Set(orientations) = &input.edit.orientations {
            let seen = self.store.orientations_by_ids(orientations, &Visibility::of(caller)).await?;
            for (index, id) in orientations.iter().enumerate() {
                if seen.iter().all(|orientation| orientation.id != *id) {
                    let path = format!("input.orientations[{index}]");
                    found.add(
                        path,
                        ViolationCode::Unknown,
                        "is no orientation of a diagnosis of this directory",
                    );
                }
            }
        }
        Ok(ProjectEdit { territories: input.territories.map(|refs| known.all(&refs)), ..input.edit })
    }

    /// Says where a collective is not there, not to be seen, or put away.
    pub(super) async fn check_collective_is_seen(
        &self,
        caller: &Caller,
        id: CollectiveId,
        found: &mut Violations,
    ) -> Result<(), Error> {
        match self.store.collectives_by_ids(&[id], &Visibility::of(caller)).await?.first() {
            None => {
                found.add("input.collective", ViolationCode::Unknown, "is no collective of this directory");
            }
            Some(collective) if collective.publication.status == PublicationStatus::Archived => {
                found.add("input.collective", ViolationCode::Invalid, "is archived: restore it first");
            }
            Some(_) => {}
        }
        Ok(())
    }
}

/// A project is of a collective that its lead is a member of: what others would count as theirs is none.
async fn check_collective(tx: &Transaction, project: &Project) -> Result<(), Error> {
    let Some(collective) = project.collective else { return Ok(()) };
    let member = store::memberships::of_actor(tx, collective, project.lead).await?;
    if member.is_some_and(|member| member.status == MembershipStatus::Accepted) {
        return Ok(());
    }
    let message = "is a collective that the project's lead is no member of: it joins first";
    Err(Error::invalid("input.collective", ViolationCode::Inconsistent, message))
}
