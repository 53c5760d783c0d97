//! From a record's texts to domain values: what can't be read is left out with a warning, and the row stays.

use std::str::FromStr;

use strum::IntoEnumIterator;

use super::Sourced;
use super::report::Report;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::territories::{TerritoryCode, TerritoryKind};
use crate::ingest::{Problem, Record};

/// Reads one record; what is wrong is kept.
pub struct Reader<'a> {
    record: &'a Record,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Of this record.
    pub fn new(record: &'a Record) -> Self {
        Self { record, problems: Vec::new() }
    }

    /// Adds a warning about a field.
    pub fn warn(&mut self, field: &str, value: &str, code: &'static str, message: impl std::fmt::Display) {
        let column = self.record.fields.get(field).and_then(|values| values.first()?.column.clone());
        let mut problem =
            Problem::warning(code, format!("{field}: {message}")).at(self.record.line).quoting(value);
        if let Some(column) = column {
            problem = problem.in_column(&column);
        }
        self.problems.push(problem);
    }

    /// A text.
    pub fn text(&self, field: &str) -> Option<String> {
        self.record.text(field).map(str::to_owned)
    }

    /// Texts.
    pub fn texts(&self, field: &str) -> Vec<String> {
        self.record.texts(field).map(str::to_owned).collect()
    }

    /// A value that parses.
    pub fn value<T: FromStr>(&mut self, field: &str, wanted: &str) -> Option<T> {
        let text = self.record.text(field)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.warn(field, text, "unreadable", format!("is not {wanted}, so it is left out"));
        }
        value
    }

    /// A word of an enumeration.
    pub fn word<T: FromStr + IntoEnumIterator + AsRef<str>>(&mut self, field: &str) -> Option<T> {
        let text = self.record.text(field)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.warn(field, text, "unknown-word", format!("is none of {}, so it is left out", words::<T>()));
        }
        value
    }

    /// Words of an enumeration.
    pub fn words<T: FromStr + IntoEnumIterator + AsRef<str>>(&mut self, field: &str) -> Vec<T> {
        let mut values = Vec::new();
        for text in self.texts(field) {
            match text.parse() {
                Ok(value) => values.push(value),
                Err(_) => self.warn(
                    field,
                    &text,
                    "unknown-word",
                    format!("is none of {}, so it is left out", words::<T>()),
                ),
            }
        }
        values
    }

    /// A territory named as `KIND:code`.
    pub fn territory(&mut self, field: &str, text: &str) -> Option<TerritoryCode> {
        let parts = text.split_once(':');
        let kind = parts.and_then(|(kind, _)| kind.parse::<TerritoryKind>().ok());
        match (kind, parts) {
            (Some(kind), Some((_, code))) if !code.is_empty() => {
                Some(TerritoryCode { kind, code: code.to_owned(), vintage: None })
            }
            _ => {
                self.warn(field, text, "not-a-territory", "is not a kind and a code, as in COMMUNE:28134");
                None
            }
        }
    }

    /// Adds violations of the domain's rules as warnings.
    pub fn violations(&mut self, found: Violations) {
        for violation in found.0 {
            let field = violation.path.strip_prefix("input.").unwrap_or(&violation.path).to_owned();
            self.warn(&field, "", "left-out", violation.message);
        }
    }

    /// Hands what is wrong to the report.
    pub fn finish(self, sourced: &Sourced, report: &mut Report) {
        for problem in self.problems {
            report.problem(sourced.file, problem);
        }
    }
}

/// Sets what the record says, and clears what it says no more.
pub fn told<T>(value: Option<T>) -> Edit<T> {
    value.map_or(Edit::Clear, Edit::Set)
}

fn words<T: IntoEnumIterator + AsRef<str>>() -> String {
    T::iter().map(|value| value.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}
