//! Those who answer: rows to domain and back, lists, writers; and what decides who answers where. The contact is `s`. Their
//! names are personal data: they are in no statement's text, only among its values.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use sea_orm::prelude::{Date, DateTimeUtc, Uuid};

use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::rows::{get, names, parse, parse_all};
use super::scopes::{Id, reach};
use super::sight::visible_support;
use super::sql::Sql;
use super::{Connection, Store, Transaction};
use crate::domain::ids::{ActorId, CallId, CollectiveId, SupportContactId, SupportRequestId, TerritoryId};
use crate::domain::listings::SupportContactListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::routing::Candidate;
use crate::domain::support::SupportContact;
use crate::domain::territories::ScopeDirection;

const TABLE: &str = "support_contacts";

/// The columns of a contact `s`, to be selected.
const COLUMNS: &str = "s.id, s.institution_id, s.name, s.role, s.email, s.phone, s.territory_id,
    ARRAY(SELECT x.call_id FROM support_contact_calls x WHERE x.contact_id = s.id ORDER BY x.call_id) AS calls,
    s.tracks, s.programme_id, s.visibility, s.absent_until, s.created_at, s.updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    institution_id: Uuid,
    name: String,
    role: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    territory_id: Uuid,
    calls: Vec<Uuid>,
    tracks: Vec<String>,
    programme_id: Option<Uuid>,
    visibility: String,
    absent_until: Option<Date>,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

