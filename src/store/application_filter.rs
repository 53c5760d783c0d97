//! Pages of applications. The application is `d`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::application_parts::co_applicants;
use super::applications::{COLUMNS, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::sight::{applied, managed_call, organised_call, own, visible_application};
use super::sql::Sql;
use crate::domain::applications::Application;
use crate::domain::listings::{ApplicationAnchor, ApplicationListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Sight;

const FROM: &str = "applications d";

impl ApplicationListing {
    fn condition(&self) -> Sql {
        let mut sql = Sql::default();
        match &self.anchor {
            ApplicationAnchor::Call => _ = sql.push("d.call_id = k.id"),
            ApplicationAnchor::Project => _ = sql.push("d.project_id = k.id"),
            ApplicationAnchor::Collective => _ = sql.push("d.collective_id = k.id"),
            ApplicationAnchor::ToFile(sight) => {
                sql.push("d.status IN ('DRAFT', 'AWAITING_SIGN_OFF')");
                if let Some(sight) = sight {
                    own(sql.and(""), "d.lead_id", &sight.own);
                }
            }
            ApplicationAnchor::ToSign(sight) => to_sign(&mut sql, sight),
            ApplicationAnchor::ToDecide(sight) => {
                sql.push("d.status IN ('SUBMITTED', 'UNDER_REVIEW')");
                if let Some(sight) = sight {
                    managed_call(sql.and("("), &sight.managed);
                    organised_call(sql.push(" OR "), sight);
                    // Who applies does not decide.
                    applied(sql.push(") AND NOT "), sight);
                }
            }
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
            order: match self.anchor {
                ApplicationAnchor::ToFile(_)
                | ApplicationAnchor::ToSign(_)
                | ApplicationAnchor::ToDecide(_) => {
                    let key = Sql::new("coalesce(d.submitted_at, d.updated_at)");
                    Order { list: Self::waiting_order(), key, descending: false }
                }
                _ => Order { list: Self::order(), key: Sql::new("d.created_at"), descending: true },
            },
            page,
        }
    }
}

/// Whether one of their own actors is asked to sign `d` off and has not answered.
fn to_sign(sql: &mut Sql, sight: &Sight) {
    sql.push("d.status = 'AWAITING_SIGN_OFF' AND EXISTS (SELECT 1 FROM ");
    co_applicants(sql);
    own(sql.push(" k2 WHERE "), "k2.actor_id", &sight.own);
    sql.push(
        " AND EXISTS (SELECT 1 FROM application_sign_offs s WHERE s.application_id = d.id AND s.actor_id = k2.actor_id AND coalesce(s.signed_at, s.declined_at) IS NULL))",
    );
}

impl Store {
    /// A page of applications that wait.
    pub async fn applications(
        &self,
        listing: &ApplicationListing,
        page: &Page,
    ) -> Result<Slice<Application>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// How many applications wait.
    pub async fn count_applications(&self, listing: &ApplicationListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

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
