//! What nested fields read, in batches: one statement for all the entries of a page, not one a row. The only part of
//! this layer that reads the store directly.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use crate::app::{App, Error};
use crate::domain::actors::Actor;
use crate::domain::calls::{Call, Track};
use crate::domain::ids::{ActorId, CallId, InteractionId, SubjectKind, TerritoryId};
use crate::domain::interactions::Interaction;
use crate::domain::origins::Origin;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::registrations::Registration;
use crate::domain::territories::{Relation, Territory};
use crate::store::ActorListing;
use crate::store::call_filter::CallListing;
use crate::store::calls::CallRole;
use crate::store::interaction_filter::InteractionListing;
use crate::store::territories::Pairs;
use crate::store::territory_filter::TerritoryListing;

/// Reads for one request, as its caller may see.
pub struct Reader {
    /// Where from.
    pub app: App,
    /// What the caller may see.
    pub visibility: Visibility,
}

type Found<K, V> = Result<HashMap<K, V>, Error>;

/// Groups keys by what all but the entry have in common.
fn grouped<K: Copy, G: Hash + Eq, I>(keys: &[K], split: impl Fn(K) -> (G, I)) -> HashMap<G, Vec<I>> {
    let mut groups: HashMap<G, Vec<I>> = HashMap::new();
    for key in keys {
        let (group, id) = split(*key);
        groups.entry(group).or_default().push(id);
    }
    groups
}

impl Loader<ActorId> for Reader {
    type Value = Actor;
    type Error = Error;

    async fn load(&self, ids: &[ActorId]) -> Found<ActorId, Actor> {
        let actors = self.app.store.actors_by_ids(ids, self.visibility).await?;
        Ok(actors.into_iter().map(|actor| (actor.id, actor)).collect())
    }
}

impl Loader<TerritoryId> for Reader {
    type Value = Territory;
    type Error = Error;

    async fn load(&self, ids: &[TerritoryId]) -> Found<TerritoryId, Territory> {
        let territories = self.app.store.territories_by_ids(ids).await?;
        Ok(territories.into_iter().map(|territory| (territory.id, territory)).collect())
    }
}

impl Loader<InteractionId> for Reader {
    type Value = Interaction;
    type Error = Error;

    async fn load(&self, ids: &[InteractionId]) -> Found<InteractionId, Interaction> {
        let interactions = self.app.store.interactions_by_ids(ids, self.visibility).await?;
        Ok(interactions.into_iter().map(|interaction| (interaction.id, interaction)).collect())
    }
}

impl Loader<CallId> for Reader {
    type Value = Call;
    type Error = Error;

    async fn load(&self, ids: &[CallId]) -> Found<CallId, Call> {
        let calls = self.app.store.calls_by_ids(ids, self.visibility).await?;
        Ok(calls.into_iter().map(|call| (call.id, call)).collect())
    }
}

/// An actor's registrations.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegistrationsOf(pub ActorId);

impl Loader<RegistrationsOf> for Reader {
    type Value = Vec<Registration>;
    type Error = Error;

    async fn load(&self, keys: &[RegistrationsOf]) -> Found<RegistrationsOf, Vec<Registration>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.registrations(&ids).await?;
        Ok(found.into_iter().map(|(id, registrations)| (RegistrationsOf(id), registrations)).collect())
    }
}

/// The territories that a table pairs an entry with.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TerritoriesOf(pub Pairs, pub Uuid);

impl Loader<TerritoriesOf> for Reader {
    type Value = Vec<Territory>;
    type Error = Error;

    async fn load(&self, keys: &[TerritoriesOf]) -> Found<TerritoriesOf, Vec<Territory>> {
        let mut all = HashMap::new();
        for (pairs, ids) in grouped(keys, |TerritoriesOf(pairs, id)| (pairs, id)) {
            let found = self.app.store.territories_of(pairs, &ids).await?;
            all.extend(found.into_iter().map(|(id, territories)| (TerritoriesOf(pairs, id), territories)));
        }
        Ok(all)
    }
}

