//! The outline of a territory.

use ::geo::coordinate_position::CoordPos;
use ::geo::{Area, Centroid, Coord, CoordinatePosition, CoordsIter, LinesIter, MultiPolygon, Polygon};
use geojson::{GeometryValue, Position as JsonPosition};
use serde_json::Value;

use super::area::area_m2;
use super::bounds::BoundingBox;
use super::grid::{polygons_to_degrees, rings};
use super::position::Position;

/// The outline of a territory: one or several polygons, valid by OGC simple features, of positive area, in longitude
/// and latitude of WGS 84 to 7 decimals. Outer rings run counter-clockwise and holes clockwise, as RFC 7946 asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// In degrees.
    polygons: MultiPolygon<f64>,
    bbox: BoundingBox,
    /// Kept, since a region has thousands of positions and every share asks for it.
    area_m2: f64,
}

impl Boundary {
    /// From polygons in units that are valid and rightly wound; `None` where there is none.
    pub(super) fn from_valid_units(units: &MultiPolygon<f64>) -> Option<Self> {
        let polygons = polygons_to_degrees(units);
        let bbox = BoundingBox::from_coords(polygons.exterior_coords_iter())?;
        let area_m2 = area_m2(units);
        Some(Self { polygons, bbox, area_m2 })
    }

    pub(super) fn polygons(&self) -> &MultiPolygon<f64> {
        &self.polygons
    }

    /// An RFC 7946 geometry: a Polygon where there is one part, else a `MultiPolygon`; rings closed, outer ones
    /// counter-clockwise, holes clockwise, 7 decimals at most. Reading it gives an equal boundary, without repairs.
    pub fn to_geojson(&self) -> Value {
        let ring =
            |ring: &::geo::LineString<f64>| ring.coords().map(|c| JsonPosition::from([c.x, c.y])).collect();
        let mut parts: Vec<Vec<Vec<JsonPosition>>> =
            self.polygons.iter().map(|polygon| rings(polygon).map(ring).collect()).collect();
        let value = if parts.len() == 1 {
            GeometryValue::Polygon { coordinates: parts.remove(0) }
        } else {
            GeometryValue::MultiPolygon { coordinates: parts }
        };
        Value::from(&value)
    }

    /// The smallest box that holds it.
    pub fn bbox(&self) -> BoundingBox {
        self.bbox
    }

    /// Square metres on the ellipsoid WGS 84, between edges that are straight in longitude and latitude. Shares are of
    /// this area, and areas of neighbours add up to that of their union.
    pub fn area_m2(&self) -> f64 {
        self.area_m2
    }

    /// How many positions its rings have, the repeated last one of each included.
    pub fn vertices(&self) -> usize {
        self.polygons.coords_count()
    }

    /// How many polygons it is made of.
    pub fn parts(&self) -> usize {
        self.polygons.0.len()
    }

    /// A point that stands for it and lies inside: its centre of area where that is inside, else the middle of the
    /// widest stretch of its largest part near that part's middle latitude. In longitude and latitude as a plane.
    pub fn centroid(&self) -> Position {
        let inside = |c: &Coord<f64>| self.polygons.coordinate_position(c) == CoordPos::Inside;
        let centre = self.polygons.centroid().map(|point| point.0).filter(inside);
        let largest = self.polygons.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
        // A valid outline has a largest part, and that has an inner point; its south-west corner is for the compiler.
        let corner = Coord { x: self.bbox.west(), y: self.bbox.south() };
        Position::clamped(centre.or_else(|| largest.and_then(inner_point)).unwrap_or(corner))
    }

    /// Whether the position lies inside or on the border, so that neighbours both hold a position on theirs.
    pub fn contains(&self, position: Position) -> bool {
        self.bbox.contains(position)
            && self.polygons.coordinate_position(&position.coord()) != CoordPos::Outside
    }
}

