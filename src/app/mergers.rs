//! Mergers: one entry takes over the other's interactions, calls, registrations and what else belongs to it; the old id
//! and slug lead to it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::access::require_somewhere;
use super::interactions::Where;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::{Actor, ActorSets};
use crate::domain::caller::Caller;
use crate::domain::error::ViolationCode;
use crate::domain::ids::{ActorId, InteractionId, Subject};
use crate::domain::interactions::Interaction;
use crate::domain::mergers::add;
use crate::domain::policy::Act;
use crate::domain::publication::{Publication, PublicationStatus};
use crate::store::interactions::WithTerritories;
use crate::store::records::{self, Action, Change};
use crate::store::{self, Transaction};

type Whole = (Actor, ActorSets);

impl App {
    /// Merges one actor into another, both still as the client knows them. Neither is archived; nothing that counts links
    /// the two, since it would link the survivor to itself; and nobody found that they are two.
    pub async fn merge_actors(
        &self,
        caller: &Caller,
        (keep, keep_version): (ActorId, i32),
        (merge, merge_version): (ActorId, i32),
    ) -> Result<Actor, Error> {
        require_somewhere(caller, Act::MergeActors)?;
        if keep == merge {
            let message = "is the one to keep: give two actors";
            return Err(Error::invalid("merge", ViolationCode::Inconsistent, message));
        }
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let [one, other] = self.lock_both(tx, caller, Act::MergeActors, keep, merge).await?;
                let (kept, merged) = if one.0.id == keep { (one, other) } else { (other, one) };
                for (actor, version) in [(&kept.0, keep_version), (&merged.0, merge_version)] {
                    if actor.version != version {
                        return Err(Error::stale(actor.version));
                    }
                }
                for (actor, _) in [&kept, &merged] {
                    if actor.publication.status == PublicationStatus::Archived {
                        let message = format!("{} is archived: restore it first", actor.name);
                        return Err(conflict(message, vec![actor.id.into()]));
                    }
                }
                if store::duplicates::judged_distinct(tx, keep, merge).await?.is_some() {
                    let message = "the two were judged distinct: they can't be merged";
                    return Err(conflict(message.to_owned(), Vec::new()));
                }
                self.merge(tx, caller, kept, merged).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Both actors, locked until the transaction ends, in the order of their ids.
    pub(super) async fn lock_both(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        a: ActorId,
        b: ActorId,
    ) -> Result<[Whole; 2], Error> {
        let first = self.lock_one(tx, caller, act, a.min(b)).await?;
        let second = self.lock_one(tx, caller, act, a.max(b)).await?;
        Ok([first, second])
    }

    async fn lock_one(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: ActorId,
    ) -> Result<Whole, Error> {
        let Some(found) = store::actors::for_update(tx, id).await? else {
            let absent = Error::NotFound("no such actor".to_owned());
            let Some(kept) = store::mergers::kept(tx, &[id]).await?.remove(&id) else { return Err(absent) };
            // Of where it went, only those hear who may see that.
            self.require(tx, caller, act, kept.into()).await.map_err(|_| absent)?;
            let survivor = store::actors::by_ids(tx, &[kept]).await?;
            return Err(Error::Conflict {
                message: "it was merged into another meanwhile: read that one".to_owned(),
                current_version: survivor.first().map(|(actor, _)| actor.version),
                candidates: vec![kept.into()],
            });
        };
        self.require(tx, caller, act, id.into()).await?;
        Ok(found)
    }

    async fn merge(
        &self,
        tx: &Transaction,
        caller: &Caller,
        (kept, kept_sets): Whole,
        (merged, merged_sets): Whole,
    ) -> Result<Actor, Error> {
        let now = self.clock.now();
        let by = match caller {
            Caller::Known(known) => Some(known.user),
            Caller::Anonymous | Caller::Operator | Caller::Rule(_) => None,
        };
        let (mut actor, mut sets) = (kept.clone(), kept_sets.clone());
        actor.absorb(&mut sets, &merged, &merged_sets);
        actor.version += 1;
        actor.updated_at = now;
        let interactions = self.move_interactions(tx, caller, actor.id, merged.id).await?;
        let calls = self.move_calls(tx, caller, actor.id, merged.id).await?;
        let collectives = self.move_collectives(tx, caller, actor.id, merged.id).await?;
        let projects = self.move_projects(tx, caller, actor.id, merged.id).await?;
        let (practices, replications) = self.move_practices(tx, caller, actor.id, merged.id).await?;
        let diagnoses = self.move_diagnoses(tx, caller, actor.id, merged.id).await?;
        let sessions = store::workshops::move_attendance(tx, actor.id, merged.id).await?;
        self.move_applications(tx, caller, actor.id, merged.id).await?;
        let moved = store::mergers::take_over(tx, actor.id, &merged, by, now).await?;
        let held_by = self.place(tx, &mut actor).await?;
        store::actors::update(tx, &[(actor.clone(), sets.clone())]).await?;
        store::actors::write_points(tx, &[(actor.id, held_by)]).await?;
        let mut fields = difference(Some((&kept, &kept_sets)), (&actor, &sets));
        let counts = [
            ("merged_interactions", interactions),
            ("merged_calls", calls),
            ("merged_collectives", collectives),
            ("merged_projects", projects),
            ("merged_practices", practices),
            ("merged_replications", replications),
            ("merged_diagnoses", diagnoses),
            ("merged_sessions", sessions as usize),
            ("merged_contacts", moved.contacts as usize),
            ("merged_suggestions", moved.suggestions as usize),
            ("merged_grants", moved.grants as usize),
            ("merged_exchanges", moved.exchanges as usize),
            ("merged_support_contacts", moved.support_contacts as usize),
            ("merged_support_requests", moved.support_requests as usize),
        ];
        for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            fields.insert(name.to_owned(), json!([0, count]));
        }
        if !moved.origins.is_empty() {
            fields.insert("merged_origins".to_owned(), json!([[], moved.origins]));
        }
        fields.insert("merged_from".to_owned(), json!([null, named(&merged)]));
        self.record(tx, caller, Action::Merge, actor.id.into(), actor.version, fields).await?;
        // The other's history ends with all that it said.
        let mut fields = difference(None, (&merged, &merged_sets));
        for change in fields.values_mut() {
            *change = json!([change[1].take(), null]);
        }
        fields.insert("merged_into".to_owned(), json!([null, named(&actor)]));
        self.record(tx, caller, Action::Merge, merged.id.into(), merged.version + 1, fields).await?;
        Ok(actor)
    }

