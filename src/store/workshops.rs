//! Sessions: rows to domain and back, finders, pages, writers. The session is `w`.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::rows::{get, parse};
use super::sight::visible_session;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{
    ActorId, CallId, CollectiveId, DiagnosisAxisId, DiagnosisId, Subject, WorkshopSessionId,
};
use crate::domain::listings::{SessionAnchor, SessionListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::workshops::{SessionOwner, SessionSets, WorkshopSession, WorkshopTable};

const FROM: &str = "workshop_sessions w";
const COLUMNS: &str = "w.id, w.diagnosis_id, w.collective_id, w.call_id, w.format, w.title, w.held_on, w.held_on_precision, w.ended_on, w.axis_id, w.headcount, w.place, w.created_at, w.updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    diagnosis_id: Option<Uuid>,
    collective_id: Option<Uuid>,
    call_id: Option<Uuid>,
    format: String,
    title: String,
    held_on: chrono::NaiveDate,
    held_on_precision: String,
    ended_on: Option<chrono::NaiveDate>,
    axis_id: Option<Uuid>,
    headcount: Option<i32>,
    place: Option<String>,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

fn domain(row: Row) -> Result<WorkshopSession, StoreError> {
    let owner = match (row.diagnosis_id, row.collective_id, row.call_id) {
        (Some(id), ..) => SessionOwner::Diagnosis(DiagnosisId(id)),
        (_, Some(id), _) => SessionOwner::Collective(CollectiveId(id)),
        (.., Some(id)) => SessionOwner::Call(CallId(id)),
        (None, None, None) => {
            let (table, value) = ("workshop_sessions", row.id.to_string());
            return Err(StoreError::Inconsistent { table, column: "diagnosis_id", value });
        }
    };
    Ok(WorkshopSession {
        id: WorkshopSessionId(row.id),
        owner,
        format: parse("workshop_sessions", "format", &row.format)?,
        title: row.title,
        held_on: row.held_on,
        held_on_precision: parse("workshop_sessions", "held_on_precision", &row.held_on_precision)?,
        ended_on: row.ended_on,
        axis: row.axis_id.map(DiagnosisAxisId),
        headcount: row.headcount,
        place: row.place,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl SessionAnchor {
    /// The column that says of which entry a session is.
    fn column(self) -> &'static str {
        match self {
            Self::Diagnosis => "w.diagnosis_id",
            Self::Collective => "w.collective_id",
            Self::Call => "w.call_id",
        }
    }
}

impl SessionListing {
    /// Of the entries that a list is read for: whoever sees one sees its sessions.
    fn condition(self) -> Sql {
        let mut sql = Sql::new(self.anchor.column());
        sql.push(" = k.id");
        sql
    }
}

impl Store {
    /// The same page of each entry's sessions, in one statement.
    pub async fn sessions_of(
        &self,
        listing: &SessionListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<WorkshopSession>>, StoreError> {
        let key = Sql::new("w.held_on::text");
        let listing = Listing {
            columns: COLUMNS,
            from: FROM,
            id: "w.id",
            condition: listing.condition(),
            parts: Vec::new(),
            order: Order { list: SessionListing::order(), key, descending: false },
            page,
        };
        listing.pages(self.db(), of, domain).await
    }

    /// How many sessions each entry has, in one statement.
    pub async fn count_sessions_of(
        &self,
        listing: &SessionListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }

    /// The sessions of these ids whose owner may be seen, in no order.
    pub async fn workshops_by_ids(
        &self,
        ids: &[WorkshopSessionId],
        visibility: &Visibility,
    ) -> Result<Vec<WorkshopSession>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE w.id = ANY(").bind(uuids(ids));
        visible_session(sql.push(") AND "), visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// All sessions of a diagnosis that the reader sees, the first one first: a thousand at most.
    pub async fn all_sessions_of(&self, of: DiagnosisId) -> Result<Vec<WorkshopSession>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE w.diagnosis_id = ").bind(of.0);
        sql.push(" ORDER BY w.held_on, w.id LIMIT 1000");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The organisations that were at these sessions, in order.
    pub async fn attendance_of(
        &self,
        of: &[WorkshopSessionId],
    ) -> Result<HashMap<WorkshopSessionId, Vec<ActorId>>, StoreError> {
        attendance(self.db(), of).await
    }

    /// The tables of these sessions, in order.
    pub async fn tables_of(
        &self,
        of: &[WorkshopSessionId],
    ) -> Result<HashMap<WorkshopSessionId, Vec<WorkshopTable>>, StoreError> {
        tables(self.db(), of).await
    }

    /// The tables of all sessions of these diagnoses, by the day of the session.
    pub async fn tables_of_diagnoses(
        &self,
        of: &[DiagnosisId],
    ) -> Result<HashMap<DiagnosisId, Vec<WorkshopTable>>, StoreError> {
        let mut sql = Sql::new(
            "SELECT w.diagnosis_id, o.theme, o.keywords, o.notes FROM workshop_sessions w JOIN session_tables o ON o.session_id = w.id WHERE w.diagnosis_id = ANY(",
        );
        sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>());
        sql.push(") ORDER BY w.diagnosis_id, w.held_on, w.id, o.position");
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            all.entry(DiagnosisId(get(&row, "diagnosis_id")?)).or_default().push(table(&row)?);
        }
        Ok(all)
    }
}

async fn attendance(
    db: &impl ConnectionTrait,
    of: &[WorkshopSessionId],
) -> Result<HashMap<WorkshopSessionId, Vec<ActorId>>, StoreError> {
    let mut sql = Sql::new("SELECT session_id, actor_id FROM session_attendance WHERE session_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY session_id, position");
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        let session = WorkshopSessionId(get(&row, "session_id")?);
        all.entry(session).or_default().push(ActorId(get(&row, "actor_id")?));
    }
    Ok(all)
}

async fn tables(
    db: &impl ConnectionTrait,
    of: &[WorkshopSessionId],
) -> Result<HashMap<WorkshopSessionId, Vec<WorkshopTable>>, StoreError> {
    let mut sql =
        Sql::new("SELECT session_id, theme, keywords, notes FROM session_tables WHERE session_id = ANY(");
    sql.bind(uuids(of)).push(") ORDER BY session_id, position");
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        all.entry(WorkshopSessionId(get(&row, "session_id")?)).or_default().push(table(&row)?);
    }
    Ok(all)
}

fn table(row: &sea_orm::QueryResult) -> Result<WorkshopTable, StoreError> {
    Ok(WorkshopTable {
        theme: get(row, "theme")?,
        keywords: get(row, "keywords")?,
        notes: get(row, "notes")?,
    })
}

/// Of what a session is; null where there is no such session.
pub async fn owner_of(tx: &Transaction, id: WorkshopSessionId) -> Result<Option<SessionOwner>, StoreError> {
    Ok(by_id(tx, id, "").await?.map(|session| session.owner))
}

/// A session with what belongs to it, locked until the transaction ends. Its owner is locked first.
pub async fn for_update(
    tx: &Transaction,
    id: WorkshopSessionId,
) -> Result<Option<(WorkshopSession, SessionSets)>, StoreError> {
    let Some(session) = by_id(tx, id, " FOR UPDATE").await? else { return Ok(None) };
    let attendance = attendance(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let tables = tables(tx, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Some((session, SessionSets { attendance, tables })))
}

async fn by_id(
    tx: &Transaction,
    id: WorkshopSessionId,
    lock: &str,
) -> Result<Option<WorkshopSession>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM ").push(FROM).push(" WHERE w.id = ").bind(id.0).push(lock);
    sql.models(tx).await?.into_iter().map(domain).next().transpose()
}

/// Writes a new or changed session with what belongs to it.
pub async fn write(
    tx: &Transaction,
    session: &WorkshopSession,
    sets: &SessionSets,
) -> Result<(), StoreError> {
    let (mut diagnosis, mut collective, mut call) = (None, None, None);
    match session.owner {
        SessionOwner::Diagnosis(id) => diagnosis = Some(id.0),
        SessionOwner::Collective(id) => collective = Some(id.0),
        SessionOwner::Call(id) => call = Some(id.0),
    }
    let mut sql = Sql::new(
        "INSERT INTO workshop_sessions (id, diagnosis_id, collective_id, call_id, format, title, held_on, held_on_precision, ended_on, axis_id, headcount, place, created_at, updated_at) VALUES (",
    );
    sql.bind(session.id.0).push(", ").bind(diagnosis).push(", ").bind(collective).push(", ").bind(call);
    sql.push(", ").bind(session.format.as_ref()).push(", ").bind(session.title.clone()).push(", ");
    sql.bind(session.held_on)
        .push(", ")
        .bind(session.held_on_precision.as_ref())
        .push(", ")
        .bind(session.ended_on)
        .push(", ");
    sql.bind(session.axis.map(|id| id.0)).push(", ").bind(session.headcount).push(", ");
    sql.bind(session.place.clone()).push(", ").bind(session.created_at).push(", ").bind(session.updated_at);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET format = excluded.format, title = excluded.title, held_on = excluded.held_on, held_on_precision = excluded.held_on_precision, ended_on = excluded.ended_on,
            axis_id = excluded.axis_id, headcount = excluded.headcount, place = excluded.place, updated_at = excluded.updated_at",
    );
    sql.execute(tx).await?;
    for table in ["session_attendance", "session_tables"] {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table).push(" WHERE session_id = ").bind(session.id.0);
        sql.execute(tx).await?;
    }
    let actors: Vec<_> = sets.attendance.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("INSERT INTO session_attendance (session_id, position, actor_id) SELECT ");
    sql.bind(session.id.0).push(", p.position - 1, p.actor_id FROM unnest(").bind(actors);
    sql.push(") WITH ORDINALITY p(actor_id, position)");
    sql.execute(tx).await?;
    for (position, table) in sets.tables.iter().enumerate() {
        let mut sql =
            Sql::new("INSERT INTO session_tables (session_id, position, theme, keywords, notes) VALUES (");
        sql.bind(session.id.0).push(", ").bind(position as i16).push(", ").bind(table.theme.clone());
        sql.push(", ").bind(table.keywords.clone()).push(", ").bind(table.notes.clone()).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}

/// What names a session, each with its text: findings, lessons, orientations that were validated in it.
pub async fn named_by(tx: &Transaction, id: WorkshopSessionId) -> Result<Vec<(Subject, String)>, StoreError> {
    let mut sql = Sql::new("SELECT 'SWOT_ITEM' AS kind, id, text FROM swot_items WHERE session_id = ");
    sql.bind(id.0).push(" UNION ALL SELECT 'LESSON', id, text FROM lessons WHERE session_id = ").bind(id.0);
    sql.push(" UNION ALL SELECT 'ORIENTATION', id, title FROM orientations WHERE validation_session_id = ");
    sql.bind(id.0).push(" ORDER BY kind DESC, id LIMIT 100");
    let named = |row: &sea_orm::QueryResult| {
        let kind: String = get(row, "kind")?;
        let kind = parse("workshop_sessions", "kind", &kind)?;
        Ok((Subject { kind, id: get(row, "id")? }, get(row, "text")?))
    };
    sql.rows(tx).await?.iter().map(named).collect()
}

/// Takes a session away with what belongs to it; nothing names it.
pub async fn remove(tx: &Transaction, id: WorkshopSessionId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM workshop_sessions WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Puts one actor in the place of another where that was at a session; where both were, it was there once. How many.
pub async fn move_attendance(tx: &Transaction, kept: ActorId, merged: ActorId) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM session_attendance a USING session_attendance o WHERE a.actor_id = ");
    sql.bind(merged.0).push(" AND o.session_id = a.session_id AND o.actor_id = ").bind(kept.0);
    let both = sql.execute(tx).await?;
    let mut sql = Sql::new("UPDATE session_attendance SET actor_id = ");
    sql.bind(kept.0).push(" WHERE actor_id = ").bind(merged.0);
    Ok(both + sql.execute(tx).await?)
}

fn uuids(ids: &[WorkshopSessionId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
