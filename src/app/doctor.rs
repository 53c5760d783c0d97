//! The doctor: looks the database over, says what is wrong and what to do about it. Writes nothing.

mod entries;
mod schema;

use std::collections::HashMap;
use std::fmt;
use std::time::Instant;

use serde::Serialize;

use super::derived::outlines::CHUNK;
use super::derived::seats::Chunks;
use super::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::Territory;
use crate::store::integrity::Found;
use crate::store::{self, StoreError, Transaction};

/// What was looked at, in order.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diagnosis {
    /// The checks.
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// What is well where nothing is wrong.
    pub subject: &'static str,
    /// What is wrong; nothing where all is well.
    pub faults: Vec<Fault>,
    /// How long it took.
    pub seconds: f64,
}

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// What, as a sentence.
    pub what: String,
    /// How many.
    pub count: u64,
    /// The first few.
    pub examples: Vec<String>,
    /// What to do about it.
    pub cure: String,
    /// Worth knowing, but nothing is broken.
    pub is_hint: bool,
}

impl Fault {
    fn new(what: impl Into<String>, count: u64, examples: Vec<String>, cure: &str) -> Self {
        Self { what: what.into(), count, examples, cure: cure.to_owned(), is_hint: false }
    }

    /// One for what a check found, none where it found nothing.
    fn of(found: Found, what: &str, cure: &str) -> Option<Self> {
        (found.count > 0).then(|| Self::new(what, found.count, found.examples, cure))
    }
}

impl Diagnosis {
    /// Whether nothing is broken.
    pub fn is_well(&self) -> bool {
        self.faults().all(|fault| fault.is_hint)
    }

    /// Everything that is wrong.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.checks.iter().flat_map(|check| &check.faults)
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            if check.faults.is_empty() {
                writeln!(f, "well   {:<12} {} ({:.1} s)", check.name, check.subject, check.seconds)?;
            }
            for fault in &check.faults {
                let word = if fault.is_hint { "hint " } else { "WRONG" };
                writeln!(f, "{word}  {:<12} {}: {}", check.name, fault.count, fault.what)?;
                for example in &fault.examples {
                    writeln!(f, "         - {example}")?;
                }
                if fault.count > fault.examples.len() as u64 && !fault.examples.is_empty() {
                    writeln!(f, "         - … and {} more", fault.count - fault.examples.len() as u64)?;
                }
                writeln!(f, "         do: {}", fault.cure)?;
            }
        }
        let wrong = self.faults().filter(|fault| !fault.is_hint).count();
        if wrong == 0 { write!(f, "all is well") } else { write!(f, "{wrong} things are wrong") }
    }
}

impl App {
    /// Looks everything over, in one state of the database.
    pub async fn examine(&self) -> Result<Diagnosis, Error> {
        // Outlines are read again, not taken from what this program has read before.
        let app = Self::new(self.store.clone(), self.clock.clone(), self.ids.clone());
        let tx = app.store.begin_snapshot().await?;
        let mut diagnosis = Diagnosis::default();
        let checks = &mut diagnosis.checks;
        check(&tx, checks, "server", "version, encoding and character type", schema::server).await?;
        let migrated = check(&tx, checks, "schema", "as this program needs it", schema::version).await?;
        if !migrated {
            return Ok(diagnosis);
        }
        check(&tx, checks, "extensions", "all there", schema::extensions).await?;
        check(&tx, checks, "collations", "as when the indexes were made", schema::collations).await?;
        check(&tx, checks, "parts", "every column, index and constraint", schema::parts).await?;
        check(&tx, checks, "records", "what is spoken of is there", entries::records).await?;
        check(&tx, checks, "history", "every entry has its creation and its last change", entries::history)
            .await?;
        check(&tx, checks, "interactions", "no two of a pair and kind at a time", entries::interactions)
            .await?;
        check(&tx, checks, "search", "derived columns are up to date", entries::generated).await?;
        let app = &app;
        let outlines = async |tx: &_| app.outlines_check(tx).await;
        check(&tx, checks, "outlines", "readable, measured, with their copies", outlines).await?;
        let unions = async |tx: &_| app.unions_check(tx).await;
        check(&tx, checks, "unions", "perimeters made of members are their union", unions).await?;
        let links = async |tx: &_| app.links_check(tx).await;
        check(&tx, checks, "links", "what lies within what, as measured anew", links).await?;
        let seats = async |tx: &_| app.seats_check(tx).await;
        check(&tx, checks, "seats", "actors sit where their points are", seats).await?;
        check(&tx, checks, "statistics", "tables are analysed", schema::statistics).await?;
        Ok(diagnosis)
    }

