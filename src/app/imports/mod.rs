//! Imports: files of others become entries here. A plan says of every row whether it creates, updates, changes nothing or
//! is refused, and why. Files are read, planned and written a batch at a time, so that memory stays bounded, and all in one
//! transaction: the whole import is there, or nothing of it.
//!
//! A row finds its entry by its origin. Beside the entry stands what the file said of it last time: a field that
//! differs from that now was edited by a person, and stays; the report lists it.

mod actors;
mod advice;
mod barred;
mod calls;
mod checked;
mod interactions;
mod listings;
mod merge;
mod page;
mod reading;
mod report;
mod territories;
mod typed;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Datelike;
use serde_json::{Map, Value};

use self::reading::{Heard, Reading};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::ids::Subject;
use crate::ingest::{Bounds, InputFile, Mapping, Origin, Overrides, Record};
use crate::store::records::Imported;
use crate::store::{StoreError, Transaction};

pub use self::advice::{Advice, advice};
pub use self::checked::{CheckedImport, FileToImport};
pub use self::page::page_of_interruption;
pub use self::report::{EXAMPLES, FileCounts, Outcome, Report, ReportOut, RowOutcome};
pub use crate::ingest::{Kind, Problem, REQUEST_ROWS, Severity};

/// What is imported.
pub struct ImportRequest {
    /// Who imports: the history names them.
    pub caller: Caller,
    /// What the files' rows are.
    pub kind: Kind,
    /// The files, in order; `.toml` files hold entries in our own words.
    pub files: Vec<InputFile>,
    /// How much each may hold.
    pub bounds: Bounds,
    /// How their columns are read; without one each file's are found by their usual headings.
    pub mapping: Option<Mapping>,
    /// The source of the entries where there is no mapping; else the file's name.
    pub source: Option<String>,
    /// The sheet of a workbook; else the first visible one with a table.
    pub sheet: Option<String>,
    /// Corrections to what the files say.
    pub overrides: Overrides,
    /// Only the plan.
    pub dry_run: bool,
    /// Whether the report keeps what becomes of each row.
    pub keep_rows: bool,
    /// Where what becomes of each row is told, as it is known.
    pub report: Option<ReportOut>,
    /// Whoever wants to know how far it is.
    pub progress: Option<Box<dyn Fn(Progress) + Send + Sync>>,
}

impl ImportRequest {
    /// Files on disk of a kind, to be written for the operator, and nothing more said of them.
    pub fn new(kind: Kind, files: Vec<PathBuf>) -> Self {
        Self {
            caller: Caller::Operator,
            kind,
            files: files.into_iter().map(InputFile::from).collect(),
            bounds: Bounds::OPERATOR,
            mapping: None,
            source: None,
            sheet: None,
            overrides: Overrides::default(),
            dry_run: false,
            keep_rows: false,
            report: None,
            progress: None,
        }
    }

    fn tell(&self, step: Progress) {
        self.progress.iter().for_each(|listener| listener(step));
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another import runs; this one waits for its end.
    Waiting,
    /// So many records are planned and written.
    Records {
        /// How many.
        count: u64,
        /// Bytes of the files that are read, and that there are; null where that can't be told, as in a workbook.
        share: Option<(u64, u64)>,
    },
    /// Everything is read; what follows from it is brought up to date.
    Deriving,
}

/// A record and where it stands.
struct Sourced {
    /// Index of its file in the report.
    file: usize,
    record: Record,
}

/// What an import keeps from one batch to the next.
enum Session {
    Territories(Box<territories::Session>),
    Actors(actors::Taken),
    Interactions(interactions::Lines),
    Calls,
}

impl App {
    /// Reads the files, plans, and writes the plan unless it is a dry run. What is wrong with a row leaves the row out;
    /// what is wrong with a file leaves everything out. One import runs at a time; others wait for it.
    pub async fn import(&self, request: ImportRequest) -> Result<Report, Error> {
        let tx = self.store.begin_long(|| request.tell(Progress::Waiting)).await?;
        let dry_run = request.dry_run;
        let report = self.plan_import(&tx, request).await?;
        // What is not committed is gone with its transaction.
        if !report.failed && !dry_run {
            tx.commit().await.map_err(StoreError::from)?;
        }
        Ok(report)
    }

