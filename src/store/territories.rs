//! Territories: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::territories as row;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::{OutlineMeasures, Relation, Territory, TerritoryCode};
use crate::geo::{BoundingBox, Position};

const TABLE: &str = "territories";

/// The columns of a territory `t`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("t.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The territory of a row.
pub(super) fn domain(row: row::Model) -> Result<Territory, StoreError> {
    let broken = |column| StoreError::Inconsistent { table: TABLE, column, value: row.id.to_string() };
    let bbox = match (row.west, row.south, row.east, row.north) {
        (Some(west), Some(south), Some(east), Some(north)) => {
            Some(BoundingBox::new(west, south, east, north).map_err(|_| broken("west"))?)
        }
        _ => None,
    };
    let measures = (row.boundary_vintage, row.boundary_precision_metres, row.area_m2, row.boundary_digest);
    let outline = match (bbox, measures) {
        (Some(bbox), (Some(vintage), Some(precision_metres), Some(area_m2), Some(digest))) => {
            Some(OutlineMeasures {
                vintage,
                precision_metres,
                area_m2,
                from_members: row.boundary_from_members,
                digest,
                bbox,
            })
        }
        _ => None,
    };
    let centroid = match row.centroid_longitude.zip(row.centroid_latitude) {
        None => None,
        Some((longitude, latitude)) => {
            Some(Position::new(longitude, latitude).map_err(|_| broken("centroid_longitude"))?)
        }
    };
    Ok(Territory {
        id: TerritoryId(row.id),
        kind: parse(TABLE, "kind", &row.kind)?,
        code: row.code,
        vintage: row.vintage,
        name: row.name,
        population: row.population,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        successor_ids: row.successor_ids.into_iter().map(TerritoryId).collect(),
        outline,
        centroid,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(territory: &Territory) -> row::Model {
    let outline = territory.outline.as_ref();
    row::Model {
        id: territory.id.0,
        kind: territory.kind.to_string(),
        code: territory.code.clone(),
        vintage: territory.vintage,
        name: territory.name.clone(),
        population: territory.population,
        valid_from: territory.valid_from,
        valid_until: territory.valid_until,
        successor_ids: uuids(&territory.successor_ids),
        boundary_vintage: outline.map(|o| o.vintage),
        boundary_precision_metres: outline.map(|o| o.precision_metres),
        area_m2: outline.map(|o| o.area_m2),
        boundary_from_members: outline.is_some_and(|o| o.from_members),
        boundary_digest: outline.map(|o| o.digest.clone()),
        west: outline.map(|o| o.bbox.west()),
        south: outline.map(|o| o.bbox.south()),
        east: outline.map(|o| o.bbox.east()),
        north: outline.map(|o| o.bbox.north()),
        centroid_longitude: territory.centroid.map(Position::longitude),
        centroid_latitude: territory.centroid.map(Position::latitude),
        version: territory.version,
        created_at: territory.created_at,
        updated_at: territory.updated_at,
    }
}

impl Store {
    /// The territories of these ids, in no order.
    pub async fn territories_by_ids(&self, ids: &[TerritoryId]) -> Result<Vec<Territory>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM territories t WHERE t.id = ANY(").bind(uuids(ids)).push(")");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// How often territories were written: while it stands, what was read of them holds.
    pub async fn territory_writes(&self) -> Result<i64, StoreError> {
        let row = Sql::new("SELECT coalesce(sum(count), 0)::bigint AS count FROM territory_writes")
            .row(self.db())
            .await?;
        row.map_or(Ok(0), |row| get(&row, "count"))
    }

    /// The territory of each code; absent where there is none. Without a vintage the newest valid on that day, else
    /// the newest.
    pub async fn territories_by_codes(
        &self,
        codes: &[TerritoryCode],
        on: NaiveDate,
    ) -> Result<HashMap<TerritoryCode, TerritoryId>, StoreError> {
        by_codes(self.db(), codes, on).await
    }

    /// For each of these territories, those linked to it in this way, smallest first, with the share of its own area
    /// that lies in them. `direct` alone, or at any depth.
    pub async fn linked(
        &self,
        of: &[TerritoryId],
        relation: Relation,
        direct: bool,
    ) -> Result<HashMap<TerritoryId, Vec<(Territory, Option<f64>)>>, StoreError> {
        let mut sql = Sql::new("SELECT l.territory_id AS link_of, l.share, ");
        sql.push(&COLUMNS)
            .push(" FROM territory_links l JOIN territories t ON t.id = l.other_id WHERE l.relation = ");
        sql.bind(relation.as_ref()).push(" AND l.territory_id = ANY(").bind(uuids(of)).push(")");
        if direct {
            sql.and("l.direct");
        }
        sql.push(" ORDER BY t.list_order, t.id");
        let mut linked: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            use sea_orm::FromQueryResult;
            let territory = domain(row::Model::from_query_result(&row, "")?)?;
            linked
                .entry(TerritoryId(get(&row, "link_of")?))
                .or_default()
                .push((territory, get(&row, "share")?));
        }
        Ok(linked)
    }

    /// The territories of a table that pairs entries with them, of each entry, smallest first.
    pub async fn territories_of(
        &self,
        pairs: Pairs,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Territory>>, StoreError> {
        let (table, column) = pairs.table();
        let mut sql = Sql::new("SELECT x.");
        sql.push(column).push(" AS pair_of, ").push(&COLUMNS).push(" FROM ").push(table);
        sql.push(" x JOIN territories t ON t.id = x.territory_id WHERE x.").push(column).push(" = ANY(");
        sql.bind(of.to_vec()).push(") ORDER BY t.list_order, t.id");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            use sea_orm::FromQueryResult;
            let territory = domain(row::Model::from_query_result(&row, "")?)?;
            found.entry(get(&row, "pair_of")?).or_default().push(territory);
        }
        Ok(found)
    }
}

/// Tables that pair entries with territories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pairs {
    /// Where actors act.
    Areas,
    /// Which territories' outlines hold actors' points.
    Points,
    /// Where interactions take place.
    Interactions,
    /// Where calls are open.
    Calls,
    /// Where something is needed or given.
    Exchanges,
    /// Where collectives act.
    Collectives,
    /// Where collectives try things out.
    PilotSites,
    /// Where projects take place.
    Projects,
    /// Where good practices take place.
    GoodPractices,
}

impl Pairs {
    pub(super) fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Areas => ("actor_areas", "actor_id"),
            Self::Points => ("actor_points", "actor_id"),
            Self::Interactions => ("interaction_territories", "interaction_id"),
            Self::Calls => ("call_territories", "call_id"),
            Self::Exchanges => ("exchange_territories", "exchange_id"),
            Self::Projects => ("project_territories", "project_id"),
            Self::GoodPractices => ("good_practice_territories", "practice_id"),
            // Which of the two it is, is a part of the table.
            Self::Collectives => (
                "(SELECT collective_id, territory_id FROM collective_territories WHERE role = 'TERRITORY')",
                "collective_id",
            ),
            Self::PilotSites => (
                "(SELECT collective_id, territory_id FROM collective_territories WHERE role = 'PILOT_SITE')",
                "collective_id",
            ),
        }
    }
}

