//! The entries of a file: read by a cursor in one state of the database, in batches, so that their number does not matter.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::entity::{actors as actor_row, interactions as interaction_row};
use super::error::StoreError;
use super::rows::{get, parse};
use super::scopes::Reading;
use super::sight::sees_location;
use super::sql::Sql;
use super::territories::Pairs;
use super::{Store, Transaction, actors, interactions};
use crate::domain::actors::Actor;
use crate::domain::exports::{ActorRow, Asked, End, InteractionRow, Place};
use crate::domain::ids::{ActorId, SubjectKind};
use crate::domain::interactions::{Interaction, InteractionKind};
use crate::domain::listings::{ActorListing, ActorOrder, InteractionListing};
use crate::domain::policy::Visibility;
use crate::geo::Position;

/// How many entries come at once.
const BATCH: usize = 1_000;

/// What a file will hold.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Where its entries come from, each once, in order.
    pub sources: Vec<String>,
    /// Whether one of its interactions runs one way.
    pub directed: bool,
}

/// Which actors and interactions a file holds.
pub struct Selection {
    actors: ActorListing,
    interactions: Option<InteractionListing>,
    visibility: Visibility,
    on: NaiveDate,
    reading: Reading,
    interaction_reading: Option<Reading>,
}

impl Selection {
    /// Those that were asked for and may be seen. On `on` it is told whether an interaction holds.
    pub async fn of(
        store: &Store,
        asked: &Asked,
        visibility: &Visibility,
        on: NaiveDate,
    ) -> Result<Self, StoreError> {
        let order = ActorOrder { field: crate::domain::actors::ActorOrderField::Name, descending: false };
        let visibility = visibility.clone();
        let actors = ActorListing {
            filter: asked.actors.clone(),
            order,
            anchor: None,
            among: None,
            visibility: visibility.clone(),
            brief: false,
        };
        let reading = store.reading_whole(&actors, None).await?;
        let interactions = asked.interactions().map(|filter| InteractionListing {
            filter,
            anchor: None,
            answered_by: None,
            among: None,
            visibility: visibility.clone(),
        });
        let interaction_reading = match &interactions {
            None => None,
            Some(listing) => Some(store.reading_interactions(&listing.filter, &visibility).await?.whole()),
        };
        Ok(Self { actors, interactions, visibility, on, reading, interaction_reading })
    }

    /// How many entries there are.
    pub async fn count(&self, store: &Store) -> Result<i64, StoreError> {
        let actors = store.count_actors(&self.actors).await?;
        let interactions = match &self.interactions {
            None => 0,
            Some(listing) => store.count_interactions(listing).await?,
        };
        Ok(actors + interactions)
    }

    fn interaction_condition(&self) -> Option<Sql> {
        let (listing, reading) = self.interactions.as_ref().zip(self.interaction_reading.clone())?;
        Some(listing.counted(reading))
    }

    /// What is told at the head of the file.
    pub async fn contents(&self, tx: &Transaction) -> Result<Contents, StoreError> {
        let mut sources = BTreeSet::new();
        let mut sql = self.actors.matching(None, "a.id", &self.reading);
        sql.push("SELECT DISTINCT o.source FROM matching m JOIN origins o ON o.subject_kind = 'ACTOR' AND o.subject_id = m.id");
        for row in sql.rows(tx).await? {
            sources.insert(get::<String>(&row, "source")?);
        }
        let mut directed = false;
        if let Some(condition) = self.interaction_condition() {
            let mut sql = Sql::new("WITH matching AS (SELECT i.id, i.kind FROM interactions i WHERE ");
            sql.append(&condition).push(") SELECT DISTINCT m.kind, o.source FROM matching m LEFT JOIN origins o ON o.subject_kind = 'INTERACTION' AND o.subject_id = m.id");
            for row in sql.rows(tx).await? {
                let kind: String = get(&row, "kind")?;
                directed |= parse::<InteractionKind>("interactions", "kind", &kind)?.directed();
                sources.extend(get::<Option<String>>(&row, "source")?);
            }
        }
        Ok(Contents { sources: sources.into_iter().collect(), directed })
    }

