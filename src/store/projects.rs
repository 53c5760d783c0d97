//! Projects: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::projects as row;
use super::error::StoreError;
use super::rows::{get, name, names, parse_all, publication};
use super::sight::visible_project;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CollectiveId, OrientationId, ProjectId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::projects::{Project, ProjectRef, ProjectSets};
use crate::domain::publication::PublicationStatus;

const TABLE: &str = "projects";

/// The columns of a project `j`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("j.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The project of a row.
pub(super) fn domain(row: row::Model) -> Result<Project, StoreError> {
    Ok(Project {
        id: ProjectId(row.id),
        slug: row.slug,
        title: row.title,
        summary: row.summary,
        lead: ActorId(row.lead_id),
        collective: row.collective_id.map(CollectiveId),
        themes: row.themes,
        primary_sdg: row.primary_sdg,
        sdgs: row.sdgs,
        dynamics: parse_all(TABLE, "dynamics", &row.dynamics)?,
        audiences: row.audiences,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(project: &Project) -> row::Model {
    row::Model {
        id: project.id.0,
        slug: project.slug.clone(),
        title: project.title.clone(),
        summary: project.summary.clone(),
        lead_id: project.lead.0,
        collective_id: project.collective.map(|id| id.0),
        themes: project.themes.clone(),
        primary_sdg: project.primary_sdg,
        sdgs: project.sdgs.clone(),
        dynamics: names(&project.dynamics),
        audiences: project.audiences.clone(),
        starts_on: project.starts_on,
        ends_on: project.ends_on,
        status: project.publication.status.to_string(),
        archived_from: name(project.publication.archived_from),
        version: project.version,
        created_at: project.created_at,
        updated_at: project.updated_at,
    }
}

impl Store {
    /// The project that a reference means, where it may be seen; an archived one too.
    pub async fn project(
        &self,
        by: &ProjectRef,
        visibility: &Visibility,
    ) -> Result<Option<Project>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM projects j WHERE ");
        match by {
            ProjectRef::Id(id) => sql.push("j.id = ").bind(id.0),
            ProjectRef::Slug(slug) => sql.push("j.slug = ").bind(slug.clone()),
        };
        visible_project(sql.and(""), &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }

    /// The projects of these ids that may be seen, archived ones too, in no order.
    pub async fn projects_by_ids(
        &self,
        ids: &[ProjectId],
        visibility: &Visibility,
    ) -> Result<Vec<Project>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM projects j WHERE j.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_project(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The partners of these projects, in order.
    pub async fn project_partners(
        &self,
        of: &[ProjectId],
    ) -> Result<HashMap<ProjectId, Vec<ActorId>>, StoreError> {
        partners(self.db(), of).await
    }
}

async fn partners(
    db: &impl ConnectionTrait,
    of: &[ProjectId],
) -> Result<HashMap<ProjectId, Vec<ActorId>>, StoreError> {
    let mut sql = Sql::new("SELECT project_id, actor_id FROM project_partners WHERE project_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY project_id, position");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(ProjectId(get(&row, "project_id")?)).or_default().push(ActorId(get(&row, "actor_id")?));
    }
    Ok(found)
}

/// A project to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: ProjectId,
) -> Result<Option<(Project, ProjectSets)>, StoreError> {
    use sea_orm::QuerySelect;
    whole(tx, row::Entity::find_by_id(id.0).lock_exclusive()).await
}

/// A project with what belongs to it.
pub async fn by_id(tx: &Transaction, id: ProjectId) -> Result<Option<(Project, ProjectSets)>, StoreError> {
    whole(tx, row::Entity::find_by_id(id.0)).await
}

async fn whole(
    tx: &Transaction,
    one: sea_orm::Select<row::Entity>,
) -> Result<Option<(Project, ProjectSets)>, StoreError> {
    let Some(row) = one.one(tx).await? else { return Ok(None) };
    let project = domain(row)?;
    let partners = partners(tx, &[project.id]).await?.remove(&project.id).unwrap_or_default();
    let mut sql = Sql::new("SELECT territory_id FROM project_territories WHERE project_id = ");
    sql.bind(project.id.0).push(" ORDER BY territory_id");
    let territory = |row| Ok(TerritoryId(get(row, "territory_id")?));
    let territories = sql.rows(tx).await?.iter().map(territory).collect::<Result<_, StoreError>>()?;
    let mut sql = Sql::new("SELECT orientation_id FROM project_orientations WHERE project_id = ");
    sql.bind(project.id.0).push(" ORDER BY orientation_id");
    let orientation = |row| Ok(OrientationId(get(row, "orientation_id")?));
    let orientations = sql.rows(tx).await?.iter().map(orientation).collect::<Result<_, StoreError>>()?;
    Ok(Some((project, ProjectSets { partners, territories, orientations })))
}

/// Whether an actor leads the project or is a partner of it.
pub async fn carries(tx: &Transaction, project: ProjectId, actor: ActorId) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT j.lead_id = ");
    sql.bind(actor.0)
        .push(" OR EXISTS (SELECT 1 FROM project_partners o WHERE o.project_id = j.id AND o.actor_id = ");
    sql.bind(actor.0).push(") AS carries FROM projects j WHERE j.id = ").bind(project.0);
    sql.row(tx).await?.map_or(Ok(false), |row| get(&row, "carries"))
}

/// The projects that an actor leads or is a partner of, locked until the transaction ends, in order.
pub async fn lock_of(tx: &Transaction, actor: ActorId) -> Result<Vec<ProjectId>, StoreError> {
    let mut sql = Sql::new("SELECT j.id FROM projects j WHERE j.lead_id = ");
    sql.bind(actor.0)
        .push(" OR j.id IN (SELECT o.project_id FROM project_partners o WHERE o.actor_id = ")
        .bind(actor.0);
    sql.push(") ORDER BY j.id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(ProjectId(get(row, "id")?))).collect()
}

/// Writes a new or changed project, not what belongs to it.
pub async fn write_own(tx: &Transaction, project: &Project) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let own = model(project).into_active_model();
    row::Entity::insert(own).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a new or changed project with what belongs to it.
pub async fn write(tx: &Transaction, project: &Project, sets: &ProjectSets) -> Result<(), StoreError> {
    write_own(tx, project).await?;
    for table in ["project_partners", "project_territories", "project_orientations"] {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table).push(" WHERE project_id = ").bind(project.id.0);
        sql.execute(tx).await?;
    }
    let partners: Vec<_> = sets.partners.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("INSERT INTO project_partners (project_id, position, actor_id) SELECT ");
    sql.bind(project.id.0).push(", p.position - 1, p.actor_id FROM unnest(").bind(partners);
    sql.push(") WITH ORDINALITY p(actor_id, position)");
    sql.execute(tx).await?;
    let territories: Vec<_> = sets.territories.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("INSERT INTO project_territories (project_id, territory_id) SELECT ");
    sql.bind(project.id.0).push(", t.id FROM unnest(").bind(territories).push(") t(id)");
    sql.execute(tx).await?;
    let orientations: Vec<_> = sets.orientations.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("INSERT INTO project_orientations (project_id, orientation_id) SELECT ");
    sql.bind(project.id.0).push(", t.id FROM unnest(").bind(orientations).push(") t(id)");
    sql.execute(tx).await.map(drop)
}

fn uuids(ids: &[ProjectId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
