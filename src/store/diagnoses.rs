//! Shared diagnoses and their axes: rows to domain and back, finders, writers. The diagnosis is `z`.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryResult, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::entity::diagnoses as row;
use super::error::StoreError;
use super::rows::{get, name, parse, publication};
use super::sight::visible_diagnosis;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::diagnoses::{Diagnosis, DiagnosisAxis, DiagnosisRef, DiagnosisSets, Event};
use crate::domain::ids::{ActorId, DiagnosisAxisId, DiagnosisId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

const TABLE: &str = "diagnoses";

/// The columns of a diagnosis `z`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("z.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The diagnosis of a row.
pub(super) fn domain(row: row::Model) -> Result<Diagnosis, StoreError> {
    let precision = parse(TABLE, "started_on_precision", &row.started_on_precision)?;
    Ok(Diagnosis {
        id: DiagnosisId(row.id),
        slug: row.slug,
        title: row.title,
        territory: TerritoryId(row.territory_id),
        facilitator: row.facilitator_id.map(ActorId),
        essential_questions: row.essential_questions,
        started_on: row.started_on.map(|date| PartialDate { date, precision }),
        milestones: serde_json::from_value(row.milestones).map_err(|error| StoreError::Inconsistent {
            table: TABLE,
            column: "milestones",
            value: error.to_string(),
        })?,
        closed_on: row.closed_on,
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(diagnosis: &Diagnosis) -> row::Model {
    row::Model {
        id: diagnosis.id.0,
        slug: diagnosis.slug.clone(),
        title: diagnosis.title.clone(),
        territory_id: diagnosis.territory.0,
        facilitator_id: diagnosis.facilitator.map(|id| id.0),
        essential_questions: diagnosis.essential_questions.clone(),
        started_on: diagnosis.started_on.map(|started| started.date),
        started_on_precision: diagnosis
            .started_on
            .map_or(DatePrecision::Day, |started| started.precision)
            .to_string(),
        milestones: json!(diagnosis.milestones),
        closed_on: diagnosis.closed_on,
        status: diagnosis.publication.status.to_string(),
        archived_from: name(diagnosis.publication.archived_from),
        version: diagnosis.version,
        created_at: diagnosis.created_at,
        updated_at: diagnosis.updated_at,
    }
}

/// The columns of an axis `x`, to be selected.
const AXIS: &str = "x.id, x.diagnosis_id, x.number, x.title, x.themes";

fn axis(row: &QueryResult) -> Result<DiagnosisAxis, StoreError> {
    Ok(DiagnosisAxis {
        id: DiagnosisAxisId(get(row, "id")?),
        diagnosis: DiagnosisId(get(row, "diagnosis_id")?),
        number: get(row, "number")?,
        title: get(row, "title")?,
        themes: get(row, "themes")?,
    })
}

impl Store {
    /// The diagnosis that a reference means, where it may be seen; an archived one too.
    pub async fn diagnosis(
        &self,
        by: &DiagnosisRef,
        visibility: &Visibility,
    ) -> Result<Option<Diagnosis>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM diagnoses z WHERE ");
        match by {
            DiagnosisRef::Id(id) => sql.push("z.id = ").bind(id.0),
            DiagnosisRef::Slug(slug) => sql.push("z.slug = ").bind(slug.clone()),
        };
        visible_diagnosis(sql.and(""), &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }

    /// The diagnoses of these ids that may be seen, archived ones too, in no order.
    pub async fn diagnoses_by_ids(
        &self,
        ids: &[DiagnosisId],
        visibility: &Visibility,
    ) -> Result<Vec<Diagnosis>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM diagnoses z WHERE z.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_diagnosis(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The axes of these diagnoses, by number: whoever sees a diagnosis sees them.
    pub async fn axes_of(
        &self,
        of: &[DiagnosisId],
    ) -> Result<HashMap<DiagnosisId, Vec<DiagnosisAxis>>, StoreError> {
        axes_of(self.db(), of).await
    }

    /// The axes of these ids whose diagnosis may be seen, in no order.
    pub async fn axes_by_ids(
        &self,
        ids: &[DiagnosisAxisId],
        visibility: &Visibility,
    ) -> Result<Vec<DiagnosisAxis>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(AXIS).push(" FROM diagnosis_axes x JOIN diagnoses z ON z.id = x.diagnosis_id");
        sql.push(" WHERE x.id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_diagnosis(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.rows(self.db()).await?.iter().map(axis).collect()
    }
}

/// The axes of these diagnoses, by number.
pub async fn axes_of(
    db: &impl ConnectionTrait,
    of: &[DiagnosisId],
) -> Result<HashMap<DiagnosisId, Vec<DiagnosisAxis>>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(AXIS).push(" FROM diagnosis_axes x WHERE x.diagnosis_id = ANY(").bind(uuids(of));
    sql.push(") ORDER BY x.diagnosis_id, x.number");
    let mut axes: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        let axis = axis(&row)?;
        axes.entry(axis.diagnosis).or_default().push(axis);
    }
    Ok(axes)
}

/// A diagnosis with its axes, locked until the transaction ends: for whoever writes it or a part of it.
pub async fn for_update(
    tx: &Transaction,
    id: DiagnosisId,
) -> Result<Option<(Diagnosis, DiagnosisSets)>, StoreError> {
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let axes = axes_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Some((domain(row)?, DiagnosisSets { axes })))
}

/// A diagnosis that nobody closes or changes until the transaction ends, though others may hold it in the same way: for
/// votes, which do not wait for one another.
pub async fn for_share(tx: &Transaction, id: DiagnosisId) -> Result<Option<Diagnosis>, StoreError> {
    row::Entity::find_by_id(id.0).lock_shared().one(tx).await?.map(domain).transpose()
}

/// The diagnoses that an actor facilitates, locked until the transaction ends, in order.
pub async fn lock_of(tx: &Transaction, actor: ActorId) -> Result<Vec<DiagnosisId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM diagnoses WHERE facilitator_id = ");
    sql.bind(actor.0).push(" ORDER BY id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(DiagnosisId(get(row, "id")?))).collect()
}

/// How many findings and sessions each of these axes holds: those that hold any.
pub async fn held(
    tx: &Transaction,
    axes: &[DiagnosisAxisId],
) -> Result<HashMap<DiagnosisAxisId, (i64, i64)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT k.id, (SELECT count(*) FROM swot_items i WHERE i.axis_id = k.id) AS items,
            (SELECT count(*) FROM workshop_sessions w WHERE w.axis_id = k.id) AS sessions FROM unnest(",
    );
    sql.bind(axes.iter().map(|id| id.0).collect::<Vec<_>>()).push(") k(id)");
    let held = |row: &_| {
        let counts: (i64, i64) = (get(row, "items")?, get(row, "sessions")?);
        Ok((DiagnosisAxisId(get(row, "id")?), counts))
    };
    let all: Vec<_> = sql.rows(tx).await?.iter().map(held).collect::<Result<_, StoreError>>()?;
    Ok(all.into_iter().filter(|(_, counts)| *counts != (0, 0)).collect())
}

/// The first that was held in a diagnosis, and the last that was held or validated; null where nothing was.
pub async fn first_and_last(
    tx: &Transaction,
    id: DiagnosisId,
) -> Result<(Option<Event>, Option<Event>), StoreError> {
    let mut sql = Sql::new(
        "SELECT e.first, e.last, e.title FROM (
            SELECT held_on AS first, coalesce(ended_on, held_on) AS last, title FROM workshop_sessions WHERE diagnosis_id = ",
    );
    sql.bind(id.0).push(
        " UNION ALL SELECT validated_on, validated_on, NULL FROM orientations WHERE validated_on IS NOT NULL AND diagnosis_id = ",
    );
    sql.bind(id.0).push(") e ORDER BY e.first, e.last, e.title");
    let (mut first, mut last): (Option<Event>, Option<Event>) = (None, None);
    for row in sql.rows(tx).await? {
        let title: Option<String> = get(&row, "title")?;
        let what = title.map_or_else(
            || "the validation of its orientations".to_owned(),
            |title| format!("its session “{title}”"),
        );
        let ends = Event { on: get(&row, "last")?, what: what.clone() };
        if last.as_ref().is_none_or(|last| ends.on >= last.on) {
            last = Some(ends);
        }
        first = first.or(Some(Event { on: get(&row, "first")?, what }));
    }
    Ok((first, last))
}

/// Writes a new or changed diagnosis, not its axes.
pub async fn write_own(tx: &Transaction, diagnosis: &Diagnosis) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let own = model(diagnosis).into_active_model();
    row::Entity::insert(own).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a new or changed diagnosis with its axes; those that are not among them go.
pub async fn write(tx: &Transaction, diagnosis: &Diagnosis, sets: &DiagnosisSets) -> Result<(), StoreError> {
    write_own(tx, diagnosis).await?;
    let kept: Vec<_> = sets.axes.iter().map(|axis| axis.id.0).collect();
    let mut sql = Sql::new("DELETE FROM diagnosis_axes WHERE diagnosis_id = ");
    sql.bind(diagnosis.id.0).push(" AND id <> ALL(").bind(kept).push(")");
    sql.execute(tx).await?;
    for axis in &sets.axes {
        let mut sql =
            Sql::new("INSERT INTO diagnosis_axes (id, diagnosis_id, number, title, themes) VALUES (");
        sql.bind(axis.id.0).push(", ").bind(axis.diagnosis.0).push(", ").bind(axis.number).push(", ");
        sql.bind(axis.title.clone()).push(", ").bind(axis.themes.clone());
        sql.push(") ON CONFLICT (id) DO UPDATE SET number = excluded.number, title = excluded.title, themes = excluded.themes");
        sql.execute(tx).await?;
    }
    Ok(())
}

fn uuids(ids: &[DiagnosisId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
