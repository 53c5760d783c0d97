//! Calls: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::entity::{calls as row, tracks as track_row};
use super::error::StoreError;
use super::rows::{get, name, names, parse, parse_all, parse_some, publication, url};
use super::sight::visible_call;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::calls::{Call, CallRef, CallRole, CallSets, Track};
use crate::domain::ids::{ActorId, CallId, TerritoryId, TrackId};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

const TABLE: &str = "calls";

/// The columns of a call `c`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("c.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The call of a row.
pub(super) fn domain(row: row::Model) -> Result<Call, StoreError> {
    Ok(Call {
        id: CallId(row.id),
        slug: row.slug,
        kind: parse(TABLE, "kind", &row.kind)?,
        title: row.title,
        summary: row.summary,
        url: url(TABLE, "url", row.url.as_deref())?,
        programme: row.programme_id.map(TerritoryId),
        recurrence: parse_some(TABLE, "recurrence", row.recurrence.as_deref())?,
        aid_kinds: parse_all(TABLE, "aid_kinds", &row.aid_kinds)?,
        themes: row.themes,
        sdgs: row.sdgs,
        audiences: row.audiences,
        eligible_kinds: parse_all(TABLE, "eligible_kinds", &row.eligible_kinds)?,
        eligibility: row.eligibility,
        opens_at: row.opens_at,
        closes_at: row.closes_at,
        budget: row.budget,
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(call: &Call) -> row::Model {
    row::Model {
        id: call.id.0,
        slug: call.slug.clone(),
        kind: call.kind.to_string(),
        title: call.title.clone(),
        summary: call.summary.clone(),
        url: call.url.as_ref().map(ToString::to_string),
        programme_id: call.programme.map(|id| id.0),
        recurrence: name(call.recurrence),
        aid_kinds: names(&call.aid_kinds),
        themes: call.themes.clone(),
        sdgs: call.sdgs.clone(),
        audiences: call.audiences.clone(),
        eligible_kinds: names(&call.eligible_kinds),
        eligibility: call.eligibility.clone(),
        opens_at: call.opens_at,
        closes_at: call.closes_at,
        budget: call.budget,
        status: call.publication.status.to_string(),
        archived_from: name(call.publication.archived_from),
        version: call.version,
        created_at: call.created_at,
        updated_at: call.updated_at,
    }
}

fn track(row: track_row::Model) -> Result<Track, StoreError> {
    Ok(Track {
        id: TrackId(row.id),
        kind: parse("call_tracks", "kind", &row.kind)?,
        title: row.title,
        description: row.description,
        min_members: row.min_members,
        max_members: row.max_members,
        min_grant: row.min_grant,
        max_grant: row.max_grant,
    })
}

impl Store {
    /// The next opening or closing of any call, seen or not; none where there is none.
    pub async fn calls_change_after(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut sql =
            Sql::new("SELECT nullif(least((SELECT min(opens_order) FROM calls WHERE opens_order > ");
        sql.bind(now).push("), (SELECT min(closes_order) FROM calls WHERE closes_order > ").bind(now);
        sql.push(")), 'infinity') AS at");
        sql.row(self.db()).await?.map_or(Ok(None), |row| get(&row, "at"))
    }

    /// The call that a reference means, where it may be seen; an archived one too.
    pub async fn call(&self, by: &CallRef, visibility: &Visibility) -> Result<Option<Call>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM calls c WHERE ");
        match by {
            CallRef::Id(id) => sql.push("c.id = ").bind(id.0),
            CallRef::Slug(slug) => sql.push("c.slug = ").bind(slug.clone()),
        };
        sql.and("");
        visible_call(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).next().transpose()
    }

    /// The calls of these ids that may be seen, archived ones too, in no order.
    pub async fn calls_by_ids(
        &self,
        ids: &[CallId],
        visibility: &Visibility,
    ) -> Result<Vec<Call>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM calls c WHERE c.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_call(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The actors of these calls in a role, in order.
    pub async fn call_actors(
        &self,
        of: &[CallId],
        role: CallRole,
    ) -> Result<HashMap<CallId, Vec<ActorId>>, StoreError> {
        call_actors(self.db(), of, role).await
    }

    /// These tracks, in no order.
    pub async fn tracks_by_ids(&self, ids: &[TrackId]) -> Result<Vec<Track>, StoreError> {
        use sea_orm::sea_query::{Expr, ExprTrait, extension::postgres::PgFunc};
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let of_these = Expr::col(track_row::Column::Id).eq(PgFunc::any(ids));
        let rows = track_row::Entity::find().filter(of_these).all(self.db()).await?;
        rows.into_iter().map(track).collect()
    }

    /// The tracks of these calls, in order.
    pub async fn call_tracks(&self, of: &[CallId]) -> Result<HashMap<CallId, Vec<Track>>, StoreError> {
        call_tracks(self.db(), of).await
    }
}

async fn call_actors(
    db: &impl ConnectionTrait,
    of: &[CallId],
    role: CallRole,
) -> Result<HashMap<CallId, Vec<ActorId>>, StoreError> {
    let mut sql = Sql::new("SELECT call_id, actor_id FROM call_actors WHERE role = ");
    sql.bind(role.as_ref()).push(" AND call_id = ANY(").bind(uuids(of)).push(") ORDER BY call_id, position");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(CallId(get(&row, "call_id")?)).or_default().push(ActorId(get(&row, "actor_id")?));
    }
    Ok(found)
}

async fn call_tracks(
    db: &impl ConnectionTrait,
    of: &[CallId],
) -> Result<HashMap<CallId, Vec<Track>>, StoreError> {
    use sea_orm::sea_query::{Expr, ExprTrait, extension::postgres::PgFunc};
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    let rows = track_row::Entity::find()
        .filter(Expr::col(track_row::Column::CallId).eq(PgFunc::any(uuids(of))))
        .order_by_asc(track_row::Column::Position)
        .all(db)
        .await?;
    for row in rows {
        found.entry(CallId(row.call_id)).or_default().push(track(row)?);
    }
    Ok(found)
}

/// The tracks of a call, in order.
pub async fn tracks(tx: &Transaction, of: CallId) -> Result<Vec<Track>, StoreError> {
    Ok(call_tracks(tx, &[of]).await?.remove(&of).unwrap_or_default())
}

/// A call to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: CallId) -> Result<Option<(Call, CallSets)>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let sets = sets(tx, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Some((domain(row)?, sets)))
}

/// Many calls with what belongs to them: for imports.
pub async fn by_ids(tx: &Transaction, ids: &[CallId]) -> Result<Vec<(Call, CallSets)>, StoreError> {
    let rows = row::Entity::find().filter(row::Column::Id.is_in(uuids(ids))).all(tx).await?;
    let mut sets = sets(tx, ids).await?;
    let with_sets = |row| {
        let call = domain(row)?;
        let own = sets.remove(&call.id).unwrap_or_default();
        Ok((call, own))
    };
    rows.into_iter().map(with_sets).collect()
}

async fn sets(tx: &Transaction, of: &[CallId]) -> Result<HashMap<CallId, CallSets>, StoreError> {
    let mut sets: HashMap<CallId, CallSets> = HashMap::new();
    for (id, actors) in call_actors(tx, of, CallRole::Organiser).await? {
        sets.entry(id).or_default().organisers = actors;
    }
    for (id, actors) in call_actors(tx, of, CallRole::Funder).await? {
        sets.entry(id).or_default().funders = actors;
    }
    for (id, tracks) in call_tracks(tx, of).await? {
        sets.entry(id).or_default().tracks = tracks;
    }
    let mut sql = Sql::new("SELECT call_id, territory_id FROM call_territories WHERE call_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY territory_id");
    for row in sql.rows(tx).await? {
        let own = sets.entry(CallId(get(&row, "call_id")?)).or_default();
        own.territories.push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(sets)
}

/// Writes new and changed calls with what belongs to them.
pub async fn write(tx: &Transaction, calls: &[(Call, CallSets)]) -> Result<(), StoreError> {
    for chunk in calls.chunks(1_000) {
        let rows = chunk.iter().map(|(call, _)| model(call).into_active_model());
        let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
        let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
        row::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    }
    let ids: Vec<_> = calls.iter().map(|(call, _)| call.id).collect();
    for table in ["call_actors", "call_territories"] {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table).push(" WHERE call_id = ANY(").bind(uuids(&ids)).push(")");
        sql.execute(tx).await?;
    }
    write_actors(tx, calls).await?;
    let (calls_of, territories): (Vec<_>, Vec<_>) =
        calls.iter().flat_map(|(call, sets)| sets.territories.iter().map(|t| (call.id.0, t.0))).unzip();
    if !calls_of.is_empty() {
        let mut sql = Sql::new("INSERT INTO call_territories (call_id, territory_id) SELECT * FROM unnest(");
        sql.bind(calls_of).push(", ").bind(territories).push(")");
        sql.execute(tx).await?;
    }
    write_tracks(tx, calls).await
}

async fn write_actors(tx: &Transaction, calls: &[(Call, CallSets)]) -> Result<(), StoreError> {
    let (mut of, mut roles, mut positions, mut actors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (call, sets) in calls {
        for (role, listed) in [(CallRole::Organiser, &sets.organisers), (CallRole::Funder, &sets.funders)] {
            for (position, actor) in listed.iter().enumerate() {
                of.push(call.id.0);
                roles.push(role.as_ref().to_owned());
                positions.push(position as i16);
                actors.push(actor.0);
            }
        }
    }
    if of.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO call_actors (call_id, role, position, actor_id) SELECT * FROM unnest(");
    sql.bind(of).push(", ").bind(roles).push(", ").bind(positions).push(", ").bind(actors).push(")");
    sql.execute(tx).await.map(drop)
}

/// Tracks keep their ids; those that are no longer there go.
async fn write_tracks(tx: &Transaction, calls: &[(Call, CallSets)]) -> Result<(), StoreError> {
    let ids: Vec<_> = calls.iter().map(|(call, _)| call.id).collect();
    let kept: Vec<_> =
        calls.iter().flat_map(|(_, sets)| sets.tracks.iter().map(|track| track.id.0)).collect();
    let mut sql = Sql::new("DELETE FROM call_tracks WHERE call_id = ANY(");
    sql.bind(uuids(&ids)).push(") AND id <> ALL(").bind(kept).push(")");
    sql.execute(tx).await?;
    let rows: Vec<_> = calls
        .iter()
        .flat_map(|(call, sets)| sets.tracks.iter().enumerate().map(|(place, track)| (call.id, place, track)))
        .map(|(call, place, track)| {
            track_row::Model {
                id: track.id.0,
                call_id: call.0,
                position: place as i16,
                kind: track.kind.to_string(),
                title: track.title.clone(),
                description: track.description.clone(),
                min_members: track.min_members,
                max_members: track.max_members,
                min_grant: track.min_grant,
                max_grant: track.max_grant,
            }
            .into_active_model()
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let columns = track_row::Column::iter().filter(|column| !matches!(column, track_row::Column::Id));
    let replace = OnConflict::column(track_row::Column::Id).update_columns(columns).to_owned();
    track_row::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

fn uuids(ids: &[CallId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
