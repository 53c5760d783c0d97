//! Pages of calls. The call is `c`.

use std::collections::HashMap;

use chrono::TimeDelta;
use uuid::Uuid;

use super::Store;
use super::calls::{COLUMNS, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::scopes::{Id, reach};
use super::sight::{visible_actor, visible_call};
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::calls::{Call, CallOrderField, CallPhase};
use crate::domain::listings::{CallListing, CallOrder, Concerned};
use crate::domain::paging::{Page, Slice};
use crate::domain::publication::PublicationStatus;
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};
use crate::domain::themes;

impl CallOrder {
    /// Those without the date come last whichever way it is read.
    fn key(self) -> Sql {
        Sql::new(match (self.field, self.descending) {
            (CallOrderField::ClosesAt, false) => "c.closes_order",
            (CallOrderField::ClosesAt, true) => "coalesce(c.closes_at, '-infinity')",
            (CallOrderField::OpensAt, false) => "c.opens_order",
            (CallOrderField::OpensAt, true) => "coalesce(c.opens_at, '-infinity')",
            (CallOrderField::UpdatedAt, _) => "c.updated_at",
            (CallOrderField::Title, _) => "c.title",
        })
    }
}

impl CallListing {
    fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::default();
        let archived = filter.phases.contains(&CallPhase::Archived).then_some(PublicationStatus::Archived);
        visible_call(&mut sql, archived.as_slice(), &self.visibility);
        if self.of_territory {
            open_to(&mut sql, Id::Each, ScopeDirection::Both);
        }
        if let Some(concerned) = &self.concerning {
            concerns(&mut sql, concerned);
        }
        if let Some(text) = &filter.text {
            sql.and("");
            text_matches(&mut sql, SearchKind::Call, text);
        }
        if !filter.phases.is_empty() {
            sql.and("");
            self.phase(&mut sql);
            sql.push(" = ANY(").bind(names(&filter.phases)).push(")");
        }
        if !filter.tracks.is_empty() {
            sql.and("EXISTS (SELECT 1 FROM call_tracks k2 WHERE k2.call_id = c.id AND k2.kind = ANY(");
            sql.bind(names(&filter.tracks)).push("))");
        }
        if !filter.themes.is_empty() {
            sql.and("c.themes && ")
                .bind(names(&themes::with_narrower(filter.themes.iter().map(String::as_str))));
        }
        if !filter.sdgs.is_empty() {
            sql.and("c.sdgs && ").bind(filter.sdgs.clone());
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &filter.territory {
            open_to(&mut sql, Id::Value(id.0), *direction);
        }
        if let Some(days) = filter.closing_within_days {
            sql.and("c.closes_at > ").bind(self.now).push(" AND c.closes_at <= ");
            sql.bind(self.now + TimeDelta::days(i64::from(days)));
        }
        if let Some(organiser) = filter.organiser {
            sql.and("EXISTS (SELECT 1 FROM call_actors o JOIN actors e ON e.id = o.actor_id WHERE o.call_id = c.id");
            sql.and("o.role = 'ORGANISER'").and("o.actor_id = ").bind(organiser.0).and("");
            visible_actor(&mut sql, "e", &[], &self.visibility);
            sql.push(")");
        }
        sql
    }

    /// The rule of [`Call::phase`], for a filter; a test holds the two together.
    fn phase(&self, sql: &mut Sql) {
        sql.push("CASE WHEN c.status = 'ARCHIVED' THEN 'ARCHIVED' WHEN c.status <> 'PUBLISHED' THEN 'DRAFT'");
        sql.push(" WHEN c.closes_at <= ")
            .bind(self.now)
            .push(" THEN 'CLOSED' WHEN c.opens_at > ")
            .bind(self.now);
        sql.push(" THEN 'UPCOMING' ELSE 'OPEN' END");
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: "calls c",
            id: "c.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order {
                list: self.order.list(),
                key: self.order.key(),
                descending: self.order.descending,
            },
            page,
        }
    }
}

/// Adds that it concerns one of these.
fn concerns(sql: &mut Sql, concerned: &Concerned) {
    let organisers: Vec<Uuid> = concerned.organisers.iter().map(|id| id.0).collect();
    let territories: Vec<Uuid> = concerned.territories.iter().map(|id| id.0).collect();
    sql.and("(EXISTS (SELECT 1 FROM call_actors o WHERE o.call_id = c.id AND o.role = 'ORGANISER' AND o.actor_id = ANY(");
    sql.bind(organisers).push(
        ")) OR c.id IN (SELECT x.call_id FROM call_territories x WHERE x.territory_id IN (SELECT unnest(",
    );
    sql.bind(territories.clone());
    sql.push(") UNION SELECT w.territory_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.other_id = ANY(");
    sql.bind(territories.clone());
    sql.push(") UNION SELECT w.other_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ANY(");
    sql.bind(territories).push("))))");
}

/// Whether the perimeter, or the programme, is what the scope reaches.
pub(super) fn open_to(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.and("(c.id IN (SELECT x.call_id FROM call_territories x WHERE x.territory_id IN (");
    reach(sql, territory, direction);
    sql.push(")) OR c.programme_id IN (");
    reach(sql, territory, direction);
    sql.push("))");
}

impl Store {
    /// A page of calls.
    pub async fn calls(&self, listing: &CallListing, page: &Page) -> Result<Slice<Call>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of the calls open to each territory, in one statement.
    pub async fn calls_of(
        &self,
        listing: &CallListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Call>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many calls match.
    pub async fn count_calls(&self, listing: &CallListing) -> Result<i64, StoreError> {
        count(self.db(), "calls c", &listing.condition()).await
    }

    /// How many calls are open to each territory, in one statement.
    pub async fn count_calls_of(
        &self,
        listing: &CallListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), "calls c", &listing.condition(), of).await
    }
}
