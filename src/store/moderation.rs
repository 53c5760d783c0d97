//! What waits for review: since when, submitted by whom, and the queue of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::call_filter::open_to;
use super::collective_filter::acts_in;
use super::diagnosis_filter::is_of;
use super::error::StoreError;
use super::interaction_filter::visible_ends;
use super::pages::{Listing, Order, count};
use super::practice_filter::practised_in;
use super::project_filter::takes_place_in;
use super::rows::{get, parse};
use super::scopes::{Id, Reading};
use super::sight::{acts_within, an_end_is_reached, carried_within, lies_within, practised_within, reached};
use super::sql::Sql;
use super::standing::nowhere_else;
use super::{Store, Transaction};
use crate::domain::ids::{Subject, SubjectKind, TerritoryId};
use crate::domain::moderation::{ReviewListing, Waiting};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::territories::{TerritoryBasis, TerritoryRef, TerritoryScope};

/// Everything that waits, whoever decides on it; each part has an index in the queue's order.
const QUEUE: &str = "(SELECT 'ACTOR' AS kind, id, submitted_at AS since FROM actors WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'INTERACTION', id, submitted_at FROM interactions WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'CALL', id, submitted_at FROM calls WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'COLLECTIVE', id, submitted_at FROM collectives WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'PROJECT', id, submitted_at FROM projects WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'GOOD_PRACTICE', id, submitted_at FROM good_practices WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'DIAGNOSIS', id, submitted_at FROM diagnoses WHERE status = 'SUBMITTED' AND submitted_at IS NOT NULL
    UNION ALL SELECT 'SUGGESTION', id, created_at FROM suggestions WHERE status = 'PENDING') q";

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    id: Uuid,
    since: DateTime<Utc>,
}

fn waiting(Row { kind, id, since }: Row) -> Result<Waiting, StoreError> {
    let kind = parse("queue", "kind", &kind)?;
    Ok(Waiting { subject: Subject { kind, id }, since })
}

impl ReviewListing {
    /// Whether `q` is within the reader's reach, and within the scope that is asked for.
    fn condition(&self, reading: &Reading) -> Sql {
        let managed: Option<&[TerritoryId]> = match &self.visibility {
            Visibility::Everything => None,
            Visibility::Granted(sight) => Some(&sight.managed),
            Visibility::Public => Some(&[]),
        };
        let scope = match &self.territory {
            Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) => {
                Some((Id::Value(id.0), *direction, *basis))
            }
            _ => None,
        };
        let mut sql = Sql::new(
            "CASE q.kind WHEN 'INTERACTION' THEN EXISTS (SELECT 1 FROM interactions i WHERE i.id = q.id",
        );
        if let Some(managed) = managed {
            an_end_is_reached(sql.and(""), managed);
            visible_ends(&mut sql, &self.visibility, false);
        }
        if let Some((id, direction, basis)) = scope {
            reading.either_end_in(sql.and(""), id, direction, basis, basis != TerritoryBasis::Seat);
        }
        sql.push(") WHEN 'CALL' THEN EXISTS (SELECT 1 FROM calls c WHERE c.id = q.id");
        if let Some(managed) = managed {
            nowhere_else(sql.and(""), managed);
        }
        if let Some((id, direction, _)) = scope {
            open_to(&mut sql, id, direction);
        }
        sql.push(") WHEN 'COLLECTIVE' THEN EXISTS (SELECT 1 FROM collectives v WHERE v.id = q.id");
        if let Some(managed) = managed {
            acts_within(sql.and(""), managed, false);
        }
        if let Some((id, direction, _)) = scope {
            acts_in(&mut sql, id, direction);
        }
        sql.push(") WHEN 'PROJECT' THEN EXISTS (SELECT 1 FROM projects j WHERE j.id = q.id");
        if let Some(managed) = managed {
            carried_within(sql.and(""), managed);
        }
        if let Some((id, direction, _)) = scope {
            takes_place_in(&mut sql, id, direction);
        }
        sql.push(") WHEN 'GOOD_PRACTICE' THEN EXISTS (SELECT 1 FROM good_practices g WHERE g.id = q.id");
        if let Some(managed) = managed {
            practised_within(sql.and(""), managed);
        }
        if let Some((id, direction, _)) = scope {
            practised_in(&mut sql, id, direction);
        }
        sql.push(") WHEN 'DIAGNOSIS' THEN EXISTS (SELECT 1 FROM diagnoses z WHERE z.id = q.id");
        if let Some(managed) = managed {
            lies_within(sql.and(""), "z.territory_id", managed);
        }
        if let Some((id, direction, _)) = scope {
            is_of(&mut sql, id, direction);
        }
        sql.push(") ELSE EXISTS (SELECT 1 FROM actors a WHERE a.id = CASE q.kind WHEN 'ACTOR' THEN q.id ELSE (SELECT s.actor_id FROM suggestions s WHERE s.id = q.id) END AND a.status <> 'ARCHIVED'");
        if let Some(managed) = managed {
            reached(sql.and(""), "a", managed);
        }
        if let Some((id, direction, basis)) = scope {
            reading.scope(sql.and(""), id, direction, basis);
        }
        sql.push(") END");
        sql
    }
}

impl Store {
    /// A page of what waits.
    pub async fn review_queue(
        &self,
        listing: &ReviewListing,
        page: &Page,
    ) -> Result<Slice<Waiting>, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?;
        let queue = Listing {
            columns: "q.kind, q.id, q.since",
            from: QUEUE,
            id: "q.id",
            condition: listing.condition(&reading),
            parts: Vec::new(),
            order: Order { list: ReviewListing::order(), key: Sql::new("q.since"), descending: false },
            page,
        };
        queue.page(self.db(), waiting).await
    }

    /// How much waits.
    pub async fn count_review_queue(&self, listing: &ReviewListing) -> Result<i64, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?;
        count(self.db(), QUEUE, &listing.condition(&reading.whole())).await
    }

    /// Who submitted each of these entries of a kind last, as changes name them.
    pub async fn submitters(
        &self,
        kind: SubjectKind,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, String>, StoreError> {
        submitters(self.db(), kind, ids).await
    }
}

/// Who submitted each of these entries of a kind last, as changes name them.
pub async fn submitters(
    db: &impl ConnectionTrait,
    kind: SubjectKind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, StoreError> {
    let mut sql = Sql::new("SELECT k.id, h.caller FROM unnest(");
    sql.bind(ids.to_vec())
        .push(") k(id) CROSS JOIN LATERAL (SELECT caller FROM changes WHERE subject_kind = ");
    sql.bind(kind.as_ref());
    sql.push(" AND subject_id = k.id AND action = 'SUBMIT' ORDER BY position DESC LIMIT 1) h");
    sql.rows(db).await?.iter().map(|row| Ok((get(row, "id")?, get(row, "caller")?))).collect()
}

/// Writes since when an entry waits.
pub async fn write_submitted(
    tx: &Transaction,
    subject: Subject,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let table = match subject.kind {
        SubjectKind::Actor => "actors",
        SubjectKind::Interaction => "interactions",
        SubjectKind::Call => "calls",
        SubjectKind::Collective => "collectives",
        SubjectKind::Project => "projects",
        SubjectKind::GoodPractice => "good_practices",
        SubjectKind::Diagnosis => "diagnoses",
        _ => return Ok(()),
    };
    let mut sql = Sql::new("UPDATE ");
    sql.push(table).push(" SET submitted_at = ").bind(at).push(" WHERE id = ").bind(subject.id);
    sql.execute(tx).await.map(drop)
}
