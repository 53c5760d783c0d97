//! Actors: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Iterable};
use uuid::Uuid;

use super::actor_filter::in_box;
use super::entity::actors as row;
use super::error::StoreError;
use super::rows::{get, name, parse, parse_some, publication, url};
use super::sight::visible_actor;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::actors::{Actor, ActorRef, ActorSets, Location, LocationPrecision, Seat};
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::registrations::Registration;
use crate::geo::{BoundingBox, Position};

const TABLE: &str = "actors";

/// The columns of an actor `a`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| each_column(|name| format!("a.{name}")));

/// Their names alone, to be written.
static NAMES: LazyLock<String> = LazyLock::new(|| each_column(str::to_owned));

/// What makes an insertion change the row that is there.
static REPLACE: LazyLock<String> = LazyLock::new(|| {
    format!(" ON CONFLICT (id) DO UPDATE SET {}", each_column(|name| format!("{name} = excluded.{name}")))
});

fn each_column(told: impl Fn(&str) -> String) -> String {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| told(column.as_str())).collect::<Vec<_>>().join(", ")
}

/// The actor of a row.
pub(super) fn domain(row: row::Model) -> Result<Actor, StoreError> {
    let precision: Option<LocationPrecision> =
        parse_some(TABLE, "location_precision", row.location_precision.as_deref())?;
    let point = match row.longitude.zip(row.latitude) {
        None => None,
        Some((longitude, latitude)) => {
            let broken =
                |_| StoreError::Inconsistent { table: TABLE, column: "longitude", value: row.id.to_string() };
            Some(Position::new(longitude, latitude).map_err(broken)?)
        }
    };
    Ok(Actor {
        id: ActorId(row.id),
        slug: row.slug,
        kind: parse(TABLE, "kind", &row.kind)?,
        name: row.name,
        short_name: row.short_name,
        description: row.description,
        website: url(TABLE, "website", row.website.as_deref())?,
        themes: row.themes,
        sdgs: row.sdgs,
        audiences: row.audiences,
        location: precision.map(|precision| Location {
            point,
            address: row.address,
            postcode: row.postcode,
            precision,
            hidden: row.location_hidden,
        }),
        seat: row.seat_id.map(|id| Seat { commune: TerritoryId(id), declared: row.seat_declared }),
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        verified_on: row.verified_on,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// What a brief list holds of an actor.
#[derive(FromQueryResult)]
pub(super) struct Brief {
    id: Uuid,
    slug: String,
    kind: String,
    name: String,
    themes: Vec<String>,
    seat_id: Option<Uuid>,
    seat_declared: bool,
    status: String,
    archived_from: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Its columns.
pub(super) const BRIEF: &str = "a.id, a.slug, a.kind, a.name, a.themes, a.seat_id, a.seat_declared, a.status, a.archived_from, a.version, a.created_at, a.updated_at";

/// The actor of such a row; the rest is empty.
pub(super) fn brief(row: Brief) -> Result<Actor, StoreError> {
    Ok(Actor {
        id: ActorId(row.id),
        slug: row.slug,
        kind: parse(TABLE, "kind", &row.kind)?,
        name: row.name,
        short_name: None,
        description: None,
        website: None,
        themes: row.themes,
        sdgs: Vec::new(),
        audiences: Vec::new(),
        location: None,
        seat: row.seat_id.map(|id| Seat { commune: TerritoryId(id), declared: row.seat_declared }),
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        verified_on: None,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(actor: &Actor) -> row::Model {
    let location = actor.location.clone();
    let point = actor.point();
    row::Model {
        id: actor.id.0,
        slug: actor.slug.clone(),
        kind: actor.kind.to_string(),
        name: actor.name.clone(),
        short_name: actor.short_name.clone(),
        description: actor.description.clone(),
        website: actor.website.as_ref().map(ToString::to_string),
        themes: actor.themes.clone(),
        sdgs: actor.sdgs.clone(),
        audiences: actor.audiences.clone(),
        longitude: point.map(Position::longitude),
        latitude: point.map(Position::latitude),
        location_precision: location.as_ref().map(|l| l.precision.to_string()),
        location_hidden: location.as_ref().is_some_and(|l| l.hidden),
        address: location.as_ref().and_then(|l| l.address.clone()),
        postcode: location.and_then(|l| l.postcode),
        seat_id: actor.seat.map(|s| s.commune.0),
        seat_declared: actor.seat.is_some_and(|s| s.declared),
        status: actor.publication.status.to_string(),
        archived_from: name(actor.publication.archived_from),
        verified_on: actor.verified_on,
        version: actor.version,
        created_at: actor.created_at,
        updated_at: actor.updated_at,
    }
}

impl Store {
    /// Where any of these actors sits or acts.
    pub async fn places_of(&self, actors: &[ActorId]) -> Result<Vec<TerritoryId>, StoreError> {
        let mut sql = Sql::new("SELECT seat_id AS id FROM actors WHERE seat_id IS NOT NULL AND id = ANY(");
        sql.bind(uuids(actors)).push(") UNION SELECT territory_id FROM actor_areas WHERE actor_id = ANY(");
        sql.bind(uuids(actors)).push(")");
        sql.rows(self.db()).await?.iter().map(|row| Ok(TerritoryId(get(row, "id")?))).collect()
    }

    /// The actors of these ids that may be seen, archived ones too, in no order.
    pub async fn actors_by_ids(
        &self,
        ids: &[ActorId],
        visibility: &Visibility,
    ) -> Result<Vec<Actor>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM actors a WHERE a.id = ANY(").bind(uuids(ids)).push(") AND ");
        visible_actor(&mut sql, "a", &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The actors that a reference means and that may be seen: several where a registration is of several.
    pub async fn actors_by_ref(
        &self,
        by: &ActorRef,
        visibility: &Visibility,
    ) -> Result<Vec<Actor>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM actors a WHERE ");
        match by {
            ActorRef::Id(id) => sql.push("a.id = ").bind(id.0),
            ActorRef::Slug(slug) => sql.push("a.slug = ").bind(slug.clone()),
            ActorRef::Registration(Registration { scheme, value }) => sql
                .push("a.id IN (SELECT r.actor_id FROM actor_registrations r WHERE r.scheme = ")
                .bind(scheme.as_ref())
                .push(" AND r.value = ")
                .bind(value.clone())
                .push(")"),
        };
        sql.and("");
        // By registration the living are meant; by id and slug whatever is there.
        let asked: &[_] = match by {
            ActorRef::Registration(_) => &[],
            ActorRef::Id(_) | ActorRef::Slug(_) => &[PublicationStatus::Archived],
        };
        visible_actor(&mut sql, "a", asked, visibility);
        sql.push(" ORDER BY a.id LIMIT 20");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// Registrations of these actors.
    pub async fn registrations(
        &self,
        of: &[ActorId],
    ) -> Result<HashMap<ActorId, Vec<Registration>>, StoreError> {
        registrations(self.db(), of).await
    }
}

/// An actor to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: ActorId) -> Result<Option<(Actor, ActorSets)>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let mut sets = sets(tx, &[id]).await?;
    Ok(Some((domain(row)?, sets.remove(&id).unwrap_or_default())))
}

/// Locks actors that are to be written until the transaction ends; the versions of those that are there.
pub async fn lock(tx: &Transaction, ids: &[ActorId]) -> Result<HashMap<ActorId, i32>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT id, version FROM actors WHERE id = ANY(");
    sql.bind(uuids(ids)).push(") ORDER BY id FOR NO KEY UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok((ActorId(get(row, "id")?), get(row, "version")?))).collect()
}

/// Keeps actors as they are until the transaction ends, in the order of their ids, as all do who lock several; those that
/// are there and archived.
pub async fn keep(tx: &Transaction, ids: &[ActorId]) -> Result<Vec<ActorId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT id, status FROM actors WHERE id = ANY(");
    sql.bind(uuids(ids)).push(") ORDER BY id FOR SHARE");
    let mut archived = Vec::new();
    for row in sql.rows(tx).await? {
        if get::<String>(&row, "status")? == PublicationStatus::Archived.as_ref() {
            archived.push(ActorId(get(&row, "id")?));
        }
    }
    Ok(archived)
}

/// Many actors with what belongs to them: for imports.
pub async fn by_ids(tx: &Transaction, ids: &[ActorId]) -> Result<Vec<(Actor, ActorSets)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM actors a WHERE a.id = ANY(").bind(uuids(ids)).push(")");
    let mut sets = sets(tx, ids).await?;
    let with_sets = |row| {
        let actor = domain(row)?;
        let own = sets.remove(&actor.id).unwrap_or_default();
        Ok((actor, own))
    };
    sql.models(tx).await?.into_iter().map(with_sets).collect()
}

async fn sets(db: &impl ConnectionTrait, of: &[ActorId]) -> Result<HashMap<ActorId, ActorSets>, StoreError> {
    let mut sets: HashMap<ActorId, ActorSets> = HashMap::new();
    for (id, registrations) in registrations(db, of).await? {
        sets.entry(id).or_default().registrations = registrations;
    }
    let mut sql = Sql::new("SELECT actor_id, territory_id FROM actor_areas WHERE actor_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY territory_id");
    for row in sql.rows(db).await? {
        let sets = sets.entry(ActorId(get(&row, "actor_id")?)).or_default();
        sets.areas_served.push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(sets)
}

pub(super) async fn registrations(
    db: &impl ConnectionTrait,
    of: &[ActorId],
) -> Result<HashMap<ActorId, Vec<Registration>>, StoreError> {
    let mut sql = Sql::new("SELECT actor_id, scheme, value FROM actor_registrations WHERE actor_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY scheme, value");
    let mut found: HashMap<ActorId, Vec<Registration>> = HashMap::new();
    for row in sql.rows(db).await? {
        let scheme: String = get(&row, "scheme")?;
        let scheme = parse("actor_registrations", "scheme", &scheme)?;
        let registration = Registration { scheme, value: get(&row, "value")? };
        found.entry(ActorId(get(&row, "actor_id")?)).or_default().push(registration);
    }
    for registrations in found.values_mut() {
        registrations.sort();
    }
    Ok(found)
}

/// Another actor with one of these registrations under the same name, however it is spelt; archived ones do not count.
pub async fn same_registered(
    tx: &Transaction,
    actor: &Actor,
    registrations: &[Registration],
) -> Result<Option<ActorId>, StoreError> {
    if registrations.is_empty() {
        return Ok(None);
    }
    let (schemes, values) = columns_of(registrations.iter());
    let mut sql = Sql::new(
        "SELECT a.id FROM actor_registrations r JOIN actors a ON a.id = r.actor_id WHERE (r.scheme, r.value) IN (SELECT * FROM unnest(",
    );
    sql.bind(schemes).push(", ").bind(values).push(")) AND fold(a.name) = fold(").bind(actor.name.clone());
    sql.push(") AND a.status <> 'ARCHIVED' AND a.id <> ").bind(actor.id.0).push(" ORDER BY a.id LIMIT 1");
    sql.row(tx).await?.map(|row| Ok(ActorId(get(&row, "id")?))).transpose()
}

/// Who has one of these registrations, with the folded name; archived ones do not count.
pub async fn registered_names(
    tx: &Transaction,
    registrations: &[Registration],
) -> Result<Vec<((Registration, String), String)>, StoreError> {
    let (schemes, values) = columns_of(registrations.iter());
    let mut sql = Sql::new("SELECT r.scheme, r.value, fold(a.name) AS folded, a.name::text FROM unnest(");
    sql.bind(schemes)
        .push(", ")
        .bind(values)
        .push(") AS k(scheme, value) JOIN actor_registrations r USING (scheme, value)");
    sql.push(" JOIN actors a ON a.id = r.actor_id WHERE a.status <> 'ARCHIVED'");
    let mut found = Vec::new();
    for row in sql.rows(tx).await? {
        let scheme: String = get(&row, "scheme")?;
        let scheme = parse("actor_registrations", "scheme", &scheme)?;
        let key = (Registration { scheme, value: get(&row, "value")? }, get(&row, "folded")?);
        found.push((key, get(&row, "name")?));
    }
    Ok(found)
}

/// The actor of each folded name, the oldest where there are several; archived ones do not count.
pub async fn by_folded_names(
    tx: &Transaction,
    names: &[String],
) -> Result<HashMap<String, ActorId>, StoreError> {
    let mut sql = Sql::new("SELECT DISTINCT ON (k.name) k.name, a.id FROM unnest(");
    sql.bind(names.to_vec()).push(") AS k(name) JOIN actors a ON fold(a.name) = k.name WHERE a.status <> 'ARCHIVED' ORDER BY k.name, a.id");
    sql.rows(tx).await?.iter().map(|row| Ok((get(row, "name")?, ActorId(get(row, "id")?)))).collect()
}

/// Writes new actors with what belongs to them.
pub async fn insert(tx: &Transaction, actors: &[(Actor, ActorSets)]) -> Result<(), StoreError> {
    write_rows(tx, actors, "").await?;
    write_sets(tx, actors).await
}

/// Writes changed actors with what belongs to them.
pub async fn update(tx: &Transaction, actors: &[(Actor, ActorSets)]) -> Result<(), StoreError> {
    if actors.is_empty() {
        return Ok(());
    }
    write_rows(tx, actors, &REPLACE).await?;
    let ids: Vec<_> = actors.iter().map(|(actor, _)| actor.id).collect();
    for table in ["actor_registrations", "actor_areas"] {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table).push(" WHERE actor_id = ANY(").bind(uuids(&ids)).push(")");
        sql.execute(tx).await?;
    }
    write_sets(tx, actors).await
}

/// Writes rows as one value: 24 for each of thousands cost Postgres more to parse than to write.
async fn write_rows(
    tx: &Transaction,
    actors: &[(Actor, ActorSets)],
    on_conflict: &str,
) -> Result<(), StoreError> {
    for chunk in actors.chunks(5_000) {
        let rows: Vec<_> = chunk.iter().map(|(actor, _)| model(actor)).collect();
        let rows =
            serde_json::to_string(&rows).expect("a row's columns have names, and its numbers are finite");
        let mut sql = Sql::new("INSERT INTO actors (");
        sql.push(&NAMES).push(") SELECT ").push(&NAMES).push(" FROM json_populate_recordset(NULL::actors, ");
        sql.bind(rows).push("::json)").push(on_conflict);
        sql.execute(tx).await?;
    }
    Ok(())
}

async fn write_sets(tx: &Transaction, actors: &[(Actor, ActorSets)]) -> Result<(), StoreError> {
    let registered: Vec<_> =
        actors.iter().flat_map(|(actor, sets)| sets.registrations.iter().map(|r| (actor.id.0, r))).collect();
    if !registered.is_empty() {
        let (schemes, values) = columns_of(registered.iter().map(|(_, r)| *r));
        let mut sql =
            Sql::new("INSERT INTO actor_registrations (actor_id, scheme, value) SELECT * FROM unnest(");
        sql.bind(registered.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        sql.push(", ").bind(schemes).push(", ").bind(values).push(")");
        sql.execute(tx).await?;
    }
    let (actors, areas): (Vec<_>, Vec<_>) =
        actors.iter().flat_map(|(actor, sets)| sets.areas_served.iter().map(|t| (actor.id.0, t.0))).unzip();
    if !actors.is_empty() {
        let mut sql = Sql::new("INSERT INTO actor_areas (actor_id, territory_id) SELECT * FROM unnest(");
        sql.bind(actors).push(", ").bind(areas).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}

/// Writes, for these actors, which territories' outlines hold their point where no list decides.
pub async fn write_points(
    tx: &Transaction,
    points: &[(ActorId, Vec<TerritoryId>)],
) -> Result<(), StoreError> {
    let ids: Vec<_> = points.iter().map(|(actor, _)| *actor).collect();
    let mut sql = Sql::new("DELETE FROM actor_points WHERE actor_id = ANY(");
    sql.bind(uuids(&ids)).push(")");
    sql.execute(tx).await?;
    add_points(tx, points).await
}

/// The same for actors that are new.
pub async fn add_points(tx: &Transaction, points: &[(ActorId, Vec<TerritoryId>)]) -> Result<(), StoreError> {
    let (actors, territories): (Vec<_>, Vec<_>) =
        points.iter().flat_map(|(actor, held)| held.iter().map(|t| (actor.0, t.0))).unzip();
    if !actors.is_empty() {
        let mut sql = Sql::new("INSERT INTO actor_points (actor_id, territory_id) SELECT * FROM unnest(");
        sql.bind(actors).push(", ").bind(territories).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}

/// Every actor whose point lies in the box: for when outlines there change.
pub async fn located_in(tx: &Transaction, bbox: &BoundingBox) -> Result<Vec<Actor>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM actors a WHERE a.longitude IS NOT NULL AND ");
    in_box(&mut sql, bbox);
    sql.models(tx).await?.into_iter().map(domain).collect()
}

/// Every actor whose point gave it one of these as its seat, or as a perimeter that holds it.
pub async fn placed_in(tx: &Transaction, territories: &[TerritoryId]) -> Result<Vec<Actor>, StoreError> {
    let ids = super::territories::uuids(territories);
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(
        " FROM actors a WHERE a.id IN (SELECT p.actor_id FROM actor_points p WHERE p.territory_id = ANY(",
    );
    sql.bind(ids.clone())
        .push(") UNION SELECT s.id FROM actors s WHERE NOT s.seat_declared AND s.seat_id = ANY(");
    sql.bind(ids).push("))");
    sql.models(tx).await?.into_iter().map(domain).collect()
}

/// Writes the seats that points say; a derived fact, so that the entry's version stays.
pub async fn write_seats(tx: &Transaction, seats: &[(ActorId, Option<Seat>)]) -> Result<(), StoreError> {
    // The nil key stands for no seat, since an array that may hold nulls can't be bound.
    let mut sql = Sql::new(
        "UPDATE actors a SET seat_id = nullif(s.seat, '00000000-0000-0000-0000-000000000000'::uuid) FROM unnest(",
    );
    sql.bind(seats.iter().map(|(actor, _)| actor.0).collect::<Vec<_>>()).push(", ");
    sql.bind(seats.iter().map(|(_, seat)| seat.map_or(Uuid::nil(), |s| s.commune.0)).collect::<Vec<_>>());
    sql.push(") s(id, seat) WHERE a.id = s.id AND NOT a.seat_declared");
    sql.execute(tx).await.map(drop)
}

fn columns_of<'a>(registrations: impl Iterator<Item = &'a Registration>) -> (Vec<String>, Vec<String>) {
    registrations.map(|r| (r.scheme.to_string(), r.value.clone())).unzip()
}

fn uuids(ids: &[ActorId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
