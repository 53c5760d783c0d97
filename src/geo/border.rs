//! How far a position is from a border.

use ::geo::{Coord, Line, LinesIter};

use super::boundary::Boundary;
use super::ellipsoid::{SHORTEST_LATITUDE_DEGREE, metres_per_degree};
use super::position::{Position, distance_metres};

impl Boundary {
    /// Metres along the ellipsoid to the nearest point of the border, from inside and outside alike; 0 on the border.
    /// Good to a centimetre at 10 km and to 10 m at 100 km; a fair estimate at 1,000 km, and no more than that beyond
    /// or across the antimeridian.
    pub fn distance_to_border_metres(&self, position: Position) -> f64 {
        let (at, plane) = (position.coord(), Plane::at(position.latitude()));
        let edges = || self.polygons().lines_iter().map(|edge| (edge, plane.distance_2(edge, at)));
        let Some((near, _)) = edges().min_by(|a, b| a.1.total_cmp(&b.1)) else {
            return f64::INFINITY;
        };
        let (mut foot, mut metres) = nearest_on_edge(near, at);
        let reach = plane.reach(metres, at);
        for (edge, _) in edges().filter(|(_, distance_2)| *distance_2 <= reach * reach) {
            let (other_foot, other_metres) = nearest_on_edge(edge, at);
            if other_metres < metres {
                (foot, metres) = (other_foot, other_metres);
            }
        }
        distance_metres(position, Position::clamped(foot))
    }
}

/// A plane in which a degree has the same length everywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    per_longitude: f64,
    per_latitude: f64,
}

impl Plane {
    /// True to scale at this latitude.
    fn at(latitude: f64) -> Self {
        let (per_longitude, per_latitude) = metres_per_degree(latitude);
        Self { per_longitude, per_latitude }
    }

    /// In which distances come out too long rather than too short, for anything between these latitudes.
    pub(super) fn widest(south: f64, north: f64) -> Self {
        // Degrees of longitude are longest at the latitude nearest to the equator, those of latitude at the other.
        let (per_longitude, _) = metres_per_degree(0.0_f64.clamp(south, north));
        let (_, per_latitude) = metres_per_degree(south.abs().max(north.abs()));
        Self { per_longitude, per_latitude }
    }

    fn metres(self, degrees: Coord<f64>) -> Coord<f64> {
        Coord { x: degrees.x * self.per_longitude, y: degrees.y * self.per_latitude }
    }

    /// The point of an edge that is nearest to a position, all in degrees, and the squared metres to it.
    fn foot(self, edge: Line<f64>, from: Coord<f64>) -> (Coord<f64>, f64) {
        let (along, to) = (self.metres(edge.end - edge.start), self.metres(from - edge.start));
        let length_2 = along.x * along.x + along.y * along.y;
        let share =
            if length_2 > 0.0 { ((along.x * to.x + along.y * to.y) / length_2).clamp(0.0, 1.0) } else { 0.0 };
        let foot = edge.start + (edge.end - edge.start) * share;
        let apart = self.metres(from - foot);
        (foot, apart.x * apart.x + apart.y * apart.y)
    }

    /// Squared metres from a position to an edge in this plane.
    pub(super) fn distance_2(self, edge: Line<f64>, from: Coord<f64>) -> f64 {
        self.foot(edge, from).1
    }

    /// The distance in this plane beyond which nothing lies within so many true metres of the position at whose
    /// latitude it is true: their middle latitude is up to half as far off, where a degree of longitude may be shorter.
    /// The flattening of the ellipsoid adds 1 % at most.
    fn reach(self, metres: f64, from: Coord<f64>) -> f64 {
        let furthest = (from.y.abs() + metres / SHORTEST_LATITUDE_DEGREE / 2.0).min(89.9);
        metres * 1.01 * (self.per_longitude / metres_per_degree(furthest).0).max(1.0)
    }
}

/// The point of an edge that is nearest to a position, in degrees, and the metres to it by the rule of the middle
/// latitude: good to a millimetre at 10 km, a metre at 100 km.
fn nearest_on_edge(edge: Line<f64>, from: Coord<f64>) -> (Coord<f64>, f64) {
    let mut middle = from.y;
    let mut nearest = (edge.start, f64::INFINITY);
    for _ in 0..3 {
        let (foot, metres_2) = Plane::at(middle).foot(edge, from);
        middle = f64::midpoint(from.y, foot.y);
        nearest = (foot, metres_2.sqrt());
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{boundary, position, square};
    use serde_json::json;

    /// The shortest geodesic to any of many points along the edges.
    fn by_many_points(boundary: &Boundary, from: Position) -> f64 {
        let points = boundary.polygons().lines_iter().flat_map(|edge| {
            (0..=20_000).map(move |i| edge.start + (edge.end - edge.start) * (f64::from(i) / 20_000.0))
        });
        points.map(|point| distance_metres(from, Position::clamped(point))).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn it_is_the_shortest_geodesic_to_the_border() {
        let ring = json!([
            [1.36, 48.71],
            [1.41, 48.715],
            [1.42, 48.76],
            [1.385, 48.75],
            [1.35, 48.77],
            [1.36, 48.71]
        ]);
        let commune = boundary(&json!({"type": "Polygon", "coordinates": [ring]}));
        // Inside, at 1 km, at 10 km, at 100 km, and almost at the pole.
        for (longitude, latitude, off) in [
            (1.38, 48.73, 0.01),
            (1.44, 48.74, 0.01),
            (1.5, 48.82, 0.02),
            (0.4, 49.4, 0.2),
            (1.4, 89.0, 5000.0),
        ] {
            let from = position(longitude, latitude);
            let (got, expected) = (commune.distance_to_border_metres(from), by_many_points(&commune, from));
            assert!((got - expected).abs() <= off, "{got} {expected} at {longitude}, {latitude}");
        }
    }

    #[test]
    fn it_is_nothing_on_the_border() {
        assert!(square(1.0, 48.0, 0.5).distance_to_border_metres(position(1.5, 48.2)) < 1e-6);
        assert!(square(1.0, 48.0, 0.5).distance_to_border_metres(position(1.0, 48.0)) < 1e-6);
    }

    #[test]
    fn of_two_borders_the_nearer_one_counts_although_it_is_further_in_degrees() {
        // At 60 degrees north, 0.15 degrees of longitude are shorter than 0.1 of latitude.
        let ring = json!([[1.0, 60.0], [1.3, 60.0], [1.3, 60.2], [1.0, 60.2], [1.0, 60.0]]);
        let room = boundary(&json!({"type": "Polygon", "coordinates": [ring]}));
        let metres = room.distance_to_border_metres(position(1.15, 60.1));
        assert!((metres - 8_343.0).abs() < 10.0, "{metres}");
    }
}
