//! What nested fields read of diagnoses, in batches.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, Read, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::diagnoses::{Diagnosis, DiagnosisAxis};
use crate::domain::ids::{DiagnosisAxisId, DiagnosisId};
use crate::domain::listings::DiagnosisListing;
use crate::domain::paging::{Page, Slice};
use crate::store::Store;

impl Loader<DiagnosisId> for Reader {
    type Value = Diagnosis;
    type Error = Error;

    async fn load(&self, ids: &[DiagnosisId]) -> Found<DiagnosisId, Diagnosis> {
        let diagnoses = self.app.store.diagnoses_by_ids(ids, &self.visibility).await?;
        Ok(diagnoses.into_iter().map(|diagnosis| (diagnosis.id, diagnosis)).collect())
    }
}

impl Loader<DiagnosisAxisId> for Reader {
    type Value = DiagnosisAxis;
    type Error = Error;

    async fn load(&self, ids: &[DiagnosisAxisId]) -> Found<DiagnosisAxisId, DiagnosisAxis> {
        let axes = self.app.store.axes_by_ids(ids, &self.visibility).await?;
        Ok(axes.into_iter().map(|axis| (axis.id, axis)).collect())
    }
}

/// The axes of a diagnosis.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AxesOf(pub DiagnosisId);

impl Loader<AxesOf> for Reader {
    type Value = Vec<DiagnosisAxis>;
    type Error = Error;

    async fn load(&self, keys: &[AxesOf]) -> Found<AxesOf, Vec<DiagnosisAxis>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.axes_of(&ids).await?;
        Ok(found.into_iter().map(|(id, axes)| (AxesOf(id), axes)).collect())
    }
}

impl List for DiagnosisListing {
    type Node = Diagnosis;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Diagnosis>> {
        store.diagnoses(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Diagnosis>>> {
        store.diagnoses_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_diagnoses(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_diagnoses_of(self, of).await
    }
}

impl Loader<ListOf<DiagnosisListing>> for Reader {
    type Value = Listed<Diagnosis>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<DiagnosisListing>],
    ) -> Found<ListOf<DiagnosisListing>, Listed<Diagnosis>> {
        load(&self.app.store, keys).await
    }
}
