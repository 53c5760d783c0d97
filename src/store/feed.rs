//! The feed: changes in the order in which their transactions were committed. Postgres gives the places, in a trigger of the
//! commit; here they are read, and heard of as they come.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::sqlx::postgres::{PgListener, PgPoolOptions};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, RuntimeErr};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use super::call_filter::open_to;
use super::collective_filter::acts_in;
use super::diagnosis_filter::is_of;
use super::error::StoreError;
use super::practice_filter::practised_in;
use super::project_filter::takes_place_in;
use super::rows::{get, names, parse};
use super::scopes::{Id, Reading, reach};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::changes::Place;
use crate::domain::ids::{Subject, SubjectKind};
use crate::domain::policy::Visibility;
use crate::domain::territories::{TerritoryBasis, TerritoryRef, TerritoryScope};

/// What Postgres notifies of each commit, with its place; of one that has none ([`WRITTEN`]); and what an instance asks whether
/// it hears anything, which begins with [`SIGN`].
const CHANNEL: &str = "maillage_feed";
/// Tells every instance, once the transaction is committed, that something was written that has no place in the feed.
pub(super) const WRITTEN: &str = "NOTIFY maillage_feed";
const SIGN: char = '?';
/// How long nothing is heard before it is asked whether there is something.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a sign of life may take to come back.
const ANSWER: Duration = Duration::from_secs(5);
/// Transactions that are looked through at once.
const TRANSACTIONS: i64 = 500;

/// Fields that say where an entry is, or whose it is: a change of one may bring it into somebody's sight or out of it.
const PLACES: [&str; 14] = [
    "seat",
    "location",
    "areas_served",
    "territories",
    "pilot_sites",
    "programme",
    "organisers",
    "source",
    "target",
    "lead",
    "partners",
    "collective",
    "actors",
    "facilitator",
];

/// What this instance knows of how far the feed goes. Where any of it differs, there may be something new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Newest {
    /// Which life of the database it is.
    pub era: Uuid,
    /// The newest place that was heard of.
    pub position: i64,
    /// How many transactions of this instance were committed, before their places are heard of, and how often others wrote
    /// what has no place in the feed.
    pub written: u64,
}

/// Where that is said.
#[derive(Clone, Debug, Default)]
pub(super) struct News(Arc<Board>);

#[derive(Debug, Default)]
struct Board {
    newest: watch::Sender<Newest>,
    /// Whether what others write is heard at once.
    hears: AtomicBool,
}

impl News {
    /// This instance has written, or another what has no place in the feed.
    pub(super) fn written(&self) {
        self.0.newest.send_modify(|newest| newest.written += 1);
    }

    fn hears(&self, hears: bool) {
        self.0.hears.store(hears, Ordering::Release);
    }

    /// Heard of this place: never back, except into another life of the database.
    fn raise(&self, era: Option<Uuid>, position: i64) {
        self.0.newest.send_if_modified(|newest| {
            let other = era.is_some_and(|era| era != newest.era);
            if !other && position <= newest.position {
                return false;
            }
            newest.era = era.unwrap_or(newest.era);
            newest.position = position;
            true
        });
    }
}

/// A change, or what follows from one, before it is known who may hear of it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what a change did, each by itself")]
pub struct Event {
    /// Where it stands.
    pub place: Place,
    /// The entry.
    pub subject: Subject,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Whether it is told: else it only marks how far the feed was read.
    pub asked: bool,
    /// The version that it made; of what follows from it, that of the actor.
    pub version: i32,
    /// Whether a later change of the same entry is there already, and tells it as it is now.
    pub superseded: bool,
    /// Whether it took the entry, or what shows it, out of what is published.
    pub hides: bool,
    /// Whether it changed where the entry is, or whose it is.
    pub moves: bool,
    /// Whether another took the entry over.
    pub merges: bool,
    /// Fields of [`PLACES`] as they were before; null where none changed.
    pub before: Value,
}

/// A part of the feed as it stands in the database.
#[derive(Clone, Debug)]
pub struct Window {
    /// Which life of the database it is of.
    pub era: Uuid,
    /// Whether the place that it begins at is one of this life.
    pub known: bool,
    /// What was found, in order.
    pub events: Vec<Event>,
    /// How far it was read.
    pub end: Place,
    /// Whether more may follow.
    pub more: bool,
}

