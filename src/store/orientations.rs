//! Orientations of diagnoses, and the projects that serve them. The orientation is `aim`.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sight::visible_diagnosis;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{DiagnosisId, OrientationId, ProjectId, SwotCrossingId, WorkshopSessionId};
use crate::domain::orientations::{Orientation, OrientationText, Validation};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

const COLUMNS: &str = "aim.id, aim.diagnosis_id, aim.number, aim.title, aim.rationale, aim.example_actions, aim.validated_by, aim.validated_on, aim.validation_session_id, aim.amendment, aim.created_at,
    ARRAY(SELECT based.crossing_id FROM orientation_crossings based WHERE based.orientation_id = aim.id ORDER BY based.position) AS based_on";

fn domain(row: &QueryResult) -> Result<Orientation, StoreError> {
    let (by, on): (Option<String>, Option<chrono::NaiveDate>) =
        (get(row, "validated_by")?, get(row, "validated_on")?);
    let session = get::<Option<Uuid>>(row, "validation_session_id")?.map(WorkshopSessionId);
    let amendment: Option<Value> = get(row, "amendment")?;
    let read = |value: Value| {
        serde_json::from_value(value.clone()).map_err(|_| StoreError::Inconsistent {
            table: "orientations",
            column: "amendment",
            value: value.to_string(),
        })
    };
    let based_on: Vec<Uuid> = get(row, "based_on")?;
    Ok(Orientation {
        id: OrientationId(get(row, "id")?),
        diagnosis: DiagnosisId(get(row, "diagnosis_id")?),
        text: OrientationText {
            number: get(row, "number")?,
            title: get(row, "title")?,
            rationale: get(row, "rationale")?,
            example_actions: get(row, "example_actions")?,
            based_on: based_on.into_iter().map(SwotCrossingId).collect(),
        },
        validation: by.zip(on).map(|(by, on)| Validation { by, on, session }),
        amendment: amendment.map(read).transpose()?,
        created_at: get(row, "created_at")?,
    })
}

impl Store {
    /// The orientations of these diagnoses, by number.
    pub async fn orientations_of(
        &self,
        of: &[DiagnosisId],
    ) -> Result<HashMap<DiagnosisId, Vec<Orientation>>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM orientations aim WHERE aim.diagnosis_id = ANY(");
        sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>());
        sql.push(") ORDER BY aim.diagnosis_id, aim.number");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let orientation = domain(&row)?;
            found.entry(orientation.diagnosis).or_default().push(orientation);
        }
        Ok(found)
    }

    /// The orientations of these ids whose diagnosis may be seen, in no order.
    pub async fn orientations_by_ids(
        &self,
        ids: &[OrientationId],
        visibility: &Visibility,
    ) -> Result<Vec<Orientation>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM orientations aim JOIN diagnoses z ON z.id = aim.diagnosis_id");
        sql.push(" WHERE aim.id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_diagnosis(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.rows(self.db()).await?.iter().map(domain).collect()
    }

    /// The orientations that these projects serve, whose diagnosis may be seen: by its title, then by number.
    pub async fn orientations_of_projects(
        &self,
        of: &[ProjectId],
        visibility: &Visibility,
    ) -> Result<HashMap<ProjectId, Vec<Orientation>>, StoreError> {
        let mut sql = Sql::new("SELECT serves.project_id, ");
        sql.push(COLUMNS).push(
            " FROM project_orientations serves JOIN orientations aim ON aim.id = serves.orientation_id
            JOIN diagnoses z ON z.id = aim.diagnosis_id WHERE serves.project_id = ANY(",
        );
        sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_diagnosis(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.push(" ORDER BY serves.project_id, z.title, z.id, aim.number");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            found.entry(ProjectId(get(&row, "project_id")?)).or_default().push(domain(&row)?);
        }
        Ok(found)
    }
}

