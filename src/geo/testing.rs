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

/// Dreux, simplified to 150 m.
pub(super) fn dreux() -> Boundary {
    boundary(&json!({"type": "Polygon", "coordinates": [[
        [1.3099, 48.75377], [1.319, 48.74755], [1.32655, 48.73454], [1.33436, 48.73852], [1.34304, 48.73327],
        [1.35703, 48.73301], [1.35862, 48.7274], [1.36358, 48.72888], [1.36386, 48.72475], [1.37162, 48.72337],
        [1.37742, 48.71707], [1.38907, 48.72786], [1.38972, 48.73186], [1.38671, 48.73292], [1.39774, 48.73682],
        [1.40241, 48.74157], [1.40241, 48.75232], [1.40625, 48.75392], [1.3974, 48.75911], [1.39256, 48.75617],
        [1.37614, 48.76096], [1.37194, 48.76636], [1.36614, 48.76384], [1.362, 48.77721], [1.35884, 48.77546],
        [1.35347, 48.7792], [1.33841, 48.76994], [1.32981, 48.76096], [1.32118, 48.76066], [1.31362, 48.7641],
        [1.3099, 48.75377]
    ]]}))
}

/// Vernouillet, its southern neighbour, simplified likewise.
pub(super) fn vernouillet() -> Boundary {
    boundary(&json!({"type": "Polygon", "coordinates": [[
        [1.31284, 48.73372], [1.31788, 48.72241], [1.31572, 48.71862], [1.3326, 48.71688], [1.34319, 48.71157],
        [1.35421, 48.71028], [1.36457, 48.70492], [1.36448, 48.70272], [1.37034, 48.70165], [1.37423, 48.69025],
        [1.37939, 48.69034], [1.37464, 48.70078], [1.37949, 48.70253], [1.3777, 48.70594], [1.39161, 48.71194],
        [1.38729, 48.72207], [1.37742, 48.71707], [1.37162, 48.72337], [1.36386, 48.72475], [1.36358, 48.72888],
        [1.35862, 48.7274], [1.35703, 48.73301], [1.34304, 48.73327], [1.33436, 48.73852], [1.32655, 48.73454],
        [1.32259, 48.73797], [1.31284, 48.73372]
    ]]}))
}
