//! What a tile of a map holds: the actors that are in it, and the links that cross it.
//!
//! Down to [`MAX_CLUSTER_ZOOM`] near actors are one, by the grid of the tile's zoom, which is that of maps: a tile has at most
//! 64 of them, each in one tile alone.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};

use super::clusters::{CELLS_PER_TILE_BITS, Cluster, Grouping, MAX_CLUSTER_ZOOM, group};
use super::links::{Line, Strands};
use super::map::{Node, count_kinds, first_by_key, node};
use super::mercator::{Spot, TileId};
use super::world::Holding;
use super::{Marker, Members, World};
use crate::domain::interactions::InteractionKinds;

/// Most features of a layer in a tile.
pub const MOST_FEATURES: usize = 5_000;

/// How far around a tile lines are drawn, in tiles: else their ends would show at its border.
pub(super) const MARGIN: f64 = 1.0 / 64.0;

/// Down to this zoom the links of the whole world are kept; further down those of a tile are few enough to be found.
pub const MAX_WEB_ZOOM: u32 = 12;

/// Where nobody is.
const NOBODY: u32 = u32::MAX;

/// The links between all nodes of a zoom, the heaviest first.
#[derive(Debug, Default)]
pub struct Web {
    ends: Vec<Spot>,
    links: Vec<WebLink>,
}

/// All interactions between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct WebLink {
    source: u32,
    target: u32,
    count: u32,
    /// The interaction, where there is but one.
    tie: u32,
    millionths: u64,
    kinds: InteractionKinds,
    one_way: bool,
}

/// A link as a tile shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    pub(super) from: Spot,
    pub(super) to: Spot,
    /// How many interactions it stands for.
    pub count: u32,
    /// The sum of their weights.
    pub weight: f64,
    /// The interaction, where there is but one.
    pub tie: Option<u32>,
    /// Their kinds.
    pub kinds: InteractionKinds,
    /// Whether all run from its beginning to its end.
    pub one_way: bool,
}

impl Web {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.ends.len() * size_of::<Spot>() + self.links.len() * size_of::<WebLink>()
    }

    /// The heaviest links that cross a tile.
    pub fn crossing(&self, tile: TileId) -> Vec<Stroke> {
        let frame = Frame::of(tile, MARGIN);
        let crosses =
            |link: &&WebLink| frame.meets(self.ends[link.source as usize], self.ends[link.target as usize]);
        self.links.iter().filter(crosses).take(MOST_FEATURES).map(|link| self.stroke(link)).collect()
    }

    fn stroke(&self, link: &WebLink) -> Stroke {
        Stroke {
            from: self.ends[link.source as usize],
            to: self.ends[link.target as usize],
            count: link.count,
            weight: link.millionths as f64 / 1e6,
            tie: (link.count == 1).then_some(link.tie),
            kinds: link.kinds,
            one_way: link.one_way,
        }
    }
}

/// A tile with something around it, as lines are held against it.
struct Frame {
    west: f64,
    north: f64,
    east: f64,
    south: f64,
}

impl Frame {
    fn of(tile: TileId, margin: f64) -> Self {
        let ([west, north], side) = tile.corner();
        let margin = margin * side;
        Self {
            west: west - margin,
            north: north - margin,
            east: west + side + margin,
            south: north + side + margin,
        }
    }

