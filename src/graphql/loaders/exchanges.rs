//! Needs and offers by their ids, and what goes with them.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::{Found, Reader, grouped};
use crate::app::Error;
use crate::domain::exchanges::{Exchange, Side};
use crate::domain::ids::{ExchangeId, TerritoryId};
use crate::domain::matches::Match;

/// A need or an offer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExchangeKey(pub Side, pub ExchangeId);

impl Loader<ExchangeKey> for Reader {
    type Value = Exchange;
    type Error = Error;

    async fn load(&self, keys: &[ExchangeKey]) -> Found<ExchangeKey, Exchange> {
        let mut all = HashMap::new();
        for (side, ids) in grouped(keys, |ExchangeKey(side, id)| (side, id)) {
            let found = self.app.store.exchanges_by_ids(side, &ids, &self.visibility).await?;
            all.extend(found.into_iter().map(|exchange| (ExchangeKey(side, exchange.id), exchange)));
        }
        Ok(all)
    }
}

/// What goes with a need or an offer.
#[derive(Clone)]
pub struct MatchesOf(pub Arc<Exchange>);

impl PartialEq for MatchesOf {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for MatchesOf {}

impl Hash for MatchesOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl Loader<MatchesOf> for Reader {
    type Value = Arc<Vec<Match>>;
    type Error = Error;

    async fn load(&self, keys: &[MatchesOf]) -> Found<MatchesOf, Arc<Vec<Match>>> {
        let of = keys.iter().map(|key| Exchange::clone(&key.0)).collect();
        let mut found = self.app.matches(of, &self.visibility).await?;
        let own = |key: &MatchesOf| (key.clone(), Arc::new(found.remove(&key.0.id).unwrap_or_default()));
        Ok(keys.iter().map(own).collect())
    }
}

/// What goes with the needs of a territory.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MatchesIn(pub TerritoryId);

impl Loader<MatchesIn> for Reader {
    type Value = Arc<Vec<Match>>;
    type Error = Error;

    async fn load(&self, keys: &[MatchesIn]) -> Found<MatchesIn, Arc<Vec<Match>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.territory_matches(&ids, &self.visibility).await?;
        Ok(found.into_iter().map(|(id, found)| (MatchesIn(id), Arc::new(found))).collect())
    }
}
