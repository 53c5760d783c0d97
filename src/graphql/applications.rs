//! Applications as those read them who apply and who run the call.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::budgets::Budget;
use super::calls::{Call, CallTrack};
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::enums::{ApplicationStatus, DecisionOutcome, Language};
use super::error::{ApiError, Result};
use super::history::{RevisionConnection, named};
use super::ids::global_id;
use super::loaders::{BudgetOf, EligibilityOf, SignOffsOf, StandingTo, page_of, total_of};
use super::permissions::Permission;
use super::projects::Project;
use super::scalars::{Date, DateTime, Decimal};
use crate::domain::applications as domain;
use crate::domain::eligibility::Check;
use crate::domain::ids::ApplicationId;
use crate::domain::listings::{ApplicationAnchor, ApplicationListing};
use crate::domain::permissions::of_application;

/// An application to a call by one of its tracks. It is seen by the editors of those who apply, by managers of the call, and
/// once filed by the editors of the call's organisers.
#[derive(Clone, Description)]
pub struct Application(pub domain::Application);

#[Object(use_type_description)]
impl Application {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The call that it answers; null where you may not see that any more.
    async fn call(&self, ctx: &Context<'_>) -> Option<Result<Call>> {
        let found = ctx.loader().load_one(self.0.call).await;
        found.map(|found| found.map(Call)).map_err(ApiError::from).transpose()
    }

    /// By which of its tracks.
    async fn track(&self, ctx: &Context<'_>) -> Result<CallTrack> {
        let found = ctx.loader().load_one(self.0.track).await?;
        let absent = || ApiError::from(crate::app::Error::NotFound("no such track".to_owned()));
        Ok(found.ok_or_else(absent)?.into())
    }

    /// Who applies; null where you may not see that actor.
    async fn lead(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.lead).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// The project that it is made with, on a track for projects; null where there is none yet, or you may not see it.
    async fn project(&self, ctx: &Context<'_>) -> Option<Result<Project>> {
        let found = ctx.loader().load_one(self.0.project?).await;
        found.map(|found| found.map(Project)).map_err(ApiError::from).transpose()
    }

    /// The collective that files its statement of intent, on a track for small collectives; null where there is none yet, or
    /// you may not see it.
    async fn collective(&self, ctx: &Context<'_>) -> Option<Result<Collective>> {
        let found = ctx.loader().load_one(self.0.collective?).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// What is to be done, what it costs, who pays.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Budget> {
        let found = ctx.loader().load_one(BudgetOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into())
    }

    /// Those who apply with its lead, by name, and whether they agree: the others that carry its project, or the other members
    /// of its collective. All must agree before it is filed. An actor that was archived, merged into another or suppressed is
    /// none; once it is filed, they are those of then.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn sign_offs(&self, ctx: &Context<'_>) -> Result<Vec<SignOff>> {
        let found = ctx.loader().load_one(SignOffsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(|sign_off| SignOff { sign_off, of: self.0.id }).collect())
    }

    /// Where it stands.
    async fn status(&self) -> ApplicationStatus {
        self.0.status.into()
    }

    /// Every rule that it must keep to be filed, and whether it does now; once it is filed, what was found then of the
    /// deadline.
    #[graphql(complexity = "10 * child_complexity + 2")]
    async fn eligibility(&self, ctx: &Context<'_>) -> Result<Vec<EligibilityCheck>> {
        let found = ctx.loader().load_one(EligibilityOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(EligibilityCheck).collect())
    }

    /// What was decided; null where nothing was.
    async fn decision(&self) -> Option<Decision> {
        self.0.decision.clone().map(Decision::from)
    }

    /// What you may do with it, and why not: by your role, then by where it stands. `SUBMIT` is to file it, `CONFIRM` and
    /// `DISPUTE` to sign it off or decline to, `REVIEW` to read and decide it, `ARCHIVE` to withdraw it. What only the attempt
    /// finds out (a rule of eligibility, a newer version) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        let standing = ctx.loader().load_one(StandingTo(self.0.id.into())).await?.unwrap_or_default();
        let told = of_application(ctx.caller(), &self.0, standing);
        Ok(told.into_iter().map(Permission::from).collect())
    }

    /// What was done to it, newest first; null for those who may not see it.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<RevisionConnection>> {
        RevisionConnection::of(ctx, self.0.id.into(), first, after).await.transpose()
    }

    /// Counts its changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was filed; null where it was not.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime::from)
    }

    /// When it was started.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// Whether a co-applicant agrees to an application.