fn event(row: &QueryResult) -> Result<Event, StoreError> {
    let before: Option<Value> = get(row, "before")?;
    Ok(Event {
        place: place(row)?,
        subject: subject(row)?,
        at: get(row, "at")?,
        asked: get(row, "asked")?,
        version: get(row, "version")?,
        superseded: get(row, "superseded")?,
        hides: get(row, "hides")?,
        moves: get(row, "moves")?,
        merges: get(row, "merges")?,
        before: before.unwrap_or(Value::Null),
    })
}

fn subject(row: &QueryResult) -> Result<Subject, StoreError> {
    let kind: String = get(row, "kind")?;
    Ok(Subject { kind: parse("changes", "subject_kind", &kind)?, id: get(row, "id")? })
}

fn place(row: &QueryResult) -> Result<Place, StoreError> {
    Ok(Place { position: get(row, "position")?, change: get(row, "change")?, part: get(row, "part")? })
}

impl Store {
    /// How far the feed goes, as this instance knows it: it changes once a write of its own is committed, before that is
    /// answered; by those of others as they are heard of, where [`Self::hear_feed`] runs.
    pub fn feed(&self) -> watch::Receiver<Newest> {
        self.news.0.newest.subscribe()
    }

    /// The same at this moment, as long as what others write is heard at once; else none: there may be more than is known.
    pub fn heard(&self) -> Option<Newest> {
        self.news.0.hears.load(Ordering::Acquire).then(|| *self.news.0.newest.borrow())
    }

    /// The same at this moment: as it is known where what others write is heard at once, else asked.
    pub async fn newest(&self) -> Result<Newest, StoreError> {
        if let Some(heard) = self.heard() {
            return Ok(heard);
        }
        self.feed_position().await?;
        Ok(*self.news.0.newest.borrow())
    }

    /// Which life of the database it is, and its newest place, asked.
    pub async fn feed_position(&self) -> Result<(Uuid, i64), StoreError> {
        let sql =
            Sql::new("SELECT era, coalesce((SELECT max(position) FROM feed), 0) AS position FROM feed_era");
        let row = sql.row(self.db()).await?.ok_or_else(eraless)?;
        let (era, position) = (get(&row, "era")?, get(&row, "position")?);
        self.news.raise(Some(era), position);
        Ok((era, position))
    }

