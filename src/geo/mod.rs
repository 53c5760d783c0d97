//! Pure geometry of territories: `GeoJSON` in and out, repair, area, shares, union, distance. No I/O, no async.
//!
//! Everything is in longitude and latitude of WGS 84, edges being straight in these two, as RFC 7946 has them.
//! An outline that crosses the antimeridian comes cut there, again as RFC 7946 asks.
//!
//! **Precision.** Coordinates are held to 7 decimals (a centimetre): they are rounded once, when they are read. All
//! decisions on who crosses or touches whom are then taken on whole numbers of 1e-7 degrees, hence exactly, and what
//! was read is what is written.
//!
//! The crates `geo`, `geojson`, `i_overlay` and `rstar` are used here and nowhere else.

mod area;
mod border;
mod boundary;
mod bounds;
mod boxes;
mod clusters;
mod crs;
mod ellipsoid;
mod error;
mod flaws;
mod france;
mod grid;
mod json;
mod overlap;
mod overlay;
mod parallels;
mod parts;
mod position;
mod read;
mod rebuild;
mod relation;
mod repair;
mod rings;
mod simplify;
mod valid;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

pub use boundary::Boundary;
pub use bounds::{BoundingBox, InvalidBox};
pub use boxes::BoxIndex;
pub use crs::refuse_foreign_crs;
pub use error::{GeometryError, LooksLike, Place};
pub use france::looks_swapped;
pub use position::{Position, distance_metres};
pub use read::{Outline, outline_from_geojson};
pub use relation::{INTERSECTS_FROM, Relation, WITHIN_FROM, relation};
pub use repair::{Flaw, Repair};
