//! Outlines cut and joined, on the grid where that is exact, and compared with what they were.

use ::geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon, unary_union};

use super::error::Place;
use super::grid::rings;
use super::rings::{Ring, canonical};

/// What the parts hold: every outer ring cut where it crosses itself and read as even and odd, less its holes, joined
/// with the other parts. In whole cells.
pub(super) fn dissolve(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let parts: Vec<MultiPolygon<f64>> = polygons
        .iter()
        .map(|polygon| {
            let holes: Vec<_> = polygon.interiors().iter().map(even_odd_ring).collect();
            let outer = even_odd_ring(polygon.exterior());
            if holes.is_empty() { outer } else { outer.difference(&unary_union(&holes)) }
        })
        .collect();
    match parts.as_slice() {
        [only] => on_whole_cells(only),
        several => on_whole_cells(&unary_union(several)),
    }
}

/// The areas that a path from outside reaches by crossing the ring an odd number of times.
fn even_odd_ring(ring: &LineString<f64>) -> MultiPolygon<f64> {
    even_odd(&MultiPolygon(vec![Polygon::new(ring.clone(), Vec::new())]))
}

/// The same of all rings together, whatever they are of which polygon.
pub(super) fn even_odd(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    polygons.union(&MultiPolygon::new(Vec::new()))
}

/// Rounds to whole numbers, and leaves out what thereby loses its area.
pub(super) fn on_whole_cells(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let tidy = |ring: &LineString<f64>| {
        let rounded = ring.coords().map(|c| Coord { x: c.x.round(), y: c.y.round() }).collect();
        Ring::tidy(Place::default(), rounded).ok().map(|(ring, _)| ring.line)
    };
    let whole = polygons.iter().filter_map(|p| {
        Some(Polygon::new(tidy(p.exterior())?, p.interiors().iter().filter_map(tidy).collect()))
    });
    whole.collect()
}

/// The rings of a polygon, comparable: the outer one first, the holes in an order of their own.
pub(super) fn canonical_rings(polygon: &Polygon<f64>) -> Vec<Vec<(i64, i64)>> {
    let mut all: Vec<_> = rings(polygon).map(canonical).collect();
    all[1..].sort();
    all
}

/// Whether two lists of polygons have the same rings, wherever these start and however they run.
pub(super) fn same_rings(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> bool {
    let sorted = |polygons: &MultiPolygon<f64>| {
        let mut all: Vec<_> = polygons.iter().map(canonical_rings).collect();
        all.sort();
        all
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::geo::wkt;

    #[test]
    fn crossings_are_cut_holes_subtracted_parts_joined_and_straight_sides_made_one() {
        let given = wkt!(MULTIPOLYGON(
            ((0. 0., 8. 8., 8. 0., 0. 8., 0. 0.)),
            ((8. 0., 16. 0., 16. 8., 8. 8., 8. 0.), (10. 2., 12. 2., 12. 4., 10. 2.))
        ));
        let expected = wkt!(MULTIPOLYGON(
            ((0. 0., 4. 4., 0. 8., 0. 0.)),
            ((4. 4., 8. 0., 16. 0., 16. 8., 8. 8., 4. 4.), (12. 4., 12. 2., 10. 2., 12. 4.))
        ));
        assert!(same_rings(&dissolve(&given), &expected), "{:?}", dissolve(&given));
        assert!(!same_rings(&given, &expected));
    }
}
