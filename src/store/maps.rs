//! What a map needs: every matching actor with its point, and the interactions between them.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Store;
use super::actor_filter::seen_point;
use super::error::StoreError;
use super::interaction_filter::{matches, of_actor};
use super::rows::{get, parse};
use super::sight::visible_interactions;
use super::sql::Sql;
use crate::domain::actors::ActorKind;
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{CooperationLevel, InteractionFilter, InteractionKind};
use crate::domain::listings::ActorListing;
use crate::domain::policy::Visibility;
use crate::geo::Position;

/// An actor on a map.
#[derive(Clone, Copy, Debug)]
pub struct MapActor {
    /// The actor.
    pub id: ActorId,
    /// What it is.
    pub kind: ActorKind,
    /// Where it is drawn; null where it has no point, or none that may be seen.
    pub point: Option<Position>,
}

/// An interaction on a map.
#[derive(Clone, Copy, Debug)]
pub struct MapInteraction {
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
    /// Whether it ended before the day that the map is of.
    pub ended: bool,
}

impl Store {
    /// Every actor of a territory that matches, in order of id.
    ///
    /// What a map reads comes as arrays, a column each: of a country that is tens of thousands of rows, and a row costs
    /// many times what its values do.
    pub async fn map_actors(
        &self,
        listing: &ActorListing,
        of: TerritoryId,
    ) -> Result<Vec<MapActor>, StoreError> {
        let mut seen = Sql::default();
        seen_point(&mut seen, &listing.visibility);
        let reading = self.reading_whole(listing, Some(of.0)).await?;
        let columns = "a.id, a.kind, a.longitude, a.latitude, a.location_hidden, a.seat_id";
        let mut sql = listing.matching(Some(of.0), columns, &reading);
        sql.push("SELECT array_agg(a.id) AS ids, array_agg(a.kind) AS kinds");
        // Not a number stands for no point, since arrays with nulls are not read.
        for (column, name) in [("longitude", "longitudes"), ("latitude", "latitudes")] {
            sql.push(", array_agg(CASE WHEN ").append(&seen).push(" THEN a.").push(column);
            sql.push(" ELSE 'NaN' END) AS ").push(name);
        }
        sql.push(" FROM matching a HAVING count(*) > 0");
        let Some(row) = sql.row(self.db()).await? else { return Ok(Vec::new()) };
        let ids: Vec<Uuid> = get(&row, "ids")?;
        let kinds: Vec<String> = get(&row, "kinds")?;
        let (longitudes, latitudes): (Vec<f64>, Vec<f64>) =
            (get(&row, "longitudes")?, get(&row, "latitudes")?);
        let mut actors = Vec::with_capacity(ids.len());
        for (index, id) in ids.into_iter().enumerate() {
            let point = Position::new(longitudes[index], latitudes[index]).ok();
            actors.push(MapActor { id: ActorId(id), kind: parse("actors", "kind", &kinds[index])?, point });
        }
        actors.sort_unstable_by_key(|actor| actor.id);
        Ok(actors)
    }

    /// Every matching interaction between two of these actors that had begun on that day, those that had ended by then
    /// too, in order of id.
    pub async fn map_interactions(
        &self,
        between: &[ActorId],
        filter: &InteractionFilter,
        on: NaiveDate,
        visibility: &Visibility,
    ) -> Result<Vec<MapInteraction>, StoreError> {
        let reading = self.reading_interactions(filter, visibility).await?.whole();
        let mut sql = Sql::new("WITH matching AS MATERIALIZED (SELECT unnest(");
        sql.bind(between.iter().map(|id| id.0).collect::<Vec<_>>());
        sql.push(
            ") AS id) SELECT array_agg(i.id) AS ids, array_agg(i.kind) AS kinds, array_agg(i.source_id) AS sources,
                array_agg(i.target_id) AS targets, array_agg(coalesce(i.level, 0::smallint)) AS levels,
                array_agg(coalesce(i.intensity, 0::smallint)) AS intensities, array_agg(coalesce(i.until < ",
        );
        sql.bind(on).push(", FALSE)) AS ended FROM interactions i JOIN matching s ON s.id = i.source_id");
        sql.push(" JOIN matching t ON t.id = i.target_id WHERE coalesce(i.since <= ");
        sql.bind(on).push(", TRUE) AND ");
        visible_interactions(&mut sql, visibility);
        matches(&mut sql, filter, &reading);
        if let Some(actor) = filter.actor {
            of_actor(&mut sql, actor);
        }
        sql.push(" HAVING count(*) > 0");
        let Some(row) = sql.row(self.db()).await? else { return Ok(Vec::new()) };
        let ids: Vec<Uuid> = get(&row, "ids")?;
        let kinds: Vec<String> = get(&row, "kinds")?;
        let (sources, targets): (Vec<Uuid>, Vec<Uuid>) = (get(&row, "sources")?, get(&row, "targets")?);
        let (levels, intensities): (Vec<i16>, Vec<i16>) = (get(&row, "levels")?, get(&row, "intensities")?);
        let ended: Vec<bool> = get(&row, "ended")?;
        let mut interactions = Vec::with_capacity(ids.len());
        for (index, id) in ids.into_iter().enumerate() {
            interactions.push(MapInteraction {
                id: InteractionId(id),
                kind: parse("interactions", "kind", &kinds[index])?,
                source: ActorId(sources[index]),
                target: ActorId(targets[index]),
                // From 1 on: 0 stands for none.
                level: CooperationLevel::from_repr(levels[index]),
                intensity: (intensities[index] > 0).then_some(intensities[index]),
                ended: ended[index],
            });
        }
        interactions.sort_unstable_by_key(|interaction| interaction.id);
        Ok(interactions)
    }
}
