//! `GeoJSON` in: what a geometry says of a territory.

use geojson::{Geometry, GeometryValue, Position as JsonPosition};
use serde::Deserialize;
use serde_json::Value;

use super::boundary::Boundary;
use super::crs::refuse_foreign_crs;
use super::error::GeometryError;
use super::json::{deeper_than, kind_of, malformed};
use super::parts::{boundary_of, centroid_of};
use super::position::Position;
use super::repair::Repair;

/// Nesting below which JSON is read; a multi-polygon in a collection in a feature in a feature collection has 13.
const MOST_NESTING: usize = 32;

/// What a geometry says of a territory.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// Its boundary, valid by now, and what was changed to make it so.
    Boundary {
        /// The boundary.
        boundary: Boundary,
        /// Empty where it was valid.
        repairs: Vec<Repair>,
    },
    /// Where it is, but not how far it reaches: the point of a Point, the mean of a `MultiPoint`.
    Centroid(Position),
    /// Nothing.
    None,
}

/// Reads a `GeoJSON` geometry, a feature, a feature collection of one, or null.
///
/// A Polygon, a `MultiPolygon` or a `GeometryCollection` with any of these is a boundary; what else such a collection
/// holds is left out, and reported. A Point or a `MultiPoint` is a centroid, never a boundary. A `LineString` is refused.
/// The direction of rings and altitudes are taken as they come, without a word.
pub fn outline_from_geojson(value: &Value) -> Result<Outline, GeometryError> {
    if deeper_than(value, MOST_NESTING) {
        return Err(GeometryError::TooDeep);
    }
    refuse_foreign_crs(value)?;
    match value.get("type").and_then(Value::as_str) {
        None if value.is_null() => Ok(Outline::None),
        None => Err(GeometryError::NotGeoJson { found: kind_of(value).to_owned() }),
        Some("Topology") => Err(GeometryError::TopoJson),
        Some("Feature") => value.get("geometry").map_or(Ok(Outline::None), outline_from_geojson),
        Some("FeatureCollection") => match value.get("features").and_then(Value::as_array).map(Vec::as_slice)
        {
            Some([feature]) => outline_from_geojson(feature),
            features => Err(GeometryError::NotOneFeature { count: features.map_or(0, <[_]>::len) }),
        },
        Some(kind) if value.get("coordinates").and_then(Value::as_array).is_some_and(Vec::is_empty) => {
            Err(GeometryError::Empty { found: kind.to_owned() })
        }
        Some(
            "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
            | "GeometryCollection",
        ) => {
            let geometry =
                Geometry::deserialize(value).map_err(|error| malformed(value, &error.to_string()))?;
            outline_of(geometry)
        }
        Some(other) => Err(GeometryError::NotGeoJson { found: format!("the type {other:?}") }),
    }
}

/// What a geometry holds, sorted by what it can be to a territory.
#[derive(Default)]
struct Contents {
    polygons: Vec<Vec<Vec<JsonPosition>>>,
    points: Vec<JsonPosition>,
    /// By type, all that stands beside polygons.
    others: Vec<(&'static str, usize)>,
}

impl Contents {
    fn add(&mut self, geometry: GeometryValue) {
        let kind = geometry.type_name();
        match geometry {
            GeometryValue::Polygon { coordinates } => return self.polygons.push(coordinates),
            GeometryValue::MultiPolygon { coordinates } => return self.polygons.extend(coordinates),
            GeometryValue::GeometryCollection { geometries } => {
                return geometries.into_iter().for_each(|geometry| self.add(geometry.value));
            }
            GeometryValue::Point { coordinates } => self.points.push(coordinates),
            GeometryValue::MultiPoint { coordinates } => self.points.extend(coordinates),
            GeometryValue::LineString { .. } | GeometryValue::MultiLineString { .. } => {}
        }
        match self.others.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.others.push((kind, 1)),
        }
    }
}

