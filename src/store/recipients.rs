//! Whom a letter about an entry goes to: those who edit, manage or administer it, whose account is active.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Transaction;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::ids::{ActorId, CallId, CollectiveId, GoodPracticeId, ProjectId, TerritoryId, UserId};
use crate::domain::publication::PublicationStatus;

/// The users whose account edits one of these actors.
pub async fn editors(
    tx: &Transaction,
    actors: &[ActorId],
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = holders("ACTOR_EDITOR", now);
    sql.and("g.actor_id = ANY(").bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    users(tx, sql).await
}

/// The administrators.
pub async fn administrators(tx: &Transaction, now: DateTime<Utc>) -> Result<Vec<UserId>, StoreError> {
    users(tx, holders("ADMIN", now)).await
}

/// The users who manage where one of these actors sits or acts; of those that are not published they manage each, since
/// they would not see the entry otherwise.
pub async fn managers_of_actors(
    tx: &Transaction,
    actors: &[ActorId],
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql =
        Sql::new("WITH ends AS (SELECT id, seat_id, location_hidden, status FROM actors WHERE id = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(
        ")), places(actor_id, territory_id) AS (
            SELECT id, seat_id FROM ends WHERE seat_id IS NOT NULL
            UNION SELECT x.actor_id, x.territory_id FROM actor_areas x JOIN ends e ON e.id = x.actor_id
            UNION SELECT x.actor_id, x.territory_id FROM actor_points x JOIN ends e ON e.id = x.actor_id AND NOT e.location_hidden
        ), holders(actor_id, territory_id) AS (
            SELECT * FROM places
            UNION SELECT p.actor_id, l.other_id FROM places p JOIN territory_links l ON l.territory_id = p.territory_id AND l.relation = 'WITHIN'
        ), reached(user_id, territory_id) AS (",
    );
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now)).push(
        "), reach(user_id, actor_id) AS (SELECT DISTINCT r.user_id, h.actor_id FROM reached r JOIN holders h USING (territory_id))
        SELECT DISTINCT r.user_id FROM reach r WHERE NOT EXISTS (SELECT 1 FROM ends e WHERE e.status <> 'PUBLISHED'
            AND NOT EXISTS (SELECT 1 FROM reach o WHERE o.user_id = r.user_id AND o.actor_id = e.id)) ORDER BY 1",
    );
    users(tx, sql).await
}

/// The users who manage the whole perimeter of a call.
pub async fn managers_of_call(
    tx: &Transaction,
    call: CallId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("WITH reached(user_id, territory_id) AS (");
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now));
    sql.push("), perimeter AS (SELECT x.territory_id FROM call_territories x WHERE x.call_id = ")
        .bind(call.0);
    sql.push(
        ") SELECT DISTINCT r.user_id FROM reached r WHERE EXISTS (SELECT 1 FROM perimeter) AND NOT EXISTS (
            SELECT 1 FROM perimeter p WHERE NOT EXISTS (SELECT 1 FROM reached o WHERE o.user_id = r.user_id AND (o.territory_id = p.territory_id
                OR EXISTS (SELECT 1 FROM territory_links l WHERE l.relation = 'WITHIN' AND l.territory_id = p.territory_id AND l.other_id = o.territory_id)))) ORDER BY 1",
    );
    users(tx, sql).await
}

/// The users who manage one of the places where a collective acts.
pub async fn managers_of_collective(
    tx: &Transaction,
    collective: CollectiveId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("WITH reached(user_id, territory_id) AS (");
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now));
    sql.push(
        "), places AS (SELECT x.territory_id FROM collective_territories x WHERE x.role = 'TERRITORY' AND x.collective_id = ",
    )
    .bind(collective.0);
    sql.push(
        ") SELECT DISTINCT r.user_id FROM reached r JOIN places p ON r.territory_id = p.territory_id OR EXISTS (
            SELECT 1 FROM territory_links l WHERE l.relation = 'WITHIN' AND l.territory_id = p.territory_id AND l.other_id = r.territory_id) ORDER BY 1",
    );
    users(tx, sql).await
}

