//! Why a geometry is refused: what was wrong, where, and what to do about it.

use std::fmt;

use thiserror::Error;

use super::repair::Flaw;

/// Where in a geometry something is, counted from 1 as a person would; parts that are unknown are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Which polygon of a multi-polygon.
    pub part: Option<usize>,
    /// Which ring of that polygon: 1 is the outer ring, 2 the first hole.
    pub ring: Option<usize>,
    /// Which position of that ring, or of a list of points.
    pub position: Option<usize>,
}

impl Place {
    /// From indices that count from 0.
    pub(super) fn of_ring(part: usize, ring: usize) -> Self {
        Self { part: Some(part + 1), ring: Some(ring + 1), position: None }
    }

    /// The same place, at the position of this index, which counts from 0.
    pub(super) fn at(self, position: usize) -> Self {
        Self { position: Some(position + 1), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.part.map(|part| format!("part {part}"));
        let ring = self.ring.map(|ring| match ring {
            0 | 1 => "outer ring".to_owned(),
            hole => format!("hole {}", hole - 1),
        });
        let position = self.position.map(|position| format!("position {position}"));
        let words: Vec<String> = [part, ring, position].into_iter().flatten().collect();
        formatter.write_str(if words.is_empty() { "the geometry" } else { "" })?;
        formatter.write_str(&words.join(", "))
    }
}

/// What coordinates outside longitude and latitude look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    /// Metres of the French projection Lambert-93.
    Lambert93,
    /// Metres that are in the range of Lambert-93 and of Web Mercator over France alike.
    Lambert93OrWebMercator,
    /// Metres of Web Mercator, of UTM (French overseas) or of a conic projection by zone.
    ProjectedMetres,
    /// Latitude before longitude.
    Swapped,
}

/// The whole of Web Mercator, metres from its centre.
const WEB_MERCATOR_REACH: f64 = 20_048_967.0;

impl LooksLike {
    /// A guess from one pair of numbers that is not a longitude and a latitude; `None` where there is nothing to say.
    ///
    /// Swapped coordinates are recognised only where the second number can be no latitude (New Caledonia, Polynesia):
    /// both numbers of a point in mainland France are in range either way.
    pub(super) fn of(x: f64, y: f64) -> Option<Self> {
        let lambert = (0.0..=1.3e6).contains(&x) && (6.0e6..=7.2e6).contains(&y);
        let mercator_france = (-6.0e5..=1.1e6).contains(&x) && (5.0e6..=6.65e6).contains(&y);
        if lambert && mercator_france {
            Some(Self::Lambert93OrWebMercator)
        } else if lambert {
            Some(Self::Lambert93)
        } else if (-90.0..=90.0).contains(&x) && (-180.0..=180.0).contains(&y) {
            Some(Self::Swapped)
        } else if x.abs().max(y.abs()) > 1000.0 && x.abs().max(y.abs()) <= WEB_MERCATOR_REACH {
            Some(Self::ProjectedMetres)
        } else {
            None
        }
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lambert93 => {
                "looks like Lambert-93 metres: reproject to WGS 84 (EPSG:4326), \
                 e.g. ogr2ogr -s_srs EPSG:2154 -t_srs EPSG:4326"
            }
            Self::Lambert93OrWebMercator => {
                "looks like Lambert-93 (EPSG:2154) or Web Mercator (EPSG:3857) metres: find out which, \
                 and reproject to WGS 84 (EPSG:4326), e.g. ogr2ogr -s_srs EPSG:2154 -t_srs EPSG:4326"
            }
            Self::ProjectedMetres => {
                "looks like metres of a projection such as Web Mercator (EPSG:3857) or UTM: \
                 reproject to WGS 84 (EPSG:4326), e.g. ogr2ogr -t_srs EPSG:4326"
            }
            Self::Swapped => "looks like latitude before longitude: swap the two",
        })
    }
}

