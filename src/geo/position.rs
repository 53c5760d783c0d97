//! A point on the earth, and how far apart two of them are.

use ::geo::{Coord, Distance, Geodesic, Point};
use serde::{Deserialize, Serialize};

use super::error::{GeometryError, LooksLike, Place};

/// A point in longitude and latitude of WGS 84, in degrees: always finite, within -180 to 180 and -90 to 90.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

impl Position {
    /// A position from degrees. Refuses what is not a longitude and a latitude, with what it looks like instead.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, GeometryError> {
        if (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude) {
            return Ok(Self { longitude, latitude });
        }
        let looks_like = LooksLike::of(longitude, latitude);
        Err(GeometryError::OutOfRange { place: Place::default(), longitude, latitude, looks_like })
    }

    /// Degrees east of Greenwich, -180 to 180.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north of the equator, -90 to 90.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// For what is computed from positions and can leave the range by a rounding only.
    pub(super) fn clamped(degrees: Coord<f64>) -> Self {
        Self { longitude: degrees.x.clamp(-180.0, 180.0), latitude: degrees.y.clamp(-90.0, 90.0) }
    }

    pub(super) fn coord(self) -> Coord<f64> {
        Coord { x: self.longitude, y: self.latitude }
    }
}

impl TryFrom<[f64; 2]> for Position {
    type Error = GeometryError;

    fn try_from([longitude, latitude]: [f64; 2]) -> Result<Self, GeometryError> {
        Self::new(longitude, latitude)
    }
}

impl From<Position> for [f64; 2] {
    fn from(position: Position) -> Self {
        [position.longitude, position.latitude]
    }
}

impl std::fmt::Display for Position {
    /// Longitude, then latitude, to a metre: `1.36640, 48.73680`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.5}, {:.5}", self.longitude, self.latitude)
    }
}

/// Metres between two positions along the ellipsoid WGS 84 (Karney 2013, good to nanometres).
pub fn distance_metres(from: Position, to: Position) -> f64 {
    Geodesic.distance(Point::from(from.coord()), Point::from(to.coord()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_longitude_and_a_latitude_is_refused() {
        for (longitude, latitude) in [(180.1, 0.0), (0.0, -90.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(Position::new(longitude, latitude).is_err(), "{longitude} {latitude}");
        }
        assert!(Position::new(-180.0, 90.0).is_ok());
    }

    #[test]
    fn a_degree_of_latitude_is_longer_towards_the_pole() -> Result<(), GeometryError> {
        // Reference: length of a degree of latitude on WGS 84, centred on 0.5° and 89.5°.
        let near_equator = distance_metres(Position::new(0.0, 0.0)?, Position::new(0.0, 1.0)?);
        let near_pole = distance_metres(Position::new(0.0, 89.0)?, Position::new(0.0, 90.0)?);
        assert!((near_equator - 110_574.4).abs() < 0.1, "{near_equator}");
        assert!((near_pole - 111_693.9).abs() < 0.1, "{near_pole}");
        Ok(())
    }
}
