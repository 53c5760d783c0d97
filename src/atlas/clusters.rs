//! Which markers are drawn as one node.
//!
//! The grid is that of Web Mercator, halved from zoom to zoom, so that a cell of one zoom is made of four of the next:
//! while a reader zooms in, clusters split and never trade members. A cell is 64 px wide at a whole zoom, with
//! tiles of 512 px, and nearly 128 px just below the next one.

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::mercator::Spot;
use super::{Bounds, Marker};

/// Beyond this zoom only actors on exactly the same point are still one cluster: its cells are 25 m wide in France.
pub const MAX_CLUSTER_ZOOM: u32 = 17;

/// 2³ cells of 64 px make a tile of 512 px.
pub(super) const CELLS_PER_TILE_BITS: u32 = 3;

/// Coordinates are added up in billionths of a degree (0.1 mm), since integers sum to the same in any order.
const FIXED: f64 = 1e9;

/// What makes markers one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    /// Each actor is its own node.
    Actor,
    /// A cell of the grid of this zoom.
    Cell(u32),
    /// Exactly the same point.
    Point,
}

impl Grouping {
    /// The grouping of a zoom; none below 0 (or not a number) is coarser than that of 0.
    pub(super) fn at(zoom: Option<f64>) -> Self {
        match zoom.map(|zoom| zoom.floor() as u32) {
            None => Self::Actor,
            Some(level) if level > MAX_CLUSTER_ZOOM => Self::Point,
            Some(level) => Self::Cell(level),
        }
    }

    /// What the markers of one node, and no others, have in common. Orders as [`Self::key`] does.
    pub(super) fn anchor(self, marker: &Marker, spot: Spot) -> u128 {
        match self {
            Self::Actor => marker.actor.as_u128(),
            Self::Cell(level) => {
                let (x, y) = spot.cell(level + CELLS_PER_TILE_BITS);
                u128::from(x) << 64 | u128::from(y)
            }
            Self::Point => u128::from(ordered(marker.longitude)) << 64 | u128::from(ordered(marker.latitude)),
        }
    }

    /// The anchor as text: of fixed width, so that text and number sort alike.
    pub(super) fn key(self, anchor: u128) -> String {
        let (x, y) = ((anchor >> 64) as u64, anchor as u64);
        match self {
            Self::Actor => Uuid::from_u128(anchor).simple().to_string(),
            Self::Cell(level) => format!("{level:02}-{x:05x}-{y:05x}"),
            Self::Point => format!("at-{x:016x}-{y:016x}"),
        }
    }
}

/// Bits that sort as the number does; both zeros are one.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// A node before it is known whether it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) anchor: u128,
    pub(super) actor_count: u32,
    /// Position of one of its markers: the only one, in a cluster of one.
    pub(super) marker: usize,
    pub(super) bounds: Bounds,
    longitudes: i64,
    latitudes: i64,
}

impl Cluster {
    pub(super) fn new(anchor: u128, marker: usize) -> Self {
        let bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        Self { anchor, actor_count: 0, marker, bounds, longitudes: 0, latitudes: 0 }
    }

    pub(super) fn add(&mut self, marker: &Marker) {
        let [west, south, east, north] = self.bounds;
        let (longitude, latitude) = (marker.longitude + 0.0, marker.latitude + 0.0);
        self.bounds = [west.min(longitude), south.min(latitude), east.max(longitude), north.max(latitude)];
        self.longitudes += (longitude * FIXED).round() as i64;
        self.latitudes += (latitude * FIXED).round() as i64;
        self.actor_count += 1;
    }

    /// Mean longitude and latitude of its markers: never outside their bounds, and exact where they share one point.
    pub(super) fn point(&self) -> (f64, f64) {
        let [west, south, east, north] = self.bounds;
        let mean = |sum: i64| sum as f64 / f64::from(self.actor_count) / FIXED;
        (mean(self.longitudes).clamp(west, east), mean(self.latitudes).clamp(south, north))
    }
}

