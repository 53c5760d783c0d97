//! What the directory in memory is made of, and the sets that filters find: always with the end of the feed that is seen in
//! the same state of the database.

use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::feed::eraless;
use super::interaction_filter::{matches, of_actor};
use super::rows::{get, parse};
use super::sight::{sees_location, visible_actor, visible_interaction, visible_interactions};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{SubjectKind, TerritoryId};
use crate::domain::interactions::{CooperationLevel, InteractionFilter};
use crate::domain::listings::ActorListing;
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::world::{ActorRow, FeedEnd, TieRow};

/// Rows that are read at once.
const CHUNK: i64 = 50_000;

/// The columns, as arrays: a row costs many times what its values do. Arrays with nulls are not read: not a number, and 0,
/// stand for what is not there; days are counted from the year 1.
const ACTORS: &str =
    "SELECT coalesce(array_agg(a.id), '{}') AS ids, coalesce(array_agg(a.kind), '{}') AS kinds,
    coalesce(array_agg(a.status), '{}') AS statuses, coalesce(array_agg(a.location_hidden), '{}') AS hidden,
    coalesce(array_agg(coalesce(a.longitude, 'NaN')), '{}') AS longitudes,
    coalesce(array_agg(coalesce(a.latitude, 'NaN')), '{}') AS latitudes,
    coalesce(array_agg(a.name::text), '{}') AS names FROM ";
const TIES: &str = "SELECT coalesce(array_agg(i.id), '{}') AS ids, coalesce(array_agg(i.source_id), '{}') AS sources,
    coalesce(array_agg(i.target_id), '{}') AS targets, coalesce(array_agg(i.kind), '{}') AS kinds,
    coalesce(array_agg(i.status), '{}') AS statuses, coalesce(array_agg(coalesce(i.level, 0::smallint)), '{}') AS levels,
    coalesce(array_agg(coalesce(i.intensity, 0::smallint)), '{}') AS intensities,
    coalesce(array_agg(coalesce(i.since - DATE '0001-01-01' + 1, 0)), '{}') AS begun,
    coalesce(array_agg(coalesce(i.until - DATE '0001-01-01' + 1, 0)), '{}') AS ended FROM ";

/// Which entries changed: what there is to be read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Actors.
    pub actors: Vec<Uuid>,
    /// Interactions.
    pub ties: Vec<Uuid>,
    /// Whether a territory is among what changed.
    pub territories: bool,
}

