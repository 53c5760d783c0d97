//! What a map needs: every matching actor with its point, and the interactions between them.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Store;
use super::actor_filter::{seen_point, visible};
use super::error::StoreError;
use super::interaction_filter::matches;
use super::rows::{get, parse};
use crate::domain::actors::ActorKind;
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{CooperationLevel, InteractionFilter, InteractionKind};
use crate::domain::listings::ActorListing;
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
    pub async fn map_actors(
        &self,
        listing: &ActorListing,
        of: TerritoryId,
    ) -> Result<Vec<MapActor>, StoreError> {
        let seen = seen_point(listing.visibility);
        let mut sql =
            listing.matching(Some(of.0), "a.id, a.kind, a.longitude, a.latitude, a.location_hidden");
        sql.push("SELECT a.id, a.kind, CASE WHEN ")
            .push(seen)
            .push(" THEN a.longitude END AS longitude, CASE WHEN ");
        sql.push(seen).push(" THEN a.latitude END AS latitude FROM matching a ORDER BY a.id");
        let mut actors = Vec::new();
        for row in sql.rows(self.db()).await? {
            let kind: String = get(&row, "kind")?;
            let point: (Option<f64>, Option<f64>) = (get(&row, "longitude")?, get(&row, "latitude")?);
            let point = point
                .0
                .zip(point.1)
                .and_then(|(longitude, latitude)| Position::new(longitude, latitude).ok());
            actors.push(MapActor {
                id: ActorId(get(&row, "id")?),
                kind: parse("actors", "kind", &kind)?,
                point,
            });
        }
        Ok(actors)
    }

    /// Every matching interaction between two of the territory's matching actors that had begun on that day, those
    /// that had ended by then too, in order of id.
    pub async fn map_interactions(
        &self,
        listing: &ActorListing,
        of: TerritoryId,
        filter: &InteractionFilter,
        on: NaiveDate,
    ) -> Result<Vec<MapInteraction>, StoreError> {
        let mut sql = listing.matching(Some(of.0), "a.id");
        sql.push("SELECT i.id, i.kind, i.source_id, i.target_id, i.level, i.intensity, coalesce(i.until < ");
        sql.bind(on).push(", FALSE) AS ended FROM interactions i JOIN matching s ON s.id = i.source_id");
        sql.push(" JOIN matching t ON t.id = i.target_id WHERE coalesce(i.since <= ")
            .bind(on)
            .push(", TRUE) AND ");
        visible(&mut sql, "i", &[], listing.visibility);
        matches(&mut sql, filter, listing.visibility);
        sql.push(" ORDER BY i.id");
        let mut interactions = Vec::new();
        for row in sql.rows(self.db()).await? {
            let kind: String = get(&row, "kind")?;
            let level: Option<i16> = get(&row, "level")?;
            let (source, target): (Uuid, Uuid) = (get(&row, "source_id")?, get(&row, "target_id")?);
            interactions.push(MapInteraction {
                id: InteractionId(get(&row, "id")?),
                kind: parse("interactions", "kind", &kind)?,
                source: ActorId(source),
                target: ActorId(target),
                level: level.and_then(CooperationLevel::from_repr),
                intensity: get(&row, "intensity")?,
                ended: get(&row, "ended")?,
            });
        }
        Ok(interactions)
    }
}
