//! A row in our own words, its values still text.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::forms::Formed;
use super::problem::{Problem, Severity};
use super::targets::{Kind, Target};
use super::text::tidy;

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// In the form that the field has (see [`super::targets`]).
    pub text: String,
    /// The file's column that it comes from; `None` for a constant, a rule's word or an override.
    pub column: Option<Arc<str>>,
}

/// What finds an entry again at the next import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The list or register that gave the reference; without `:`.
    pub source: String,
    /// Unique within the source.
    pub reference: String,
    /// A page about the entry.
    pub url: Option<String>,
}

/// The most bytes of a source and of a reference: together they must fit into an entry of the index that finds them.
const MOST_SOURCE_BYTES: usize = 500;
const MOST_REFERENCE_BYTES: usize = 2000;

impl Origin {
    /// Takes out what nobody meant, as from cells: what is invisible can't be told apart, and not all of it can be kept.
    #[must_use]
    pub fn tidied(self) -> Self {
        let tidied = |text: String| tidy(&text).into_owned();
        Self { source: tidied(self.source), reference: tidied(self.reference), url: self.url.map(tidied) }
    }

    /// Why it can't be kept.
    pub fn flaw(&self) -> Option<String> {
        let is_long = self.source.len() > MOST_SOURCE_BYTES || self.reference.len() > MOST_REFERENCE_BYTES;
        is_long.then(|| {
            format!(
                "its reference has more than {MOST_REFERENCE_BYTES} bytes, or its source more than {MOST_SOURCE_BYTES}, so it is left \
                 out; give the list a column of short ids"
            )
        })
    }
}

/// A correction that was made to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The field.
    pub field: &'static str,
    /// Why, in its author's words.
    pub reason: String,
}

/// A row in our own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What it is a record of.
    pub kind: Kind,
    /// The row's line, or the feature's number, from 1; several records of one row share it.
    pub line: u64,
    /// Where it comes from.
    pub origin: Origin,
    /// Values by field; a field that is absent is unset, a present one has at least one value.
    pub fields: BTreeMap<&'static str, Vec<Value>>,
    /// A feature's geometry, unread.
    pub geometry: Option<Arc<serde_json::Value>>,
    /// The names of the rules that set something.
    pub ruled: Vec<Arc<str>>,
    /// What overrides changed.
    pub corrections: Vec<Correction>,
    /// A call's tracks.
    pub tracks: Vec<Record>,
}

impl Record {
    /// A record without fields.
    pub fn new(kind: Kind, line: u64) -> Self {
        Self {
            kind,
            line,
            origin: Origin::default(),
            fields: BTreeMap::new(),
            geometry: None,
            ruled: Vec::new(),
            corrections: Vec::new(),
            tracks: Vec::new(),
        }
    }

