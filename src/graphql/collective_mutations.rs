//! What can be asked and written of collectives.

use async_graphql::{Context, ID, Object};

use super::actors::Actor;
use super::cards::{IdentityCard, IdentityCardInput};
use super::collective_inputs::{
    CollectiveFilter, CollectiveRef, NextStepInput, RegisterCollectiveInput, UpdateCollectiveInput,
    UpdateMembershipInput, collective_listing, steps,
};
use super::collectives::{Collective, CollectiveConnection};
use super::connection::{cost, page};
use super::context::ContextExt;
use super::contributions::{Contribution, ContributionInput};
use super::enums::{ActorKind, CollectiveStage, MemberRole};
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::maturity::{AssetStateInput, CollectiveMaturity, ConditionScoreInput, assets, conditions};
use super::memberships::Membership;
use super::resource_people::{ResourcePersonInput, people};
use super::scalars::{Date, read};
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, ContributionId, MembershipId};
use crate::domain::listings::CollectiveListing;

/// Collectives: one, and lists.
#[derive(Default)]
pub struct CollectiveQuery;

#[Object]
impl CollectiveQuery {
    /// One collective; null where it is absent or not to be seen. What is not published is seen by the editors of its
    /// members and of those it asks to join, and where it acts.
    async fn collective(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id or slug.")] by: CollectiveRef,
    ) -> Option<Result<Collective>> {
        let found = ctx.app().collective(ctx.caller(), &by.into()).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// The collectives that match, by name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn collectives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<CollectiveFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CollectiveConnection> {
        let listing = collective_listing(ctx, filter, None).await?;
        let page = page(first, after, None, None, &CollectiveListing::order())?;
        CollectiveConnection::read(ctx, listing, page, None).await
    }
}

/// Collectives: registered, changed, led from stage to stage; their members.
#[derive(Default)]
pub struct CollectiveMutation;

