//! Good practices: read, created, changed, compared, taken over by who survives a merger.

use std::collections::HashMap;

use serde_json::{Map, json};
use uuid::Uuid;

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, GoodPracticeId, LibraryResourceId};
use crate::domain::knowledge::KnowledgeFacets;
use crate::domain::listings::PracticeListing;
use crate::domain::policy::{Act, Visibility};
use crate::domain::practices::{GoodPractice, GoodPracticeRef, PracticeEdit, PracticeSets};
use crate::domain::replications::ReplicationStatus;
use crate::domain::similar::{self, MOST_SIMILAR, Similar};
use crate::domain::territories::TerritoryRef;
use crate::domain::text::LIST_ENTRIES;
use crate::store::records::{self, Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};

/// What a client says of a practice.
#[derive(Clone, Debug, Default)]
pub struct PracticeInput {
    /// Its own fields; territories stand beside.
    pub edit: PracticeEdit,
    /// Where it takes place.
    pub territories: Edit<Vec<TerritoryRef>>,
}

impl App {
    /// The practice that a reference means; null where there is none to be seen.
    pub async fn good_practice(
        &self,
        caller: &Caller,
        by: &GoodPracticeRef,
    ) -> Result<Option<GoodPractice>, Error> {
        Ok(self.store.good_practice(by, &Visibility::of(caller)).await?)
    }

    /// Counts over all that a list of practices holds.
    pub async fn practice_facets(
        &self,
        listing: &PracticeListing,
        of: Option<Uuid>,
    ) -> Result<KnowledgeFacets, Error> {
        Ok(self.store.practice_facets(listing, of).await?)
    }

