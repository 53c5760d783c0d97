//! Pages of collectives. The collective is `v`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::collectives::{COLUMNS, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::scopes::{Id, reach};
use super::sight::{acts_within, led, visible_collective, visible_membership, visible_request};
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::collectives::Collective;
use crate::domain::listings::{CollectiveAnchor, CollectiveListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};
use crate::domain::themes;

const FROM: &str = "collectives v";

impl CollectiveListing {
    fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::default();
        visible_collective(&mut sql, &[], &self.visibility);
        match &self.anchor {
            Some(CollectiveAnchor::Member) => self.has_member(&mut sql, Id::Each),
            Some(CollectiveAnchor::Territory) => acts_in(&mut sql, Id::Each, ScopeDirection::Down),
            Some(CollectiveAnchor::ToFinish(sight)) => {
                sql.and("v.status IN ('DRAFT', 'REJECTED')");
                if let Some(sight) = sight {
                    led(sql.and("("), sight);
                    acts_within(sql.push(" OR "), &sight.managed, true);
                    sql.push(")");
                }
            }
            None => {}
        }
        if let Some(member) = filter.member {
            self.has_member(&mut sql, Id::Value(member.0));
        }
        if let Some(needing) = filter.needing_support {
            self.needs_support(sql.and(if needing { "" } else { "NOT " }));
        }
        if let Some(text) = &filter.text {
            text_matches(sql.and(""), SearchKind::Collective, text);
        }
        if !filter.kinds.is_empty() {
            sql.and("v.kind = ANY(").bind(names(&filter.kinds)).push(")");
        }
        if !filter.stages.is_empty() {
            sql.and("v.stage = ANY(").bind(names(&filter.stages)).push(")");
        }
        if !filter.themes.is_empty() {
            sql.and("v.themes && ")
                .bind(names(&themes::with_narrower(filter.themes.iter().map(String::as_str))));
        }
        if !filter.sdgs.is_empty() {
            sql.and("v.sdgs && ").bind(filter.sdgs.clone());
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &filter.territory {
            acts_in(&mut sql, Id::Value(id.0), *direction);
        }
        sql
    }

    /// Whether the actor is a member, or is asked to be, as far as that may be seen.
    fn has_member(&self, sql: &mut Sql, actor: Id) {
        sql.and("EXISTS (SELECT 1 FROM memberships m JOIN actors e ON e.id = m.actor_id WHERE m.collective_id = v.id");
        sql.and("m.status IN ('INVITED', 'ACCEPTED')").and("m.actor_id = ");
        actor.write(sql);
        visible_membership(sql.and(""), &[], &self.visibility);
        sql.push(")");
    }

    /// Whether it waits for an answer to what it asked, as far as the request may be seen: for others it asked nothing.
    fn needs_support(&self, sql: &mut Sql) {
        sql.push("EXISTS (SELECT 1 FROM support_requests q LEFT JOIN actors a ON a.id = q.requester_id WHERE q.collective_id = v.id");
        sql.and("q.status IN ('OPEN', 'ASSIGNED')");
        visible_request(sql.and(""), &self.visibility);
        sql.push(")");
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "v.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("v.name"), descending: false },
            page,
        }
    }
}

/// Whether it acts, or tries things out, in what the scope reaches.
pub(super) fn acts_in(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.and("v.id IN (SELECT x.collective_id FROM collective_territories x WHERE x.territory_id IN (");
    reach(sql, territory, direction);
    sql.push("))");
}

/// Whether the collective `v` acts in what the scope reaches; false where there is none.
pub(super) fn collective_acts_in(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.push("EXISTS (SELECT 1 FROM collective_territories x WHERE x.collective_id = v.id AND x.role = 'TERRITORY' AND x.territory_id IN (");
    reach(sql, territory, direction);
    sql.push("))");
}

impl Store {
    /// A page of collectives.
    pub async fn collectives(
        &self,
        listing: &CollectiveListing,
        page: &Page,
    ) -> Result<Slice<Collective>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each entry's collectives, in one statement.
    pub async fn collectives_of(
        &self,
        listing: &CollectiveListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Collective>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many collectives match.
    pub async fn count_collectives(&self, listing: &CollectiveListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// How many collectives of each entry match, in one statement.
    pub async fn count_collectives_of(
        &self,
        listing: &CollectiveListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}
