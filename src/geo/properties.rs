//! What holds of any outline, tried on many.

use ::geo::Validation;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::grid::polygons_to_units;
use super::testing::{boundary, position};
use super::{Boundary, Outline, Position, distance_metres, outline_from_geojson};

/// A simple ring around a centre: distances in units of `size` degrees, by rising angle.
fn star(west: f64, south: f64, size: f64, reaches: &[f64]) -> Vec<[f64; 2]> {
    let angle = |i: usize| i as f64 / reaches.len() as f64 * std::f64::consts::TAU;
    let at = |(i, reach): (usize, &f64)| {
        [west + size * reach * angle(i).cos(), south + size * reach * angle(i).sin()]
    };
    let rounded = |[x, y]: [f64; 2]| [(x * 1e7).round() / 1e7, (y * 1e7).round() / 1e7];
    let mut ring: Vec<[f64; 2]> = reaches.iter().enumerate().map(at).map(rounded).collect();
    ring.push(ring[0]);
    ring
}

fn polygon(ring: &[[f64; 2]]) -> Value {
    json!({"type": "Polygon", "coordinates": [ring]})
}

fn stars() -> impl Strategy<Value = Vec<[f64; 2]>> {
    let size = select(vec![0.02, 0.05, 0.5, 2.0]);
    (0.0..1.0, 0.0..1.0, size, prop::collection::vec(0.3..1.0, 3..30))
        .prop_map(|(x, y, size, reaches)| star(2.0 + x * size, 47.0 + y * size, size, &reaches))
}

