//! What can be asked and written of applications.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use super::applications::Application;
use super::budgets::{BudgetActionInput, actions};
use super::context::ContextExt;
use super::enums::DecisionOutcome;
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::scalars::{Date, DateTime, Decimal, edit, read, read_edit};
use crate::app::applications::Beginning;
use crate::app::decisions::DecisionInput;
use crate::domain::applications::ApplicationEdit;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, ApplicationId, CallId, CollectiveId, ProjectId, TrackId};

/// Applications: one.
#[derive(Default)]
pub struct ApplicationQuery;

#[Object]
impl ApplicationQuery {
    /// One application; null where it is absent or not to be seen. It is seen by the editors of those who apply, by managers of
    /// the call, and once filed by the editors of the call's organisers.
    async fn application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Application>> {
        let found = ctx.app().application(ctx.caller(), id_of::<ApplicationId>(&id)).await;
        found.map(|found| found.map(Application)).map_err(ApiError::from).transpose()
    }
}

/// A new application.
#[derive(InputObject)]
pub struct StartApplicationInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same application, started once.
    client_key: Option<String>,
    /// The call that it answers.
    call: ID,
    /// By which of its tracks.
    track: ID,
    /// Who applies: an actor that you edit, or any where you manage the call and write down what was said on paper.
    lead: ID,
    /// The project that it is made with, on a track for projects: one that the lead leads or is a partner of.
    project: Option<ID>,
    /// The collective that files its statement of intent, on a track for small collectives: one that the lead is a member of.
    collective: Option<ID>,
    /// Its title, at most 300 characters.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// What is to be done, what it costs, who pays.
    actions: Option<Vec<BudgetActionInput>>,
}

/// A change of an application: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateApplicationInput {
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// What it is about.
    summary: MaybeUndefined<String>,
    /// The project that it is made with.
    project: MaybeUndefined<ID>,
    /// The collective that files its statement of intent.
    collective: MaybeUndefined<ID>,
    /// What is to be done, what it costs, who pays: all of it.
    actions: MaybeUndefined<Vec<BudgetActionInput>>,
    /// When its budget was filed, where that was another day.
    budget_filed_on: MaybeUndefined<Date>,
}

/// Applications: started, changed, signed off, filed, read, decided.
#[derive(Default)]
pub struct ApplicationMutation;

