//! Pages of territories.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::scopes::Id;
use super::sql::Sql;
use super::territories::{COLUMNS, domain};
use super::text_search::text_matches;
use crate::domain::listings::TerritoryListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::search::SearchKind;
use crate::domain::territories::{Territory, TerritoryRef};

impl TerritoryListing {
    pub(super) fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::new("TRUE");
        if self.children {
            sql.and("t.id IN (SELECT l.territory_id FROM territory_links l WHERE l.relation = 'WITHIN' AND l.direct AND l.other_id = ");
            Id::Each.write(&mut sql);
            sql.push(")");
        }
        if let Some(text) = &filter.text {
            sql.and("");
            text_matches(&mut sql, SearchKind::Territory, text);
        }
        if !filter.kinds.is_empty() {
            sql.and("t.kind = ANY(").bind(names(&filter.kinds)).push(")");
        }
        if let Some(TerritoryRef::Id(id)) = &filter.within {
            sql.and("t.id IN (SELECT l.territory_id FROM territory_links l WHERE l.relation = 'WITHIN' AND l.other_id = ");
            sql.bind(id.0).push(")");
        }
        if let Some(day) = filter.valid_on {
            sql.and("coalesce(t.valid_from <= ").bind(day).push(", TRUE)");
            sql.and("coalesce(t.valid_until >= ").bind(day).push(", TRUE)");
        }
        if let Some(bbox) = &filter.bbox {
            sql.and("t.west IS NOT NULL")
                .and("box(point(t.west, t.south), point(t.east, t.north)) && box(point(");
            sql.bind(bbox.west()).push(", ").bind(bbox.south()).push("), point(").bind(bbox.east());
            sql.push(", ").bind(bbox.north()).push("))");
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        let key = Sql::new("t.list_order");
        Listing {
            columns: &COLUMNS,
            from: "territories t",
            id: "t.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key, descending: false },
            page,
        }
    }
}

impl Store {
    /// A page of territories.
    pub async fn territories(
        &self,
        listing: &TerritoryListing,
        page: &Page,
    ) -> Result<Slice<Territory>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of what lies directly within each, in one statement.
    pub async fn territories_within(
        &self,
        listing: &TerritoryListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Territory>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many territories match.
    pub async fn count_territories(&self, listing: &TerritoryListing) -> Result<i64, StoreError> {
        count(self.db(), "territories t", &listing.condition()).await
    }

    /// How many lie directly within each, in one statement.
    pub async fn count_territories_within(
        &self,
        listing: &TerritoryListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), "territories t", &listing.condition(), of).await
    }
}
