//! Makes parts valid, leaving those that are as they are.
//!
//! Validity is that of OGC simple features: rings are simple, holes lie in their outer ring and cut nothing off, parts
//! touch in points at most. It is decided without a tolerance: an outline is valid exactly when dissolving it, on the
//! grid, gives the same rings again. (The `Validation` trait of the `geo` crate takes quadratic time for a ring, and
//! passes spikes.)

use std::collections::HashMap;

use ::geo::orient::Direction;
use ::geo::{MultiPolygon, Orient, Polygon};

use super::clusters::clusters;
use super::error::{GeometryError, Place};
use super::flaws::{self, Found};
use super::overlay::{canonical_rings, dissolve, same_rings};
use super::rebuild::{nesting_flaw, rebuilt};
use super::repair::Repair;
use super::rings::{Part, canonical};

/// The number of the part that a polygon stands for, and the polygon.
type Numbered = (Option<usize>, Polygon<f64>);

/// Valid polygons in units, outer rings counter-clockwise, and what was changed. Parts stay in their order and keep
/// their positions, unless they had to be rebuilt. None is left where nothing has an area.
pub(super) fn make_valid(parts: Vec<Part>) -> Result<(MultiPolygon<f64>, Vec<Repair>), GeometryError> {
    let mut numbered = Vec::new();
    let mut repairs = Vec::new();
    for cluster in clusters(parts) {
        numbered.extend(settle(cluster, &mut repairs)?);
    }
    numbered.sort_by_key(|(number, _)| *number);
    let polygons: MultiPolygon<f64> = numbered.into_iter().map(|(_, polygon)| polygon).collect();
    Ok((polygons.orient(Direction::Default), repairs))
}

/// Valid polygons of one cluster, which stand for their part, or for the first one where they were rebuilt.
fn settle(mut cluster: Vec<Part>, repairs: &mut Vec<Repair>) -> Result<Vec<Numbered>, GeometryError> {
    drop_repeated(&mut cluster, repairs);
    let found = flaws::find(&cluster)?;
    let given = MultiPolygon(cluster.iter().map(Part::polygon).collect());
    let as_they_are = |polygons: MultiPolygon<f64>| {
        let numbers = cluster.iter().map(|part| part.outer.place.part);
        numbers.zip(polygons).collect()
    };
    let single_ring = cluster.len() == 1 && cluster[0].holes.is_empty();
    if found.is_none() && single_ring {
        return Ok(as_they_are(given));
    }
    let dissolved = dissolve(&given);
    if found.is_none() && same_rings(&given, &dissolved) {
        return Ok(as_they_are(given));
    }
    let found = found.unwrap_or_else(|| Found { first: nesting_flaw(&cluster), more: 0 });
    let rebuilt = rebuilt(&cluster, &given, dissolved, found, repairs)?;
    Ok(rebuilt.into_iter().map(|polygon| (cluster[0].outer.place.part, polygon)).collect())
}

