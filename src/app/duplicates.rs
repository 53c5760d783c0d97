//! Likely duplicates: found, and found to be two.

use std::collections::HashMap;

use serde_json::{Map, json};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::actors::Actor;
use crate::domain::caller::Caller;
use crate::domain::duplicates::{DuplicateCandidate, MOST_CANDIDATES, judge};
use crate::domain::error::ViolationCode;
use crate::domain::ids::ActorId;
use crate::domain::policy::{Act, Visibility};
use crate::store;
use crate::store::records::Action;

impl App {
    /// The actors that look like this one, the surest first, those that are linked to it and two last; nothing where it
    /// is not to be seen.
    pub async fn likely_duplicates(
        &self,
        caller: &Caller,
        id: ActorId,
    ) -> Result<Vec<DuplicateCandidate>, Error> {
        Ok(self.likely_duplicates_of(caller, &[id]).await?.remove(&id).unwrap_or_default())
    }

    /// The same for a page of actors, in two statements; those that are not to be seen are left out.
    pub async fn likely_duplicates_of(
        &self,
        caller: &Caller,
        ids: &[ActorId],
    ) -> Result<HashMap<ActorId, Vec<DuplicateCandidate>>, Error> {
        require_somewhere(caller, Act::FindDuplicates)?;
        let visibility = Visibility::of(caller);
        let known = self.store.duplicate_facts(ids, &visibility).await?;
        let mut candidates: HashMap<_, Vec<_>> = known.iter().map(|facts| (facts.id, Vec::new())).collect();
        if known.is_empty() {
            return Ok(candidates);
        }
        let found = self.store.duplicates_found(&known, &visibility).await?;
        let known: HashMap<_, _> = known.into_iter().map(|facts| (facts.id, facts)).collect();
        for found in found {
            let judged = known.get(&found.of).and_then(|own| judge(own, &found.facts, found.judged));
            candidates.entry(found.of).or_default().extend(judged);
        }
        for candidates in candidates.values_mut() {
            candidates.sort_by(DuplicateCandidate::order);
            candidates.truncate(MOST_CANDIDATES);
        }
        Ok(candidates)
    }

    /// Keeps that two actors are two: nothing takes them for one from then on, and they can't be merged.
    pub async fn mark_distinct(&self, caller: &Caller, a: ActorId, b: ActorId) -> Result<[Actor; 2], Error> {
        require_somewhere(caller, Act::MergeActors)?;
        if a == b {
            return Err(Error::invalid("b", ViolationCode::Inconsistent, "is a: give two actors"));
        }
        let now = self.clock.now();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut both = self.lock_both(tx, caller, Act::MergeActors, a, b).await?;
                if store::duplicates::keep_distinct(tx, a, b, now).await? {
                    for (index, (actor, _)) in both.iter().enumerate() {
                        let other = &both[1 - index].0;
                        // By its id alone: its name is told to those who see it.
                        let told = json!([null, [other.id]]);
                        let fields = Map::from_iter([("distinct_from".to_owned(), told)]);
                        self.record(tx, caller, Action::Update, actor.id.into(), actor.version, fields)
                            .await?;
                    }
                }
                both.sort_by_key(|(actor, _)| actor.id != a);
                Ok(both.map(|(actor, _)| actor))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }
}
