//! The API's filters as JSON in an address, for what is not asked by documents: the same input types, checked as strictly as
//! a document's variables are.

use async_graphql::{InputType, Value};

use super::actor_inputs::{ActorFilter, check_weight};
use super::interaction_inputs::InteractionFilter;
use super::territory_inputs::TerritoryFilter;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::{actors, interactions, territories};

/// The parameter.
const FILTER: &str = "filter";

/// A filter of actors; none asks nothing.
pub fn actor_filter(json: Option<&str>) -> Result<actors::ActorFilter, Violations> {
    let mut found = Violations::default();
    let filter = given::<ActorFilter>(json)?.unwrap_or_default().read(FILTER, 1, &mut found);
    check_weight(FILTER, &filter, &mut found);
    found.into_result(filter)
}

/// A filter of interactions; none asks nothing.
pub fn interaction_filter(json: Option<&str>) -> Result<interactions::InteractionFilter, Violations> {
    let mut found = Violations::default();
    let filter = given::<InteractionFilter>(json)?.unwrap_or_default().read(FILTER, &mut found);
    if let Some(between) = &filter.between {
        check_weight("filter.between", between, &mut found);
    }
    found.into_result(filter)
}

/// A filter of territories; none asks nothing.
pub fn territory_filter(json: Option<&str>) -> Result<territories::TerritoryFilter, Violations> {
    let mut found = Violations::default();
    let filter = given::<TerritoryFilter>(json)?.unwrap_or_default().read(FILTER, &mut found);
    found.into_result(filter)
}

fn given<T: InputType>(json: Option<&str>) -> Result<Option<T>, Violations> {
    let Some(json) = json.filter(|json| !json.trim().is_empty()) else { return Ok(None) };
    let wrong = |message: String| Violations::one(FILTER, ViolationCode::Invalid, message);
    let json: serde_json::Value = serde_json::from_str(json).map_err(|error| {
        wrong(format!("is no JSON: see line {}, column {}", error.line(), error.column()))
    })?;
    if !json.is_object() {
        return Err(wrong("is an object, as the filter of the API".to_owned()));
    }
    let value = Value::from_json(json).map_err(|error| wrong(format!("can't be read: {error}")))?;
    let filter = T::parse(Some(value.clone())).map_err(|error| {
        wrong(format!("can't be read: {}", error.into_server_error(async_graphql::Pos::default()).message))
    })?;
    let mut found = Violations::default();
    refuse_unknown(&value, &filter.to_value(), FILTER, &mut found);
    found.into_result(Some(filter))
}

/// Refuses fields that the type has not: what was read is written with all its fields, and without them.
fn refuse_unknown(given: &Value, read: &Value, path: &str, found: &mut Violations) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (name, value) in given {
                let path = format!("{path}.{name}");
                if let Some(read) = read.get(name) {
                    refuse_unknown(value, read, &path, found);
                } else {
                    let known: Vec<_> = read.keys().map(async_graphql::Name::as_str).collect();
                    let message = format!("is no field here; there are {}", known.join(", "));
                    found.add(path, ViolationCode::Invalid, message);
                }
            }
        }
        (Value::List(given), Value::List(read)) => {
            for (place, (given, read)) in given.iter().zip(read).enumerate() {
                refuse_unknown(given, read, &format!("{path}[{place}]"), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> Vec<(String, String)> {
        let found = actor_filter(Some(json)).expect_err("it is wrong");
        found.0.into_iter().map(|violation| (violation.path, violation.message)).collect()
    }

    #[test]
    fn the_filter_is_that_of_the_api() {
        let json = r#"{"kinds": ["ASSOCIATION"], "or": [{"themes": ["health"]}, {"hasLocation": true}], "not": {"sdgs": [3]}}"#;
        let filter = actor_filter(Some(json)).expect("a filter");
        assert_eq!((filter.kinds.len(), filter.or.len(), filter.not.is_some()), (1, 2, true));
        assert_eq!(actor_filter(None), Ok(actors::ActorFilter::default()));
        assert_eq!(actor_filter(Some(" ")), Ok(actors::ActorFilter::default()));
        let json = r#"{"territory": {"territory": {"code": {"kind": "COMMUNE", "code": "28134"}}, "direction": "DOWN"}}"#;
        assert!(actor_filter(Some(json)).expect("a filter").territory.is_some());
        assert!(interaction_filter(Some(r#"{"between": {"kinds": ["SCHOOL"]}}"#)).is_ok());
        assert!(territory_filter(Some(r#"{"kinds": ["COMMUNE"]}"#)).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(wrong("{")[0].1, "is no JSON: see line 1, column 1");
        assert_eq!(wrong("[]")[0].1, "is an object, as the filter of the API");
        assert!(wrong(r#"{"kinds": ["CASTLE"]}"#)[0].1.contains("CASTLE"));
        let found = wrong(
            r#"{"kind": ["SCHOOL"], "or": [{"theme": []}, {"near": {"longitude": 1, "latitude": 48, "radiusKm": 3, "km": 2}}]}"#,
        );
        let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["filter.kind", "filter.or[0].theme", "filter.or[1].near.km"]);
        assert!(found[0].1.contains("kinds"));
        assert_eq!(wrong(r#"{"sdgs": [99]}"#)[0].0, "filter.sdgs[0]");
    }
}
