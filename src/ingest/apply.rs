//! A mapping at work on a row.

use std::borrow::Cow;
use std::sync::Arc;

use super::doubts::{eaten_reference, mend_codes, swapped};
use super::mapping::{Field, Mapping, SplitRow};
use super::problem::Problem;
use super::record::{Record, digest};
use super::row::{Cell, Row};
use super::rules::Rule;
use super::source::{Source, Texts};
use super::text::{fold, one_line};

/// The most parts that a row is split into, and the most values that one cell gives a field: what has more is broken or hostile.
const MOST_PARTS: usize = 50;
const MOST_VALUES: usize = 1000;

/// What a row became.
#[derive(Debug, Default)]
pub struct Mapped {
    /// Mostly one record; several where a row stands for several, none where it has no reference.
    pub records: Vec<Record>,
    /// What is wrong with the row, with line and column.
    pub problems: Vec<Problem>,
}

impl Mapping {
    /// Turns a row into records.
    pub fn apply(&self, row: &Row) -> Mapped {
        let mut mapped = Mapped::default();
        for row in self.parts(row, &mut mapped.problems) {
            mapped.records.extend(self.record(&row, &mut mapped.problems));
        }
        mapped
    }

    /// The row, or one for each part of the cells that are split alike.
    fn parts<'a>(&self, row: &'a Row, problems: &mut Vec<Problem>) -> Vec<Cow<'a, Row>> {
        let Some(split) = &self.split_row else { return vec![Cow::Borrowed(row)] };
        let cells: Vec<Vec<String>> = split.columns.iter().map(|column| split.parts(row, column)).collect();
        let count = cells[0].len();
        let uneven =
            split.columns.iter().zip(&cells).find(|(_, cell)| cell.len() != count || count > MOST_PARTS);
        if let Some((column, cell)) = uneven.filter(|_| count > 1) {
            let message = format!(
                "the row stays one: {} has {count} parts and this {}, and all must have as many, {MOST_PARTS} at most",
                split.columns[0],
                cell.len()
            );
            let problem = Problem::warning("uneven-parts", message).at(row.line).in_column(column);
            problems.push(problem.quoting(&row.texts(column).concat()));
            return vec![Cow::Borrowed(row)];
        }
        if count == 1 {
            return vec![Cow::Borrowed(row)];
        }
        let part = |index: usize| {
            let mut part = row.clone();
            for (column, cell) in split.columns.iter().zip(&cells) {
                let position = row.columns.position(column);
                if let Some(place) = position.and_then(|position| part.cells.get_mut(position)) {
                    *place = Cell::Text(cell[index].clone());
                }
            }
            Cow::Owned(part)
        };
        (0..count).map(part).collect()
    }

    fn record(&self, row: &Row, problems: &mut Vec<Problem>) -> Option<Record> {
        let texts = Texts::new(row, &self.empty);
        let mut record = Record::new(self.kind, row.line);
        self.set_origin(&mut record, &texts);
        record.origin = record.origin.tidied();
        if let Some(problem) = eaten_reference(&record) {
            problems.push(problem);
            return None;
        }
        if record.origin.source.is_empty() || record.origin.reference.is_empty() {
            let missing = if record.origin.source.is_empty() { "source" } else { "reference" };
            let message = format!(
                "the row gives no {missing} to its origin, so the next import could not find it again; it is left out"
            );
            problems.push(Problem::error("no-origin", message).at(row.line));
            return None;
        }
        for field in &self.fields {
            field.fill(&mut record, &texts, problems);
        }
        for rule in &self.rules {
            rule.apply(&mut record, &texts, problems);
        }
        record.geometry.clone_from(&row.geometry);
        mend_codes(&mut record, problems);
        problems.extend(swapped(&record));
        Some(record)
    }

    fn set_origin(&self, record: &mut Record, texts: &Texts<'_>) {
        let first =
            |sources: &[Source]| sources.iter().find_map(|source| source.texts(texts).into_iter().next());
        record.origin.source = first(&self.origin.source.0).unwrap_or_default().replace(':', "-");
        record.origin.url = first(&self.origin.url.0);
        let reference = first(&self.origin.reference.0);
        record.origin.reference = if let Some(reference) = reference {
            reference
        } else if self.origin.hash_of.is_empty() {
            String::new()
        } else {
            let cells: Vec<String> =
                self.origin.hash_of.iter().map(|column| one_line(&texts.tidy(column).join("\n"))).collect();
            format!("{:032x}", digest(cells.iter().map(String::as_str)))
        };
    }
}

