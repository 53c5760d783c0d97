//! What nested fields read, in batches: one statement for all the entries of a page, not one a row. The only part of
//! this layer that reads the store directly.

mod applications;
mod collectives;
mod diagnoses;
mod evaluation;
mod exchanges;
mod knowledge;
mod lists;
mod projects;
mod spawner;
mod support;
mod swot;
mod workshops;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::context::ContextExt;
use crate::app::{App, Error};
use crate::domain::actors::Actor;
use crate::domain::caller::Caller;
use crate::domain::calls::{Call, CallRole, Track};
use crate::domain::contacts::Contact;
use crate::domain::duplicates::DuplicateCandidate;
use crate::domain::ids::{
    ActorId, ApiKeyId, CallId, ContactId, InteractionId, Subject, SubjectKind, SuggestionId, TerritoryId,
    UserId,
};
use crate::domain::interactions::Interaction;
use crate::domain::origins::Origin;
use crate::domain::people::{ApiKey, User};
use crate::domain::policy::{Standing, Visibility};
use crate::domain::registrations::Registration;
use crate::domain::suggestions::Suggestion;
use crate::domain::territories::{Relation, Territory};

pub use self::applications::{BudgetOf, EligibilityOf, SignOffsOf};
pub use self::collectives::{
    AssessmentsOf, BlockersOf, CardOf, CardsOf, ContributionTotalsOf, LeadOf, NextStepsOf, ResourcePeopleOf,
};
pub use self::diagnoses::AxesOf;
pub use self::evaluation::{IndicatorsOf, ResultsOf};
pub use self::exchanges::{ExchangeKey, MatchesIn, MatchesOf};
pub use self::knowledge::{PractisedBy, ReplicationsOf, ResourcesOf, SimilarTo};
pub use self::lists::{page_of, total_of};
pub use self::projects::{CellProjects, MatrixOf, PartnersOf};
pub use self::spawner::{Spawner, Turns};
pub use self::support::RoutedTo;
pub use self::swot::{CrossingsOf, ItemsOf, OrientationsOf, PriorityOf, ServedBy};
pub use self::workshops::{AttendanceOf, KeywordsOf, TablesOf};
pub use crate::store::territories::Pairs;

/// Reads for one request, as its caller may see.
pub struct Reader {
    /// Where from.
    pub app: App,
    /// What the caller may see.
    pub visibility: Visibility,
    /// Who asks: people and keys are seen by who one is.
    pub caller: Caller,
}

/// A territory: known already, or read with those that its neighbours ask for.
pub async fn territory(ctx: &Context<'_>, id: TerritoryId) -> Result<Option<Territory>, Error> {
    match ctx.app().known_territory(id) {
        Some(known) => Ok(Some(known)),
        None => ctx.loader().load_one(id).await,
    }
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
        let actors = self.app.store.actors_by_ids(ids, &self.visibility).await?;
        let mut found: HashMap<_, _> = actors.into_iter().map(|actor| (actor.id, actor)).collect();
        // Those that others took over lead to these.
        let lost: Vec<_> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        if !lost.is_empty() {
            found.extend(self.app.store.survivors(&lost, &self.visibility).await?);
        }
        Ok(found)
    }
}

impl Loader<TerritoryId> for Reader {
    type Value = Territory;
    type Error = Error;

    async fn load(&self, ids: &[TerritoryId]) -> Found<TerritoryId, Territory> {
        let territories = self.app.territories_by_ids(ids).await?;
        Ok(territories.into_iter().map(|territory| (territory.id, territory)).collect())
    }
}

impl Loader<InteractionId> for Reader {
    type Value = Interaction;
    type Error = Error;

    async fn load(&self, ids: &[InteractionId]) -> Found<InteractionId, Interaction> {
        let interactions = self.app.store.interactions_by_ids(ids, &self.visibility).await?;
        Ok(interactions.into_iter().map(|interaction| (interaction.id, interaction)).collect())
    }
}

impl Loader<CallId> for Reader {
    type Value = Call;
    type Error = Error;

    async fn load(&self, ids: &[CallId]) -> Found<CallId, Call> {
        let calls = self.app.store.calls_by_ids(ids, &self.visibility).await?;
        Ok(calls.into_iter().map(|call| (call.id, call)).collect())
    }
}

