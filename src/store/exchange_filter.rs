//! Pages of needs and of offers, newest first. The exchange is `n`, its actor `a`, the collective whose need it is `v`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::collective_filter::collective_acts_in;
use super::error::StoreError;
use super::exchanges::{COLUMNS, FROM, domain};
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::scopes::{Id, Reading, actors_in, reach};
use super::sight::visible_exchange;
use super::sql::Sql;
use super::text_search::vector_matches;
use crate::domain::exchanges::Exchange;
use crate::domain::listings::{ExchangeAnchor, ExchangeListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::territories::{ScopeDirection, TerritoryBasis, TerritoryRef, TerritoryScope};
use crate::domain::themes;

impl ExchangeListing {
    fn condition(&self, reading: &Reading) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::new("n.side = ");
        sql.bind(self.side.as_ref()).and("");
        visible_exchange(&mut sql, &self.visibility);
        match self.anchor {
            None => {}
            Some(ExchangeAnchor::Actor) => Id::Each.write(sql.and("n.actor_id = ")),
            Some(ExchangeAnchor::Territory) => {
                scope(sql.and(""), reading, Id::Each, ScopeDirection::Down, TerritoryBasis::Any);
            }
        }
        if let Some(text) = &filter.text {
            vector_matches(sql.and(""), "n", text);
        }
        if !filter.kinds.is_empty() {
            sql.and("n.kind = ANY(").bind(names(&filter.kinds)).push(")");
        }
        if !filter.themes.is_empty() {
            let asked = themes::with_narrower(filter.themes.iter().map(String::as_str));
            sql.and("n.themes && ").bind(names(&asked));
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &filter.territory
        {
            scope(sql.and(""), reading, Id::Value(id.0), *direction, *basis);
        }
        if let Some(actor) = filter.actor {
            sql.and("n.actor_id = ").bind(actor.0);
        }
        if let Some(open) = filter.open {
            sql.and(if open { "" } else { "NOT " });
            self.is_open(&mut sql);
        }
        sql
    }

    /// The rule of [`Exchange::is_open`], for a filter; a test holds the two together.
    fn is_open(&self, sql: &mut Sql) {
        sql.push("(n.closed_at IS NULL AND coalesce(n.valid_until >= ").bind(self.today).push(", TRUE))");
    }

    fn listing<'a>(&self, page: &'a Page, reading: &Reading) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "n.id",
            condition: self.condition(reading),
            parts: Vec::new(),
            order: Order { list: Self::order(self.side), key: Sql::new("n.created_at"), descending: true },
            page,
        }
    }
}

/// Whether it is for the territory: where its actor sits; where it names that it is needed or given, and where it names
/// nothing, where its actor or its collective acts; or either. Of a small territory the set is made first, as for actors.
fn scope(sql: &mut Sql, reading: &Reading, territory: Id, direction: ScopeDirection, basis: TerritoryBasis) {
    let narrow = !reading.is_wide(territory, direction);
    let of_actors = |sql: &mut Sql, basis: TerritoryBasis| {
        sql.push("SELECT e.id FROM exchanges e WHERE e.actor_id IN (");
        actors_in(sql, territory, direction, basis, &reading.visibility);
        sql.push(")");
    };
    sql.push(if narrow { "n.id = ANY(ARRAY(" } else { "(" });
    if basis != TerritoryBasis::Area {
        if narrow {
            of_actors(sql, TerritoryBasis::Seat);
        } else {
            reading.scope(sql, territory, direction, TerritoryBasis::Seat);
        }
        sql.push(match (basis, narrow) {
            (TerritoryBasis::Any, true) => " UNION ALL ",
            (TerritoryBasis::Any, false) => " OR ",
            _ => "",
        });
    }
    if basis != TerritoryBasis::Seat {
        sql.push(if narrow { "" } else { "n.id IN (" });
        sql.push("SELECT x.exchange_id FROM exchange_territories x WHERE x.territory_id IN (");
        reach(sql, territory, direction);
        let silent = "NOT EXISTS (SELECT 1 FROM exchange_territories x WHERE x.exchange_id = ";
        if narrow {
            of_actors(sql.push(") UNION ALL "), TerritoryBasis::Area);
            sql.and(silent).push("e.id) UNION ALL SELECT e.id FROM collective_territories y JOIN exchanges e ON e.collective_id = y.collective_id WHERE y.role = 'TERRITORY' AND y.territory_id IN (");
            reach(sql, territory, direction);
            sql.push(")").and(silent).push("e.id)");
        } else {
            sql.push(")) OR ").push(silent).push("n.id)").and("(");
            reading.scope(sql, territory, direction, TerritoryBasis::Area);
            collective_acts_in(sql.push(" OR "), territory, direction);
            sql.push(")");
        }
    }
    sql.push(if narrow { "))" } else { ")" });
}

impl Store {
    /// A page of needs or offers.
    pub async fn exchanges(
        &self,
        listing: &ExchangeListing,
        page: &Page,
    ) -> Result<Slice<Exchange>, StoreError> {
        let reading = self.reading_exchanges(listing).await?;
        listing.listing(page, &reading).page(self.db(), domain).await
    }

    /// The same page of each entry's needs or offers, in one statement; in two where some are wide territories.
    pub async fn exchanges_of(
        &self,
        listing: &ExchangeListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Exchange>>, StoreError> {
        let mut pages = HashMap::new();
        for (of, reading) in self.exchange_parts(listing, of).await? {
            pages.extend(listing.listing(page, &reading).pages(self.db(), &of, domain).await?);
        }
        Ok(pages)
    }

    /// How many needs or offers match.
    pub async fn count_exchanges(&self, listing: &ExchangeListing) -> Result<i64, StoreError> {
        let reading = self.reading_exchanges(listing).await?.whole();
        count(self.db(), FROM, &listing.condition(&reading)).await
    }

    /// How many needs or offers of each entry match, in one statement; in two where some are wide territories.
    pub async fn count_exchanges_of(
        &self,
        listing: &ExchangeListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        let mut found = HashMap::new();
        for (of, reading) in self.exchange_parts(listing, of).await? {
            found.extend(counts(self.db(), FROM, &listing.condition(&reading.whole()), &of).await?);
        }
        Ok(found)
    }

    async fn reading_exchanges(&self, listing: &ExchangeListing) -> Result<Reading, StoreError> {
        self.reading_scope(listing.filter.territory.as_ref(), &listing.visibility).await
    }

    /// The entries that a nested list is read for, by how they are read.
    async fn exchange_parts(
        &self,
        listing: &ExchangeListing,
        of: &[Uuid],
    ) -> Result<Vec<(Vec<Uuid>, Reading)>, StoreError> {
        let reading = self.reading_exchanges(listing).await?;
        match listing.anchor {
            Some(ExchangeAnchor::Territory) => self.by_width(of, &reading).await,
            Some(ExchangeAnchor::Actor) | None => Ok(vec![(of.to_vec(), reading)]),
        }
    }
}
