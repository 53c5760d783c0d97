//! Those who answer, by their ids and by what is asked; requests by their ids; their lists.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, Read, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::app::support::Ask;
use crate::domain::ids::{SupportContactId, SupportRequestId};
use crate::domain::listings::{SupportContactListing, SupportRequestListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::routing::Routed;
use crate::domain::support::{SupportContact, SupportRequest};
use crate::store::Store;

impl Loader<SupportContactId> for Reader {
    type Value = SupportContact;
    type Error = Error;

    async fn load(&self, ids: &[SupportContactId]) -> Found<SupportContactId, SupportContact> {
        let found = self.app.store.support_contacts_by_ids(ids, &self.visibility).await?;
        Ok(found.into_iter().map(|contact| (contact.id, contact)).collect())
    }
}

impl Loader<SupportRequestId> for Reader {
    type Value = SupportRequest;
    type Error = Error;

    async fn load(&self, ids: &[SupportRequestId]) -> Found<SupportRequestId, SupportRequest> {
        let found = self.app.store.support_requests_by_ids(ids, &self.visibility).await?;
        Ok(found.into_iter().map(|request| (request.id, request)).collect())
    }
}

/// Those who answer what is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RoutedTo(pub Ask);

impl Loader<RoutedTo> for Reader {
    type Value = Arc<Vec<Routed>>;
    type Error = Error;

    async fn load(&self, keys: &[RoutedTo]) -> Found<RoutedTo, Arc<Vec<Routed>>> {
        let asks: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self.app.route(&asks, &self.visibility).await?;
        Ok(keys.iter().cloned().zip(found.into_iter().map(Arc::new)).collect())
    }
}

impl List for SupportContactListing {
    type Node = SupportContact;

    /// None stands alone.
    async fn page(&self, _: &Store, _: &Page) -> Read<Slice<SupportContact>> {
        Ok(Slice::empty())
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<SupportContact>>> {
        store.support_contacts_of(self, page, of).await
    }

    /// None stands alone.
    async fn total(&self, _: &Store) -> Read<i64> {
        Ok(0)
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_support_contacts_of(self, of).await
    }
}

impl Loader<ListOf<SupportContactListing>> for Reader {
    type Value = Listed<SupportContact>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<SupportContactListing>],
    ) -> Found<ListOf<SupportContactListing>, Listed<SupportContact>> {
        load(&self.app.store, keys).await
    }
}

impl List for SupportRequestListing {
    type Node = SupportRequest;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<SupportRequest>> {
        store.support_requests(self, page).await
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<SupportRequest>>> {
        store.support_requests_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_support_requests(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_support_requests_of(self, of).await
    }
}

impl Loader<ListOf<SupportRequestListing>> for Reader {
    type Value = Listed<SupportRequest>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<SupportRequestListing>],
    ) -> Found<ListOf<SupportRequestListing>, Listed<SupportRequest>> {
        load(&self.app.store, keys).await
    }
}
