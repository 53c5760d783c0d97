//! What coverage needs: units with what lies in them and what holds them, and the actors that may cover them.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Store;
use super::actor_filter::seen_point;
use super::error::StoreError;
use super::rows::{get, names, parse};
use super::sight::{sees_location, visible_actors};
use super::sql::Sql;
use crate::domain::actors::ActorKind;
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::territories::TerritoryKind;
use crate::geo::Position;

/// A unit of a territory.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageUnit {
    /// The unit.
    pub id: TerritoryId,
    /// Its inhabitants.
    pub population: Option<i32>,
    /// A point that stands for it.
    pub point: Option<Position>,
}

/// An actor that may cover something.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageActor {
    /// The actor.
    pub id: ActorId,
    /// What it is.
    pub kind: ActorKind,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// The commune that it sits in.
    pub seat: Option<TerritoryId>,
    /// Its point; where it has none that may be seen, the centre of the commune that it sits in: it is somewhere there, rather
    /// than nowhere.
    pub point: Option<Position>,
}

/// Pairs of a territory and another, or of an actor and a territory.
pub type CoveragePairs = Vec<(Uuid, Uuid)>;

impl Store {
    /// The territories of a kind that are this one or lie within it and exist on a day, in the order of lists; at most `most` and
    /// one more.
    pub async fn coverage_units(
        &self,
        of: TerritoryId,
        kind: TerritoryKind,
        on: NaiveDate,
        most: i64,
    ) -> Result<Vec<CoverageUnit>, StoreError> {
        let mut sql = Sql::new(
            "SELECT t.id, t.population, t.centroid_longitude AS longitude, t.centroid_latitude AS latitude
            FROM territories t WHERE t.kind = ",
        );
        sql.bind(kind.as_ref()).push(" AND (t.id = ").bind(of.0);
        sql.push(" OR t.id IN (SELECT w.territory_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.other_id = ");
        sql.bind(of.0).push(")) AND coalesce(t.valid_from <= ").bind(on);
        sql.push(", TRUE) AND coalesce(t.valid_until >= ").bind(on);
        sql.push(", TRUE) ORDER BY t.list_order, t.id LIMIT ").bind(most + 1);
        let unit = |row: &_| {
            let (longitude, latitude): (Option<f64>, Option<f64>) =
                (get(row, "longitude")?, get(row, "latitude")?);
            let point = longitude
                .zip(latitude)
                .and_then(|(longitude, latitude)| Position::new(longitude, latitude).ok());
            Ok(CoverageUnit { id: TerritoryId(get(row, "id")?), population: get(row, "population")?, point })
        };
        sql.rows(self.db()).await?.iter().map(unit).collect()
    }

    /// What lies within each of these units, and what holds it, each as pairs of the unit and the other.
    pub async fn coverage_places(
        &self,
        units: &[Uuid],
    ) -> Result<(CoveragePairs, CoveragePairs), StoreError> {
        let mut sql = Sql::new(
            "SELECT 'in' AS way, array_agg(w.other_id) AS ones, array_agg(w.territory_id) AS others FROM territory_links w WHERE w.relation = 'WITHIN' AND w.other_id = ANY(",
        );
        sql.bind(units.to_vec());
        sql.push(") HAVING count(*) > 0 UNION ALL SELECT 'up', array_agg(w.territory_id), array_agg(w.other_id) FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ANY(");
        sql.bind(units.to_vec()).push(") HAVING count(*) > 0");
        let (mut within, mut above) = (Vec::new(), Vec::new());
        for row in sql.rows(self.db()).await? {
            let way: String = get(&row, "way")?;
            let found: Vec<(Uuid, Uuid)> = pairs(&row)?;
            if way == "in" { within = found } else { above = found }
        }
        Ok((within, above))
    }

