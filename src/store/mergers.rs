//! Mergers: what belongs to one actor becomes another's; where ids and slugs of merged entries lead.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::actors::{COLUMNS, domain};
use super::entity::actors as row;
use super::error::StoreError;
use super::rows::get;
use super::sight::visible_actor;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::actors::{Actor, ActorRef};
use crate::domain::ids::{ActorId, CallId, CollectiveId, InteractionId, UserId};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

impl Store {
    /// The actors that took over these, where they may be seen, by the ids that led to them.
    pub async fn survivors(
        &self,
        of: &[ActorId],
        visibility: &Visibility,
    ) -> Result<Vec<(ActorId, Actor)>, StoreError> {
        let mut sql = Sql::new("SELECT m.id AS merged_id, ");
        sql.push(&COLUMNS).push(" FROM merged_actors m JOIN actors a ON a.id = m.kept_id WHERE m.id = ANY(");
        sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_actor(&mut sql, "a", &[PublicationStatus::Archived], visibility);
        let survivor = |found: &_| {
            let actor = domain(row::Model::from_query_result(found, "")?)?;
            Ok((ActorId(get(found, "merged_id")?), actor))
        };
        sql.rows(self.db()).await?.iter().map(survivor).collect()
    }

    /// The actor that took over the one of this id or slug, where it may be seen.
    pub async fn survivor(
        &self,
        by: &ActorRef,
        visibility: &Visibility,
    ) -> Result<Option<Actor>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM merged_actors m JOIN actors a ON a.id = m.kept_id WHERE ");
        match by {
            ActorRef::Id(id) => sql.push("m.id = ").bind(id.0),
            ActorRef::Slug(slug) => sql.push("m.slug = ").bind(slug.clone()),
            ActorRef::Registration(_) => return Ok(None),
        };
        visible_actor(sql.and(""), "a", &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }
}

/// Which actors took over these.
pub async fn kept(
    db: &impl ConnectionTrait,
    ids: &[ActorId],
) -> Result<HashMap<ActorId, ActorId>, StoreError> {
    let mut sql = Sql::new("SELECT id, kept_id FROM merged_actors WHERE id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let pair = |row: &_| Ok((ActorId(get(row, "id")?), ActorId(get(row, "kept_id")?)));
    sql.rows(db).await?.iter().map(pair).collect()
}

/// The interactions of an actor, locked until the transaction ends, in order.
pub async fn lock_interactions(tx: &Transaction, of: ActorId) -> Result<Vec<InteractionId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM interactions WHERE source_id = ");
    sql.bind(of.0).push(" OR target_id = ").bind(of.0).push(" OR declared_by_id = ").bind(of.0);
    sql.push(" ORDER BY id FOR UPDATE");
    ids(sql, tx).await.map(|ids| ids.into_iter().map(InteractionId).collect())
}

/// The interactions that count between an actor and these others, locked until the transaction ends, in order.
pub async fn lock_interactions_with(
    tx: &Transaction,
    of: ActorId,
    others: &[ActorId],
) -> Result<Vec<InteractionId>, StoreError> {
    let others: Vec<_> = others.iter().map(|id| id.0).collect();
    let mut sql = Sql::new(
        "SELECT id FROM interactions WHERE status NOT IN ('ARCHIVED', 'REJECTED') AND (source_id = ",
    );
    sql.bind(of.0).push(" AND target_id = ANY(").bind(others.clone()).push(") OR target_id = ").bind(of.0);
    sql.push(" AND source_id = ANY(").bind(others).push(")) ORDER BY id FOR UPDATE");
    ids(sql, tx).await.map(|ids| ids.into_iter().map(InteractionId).collect())
}

/// The calls that an actor organises or funds, locked until the transaction ends, in order.
pub async fn lock_calls(tx: &Transaction, of: ActorId) -> Result<Vec<CallId>, StoreError> {
    let mut sql =
        Sql::new("SELECT id FROM calls WHERE id IN (SELECT call_id FROM call_actors WHERE actor_id = ");
    sql.bind(of.0).push(") ORDER BY id FOR UPDATE");
    ids(sql, tx).await.map(|ids| ids.into_iter().map(CallId).collect())
}

/// The collectives in which an actor is named, locked until the transaction ends, in order.
pub async fn lock_collectives(tx: &Transaction, of: ActorId) -> Result<Vec<CollectiveId>, StoreError> {
    let mut sql = Sql::new("SELECT v.id FROM collectives v WHERE v.actor_id = ");
    sql.bind(of.0);
    for (table, column) in COLLECTIVE_ACTORS {
        sql.push(" OR v.id IN (SELECT x.collective_id FROM ").push(table).push(" x WHERE x.").push(column);
        sql.push(" = ").bind(of.0).push(")");
    }
    sql.push(" ORDER BY v.id FOR UPDATE");
    ids(sql, tx).await.map(|ids| ids.into_iter().map(CollectiveId).collect())
}

/// Where collectives name actors.
const COLLECTIVE_ACTORS: [(&str, &str); 4] = [
    ("memberships", "actor_id"),
    ("next_steps", "owner_id"),
    ("resource_people", "actor_id"),
    ("contributions", "member_id"),
];

/// Gives the survivor what collectives keep of the merged actor, besides its memberships.
pub async fn move_beside_collectives(
    tx: &Transaction,
    kept: ActorId,
    merged: ActorId,
) -> Result<(), StoreError> {
    for (table, column) in &COLLECTIVE_ACTORS[1..] {
        let mut sql = Sql::new("UPDATE ");
        sql.push(table).push(" SET ").push(column).push(" = ").bind(kept.0);
        sql.push(" WHERE ").push(column).push(" = ").bind(merged.0);
        sql.execute(tx).await?;
    }
    Ok(())
}

