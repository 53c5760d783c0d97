//! Likely duplicates: what is known of actors, which others share something with them, and pairs found to be two.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use super::error::StoreError;
use super::rows::{get, parse};
use super::sight::{sees_location, visible_actor};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::duplicates::{Facts, NEAR_METRES};
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::likeness::Name;
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::registrations::Registration;
use crate::geo::Position;

/// Most that one way of looking finds for an actor, before they are judged.
const MOST_FOUND: i64 = 60;
/// How alike names are, as `pg_trgm` counts, to be looked at where they have no word in common.
const ALIKE: f64 = 0.4;

/// A likely duplicate before it is judged.
pub struct Found {
    /// Of which actor.
    pub of: ActorId,
    /// What is known of it.
    pub facts: Facts,
    /// When someone found that the two are two.
    pub judged: Option<NaiveDate>,
}

impl Store {
    /// What is known of these actors, archived ones too, where they may be seen; in no order.
    pub async fn duplicate_facts(
        &self,
        ids: &[ActorId],
        visibility: &Visibility,
    ) -> Result<Vec<Facts>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        facts_columns(&mut sql, visibility);
        sql.push(" FROM actors a LEFT JOIN territories t ON t.id = a.seat_id WHERE a.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_actor(&mut sql, "a", &[PublicationStatus::Archived], visibility);
        sql.rows(self.db()).await?.iter().map(facts).collect()
    }

    /// Which others share a registration with one of these actors, or are near to it in name and place, or were found to
    /// be another; in one statement. Hidden locations say nothing to those who may not see them.
    pub async fn duplicates_found(
        &self,
        of: &[Facts],
        visibility: &Visibility,
    ) -> Result<Vec<Found>, StoreError> {
        let mut sql = Sql::new("SELECT s.id AS of, (d.at AT TIME ZONE 'Europe/Paris')::date AS judged, ");
        facts_columns(&mut sql, visibility);
        // The query is read once, not at every name.
        sql.push(" FROM (SELECT u.id, u.words::tsquery AS words, u.core, u.acronym FROM unnest(")
            .bind(of.iter().map(|facts| facts.id.0).collect::<Vec<_>>())
            .push(", ");
        sql.bind(of.iter().map(|facts| words_of(&facts.name)).collect::<Vec<_>>()).push(", ");
        sql.bind(of.iter().map(|facts| facts.name.core()).collect::<Vec<_>>()).push(", ");
        sql.bind(
            of.iter().map(|facts| facts.name.acronym().unwrap_or_default().to_owned()).collect::<Vec<_>>(),
        );
        sql.push(
            ") u(id, words, core, acronym) OFFSET 0) k JOIN actors s ON s.id = k.id CROSS JOIN LATERAL (
            (SELECT o.actor_id FROM actor_registrations m JOIN actor_registrations o USING (scheme, value)
                WHERE m.actor_id = s.id AND o.actor_id <> s.id LIMIT ",
        );
        sql.bind(MOST_FOUND).push(
            ") UNION (SELECT o.actor_id FROM actor_registrations m JOIN actor_registrations o
                ON o.scheme = 'SIREN' AND o.value = left(m.value, 9)
                WHERE m.actor_id = s.id AND m.scheme = 'SIRET' LIMIT ",
        );
        // A SIRET begins with its SIREN.
        sql.bind(MOST_FOUND).push(
            ") UNION (SELECT o.actor_id FROM actor_registrations m JOIN actor_registrations o
                ON o.scheme = 'SIRET' AND o.value BETWEEN m.value AND m.value || '99999'
                JOIN actors n ON n.id = o.actor_id
                WHERE m.actor_id = s.id AND m.scheme = 'SIREN' AND (n.seat_id = s.seat_id OR n.seat_id IS NULL
                    OR s.seat_id IS NULL) LIMIT ",
        );
        sql.bind(MOST_FOUND).push(
            ") UNION (SELECT n.id FROM actors n WHERE fold(n.name) = fold(s.name) AND n.status <> 'ARCHIVED'
                AND (n.seat_id IS NULL OR s.seat_id IS NULL) LIMIT ",
        );
        sql.bind(MOST_FOUND).push(") UNION (SELECT n.id FROM actors n WHERE n.seat_id = s.seat_id AND ");
        near_name(&mut sql);
        sql.push(") UNION (SELECT n.id FROM actors n WHERE n.longitude IS NOT NULL AND s.longitude IS NOT NULL AND ");
        around(&mut sql);
        for alias in ["n", "s"] {
            sql.and("");
            sees_location(&mut sql, alias, visibility);
        }
        near_name(sql.and(""));
        sql.push(
            ") UNION SELECT second_id FROM distinct_actors WHERE first_id = s.id
            UNION SELECT first_id FROM distinct_actors WHERE second_id = s.id) c(id)
            JOIN actors a ON a.id = c.id AND a.id <> s.id AND a.status <> 'ARCHIVED'
            LEFT JOIN territories t ON t.id = a.seat_id
            LEFT JOIN distinct_actors d ON d.first_id = least(s.id, a.id) AND d.second_id = greatest(s.id, a.id)
            WHERE ",
        );
        visible_actor(&mut sql, "a", &[], visibility);
        let found = |row: &QueryResult| {
            Ok(Found { of: ActorId(get(row, "of")?), facts: facts(row)?, judged: get(row, "judged")? })
        };
        sql.rows(self.db()).await?.iter().map(found).collect()
    }
}

