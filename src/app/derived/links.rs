//! Links between territories, measured and derived from nothing but lists and outlines.

use std::collections::{HashMap, HashSet};

use super::close;
use crate::app::territory_links::perimeter;
use crate::app::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::links::{self, Link};
use crate::store::{self, Transaction};

/// How the links that stand differ from those that should.
#[derive(Default)]
pub struct Drift {
    /// Links that are missing or say something else.
    pub written: Vec<Link>,
    /// Pairs that are linked and should not be.
    pub gone: Vec<(TerritoryId, TerritoryId)>,
}

impl App {
    /// Compares the links that stand with what lists and outlines say.
    pub(in crate::app) async fn link_drift(&self, tx: &Transaction) -> Result<Drift, Error> {
        let listings = store::territory_links::listings(tx).await?;
        let territories = store::territories::all(tx).await?;
        let all: HashSet<_> = territories.iter().map(|territory| territory.id).collect();
        let overlaps = self.overlaps(tx, &territories, &[], &all).await?;
        let perimeters: Vec<_> = territories.iter().map(perimeter).collect();
        let derived = links::derive(&perimeters, &listings, &overlaps).links;
        let standing = store::territory_links::links(tx).await?;
        let mut before: HashMap<_, _> =
            standing.into_iter().map(|link| ((link.territory, link.other), link)).collect();
        let mut drift = Drift::default();
        for link in derived {
            match before.remove(&(link.territory, link.other)) {
                Some(standing) if same(&standing, &link) => {}
                _ => drift.written.push(link),
            }
        }
        drift.gone = before.into_keys().collect();
        drift.gone.sort_unstable();
        Ok(drift)
    }
}

/// Whether two links say the same. A share that a write took over from the other side differs in its last digits.
fn same(a: &Link, b: &Link) -> bool {
    let shares = match (a.share, b.share) {
        (Some(a), Some(b)) => close(a, b),
        (None, None) => true,
        _ => false,
    };
    shares && Link { share: None, ..*a } == Link { share: None, ..*b }
}
