//! A file that someone sends: the plan of it to be checked, then exactly that written, or nothing.

use std::io::Read;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::report::{Outcome, Report};
use super::{ImportRequest, Kind};
use crate::app::access::require_somewhere;
use crate::app::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::policy::Act;
use crate::ingest::{Bounds, InputFile, Mapping};
use crate::store::StoreError;

/// Longest name of a file, a source or a sheet, in characters.
const MAX_NAME: usize = 200;
/// Longest mapping in bytes: those of the demo take a quarter of it.
const MAX_MAPPING_BYTES: usize = 16 << 10;
/// Longest time of a statement: what a request has, nearly.
const MOST_STATEMENT: Duration = Duration::from_secs(9);

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct FileToImport {
    /// What its rows are.
    pub kind: Kind,
    /// Its name where it comes from; sources and entries in our own words are told by it.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// The list that its references are of; else its name's.
    pub source: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// How its columns are read, as TOML; guessed where there is none.
    pub mapping: Option<String>,
    /// The digest of the plan that is to be written; null for the plan alone.
    pub expected: Option<String>,
}

/// A plan, or what was written by it.
pub struct CheckedImport {
    /// What becomes of each row.
    pub report: Report,
    /// What stands for the plan when it is to be written; null where nothing can be imported.
    pub digest: Option<String>,
    /// Whether it was written.
    pub applied: bool,
}

impl App {
    /// Plans the import of a file, or writes a plan that was checked: refused where the plan would be another by now.
    /// Nothing waits for another import.
    pub async fn import_file(
        &self,
        caller: &Caller,
        file: FileToImport,
        mut found: Violations,
    ) -> Result<CheckedImport, Error> {
        require_somewhere(caller, Act::ImportFile)?;
        let mapping = checked(&file, &mut found);
        found.into_result(())?;
        let about = told(&file);
        let FileToImport { kind, name, content, source, sheet, expected, .. } = file;
        let request = ImportRequest {
            caller: caller.clone(),
            files: vec![InputFile::sent(&name, content)],
            bounds: Bounds::REQUEST,
            mapping,
            source,
            sheet,
            dry_run: expected.is_none(),
            keep_rows: true,
            ..ImportRequest::new(kind, Vec::new())
        };
        let Some(tx) = self.store.begin_long_now(MOST_STATEMENT).await? else {
            return Err(Error::conflict(
                "another import runs, or what follows from entries is rebuilt: try again when it has ended",
                None,
            ));
        };
        let mut report = self.plan_import(&tx, request).await.map_err(met)?;
        if let Some(each) = &mut report.each {
            each.sort();
        }
        let digest = (!report.failed).then(|| digest(about, &report));
        let Some(expected) = expected else {
            tx.rollback().await.map_err(StoreError::from)?;
            return Ok(CheckedImport { report, digest, applied: false });
        };
        if digest.as_ref() != Some(&expected) {
            tx.rollback().await.map_err(StoreError::from)?;
            let message = format!(
                "this is not the plan that you checked, so nothing was written. The plan is now: {}. Ask for it again, check it, \
                 and send its digest",
                report.summary()
            );
            return Err(Error::conflict(message, None));
        }
        tx.commit().await.map_err(|error| met(StoreError::from(error).into()))?;
        Ok(CheckedImport { report, digest, applied: true })
    }
}

/// Another write in the way is nothing to try again unseen: the plan may be another then.
fn met(error: Error) -> Error {
    match error {
        Error::Contention(_) => {
            let message = "someone wrote the same meanwhile, so nothing was written: ask for the plan again";
            Error::conflict(message, None)
        }
        other => other,
    }
}

/// The mapping, where all that was sent is as it should be.
fn checked(file: &FileToImport, found: &mut Violations) -> Option<Mapping> {
    let texts =
        [("name", Some(&file.name)), ("source", file.source.as_ref()), ("sheet", file.sheet.as_ref())];
    for (field, text) in texts {
        let is_right = |text: &String| {
            !text.trim().is_empty() && text.chars().count() <= MAX_NAME && !text.contains(char::is_control)
        };
        if !text.is_none_or(is_right) {
            let message = format!("has 1 to {MAX_NAME} characters, none of them control characters");
            found.add(format!("input.{field}"), ViolationCode::Invalid, message);
        }
    }
    if file.content.is_empty() {
        found.add(
            "input.content",
            ViolationCode::Required,
            "is empty: send the bytes of the file, in Base64",
        );
    }
    let text = file.mapping.as_ref()?;
    if text.len() > MAX_MAPPING_BYTES {
        let message =
            format!("is longer than {MAX_MAPPING_BYTES} bytes: use the command line (maillage import)");
        found.add("input.mapping", ViolationCode::TooLong, message);
        return None;
    }
    match Mapping::parse(text) {
        Ok(mapping) if mapping.kind == file.kind => Some(mapping),
        Ok(_) => {
            let message = "is of another kind than input.kind: correct one of them";
            found.add("input.mapping", ViolationCode::Inconsistent, message);
            None
        }
        Err(problem) => {
            found.add("input.mapping", ViolationCode::Invalid, format!("can't be used: {problem}"));
            None
        }
    }
}

/// Takes each part with its length, so that no two files are told alike.
fn take(digest: &mut Sha256, part: &[u8]) {
    digest.update((part.len() as u64).to_be_bytes());
    digest.update(part);
}

/// What stands for a file's bytes, however often and when they are packed: gzip writes down the hour.
fn unpacked(name: &str, content: &[u8]) -> Vec<u8> {
    let digest = || {
        let mut digest = Sha256::new();
        let mut reader = InputFile::sent(name, content.to_vec()).unpacked().ok()?;
        let (mut piece, mut left) = (vec![0; 64 << 10], Bounds::REQUEST.unpacked_bytes);
        while left > 0 {
            let read = reader.read(&mut piece).ok()?;
            if read == 0 {
                break;
            }
            digest.update(&piece[..read]);
            left = left.saturating_sub(read as u64);
        }
        Some(digest.finalize().to_vec())
    };
    // What can't be unpacked can't be imported either: the reading says so.
    digest().unwrap_or_else(|| content.to_vec())
}

/// What was sent, but for the plan that is expected.
fn told(file: &FileToImport) -> Sha256 {
    let FileToImport { kind, name, content, source, sheet, mapping, expected: _ } = file;
    let mut digest = Sha256::new();
    take(&mut digest, format!("{kind:?}").as_bytes());
    take(&mut digest, name.as_bytes());
    take(&mut digest, &unpacked(name, content));
    for option in [source, sheet, mapping] {
        take(&mut digest, &[u8::from(option.is_some())]);
        take(&mut digest, option.as_deref().unwrap_or_default().as_bytes());
    }
    digest
}

/// What stands for a plan: what was sent, what becomes of each row, and how often each thing is said of them.
fn digest(mut digest: Sha256, report: &Report) -> String {
    for row in report.each.iter().flatten() {
        take(&mut digest, &row.line.to_be_bytes());
        take(&mut digest, row.outcome.as_ref().as_bytes());
        // What is created has a new id in each plan.
        let entry = row.entry.filter(|_| row.outcome != Outcome::Create);
        take(&mut digest, entry.map(|entry| *entry.id.as_bytes()).as_ref().map_or(&[], |id| id.as_slice()));
        for field in &row.changed {
            take(&mut digest, field.as_bytes());
        }
    }
    for ((severity, code), count) in &report.counts {
        take(&mut digest, severity.as_str().as_bytes());
        take(&mut digest, code.as_bytes());
        take(&mut digest, &count.to_be_bytes());
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}
