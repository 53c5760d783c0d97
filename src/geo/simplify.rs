//! Coarser copies of outlines, for maps.

use ::geo::{Coord, Line, LineString};

use super::border::Plane;
use super::boundary::Boundary;
use super::bounds::BoundingBox;
use super::error::Place;
use super::grid::to_units;
use super::rings::{Part, Ring};
use super::valid::make_valid;

/// How often a finer tolerance is tried where the coarse outline crosses itself too much to be repaired.
const ATTEMPTS: u32 = 3;

impl Boundary {
    /// A coarser copy: valid, of at most as many positions, nearly all of them this boundary's own, and with a border
    /// that passes within the tolerance, in metres, of every position left out (within twice that where coarse parts
    /// came to overlap and were joined). Islands and holes that are nowhere wider than that may vanish; `None` where
    /// all would, or where no valid outline came of it: keep the finer one then. A tolerance of 0 or less changes
    /// nothing. Neighbours made coarser one by one may gape or overlap by as much as the tolerance.
    pub fn simplified(&self, tolerance_metres: f64) -> Option<Self> {
        if tolerance_metres.is_nan() || tolerance_metres <= 0.0 {
            return Some(self.clone());
        }
        let tolerances = (0..ATTEMPTS).map(|attempt| tolerance_metres / f64::from(1 << attempt));
        let mut coarser = tolerances.map(|tolerance| self.coarse_parts(tolerance)).peekable();
        if coarser.peek()?.is_empty() {
            return None;
        }
        let mut valid = coarser.filter_map(|parts| Self::from_valid_units(&make_valid(parts).ok()?.0));
        valid.find(|boundary| boundary.vertices() <= self.vertices())
    }

    fn coarse_parts(&self, tolerance_metres: f64) -> Vec<Part> {
        let coarse = |place: Place, ring: &LineString<f64>| {
            let positions = coarse_ring(ring, tolerance_metres).into_iter().map(to_units).collect();
            Ring::tidy(place, positions).ok().map(|(ring, _)| ring)
        };
        let parts = self.polygons().iter().enumerate().filter_map(|(number, polygon)| {
            let holes = polygon.interiors().iter().enumerate();
            let holes = holes.filter_map(|(hole, ring)| coarse(Place::of_ring(number, hole + 1), ring));
            Some(Part {
                outer: coarse(Place::of_ring(number, 0), polygon.exterior())?,
                holes: holes.collect(),
            })
        });
        parts.collect()
    }
}

/// Douglas-Peucker on a closed ring in degrees, anchored at its westernmost position and the one furthest from there.
///
/// The library's `Simplify` recurses as deep as a hostile ring is long, and its `SimplifyVwPreserve` asserts that no
/// edge occurs twice and bounds areas rather than distances.
fn coarse_ring(ring: &LineString<f64>, tolerance_metres: f64) -> Vec<Coord<f64>> {
    let Some(bbox) = BoundingBox::from_coords(ring.coords().copied()) else {
        return Vec::new();
    };
    let plane = Plane::widest(bbox.south(), bbox.north());
    let mut open: Vec<Coord<f64>> = ring.0[1..].to_vec();
    let order = |a: &Coord<f64>, b: &Coord<f64>| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    let west = (0..open.len()).min_by(|&i, &j| order(&open[i], &open[j])).unwrap_or(0);
    open.rotate_left(west);
    open.push(open[0]);
    let last = open.len() - 1;
    let mut keep = vec![false; open.len()];
    (keep[0], keep[last]) = (true, true);
    let mut stretches = vec![(0, last)];
    while let Some((from, to)) = stretches.pop() {
        let chord = Line::new(open[from], open[to]);
        let distances = (from + 1..to).map(|i| (i, plane.distance_2(chord, open[i])));
        let Some((furthest, distance_2)) = distances.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            continue;
        };
        // The whole ring has no chord: its furthest position is the other anchor, however near.
        if distance_2 > tolerance_metres * tolerance_metres || (from, to) == (0, last) {
            keep[furthest] = true;
            stretches.extend([(from, furthest), (furthest, to)]);
        }
    }
    open.into_iter().zip(keep).filter_map(|(position, keep)| keep.then_some(position)).collect()
}

#[cfg(test)]
mod tests {
    use crate::geo::testing::{boundary, square, square_ring};
    use serde_json::json;

    #[test]
    fn a_dent_below_the_tolerance_goes_and_a_corner_stays() {
        // The dent is 0.001 degrees deep: 111 m.
        let dented = json!([[1.0, 48.0], [1.25, 48.001], [1.5, 48.0], [1.5, 48.5], [1.0, 48.5], [1.0, 48.0]]);
        let dented = boundary(&json!({"type": "Polygon", "coordinates": [dented]}));
        assert_eq!(dented.simplified(120.0).map(|coarse| coarse.vertices()), Some(5));
        assert_eq!(dented.simplified(100.0).map(|coarse| coarse.vertices()), Some(6));
    }

    #[test]
    fn small_islands_vanish_but_never_all() {
        let two = json!([[square_ring(1.0, 48.0, 0.5)], [square_ring(2.0, 48.0, 0.001)]]);
        let two = boundary(&json!({"type": "MultiPolygon", "coordinates": two}));
        assert_eq!(two.simplified(500.0).map(|coarse| coarse.parts()), Some(1));
        assert_eq!(two.simplified(1e6), None);
        assert_eq!(square(2.0, 48.0, 0.001).simplified(500.0), None);
    }

    #[test]
    fn no_tolerance_changes_nothing() {
        let square = square(1.0, 48.0, 0.5);
        for tolerance in [0.0, -1.0, f64::NAN] {
            assert_eq!(square.simplified(tolerance).as_ref(), Some(&square));
        }
    }
}