/// The territory of each code, within a transaction or without.
pub async fn by_codes(
    db: &impl sea_orm::ConnectionTrait,
    codes: &[TerritoryCode],
    on: NaiveDate,
) -> Result<HashMap<TerritoryCode, TerritoryId>, StoreError> {
    let kinds: Vec<_> = codes.iter().map(|c| c.kind.to_string()).collect();
    let texts: Vec<_> = codes.iter().map(|c| c.code.trim().to_owned()).collect();
    // Zero stands for no vintage, since an array of a nullable type can't be bound.
    let vintages: Vec<_> = codes.iter().map(|c| c.vintage.unwrap_or(0)).collect();
    let mut sql = Sql::new("SELECT DISTINCT ON (k.place) k.place, t.id FROM unnest(");
    sql.bind(kinds).push(", ").bind(texts).push(", ").bind(vintages);
    sql.push(
        ") WITH ORDINALITY k(kind, code, vintage, place)
        JOIN territories t ON t.kind = k.kind AND t.code = k.code AND (k.vintage = 0 OR t.vintage = k.vintage)
        ORDER BY k.place, coalesce(t.valid_from <= ",
    );
    sql.bind(on).push(", TRUE) AND coalesce(t.valid_until >= ").bind(on);
    sql.push(", TRUE) DESC, t.vintage DESC");
    let mut found = HashMap::new();
    for row in sql.rows(db).await? {
        let place: i64 = get(&row, "place")?;
        found.insert(codes[place as usize - 1].clone(), TerritoryId(get(&row, "id")?));
    }
    Ok(found)
}

/// Lets one writer at a time pass, until its transaction ends: what lies within what follows from all of them at once.
pub async fn lock(tx: &Transaction) -> Result<(), StoreError> {
    super::lock(tx, "territories").await
}

/// A territory to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: TerritoryId) -> Result<Option<Territory>, StoreError> {
    use sea_orm::QuerySelect;
    row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(domain).transpose()
}

/// The territories of these ids, within a transaction.
pub async fn by_ids(tx: &Transaction, ids: &[TerritoryId]) -> Result<Vec<Territory>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM territories t WHERE t.id = ANY(").bind(uuids(ids)).push(")");
    sql.models(tx).await?.into_iter().map(domain).collect()
}

/// The newest country: what stands for all.
pub async fn country(tx: &Transaction) -> Result<Option<TerritoryId>, StoreError> {
    let sql =
        Sql::new("SELECT id FROM territories WHERE kind = 'COUNTRY' ORDER BY vintage DESC, code LIMIT 1");
    sql.row(tx).await?.map(|row| Ok(TerritoryId(get(&row, "id")?))).transpose()
}

/// Every territory: for the links between them, and for imports.
pub async fn all(tx: &Transaction) -> Result<Vec<Territory>, StoreError> {
    row::Entity::find().all(tx).await?.into_iter().map(domain).collect()
}

/// Writes new and changed territories.
pub async fn write(tx: &Transaction, territories: &[Territory]) -> Result<(), StoreError> {
    for chunk in territories.chunks(1_000) {
        let rows = chunk.iter().map(|territory| model(territory).into_active_model());
        let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
        let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
        row::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) fn uuids(ids: &[TerritoryId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