    async fn outlines_check(&self, tx: &Transaction) -> Result<Vec<Fault>, Error> {
        let (mut lost, mut measures, mut copies) = (Found::default(), Found::default(), Found::default());
        let territories = store::territories::all(tx).await?;
        let names = Names::of(&territories);
        for chunk in territories.chunks(CHUNK) {
            let found = self.outline_drift(tx, chunk).await?;
            for (id, why) in found.lost {
                lost.add(|| format!("{}: {why}", names.get(id)));
            }
            for drift in found.drifted {
                if drift.measures_differ {
                    measures.add(|| names.get(drift.territory.id));
                }
                if drift.copies_differ {
                    copies.add(|| names.get(drift.territory.id));
                }
            }
        }
        let again =
            "give these an outline again: `maillage import territories`, `updateTerritory`, or a backup";
        let faults = [
            Fault::of(lost, "outlines that can't be read", again),
            Fault::of(
                measures,
                "outlines whose area, box, centroid or digest is another",
                "maillage rebuild outlines",
            ),
            Fault::of(
                copies,
                "outlines whose simplified copies are not what they should be",
                "maillage rebuild outlines",
            ),
        ];
        Ok(faults.into_iter().flatten().collect())
    }

    async fn unions_check(&self, tx: &Transaction) -> Result<Vec<Fault>, Error> {
        let territories: Vec<_> =
            self.union_drift(tx).await?.into_iter().map(|drift| drift.territory).collect();
        let names = Names::of(&territories);
        let mut found = Found::default();
        for territory in &territories {
            found.add(|| names.get(territory.id));
        }
        let what = "perimeters whose outline is not the union of their members'";
        Ok(Fault::of(found, what, "maillage rebuild outlines").into_iter().collect())
    }

    async fn links_check(&self, tx: &Transaction) -> Result<Vec<Fault>, Error> {
        let drift = self.link_drift(tx).await?;
        if drift.written.is_empty() && drift.gone.is_empty() {
            return Ok(Vec::new());
        }
        let territories = store::territories::all(tx).await?;
        let names = Names::of(&territories);
        let (mut differ, mut gone) = (Found::default(), Found::default());
        for link in &drift.written {
            let relation = if link.relation.as_ref() == "WITHIN" { "is within" } else { "intersects" };
            differ.add(|| format!("{} {relation} {}", names.get(link.territory), names.get(link.other)));
        }
        for (territory, other) in &drift.gone {
            gone.add(|| format!("{} and {}", names.get(*territory), names.get(*other)));
        }
        let cure = "maillage rebuild links";
        let faults = [
            Fault::of(differ, "links that are missing or say something else", cure),
            Fault::of(gone, "links that nothing says", cure),
        ];
        Ok(faults.into_iter().flatten().collect())
    }

    async fn seats_check(&self, tx: &Transaction) -> Result<Vec<Fault>, Error> {
        let (mut seats, mut held) = (Found::default(), Found::default());
        for chunk in Chunks::of_all(tx).await?.iter() {
            for drift in self.seat_drift(tx, chunk).await? {
                let name = || format!("{} {}", drift.actor.0, drift.name);
                if drift.seat.is_some() {
                    seats.add(name);
                }
                if drift.held_by.is_some() {
                    held.add(name);
                }
            }
        }
        let cure = "maillage rebuild seats";
        let faults = [
            Fault::of(seats, "actors that do not sit where their point is", cure),
            Fault::of(held, "actors that are not kept in the perimeters that hold their point", cure),
        ];
        Ok(faults.into_iter().flatten().collect())
    }
}

/// Runs one check and keeps what it found; whether it found nothing broken. A check that stumbles over what it reads
/// is a fault itself, and the others go on.
async fn check(
    tx: &Transaction,
    checks: &mut Vec<Check>,
    name: &'static str,
    subject: &'static str,
    work: impl AsyncFnOnce(&Transaction) -> Result<Vec<Fault>, Error>,
) -> Result<bool, Error> {
    let start = Instant::now();
    let step = store::begin_step(tx).await?;
    let outcome = work(&step).await;
    // Also after a statement that failed, which would spoil the whole transaction.
    step.rollback().await.map_err(StoreError::from)?;
    let faults = match outcome {
        Ok(faults) => faults,
        Err(Error::Internal(cause)) => {
            let mut what = format!("could not be looked at: {cause}");
            let mut below = cause.source();
            while let Some(error) = below {
                what = format!("{what}: {error}");
                below = error.source();
            }
            vec![Fault::new(what, 1, Vec::new(), "mend that row first, then ask again")]
        }
        Err(error) => return Err(error),
    };
    let is_well = faults.iter().all(|fault| fault.is_hint);
    checks.push(Check { name, subject, faults, seconds: start.elapsed().as_secs_f64() });
    Ok(is_well)
}

/// What territories are called.
struct Names(HashMap<TerritoryId, String>);

impl Names {
    fn of(territories: &[Territory]) -> Self {
        let name = |t: &Territory| format!("{} {} {} {}", t.kind, t.code, t.vintage, t.name);
        Self(territories.iter().map(|territory| (territory.id, name(territory))).collect())
    }

    fn get(&self, id: TerritoryId) -> String {
        self.0.get(&id).cloned().unwrap_or_else(|| id.0.to_string())
    }
}
