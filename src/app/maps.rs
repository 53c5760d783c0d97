//! Maps: a territory's actors and the interactions between them, ready to draw.

use chrono::NaiveDate;

use super::ecosystem::EcosystemRequest;
use super::world::Find;
use super::{App, Error};
use crate::atlas::{self, Bounds, Drawing};
use crate::domain::ids::TerritoryId;
use crate::domain::interactions::InteractionFilter;
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
    /// How many actors match.
    pub actors: usize,
    /// How many of them have no point that may be seen.
    pub unlocated: usize,
    /// How many interactions between them hold on the day.
    pub interactions: usize,
    /// How many had ended before the day.
    pub ended: usize,
}

impl App {
    /// Draws a territory's map.
    pub async fn map(&self, of: TerritoryId, request: &MapRequest) -> Result<Map, Error> {
        let MapRequest { actors, interactions, zoom, bbox, as_of, limit } = request.clone();
        let visibility = actors.visibility.clone();
        let finds = [
            Find::Actors(actors, Some(of)),
            Find::Points(visibility.clone()),
            Find::Ties(interactions, visibility),
        ];
        self.see(finds, move |world, [actors, points, ties]| {
            let selected = world.select(actors, points, ties, as_of);
            Map {
                drawing: atlas::draw(&selected.markers, &selected.edges, zoom, bbox, limit),
                actors: actors.len() as usize,
                unlocated: selected.unlocated,
                interactions: selected.edges.len(),
                ended: selected.ended,
            }
        })
        .await
    }
}

impl MapRequest {
    /// The network of the same actors and interactions.
    pub fn network(&self, of: TerritoryId) -> EcosystemRequest {
        EcosystemRequest {
            actors: self.actors.clone(),
            interactions: self.interactions.clone(),
            of: Some(of),
        }
    }
}
