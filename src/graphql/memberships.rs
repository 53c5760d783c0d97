//! Members of collectives as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};

use super::actors::Actor;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{MemberRole, MembershipStatus};
use super::error::{ApiError, Result};
use super::ids::global_id;
use super::loaders::{page_of, total_of};
use super::scalars::{Date, DateTime};
use crate::domain::listings::MembershipListing;
use crate::domain::memberships as domain;
use crate::domain::paging::Page;

/// An actor of a collective, or one that was asked to be. Everyone sees those that have accepted; invitations, refusals
/// and departures are seen by the actor itself, by who leads the collective, and by those who manage or analyse where it acts.
#[derive(Clone, Description)]
pub struct Membership(pub domain::Membership);

#[Object(use_type_description)]
impl Membership {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The collective; null where you may no longer see it.
    async fn collective(&self, ctx: &Context<'_>) -> Option<Result<Collective>> {
        let found = ctx.loader().load_one(self.0.collective).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// The actor; null where you may not see it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.actor).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// What it is to the collective.
    async fn role(&self) -> MemberRole {
        self.0.role.into()
    }

    /// What it answers for.
    async fn responsibility(&self) -> Option<&str> {
        self.0.responsibility.as_deref()
    }

    /// Whether it is of the collective.
    async fn status(&self) -> MembershipStatus {
        self.0.status.into()
    }

    /// Hours a month that it gives; null where it has not said.
    async fn hours_per_month(&self) -> Option<f64> {
        self.0.hours_per_month
    }

    /// The first day on which it is of the collective.
    async fn since(&self) -> Option<Date> {
        self.0.since.map(Date::from)
    }

    /// The last day on which it is; null where no end is known.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date::from)
    }

    /// When it answered; null while it has not.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime::from)
    }
}

/// A page of members.
#[derive(Description)]
pub struct MembershipConnection {
    slice: SharedSlice<domain::Membership>,
    listing: Arc<MembershipListing>,
    of: Option<uuid::Uuid>,
}

impl MembershipConnection {
    /// The list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: MembershipListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl MembershipConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Membership>> {
        edges(&self.slice, Membership)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Membership> {
        nodes(&self.slice, Membership)
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
