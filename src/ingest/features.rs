//! GeoJSON, a feature at a time: a country's outlines need not fit in memory.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::encoding::{Notices, decode};
use super::input::Input;
use super::json_stream::JsonStream;
use super::problem::Problem;
use super::row::{Cell, Columns, GEOMETRY_COLUMN, ID_COLUMN, Row};
use crate::geo::refuse_foreign_crs;

/// The features of a `FeatureCollection`, of a sequence of features one behind the other, or a feature alone.
pub struct Features {
    json: JsonStream,
    /// The first of a sequence, until it is asked for.
    first: Option<Feature>,
    is_sequence: bool,
    columns: Arc<Columns>,
    count: u64,
    notices: Notices,
    finished: bool,
}

#[derive(Deserialize, Default)]
struct Feature {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(default)]
    geometry: Option<Value>,
}

impl Features {
    /// Reads as far as the list of features, or the end of the first of a sequence.
    ///
    /// # Errors
    ///
    /// Where there is none, with what the file is instead.
    pub fn new(input: Input, problems: &mut Vec<Problem>) -> Result<Self, Problem> {
        let mut features = Self {
            json: JsonStream::new(input),
            first: None,
            is_sequence: false,
            columns: Arc::default(),
            count: 0,
            notices: Notices::default(),
            finished: false,
        };
        if features.json.peek()? != b'{' {
            return Err(not_a_collection("a JSON list"));
        }
        features.json.pass();
        let (mut feature, mut is_feature) = (Map::new(), false);
        loop {
            match features.json.member()? {
                Some(key) if key == "features" && features.json.peek()? == b'[' => {
                    features.json.pass();
                    return Ok(features);
                }
                Some(key) => {
                    let value = features.other_member(&key, problems)?;
                    is_feature |= key == "type" && value == "Feature";
                    if matches!(key.as_str(), "id" | "properties" | "geometry") {
                        feature.insert(key, value);
                    }
                }
                None if is_feature => {
                    let first = serde_json::from_value(Value::Object(feature));
                    features.first = Some(first.map_err(|error| unreadable(&error))?);
                    features.is_sequence = true;
                    return Ok(features);
                }
                None => return Err(not_a_collection("a JSON object without features")),
            }
        }
    }

    /// The columns that the features so far have.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The next feature as a row, `None` at the end. Problems that cost no row go to `problems`.
    pub fn next_row(&mut self, problems: &mut Vec<Problem>) -> Option<Result<Row, Problem>> {
        if self.finished {
            return None;
        }
        if let Some(first) = self.first.take() {
            self.count += 1;
            return Some(self.row(first).map_err(|problem| problem.at(self.count)));
        }
        match self.next_feature(problems) {
            Ok(true) => {
                self.count += 1;
                let row = self.feature(problems).and_then(|feature| self.row(feature));
                Some(row.map_err(|problem| problem.at(self.count)))
            }
            Ok(false) => {
                self.finished = true;
                None
            }
            Err(problem) => {
                self.finished = true;
                Some(Err(problem.at(self.count + 1)))
            }
        }
    }

    /// Puts the next feature's bytes into the buffer; false behind the last one.
    fn next_feature(&mut self, problems: &mut Vec<Problem>) -> Result<bool, Problem> {
        if self.is_sequence {
            if self.json.is_at_end()? {
                return Ok(false);
            }
            // Anything else would be skipped a comma at a time.
            return if self.json.peek()? == b'{' {
                self.json.value().map(|()| true)
            } else {
                Err(behind_the_end())
            };
        }
        if self.json.peek_item()? != b']' {
            self.json.value()?;
            return Ok(true);
        }
        self.json.pass();
        while let Some(key) = self.json.member()? {
            self.other_member(&key, problems)?;
        }
        if self.json.is_at_end()? { Ok(false) } else { Err(behind_the_end()) }
    }