/// Groups the markers: the clusters, in the order in which they turn up, and for each marker the position of its
/// cluster, `None` where it is no place on Earth. Takes one pass.
pub(super) fn group(markers: &[Marker], grouping: Grouping) -> (Vec<Cluster>, Vec<Option<u32>>) {
    let mut clusters: Vec<Cluster> = Vec::with_capacity(markers.len());
    let mut by_anchor: FxHashMap<u128, u32> = FxHashMap::default();
    let mut cluster_of = Vec::with_capacity(markers.len());
    for (position, marker) in markers.iter().enumerate() {
        let Some(spot) = Spot::at(marker.longitude, marker.latitude) else {
            cluster_of.push(None);
            continue;
        };
        let anchor = grouping.anchor(marker, spot);
        let cluster = *by_anchor.entry(anchor).or_insert_with(|| {
            clusters.push(Cluster::new(anchor, position));
            clusters.len() as u32 - 1
        });
        clusters[cluster as usize].add(marker);
        cluster_of.push(Some(cluster));
    }
    (clusters, cluster_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn markers(points: &[(f64, f64)]) -> Vec<Marker> {
        let marker = |(position, &(longitude, latitude)): (usize, &(f64, f64))| Marker {
            actor: Uuid::from_u128(position as u128),
            kind: 0,
            longitude,
            latitude,
        };
        points.iter().enumerate().map(marker).collect()
    }

    fn sizes(points: &[(f64, f64)], zoom: f64) -> Vec<u32> {
        group(&markers(points), Grouping::at(Some(zoom)))
            .0
            .iter()
            .map(|cluster| cluster.actor_count)
            .collect()
    }

    #[test]
    fn a_cell_is_sixty_four_pixels_wide_at_a_whole_zoom() {
        // 512 px tiles: at zoom 10 the world is 2^19 px wide, and 64 of them are 360 / 2^13 degrees.
        let cell = 360.0 / f64::from(1 << 13);
        assert_eq!(sizes(&[(0.001, 0.001), (cell - 0.001, 0.001)], 10.0), [2]);
        assert_eq!(sizes(&[(0.001, 0.001), (cell + 0.001, 0.001)], 10.0), [1, 1]);
        assert_eq!(sizes(&[(0.001, 0.001), (cell + 0.001, 0.001)], 9.99), [2]);
    }

    #[test]
    fn beyond_the_last_zoom_only_the_same_point_is_a_cluster() {
        let centimetre = 1e-7;
        let points = [(1.37, 48.73), (1.37, 48.73), (1.37 + centimetre, 48.73)];
        assert_eq!(sizes(&points, 17.9), [3]);
        assert_eq!(sizes(&points, 18.0), [2, 1]);
        assert_eq!(sizes(&points, f64::INFINITY), [2, 1]);
        assert_eq!(sizes(&[(0.0, -0.0), (-0.0, 0.0)], 20.0), [2]);
    }

    #[test]
    fn poles_antimeridian_and_strange_zooms_have_their_cells() {
        let corners = [(-180.0, 90.0), (180.0, 90.0), (-180.0, -90.0), (180.0, -90.0)];
        assert_eq!(sizes(&corners, 0.0), [1; 4]);
        assert_eq!(sizes(&corners, -3.0), [1; 4]);
        assert_eq!(sizes(&corners, f64::NAN), [1; 4]);
        let (_, cells) =
            group(&markers(&[(f64::NAN, 1.0), (1.0, f64::NAN), (181.0, 1.0)]), Grouping::Cell(3));
        assert_eq!(cells, [None; 3]);
    }

    #[test]
    fn a_node_stands_at_the_mean_of_its_members() {
        let (clusters, _) = group(&markers(&[(1.0, 48.0), (1.5, 48.0), (2.0, 48.3)]), Grouping::Cell(0));
        assert_eq!(clusters[0].point(), (1.5, 48.1));
        assert_eq!(format!("{:?}", clusters[0].bounds), "[1.0, 48.0, 2.0, 48.3]");
    }

    #[test]
    fn keys_sort_as_anchors_do() {
        let places = markers(&[(-61.5, 16.2), (55.5, -21.1), (-1.5, 47.2), (1.3, 48.7), (-0.5, -0.5)]);
        for grouping in [Grouping::Actor, Grouping::Cell(12), Grouping::Point] {
            let mut anchors: Vec<_> = places
                .iter()
                .filter_map(|marker| {
                    Some(grouping.anchor(marker, Spot::at(marker.longitude, marker.latitude)?))
                })
                .collect();
            anchors.sort_unstable();
            let keys: Vec<_> = anchors.iter().map(|&anchor| grouping.key(anchor)).collect();
            assert!(keys.is_sorted(), "{keys:?}");
        }
    }

    fn somewhere() -> impl Strategy<Value = (f64, f64)> {
        // Close together, so that all zooms have something to merge.
        prop_oneof![
            (1.30..1.40, 48.70..48.75),
            (1.3700..1.3705, 48.7300..48.7305),
            (-180.0..=180.0, -90.0..=90.0)
        ]
    }

    proptest! {
        #[test]
        fn clusters_nest_from_zoom_to_zoom(points in prop::collection::vec(somewhere(), 1..80), zoom in 0.0..19.0f64) {
            let places = markers(&points);
            let (_, wide) = group(&places, Grouping::at(Some(zoom)));
            let (_, near) = group(&places, Grouping::at(Some(zoom + 1.0)));
            for a in 0..places.len() {
                for b in 0..a {
                    prop_assert!(near[a] != near[b] || wide[a] == wide[b]);
                }
            }
        }

        #[test]
        fn the_point_is_within_the_bounds(points in prop::collection::vec(somewhere(), 1..40), zoom in 0.0..19.0f64) {
            for cluster in group(&markers(&points), Grouping::at(Some(zoom))).0 {
                let (longitude, latitude) = cluster.point();
                prop_assert!(super::super::contains(cluster.bounds, longitude, latitude));
            }
        }
    }
}