/// The territories linked to one: relation, direct alone, of which.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkedTo(pub Relation, pub bool, pub TerritoryId);

impl Loader<LinkedTo> for Reader {
    type Value = Vec<(Territory, Option<f64>)>;
    type Error = Error;

    async fn load(&self, keys: &[LinkedTo]) -> Found<LinkedTo, Vec<(Territory, Option<f64>)>> {
        let mut all = HashMap::new();
        for ((relation, direct), ids) in
            grouped(keys, |LinkedTo(relation, direct, id)| ((relation, direct), id))
        {
            let found = self.app.store.linked(&ids, relation, direct).await?;
            all.extend(found.into_iter().map(|(id, linked)| (LinkedTo(relation, direct, id), linked)));
        }
        Ok(all)
    }
}

/// A territory's outline within a tolerance, in centimetres so that it can be a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutlineOf(pub TerritoryId, pub u64);

impl Loader<OutlineOf> for Reader {
    type Value = Arc<str>;
    type Error = Error;

    async fn load(&self, keys: &[OutlineOf]) -> Found<OutlineOf, Arc<str>> {
        let mut all = HashMap::new();
        for (tolerance, ids) in grouped(keys, |OutlineOf(id, tolerance)| (tolerance, id)) {
            let found = self.app.store.outlines(&ids, tolerance as f64 / 100.0).await?;
            all.extend(found.into_iter().map(|(id, text)| (OutlineOf(id, tolerance), Arc::from(text))));
        }
        Ok(all)
    }
}

/// Where an entry comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OriginsOf(pub SubjectKind, pub Uuid);

impl Loader<OriginsOf> for Reader {
    type Value = Vec<Origin>;
    type Error = Error;

    async fn load(&self, keys: &[OriginsOf]) -> Found<OriginsOf, Vec<Origin>> {
        let mut all = HashMap::new();
        for (kind, ids) in grouped(keys, |OriginsOf(kind, id)| (kind, id)) {
            let found = self.app.store.origins(kind, &ids).await?;
            all.extend(found.into_iter().map(|(id, origins)| (OriginsOf(kind, id), origins)));
        }
        Ok(all)
    }
}

/// The actors of a call in a role.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActorsOf(pub CallRole, pub CallId);

impl Loader<ActorsOf> for Reader {
    type Value = Vec<ActorId>;
    type Error = Error;

    async fn load(&self, keys: &[ActorsOf]) -> Found<ActorsOf, Vec<ActorId>> {
        let mut all = HashMap::new();
        for (role, ids) in grouped(keys, |ActorsOf(role, id)| (role, id)) {
            let found = self.app.store.call_actors(&ids, role).await?;
            all.extend(found.into_iter().map(|(id, actors)| (ActorsOf(role, id), actors)));
        }
        Ok(all)
    }
}

/// The tracks of a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TracksOf(pub CallId);

impl Loader<TracksOf> for Reader {
    type Value = Vec<Track>;
    type Error = Error;

    async fn load(&self, keys: &[TracksOf]) -> Found<TracksOf, Vec<Track>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.call_tracks(&ids).await?;
        Ok(found.into_iter().map(|(id, tracks)| (TracksOf(id), tracks)).collect())
    }
}

/// The list of an entry: the same list of many entries is read in one statement.
pub struct ListOf<L> {
    /// The entry.
    pub of: Uuid,
    /// What is listed.
    pub listing: Arc<L>,
    /// Which part; none where the list is only counted.
    pub page: Option<Page>,
    /// The two as text, by which lists are told apart.
    text: Arc<str>,
}