    /// What follows a place, of these kinds, at most so much; what a change of an actor's sight or place does to its
    /// interactions among it, where these are asked for.
    pub async fn feed_window(
        &self,
        after: Place,
        kinds: &[SubjectKind],
        limit: usize,
    ) -> Result<Window, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.era, f.position FROM feed_era e LEFT JOIN LATERAL (SELECT position FROM feed WHERE position >= ",
        );
        sql.bind(after.position).push(" ORDER BY position LIMIT ").bind(TRANSACTIONS);
        sql.push(") f ON TRUE ORDER BY f.position");
        let rows = sql.rows(self.db()).await?;
        let era = get(rows.first().ok_or_else(eraless)?, "era")?;
        let positions: Vec<Option<i64>> =
            rows.iter().map(|row| get(row, "position")).collect::<Result<_, _>>()?;
        let known = positions.first() == Some(&Some(after.position));
        let last = positions.last().copied().flatten().unwrap_or(after.position);
        let mut window = Window {
            era,
            known,
            events: Vec::new(),
            end: after,
            more: positions.len() as i64 == TRANSACTIONS,
        };
        // Nothing is behind the last change of the newest transaction.
        if !known || (last == after.position && after >= Place::after(last)) {
            return Ok(window);
        }
        let rows = events(after, last, kinds, limit).rows(self.db()).await?;
        window.events = rows.iter().map(event).collect::<Result<_, _>>()?;
        match window.events.last() {
            Some(event) if window.events.len() == limit => (window.end, window.more) = (event.place, true),
            _ => window.end = Place::after(last),
        }
        Ok(window)
    }

    /// Which of these entries were ever published, as far as their histories say; an interaction only where both ends were,
    /// those of before its last change where that changed them.
    pub async fn ever_published(
        &self,
        entries: &[Subject],
        ends_before: &[(Uuid, [Option<Uuid>; 2])],
    ) -> Result<HashSet<Subject>, StoreError> {
        let end = |ends: &[Option<Uuid>; 2], end: usize| ends[end].unwrap_or_default();
        let mut sql = Sql::new("WITH k AS (SELECT * FROM unnest(");
        sql.bind(names(&entries.iter().map(|entry| entry.kind).collect::<Vec<_>>()));
        sql.push(", ").bind(entries.iter().map(|entry| entry.id).collect::<Vec<_>>());
        sql.push(") k(kind, id)), e AS (SELECT * FROM unnest(");
        sql.bind(ends_before.iter().map(|(id, _)| *id).collect::<Vec<_>>()).push(", ");
        sql.bind(ends_before.iter().map(|(_, ends)| end(ends, 0)).collect::<Vec<_>>()).push(", ");
        sql.bind(ends_before.iter().map(|(_, ends)| end(ends, 1)).collect::<Vec<_>>());
        sql.push(") e(id, source_id, target_id)) SELECT k.kind, k.id FROM k WHERE (k.kind = 'TERRITORY' OR ");
        published(&mut sql, "k.kind", "k.id");
        sql.push(
            ") AND (k.kind <> 'INTERACTION' OR EXISTS (SELECT 1 FROM (
                SELECT coalesce(nullif(e.source_id, ",
        )
        .bind(Uuid::nil());
        sql.push("), i.source_id) AS source_id, coalesce(nullif(e.target_id, ").bind(Uuid::nil());
        sql.push("), i.target_id) AS target_id FROM interactions i LEFT JOIN e ON e.id = i.id WHERE i.id = k.id) x WHERE ");
        published(&mut sql, "'ACTOR'", "x.source_id");
        published(sql.push(" AND "), "'ACTOR'", "x.target_id");
        sql.push("))");
        sql.rows(self.db()).await?.iter().map(subject).collect()
    }

    /// Which of these entries are in what the scope reaches, whether they may be seen or not; a hidden location counts for
    /// those who see it.
    pub async fn lying_in(
        &self,
        kind: SubjectKind,
        ids: &[Uuid],
        scope: &TerritoryScope,
        visibility: &Visibility,
    ) -> Result<HashSet<Uuid>, StoreError> {
        let TerritoryScope { territory: TerritoryRef::Id(id), direction, basis } = scope else {
            return Ok(HashSet::new());
        };
        let (territory, direction) = (Id::Value(id.0), *direction);
        let reading = Reading::of_few(visibility, id.0, direction);
        let (from, alias) = match kind {
            SubjectKind::Territory => ("territories t", "t"),
            SubjectKind::Actor => ("actors a", "a"),
            SubjectKind::Interaction => ("interactions i", "i"),
            SubjectKind::Call => ("calls c", "c"),
            SubjectKind::Collective => ("collectives v", "v"),
            SubjectKind::Project => ("projects j", "j"),
            SubjectKind::GoodPractice => ("good_practices g", "g"),
            SubjectKind::Diagnosis => ("diagnoses z", "z"),
            SubjectKind::Application => ("applications d JOIN calls c ON c.id = d.call_id", "d"),
            _ => return Ok(HashSet::new()),
        };
        let mut sql = Sql::new("SELECT ");
        sql.push(alias).push(".id FROM ").push(from).push(" WHERE ").push(alias).push(".id = ANY(");
        sql.bind(ids.to_vec()).push(")");
        match kind {
            SubjectKind::Territory => {
                reach(sql.and("t.id IN ("), territory, direction);
                sql.push(")");
            }
            SubjectKind::Actor => reading.scope(sql.and(""), territory, direction, *basis),
            SubjectKind::Interaction => {
                let places = *basis != TerritoryBasis::Seat;
                reading.either_end_in(sql.and(""), territory, direction, *basis, places);
            }
            SubjectKind::Collective => acts_in(&mut sql, territory, direction),
            SubjectKind::Project => takes_place_in(&mut sql, territory, direction),
            SubjectKind::GoodPractice => practised_in(&mut sql, territory, direction),
            SubjectKind::Diagnosis => is_of(&mut sql, territory, direction),
            _ => open_to(&mut sql, territory, direction),
        }
        sql.rows(self.db()).await?.iter().map(|row| get(row, "id")).collect()
    }

    /// Which of these entries have changes that made later versions than these.
    pub async fn changed_since(&self, versions: &[(Subject, i32)]) -> Result<HashSet<Subject>, StoreError> {
        let mut sql = Sql::new("SELECT k.kind, k.id FROM unnest(");
        sql.bind(names(&versions.iter().map(|(entry, _)| entry.kind).collect::<Vec<_>>()));
        sql.push(", ").bind(versions.iter().map(|(entry, _)| entry.id).collect::<Vec<_>>());
        sql.push(", ").bind(versions.iter().map(|(_, version)| *version).collect::<Vec<_>>());
        sql.push(") k(kind, id, version) WHERE EXISTS (SELECT 1 FROM changes c WHERE c.subject_kind = k.kind AND c.subject_id = k.id AND c.version > k.version)");
        sql.rows(self.db()).await?.iter().map(subject).collect()
    }

    /// Which of these territories are one of those, or within one.
    pub async fn within_any(&self, which: &[Uuid], of: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
        let mut sql = Sql::new("SELECT k.id FROM unnest(");
        sql.bind(which.to_vec()).push(") k(id) WHERE k.id = ANY(").bind(of.to_vec());
        sql.push(") OR EXISTS (SELECT 1 FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = k.id AND w.other_id = ANY(");
        sql.bind(of.to_vec()).push("))");
        sql.rows(self.db()).await?.iter().map(|row| get(row, "id")).collect()
    }

    /// Listens for what other instances commit, for as long as the service runs; on a connection of its own, which is made
    /// anew where it breaks. What was missed meanwhile is found by asking.
    pub async fn hear_feed(&self) {
        let mut wait = Duration::from_millis(100);
        // Nothing is heard by nobody.
        let _ear = Ear(self.news.clone());
        loop {
            let error = match self.hear(&mut wait).await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            self.news.hears(false);
            if self.db().get_postgres_connection_pool().is_closed() {
                return;
            }
            tracing::warn!(error = &error as &dyn std::error::Error, "the feed is not heard: listening anew");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(ANSWER);
        }
    }

    async fn hear(&self, wait: &mut Duration) -> Result<std::convert::Infallible, StoreError> {
        let options = self.db().get_postgres_connection_pool().connect_options();
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ANSWER);
        let pool = pool.connect_lazy_with((*options).clone());
        let mut listener = PgListener::connect_with(&pool).await.map_err(failed)?;
        // It is made anew here, where it is known that something may have been missed.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(failed)?;
        let own = format!("{SIGN}{:x}", RandomState::new().hash_one(CHANNEL));
        self.feed_position().await?;
        self.sign(&own).await?;
        let mut asked = true;
        loop {
            let patience = if asked { ANSWER } else { SILENCE };
            match tokio::time::timeout(patience, listener.try_recv()).await {
                Ok(Ok(Some(heard))) if heard.payload() == own => {
                    (asked, *wait) = (false, Duration::from_millis(100));
                    if !self.news.0.hears.load(Ordering::Relaxed) {
                        // From here on nothing is missed; of before it is asked.
                        self.feed_position().await?;
                        self.news.written();
                        self.news.hears(true);
                    }
                }
                Ok(Ok(Some(heard))) => self.heard_of(heard.payload()).await?,
                Ok(Ok(None)) => {
                    return Err(failed(std::io::Error::from(ErrorKind::ConnectionAborted).into()));
                }
                Ok(Err(error)) => return Err(failed(error)),
                // A pooler that shares connections takes LISTEN and passes nothing on.
                Err(_) if asked => return Err(failed(sea_orm::SqlxError::PoolTimedOut)),
                Err(_) => {
                    self.feed_position().await?;
                    self.sign(&own).await?;
                    asked = true;
                }
            }
        }
    }

    async fn heard_of(&self, payload: &str) -> Result<(), StoreError> {
        match payload.parse() {
            Ok(position) => self.news.raise(None, position),
            Err(_) if payload.starts_with(SIGN) => {}
            // Another instance wrote what has no place, or began another life of the database.
            Err(_) => {
                self.feed_position().await?;
                self.news.written();
            }
        }
        Ok(())
    }

    /// Says something to all who listen, itself among them.
    async fn sign(&self, sign: &str) -> Result<(), StoreError> {
        let mut sql = Sql::new("SELECT pg_notify(");
        sql.bind(CHANNEL).push(", ").bind(sign).push(")");
        sql.row(self.db()).await.map(drop)
    }
}

