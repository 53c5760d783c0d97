//! Good practices: rows to domain and back, finders by key, writers. The practice is `g`.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::good_practices as row;
use super::error::StoreError;
use super::rows::{get, name, publication};
use super::sight::visible_practice;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, GoodPracticeId, LibraryResourceId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::practices::{GoodPractice, GoodPracticeRef, PracticeSets};
use crate::domain::publication::PublicationStatus;

const TABLE: &str = "good_practices";

/// The columns of a practice `g`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("g.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The practice of a row.
pub(super) fn domain(row: row::Model) -> Result<GoodPractice, StoreError> {
    Ok(GoodPractice {
        id: GoodPracticeId(row.id),
        slug: row.slug,
        title: row.title,
        summary: row.summary,
        story: row.story,
        themes: row.themes,
        sdgs: row.sdgs,
        audiences: row.audiences,
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(practice: &GoodPractice) -> row::Model {
    row::Model {
        id: practice.id.0,
        slug: practice.slug.clone(),
        title: practice.title.clone(),
        summary: practice.summary.clone(),
        story: practice.story.clone(),
        themes: practice.themes.clone(),
        sdgs: practice.sdgs.clone(),
        audiences: practice.audiences.clone(),
        status: practice.publication.status.to_string(),
        archived_from: name(practice.publication.archived_from),
        version: practice.version,
        created_at: practice.created_at,
        updated_at: practice.updated_at,
    }
}

impl Store {
    /// The practice that a reference means, where it may be seen; an archived one too.
    pub async fn good_practice(
        &self,
        by: &GoodPracticeRef,
        visibility: &Visibility,
    ) -> Result<Option<GoodPractice>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM good_practices g WHERE ");
        match by {
            GoodPracticeRef::Id(id) => sql.push("g.id = ").bind(id.0),
            GoodPracticeRef::Slug(slug) => sql.push("g.slug = ").bind(slug.clone()),
        };
        visible_practice(sql.and(""), &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }

    /// The practices of these ids that may be seen, archived ones too, in no order.
    pub async fn practices_by_ids(
        &self,
        ids: &[GoodPracticeId],
        visibility: &Visibility,
    ) -> Result<Vec<GoodPractice>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM good_practices g WHERE g.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_practice(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The actors of these practices, in order.
    pub async fn practice_actors(
        &self,
        of: &[GoodPracticeId],
    ) -> Result<HashMap<GoodPracticeId, Vec<ActorId>>, StoreError> {
        listed(self.db(), "good_practice_actors", "actor_id", of).await
    }

    /// What to read about these practices, in order.
    pub async fn practice_resources(
        &self,
        of: &[GoodPracticeId],
    ) -> Result<HashMap<GoodPracticeId, Vec<LibraryResourceId>>, StoreError> {
        listed(self.db(), "good_practice_resources", "resource_id", of).await
    }
}

/// What a table lists for practices, in order.
async fn listed<T: From<Uuid>>(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    of: &[GoodPracticeId],
) -> Result<HashMap<GoodPracticeId, Vec<T>>, StoreError> {
    let mut sql = Sql::new("SELECT practice_id, ");
    sql.push(column).push(" AS listed FROM ").push(table).push(" WHERE practice_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY practice_id, position");
    let mut found: HashMap<_, Vec<T>> = HashMap::new();
    for row in sql.rows(db).await? {
        let listed: Uuid = get(&row, "listed")?;
        found.entry(GoodPracticeId(get(&row, "practice_id")?)).or_default().push(T::from(listed));
    }
    Ok(found)
}

/// A practice to be written, locked until the transaction ends, with what belongs to it.
pub async fn for_update(
    tx: &Transaction,
    id: GoodPracticeId,
) -> Result<Option<(GoodPractice, PracticeSets)>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let practice = domain(row)?;
    let mut actors = listed(tx, "good_practice_actors", "actor_id", &[id]).await?;
    let mut resources = listed(tx, "good_practice_resources", "resource_id", &[id]).await?;
    let mut sql = Sql::new("SELECT territory_id FROM good_practice_territories WHERE practice_id = ");
    sql.bind(id.0).push(" ORDER BY territory_id");
    let territory = |row| Ok(TerritoryId(get(row, "territory_id")?));
    let territories = sql.rows(tx).await?.iter().map(territory).collect::<Result<_, StoreError>>()?;
    let sets = PracticeSets {
        actors: actors.remove(&id).unwrap_or_default(),
        territories,
        resources: resources.remove(&id).unwrap_or_default(),
    };
    Ok(Some((practice, sets)))
}

/// The practices of an actor, locked until the transaction ends, in order.
pub async fn lock_of(tx: &Transaction, actor: ActorId) -> Result<Vec<GoodPracticeId>, StoreError> {
    let mut sql = Sql::new(
        "SELECT g.id FROM good_practices g WHERE g.id IN (SELECT o.practice_id FROM good_practice_actors o WHERE o.actor_id = ",
    );
    sql.bind(actor.0).push(") ORDER BY g.id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(GoodPracticeId(get(row, "id")?))).collect()
}

/// Writes a new or changed practice, not what belongs to it.
pub async fn write_own(tx: &Transaction, practice: &GoodPractice) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let own = model(practice).into_active_model();
    row::Entity::insert(own).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a new or changed practice with what belongs to it.
pub async fn write(tx: &Transaction, practice: &GoodPractice, sets: &PracticeSets) -> Result<(), StoreError> {
    write_own(tx, practice).await?;
    for (table, column, listed) in [
        ("good_practice_actors", "actor_id", sets.actors.iter().map(|id| id.0).collect::<Vec<_>>()),
        ("good_practice_resources", "resource_id", sets.resources.iter().map(|id| id.0).collect()),
    ] {
        clear(tx, table, practice.id).await?;
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(table).push(" (practice_id, position, ").push(column).push(") SELECT ");
        sql.bind(practice.id.0).push(", p.position - 1, p.id FROM unnest(").bind(listed);
        sql.push(") WITH ORDINALITY p(id, position)");
        sql.execute(tx).await?;
    }
    clear(tx, "good_practice_territories", practice.id).await?;
    let territories: Vec<_> = sets.territories.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("INSERT INTO good_practice_territories (practice_id, territory_id) SELECT ");
    sql.bind(practice.id.0).push(", t.id FROM unnest(").bind(territories).push(") t(id)");
    sql.execute(tx).await.map(drop)
}

async fn clear(tx: &Transaction, table: &str, of: GoodPracticeId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.push(table).push(" WHERE practice_id = ").bind(of.0);
    sql.execute(tx).await.map(drop)
}

pub(super) fn uuids(ids: &[GoodPracticeId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
