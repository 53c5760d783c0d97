//! What nested fields read of collectives, in batches.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, load};
use super::{Found, Reader, grouped};
use crate::app::Error;
use crate::domain::collectives::Collective;
use crate::domain::contributions::{Contribution, ContributionTotal};
use crate::domain::identity_cards::IdentityCard;
use crate::domain::ids::{ActorId, CollectiveId, MembershipId};
use crate::domain::listings::{CollectiveListing, ContributionListing, MembershipListing};
use crate::domain::maturity::Assessment;
use crate::domain::memberships::Membership;
use crate::domain::next_steps::NextStep;
use crate::domain::paging::{Page, Slice};
use crate::domain::resource_people::ResourcePerson;
use crate::domain::stages::Facts;
use crate::store::{Store, StoreError};

type Read<T> = Result<T, StoreError>;

impl Loader<CollectiveId> for Reader {
    type Value = Collective;
    type Error = Error;

    async fn load(&self, ids: &[CollectiveId]) -> Found<CollectiveId, Collective> {
        let collectives = self.app.store.collectives_by_ids(ids, &self.visibility).await?;
        Ok(collectives.into_iter().map(|collective| (collective.id, collective)).collect())
    }
}

impl Loader<MembershipId> for Reader {
    type Value = Membership;
    type Error = Error;

    async fn load(&self, ids: &[MembershipId]) -> Found<MembershipId, Membership> {
        let memberships = self.app.store.memberships_by_ids(ids, &self.visibility).await?;
        Ok(memberships.into_iter().map(|membership| (membership.id, membership)).collect())
    }
}

/// Who leads a collective.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeadOf(pub CollectiveId);

impl Loader<LeadOf> for Reader {
    type Value = ActorId;
    type Error = Error;

    async fn load(&self, keys: &[LeadOf]) -> Found<LeadOf, ActorId> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.leads_of(&ids).await?;
        Ok(found.into_iter().map(|(id, lead)| (LeadOf(id), lead)).collect())
    }
}

/// What decides how far a collective may go.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockersOf(pub CollectiveId);

impl Loader<BlockersOf> for Reader {
    type Value = Facts;
    type Error = Error;

    async fn load(&self, keys: &[BlockersOf]) -> Found<BlockersOf, Facts> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.collective_facts(&ids, &self.visibility).await?;
        Ok(found.into_iter().map(|(id, facts)| (BlockersOf(id), facts)).collect())
    }
}

/// What a collective does next.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NextStepsOf(pub CollectiveId);

impl Loader<NextStepsOf> for Reader {
    type Value = Vec<NextStep>;
    type Error = Error;

    async fn load(&self, keys: &[NextStepsOf]) -> Found<NextStepsOf, Vec<NextStep>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.next_steps(&ids).await?;
        Ok(found.into_iter().map(|(id, steps)| (NextStepsOf(id), steps)).collect())
    }
}

/// Every revision of a collective's card.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardsOf(pub CollectiveId);

impl Loader<CardsOf> for Reader {
    type Value = Vec<IdentityCard>;
    type Error = Error;

    async fn load(&self, keys: &[CardsOf]) -> Found<CardsOf, Vec<IdentityCard>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.identity_cards(&ids).await?;
        Ok(found.into_iter().map(|(id, found)| (CardsOf(id), found)).collect())
    }
}

/// Every assessment of a collective.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AssessmentsOf(pub CollectiveId);

impl Loader<AssessmentsOf> for Reader {
    type Value = Vec<Assessment>;
    type Error = Error;

    async fn load(&self, keys: &[AssessmentsOf]) -> Found<AssessmentsOf, Vec<Assessment>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.assessments(&ids).await?;
        Ok(found.into_iter().map(|(id, found)| (AssessmentsOf(id), found)).collect())
    }
}

/// The persons that a collective wants to bring in, whoever may see them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResourcePeopleOf(pub CollectiveId);

impl Loader<ResourcePeopleOf> for Reader {
    type Value = Vec<ResourcePerson>;
    type Error = Error;

    async fn load(&self, keys: &[ResourcePeopleOf]) -> Found<ResourcePeopleOf, Vec<ResourcePerson>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.resource_people(&ids).await?;
        Ok(found.into_iter().map(|(id, found)| (ResourcePeopleOf(id), found)).collect())
    }
}

/// What the members of a collective bring in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContributionTotalsOf(pub CollectiveId);

impl Loader<ContributionTotalsOf> for Reader {
    type Value = Vec<ContributionTotal>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ContributionTotalsOf],
    ) -> Found<ContributionTotalsOf, Vec<ContributionTotal>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.contribution_totals(&ids, &self.visibility).await?;
        Ok(found.into_iter().map(|(id, found)| (ContributionTotalsOf(id), found)).collect())
    }
}

/// A revision of a collective's card; the newest where none is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardOf(pub Option<i32>, pub CollectiveId);

impl Loader<CardOf> for Reader {
    type Value = IdentityCard;
    type Error = Error;

    async fn load(&self, keys: &[CardOf]) -> Found<CardOf, IdentityCard> {
        let mut all = HashMap::new();
        for (revision, ids) in grouped(keys, |CardOf(revision, id)| (revision, id)) {
            let found = self.app.store.identity_card(&ids, revision).await?;
            all.extend(found.into_iter().map(|(id, card)| (CardOf(revision, id), card)));
        }
        Ok(all)
    }
}

impl List for CollectiveListing {
    type Node = Collective;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Collective>> {
        store.collectives(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Collective>>> {
        store.collectives_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_collectives(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_collectives_of(self, of).await
    }
}

impl Loader<ListOf<CollectiveListing>> for Reader {
    type Value = Listed<Collective>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<CollectiveListing>],
    ) -> Found<ListOf<CollectiveListing>, Listed<Collective>> {
        load(&self.app.store, keys).await
    }
}

impl List for MembershipListing {
    type Node = Membership;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Membership>> {
        store.memberships(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Membership>>> {
        store.memberships_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_memberships(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_memberships_of(self, of).await
    }
}

impl Loader<ListOf<MembershipListing>> for Reader {
    type Value = Listed<Membership>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<MembershipListing>],
    ) -> Found<ListOf<MembershipListing>, Listed<Membership>> {
        load(&self.app.store, keys).await
    }
}

impl List for ContributionListing {
    type Node = Contribution;

    /// Contributions are listed of a collective alone.
    async fn page(&self, _: &Store, _: &Page) -> Read<Slice<Contribution>> {
        Ok(Slice::empty())
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<Contribution>>> {
        store.contributions_of(self, page, of).await
    }

    async fn total(&self, _: &Store) -> Read<i64> {
        Ok(0)
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_contributions_of(self, of).await
    }
}

impl Loader<ListOf<ContributionListing>> for Reader {
    type Value = Listed<Contribution>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<ContributionListing>],
    ) -> Found<ListOf<ContributionListing>, Listed<Contribution>> {
        load(&self.app.store, keys).await
    }
}
