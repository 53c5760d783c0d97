//! Imports: files of others become entries here. A plan first says of every row whether it creates, updates, changes
//! nothing or is refused, and why; the same plan is then written in one transaction, or not at all.
//!
//! A row finds its entry by its origin. Beside the entry stands what the file said of it last time: a field that
//! differs from that now was edited by a person, and stays; the report lists it.

mod actors;
mod calls;
mod interactions;
mod listings;
mod merge;
mod report;
mod territories;
mod typed;

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::Datelike;
use serde_json::{Map, Value};

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::ids::Subject;
use crate::ingest::{self, Guess, Import, Kind, Mapping, Overrides, Problem, Record};

use crate::store::records::Imported;

pub use self::report::{Line, Outcome, Report};

/// What is imported.
pub struct ImportRequest {
    /// What the files' rows are.
    pub kind: Kind,
    /// The files, in order; `.toml` files hold entries in our own words.
    pub files: Vec<PathBuf>,
    /// How their columns are read; where there is none, columns are found by their usual headings.
    pub mapping: Option<Mapping>,
    /// Without a mapping: the list that the files' references are of; null for one by each file's name.
    pub source: Option<String>,
    /// Which sheet of a workbook is read; null for the first visible one with a table.
    pub sheet: Option<String>,
    /// Corrections to what the files say.
    pub overrides: Overrides,
    /// Only the plan.
    pub dry_run: bool,
}

/// A record and where it stands.
struct Sourced {
    /// Index of its file in the report.
    file: usize,
    record: Record,
}

impl App {
    /// Reads the files, plans, and writes the plan unless it is a dry run. What is wrong with a row leaves the row out;
    /// what is wrong with a file leaves everything out.
    pub async fn import(&self, mut request: ImportRequest) -> Result<Report, Error> {
        let mut report = Report::default();
        let records = read(&mut request, self.clock.today().year(), &mut report);
        if report.failed {
            return Ok(report);
        }
        let tx = self.store.begin_long().await?;
        match request.kind {
            Kind::Territories => self.import_territories(&tx, &records, &mut report).await?,
            Kind::Actors => self.import_actors(&tx, &records, &mut report).await?,
            Kind::Interactions => self.import_interactions(&tx, &records, &mut report).await?,
            Kind::Calls | Kind::Tracks => self.import_calls(&tx, &records, &mut report).await?,
        }
        // A dry run drops the transaction: what was planned was written, and is gone with it.
        if !request.dry_run {
            tx.commit().await.map_err(crate::store::StoreError::from)?;
        }
        report.unused_overrides = request.overrides.unused().len();
        Ok(report)
    }
}

/// Who imports.
const CALLER: Caller = Caller::Operator;

/// A record's source and reference.
fn origin_key(sourced: &Sourced) -> (String, String) {
    let origin = &sourced.record.origin;
    (origin.source.clone(), origin.reference.clone())
}

/// Those of all records, each once.
fn origin_keys(records: &[Sourced]) -> Vec<(String, String)> {
    records.iter().map(origin_key).collect::<HashSet<_>>().into_iter().collect()
}

/// What is kept of a record beside its entry.
fn imported_of(sourced: &Sourced, subject: Subject, heard: &Map<String, Value>) -> Imported {
    let origin = &sourced.record.origin;
    Imported {
        subject,
        source: origin.source.clone(),
        reference: origin.reference.clone(),
        url: origin.url.clone().filter(|url| url::Url::parse(url).is_ok()),
        fields: Value::Object(heard.clone()),
    }
}

/// The further lists that have the entry under the same reference.
fn also_in(sourced: &Sourced, entry: &Imported) -> Vec<Imported> {
    let further = sourced.record.texts("also_in").filter(|source| *source != entry.source);
    further.map(|source| Imported { source: source.to_owned(), ..entry.clone() }).collect()
}

/// What is wrong with a file from some place on: the rows before it are not the whole.
const BREAKS_OFF: [&str; 7] =
    ["truncated", "damaged", "unreadable", "format", "too-large", "row-too-long", "open-quote"];

/// Every record of every file, what is wrong with them in the report.
fn read(request: &mut ImportRequest, year: i32, report: &mut Report) -> Vec<Sourced> {
    let mut records = Vec::new();
    for path in &request.files {
        let file = report.file(path);
        if path.extension().is_some_and(|extension| extension == "toml") {
            match ingest::load_entries(path) {
                Ok(entries) => records.extend(entries.into_iter().map(|record| Sourced { file, record })),
                Err(problems) => report.fail(file, problems),
            }
            continue;
        }
        let mut rows = match ingest::read_sheet(path, request.sheet.as_deref()) {
            Ok(rows) => rows,
            Err(problem) => {
                report.fail(file, vec![problem]);
                continue;
            }
        };
        let name = path.to_string_lossy();
        let guess = Guess { kind: request.kind, file: &name, source: request.source.as_deref(), year };
        let guessed = if request.mapping.is_some() { Ok(None) } else { guess.mapping(&mut rows).map(Some) };
        let guessed = match guessed {
            Ok(guessed) => guessed,
            Err(problems) => {
                report.fail(file, problems);
                continue;
            }
        };
        let Some(mapping) = request.mapping.as_ref().or(guessed.as_ref()) else { continue };
        let mut import = match Import::new(rows, mapping, &mut request.overrides) {
            Ok(import) => import,
            Err(problems) => {
                report.fail(file, problems);
                continue;
            }
        };
        for item in import.by_ref() {
            match item {
                Ok(record) => records.push(Sourced { file, record }),
                Err(problem) if BREAKS_OFF.contains(&problem.code) => report.fail(file, vec![problem]),
                Err(problem) => report.problem(file, problem),
            }
        }
        for (rule, count) in &import.tally().rules {
            *report.rules.entry(rule.to_string()).or_default() += count;
        }
        report.rows += import.tally().rows;
        report.repeats += import.tally().repeats;
        report.corrected += import.tally().corrected;
    }
    let wrong = records.iter().position(|sourced| sourced.record.kind != request.kind);
    if let Some(index) = wrong {
        let file = records[index].file;
        report.fail(file, vec![Problem::error("wrong-kind", "the file holds entries of another kind")]);
    }
    records
}