    /// Gives the survivor the interactions of the merged actor. One that became the same as one of its own is archived,
    /// once that has taken over what it says. How many there were.
    async fn move_interactions(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::mergers::lock_interactions(tx, merged).await?;
        let moving = in_order(store::interactions::by_ids(tx, &ids).await?);
        let ends = |(interaction, _): &WithTerritories| [interaction.source, interaction.target];
        let between = moving.iter().find(|entry| ends(entry).contains(&kept) && entry.0.counts());
        if let Some((between, _)) = between {
            let message = format!(
                "an interaction ({}) links the two, and would link the survivor to itself: archive it first",
                between.kind
            );
            return Err(conflict(message, vec![between.id.into()]));
        }
        let others: Vec<_> = moving.iter().flat_map(ends).filter(|end| *end != merged).collect();
        let ids = store::mergers::lock_interactions_with(tx, kept, &others).await?;
        let standing = in_order(store::interactions::by_ids(tx, &ids).await?);
        let mut plan = Plan { standing: standing.clone(), ..Plan::default() };
        for entry in &moving {
            let mut entry = entry.clone();
            entry.0.version += 1;
            entry.0.updated_at = now;
            plan.add(entry, kept, merged);
        }
        let changed =
            |(now, before): (&WithTerritories, &WithTerritories)| (now != before).then(|| now.clone());
        let mut taking: Vec<_> = plan.standing.iter().zip(&standing).filter_map(changed).collect();
        for (interaction, _) in &mut taking {
            interaction.version += 1;
            interaction.updated_at = now;
        }
        let before = |id: InteractionId| moving.iter().chain(&standing).find(|entry| entry.0.id == id);
        let written: Vec<_> = [&plan.put_away, &taking, &plan.moved].into_iter().flatten().cloned().collect();
        let changes: Vec<_> =
            written.iter().map(|entry| change(before(entry.0.id), entry, &plan.folded)).collect();
        // Those that make way first.
        for part in [&plan.put_away, &taking, &plan.moved] {
            store::interactions::write(tx, part).await?;
        }
        store::mergers::fold_interactions(tx, &plan.folded).await?;
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok(moving.len())
    }