    /// Reads the files, and writes what they say in this transaction, which it does not end.
    async fn plan_import(&self, tx: &Transaction, mut request: ImportRequest) -> Result<Report, Error> {
        let mut report = Report::new(request.report.take()).map_err(|error| unwritten(&error))?;
        (report.kind, report.at, report.dry_run) = (Some(request.kind), self.clock.now(), request.dry_run);
        report.each = request.keep_rows.then(Vec::new);
        let ImportRequest {
            caller, kind, files, bounds, mapping, source, sheet, overrides, progress, ..
        } = request;
        let tell = |step| progress.iter().for_each(|listener| listener(step));
        let mut session = self.begin_import(tx, kind).await?;
        let year = self.clock.today().year();
        let mut reading = Reading { kind, mapping, source, sheet, overrides, bounds, year }.start(files);
        let (mut file, mut records_taken, mut is_whole) = (0, 0, false);
        while let Some(heard) = reading.recv().await {
            match heard {
                Heard::File(path) => file = report.file(&path),
                Heard::Batch(items, share) => {
                    let records = sort(items, file, kind, &mut report);
                    records_taken += records.len() as u64;
                    // A broken file leaves everything out: the rest is read only to say what else is wrong.
                    if !report.failed && !records.is_empty() {
                        self.import_batch(tx, &caller, &mut session, &records, &mut report).await?;
                    }
                    tell(Progress::Records { count: records_taken, share });
                }
                Heard::Broken(problems) => report.fail(file, problems),
                Heard::Tally(tally) => report.tally(file, &tally),
                Heard::UnusedOverrides(count) => (report.unused_overrides, is_whole) = (count, true),
            }
        }
        if !is_whole {
            return Err(unread());
        }
        tell(Progress::Deriving);
        if let (false, Session::Territories(session)) = (report.failed, session) {
            self.finish_territories(tx, *session, &mut report).await?;
        }
        report.finish_sheet().map_err(|error| unwritten(&error))?;
        Ok(report)
    }

    async fn begin_import(&self, tx: &Transaction, kind: Kind) -> Result<Session, Error> {
        Ok(match kind {
            Kind::Territories => Session::Territories(Box::new(territories::Session::begin(tx).await?)),
            Kind::Actors => Session::Actors(actors::Taken::default()),
            Kind::Interactions => Session::Interactions(interactions::Lines::default()),
            Kind::Calls | Kind::Tracks => Session::Calls,
        })
    }

    async fn import_batch(
        &self,
        tx: &Transaction,
        caller: &Caller,
        session: &mut Session,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        match session {
            Session::Territories(session) => {
                self.import_territories(tx, caller, session, records, report).await
            }
            Session::Actors(taken) => self.import_actors(tx, caller, taken, records, report).await,
            Session::Interactions(lines) => {
                self.import_interactions(tx, caller, lines, records, report).await
            }
            Session::Calls => self.import_calls(tx, caller, records, report).await,
        }
    }
}

/// The records among what was read; what is wrong goes to the report, and entries of another kind fail their file.
fn sort(items: Vec<Result<Record, Problem>>, file: usize, kind: Kind, report: &mut Report) -> Vec<Sourced> {
    let mut records = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Ok(record) => match record.origin.flaw() {
                None => records.push(Sourced { file, record }),
                Some(flaw) => {
                    let sourced = &Sourced { file, record };
                    report.refuse(sourced, "long-reference", flaw);
                }
            },
            Err(problem) => report.problem(file, problem),
        }
    }
    if records.iter().any(|sourced| sourced.record.kind != kind) {
        report.fail(file, vec![Problem::error("wrong-kind", "the file holds entries of another kind")]);
    }
    records
}

/// An import whose sheet can't be written is not made: nobody would know what it did.
fn unwritten(error: &std::io::Error) -> Error {
    let told = format!("the report can't be written ({error}), so that nothing was imported");
    Error::Internal(Arc::new(std::io::Error::other(told)))
}

/// Whoever reads the files stopped without a word: what was heard is no whole.
fn unread() -> Error {
    let told = "the reader of the files stopped before their end, so that nothing was imported";
    Error::Internal(Arc::new(std::io::Error::other(told)))
}

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
    let origin = |source: &str| Origin { source: source.to_owned(), ..sourced.record.origin.clone() };
    let kept = further.filter(|source| origin(source).flaw().is_none());
    kept.map(|source| Imported { source: source.to_owned(), ..entry.clone() }).collect()
}
