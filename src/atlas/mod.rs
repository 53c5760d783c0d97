//! The read model that a map and a graph need in memory: pure functions from the actors and interactions of a
//! selection to what is drawn of them. Nothing here reads a database or asks who may see what: the caller has
//! already left out what may not be seen.

mod bridges;
mod centralities;
mod centrality;
mod clusters;
mod communities;
mod coverage;
mod geojson;
mod links;
mod map;
#[cfg(test)]
mod map_properties;
mod matrix;
mod measures;
mod network;
mod paths;
mod picture;
mod roles;
mod sweeps;

pub use centrality::{EXACT_WORK, KeyActor, key_actors};
pub use clusters::MAX_CLUSTER_ZOOM;
pub use communities::{Communities, Community};
pub use coverage::{Cell, Coverer, Unit, coverage};
pub use geojson::{Description, feature_collection};
pub use map::{Drawing, LINKS_PER_NODE, Link, Node, draw};
pub use matrix::{Matrix, matrix};
pub use measures::{Components, average_degree, density};
pub use network::{Link as NetworkLink, Network, Stop, Stopped, Tie};
pub use paths::{Path, paths};
pub use picture::{Centrality, Picture};
pub use roles::Role;
pub use sweeps::{LEAST_PIVOTS, Sample, Swept, VISITS};

use uuid::Uuid;

/// West, south, east, north in degrees of WGS 84, the order of RFC 7946. West above east crosses the antimeridian.
pub type Bounds = [f64; 4];

/// Where one actor is drawn. An actor whose location is hidden from the reader must not come as a marker, at its
/// commune's centre neither: it belongs to [`Selection::unlocated`].
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

impl Marker {
    /// Whether the coordinates are a place on Earth: finite, and within the bounds of longitude and latitude.
    pub fn is_located(&self) -> bool {
        (-180.0..=180.0).contains(&self.longitude) && (-90.0..=90.0).contains(&self.latitude)
    }
}

/// One interaction between two actors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The interaction; at most one edge each.
    pub interaction: Uuid,
    /// The actor that it runs from, or either end where it is not directed.
    pub source: Uuid,
    /// The other end.
    pub target: Uuid,
    /// Whether it runs one way, as funding does.
    pub directed: bool,
    /// How much it counts in a merged link, to the millionth; what is not finite counts as nothing.
    pub weight: f64,
}

/// The actors and interactions that match what was asked for, and that the reader may see.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// The actors that have a place on the map.
    pub markers: &'a [Marker],
    /// The actors that have none, or whose place the reader may not know.
    pub unlocated: &'a [Uuid],
    /// The interactions; an end outside the selection is allowed, and leaves the interaction undrawn.
    pub edges: &'a [Edge],
}

impl Selection<'_> {
    /// All actors of the selection, drawn or not, as [`key_actors`] takes them.
    pub fn actors(&self) -> Vec<Uuid> {
        self.markers.iter().map(|marker| marker.actor).chain(self.unlocated.iter().copied()).collect()
    }

    /// How many actors no map can show: those without a location, and markers that are no place on Earth.
    pub fn unlocated_count(&self) -> usize {
        self.unlocated.len() + self.markers.iter().filter(|marker| !marker.is_located()).count()
    }
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

    #[test]
    fn a_marker_that_is_no_place_counts_as_unlocated() {
        let at = |longitude, latitude| Marker { actor: Uuid::from_u128(1), kind: 0, longitude, latitude };
        let markers =
            [at(1.37, 48.73), at(f64::NAN, 48.0), at(1.0, f64::INFINITY), at(600_000.0, 6_800_000.0)];
        let selection = Selection { markers: &markers, unlocated: &[Uuid::from_u128(9)], edges: &[] };
        assert_eq!(selection.unlocated_count(), 4);
        assert_eq!(selection.actors().len(), 5);
    }
}
