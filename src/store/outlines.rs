//! Outlines: stored once as GeoJSON text, with simplified copies, so that a région's costs little to draw.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::territories::{domain, uuids};
use super::{Store, Transaction};
use crate::domain::ids::TerritoryId;
use crate::domain::listings::TerritoryListing;
use crate::domain::territories::{Territory, TerritoryFilter, TerritoryKind};
use crate::geo::Position;

/// How many territories of a kind are looked at around a point, beside all whose box holds it.
const NEAREST: i64 = 8;

/// The outline or a simplified copy of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// How far it may be from the outline, in metres; 0 is the outline itself.
    pub tolerance_metres: f64,
    /// A GeoJSON geometry.
    pub geojson: String,
}

/// A territory that has an outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlined {
    /// Which.
    pub id: TerritoryId,
    /// What it is.
    pub kind: TerritoryKind,
    /// Its official code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Says which outline it is.
    pub digest: String,
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Outlined {
    /// Whether its box meets this one: west, south, east, north.
    pub fn meets(&self, [west, south, east, north]: [f64; 4]) -> bool {
        self.west <= east && self.east >= west && self.south <= north && self.north >= south
    }
}

impl Store {
    /// The territories that match and have an outline, those of the largest boxes first.
    pub async fn outlined(&self, filter: &TerritoryFilter) -> Result<Vec<Outlined>, StoreError> {
        let listing = TerritoryListing { filter: filter.clone(), children: false };
        let mut sql = Sql::new(
            "SELECT t.id, t.kind, t.code, t.name::text AS name, coalesce(t.boundary_digest, '') AS digest, t.west, t.south, t.east, t.north
            FROM territories t WHERE t.west IS NOT NULL AND ",
        );
        sql.append(&listing.condition()).push(" ORDER BY (t.east - t.west) * (t.north - t.south) DESC, t.id");
        let outlined = |row: &_| {
            let kind: String = get(row, "kind")?;
            Ok(Outlined {
                id: TerritoryId(get(row, "id")?),
                kind: super::rows::parse("territories", "kind", &kind)?,
                code: get(row, "code")?,
                name: get(row, "name")?,
                digest: get(row, "digest")?,
                west: get(row, "west")?,
                south: get(row, "south")?,
                east: get(row, "east")?,
                north: get(row, "north")?,
            })
        };
        sql.rows(self.db()).await?.iter().map(outlined).collect()
    }

    /// The outline of each territory in the coarsest copy that the tolerance allows; absent without an outline.
    pub async fn outlines(
        &self,
        of: &[TerritoryId],
        tolerance_metres: f64,
    ) -> Result<HashMap<TerritoryId, String>, StoreError> {
        outlines(self.db(), of, tolerance_metres).await
    }

    /// The territories of these kinds with an outline that are nearest to a point by their boxes, of every vintage.
    pub async fn nearest_outlined(
        &self,
        point: Position,
        kinds: &[TerritoryKind],
    ) -> Result<Vec<Territory>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&super::territories::COLUMNS).push(" FROM unnest(").bind(super::rows::names(kinds));
        sql.push(
            ") kind CROSS JOIN LATERAL (SELECT n.* FROM territories n WHERE n.kind = kind.kind AND n.west IS NOT NULL
            ORDER BY box(point(n.west, n.south), point(n.east, n.north)) <-> point(",
        );
        sql.bind(point.longitude()).push(", ").bind(point.latitude());
        // With ties: every box that holds the point is at no distance.
        sql.push(") FETCH FIRST ").bind(NEAREST).push(" ROWS WITH TIES) t");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The territories of these kinds without an outline that lie within one of these, or hold one of these.
    pub async fn outlineless_about(
        &self,
        holding: &[TerritoryId],
        kinds: &[TerritoryKind],
    ) -> Result<Vec<Territory>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&super::territories::COLUMNS)
            .push(" FROM territories t WHERE t.west IS NULL AND t.kind = ANY(");
        sql.bind(super::rows::names(kinds));
        sql.push(
            ") AND EXISTS (SELECT 1 FROM territory_links l WHERE
                l.territory_id = t.id AND (l.direct OR l.relation = 'INTERSECTS') AND l.other_id = ANY(",
        );
        sql.bind(uuids(holding))
            .push(") OR l.other_id = t.id AND l.territory_id = ANY(")
            .bind(uuids(holding));
        sql.push(")) ORDER BY t.list_order, t.id");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }
}

/// The outline of each territory in the coarsest copy that the tolerance allows.
pub async fn outlines(
    db: &impl ConnectionTrait,
    of: &[TerritoryId],
    tolerance_metres: f64,
) -> Result<HashMap<TerritoryId, String>, StoreError> {
    let mut sql = Sql::new(
        "SELECT DISTINCT ON (territory_id) territory_id, geojson FROM territory_boundaries WHERE territory_id = ANY(",
    );
    sql.bind(uuids(of)).push(") AND tolerance_metres <= ").bind(tolerance_metres);
    sql.push(" ORDER BY territory_id, tolerance_metres DESC");
    sql.rows(db)
        .await?
        .iter()
        .map(|row| Ok((TerritoryId(get(row, "territory_id")?), get(row, "geojson")?)))
        .collect()
}

/// Writes the outlines of these territories in place of what they had; none clears.
pub async fn write(tx: &Transaction, outlines: &[(TerritoryId, Vec<Copy>)]) -> Result<(), StoreError> {
    let ids: Vec<_> = outlines.iter().map(|(id, _)| *id).collect();
    let mut sql = Sql::new("DELETE FROM territory_boundaries WHERE territory_id = ANY(");
    sql.bind(uuids(&ids)).push(")");
    sql.execute(tx).await?;
    // A few thousand outlines hold tens of megabytes: not more in one statement.
    for chunk in outlines.chunks(500) {
        let copies = || chunk.iter().flat_map(|(id, copies)| copies.iter().map(move |copy| (id.0, copy)));
        let mut sql = Sql::new(
            "INSERT INTO territory_boundaries (territory_id, tolerance_metres, geojson) SELECT * FROM unnest(",
        );
        sql.bind(copies().map(|(id, _)| id).collect::<Vec<_>>()).push(", ");
        sql.bind(copies().map(|(_, copy)| copy.tolerance_metres).collect::<Vec<_>>()).push(", ");
        sql.bind(copies().map(|(_, copy)| copy.geojson.clone()).collect::<Vec<_>>()).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}

/// The territories whose box holds one of the points; of these kinds, or of any.
pub async fn boxes_holding(
    tx: &Transaction,
    points: &[Position],
    kinds: Option<&[TerritoryKind]>,
) -> Result<Vec<Territory>, StoreError> {
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT ");
    sql.push(&super::territories::COLUMNS)
        .push(" FROM territories t WHERE t.id IN (SELECT h.id FROM (SELECT DISTINCT * FROM unnest(");
    sql.bind(points.iter().map(|point| point.longitude()).collect::<Vec<_>>()).push(", ");
    sql.bind(points.iter().map(|point| point.latitude()).collect::<Vec<_>>());
    sql.push(
        ") p(longitude, latitude)) p JOIN territories h ON h.west IS NOT NULL
        AND box(point(h.west, h.south), point(h.east, h.north)) @> box(point(p.longitude, p.latitude), point(p.longitude, p.latitude)))",
    );
    if let Some(kinds) = kinds {
        sql.and("t.kind = ANY(").bind(super::rows::names(kinds)).push(")");
    }
    sql.models(tx).await?.into_iter().map(domain).collect()
}
