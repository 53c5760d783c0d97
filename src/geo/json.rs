//! Questions to a JSON value that is no good geometry.

use serde_json::Value;

use super::error::{GeometryError, Place};

/// Whether lists and objects are nested more than so many levels deep.
pub(super) fn deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(|item| deeper_than(item, levels - 1)),
        Value::Object(members) => levels == 0 || members.values().any(|item| deeper_than(item, levels - 1)),
        _ => false,
    }
}

/// What a JSON value is, for a message.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object without a type",
    }
}

/// The error for a geometry that the reader refused: where the first coordinate is that is no number, if that is why.
pub(super) fn malformed(geometry: &Value, reason: &str) -> GeometryError {
    let bad =
        geometry.get("coordinates").and_then(|coordinates| first_not_a_number(coordinates, &mut Vec::new()));
    let Some((path, found)) = bad else {
        return GeometryError::Malformed { place: Place::default(), reason: reason.to_owned() };
    };
    // The last index is that of the number within its position.
    let counted = path.iter().rev().skip(1).map(|index| Some(index + 1)).collect::<Vec<_>>();
    let from_the_end = |n: usize| counted.get(n).copied().flatten();
    let place = Place { part: from_the_end(2), ring: from_the_end(1), position: from_the_end(0) };
    GeometryError::Malformed { place, reason: format!("a coordinate has to be a number, found {found}") }
}

fn first_not_a_number(value: &Value, path: &mut Vec<usize>) -> Option<(Vec<usize>, &'static str)> {
    match value {
        Value::Number(_) => None,
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            path.push(index);
            let found = first_not_a_number(item, path);
            path.pop();
            found
        }),
        other => Some((path.clone(), kind_of(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_coordinate_that_is_no_number_is_named_by_its_place() {
        // What a NaN becomes in JSON, and what an export with decimal commas writes.
        let hole =
            json!({"type": "MultiPolygon", "coordinates": [[[[1, 2]]], [[[1, 2]], [[1, 2], [3, null]]]]});
        let message = malformed(&hole, "").to_string();
        assert_eq!(message, "part 2, hole 1, position 2: a coordinate has to be a number, found null");
        let point = json!({"type": "Point", "coordinates": ["1,37", "48,73"]});
        assert_eq!(
            malformed(&point, "").to_string(),
            "the geometry: a coordinate has to be a number, found a text"
        );
    }
}
