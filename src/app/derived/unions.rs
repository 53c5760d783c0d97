//! The outlines of perimeters that are made of members.

use std::collections::HashMap;

use super::outlines::Drift;
use crate::app::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::{ListBasis, OutlineMeasures, Territory};
use crate::store::{self, Transaction};

impl App {
    /// The perimeters whose outline is not the union of their members' as these stand now.
    pub(in crate::app) async fn union_drift(&self, tx: &Transaction) -> Result<Vec<Drift>, Error> {
        let listings = store::territory_links::listings(tx).await?;
        let all: HashMap<_, _> = store::territories::all(tx)
            .await?
            .into_iter()
            .map(|territory| (territory.id, territory))
            .collect();
        let mut members: HashMap<TerritoryId, Vec<TerritoryId>> = HashMap::new();
        for listing in listings.iter().filter(|listing| listing.basis == ListBasis::Member) {
            members.entry(listing.under).or_default().push(listing.territory);
        }
        // A union without members any more loses its outline.
        let united = all.values().filter(|t| t.outline.as_ref().is_some_and(|outline| outline.from_members));
        for territory in united {
            members.entry(territory.id).or_default();
        }
        let mut drifted = Vec::new();
        for (of, members) in members {
            let Some(territory) = all.get(&of) else { continue };
            if territory.outline.as_ref().is_some_and(|outline| !outline.from_members) {
                continue;
            }
            let members: Vec<_> = members.iter().filter_map(|id| all.get(id)).cloned().collect();
            drifted.extend(self.union_of(tx, territory, &members).await?);
        }
        drifted.sort_by_key(|drift| drift.territory.id);
        Ok(drifted)
    }

    async fn union_of(
        &self,
        tx: &Transaction,
        territory: &Territory,
        members: &[Territory],
    ) -> Result<Option<Drift>, Error> {
        let (should, copies) = self.united(tx, territory, members.to_vec()).await?;
        let same = match (&territory.outline, &should.outline) {
            (None, None) => true,
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        };
        Ok((!same).then_some(Drift { territory: should, copies, measures_differ: true, copies_differ: true }))
    }
}

/// Whether two unions are one. Of the same members, one made in another order may differ in the order of its corners.
fn same(a: &OutlineMeasures, b: &OutlineMeasures) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6;
    let boxes = near(a.bbox.west(), b.bbox.west())
        && near(a.bbox.south(), b.bbox.south())
        && near(a.bbox.east(), b.bbox.east())
        && near(a.bbox.north(), b.bbox.north());
    let is_one = a.digest == b.digest || boxes && near(a.area_m2 / b.area_m2, 1.0);
    is_one && a.vintage == b.vintage && super::close(a.precision_metres, b.precision_metres)
}
