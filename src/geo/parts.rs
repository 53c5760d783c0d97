//! Coordinates as they stand in a file, to a boundary or a centroid.

use ::geo::Coord;
use geojson::Position as JsonPosition;

use super::boundary::Boundary;
use super::error::{GeometryError, Place};
use super::grid::to_units;
use super::position::Position;
use super::repair::Repair;
use super::rings::{NoRing, Part, Ring};
use super::valid::make_valid;

/// The boundary that polygons make, and what was changed for that; `found` is the geometry's type, for a message.
pub(super) fn boundary_of(
    polygons: Vec<Vec<Vec<JsonPosition>>>,
    found: &str,
) -> Result<(Boundary, Vec<Repair>), GeometryError> {
    let mut repairs = Vec::new();
    let mut parts = Vec::new();
    let mut dropped = None;
    let mut empty = true;
    for (number, rings) in polygons.into_iter().enumerate() {
        empty &= rings.iter().all(Vec::is_empty);
        match part_of(number, rings, &mut repairs)? {
            Ok(part) => parts.push(part),
            Err(reason) => dropped = dropped.or(Some((Place::of_ring(number, 0), reason))),
        }
    }
    match dropped {
        _ if empty => {
            return Err(GeometryError::Empty { found: found.to_owned() });
        }
        Some((place, NoRing::TooFew(count))) if parts.is_empty() => {
            return Err(GeometryError::TooFewPositions { place, count });
        }
        _ => {}
    }
    let (units, more) = make_valid(parts)?;
    repairs.extend(more);
    Ok((Boundary::from_valid_units(&units).ok_or(GeometryError::NoArea)?, repairs))
}

/// One polygon, or why its outer ring is none. Its holes without an area are dropped.
fn part_of(
    number: usize,
    rings: Vec<Vec<JsonPosition>>,
    repairs: &mut Vec<Repair>,
) -> Result<Result<Part, NoRing>, GeometryError> {
    let mut outer = None;
    let mut holes = Vec::new();
    for (index, positions) in rings.into_iter().enumerate() {
        let place = Place::of_ring(number, index);
        let units = positions.iter().enumerate().map(|(at, position)| units_of(position, place.at(at)));
        match Ring::tidy(place, units.collect::<Result<_, _>>()?) {
            Ok((ring, changes)) => {
                repairs.extend(changes);
                if index == 0 {
                    outer = Some(ring);
                } else {
                    holes.push(ring);
                }
            }
            Err(reason) => {
                repairs.push(Repair::WithoutArea { ring: place });
                if index == 0 {
                    return Ok(Err(reason));
                }
            }
        }
    }
    Ok(outer.map(|outer| Part { outer, holes }).ok_or(NoRing::TooFew(0)))
}

fn units_of(position: &JsonPosition, place: Place) -> Result<Coord<f64>, GeometryError> {
    Ok(to_units(position_of(position, place)?.coord()))
}

fn position_of(position: &JsonPosition, place: Place) -> Result<Position, GeometryError> {
    let [longitude, latitude, ..] = *position.as_slice() else {
        let reason = format!("a position needs a longitude and a latitude, found {} numbers", position.len());
        return Err(GeometryError::Malformed { place, reason });
    };
    Position::new(longitude, latitude).map_err(|error| match error {
        GeometryError::OutOfRange { longitude, latitude, looks_like, .. } => {
            GeometryError::OutOfRange { place, longitude, latitude, looks_like }
        }
        other => other,
    })
}

/// The mean of some points.
pub(super) fn centroid_of(points: &[JsonPosition], found: &str) -> Result<Position, GeometryError> {
    let mut sum = Coord { x: 0.0, y: 0.0 };
    for (index, point) in points.iter().enumerate() {
        sum = sum + position_of(point, Place::default().at(index))?.coord();
    }
    if points.is_empty() {
        return Err(GeometryError::Empty { found: found.to_owned() });
    }
    Ok(Position::clamped(sum / points.len() as f64))
}
