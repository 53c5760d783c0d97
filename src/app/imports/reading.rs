//! Files are read on a thread of their own, a few batches ahead of what is written.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::ingest::{self, Import, Mapping, Overrides, Problem, Record, Tally};

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
    /// Its next records, and what is wrong between them.
    Batch(Vec<Result<Record, Problem>>),
    /// The file can't be read, or not to its end.
    Broken(Vec<Problem>),
    /// What was counted, at the file's end.
    Tally(Box<Tally>),
    /// How many overrides no record met, at the end of all.
    UnusedOverrides(usize),
}

/// Nobody listens any more.
struct Unheard;

/// Reads files, at most two batches ahead of who listens.
pub fn read(files: Vec<PathBuf>, mapping: Option<Mapping>, mut overrides: Overrides) -> Receiver<Heard> {
    let (to, from) = channel(2);
    tokio::task::spawn_blocking(move || {
        for path in files {
            if read_file(&path, mapping.as_ref(), &mut overrides, &to).is_err() {
                return;
            }
        }
        let _ = to.blocking_send(Heard::UnusedOverrides(overrides.unused().len()));
    });
    from
}

fn read_file(
    path: &Path,
    mapping: Option<&Mapping>,
    overrides: &mut Overrides,
    to: &Sender<Heard>,
) -> Result<(), Unheard> {
    let send = |heard| to.blocking_send(heard).map_err(|_| Unheard);
    send(Heard::File(path.to_owned()))?;
    if path.extension().is_some_and(|extension| extension == "toml") {
        return send(match ingest::load_entries(path) {
            Ok(entries) => Heard::Batch(entries.into_iter().map(Ok).collect()),
            Err(problems) => Heard::Broken(problems),
        });
    }
    let Some(mapping) = mapping else {
        let problem = Problem::error("no-mapping", "say with --mapping how its columns are read");
        return send(Heard::Broken(vec![problem]));
    };
    let rows = match ingest::read(path) {
        Ok(rows) => rows,
        Err(problem) => return send(Heard::Broken(vec![problem])),
    };
    let mut import = match Import::new(rows, mapping, overrides) {
        Ok(import) => import,
        Err(problems) => return send(Heard::Broken(problems)),
    };
    let (mut batch, mut records, mut vertices) = (Vec::new(), 0, 0);
    for item in import.by_ref() {
        match &item {
            Ok(record) => {
                records += 1;
                vertices += record.geometry.as_deref().map_or(0, count_vertices);
            }
            Err(problem) if BREAKS_OFF.contains(&problem.code) => {
                send(Heard::Broken(vec![problem.clone()]))?;
                continue;
            }
            Err(_) => {}
        }
        batch.push(item);
        if records >= BATCH_RECORDS || vertices >= BATCH_VERTICES || batch.len() >= 4 * BATCH_RECORDS {
            send(Heard::Batch(std::mem::take(&mut batch)))?;
            (records, vertices) = (0, 0);
        }
    }
    send(Heard::Batch(batch))?;
    send(Heard::Tally(Box::new(import.tally().clone())))
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
