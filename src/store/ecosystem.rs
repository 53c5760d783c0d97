//! What a network needs: who is in it, what links them, and what they are.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::interaction_filter::{matches, of_actor, visible_ends};
use super::rows::{get, parse};
use super::scopes::Reading;
use super::sight::{visible_actors, visible_interactions};
use super::sql::Sql;
use crate::domain::actors::ActorKind;
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{CooperationLevel, InteractionFilter, InteractionKind};
use crate::domain::policy::Visibility;

/// An interaction of a network, whenever it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkTie {
    /// The interaction.
    pub id: InteractionId,
    /// Its kind.
    pub kind: InteractionKind,
    /// From whom.
    pub source: ActorId,
    /// To whom.
    pub target: ActorId,
    /// How far they go together.
    pub level: Option<CooperationLevel>,
    /// From 1 to 5.
    pub intensity: Option<i16>,
    /// Its first day.
    pub since: Option<NaiveDate>,
    /// Its last day.
    pub until: Option<NaiveDate>,
}

/// What an actor is, where networks tell their parts by it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorTraits {
    /// The actor.
    pub id: ActorId,
    /// What it is.
    pub kind: ActorKind,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// Where it sits.
    pub seat: Option<TerritoryId>,
}

/// The columns of a tie, as arrays: of a country that is tens of thousands of rows, and a row costs many times what its
/// values do. Arrays with nulls are not read, so that 0 stands for what is not known; days are counted from the year 1.
const TIES: &str = "array_agg(i.id) AS ids, array_agg(i.kind) AS kinds, array_agg(i.source_id) AS sources,
    array_agg(i.target_id) AS targets, array_agg(coalesce(i.level, 0::smallint)) AS levels,
    array_agg(coalesce(i.intensity, 0::smallint)) AS intensities,
    array_agg(coalesce(i.since - DATE '0001-01-01' + 1, 0)) AS begun,
    array_agg(coalesce(i.until - DATE '0001-01-01' + 1, 0)) AS ended";

impl Store {
    /// How many matching interactions hold on that day between one of these actors and another.
    pub async fn count_crossing(
        &self,
        among: &[Uuid],
        filter: &InteractionFilter,
        on: NaiveDate,
        visibility: &Visibility,
    ) -> Result<i64, StoreError> {
        let reading = self.reading_interactions(filter, visibility).await?.whole();
        let mut sql = Sql::new("SELECT sum(n)::bigint AS n FROM (");
        for (index, (inner, outer)) in
            [("source_id", "target_id"), ("target_id", "source_id")].into_iter().enumerate()
        {
            sql.push(if index == 0 { "" } else { " UNION ALL " });
            sql.push("SELECT count(*) AS n FROM interactions i JOIN unnest(").bind(among.to_vec());
            sql.push(") m(id) ON m.id = i.").push(inner).push(" JOIN actors e ON e.id = i.").push(outer);
            // Looked up in a table of hashes: as a join, Postgres may compare each with each.
            sql.push(" WHERE e.id <> ALL(").bind(among.to_vec());
            sql.push(") AND coalesce(i.since <= ").bind(on).push(", TRUE) AND coalesce(i.until >= ");
            sql.bind(on).push(", TRUE)");
            asked(&mut sql, filter, &reading, visibility);
            // Of these the inner ends are known to be seen.
            visible_actors(sql.and(""), "e", visibility);
        }
        sql.push(") c");
        sql.row(self.db()).await?.map_or(Ok(0), |row| get(&row, "n"))
    }

