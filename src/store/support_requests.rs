//! Requests for support: rows to domain and back, lists, writers. The request is `q`, the actor that asks `a`, the
//! collective that does `v`.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::collective_filter::collective_acts_in;
use super::entity::support_requests as row;
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::{name, names, parse, parse_some};
use super::scopes::{Id, Reading, reach};
use super::sight::visible_request;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CallId, CollectiveId, SupportContactId, SupportRequestId, TerritoryId};
use crate::domain::listings::SupportRequestListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::support::SupportRequest;
use crate::domain::territories::{TerritoryBasis, TerritoryRef, TerritoryScope};

const TABLE: &str = "support_requests";

/// What requests are read from, each with the actor or the collective that asks.
pub(super) const FROM: &str = "support_requests q LEFT JOIN actors a ON a.id = q.requester_id
    LEFT JOIN collectives v ON v.id = q.collective_id";

static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("q.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

fn domain(row: row::Model) -> Result<SupportRequest, StoreError> {
    Ok(SupportRequest {
        id: SupportRequestId(row.id),
        requester: row.requester_id.map(ActorId),
        collective: row.collective_id.map(CollectiveId),
        call: row.call_id.map(CallId),
        track: parse_some(TABLE, "track", row.track.as_deref())?,
        territory: row.territory_id.map(TerritoryId),
        kind: parse(TABLE, "kind", &row.kind)?,
        description: row.description,
        status: parse(TABLE, "status", &row.status)?,
        assignee: row.assignee_id.map(SupportContactId),
        answer: row.answer,
        version: row.version,
        created_at: row.created_at,
        answered_at: row.answered_at,
    })
}

fn model(request: &SupportRequest) -> row::Model {
    row::Model {
        id: request.id.0,
        requester_id: request.requester.map(|id| id.0),
        collective_id: request.collective.map(|id| id.0),
        call_id: request.call.map(|id| id.0),
        track: name(request.track),
        territory_id: request.territory.map(|id| id.0),
        kind: request.kind.to_string(),
        description: request.description.clone(),
        status: request.status.to_string(),
        assignee_id: request.assignee.map(|id| id.0),
        answer: request.answer.clone(),
        version: request.version,
        created_at: request.created_at,
        answered_at: request.answered_at,
    }
}

impl SupportRequestListing {
    fn condition(&self, reading: &Reading) -> Sql {
        let mut sql = Sql::default();
        visible_request(&mut sql, &self.visibility);
        if self.of_collective {
            Id::Each.write(sql.and("q.collective_id = "));
        }
        if !self.statuses.is_empty() {
            sql.and("q.status = ANY(").bind(names(&self.statuses)).push(")");
        }
        if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &self.territory {
            let territory = Id::Value(id.0);
            sql.and("(");
            if *basis != TerritoryBasis::Seat {
                reach(sql.push("coalesce(q.territory_id IN ("), territory, *direction);
                collective_acts_in(sql.push("), FALSE) OR "), territory, *direction);
                sql.push(" OR ");
            }
            reading.scope(&mut sql, territory, *direction, *basis);
            sql.push(")");
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page, reading: &Reading) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "q.id",
            condition: self.condition(reading),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("q.created_at"), descending: false },
            page,
        }
    }
}

impl Store {
    /// The requests of these ids that may be seen, in no order.
    pub async fn support_requests_by_ids(
        &self,
        ids: &[SupportRequestId],
        visibility: &Visibility,
    ) -> Result<Vec<SupportRequest>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM ").push(FROM).push(" WHERE q.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>());
        visible_request(sql.push(")").and(""), visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// A page of requests.
    pub async fn support_requests(
        &self,
        listing: &SupportRequestListing,
        page: &Page,
    ) -> Result<Slice<SupportRequest>, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?;
        listing.listing(page, &reading).page(self.db(), domain).await
    }

    /// How many requests match.
    pub async fn count_support_requests(&self, listing: &SupportRequestListing) -> Result<i64, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?.whole();
        count(self.db(), FROM, &listing.condition(&reading)).await
    }

    /// The same page of each collective's requests, in one statement.
    pub async fn support_requests_of(
        &self,
        listing: &SupportRequestListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<SupportRequest>>, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?;
        listing.listing(page, &reading).pages(self.db(), of, domain).await
    }

    /// How many requests of each collective match, in one statement.
    pub async fn count_support_requests_of(
        &self,
        listing: &SupportRequestListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        let reading = self.reading_scope(listing.territory.as_ref(), &listing.visibility).await?.whole();
        counts(self.db(), FROM, &listing.condition(&reading), of).await
    }
}

/// A request to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: SupportRequestId,
) -> Result<Option<SupportRequest>, StoreError> {
    use sea_orm::QuerySelect;
    row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(domain).transpose()
}

/// Writes a new or changed request.
pub async fn write(tx: &Transaction, request: &SupportRequest) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let insert = row::Entity::insert(model(request).into_active_model()).on_conflict(replace);
    insert.exec_without_returning(tx).await?;
    Ok(())
}