    /// Puts the survivor in the place of the merged actor where that organises or funds calls. How many there were.
    async fn move_calls(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::mergers::lock_calls(tx, merged).await?;
        let (mut written, mut changes) = (Vec::new(), Vec::new());
        for (before, sets_before) in store::calls::by_ids(tx, &ids).await? {
            let (mut call, mut sets) = (before.clone(), sets_before.clone());
            for listed in [&mut sets.organisers, &mut sets.funders] {
                let actors = std::mem::take(listed);
                for actor in actors.into_iter().map(|actor| if actor == merged { kept } else { actor }) {
                    if !listed.contains(&actor) {
                        listed.push(actor);
                    }
                }
            }
            call.version += 1;
            call.updated_at = now;
            let fields = difference(Some((&before, &sets_before)), (&call, &sets));
            changes.push(merge_change(call.id.into(), call.version, fields));
            written.push((call, sets));
        }
        if !written.is_empty() {
            store::calls::write(tx, &written).await?;
            records::record(tx, &caller.reference(), now, &changes).await?;
        }
        Ok(written.len())
    }
}

/// What becomes of the interactions of a merged actor.
#[derive(Default)]
struct Plan {
    /// Those that the survivor has with the same others.
    standing: Vec<WithTerritories>,
    /// Those that it gets.
    moved: Vec<WithTerritories>,
    /// Those that it gets archived.
    put_away: Vec<WithTerritories>,
    /// Those that became the same as others, with these.
    folded: Vec<(InteractionId, InteractionId)>,
}

impl Plan {
    fn add(&mut self, (mut interaction, territories): WithTerritories, kept: ActorId, merged: ActorId) {
        for end in [&mut interaction.source, &mut interaction.target] {
            if *end == merged {
                *end = kept;
            }
        }
        interaction.declared_by = interaction.declared_by.map(|by| if by == merged { kept } else { by });
        if interaction.source == interaction.target {
            // It does not count, and never will again.
            put_away(&mut interaction);
            self.put_away.push((interaction, territories));
            return;
        }
        let same = |(standing, _): &&mut WithTerritories| {
            standing.kind == interaction.kind
                && standing.pair() == interaction.pair()
                && standing.stands_in_the_way_of(&interaction)
        };
        match self.standing.iter_mut().find(same).filter(|_| interaction.counts()) {
            Some((standing, standing_territories)) => {
                standing.absorb(&interaction);
                add(standing_territories, &territories);
                standing_territories.sort_unstable();
                self.folded.push((interaction.id, standing.id));
                put_away(&mut interaction);
                self.put_away.push((interaction, territories));
            }
            None => self.moved.push((interaction, territories)),
        }
    }
}

fn put_away(interaction: &mut Interaction) {
    let status = interaction.publication.status;
    if status != PublicationStatus::Archived {
        interaction.publication =
            Publication { status: PublicationStatus::Archived, archived_from: Some(status) };
    }
}

fn in_order(mut entries: Vec<WithTerritories>) -> Vec<WithTerritories> {
    entries.sort_by_key(|(interaction, _)| interaction.id);
    entries
}

fn change(
    before: Option<&WithTerritories>,
    now: &WithTerritories,
    folded: &[(InteractionId, InteractionId)],
) -> Change {
    let told = |(interaction, territories): &WithTerritories| {
        (interaction.clone(), Where { territories: territories.clone() })
    };
    let before = before.map(told);
    let (own, places) = told(now);
    let mut fields = difference(before.as_ref().map(|(i, w)| (i, w)), (&own, &places));
    if let Some((_, into)) = folded.iter().find(|(from, _)| *from == own.id) {
        fields.insert("merged_into".to_owned(), json!([null, into]));
    }
    let from: Vec<Uuid> = folded.iter().filter(|(_, into)| *into == own.id).map(|(from, _)| from.0).collect();
    if !from.is_empty() {
        fields.insert("merged_from".to_owned(), json!([null, from]));
    }
    merge_change(own.id.into(), own.version, fields)
}

fn merge_change(subject: Subject, version: i32, fields: Map<String, Value>) -> Change {
    Change { action: Action::Merge, subject, version, fields, comment: None }
}

fn named(actor: &Actor) -> Value {
    json!({ "id": actor.id, "slug": actor.slug, "name": actor.name })
}

fn conflict(message: String, candidates: Vec<Subject>) -> Error {
    Error::Conflict { message, current_version: None, candidates }
}
