//! What no constraint holds, looked for: entries that are spoken of and not there, histories with holes, periods that
//! overlap. Everything here reads.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::catalogue::Generated;
use super::error::StoreError;
use super::outlines::Copy;
use super::rows::get;
use super::sql::Sql;
use super::territories::uuids;
use crate::domain::ids::{ActorId, TerritoryId};

/// How many of what is wrong are named.
pub const EXAMPLES: usize = 5;

/// What a statement found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How many.
    pub count: u64,
    /// The first few.
    pub examples: Vec<String>,
}

impl Found {
    /// Counts one more, and names it while there are few.
    pub fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(name());
        }
    }
}

/// Counts what a statement of one text column gives.
async fn found(db: &impl ConnectionTrait, inner: &str) -> Result<Found, StoreError> {
    let mut sql = Sql::new("SELECT count(*) OVER () AS total, f.name FROM (");
    sql.push(inner).push(") f(name) ORDER BY f.name LIMIT ").bind(EXAMPLES as i64);
    let mut found = Found::default();
    for row in sql.rows(db).await? {
        let total: i64 = get(&row, "total")?;
        found.count = total as u64;
        found.examples.push(get(&row, "name")?);
    }
    Ok(found)
}

/// Every entry that a record may speak of.
const SUBJECTS: &str = "(SELECT 'TERRITORY' AS kind, id, version FROM territories UNION ALL SELECT 'ACTOR', id, version FROM actors
    UNION ALL SELECT 'INTERACTION', id, version FROM interactions UNION ALL SELECT 'CALL', id, version FROM calls
    UNION ALL SELECT 'SUGGESTION', id, version FROM suggestions UNION ALL SELECT side, id, version FROM exchanges
    UNION ALL SELECT 'SUPPORT_REQUEST', id, version FROM support_requests
    UNION ALL SELECT 'COLLECTIVE', id, version FROM collectives
    UNION ALL SELECT 'PROJECT', id, version FROM projects
    UNION ALL SELECT 'GOOD_PRACTICE', id, version FROM good_practices
    UNION ALL SELECT 'REPLICATION', id, version FROM replications
    UNION ALL SELECT 'LESSON', id, version FROM lessons
    UNION ALL SELECT 'LIBRARY_RESOURCE', id, version FROM library_resources
    UNION ALL SELECT 'DIAGNOSIS', id, version FROM diagnoses
    UNION ALL SELECT 'APPLICATION', id, version FROM applications)";

/// Tables whose rows speak of an entry by kind and key, with what names a row.
pub const RECORDS: [(&str, &str); 3] = [
    ("origins", "r.subject_kind || ' ' || r.source || ' ' || r.reference"),
    ("changes", "r.subject_kind || ' ' || r.subject_id || ' at position ' || r.position"),
    ("client_keys", "r.caller || ' ' || r.key"),
];

/// Rows of one of [`RECORDS`] whose entry is not there. Accounts, keys and contacts may go; their records stay.
pub async fn orphans(db: &impl ConnectionTrait, table: &str, name: &str) -> Result<Found, StoreError> {
    // The history of a merged entry stays under its id.
    let merged = match table {
        "changes" => {
            "AND NOT (r.subject_kind = 'ACTOR' AND EXISTS (SELECT 1 FROM merged_actors m WHERE m.id = r.subject_id))
            AND NOT (r.subject_kind = 'REPLICATION' AND EXISTS (SELECT 1 FROM changes m WHERE m.subject_kind = r.subject_kind
                AND m.subject_id = r.subject_id AND m.action = 'MERGE' AND m.fields -> 'merged_into' IS NOT NULL))"
        }
        _ => "",
    };
    let inner = format!(
        "SELECT {name} FROM {table} r WHERE r.subject_kind IN ('TERRITORY', 'ACTOR', 'INTERACTION', 'CALL', 'COLLECTIVE', 'PROJECT', 'DIAGNOSIS', 'GOOD_PRACTICE', 'REPLICATION', 'LESSON', 'LIBRARY_RESOURCE', 'APPLICATION', 'NEED', 'OFFER', 'SUPPORT_REQUEST')
            AND NOT EXISTS (SELECT 1 FROM {SUBJECTS} s WHERE s.kind = r.subject_kind AND s.id = r.subject_id) {merged}"
    );
    found(db, &inner).await
}

/// Actors that are there although another took them over, and slugs of such that another has.
pub async fn half_merged(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner =
        "SELECT a.id || ' ' || a.name FROM merged_actors m JOIN actors a ON a.id = m.id OR a.slug = m.slug";
    found(db, inner).await
}

/// Territories that name a successor which is not there.
pub async fn lost_successors(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = "SELECT t.kind || ' ' || t.code || ' ' || t.vintage FROM territories t
        WHERE EXISTS (SELECT 1 FROM unnest(t.successor_ids) s(id) WHERE NOT EXISTS
            (SELECT 1 FROM territories o WHERE o.id = s.id))";
    found(db, inner).await
}

/// Entries whose creation is in no history.
pub async fn uncreated(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = format!(
        "SELECT s.kind || ' ' || s.id FROM {SUBJECTS} s WHERE NOT EXISTS (SELECT 1 FROM changes c
            WHERE c.subject_kind = s.kind AND c.subject_id = s.id AND c.action IN ('CREATE', 'IMPORT'))"
    );
    found(db, &inner).await
}

