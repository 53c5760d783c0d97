//! Corrections to what files say, one a line, each with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::problem::Problem;
use super::record::{Correction, Record};
use super::row::Row;
use super::table::{Rows, read};

const COLUMNS: [&str; 5] = ["source", "reference", "field", "value", "reason"];

/// Corrections by the origin that they are for. They replace what a file says; an empty value clears the field; `;` parts
/// the values of a list.
#[derive(Debug, Default)]
pub struct Overrides {
    by_origin: BTreeMap<(String, String), Vec<Override>>,
    used: BTreeSet<u64>,
}

#[derive(Debug)]
struct Override {
    line: u64,
    field: String,
    value: String,
    reason: String,
}

impl Overrides {
    /// Reads the columns source, reference, field, value and reason of a CSV file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file: a correction that is half read is none.
    pub fn load(path: &Path) -> Result<Self, Vec<Problem>> {
        read(path).map_err(|problem| vec![problem]).and_then(Self::from_rows)
    }

    /// The same from rows that are open already.
    pub fn from_rows(rows: Rows) -> Result<Self, Vec<Problem>> {
        let mut overrides = Self::default();
        let mut problems: Vec<Problem> = COLUMNS
            .iter()
            .filter(|column| rows.columns().0.position(column).is_none())
            .map(|column| Problem::error("missing-column", "overrides need this column").in_column(column))
            .collect();
        if problems.is_empty() {
            for row in rows {
                if let Err(problem) = row.and_then(|row| overrides.take(&row)) {
                    problems.push(problem);
                }
            }
        }
        if problems.is_empty() { Ok(overrides) } else { Err(problems) }
    }

    fn take(&mut self, row: &Row) -> Result<(), Problem> {
        let text = |column: &str| row.texts(column).concat().trim().to_owned();
        for column in ["source", "reference", "field", "reason"] {
            if text(column).is_empty() {
                let message = "a correction says what it is for, and why; fill this in";
                return Err(Problem::error("empty-cell", message).at(row.line).in_column(column));
            }
        }
        let correction =
            Override { line: row.line, field: text("field"), value: text("value"), reason: text("reason") };
        self.by_origin.entry((text("source"), text("reference"))).or_default().push(correction);
        Ok(())
    }

    /// Corrects a record. Problems name the line of the overrides, not of the record's file.
    pub fn apply(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        let origin = (record.origin.source.clone(), record.origin.reference.clone());
        for correction in self.by_origin.get(&origin).into_iter().flatten() {
            self.used.insert(correction.line);
            if let Err(problem) = correction.apply(record, problems) {
                problems.push(problem);
            }
        }
    }

    /// The corrections whose entry no file had so far, to be told when all files are read.
    pub fn unused(&self) -> Vec<Problem> {
        let all = self
            .by_origin
            .iter()
            .flat_map(|(origin, corrections)| corrections.iter().map(move |correction| (origin, correction)));
        let unused = all.filter(|(_, correction)| !self.used.contains(&correction.line));
        let problem = |((source, reference), correction): (&(String, String), &Override)| {
            let message = "this correction is for an entry that no file has; remove it, or correct its source and reference";
            Problem::warning("unused-override", message)
                .at(correction.line)
                .quoting(&format!("{source}:{reference}"))
        };
        unused.map(problem).collect()
    }
}

impl Override {
    fn apply(&self, record: &mut Record, problems: &mut Vec<Problem>) -> Result<(), Problem> {
        let refused =
            |message: String| Problem::error("override", format!("overrides, line {}: {message}", self.line));
        let target = record.kind.target(&self.field).map_err(refused)?;
        let old = record.fields.remove(target.name);
        let values: Vec<&str> = if target.many { self.value.split(';').collect() } else { vec![&self.value] };
        let values = values.into_iter().map(str::trim).filter(|value| !value.is_empty());
        let mut found = Vec::new();
        for value in values {
            record.add(target, value, None, &mut found);
        }
        if let Some(problem) = found.first() {
            let message = problem.message.clone();
            if let Some(old) = old {
                record.fields.insert(target.name, old);
            }
            return Err(refused(message).quoting(&self.value));
        }
        problems.extend(found);
        record.corrections.push(Correction { field: target.name, reason: self.reason.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_from;
    use super::super::targets::Kind;
    use super::*;

    fn overrides(lines: &str) -> Result<Overrides, Vec<Problem>> {
        let text = format!("source,reference,field,value,reason\n{lines}");
        Overrides::from_rows(read_from(Box::new(std::io::Cursor::new(text.into_bytes()))).expect("a header"))
    }

    fn record() -> Record {
        let mut record = Record::new(Kind::Actors, 9);
        record.origin.source = "siren".to_owned();
        record.origin.reference = "1".to_owned();
        record.add(Kind::Actors.target("name").expect("a field"), "OLD", None, &mut vec![]);
        record
    }

    #[test]
    fn a_correction_replaces_lists_and_clears_and_keeps_its_reason() {
        let lines = "siren,1,areas_served,COMMUNE:28134 ; COMMUNE:28404,both towns\nsiren,1,name,,wrong\nsiren,2,name,x,gone";
        let mut overrides = overrides(lines).expect("three lines");
        let (mut record, mut problems) = (record(), vec![]);
        overrides.apply(&mut record, &mut problems);
        assert_eq!(record.texts("areas_served").collect::<Vec<_>>(), ["COMMUNE:28134", "COMMUNE:28404"]);
        assert_eq!((record.text("name"), problems.len()), (None, 0));
        assert_eq!(
            record.corrections.iter().map(|made| made.reason.as_str()).collect::<Vec<_>>(),
            ["both towns", "wrong"]
        );
        let unused: Vec<_> = overrides.unused().iter().map(|problem| problem.line).collect();
        assert_eq!(unused, [Some(4)]);
    }

    #[test]
    fn a_correction_that_can_not_be_made_changes_nothing_and_says_so() {
        let mut overrides = overrides("siren,1,nom,x,y\nsiren,1,longitude,east,y").expect("two lines");
        let (mut record, mut problems) = (record(), vec![]);
        overrides.apply(&mut record, &mut problems);
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["override", "override"]);
        assert_eq!(record.text("name"), Some("OLD"));
    }

    #[test]
    fn a_correction_without_a_reason_is_refused() {
        let problems = overrides("siren,1,name,x,").err().unwrap_or_default();
        assert_eq!(
            problems.iter().map(|problem| problem.column.as_deref()).collect::<Vec<_>>(),
            [Some("reason")]
        );
    }
}
