//! The grid of 1e-7 degrees on which outlines are held and cut.
//!
//! A coordinate in *units* is a whole number of 1e-7 degrees, held in an `f64`, where it is exact.

use ::geo::{Coord, LineString, MapCoords, MultiPolygon, Polygon};

/// Units in a degree: 7 decimals, about a centimetre.
const UNITS_PER_DEGREE: f64 = 1e7;

/// Degrees to the nearest whole unit.
pub(super) fn to_units(degrees: Coord<f64>) -> Coord<f64> {
    Coord { x: (degrees.x * UNITS_PER_DEGREE).round(), y: (degrees.y * UNITS_PER_DEGREE).round() }
}

/// Whole units to the degrees whose shortest decimal has at most 7 digits after the point.
pub(super) fn to_degrees(units: Coord<f64>) -> Coord<f64> {
    // Adding 0.0 turns -0.0 into 0.0, which would be written as "-0.0".
    Coord { x: units.x / UNITS_PER_DEGREE + 0.0, y: units.y / UNITS_PER_DEGREE + 0.0 }
}

/// Polygons in degrees, in units.
pub(super) fn polygons_to_units<'a>(
    degrees: impl IntoIterator<Item = &'a Polygon<f64>>,
) -> MultiPolygon<f64> {
    degrees.into_iter().map(|polygon| polygon.map_coords(to_units)).collect()
}

/// Polygons in units, in degrees.
pub(super) fn polygons_to_degrees(units: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    units.map_coords(to_degrees)
}

/// All rings of a polygon, the outer one first.
pub(super) fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_decimals_come_back_as_they_were() {
        for text in ["1.3664", "-178.1234567", "0.0000001", "48.9999999", "179.9999999"] {
            let degrees: f64 = text.parse().expect("a number");
            let back = to_degrees(to_units(Coord { x: degrees, y: degrees }));
            assert_eq!(back.x.to_string(), text);
        }
        let nothing = to_degrees(to_units(Coord { x: -0.000_000_01, y: 0.0 }));
        assert!(nothing.x.is_sign_positive());
    }
}
