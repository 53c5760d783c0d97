//! The share of one outline in another, measured instead of cut: slower than cutting for real outlines, but its time
//! does not depend on how often they cross.

use ::geo::{BoundingRect, LinesIter, MultiPolygon};

/// How many parallels are laid through an outline.
const PARALLELS: u32 = 1000;
/// Multiples of the golden ratio spread their fractions evenly, and in step with no row of teeth.
const GOLDEN_RATIO: f64 = 1.618_033_988_749_895;

/// The share, 0 to 1, of one outline's area that lies inside the other, both in degrees.
pub(super) fn share_along_parallels(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> f64 {
    let Some(bounds) = one.bounding_rect() else {
        return 0.0;
    };
    let (mut shared, mut all) = (0.0, 0.0);
    for parallel in 0..PARALLELS {
        let latitude = bounds.min().y + bounds.height() * (f64::from(parallel) * GOLDEN_RATIO).fract();
        let scale = latitude.to_radians().cos();
        let (mine, theirs) = (stretches(one, latitude), stretches(other, latitude));
        all += scale * mine.iter().map(|(west, east)| east - west).sum::<f64>();
        shared += scale * common_length(&mine, &theirs);
    }
    if all > 0.0 { (shared / all).clamp(0.0, 1.0) } else { 0.0 }
}

/// The stretches of a parallel that lie inside, from west to east.
fn stretches(polygons: &MultiPolygon<f64>, latitude: f64) -> Vec<(f64, f64)> {
    let crossing = polygons.lines_iter().filter(|line| (line.start.y < latitude) != (line.end.y < latitude));
    let mut crossings: Vec<f64> =
        crossing.map(|line| line.start.x + (latitude - line.start.y) / line.dy() * line.dx()).collect();
    crossings.sort_by(f64::total_cmp);
    crossings.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The length that two lists of stretches, both from west to east, have in common.
fn common_length(one: &[(f64, f64)], other: &[(f64, f64)]) -> f64 {
    let (mut i, mut j, mut length) = (0, 0, 0.0);
    while let (Some(mine), Some(theirs)) = (one.get(i), other.get(j)) {
        length += (mine.1.min(theirs.1) - mine.0.max(theirs.0)).max(0.0);
        if mine.1 < theirs.1 { i += 1 } else { j += 1 }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{boundary, square_ring};
    use serde_json::json;

    #[test]
    fn it_agrees_with_cutting() {
        let ring = json!([
            [1.36, 48.71],
            [1.41, 48.715],
            [1.42, 48.76],
            [1.385, 48.75],
            [1.35, 48.77],
            [1.36, 48.71]
        ]);
        let commune = boundary(&json!({"type": "Polygon", "coordinates": [ring]}));
        let rings = json!([square_ring(1.3, 48.7, 0.1), square_ring(1.37, 48.72, 0.01)]);
        let pierced = boundary(&json!({"type": "Polygon", "coordinates": rings}));
        for (one, other) in [(&commune, &pierced), (&pierced, &commune), (&commune, &commune)] {
            let (measured, cut) =
                (share_along_parallels(one.polygons(), other.polygons()), one.share_within(other));
            assert!((measured - cut).abs() < 1e-3, "{measured} {cut}");
        }
    }

    #[test]
    fn two_combs_that_cross_a_million_times_are_answered_at_once() {
        let teeth = |i: i32| {
            // As many teeth as there are parallels.
            let at = f64::from(i) * 0.001;
            [[at, 1.0], [at + 0.0005, 1.0], [at + 0.0005, 0.0], [at + 0.001, 0.0]]
        };
        let mut ring: Vec<[f64; 2]> = (0..1000).flat_map(teeth).collect();
        ring.extend([[1.0, -0.1], [0.0, -0.1]]);
        ring.push(ring[0]);
        let flipped: Vec<[f64; 2]> = ring.iter().map(|&[x, y]| [y, x]).collect();
        let [up, aside] =
            [ring, flipped].map(|ring| boundary(&json!({"type": "Polygon", "coordinates": [ring]})));
        let share = up.share_within(&aside);
        // A quarter of the square, of an area of half the square and the back of the comb.
        assert!((share - 0.25 / 0.6).abs() < 0.01, "{share}");
        assert_eq!(crate::geo::Boundary::union(&[&up, &aside]), None);
    }
}
