//! Area on the ellipsoid.

use ::geo::{Coord, LineString, MultiPolygon};

use super::ellipsoid::{ECCENTRICITY_2, EQUATORIAL_RADIUS};
use super::grid::{rings, to_degrees};

/// Square metres of polygons in units whose outer rings run counter-clockwise and whose holes run clockwise, edges
/// being straight in longitude and latitude.
///
/// This is the integral of the area between the equator and each edge. An edge's share of it is closed form but for the
/// mean of [`zone`] along it, for which Simpson's rule is good to 1e-10 on edges of a degree. Unlike the area
/// between geodesics, it is additive: what two outlines have in common and what only one has make up that one, and a
/// position in the middle of an edge changes nothing.
pub(super) fn area_m2(units: &MultiPolygon<f64>) -> f64 {
    units.iter().flat_map(rings).map(ring_area_m2).sum()
}

fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    let zone_at = |y: f64| zone(to_degrees(Coord { x: 0.0, y }).y);
    let mut area = 0.0;
    let mut from_zone = ring.0.first().map_or(0.0, |first| zone_at(first.y));
    for line in ring.lines() {
        let to_zone = zone_at(line.end.y);
        let mean = (from_zone + 4.0 * zone_at(f64::midpoint(line.start.y, line.end.y)) + to_zone) / 6.0;
        area -= to_degrees(line.delta()).x.to_radians() * mean;
        from_zone = to_zone;
    }
    area
}

/// Square metres between the equator and a latitude in degrees, for one radian of longitude (Snyder 1987, equation
/// 3-12, times half the squared radius).
fn zone(latitude: f64) -> f64 {
    let eccentricity = ECCENTRICITY_2.sqrt();
    let sine = latitude.to_radians().sin();
    let q = sine / (1.0 - ECCENTRICITY_2 * sine * sine) + (eccentricity * sine).atanh() / eccentricity;
    EQUATORIAL_RADIUS * EQUATORIAL_RADIUS * (1.0 - ECCENTRICITY_2) / 2.0 * q
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::grid::polygons_to_units;
    use ::geo::{GeodesicArea, wkt};

    fn area_of(degrees: &MultiPolygon<f64>) -> f64 {
        area_m2(&polygons_to_units(degrees))
    }

    #[test]
    fn the_whole_earth_has_its_known_area() {
        let earth = wkt!(MULTIPOLYGON(((-180.0 -90.0, 180.0 -90.0, 180.0 90.0, -180.0 90.0, -180.0 -90.0))));
        // Surface of WGS 84: 510,065,621.724 km2.
        assert!((area_of(&earth) / 510_065_621.724e6 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_commune_has_the_area_between_its_geodesics() {
        let commune =
            wkt!(MULTIPOLYGON(((1.36 48.71, 1.41 48.715, 1.42 48.76, 1.385 48.75, 1.35 48.77, 1.36 48.71))));
        let geodesic = commune.geodesic_area_unsigned();
        assert!((area_of(&commune) / geodesic - 1.0).abs() < 1e-4, "{} {geodesic}", area_of(&commune));
    }

    #[test]
    fn a_hole_is_subtracted_and_a_point_on_an_edge_changes_nothing() {
        let square = wkt!(MULTIPOLYGON(((0.0 45.0, 3.0 45.0, 3.0 48.0, 0.0 48.0, 0.0 45.0))));
        let split = wkt!(MULTIPOLYGON(((0.0 45.0, 1.5 45.0, 3.0 45.0, 3.0 48.0, 0.0 48.0, 0.0 45.0))));
        let pierced = wkt!(MULTIPOLYGON((
            (0.0 45.0, 3.0 45.0, 3.0 48.0, 0.0 48.0, 0.0 45.0),
            (1.0 46.0, 1.0 47.0, 2.0 47.0, 2.0 46.0, 1.0 46.0)
        )));
        let hole = wkt!(MULTIPOLYGON(((1.0 46.0, 2.0 46.0, 2.0 47.0, 1.0 47.0, 1.0 46.0))));
        assert!((area_of(&split) - area_of(&square)).abs() < 1.0);
        assert!((area_of(&square) - area_of(&hole) - area_of(&pierced)).abs() < 1.0);
    }
}
