//! Collectives: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::collectives as row;
use super::error::StoreError;
use super::rows::{get, name, parse, parse_some, publication};
use super::sight::{visible_application, visible_collective};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::collectives::{
    Collective, CollectiveKind, CollectiveRef, CollectiveSets, Place, Size, StatementOfIntent,
};
use crate::domain::ids::{ActorId, CollectiveId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::stages::Facts;

const TABLE: &str = "collectives";

/// The columns of a collective `v`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("v.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The collective of a row.
pub(super) fn domain(row: row::Model) -> Result<Collective, StoreError> {
    let intent = match row.finding {
        None => None,
        Some(shared_finding) => Some(StatementOfIntent {
            shared_finding,
            urgency: parse_some(TABLE, "urgency", row.urgency.as_deref())?,
            why_now: row.why_now,
            change_sought: row.change_sought,
            audiences: row.intent_audiences,
            funding_sought: row.funding_sought,
            funding_note: row.funding_note,
            partners_sought: row.partners_sought,
        }),
    };
    Ok(Collective {
        id: CollectiveId(row.id),
        slug: row.slug,
        kind: parse(TABLE, "kind", &row.kind)?,
        name: row.name,
        stage: parse(TABLE, "stage", &row.stage)?,
        closed_from: parse_some(TABLE, "closed_from", row.closed_from.as_deref())?,
        themes: row.themes,
        sdgs: row.sdgs,
        audiences: row.audiences,
        intent,
        actor: row.actor_id.map(ActorId),
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(collective: &Collective) -> row::Model {
    let intent = collective.intent.clone();
    let said = intent.clone().unwrap_or_default();
    row::Model {
        id: collective.id.0,
        slug: collective.slug.clone(),
        kind: collective.kind.to_string(),
        name: collective.name.clone(),
        stage: collective.stage.to_string(),
        closed_from: name(collective.closed_from),
        themes: collective.themes.clone(),
        sdgs: collective.sdgs.clone(),
        audiences: collective.audiences.clone(),
        finding: intent.map(|intent| intent.shared_finding),
        urgency: name(said.urgency),
        why_now: said.why_now,
        change_sought: said.change_sought,
        intent_audiences: said.audiences,
        funding_sought: said.funding_sought,
        funding_note: said.funding_note,
        partners_sought: said.partners_sought,
        actor_id: collective.actor.map(|id| id.0),
        status: collective.publication.status.to_string(),
        archived_from: name(collective.publication.archived_from),
        version: collective.version,
        created_at: collective.created_at,
        updated_at: collective.updated_at,
    }
}

impl Store {
    /// The collective that a reference means, where it may be seen; an archived one too.
    pub async fn collective(
        &self,
        by: &CollectiveRef,
        visibility: &Visibility,
    ) -> Result<Option<Collective>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM collectives v WHERE ");
        match by {
            CollectiveRef::Id(id) => sql.push("v.id = ").bind(id.0),
            CollectiveRef::Slug(slug) => sql.push("v.slug = ").bind(slug.clone()),
        };
        visible_collective(sql.and(""), &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }

    /// The collectives of these ids that may be seen, archived ones too, in no order.
    pub async fn collectives_by_ids(
        &self,
        ids: &[CollectiveId],
        visibility: &Visibility,
    ) -> Result<Vec<Collective>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM collectives v WHERE v.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_collective(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// What decides how far these collectives may go.
    pub async fn collective_facts(
        &self,
        of: &[CollectiveId],
        visibility: &Visibility,
    ) -> Result<HashMap<CollectiveId, Facts>, StoreError> {
        facts(self.db(), of, visibility).await
    }
}

/// What decides how far these collectives may go. An actor counts while its entry is published: what the
/// public does not see decides nothing that it sees. The size that a call asks decides for those alone who see that the
/// collective applies to it: the newest application that is no draft, and was neither withdrawn nor rejected.
pub async fn facts(
    db: &impl ConnectionTrait,
    of: &[CollectiveId],
    visibility: &Visibility,
) -> Result<HashMap<CollectiveId, Facts>, StoreError> {
    let mut sql = Sql::new(
        "SELECT v.id, m.members, m.silent, m.led, s.planned, s.done, k.min_members, k.max_members FROM collectives v
        CROSS JOIN LATERAL (SELECT count(*) AS members, count(*) FILTER (WHERE m.responsibility IS NULL) AS silent,
                coalesce(bool_or(m.role = 'LEAD'), FALSE) AS led
            FROM memberships m JOIN actors e ON e.id = m.actor_id AND e.status = 'PUBLISHED'
            WHERE m.collective_id = v.id AND m.status = 'ACCEPTED') m
        CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE s.status <> 'DROPPED' AND s.due IS NOT NULL
                AND EXISTS (SELECT 1 FROM actors e WHERE e.id = s.owner_id AND e.status = 'PUBLISHED')) AS planned, count(*) FILTER (WHERE s.status = 'DONE')
                + (SELECT count(*) FROM projects j WHERE j.collective_id = v.id AND j.status = 'PUBLISHED') AS done
            FROM next_steps s WHERE s.collective_id = v.id) s
        LEFT JOIN LATERAL (SELECT t.min_members, t.max_members FROM applications d JOIN call_tracks t ON t.id = d.track_id
            WHERE d.collective_id = v.id AND d.status NOT IN ('DRAFT', 'WITHDRAWN', 'REJECTED') AND ",
    );
    visible_application(&mut sql, visibility);
    sql.push(" ORDER BY d.created_at DESC LIMIT 1) k ON TRUE WHERE v.id = ANY(").bind(uuids(of)).push(")");
    let facts = |row: &_| {
        let asked: (Option<i32>, Option<i32>) = (get(row, "min_members")?, get(row, "max_members")?);
        let facts = Facts {
            members: get(row, "members")?,
            without_responsibility: get(row, "silent")?,
            led: get(row, "led")?,
            next_steps: get(row, "planned")?,
            deeds: get(row, "done")?,
            asked: limits(asked),
        };
        Ok((CollectiveId(get(row, "id")?), facts))
    };
    sql.rows(db).await?.iter().map(facts).collect()
}

/// The size that a track asks; null where it says nothing of it.
fn limits((least, most): (Option<i32>, Option<i32>)) -> Option<Size> {
    let usual = CollectiveKind::SmallCollective.size();
    let most = most.map(i64::from);
    match least.map(i64::from) {
        Some(least) => Some(Size { least, most }),
        None => most.map(|most| Size { least: usual.least.min(most), most: Some(most) }),
    }
}

/// A collective to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: CollectiveId,
) -> Result<Option<(Collective, CollectiveSets)>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let mut sql = Sql::new("SELECT role, territory_id FROM collective_territories WHERE collective_id = ");
    sql.bind(id.0).push(" ORDER BY territory_id");
    let mut sets = CollectiveSets::default();
    for row in sql.rows(tx).await? {
        let role: String = get(&row, "role")?;
        let list = match parse("collective_territories", "role", &role)? {
            Place::Territory => &mut sets.territories,
            Place::PilotSite => &mut sets.pilot_sites,
        };
        list.push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(Some((domain(row)?, sets)))
}

/// Writes a new or changed collective, not what belongs to it.
pub async fn write_own(tx: &Transaction, collective: &Collective) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let own = model(collective).into_active_model();
    row::Entity::insert(own).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a new or changed collective with what belongs to it.
pub async fn write(
    tx: &Transaction,
    collective: &Collective,
    sets: &CollectiveSets,
) -> Result<(), StoreError> {
    write_own(tx, collective).await?;
    let mut sql = Sql::new("DELETE FROM collective_territories WHERE collective_id = ");
    sql.bind(collective.id.0);
    sql.execute(tx).await?;
    let all = [(Place::Territory, &sets.territories), (Place::PilotSite, &sets.pilot_sites)];
    let (roles, territories): (Vec<_>, Vec<_>) = all
        .into_iter()
        .flat_map(|(place, list)| list.iter().map(move |id| (place.as_ref().to_owned(), id.0)))
        .unzip();
    let mut sql = Sql::new("INSERT INTO collective_territories (collective_id, role, territory_id) SELECT ");
    sql.bind(collective.id.0).push(", * FROM unnest(").bind(roles).push(", ").bind(territories).push(")");
    sql.execute(tx).await.map(drop)
}

/// Who speaks for a collective to others.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// How the collective is called.
    pub name: String,
    /// Where it stands.
    pub status: PublicationStatus,
    /// The published actor that it has become, else its lead; null where it has neither.
    pub actor: Option<ActorId>,
}

/// Who speaks for this collective; null where there is no such collective.
pub async fn speaker(db: &impl ConnectionTrait, id: CollectiveId) -> Result<Option<Speaker>, StoreError> {
    let mut sql = Sql::new(
        "SELECT v.name::text AS name, v.status, coalesce(
            (SELECT e.id FROM actors e WHERE e.id = v.actor_id AND e.status = 'PUBLISHED'), (",
    );
    sql.push(LEAD).push(")) AS actor FROM collectives v WHERE v.id = ").bind(id.0);
    let rows = sql.rows(db).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (status, actor): (String, Option<Uuid>) = (get(row, "status")?, get(row, "actor")?);
    let status = parse(TABLE, "status", &status)?;
    Ok(Some(Speaker { name: get(row, "name")?, status, actor: actor.map(ActorId) }))
}

/// How this collective is called, and its lead, where that is not put away; null where there is no such collective.
pub async fn led(
    db: &impl ConnectionTrait,
    id: CollectiveId,
) -> Result<Option<(String, Option<ActorId>)>, StoreError> {
    let mut sql = Sql::new("SELECT v.name::text AS name, (");
    sql.push(LEAD).push(") AS lead FROM collectives v WHERE v.id = ").bind(id.0);
    let rows = sql.rows(db).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let lead: Option<Uuid> = get(row, "lead")?;
    Ok(Some((get(row, "name")?, lead.map(ActorId))))
}

/// The lead of the collective `v`, where it has accepted and was not put away.
const LEAD: &str =
    "SELECT m.actor_id FROM memberships m JOIN actors e ON e.id = m.actor_id AND e.status <> 'ARCHIVED'
    WHERE m.collective_id = v.id AND m.role = 'LEAD' AND m.status = 'ACCEPTED'";

/// Their keys.
pub(super) fn uuids(ids: &[CollectiveId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