    /// The feature in the buffer.
    fn feature(&mut self, problems: &mut Vec<Problem>) -> Result<Feature, Problem> {
        let (text, encoding) = decode(self.json.bytes());
        problems.extend(self.notices.first(encoding).map(|problem| problem.at(self.count)));
        serde_json::from_str(&text).map_err(|error| unreadable(&error))
    }

    fn row(&mut self, feature: Feature) -> Result<Row, Problem> {
        let mut properties = feature.properties.unwrap_or_default();
        if let Some(id) = feature.id {
            properties.insert(ID_COLUMN.to_owned(), id);
        }
        if let Some(kind) = feature.geometry.as_ref().and_then(|geometry| geometry.get("type")) {
            properties.insert(GEOMETRY_COLUMN.to_owned(), kind.clone());
        }
        let mut cells = vec![Cell::Empty; self.columns.names().len()];
        for (name, value) in properties.into_iter().filter(|(name, _)| !name.is_empty()) {
            let position = self.position(&name)?;
            if position >= cells.len() {
                cells.resize(position + 1, Cell::Empty);
            }
            cells[position] = cell(value);
        }
        let geometry = feature.geometry.filter(|geometry| !geometry.is_null()).map(Arc::new);
        Ok(Row { line: self.count, columns: Arc::clone(&self.columns), cells, geometry })
    }

    /// A property's column, which is new where no feature had it before.
    fn position(&mut self, name: &str) -> Result<usize, Problem> {
        if let Some(position) = self.columns.position(name) {
            return Ok(position);
        }
        self.columns.room()?;
        let columns = Arc::make_mut(&mut self.columns);
        columns.add(name);
        Ok(columns.names().len() - 1)
    }

    /// Reads a member that is not the features: only what refuses or doubts the file matters.
    fn other_member(&mut self, key: &str, problems: &mut Vec<Problem>) -> Result<Value, Problem> {
        self.json.value()?;
        let value = serde_json::from_str(&decode(self.json.bytes()).0).unwrap_or(Value::Null);
        match (key, value.as_str()) {
            ("type", Some("Topology")) => Err(Problem::error(
                "format",
                "this is TopoJSON, which is not read; turn it into GeoJSON, e.g. `mapshaper in.json -o format=geojson out.geojson`",
            )),
            ("type", Some("FeatureCollection" | "Feature")) => Ok(value),
            ("type", Some(other)) => Err(not_a_collection(other)),
            ("crs", _) if !is_wgs84(&value) => {
                let message = "the file says that its coordinates are not longitude and latitude; reproject it to WGS 84 \
                               (`ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`)";
                problems.push(Problem::warning("projection", message).quoting(&value.to_string()));
                Ok(value)
            }
            _ => Ok(value),
        }
    }
}

fn cell(value: Value) -> Cell {
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    match value {
        Value::Array(values) => Cell::List(values.into_iter().filter_map(text).collect()),
        other => text(other).map_or(Cell::Empty, Cell::Text),
    }
}

/// Whether a `crs` member (of the older GeoJSON of 2008) names longitude and latitude, or nothing.
fn is_wgs84(crs: &Value) -> bool {
    refuse_foreign_crs(&json!({"crs": crs})).is_ok()
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::error("feature", format!("this feature can't be read and is left out: {error}"))
}

fn behind_the_end() -> Problem {
    let message = "something stands behind the last feature, as where two files were put one behind the other; give them \
                   one by one";
    Problem::error("format", message)
}