impl<L: std::fmt::Debug> ListOf<L> {
    /// A page of an entry's list, or its total.
    pub fn new(of: Uuid, listing: Arc<L>, page: Option<Page>) -> Self {
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

/// A page of a nested list, or the list's total.
#[derive(Clone)]
pub enum Listed<T> {
    /// The page.
    Page(Arc<Slice<T>>),
    /// How many in all.
    Total(i64),
}

/// Lists that are read for many entries at once.
trait Nested: std::fmt::Debug + Send + Sync + 'static {
    /// What is listed.
    type Node: Send + Sync + 'static;

    async fn pages(&self, app: &App, page: &Page, of: &[Uuid]) -> Found<Uuid, Slice<Self::Node>>;
    async fn totals(&self, app: &App, of: &[Uuid]) -> Found<Uuid, i64>;
}

async fn load_lists<L: Nested>(app: &App, keys: &[ListOf<L>]) -> Found<ListOf<L>, Listed<L::Node>> {
    let mut groups: HashMap<Arc<str>, Vec<&ListOf<L>>> = HashMap::new();
    for key in keys {
        groups.entry(key.text.clone()).or_default().push(key);
    }
    let mut all = HashMap::new();
    for keys in groups.into_values() {
        let of: Vec<_> = keys.iter().map(|key| key.of).collect();
        let key_of = |of: Uuid| ListOf { of, ..keys[0].clone() };
        if let Some(page) = &keys[0].page {
            let pages = keys[0].listing.pages(app, page, &of).await?;
            all.extend(pages.into_iter().map(|(of, page)| (key_of(of), Listed::Page(Arc::new(page)))));
        } else {
            let totals = keys[0].listing.totals(app, &of).await?;
            all.extend(totals.into_iter().map(|(of, n)| (key_of(of), Listed::Total(n))));
        }
    }
    Ok(all)
}

impl Nested for ActorListing {
    type Node = Actor;

    async fn pages(&self, app: &App, page: &Page, of: &[Uuid]) -> Found<Uuid, Slice<Actor>> {
        Ok(app.store.actors_of(self, page, of).await?)
    }

    async fn totals(&self, app: &App, of: &[Uuid]) -> Found<Uuid, i64> {
        Ok(app.store.count_actors_of(self, of).await?)
    }
}

impl Nested for InteractionListing {
    type Node = Interaction;

    async fn pages(&self, app: &App, page: &Page, of: &[Uuid]) -> Found<Uuid, Slice<Interaction>> {
        Ok(app.store.interactions_of(self, page, of).await?)
    }

    async fn totals(&self, app: &App, of: &[Uuid]) -> Found<Uuid, i64> {
        Ok(app.store.count_interactions_of(self, of).await?)
    }
}

impl Nested for TerritoryListing {
    type Node = Territory;

    async fn pages(&self, app: &App, page: &Page, of: &[Uuid]) -> Found<Uuid, Slice<Territory>> {
        Ok(app.store.territories_within(self, page, of).await?)
    }

    async fn totals(&self, app: &App, of: &[Uuid]) -> Found<Uuid, i64> {
        Ok(app.store.count_territories_within(self, of).await?)
    }
}

impl Nested for CallListing {
    type Node = Call;

    async fn pages(&self, app: &App, page: &Page, of: &[Uuid]) -> Found<Uuid, Slice<Call>> {
        Ok(app.store.calls_of(self, page, of).await?)
    }

    async fn totals(&self, app: &App, of: &[Uuid]) -> Found<Uuid, i64> {
        Ok(app.store.count_calls_of(self, of).await?)
    }
}

impl Loader<ListOf<ActorListing>> for Reader {
    type Value = Listed<Actor>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<ActorListing>]) -> Found<ListOf<ActorListing>, Listed<Actor>> {
        load_lists(&self.app, keys).await
    }
}

impl Loader<ListOf<InteractionListing>> for Reader {
    type Value = Listed<Interaction>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<InteractionListing>],
    ) -> Found<ListOf<InteractionListing>, Listed<Interaction>> {
        load_lists(&self.app, keys).await
    }
}

impl Loader<ListOf<TerritoryListing>> for Reader {
    type Value = Listed<Territory>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<TerritoryListing>],
    ) -> Found<ListOf<TerritoryListing>, Listed<Territory>> {
        load_lists(&self.app, keys).await
    }
}

impl Loader<ListOf<CallListing>> for Reader {
    type Value = Listed<Call>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<CallListing>]) -> Found<ListOf<CallListing>, Listed<Call>> {
        load_lists(&self.app, keys).await
    }
}
