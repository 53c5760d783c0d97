//! Territories that were read, kept in memory until anything is written: most pages name the same communes.

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
pub(super) struct KnownTerritories(Arc<RwLock<(Newest, HashMap<TerritoryId, Territory>)>>);

impl App {
    /// A territory, where it was read since the last write; else it must be read.
    pub fn known_territory(&self, id: TerritoryId) -> Option<Territory> {
        let newest = self.heard()?;
        let known = self.known.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.0 == newest { known.1.get(&id).cloned() } else { None }
    }

    /// Territories by id; those that are not there are left out. They are known from then on.
    pub async fn territories_by_ids(&self, ids: &[TerritoryId]) -> Result<Vec<Territory>, Error> {
        // Before they are read.
        let newest = self.heard();
        let found = self.store.territories_by_ids(ids).await?;
        if let Some(newest) = newest {
            let mut known = self.known.0.write().unwrap_or_else(PoisonError::into_inner);
            if known.0 != newest && self.heard() == Some(newest) {
                *known = (newest, HashMap::new());
            }
            if known.0 == newest && known.1.len() + found.len() <= MOST {
                known.1.extend(found.iter().map(|territory| (territory.id, territory.clone())));
            }
        }
        Ok(found)
    }
}