/// Entries whose version is not the one that their last change made.
pub async fn unrecorded(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = format!(
        "SELECT s.kind || ' ' || s.id || ' (version ' || s.version || ', last change ' || c.version || ')'
        FROM {SUBJECTS} s JOIN (SELECT subject_kind, subject_id, max(version) AS version FROM changes
            GROUP BY subject_kind, subject_id) c ON c.subject_kind = s.kind AND c.subject_id = s.id
        WHERE c.version <> s.version"
    );
    found(db, &inner).await
}

/// Interactions of one pair and kind whose periods overlap, and grants that stand twice.
pub async fn overlapping(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = "SELECT a.id || ' and ' || b.id FROM interactions a
        JOIN interactions b ON (b.first_id, b.second_id, b.kind) = (a.first_id, a.second_id, a.kind)
        WHERE a.id < b.id AND a.kind <> 'FUNDING' AND a.status NOT IN ('ARCHIVED', 'REJECTED')
            AND b.status NOT IN ('ARCHIVED', 'REJECTED')
            AND daterange(a.since, a.until, '[]') && daterange(b.since, b.until, '[]')
        UNION ALL SELECT min(id::text) || ' and ' || max(id::text) FROM interactions
        WHERE kind = 'FUNDING' AND status NOT IN ('ARCHIVED', 'REJECTED')
        GROUP BY first_id, second_id, amount, since, until, md5(coalesce(description, '')) HAVING count(*) > 1";
    found(db, inner).await
}

/// Changes that the feed does not have: those who follow it will never hear of them.
pub async fn unfed(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = "SELECT c.subject_kind || ' ' || c.subject_id || ' at position ' || c.position FROM changes c
        WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.transaction = c.transaction AND f.position IS NOT NULL)";
    found(db, inner).await
}

/// Actors that sit in what is no commune.
pub async fn seats_elsewhere(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    let inner = "SELECT a.id || ' ' || a.name FROM actors a JOIN territories t ON t.id = a.seat_id
        WHERE t.kind <> 'COMMUNE'";
    found(db, inner).await
}

/// Rows whose derived columns are not what they should be.
pub async fn stale(db: &impl ConnectionTrait, of: &Generated) -> Result<Found, StoreError> {
    found(db, &of.stale()).await
}

/// Words of published names that typing errors can't be mended to, since they are not kept.
pub async fn unkept_words(db: &impl ConnectionTrait) -> Result<Found, StoreError> {
    found(
        db,
        "SELECT w.word FROM search_words_of((SELECT array_agg(DISTINCT n.search_name) FROM search_names n)) w(word)
        WHERE NOT EXISTS (SELECT FROM search_words k WHERE k.word = w.word)",
    )
    .await
}

/// Keeps the words of names anew; how many were missing.
pub async fn keep_words(tx: &impl ConnectionTrait) -> Result<u64, StoreError> {
    let missing = unkept_words(tx).await?.count;
    Sql::new("SELECT search_words_rebuild()").execute(tx).await?;
    Ok(missing)
}

/// Every actor whose place may be derived, with its point: those with a point, with a seat that nobody declared, or
/// within a perimeter.
pub async fn placed_actors(
    db: &impl ConnectionTrait,
) -> Result<Vec<(ActorId, Option<(f64, f64)>)>, StoreError> {
    let sql = Sql::new(
        "SELECT id, longitude, latitude FROM actors WHERE longitude IS NOT NULL
            OR (seat_id IS NOT NULL AND NOT seat_declared) OR id IN (SELECT actor_id FROM actor_points) ORDER BY id",
    );
    let placed = |row| {
        let (longitude, latitude): (Option<f64>, Option<f64>) =
            (get(row, "longitude")?, get(row, "latitude")?);
        Ok((ActorId(get(row, "id")?), longitude.zip(latitude)))
    };
    sql.rows(db).await?.iter().map(placed).collect()
}

/// The perimeters that are kept as holding the points of these actors, in order.
pub async fn points(
    db: &impl ConnectionTrait,
    of: &[ActorId],
) -> Result<HashMap<ActorId, Vec<TerritoryId>>, StoreError> {
    let mut sql = Sql::new("SELECT actor_id, territory_id FROM actor_points WHERE actor_id = ANY(");
    sql.bind(of.iter().map(|id| id.0).collect::<Vec<Uuid>>()).push(") ORDER BY actor_id, territory_id");
    let mut points: HashMap<ActorId, Vec<TerritoryId>> = HashMap::new();
    for row in sql.rows(db).await? {
        let actor = ActorId(get(&row, "actor_id")?);
        points.entry(actor).or_default().push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(points)
}

/// The outlines of these territories with their simplified copies, the outline itself first.
pub async fn copies(
    db: &impl ConnectionTrait,
    of: &[TerritoryId],
) -> Result<HashMap<TerritoryId, Vec<Copy>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT territory_id, tolerance_metres, geojson FROM territory_boundaries WHERE territory_id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY territory_id, tolerance_metres");
    let mut copies: HashMap<TerritoryId, Vec<Copy>> = HashMap::new();
    for row in sql.rows(db).await? {
        let copy = Copy { tolerance_metres: get(&row, "tolerance_metres")?, geojson: get(&row, "geojson")? };
        copies.entry(TerritoryId(get(&row, "territory_id")?)).or_default().push(copy);
    }
    Ok(copies)
}

/// How many entries there are of each kind, by the name of their table.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let mut counts = Vec::new();
    for table in [
        "territories",
        "actors",
        "interactions",
        "calls",
        "collectives",
        "projects",
        "good_practices",
        "lessons",
        "diagnoses",
        "applications",
        "changes",
    ] {
        let row = Sql::new(&format!("SELECT count(*) AS count FROM {table}")).row(db).await?;
        counts.push((table, row.map_or(Ok(0), |row| get(&row, "count"))?));
    }
    Ok(counts)
}
