//! From a record's texts to domain values: what can't be read is left out with a warning, and the row stays.

use std::str::FromStr;

use strum::IntoEnumIterator;

use super::Sourced;
use super::report::Report;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
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

    /// Adds a note about a field, which quotes nothing.
    pub fn note(&mut self, field: &str, code: &'static str, message: impl std::fmt::Display) {
        self.problems.push(Problem::note(code, format!("{field}: {message}")).at(self.record.line));
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

/// Takes out of what a record says what breaks a rule, and warns of it: the value is left out, and the row stays. Answers
/// whether it may: an entry can't do without its name.
pub fn settle<E>(
    sourced: &Sourced,
    said: &mut Vec<(&'static str, E)>,
    report: &mut Report,
    check: impl Fn(&[(&'static str, E)]) -> Violations,
) -> bool {
    let mut warned = Vec::new();
    loop {
        let mut found = check(said);
        if let Some(missing) = found.0.iter().find(|v| NEEDED.contains(&v.path.as_str())) {
            let field = missing.path.trim_start_matches("input.");
            report.refuse(
                sourced,
                "left-out",
                format!("{field}: {}, so the row is left out", missing.message),
            );
            return false;
        }
        // A list has lost what is wrong with it already; another value would still be written.
        let is_whole = |path: &str| !path.contains('[') || path.starts_with("input.tracks[");
        let stands = |code| matches!(code, ViolationCode::OutOfRange | ViolationCode::Inconsistent);
        let blamed = found.0.iter().filter(|v| stands(v.code) && is_whole(&v.path));
        let blamed: Vec<_> = blamed.map(|v| field_of(&v.path)).collect();
        found.0.retain(|violation| {
            let said_before = warned.contains(&(violation.path.clone(), violation.message.clone()));
            warned.push((violation.path.clone(), violation.message.clone()));
            !said_before
        });
        let mut reader = Reader::new(&sourced.record);
        reader.violations(found);
        reader.finish(sourced, report);
        let before = said.len();
        said.retain(|(field, _)| !blamed.iter().any(|blamed| blamed == field));
        if said.len() == before {
            return true;
        }
    }
}

/// Where a violation leaves nothing to write.
const NEEDED: [&str; 3] = ["input.name", "input.title", "input.kind"];

/// The field of an entry that a violation's path is in: `input.closesAt` is `closes_at`.
fn field_of(path: &str) -> String {
    let name = path.trim_start_matches("input.").split(['.', '[']).next().unwrap_or_default();
    let mut field = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            field.push('_');
        }
        field.push(c.to_ascii_lowercase());
    }
    field
}

/// Sets what the record says, and clears what it says no more.
pub fn told<T>(value: Option<T>) -> Edit<T> {
    value.map_or(Edit::Clear, Edit::Set)
}

fn words<T: IntoEnumIterator + AsRef<str>>() -> String {
    T::iter().map(|value| value.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}
