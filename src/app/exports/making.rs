//! Making a file: entries are read in batches in one state of the database, written, and put into the database in pieces.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::rights;
use crate::app::tokens::internal;
use crate::app::{App, Error};
use crate::domain::exports::{Asked, Claim, ExportFormat, ExportJob, Head, MOST_BYTES};
use crate::domain::policy::Visibility;
use crate::ingest::{FileWriter, Rest, WriteError};
use crate::store::StoreError;
use crate::store::export_rows::Selection;
use crate::store::exports::Finished;

/// Bytes of a piece.
const PIECE: usize = 256 * 1024;
/// How often an attempt says that it lives, while a library works.
const BEAT: Duration = Duration::from_secs(15);
/// What is told where a file was begun again and again.
const GIVEN_UP: &str = "it was begun several times and never came to an end: ask for less at once";

/// Why there is no file.
enum Stopped {
    /// Another try will find the same.
    ForGood(String),
    /// Another try may go well.
    ForNow(Error),
    /// Another attempt has begun, or the job is gone.
    Lost,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable | Error::Timeout | Error::Contention(_) => Self::ForNow(error),
            error => {
                tracing::error!(?error, "an export failed");
                Self::ForGood("something went wrong on our side".to_owned())
            }
        }
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<WriteError> for Stopped {
    fn from(error: WriteError) -> Self {
        Error::Internal(Arc::new(error)).into()
    }
}

impl App {
    /// Makes the file that waits longest; null where none does. What an instance began before it ended is begun anew.
    pub async fn make_next_export(&self) -> Result<Option<ExportJob>, Error> {
        let now = self.clock.now();
        for job in self.store.give_exports_up(now, GIVEN_UP).await? {
            tracing::warn!(%job, "an export was given up");
        }
        let Some(claim) = self.store.claim_export(self.ids.next(now), now).await? else { return Ok(None) };
        self.make(&claim).await?;
        self.store.export_job(claim.job.id, self.clock.now()).await.map_err(Error::from)
    }

    /// Makes a file, or says in its job why there is none; an error where another try may go well.
    pub(super) async fn make(&self, claim: &Claim) -> Result<(), Error> {
        match self.write_file(claim).await {
            Ok(()) | Err(Stopped::Lost) => Ok(()),
            Err(Stopped::ForGood(why)) => {
                Ok(self.store.drop_export(claim, Some(&why), self.clock.now()).await?)
            }
            Err(Stopped::ForNow(error)) => {
                self.store.drop_export(claim, None, self.clock.now()).await?;
                Err(error)
            }
        }
    }

    async fn write_file(&self, claim: &Claim) -> Result<(), Stopped> {
        let job = &claim.job;
        let owner = self.owner(&job.owner).await?;
        let Some(owner) = owner else {
            return Err(Stopped::ForGood("whoever asked for it may no longer sign in".to_owned()));
        };
        let visibility = Visibility::of(&owner);
        let as_of = job.asked.network.as_ref().and_then(|network| network.as_of);
        let on = as_of.unwrap_or_else(|| self.clock.today());
        let selection = Selection::of(&self.store, &job.asked, &visibility, on).await?;
        let tx = self.store.begin_snapshot().await?;
        let contents = selection.contents(&tx).await?;
        let head = Head {
            is_network: job.asked.network.is_some(),
            directed: contents.directed,
            made_at: self.clock.now(),
            as_of,
            licence: self.press.licence.clone(),
            sources: contents.sources,
            asked: asked_in_words(&job.asked),
            public: self.press.public.clone(),
        };
        let mut file = FileWriter::new(job.format, head)?;
        let mut pieces = Pieces::default();
        selection.open_actors(&tx).await?;
        loop {
            let rows = selection.next_actors(&tx).await?;
            if rows.is_empty() {
                break;
            }
            rows.iter().try_for_each(|row| file.actor(row))?;
            self.put(claim, &mut pieces, &file.take(), rows.len()).await?;
        }
        selection.open_interactions(&tx).await?;
        loop {
            let rows = selection.next_interactions(&tx).await?;
            if rows.is_empty() {
                break;
            }
            rows.iter().try_for_each(|row| file.interaction(row))?;
            self.put(claim, &mut pieces, &file.take(), rows.len()).await?;
        }
        tx.rollback().await.map_err(StoreError::from)?;
        let mut rest = self.finish(claim, file, &pieces).await?;
        loop {
            let read = tokio::task::spawn_blocking(move || {
                let mut bytes = Vec::with_capacity(PIECE);
                (&mut rest).take(PIECE as u64).read_to_end(&mut bytes).map(|_| (rest, bytes))
            });
            let (again, bytes) = read.await.map_err(internal)?.map_err(WriteError::from)?;
            rest = again;
            if bytes.is_empty() {
                break;
            }
            self.put(claim, &mut pieces, &bytes, 0).await?;
        }
        if !pieces.held.is_empty() {
            self.put_piece(claim, &mut pieces, PIECE).await?;
        }
        let finished = Finished {
            name: file_name(&job.asked, job.format, &self.clock.today().to_string()),
            // Half of a hash is enough to tell two files apart.
            digest: URL_SAFE_NO_PAD.encode(&pieces.hash.finalize()[..16]),
            rows: pieces.rows,
            rights: rights(&visibility),
        };
        self.store.finish_export(claim, &finished, self.clock.now()).await?.ok_or(Stopped::Lost).map(drop)
    }