async fn ids(sql: Sql, tx: &Transaction) -> Result<Vec<Uuid>, StoreError> {
    sql.rows(tx).await?.iter().map(|row| get(row, "id")).collect()
}

/// Leads the origins and client keys of interactions that became the same as others to those.
pub async fn fold_interactions(
    tx: &Transaction,
    folded: &[(InteractionId, InteractionId)],
) -> Result<(), StoreError> {
    let (from, to): (Vec<_>, Vec<_>) = folded.iter().map(|(from, to)| (from.0, to.0)).unzip();
    for table in ["origins", "client_keys"] {
        let mut sql = Sql::new("UPDATE ");
        sql.push(table).push(" SET subject_id = f.kept FROM unnest(").bind(from.clone()).push(", ");
        sql.bind(to.clone()).push(") f(id, kept) WHERE subject_kind = 'INTERACTION' AND subject_id = f.id");
        sql.execute(tx).await?;
    }
    Ok(())
}

/// What else belonged to the merged actor, and how much of it.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// `source:reference` of its origins.
    pub origins: Vec<String>,
    /// Persons to reach.
    pub contacts: u64,
    /// Edits that someone proposed.
    pub suggestions: u64,
    /// Rights to edit it.
    pub grants: u64,
    /// Needs and offers.
    pub exchanges: u64,
    /// Persons who answer for it.
    pub support_contacts: u64,
    /// Requests for support.
    pub support_requests: u64,
}

/// Gives the survivor what belonged to the merged actor, besides its fields, interactions and calls; takes the merged one
/// out, and leads its id and slug to the survivor.
pub async fn take_over(
    tx: &Transaction,
    kept: ActorId,
    merged: &Actor,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> Result<Moved, StoreError> {
    let gone = merged.id.0;
    // Whoever made a draft edits it by nobody's decision, and nobody merges themselves into a right.
    let mut sql = Sql::new("DELETE FROM grants g WHERE g.actor_id = ");
    sql.bind(gone).push(" AND (").bind(merged.publication.status != PublicationStatus::Published);
    let by = by.map_or(Uuid::nil(), |user| user.0);
    sql.push(" OR g.user_id = ").bind(by);
    sql.push(" OR g.api_key_id IN (SELECT k.id FROM api_keys k WHERE k.owner_id = ").bind(by).push("))");
    sql.execute(tx).await?;
    let mut moved = Moved::default();
    let mut sql = Sql::new("UPDATE origins SET subject_id = ");
    sql.bind(kept.0).push(" WHERE subject_kind = 'ACTOR' AND subject_id = ").bind(gone);
    sql.push(" RETURNING source || ':' || reference AS name");
    moved.origins = sql.rows(tx).await?.iter().map(|row| get(row, "name")).collect::<Result<_, _>>()?;
    moved.origins.sort();
    let mut sql = Sql::new("UPDATE client_keys SET subject_id = ");
    sql.bind(kept.0).push(" WHERE subject_kind = 'ACTOR' AND subject_id = ").bind(gone);
    sql.execute(tx).await?;
    for (table, column, count) in [
        ("contacts", "actor_id", &mut moved.contacts),
        ("suggestions", "actor_id", &mut moved.suggestions),
        ("grants", "actor_id", &mut moved.grants),
        ("exchanges", "actor_id", &mut moved.exchanges),
        ("support_contacts", "institution_id", &mut moved.support_contacts),
        ("support_requests", "requester_id", &mut moved.support_requests),
    ] {
        let mut sql = Sql::new("UPDATE ");
        sql.push(table).push(" SET ").push(column).push(" = ").bind(kept.0);
        sql.push(" WHERE ").push(column).push(" = ").bind(gone);
        *count = sql.execute(tx).await?;
    }
    // Whoever edited both holds one right, the one that lasts longer.
    let mut sql = Sql::new(
        "DELETE FROM grants g USING grants o WHERE g.role = 'ACTOR_EDITOR' AND o.role = 'ACTOR_EDITOR' AND g.id <> o.id
            AND g.actor_id = o.actor_id AND g.user_id IS NOT DISTINCT FROM o.user_id
            AND g.api_key_id IS NOT DISTINCT FROM o.api_key_id
            AND (coalesce(g.expires_at, 'infinity'), g.id) < (coalesce(o.expires_at, 'infinity'), o.id)
            AND g.actor_id = ",
    );
    sql.bind(kept.0);
    sql.execute(tx).await?;
    // What was found to be another than the merged one is another than the survivor.
    let mut sql = Sql::new(
        "INSERT INTO distinct_actors (first_id, second_id, at) SELECT least(d.other, k.id), greatest(d.other, k.id), d.at
        FROM (SELECT second_id AS other, at FROM distinct_actors WHERE first_id = ",
    );
    sql.bind(gone).push(" UNION ALL SELECT first_id, at FROM distinct_actors WHERE second_id = ").bind(gone);
    sql.push(") d, (SELECT ")
        .bind(kept.0)
        .push("::uuid AS id) k WHERE d.other <> k.id ON CONFLICT DO NOTHING");
    sql.execute(tx).await?;
    let mut sql = Sql::new("UPDATE merged_actors SET kept_id = ");
    sql.bind(kept.0).push(" WHERE kept_id = ").bind(gone);
    sql.execute(tx).await?;
    let mut sql = Sql::new("INSERT INTO merged_actors (id, slug, kept_id, at) VALUES (");
    sql.bind(gone).push(", ").bind(merged.slug.clone()).push(", ").bind(kept.0).push(", ").bind(at).push(")");
    sql.execute(tx).await?;
    let mut sql = Sql::new("DELETE FROM actors WHERE id = ");
    sql.bind(gone);
    sql.execute(tx).await?;
    Ok(moved)
}
