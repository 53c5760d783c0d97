//! Pages of lessons. The lesson is `l`. What is asked of goals, places and actors is asked of what it was learnt from.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::lessons::{COLUMNS, domain};
use super::pages::{Listing, Order, count, counts};
use super::practice_filter::{about, seen};
use super::rows::names;
use super::scopes::{Id, reach};
use super::sight::visible_lesson;
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::lessons::Lesson;
use crate::domain::listings::{LessonAnchor, LessonListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::publication::PublicationStatus;
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};

const FROM: &str = "lessons l";

impl LessonListing {
    /// What a lesson of the list holds.
    fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::default();
        // Whose page is read is seen, archived or not.
        let asked = self.anchor.is_some().then_some(PublicationStatus::Archived);
        visible_lesson(&mut sql, asked.as_slice(), &self.visibility);
        if let Some(anchor) = self.anchor {
            sql.and("l.").push(match anchor {
                LessonAnchor::GoodPractice => "practice_id",
                LessonAnchor::Collective => "collective_id",
                LessonAnchor::Project => "project_id",
            });
            sql.push(" = k.id");
        }
        if let Some(text) = &filter.text {
            text_matches(sql.and(""), SearchKind::Lesson, text);
        }
        about(&mut sql, "l", &filter.themes);
        if !filter.rubrics.is_empty() {
            sql.and("l.rubric = ANY(").bind(names(&filter.rubrics)).push(")");
        }
        if !filter.sdgs.is_empty() {
            sql.and("(");
            let sources = [
                ("practice_id", "good_practices"),
                ("collective_id", "collectives"),
                ("project_id", "projects"),
            ];
            for (index, (column, table)) in sources.into_iter().enumerate() {
                sql.push(if index == 0 { "l." } else { " OR l." })
                    .push(column)
                    .push(" IN (SELECT x.id FROM ");
                sql.push(table).push(" x WHERE x.sdgs && ").bind(filter.sdgs.clone()).push(")");
            }
            sql.push(")");
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &filter.territory {
            learnt_in(&mut sql, Id::Value(id.0), *direction);
        }
        if let Some(actor) = filter.actor {
            sql.and(
                "(l.practice_id IN (SELECT o.practice_id FROM good_practice_actors o WHERE o.actor_id = ",
            );
            sql.bind(actor.0).push(
                ") OR l.collective_id IN (SELECT o.collective_id FROM memberships o WHERE o.status = 'ACCEPTED' AND o.actor_id = ",
            );
            sql.bind(actor.0).push(") OR l.project_id IN (SELECT x.id FROM projects x WHERE x.lead_id = ");
            sql.bind(actor.0)
                .push(" UNION ALL SELECT o.project_id FROM project_partners o WHERE o.actor_id = ");
            sql.bind(actor.0).push("))");
            seen(&mut sql, actor, &self.visibility);
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "l.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("l.created_at"), descending: true },
            page,
        }
    }
}

/// Adds that what it was learnt from takes place, or acts, in what the scope reaches.
pub(super) fn learnt_in(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.and("(");
    for (index, (column, key, table)) in [
        ("practice_id", "practice_id", "good_practice_territories"),
        ("collective_id", "collective_id", "collective_territories"),
        ("project_id", "project_id", "project_territories"),
    ]
    .into_iter()
    .enumerate()
    {
        sql.push(if index == 0 { "l." } else { " OR l." }).push(column).push(" IN (SELECT x.").push(key);
        sql.push(" FROM ").push(table).push(" x WHERE x.territory_id IN (");
        reach(sql, territory, direction);
        sql.push(if table == "collective_territories" { ") AND x.role = 'TERRITORY')" } else { "))" });
    }
    sql.push(" OR l.session_id IN (SELECT w.id FROM workshop_sessions w LEFT JOIN diagnoses z ON z.id = w.diagnosis_id LEFT JOIN collective_territories x ON x.collective_id = w.collective_id AND x.role = 'TERRITORY' WHERE coalesce(z.territory_id, x.territory_id) IN (");
    reach(sql, territory, direction);
    sql.push(")))");
}

impl Store {
    /// A page of lessons.
    pub async fn lessons(&self, listing: &LessonListing, page: &Page) -> Result<Slice<Lesson>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each entry's lessons, in one statement.
    pub async fn lessons_of(
        &self,
        listing: &LessonListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Lesson>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many lessons match.
    pub async fn count_lessons(&self, listing: &LessonListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// How many lessons of each entry match, in one statement.
    pub async fn count_lessons_of(
        &self,
        listing: &LessonListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}
