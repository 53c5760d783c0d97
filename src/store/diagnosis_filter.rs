//! Pages of diagnoses. The diagnosis is `z`.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::diagnoses::{COLUMNS, domain};
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::scopes::{Id, reach};
use super::sight::visible_diagnosis;
use super::sql::Sql;
use crate::domain::diagnoses::Diagnosis;
use crate::domain::listings::DiagnosisListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};

const FROM: &str = "diagnoses z";

impl DiagnosisListing {
    fn condition(&self) -> Sql {
        let mut sql = Sql::default();
        visible_diagnosis(&mut sql, &[], &self.visibility);
        if self.of_territory {
            is_of(&mut sql, Id::Each, ScopeDirection::Down);
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) = &self.territory {
            is_of(&mut sql, Id::Value(id.0), *direction);
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "z.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("z.title"), descending: false },
            page,
        }
    }
}

/// Whether it is of what the scope reaches.
pub(super) fn is_of(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.and("z.territory_id IN (");
    reach(sql, territory, direction);
    sql.push(")");
}

impl Store {
    /// A page of diagnoses.
    pub async fn diagnoses(
        &self,
        listing: &DiagnosisListing,
        page: &Page,
    ) -> Result<Slice<Diagnosis>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each territory's diagnoses, in one statement.
    pub async fn diagnoses_of(
        &self,
        listing: &DiagnosisListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Diagnosis>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many diagnoses match.
    pub async fn count_diagnoses(&self, listing: &DiagnosisListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// How many diagnoses of each territory match, in one statement.
    pub async fn count_diagnoses_of(
        &self,
        listing: &DiagnosisListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }
}
