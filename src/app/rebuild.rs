//! Derived data, made anew from what people and files said.

use std::fmt;

use strum::{Display, EnumString};

use super::derived::outlines::CHUNK;
use super::derived::seats::Chunks;
use super::{App, Error};
use crate::store::{self, StoreError, Transaction, catalogue};

/// What can be derived anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Part {
    /// Columns that Postgres derives: text to be searched, orders of lists, pairs of interactions.
    Search,
    /// Measures, digests and simplified copies of outlines; outlines of perimeters made of members.
    Outlines,
    /// What lies within what and overlaps what.
    Links,
    /// Where actors sit by their point, and the perimeters that hold it.
    Seats,
}

impl Part {
    /// Every part, in the order in which they build on each other.
    pub const ALL: [Self; 4] = [Self::Search, Self::Outlines, Self::Links, Self::Seats];
}

/// How much differed, and was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Rows whose derived columns were stale.
    pub stale: u64,
    /// Outlines with other measures or copies, unions among them.
    pub outlines: u64,
    /// Outlines that can't be read, and stay as they are.
    pub lost: u64,
    /// Links that were missing, differed, or should not have been.
    pub links: u64,
    /// Actors that sat, or were kept, elsewhere.
    pub seats: u64,
}

impl Rebuilt {
    /// How many rows were written.
    pub fn changed(&self) -> u64 {
        self.stale + self.outlines + self.links + self.seats
    }
}

impl fmt::Display for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stale, outlines, lost, links, seats } = self;
        write!(
            f,
            "changed {stale} rows with text to be searched, {outlines} outlines, {links} links between territories, \
             {seats} places of actors"
        )?;
        if *lost > 0 {
            write!(f, "; {lost} outlines can't be read and stay as they are: see `maillage doctor`")?;
        }
        Ok(())
    }
}

impl App {
    /// Derives these parts anew in one transaction, and what hangs on them where they changed. Imports and other writes
    /// of territories and actors wait meanwhile, or are refused as taking too long; reading goes on.
    pub async fn rebuild(&self, parts: &[Part]) -> Result<Rebuilt, Error> {
        // Outlines are read again, not taken from what this program has read before.
        let app = Self::new(self.store.clone(), self.clock.clone(), self.ids.clone());
        let tx = app.store.begin_long(|| tracing::info!("an import is running: waiting for its end")).await?;
        store::territories::lock(&tx).await?;
        store::hold_writers(&tx, "territories, actors, interactions, calls").await?;
        let asked = |part| parts.contains(&part);
        let mut rebuilt = Rebuilt::default();
        if asked(Part::Search) {
            for table in catalogue::generated(&tx).await? {
                rebuilt.stale += table.refresh(&tx).await?;
            }
            rebuilt.stale += store::integrity::keep_words(&tx).await?;
        }
        if asked(Part::Outlines) {
            app.rebuild_outlines(&tx, &mut rebuilt).await?;
        }
        if asked(Part::Links) || rebuilt.outlines > 0 {
            let drift = app.link_drift(&tx).await?;
            store::territory_links::write(&tx, &drift.written, &drift.gone).await?;
            rebuilt.links = (drift.written.len() + drift.gone.len()) as u64;
        }
        if asked(Part::Seats) || rebuilt.outlines > 0 {
            app.rebuild_seats(&tx, &mut rebuilt).await?;
        }
        if rebuilt.changed() > 0 {
            store::feed::move_on(&tx).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(rebuilt)
    }

    async fn rebuild_outlines(&self, tx: &Transaction, rebuilt: &mut Rebuilt) -> Result<(), Error> {
        let territories = store::territories::all(tx).await?;
        for chunk in territories.chunks(CHUNK) {
            let found = self.outline_drift(tx, chunk).await?;
            rebuilt.outlines += found.drifted.len() as u64;
            rebuilt.lost += found.lost.len() as u64;
            self.write_outlines(tx, found.drifted).await?;
        }
        // A union may be the member of another: as often as they are deep, each once in a round.
        for _ in 0..=territories.len() {
            let drifted = self.union_drift(tx).await?;
            if drifted.is_empty() {
                break;
            }
            rebuilt.outlines += drifted.len() as u64;
            self.write_outlines(tx, drifted).await?;
        }
        Ok(())
    }

    async fn rebuild_seats(&self, tx: &Transaction, rebuilt: &mut Rebuilt) -> Result<(), Error> {
        for chunk in Chunks::of_all(tx).await?.iter() {
            let drifted = self.seat_drift(tx, chunk).await?;
            rebuilt.seats += drifted.len() as u64;
            let seats: Vec<_> = drifted.iter().filter_map(|d| Some((d.actor, d.seat?))).collect();
            let held: Vec<_> =
                drifted.into_iter().filter_map(|drift| Some((drift.actor, drift.held_by?))).collect();
            if !seats.is_empty() {
                store::actors::write_seats(tx, &seats).await?;
            }
            if !held.is_empty() {
                store::actors::write_points(tx, &held).await?;
            }
        }
        Ok(())
    }
}
