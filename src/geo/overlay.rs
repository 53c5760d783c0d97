//! Outlines cut and joined, on whole units and therefore exactly, and compared with what they were.

use ::geo::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;

use super::grid::rings;
use super::rings::canonical;

/// A ring in whole units, its first position not repeated.
type Contour = Vec<IntPoint<i64>>;

fn contours<'a>(polygons: impl IntoIterator<Item = &'a Polygon<f64>>) -> Vec<Contour> {
    polygons.into_iter().flat_map(rings).map(contour).collect()
}

fn contour(ring: &LineString<f64>) -> Contour {
    let closing = usize::from(ring.is_closed());
    let corners = ring.coords().take(ring.0.len().saturating_sub(closing));
    corners.map(|corner| IntPoint::new(corner.x as i64, corner.y as i64)).collect()
}

/// What the rings of the subject, and of the clip where the rule has one, hold by the rule. Outer rings run
/// counter-clockwise, holes clockwise, and straight sides have no position in their middle.
fn overlay(subject: &[Contour], clip: &[Contour], rule: OverlayRule, fill: FillRule) -> MultiPolygon<f64> {
    let positions = subject.iter().chain(clip).map(Vec::len).sum();
    let mut overlay =
        Overlay::new_custom(positions, IntOverlayOptions::ogc(), i_overlay::core::solver::Solver::default());
    overlay.add_source(subject, ShapeType::Subject);
    overlay.add_source(clip, ShapeType::Clip);
    let ring = |contour: &Contour| {
        let mut ring: LineString<f64> =
            contour.iter().map(|corner| Coord { x: corner.x as f64, y: corner.y as f64 }).collect();
        ring.close();
        ring
    };
    let polygon = |shape: &Vec<Contour>| {
        let (outer, holes) = shape.split_first()?;
        Some(Polygon::new(ring(outer), holes.iter().map(ring).collect()))
    };
    overlay.overlay(rule, fill).iter().filter_map(polygon).collect()
}

/// The areas that a path from outside reaches by crossing an odd number of rings, whatever they are of which polygon.
pub(super) fn even_odd<'a>(polygons: impl IntoIterator<Item = &'a Polygon<f64>>) -> MultiPolygon<f64> {
    overlay(&contours(polygons), &[], OverlayRule::Subject, FillRule::EvenOdd)
}

/// What both hold, each read as even and odd.
pub(super) fn intersection(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&contours(one), &contours(other), OverlayRule::Intersect, FillRule::EvenOdd)
}

/// What any of the polygons holds; each has to be valid, with its outer ring counter-clockwise and its holes clockwise.
pub(super) fn union<'a>(polygons: impl IntoIterator<Item = &'a Polygon<f64>>) -> MultiPolygon<f64> {
    overlay(&contours(polygons), &[], OverlayRule::Subject, FillRule::NonZero)
}

/// What polygons hold that may be invalid: every outer ring cut where it crosses itself and read as even and odd, less
/// its holes, joined with the other parts.
pub(super) fn dissolve(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let alone = |ring: &LineString<f64>| even_odd(&[Polygon::new(ring.clone(), Vec::new())]);
    let parts: Vec<MultiPolygon<f64>> = polygons
        .iter()
        .map(|polygon| {
            let holes: Vec<_> = polygon.interiors().iter().map(alone).collect();
            let (outer, holes) = (alone(polygon.exterior()), union(holes.iter().flatten()));
            overlay(&contours(&outer), &contours(&holes), OverlayRule::Difference, FillRule::EvenOdd)
        })
        .collect();
    union(parts.iter().flatten())
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
