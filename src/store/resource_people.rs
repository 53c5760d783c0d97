//! Persons that collectives want to bring in. Who is taken off a list is nowhere any more.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::collectives::uuids;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CollectiveId, ResourcePersonId};
use crate::domain::resource_people::ResourcePerson;

impl Store {
    /// The persons of these collectives' lists, in order, whoever may see them.
    pub async fn resource_people(
        &self,
        of: &[CollectiveId],
    ) -> Result<HashMap<CollectiveId, Vec<ResourcePerson>>, StoreError> {
        resource_people(self.db(), of).await
    }
}

/// The persons of these collectives' lists, in order, whoever may see them.
pub async fn resource_people(
    db: &impl ConnectionTrait,
    of: &[CollectiveId],
) -> Result<HashMap<CollectiveId, Vec<ResourcePerson>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT p.collective_id, p.id, p.name, p.reason, p.actor_id, p.approached, p.visibility FROM resource_people p WHERE p.collective_id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY p.collective_id, p.position");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        let (visibility, actor): (String, Option<Uuid>) = (get(&row, "visibility")?, get(&row, "actor_id")?);
        let person = ResourcePerson {
            id: ResourcePersonId(get(&row, "id")?),
            name: get(&row, "name")?,
            reason: get(&row, "reason")?,
            actor: actor.map(ActorId),
            approached: get(&row, "approached")?,
            visibility: parse("resource_people", "visibility", &visibility)?,
        };
        found.entry(CollectiveId(get(&row, "collective_id")?)).or_default().push(person);
    }
    Ok(found)
}

/// The persons of lists whose collective was closed or put away by then and not touched since, with its version; the
/// collectives are locked.
pub async fn due(
    tx: &Transaction,
    before: DateTime<Utc>,
) -> Result<Vec<(CollectiveId, i32, Vec<ResourcePersonId>)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT v.id, v.version, ARRAY(SELECT p.id FROM resource_people p WHERE p.collective_id = v.id) AS people FROM collectives v
        WHERE (v.stage = 'CLOSED' OR v.status = 'ARCHIVED') AND EXISTS (SELECT 1 FROM resource_people p WHERE p.collective_id = v.id)
            AND v.updated_at <= ",
    );
    sql.bind(before).push(" ORDER BY v.id FOR UPDATE");
    let list = |row: &_| {
        let people: Vec<Uuid> = get(row, "people")?;
        let people = people.into_iter().map(ResourcePersonId).collect();
        Ok((CollectiveId(get(row, "id")?), get(row, "version")?, people))
    };
    sql.rows(tx).await?.iter().map(list).collect()
}

/// The collective of a person, locked, with its version; null where there is none.
pub async fn list_of(
    tx: &Transaction,
    id: ResourcePersonId,
) -> Result<Option<(CollectiveId, i32)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT v.id, v.version FROM collectives v WHERE v.id = (SELECT collective_id FROM resource_people WHERE id = ",
    );
    sql.bind(id.0).push(") FOR UPDATE");
    let found = |row: &_| Ok((CollectiveId(get(row, "id")?), get(row, "version")?));
    sql.row(tx).await?.as_ref().map(found).transpose()
}

/// Erases these persons of a collective's list; how many are left.
pub async fn erase(
    tx: &Transaction,
    of: CollectiveId,
    people: &[ResourcePersonId],
) -> Result<i64, StoreError> {
    let mut sql = Sql::new("DELETE FROM resource_people WHERE collective_id = ");
    sql.bind(of.0).and("id = ANY(").bind(people.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    sql.execute(tx).await?;
    let mut sql = Sql::new("SELECT count(*) AS remaining FROM resource_people WHERE collective_id = ");
    sql.bind(of.0);
    sql.row(tx).await?.map_or(Ok(0), |row| get(&row, "remaining"))
}

/// Writes all persons of a collective's list; those that are no longer there go.
pub async fn write(tx: &Transaction, of: CollectiveId, people: &[ResourcePerson]) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM resource_people WHERE collective_id = ");
    sql.bind(of.0);
    sql.execute(tx).await?;
    for (position, person) in people.iter().enumerate() {
        let mut sql = Sql::new(
            "INSERT INTO resource_people (id, collective_id, position, name, reason, actor_id, approached, visibility) VALUES (",
        );
        sql.bind(person.id.0).push(", ").bind(of.0).push(", ").bind(position as i16).push(", ");
        sql.bind(person.name.clone()).push(", ").bind(person.reason.clone()).push(", ");
        sql.bind(person.actor.map(|id| id.0)).push(", ").bind(person.approached).push(", ");
        sql.bind(person.visibility.as_ref()).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}