/// Leaves out parts that equal an earlier part of the cluster, and holes that equal an earlier hole of their part.
fn drop_repeated(cluster: &mut Vec<Part>, repairs: &mut Vec<Repair>) {
    let mut is_first = |ring: Place, first: Place| {
        if ring != first {
            repairs.push(Repair::RepeatedRing { ring, same_as: first });
        }
        ring == first
    };
    for part in cluster.iter_mut().filter(|part| part.holes.len() > 1) {
        let mut known = HashMap::new();
        part.holes
            .retain(|hole| is_first(hole.place, *known.entry(canonical(&hole.line)).or_insert(hole.place)));
    }
    if cluster.len() > 1 {
        let mut known = HashMap::new();
        cluster.retain(|part| {
            let place = part.outer.place;
            is_first(place, *known.entry(canonical_rings(&part.polygon())).or_insert(place))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{read, square_ring};
    use serde_json::{Value, json};

    fn polygon(rings: &[Value]) -> Value {
        json!({"type": "Polygon", "coordinates": rings})
    }

    fn parts(parts: &[Value]) -> Value {
        json!({"type": "MultiPolygon", "coordinates": parts.iter().map(|part| json!([part])).collect::<Vec<_>>()})
    }

    /// The only repair, and the area in squares of a tenth of a degree at 48 degrees, roughly.
    fn repaired(geometry: &Value) -> (String, f64) {
        let (boundary, repairs) = read(geometry).expect("repaired");
        let [repair] = repairs.as_slice() else { panic!("{repairs:?}") };
        (repair.to_string(), boundary.area_m2() / 82.8e6)
    }

    #[test]
    fn a_clockwise_outer_ring_and_a_hole_of_any_direction_are_no_repair() {
        let turned = json!([[1.0, 48.0], [1.0, 48.3], [1.3, 48.3], [1.3, 48.0], [1.0, 48.0]]);
        let (boundary, repairs) = read(&polygon(&[turned, square_ring(1.1, 48.1, 0.1)])).expect("valid");
        assert_eq!(repairs, []);
        assert_eq!(boundary.polygons().iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1]);
        assert!((boundary.area_m2() / 82.8e6 - 8.0).abs() < 0.1);
    }

    #[test]
    fn a_part_or_a_hole_given_twice_counts_once() {
        let turned = json!([[1.2, 48.2], [1.2, 48.0], [1.0, 48.0], [1.0, 48.2], [1.2, 48.2]]);
        let (words, area) = repaired(&parts(&[square_ring(1.0, 48.0, 0.2), turned]));
        assert_eq!(words, "part 2, outer ring is the same as part 1, outer ring: dropped");
        assert!((area - 4.0).abs() < 0.1, "{area}");
        let hole = square_ring(1.1, 48.1, 0.1);
        let (words, _) = repaired(&polygon(&[square_ring(1.0, 48.0, 0.4), hole.clone(), hole]));
        assert_eq!(words, "part 1, hole 2 is the same as part 1, hole 1: dropped");
    }

    #[test]
    fn a_part_without_area_is_dropped_and_an_outline_without_area_refused() {
        let line = json!([[3.0, 48.0], [3.1, 48.0], [3.2, 48.0], [3.0, 48.0]]);
        let and_back = json!([[3.0, 48.0], [3.1, 48.2], [3.2, 48.0], [3.1, 48.2], [3.0, 48.0]]);
        for nothing in [line, and_back] {
            let (words, area) = repaired(&parts(&[square_ring(1.0, 48.0, 0.2), nothing.clone()]));
            assert_eq!(words, "part 2, outer ring has no area: dropped");
            assert!((area - 4.0).abs() < 0.1, "{area}");
            assert_eq!(read(&polygon(&[nothing])), Err(GeometryError::NoArea));
        }
        let short = json!([[3.0, 48.0], [3.1, 48.0], [3.0, 48.0]]);
        assert!(matches!(read(&polygon(&[short])), Err(GeometryError::TooFewPositions { count: 2, .. })));
    }

    #[test]
    fn an_island_in_a_lake_and_parts_that_touch_in_a_point_are_valid() {
        let lake = json!([square_ring(1.0, 48.0, 0.4), square_ring(1.1, 48.1, 0.2)]);
        let island = json!([square_ring(1.15, 48.15, 0.05)]);
        let touching = json!([square_ring(1.4, 48.4, 0.1)]);
        let geometry = json!({"type": "MultiPolygon", "coordinates": [lake, island, touching]});
        let (boundary, repairs) = read(&geometry).expect("valid");
        assert_eq!(repairs, []);
        assert_eq!(boundary.parts(), 3);
    }

    #[test]
    fn what_spans_the_world_is_cut_like_anything_else() {
        let world = square_ring(-180.0, -90.0, 0.0)[0].clone();
        let ring = json!([world, [180.0, -90.0], [180.0, 90.0], [-180.0, 90.0], world]);
        let hole = json!([[1.123_456_7, 40.0], [2.0, 40.0], [2.0, 41.000_000_1], [1.123_456_7, 40.0]]);
        let (boundary, repairs) = read(&polygon(&[ring, hole])).expect("valid");
        assert_eq!(repairs, []);
        assert_eq!(boundary.polygons().0[0].interiors().len(), 1);
    }
}
