//! Replications of practices: rows to domain and back, finders, writers. Each is seen where its practice is.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::replications as row;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CallId, GoodPracticeId, ReplicationId, TerritoryId};
use crate::domain::replications::Replication;

fn domain(row: row::Model) -> Result<Replication, StoreError> {
    Ok(Replication {
        id: ReplicationId(row.id),
        practice: GoodPracticeId(row.practice_id),
        path: parse("replications", "path", &row.path)?,
        territory: row.territory_id.map(TerritoryId),
        actor: row.actor_id.map(ActorId),
        call: row.call_id.map(CallId),
        status: parse("replications", "status", &row.status)?,
        since: row.since,
        notes: row.notes,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(replication: &Replication) -> row::Model {
    row::Model {
        id: replication.id.0,
        practice_id: replication.practice.0,
        path: replication.path.to_string(),
        territory_id: replication.territory.map(|id| id.0),
        actor_id: replication.actor.map(|id| id.0),
        call_id: replication.call.map(|id| id.0),
        status: replication.status.to_string(),
        since: replication.since,
        notes: replication.notes.clone(),
        version: replication.version,
        created_at: replication.created_at,
        updated_at: replication.updated_at,
    }
}

impl Store {
    /// The replications of these practices, which are seen, the oldest first; at most so many of each.
    pub async fn replications_of(
        &self,
        of: &[GoodPracticeId],
        most: i64,
    ) -> Result<HashMap<GoodPracticeId, Vec<Replication>>, StoreError> {
        let mut sql = Sql::new("SELECT y.* FROM unnest(");
        sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>()).push(
            ") k(id) CROSS JOIN LATERAL (SELECT * FROM replications r WHERE r.practice_id = k.id ORDER BY r.created_at, r.id LIMIT ",
        );
        sql.bind(most).push(") y ORDER BY y.created_at, y.id");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.models::<row::Model>(self.db()).await? {
            let replication = domain(row)?;
            found.entry(replication.practice).or_default().push(replication);
        }
        Ok(found)
    }
}

/// A replication to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: ReplicationId) -> Result<Option<Replication>, StoreError> {
    use sea_orm::QuerySelect;
    row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(domain).transpose()
}

/// One that says the same of where, by whom and how the practice is taken up, and was not abandoned; another than this.
pub async fn same(tx: &Transaction, as_this: &Replication) -> Result<Option<ReplicationId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM replications WHERE practice_id = ");
    sql.bind(as_this.practice.0).push(" AND status <> 'ABANDONED' AND path = ").bind(as_this.path.as_ref());
    for (column, value) in [
        ("territory_id", as_this.territory.map(|id| id.0)),
        ("actor_id", as_this.actor.map(|id| id.0)),
        ("call_id", as_this.call.map(|id| id.0)),
    ] {
        sql.and(column).push(" IS NOT DISTINCT FROM ").bind(value);
    }
    sql.and("id <> ").bind(as_this.id.0).push(" ORDER BY id LIMIT 1");
    let row = sql.row(tx).await?;
    row.map(|row| Ok(ReplicationId(get::<Uuid>(&row, "id")?))).transpose()
}

/// The replications that an actor takes up, locked until the transaction ends, in order.
pub async fn lock_of(tx: &Transaction, actor: ActorId) -> Result<Vec<Replication>, StoreError> {
    let mut sql = Sql::new("SELECT * FROM replications WHERE actor_id = ");
    sql.bind(actor.0).push(" ORDER BY id FOR UPDATE");
    sql.models::<row::Model>(tx).await?.into_iter().map(domain).collect()
}

/// Takes a replication away that another one took over; its history stays.
pub async fn remove(tx: &Transaction, id: ReplicationId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM replications WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Writes a new or changed replication.
pub async fn write(tx: &Transaction, replication: &Replication) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let insert = row::Entity::insert(model(replication).into_active_model()).on_conflict(replace);
    insert.exec_without_returning(tx).await?;
    Ok(())
}
