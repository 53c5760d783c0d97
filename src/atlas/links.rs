//! Interactions between nodes, merged into one link for each pair of nodes.
//!
//! Sorting the interactions by pair would take most of the time of a map, so they are counted into rows, one a node, as
//! in a sparse matrix, and merged row by row (Gustavson 1978): time and memory are linear.

use super::Edge;
use crate::domain::interactions::{InteractionKind, InteractionKinds};

/// Weights are added up in millionths, since integers sum to the same in any order.
const MILLIONTHS: f64 = 1e6;

/// The interactions between different nodes, which are given by their positions.
pub(super) struct Strands {
    /// Row by row.
    strands: Vec<Strand>,
    /// Where the row of each node begins, and where the last one ends.
    starts: Vec<u32>,
}

/// An interaction between two nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) source: u32,
    pub(super) target: u32,
    /// What it is known by.
    pub(super) key: u32,
    pub(super) kind: InteractionKind,
    pub(super) weight: f64,
}

impl Line {
    /// Whether it is between two nodes.
    pub(super) fn joins(&self) -> bool {
        self.source != self.target
    }
}

/// An interaction in the row of the lower of its nodes.
#[derive(Clone, Copy)]
struct Strand {
    upper: u32,
    /// Position of the edge.
    edge: u32,
    /// Its weight; copied, since reading it where the edge is takes longer than all the rest.
    millionths: u64,
    kind: InteractionKind,
    /// Whether it runs from the upper node to the lower.
    backwards: bool,
}

/// All interactions between two nodes of the drawing, which are given by their places in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bundle {
    /// Where it runs from, if all its interactions are directed and run the same way; otherwise the earlier place.
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) interaction_count: u32,
    /// Position of one of the edges: the only one, in a bundle of one.
    pub(super) edge: u32,
    /// Sum of the weights, in millionths; of more than fit, the most that do.
    pub(super) millionths: u64,
    /// The kinds of its interactions.
    pub(super) kinds: InteractionKinds,
    /// Whether all its interactions are directed and run the same way.
    pub(super) one_way: bool,
}

impl Bundle {
    fn of_one(source: u32, target: u32, edge: u32, kind: InteractionKind, millionths: u64) -> Self {
        let (kinds, one_way) = (InteractionKinds::of(kind), kind.directed());
        Self { source, target, interaction_count: 1, edge, millionths, kinds, one_way }
    }

    /// Sum of the weights, to the millionth.
    pub(super) fn weight(&self) -> f64 {
        self.millionths as f64 / MILLIONTHS
    }

    /// Takes the interactions of another between the same two.
    pub(super) fn add(&mut self, other: &Self) {
        self.interaction_count += other.interaction_count;
        self.millionths = self.millionths.saturating_add(other.millionths);
        self.kinds = self.kinds.and(other.kinds);
        self.one_way &= other.one_way && self.source == other.source;
    }

    /// Its places, the lower first.
    pub(super) fn pair(&self) -> (u32, u32) {
        (self.source.min(self.target), self.source.max(self.target))
    }

    /// Turns it as it runs, once all of it is known.
    pub(super) fn settle(&mut self) {
        if !self.one_way && self.source > self.target {
            std::mem::swap(&mut self.source, &mut self.target);
        }
    }
}

impl From<Line> for Bundle {
    fn from(line: Line) -> Self {
        Self::of_one(line.source, line.target, line.key, line.kind, millionths(line.weight))
    }
}

impl Strands {
    /// The interactions whose ends are in two different ones of `count` nodes. `node_of` gives for each marker the
    /// position of its node, null where it is not on the map.
    pub(super) fn new(edges: &[Edge], node_of: &[Option<u32>], count: usize) -> Self {
        let line = |(key, edge): (u32, &Edge)| {
            let (source, target) = ends(edge, node_of)?;
            Some(Line { source, target, key, kind: edge.kind, weight: edge.weight })
        };
        Self::of((0..).zip(edges).filter_map(line), count)
    }

    /// Of these lines between two different ones of `count` nodes; they are gone through twice, and must be the same.
    pub(super) fn of(lines: impl Iterator<Item = Line> + Clone, count: usize) -> Self {
        let mut starts = vec![0u32; count + 1];
        for line in lines.clone() {
            starts[line.source.min(line.target) as usize] += 1;
        }
        // Each start is first the end of its row, and moves back by one for each strand.
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let none =
            Strand { upper: 0, edge: 0, millionths: 0, kind: InteractionKind::Other, backwards: false };
        let mut strands = vec![none; end as usize];
        for line in lines {
            let start = &mut starts[line.source.min(line.target) as usize];
            *start -= 1;
            strands[*start as usize] = Strand {
                upper: line.source.max(line.target),
                edge: line.key,
                millionths: millionths(line.weight),
                kind: line.kind,
                backwards: line.source > line.target,
            };
        }
        Self { strands, starts }
    }

    fn node_count(&self) -> usize {
        self.starts.len() - 1
    }

    fn row(&self, node: usize) -> &[Strand] {
        &self.strands[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// How many others each node is linked with.
    pub(super) fn link_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.node_count()];
        // The last row that had a strand to this node.
        let mut seen_in = vec![usize::MAX; self.node_count()];
        for lower in 0..self.node_count() {
            for &Strand { upper, .. } in self.row(lower) {
                if seen_in[upper as usize] != lower {
                    seen_in[upper as usize] = lower;
                    counts[upper as usize] += 1;
                    counts[lower] += 1;
                }
            }
        }
        counts
    }

