//! Files are read on a thread of their own, a few batches ahead of what is written.

use std::path::PathBuf;

use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::ingest::{
    self, Bounds, Guess, Import, InputFile, Kind, Mapping, Overrides, Problem, Record, Rows, Severity, Tally,
};

/// How many records are planned and written together.
const BATCH_RECORDS: usize = 2_000;
/// How many vertices a batch holds before it is handed on: outlines weigh more than rows.
const BATCH_VERTICES: usize = 100_000;

/// What is wrong with a file from some place on: the rows before it are not the whole.
const BREAKS_OFF: [&str; 7] =
    ["truncated", "damaged", "unreadable", "format", "too-large", "row-too-long", "open-quote"];

/// What reading hands on, in the order of the files.
pub enum Heard {
    /// A file begins.
    File(PathBuf),
    /// Its next records, and what is wrong between them; with the bytes of all files that are read, and that there are.
    Batch(Vec<Result<Record, Problem>>, Option<(u64, u64)>),
    /// The file can't be read, or not to its end.
    Broken(Vec<Problem>),
    /// What was counted, at the file's end.
    Tally(Box<Tally>),
    /// How many overrides no record met, at the end of all.
    UnusedOverrides(usize),
}

/// Nobody listens any more.
struct Unheard;

/// How files are read.
pub struct Reading {
    /// What their rows are.
    pub kind: Kind,
    /// How their columns are read; guessed where there is none.
    pub mapping: Option<Mapping>,
    /// The source of entries where the mapping is guessed.
    pub source: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Corrections.
    pub overrides: Overrides,
    /// How much they may hold.
    pub bounds: Bounds,
    /// The year of lists that say none.
    pub year: i32,
}

impl Reading {
    /// Reads files, at most two batches ahead of who listens.
    pub fn start(mut self, files: Vec<InputFile>) -> Receiver<Heard> {
        let (to, from) = channel(2);
        tokio::task::spawn_blocking(move || {
            let (mut before, total) = (0, files.iter().map(InputFile::size).sum());
            for file in files {
                if self.read_file(&file, (before, total), &to).is_err() {
                    return;
                }
                before += file.size();
            }
            let _ = to.blocking_send(Heard::UnusedOverrides(self.overrides.unused().len()));
        });
        from
    }

    /// Reads a file that has so many bytes of others before it, of so many in all.
    fn read_file(
        &mut self,
        file: &InputFile,
        (before, total): (u64, u64),
        to: &Sender<Heard>,
    ) -> Result<(), Unheard> {
        let send = |heard| to.blocking_send(heard).map_err(|_| Unheard);
        send(Heard::File(file.name().to_owned()))?;
        if file.holds_entries() {
            let entries = match ingest::load_entries(file, &self.bounds) {
                Ok(entries) => entries,
                Err(problems) => return send(Heard::Broken(problems)),
            };
            if let Some(problem) = beyond(&self.bounds, entries.len() as u64) {
                return send(Heard::Broken(vec![problem]));
            }
            let rows = entries.len() as u64;
            send(Heard::Batch(entries.into_iter().map(Ok).collect(), None))?;
            return send(Heard::Tally(Box::new(Tally { rows, ..Tally::default() })));
        }
        match self.open(file) {
            Ok((rows, guessed)) => {
                let mapping = self.mapping.as_ref().or(guessed.as_ref()).expect("one is given or guessed");
                match Import::new(rows, mapping, &mut self.overrides) {
                    Ok(import) => hand_on(import, &self.bounds, |read| Some((before + read?, total)), send),
                    Err(problems) => send(Heard::Broken(problems)),
                }
            }
            Err(problems) => send(Heard::Broken(problems)),
        }
    }

    /// A file's rows, and a mapping for its columns where none is given.
    fn open(&self, file: &InputFile) -> Result<(Rows, Option<Mapping>), Vec<Problem>> {
        let rows = ingest::read_sheet(file, self.sheet.as_deref(), &self.bounds);
        let mut rows = rows.map_err(|problem| vec![problem])?;
        if self.mapping.is_some() {
            return Ok((rows, None));
        }
        let file = file.name().to_string_lossy();
        let guess = Guess { kind: self.kind, file: &file, source: self.source.as_deref(), year: self.year };
        let mapping = guess.mapping(&mut rows)?;
        Ok((rows, Some(mapping)))
    }
}

/// Hands on a file's records in batches.
fn hand_on(
    mut import: Import<'_>,
    bounds: &Bounds,
    share: impl Fn(Option<u64>) -> Option<(u64, u64)>,
    send: impl Fn(Heard) -> Result<(), Unheard>,
) -> Result<(), Unheard> {
    let (mut batch, mut records, mut vertices) = (Vec::new(), 0, 0);
    let (mut made, mut refused) = (0, 0);
    while let Some(item) = import.next() {
        match &item {
            Ok(record) => {
                records += 1;
                made += 1;
                vertices += record.geometry.as_deref().map_or(0, count_vertices);
            }
            Err(problem) if BREAKS_OFF.contains(&problem.code) => {
                send(Heard::Broken(vec![problem.clone()]))?;
                continue;
            }
            Err(problem) => refused += u64::from(problem.severity == Severity::Error),
        }
        // A row may be several entries, or none and an error.
        if let Some(problem) = beyond(bounds, import.tally().rows.max(made).max(refused)) {
            return send(Heard::Broken(vec![problem]));
        }
        batch.push(item);
        if records >= BATCH_RECORDS || vertices >= BATCH_VERTICES || batch.len() >= 4 * BATCH_RECORDS {
            send(Heard::Batch(std::mem::take(&mut batch), share(import.bytes_read())))?;
            (records, vertices) = (0, 0);
        }
    }
    send(Heard::Batch(batch, share(import.bytes_read())))?;
    send(Heard::Tally(Box::new(import.tally().clone())))
}

/// That there are more rows than may be.
fn beyond(bounds: &Bounds, rows: u64) -> Option<Problem> {
    let most = bounds.rows.filter(|most| rows > *most)?;
    let message = format!(
        "more than {most} rows, which is what one request may hold: split the file, or have the service's operator \
         import it with the command line (maillage import)"
    );
    Some(Problem::error("too-many-rows", message))
}

/// How many positions a `GeoJSON` geometry holds, valid or not.
fn count_vertices(geometry: &Value) -> usize {
    match geometry {
        Value::Array(items) if items.first().is_some_and(Value::is_number) => 1,
        Value::Array(items) => items.iter().map(count_vertices).sum(),
        Value::Object(members) => members.values().map(count_vertices).sum(),
        _ => 0,
    }
}
