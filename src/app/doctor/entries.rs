//! What the doctor asks of entries and records, beyond what constraints hold.

use super::Fault;
use crate::app::Error;
use crate::store::{Transaction, catalogue, integrity};

const RECREATE: &str =
    "the entry works; where its history matters, restore a backup from before it went missing";
const DEVELOPER: &str = "this should not happen: keep a backup, and report it";

/// Nothing speaks of what is not there.
pub async fn records(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for (table, name) in integrity::RECORDS {
        let cure = match table {
            "changes" => DEVELOPER.to_owned(),
            _ => format!(
                "DELETE FROM {table} r WHERE NOT EXISTS (SELECT 1 FROM territories e WHERE e.id = r.subject_id) AND NOT \
                 EXISTS (SELECT 1 FROM actors e WHERE e.id = r.subject_id) AND NOT EXISTS (SELECT 1 FROM interactions e \
                 WHERE e.id = r.subject_id) AND NOT EXISTS (SELECT 1 FROM calls e WHERE e.id = r.subject_id)"
            ),
        };
        let found = integrity::orphans(db, table, name).await?;
        faults.extend(Fault::of(found, &format!("{table} of entries that are not there"), &cure));
    }
    let cure = "give them a commune: `updateActor`, or import them again";
    let elsewhere = integrity::seats_elsewhere(db).await?;
    faults.extend(Fault::of(elsewhere, "actors that sit in what is no commune", cure));
    let half = integrity::half_merged(db).await?;
    faults.extend(Fault::of(
        half,
        "actors that another took over, or has the slug of, and that are still there",
        DEVELOPER,
    ));
    let cure = "name others, or none: `updateTerritory(input: {successors: …})`";
    let lost = integrity::lost_successors(db).await?;
    faults.extend(Fault::of(lost, "territories that name a successor which is not there", cure));
    Ok(faults)
}

/// Every entry has its history.
pub async fn history(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let faults = [
        Fault::of(integrity::uncreated(db).await?, "entries whose creation is in no history", RECREATE),
        Fault::of(
            integrity::unfed(db).await?,
            "changes that the feed does not have, so that no follower hears of them",
            "someone disabled its triggers: enable them, and update each entry through the API, which tells it anew",
        ),
        Fault::of(
            integrity::unrecorded(db).await?,
            "entries whose version is not that of their last change",
            "someone wrote to the tables by hand: update each through the API, which records it",
        ),
    ];
    Ok(faults.into_iter().flatten().collect())
}

/// No interaction stands twice.
pub async fn interactions(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let what = "interactions of one pair and kind at the same time, or grants that stand twice";
    let cure = "archive one of each two: `archive(id: …)`";
    Ok(Fault::of(integrity::overlapping(db).await?, what, cure).into_iter().collect())
}

/// Columns that Postgres derives are as it would derive them now.
pub async fn generated(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for table in catalogue::generated(db).await? {
        let what = format!("rows of {} whose derived columns are stale", table.table);
        faults.extend(Fault::of(integrity::stale(db, &table).await?, &what, "maillage rebuild search"));
    }
    let what = "words of names to which typing errors can't be mended";
    faults.extend(Fault::of(integrity::unkept_words(db).await?, what, "maillage rebuild search"));
    Ok(faults)
}
