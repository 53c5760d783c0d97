//! What waits for whoever asks.

use async_graphql::{Context, Description, Object};

use super::applications::ApplicationConnection;
use super::calls::CallConnection;
use super::collectives::CollectiveConnection;
use super::connection::{cost, page};
use super::context::ContextExt;
use super::error::Result;
use super::interactions::InteractionConnection;
use super::memberships::MembershipConnection;
use super::moderation::ReviewItemConnection;
use super::support::SupportRequestConnection;
use crate::domain::listings::{CollectiveListing, InteractionListing, MembershipListing};

/// What waits.
#[derive(Default)]
pub struct WorklistQuery;

#[Object]
impl WorklistQuery {
    /// What waits for you, oldest first in each list that says no other order. Refused to those who are not signed in; a list in
    /// which nothing may wait for you is empty.
    async fn worklist(&self, ctx: &Context<'_>) -> Option<Result<Worklist>> {
        Some(ctx.app().require_worklist(ctx.caller()).map(|()| Worklist).map_err(Into::into))
    }
}

/// What waits for whoever asks: to be finished, reviewed, answered, signed, decided. Each list is one statement, however much
/// waits.
#[derive(Description)]
pub struct Worklist;

#[Object(use_type_description)]
impl Worklist {
    /// Submitted entries and suggestions within the territories that you manage: what `reviewQueue` holds.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ReviewItemConnection> {
        let listing = ctx.app().waiting_reviews(ctx.caller());
        ReviewItemConnection::read(ctx, listing, first, after).await
    }

    /// Interactions that the other side declared with an actor that you edit, and nobody answered.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn interactions_to_confirm(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<InteractionConnection> {
        let listing = ctx.app().waiting_interactions(ctx.caller());
        let page = page(first, after, None, None, &InteractionListing::waiting_order())?;
        InteractionConnection::read(ctx, listing, page, None).await
    }

    /// Collectives that ask an actor that you edit to join, and are not answered.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn memberships_to_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<MembershipConnection> {
        let listing = ctx.app().waiting_memberships(ctx.caller());
        let page = page(first, after, None, None, &MembershipListing::waiting_order())?;
        MembershipConnection::read(ctx, listing, page, None).await
    }

    /// Collectives that are begun, or were refused, and not submitted: those that an actor that you edit leads, and those that
    /// act where you manage; by name. For administrators everyone's.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn collectives_to_finish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CollectiveConnection> {
        let listing = ctx.app().unfinished_collectives(ctx.caller());
        let page = page(first, after, None, None, &CollectiveListing::order())?;
        CollectiveConnection::read(ctx, listing, page, None).await
    }

    /// Applications that an actor that you edit leads, and has not filed: drafts, and those that wait for signatures. For
    /// administrators everyone's.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn applications_to_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ApplicationConnection> {
        let listing = ctx.app().unfiled_applications(ctx.caller());
        ApplicationConnection::waiting(ctx, listing, first, after).await
    }

    /// Applications that an actor that you edit is asked to sign off, and has neither signed nor declined.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn sign_offs_to_give(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ApplicationConnection> {
        let listing = ctx.app().waiting_sign_offs(ctx.caller());
        ApplicationConnection::waiting(ctx, listing, first, after).await
    }

    /// Applications that were filed and are not decided, to calls whose whole perimeter you manage or that an actor that you
    /// edit organises.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn applications_to_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ApplicationConnection> {
        let listing = ctx.app().waiting_decisions(ctx.caller());
        ApplicationConnection::waiting(ctx, listing, first, after).await
    }

    /// Requests for support in the territories that you manage, which nobody has answered: open, or assigned.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn support_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<SupportRequestConnection> {
        let listing = ctx.app().waiting_requests(ctx.caller());
        SupportRequestConnection::read(ctx, listing, first, after).await
    }

    /// Open calls that close soon, the next first: those that an actor that you edit organises, and those open where you
    /// manage, or where such an actor sits or acts.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn calls_closing_soon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Within so many days, from 0 to 3650.", default = 14)] within_days: i32,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CallConnection> {
        let listing = ctx.app().closing_calls(ctx.caller(), within_days).await?;
        let page = page(first, after, None, None, &listing.order.list())?;
        CallConnection::read(ctx, listing, page, None).await
    }
}
