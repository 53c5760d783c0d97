//! The links between all nodes of a zoom: the heaviest first, so that a tile takes those that cross it until it is full.
//!
//! Millions of links are put in order once. What changed since stands beside them, and replaces theirs.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Members;
use super::frame::Frame;
use super::links::Bundle;
use super::mercator::{Middle, Spot, TileId};
use super::strokes::{MARGIN, MOST_LINES, Stroke};

/// Two nodes, by their numbers, the lower first.
pub(super) type Pair = (u32, u32);

/// The links between all nodes of a zoom.
#[derive(Debug, Clone, Default)]
pub(super) struct Web {
    /// The cell of each node; those of the beginning are in order.
    cells: Vec<u64>,
    /// Of the actors of each.
    middles: Vec<Middle>,
    spots: Vec<Spot>,
    in_order: usize,
    /// The nodes of later cells.
    later: FxHashMap<u64, u32>,
    settled: Arc<Settled>,
    /// Positions in `settled` of links that are no longer so.
    stale: Members,
    /// What they are now, and those that there were not; null of those that are gone.
    changed: FxHashMap<Pair, Option<Bundle>>,
    /// Those of the changed that are there, the heaviest first.
    fresh: Vec<Bundle>,
}

/// Links that were put in order.
#[derive(Debug, Default)]
struct Settled {
    /// The heaviest first.
    links: Vec<Bundle>,
    /// Their positions, in the order of their pairs.
    by_pair: Vec<u32>,
}

impl Settled {
    /// Of one link for each pair, in the order of pairs.
    fn of(links: &[Bundle]) -> Self {
        let mut order: Vec<_> = (0u32..)
            .zip(links)
            .map(|(place, link)| (Reverse(link.millionths), Reverse(link.interaction_count), place))
            .collect();
        order.sort_unstable();
        let mut by_pair = vec![0; links.len()];
        for (position, &(.., place)) in (0u32..).zip(&order) {
            by_pair[place as usize] = position;
        }
        Self { links: order.iter().map(|&(.., place)| links[place as usize]).collect(), by_pair }
    }

    fn position(&self, pair: Pair) -> Option<u32> {
        let found =
            self.by_pair.binary_search_by_key(&pair, |&position| self.links[position as usize].pair());
        found.ok().map(|place| self.by_pair[place])
    }
}

impl Web {
    /// Of nodes in the order of their cells, and of links between them, which may be several between two.
    pub(super) fn of(cells: Vec<u64>, middles: Vec<Middle>, mut links: Vec<Bundle>) -> Self {
        links.sort_unstable_by_key(Bundle::pair);
        links.dedup_by(|next, first| {
            let same = next.pair() == first.pair();
            if same {
                first.add(next);
            }
            same
        });
        links.iter_mut().for_each(Bundle::settle);
        let spots = middles.iter().map(Middle::spot).collect();
        let (in_order, settled) = (cells.len(), Arc::new(Settled::of(&links)));
        Self { cells, middles, spots, in_order, settled, ..Self::default() }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let link = size_of::<Bundle>() + size_of::<u32>();
        self.cells.len() * (size_of::<u64>() + size_of::<Middle>() + size_of::<Spot>())
            + self.settled.links.len() * link
            + self.changed.len() * 2 * link
    }

    /// The heaviest links that cross a tile.
    pub(super) fn crossing(&self, tile: TileId) -> Vec<Stroke> {
        let frame = Frame::of(tile, MARGIN);
        let crosses =
            |link: &Bundle| frame.meets(self.spots[link.source as usize], self.spots[link.target as usize]);
        let mut fresh = self.fresh.iter().filter(|link| crosses(link)).peekable();
        let settled = (0u32..).zip(&self.settled.links);
        let settled = settled.filter(|(position, link)| crosses(link) && !self.stale.contains(*position));
        let mut found = Vec::new();
        for (_, link) in settled {
            while let Some(heavier) = fresh.next_if(|fresh| self.rank(fresh) < self.rank(link)) {
                found.push(self.stroke(heavier));
            }
            if found.len() >= MOST_LINES {
                break;
            }
            found.push(self.stroke(link));
        }
        found.extend(fresh.map(|link| self.stroke(link)));
        found.truncate(MOST_LINES);
        found
    }

