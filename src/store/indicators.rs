//! Indicators of collectives and of orientations, and their results. The indicator is `n`.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sight::{visible_collective, visible_diagnosis};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{CollectiveId, IndicatorId, IndicatorResultId, OrientationId, SubjectKind};
use crate::domain::indicators::{Indicator, IndicatorOwner, IndicatorResult};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

const COLUMNS: &str = "n.id, n.collective_id, n.orientation_id, n.name, n.unit, n.higher_is_better, n.baseline, n.baseline_on, n.target, n.target_on, n.created_at";
const RESULT: &str = "r.id, r.indicator_id, r.measured_on, r.value, r.source, r.created_at";

fn domain(row: &QueryResult) -> Result<Indicator, StoreError> {
    let id: Uuid = get(row, "id")?;
    let (collective, orientation): (Option<Uuid>, Option<Uuid>) =
        (get(row, "collective_id")?, get(row, "orientation_id")?);
    let owner = match (collective, orientation) {
        (Some(collective), _) => IndicatorOwner::Collective(CollectiveId(collective)),
        (None, Some(orientation)) => IndicatorOwner::Orientation(OrientationId(orientation)),
        (None, None) => {
            let value = id.to_string();
            return Err(StoreError::Inconsistent { table: "indicators", column: "collective_id", value });
        }
    };
    Ok(Indicator {
        id: IndicatorId(id),
        owner,
        name: get(row, "name")?,
        unit: get(row, "unit")?,
        higher_is_better: get(row, "higher_is_better")?,
        baseline: get(row, "baseline")?,
        baseline_on: get(row, "baseline_on")?,
        target: get(row, "target")?,
        target_on: get(row, "target_on")?,
        created_at: get(row, "created_at")?,
    })
}

fn result(row: &QueryResult) -> Result<IndicatorResult, StoreError> {
    Ok(IndicatorResult {
        id: IndicatorResultId(get(row, "id")?),
        indicator: IndicatorId(get(row, "indicator_id")?),
        on: get(row, "measured_on")?,
        value: get(row, "value")?,
        source: get(row, "source")?,
        created_at: get(row, "created_at")?,
    })
}

/// The column that names an owner of this kind, and its key.
fn column(owner: IndicatorOwner) -> (&'static str, Uuid) {
    match owner {
        IndicatorOwner::Collective(id) => ("collective_id", id.0),
        IndicatorOwner::Orientation(id) => ("orientation_id", id.0),
    }
}

impl Store {
    /// The indicators of these ids whose owner may be seen, in no order.
    pub async fn indicators_by_ids(
        &self,
        ids: &[IndicatorId],
        visibility: &Visibility,
    ) -> Result<Vec<Indicator>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM indicators n LEFT JOIN collectives v ON v.id = n.collective_id LEFT JOIN orientations aim ON aim.id = n.orientation_id LEFT JOIN diagnoses z ON z.id = aim.diagnosis_id");
        sql.push(" WHERE n.id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>());
        sql.push(") AND (n.collective_id IS NOT NULL AND ");
        visible_collective(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.push(" OR n.orientation_id IS NOT NULL AND ");
        visible_diagnosis(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.push(")");
        sql.rows(self.db()).await?.iter().map(domain).collect()
    }

    /// The indicators of these owners of a kind, which the reader sees, in the order of their definition.
    pub async fn indicators_of(
        &self,
        kind: SubjectKind,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Indicator>>, StoreError> {
        let column = if kind == SubjectKind::Collective { "n.collective_id" } else { "n.orientation_id" };
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM indicators n WHERE ").push(column).push(" = ANY(").bind(of.to_vec());
        sql.push(") ORDER BY n.created_at, n.id");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let indicator = domain(&row)?;
            found.entry(self::column(indicator.owner).1).or_default().push(indicator);
        }
        Ok(found)
    }

    /// The results of these indicators, by day.
    pub async fn indicator_results(
        &self,
        of: &[IndicatorId],
    ) -> Result<HashMap<IndicatorId, Vec<IndicatorResult>>, StoreError> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for result in results(self.db(), of).await? {
            found.entry(result.indicator).or_default().push(result);
        }
        Ok(found)
    }
}

/// The results of these indicators, by day.
pub async fn results(
    db: &impl ConnectionTrait,
    of: &[IndicatorId],
) -> Result<Vec<IndicatorResult>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(RESULT).push(" FROM indicator_results r WHERE r.indicator_id = ANY(");
    sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>()).push(") ORDER BY r.indicator_id, r.measured_on");
    sql.rows(db).await?.iter().map(result).collect()
}

/// An indicator, as far as it stands.
pub async fn by_id(db: &impl ConnectionTrait, id: IndicatorId) -> Result<Option<Indicator>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM indicators n WHERE n.id = ").bind(id.0);
    sql.row(db).await?.as_ref().map(domain).transpose()
}

/// The indicator of a result; null where there is none.
pub async fn of_result(
    db: &impl ConnectionTrait,
    id: IndicatorResultId,
) -> Result<Option<IndicatorId>, StoreError> {
    let mut sql = Sql::new("SELECT r.indicator_id FROM indicator_results r WHERE r.id = ");
    sql.bind(id.0);
    sql.row(db).await?.map(|row| Ok(IndicatorId(get(&row, "indicator_id")?))).transpose()
}

/// How many indicators an owner has.
pub async fn count_of(tx: &Transaction, owner: IndicatorOwner) -> Result<i64, StoreError> {
    let (column, id) = column(owner);
    let mut sql = Sql::new("SELECT count(*) AS n FROM indicators n WHERE n.");
    sql.push(column).push(" = ").bind(id);
    sql.row(tx).await?.map_or(Ok(0), |row| get(&row, "n"))
}

/// Writes a new or changed indicator.
pub async fn write(tx: &Transaction, indicator: &Indicator) -> Result<(), StoreError> {
    let (column, owner) = column(indicator.owner);
    let mut sql = Sql::new("INSERT INTO indicators (id, ");
    sql.push(column);
    sql.push(
        ", name, unit, higher_is_better, baseline, baseline_on, target, target_on, created_at) VALUES (",
    );
    sql.bind(indicator.id.0).push(", ").bind(owner).push(", ").bind(indicator.name.clone()).push(", ");
    sql.bind(indicator.unit.clone()).push(", ").bind(indicator.higher_is_better).push(", ");
    sql.bind(indicator.baseline).push(", ").bind(indicator.baseline_on).push(", ");
    sql.bind(indicator.target).push(", ").bind(indicator.target_on).push(", ").bind(indicator.created_at);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, higher_is_better = excluded.higher_is_better,
            baseline = excluded.baseline, baseline_on = excluded.baseline_on, target = excluded.target, target_on = excluded.target_on",
    );
    sql.execute(tx).await.map(drop)
}

/// Takes an indicator away, which has no results.
pub async fn remove(tx: &Transaction, id: IndicatorId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM indicators WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Writes a new or corrected result.
pub async fn write_result(tx: &Transaction, result: &IndicatorResult) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO indicator_results (id, indicator_id, measured_on, value, source, created_at) VALUES (",
    );
    sql.bind(result.id.0).push(", ").bind(result.indicator.0).push(", ").bind(result.on).push(", ");
    sql.bind(result.value).push(", ").bind(result.source.clone()).push(", ").bind(result.created_at);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET measured_on = excluded.measured_on, value = excluded.value, source = excluded.source",
    );
    sql.execute(tx).await.map(drop)
}

/// Takes a result away.
pub async fn remove_result(tx: &Transaction, id: IndicatorResultId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM indicator_results WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}