/// The users who manage one of the places where a project takes place, or where its lead sits or acts.
pub async fn managers_of_project(
    tx: &Transaction,
    project: ProjectId,
    lead: ActorId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("WITH reached(user_id, territory_id) AS (");
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now));
    sql.push("), places AS (SELECT x.territory_id FROM project_territories x WHERE x.project_id = ")
        .bind(project.0);
    sql.push(
        ") SELECT DISTINCT r.user_id FROM reached r JOIN places p ON r.territory_id = p.territory_id OR EXISTS (
            SELECT 1 FROM territory_links l WHERE l.relation = 'WITHIN' AND l.territory_id = p.territory_id AND l.other_id = r.territory_id) ORDER BY 1",
    );
    let mut found = users(tx, sql).await?;
    found.extend(managers_of_actors(tx, &[lead], now).await?);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The users who manage one of the places where a practice takes place, or where one of its actors sits or acts.
pub async fn managers_of_practice(
    tx: &Transaction,
    practice: GoodPracticeId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("WITH reached(user_id, territory_id) AS (");
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now));
    sql.push("), places AS (SELECT x.territory_id FROM good_practice_territories x WHERE x.practice_id = ")
        .bind(practice.0);
    sql.push(
        ") SELECT DISTINCT r.user_id FROM reached r JOIN places p ON r.territory_id = p.territory_id OR EXISTS (
            SELECT 1 FROM territory_links l WHERE l.relation = 'WITHIN' AND l.territory_id = p.territory_id AND l.other_id = r.territory_id) ORDER BY 1",
    );
    let mut found = users(tx, sql).await?;
    let mut sql = Sql::new("SELECT actor_id FROM good_practice_actors WHERE practice_id = ");
    sql.bind(practice.0);
    let actors: Vec<_> = sql
        .rows(tx)
        .await?
        .iter()
        .map(|row| Ok(ActorId(get(row, "actor_id")?)))
        .collect::<Result<_, StoreError>>()?;
    found.extend(managers_of_actors(tx, &actors, now).await?);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The users who manage the territory of a diagnosis.
pub async fn managers_of_territory(
    tx: &Transaction,
    territory: TerritoryId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let mut sql = Sql::new("WITH reached(user_id, territory_id) AS (");
    sql.append(&held("TERRITORY_MANAGER", "g.territory_id", now));
    sql.push(") SELECT DISTINCT r.user_id FROM reached r WHERE r.territory_id = ").bind(territory.0);
    sql.push(
        " OR EXISTS (SELECT 1 FROM territory_links l WHERE l.relation = 'WITHIN' AND l.other_id = r.territory_id AND l.territory_id = ",
    )
    .bind(territory.0)
    .push(") ORDER BY 1");
    users(tx, sql).await
}

/// The user behind the name under which a write is kept: the person, or the owner of the key; null where they are gone.
pub async fn user_of(tx: &Transaction, caller: &str) -> Result<Option<UserId>, StoreError> {
    let Some((kind, id)) = caller.split_once(':') else { return Ok(None) };
    let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
    let mut sql = match kind {
        "user" => Sql::new("SELECT id AS user_id FROM users WHERE id = "),
        "key" => Sql::new("SELECT owner_id AS user_id FROM api_keys WHERE id = "),
        _ => return Ok(None),
    };
    sql.bind(id);
    Ok(users(tx, sql).await?.pop())
}

/// The names of actors, and where they stand.
pub async fn named(
    tx: &Transaction,
    actors: &[ActorId],
) -> Result<HashMap<ActorId, (String, PublicationStatus)>, StoreError> {
    let mut sql = Sql::new("SELECT id, name::text, status FROM actors WHERE id = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let mut found = HashMap::new();
    for row in sql.rows(tx).await? {
        let status: String = get(&row, "status")?;
        found.insert(ActorId(get(&row, "id")?), (get(&row, "name")?, parse("actors", "status", &status)?));
    }
    Ok(found)
}

/// Who holds a role now.
fn holders(role: &str, now: DateTime<Utc>) -> Sql {
    held(role, "NULL::uuid AS nothing", now)
}

/// Who holds a role now, with a column of the grant.
fn held(role: &str, column: &str, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("SELECT DISTINCT g.user_id, ");
    sql.push(column).push(" FROM grants g JOIN users u ON u.id = g.user_id AND u.active WHERE g.role = ");
    sql.bind(role).push(" AND (g.expires_at IS NULL OR g.expires_at > ").bind(now).push(")");
    sql
}

async fn users(tx: &Transaction, sql: Sql) -> Result<Vec<UserId>, StoreError> {
    sql.rows(tx).await?.iter().map(|row| Ok(UserId(get(row, "user_id")?))).collect()
}