fn not_a_collection(found: &str) -> Problem {
    Problem::error(
        "format",
        format!("this is {found}, not a GeoJSON FeatureCollection; put its features into one"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Rows, Severity, read_from};
    use super::*;

    fn open(text: &str) -> Result<Rows, Problem> {
        read_from(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())))
    }

    #[test]
    fn properties_become_columns_and_lists_stay_lists() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"properties":{"code":"28134","ok":true,"n":3.5,"communes":["a]","b\"}"]},"geometry":{"type":"Point","coordinates":[1,2]}},
            {"type":"Feature","properties":{"late":"x","code":null},"geometry":null}]}"#;
        let rows: Vec<Row> = open(text).expect("a collection").map(|row| row.expect("a feature")).collect();
        let texts = |row: usize, column: &str| rows[row].texts(column).join("+");
        assert_eq!((rows[0].line, rows[1].line), (1, 2));
        assert_eq!([texts(0, "code"), texts(0, "ok"), texts(0, "n")], ["28134", "true", "3.5"]);
        assert_eq!(
            [texts(0, "communes"), texts(0, ID_COLUMN), texts(0, GEOMETRY_COLUMN)],
            ["a]+b\"}", "7", "Point"]
        );
        assert_eq!([texts(1, "code"), texts(1, "late"), texts(0, "late")], ["", "x", ""]);
        assert!(rows[0].geometry.is_some() && rows[1].geometry.is_none());
    }

    #[test]
    fn a_broken_feature_is_left_out_and_the_others_stay() {
        let text =
            r#"{"features":[{"properties":{"a":1}},{"properties":oops},{"properties":{"a":3}}],"name":"x"}"#;
        let items: Vec<_> = open(text).expect("a collection").map(|item| item.map(|row| row.line)).collect();
        assert_eq!((&items[0], &items[2]), (&Ok(1), &Ok(3)));
        assert_eq!(
            items[1].as_ref().map_err(|problem| (problem.code, problem.line)),
            Err(("feature", Some(2)))
        );
    }

    #[test]
    fn a_cut_collection_yields_what_is_whole_and_says_that_it_is_cut() {
        let items: Vec<_> =
            open(r#"{"features":[{"properties":{"a":1}},{"prop"#).expect("a collection").collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].as_ref().map_err(|problem| problem.code).err(), Some("truncated"));
    }

    #[test]
    fn a_stray_bracket_or_comma_ends_the_reading_with_an_error() {
        for stray in ["}", ",,", ":"] {
            let text = format!(r#"{{"features":[{{"properties":{{"a":1}}}}{stray}{{"properties":{{}}}}]}}"#);
            let items: Vec<_> = open(&text).expect("a collection").take(9).collect();
            let last = items.last().and_then(|item| item.as_ref().err()).map(|problem| problem.severity);
            assert!(items.len() < 9 && last == Some(Severity::Error), "{stray}: {items:?}");
        }
    }

    #[test]
    fn other_json_is_refused_with_what_to_do() {
        for (text, word) in
            [(r#"{"type":"Topology","objects":{},"arcs":[]}"#, "mapshaper"), ("[1]", "FeatureCollection")]
        {
            let problem = open(text).err().expect("refused");
            assert!(problem.message.contains(word), "{problem}");
        }
    }

    #[test]
    fn a_feature_alone_and_a_sequence_of_them_are_read() {
        let feature = r#"{"type":"Feature","properties":{"a":1},"geometry":null}"#;
        let count = |text: &str| open(text).expect("features").flatten().count();
        assert_eq!(count(feature), 1);
        assert_eq!(count(&format!("{feature}\n{feature}\n")), 2);
        assert_eq!(count(&format!("\u{1e}{feature}\n\u{1e}{feature}\n")), 2);
        let last = |text: &str| open(text).expect("features").last().and_then(Result::err).map(|p| p.code);
        assert_eq!(last(&format!("{feature}\n{{\"type\":")), Some("truncated"));
        assert_eq!(last(&format!("{feature},{feature}")), Some("format"));
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
        assert_eq!(last(&format!("{collection}\n{collection}")), Some("format"));
    }

    #[test]
    fn metres_are_told_from_the_crs_member() {
        let text = r#"{"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[]}"#;
        let codes: Vec<_> =
            open(text).expect("a collection").map(|item| item.map(|_| ()).map_err(|p| p.code)).collect();
        assert_eq!(codes, [Err("projection"), Err("empty-table")]);
    }
}