    /// Every interaction that may be seen and holds on that day, with one of these actors at an end; at most `most` and one
    /// more.
    pub async fn ties_of(
        &self,
        actors: &[Uuid],
        on: NaiveDate,
        visibility: &Visibility,
        most: i64,
    ) -> Result<Vec<NetworkTie>, StoreError> {
        let mut sql = Sql::new("WITH these AS MATERIALIZED (SELECT unnest(");
        sql.bind(actors.to_vec()).push(") AS id) SELECT ").push(TIES);
        sql.push(" FROM (SELECT i.* FROM interactions i WHERE i.id IN (SELECT x.id FROM interactions x JOIN these ON these.id = x.source_id
            UNION SELECT x.id FROM interactions x JOIN these ON these.id = x.target_id) AND ");
        visible_interactions(&mut sql, visibility);
        visible_ends(&mut sql, visibility, true);
        sql.and("coalesce(i.since <= ").bind(on).push(", TRUE) AND coalesce(i.until >= ").bind(on);
        sql.push(", TRUE) LIMIT ").bind(most + 1).push(") i");
        read_ties(sql, self).await
    }

    /// What these actors are, as far as they may be seen, in order of id.
    pub async fn actor_traits(
        &self,
        of: &[Uuid],
        visibility: &Visibility,
    ) -> Result<Vec<ActorTraits>, StoreError> {
        let mut sql = Sql::new(
            "SELECT array_agg(a.id) AS ids, array_agg(a.kind) AS kinds, array_agg(array_to_string(a.themes, ' ')) AS themes,
                array_agg(coalesce(a.seat_id, '00000000-0000-0000-0000-000000000000')) AS seats
            FROM actors a WHERE a.id = ANY(",
        );
        sql.bind(of.to_vec()).push(") AND ");
        visible_actors(&mut sql, "a", visibility);
        sql.push(" HAVING count(*) > 0");
        let Some(row) = sql.row(self.db()).await? else { return Ok(Vec::new()) };
        let ids: Vec<Uuid> = get(&row, "ids")?;
        let (kinds, themes): (Vec<String>, Vec<String>) = (get(&row, "kinds")?, get(&row, "themes")?);
        let seats: Vec<Uuid> = get(&row, "seats")?;
        let mut traits = Vec::with_capacity(ids.len());
        for (index, id) in ids.into_iter().enumerate() {
            traits.push(ActorTraits {
                id: ActorId(id),
                kind: parse("actors", "kind", &kinds[index])?,
                themes: themes[index].split_whitespace().map(str::to_owned).collect(),
                seat: (!seats[index].is_nil()).then_some(TerritoryId(seats[index])),
            });
        }
        traits.sort_unstable_by_key(|traits| traits.id);
        Ok(traits)
    }
}

fn asked(sql: &mut Sql, filter: &InteractionFilter, reading: &Reading, visibility: &Visibility) {
    visible_interactions(sql.and(""), visibility);
    matches(sql, filter, reading);
    if let Some(actor) = filter.actor {
        of_actor(sql, actor);
    }
}

async fn read_ties(mut sql: Sql, store: &Store) -> Result<Vec<NetworkTie>, StoreError> {
    sql.push(" HAVING count(*) > 0");
    let Some(row) = sql.row(store.db()).await? else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = get(&row, "ids")?;
    let kinds: Vec<String> = get(&row, "kinds")?;
    let (sources, targets): (Vec<Uuid>, Vec<Uuid>) = (get(&row, "sources")?, get(&row, "targets")?);
    let (levels, intensities): (Vec<i16>, Vec<i16>) = (get(&row, "levels")?, get(&row, "intensities")?);
    let (begun, ended): (Vec<i32>, Vec<i32>) = (get(&row, "begun")?, get(&row, "ended")?);
    let mut ties = Vec::with_capacity(ids.len());
    for (index, id) in ids.into_iter().enumerate() {
        ties.push(NetworkTie {
            id: InteractionId(id),
            kind: parse("interactions", "kind", &kinds[index])?,
            source: ActorId(sources[index]),
            target: ActorId(targets[index]),
            // From 1 on: 0 stands for none.
            level: CooperationLevel::from_repr(levels[index]),
            intensity: (intensities[index] > 0).then_some(intensities[index]),
            since: day(begun[index]),
            until: day(ended[index]),
        });
    }
    Ok(ties)
}

/// The day of a number from the year 1 on.
fn day(number: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(number).filter(|day| day.year() > 0)
}