    /// Opens the actors, by name.
    pub async fn open_actors(&self, tx: &Transaction) -> Result<(), StoreError> {
        // All rows are read, not the first ones soon.
        Sql::new("SET LOCAL cursor_tuple_fraction = 1").execute(tx).await?;
        let mut sql = Sql::new("DECLARE export_actors NO SCROLL CURSOR FOR SELECT ");
        sql.push(&actors::COLUMNS).push(", (");
        sees_location(&mut sql, "a", &self.visibility);
        let condition = super::actor_filter::condition(&self.actors.filter, None, &self.reading);
        sql.push(") AS sees_location FROM actors a WHERE ").append(&condition).push(" ORDER BY a.name, a.id");
        sql.execute(tx).await.map(drop)
    }

    /// The next actors; none behind the last.
    pub async fn next_actors(&self, tx: &Transaction) -> Result<Vec<ActorRow>, StoreError> {
        let rows = fetch(tx, "export_actors").await?;
        let mut seen = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut actor = actors::domain(actor_row::Model::from_query_result(row, "")?)?;
            if !get::<bool>(row, "sees_location")? {
                hide(&mut actor);
            }
            seen.push(actor);
        }
        actor_rows(tx, seen).await
    }

    /// Opens the interactions between them, oldest entry first; nothing where none were asked for.
    pub async fn open_interactions(&self, tx: &Transaction) -> Result<(), StoreError> {
        let Some(condition) = self.interaction_condition() else { return Ok(()) };
        let mut sql = Sql::new("DECLARE export_interactions NO SCROLL CURSOR FOR SELECT ");
        sql.push(&interactions::COLUMNS);
        for end in ["source", "target"] {
            sql.push(&format!(", {end}_actor.name AS {end}_name"));
            for axis in ["longitude", "latitude"] {
                sql.push(", CASE WHEN ");
                sees_location(&mut sql, &format!("{end}_actor"), &self.visibility);
                sql.push(&format!(" THEN {end}_actor.{axis} END AS {end}_{axis}"));
            }
        }
        sql.push(", coalesce(i.since <= ")
            .bind(self.on)
            .push(", TRUE) AND coalesce(i.until >= ")
            .bind(self.on);
        sql.push(
            ", TRUE) AS active FROM interactions i JOIN actors source_actor ON source_actor.id = i.source_id",
        );
        sql.push(" JOIN actors target_actor ON target_actor.id = i.target_id WHERE ").append(&condition);
        sql.push(" ORDER BY i.id");
        sql.execute(tx).await.map(drop)
    }

    /// The next interactions; none behind the last.
    pub async fn next_interactions(&self, tx: &Transaction) -> Result<Vec<InteractionRow>, StoreError> {
        if self.interactions.is_none() {
            return Ok(Vec::new());
        }
        let rows = fetch(tx, "export_interactions").await?;
        let mut seen = Vec::with_capacity(rows.len());
        for row in &rows {
            let interaction = interactions::domain(interaction_row::Model::from_query_result(row, "")?)?;
            let source = end(row, interaction.source, "source")?;
            let target = end(row, interaction.target, "target")?;
            seen.push((interaction, source, target, get(row, "active")?));
        }
        interaction_rows(tx, seen).await
    }
}

/// Leaves nothing of a location but that it is hidden.
pub(super) fn hide(actor: &mut Actor) {
    if let Some(location) = &mut actor.location {
        (location.point, location.address, location.postcode) = (None, None, None);
    }
}

