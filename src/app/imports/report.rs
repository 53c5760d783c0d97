//! What an import did: counts and examples here, row by row in a sheet that is written as the rows come.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use strum::{AsRefStr, Display};

use super::Sourced;
use crate::domain::ids::Subject;
use crate::domain::text::NAME_CHARS;
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

/// What became of one row, in words that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowOutcome {
    /// The line of its file; 0 where that can't be told.
    pub line: u64,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What it calls its entry; of an interaction its two ends, as the file names them. Null where it could not be read.
    pub name: Option<String>,
    /// The entry; of one that is created its id once it is written. Null where it is refused.
    pub entry: Option<Subject>,
    /// The fields that it changes; empty unless it is an update.
    pub changed: Vec<String>,
}

impl RowOutcome {
    fn of(sourced: &Sourced, outcome: Outcome) -> Self {
        let record = &sourced.record;
        let text = |field| record.text(field);
        let ends = || Some(format!("{} → {}", text("source")?, text("target")?));
        let name = text("name").or_else(|| text("title")).map(str::to_owned).or_else(ends);
        let name = name.map(|name| name.chars().take(NAME_CHARS).collect());
        Self { line: record.line, outcome, name, entry: None, changed: Vec::new() }
    }
}

/// Where the sheet goes: CSV, a line for what becomes of each row and for each thing worth saying of it.
pub type ReportOut = Box<dyn Write + Send + Sync>;

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
    /// What became of each row, where that was asked for; null otherwise, since files may have millions.
    pub each: Option<Vec<RowOutcome>>,
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
            let line = problem.line.unwrap_or_default();
            let row =
                RowOutcome { line, outcome: Outcome::Refuse, name: None, entry: None, changed: Vec::new() };
            self.outcome(file, row, "");
        }
        self.add(file, problem);
    }

    /// Adds what becomes of a row, which is this entry.
    pub(super) fn entry(&mut self, sourced: &Sourced, outcome: Outcome, entry: Subject) {
        let row = RowOutcome { entry: Some(entry), ..RowOutcome::of(sourced, outcome) };
        self.outcome(sourced.file, row, &origin_of(sourced));
    }

    /// Adds a row that changes these fields of its entry.
    pub(super) fn update(&mut self, sourced: &Sourced, entry: Subject, changed: &[impl AsRef<str>]) {
        let changed = changed.iter().map(|field| field.as_ref().to_owned()).collect();
        let row = RowOutcome { entry: Some(entry), changed, ..RowOutcome::of(sourced, Outcome::Update) };
        self.outcome(sourced.file, row, &origin_of(sourced));
    }

    /// Leaves a row out.
    pub(super) fn leave_out(&mut self, sourced: &Sourced) {
        self.outcome(sourced.file, RowOutcome::of(sourced, Outcome::Refuse), &origin_of(sourced));
    }

    /// Leaves a row out, and says why.
    pub(super) fn refuse(&mut self, sourced: &Sourced, code: &'static str, message: impl Into<String>) {
        self.leave_out(sourced);
        self.add(sourced.file, Problem::error(code, message).at(sourced.record.line));
    }

    fn outcome(&mut self, file: usize, row: RowOutcome, origin: &str) {
        let (line, outcome) = (row.line, row.outcome);
        *self.by_file[file].outcomes.entry(outcome).or_default() += 1;
        if let Some(each) = &mut self.each {
            each.push(row);
        }
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

fn origin_of(sourced: &Sourced) -> String {
    let origin = &sourced.record.origin;
    format!("{}:{}", origin.source, origin.reference)
}
