//! Rings as they are read: closed, without repeats, and numbered as in the file, so that a report can name them.

use ::geo::kernels::{Kernel, RobustKernel};
use ::geo::{Coord, LineString, Orientation, Polygon};

use super::error::Place;
use super::repair::Repair;

/// A closed ring of at least 3 distinct positions that are not on one line, in units, and where it stood in the file.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    pub(super) place: Place,
    pub(super) line: LineString<f64>,
}

/// One polygon as read.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) outer: Ring,
    pub(super) holes: Vec<Ring>,
}

/// Why a list of positions is no ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum NoRing {
    /// So few distinct positions.
    TooFew(usize),
    /// All positions are on one line.
    OnOneLine,
}

impl Ring {
    /// A ring of positions in units, closed and freed of repeats, with what was changed.
    pub(super) fn tidy(place: Place, mut positions: Vec<Coord<f64>>) -> Result<(Self, Vec<Repair>), NoRing> {
        let mut repairs = Vec::new();
        if let (Some(first), Some(last)) = (positions.first().copied(), positions.last())
            && first != *last
        {
            positions.push(first);
            repairs.push(Repair::Closed { ring: place });
        }
        let given = positions.len();
        positions.dedup();
        if positions.len() < given {
            repairs.push(Repair::RepeatedPositions { ring: place, count: given - positions.len() });
        }
        if positions.len() < 4 {
            // The last one repeats the first, unless there is only one.
            return Err(NoRing::TooFew(positions.len().saturating_sub(1).max(given.min(1))));
        }
        if positions.windows(3).all(|w| orientation(positions[0], w[1], w[2]) == Orientation::Collinear) {
            return Err(NoRing::OnOneLine);
        }
        Ok((Self { place, line: LineString(positions) }, repairs))
    }
}

impl Part {
    /// Of a polygon in units that is known to have an area.
    pub(super) fn from_valid(number: usize, polygon: Polygon<f64>) -> Self {
        let (outer, holes) = polygon.into_inner();
        let ring = |index: usize, line| Ring { place: Place::of_ring(number, index), line };
        let holes = holes.into_iter().enumerate().map(|(index, hole)| ring(index + 1, hole)).collect();
        Self { outer: ring(0, outer), holes }
    }

    pub(super) fn polygon(&self) -> Polygon<f64> {
        Polygon::new(self.outer.line.clone(), self.holes.iter().map(|hole| hole.line.clone()).collect())
    }

    /// The outer ring, then the holes.
    pub(super) fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

/// Which way the path from a over b to c turns; exact.
fn orientation(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Orientation {
    RobustKernel::orient2d(a, b, c)
}

/// The positions of a ring in units in an order that depends neither on where it starts nor on its direction, and
/// without those in the middle of a straight stretch: two rings are the same line exactly when these are equal.
pub(super) fn canonical(ring: &LineString<f64>) -> Vec<(i64, i64)> {
    let open = &ring.0[..ring.0.len().saturating_sub(1)];
    let mut corners: Vec<(i64, i64)> = (0..open.len())
        .filter(|&i| {
            let (before, here) = (open[(i + open.len() - 1) % open.len()], open[i]);
            !lies_between(before, here, open[(i + 1) % open.len()])
        })
        .map(|i| (open[i].x as i64, open[i].y as i64))
        .collect();
    let least = (0..corners.len()).min_by_key(|&i| corners[i]).unwrap_or(0);
    corners.rotate_left(least);
    if corners.len() > 2 && corners[1] > corners[corners.len() - 1] {
        corners[1..].reverse();
    }
    corners
}

/// Whether b is on the straight line from a to c and between them; the tip of a spike is not.
fn lies_between(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    let onwards = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) > 0.0;
    onwards && orientation(a, b, c) == Orientation::Collinear
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coords(pairs: &[(i32, i32)]) -> Vec<Coord<f64>> {
        pairs.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect()
    }

    #[test]
    fn a_ring_is_closed_and_freed_of_repeats_with_a_word_on_each() {
        let (ring, repairs) = Ring::tidy(Place::of_ring(0, 0), coords(&[(0, 0), (5, 0), (5, 0), (5, 5)]))
            .expect("three distinct positions");
        assert_eq!(ring.line.0, coords(&[(0, 0), (5, 0), (5, 5), (0, 0)]));
        assert_eq!(repairs.len(), 2, "{repairs:?}");
    }

    #[test]
    fn what_has_no_area_is_no_ring() {
        let place = Place::of_ring(0, 0);
        let reason = |pairs| Ring::tidy(place, coords(pairs)).map(|_| ()).expect_err("no ring");
        assert_eq!(reason(&[]), NoRing::TooFew(0));
        assert_eq!(reason(&[(1, 1)]), NoRing::TooFew(1));
        assert_eq!(reason(&[(1, 1), (1, 1), (1, 1), (1, 1)]), NoRing::TooFew(1));
        assert_eq!(reason(&[(0, 0), (1, 1), (0, 0)]), NoRing::TooFew(2));
        assert_eq!(reason(&[(0, 0), (1, 1), (3, 3), (2, 2), (0, 0)]), NoRing::OnOneLine);
    }

    #[test]
    fn start_direction_and_points_on_a_side_do_not_matter_but_a_spike_does() {
        let square = canonical(&LineString(coords(&[(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)])));
        let other = canonical(&LineString(coords(&[(4, 2), (4, 0), (0, 0), (0, 4), (2, 4), (4, 4), (4, 2)])));
        assert_eq!(square, other);
        let spiked = canonical(&LineString(coords(&[(0, 0), (6, 0), (4, 0), (4, 4), (0, 4), (0, 0)])));
        assert_ne!(square, spiked);
    }
}
