//! Territories that were read, kept in memory until one is written: most pages name the same communes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::Territory;
use crate::store::feed::Newest;

/// Most territories that are kept: those of France with all their neighbourhoods.
const MOST: usize = 50_000;

/// Territories as they were at a place of the feed.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownTerritories(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    at: Newest,
    /// How often territories had been written.
    writes: i64,
    territories: HashMap<TerritoryId, Territory>,
}

impl KnownTerritories {
    fn stand_at(&self, newest: Newest) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).at == newest
    }

    /// What was written up to this place, told by how often territories were.
    fn advance(&self, newest: Newest, writes: i64) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.at.era != newest.era || known.writes != writes {
            known.territories.clear();
        }
        (known.at, known.writes) = (newest, writes);
    }

    fn get(&self, id: TerritoryId, newest: Newest) -> Option<Territory> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.at == newest { known.territories.get(&id).cloned() } else { None }
    }

    /// Those that are known, and the ids of the others.
    fn among(&self, ids: &[TerritoryId], newest: Newest) -> (Vec<Territory>, Vec<TerritoryId>) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.at != newest {
            return (Vec::new(), ids.to_vec());
        }
        let (there, missing): (Vec<_>, Vec<_>) =
            ids.iter().partition(|id| known.territories.contains_key(id));
        (
            there.into_iter().filter_map(|id| known.territories.get(id).cloned()).collect(),
            missing.into_iter().copied().collect(),
        )
    }

    fn keep(&self, read: &[Territory], newest: Newest) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.at == newest && known.territories.len() + read.len() <= MOST {
            known.territories.extend(read.iter().map(|territory| (territory.id, territory.clone())));
        }
    }
}

impl App {
    /// A territory that was read already, and holds; else it must be read.
    pub fn known_territory(&self, id: TerritoryId) -> Option<Territory> {
        let newest = self.heard()?;
        self.known.get(id, newest)
    }

    /// Territories by id; those that are not there are left out. They are known from then on.
    pub async fn territories_by_ids(&self, ids: &[TerritoryId]) -> Result<Vec<Territory>, Error> {
        // Before anything is read, so that what is read is never older than it says.
        let Some(newest) = self.heard() else { return Ok(self.store.territories_by_ids(ids).await?) };
        if !self.known.stand_at(newest) {
            self.known.advance(newest, self.store.territory_writes().await?);
        }
        let (mut found, missing) = self.known.among(ids, newest);
        if !missing.is_empty() {
            let read = self.store.territories_by_ids(&missing).await?;
            self.known.keep(&read, newest);
            found.extend(read);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::territories::TerritoryKind;

    fn commune() -> Territory {
        Territory {
            id: TerritoryId(Uuid::from_u128(1)),
            kind: TerritoryKind::Commune,
            code: "28134".into(),
            vintage: 2026,
            name: "Dreux".into(),
            population: None,
            valid_from: None,
            valid_until: None,
            successor_ids: Vec::new(),
            outline: None,
            centroid: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn it_holds_while_others_are_written_and_goes_when_a_territory_is() {
        let known = KnownTerritories::default();
        let at = |position| Newest { position, ..Newest::default() };
        let is_known = |at| known.among(&[commune().id], at).1.is_empty();
        known.advance(at(1), 7);
        known.keep(&[commune()], at(1));
        assert!(is_known(at(1)) && !is_known(at(2)));
        known.advance(at(2), 7);
        assert!(is_known(at(2)));
        known.advance(at(3), 8);
        assert!(!is_known(at(3)));
        // What was read as of before is not kept as of now.
        known.keep(&[commune()], at(2));
        assert!(!is_known(at(3)));
    }

    #[test]
    fn nothing_is_known_of_another_life_of_the_database() {
        let known = KnownTerritories::default();
        known.keep(&[commune()], Newest::default());
        let other = Newest { era: Uuid::from_u128(9), ..Newest::default() };
        known.advance(other, 0);
        assert_eq!(known.among(&[commune().id], other), (Vec::new(), vec![commune().id]));
    }
}
