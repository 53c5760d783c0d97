//! Lists: one that stands alone, or the same list of many entries in one statement.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::super::context::ContextExt;
use super::super::error::Result;
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::actors::Actor;
use crate::domain::calls::Call;
use crate::domain::exchanges::Exchange;
use crate::domain::history::{HistoryListing, Revision};
use crate::domain::interactions::Interaction;
use crate::domain::listings::{
    ActorListing, CallListing, ExchangeListing, InteractionListing, TerritoryListing,
};
use crate::domain::paging::{Page, Slice};
use crate::domain::suggestions::{Suggestion, SuggestionListing};
use crate::domain::territories::Territory;
use crate::store::{Store, StoreError};

/// What can be listed.
pub trait List: Debug + Send + Sync + Sized + 'static {
    /// What is listed.
    type Node: Send + Sync + 'static;

    /// A page of the list that stands alone; empty where only entries have such lists.
    async fn page(&self, _store: &Store, _page: &Page) -> Read<Slice<Self::Node>> {
        Ok(Slice::empty())
    }
    /// The same page of each entry's list.
    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Self::Node>>>;
    /// How many the list holds that stands alone; none where only entries have such lists.
    async fn total(&self, _store: &Store) -> Read<i64> {
        Ok(0)
    }
    /// How many each entry's list holds.
    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>>;
}

/// What lists read.
pub(super) type Read<T> = std::result::Result<T, StoreError>;

/// A page of a list: of the one that stands alone, or of an entry's, which is read together with its neighbours'.
pub async fn page_of<L: List>(
    ctx: &Context<'_>,
    listing: &Arc<L>,
    page: Page,
    of: Option<Uuid>,
) -> Result<Arc<Slice<L::Node>>>
where
    Reader: Loader<ListOf<L>, Value = Listed<L::Node>, Error = Error>,
{
    let Some(of) = of else {
        let slice = listing.page(&ctx.app().store, &page).await.map_err(Error::from)?;
        return Ok(Arc::new(slice));
    };
    Ok(match ctx.loader().load_one(ListOf::new(of, listing.clone(), Some(page))).await? {
        Some(Listed::Page(slice)) => slice,
        _ => Arc::new(Slice::empty()),
    })
}

/// How many a list holds: the one that stands alone, or an entry's, which is counted together with its neighbours'.
pub async fn total_of<L: List>(ctx: &Context<'_>, listing: &Arc<L>, of: Option<Uuid>) -> Result<i64>
where
    Reader: Loader<ListOf<L>, Value = Listed<L::Node>, Error = Error>,
{
    let Some(of) = of else { return Ok(listing.total(&ctx.app().store).await.map_err(Error::from)?) };
    Ok(match ctx.loader().load_one(ListOf::new(of, listing.clone(), None)).await? {
        Some(Listed::Total(count)) => count,
        _ => 0,
    })
}

/// The list of an entry: the same list of many entries is read in one statement.
pub struct ListOf<L> {
    /// The entry.
    of: Uuid,
    /// What is listed.
    listing: Arc<L>,
    /// Which part; none where the list is only counted.
    page: Option<Page>,
    /// The two as text, by which lists are told apart.
    text: Arc<str>,
}

impl<L: Debug> ListOf<L> {
    /// A page of an entry's list, or its total.
    fn new(of: Uuid, listing: Arc<L>, page: Option<Page>) -> Self {
        let text = Arc::from(format!("{listing:?} {page:?}"));
        Self { of, listing, page, text }
    }
}

impl<L> Clone for ListOf<L> {
    fn clone(&self) -> Self {
        Self { of: self.of, listing: self.listing.clone(), page: self.page.clone(), text: self.text.clone() }
    }
}

impl<L> PartialEq for ListOf<L> {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of && self.text == other.text
    }
}

impl<L> Eq for ListOf<L> {}

impl<L> Hash for ListOf<L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.of.hash(state);
        self.text.hash(state);
    }
}

/// A page of an entry's list, or the list's total.
#[derive(Clone)]
pub enum Listed<T> {
    /// The page.
    Page(Arc<Slice<T>>),
    /// How many in all.
    Total(i64),
}

