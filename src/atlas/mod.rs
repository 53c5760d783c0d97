//! The directory in memory ([`World`]), and pure functions from the actors and interactions of a selection to what is drawn
//! of them or computed. Nothing here reads a database or asks who may see what: the caller brings the sets of what may be
//! seen, and has left out the rest.

mod bridges;
mod centralities;
mod clusters;
mod communities;
mod coverage;
mod frame;
mod geojson;
mod links;
mod map;
#[cfg(test)]
mod map_properties;
mod matrix;
mod measures;
mod mercator;
mod network;
mod paths;
mod picture;
mod roles;
mod strokes;
mod sweeps;
mod tiles;
mod vector;
mod web;
mod webs;
mod world;

pub use clusters::MAX_CLUSTER_ZOOM;
pub use communities::{Communities, Community};
pub use coverage::{Cell, Coverer, Unit, coverage};
pub use geojson::{Description, feature_collection};
pub use map::{Drawing, LINKS_PER_NODE, Link, Node, draw};
pub use matrix::{Matrix, matrix};
pub use measures::{Components, average_degree, density};
pub use mercator::{MAX_TILE_ZOOM, TileId};
pub use network::{Link as NetworkLink, Network, Stop, Stopped, Tie};
pub use paths::{Path, paths};
pub use picture::{Centrality, Picture};
pub use roles::Role;
pub use strokes::{MOST_LINES, Stroke};
pub use sweeps::{LEAST_PIVOTS, Sample, Swept, VISITS};
pub use tiles::MOST_FEATURES;
pub use vector::{OutlineFeature, OutlineShape, Vectors};
pub use webs::{MAX_WEB_ZOOM, Webs};
pub use world::{Members, Selected, World};

use uuid::Uuid;

use crate::domain::interactions::InteractionKind;

/// West, south, east, north in degrees of WGS 84, the order of RFC 7946. West above east crosses the antimeridian.
pub type Bounds = [f64; 4];

/// Where one actor is drawn. An actor whose location is hidden from the reader must not come as a marker, at its
/// commune's centre neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marker {
    /// The actor; at most one marker each.
    pub actor: Uuid,
    /// Index of the actor's kind.
    pub kind: u8,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// Degrees, -90 to 90.
    pub latitude: f64,
}

/// One interaction between two actors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The interaction; at most one edge each.
    pub interaction: Uuid,
    /// The marker of the actor that it runs from, or of either end where it is not directed, by its position; null where
    /// that actor is nowhere on the map, which leaves the interaction undrawn.
    pub source: Option<u32>,
    /// The marker of the other end.
    pub target: Option<u32>,
    /// What it is.
    pub kind: InteractionKind,
    /// How much it counts in a merged link, to the millionth; what is not finite counts as nothing.
    pub weight: f64,
}

/// Whether a point is in a box, its border included.
fn contains(bounds: Bounds, longitude: f64, latitude: f64) -> bool {
    let [west, south, east, north] = bounds;
    let between = if west <= east {
        (west..=east).contains(&longitude)
    } else {
        longitude >= west || longitude <= east
    };
    between && (south..=north).contains(&latitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_may_cross_the_antimeridian() {
        let fiji = [177.0, -20.0, -178.0, -15.0];
        assert!(contains(fiji, 179.0, -17.0) && contains(fiji, -179.0, -17.0));
        assert!(!contains(fiji, 0.0, -17.0) && !contains(fiji, 179.0, -21.0));
    }
}
