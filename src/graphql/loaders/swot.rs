//! What nested fields read of findings and orientations, in batches. Findings and crossings are reached through a diagnosis
//! that the caller sees.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::{Found, Reader, grouped};
use crate::app::Error;
use crate::domain::ids::{
    DiagnosisAxisId, DiagnosisId, OrientationId, ProjectId, SwotCrossingId, SwotItemId,
};
use crate::domain::orientations::Orientation;
use crate::domain::swot::{Priority, SwotCrossing, SwotItem, SwotQuadrant};

impl Loader<SwotItemId> for Reader {
    type Value = SwotItem;
    type Error = Error;

    async fn load(&self, ids: &[SwotItemId]) -> Found<SwotItemId, SwotItem> {
        let items = self.app.store.swot_items_by_ids(ids).await?;
        Ok(items.into_iter().map(|item| (item.id, item)).collect())
    }
}

impl Loader<SwotCrossingId> for Reader {
    type Value = SwotCrossing;
    type Error = Error;

    async fn load(&self, ids: &[SwotCrossingId]) -> Found<SwotCrossingId, SwotCrossing> {
        let crossings = self.app.store.crossings_by_ids(ids).await?;
        Ok(crossings.into_iter().map(|crossing| (crossing.id, crossing)).collect())
    }
}

impl Loader<OrientationId> for Reader {
    type Value = Orientation;
    type Error = Error;

    async fn load(&self, ids: &[OrientationId]) -> Found<OrientationId, Orientation> {
        let found = self.app.store.orientations_by_ids(ids, &self.visibility).await?;
        Ok(found.into_iter().map(|orientation| (orientation.id, orientation)).collect())
    }
}

/// The findings of an axis: all, or those of a quadrant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemsOf(pub Option<SwotQuadrant>, pub DiagnosisAxisId);

impl Loader<ItemsOf> for Reader {
    // Shared: a finding may be asked for its axis, and that for its findings.
    type Value = Arc<[SwotItem]>;
    type Error = Error;

    async fn load(&self, keys: &[ItemsOf]) -> Found<ItemsOf, Arc<[SwotItem]>> {
        let mut all = HashMap::new();
        for (quadrant, ids) in grouped(keys, |ItemsOf(quadrant, axis)| (quadrant, axis)) {
            let found = self.app.store.swot_items_of(&ids, quadrant).await?;
            all.extend(found.into_iter().map(|(axis, items)| (ItemsOf(quadrant, axis), items.into())));
        }
        Ok(all)
    }
}

/// What the votes on a finding come to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PriorityOf(pub SwotItemId);

impl Loader<PriorityOf> for Reader {
    type Value = Priority;
    type Error = Error;

    async fn load(&self, keys: &[PriorityOf]) -> Found<PriorityOf, Priority> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.swot_priorities(&ids).await?;
        Ok(found.into_iter().map(|(id, priority)| (PriorityOf(id), priority)).collect())
    }
}

/// The crossings that a finding is part of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CrossingsOf(pub SwotItemId);

impl Loader<CrossingsOf> for Reader {
    type Value = Arc<[SwotCrossing]>;
    type Error = Error;

    async fn load(&self, keys: &[CrossingsOf]) -> Found<CrossingsOf, Arc<[SwotCrossing]>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.crossings_of(&ids).await?;
        Ok(found.into_iter().map(|(id, crossings)| (CrossingsOf(id), crossings.into())).collect())
    }
}

/// The orientations of a diagnosis.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrientationsOf(pub DiagnosisId);

impl Loader<OrientationsOf> for Reader {
    type Value = Vec<Orientation>;
    type Error = Error;

    async fn load(&self, keys: &[OrientationsOf]) -> Found<OrientationsOf, Vec<Orientation>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.orientations_of(&ids).await?;
        Ok(found.into_iter().map(|(id, found)| (OrientationsOf(id), found)).collect())
    }
}

/// The orientations that a project serves, of diagnoses that the caller sees.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServedBy(pub ProjectId);

impl Loader<ServedBy> for Reader {
    type Value = Vec<Orientation>;
    type Error = Error;

    async fn load(&self, keys: &[ServedBy]) -> Found<ServedBy, Vec<Orientation>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.orientations_of_projects(&ids, &self.visibility).await?;
        Ok(found.into_iter().map(|(id, found)| (ServedBy(id), found)).collect())
    }
}
