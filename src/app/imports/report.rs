//! What an import did, row by row.

use std::collections::BTreeMap;
use std::path::Path;

use strum::{AsRefStr, Display};

use crate::ingest::{Problem, Severity};

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsRefStr, Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Outcome {
    /// It makes a new entry.
    Create,
    /// It changes an entry.
    Update,
    /// Its entry says the same already.
    Same,
    /// It is left out.
    Refuse,
}

/// A row and what becomes of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Index of the file in [`Report::files`].
    pub file: usize,
    /// The line, or the feature's number.
    pub line: u64,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Its source and reference.
    pub origin: String,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files.
    pub files: Vec<String>,
    /// Every record.
    pub lines: Vec<Line>,
    /// Everything worth saying, with its file.
    pub problems: Vec<(usize, Problem)>,
    /// How many records each rule of the mapping set something in.
    pub rules: BTreeMap<String, u64>,
    /// Rows that could be read.
    pub rows: u64,
    /// Rows that repeat another one exactly.
    pub repeats: u64,
    /// Records that overrides changed.
    pub corrected: u64,
    /// Overrides that no record met.
    pub unused_overrides: usize,
    /// Whether a file could not be read at all, so that nothing was written.
    pub failed: bool,
}

impl Report {
    /// Adds a file.
    pub(super) fn file(&mut self, path: &Path) -> usize {
        self.files.push(path.display().to_string());
        self.files.len() - 1
    }

    /// Adds what is wrong with a whole file.
    pub(super) fn fail(&mut self, file: usize, problems: Vec<Problem>) {
        self.failed = true;
        self.problems.extend(problems.into_iter().map(|problem| (file, problem)));
    }

    /// Adds something worth saying; an error of a row means that the row is left out.
    pub(super) fn problem(&mut self, file: usize, problem: Problem) {
        if problem.severity == Severity::Error {
            let line = problem.line.unwrap_or_default();
            self.lines.push(Line { file, line, outcome: Outcome::Refuse, origin: String::new() });
        }
        self.problems.push((file, problem));
    }

    /// Adds a row's outcome.
    pub(super) fn line(&mut self, sourced: &super::Sourced, outcome: Outcome) {
        let origin = &sourced.record.origin;
        let origin = format!("{}:{}", origin.source, origin.reference);
        self.lines.push(Line { file: sourced.file, line: sourced.record.line, outcome, origin });
    }

    /// Leaves a row out.
    pub(super) fn refuse(
        &mut self,
        sourced: &super::Sourced,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.line(sourced, Outcome::Refuse);
        let problem = Problem::error(code, message).at(sourced.record.line);
        self.problems.push((sourced.file, problem));
    }

    /// How many rows have this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// How many problems are as bad as this.
    pub fn count_problems(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|(_, problem)| problem.severity == severity).count()
    }

    /// A few lines for a terminal.
    pub fn summary(&self) -> String {
        if self.failed {
            let problems: Vec<_> = self
                .problems
                .iter()
                .map(|(file, problem)| format!("{}: {problem}", self.files[*file]))
                .collect();
            return format!("nothing was imported:\n{}", problems.join("\n"));
        }
        let files: Vec<_> =
            self.files.iter().filter_map(|file| Path::new(file).file_name()?.to_str()).collect();
        format!(
            "{}: {} rows: {} create, {} update, {} same, {} refuse; {} repeats, {} corrected by overrides; {} warnings, {} notes",
            files.join(", "),
            self.rows.max(self.lines.len() as u64),
            self.count(Outcome::Create),
            self.count(Outcome::Update),
            self.count(Outcome::Same),
            self.count(Outcome::Refuse),
            self.repeats,
            self.corrected,
            self.count_problems(Severity::Warning),
            self.count_problems(Severity::Note),
        )
    }

    /// The whole as CSV: a line for each row, then one for each thing worth saying.
    pub fn to_csv(&self) -> String {
        let mut csv = crate::ingest::CsvText::new(&[
            "file", "line", "outcome", "origin", "severity", "code", "column", "value", "message",
        ]);
        for line in &self.lines {
            let number = line.line.to_string();
            let outcome = line.outcome.as_ref();
            csv.row(&[&self.files[line.file], &number, outcome, &line.origin, "", "", "", "", ""]);
        }
        for (file, problem) in &self.problems {
            let line = problem.line.map(|line| line.to_string()).unwrap_or_default();
            let (column, value) = (problem.column.as_deref(), problem.value.as_deref());
            csv.row(&[
                &self.files[*file],
                &line,
                "",
                "",
                problem.severity.as_str(),
                problem.code,
                column.unwrap_or_default(),
                value.unwrap_or_default(),
                &problem.message,
            ]);
        }
        csv.finish()
    }
}
