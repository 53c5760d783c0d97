//! Where rings cross, overlap or touch themselves.

use std::collections::HashSet;

use ::geo::line_intersection::{LineIntersection, line_intersection};
use ::geo::{Coord, Line, LinesIter, Polygon};

use super::error::{GeometryError, Place};
use super::grid::to_degrees;
use super::position::Position;
use super::repair::Flaw;
use super::rings::Part;

/// Crossings above which an outline is refused: cutting takes time and memory by their number, and an outline that
/// crosses itself so often has its positions in no order.
const MOST_CROSSINGS: usize = 10_000;
/// Pairs of edges to look at before giving up, which takes some tenths of a second: a real outline of 100,000 positions
/// needs a tenth of that, and only a comb of thousands of long teeth needs more.
const MOST_PAIRS: usize = 200_000_000;

/// Edges below which there can't be too many crossings.
const FEW_EDGES: usize = 300;

/// What is certainly wrong with some parts.
pub(super) struct Found {
    pub(super) first: Flaw,
    /// How many flaws there are beside the first.
    pub(super) more: usize,
}

struct Edge {
    line: Line<f64>,
    /// Index among all rings, and of this edge in its ring.
    ring: usize,
    index: usize,
}

impl Edge {
    fn west(&self) -> f64 {
        self.line.start.x.min(self.line.end.x)
    }

    fn east(&self) -> f64 {
        self.line.start.x.max(self.line.end.x)
    }

    /// Whether the edges have a latitude in common.
    fn beside(&self, other: &Self) -> bool {
        let span = |line: &Line<f64>| (line.start.y.min(line.end.y), line.start.y.max(line.end.y));
        let ((low, high), (other_low, other_high)) = (span(&self.line), span(&other.line));
        low <= other_high && other_low <= high
    }
}

/// A ring's place in the file, its part's index here, and how many edges it has.
struct Owner {
    place: Place,
    part: usize,
    edges: usize,
}

/// Finds all rings that are not simple and all that cross or run along each other; does not see rings that lie wrongly
/// inside or outside of each other, or which cross in a common vertex.
pub(super) fn find(parts: &[Part]) -> Result<Option<Found>, GeometryError> {
    let (owners, edges) = edges_of(parts);
    let mut seen = HashSet::new();
    let mut first = None;
    let done = each_near_pair(edges, |a, b| {
        if let Some((x, y)) = meeting(a, b, owners[a.ring].edges)
            // Half-unit steps tell crossing points apart well enough to count them.
            && seen.insert((a.ring, b.ring, (x * 2.0) as i64, (y * 2.0) as i64))
            && first.is_none()
        {
            first = Some(flaw(&owners[a.ring], &owners[b.ring], x, y));
        }
        seen.len() <= MOST_CROSSINGS
    });
    if !done {
        return Err(GeometryError::Tangled);
    }
    Ok(first.map(|first| Found { first, more: seen.len() - 1 }))
}

/// Whether the edges of these polygons cross each other so often that an overlay of them would take minutes.
pub(super) fn cross_too_often<'a>(polygons: impl IntoIterator<Item = &'a Polygon<f64>>) -> bool {
    let lines = polygons.into_iter().flat_map(LinesIter::lines_iter);
    let edges: Vec<Edge> = lines.enumerate().map(|(index, line)| Edge { line, ring: 0, index }).collect();
    if edges.len() < FEW_EDGES {
        return false;
    }
    let mut crossings = 0;
    !each_near_pair(edges, |a, b| {
        let meeting = line_intersection(a.line, b.line);
        crossings +=
            usize::from(matches!(meeting, Some(LineIntersection::SinglePoint { is_proper: true, .. })));
        crossings <= MOST_CROSSINGS
    })
}

/// Shows every pair of edges whose boxes meet, the earlier edge first, until there is no more to see, or `false` comes
/// back, or there are too many.
fn each_near_pair(mut edges: Vec<Edge>, mut look: impl FnMut(&Edge, &Edge) -> bool) -> bool {
    edges.sort_by(|a, b| a.west().total_cmp(&b.west()));
    let mut pairs = 0;
    for (index, edge) in edges.iter().enumerate() {
        let east = edge.east();
        for other in edges[index + 1..].iter().take_while(|other| other.west() <= east) {
            pairs += 1;
            let swap = (edge.ring, edge.index) > (other.ring, other.index);
            let (a, b) = if swap { (other, edge) } else { (edge, other) };
            if pairs > MOST_PAIRS || (edge.beside(other) && !look(a, b)) {
                return false;
            }
        }
    }
    true
}