    /// By the cells of their ends, not their nodes, since those of later cells have later numbers.
    fn rank(&self, link: &Bundle) -> (Reverse<u64>, Reverse<u32>, (u64, u64)) {
        let [a, b] = [link.source, link.target].map(|node| self.cells[node as usize]);
        (Reverse(link.millionths), Reverse(link.interaction_count), (a.min(b), a.max(b)))
    }

    fn stroke(&self, link: &Bundle) -> Stroke {
        Stroke::of(link, self.spots[link.source as usize], self.spots[link.target as usize])
    }

    /// The web of the zoom before, whose cells are of four of these each.
    pub(super) fn coarser(&self) -> Self {
        let mut cells: Vec<u64> = self.cells.iter().map(|cell| cell >> 2).collect();
        cells.sort_unstable();
        cells.dedup();
        let mut middles = vec![Middle::default(); cells.len()];
        let parents: Vec<u32> = self
            .cells
            .iter()
            .zip(&self.middles)
            .map(|(cell, middle)| {
                let parent = cells.partition_point(|known| *known < cell >> 2);
                middles[parent].merge(middle);
                parent as u32
            })
            .collect();
        let settled = (0u32..).zip(&self.settled.links);
        let settled = settled.filter(|(position, _)| !self.stale.contains(*position)).map(|(_, link)| link);
        let raised = settled.chain(&self.fresh).filter_map(|link| {
            let (source, target) = (parents[link.source as usize], parents[link.target as usize]);
            (source != target).then_some(Bundle { source, target, ..*link })
        });
        let links = raised.collect();
        Self::of(cells, middles, links)
    }

    /// The node of a cell.
    pub(super) fn node(&self, cell: u64) -> Option<u32> {
        let found = self.cells[..self.in_order].binary_search(&cell);
        found.map(|node| node as u32).ok().or_else(|| self.later.get(&cell).copied())
    }

    /// The middle of the actors of a cell.
    pub(super) fn middle(&self, cell: u64) -> Option<&Middle> {
        self.node(cell).map(|node| &self.middles[node as usize])
    }

    /// Gives a cell the actors that it has now.
    pub(super) fn put_middle(&mut self, cell: u64, middle: Middle) {
        if let Some(node) = self.node(cell) {
            self.spots[node as usize] = middle.spot();
            self.middles[node as usize] = middle;
        } else if !middle.is_empty() {
            self.later.insert(cell, self.cells.len() as u32);
            self.cells.push(cell);
            self.spots.push(middle.spot());
            self.middles.push(middle);
        }
    }

    /// The link between two nodes.
    pub(super) fn link(&self, pair: Pair) -> Option<&Bundle> {
        if let Some(changed) = self.changed.get(&pair) {
            return changed.as_ref();
        }
        self.settled.position(pair).map(|position| &self.settled.links[position as usize])
    }

    /// Gives two nodes the link that they have now; [`Self::settle`] is called after the last.
    pub(super) fn put_link(&mut self, pair: Pair, mut link: Option<Bundle>) {
        if let Some(link) = &mut link {
            link.settle();
            // Those of later cells have later numbers, and yet lines begin where they would anew.
            let [from, to] = [link.source, link.target].map(|node| self.cells[node as usize]);
            if !link.one_way && from > to {
                std::mem::swap(&mut link.source, &mut link.target);
            }
        }
        if let Some(position) = self.settled.position(pair) {
            self.stale.insert(position);
        } else if link.is_none() {
            self.changed.remove(&pair);
            return;
        }
        self.changed.insert(pair, link);
    }

    /// Puts changed links in order.
    pub(super) fn settle(&mut self) {
        let mut fresh: Vec<_> = self.changed.values().flatten().copied().collect();
        fresh.sort_unstable_by_key(|link| self.rank(link));
        self.fresh = fresh;
    }

    /// How many links are not as they were put in order.
    pub(super) fn changed_count(&self) -> usize {
        self.changed.len()
    }
}