    /// Every actor that may be seen and has one of these themes and is of one of these kinds, in order of id; no themes, and no
    /// kinds, ask nothing.
    pub async fn coverage_actors(
        &self,
        themes: &[String],
        kinds: &[ActorKind],
        visibility: &Visibility,
    ) -> Result<Vec<CoverageActor>, StoreError> {
        let mut seen = Sql::default();
        seen_point(&mut seen, visibility);
        let mut sql = Sql::new(
            "SELECT array_agg(a.id) AS ids, array_agg(a.kind) AS kinds, array_agg(array_to_string(a.themes, ' ')) AS themes,
                array_agg(coalesce(a.seat_id, '00000000-0000-0000-0000-000000000000')) AS seats",
        );
        // Not a number stands for no point, since arrays with nulls are not read.
        for (column, name) in [("longitude", "longitudes"), ("latitude", "latitudes")] {
            sql.push(", array_agg(coalesce(CASE WHEN ").append(&seen).push(" THEN a.").push(column);
            sql.push(" END, s.centroid_").push(column).push(", 'NaN')) AS ").push(name);
        }
        sql.push(" FROM actors a LEFT JOIN territories s ON s.id = a.seat_id WHERE ");
        asked(&mut sql, themes, kinds, visibility);
        sql.push(" HAVING count(*) > 0");
        let Some(row) = sql.row(self.db()).await? else { return Ok(Vec::new()) };
        let (ids, seats): (Vec<Uuid>, Vec<Uuid>) = (get(&row, "ids")?, get(&row, "seats")?);
        let (kinds, themes): (Vec<String>, Vec<String>) = (get(&row, "kinds")?, get(&row, "themes")?);
        let (longitudes, latitudes): (Vec<f64>, Vec<f64>) =
            (get(&row, "longitudes")?, get(&row, "latitudes")?);
        let mut actors = Vec::with_capacity(ids.len());
        for (index, id) in ids.into_iter().enumerate() {
            actors.push(CoverageActor {
                id: ActorId(id),
                kind: parse("actors", "kind", &kinds[index])?,
                themes: themes[index].split_whitespace().map(str::to_owned).collect(),
                seat: (!seats[index].is_nil()).then_some(TerritoryId(seats[index])),
                point: Position::new(longitudes[index], latitudes[index]).ok(),
            });
        }
        actors.sort_unstable_by_key(|actor| actor.id);
        Ok(actors)
    }

    /// Of these actors, in which of the places they act, and in which of the units their points lie, as far as they may be seen.
    pub async fn coverage_presence(
        &self,
        themes: &[String],
        kinds: &[ActorKind],
        places: &[Uuid],
        units: &[Uuid],
        visibility: &Visibility,
    ) -> Result<(CoveragePairs, CoveragePairs), StoreError> {
        let mut sql = Sql::new(
            "SELECT 'area' AS way, array_agg(x.actor_id) AS ones, array_agg(x.territory_id) AS others FROM actor_areas x JOIN actors a ON a.id = x.actor_id WHERE x.territory_id = ANY(",
        );
        sql.bind(places.to_vec()).push(") AND ");
        asked(&mut sql, themes, kinds, visibility);
        sql.push(" HAVING count(*) > 0 UNION ALL SELECT 'point', array_agg(x.actor_id), array_agg(x.territory_id) FROM actor_points x JOIN actors a ON a.id = x.actor_id WHERE x.territory_id = ANY(");
        sql.bind(units.to_vec()).push(") AND ");
        sees_location(&mut sql, "a", visibility);
        asked(sql.and(""), themes, kinds, visibility);
        sql.push(" HAVING count(*) > 0");
        let (mut areas, mut points) = (Vec::new(), Vec::new());
        for row in sql.rows(self.db()).await? {
            let way: String = get(&row, "way")?;
            let found: Vec<(Uuid, Uuid)> = pairs(&row)?;
            if way == "area" { areas = found } else { points = found }
        }
        Ok((areas, points))
    }
}

fn asked(sql: &mut Sql, themes: &[String], kinds: &[ActorKind], visibility: &Visibility) {
    visible_actors(sql, "a", visibility);
    if !themes.is_empty() {
        sql.and("a.themes && ").bind(themes.to_vec());
    }
    if !kinds.is_empty() {
        sql.and("a.kind = ANY(").bind(names(kinds)).push(")");
    }
}

fn pairs(row: &sea_orm::QueryResult) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let (ones, others): (Vec<Uuid>, Vec<Uuid>) = (get(row, "ones")?, get(row, "others")?);
    Ok(ones.into_iter().zip(others).collect())
}

/// The others of each one.
pub fn by_first(pairs: Vec<(Uuid, Uuid)>) -> HashMap<Uuid, Vec<Uuid>> {
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (one, other) in pairs {
        found.entry(one).or_default().push(other);
    }
    found
}
