//! One ranked search over everything that has a name, or words that stand for one.

use uuid::Uuid;

use super::Store;
use super::call_filter::open_to;
use super::collective_filter::acts_in;
use super::diagnosis_filter::is_of;
use super::error::StoreError;
use super::lesson_filter::learnt_in;
use super::library::of_practices;
use super::practice_filter::practised_in;
use super::project_filter::takes_place_in;
use super::rows::{get, parse};
use super::scopes::{Id, Reading, reach};
use super::sight::{
    visible_actor, visible_call, visible_collective, visible_diagnosis, visible_lesson, visible_practice,
    visible_project,
};
use super::sql::Sql;
use super::text_search::{relevance, text_matches};
use crate::domain::ids::Subject;
use crate::domain::paging::{Cursor, Edge, Page, Slice};
use crate::domain::search::{Search, SearchHit, SearchKind};
use crate::domain::territories::{TerritoryRef, TerritoryScope};

impl Search {
    fn part(&self, kind: SearchKind, reading: &Reading) -> Sql {
        let (table, alias, name) = match kind {
            SearchKind::Actor => ("actors", "a", "name"),
            SearchKind::Territory => ("territories", "t", "name"),
            SearchKind::Call => ("calls", "c", "title"),
            SearchKind::Collective => ("collectives", "v", "name"),
            SearchKind::Project => ("projects", "j", "title"),
            SearchKind::GoodPractice => ("good_practices", "g", "title"),
            SearchKind::LibraryResource => ("library_resources", "b", "title"),
            SearchKind::Lesson => ("lessons", "l", "title"),
            SearchKind::Diagnosis => ("diagnoses", "z", "title"),
        };
        let mut sql = Sql::new("SELECT ");
        sql.bind(kind.as_ref())
            .push("::text AS kind, ")
            .push(alias)
            .push(".id, ")
            .push(alias)
            .push(".")
            .push(name);
        sql.push("::text AS name, ");
        relevance(&mut sql, kind, &self.text);
        sql.push(" AS score FROM ").push(table).push(" ").push(alias).push(" WHERE ");
        text_matches(&mut sql, kind, &self.text);
        match kind {
            SearchKind::Actor => visible_actor(sql.and(""), alias, &[], &self.visibility),
            SearchKind::Call => visible_call(sql.and(""), &[], &self.visibility),
            SearchKind::Collective => visible_collective(sql.and(""), &[], &self.visibility),
            SearchKind::Project => visible_project(sql.and(""), &[], &self.visibility),
            SearchKind::Diagnosis => visible_diagnosis(sql.and(""), &[], &self.visibility),
            SearchKind::GoodPractice => visible_practice(sql.and(""), &[], &self.visibility),
            SearchKind::Lesson => visible_lesson(sql.and(""), &[], &self.visibility),
            SearchKind::Territory | SearchKind::LibraryResource => {}
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &self.territory {
            let id = Id::Value(id.0);
            match kind {
                SearchKind::Actor => {
                    sql.and("");
                    reading.scope(&mut sql, id, *direction, *basis);
                }
                SearchKind::Territory => {
                    sql.and("t.id IN (");
                    reach(&mut sql, id, *direction);
                    sql.push(")");
                }
                SearchKind::Call => open_to(&mut sql, id, *direction),
                SearchKind::Collective => acts_in(&mut sql, id, *direction),
                SearchKind::Project => takes_place_in(&mut sql, id, *direction),
                SearchKind::GoodPractice => practised_in(&mut sql, id, *direction),
                SearchKind::Lesson => learnt_in(&mut sql, id, *direction),
                SearchKind::LibraryResource => {
                    of_practices(&mut sql, &self.visibility, |sql| practised_in(sql, id, *direction));
                }
                SearchKind::Diagnosis => is_of(&mut sql, id, *direction),
            }
        }
        sql
    }
}

impl Store {
    /// A page of what is found, best first.
    pub async fn search(&self, search: &Search, page: &Page) -> Result<Slice<SearchHit>, StoreError> {
        let reading = self.reading_scope(search.territory.as_ref(), &search.visibility).await?.whole();
        let mut sql = Sql::new("SELECT f.*, f.score::text AS cursor_key FROM (");
        for (index, kind) in search.kinds.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " }).append(&search.part(*kind, &reading));
        }
        sql.push(") f WHERE TRUE");
        for (cursor, greater) in [(&page.after, false), (&page.before, true)] {
            let Some(cursor) = cursor else { continue };
            sql.and(if greater { "(f.score, f.id) > (" } else { "(f.score, f.id) < (" });
            sql.bind(cursor.key.clone()).push("::float8, ").bind(cursor.id).push(")");
        }
        sql.push(" ORDER BY f.score DESC, f.id DESC LIMIT ").bind(i64::from(page.size) + 1);
        let mut edges = Vec::new();
        for row in sql.rows(self.db()).await? {
            let (id, kind, name): (Uuid, String, String) =
                (get(&row, "id")?, get(&row, "kind")?, get(&row, "name")?);
            let cursor = Cursor { order: Search::order().name, key: get(&row, "cursor_key")?, id };
            let subject = Subject { kind: parse("search", "kind", &kind)?, id };
            edges.push(Edge { cursor, node: SearchHit { subject, score: get(&row, "score")?, name } });
        }
        Ok(Slice::of(edges, page))
    }
}