    /// The first value of a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.first().map(|value| value.text.as_str())
    }

    /// All values of a field.
    pub fn texts(&self, field: &str) -> impl Iterator<Item = &str> {
        self.fields.get(field).into_iter().flatten().map(|value| value.text.as_str())
    }

    /// Brings a text into the field's form and adds it: to a list unless it is there already, else where the field is
    /// unset. Answers whether something was set; what is wrong with the text goes to `problems`.
    pub fn add(
        &mut self,
        target: &Target,
        text: &str,
        column: Option<&Arc<str>>,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let tidied = tidy(text);
        let formed = match target.form.of(&tidied) {
            Ok(formed) => formed,
            Err(refusal) => {
                problems.push(self.doubt(target, Severity::Warning, refusal, text, column));
                return false;
            }
        };
        if let Some(doubt) = formed.doubt.clone() {
            problems.push(self.doubt(target, Severity::Warning, doubt, text, column));
        }
        if tidied.contains('\u{fffd}') {
            let doubt = ("damaged-text", "a letter is damaged; correct it in the source".to_owned());
            problems.push(self.doubt(target, Severity::Warning, doubt, text, column));
        }
        self.insert(target, formed, column)
    }

    fn insert(&mut self, target: &Target, formed: Formed, column: Option<&Arc<str>>) -> bool {
        let value = Value { text: formed.text, column: column.cloned() };
        let values = self.fields.get(target.name).map_or(&[][..], Vec::as_slice);
        let is_settled =
            if target.many { values.iter().any(|old| old.text == value.text) } else { !values.is_empty() };
        if value.text.is_empty() || is_settled {
            return false;
        }
        self.fields.entry(target.name).or_default().push(value);
        if let (Some(field), Some(word)) = (target.precision, formed.precision) {
            self.fields
                .entry(field)
                .or_insert_with(|| vec![Value { text: word.to_owned(), column: column.cloned() }]);
        }
        true
    }

    fn doubt(
        &self,
        target: &Target,
        severity: Severity,
        (code, message): (&'static str, String),
        text: &str,
        column: Option<&Arc<str>>,
    ) -> Problem {
        let problem =
            Problem::new(severity, code, format!("{}: {message}", target.name)).at(self.line).quoting(text);
        match column {
            Some(column) => problem.in_column(column),
            None => problem,
        }
    }

    /// The required fields that are unset.
    pub fn missing(&self) -> Vec<&'static str> {
        let targets = self.kind.targets().iter();
        targets
            .filter(|target| target.required && !self.fields.contains_key(target.name))
            .map(|target| target.name)
            .collect()
    }

    /// A digest of all that the record says; equal for repeats of a row.
    pub fn digest(&self) -> Digest128 {
        let mut hasher = Hasher(Sha256::new());
        for (field, values) in &self.fields {
            hasher.part(field);
            hasher.0.update((values.len() as u64).to_be_bytes());
            for value in values {
                hasher.part(&value.text);
            }
        }
        if let Some(geometry) = &self.geometry {
            // A hasher takes everything, and a `Value` has string keys only: neither can fail.
            let _ = serde_json::to_writer(&mut hasher, geometry.as_ref());
        }
        for track in &self.tracks {
            hasher.0.update(track.digest().to_be_bytes());
        }
        hasher.finish()
    }
}

/// Half of a SHA-256, which is enough to tell the rows of any file apart.
pub type Digest128 = u128;

/// The digest of a sequence of texts.
pub fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> Digest128 {
    let mut hasher = Hasher(Sha256::new());
    texts.into_iter().for_each(|text| hasher.part(text));
    hasher.finish()
}

struct Hasher(Sha256);

impl Hasher {
    /// The length goes first, so that ("ab", "c") is not ("a", "bc").
    fn part(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn finish(self) -> Digest128 {
        self.0.finalize().iter().take(16).fold(0, |digest, byte| digest << 8 | u128::from(*byte))
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(record: &mut Record, field: &str, text: &str) -> Vec<&'static str> {
        let mut problems = vec![];
        let target = record.kind.target(field).expect("a field");
        record.add(target, text, None, &mut problems);
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn a_list_takes_a_value_once_and_a_single_field_keeps_its_first() {
        let mut record = Record::new(Kind::Actors, 2);
        for theme in ["health", "food", "health"] {
            add(&mut record, "themes", theme);
            add(&mut record, "name", theme);
        }
        assert_eq!(record.texts("themes").collect::<Vec<_>>(), ["health", "food"]);
        assert_eq!(record.text("name"), Some("health"));
    }

    #[test]
    fn a_year_alone_brings_its_precision() {
        let mut record = Record::new(Kind::Interactions, 2);
        add(&mut record, "until", "2023");
        assert_eq!(
            (record.text("until"), record.text("until_precision")),
            (Some("2023-12-31"), Some("YEAR"))
        );
    }

    #[test]
    fn a_text_that_has_not_the_fields_form_is_left_out_with_a_warning() {
        let mut record = Record::new(Kind::Calls, 2);
        assert_eq!(add(&mut record, "closes_on", "31/02/2022"), ["date"]);
        assert!(record.fields.is_empty());
    }

    #[test]
    fn digests_tell_where_one_text_ends() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_eq!(digest(["ab", "c"]), digest(["ab", "c"]));
    }
}