/// Why a geometry is refused.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GeometryError {
    /// It is no `GeoJSON` object at all, or of a type that `GeoJSON` does not have.
    #[error("expected a GeoJSON geometry, feature or null, found {found}")]
    NotGeoJson {
        /// What stands in its place.
        found: String,
    },
    /// It is `TopoJSON`.
    #[error(
        "this is TopoJSON, whose arcs are no outlines: convert it to GeoJSON, e.g. mapshaper in.json -o format=geojson"
    )]
    TopoJson,
    /// It is nested deeper than any geometry is.
    #[error("the geometry is nested too deep: give a Polygon or a MultiPolygon")]
    TooDeep,
    /// It is `GeoJSON` that breaks its own rules.
    #[error("{place}: {reason}")]
    Malformed {
        /// Where, as far as is known.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// A geometry that can be neither the outline of a territory nor its centroid.
    #[error("a {found} is neither an outline nor a point: give a Polygon, a MultiPolygon, a Point or null")]
    UnsupportedType {
        /// Its type.
        found: &'static str,
    },
    /// A collection of no feature or of several.
    #[error("a feature collection of {count} features is not one outline: give one feature at a time")]
    NotOneFeature {
        /// How many there are.
        count: usize,
    },
    /// Another reference system than WGS 84.
    #[error(
        "the coordinates are declared as {name}: reproject to WGS 84 (EPSG:4326), e.g. ogr2ogr -t_srs EPSG:4326"
    )]
    ForeignCrs {
        /// The name that the `crs` member gives.
        name: String,
    },
    /// There are no coordinates.
    #[error("the {found} has no coordinates: give null where there is no outline")]
    Empty {
        /// Its type.
        found: String,
    },
    /// Coordinates that are no longitude and latitude.
    #[error(
        "{place}: {longitude}, {latitude} is not a longitude (-180 to 180) and a latitude (-90 to 90){}",
        looks_like.map(|hint| format!("; {hint}")).unwrap_or_default()
    )]
    OutOfRange {
        /// Where.
        place: Place,
        /// The first number.
        longitude: f64,
        /// The second number.
        latitude: f64,
        /// What they look like.
        looks_like: Option<LooksLike>,
    },
    /// A ring of too few positions, and nothing else that makes an outline.
    #[error(
        "{place}: {count} distinct positions make no outline, a ring needs 3 and the first again at its end"
    )]
    TooFewPositions {
        /// Which ring.
        place: Place,
        /// How many distinct positions it has.
        count: usize,
    },
    /// No part of the outline has an area.
    #[error("the outline has no area: its positions all lie on lines; give a Point or null instead")]
    NoArea,
    /// The outline crosses itself so often, or is of so many long teeth, that it is none.
    #[error(
        "the outline crosses itself in thousands of places: check that its positions are in their order, and dissolve \
         its parts where it was drawn"
    )]
    Tangled,
    /// The outline is invalid, and what a repair would make of it depends on how it is read.
    #[error(
        "{flaw}; repairing it would move the area by {area_change_percent:+.1} %, more than {limit_percent} %: \
         repair the outline where it was drawn"
    )]
    Ambiguous {
        /// What is wrong with it.
        flaw: Box<Flaw>,
        /// By how much the area would move, against its rings read as even and odd.
        area_change_percent: f64,
        /// By how much it may.
        limit_percent: f64,
    },
    /// The repair came to no end.
    #[error("{flaw}; the outline could not be repaired: repair it where it was drawn")]
    Unrepairable {
        /// What is wrong with it.
        flaw: Box<Flaw>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_of_dreux_in_french_projections_are_recognised() {
        // Dreux: Lambert-93, Web Mercator, CC49, UTM 31N.
        assert_eq!(LooksLike::of(581_000.0, 6_849_000.0), Some(LooksLike::Lambert93));
        assert_eq!(LooksLike::of(152_107.0, 6_227_000.0), Some(LooksLike::Lambert93OrWebMercator));
        assert_eq!(LooksLike::of(1_580_000.0, 8_170_000.0), Some(LooksLike::ProjectedMetres));
        assert_eq!(LooksLike::of(380_000.0, 5_399_000.0), Some(LooksLike::ProjectedMetres));
        // Nouméa with its latitude first, and numbers that lost their decimal point.
        assert_eq!(LooksLike::of(-22.27, 166.44), Some(LooksLike::Swapped));
        assert_eq!(LooksLike::of(13_664_000_000.0, 487_368_000.0), None);
        assert_eq!(LooksLike::of(f64::NAN, 1.0), None);
    }

    #[test]
    fn a_place_reads_as_a_person_counts() {
        assert_eq!(Place::of_ring(1, 1).at(16).to_string(), "part 2, hole 1, position 17");
        assert_eq!(Place::of_ring(0, 0).to_string(), "part 1, outer ring");
        assert_eq!(Place::default().to_string(), "the geometry");
    }
}