impl SplitRow {
    /// The parts of a cell; one more than may be where there are too many.
    fn parts(&self, row: &Row, column: &str) -> Vec<String> {
        let text = row.texts(column).concat();
        text.split(&self.split).take(MOST_PARTS + 1).map(|part| part.trim().to_owned()).collect()
    }
}

impl Field {
    fn fill(&self, record: &mut Record, texts: &Texts<'_>, problems: &mut Vec<Problem>) {
        for source in &self.sources {
            let column = source.base.only_column();
            let values = source.texts(texts);
            if values.is_empty() {
                problems
                    .extend(source.unmatched(self.target.name, texts).map(|problem| problem.at(record.line)));
            }
            if values.len() > MOST_VALUES {
                let message = format!(
                    "{}: only the first {MOST_VALUES} of {} values are read",
                    self.target.name,
                    values.len()
                );
                problems.push(Problem::warning("too-many-values", message).at(record.line));
            }
            for text in values.iter().take(MOST_VALUES) {
                for ours in self.translated(text, column, record.line, problems) {
                    record.add(self.target, &source.prefixed(ours), column, problems);
                }
            }
        }
    }

    /// Our words for a producer's.
    fn translated<'t>(
        &'t self,
        text: &'t str,
        column: Option<&Arc<str>>,
        line: u64,
        problems: &mut Vec<Problem>,
    ) -> Vec<&'t str> {
        let Some(values) = &self.values else { return vec![text] };
        let mut tell = |problem: Problem| {
            let problem = problem.at(line).quoting(text);
            problems.push(if let Some(column) = column { problem.in_column(column) } else { problem });
        };
        let Some(ours) = values.get(&fold(text)) else {
            let field = self.target.name;
            let message = if self.guessed {
                format!(
                    "is no {field} that is known, and is left out; correct it, or give a mapping that knows it"
                )
            } else {
                format!("[values.{field}] of the mapping does not have it, and it is left out; add it there")
            };
            tell(Problem::warning("unknown-value", message));
            return vec![];
        };
        if ours.iter().all(String::is_empty) {
            tell(Problem::note("value-left-out", format!("says nothing of {} by itself", self.target.name)));
        }
        ours.iter().map(String::as_str).filter(|word| !word.is_empty()).collect()
    }
}

impl Rule {
    /// Sets what is unset and adds what is to be added, where the rule holds.
    fn apply(&self, record: &mut Record, texts: &Texts<'_>, problems: &mut Vec<Problem>) {
        let unset = |record: &Record, name: &str| !record.fields.contains_key(name);
        let has_work = !self.add.is_empty() || self.set.iter().any(|(target, _)| unset(record, target.name));
        if !has_work || !self.holds(|column| texts.folded(column)) {
            return;
        }
        let set = self.set.iter().filter(|(target, _)| unset(record, target.name));
        let todo: Vec<_> = set.chain(&self.add).collect();
        let mut has_set = false;
        for (target, templates) in todo {
            for template in templates {
                for text in template.fill(|column| texts.tidy(column)) {
                    has_set |= record.add(target, &text, template.only_column(), problems);
                }
            }
        }
        if has_set {
            record.ruled.push(Arc::clone(&self.name));
        }
    }
}