/// What a set is of.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// The actors that match, of a territory or of all.
    Actors(&'a ActorListing, Option<TerritoryId>),
    /// The interactions that match, whatever their ends are.
    Ties(&'a InteractionFilter, &'a Visibility),
    /// The unpublished actors that may be seen.
    UnpublishedActors(&'a Visibility),
    /// The unpublished interactions that may be seen, whatever their ends are.
    UnpublishedTies(&'a Visibility),
    /// The actors whose hidden location may be seen.
    HiddenPoints(&'a Visibility),
}

fn end(row: &QueryResult) -> Result<FeedEnd, StoreError> {
    Ok(FeedEnd { era: get(row, "era")?, position: get(row, "position")? })
}

const END: &str =
    "(SELECT era FROM feed_era) AS era, (SELECT coalesce(max(position), 0) FROM feed) AS position";

/// How far the feed goes in what this transaction sees.
pub async fn feed_end(tx: &Transaction) -> Result<FeedEnd, StoreError> {
    let row = Sql::new(&format!("SELECT {END}")).row(tx).await?;
    end(&row.ok_or_else(eraless)?)
}

/// The actors behind an id, in order of id, at most so many; none where that was the last.
pub async fn actors_behind(tx: &Transaction, last: Uuid) -> Result<Vec<ActorRow>, StoreError> {
    let mut sql = Sql::new(ACTORS);
    sql.push("(SELECT * FROM actors WHERE id > ")
        .bind(last)
        .push(" ORDER BY id LIMIT ")
        .bind(CHUNK)
        .push(") a");
    read_actors(sql, tx).await
}

/// The interactions behind an id, in order of id, at most so many; none where that was the last.
pub async fn ties_behind(tx: &Transaction, last: Uuid) -> Result<Vec<TieRow>, StoreError> {
    let mut sql = Sql::new(TIES);
    sql.push("(SELECT * FROM interactions WHERE id > ").bind(last).push(" ORDER BY id LIMIT ").bind(CHUNK);
    sql.push(") i");
    read_ties(sql, tx).await
}

/// These actors, as far as they are there.
pub async fn actors_as_they_are(tx: &Transaction, ids: &[Uuid]) -> Result<Vec<ActorRow>, StoreError> {
    let mut sql = Sql::new(ACTORS);
    sql.push("actors a WHERE a.id = ANY(").bind(ids.to_vec()).push(")");
    read_actors(sql, tx).await
}

/// These interactions, as far as they are there.
pub async fn ties_as_they_are(tx: &Transaction, ids: &[Uuid]) -> Result<Vec<TieRow>, StoreError> {
    let mut sql = Sql::new(TIES);
    sql.push("interactions i WHERE i.id = ANY(").bind(ids.to_vec()).push(")");
    read_ties(sql, tx).await
}

/// What changed behind a place in the feed; null where it is more than `most` entries.
pub async fn changed_behind(
    tx: &Transaction,
    position: i64,
    most: usize,
) -> Result<Option<Changed>, StoreError> {
    let mut sql = Sql::new(
        "SELECT DISTINCT c.subject_kind, c.subject_id FROM feed f
        JOIN changes c ON c.transaction = f.transaction AND c.position >= f.from_change WHERE f.position > ",
    );
    sql.bind(position).push(" AND c.subject_kind IN ('ACTOR', 'INTERACTION', 'TERRITORY') LIMIT ");
    sql.bind(most as i64 + 1);
    let rows = sql.rows(tx).await?;
    if rows.len() > most {
        return Ok(None);
    }
    let mut changed = Changed::default();
    for row in &rows {
        let (kind, id): (String, Uuid) = (get(row, "subject_kind")?, get(row, "subject_id")?);
        match parse("changes", "subject_kind", &kind)? {
            SubjectKind::Actor => changed.actors.push(id),
            SubjectKind::Interaction => changed.ties.push(id),
            _ => changed.territories = true,
        }
    }
    Ok(Some(changed))
}

impl Store {
    /// The ids of a set, and the end of the feed at which they are it.
    pub async fn found_in(
        &self,
        db: &impl ConnectionTrait,
        found: &Found<'_>,
    ) -> Result<(FeedEnd, Vec<Uuid>), StoreError> {
        let sql = match found {
            Found::Actors(listing, of) => {
                let of = of.map(|of| of.0);
                let reading = self.reading_whole(listing, of).await?;
                let mut sql = listing.matching(of, "a.id", &reading);
                sql.push("SELECT coalesce(array_agg(e.id), '{}') AS ids, ")
                    .push(END)
                    .push(" FROM matching e");
                sql
            }
            Found::Ties(filter, visibility) => {
                let reading = self.reading_interactions(filter, visibility).await?.whole();
                let mut sql = ids_of("i.id", "interactions i");
                visible_interactions(&mut sql, visibility);
                matches(&mut sql, filter, &reading);
                if let Some(actor) = filter.actor {
                    of_actor(&mut sql, actor);
                }
                sql
            }
            Found::UnpublishedActors(visibility) => {
                let mut sql = ids_of("a.id", "actors a");
                visible_actor(sql.push("a.status <> 'PUBLISHED' AND "), "a", &[], visibility);
                sql
            }
            Found::UnpublishedTies(visibility) => {
                let mut sql = ids_of("i.id", "interactions i");
                visible_interaction(sql.push("i.status <> 'PUBLISHED' AND "), &[], visibility);
                sql
            }
            Found::HiddenPoints(visibility) => {
                let mut sql = ids_of("a.id", "actors a");
                sees_location(
                    sql.push("a.location_hidden AND a.longitude IS NOT NULL AND "),
                    "a",
                    visibility,
                );
                sql
            }
        };
        let row = sql.row(db).await?.ok_or_else(eraless)?;
        Ok((end(&row)?, get(&row, "ids")?))
    }
}

fn ids_of(id: &str, from: &str) -> Sql {
    let mut sql = Sql::new("SELECT coalesce(array_agg(");
    sql.push(id).push("), '{}') AS ids, ").push(END).push(" FROM ").push(from).push(" WHERE ");
    sql
}

async fn read_actors(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<ActorRow>, StoreError> {
    let row = sql.row(db).await?.ok_or_else(eraless)?;
    let ids: Vec<Uuid> = get(&row, "ids")?;
    let (kinds, statuses): (Vec<String>, Vec<String>) = (get(&row, "kinds")?, get(&row, "statuses")?);
    let (hidden, names): (Vec<bool>, Vec<String>) = (get(&row, "hidden")?, get(&row, "names")?);
    let (longitudes, latitudes): (Vec<f64>, Vec<f64>) = (get(&row, "longitudes")?, get(&row, "latitudes")?);
    let mut actors = Vec::with_capacity(ids.len());
    for (place, (id, name)) in ids.into_iter().zip(names).enumerate() {
        actors.push(ActorRow {
            id,
            kind: parse("actors", "kind", &kinds[place])?,
            status: status("actors", &statuses[place])?,
            hidden: hidden[place],
            point: (!longitudes[place].is_nan()).then(|| (longitudes[place], latitudes[place])),
            name,
        });
    }
    Ok(actors)
}

async fn read_ties(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<TieRow>, StoreError> {
    let row = sql.row(db).await?.ok_or_else(eraless)?;
    let ids: Vec<Uuid> = get(&row, "ids")?;
    let (sources, targets): (Vec<Uuid>, Vec<Uuid>) = (get(&row, "sources")?, get(&row, "targets")?);
    let (kinds, statuses): (Vec<String>, Vec<String>) = (get(&row, "kinds")?, get(&row, "statuses")?);
    let (levels, intensities): (Vec<i16>, Vec<i16>) = (get(&row, "levels")?, get(&row, "intensities")?);
    let (begun, ended): (Vec<i32>, Vec<i32>) = (get(&row, "begun")?, get(&row, "ended")?);
    let mut ties = Vec::with_capacity(ids.len());
    for (place, id) in ids.into_iter().enumerate() {
        ties.push(TieRow {
            id,
            source: sources[place],
            target: targets[place],
            kind: parse("interactions", "kind", &kinds[place])?,
            status: status("interactions", &statuses[place])?,
            // From 1 on: 0 stands for none.
            level: CooperationLevel::from_repr(levels[place]),
            intensity: intensities[place].clamp(0, 5) as u8,
            since: (begun[place] > 0).then_some(begun[place]),
            until: (ended[place] > 0).then_some(ended[place]),
        });
    }
    Ok(ties)
}

fn status(table: &'static str, name: &str) -> Result<PublicationStatus, StoreError> {
    parse(table, "status", name)
}