    /// Whether a line has a part within (Liang and Barsky 1984).
    fn meets(&self, from: Spot, to: Spot) -> bool {
        let (x0, y0, x1, y1) = (f64::from(from.x), f64::from(from.y), f64::from(to.x), f64::from(to.y));
        if x0.max(x1) < self.west
            || x0.min(x1) > self.east
            || y0.max(y1) < self.north
            || y0.min(y1) > self.south
        {
            return false;
        }
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        for (delta, start, least, most) in
            [(x1 - x0, x0, self.west, self.east), (y1 - y0, y0, self.north, self.south)]
        {
            if delta == 0.0 {
                continue;
            }
            let (near, far) = ((least - start) / delta, (most - start) / delta);
            enter = enter.max(near.min(far));
            leave = leave.min(near.max(far));
        }
        enter <= leave
    }
}

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

    fn marker(&self, actor: u32) -> Marker {
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

    /// The links between all nodes of a zoom, of these interactions on a day.
    pub fn web(&self, zoom: u32, drawn: &Members, ties: &Members, day: NaiveDate) -> Web {
        let mut nodes = Nodes::new(self, zoom);
        for &actor in self.placed() {
            if drawn.contains(actor) {
                nodes.add(actor);
            }
        }
        let day = day.num_days_from_ce();
        let lines =
            self.placed().iter().filter(|&&actor| nodes.of[actor as usize] != NOBODY).flat_map(|&actor| {
                let source = nodes.of[actor as usize];
                self.ties().from(actor).map(move |tie| (source, tie))
            });
        let of = &nodes.of;
        let lines = lines.filter_map(|(source, tie)| self.line(of, source, tie, ties, day));
        nodes.web(Strands::of(lines, nodes.clusters.len()))
    }

    fn line(&self, of: &[u32], source: u32, tie: u32, ties: &Members, day: i32) -> Option<Line> {
        let target = of[self.ties().target(tie) as usize];
        let joins = target != NOBODY && target != source;
        let counts = joins && ties.contains(tie) && self.ties().on(tie, day) == Holding::Holds;
        let kind = self.ties().kind(tie);
        counts.then(|| Line { source, target, key: tie, kind, weight: self.ties().weight(tie) })
    }

    /// The heaviest links that cross a tile, found among all interactions: for deep zooms, where few do.
    pub fn crossing(&self, tile: TileId, drawn: &Members, ties: &Members, day: NaiveDate) -> Vec<Stroke> {
        let zoom = tile.zoom();
        let cell = 1.0 / f64::from(1u32 << CELLS_PER_TILE_BITS);
        // Where the middle of two nodes is linked across the tile, each interaction passes within a cell of it.
        let frame = Frame::of(tile, MARGIN + if zoom > MAX_CLUSTER_ZOOM { 0.0 } else { cell });
        let number = day.num_days_from_ce();
        let (mut near, mut from) = (Vec::new(), (NOBODY, Spot { x: 0, y: 0 }));
        for (tie, (source, target)) in (0u32..).zip(self.ties().all_ends()) {
            if from.0 != source {
                from = (source, self.spot(source));
            }
            if frame.meets(from.1, self.spot(target))
                && drawn.contains(source)
                && drawn.contains(target)
                && ties.contains(tie)
                && self.ties().on(tie, number) == Holding::Holds
            {
                near.push((source, target, tie));
            }
        }
        let mut cells: Vec<u64> = near
            .iter()
            .flat_map(|&(source, target, _)| [source, target])
            .map(|actor| self.cell(actor, zoom))
            .collect();
        cells.sort_unstable();
        cells.dedup();
        let mut nodes = Nodes::new(self, zoom);
        for cell in cells {
            for &actor in self.within(cell, zoom) {
                if drawn.contains(actor) {
                    nodes.add(actor);
                }
            }
        }
        let of = &nodes.of;
        let lines =
            near.iter().filter_map(|&(source, _, tie)| self.line(of, of[source as usize], tie, ties, number));
        nodes.web(Strands::of(lines, nodes.clusters.len())).crossing(tile)
    }

    /// The cell that an actor is in, in the grid of a zoom; beyond the last one its place.
    fn cell(&self, actor: u32, zoom: u32) -> u64 {
        self.code(actor) >> shift(zoom)
    }

    fn within(&self, cell: u64, zoom: u32) -> &[u32] {
        let shift = shift(zoom);
        let first = cell << shift;
        self.between(first, first | ((1u64 << shift) - 1))
    }
}

/// How many bits of a code tell places within one cell apart.
fn shift(zoom: u32) -> u32 {
    if zoom > MAX_CLUSTER_ZOOM { 0 } else { 64 - 2 * (zoom + CELLS_PER_TILE_BITS) }
}

/// The nodes of a zoom, as actors are added in the order of their codes.
struct Nodes<'a> {
    world: &'a World,
    zoom: u32,
    last: Option<u64>,
    clusters: Vec<Cluster>,
    /// The node of each actor.
    of: Vec<u32>,
}

impl<'a> Nodes<'a> {
    fn new(world: &'a World, zoom: u32) -> Self {
        Self { world, zoom, last: None, clusters: Vec::new(), of: vec![NOBODY; world.size()] }
    }

    fn add(&mut self, actor: u32) {
        let cell = self.world.cell(actor, self.zoom);
        if self.last != Some(cell) {
            self.last = Some(cell);
            self.clusters.push(Cluster::new(0, actor as usize));
        }
        let node = self.clusters.len() - 1;
        self.clusters[node].add(&self.world.marker(actor));
        self.of[actor as usize] = node as u32;
    }

    fn web(&self, strands: Strands) -> Web {
        let all: Vec<_> = (0..self.clusters.len() as u32).map(Some).collect();
        let bundles = strands.bundles(&all);
        drop(strands);
        let link = |bundle: &super::links::Bundle| WebLink {
            source: bundle.source,
            target: bundle.target,
            count: bundle.interaction_count,
            tie: bundle.edge,
            millionths: bundle.millionths.max(0) as u64,
            kinds: bundle.kinds,
            one_way: bundle.one_way,
        };
        let mut links: Vec<_> = bundles.iter().map(link).collect();
        drop(bundles);
        let order = |link: &WebLink| {
            (
                Reverse(link.millionths),
                Reverse(link.count),
                link.source.min(link.target),
                link.source.max(link.target),
            )
        };
        links.sort_unstable_by_key(order);
        let spot = |cluster: &Cluster| {
            let (longitude, latitude) = cluster.point();
            Spot::at(longitude, latitude).unwrap_or(Spot { x: 0, y: 0 })
        };
        Web { ends: self.clusters.iter().map(spot).collect(), links }
    }
}
