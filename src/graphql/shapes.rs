//! Small shapes that several concepts share: points, boxes, origins.

use async_graphql::{InputObject, SimpleObject};

use super::scalars::{DateTime, Url};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::origins;
use crate::geo;

/// A point in WGS 84.
#[derive(SimpleObject)]
pub struct Point {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
}

impl From<geo::Position> for Point {
    fn from(position: geo::Position) -> Self {
        Self { longitude: position.longitude(), latitude: position.latitude() }
    }
}

/// The box around something, in degrees of WGS 84.
#[derive(SimpleObject)]
pub struct BoundingBox {
    /// Its western edge.
    pub west: f64,
    /// Its southern edge.
    pub south: f64,
    /// Its eastern edge.
    pub east: f64,
    /// Its northern edge.
    pub north: f64,
}

impl From<geo::BoundingBox> for BoundingBox {
    fn from(bbox: geo::BoundingBox) -> Self {
        Self { west: bbox.west(), south: bbox.south(), east: bbox.east(), north: bbox.north() }
    }
}

/// A box to look in, in degrees of WGS 84.
#[derive(InputObject, Clone, Copy)]
pub struct BoundingBoxInput {
    /// Its western edge, at most the eastern one.
    pub west: f64,
    /// Its southern edge, at most the northern one.
    pub south: f64,
    /// Its eastern edge.
    pub east: f64,
    /// Its northern edge.
    pub north: f64,
}

impl BoundingBoxInput {
    /// The box, or what is wrong with it.
    pub fn read(self, path: &str, found: &mut Violations) -> Option<geo::BoundingBox> {
        match geo::BoundingBox::new(self.west, self.south, self.east, self.north) {
            Ok(bbox) => Some(bbox),
            Err(error) => {
                found.add(path, ViolationCode::OutOfRange, error.to_string());
                None
            }
        }
    }
}

/// A circle to look in.
#[derive(InputObject, Clone, Copy)]
pub struct NearInput {
    /// Degrees east of its centre.
    pub longitude: f64,
    /// Degrees north of its centre.
    pub latitude: f64,
    /// Its radius in kilometres, above 0.
    pub radius_km: f64,
}

impl NearInput {
    /// The circle, or what is wrong with it.
    pub fn read(self, path: &str, found: &mut Violations) -> Option<crate::domain::actors::Near> {
        if !(self.radius_km > 0.0 && self.radius_km <= 20_100.0) {
            found.add(format!("{path}.radiusKm"), ViolationCode::OutOfRange, "is above 0 and at most 20100");
        }
        match geo::Position::new(self.longitude, self.latitude) {
            Ok(centre) => Some(crate::domain::actors::Near { centre, radius_km: self.radius_km }),
            Err(error) => {
                found.add(path, ViolationCode::OutOfRange, error.to_string());
                None
            }
        }
    }
}

/// Where an entry comes from, so that the same file imported again finds it; one entry may have several.
#[derive(SimpleObject)]
pub struct Origin {
    /// The file or producer.
    source: String,
    /// The producer's row id, or a hash of what identifies the row.
    reference: String,
    /// Where the producer shows it; null where it does not.
    url: Option<Url>,
    /// When it was last imported from there.
    imported_at: DateTime,
}

impl From<&origins::Origin> for Origin {
    fn from(origin: &origins::Origin) -> Self {
        Self {
            source: origin.source.clone(),
            reference: origin.reference.clone(),
            url: origin.url.as_ref().map(Url::from),
            imported_at: origin.imported_at.into(),
        }
    }
}