fn edges_of(parts: &[Part]) -> (Vec<Owner>, Vec<Edge>) {
    let mut owners = Vec::new();
    let mut edges = Vec::new();
    for (part, ring) in parts.iter().enumerate().flat_map(|(i, part)| part.rings().map(move |ring| (i, ring)))
    {
        let number = owners.len();
        let first = edges.len();
        edges.extend(ring.line.lines().enumerate().map(|(index, line)| Edge { line, ring: number, index }));
        owners.push(Owner { place: ring.place, part, edges: edges.len() - first });
    }
    (owners, edges)
}

/// Where two edges meet as edges of a valid outline never do.
fn meeting(a: &Edge, b: &Edge, edges_of_ring: usize) -> Option<(f64, f64)> {
    let same_ring = a.ring == b.ring;
    let adjacent = same_ring && (b.index - a.index == 1 || b.index - a.index == edges_of_ring - 1);
    match line_intersection(a.line, b.line)? {
        LineIntersection::SinglePoint { intersection, is_proper } => {
            let allowed = adjacent || (!same_ring && !is_proper);
            (!allowed).then_some((intersection.x, intersection.y))
        }
        LineIntersection::Collinear { intersection } => {
            let only_a_point = intersection.start == intersection.end;
            let allowed = only_a_point && (adjacent || !same_ring);
            (!allowed).then_some((intersection.start.x, intersection.start.y))
        }
    }
}

fn flaw(a: &Owner, b: &Owner, x: f64, y: f64) -> Flaw {
    let near = Position::clamped(to_degrees(Coord { x, y }));
    if a.place == b.place {
        Flaw::SelfIntersection { ring: a.place, near }
    } else if a.part == b.part {
        Flaw::RingsCross { ring: a.place, other: b.place, near }
    } else {
        Flaw::PartsOverlap { part: a.place.part.unwrap_or(0), other: b.place.part.unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::rings::Ring;

    fn part(number: usize, pairs: &[(i32, i32)]) -> Part {
        let coords = pairs.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect();
        let (outer, _) = Ring::tidy(Place::of_ring(number, 0), coords).expect("a ring");
        Part { outer, holes: Vec::new() }
    }

    fn found(parts: &[Part]) -> Option<Flaw> {
        find(parts).expect("not tangled").map(|found| found.first)
    }

    #[test]
    fn a_simple_ring_has_no_flaw_and_a_bow_tie_a_spike_and_a_pinch_have() {
        assert!(found(&[part(0, &[(0, 0), (9, 0), (9, 9), (4, 2)])]).is_none());
        for ring in [
            &[(0, 0), (9, 9), (9, 0), (0, 9)][..],
            &[(0, 0), (9, 0), (20, 0), (9, 0), (9, 9)],
            &[(0, 0), (8, 0), (8, 8), (4, 0), (0, 8)],
            &[(0, 0), (4, 4), (8, 0), (8, 8), (4, 4), (0, 8)],
        ] {
            let flaw = found(&[part(0, ring)]);
            assert!(matches!(flaw, Some(Flaw::SelfIntersection { .. })), "{ring:?}: {flaw:?}");
        }
    }

    #[test]
    fn parts_may_touch_in_a_point_but_not_along_an_edge() {
        let left = part(0, &[(0, 0), (4, 0), (4, 4), (0, 4)]);
        assert!(found(&[left.clone(), part(1, &[(4, 4), (9, 4), (9, 9)])]).is_none());
        let flaw = found(&[left, part(1, &[(4, 1), (9, 1), (9, 3), (4, 3)])]);
        assert_eq!(flaw, Some(Flaw::PartsOverlap { part: 1, other: 2 }));
    }

    #[test]
    fn a_scribble_is_refused_before_it_costs_anything() {
        // A star whose every chord crosses nearly every other.
        let star: Vec<(i32, i32)> = (0..2001)
            .map(|i| f64::from(i * 1000) / 2001.0 * std::f64::consts::TAU)
            .map(|angle| ((angle.cos() * 1e8) as i32, (angle.sin() * 1e8) as i32))
            .collect();
        assert!(matches!(find(&[part(0, &star)]), Err(GeometryError::Tangled)));
    }
}
