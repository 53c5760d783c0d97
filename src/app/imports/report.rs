//! What an import did: counts and examples here, row by row in a sheet that is written as the rows come.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use strum::{AsRefStr, Display};

use super::Sourced;
use crate::ingest::{CsvText, Kind, Problem, Severity, Tally};

/// How many problems of one code a report keeps as examples; the sheet has all.
pub const EXAMPLES: usize = 100;

const COLUMNS: [&str; 9] =
    ["file", "line", "outcome", "origin", "severity", "code", "column", "value", "message"];

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

/// Where the sheet goes: CSV, a line for what becomes of each row and for each thing worth saying of it.
pub type ReportOut = Box<dyn Write + Send>;

/// What became of a file's rows.
#[derive(Clone, Debug, Default)]
pub struct FileCounts {
    /// Rows that could be read.
    pub rows: u64,
    /// Rows that repeat another one exactly.
    pub repeats: u64,
    /// Records that overrides changed.
    pub corrected: u64,
    outcomes: BTreeMap<Outcome, u64>,
}

impl FileCounts {
    /// How many rows have this outcome.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }
}

/// What an import did, or would do.
#[derive(Default)]
pub struct Report {
    /// What was imported.
    pub kind: Option<Kind>,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// Whether it was only a plan.
    pub dry_run: bool,
    /// The files.
    pub files: Vec<String>,
    /// What became of each, in the same order.
    pub by_file: Vec<FileCounts>,
    /// Why nothing was imported, with the index of the file: at most [`EXAMPLES`].
    pub causes: Vec<(usize, Problem)>,
    /// The first problems of each code, with the index of their file.
    pub problems: Vec<(usize, Problem)>,
    /// How many problems there are of each code.
    pub counts: BTreeMap<(Severity, &'static str), u64>,
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
    sheet: Option<CsvText<ReportOut>>,
    sheet_failed: Option<io::Error>,
}

impl Report {
    /// Over a sheet, or without one.
    pub(super) fn new(sheet: Option<ReportOut>) -> io::Result<Self> {
        let sheet = sheet.map(|out| CsvText::new(out, &COLUMNS)).transpose()?;
        Ok(Self { sheet, ..Self::default() })
    }

    /// Adds a file.
    pub(super) fn file(&mut self, path: &Path) -> usize {
        self.files.push(path.display().to_string());
        self.by_file.push(FileCounts::default());
        self.files.len() - 1
    }

    /// Adds what a file's reading counted.
    pub(super) fn tally(&mut self, file: usize, tally: &Tally) {
        let counts = &mut self.by_file[file];
        (counts.rows, counts.repeats, counts.corrected) = (tally.rows, tally.repeats, tally.corrected);
        for (rule, count) in &tally.rules {
            *self.rules.entry(rule.to_string()).or_default() += count;
        }
        self.rows += tally.rows;
        self.repeats += tally.repeats;
        self.corrected += tally.corrected;
    }

    /// Adds what is wrong with a whole file.
    pub(super) fn fail(&mut self, file: usize, problems: Vec<Problem>) {
        self.failed = true;
        for problem in problems {
            if self.causes.len() < EXAMPLES && problem.severity == Severity::Error {
                self.causes.push((file, problem.clone()));
            }
            self.add(file, problem);
        }
    }

    /// Adds something worth saying; an error of a row means that the row is left out.
    pub(super) fn problem(&mut self, file: usize, problem: Problem) {
        if problem.severity == Severity::Error {
            self.outcome(file, problem.line.unwrap_or_default(), Outcome::Refuse, "");
        }
        self.add(file, problem);
    }

    /// Adds a row's outcome.
    pub(super) fn line(&mut self, sourced: &Sourced, outcome: Outcome) {
        let origin = &sourced.record.origin;
        let origin = format!("{}:{}", origin.source, origin.reference);
        self.outcome(sourced.file, sourced.record.line, outcome, &origin);
    }

    /// Leaves a row out.
    pub(super) fn refuse(&mut self, sourced: &Sourced, code: &'static str, message: impl Into<String>) {
        self.line(sourced, Outcome::Refuse);
        self.add(sourced.file, Problem::error(code, message).at(sourced.record.line));
    }

    fn outcome(&mut self, file: usize, line: u64, outcome: Outcome, origin: &str) {
        *self.by_file[file].outcomes.entry(outcome).or_default() += 1;
        self.write(
            |file_name| {
                [file_name, &line.to_string(), outcome.as_ref(), origin, "", "", "", "", ""]
                    .map(str::to_owned)
            },
            file,
        );
    }

    fn add(&mut self, file: usize, problem: Problem) {
        let count = self.counts.entry((problem.severity, problem.code)).or_default();
        *count += 1;
        let is_example = *count <= EXAMPLES as u64;
        self.write(
            |file_name| {
                let line = problem.line.map(|line| line.to_string()).unwrap_or_default();
                let (column, value) = (problem.column.as_deref(), problem.value.as_deref());
                let (column, value) = (column.unwrap_or_default(), value.unwrap_or_default());
                let severity = problem.severity.as_str();
                [file_name, &line, "", "", severity, problem.code, column, value, &problem.message]
                    .map(str::to_owned)
            },
            file,
        );
        if is_example {
            self.problems.push((file, problem));
        }
    }

    /// Writes to the sheet, where there is one; what stands in the way is kept for [`Report::finish_sheet`].
    fn write(&mut self, cells: impl FnOnce(&str) -> [String; 9], file: usize) {
        let Some(sheet) = &mut self.sheet else { return };
        let cells = cells(&self.files[file]);
        if let Err(error) = sheet.row(&cells.each_ref().map(String::as_str)) {
            self.sheet_failed.get_or_insert(error);
        }
    }

    /// Ends the sheet; says whether all of it was written.
    pub(super) fn finish_sheet(&mut self) -> io::Result<()> {
        if let Some(mut sheet) = self.sheet.take() {
            sheet.flush()?;
        }
        self.sheet_failed.take().map_or(Ok(()), Err)
    }

    /// How many rows have this outcome.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.by_file.iter().map(|counts| counts.count(outcome)).sum()
    }

    /// How many problems are as bad as this.
    pub fn count_problems(&self, severity: Severity) -> u64 {
        self.counts.iter().filter(|((s, _), _)| *s == severity).map(|(_, count)| count).sum()
    }

    /// A few lines for a terminal.
    pub fn summary(&self) -> String {
        if self.failed {
            let told = |(file, problem): &(usize, Problem)| format!("{}: {problem}", self.files[*file]);
            let problems: Vec<_> = self.causes.iter().map(told).collect();
            return format!("nothing was imported:\n{}", problems.join("\n"));
        }
        let files: Vec<_> =
            self.files.iter().filter_map(|file| Path::new(file).file_name()?.to_str()).collect();
        format!(
            "{}: {} rows: {} create, {} update, {} same, {} refuse; {} repeats, {} corrected by overrides; {} warnings, {} notes",
            files.join(", "),
            self.rows,
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
}