fn outline_of(geometry: Geometry) -> Result<Outline, GeometryError> {
    let found = geometry.value.type_name();
    let mut contents = Contents::default();
    contents.add(geometry.value);
    let line = contents.others.iter().find(|(kind, _)| kind.ends_with("LineString"));
    match line {
        _ if !contents.polygons.is_empty() => {
            let left_out = contents.others.into_iter().map(|(kind, count)| Repair::LeftOut { kind, count });
            let (boundary, repairs) = boundary_of(contents.polygons, found)?;
            Ok(Outline::Boundary { boundary, repairs: left_out.chain(repairs).collect() })
        }
        Some((kind, _)) => Err(GeometryError::UnsupportedType { found: kind }),
        None => centroid_of(&contents.points, found).map(Outline::Centroid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{boundary, read, square_ring};
    use serde_json::json;

    fn refused(value: &Value) -> String {
        outline_from_geojson(value).expect_err("refused").to_string()
    }

    #[test]
    fn the_same_outline_is_read_from_a_geometry_a_feature_and_a_collection_of_one() {
        let polygon = json!({"type": "Polygon", "coordinates": [square_ring(1.0, 48.0, 0.5)]});
        let feature = json!({"type": "Feature", "properties": null, "geometry": polygon});
        let collection = json!({"type": "FeatureCollection", "features": [feature]});
        assert_eq!(outline_from_geojson(&feature), outline_from_geojson(&polygon));
        assert_eq!(outline_from_geojson(&collection), outline_from_geojson(&polygon));
        let two = json!({"type": "FeatureCollection", "features": [feature, feature]});
        assert!(refused(&two).contains("of 2 features"));
    }

    #[test]
    fn no_geometry_is_no_outline_but_an_empty_one_is_refused() {
        assert_eq!(outline_from_geojson(&Value::Null), Ok(Outline::None));
        assert_eq!(outline_from_geojson(&json!({"type": "Feature", "geometry": null})), Ok(Outline::None));
        for kind in ["Polygon", "MultiPolygon", "MultiPoint", "Point"] {
            assert!(
                refused(&json!({"type": kind, "coordinates": []})).contains("has no coordinates"),
                "{kind}"
            );
        }
        assert!(refused(&json!({"type": "Polygon", "coordinates": [[]]})).contains("has no coordinates"));
        assert!(
            refused(&json!({"type": "GeometryCollection", "geometries": []})).contains("has no coordinates")
        );
    }

    #[test]
    fn points_are_a_centroid_and_lines_are_nothing() {
        let points = json!({"type": "MultiPoint", "coordinates": [[1.0, 48.0], [2.0, 49.0, 120.0]]});
        assert_eq!(outline_from_geojson(&points), Position::new(1.5, 48.5).map(Outline::Centroid));
        let line = json!({"type": "LineString", "coordinates": [[1.0, 48.0], [2.0, 49.0]]});
        assert!(refused(&line).contains("LineString"));
    }

    #[test]
    fn of_a_mixed_collection_the_polygons_stay_and_the_report_counts_the_rest() {
        let polygon = json!({"type": "Polygon", "coordinates": [square_ring(1.0, 48.0, 0.5)]});
        let point = json!({"type": "Point", "coordinates": [1.2, 48.2]});
        let mixed = json!({"type": "GeometryCollection", "geometries": [point, polygon, point]});
        let (outline, repairs) = read(&mixed).expect("a boundary");
        assert_eq!(outline, boundary(&polygon));
        assert_eq!(repairs, [Repair::LeftOut { kind: "Point", count: 2 }]);
    }

    #[test]
    fn coordinates_in_metres_are_refused_by_their_place_and_with_what_to_do() {
        let ring = json!([[581_000.5, 6_849_000.5], [581_100.0, 6_849_000.0], [581_000.0, 6_849_100.0]]);
        let message = refused(&json!({"type": "Polygon", "coordinates": [ring]}));
        assert!(
            message.starts_with("part 1, outer ring, position 1: 581000.5, 6849000.5 is not"),
            "{message}"
        );
        assert!(message.contains("Lambert-93") && message.contains("ogr2ogr"), "{message}");
        let noumea = json!({"type": "Point", "coordinates": [-22.27, 166.44]});
        assert!(refused(&noumea).contains("latitude before longitude"));
    }

    #[test]
    fn what_is_no_geojson_is_refused_with_what_it_is() {
        assert!(refused(&json!({"type": "Topology", "objects": {}, "arcs": []})).contains("mapshaper"));
        assert!(refused(&json!([1.0, 48.0])).contains("a list"));
        assert!(refused(&json!({"rings": []})).contains("without a type"));
        assert!(refused(&json!({"type": "Circle"})).contains("Circle"));
        let nan = json!({"type": "Polygon", "coordinates": [[[1.0, 48.0], [null, 48.0], [1.0, 49.0]]]});
        assert!(refused(&nan).contains("position 2: a coordinate has to be a number"));
        let short = json!({"type": "Polygon", "coordinates": [[[1.0, 48.0], [2.0], [1.0, 49.0]]]});
        assert!(refused(&short).contains("position 2: a position needs"));
        let flat = json!({"type": "Polygon", "coordinates": [[1.0, 48.0], [2.0, 48.0]]});
        assert!(refused(&flat).contains("Polygon"), "{}", refused(&flat));
        let mut deep = json!(1.0);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        assert!(refused(&json!({"type": "Polygon", "coordinates": deep})).contains("too deep"));
    }

    #[test]
    fn a_foreign_reference_system_is_refused_wherever_it_stands() {
        let lambert = json!({"type": "name", "properties": {"name": "EPSG:2154"}});
        let point = json!({"type": "Point", "coordinates": [1.0, 48.0], "crs": lambert});
        assert!(refused(&json!({"type": "Feature", "geometry": point})).contains("EPSG:2154"));
    }
}