    /// Creates a draft, of an actor that the caller edits, or where they manage. `found` is what is wrong with the input already,
    /// to be said with the rest.
    pub async fn create_practice(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        input: PracticeInput,
        mut found: Violations,
    ) -> Result<GoodPractice, Error> {
        require_somewhere(caller, Act::CreatePractice)?;
        let content = format!("{input:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        let mut practice = GoodPractice::new(GoodPracticeId(self.ids.next(now)), now);
        let mut sets = PracticeSets::default();
        let edit = self.resolve_practice(caller, input, &mut found).await?;
        practice.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut practice = practice.clone();
                if let Some(before) =
                    self.take_key(tx, caller, client_key, &content, practice.id.into()).await?
                {
                    return Ok(Created::Before(before));
                }
                practice.slug = slugs::give(tx, Slugged::GoodPractice, &[&practice.title]).await?.remove(0);
                store::practices::write(tx, &practice, &sets).await?;
                let fields = difference(None, (&practice, &sets));
                self.record(tx, caller, Action::Create, practice.id.into(), practice.version, fields).await?;
                self.require_still(tx, caller, Act::CreatePractice, practice.id.into()).await?;
                Ok(Created::New(practice))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(practice) => Ok(practice),
            Created::Before(subject) => {
                let by = GoodPracticeRef::Id(GoodPracticeId(subject.id));
                let before = self.good_practice(caller, &by).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a practice that is still as the client knows it.
    pub async fn update_practice(
        &self,
        caller: &Caller,
        id: GoodPracticeId,
        expected_version: i32,
        input: PracticeInput,
        mut found: Violations,
    ) -> Result<GoodPractice, Error> {
        require_somewhere(caller, Act::UpdatePractice)?;
        let edit = self.resolve_practice(caller, input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = store::practices::for_update(tx, id).await?;
                let (before, sets_before) =
                    before.ok_or_else(|| Error::NotFound("no such good practice".to_owned()))?;
                self.require(tx, caller, Act::UpdatePractice, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut practice, mut sets, mut found) =
                    (before.clone(), sets_before.clone(), found.clone());
                practice.edit(&mut sets, edit.clone(), &mut found);
                found.into_result(())?;
                practice.version += 1;
                practice.updated_at = self.clock.now();
                store::practices::write(tx, &practice, &sets).await?;
                let fields = difference(Some((&before, &sets_before)), (&practice, &sets));
                self.record(tx, caller, Action::Update, id.into(), practice.version, fields).await?;
                self.require_still(tx, caller, Act::UpdatePractice, id.into()).await?;
                Ok(practice)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// The practices that are like each of these, the most alike first.
    pub async fn similar_practices(
        &self,
        of: &[GoodPractice],
        visibility: &Visibility,
    ) -> Result<HashMap<GoodPracticeId, Vec<Similar>>, Error> {
        let alike = self.store.alike(of, visibility).await?;
        let of_one = |practice: &GoodPractice| {
            let others = alike.candidates.get(&practice.id).map(Vec::as_slice).unwrap_or_default();
            let pair = |other| similar::compare(alike.parties.get(&practice.id)?, alike.parties.get(other)?);
            let mut found: Vec<_> = others.iter().filter_map(pair).collect();
            found.sort_by(similar::order);
            found.truncate(MOST_SIMILAR);
            (practice.id, found)
        };
        Ok(of.iter().map(of_one).collect())
    }

    /// Puts the survivor in the place of the merged actor in practices, and in what takes them up. How many practices there
    /// were, and how many replications.
    pub(super) async fn move_practices(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<(usize, usize), Error> {
        let now = self.clock.now();
        let ids = store::practices::lock_of(tx, merged).await?;
        let mut changes = Vec::with_capacity(ids.len());
        for id in &ids {
            let Some((before, sets_before)) = store::practices::for_update(tx, *id).await? else { continue };
            let (mut practice, mut sets) = (before.clone(), sets_before.clone());
            sets.replace(merged, kept);
            practice.version += 1;
            practice.updated_at = now;
            store::practices::write(tx, &practice, &sets).await?;
            changes.push(Change {
                action: Action::Merge,
                subject: practice.id.into(),
                version: practice.version,
                fields: difference(Some((&before, &sets_before)), (&practice, &sets)),
                comment: None,
            });
        }
        let taken_up = store::replications::lock_of(tx, merged).await?;
        for before in &taken_up {
            let mut replication = before.clone();
            replication.actor = Some(kept);
            let (mut was, mut folded) = (before.clone(), None);
            if replication.status != ReplicationStatus::Abandoned
                && let Some(same) = store::replications::same(tx, &replication).await?
                && let Some(standing) = store::replications::for_update(tx, same).await?
            {
                // The two say the same now: the further one is kept, and its history says so.
                let moved_stays = replication.status > standing.status;
                let (mut stays, goes) =
                    if moved_stays { (replication, standing) } else { (standing, replication) };
                was = if moved_stays { before.clone() } else { stays.clone() };
                stays.absorb(&goes);
                store::replications::remove(tx, goes.id).await?;
                changes.push(Change {
                    action: Action::Merge,
                    subject: goes.id.into(),
                    version: goes.version + 1,
                    fields: Map::from_iter([("merged_into".to_owned(), json!([null, stays.id]))]),
                    comment: None,
                });
                folded = Some(goes.id);
                replication = stays;
            }
            replication.version += 1;
            replication.updated_at = now;
            store::replications::write(tx, &replication).await?;
            let mut fields = difference(Some((&was, &())), (&replication, &()));
            fields.extend(folded.map(|id| ("merged_from".to_owned(), json!([null, [id]]))));
            changes.push(Change {
                action: Action::Merge,
                subject: replication.id.into(),
                version: replication.version,
                fields,
                comment: None,
            });
        }
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok((ids.len(), taken_up.len()))
    }

    async fn resolve_practice(
        &self,
        caller: &Caller,
        mut input: PracticeInput,
        found: &mut Violations,
    ) -> Result<PracticeEdit, Error> {
        if let Edit::Set(actors) = &mut input.edit.actors {
            self.lead(actors.iter_mut().collect()).await?;
            let named = actors.iter().enumerate().take(LIST_ENTRIES);
            let named: Vec<_> = named.map(|(index, id)| (format!("input.actors[{index}]"), *id)).collect();
            self.check_members(&named, caller, found).await?;
        }
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(territories) = &input.territories {
            wanted.add_all("input.territories", territories);
        }
        let known = self.find_territories(wanted, found).await?;
        if let Some(resources) = input.edit.resources.as_set() {
            self.check_resources(resources, found).await?;
        }
        Ok(PracticeEdit { territories: input.territories.map(|refs| known.all(&refs)), ..input.edit })
    }

    /// Says which of these resources are not there.
    async fn check_resources(
        &self,
        wanted: &[LibraryResourceId],
        found: &mut Violations,
    ) -> Result<(), Error> {
        if wanted.is_empty() {
            return Ok(());
        }
        let there = self.store.library_resources_by_ids(wanted).await?;
        for (index, id) in wanted.iter().enumerate() {
            if there.iter().all(|resource| resource.id != *id) {
                let message = "is no resource of the library: add it first";
                found.add(format!("input.resources[{index}]"), ViolationCode::Unknown, message);
            }
        }
        Ok(())
    }
}