/// Says, when it goes, that nothing is heard any more.
struct Ear(News);

impl Drop for Ear {
    fn drop(&mut self) {
        self.0.hears(false);
    }
}

fn failed(error: sea_orm::SqlxError) -> StoreError {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))).into()
}

/// What follows a place up to the end of a transaction. A change that is not asked for is there where it may alter what is
/// seen of an actor's interactions: else many such would look like the end.
fn events(after: Place, last: i64, kinds: &[SubjectKind], limit: usize) -> Sql {
    let places: Vec<String> = PLACES.iter().map(|&name| name.to_owned()).collect();
    let with_interactions = kinds.contains(&SubjectKind::Interaction);
    let limit = limit as i64;
    let mut sql = Sql::new(
        "SELECT f.position, c.change, e.part, e.kind, e.id, e.asked, c.at, c.version, c.hides, c.moves,
            e.part = '00000000-0000-0000-0000-000000000000' AND EXISTS (SELECT 1 FROM changes n
                WHERE n.subject_kind = c.subject_kind AND n.subject_id = c.subject_id AND n.version > c.version) AS superseded,
            (c.merges AND e.part = '00000000-0000-0000-0000-000000000000') AS merges,
            CASE WHEN c.moves AND e.part = '00000000-0000-0000-0000-000000000000' THEN
                (SELECT jsonb_object_agg(b.key, b.value->0) FROM jsonb_each(c.fields) b WHERE b.key = ANY(",
    );
    sql.bind(places.clone()).push(
        ")) END AS before
        FROM (SELECT position, transaction, from_change FROM feed WHERE position BETWEEN ",
    );
    sql.bind(after.position).push(" AND ").bind(last).push(
        " ORDER BY position) f
        CROSS JOIN LATERAL (
            SELECT c.position AS change, c.at, c.subject_kind, c.subject_id, c.version, c.fields,
                c.version > 1 AND (c.fields ? 'status' AND c.fields->'status'->>1 IS DISTINCT FROM 'PUBLISHED' OR c.action IN ('SUPPRESS', 'MERGE', 'ERASE')) AS hides,
                c.version > 1 AND c.fields ?| ",
    );
    sql.bind(places.clone()).push(" AS moves, c.fields ? 'merged_into' AS merges, ");
    touches(&mut sql, &places);
    sql.push(
        " AS touches
            FROM changes c WHERE c.transaction = f.transaction AND c.position >= CASE WHEN f.position = ",
    );
    sql.bind(after.position).push(" THEN greatest(f.from_change, ").bind(after.change);
    sql.push(") ELSE f.from_change END AND (c.subject_kind = ANY(").bind(names(kinds)).push(")");
    if with_interactions {
        touches(sql.push(" OR "), &places);
    }
    // One more: nothing may be left of the change that it goes on from.
    sql.push(") ORDER BY c.position LIMIT ").bind(limit + 1);
    sql.push(
        ") c
        CROSS JOIN LATERAL (
            SELECT '00000000-0000-0000-0000-000000000000'::uuid AS part, c.subject_kind AS kind, c.subject_id AS id, c.subject_kind = ANY(",
    );
    sql.bind(names(kinds))
        .push(") AS asked UNION ALL SELECT i.id, 'INTERACTION', i.id, TRUE FROM interactions i WHERE ");
    sql.bind(with_interactions).push(
        " AND c.touches AND (i.source_id = c.subject_id OR i.target_id = c.subject_id)) e
        WHERE NOT (f.position = ",
    );
    sql.bind(after.position).push(" AND c.change = ").bind(after.change).push(" AND e.part <= ");
    sql.bind(after.part).push(") ORDER BY f.position, c.change, e.part LIMIT ").bind(limit);
    sql
}

/// Adds whether the change `c` may alter what is seen of an actor's interactions.
fn touches(sql: &mut Sql, places: &[String]) {
    sql.push("(c.subject_kind = 'ACTOR' AND c.version > 1 AND (c.fields ? 'status' OR c.action IN ('SUPPRESS', 'UNSUPPRESS') OR c.fields ?| ");
    sql.bind(places.to_vec()).push("))");
}

/// Adds whether the entry of these columns was ever published.
fn published(sql: &mut Sql, kind: &str, id: &str) {
    sql.push("EXISTS (SELECT 1 FROM changes p WHERE p.subject_kind = ").push(kind).and("p.subject_id = ");
    sql.push(id).push(" AND (p.action = 'PUBLISH' OR p.fields->'status'->>1 = 'PUBLISHED'))");
}

pub(super) fn eraless() -> StoreError {
    StoreError::Inconsistent { table: "feed_era", column: "era", value: "no row".to_owned() }
}

/// Takes a place in the feed for what was derived anew, which is no change of an entry: whoever keeps what they found at a place
/// looks again.
pub async fn move_on(tx: &Transaction) -> Result<(), StoreError> {
    tx.will_record();
    let sql = Sql::new(
        "INSERT INTO feed (transaction, from_change) SELECT nextval('feed_transactions'), last_value FROM changes_position_seq",
    );
    sql.execute(tx).await.map(drop)
}

/// Begins another life of the database: cursors of before are refused from now on. For a database that was restored.
pub async fn begin_era(store: &Store) -> Result<(), StoreError> {
    Sql::new("UPDATE feed_era SET era = gen_random_uuid()").execute(store.db()).await?;
    store.db().execute_unprepared(WRITTEN).await?;
    Ok(())
}
