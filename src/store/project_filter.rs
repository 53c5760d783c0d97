//! Pages of projects. The project is `j`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::projects::{COLUMNS, domain};
use super::rows::names;
use super::scopes::{Id, reach};
use super::sight::{visible_actor, visible_project};
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::listings::{ProjectAnchor, ProjectListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::projects::Project;
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};
use crate::domain::themes;

pub(super) const FROM: &str = "projects j";

impl ProjectListing {
    /// What a project of the list holds.
    pub(super) fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::default();
        visible_project(&mut sql, &[], &self.visibility);
        match self.anchor {
            Some(ProjectAnchor::Actor) => self.carried_by(&mut sql, Id::Each),
            Some(ProjectAnchor::Territory) => takes_place_in(&mut sql, Id::Each, ScopeDirection::Down),
            Some(ProjectAnchor::Orientation) => {
                sql.and(
                    "j.id IN (SELECT x.project_id FROM project_orientations x WHERE x.orientation_id = k.id)",
                );
            }
            None => {}
        }
        if let Some(actor) = filter.actor {
            self.carried_by(&mut sql, Id::Value(actor.0));
        }
        if let Some(text) = &filter.text {
            text_matches(sql.and(""), SearchKind::Project, text);
        }
        if !filter.themes.is_empty() {
            sql.and("j.themes && ")
                .bind(names(&themes::with_narrower(filter.themes.iter().map(String::as_str))));
        }
        if !filter.sdgs.is_empty() {
            sql.and("j.sdgs && ").bind(filter.sdgs.clone());
        }
        if !filter.dynamics.is_empty() {
            sql.and("j.dynamics && ").bind(names(&filter.dynamics));
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &filter.territory {
            takes_place_in(&mut sql, Id::Value(id.0), *direction);
        }
        sql
    }

    /// Whether the actor, which may be seen, leads it or is a partner of it.
    fn carried_by(&self, sql: &mut Sql, actor: Id) {
        // A set, made first by its indexes: Postgres would ask every project of an OR.
        sql.and("j.id = ANY(ARRAY(SELECT x.id FROM projects x WHERE x.lead_id = ");
        actor.write(sql);
        sql.push(" UNION ALL SELECT o.project_id FROM project_partners o WHERE o.actor_id = ");
        actor.write(sql);
        sql.push("))").and("EXISTS (SELECT 1 FROM actors e WHERE e.id = ");
        actor.write(sql);
        // Whose page is read is seen, archived or not.
        match actor {
            Id::Each => _ = sql.push(")"),
            Id::Value(_) => {
                visible_actor(sql.and(""), "e", &[], &self.visibility);
                sql.push(")");
            }
        }
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "j.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("j.title"), descending: false },
            page,
        }
    }
}

/// Whether it takes place in what the scope reaches.
pub(super) fn takes_place_in(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.and("j.id IN (SELECT x.project_id FROM project_territories x WHERE x.territory_id IN (");
    reach(sql, territory, direction);
    sql.push("))");
}

impl Store {
    /// A page of projects.
    pub async fn projects(
        &self,
        listing: &ProjectListing,
        page: &Page,
    ) -> Result<Slice<Project>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each entry's projects, in one statement.
    pub async fn projects_of(
        &self,
        listing: &ProjectListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Project>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many projects match.
    pub async fn count_projects(&self, listing: &ProjectListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// How many projects of each entry match, in one statement.
    pub async fn count_projects_of(
        &self,
        listing: &ProjectListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}
