//! Pages of applications. The application is `d`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::application_parts::co_applicants;
use super::applications::{COLUMNS, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::rows::names;
use super::sight::visible_application;
use super::sql::Sql;
use crate::domain::applications::Application;
use crate::domain::listings::{ApplicationAnchor, ApplicationListing};
use crate::domain::paging::{Page, Slice};

const FROM: &str = "applications d";

impl ApplicationListing {
    fn condition(&self) -> Sql {
        let mut sql = Sql::default();
        match self.anchor {
            ApplicationAnchor::Call => _ = sql.push("d.call_id = k.id"),
            ApplicationAnchor::Project => _ = sql.push("d.project_id = k.id"),
            ApplicationAnchor::Collective => _ = sql.push("d.collective_id = k.id"),
            ApplicationAnchor::Actor => {
                // Those that may name it, by their indexes; then whether they do so now.
                sql.push(
                    "d.id IN (SELECT y.id FROM applications y WHERE y.lead_id = k.id
                        UNION SELECT s.application_id FROM application_sign_offs s WHERE s.actor_id = k.id
                        UNION SELECT y.id FROM applications y JOIN project_partners p ON p.project_id = y.project_id WHERE p.actor_id = k.id
                        UNION SELECT y.id FROM applications y JOIN projects j ON j.id = y.project_id WHERE j.lead_id = k.id
                        UNION SELECT y.id FROM applications y JOIN memberships m ON m.collective_id = y.collective_id WHERE m.actor_id = k.id)",
                );
                sql.and("(d.lead_id = k.id OR k.id IN ");
                co_applicants(&mut sql);
                sql.push(")");
            }
        }
        visible_application(sql.and(""), &self.visibility);
        if !self.statuses.is_empty() {
            sql.and("d.status = ANY(").bind(names(&self.statuses)).push(")");
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "d.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("d.created_at"), descending: true },
            page,
        }
    }
}

impl Store {
    /// The same page of each entry's applications, in one statement.
    pub async fn applications_of(
        &self,
        listing: &ApplicationListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Application>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many applications of each entry match, in one statement.
    pub async fn count_applications_of(
        &self,
        listing: &ApplicationListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}