#[Object]
impl ApplicationMutation {
    /// Starts an application as a draft, which the editors of all those who apply share.
    async fn start_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The application.")] input: StartApplicationInput,
    ) -> Option<Result<Application>> {
        let mut found = Violations::default();
        let beginning = Beginning {
            call: id_of::<CallId>(&input.call),
            track: id_of::<TrackId>(&input.track),
            lead: id_of::<ActorId>(&input.lead),
        };
        let edit = ApplicationEdit {
            title: Edit::Set(input.title),
            summary: Edit::given(input.summary),
            project: Edit::given(input.project).map(|id| id_of::<ProjectId>(&id)),
            collective: Edit::given(input.collective).map(|id| id_of::<CollectiveId>(&id)),
            actions: Edit::given(input.actions).map(|given| actions(given, &mut found)),
            budget_filed_on: Edit::Keep,
        };
        let key = input.client_key.as_deref();
        let started = ctx.app().start_application(ctx.caller(), key, beginning, edit, found).await;
        Some(started.map(Application).map_err(ApiError::from))
    }

    /// Changes an application that is not filed yet. Where something changes, what was signed off is asked for again: it is a
    /// draft then.
    async fn update_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateApplicationInput,
    ) -> Option<Result<Application>> {
        let mut found = Violations::default();
        let edit = ApplicationEdit {
            title: edit(input.title),
            summary: edit(input.summary),
            project: edit(input.project).map(|id| id_of::<ProjectId>(&id)),
            collective: edit(input.collective).map(|id| id_of::<CollectiveId>(&id)),
            actions: edit(input.actions).map(|given| actions(given, &mut found)),
            budget_filed_on: read_edit(input.budget_filed_on, "input.budgetFiledOn", &mut found),
        };
        let id = id_of::<ApplicationId>(&id);
        let updated = ctx.app().update_application(ctx.caller(), id, expected_version, edit, found).await;
        Some(updated.map(Application).map_err(ApiError::from))
    }

    /// Asks every co-applicant that has not agreed yet to sign the application off. Its content stands still meanwhile.
    async fn request_sign_offs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Application>> {
        let id = id_of::<ApplicationId>(&id);
        let asked = ctx.app().request_sign_offs(ctx.caller(), id, expected_version).await;
        Some(asked.map(Application).map_err(ApiError::from))
    }

    /// Signs an application off, in the name of a co-applicant that you edit. Managers of the call record what was signed on
    /// paper, and history says so. Never with an API key.
    async fn sign_off(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the application.")] application: ID,
        #[graphql(desc = "Id of the co-applicant.")] actor: ID,
    ) -> Option<Result<Application>> {
        let (id, actor) = (id_of::<ApplicationId>(&application), id_of::<ActorId>(&actor));
        let signed = ctx.app().sign_off(ctx.caller(), id, actor).await;
        Some(signed.map(Application).map_err(ApiError::from))
    }

    /// Declines to sign an application off: it is a draft again, for its editors to change.
    async fn decline_sign_off(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the application.")] application: ID,
        #[graphql(desc = "Id of the co-applicant.")] actor: ID,
        #[graphql(desc = "Why: its editors read it.")] reason: Option<String>,
    ) -> Option<Result<Application>> {
        let (id, actor) = (id_of::<ApplicationId>(&application), id_of::<ActorId>(&actor));
        let declined = ctx.app().decline_sign_off(ctx.caller(), id, actor, reason).await;
        Some(declined.map(Application).map_err(ApiError::from))
    }

    /// Files an application: for the editors of its lead, and managers of the call. One that breaks a rule of eligibility is
    /// refused with code VALIDATION and all that it breaks, a path for each, such as `eligibility.CALL_OPEN`. `closesAt` itself
    /// is too late.
    async fn submit_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(
            desc = "When it came on paper: in the past, and for managers of the call alone. Now where it is left out."
        )]
        submitted_at: Option<DateTime>,
    ) -> Option<Result<Application>> {
        let mut found = Violations::default();
        let at = read(submitted_at.as_ref(), "submittedAt", &mut found);
        let submitted = async {
            found.into_result(())?;
            let id = id_of::<ApplicationId>(&id);
            Ok(Application(ctx.app().submit_application(ctx.caller(), id, expected_version, at).await?))
        };
        Some(submitted.await)
    }

    /// Takes an application back, until it is decided: for the editors of its lead, and managers of the call.
    async fn withdraw_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Application>> {
        let id = id_of::<ApplicationId>(&id);
        let withdrawn = ctx.app().withdraw_application(ctx.caller(), id, expected_version).await;
        Some(withdrawn.map(Application).map_err(ApiError::from))
    }

    /// Begins to read a filed application: for the editors of the call's organisers that do not apply themselves, and managers
    /// of the call.
    async fn start_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Application>> {
        let started =
            ctx.app().start_review(ctx.caller(), id_of::<ApplicationId>(&id), expected_version).await;
        Some(started.map(Application).map_err(ApiError::from))
    }

    /// Decides an application that is under review, once. Accepting it with a grant declares the FUNDING interaction between
    /// the funder and the lead, with the amount, the period of the project and the decision as evidence: everyone sees that.
    #[expect(clippy::too_many_arguments, reason = "the contract's")]
    async fn decide_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What is decided.")] outcome: DecisionOutcome,
        #[graphql(desc = "How much is granted, in euros with at most two decimals.")] granted_amount: Option<
            Decimal,
        >,
        #[graphql(desc = "Who pays; may be left out where the call has one funder.")] funder: Option<ID>,
        #[graphql(desc = "Why: those who apply read it.")] reason: String,
        #[graphql(desc = "On which day, not in the future; today where it is left out.")] decided_on: Option<
            Date,
        >,
    ) -> Option<Result<Application>> {
        let mut found = Violations::default();
        let input = DecisionInput {
            outcome: outcome.into(),
            granted_amount: read(granted_amount.as_ref(), "grantedAmount", &mut found),
            funder: funder.as_ref().map(id_of::<ActorId>),
            reason,
            decided_on: read(decided_on.as_ref(), "decidedOn", &mut found),
        };
        let id = id_of::<ApplicationId>(&id);
        let decided = ctx.app().decide_application(ctx.caller(), id, expected_version, input, found).await;
        Some(decided.map(Application).map_err(ApiError::from))
    }
}
