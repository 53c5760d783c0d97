//! What nested fields read of applications, in batches.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::applications::{Application, SignOff};
use crate::domain::budgets::Budget;
use crate::domain::calls::Track;
use crate::domain::eligibility::Check;
use crate::domain::ids::{ApplicationId, TrackId};
use crate::domain::listings::ApplicationListing;
use crate::domain::paging::{Page, Slice};
use crate::store::{Store, StoreError};

type Read<T> = Result<T, StoreError>;

impl Loader<ApplicationId> for Reader {
    type Value = Application;
    type Error = Error;

    async fn load(&self, ids: &[ApplicationId]) -> Found<ApplicationId, Application> {
        let applications = self.app.store.applications_by_ids(ids, &self.visibility).await?;
        Ok(applications.into_iter().map(|application| (application.id, application)).collect())
    }
}

impl Loader<TrackId> for Reader {
    type Value = Track;
    type Error = Error;

    async fn load(&self, ids: &[TrackId]) -> Found<TrackId, Track> {
        let tracks = self.app.store.tracks_by_ids(ids).await?;
        Ok(tracks.into_iter().map(|track| (track.id, track)).collect())
    }
}

/// The budget of an application that is seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BudgetOf(pub ApplicationId);

impl Loader<BudgetOf> for Reader {
    type Value = Budget;
    type Error = Error;

    async fn load(&self, keys: &[BudgetOf]) -> Found<BudgetOf, Budget> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.budgets(&ids).await?;
        Ok(found.into_iter().map(|(id, budget)| (BudgetOf(id), budget)).collect())
    }
}

/// The co-applicants of an application that is seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignOffsOf(pub ApplicationId);

impl Loader<SignOffsOf> for Reader {
    type Value = Vec<SignOff>;
    type Error = Error;

    async fn load(&self, keys: &[SignOffsOf]) -> Found<SignOffsOf, Vec<SignOff>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.co_applicants(&ids).await?;
        Ok(found.into_iter().map(|(id, sign_offs)| (SignOffsOf(id), sign_offs)).collect())
    }
}

/// What every rule finds of an application that is seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EligibilityOf(pub ApplicationId);

impl Loader<EligibilityOf> for Reader {
    type Value = Vec<Check>;
    type Error = Error;

    async fn load(&self, keys: &[EligibilityOf]) -> Found<EligibilityOf, Vec<Check>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.eligibility_of(&ids).await?;
        Ok(found.into_iter().map(|(id, checks)| (EligibilityOf(id), checks)).collect())
    }
}

impl List for ApplicationListing {
    type Node = Application;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Application>> {
        store.applications(self, page).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_applications(self).await
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<Application>>> {
        store.applications_of(self, page, of).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_applications_of(self, of).await
    }
}

impl Loader<ListOf<ApplicationListing>> for Reader {
    type Value = Listed<Application>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<ApplicationListing>],
    ) -> Found<ListOf<ApplicationListing>, Listed<Application>> {
        load(&self.app.store, keys).await
    }
}
