//! Area on the ellipsoid.

use ::geo::{Coord, LineString, MultiPolygon};

use super::ellipsoid::{ECCENTRICITY_2, EQUATORIAL_RADIUS};
use super::grid::{rings, to_degrees};

/// Square metres of polygons in units whose outer rings run counter-clockwise and whose holes run clockwise, edges
/// being straight in longitude and latitude.
///
/// This is the sum of the areas between the equator and each edge, which are closed form but for the mean of [`zone`]
/// along the edge. Unlike the area between geodesics it is additive: what two outlines have in common and what only one
/// has make up that one, and a position in the middle of an edge changes nothing. On edges of some kilometres the two
/// differ by some 1e-5.
pub(super) fn area_m2(units: &MultiPolygon<f64>) -> f64 {
    units.iter().flat_map(rings).map(ring_area_m2).sum()
}

fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    let latitude = |y: f64| to_degrees(Coord { x: 0.0, y }).y;
    let start = latitude(ring.0.first().map_or(0.0, |first| first.y));
    let mut from = (start, zone(start));
    let mut area = 0.0;
    for line in ring.lines() {
        let end = latitude(line.end.y);
        let to = (end, zone(end));
        area -= to_degrees(line.delta()).x.to_radians() * mean_zone(from, to);
        from = to;
    }
    area
}

/// The mean of [`zone`] between two latitudes, each given with its own: by Simpson's rule, which is good to 1e-8 on
/// stretches of 4 degrees.
fn mean_zone(from: (f64, f64), to: (f64, f64)) -> f64 {
    let middle = f64::midpoint(from.0, to.0);
    let middle = (middle, zone(middle));
    if (to.0 - from.0).abs() > 4.0 {
        return f64::midpoint(mean_zone(from, middle), mean_zone(middle, to));
    }
    (from.1 + 4.0 * middle.1 + to.1) / 6.0
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