    /// One bundle for each pair of nodes that have strands between them and a place in the drawing each.
    pub(super) fn bundles(&self, places: &[Option<u32>]) -> Vec<Bundle> {
        let mut bundles: Vec<Bundle> = Vec::with_capacity(self.strands.len());
        // The last bundle to this node; an earlier row's, if it is before those of this row.
        let mut bundle_to: Vec<Option<usize>> = vec![None; self.node_count()];
        for lower in 0..self.node_count() {
            let Some(place) = places[lower] else { continue };
            let row_start = bundles.len();
            for strand in self.row(lower) {
                let Some(other) = places[strand.upper as usize] else { continue };
                let bundle = strand.bundle(place, other);
                let known = &mut bundle_to[strand.upper as usize];
                if let Some(known) = known.filter(|&known| known >= row_start) {
                    bundles[known].add(&bundle);
                } else {
                    *known = Some(bundles.len());
                    bundles.push(bundle);
                }
            }
        }
        bundles.iter_mut().for_each(Bundle::settle);
        bundles
    }
}

impl Strand {
    fn bundle(self, lower: u32, upper: u32) -> Bundle {
        let (source, target) = if self.backwards { (upper, lower) } else { (lower, upper) };
        let Self { edge, millionths, kind, .. } = self;
        Bundle::of_one(source, target, edge, kind, millionths)
    }
}

/// The nodes of both ends, where they are two.
fn ends(edge: &Edge, node_of: &[Option<u32>]) -> Option<(u32, u32)> {
    let (source, target) = (node_of[edge.source? as usize]?, node_of[edge.target? as usize]?);
    (source != target).then_some((source, target))
}

/// What is not finite is nothing, as what is below it; what is beyond 18 × 10¹² counts as that.
fn millionths(weight: f64) -> u64 {
    if weight.is_finite() { (weight * MILLIONTHS).round() as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Markers 1, 2 and 3 are nodes 0, 1 and 2, drawn in this order; marker 4 shares node 2; node 3, of marker 5, is not
    /// drawn. Others are nowhere.
    fn merged(edges: &[(u32, u32, bool, f64)]) -> Vec<Bundle> {
        let marker = |number: u32| (number <= 5).then_some(number);
        let edge = |&(source, target, directed, weight): &(u32, u32, bool, f64)| {
            let (source, target) = (marker(source), marker(target));
            let kind = if directed { InteractionKind::Funding } else { InteractionKind::Partnership };
            Edge { interaction: Uuid::nil(), source, target, kind, weight }
        };
        let edges: Vec<Edge> = edges.iter().map(edge).collect();
        let strands = Strands::new(&edges, &[None, Some(0), Some(1), Some(2), Some(2), Some(3)], 4);
        strands.bundles(&[Some(0), Some(1), Some(2), None])
    }

    fn ends(edges: &[(u32, u32, bool, f64)]) -> Vec<(u32, u32)> {
        merged(edges).iter().map(|bundle| (bundle.source, bundle.target)).collect()
    }

    #[test]
    fn both_ways_between_two_nodes_is_one_link() {
        let links = merged(&[(1, 3, false, 1.0), (4, 1, true, 2.5)]);
        assert_eq!(links.len(), 1);
        assert_eq!((links[0].source, links[0].target, links[0].interaction_count), (0, 2, 2));
        assert_eq!(links[0].millionths, 3_500_000);
        assert_eq!(
            links[0].kinds.each().collect::<Vec<_>>(),
            [InteractionKind::Partnership, InteractionKind::Funding]
        );
    }

    #[test]
    fn a_link_runs_one_way_only_where_every_interaction_does() {
        assert_eq!(ends(&[(3, 1, true, 1.0), (4, 1, true, 1.0)]), [(2, 0)]);
        assert_eq!(ends(&[(1, 3, true, 1.0)]), [(0, 2)]);
        assert_eq!(ends(&[(3, 1, true, 1.0), (1, 3, true, 1.0)]), [(0, 2)]);
        assert_eq!(ends(&[(3, 1, true, 1.0), (3, 1, false, 1.0)]), [(0, 2)]);
    }

    #[test]
    fn inside_a_node_or_to_an_actor_that_is_not_drawn_there_is_no_link() {
        assert_eq!(
            ends(&[(3, 4, true, 1.0), (1, 1, false, 1.0), (1, 99, false, 1.0), (5, 1, false, 1.0)]),
            []
        );
    }

    #[test]
    fn a_weight_that_is_no_number_spoils_no_sum() {
        let weight = |edges| merged(edges)[0].weight();
        let strange = [(1, 2, false, f64::NAN), (1, 2, false, f64::INFINITY), (1, 2, false, 2.0)];
        assert_eq!(weight(&strange).to_string(), "2");
        assert!(weight(&[(1, 2, false, f64::MAX), (1, 2, false, f64::MAX)]).is_finite());
    }

    #[test]
    fn tenths_add_up_to_tenths() {
        assert_eq!(merged(&[(1, 2, false, 0.1), (2, 1, false, 0.2)])[0].weight().to_string(), "0.3");
    }

    #[test]
    fn a_node_is_linked_with_each_other_once() {
        let edge = |(source, target)| {
            let (source, target) = (Some(source), Some(target));
            Edge { interaction: Uuid::nil(), source, target, kind: InteractionKind::Other, weight: 1.0 }
        };
        let edges = [(0, 1), (1, 0), (2, 0), (1, 2), (0, 1)].map(edge);
        let node_of: Vec<_> = (0..4).map(Some).collect();
        assert_eq!(Strands::new(&edges, &node_of, 4).link_counts(), [2, 2, 2, 0]);
    }
}
