//! What members bring into their collectives, as clients read and write it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Description, ID, InputObject, Object, SimpleObject};

use super::actors::Actor;
use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, total};
use super::context::ContextExt;
use super::enums::ContributionKind;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::loaders::{page_of, total_of};
use super::scalars::{Date, Decimal, read};
use crate::domain::contributions as domain;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, ContributionId};
use crate::domain::listings::ContributionListing;
use crate::domain::paging::Page;

/// Something that a member brings into its collective.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Contribution {
    /// Opaque and the same for life.
    id: ID,
    #[graphql(skip)]
    member: ActorId,
    /// Of what kind it is.
    kind: ContributionKind,
    /// How much; null where it is not counted. Money is in euros.
    amount: Option<Decimal>,
    /// What is counted: hours, square metres…
    unit: Option<String>,
    /// In words.
    description: Option<String>,
    /// The first day that it is of.
    period_start: Option<Date>,
    /// The last day that it is of.
    period_end: Option<Date>,
}

#[ComplexObject]
impl Contribution {
    /// Who brings it in; null where you may no longer see it.
    async fn member(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.member).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }
}

impl From<domain::Contribution> for Contribution {
    fn from(contribution: domain::Contribution) -> Self {
        Self {
            id: global_id(contribution.id),
            member: contribution.member,
            kind: contribution.kind.into(),
            amount: contribution.amount.map(Decimal::from),
            unit: contribution.unit,
            description: contribution.description,
            period_start: contribution.period_start.map(Date::from),
            period_end: contribution.period_end.map(Date::from),
        }
    }
}

/// What a member brings in.
#[derive(InputObject)]
pub struct ContributionInput {
    /// Id of the member's actor; one that has left may be named too.
    member: ID,
    /// Of what kind it is.
    kind: ContributionKind,
    /// How much, with at most two decimals. Money is in euros.
    amount: Option<Decimal>,
    /// What is counted: hours, square metres…
    unit: Option<String>,
    /// In words; needed where there is no amount.
    description: Option<String>,
    /// The first day that it is of.
    period_start: Option<Date>,
    /// The last day that it is of.
    period_end: Option<Date>,
}

impl ContributionInput {
    /// Checks what can be checked without the database.
    pub fn read(
        self,
        id: ContributionId,
        collective: CollectiveId,
        created_at: chrono::DateTime<chrono::Utc>,
        found: &mut Violations,
    ) -> domain::Contribution {
        domain::Contribution {
            id,
            collective,
            member: id_of::<ActorId>(&self.member),
            kind: self.kind.into(),
            amount: read(self.amount.as_ref(), "input.amount", found),
            unit: self.unit,
            description: self.description,
            period_start: read(self.period_start.as_ref(), "input.periodStart", found),
            period_end: read(self.period_end.as_ref(), "input.periodEnd", found),
            created_at,
        }
    }
}

/// What a member brings in of a kind, in all: sums of different units are never added.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ContributionTotal {
    #[graphql(skip)]
    member: ActorId,
    /// Of what kind it is.
    kind: ContributionKind,
    /// What is counted.
    unit: Option<String>,
    /// How much of it.
    amount: Decimal,
}

#[ComplexObject]
impl ContributionTotal {
    /// Who brings it in; null where you may no longer see it.
    async fn member(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.member).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }
}

impl From<domain::ContributionTotal> for ContributionTotal {
    fn from(total: domain::ContributionTotal) -> Self {
        Self { member: total.member, kind: total.kind.into(), unit: total.unit, amount: total.amount.into() }
    }
}

/// A page of contributions.
#[derive(Description)]
pub struct ContributionConnection {
    slice: SharedSlice<domain::Contribution>,
    listing: Arc<ContributionListing>,
    of: Option<uuid::Uuid>,
}

impl ContributionConnection {
    /// The list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ContributionListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl ContributionConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Contribution>> {
        edges(&self.slice, Contribution::from)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Contribution> {
        nodes(&self.slice, Contribution::from)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, self.of).await?))
    }
}