/// What is selected of an actor `a` with its seat `t`.
pub(super) fn facts_columns(sql: &mut Sql, visibility: &Visibility) {
    sql.push(
        "a.id, a.kind, fold(a.name) AS folded, a.search_name, a.search_short, a.seat_id, a.website,
        t.search_name AS commune, coalesce((SELECT array_agg(r.scheme || ' ' || r.value ORDER BY r.scheme, r.value)
            FROM actor_registrations r WHERE r.actor_id = a.id), '{}') AS registrations",
    );
    for column in ["longitude", "latitude"] {
        sql.push(", CASE WHEN ");
        sees_location(sql, "a", visibility);
        sql.push(" THEN a.").push(column).push(" END AS ").push(column);
    }
}

/// What is known of the actor of a row.
pub(super) fn facts(row: &QueryResult) -> Result<Facts, StoreError> {
    let (kind, folded, searched): (String, String, String) =
        (get(row, "kind")?, get(row, "folded")?, get(row, "search_name")?);
    let (short, commune): (Option<String>, Option<String>) =
        (get(row, "search_short")?, get(row, "commune")?);
    let point: (Option<f64>, Option<f64>) = (get(row, "longitude")?, get(row, "latitude")?);
    let registrations: Vec<String> = get(row, "registrations")?;
    let registration = |text: String| {
        let (scheme, value) = text.split_once(' ').unwrap_or_default();
        let scheme = parse("actor_registrations", "scheme", scheme)?;
        Ok::<_, StoreError>(Registration { scheme, value: value.to_owned() })
    };
    let website: Option<String> = get(row, "website")?;
    let host = website.and_then(|website| {
        let url = url::Url::parse(&website).ok()?;
        url.host_str().map(|host| host.trim_start_matches("www.").to_owned())
    });
    let seat: Option<uuid::Uuid> = get(row, "seat_id")?;
    Ok(Facts {
        id: ActorId(get(row, "id")?),
        kind: parse("actors", "kind", &kind)?,
        name: Name::of(&folded, &searched, short.as_deref(), commune.as_deref()),
        registrations: registrations.into_iter().map(registration).collect::<Result<_, _>>()?,
        seat: seat.map(TerritoryId),
        point: point.0.zip(point.1).and_then(|(longitude, latitude)| Position::new(longitude, latitude).ok()),
        website_host: host,
    })
}

/// The words by which others of a like name are found, as a query of their names: any word of any way of writing it, the
/// words of an acronym together. Words are letters and digits alone.
fn words_of(name: &Name) -> String {
    let quoted = |way: &Vec<String>| way.iter().map(|word| format!("'{word}':A")).collect::<Vec<_>>();
    let mut ways = name.ways().into_iter();
    let own = ways.next().unwrap_or_default();
    let others = ways.map(|way| format!("({})", quoted(&way).join(" & ")));
    quoted(&own).into_iter().chain(others).collect::<Vec<_>>().join(" | ")
}

/// Whether the name of `n` has something of that of `s`; the likest alone.
fn near_name(sql: &mut Sql) {
    sql.push(
        "n.id <> s.id AND n.status <> 'ARCHIVED' AND (n.search_vector @@ k.words
            OR similarity(n.search_name, k.core) >= ",
    );
    sql.bind(ALIKE).push(
        " OR (k.acronym <> '' AND regexp_replace(n.search_name, '([a-z0-9])[a-z0-9]* *', '\\1', 'g') = k.acronym))
        ORDER BY n.kind = 'LOCAL_AUTHORITY' DESC, similarity(n.search_name, s.search_name) DESC, n.id LIMIT ",
    );
    sql.bind(MOST_FOUND);
}

/// A box about the point of `s` that holds the circle within which two are in one place.
fn around(sql: &mut Sql) {
    let degrees = NEAR_METRES / 111_000.0;
    sql.push("point(n.longitude, n.latitude) <@ box(point(s.longitude - ");
    sql.bind(degrees).push(" / greatest(0.01, cos(radians(s.latitude))), s.latitude - ").bind(degrees);
    sql.push("), point(s.longitude + ").bind(degrees);
    sql.push(" / greatest(0.01, cos(radians(s.latitude))), s.latitude + ").bind(degrees).push("))");
}

/// When someone found that these two are two; null where nobody did.
pub async fn judged_distinct(
    db: &impl ConnectionTrait,
    a: ActorId,
    b: ActorId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut sql = Sql::new("SELECT at FROM distinct_actors WHERE first_id = ");
    sql.bind(a.min(b).0).push(" AND second_id = ").bind(a.max(b).0);
    sql.row(db).await?.map(|row| get(&row, "at")).transpose()
}

/// Keeps that these two are two; whether that is new.
pub async fn keep_distinct(
    tx: &Transaction,
    a: ActorId,
    b: ActorId,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("INSERT INTO distinct_actors (first_id, second_id, at) VALUES (");
    sql.bind(a.min(b).0).push(", ").bind(a.max(b).0).push(", ").bind(at).push(") ON CONFLICT DO NOTHING");
    Ok(sql.execute(tx).await? == 1)
}
