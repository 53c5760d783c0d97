//! Applications: rows to domain and back, finders by key, writers.

use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::application_parts::{budgets, sign_offs, write_actions, write_sign_offs};
use super::entity::applications as row;
use super::error::StoreError;
use super::rows::{get, parse, parse_some};
use super::sight::visible_application;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::applications::{Application, ApplicationSets, Decision};
use crate::domain::ids::{ActorId, ApplicationId, CallId, CollectiveId, InteractionId, ProjectId, TrackId};
use crate::domain::policy::Visibility;

const TABLE: &str = "applications";

/// The columns of an application `d`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("d.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The application of a row.
pub(super) fn domain(row: row::Model) -> Result<Application, StoreError> {
    let outcome = parse_some(TABLE, "outcome", row.outcome.as_deref())?;
    let decision = match (outcome, row.reason, row.decided_on) {
        (Some(outcome), Some(reason), Some(decided_on)) => Some(Decision {
            outcome,
            granted_amount: row.granted_amount,
            funder: row.funder_id.map(ActorId),
            reason,
            decided_on,
            funding: row.funding_id.map(InteractionId),
        }),
        _ => None,
    };
    Ok(Application {
        id: ApplicationId(row.id),
        call: CallId(row.call_id),
        track: TrackId(row.track_id),
        lead: ActorId(row.lead_id),
        project: row.project_id.map(ProjectId),
        collective: row.collective_id.map(CollectiveId),
        title: row.title,
        summary: row.summary,
        status: parse(TABLE, "status", &row.status)?,
        submitted_at: row.submitted_at,
        decision,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(application: &Application, sets: &ApplicationSets) -> row::Model {
    let decision = application.decision.as_ref();
    row::Model {
        id: application.id.0,
        call_id: application.call.0,
        track_id: application.track.0,
        lead_id: application.lead.0,
        project_id: application.project.map(|id| id.0),
        collective_id: application.collective.map(|id| id.0),
        title: application.title.clone(),
        summary: application.summary.clone(),
        budget_filed_on: sets.budget.filed_on,
        status: application.status.to_string(),
        submitted_at: application.submitted_at,
        outcome: decision.map(|decision| decision.outcome.to_string()),
        granted_amount: decision.and_then(|decision| decision.granted_amount),
        funder_id: decision.and_then(|decision| decision.funder).map(|id| id.0),
        reason: decision.map(|decision| decision.reason.clone()),
        decided_on: decision.map(|decision| decision.decided_on),
        funding_id: decision.and_then(|decision| decision.funding).map(|id| id.0),
        version: application.version,
        created_at: application.created_at,
        updated_at: application.updated_at,
    }
}

impl Store {
    /// The application, where it may be seen.
    pub async fn application(
        &self,
        id: ApplicationId,
        visibility: &Visibility,
    ) -> Result<Option<Application>, StoreError> {
        Ok(self.applications_by_ids(&[id], visibility).await?.pop())
    }

    /// The applications of these ids that may be seen, in no order.
    pub async fn applications_by_ids(
        &self,
        ids: &[ApplicationId],
        visibility: &Visibility,
    ) -> Result<Vec<Application>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM applications d WHERE d.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_application(&mut sql, visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }
}

/// Whether a decision declared this interaction, or found it.
pub async fn declared(tx: &Transaction, interaction: InteractionId) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT 1 AS one FROM applications WHERE funding_id = ");
    sql.bind(interaction.0).push(" LIMIT 1");
    Ok(sql.row(tx).await?.is_some())
}

/// The call of an application, which never changes; null where there is no such application.
pub async fn call_of(db: &impl ConnectionTrait, id: ApplicationId) -> Result<Option<CallId>, StoreError> {
    let mut sql = Sql::new("SELECT call_id FROM applications WHERE id = ");
    sql.bind(id.0);
    sql.row(db).await?.map(|row| Ok(CallId(get(&row, "call_id")?))).transpose()
}

/// An application to be written, locked until the transaction ends, with the sign-offs that are kept of it.
pub async fn for_update(
    tx: &Transaction,
    id: ApplicationId,
) -> Result<Option<(Application, ApplicationSets)>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let budget = budgets(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let sign_offs = sign_offs(tx, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Some((domain(row)?, ApplicationSets { budget, sign_offs })))
}

/// Holds the project or the collective of an application as it is until the transaction ends.
pub async fn hold_content(tx: &Transaction, application: &Application) -> Result<(), StoreError> {
    let (table, id) = match (application.project, application.collective) {
        (Some(id), _) => ("projects", id.0),
        (None, Some(id)) => ("collectives", id.0),
        (None, None) => return Ok(()),
    };
    let mut sql = Sql::new("SELECT 1 FROM ");
    sql.push(table).push(" WHERE id = ").bind(id).push(" FOR SHARE");
    sql.execute(tx).await.map(drop)
}

/// The applications that name an actor, locked until the transaction ends, in order.
pub async fn lock_of(tx: &Transaction, actor: ActorId) -> Result<Vec<ApplicationId>, StoreError> {
    let mut sql = Sql::new("SELECT d.id FROM applications d WHERE d.lead_id = ");
    sql.bind(actor.0).push(" OR d.funder_id = ").bind(actor.0);
    for (table, column) in [("application_sign_offs", "actor_id"), ("application_lines", "funder_id")] {
        sql.push(" OR d.id IN (SELECT x.application_id FROM ").push(table).push(" x WHERE x.").push(column);
        sql.push(" = ").bind(actor.0).push(")");
    }
    sql.push(" ORDER BY d.id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(ApplicationId(get(row, "id")?))).collect()
}

/// Which of these tracks someone has begun an application by, withdrawn ones too.
pub async fn tracks_in_use(tx: &Transaction, tracks: &[TrackId]) -> Result<Vec<TrackId>, StoreError> {
    let mut sql = Sql::new("SELECT DISTINCT track_id FROM applications WHERE track_id = ANY(");
    sql.bind(tracks.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    sql.rows(tx).await?.iter().map(|row| Ok(TrackId(get(row, "track_id")?))).collect()
}

/// Writes a new or changed application with what belongs to it.
pub async fn write(
    tx: &Transaction,
    application: &Application,
    sets: &ApplicationSets,
) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let own = model(application, sets).into_active_model();
    row::Entity::insert(own).on_conflict(replace).exec_without_returning(tx).await?;
    write_actions(tx, application.id, &sets.budget.actions).await?;
    write_sign_offs(tx, application.id, &sets.sign_offs).await
}

/// Their keys.
pub(super) fn uuids(ids: &[ApplicationId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
