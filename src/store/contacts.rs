//! Contacts. What is read here is personal data that no condition in SQL has narrowed yet: who may see which contact
//! of an actor is asked of policy by whoever reads.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, QueryResult};

use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::contacts::Contact;
use crate::domain::ids::{ActorId, ContactId};

const COLUMNS: &str = "SELECT id, actor_id, name, role, email, phone, visibility, consent_on, expires_on, created_at, updated_at FROM contacts";

fn contact(row: &QueryResult) -> Result<Contact, StoreError> {
    let visibility: String = get(row, "visibility")?;
    Ok(Contact {
        id: ContactId(get(row, "id")?),
        actor: ActorId(get(row, "actor_id")?),
        name: get(row, "name")?,
        role: get(row, "role")?,
        email: get(row, "email")?,
        phone: get(row, "phone")?,
        visibility: parse("contacts", "visibility", &visibility)?,
        consent_on: get(row, "consent_on")?,
        expires_on: get(row, "expires_on")?,
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
    })
}

async fn contacts(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<Contact>, StoreError> {
    sql.rows(db).await?.iter().map(contact).collect()
}

impl Store {
    /// The contacts of these actors, oldest first.
    pub async fn contacts_of(&self, actors: &[ActorId]) -> Result<Vec<Contact>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" WHERE actor_id = ANY(").bind(actors.iter().map(|id| id.0).collect::<Vec<_>>());
        sql.push(") ORDER BY actor_id, id");
        contacts(sql, self.db()).await
    }

    /// These contacts.
    pub async fn contacts_by_ids(&self, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" WHERE id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
        contacts(sql, self.db()).await
    }
}

/// The version of an actor whose contacts are to be written, and how many it has; others who write it wait. Null where
/// there is none.
pub async fn hold_actor(tx: &Transaction, id: ActorId) -> Result<Option<(i32, usize)>, StoreError> {
    let mut sql = Sql::new("SELECT version FROM actors WHERE id = ");
    sql.bind(id.0).push(" FOR UPDATE");
    let Some(row) = sql.row(tx).await? else { return Ok(None) };
    let mut sql = Sql::new("SELECT count(*) AS count FROM contacts WHERE actor_id = ");
    sql.bind(id.0);
    let count = sql.row(tx).await?.map_or(Ok(0_i64), |row| get(&row, "count"))?;
    Ok(Some((get(&row, "version")?, count as usize)))
}

/// A contact to be written, with its actor's version; both are locked, the actor first as everyone does. Null where
/// there is none.
pub async fn for_update(tx: &Transaction, id: ContactId) -> Result<Option<(Contact, i32)>, StoreError> {
    // A merger may move it to another actor between the two locks.
    for _ in 0..3 {
        let mut sql = Sql::new(
            "SELECT a.id, a.version FROM actors a WHERE a.id = (SELECT actor_id FROM contacts WHERE id = ",
        );
        sql.bind(id.0).push(") FOR UPDATE OF a");
        let Some(held) = sql.row(tx).await? else { return Ok(None) };
        let mut sql = Sql::new(COLUMNS);
        sql.push(" WHERE id = ").bind(id.0).push(" FOR UPDATE");
        let Some(row) = sql.row(tx).await? else { return Ok(None) };
        let contact = contact(&row)?;
        if contact.actor == ActorId(get(&held, "id")?) {
            return Ok(Some((contact, get(&held, "version")?)));
        }
    }
    Ok(None)
}

/// Writes a contact; one that stands is written anew.
pub async fn write(tx: &Transaction, contact: &Contact) -> Result<(), StoreError> {
    let c = contact.clone();
    let mut sql = Sql::new(
        "INSERT INTO contacts (id, actor_id, name, role, email, phone, visibility, consent_on, expires_on, created_at, updated_at) VALUES (",
    );
    sql.bind(c.id.0).push(", ").bind(c.actor.0).push(", ").bind(c.name).push(", ").bind(c.role).push(", ");
    sql.bind(c.email).push(", ").bind(c.phone).push(", ").bind(c.visibility.as_ref()).push(", ");
    sql.bind(c.consent_on).push(", ").bind(c.expires_on).push(", ").bind(c.created_at).push(", ");
    sql.bind(c.updated_at).push(
        ") ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, email = excluded.email,
            phone = excluded.phone, visibility = excluded.visibility, consent_on = excluded.consent_on,
            expires_on = excluded.expires_on, updated_at = excluded.updated_at",
    );
    sql.execute(tx).await.map(drop)
}

/// Erases a contact.
pub async fn erase(tx: &Transaction, id: ContactId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM contacts WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Contacts with exactly this address, whatever its case, with their actors' versions.
pub async fn with_email(tx: &Transaction, email: &str) -> Result<Vec<(Contact, i32)>, StoreError> {
    let mut sql = Sql::new("lower(c.email) = lower(");
    sql.bind(email).push(")");
    held(tx, sql, i64::MAX).await
}

/// So many of the contacts that had expired by this day, with their actors' versions.
pub async fn expired_by(
    tx: &Transaction,
    day: NaiveDate,
    most: i64,
) -> Result<Vec<(Contact, i32)>, StoreError> {
    let mut sql = Sql::new("c.expires_on <= ");
    sql.bind(day);
    held(tx, sql, most).await
}

async fn held(tx: &Transaction, condition: Sql, most: i64) -> Result<Vec<(Contact, i32)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT c.*, a.version AS actor_version FROM contacts c JOIN actors a ON a.id = c.actor_id WHERE ",
    );
    sql.append(&condition).push(" ORDER BY c.actor_id, c.id LIMIT ").bind(most).push(" FOR UPDATE OF a, c");
    let rows = sql.rows(tx).await?;
    rows.iter().map(|row| Ok((contact(row)?, get(row, "actor_version")?))).collect()
}
