//! What of a file's word is written: a field that the file changed, unless a person edited it meanwhile.

use serde_json::{Map, Value};

use super::Sourced;
use super::report::Report;
use crate::ingest::Problem;

/// A field's word, and whether it is to be written.
pub struct Merge<'a> {
    /// What the file said last time; null where the entry is new to it.
    before: Option<&'a Map<String, Value>>,
    /// What it says now.
    now: &'a Map<String, Value>,
    /// What the entry says.
    current: &'a Map<String, Value>,
}

impl<'a> Merge<'a> {
    /// Of these three states.
    pub fn new(
        before: Option<&'a Value>,
        now: &'a Map<String, Value>,
        current: &'a Map<String, Value>,
    ) -> Self {
        Self { before: before.and_then(Value::as_object), now, current }
    }

    /// The fields to be written; those that a person has edited otherwise are reported.
    pub fn fields(&self, sourced: &Sourced, report: &mut Report) -> Vec<&'a str> {
        let mut written = Vec::new();
        for (field, value) in self.now {
            let before = self.before.and_then(|before| before.get(field));
            let current = self.current.get(field).unwrap_or(&Value::Null);
            let is_edited = self.before.is_some() && before.unwrap_or(&Value::Null) != current;
            let says_nothing = is_empty(value) && before.is_none_or(is_empty);
            if value == current || says_nothing {
                continue;
            }
            if is_edited {
                let message = format!("{field}: a person has edited it since, so it stays as it is here");
                report.problem(sourced.file, Problem::note("edited-here", message).at(sourced.record.line));
                continue;
            }
            written.push(field.as_str());
        }
        written
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// A domain value as fields.
pub fn fields_of(own: &impl serde::Serialize, sets: &impl serde::Serialize) -> Map<String, Value> {
    let mut fields = Map::new();
    for value in [serde_json::to_value(own), serde_json::to_value(sets)] {
        if let Ok(Value::Object(part)) = value {
            fields.extend(part);
        }
    }
    fields
}
