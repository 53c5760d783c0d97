//! What a record says that its producer can't have meant.

use serde_json::Value;

use super::forms::{eaten, is_scientific};
use super::problem::Problem;
use super::record::Record;
use super::targets::Kind;
use crate::geo::looks_swapped;

/// A reference that a spreadsheet rounded: several rows would be taken for one.
pub fn eaten_reference(record: &Record) -> Option<Problem> {
    let reference = &record.origin.reference;
    let message = "the reference was rounded by a spreadsheet, so that rows can't be told apart, and the row is left out; \
                   format the column as text and export again";
    is_rounded(reference).then(|| Problem::error("spreadsheet", message).at(record.line).quoting(reference))
}

fn is_rounded(code: &str) -> bool {
    code.contains(['e', 'E']) && code.contains('+') && is_scientific(&code.replace(',', "."))
}

/// Gives codes of territories the first zero that a spreadsheet ate, and leaves out those that it rounded.
pub fn mend_codes(record: &mut Record, problems: &mut Vec<Problem>) {
    if record.kind == Kind::Territories {
        let kind = record.text("kind").unwrap_or_default().to_owned();
        mend(record, "code", |code| with_zero(&kind, code), problems);
        return;
    }
    for field in ["areas_served", "territories", "programme"] {
        let named = |text: &str| {
            let (kind, code) = text.split_once(':')?;
            Some(format!("{kind}:{}", with_zero(kind, code)?))
        };
        mend(record, field, named, problems);
    }
}

/// The code with its first zero, where that is missing.
fn with_zero(kind: &str, code: &str) -> Option<String> {
    let length = match kind {
        "COMMUNE" => 5,
        "DEPARTMENT" | "REGION" => 2,
        _ => return None,
    };
    let is_short = code.len() + 1 == length && code.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| format!("0{code}"))
}

fn mend(
    record: &mut Record,
    field: &'static str,
    whole: impl Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) {
    let line = record.line;
    let Some(values) = record.fields.get_mut(field) else { return };
    values.retain_mut(|value| {
        let placed = |problem: Problem| match &value.column {
            Some(column) => problem.at(line).in_column(column).quoting(&value.text),
            None => problem.at(line).quoting(&value.text),
        };
        if is_rounded(value.text.rsplit(':').next().unwrap_or_default()) {
            let (code, message) = eaten();
            problems.push(placed(Problem::warning(code, format!("{field}: {message}"))));
            return false;
        }
        if let Some(mended) = whole(&value.text) {
            let message = format!("{field}: a first zero was added; format the column as text");
            problems.push(placed(Problem::warning("leading-zero", message)));
            value.text = mended;
        }
        true
    });
    if values.is_empty() {
        record.fields.remove(field);
    }
}

/// A warning where longitude and latitude seem to be swapped.
pub fn swapped(record: &Record) -> Option<Problem> {
    let number = |field: &str| record.text(field).and_then(|text| text.parse::<f64>().ok());
    let drawn = record.geometry.as_deref().and_then(first_position);
    let (longitude, latitude) = drawn.or_else(|| Some((number("longitude")?, number("latitude")?)))?;
    let message = format!(
        "{longitude}, {latitude} as longitude and latitude is far from France, and is in France the other way round: are the \
         two swapped? They are read as they stand; swap them in the file and import it again"
    );
    looks_swapped(longitude, latitude).then(|| Problem::warning("swapped", message).at(record.line))
}

/// The first position of a geometry, however deep.
fn first_position(geometry: &Value) -> Option<(f64, f64)> {
    let within = geometry.get("coordinates");
    let Some(mut value) = within else {
        return geometry.get("geometries")?.as_array()?.iter().find_map(first_position);
    };
    while let Some(inner) = value.get(0).filter(|inner| inner.is_array()) {
        value = inner;
    }
    Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::record::Value as Said;
    use super::*;

    fn mended(kind: Kind, fields: &[(&'static str, &str)]) -> (Record, Vec<&'static str>) {
        let mut record = Record::new(kind, 2);
        for (field, text) in fields {
            record.fields.insert(field, vec![Said { text: (*text).to_owned(), column: None }]);
        }
        let mut problems = Vec::new();
        mend_codes(&mut record, &mut problems);
        (record, problems.iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn codes_of_territories_that_a_spreadsheet_ate_are_mended_or_left_out() {
        let (record, told) = mended(Kind::Territories, &[("kind", "COMMUNE"), ("code", "1001")]);
        assert_eq!((record.text("code"), told), (Some("01001"), vec!["leading-zero"]));
        let (record, told) = mended(Kind::Territories, &[("kind", "INTERCOMMUNALITY"), ("code", "2,00E+08")]);
        assert_eq!((record.text("code"), told), (None, vec!["spreadsheet"]));
        let (record, told) = mended(Kind::Actors, &[("areas_served", "COMMUNE:1001")]);
        assert_eq!((record.text("areas_served"), told), (Some("COMMUNE:01001"), vec!["leading-zero"]));
        let (_, told) = mended(Kind::Territories, &[("kind", "PRIORITY_NEIGHBOURHOOD"), ("code", "1001")]);
        assert_eq!(told, Vec::<&str>::new());
    }

    #[test]
    fn swapped_coordinates_are_doubted_in_points_and_in_outlines() {
        let mut record = Record::new(Kind::Territories, 2);
        for (coordinates, is_doubted) in [
            (json!([[[48.7, 1.36], [48.8, 1.36], [48.8, 1.4]]]), true),
            (json!([[[1.36, 48.7], [1.36, 48.8], [1.4, 48.8]]]), false),
            (json!([]), false),
        ] {
            record.geometry = Some(Arc::new(json!({"type": "Polygon", "coordinates": coordinates})));
            assert_eq!(swapped(&record).is_some(), is_doubted, "{coordinates}");
        }
    }
}
