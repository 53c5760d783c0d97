//! The links that cross a tile, as it shows them; those of deep zooms, where few do, found among all interactions.

use chrono::{Datelike, NaiveDate};

use super::clusters::{CELLS_PER_TILE_BITS, MAX_CLUSTER_ZOOM};
use super::frame::Frame;
use super::links::{Bundle, Line, Strands};
use super::map::link_order;
use super::mercator::{Middle, Spot, TileId};
use super::tiles::cell_of;
use super::world::Holding;
use super::{Members, World};
use crate::domain::interactions::InteractionKinds;

/// Most lines in a tile: where there are more, no eye tells them apart.
pub const MOST_LINES: usize = 2_000;

/// How far around a tile lines are drawn, in tiles: else their ends would show at its border.
pub(super) const MARGIN: f64 = 1.0 / 64.0;

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

impl Stroke {
    pub(super) fn of(link: &Bundle, from: Spot, to: Spot) -> Self {
        Self {
            from,
            to,
            count: link.interaction_count,
            weight: link.weight(),
            tie: (link.interaction_count == 1).then_some(link.edge),
            kinds: link.kinds,
            one_way: link.one_way,
        }
    }
}

impl World {
    /// The heaviest links that cross a tile, between these actors and of these interactions on a day.
    pub fn crossing(&self, tile: TileId, drawn: &Members, ties: &Members, day: NaiveDate) -> Vec<Stroke> {
        let (zoom, day) = (tile.zoom(), day.num_days_from_ce());
        // Where the middle of two nodes is linked across the tile, each interaction passes within a cell of it.
        let cell = if zoom > MAX_CLUSTER_ZOOM { 0.0 } else { 1.0 / f64::from(1u32 << CELLS_PER_TILE_BITS) };
        let around = Frame::of(tile, MARGIN + cell);
        let mut near = Vec::new();
        let mut cells = Vec::new();
        self.ties().lines().within(&around, |tie, ends| {
            let (source, target) = self.ties().ends(tie);
            if ties.contains(tie)
                && drawn.contains(source)
                && drawn.contains(target)
                && self.ties().on(tie, day) == Holding::Holds
            {
                let ends = ends.map(|spot| cell_of(spot.code(), zoom));
                near.push((tie, ends));
                cells.extend(ends.into_iter().zip([source, target]));
            }
        });
        cells.sort_unstable();
        cells.dedup_by_key(|(cell, _)| *cell);
        let node = |cell| cells.partition_point(|(known, _)| *known < cell) as u32;
        let lines: Vec<Line> =
            near.iter().map(|(tie, ends)| self.line(*tie, ends.map(node))).filter(Line::joins).collect();
        let links = Strands::of(lines.into_iter(), cells.len()).bundles(&every(cells.len()));
        self.cut(links, &cells, tile, drawn)
    }

    /// The heaviest of these links between cells that cross a tile; with each cell goes an actor that is in it.
    fn cut(
        &self,
        mut links: Vec<Bundle>,
        cells: &[(u64, u32)],
        tile: TileId,
        drawn: &Members,
    ) -> Vec<Stroke> {
        let frame = Frame::of(tile, MARGIN);
        let mut spots: Vec<Option<Spot>> = vec![None; cells.len()];
        let mut spot = |node: u32| {
            let (cell, actor) = cells[node as usize];
            let actors = || self.within_around(cell, tile.zoom(), actor);
            *spots[node as usize].get_or_insert_with(|| self.middle_of(actors(), drawn).spot())
        };
        links.sort_unstable_by_key(link_order);
        let strokes = links.iter().filter_map(|link| {
            let (from, to) = (spot(link.source), spot(link.target));
            frame.meets(from, to).then(|| Stroke::of(link, from, to))
        });
        strokes.take(MOST_LINES).collect()
    }

    /// The middle of those of these actors that are drawn.
    pub(super) fn middle_of(&self, actors: &[u32], drawn: &Members) -> Middle {
        let mut middle = Middle::default();
        for &actor in actors.iter().filter(|&&actor| drawn.contains(actor)) {
            middle.add(self.spot(actor));
        }
        middle
    }

    /// An interaction between two nodes.
    pub(super) fn line(&self, tie: u32, [source, target]: [u32; 2]) -> Line {
        Line { source, target, key: tie, kind: self.ties().kind(tie), weight: self.ties().weight(tie) }
    }
}

/// A place for each of so many nodes.
pub(super) fn every(count: usize) -> Vec<Option<u32>> {
    (0..count as u32).map(Some).collect()
}
