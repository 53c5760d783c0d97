//! Entries written by hand in our own words: a TOML file whose keys are our fields, no mapping needed.

use std::collections::HashMap;
use std::io::Read;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::bounds::{Bounds, in_words};
use super::input::decompressed;
use super::input_file::InputFile;
use super::problem::Problem;
use super::record::Record;
use super::targets::Kind;
use super::toml_shapes::{line_of, toml_problem};

/// The key of a call's tracks.
const TRACKS: &str = "tracks";

/// Reads a file of entries: `kind`, `source`, and `[[entries]]` with a `reference` each, fields by their names, and in
/// calls `[[entries.tracks]]`. A record's line is where its `reference` stands.
///
/// # Errors
///
/// Everything that is wrong in the file, with lines.
pub fn load_entries(file: &InputFile, bounds: &Bounds) -> Result<Vec<Record>, Vec<Problem>> {
    let mut text = String::new();
    let reader = file.reader().map_err(|problem| vec![problem])?;
    let read =
        decompressed(reader).and_then(|reader| reader.take(bounds.text_bytes + 1).read_to_string(&mut text));
    read.map_err(|error| {
        let message = format!("{} can't be read: {error}", file.name().display());
        vec![Problem::error("unreadable", message)]
    })?;
    if text.len() as u64 > bounds.text_bytes {
        let message = format!("more than {}; split the file", in_words(bounds.text_bytes));
        return Err(vec![Problem::error("too-large", message)]);
    }
    parse_entries(&text)
}

/// The same from the file's text.
pub fn parse_entries(text: &str) -> Result<Vec<Record>, Vec<Problem>> {
    let root = DeTable::parse(text).map_err(|error| vec![toml_problem(text, &error)])?;
    let mut reader = Reader { text, problems: Vec::new() };
    let records = reader.file(root.get_ref());
    if reader.problems.is_empty() { Ok(records) } else { Err(reader.problems) }
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn refuse(&mut self, offset: usize, message: impl Into<String>) {
        self.problems.push(Problem::error("entries", message).at(line_of(self.text, offset)));
    }

    fn file(&mut self, root: &DeTable<'_>) -> Vec<Record> {
        let mut kind = None;
        let mut source = String::new();
        let mut entries = Vec::new();
        for (key, value) in root {
            match key.get_ref().as_ref() {
                "kind" => match word(value).as_deref() {
                    Some("actors") => kind = Some(Kind::Actors),
                    Some("territories") => kind = Some(Kind::Territories),
                    Some("interactions") => kind = Some(Kind::Interactions),
                    Some("calls") => kind = Some(Kind::Calls),
                    _ => self.refuse(
                        value.span().start,
                        "kind is one of actors, territories, interactions, calls",
                    ),
                },
                "source" => source = word(value).unwrap_or_default(),
                "entries" => entries = tables(value),
                other => self.refuse(
                    key.span().start,
                    format!("{other:?} is unknown; there are kind, source and [[entries]]"),
                ),
            }
        }
        let Some(kind) = kind else {
            self.refuse(0, "the file says no kind: actors, territories, interactions or calls");
            return vec![];
        };
        if source.is_empty() || entries.is_empty() {
            self.refuse(0, "the file needs a source and [[entries]]");
        }
        let records: Vec<_> = entries.iter().map(|entry| self.entry(kind, &source, entry)).collect();
        let mut seen = HashMap::new();
        for (entry, record) in entries.into_iter().zip(&records) {
            let reference = &record.origin.reference;
            if let Some(line) = seen.insert(reference, record.line).filter(|_| !reference.is_empty()) {
                let message =
                    format!("line {line} has the reference {reference:?} already; keep one of them");
                self.refuse(entry.span().start, message);
            }
        }
        records
    }

    fn entry(&mut self, kind: Kind, source: &str, entry: &Spanned<DeValue<'_>>) -> Record {
        let mut record = Record::new(kind, line_of(self.text, entry.span().start));
        source.clone_into(&mut record.origin.source);
        let Some(table) = entry.get_ref().as_table() else {
            self.refuse(entry.span().start, "an entry is a table");
            return record;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "reference" if kind != Kind::Tracks => {
                    record.line = line_of(self.text, key.span().start);
                    record.origin.reference = word(value).unwrap_or_default();
                    record.origin = record.origin.tidied();
                }
                TRACKS if kind == Kind::Calls => {
                    record.tracks = tables(value)
                        .into_iter()
                        .map(|track| self.entry(Kind::Tracks, source, track))
                        .collect();
                }
                name => match kind.target(name) {
                    Ok(target) => {
                        let mut problems = Vec::new();
                        for text in words(value) {
                            record.add(target, &text, None, &mut problems);
                        }
                        for problem in problems {
                            self.refuse(value.span().start, problem.message);
                        }
                    }
                    Err(message) => self.refuse(key.span().start, message),
                },
            }
        }
        if kind != Kind::Tracks && record.origin.reference.is_empty() {
            self.refuse(
                entry.span().start,
                "an entry needs a reference, so that the next import finds it again",
            );
        }
        for field in record.missing() {
            self.refuse(entry.span().start, format!("this entry has no {field}"));
        }
        record
    }
}

fn tables<'v, 'i>(value: &'v Spanned<DeValue<'i>>) -> Vec<&'v Spanned<DeValue<'i>>> {
    match value.get_ref() {
        DeValue::Array(values) => values.iter().collect(),
        _ => vec![value],
    }
}

fn words(value: &Spanned<DeValue<'_>>) -> Vec<String> {
    tables(value).into_iter().filter_map(word).collect()
}

fn word(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = "kind = 'calls'\nsource = 'exemple'\n[[entries]]\nreference = 'a'\nkind = 'CALL_FOR_PROJECTS'\n\
                        title = 'Agir'\ncloses_on = 2026-12-18\nsdgs = [3, 4]\n";

    #[test]
    fn an_entry_has_its_fields_its_line_and_its_tracks() {
        let text = format!(
            "{CALL}[[entries.tracks]]\nkind = 'SMALL_COLLECTIVE'\ntitle = 'À trois'\nmin_members = 3\n"
        );
        let records = parse_entries(&text).expect("one call");
        let call = &records[0];
        assert_eq!(
            (call.line, call.text("closes_on"), call.texts("sdgs").count()),
            (4, Some("2026-12-18"), 2)
        );
        assert_eq!((call.tracks[0].kind, call.tracks[0].text("min_members")), (Kind::Tracks, Some("3")));
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text =
            format!("{CALL}closing = 1\nopens_on = 'soon'\n[[entries.tracks]]\nkind = 'SMALL_COLLECTIVE'\n");
        let lines: Vec<_> =
            parse_entries(&text).expect_err("three mistakes").iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(9), Some(10), Some(11)]);
    }
}
