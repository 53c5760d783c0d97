//! The actors that are in a tile of a map.
//!
//! Down to [`MAX_CLUSTER_ZOOM`] near actors are one, by the grid of the tile's zoom, which is that of maps: a tile has at most
//! 64 of them, each in one tile alone.

use std::cmp::Reverse;

use super::clusters::{CELLS_PER_TILE_BITS, Cluster, Grouping, MAX_CLUSTER_ZOOM, group};
use super::map::{Node, count_kinds, first_by_key, node};
use super::mercator::{Spot, TileId};
use super::{Marker, Members, World};

/// Most features of a layer in a tile.
pub const MOST_FEATURES: usize = 5_000;

impl World {
    /// The actors of a tile, merged as its zoom has them; `drawn` are those that match and whose place may be seen.
    pub fn nodes_in(&self, tile: TileId, drawn: &Members) -> Vec<Node> {
        let grouping = Grouping::at(Some(f64::from(tile.zoom())));
        let inside = self.inside(tile).iter().copied().filter(|&actor| drawn.contains(actor));
        if tile.zoom() > MAX_CLUSTER_ZOOM {
            let markers: Vec<_> = inside.map(|actor| self.marker(actor)).collect();
            let (clusters, cluster_of) = group(&markers, grouping);
            let places: Vec<_> = (0..clusters.len() as u32).map(Some).collect();
            let mut nodes: Vec<_> =
                clusters.iter().map(|cluster| node(cluster, &markers, grouping)).collect();
            count_kinds(&mut nodes, &markers, &cluster_of, &places);
            let order = |node: &Node| (Reverse(node.actor_count), node.key.clone());
            return first_by_key(nodes, MOST_FEATURES, order).0;
        }
        let shift = 64 - 2 * (tile.zoom() + CELLS_PER_TILE_BITS);
        let mut nodes: Vec<Node> = Vec::new();
        let mut open: Option<(u64, Cluster, [u32; 256])> = None;
        for actor in inside {
            let cell = self.code(actor) >> shift;
            let marker = self.marker(actor);
            if open.as_ref().is_none_or(|(last, ..)| *last != cell) {
                nodes.extend(open.take().map(|(_, cluster, kinds)| self.closed(&cluster, &kinds, grouping)));
                let spot = Spot::at(marker.longitude, marker.latitude).unwrap_or(Spot { x: 0, y: 0 });
                open = Some((cell, Cluster::new(grouping.anchor(&marker, spot), actor as usize), [0; 256]));
            }
            if let Some((_, cluster, kinds)) = &mut open {
                cluster.add(&marker);
                kinds[usize::from(marker.kind)] += 1;
            }
        }
        nodes.extend(open.map(|(_, cluster, kinds)| self.closed(&cluster, &kinds, grouping)));
        nodes
    }

    pub(super) fn marker(&self, actor: u32) -> Marker {
        let [longitude, latitude] = self.point(actor);
        Marker { actor: self.id(actor), kind: self.kind(actor) as u8, longitude, latitude }
    }

    fn closed(&self, cluster: &Cluster, kinds: &[u32; 256], grouping: Grouping) -> Node {
        let (longitude, latitude) = cluster.point();
        let mut counted: Vec<_> = kinds
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(kind, count)| (kind as u8, *count))
            .collect();
        counted.sort_unstable_by_key(|&(kind, count)| (Reverse(count), kind));
        Node {
            key: grouping.key(cluster.anchor),
            longitude,
            latitude,
            actor_count: cluster.actor_count,
            actor: (cluster.actor_count == 1).then(|| self.id(cluster.marker as u32)),
            kinds: counted,
            bbox: cluster.bounds,
        }
    }

    /// The actors whose place is in a cell.
    pub(super) fn within(&self, cell: u64, zoom: u32) -> &[u32] {
        let (first, last) = codes(cell, zoom);
        self.between(first, last)
    }

    /// The same, faster, where one of them is known.
    pub(super) fn within_around(&self, cell: u64, zoom: u32, actor: u32) -> &[u32] {
        let (first, last) = codes(cell, zoom);
        self.between_around(first, last, actor)
    }
}

/// The codes of the places in a cell, the first and the last.
fn codes(cell: u64, zoom: u32) -> (u64, u64) {
    let shift = shift(zoom);
    let first = cell << shift;
    (first, first | ((1u64 << shift) - 1))
}

/// The cell of a code in the grid of a zoom; beyond the last one the code itself.
pub(super) fn cell_of(code: u64, zoom: u32) -> u64 {
    code >> shift(zoom)
}

/// How many bits of a code tell places within one cell apart.
fn shift(zoom: u32) -> u32 {
    if zoom > MAX_CLUSTER_ZOOM { 0 } else { 64 - 2 * (zoom + CELLS_PER_TILE_BITS) }
}
