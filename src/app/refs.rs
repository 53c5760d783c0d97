//! What clients name, found: territories by id or code, actors by id.

use std::collections::HashMap;

use super::{App, Error};
use crate::domain::actors::{Actor, ActorFilter};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::interactions::InteractionFilter;
use crate::domain::policy::Visibility;
use crate::domain::territories::{TerritoryCode, TerritoryRef};
use crate::store::mergers;

/// References to territories with the paths of the arguments that hold them.
#[derive(Debug, Default)]
pub struct TerritoryRefs(Vec<(String, TerritoryRef)>);

impl TerritoryRefs {
    /// Adds one.
    pub fn add(&mut self, path: impl Into<String>, reference: &TerritoryRef) {
        self.0.push((path.into(), reference.clone()));
    }

    /// Adds a list.
    pub fn add_all(&mut self, path: &str, references: &[TerritoryRef]) {
        for (index, reference) in references.iter().enumerate() {
            self.add(format!("{path}[{index}]"), reference);
        }
    }
}

/// Territories that were found.
#[derive(Debug, Default)]
pub struct Found(HashMap<TerritoryRef, TerritoryId>);

impl Found {
    /// The territory of a reference; null where it was not found, which has then been said.
    pub fn get(&self, reference: &TerritoryRef) -> Option<TerritoryId> {
        self.0.get(reference).copied()
    }

    /// The territories of a list.
    pub fn all(&self, references: &[TerritoryRef]) -> Vec<TerritoryId> {
        references.iter().filter_map(|reference| self.get(reference)).collect()
    }
}

impl App {
    /// Finds territories, in one statement; those that are not there are violations.
    pub async fn find_territories(
        &self,
        wanted: TerritoryRefs,
        found: &mut Violations,
    ) -> Result<Found, Error> {
        let mut resolved = HashMap::new();
        let (mut codes, mut ids): (Vec<TerritoryCode>, Vec<TerritoryId>) = (Vec::new(), Vec::new());
        for (_, reference) in &wanted.0 {
            match reference {
                TerritoryRef::Id(id) => ids.push(*id),
                TerritoryRef::Code(code) => codes.push(code.clone()),
            }
        }
        if !codes.is_empty() {
            let by_code = self.store.territories_by_codes(&codes, self.clock.today()).await?;
            resolved.extend(by_code.into_iter().map(|(code, id)| (TerritoryRef::Code(code), id)));
        }
        if !ids.is_empty() {
            let by_id = self.store.territories_by_ids(&ids).await?;
            resolved.extend(by_id.into_iter().map(|t| (TerritoryRef::Id(t.id), t.id)));
        }
        for (path, reference) in wanted.0 {
            if !resolved.contains_key(&reference) {
                found.add(path, ViolationCode::Unknown, unknown_territory(&reference));
            }
        }
        Ok(Found(resolved))
    }

    /// Puts ids in place of codes in a filter of actors.
    pub async fn resolve_actor_filter(&self, path: &str, filter: &mut ActorFilter) -> Result<(), Error> {
        let mut places = Vec::new();
        scopes_of_actors(path, filter, &mut places);
        self.resolve(places).await?;
        self.lead(filter.actors()).await?;
        self.mend(filter.texts()).await
    }

    /// Puts ids in place of codes in a filter of interactions.
    pub async fn resolve_interaction_filter(
        &self,
        path: &str,
        filter: &mut InteractionFilter,
    ) -> Result<(), Error> {
        let mut places = Vec::new();
        if let Some(scope) = &mut filter.territory {
            places.push((format!("{path}.territory.territory"), &mut scope.territory));
        }
        if let Some(between) = &mut filter.between {
            scopes_of_actors(&format!("{path}.between"), between, &mut places);
        }
        self.resolve(places).await?;
        let between = filter.between.iter_mut().flat_map(ActorFilter::actors);
        let actors = filter.actor.iter_mut().chain(between).collect();
        self.lead(actors).await?;
        match &mut filter.between {
            Some(between) => self.mend(between.texts()).await,
            None => Ok(()),
        }
    }

    /// Puts survivors in place of actors that they took over.
    pub async fn lead(&self, actors: Vec<&mut ActorId>) -> Result<(), Error> {
        let ids: Vec<_> = actors.iter().map(|id| **id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let kept = mergers::kept(self.store.db(), &ids).await?;
        for id in actors {
            if let Some(survivor) = kept.get(id) {
                *id = *survivor;
            }
        }
        Ok(())
    }

    /// Puts ids in place of codes; one that is not there is a violation.
    pub async fn resolve(&self, places: Vec<(String, &mut TerritoryRef)>) -> Result<(), Error> {
        let codes: Vec<_> = places
            .iter()
            .filter_map(|(_, place)| match &**place {
                TerritoryRef::Code(code) => Some(code.clone()),
                TerritoryRef::Id(_) => None,
            })
            .collect();
        if codes.is_empty() {
            return Ok(());
        }
        let by_code = self.store.territories_by_codes(&codes, self.clock.today()).await?;
        let mut found = Violations::default();
        for (path, place) in places {
            if let TerritoryRef::Code(code) = &*place {
                match by_code.get(code) {
                    Some(id) => *place = TerritoryRef::Id(*id),
                    None => found.add(path, ViolationCode::Unknown, unknown_territory(place)),
                }
            }
        }
        Ok(found.into_result(())?)
    }

    /// Says which of these actors are not there, or not to be seen; the others come back.
    pub(super) async fn check_actors(
        &self,
        wanted: &[(String, ActorId)],
        visibility: &Visibility,
        found: &mut Violations,
    ) -> Result<Vec<Actor>, Error> {
        let ids: Vec<_> = wanted.iter().map(|(_, id)| *id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let seen = self.store.actors_by_ids(&ids, visibility).await?;
        for (path, id) in wanted {
            if seen.iter().all(|actor| actor.id != *id) {
                found.add(path, ViolationCode::Unknown, "is no actor of this directory");
            }
        }
        Ok(seen)
    }
}

fn scopes_of_actors<'a>(
    path: &str,
    filter: &'a mut ActorFilter,
    places: &mut Vec<(String, &'a mut TerritoryRef)>,
) {
    if let Some(scope) = &mut filter.territory {
        places.push((format!("{path}.territory.territory"), &mut scope.territory));
    }
    for (name, parts) in [("and", &mut filter.and), ("or", &mut filter.or)] {
        for (index, part) in parts.iter_mut().enumerate() {
            scopes_of_actors(&format!("{path}.{name}[{index}]"), part, places);
        }
    }
    if let Some(part) = &mut filter.not {
        scopes_of_actors(&format!("{path}.not"), part, places);
    }
}

fn unknown_territory(reference: &TerritoryRef) -> String {
    match reference {
        TerritoryRef::Id(_) => "is no territory of this directory".to_owned(),
        TerritoryRef::Code(TerritoryCode { kind, code, vintage: None }) => {
            format!("no {kind} has the code {code:?}: look it up with territories(filter: {{text: …}})")
        }
        TerritoryRef::Code(TerritoryCode { kind, code, vintage: Some(vintage) }) => {
            format!("no {kind} has the code {code:?} in the list of {vintage}")
        }
    }
}