#[derive(Description)]
pub struct SignOff {
    sign_off: domain::SignOff,
    of: ApplicationId,
}

#[Object(use_type_description)]
impl SignOff {
    /// The co-applicant; null where you may not see that actor.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.sign_off.actor).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// When it agreed; null where it did not. A change of the application takes it away.
    async fn signed_at(&self) -> Option<DateTime> {
        self.sign_off.signed_at.map(DateTime::from)
    }

    /// When it declined; null where it did not.
    async fn declined_at(&self) -> Option<DateTime> {
        self.sign_off.declined_at.map(DateTime::from)
    }

    /// Why it declined.
    async fn reason(&self) -> Option<&str> {
        self.sign_off.reason.as_deref()
    }

    /// Who answered for it; null where nobody has, or the person was erased or may not be named to you.
    async fn by(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let by = self.sign_off.by.as_deref()?;
        named(ctx, by, None, self.of.into()).await.transpose()
    }
}

/// A rule of eligibility, and what it found.
#[derive(Description)]
pub struct EligibilityCheck(Check);

#[Object(use_type_description)]
impl EligibilityCheck {
    /// The rule, for programs, such as `CALL_OPEN`.
    async fn rule(&self) -> &str {
        self.0.rule.as_ref()
    }

    /// Whether it is kept.
    async fn passed(&self) -> bool {
        self.0.passed
    }

    /// What was found and what to do, for people.
    async fn message(
        &self,
        #[graphql(desc = "The language of the message.", default_with = "Language::Fr")] language: Language,
    ) -> &str {
        self.0.message(language.into())
    }
}

/// What was decided of an application.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Decision {
    /// What.
    outcome: DecisionOutcome,
    /// How much is granted, in euros; null where nothing is.
    granted_amount: Option<Decimal>,
    /// Why.
    reason: String,
    /// On which day.
    decided_on: Date,
    #[graphql(skip)]
    funder: Option<crate::domain::ids::ActorId>,
}

#[ComplexObject]
impl Decision {
    /// Who pays; null where nobody does, or you may not see that actor.
    async fn funder(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.funder?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }
}

impl From<domain::Decision> for Decision {
    fn from(decision: domain::Decision) -> Self {
        Self {
            outcome: decision.outcome.into(),
            granted_amount: decision.granted_amount.map(Decimal::from),
            reason: decision.reason,
            decided_on: decision.decided_on.into(),
            funder: decision.funder,
        }
    }
}

/// A page of applications, the newest first.
#[derive(Description)]
pub struct ApplicationConnection {
    slice: SharedSlice<domain::Application>,
    listing: Arc<ApplicationListing>,
    of: Option<uuid::Uuid>,
}

impl ApplicationConnection {
    /// Those that wait.
    pub async fn waiting(
        ctx: &Context<'_>,
        listing: ApplicationListing,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let page = page(first, after, None, None, &ApplicationListing::waiting_order())?;
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, None).await?, listing, of: None })
    }

    /// The applications of an entry; null for those who see none of anybody's.
    pub async fn of(
        ctx: &Context<'_>,
        (anchor, of): (ApplicationAnchor, uuid::Uuid),
        statuses: Option<Vec<ApplicationStatus>>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Self>> {
        let page = page(first, after, None, None, &ApplicationListing::order())?;
        let mut found = crate::domain::error::Violations::default();
        let statuses = super::actor_inputs::enums(statuses, "statuses", &mut found);
        found.into_result(())?;
        let Some(listing) = ctx.app().application_listing(ctx.caller(), anchor, statuses) else {
            return Ok(None);
        };
        let listing = Arc::new(listing);
        let of = Some(of);
        Ok(Some(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of }))
    }
}

#[Object(use_type_description)]
impl ApplicationConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Application>> {
        edges(&self.slice, Application)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Application> {
        nodes(&self.slice, Application)
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
