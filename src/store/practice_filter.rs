//! Pages and facets of good practices. The practice is `g`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::actor_pages::push_theme_counts;
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::practices::{COLUMNS, domain};
use super::rows::{get, names, parse};
use super::scopes::{Id, reach};
use super::sight::{visible_actor, visible_practice};
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::ids::ActorId;
use crate::domain::knowledge::KnowledgeFacets;
use crate::domain::lessons::LessonRubric;
use crate::domain::listings::PracticeListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::practices::GoodPractice;
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};
use crate::domain::themes;

pub(super) const FROM: &str = "good_practices g";

impl PracticeListing {
    /// What a practice of the list holds.
    pub(super) fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::default();
        visible_practice(&mut sql, &[], &self.visibility);
        if self.of_territory {
            practised_in(&mut sql, Id::Each, ScopeDirection::Down);
        }
        if let Some(text) = &filter.text {
            text_matches(sql.and(""), SearchKind::GoodPractice, text);
        }
        about(&mut sql, "g", &filter.themes);
        if !filter.sdgs.is_empty() {
            sql.and("g.sdgs && ").bind(filter.sdgs.clone());
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &filter.territory {
            practised_in(&mut sql, Id::Value(id.0), *direction);
        }
        teaches(&mut sql, &filter.rubrics);
        if let Some(actor) = filter.actor {
            practised_by(&mut sql, actor, &self.visibility);
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "g.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("g.title"), descending: false },
            page,
        }
    }
}

/// Adds that an entry of `alias` is about one of these themes, or a narrower one; nothing where none is asked for.
pub(super) fn about(sql: &mut Sql, alias: &str, slugs: &[String]) {
    if !slugs.is_empty() {
        sql.and(alias).push(".themes && ");
        sql.bind(names(&themes::with_narrower(slugs.iter().map(String::as_str))));
    }
}

/// Adds that it takes place in what the scope reaches.
pub(super) fn practised_in(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    // Of many territories the sets are arrays, each made first: Postgres can't know how small each is, and would rather walk
    // all practices once a territory.
    let (from, to) = match territory {
        Id::Value(_) => (" IN (", ")"),
        Id::Each => (" = ANY(ARRAY(", "))"),
    };
    sql.and("g.id")
        .push(from)
        .push("SELECT x.practice_id FROM good_practice_territories x WHERE x.territory_id");
    sql.push(from);
    reach(sql, territory, direction);
    sql.push(to).push(to);
}

/// Adds that a lesson of one of these rubrics was learnt from it; nothing where none is asked for.
pub(super) fn teaches(sql: &mut Sql, rubrics: &[LessonRubric]) {
    if !rubrics.is_empty() {
        sql.and("EXISTS (SELECT 1 FROM lessons t WHERE t.practice_id = g.id AND t.rubric = ANY(");
        sql.bind(names(rubrics)).push("))");
    }
}

/// Adds that it is a practice of this actor, which may be seen.
pub(super) fn practised_by(sql: &mut Sql, actor: ActorId, visibility: &Visibility) {
    sql.and("g.id = ANY(ARRAY(SELECT o.practice_id FROM good_practice_actors o WHERE o.actor_id = ");
    sql.bind(actor.0).push("))");
    seen(sql, actor, visibility);
}

/// Adds that an actor may be seen.
pub(super) fn seen(sql: &mut Sql, actor: ActorId, visibility: &Visibility) {
    sql.and("EXISTS (SELECT 1 FROM actors e WHERE e.id = ").bind(actor.0).push(" AND ");
    visible_actor(sql, "e", &[], visibility);
    sql.push(")");
}

impl Store {
    /// A page of practices.
    pub async fn practices(
        &self,
        listing: &PracticeListing,
        page: &Page,
    ) -> Result<Slice<GoodPractice>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each territory's practices, in one statement.
    pub async fn practices_of(
        &self,
        listing: &PracticeListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<GoodPractice>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many practices match.
    pub async fn count_practices(&self, listing: &PracticeListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// How many practices of each territory match, in one statement.
    pub async fn count_practices_of(
        &self,
        listing: &PracticeListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }

    /// Counts by theme, goal and rubric over everything that matches, of one territory or of all, in one statement.
    pub async fn practice_facets(
        &self,
        listing: &PracticeListing,
        of: Option<Uuid>,
    ) -> Result<KnowledgeFacets, StoreError> {
        let mut sql = Sql::new("WITH matching AS MATERIALIZED (SELECT g.id, g.themes, g.sdgs FROM ");
        if let Some(of) = of {
            sql.push("(SELECT ").bind(of).push("::uuid AS id) k CROSS JOIN ");
        }
        sql.push(FROM).push(" WHERE ").append(&listing.condition()).push(") ");
        push_theme_counts(&mut sql);
        sql.push(
            " UNION ALL SELECT 'sdg', sdg::text, count(*) FROM matching, unnest(sdgs) sdg GROUP BY sdg
             UNION ALL SELECT 'rubric', t.rubric, count(DISTINCT t.practice_id) FROM matching m
                JOIN lessons t ON t.practice_id = m.id GROUP BY t.rubric
             ORDER BY facet, n DESC, value",
        );
        let mut facets = KnowledgeFacets::default();
        for row in sql.rows(self.db()).await? {
            let (facet, value, n): (String, String, i64) =
                (get(&row, "facet")?, get(&row, "value")?, get(&row, "n")?);
            match facet.as_str() {
                "theme" => facets.themes.push((value, n)),
                "sdg" => facets.sdgs.push((parse("good_practices", "sdgs", &value)?, n)),
                _ => facets.rubrics.push((parse("lessons", "rubric", &value)?, n)),
            }
        }
        facets.sdgs.sort_unstable();
        facets.rubrics.sort_unstable();
        Ok(facets)
    }
}
