//! Pages, totals and facets of actors.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::actor_filter::{condition, distance, seen_point};
use super::actors::{BRIEF, COLUMNS, brief, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, Part, count, counts};
use super::rows::{get, names, parse};
use super::scopes::{Reading, one_of};
use super::sight::sees_location;
use super::sql::Sql;
use super::text_search::relevance;
use crate::domain::actors::{Actor, ActorFacets, ActorFilter, ActorOrderField};
use crate::domain::ids::TerritoryId;
use crate::domain::listings::{ActorAnchor, ActorListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::search::SearchKind;
use crate::domain::territories::{
    ScopeDirection, TerritoryBasis, TerritoryKind, TerritoryRef, TerritoryScope,
};
use crate::domain::themes;

impl ActorListing {
    fn condition(&self, reading: &Reading) -> Sql {
        let mut sql = condition(&self.filter, self.anchor, reading);
        if let Some(among) = &self.among {
            one_of(sql.and("a.id = "), among);
        }
        if self.order.field == ActorOrderField::Distance {
            // Those without a point are at no distance.
            seen_point(sql.and("("), &self.visibility);
            sql.push(")");
        }
        sql
    }

    fn key(&self) -> Sql {
        let mut key = Sql::default();
        match (self.order.field, self.filter.relevance_text(), self.filter.circle()) {
            (ActorOrderField::Relevance, Some(text), _) => relevance(&mut key, SearchKind::Actor, text),
            (ActorOrderField::Distance, _, Some(near)) => distance(&mut key, &near),
            (ActorOrderField::UpdatedAt, ..) => _ = key.push("a.updated_at"),
            (ActorOrderField::CreatedAt, ..) => _ = key.push("a.created_at"),
            _ => _ = key.push("a.name"),
        }
        key
    }

    /// The parts of a page by name of a territory; null where it is read as a whole. What has words is found by these.
    fn walk(&self, reading: &Reading) -> Option<Vec<Part>> {
        let is_by_name = self.order.field == ActorOrderField::Name && self.filter.text.is_none();
        let is_of_all = self.anchor.is_none() && self.among.is_none();
        reading.walk(self.filter.territory.as_ref().filter(|_| is_by_name && is_of_all)?)
    }

    fn anywhere(&self) -> Self {
        Self { filter: ActorFilter { territory: None, ..self.filter.clone() }, ..self.clone() }
    }

    /// The same of one territory, not nested in it.
    fn of_territory(&self, territory: Uuid, basis: TerritoryBasis) -> Self {
        let scope = TerritoryScope {
            territory: TerritoryRef::Id(TerritoryId(territory)),
            direction: ScopeDirection::Down,
            basis,
        };
        let filter =
            ActorFilter { territory: Some(scope), and: vec![self.filter.clone()], ..ActorFilter::default() };
        Self { filter, anchor: None, ..self.clone() }
    }

    /// `WITH matching AS (…)`: these columns of what matches, in all or of one entry.
    pub(super) fn matching(&self, of: Option<Uuid>, columns: &str, reading: &Reading) -> Sql {
        let mut sql = Sql::new("WITH matching AS (SELECT ");
        sql.push(columns).push(" FROM actors a");
        if let Some(of) = of {
            sql.push(" CROSS JOIN (SELECT ").bind(of).push("::uuid AS id) k");
        }
        sql.push(" WHERE ").append(&self.condition(reading)).push(") ");
        sql
    }

    fn listing<'a>(&self, page: &'a Page, reading: &Reading) -> Listing<'a> {
        let parts = self.walk(reading);
        let condition = match &parts {
            // The parts are those of the territory.
            Some(_) => self.anywhere().condition(reading),
            None => self.condition(reading),
        };
        Listing {
            columns: if self.brief { BRIEF } else { &COLUMNS },
            from: "actors a",
            id: "a.id",
            condition,
            parts: parts.unwrap_or_default(),
            order: Order { list: self.order.list(), key: self.key(), descending: self.order.descending },
            page,
        }
    }
}

impl Store {
    /// A page of actors.
    pub async fn actors(&self, listing: &ActorListing, page: &Page) -> Result<Slice<Actor>, StoreError> {
        let reading = self.reading(&listing.filter, &listing.visibility).await?;
        let part = listing.listing(page, &reading);
        if listing.brief {
            return part.page(self.db(), brief).await;
        }
        part.page(self.db(), domain).await
    }

