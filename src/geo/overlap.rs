//! How much of one outline lies in another, and several joined to one.

use ::geo::coordinate_position::CoordPos;
use ::geo::{Coord, CoordinatePosition, Line, LineString, LinesIter, MultiPolygon, Polygon};

use super::area::area_m2;
use super::boundary::Boundary;
use super::bounds::BoundingBox;
use super::clusters::clusters;
use super::flaws::cross_too_often;
use super::grid::polygons_to_units;
use super::overlay::{intersection, union};
use super::parallels::share_along_parallels;
use super::rings::Part;
use super::valid::make_valid;

impl Boundary {
    /// The share, 0 to 1, of this boundary's area that lies inside the other.
    ///
    /// Both are first thinned to where their boxes overlap, so that a commune in a région costs what the commune does,
    /// and a commune far from the région's border next to nothing. Where the two borders cross more than 10,000 times,
    /// as those of no real territories do, the share is measured along parallels, good to a percent.
    pub fn share_within(&self, other: &Self) -> f64 {
        let Some(common) = self.bbox().intersection(&other.bbox()) else {
            return 0.0;
        };
        let theirs = thinned(other, &common);
        let far = |edge: Line<f64>| sides(edge.start, &common, edge.end) != 0;
        if common == self.bbox() && theirs.lines_iter().all(far) {
            // None of its border comes near: this whole box lies in it, or out of it.
            let middle = Coord {
                x: f64::midpoint(common.west(), common.east()),
                y: f64::midpoint(common.south(), common.north()),
            };
            let outside = theirs.coordinate_position(&middle) == CoordPos::Outside;
            return if outside { 0.0 } else { 1.0 };
        }
        let (mine, theirs) = (polygons_to_units(&thinned(self, &common)), polygons_to_units(&theirs));
        if cross_too_often(mine.iter().chain(&theirs)) {
            return share_along_parallels(self.polygons(), other.polygons());
        }
        // Both areas are exact to 1e-9 of themselves, which may make a share a little more than all.
        (area_m2(&intersection(&mine, &theirs)) / self.area_m2()).clamp(0.0, 1.0)
    }

    /// One boundary that holds what any of these holds: borders between neighbours vanish, if both have the same
    /// positions along them. `None` where there is none to join, or where they cross each other more than 10,000 times.
    pub fn union(boundaries: &[&Self]) -> Option<Self> {
        let all = polygons_to_units(boundaries.iter().flat_map(|boundary| boundary.polygons()));
        let mut joined = Vec::new();
        for cluster in clusters(numbered(all)) {
            let polygons: Vec<_> = cluster.iter().map(Part::polygon).collect();
            match polygons.as_slice() {
                [_] => joined.extend(polygons),
                several if cross_too_often(several) => return None,
                several => joined.extend(union(several)),
            }
        }
        // Joined parts are valid but for the rounding of new corners, which moves no area to speak of.
        let (units, _) = make_valid(numbered(MultiPolygon(joined))).ok()?;
        Self::from_valid_units(&units)
    }
}

fn numbered(units: MultiPolygon<f64>) -> Vec<Part> {
    units.into_iter().enumerate().map(|(number, polygon)| Part::from_valid(number, polygon)).collect()
}

/// The polygons of a boundary, in degrees, without the positions that don't matter inside a box: where neighbouring
/// positions all lie beyond the same side of the box, so do the edges between them, and leaving out the middle one
/// moves edges out there only. Every point inside the box stays inside or outside of each ring as it was.
fn thinned(boundary: &Boundary, to: &BoundingBox) -> MultiPolygon<f64> {
    let polygons = boundary.polygons().iter().filter_map(|polygon| {
        let holes = polygon.interiors().iter().filter_map(|hole| thinned_ring(hole, to));
        thinned_ring(polygon.exterior(), to).map(|outer| Polygon::new(outer, holes.collect()))
    });
    polygons.collect()
}

/// `None` where nothing of the ring reaches into the box.
fn thinned_ring(ring: &LineString<f64>, to: &BoundingBox) -> Option<LineString<f64>> {
    let first = *ring.0.first()?;
    let mut kept = vec![first];
    let mut last = first;
    for pair in ring.0[1..].windows(2) {
        if sides(last, to, pair[0]) & sides(pair[0], to, pair[1]) == 0 {
            kept.push(pair[0]);
            last = pair[0];
        }
    }
    kept.push(first);
    (kept.len() > 3).then_some(LineString(kept))
}

/// The sides of the box beyond which both points lie, as bits: west, east, south, north.
fn sides(a: Coord<f64>, of: &BoundingBox, b: Coord<f64>) -> u8 {
    u8::from(a.x < of.west() && b.x < of.west())
        | u8::from(a.x > of.east() && b.x > of.east()) << 1
        | u8::from(a.y < of.south() && b.y < of.south()) << 2
        | u8::from(a.y > of.north() && b.y > of.north()) << 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{boundary, position, square, square_ring};
    use serde_json::json;

    #[test]
    fn a_share_is_of_the_first_ones_area() {
        let (small, large) = (square(1.0, 0.0, 0.2), square(1.1, 0.0, 0.4));
        assert!((small.share_within(&large) - 0.5).abs() < 1e-6);
        assert!((large.share_within(&small) - 0.125).abs() < 1e-3);
    }

    #[test]
    fn a_commune_far_inside_or_in_a_hole_or_beside_is_answered_without_cutting() {
        let rings = json!([square_ring(0.0, 45.0, 4.0), square_ring(1.0, 46.0, 1.0)]);
        let region = boundary(&json!({"type": "Polygon", "coordinates": [rings[0], rings[1]]}));
        for (west, south, share) in [(3.0, 48.0, 1.0), (1.3, 46.3, 0.0), (5.0, 45.0, 0.0), (-0.1, 44.9, 0.25)]
        {
            let commune = square(west, south, 0.2);
            assert!((commune.share_within(&region) - share).abs() < 1e-3, "{west}, {south}");
        }
    }

    #[test]
    fn neighbours_with_the_same_positions_share_nothing_and_join_without_a_seam() {
        let (left, right) = (square(1.0, 48.0, 0.5), square(1.5, 48.0, 0.5));
        assert!(left.share_within(&right) < 1e-12);
        let both = Boundary::union(&[&left, &right]).expect("joined");
        assert_eq!((both.parts(), both.vertices()), (1, 5));
        assert!((both.area_m2() - left.area_m2() - right.area_m2()).abs() < 1e-3);
        assert!(both.contains(position(1.5, 48.2)));
        assert_eq!(Boundary::union(&[]), None);
    }

    #[test]
    fn territories_all_over_the_world_join_without_moving() {
        let (guyane, wallis) = (square(-53.123_456_7, 4.0, 1.0), square(-176.2, -13.3, 0.1));
        let caledonia = square(165.000_000_1, -22.0, 1.0);
        let all = Boundary::union(&[&guyane, &wallis, &caledonia, &guyane]).expect("joined");
        assert_eq!(all.parts(), 3);
        assert!((guyane.share_within(&all) - 1.0).abs() < 1e-12);
        assert!(
            (all.area_m2() / (guyane.area_m2() + wallis.area_m2() + caledonia.area_m2()) - 1.0).abs() < 1e-12
        );
    }
}
