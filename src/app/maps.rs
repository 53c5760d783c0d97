//! Maps: a territory's actors and the interactions between them, ready to draw.

use std::sync::Arc;

use chrono::NaiveDate;
use strum::IntoEnumIterator;
use uuid::Uuid;

use super::{App, Error};
use crate::atlas::{self, Bounds, Drawing, Edge, KeyActor, Marker, Selection};
use crate::domain::actors::ActorKind;
use crate::domain::ids::TerritoryId;
use crate::domain::interactions::{InteractionFilter, weight};
use crate::domain::listings::ActorListing;

/// What to draw.
#[derive(Clone, Debug)]
pub struct MapRequest {
    /// Which actors of the territory.
    pub actors: ActorListing,
    /// Which interactions between them.
    pub interactions: InteractionFilter,
    /// Zoom of a web map; without it each located actor is a node.
    pub zoom: Option<f64>,
    /// Draw only what lies in this box.
    pub bbox: Option<Bounds>,
    /// The day that the map is of.
    pub as_of: NaiveDate,
    /// Most nodes.
    pub limit: usize,
}

/// A map, drawn.
#[derive(Debug)]
pub struct Map {
    /// Nodes and links.
    pub drawing: Drawing,
    /// All actors that match.
    pub actors: Arc<Vec<Uuid>>,
    /// The interactions that hold on the day.
    pub edges: Arc<Vec<Edge>>,
    /// Actors that match and have no point that may be seen.
    pub unlocated: usize,
    /// Interactions that had ended before the day.
    pub ended: usize,
}

impl App {
    /// Draws a territory's map.
    pub async fn map(&self, of: TerritoryId, request: &MapRequest) -> Result<Map, Error> {
        let found = self.store.map_actors(&request.actors, of).await?;
        let ids: Vec<_> = found.iter().map(|actor| actor.id).collect();
        let visibility = &request.actors.visibility;
        let between =
            self.store.map_interactions(&ids, &request.interactions, request.as_of, visibility).await?;
        let kinds: Vec<_> = ActorKind::iter().collect();
        let index = |kind: ActorKind| kinds.iter().position(|other| *other == kind).unwrap_or_default() as u8;
        let (mut markers, mut unlocated) = (Vec::with_capacity(found.len()), Vec::new());
        for actor in &found {
            match actor.point {
                Some(point) => markers.push(Marker {
                    actor: actor.id.0,
                    kind: index(actor.kind),
                    longitude: point.longitude(),
                    latitude: point.latitude(),
                }),
                None => unlocated.push(actor.id.0),
            }
        }
        let ended = between.iter().filter(|interaction| interaction.ended).count();
        let edges: Vec<_> = between
            .iter()
            .filter(|interaction| !interaction.ended)
            .map(|i| Edge {
                interaction: i.id.0,
                source: i.source.0,
                target: i.target.0,
                directed: i.kind.directed(),
                weight: weight(i.level, i.intensity),
            })
            .collect();
        let selection = Selection { markers: &markers, unlocated: &unlocated, edges: &edges };
        let drawing = atlas::draw(&selection, request.zoom, request.bbox, request.limit);
        let (actors, unlocated) = (selection.actors(), selection.unlocated_count());
        Ok(Map { drawing, actors: Arc::new(actors), edges: Arc::new(edges), unlocated, ended })
    }
}

impl Map {
    /// The actors that most shortest paths pass; computed beside the threads that serve, since it may take a second.
    pub async fn key_actors(&self, first: usize) -> Result<Vec<KeyActor>, Error> {
        let (actors, edges) = (self.actors.clone(), self.edges.clone());
        let ranked = tokio::task::spawn_blocking(move || atlas::key_actors(&actors, &edges, first)).await;
        ranked.map_err(|error| Error::Internal(Arc::new(error)))
    }
}