impl Loader<ContactId> for Reader {
    type Value = Contact;
    type Error = Error;

    /// Whoever asks for one says whether it may be seen.
    async fn load(&self, ids: &[ContactId]) -> Found<ContactId, Contact> {
        let contacts = self.app.store.contacts_by_ids(ids).await?;
        Ok(contacts.into_iter().map(|contact| (contact.id, contact)).collect())
    }
}

/// An actor's contacts, those too that the caller may not see: whoever asks for them leaves these out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContactsOf(pub ActorId);

impl Loader<ContactsOf> for Reader {
    type Value = Vec<Contact>;
    type Error = Error;

    async fn load(&self, keys: &[ContactsOf]) -> Found<ContactsOf, Vec<Contact>> {
        let actors: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for contact in self.app.store.contacts_of(&actors).await? {
            all.entry(ContactsOf(contact.actor)).or_default().push(contact);
        }
        Ok(all)
    }
}

impl Loader<UserId> for Reader {
    type Value = User;
    type Error = Error;

    async fn load(&self, ids: &[UserId]) -> Found<UserId, User> {
        let users = self.app.users_seen(&self.caller, ids).await?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}

impl Loader<ApiKeyId> for Reader {
    type Value = ApiKey;
    type Error = Error;

    async fn load(&self, ids: &[ApiKeyId]) -> Found<ApiKeyId, ApiKey> {
        let keys = self.app.api_keys_seen(&self.caller, ids).await?;
        Ok(keys.into_iter().map(|key| (key.id, key)).collect())
    }
}

/// How the caller stands to an entry; nothing where they may not see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StandingTo(pub Subject);

impl Loader<StandingTo> for Reader {
    type Value = Standing;
    type Error = Error;

    async fn load(&self, keys: &[StandingTo]) -> Found<StandingTo, Standing> {
        let mut all = HashMap::new();
        for (kind, ids) in grouped(keys, |StandingTo(subject)| (subject.kind, subject.id)) {
            let found = self.app.standings(&self.visibility, kind, &ids).await?;
            all.extend(found.into_iter().map(|(id, standing)| (StandingTo(Subject { kind, id }), standing)));
        }
        Ok(all)
    }
}

impl Loader<SuggestionId> for Reader {
    type Value = Suggestion;
    type Error = Error;

    async fn load(&self, ids: &[SuggestionId]) -> Found<SuggestionId, Suggestion> {
        let suggestions = self.app.store.suggestions_by_ids(ids).await?;
        Ok(suggestions.into_iter().map(|suggestion| (suggestion.id, suggestion)).collect())
    }
}

/// Who submitted an entry last, as changes name them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubmitterOf(pub Subject);

impl Loader<SubmitterOf> for Reader {
    type Value = String;
    type Error = Error;

    async fn load(&self, keys: &[SubmitterOf]) -> Found<SubmitterOf, String> {
        let mut all = HashMap::new();
        for (kind, ids) in grouped(keys, |SubmitterOf(subject)| (subject.kind, subject.id)) {
            let found = self.app.store.submitters(kind, &ids).await?;
            all.extend(found.into_iter().map(|(id, caller)| (SubmitterOf(Subject { kind, id }), caller)));
        }
        Ok(all)
    }
}

/// The name of a person or a key, by the name under which their writes are kept; nothing where they are gone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NameOf(pub String);

impl Loader<NameOf> for Reader {
    type Value = String;
    type Error = Error;

    async fn load(&self, keys: &[NameOf]) -> Found<NameOf, String> {
        let callers: Vec<_> = keys.iter().map(|NameOf(caller)| caller.clone()).collect();
        let found = self.app.store.caller_names(&callers).await?;
        Ok(found.into_iter().map(|(caller, name)| (NameOf(caller), name)).collect())
    }
}

/// The actors that look like one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DuplicatesOf(pub ActorId);

impl Loader<DuplicatesOf> for Reader {
    type Value = Vec<DuplicateCandidate>;
    type Error = Error;

    async fn load(&self, keys: &[DuplicatesOf]) -> Found<DuplicatesOf, Vec<DuplicateCandidate>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.likely_duplicates_of(&self.caller, &ids).await?;
        Ok(found.into_iter().map(|(id, candidates)| (DuplicatesOf(id), candidates)).collect())
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
