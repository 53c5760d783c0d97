//! Letters to be sent, written in the transaction of what they tell of. One is claimed, and the claim committed, before
//! it is sent: what a crash leaves claimed was perhaps sent, and is not sent again.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::UserId;
use crate::domain::language::Language;
use crate::domain::letters::Letter;

/// Writes a letter to each of these users; those that are not active get none.
pub async fn post(
    tx: &Transaction,
    letters: &[(Uuid, UserId, Letter)],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if letters.is_empty() {
        return Ok(());
    }
    let json = |letter: &Letter| serde_json::to_value(letter).expect("texts and instants are always JSON");
    let mut sql = Sql::new(
        "INSERT INTO outbox (id, user_id, letter, digest, next_try_at, created_at) SELECT l.id, l.user_id, l.letter, l.digest, ",
    );
    sql.bind(at).push(", ").bind(at).push(" FROM unnest(");
    sql.bind(letters.iter().map(|(id, ..)| *id).collect::<Vec<_>>()).push(", ");
    sql.bind(letters.iter().map(|(_, user, _)| user.0).collect::<Vec<_>>()).push(", ");
    sql.bind(letters.iter().map(|(.., letter)| json(letter)).collect::<Vec<Value>>()).push("::jsonb[], ");
    sql.bind(letters.iter().map(|(.., letter)| letter.may_wait()).collect::<Vec<_>>());
    sql.push(") l(id, user_id, letter, digest) JOIN users u ON u.id = l.user_id AND u.active");
    sql.execute(tx).await.map(drop)
}

/// What is to be sent to one user now, claimed. It can't be printed.
#[derive(Clone)]
pub struct Claimed {
    /// The rows.
    pub ids: Vec<Uuid>,
    /// To whom.
    pub user: UserId,
    /// Where to.
    pub email: String,
    /// In which language.
    pub language: Language,
    /// Whether the user may still sign in.
    pub active: bool,
    /// What it says; what can't be read any more is left out.
    pub letters: Vec<Letter>,
    /// How often it was tried, this time included.
    pub tries: i16,
}

/// The rows of a claim: the letters of one user.
fn claimed(rows: &[QueryResult]) -> Result<Option<Claimed>, StoreError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let language: String = get(first, "language")?;
    let letter = |row| -> Result<Option<Letter>, StoreError> {
        Ok(serde_json::from_value(get::<Value>(row, "letter")?).ok())
    };
    let tries = rows.iter().map(|row| get::<i16>(row, "tries")).collect::<Result<Vec<_>, _>>()?;
    let letters = rows.iter().map(letter).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Claimed {
        ids: rows.iter().map(|row| get(row, "id")).collect::<Result<_, _>>()?,
        user: UserId(get(first, "user_id")?),
        email: get(first, "email")?,
        language: if language == "en" { Language::En } else { Language::Fr },
        active: get(first, "active")?,
        letters: letters.into_iter().flatten().collect(),
        tries: tries.into_iter().max().unwrap_or(1),
    }))
}

/// Claims the rows of `due`, and reads them with their user, oldest first.
fn claim(now: DateTime<Utc>, due: &Sql) -> Sql {
    let mut sql = Sql::new("WITH due AS MATERIALIZED (");
    sql.append(due)
        .push("), taken AS (UPDATE outbox SET status = 'SENDING', tries = tries + 1, claimed_at = ");
    sql.bind(now).push(
        " WHERE id IN (SELECT id FROM due) AND status = 'WAITING' RETURNING id, user_id, letter, tries, created_at)
        SELECT t.id, t.user_id, t.letter, t.tries, u.email, u.language, u.active FROM taken t JOIN users u ON u.id = t.user_id
        ORDER BY t.created_at, t.id",
    );
    sql
}