fn domain(row: Row) -> Result<SupportContact, StoreError> {
    Ok(SupportContact {
        id: SupportContactId(row.id),
        institution: ActorId(row.institution_id),
        name: row.name,
        role: row.role,
        email: row.email,
        phone: row.phone,
        territory: TerritoryId(row.territory_id),
        calls: row.calls.into_iter().map(CallId).collect(),
        tracks: parse_all(TABLE, "tracks", &row.tracks)?,
        programme: row.programme_id.map(TerritoryId),
        visibility: parse(TABLE, "visibility", &row.visibility)?,
        absent_until: row.absent_until,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl SupportContactListing {
    fn condition(&self) -> Sql {
        let mut sql = Sql::new("s.territory_id IN (");
        reach(&mut sql, Id::Each, ScopeDirection::Up);
        visible_support(sql.push(")").and(""), &self.visibility);
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: COLUMNS,
            from: FROM,
            id: "s.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("t.list_order"), descending: false },
            page,
        }
    }
}

const FROM: &str = "support_contacts s JOIN territories t ON t.id = s.territory_id";

impl Store {
    /// The contacts of these ids that may be seen, in no order.
    pub async fn support_contacts_by_ids(
        &self,
        ids: &[SupportContactId],
        visibility: &Visibility,
    ) -> Result<Vec<SupportContact>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM support_contacts s WHERE s.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>());
        visible_support(sql.push(")").and(""), visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// The same page of those who answer in each of these territories, in one statement.
    pub async fn support_contacts_of(
        &self,
        listing: &SupportContactListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<SupportContact>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many answer in each of these territories, in one statement.
    pub async fn count_support_contacts_of(
        &self,
        listing: &SupportContactListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}

/// Those who may be seen and whose territory is one of these, or who name one of these calls or programmes, with what
/// decides whether they answer.
pub async fn candidates(
    db: &impl Connection,
    territories: &[TerritoryId],
    calls: &[CallId],
    programmes: &[TerritoryId],
    visibility: &Visibility,
) -> Result<Vec<Candidate>, StoreError> {
    let ids = |territories: &[TerritoryId]| territories.iter().map(|id| id.0).collect::<Vec<_>>();
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(
        ", t.name::text AS place, t.kind AS place_kind, t.valid_from, t.valid_until, a.status = 'ARCHIVED' AS put_away
        FROM support_contacts s JOIN territories t ON t.id = s.territory_id JOIN actors a ON a.id = s.institution_id
        WHERE (s.territory_id = ANY(",
    );
    sql.bind(ids(territories)).push(") OR s.programme_id = ANY(").bind(ids(programmes));
    sql.push(") OR s.id IN (SELECT x.contact_id FROM support_contact_calls x WHERE x.call_id = ANY(");
    sql.bind(calls.iter().map(|id| id.0).collect::<Vec<_>>());
    visible_support(sql.push(")))").and(""), visibility);
    sql.push(" ORDER BY s.id");
    let candidate = |row: &_| {
        let kind: String = get(row, "place_kind")?;
        Ok(Candidate {
            contact: domain(Row::from_query_result(row, "")?)?,
            place: get(row, "place")?,
            place_kind: parse("territories", "kind", &kind)?,
            valid: (get(row, "valid_from")?, get(row, "valid_until")?),
            institution_archived: get(row, "put_away")?,
        })
    };
    sql.rows(db).await?.iter().map(candidate).collect()
}

/// The places of each of these groups, 0 steps away, and what holds them, so many steps up at least.
pub async fn steps_up(
    db: &impl Connection,
    groups: &[Vec<TerritoryId>],
) -> Result<Vec<HashMap<TerritoryId, i32>>, StoreError> {
    let (numbers, places): (Vec<_>, Vec<_>) = groups
        .iter()
        .enumerate()
        .flat_map(|(number, places)| places.iter().map(move |place| (number as i32, place.0)))
        .unzip();
    let mut sql = Sql::new("WITH RECURSIVE up(number, id, steps) AS (SELECT g.number, g.id, 0 FROM unnest(");
    sql.bind(numbers).push(", ").bind(places).push(
        ") g(number, id) UNION SELECT up.number, w.other_id, up.steps + 1 FROM up
            JOIN territory_links w ON w.territory_id = up.id AND w.relation = 'WITHIN' AND w.direct)
        SELECT number, id, min(steps) AS steps FROM up GROUP BY number, id",
    );
    let mut found = vec![HashMap::new(); groups.len()];
    for row in sql.rows(db).await? {
        let number: i32 = get(&row, "number")?;
        found[number as usize].insert(TerritoryId(get(&row, "id")?), get(&row, "steps")?);
    }
    Ok(found)
}

/// What lies within each of these territories.
pub async fn insides(
    db: &impl Connection,
    of: &[TerritoryId],
) -> Result<HashMap<TerritoryId, HashSet<TerritoryId>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT other_id, territory_id FROM territory_links WHERE relation = 'WITHIN' AND other_id = ANY(",
    );
    sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>())
        .push(") AND territory_id IN (SELECT territory_id FROM support_contacts)");
    let mut found: HashMap<_, HashSet<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found
            .entry(TerritoryId(get(&row, "other_id")?))
            .or_default()
            .insert(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(found)
}

/// Where these actors sit; of those that sit nowhere, where they act.
pub async fn places_of_actors(
    db: &impl Connection,
    actors: &[ActorId],
) -> Result<HashMap<ActorId, Vec<TerritoryId>>, StoreError> {
    let mut sql = Sql::new("WITH asked AS (SELECT id, seat_id FROM actors WHERE id = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push(
        ")) SELECT id, seat_id AS territory_id FROM asked WHERE seat_id IS NOT NULL
        UNION ALL SELECT x.actor_id, x.territory_id FROM actor_areas x JOIN asked ON asked.id = x.actor_id AND seat_id IS NULL",
    );
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(ActorId(get(&row, "id")?)).or_default().push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(found)
}

/// Where these collectives act.
pub async fn places_of_collectives(
    db: &impl Connection,
    collectives: &[CollectiveId],
) -> Result<HashMap<CollectiveId, Vec<TerritoryId>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT x.collective_id, x.territory_id FROM collective_territories x WHERE x.role = 'TERRITORY' AND x.collective_id = ANY(",
    );
    sql.bind(collectives.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        let collective = CollectiveId(get(&row, "collective_id")?);
        found.entry(collective).or_default().push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(found)
}

/// The programme that a call is part of, and where it is open.
pub type Perimeter = (Option<TerritoryId>, Vec<TerritoryId>);

/// The programme and the perimeter of each of these calls.
pub async fn perimeters(
    db: &impl Connection,
    calls: &[CallId],
) -> Result<HashMap<CallId, Perimeter>, StoreError> {
    let mut sql = Sql::new(
        "SELECT c.id, c.programme_id, ARRAY(SELECT x.territory_id FROM call_territories x WHERE x.call_id = c.id) AS perimeter
        FROM calls c WHERE c.id = ANY(",
    );
    sql.bind(calls.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let perimeter = |row: &_| {
        let programme: Option<Uuid> = get(row, "programme_id")?;
        let perimeter: Vec<Uuid> = get(row, "perimeter")?;
        let perimeter = perimeter.into_iter().map(TerritoryId).collect();
        Ok((CallId(get(row, "id")?), (programme.map(TerritoryId), perimeter)))
    };
    sql.rows(db).await?.iter().map(perimeter).collect()
}

/// A contact to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: SupportContactId,
) -> Result<Option<SupportContact>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM support_contacts s WHERE s.id = ").bind(id.0).push(" FOR UPDATE");
    sql.models(tx).await?.into_iter().map(domain).next().transpose()
}

/// Writes a new or changed contact.
pub async fn write(tx: &Transaction, contact: &SupportContact) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO support_contacts (id, institution_id, name, role, email, phone, territory_id, tracks, programme_id, visibility, absent_until, created_at, updated_at) VALUES (",
    );
    sql.bind(contact.id.0).push(", ").bind(contact.institution.0).push(", ").bind(contact.name.clone());
    for text in [&contact.role, &contact.email, &contact.phone] {
        sql.push(", ").bind(text.clone());
    }
    sql.push(", ").bind(contact.territory.0).push(", ").bind(names(&contact.tracks)).push(", ");
    sql.bind(contact.programme.map(|id| id.0)).push(", ").bind(contact.visibility.as_ref()).push(", ");
    sql.bind(contact.absent_until).push(", ").bind(contact.created_at).push(", ").bind(contact.updated_at);
    sql.push(
        ") ON CONFLICT (id) DO UPDATE SET institution_id = excluded.institution_id, name = excluded.name, role = excluded.role,
            email = excluded.email, phone = excluded.phone, territory_id = excluded.territory_id, tracks = excluded.tracks,
            programme_id = excluded.programme_id, visibility = excluded.visibility, absent_until = excluded.absent_until,
            updated_at = excluded.updated_at",
    );
    sql.execute(tx).await?;
    let mut sql = Sql::new("DELETE FROM support_contact_calls WHERE contact_id = ");
    sql.bind(contact.id.0);
    sql.execute(tx).await?;
    if contact.calls.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO support_contact_calls (contact_id, call_id) SELECT ");
    sql.bind(contact.id.0).push("::uuid, c FROM unnest(");
    sql.bind(contact.calls.iter().map(|id| id.0).collect::<Vec<_>>()).push(") c");
    sql.execute(tx).await.map(drop)
}

/// Contacts with exactly this address, whatever its case, locked.
pub async fn with_email(tx: &Transaction, email: &str) -> Result<Vec<SupportContactId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM support_contacts WHERE lower(email) = lower(");
    sql.bind(email).push(") ORDER BY id FOR UPDATE");
    ids(tx, sql).await
}

/// So many of the contacts whose territory had its last day before this one, so that they answer nowhere; locked.
pub async fn ended_by(
    tx: &Transaction,
    day: NaiveDate,
    most: i64,
) -> Result<Vec<SupportContactId>, StoreError> {
    let mut sql = Sql::new(
        "SELECT s.id FROM support_contacts s JOIN territories t ON t.id = s.territory_id WHERE t.valid_until < ",
    );
    sql.bind(day).push(" ORDER BY s.id LIMIT ").bind(most).push(" FOR UPDATE OF s");
    ids(tx, sql).await
}

async fn ids(tx: &Transaction, sql: Sql) -> Result<Vec<SupportContactId>, StoreError> {
    sql.rows(tx).await?.iter().map(|row| Ok(SupportContactId(get(row, "id")?))).collect()
}

/// Removes a contact: nothing of it stays. The requests that it was to answer are nobody's then.
pub async fn erase(tx: &Transaction, id: SupportContactId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM support_contacts WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// The requests that a contact is to answer and has not, locked.
pub async fn waiting_for(
    tx: &Transaction,
    id: SupportContactId,
) -> Result<Vec<SupportRequestId>, StoreError> {
    let mut sql = Sql::new("SELECT id FROM support_requests WHERE status = 'ASSIGNED' AND assignee_id = ");
    sql.bind(id.0).push(" ORDER BY id FOR UPDATE");
    sql.rows(tx).await?.iter().map(|row| Ok(SupportRequestId(get(row, "id")?))).collect()
}
