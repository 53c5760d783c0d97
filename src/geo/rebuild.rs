//! What becomes of parts that are not valid.

use ::geo::coordinate_position::CoordPos;
use ::geo::{CoordinatePosition, MultiPolygon, Polygon};

use super::area::area_m2;
use super::error::GeometryError;
use super::flaws::Found;
use super::overlay::{dissolve, even_odd, same_rings};
use super::repair::{Flaw, Repair};
use super::rings::{Part, Ring};

/// By how many percent a repair may move the area. Read as even and odd, the rings of a crossing or a sliver hold the
/// same as when they are cut, joined and subtracted; where the two readings differ by more, as for a hole drawn as a
/// part, only who drew the outline knows which is meant.
const MOST_AREA_CHANGE_PERCENT: f64 = 5.0;
/// A crossing point that is rounded to the grid may cause another crossing; three rounds were enough for each of 100,000
/// random tangles.
const MOST_ROUNDS: usize = 8;

/// Dissolves until nothing changes any more, and reports it, or refuses where that moves the area too much.
pub(super) fn rebuilt(
    cluster: &[Part],
    polygons: &MultiPolygon<f64>,
    mut dissolved: MultiPolygon<f64>,
    Found { first: flaw, more }: Found,
    repairs: &mut Vec<Repair>,
) -> Result<MultiPolygon<f64>, GeometryError> {
    for round in 0.. {
        let again = dissolve(&dissolved);
        if same_rings(&again, &dissolved) {
            break;
        }
        if round == MOST_ROUNDS {
            return Err(GeometryError::Unrepairable { flaw: Box::new(flaw) });
        }
        dissolved = again;
    }
    if dissolved.0.is_empty() {
        repairs.extend(cluster.iter().map(|part| Repair::WithoutArea { ring: part.outer.place }));
        return Ok(dissolved);
    }
    let naive = area_m2(&even_odd(polygons));
    let area_change_percent = (area_m2(&dissolved) / naive - 1.0) * 100.0;
    // Written so that a change that is not a number is refused as well.
    if area_change_percent.abs() <= MOST_AREA_CHANGE_PERCENT {
        repairs.push(Repair::Rebuilt { flaw, more, parts: dissolved.0.len(), area_change_percent });
        return Ok(dissolved);
    }
    Err(GeometryError::Ambiguous {
        flaw: Box::new(flaw),
        area_change_percent,
        limit_percent: MOST_AREA_CHANGE_PERCENT,
    })
}

/// What is wrong with parts whose rings nowhere cross, but lie wrongly to each other. Only for the words of a report,
/// hence by one position of each ring.
pub(super) fn nesting_flaw(cluster: &[Part]) -> Flaw {
    let number = |part: &Part| part.outer.place.part.unwrap_or(0);
    for part in cluster {
        let outer = Polygon::new(part.outer.line.clone(), Vec::new());
        let outside = |hole: &&Ring| outer.coordinate_position(&hole.line.0[0]) == CoordPos::Outside;
        if let Some(hole) = part.holes.iter().find(outside) {
            return Flaw::HoleOutside { ring: hole.place };
        }
    }
    for part in cluster {
        let polygon = part.polygon();
        let inside = |other: &&Part| polygon.coordinate_position(&other.outer.line.0[0]) == CoordPos::Inside;
        if let Some(other) = cluster.iter().find(inside) {
            return Flaw::PartsOverlap { part: number(part), other: number(other) };
        }
    }
    Flaw::Nesting { part: number(&cluster[0]) }
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
    fn a_bow_tie_becomes_two_parts_where_it_crosses() {
        let (words, area) =
            repaired(&polygon(&[json!([[1.0, 48.0], [1.2, 48.2], [1.2, 48.0], [1.0, 48.2], [1.0, 48.0]])]));
        assert!(
            words.contains("near 1.10000, 48.10000") && words.contains("2 parts, area +0.00 %"),
            "{words}"
        );
        assert!((area - 2.0).abs() < 0.1, "{area}");
    }

    #[test]
    fn a_hole_drawn_into_the_outer_ring_becomes_a_hole() {
        // The ring touches itself in 1.0, 48.0, as an outline does that was drawn in one go.
        let ring = json!([
            [1.0, 48.0],
            [1.2, 48.1],
            [1.1, 48.2],
            [1.0, 48.0],
            [1.0, 48.4],
            [1.4, 48.4],
            [1.4, 48.0],
            [1.0, 48.0]
        ]);
        let (boundary, repairs) = read(&polygon(&[ring])).expect("repaired");
        assert!(matches!(repairs[..], [Repair::Rebuilt { parts: 1, .. }]), "{repairs:?}");
        assert_eq!(boundary.polygons().0[0].interiors().len(), 1);
    }

    #[test]
    fn parts_that_overlap_a_little_or_share_a_border_are_joined() {
        let (words, area) = repaired(&parts(&[square_ring(1.0, 48.0, 0.2), square_ring(1.2, 48.0, 0.2)]));
        assert!(words.starts_with("parts 1 and 2 overlap: rebuilt as 1 part, area +0.00 %"), "{words}");
        assert!((area - 8.0).abs() < 0.1, "{area}");
        let (words, _) = repaired(&parts(&[square_ring(1.0, 48.0, 0.2), square_ring(1.199, 48.0, 0.2)]));
        assert!(words.contains("area +0.25 %"), "{words}");
    }

    #[test]
    fn a_hole_drawn_as_a_part_is_refused_since_it_may_be_either() {
        let error =
            read(&parts(&[square_ring(1.0, 48.0, 0.4), square_ring(1.1, 48.1, 0.2)])).expect_err("ambiguous");
        assert!(
            error.to_string().starts_with("parts 1 and 2 overlap; repairing it would move the area by +33"),
            "{error}"
        );
    }

    #[test]
    fn a_hole_outside_its_ring_is_left_out_where_it_is_small_and_refused_where_not() {
        let outer = square_ring(1.0, 48.0, 0.4);
        let (words, _) = repaired(&polygon(&[outer.clone(), square_ring(2.0, 48.0, 0.05)]));
        assert!(words.starts_with("part 1, hole 1 lies outside its outer ring"), "{words}");
        assert!(read(&polygon(&[outer, square_ring(2.0, 48.0, 0.4)])).is_err());
    }
}
