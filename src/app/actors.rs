//! Actors: read, created, changed.

use std::sync::Arc;

use uuid::Uuid;

use super::access::require_somewhere;
use super::places::Places;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::actors::{Actor, ActorEdit, ActorFacets, ActorRef, ActorSets};
use crate::domain::caller::{Caller, Grant, Known, Right, Role};
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, GrantId, SubjectKind, TerritoryId};
use crate::domain::listings::ActorListing;
use crate::domain::policy::{Act, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::domain::registrations::Registration;
use crate::domain::territories::{TerritoryKind, TerritoryRef};
use crate::store::people::{Holder, editing, insert_grant};
use crate::store::records::{Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::standing::standings;
use crate::store::{self, Transaction};

/// What a client says of a new actor, or of one that it changes.
#[derive(Clone, Debug, Default)]
pub struct ActorInput {
    /// Its own fields; seat and areas stand beside, since they are references.
    pub edit: ActorEdit,
    /// The declared commune.
    pub seat: Edit<TerritoryRef>,
    /// Where it acts.
    pub areas_served: Edit<Vec<TerritoryRef>>,
}

impl App {
    /// The actor that a reference means; null where there is none to be seen. A registration of several is a conflict
    /// that names them.
    pub async fn actor(&self, caller: &Caller, by: &ActorRef) -> Result<Option<Actor>, Error> {
        let visibility = Visibility::of(caller);
        let mut found = self.store.actors_by_ref(by, &visibility).await?;
        if found.len() > 1 {
            return Err(Error::Conflict {
                message: format!("{} actors have this registration: choose one by its id", found.len()),
                current_version: None,
                candidates: found.iter().map(|actor| actor.id.into()).collect(),
            });
        }
        if found.is_empty() {
            // An entry that another took over leads to that one.
            return Ok(self.store.survivor(by, &visibility).await?);
        }
        Ok(found.pop())
    }

    /// Counts by kind, theme and goal over a whole list, or over that of an entry.
    pub async fn actor_facets(&self, listing: &ActorListing, of: Option<Uuid>) -> Result<ActorFacets, Error> {
        Ok(self.store.actor_facets(listing, of).await?)
    }

    /// Counts by the territories of a kind over a whole list, or over that of an entry.
    pub async fn actor_territories(
        &self,
        listing: &ActorListing,
        of: Option<Uuid>,
        kind: TerritoryKind,
    ) -> Result<Vec<(TerritoryId, i64)>, Error> {
        Ok(self.store.actor_territories(listing, of, kind).await?)
    }

    /// Creates a draft. The same registration under the same name is a duplicate. `found` is what is wrong with the input
    /// already, to be said with the rest.
    pub async fn create_actor(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        mut input: ActorInput,
        mut found: Violations,
    ) -> Result<Actor, Error> {
        require_somewhere(caller, Act::CreateActor)?;
        let content = format!("{input:?}");
        let now = self.clock.now();
        let (mut actor, mut sets) = (Actor::new(ActorId(self.ids.next(now)), now), ActorSets::default());
        check_key(client_key, &mut found);
        self.resolve_places(&mut input, &mut found).await?;
        input.edit.check_days(self.clock.today(), &mut found);
        actor.edit(&mut sets, input.edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut actor = actor.clone();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, actor.id.into()).await?
                {
                    return Ok(Created::Before(before));
                }
                actor.slug = slugs::give(tx, Slugged::Actor, &[&actor.name]).await?.remove(0);
                let held_by = self.place(tx, &mut actor).await?;
                self.refuse_suppressed(tx, caller, &actor, &sets).await?;
                store::actors::insert(tx, &[(actor.clone(), sets.clone())]).await?;
                store::actors::write_points(tx, &[(actor.id, held_by)]).await?;
                let fields = difference(None, (&actor, &sets));
                self.record(tx, caller, Action::Create, actor.id.into(), actor.version, fields).await?;
                self.keep_created(tx, caller, actor.id).await?;
                // Last, so that those who may not write it do not hear of another.
                self.refuse_duplicate(tx, caller, &actor, &sets.registrations).await?;
                Ok(Created::New(actor))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(actor) => Ok(actor),
            Created::Before(subject) if subject.kind == SubjectKind::Actor => {
                let id = ActorId(subject.id);
                // What was created a moment ago is its creator's since then.
                let caller = self.with_own(caller, id).await?;
                let before = self.actor(&caller, &ActorRef::Id(id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
            Created::Before(_) => unreachable!("the kind is part of a key's fingerprint"),
        }
    }

    /// Changes an actor that is still as the client knows it.
    pub async fn update_actor(
        &self,
        caller: &Caller,
        id: ActorId,
        expected_version: i32,
        mut input: ActorInput,
        mut found: Violations,
    ) -> Result<Actor, Error> {
        require_somewhere(caller, Act::UpdateActor)?;
        self.resolve_places(&mut input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let Some((before, sets_before)) = store::actors::for_update(tx, id).await? else {
                    return Err(Error::NotFound("no such actor".to_owned()));
                };
                self.require(tx, caller, Act::UpdateActor, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let before = (before, sets_before);
                self.change_actor(tx, caller, &before, input.edit.clone(), found.clone(), None).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Writes an edit of a locked actor, with its change: the rules are the same whoever proposed it.
    pub(super) async fn change_actor(
        &self,
        tx: &Transaction,
        caller: &Caller,
        (before, sets_before): &(Actor, ActorSets),
        edit: ActorEdit,
        mut found: Violations,
        comment: Option<String>,
    ) -> Result<Actor, Error> {
        let (mut actor, mut sets) = (before.clone(), sets_before.clone());
        edit.check_days(self.clock.today(), &mut found);
        actor.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        actor.version += 1;
        actor.updated_at = self.clock.now();
        let held_by = self.place(tx, &mut actor).await?;
        let is_as_it_was = actor.name == before.name
            && actor.seat == before.seat
            && sets.registrations == sets_before.registrations;
        if !is_as_it_was {
            self.refuse_suppressed(tx, caller, &actor, &sets).await?;
        }
        store::actors::update(tx, &[(actor.clone(), sets.clone())]).await?;
        store::actors::write_points(tx, &[(actor.id, held_by)]).await?;
        let fields = difference(Some((before, sets_before)), (&actor, &sets));
        let subject = actor.id.into();
        let change = Change { action: Action::Update, subject, version: actor.version, fields, comment };
        self.record_change(tx, caller, change).await?;
        self.require_still(tx, caller, Act::UpdateActor, subject).await?;
        // Last, so that those who may not write it learn nothing of the other.
        self.refuse_duplicate(tx, caller, &actor, &sets.registrations).await?;
        Ok(actor)
    }

    /// A new actor is within its creator's reach, or becomes its own: who may edit actors becomes its editor.
    pub(super) async fn keep_created(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: ActorId,
    ) -> Result<(), Error> {
        let Caller::Known(known) = caller else { return Ok(()) };
        if caller.is_admin() {
            return Ok(());
        }
        let seen = standings(tx, &Visibility::of(caller), SubjectKind::Actor, &[id.0]).await?;
        if seen.get(&id.0).is_some_and(|standing| standing.managed) {
            return Ok(());
        }
        // Their new right lasts as long as the one that lets them create.
        let editing = known.grants.iter().filter(|grant| grant.right.role() == Role::ActorEditor);
        let ends: Vec<_> = editing.map(|grant| grant.expires_at).collect();
        if ends.is_empty() {
            return self.require_still(tx, caller, Act::CreateActor, id.into()).await;
        }
        let expires_at = if ends.contains(&None) { None } else { ends.into_iter().flatten().max() };
        let now = self.clock.now();
        let holders = [Some(Holder::User(known.user)), known.key.map(Holder::Key)];
        for holder in holders.into_iter().flatten() {
            let grant = Grant { id: GrantId(self.ids.next(now)), right: Right::ActorEditor(id), expires_at };
            insert_grant(tx, holder, &grant, now).await?;
        }
        Ok(())
    }

    /// The caller, with the right to edit this actor where it was granted since they were looked up.
    async fn with_own(&self, caller: &Caller, id: ActorId) -> Result<Caller, Error> {
        let Caller::Known(known) = caller else { return Ok(caller.clone()) };
        let holder = known.key.map_or(Holder::User(known.user), Holder::Key);
        let mut known = Known::clone(known);
        known.grants.extend(editing(self.store.db(), holder, id, self.clock.now()).await?);
        Ok(Caller::Known(Arc::new(known)))
    }

    /// Puts ids in place of references; a seat is a commune.
    pub(super) async fn resolve_places(
        &self,
        input: &mut ActorInput,
        found: &mut Violations,
    ) -> Result<(), Error> {
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(seat) = &input.seat {
            wanted.add("input.seat", seat);
        }
        if let Edit::Set(areas) = &input.areas_served {
            wanted.add_all("input.areasServed", areas);
        }
        let known = self.find_territories(wanted, found).await?;
        if let Edit::Set(seat) = &input.seat
            && let Some(id) = known.get(seat)
            && let Some(territory) = self.territory(&TerritoryRef::Id(id)).await?
            && territory.kind != TerritoryKind::Commune
        {
            let message = format!("{} is a {}: the seat is a commune", territory.name, territory.kind);
            found.add("input.seat", ViolationCode::Invalid, message);
        }
        input.edit.seat = match &input.seat {
            Edit::Set(seat) => Edit::given(known.get(seat)),
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
        };
        input.edit.areas_served = std::mem::take(&mut input.areas_served).map(|refs| known.all(&refs));
        Ok(())
    }

    /// Gives the actor the seat that its point says; which perimeters hold the point comes back.
    pub(super) async fn place(&self, tx: &Transaction, actor: &mut Actor) -> Result<Vec<TerritoryId>, Error> {
        Ok(Places::about(self, tx, &[actor]).await?.place(actor).held_by)
    }

    /// Refuses an actor where another has its name and one of its registrations; two that come at once take turns.
    pub(super) async fn refuse_duplicate(
        &self,
        tx: &Transaction,
        caller: &Caller,
        actor: &Actor,
        registrations: &[Registration],
    ) -> Result<(), Error> {
        if registrations.is_empty() || actor.publication.status == PublicationStatus::Archived {
            return Ok(());
        }
        store::lock(tx, "registrations").await?;
        let Some(existing) = store::actors::same_registered(tx, actor, registrations).await? else {
            return Ok(());
        };
        let message = "an actor of this name has one of these registrations already";
        Err(self.duplicate(tx, caller, message, existing.into()).await?)
    }
}