/// A point strictly inside a valid polygon: in the widest stretch on a parallel between two neighbouring latitudes of
/// its vertices, near its middle. (The library's own, `InteriorPoint`, takes a sweep over all edges.)
fn inner_point(polygon: &Polygon<f64>) -> Option<Coord<f64>> {
    let mut latitudes: Vec<f64> = polygon.coords_iter().map(|c| c.y).collect();
    latitudes.sort_by(f64::total_cmp);
    latitudes.dedup();
    let middle = f64::midpoint(*latitudes.first()?, *latitudes.last()?);
    let between = latitudes.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let y = between.min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()))?;
    let mut crossings: Vec<f64> = polygon
        .lines_iter()
        .filter(|line| (line.start.y < y) != (line.end.y < y))
        .map(|line| line.start.x + (y - line.start.y) / line.dy() * line.dx())
        .collect();
    crossings.sort_by(f64::total_cmp);
    let stretches = crossings.chunks_exact(2);
    let widest = stretches.max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(Coord { x: f64::midpoint(widest[0], widest[1]), y })
}

#[cfg(test)]
mod tests {
    use crate::geo::testing::{boundary, dreux, position, square, square_ring, vernouillet};
    use serde_json::json;

    #[test]
    fn what_is_written_follows_the_right_hand_rule_with_the_decimals_that_were_read() {
        let turned = json!([[1.0, 48.0], [1.123_456_7, 48.3], [1.3, 48.3], [1.3, 48.0], [1.0, 48.0]]);
        let hole = square_ring(1.2, 48.1, 0.05);
        let written = boundary(&json!({"type": "Polygon", "coordinates": [turned, hole]})).to_geojson();
        let outer = json!([[1.0, 48.0], [1.3, 48.0], [1.3, 48.3], [1.123_456_7, 48.3], [1.0, 48.0]]);
        assert_eq!(written["type"], "Polygon");
        assert_eq!(written["coordinates"][0], outer);
        assert_eq!(written["coordinates"][1][1], json!([1.2, 48.15]), "clockwise");
    }

    #[test]
    fn decimals_beyond_the_seventh_are_rounded_away() {
        let long = json!([[1.000_000_000_1, 48.0], [1.123_456_789_012, 48.0], [1.0, 48.5]]);
        let (outline, _) =
            crate::geo::testing::read(&json!({"type": "Polygon", "coordinates": [long]})).expect("read");
        assert_eq!(outline.to_geojson()["coordinates"][0][1], json!([1.123_456_8, 48.0]));
    }

    #[test]
    fn the_centroid_of_a_horseshoe_lies_in_it() {
        let horseshoe = json!([
            [1.0, 48.0],
            [1.9, 48.0],
            [1.9, 48.1],
            [1.1, 48.1],
            [1.1, 48.8],
            [1.9, 48.8],
            [1.9, 48.9],
            [1.0, 48.9],
            [1.0, 48.0]
        ]);
        let horseshoe = boundary(&json!({"type": "Polygon", "coordinates": [horseshoe]}));
        assert!(horseshoe.contains(horseshoe.centroid()));
        assert_eq!(square(1.0, 48.0, 0.5).centroid().to_string(), "1.25000, 48.25000");
    }

    #[test]
    fn a_position_on_the_border_belongs_to_both_neighbours_and_one_in_a_hole_to_none() {
        let (left, right) = (square(1.0, 48.0, 0.5), square(1.5, 48.0, 0.5));
        for on_border in [position(1.5, 48.2), position(1.5, 48.5)] {
            assert!(left.contains(on_border) && right.contains(on_border));
        }
        let rings = json!([square_ring(1.0, 48.0, 0.4), square_ring(1.1, 48.1, 0.2)]);
        let pierced = boundary(&json!({"type": "Polygon", "coordinates": rings}));
        assert!(!pierced.contains(position(1.2, 48.2)));
        assert!(pierced.contains(position(1.05, 48.2)));
        assert!(!pierced.contains(position(1.5, 48.2)));
    }

    #[test]
    fn each_town_hall_lies_in_its_own_commune_only() {
        let (dreux, vernouillet) = (dreux(), vernouillet());
        let halls = [position(1.3661, 48.7363), position(1.3607, 48.7203)];
        assert_eq!(halls.map(|hall| dreux.contains(hall)), [true, false]);
        assert_eq!(halls.map(|hall| vernouillet.contains(hall)), [false, true]);
        // Some hundred metres from their common border, and so from each other's commune.
        for (hall, metres) in halls.into_iter().zip([761.0, 547.0]) {
            let off = [&dreux, &vernouillet].map(|commune| commune.distance_to_border_metres(hall) - metres);
            assert!(off.iter().all(|off| off.abs() < 150.0), "{off:?}");
        }
    }
}
