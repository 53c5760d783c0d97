//! What follows from a stored outline: its measures, its digest, its simplified copies.

use super::close;
use crate::app::outlines::boundary;
use crate::app::territories::{copies, measure};
use crate::app::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::{Territory, UNSTATED_PRECISION_METRES};
use crate::store::outlines::Copy;
use crate::store::{self, Transaction, integrity};

/// How many outlines are looked at at a time.
pub const CHUNK: usize = 500;

/// A territory as its outline says that it should stand.
pub struct Drift {
    /// The territory with the measures of its outline.
    pub territory: Territory,
    /// The outline and its simplified copies.
    pub copies: Vec<Copy>,
    /// Whether its measures differ, or its digest.
    pub measures_differ: bool,
    /// Whether what is stored of its outline differs.
    pub copies_differ: bool,
}

/// What was found of some territories.
#[derive(Default)]
pub struct Found {
    /// Those that do not stand as their outline says.
    pub drifted: Vec<Drift>,
    /// Those whose outline can't be read or is not there, and why.
    pub lost: Vec<(TerritoryId, String)>,
}

impl App {
    /// Compares these territories, a chunk of all, with their stored outlines.
    pub(in crate::app) async fn outline_drift(
        &self,
        tx: &Transaction,
        territories: &[Territory],
    ) -> Result<Found, Error> {
        let ids: Vec<_> = territories.iter().map(|territory| territory.id).collect();
        let mut stored = integrity::copies(tx, &ids).await?;
        let mut found = Found::default();
        for territory in territories {
            let stored = stored.remove(&territory.id).unwrap_or_default();
            if territory.outline.is_none() && stored.is_empty() {
                continue;
            }
            match drift(territory, &stored) {
                Ok(drift) if drift.measures_differ || drift.copies_differ => found.drifted.push(drift),
                Ok(_) => {}
                Err(why) => found.lost.push((territory.id, why)),
            }
        }
        Ok(found)
    }

    /// Writes what [`outline_drift`](Self::outline_drift) found.
    pub(in crate::app) async fn write_outlines(
        &self,
        tx: &Transaction,
        drifted: Vec<Drift>,
    ) -> Result<(), Error> {
        let (territories, copies): (Vec<_>, Vec<_>) = drifted
            .into_iter()
            .map(|drift| {
                let id = drift.territory.id;
                (drift.territory, (id, drift.copies))
            })
            .unzip();
        store::territories::write(tx, &territories).await?;
        Ok(store::outlines::write(tx, &copies).await?)
    }
}

fn drift(territory: &Territory, stored: &[Copy]) -> Result<Drift, String> {
    let Some(outline) = stored.first().filter(|copy| copy.tolerance_metres == 0.0) else {
        return Err("the outline itself is not stored".to_owned());
    };
    let boundary = boundary(territory.id, &outline.geojson).map_err(|error| match error {
        Error::Internal(cause) => cause.to_string(),
        error => format!("{error:?}"),
    })?;
    let mut should = territory.clone();
    let before = territory.outline.as_ref();
    let vintage = before.map_or(territory.vintage, |outline| outline.vintage);
    let precision = before.map_or(UNSTATED_PRECISION_METRES, |outline| outline.precision_metres);
    measure(&mut should, &boundary, vintage, precision);
    if let Some(outline) = &mut should.outline {
        outline.from_members = before.is_some_and(|before| before.from_members);
    }
    let copies = copies(&boundary);
    let measures_differ = !same_measures(territory, &should);
    let copies_differ = copies != stored;
    Ok(Drift { territory: should, copies, measures_differ, copies_differ })
}

fn same_measures(a: &Territory, b: &Territory) -> bool {
    let centroids = match (a.centroid, b.centroid) {
        (Some(a), Some(b)) => close(a.longitude(), b.longitude()) && close(a.latitude(), b.latitude()),
        (None, None) => true,
        _ => false,
    };
    let outlines = match (&a.outline, &b.outline) {
        (Some(a), Some(b)) => a.digest == b.digest && a.bbox == b.bbox && close(a.area_m2, b.area_m2),
        (None, None) => true,
        _ => false,
    };
    centroids && outlines
}