/// Actors with what belongs to them.
pub(super) async fn actor_rows(
    db: &impl ConnectionTrait,
    actors: Vec<Actor>,
) -> Result<Vec<ActorRow>, StoreError> {
    if actors.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = actors.iter().map(|actor| actor.id.0).collect();
    let seats: BTreeSet<Uuid> =
        actors.iter().filter_map(|actor| actor.seat.map(|seat| seat.commune.0)).collect();
    let seats = places_by_ids(db, seats.into_iter().collect()).await?;
    let mut areas = places_of(db, Pairs::Areas, &ids).await?;
    let mut sources = sources_of(db, SubjectKind::Actor, &ids).await?;
    let actor_ids: Vec<_> = ids.iter().copied().map(ActorId).collect();
    let mut registrations = actors::registrations(db, &actor_ids).await?;
    let whole = |actor: Actor| ActorRow {
        seat: actor.seat.and_then(|seat| seats.get(&seat.commune.0).cloned()),
        areas: areas.remove(&actor.id.0).unwrap_or_default(),
        registrations: registrations.remove(&actor.id).unwrap_or_default(),
        sources: sources.remove(&actor.id.0).unwrap_or_default(),
        actor,
    };
    Ok(actors.into_iter().map(whole).collect())
}

/// Interactions with what belongs to them.
pub(super) async fn interaction_rows(
    db: &impl ConnectionTrait,
    seen: Vec<(Interaction, End, End, bool)>,
) -> Result<Vec<InteractionRow>, StoreError> {
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = seen.iter().map(|(interaction, ..)| interaction.id.0).collect();
    let mut territories = places_of(db, Pairs::Interactions, &ids).await?;
    let mut sources = sources_of(db, SubjectKind::Interaction, &ids).await?;
    let whole = |(interaction, source, target, active): (Interaction, End, End, bool)| InteractionRow {
        source,
        target,
        territories: territories.remove(&interaction.id.0).unwrap_or_default(),
        sources: sources.remove(&interaction.id.0).unwrap_or_default(),
        active,
        interaction,
    };
    Ok(seen.into_iter().map(whole).collect())
}

async fn fetch(tx: &Transaction, cursor: &str) -> Result<Vec<QueryResult>, StoreError> {
    Sql::new(&format!("FETCH FORWARD {BATCH} FROM {cursor}")).rows(tx).await
}

fn end(row: &QueryResult, id: ActorId, which: &str) -> Result<End, StoreError> {
    let axis = |axis| get::<Option<f64>>(row, &format!("{which}_{axis}"));
    let point = axis("longitude")?.zip(axis("latitude")?);
    Ok(End {
        id,
        name: get(row, &format!("{which}_name"))?,
        point: point.and_then(|(longitude, latitude)| Position::new(longitude, latitude).ok()),
    })
}

fn place(row: &QueryResult) -> Result<Place, StoreError> {
    let kind: String = get(row, "kind")?;
    Ok(Place { kind: parse("territories", "kind", &kind)?, code: get(row, "code")?, name: get(row, "name")? })
}

async fn places_by_ids(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Place>, StoreError> {
    let mut sql = Sql::new("SELECT t.id, t.kind, t.code, t.name::text FROM territories t WHERE t.id = ANY(");
    sql.bind(ids).push(")");
    sql.rows(db).await?.iter().map(|row| Ok((get(row, "id")?, place(row)?))).collect()
}

/// The territories of a table that pairs entries with them, of each entry, smallest first.
async fn places_of(
    db: &impl ConnectionTrait,
    pairs: Pairs,
    of: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Place>>, StoreError> {
    let (table, column) = pairs.table();
    let mut sql = Sql::new("SELECT x.");
    sql.push(column).push(" AS pair_of, t.kind, t.code, t.name::text FROM ").push(table);
    sql.push(" x JOIN territories t ON t.id = x.territory_id WHERE x.").push(column).push(" = ANY(");
    sql.bind(of.to_vec()).push(") ORDER BY t.list_order, t.id");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(get(&row, "pair_of")?).or_default().push(place(&row)?);
    }
    Ok(found)
}

async fn sources_of(
    db: &impl ConnectionTrait,
    kind: SubjectKind,
    of: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>, StoreError> {
    let mut sql = Sql::new("SELECT DISTINCT subject_id, source FROM origins WHERE subject_kind = ");
    sql.bind(kind.as_ref())
        .push(" AND subject_id = ANY(")
        .bind(of.to_vec())
        .push(") ORDER BY subject_id, source");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(get(&row, "subject_id")?).or_default().push(get(&row, "source")?);
    }
    Ok(found)
}