#[Object]
impl CollectiveMutation {
    /// Registers a collective as a draft: for the editors of its lead, and for managers of a territory where it acts.
    async fn register_collective(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collective.")] input: RegisterCollectiveInput,
    ) -> Option<Result<Collective>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let (input, first) = input.read(&mut found);
        let app = ctx.app();
        let registered = app.register_collective(ctx.caller(), key.as_deref(), input, first, found).await;
        Some(registered.map(Collective).map_err(ApiError::from))
    }

    /// Changes a collective: for the editors of its lead, and for managers of a territory where it acts.
    async fn update_collective(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateCollectiveInput,
    ) -> Option<Result<Collective>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<CollectiveId>(&id);
        let updated = ctx.app().update_collective(ctx.caller(), id, expected_version, input, found).await;
        Some(updated.map(Collective).map_err(ApiError::from))
    }

    /// Asks an actor to join; one that is a member already, or is asked already, is refused with code DUPLICATE.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "Id of the actor.")] actor: ID,
        #[graphql(desc = "What it is to be. LEAD only where nobody leads.")] role: MemberRole,
        #[graphql(desc = "What it is to answer for.")] responsibility: Option<String>,
    ) -> Option<Result<Membership>> {
        let (collective, actor) = (id_of::<CollectiveId>(&collective), id_of::<ActorId>(&actor));
        let app = ctx.app();
        let invited = app.invite_member(ctx.caller(), collective, actor, role.into(), responsibility).await;
        Some(invited.map(Membership).map_err(ApiError::from))
    }

    /// Answers an invitation, in the name of an actor that you edit. Managers of a territory where the collective acts record
    /// what was answered on paper, and history says so. A sixth member of a small collective is refused with code CONFLICT.
    async fn answer_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the membership.")] id: ID,
        #[graphql(desc = "Whether it joins.")] accept: bool,
        #[graphql(desc = "Hours a month that it gives, 0 to 744.")] hours_per_month: Option<f64>,
    ) -> Option<Result<Membership>> {
        let answered = ctx
            .app()
            .answer_membership(ctx.caller(), id_of::<MembershipId>(&id), accept, hours_per_month)
            .await;
        Some(answered.map(Membership).map_err(ApiError::from))
    }

    /// Changes what a member is to its collective. LEAD passes the lead on. An actor's own editors change its
    /// responsibility and its hours, and nothing else.
    async fn update_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the membership.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateMembershipInput,
    ) -> Option<Result<Membership>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let updated =
            ctx.app().update_membership(ctx.caller(), id_of::<MembershipId>(&id), edit, found).await;
        Some(updated.map(Membership).map_err(ApiError::from))
    }

    /// Leaves a collective, in the name of an actor that you edit. A lead passes the lead on first, where others are in;
    /// else it is refused with code CONFLICT.
    async fn leave_collective(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the membership.")] id: ID,
    ) -> Option<Result<Membership>> {
        let left = ctx.app().leave_collective(ctx.caller(), id_of::<MembershipId>(&id)).await;
        Some(left.map(Membership).map_err(ApiError::from))
    }

    /// Moves a collective to another stage: to the next, where nothing keeps it (`blockers`); back one step; to its end, from
    /// anywhere; or from its end to where it was. What still keeps it is refused with code CONFLICT.
    async fn advance_collective(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "The stage that it comes to.")] to: CollectiveStage,
        #[graphql(desc = "Why; needed for every move but one to the next stage.")] reason: Option<String>,
    ) -> Option<Result<Collective>> {
        let id = id_of::<CollectiveId>(&id);
        let moved = ctx.app().advance_collective(ctx.caller(), id, expected_version, to.into(), reason).await;
        Some(moved.map(Collective).map_err(ApiError::from))
    }

    /// Sets all next steps of a collective.
    async fn set_next_steps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "All of its steps, in order, at most 100.")] steps: Vec<NextStepInput>,
    ) -> Option<Result<Collective>> {
        let mut found = Violations::default();
        let given = self::steps(steps, &mut found);
        let id = id_of::<CollectiveId>(&collective);
        let set = ctx.app().set_next_steps(ctx.caller(), id, expected_version, given, found).await;
        Some(set.map(Collective).map_err(ApiError::from))
    }

    /// Sets all persons that a collective wants to bring in; who is left out is erased.
    async fn set_resource_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "All of them, in order, at most 100.")] people: Vec<ResourcePersonInput>,
    ) -> Option<Result<Collective>> {
        let mut found = Violations::default();
        let given = self::people(people, &mut found);
        let id = id_of::<CollectiveId>(&collective);
        let set = ctx.app().set_resource_people(ctx.caller(), id, expected_version, given, found).await;
        Some(set.map(Collective).map_err(ApiError::from))
    }

    /// Writes the next revision of a collective's identity card; those before stay as they were.
    async fn revise_identity_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(
            desc = "The revision that you have read, 0 where there is none; another one now is refused with code CONFLICT, whose `currentVersion` is the newest."
        )]
        expected_revision: i32,
        #[graphql(desc = "The card as a whole.")] input: IdentityCardInput,
    ) -> Option<Result<IdentityCard>> {
        let mut found = Violations::default();
        let card = input.read(ctx.now(), &mut found);
        let id = id_of::<CollectiveId>(&collective);
        let revised = ctx.app().revise_identity_card(ctx.caller(), id, expected_revision, card, found).await;
        Some(revised.map(IdentityCard::from).map_err(ApiError::from))
    }

    /// Writes how mature a collective is on a day; assessments before stay.
    async fn assess_maturity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "The day; today where it is left out.")] assessed_on: Option<Date>,
        #[graphql(desc = "How far each condition is met, each at most once.")] conditions: Vec<
            ConditionScoreInput,
        >,
        #[graphql(desc = "What it is equipped with, each at most once.")] assets: Vec<AssetStateInput>,
    ) -> Option<Result<CollectiveMaturity>> {
        let mut found = Violations::default();
        let day = read(assessed_on.as_ref(), "assessedOn", &mut found);
        let given = (self::conditions(conditions, &mut found), self::assets(assets, &mut found));
        let id = id_of::<CollectiveId>(&collective);
        let assessed = ctx.app().assess_maturity(ctx.caller(), id, day, given, found).await;
        Some(assessed.map(CollectiveMaturity::from).map_err(ApiError::from))
    }

    /// Writes what a member brings into its collective: who leads it for each, and each for itself.
    async fn record_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "What it brings in.")] input: ContributionInput,
    ) -> Option<Result<Contribution>> {
        let mut found = Violations::default();
        let now = ctx.now();
        let id = ContributionId(ctx.app().ids.next(now));
        let given = input.read(id, id_of::<CollectiveId>(&collective), now, &mut found);
        let recorded = ctx.app().record_contribution(ctx.caller(), given, found).await;
        Some(recorded.map(Contribution::from).map_err(ApiError::from))
    }

    /// Makes a collective an actor in its own right, a draft, with a draft interaction of kind MEMBERSHIP from each of its
    /// members; done once.
    async fn promote_to_actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective.")] collective: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What the actor is.")] kind: ActorKind,
    ) -> Option<Result<Actor>> {
        let id = id_of::<CollectiveId>(&collective);
        let made = ctx.app().promote_to_actor(ctx.caller(), id, expected_version, kind.into()).await;
        Some(made.map(Actor).map_err(ApiError::from))
    }
}