    /// The same page of each entry's actors, in one statement; in two where some are wide territories.
    pub async fn actors_of(
        &self,
        listing: &ActorListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Actor>>, StoreError> {
        if let (&[territory], Some(ActorAnchor::Territory(basis))) = (of, listing.anchor) {
            let slice = self.actors(&listing.of_territory(territory, basis), page).await?;
            return Ok(HashMap::from([(territory, slice)]));
        }
        let mut pages = HashMap::new();
        for (of, reading) in self.parts(listing, of).await? {
            let part = listing.listing(page, &reading);
            pages.extend(if listing.brief {
                part.pages(self.db(), &of, brief).await?
            } else {
                part.pages(self.db(), &of, domain).await?
            });
        }
        Ok(pages)
    }

    /// How many actors match.
    pub async fn count_actors(&self, listing: &ActorListing) -> Result<i64, StoreError> {
        let reading = self.reading(&listing.filter, &listing.visibility).await?.whole();
        count(self.db(), "actors a", &listing.condition(&reading)).await
    }

    /// How many actors of each entry match, in one statement; in two where some are wide territories.
    pub async fn count_actors_of(
        &self,
        listing: &ActorListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        let mut found = HashMap::new();
        for (of, reading) in self.parts(listing, of).await? {
            let condition = listing.condition(&reading.whole());
            found.extend(counts(self.db(), "actors a", &condition, &of).await?);
        }
        Ok(found)
    }

    /// The entries that a nested list is read for, by how they are read.
    async fn parts(
        &self,
        listing: &ActorListing,
        of: &[Uuid],
    ) -> Result<Vec<(Vec<Uuid>, Reading)>, StoreError> {
        let reading = self.reading(&listing.filter, &listing.visibility).await?;
        match listing.anchor {
            Some(ActorAnchor::Territory(_)) => self.by_width(of, &reading).await,
            Some(ActorAnchor::Partners) | None => Ok(vec![(of.to_vec(), reading)]),
        }
    }

    /// How to read all that a listing holds, of one entry where it is nested.
    pub(super) async fn reading_whole(
        &self,
        listing: &ActorListing,
        of: Option<Uuid>,
    ) -> Result<Reading, StoreError> {
        let parts = self.parts(listing, of.as_slice()).await?;
        let part = parts.into_iter().next().map(|(_, reading)| reading);
        Ok(part.unwrap_or_else(|| Reading::narrow(&listing.visibility)).whole())
    }

    /// Counts by kind, theme and goal over everything that matches, in one statement.
    pub async fn actor_facets(
        &self,
        listing: &ActorListing,
        of: Option<Uuid>,
    ) -> Result<ActorFacets, StoreError> {
        let reading = self.reading_whole(listing, of).await?;
        let mut sql = listing.matching(of, "a.id, a.kind, a.themes, a.sdgs", &reading);
        sql.push(
            "SELECT 'kind' AS facet, kind AS value, count(*) AS n FROM matching GROUP BY kind
             UNION ALL ",
        );
        push_theme_counts(&mut sql);
        sql.push(
            " UNION ALL SELECT 'sdg', sdg::text, count(*) FROM matching, unnest(sdgs) sdg GROUP BY sdg
             ORDER BY facet, n DESC, value",
        );
        let mut facets = ActorFacets::default();
        for row in sql.rows(self.db()).await? {
            let (facet, value, n): (String, String, i64) =
                (get(&row, "facet")?, get(&row, "value")?, get(&row, "n")?);
            match facet.as_str() {
                "kind" => facets.kinds.push((parse("actors", "kind", &value)?, n)),
                "theme" => facets.themes.push((value, n)),
                _ => facets.sdgs.push((parse("actors", "sdgs", &value)?, n)),
            }
        }
        facets.sdgs.sort_unstable();
        Ok(facets)
    }

    /// How many of those that match sit in each territory of a kind, most first, at most a hundred. A hidden location
    /// counts in its commune and what holds that, in nothing smaller.
    pub async fn actor_territories(
        &self,
        listing: &ActorListing,
        of: Option<Uuid>,
        kind: TerritoryKind,
    ) -> Result<Vec<(TerritoryId, i64)>, StoreError> {
        let reading = self.reading_whole(listing, of).await?;
        let mut sql = listing.matching(of, "a.id, a.seat_id, a.location_hidden", &reading);
        sql.push(
            ", placed AS (
                SELECT m.id, m.seat_id AS territory_id FROM matching m WHERE m.seat_id IS NOT NULL
                UNION SELECT m.id, l.other_id FROM matching m
                    JOIN territory_links l ON l.territory_id = m.seat_id AND l.relation = 'WITHIN'
                UNION SELECT m.id, p.territory_id FROM matching m JOIN actor_points p ON p.actor_id = m.id",
        );
        sees_location(sql.push(" AND "), "m", &listing.visibility);
        sql.push(
            ") SELECT t.id, count(*) AS n FROM placed p JOIN territories t ON t.id = p.territory_id
            WHERE t.kind = ",
        );
        sql.bind(kind.as_ref()).push(" GROUP BY t.id ORDER BY n DESC, t.name, t.id LIMIT 100");
        let rows = sql.rows(self.db()).await?;
        rows.iter().map(|row| Ok((TerritoryId(get(row, "id")?), get(row, "n")?))).collect()
    }
}

/// Adds the counts of `matching` by theme, `facet`, `value` and `n`: each entry once in each of its themes and in those that
/// hold them, as the filter by a theme finds it.
pub(super) fn push_theme_counts(sql: &mut Sql) {
    let (narrower, broader) = themes::narrower_and_broader();
    sql.push(
        "SELECT 'theme' AS facet, theme AS value, count(*) AS n FROM (
            SELECT id, theme FROM matching, unnest(themes) theme
            UNION SELECT id, broader FROM matching, unnest(themes) theme JOIN unnest(",
    );
    sql.bind(names(&narrower)).push("::text[], ").bind(names(&broader));
    sql.push("::text[]) AS held (narrower, broader) ON narrower = theme) counted GROUP BY theme");
}