/// Every orientation of a diagnosis, by number.
pub async fn all_of(db: &impl ConnectionTrait, of: DiagnosisId) -> Result<Vec<Orientation>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM orientations aim WHERE aim.diagnosis_id = ").bind(of.0);
    sql.push(" ORDER BY aim.number");
    sql.rows(db).await?.iter().map(domain).collect()
}

/// The diagnosis of an orientation.
pub async fn diagnosis_of(
    db: &impl ConnectionTrait,
    id: OrientationId,
) -> Result<Option<DiagnosisId>, StoreError> {
    let mut sql = Sql::new("SELECT diagnosis_id FROM orientations WHERE id = ");
    sql.bind(id.0);
    sql.row(db).await?.map(|row| Ok(DiagnosisId(get(&row, "diagnosis_id")?))).transpose()
}

/// The first day of what was validated in a session; null where nothing was.
pub async fn validated_in(
    tx: &Transaction,
    session: WorkshopSessionId,
) -> Result<Option<chrono::NaiveDate>, StoreError> {
    let mut sql =
        Sql::new("SELECT min(validated_on) AS first FROM orientations WHERE validation_session_id = ");
    sql.bind(session.0);
    sql.row(tx).await?.map_or(Ok(None), |row| get(&row, "first"))
}

/// How many projects serve an orientation, and how many indicators measure it.
pub async fn hangs_on(tx: &Transaction, id: OrientationId) -> Result<(i64, i64), StoreError> {
    let mut sql = Sql::new("SELECT (SELECT count(*) FROM project_orientations WHERE orientation_id = ");
    sql.bind(id.0).push(") AS projects, (SELECT count(*) FROM indicators WHERE orientation_id = ");
    sql.bind(id.0).push(") AS indicators");
    let counts = |row: QueryResult| Ok((get(&row, "projects")?, get(&row, "indicators")?));
    sql.row(tx).await?.map_or(Ok((0, 0)), counts)
}

/// Writes a new or changed orientation.
pub async fn write(tx: &Transaction, orientation: &Orientation) -> Result<(), StoreError> {
    let (text, validation) = (&orientation.text, orientation.validation.as_ref());
    let amendment = orientation.amendment.as_ref();
    let amendment = amendment.map(|text| serde_json::to_value(text).expect("texts and ids are always JSON"));
    let mut sql = Sql::new(
        "INSERT INTO orientations (id, diagnosis_id, number, title, rationale, example_actions, validated_by, validated_on, validation_session_id, amendment, created_at) VALUES (",
    );
    sql.bind(orientation.id.0).push(", ").bind(orientation.diagnosis.0).push(", ");
    sql.bind(text.number).push(", ").bind(text.title.clone()).push(", ").bind(text.rationale.clone());
    sql.push(", ").bind(text.example_actions.clone()).push(", ");
    sql.bind(validation.map(|validation| validation.by.clone())).push(", ");
    sql.bind(validation.map(|validation| validation.on)).push(", ");
    sql.bind(validation.and_then(|validation| validation.session).map(|id| id.0)).push(", ");
    sql.bind(amendment).push(", ").bind(orientation.created_at);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET number = excluded.number, title = excluded.title, rationale = excluded.rationale,
            example_actions = excluded.example_actions, validated_by = excluded.validated_by, validated_on = excluded.validated_on,
            validation_session_id = excluded.validation_session_id, amendment = excluded.amendment",
    );
    sql.execute(tx).await?;
    let mut sql = Sql::new("DELETE FROM orientation_crossings WHERE orientation_id = ");
    sql.bind(orientation.id.0);
    sql.execute(tx).await?;
    if text.based_on.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO orientation_crossings (orientation_id, position, crossing_id) SELECT ");
    sql.bind(orientation.id.0).push(", b.position - 1, b.crossing_id FROM unnest(");
    sql.bind(text.based_on.iter().map(|id| id.0).collect::<Vec<_>>());
    sql.push(") WITH ORDINALITY b(crossing_id, position)");
    sql.execute(tx).await.map(drop)
}

/// Takes a proposal away.
pub async fn remove(tx: &Transaction, id: OrientationId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM orientations WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}