/// Rings of any shape on few grid points, so that they repeat, align, touch and cross; or anywhere.
fn any_rings() -> impl Strategy<Value = Value> {
    let corner = select(vec![(2.0, 48.0), (-61.5, 16.2), (0.0, 0.0), (-170.0, -80.0)]);
    let step = select(vec![1e-7, 1.1e-7, 1e-3, 0.3, 10.0]);
    let ring = prop::collection::vec((0..7_i32, 0..7_i32), 0..12);
    let parts = prop::collection::vec(prop::collection::vec(ring, 0..4), 0..4);
    (corner, step, parts).prop_map(|((west, south), step, parts)| {
        let at = |&(x, y): &(i32, i32)| json!([west + f64::from(x) * step, south + f64::from(y) * step]);
        let ring = |ring: &Vec<(i32, i32)>| ring.iter().map(at).collect::<Value>();
        let part = |part: &Vec<Vec<(i32, i32)>>| part.iter().map(ring).collect::<Value>();
        json!({"type": "MultiPolygon", "coordinates": parts.iter().map(part).collect::<Value>()})
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<f64>().prop_map(|number| json!(number)),
        (-200.0..200.0).prop_map(|number| json!(number)),
        select(vec!["Polygon", "MultiPolygon", "Point", "Feature", "GeometryCollection"])
            .prop_map(|t| json!(t)),
    ];
    let key = select(vec!["type", "coordinates", "geometry", "geometries", "features", "crs", "properties"]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..4).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

/// Everything that must hold of a boundary, however it came about.
fn check(boundary: &Boundary) -> Result<(), TestCaseError> {
    prop_assert!(boundary.area_m2() > 0.0, "{boundary:?}");
    prop_assert!(polygons_to_units(boundary.polygons()).is_valid(), "{:?}", boundary.to_geojson());
    prop_assert!(boundary.contains(boundary.centroid()), "{:?}", boundary.to_geojson());
    // Of an outline of centimetres, the sixteen digits of an area leave six.
    prop_assert!(close(boundary.share_within(boundary), 1.0, 1e-5));
    let again = outline_from_geojson(&boundary.to_geojson());
    prop_assert_eq!(again, Ok(Outline::Boundary { boundary: boundary.clone(), repairs: vec![] }));
    let union = Boundary::union(&[boundary]).expect("one boundary");
    prop_assert!(close(union.area_m2(), boundary.area_m2(), 1e-5));
    Ok(())
}

proptest! {
    #[test]
    fn any_rings_are_refused_or_make_a_valid_boundary(rings in any_rings(), other in any_rings()) {
        let read = |value| match outline_from_geojson(value) {
            Ok(Outline::Boundary { boundary, .. }) => Some(boundary),
            _ => None,
        };
        let (one, other) = (read(&rings), read(&other));
        for boundary in one.iter().chain(&other) {
            check(boundary)?;
            for tolerance in [0.01, 1_000.0, 1e5] {
                if let Some(coarse) = boundary.simplified(tolerance) {
                    check(&coarse)?;
                }
            }
        }
        if let (Some(one), Some(other)) = (one, other) {
            let (share, back) = (one.share_within(&other), other.share_within(&one));
            prop_assert!((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&back));
            let union = Boundary::union(&[&one, &other]).expect("two boundaries");
            check(&union)?;
            // A new corner may be off by half a unit, which matters only to outlines of some units.
            if one.area_m2().min(other.area_m2()) > 1e4 {
                prop_assert!(close(one.share_within(&union), 1.0, 1e-4));
                let expected = one.area_m2() + other.area_m2() - share * one.area_m2();
                prop_assert!(close(union.area_m2(), expected, 1e-4), "{} {}", union.area_m2(), expected);
            }
        }
    }

    #[test]
    fn any_json_is_answered(value in any_json()) {
        let _ = outline_from_geojson(&value);
    }

    #[test]
    fn area_depends_on_neither_start_nor_direction(ring in stars(), start in 0_usize..30) {
        let area = boundary(&polygon(&ring)).area_m2();
        let mut turned = ring[1..].to_vec();
        turned.rotate_left(start % (ring.len() - 1));
        turned.push(turned[0]);
        prop_assert!(close(boundary(&polygon(&turned)).area_m2(), area, 1e-9));
        turned.reverse();
        prop_assert!(close(boundary(&polygon(&turned)).area_m2(), area, 1e-9));
    }

    #[test]
    fn shares_agree_with_areas_and_with_the_union(one in stars(), other in stars()) {
        let (one, other) = (boundary(&polygon(&one)), boundary(&polygon(&other)));
        let (share, back) = (one.share_within(&other), other.share_within(&one));
        prop_assert!((share * one.area_m2() - back * other.area_m2()).abs() <= 1e-6 * one.area_m2().min(other.area_m2()));
        let union = Boundary::union(&[&one, &other]).expect("two boundaries");
        for part in [&one, &other] {
            // New corners are rounded to a centimetre.
            prop_assert!(close(part.share_within(&union), 1.0, 1e-4), "{}", part.share_within(&union));
        }
        let total = one.area_m2() + other.area_m2() - share * one.area_m2();
        prop_assert!(close(union.area_m2(), total, 1e-4));
        let away = boundary(&polygon(&star(-60.0, 15.0, 1.0, &[1.0, 0.5, 0.7])));
        prop_assert!(one.share_within(&away) < f64::MIN_POSITIVE);
    }

    #[test]
    fn a_coarse_copy_is_valid_near_and_not_longer(ring in stars(), tolerance in 1.0..20_000.0) {
        let fine = boundary(&polygon(&ring));
        if let Some(coarse) = fine.simplified(tolerance) {
            check(&coarse)?;
            prop_assert!(coarse.vertices() <= fine.vertices());
            for &[longitude, latitude] in &ring {
                let off = coarse.distance_to_border_metres(position(longitude, latitude));
                prop_assert!(off <= tolerance + 0.05, "{} m off for {} m", off, tolerance);
            }
        }
    }

    #[test]
    fn between_inside_and_outside_there_is_a_border(ring in stars(), pairs in prop::collection::vec((-1.2..1.2, -1.2..1.2), 2..20)) {
        let boundary = boundary(&polygon(&ring));
        let centre = boundary.centroid();
        let reach = boundary.bbox().east() - boundary.bbox().west();
        let points: Vec<Position> = pairs
            .iter()
            .map(|(x, y)| position(centre.longitude() + x * reach, centre.latitude() + y * reach))
            .collect();
        for (one, other) in points.iter().flat_map(|a| points.iter().map(move |b| (*a, *b))) {
            if boundary.contains(one) != boundary.contains(other) {
                // The straight line between them, which is a little longer than the geodesic, meets the border.
                let apart = distance_metres(one, other) * 1.001 + 0.01;
                prop_assert!(boundary.distance_to_border_metres(one) <= apart);
            }
        }
        for &[longitude, latitude] in &ring {
            prop_assert!(boundary.contains(position(longitude, latitude)));
            prop_assert!(boundary.distance_to_border_metres(position(longitude, latitude)) < 1e-3);
        }
    }
}