    /// Ends the file, which a workbook takes its time for, and says now and then that the attempt lives.
    async fn finish(&self, claim: &Claim, file: FileWriter, pieces: &Pieces) -> Result<Rest, Stopped> {
        let mut finishing = tokio::task::spawn_blocking(|| file.finish());
        loop {
            if let Ok(finished) = tokio::time::timeout(BEAT, &mut finishing).await {
                return Ok(finished.map_err(internal)??);
            }
            if !self.store.write_export(claim, pieces.rows, None, self.clock.now()).await? {
                return Err(Stopped::Lost);
            }
        }
    }

    /// Takes what was written of some rows; whole pieces go to the database.
    async fn put(
        &self,
        claim: &Claim,
        pieces: &mut Pieces,
        bytes: &[u8],
        rows: usize,
    ) -> Result<(), Stopped> {
        pieces.rows += rows as i64;
        pieces.bytes += bytes.len() as i64;
        pieces.hash.update(bytes);
        pieces.held.extend_from_slice(bytes);
        if pieces.bytes > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Stopped::ForGood(format!(
                "the file would be larger than {most} MiB: ask for less at once"
            )));
        }
        while pieces.held.len() >= PIECE {
            self.put_piece(claim, pieces, PIECE).await?;
        }
        if rows > 0 && !self.store.write_export(claim, pieces.rows, None, self.clock.now()).await? {
            return Err(Stopped::Lost);
        }
        Ok(())
    }

    async fn put_piece(&self, claim: &Claim, pieces: &mut Pieces, most: usize) -> Result<(), Stopped> {
        let rest = pieces.held.split_off(most.min(pieces.held.len()));
        let piece = (pieces.place, std::mem::replace(&mut pieces.held, rest));
        pieces.place += 1;
        let ours = self.store.write_export(claim, pieces.rows, Some(piece), self.clock.now()).await?;
        if ours { Ok(()) } else { Err(Stopped::Lost) }
    }
}

/// A file on its way into the database.
#[derive(Default)]
struct Pieces {
    place: i32,
    held: Vec<u8>,
    hash: Sha256,
    bytes: i64,
    rows: i64,
}

fn asked_in_words(asked: &Asked) -> String {
    let mut value = serde_json::to_value(asked).expect("keys are text");
    strip(&mut value);
    value.to_string()
}

/// Leaves out what asks nothing.
fn strip(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(strip);
            members.retain(|_, value| {
                !value.is_null()
                    && value.as_array().is_none_or(|list| !list.is_empty())
                    && value.as_object().is_none_or(|members| !members.is_empty())
            });
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

fn file_name(asked: &Asked, format: ExportFormat, day: &str) -> String {
    let is_network = asked.network.is_some();
    let what = if is_network { "reseau" } else { "acteurs" };
    format!("maillage-{what}-{day}.{}", format.extension(is_network))
}
