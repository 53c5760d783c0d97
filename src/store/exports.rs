//! Files that were asked for: jobs and their claims, the pieces of the files.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction, lock};
use crate::domain::exports::{Claim, DEAD_AFTER, ExportJob, MOST_TRIES};
use crate::domain::ids::ExportJobId;

const TABLE: &str = "export_jobs";
const COLUMNS: &str = "j.id, j.owner, j.asked, j.format, j.state, j.total_rows, j.written_rows, j.error, j.rights, j.token, j.file_name, j.bytes, j.digest, j.tries, j.created_at, j.expires_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    owner: String,
    asked: serde_json::Value,
    format: String,
    state: String,
    total_rows: i64,
    written_rows: i64,
    error: Option<String>,
    rights: Option<Vec<u8>>,
    token: String,
    file_name: Option<String>,
    bytes: i64,
    digest: Option<String>,
    tries: i16,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

fn job(row: &QueryResult) -> Result<ExportJob, StoreError> {
    let row = Row::from_query_result(row, "")?;
    let broken = |error: serde_json::Error| StoreError::Inconsistent {
        table: TABLE,
        column: "asked",
        value: error.to_string(),
    };
    Ok(ExportJob {
        id: ExportJobId(row.id),
        owner: row.owner,
        asked: serde_json::from_value(row.asked).map_err(broken)?,
        format: parse(TABLE, "format", &row.format)?,
        state: parse(TABLE, "state", &row.state)?,
        total_rows: row.total_rows,
        written_rows: row.written_rows,
        error: row.error,
        rights: row.rights,
        token: row.token,
        file_name: row.file_name,
        bytes: row.bytes,
        digest: row.digest,
        tries: row.tries,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}

/// What someone has asked for already.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// How many of their files wait or are being made.
    pub open: i64,
    /// How many of their files are kept.
    pub kept: i64,
    /// How many bytes all of the owner's files have.
    pub bytes: i64,
    /// When the first of these goes.
    pub next_expiry: Option<DateTime<Utc>>,
}

/// Lets those of the same name ask one after the other, and says what they have; of strangers the files of their network
/// are counted, and the bytes of all.
pub async fn held(
    tx: &Transaction,
    owner: &str,
    network: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<Held, StoreError> {
    lock(tx, &format!("exports {owner}")).await?;
    let mut theirs = Sql::new("TRUE");
    if let Some(network) = network {
        theirs = Sql::new("j.network = ");
        theirs.bind(network.to_vec());
    }
    let mut sql = Sql::new("SELECT count(*) FILTER (WHERE ");
    sql.append(&theirs).push(" AND j.state IN ('QUEUED', 'RUNNING')) AS open, count(*) FILTER (WHERE ");
    sql.append(&theirs).push(" AND j.state <> 'FAILED') AS kept, coalesce(sum(j.bytes), 0)::bigint AS bytes, min(j.expires_at) AS next_expiry");
    sql.push(" FROM export_jobs j WHERE j.owner = ").bind(owner).push(" AND j.expires_at > ").bind(now);
    let row = sql.row(tx).await?;
    row.map_or(Ok(Held { open: 0, kept: 0, bytes: 0, next_expiry: None }), |row| {
        Ok(Held {
            open: get(&row, "open")?,
            kept: get(&row, "kept")?,
            bytes: get(&row, "bytes")?,
            next_expiry: get(&row, "next_expiry")?,
        })
    })
}

/// Writes a new job; one with an attempt is begun at once by whoever made it.
pub async fn insert(
    tx: &Transaction,
    job: &ExportJob,
    network: Option<Vec<u8>>,
    attempt: Option<Uuid>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO export_jobs (id, owner, network, asked, format, state, total_rows, token, claim, tries, beat_at, created_at, expires_at) VALUES (",
    );
    let asked = serde_json::to_value(&job.asked).expect("filters are always JSON");
    sql.bind(job.id.0).push(", ").bind(job.owner.clone()).push(", ").bind(network).push(", ").bind(asked);
    sql.push(", ").bind(job.format.as_ref()).push(", ").bind(job.state.as_ref()).push(", ");
    sql.bind(job.total_rows).push(", ").bind(job.token.clone()).push(", ").bind(attempt).push(", ");
    sql.bind(job.tries).push(", ").bind(attempt.map(|_| job.created_at)).push(", ").bind(job.created_at);
    sql.push(", ").bind(job.expires_at).push(")");
    sql.execute(tx).await.map(drop)
}

impl Store {
    /// The job of this id that is still kept.
    pub async fn export_job(
        &self,
        id: ExportJobId,
        now: DateTime<Utc>,
    ) -> Result<Option<ExportJob>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM export_jobs j WHERE j.id = ").bind(id.0);
        sql.push(" AND j.expires_at > ").bind(now);
        sql.row(self.db()).await?.map(|row| job(&row)).transpose()
    }

    /// The job of this secret, kept or not.
    pub async fn export_by_token(&self, token: &str) -> Result<Option<ExportJob>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM export_jobs j WHERE j.token = ").bind(token);
        sql.row(self.db()).await?.map(|row| job(&row)).transpose()
    }

    /// Claims the next job: one that waits, or one whose attempt gives no sign of life any more. What that one wrote goes.
    pub async fn claim_export(&self, attempt: Uuid, now: DateTime<Utc>) -> Result<Option<Claim>, StoreError> {
        let tx = self.begin_unseen().await?;
        let mut sql = Sql::new(
            "UPDATE export_jobs j SET state = 'RUNNING', written_rows = 0, bytes = 0, tries = tries + 1, claim = ",
        );
        sql.bind(attempt).push(", beat_at = ").bind(now);
        sql.push(" WHERE j.id = (SELECT o.id FROM export_jobs o WHERE (o.state = 'QUEUED' OR o.state = 'RUNNING' AND o.beat_at <= ");
        sql.bind(now - DEAD_AFTER).push(") AND o.tries < ").bind(MOST_TRIES).push(" AND o.expires_at > ");
        sql.bind(now).push(" ORDER BY o.created_at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ");
        sql.push(COLUMNS);
        let Some(row) = sql.row(&tx).await? else { return Ok(None) };
        let job = job(&row)?;
        let mut sql = Sql::new("DELETE FROM export_chunks WHERE job_id = ");
        sql.bind(job.id.0);
        sql.execute(&tx).await?;
        tx.commit().await?;
        Ok(Some(Claim { job, attempt }))
    }

    /// Gives up what was begun often enough and gives no sign of life. Which ones.
    pub async fn give_exports_up(&self, now: DateTime<Utc>, why: &str) -> Result<Vec<Uuid>, StoreError> {
        let mut sql = Sql::new("UPDATE export_jobs SET state = 'FAILED', claim = NULL, error = ");
        sql.bind(why).push(", finished_at = ").bind(now).push(" WHERE tries >= ").bind(MOST_TRIES);
        sql.push(" AND (state = 'QUEUED' OR state = 'RUNNING' AND beat_at <= ").bind(now - DEAD_AFTER);
        sql.push(") RETURNING id");
        sql.rows(self.db()).await?.iter().map(|row| get(row, "id")).collect()
    }

    /// Adds a piece to the file, and says how far it is; false where another attempt has begun, or the job is gone.
    pub async fn write_export(
        &self,
        claim: &Claim,
        written_rows: i64,
        piece: Option<(i32, Vec<u8>)>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let length = piece.as_ref().map_or(0, |(_, bytes)| bytes.len() as i64);
        let tx = self.begin_unseen().await?;
        let mut sql = Sql::new("UPDATE export_jobs SET beat_at = ");
        sql.bind(now).push(", written_rows = ").bind(written_rows).push(", bytes = bytes + ").bind(length);
        sql.push(" WHERE id = ").bind(claim.job.id.0).push(" AND claim = ").bind(claim.attempt);
        if sql.execute(&tx).await? == 0 {
            return Ok(false);
        }
        if let Some((place, bytes)) = piece {
            let mut sql = Sql::new("INSERT INTO export_chunks (job_id, place, bytes) VALUES (");
            sql.bind(claim.job.id.0).push(", ").bind(place).push(", ").bind(bytes).push(")");
            sql.execute(&tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The file is whole.
    pub async fn finish_export(
        &self,
        claim: &Claim,
        file: &Finished,
        now: DateTime<Utc>,
    ) -> Result<Option<ExportJob>, StoreError> {
        let mut sql = Sql::new("UPDATE export_jobs j SET state = 'DONE', claim = NULL, file_name = ");
        sql.bind(file.name.clone()).push(", digest = ").bind(file.digest.clone()).push(", rights = ");
        sql.bind(file.rights.clone()).push(", written_rows = ").bind(file.rows).push(", total_rows = ");
        sql.bind(file.rows).push(", finished_at = ").bind(now).push(" WHERE j.id = ").bind(claim.job.id.0);
        sql.push(" AND j.claim = ").bind(claim.attempt).push(" RETURNING ").push(COLUMNS);
        sql.row(self.db()).await?.map(|row| job(&row)).transpose()
    }

    /// There is no file: for good with a reason, or until another attempt without.
    pub async fn drop_export(
        &self,
        claim: &Claim,
        why: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.begin_unseen().await?;
        let mut sql = Sql::new("UPDATE export_jobs SET claim = NULL, bytes = 0, written_rows = 0, state = ");
        sql.bind(if why.is_some() { "FAILED" } else { "QUEUED" })
            .push(", error = ")
            .bind(why.map(str::to_owned));
        sql.push(", finished_at = ").bind(why.map(|_| now)).push(" WHERE id = ").bind(claim.job.id.0);
        sql.push(" AND claim = ").bind(claim.attempt);
        if sql.execute(&tx).await? == 1 {
            let mut sql = Sql::new("DELETE FROM export_chunks WHERE job_id = ");
            sql.bind(claim.job.id.0);
            sql.execute(&tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A piece of a file; null behind the last one.
    pub async fn export_piece(&self, id: ExportJobId, place: i32) -> Result<Option<Vec<u8>>, StoreError> {
        let mut sql = Sql::new("SELECT bytes FROM export_chunks WHERE job_id = ");
        sql.bind(id.0).push(" AND place = ").bind(place);
        sql.row(self.db()).await?.map(|row| get(&row, "bytes")).transpose()
    }
}

/// A file that is whole.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it is called.
    pub name: String,
    /// Names it by its content.
    pub digest: String,
    /// How many entries are in it.
    pub rows: i64,
    /// What its owner might see when it was made, as a hash.
    pub rights: Vec<u8>,
}