impl Store {
    /// Claims the next letter that is due; those for the digest too where there is none to wait for.
    pub async fn claim_letter(
        &self,
        now: DateTime<Utc>,
        digests_too: bool,
    ) -> Result<Option<Claimed>, StoreError> {
        let mut due = Sql::new("SELECT id FROM outbox WHERE status = 'WAITING' AND next_try_at <= ");
        due.bind(now);
        if !digests_too {
            due.push(" AND NOT digest");
        }
        due.push(" ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED");
        claimed(&claim(now, &due).rows(self.db()).await?)
    }

    /// Claims a user's digest of this day: what was written before it is due, if the user had none that day.
    pub async fn claim_digest(
        &self,
        now: DateTime<Utc>,
        day: NaiveDate,
        due_at: DateTime<Utc>,
    ) -> Result<Option<Claimed>, StoreError> {
        loop {
            let tx = self.begin_unseen().await?;
            let mut sql = Sql::new(
                "SELECT o.user_id FROM outbox o WHERE o.status = 'WAITING' AND o.digest AND o.next_try_at <= ",
            );
            sql.bind(now).push(" AND o.created_at < ").bind(due_at);
            sql.push(" AND NOT EXISTS (SELECT 1 FROM digests d WHERE d.user_id = o.user_id AND d.day >= ");
            sql.bind(day).push(") ORDER BY o.next_try_at, o.id LIMIT 1");
            let Some(row) = sql.row(&tx).await? else { return Ok(None) };
            let user: Uuid = get(&row, "user_id")?;
            let mut sql = Sql::new("INSERT INTO digests (user_id, day) VALUES (");
            sql.bind(user).push(", ").bind(day);
            sql.push(
                ") ON CONFLICT (user_id) DO UPDATE SET day = excluded.day WHERE digests.day < excluded.day",
            );
            if sql.execute(&tx).await? == 0 {
                // Another instance has taken it: the next user's.
                continue;
            }
            let mut due =
                Sql::new("SELECT id FROM outbox WHERE status = 'WAITING' AND digest AND user_id = ");
            due.bind(user).push(" AND next_try_at <= ").bind(now).push(" AND created_at < ").bind(due_at);
            due.push(" FOR UPDATE");
            let digest = claimed(&claim(now, &due).rows(&tx).await?)?;
            tx.commit().await?;
            return Ok(digest);
        }
    }

    /// What was sent, or given up, is emptied: links in it open doors.
    pub async fn settle_letters(
        &self,
        ids: &[Uuid],
        sent: bool,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new("UPDATE outbox SET letter = '{}', status = ");
        sql.bind(if sent { "SENT" } else { "FAILED" }).push(", settled_at = ").bind(at);
        sql.push(" WHERE status = 'SENDING' AND id = ANY(").bind(ids.to_vec()).push(")");
        sql.execute(self.db()).await.map(drop)
    }

    /// What was not sent waits for its next try; a digest of this day is then still to come.
    pub async fn put_letters_off(
        &self,
        ids: &[Uuid],
        until: DateTime<Utc>,
        digest: Option<(UserId, NaiveDate)>,
    ) -> Result<(), StoreError> {
        let tx = self.begin_unseen().await?;
        let mut sql = Sql::new("UPDATE outbox SET status = 'WAITING', next_try_at = ");
        sql.bind(until).push(" WHERE status = 'SENDING' AND id = ANY(").bind(ids.to_vec()).push(")");
        sql.execute(&tx).await?;
        if let Some((user, day)) = digest {
            let mut sql = Sql::new("DELETE FROM digests WHERE user_id = ");
            sql.bind(user.0).push(" AND day = ").bind(day);
            sql.execute(&tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Gives up what was claimed before then and never settled: it was perhaps sent. Which ones.
    pub async fn give_letters_up(
        &self,
        before: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let mut sql = Sql::new("UPDATE outbox SET letter = '{}', status = 'FAILED', settled_at = ");
        sql.bind(at).push(" WHERE status = 'SENDING' AND claimed_at <= ").bind(before).push(" RETURNING id");
        sql.rows(self.db()).await?.iter().map(|row| get(row, "id")).collect()
    }
}
