//! Boxes of longitude and latitude.

use ::geo::Coord;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ellipsoid::SHORTEST_LATITUDE_DEGREE;
use super::position::Position;

/// Metres of one degree of longitude at the equator; times cos(latitude), never more than the true length elsewhere.
const LONGITUDE_DEGREE_AT_EQUATOR: f64 = 111_319.0;

/// A box between two meridians and two parallels, in degrees; its sides belong to it. It never crosses the
/// antimeridian: west is at most east, south at most north.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct BoundingBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// Why four numbers are no box.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InvalidBox {
    /// A corner is not a longitude and a latitude.
    #[error("{0}")]
    Corner(#[from] super::GeometryError),
    /// West and east, or south and north, are the wrong way round.
    #[error(
        "a box needs west <= east and south <= north, got west {west}, south {south}, east {east}, north {north}; \
         one that crosses the antimeridian has to be asked for as two"
    )]
    WrongWayRound {
        /// Western longitude as given.
        west: f64,
        /// Southern latitude as given.
        south: f64,
        /// Eastern longitude as given.
        east: f64,
        /// Northern latitude as given.
        north: f64,
    },
}

impl TryFrom<[f64; 4]> for BoundingBox {
    type Error = InvalidBox;

    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self, InvalidBox> {
        Self::new(west, south, east, north)
    }
}

impl From<BoundingBox> for [f64; 4] {
    fn from(bbox: BoundingBox) -> Self {
        [bbox.west, bbox.south, bbox.east, bbox.north]
    }
}

impl BoundingBox {
    /// A box from its four sides in degrees; a box without width or height is one.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, InvalidBox> {
        Position::new(west, south)?;
        Position::new(east, north)?;
        if west > east || south > north {
            return Err(InvalidBox::WrongWayRound { west, south, east, north });
        }
        Ok(Self { west, south, east, north })
    }

    /// The smallest box that holds all the positions; `None` where there is none.
    pub fn from_positions(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        Self::from_coords(positions.into_iter().map(Position::coord))
    }

    pub(super) fn from_coords(coords: impl IntoIterator<Item = Coord<f64>>) -> Option<Self> {
        coords
            .into_iter()
            .map(|c| Self { west: c.x, south: c.y, east: c.x, north: c.y })
            .reduce(|all, one| all.union(&one))
    }

    /// Western longitude, degrees.
    pub fn west(&self) -> f64 {
        self.west
    }

    /// Southern latitude, degrees.
    pub fn south(&self) -> f64 {
        self.south
    }

    /// Eastern longitude, degrees.
    pub fn east(&self) -> f64 {
        self.east
    }

    /// Northern latitude, degrees.
    pub fn north(&self) -> f64 {
        self.north
    }

    /// Whether the position lies in the box or on its side.
    pub fn contains(&self, position: Position) -> bool {
        (self.west..=self.east).contains(&position.longitude())
            && (self.south..=self.north).contains(&position.latitude())
    }

    /// Whether the boxes have at least a point in common.
    pub fn intersects(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// What the boxes have in common, if only a point; `None` where they are apart.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let common = Self {
            west: self.west.max(other.west),
            south: self.south.max(other.south),
            east: self.east.min(other.east),
            north: self.north.min(other.north),
        };
        (common.west <= common.east && common.south <= common.north).then_some(common)
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// A box that holds every position within so many metres of this one, and little more. It stops at the
    /// antimeridian and at the poles; where it reaches a pole it takes all longitudes.
    #[must_use]
    pub fn expand_metres(&self, metres: f64) -> Self {
        let metres = metres.max(0.0);
        let up = metres / SHORTEST_LATITUDE_DEGREE;
        let (south, north) = ((self.south - up).max(-90.0), (self.north + up).min(90.0));
        let furthest = south.abs().max(north.abs()).to_radians();
        // The widest span of longitude of a circle of this radius lies further from the equator than its centre, and
        // never beyond its furthest latitude.
        let aside =
            (metres / (LONGITUDE_DEGREE_AT_EQUATOR * furthest.cos().max(f64::MIN_POSITIVE))).min(360.0);
        Self { west: (self.west - aside).max(-180.0), south, east: (self.east + aside).min(180.0), north }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::distance_metres;
    use ::geo::{Destination, Geodesic, Point};

    #[test]
    fn a_box_the_wrong_way_round_is_refused() {
        let error = BoundingBox::new(2.0, 48.0, 1.0, 49.0).expect_err("west is east of east");
        assert!(error.to_string().contains("antimeridian"), "{error}");
        assert!(BoundingBox::new(1.0, 48.0, 1.0, 48.0).is_ok());
        assert!(BoundingBox::new(f64::NAN, 48.0, 1.0, 48.0).is_err());
    }

    #[test]
    fn boxes_that_share_a_side_intersect() -> Result<(), InvalidBox> {
        let left = BoundingBox::new(0.0, 0.0, 1.0, 1.0)?;
        let right = BoundingBox::new(1.0, 0.0, 2.0, 1.0)?;
        assert_eq!(left.intersection(&right), Some(BoundingBox::new(1.0, 0.0, 1.0, 1.0)?));
        assert!(!left.intersects(&BoundingBox::new(1.1, 0.0, 2.0, 1.0)?));
        assert_eq!(left.union(&right), BoundingBox::new(0.0, 0.0, 2.0, 1.0)?);
        Ok(())
    }

    #[test]
    fn an_expanded_box_holds_the_whole_circle_around_a_point() {
        for latitude in [-60.0, 0.0, 48.7, 75.0] {
            let centre = Position::new(1.37, latitude).expect("in range");
            let around = BoundingBox::from_positions([centre]).expect("one position").expand_metres(50_000.0);
            for bearing in 0..360 {
                let at = Geodesic.destination(Point::from(centre.coord()), f64::from(bearing), 49_999.0);
                assert!(around.contains(Position::clamped(at.0)), "{latitude} {bearing}");
            }
            let corner = Position::new(around.east(), centre.latitude()).expect("in range");
            assert!(distance_metres(centre, corner) < 55_000.0, "far too wide at {latitude}");
        }
    }
}
