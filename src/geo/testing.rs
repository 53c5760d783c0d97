//! Outlines for tests.

use serde_json::{Value, json};

use super::{Boundary, GeometryError, Outline, Position, Repair, outline_from_geojson};

/// The boundary that a geometry gives, and what was repaired.
pub(super) fn read(geometry: &Value) -> Result<(Boundary, Vec<Repair>), GeometryError> {
    match outline_from_geojson(geometry)? {
        Outline::Boundary { boundary, repairs } => Ok((boundary, repairs)),
        other => panic!("{geometry} is no boundary but {other:?}"),
    }
}

/// A boundary that needs no repair.
pub(super) fn boundary(geometry: &Value) -> Boundary {
    let (boundary, repairs) = read(geometry).expect("a valid outline");
    assert_eq!(repairs, [], "{geometry}");
    boundary
}

/// The positions of a square ring, counter-clockwise, by its south-west corner and the length of its side in degrees.
pub(super) fn square_ring(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    json!([[west, south], [east, south], [east, north], [west, north], [west, south]])
}

pub(super) fn square(west: f64, south: f64, side: f64) -> Boundary {
    boundary(&json!({"type": "Polygon", "coordinates": [square_ring(west, south, side)]}))
}

pub(super) fn position(longitude: f64, latitude: f64) -> Position {
    Position::new(longitude, latitude).expect("in range")
}