/// Reads lists of many entries, each kind of list in one statement.
pub(super) async fn load<L: List>(store: &Store, keys: &[ListOf<L>]) -> Found<ListOf<L>, Listed<L::Node>> {
    let mut groups: HashMap<Arc<str>, Vec<&ListOf<L>>> = HashMap::new();
    for key in keys {
        groups.entry(key.text.clone()).or_default().push(key);
    }
    let mut all = HashMap::new();
    for keys in groups.into_values() {
        let of: Vec<_> = keys.iter().map(|key| key.of).collect();
        let key_of = |of: Uuid| ListOf { of, ..keys[0].clone() };
        if let Some(page) = &keys[0].page {
            let pages = keys[0].listing.pages(store, page, &of).await?;
            all.extend(pages.into_iter().map(|(of, page)| (key_of(of), Listed::Page(Arc::new(page)))));
        } else {
            let totals = keys[0].listing.totals(store, &of).await?;
            all.extend(totals.into_iter().map(|(of, n)| (key_of(of), Listed::Total(n))));
        }
    }
    Ok(all)
}

impl List for TerritoryListing {
    type Node = Territory;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Territory>> {
        store.territories(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Territory>>> {
        store.territories_within(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_territories(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_territories_within(self, of).await
    }
}

impl Loader<ListOf<TerritoryListing>> for Reader {
    type Value = Listed<Territory>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<TerritoryListing>],
    ) -> Found<ListOf<TerritoryListing>, Listed<Territory>> {
        load(&self.app.store, keys).await
    }
}

impl List for ActorListing {
    type Node = Actor;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Actor>> {
        store.actors(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Actor>>> {
        store.actors_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_actors(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_actors_of(self, of).await
    }
}

impl Loader<ListOf<ActorListing>> for Reader {
    type Value = Listed<Actor>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<ActorListing>]) -> Found<ListOf<ActorListing>, Listed<Actor>> {
        load(&self.app.store, keys).await
    }
}

impl List for InteractionListing {
    type Node = Interaction;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Interaction>> {
        store.interactions(self, page).await
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<Interaction>>> {
        store.interactions_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_interactions(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_interactions_of(self, of).await
    }
}

impl Loader<ListOf<InteractionListing>> for Reader {
    type Value = Listed<Interaction>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<InteractionListing>],
    ) -> Found<ListOf<InteractionListing>, Listed<Interaction>> {
        load(&self.app.store, keys).await
    }
}

impl List for CallListing {
    type Node = Call;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Call>> {
        store.calls(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Call>>> {
        store.calls_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_calls(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_calls_of(self, of).await
    }
}

impl Loader<ListOf<CallListing>> for Reader {
    type Value = Listed<Call>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<CallListing>]) -> Found<ListOf<CallListing>, Listed<Call>> {
        load(&self.app.store, keys).await
    }
}

impl List for ExchangeListing {
    type Node = Exchange;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Exchange>> {
        store.exchanges(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Exchange>>> {
        store.exchanges_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_exchanges(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_exchanges_of(self, of).await
    }
}

impl Loader<ListOf<ExchangeListing>> for Reader {
    type Value = Listed<Exchange>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<ExchangeListing>],
    ) -> Found<ListOf<ExchangeListing>, Listed<Exchange>> {
        load(&self.app.store, keys).await
    }
}

impl List for SuggestionListing {
    type Node = Suggestion;

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Suggestion>>> {
        store.suggestions_of(self, page, of).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_suggestions_of(self, of).await
    }
}

impl Loader<ListOf<SuggestionListing>> for Reader {
    type Value = Listed<Suggestion>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<SuggestionListing>],
    ) -> Found<ListOf<SuggestionListing>, Listed<Suggestion>> {
        load(&self.app.store, keys).await
    }
}

impl List for HistoryListing {
    type Node = Revision;

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Revision>>> {
        store.histories(*self, page, of).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_histories(*self, of).await
    }
}

impl Loader<ListOf<HistoryListing>> for Reader {
    type Value = Listed<Revision>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<HistoryListing>]) -> Found<ListOf<HistoryListing>, Listed<Revision>> {
        load(&self.app.store, keys).await
    }
}
