//! Collectives as clients read them.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::applications::ApplicationConnection;
use super::cards::IdentityCard;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::contributions::{ContributionConnection, ContributionTotal};
use super::enums::{
    ApplicationStatus, CollectiveKind, CollectiveStage, Language, LessonRubric, MembershipStatus,
    PublicationStatus, StepStatus, Urgency,
};
use super::error::{ApiError, Result};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::indicators::IndicatorDefinition;
use super::lessons::LessonConnection;
use super::loaders::{
    AssessmentsOf, BlockersOf, CardOf, CardsOf, ContributionTotalsOf, LeadOf, NextStepsOf, Pairs,
    ResourcePeopleOf, StandingTo, TerritoriesOf, page_of, total_of,
};
use super::maturity::CollectiveMaturity;
use super::memberships::MembershipConnection;
use super::permissions::{Permission, permissions};
use super::resource_people::ResourcePerson;
use super::scalars::{Date, DateTime, Decimal};
use super::support::SupportRequestConnection;
use super::support_inputs::SupportStatus;
use super::territories::Territory;
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use super::workshops::WorkshopSessionConnection;
use crate::domain::collectives as domain;
use crate::domain::ids::ActorId;
use crate::domain::listings::{
    ApplicationAnchor, CollectiveListing, ContributionListing, LessonAnchor, MembershipListing, SessionAnchor,
};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;
use crate::domain::policy::{Act, may_somewhere};
use crate::domain::{next_steps, stages};

/// Actors that want to act together: a small collective around one concern, or a community of action.
#[derive(Clone, Description)]
pub struct Collective(pub domain::Collective);

#[Object(use_type_description)]
impl Collective {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its part of an address: readable, and the same for life.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What kind of collective it is.
    async fn kind(&self) -> CollectiveKind {
        self.0.kind.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How far it has come.
    async fn stage(&self) -> CollectiveStage {
        self.0.stage.into()
    }

    /// Where it acts.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        self.places(ctx, Pairs::Collectives).await
    }

    /// Where it tries things out: its territoires pilotes.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn pilot_sites(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        self.places(ctx, Pairs::PilotSites).await
    }

    /// What it works on.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goals that it works for.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// Those it works with, as free tags.
    async fn audiences(&self) -> &[String] {
        &self.0.audiences
    }

    /// What brings them together; null where that is not written down.
    async fn intent(&self) -> Option<StatementOfIntent> {
        self.0.intent.clone().map(StatementOfIntent::from)
    }

    /// Its members, the lead first, then by name: those that you may see. An actor that was archived, merged into another
    /// or suppressed is none.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this status; all that you may see where it is left out.")]
        status: Option<MembershipStatus>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<MembershipConnection> {
        let listing = MembershipListing {
            status: status.map(Into::into),
            answered_by: None,
            visibility: ctx.visibility(),
        };
        let page = page(first, after, None, None, &MembershipListing::order())?;
        MembershipConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The member that leads it; null where none has accepted to, or you may not see it.
    async fn lead(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let lead = async {
            let Some(lead) = ctx.loader().load_one(LeadOf(self.0.id)).await? else { return Ok(None) };
            Ok(ctx.loader().load_one(lead).await?.map(Actor))
        };
        lead.await.transpose()
    }

    /// What it does next, in order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn next_steps(&self, ctx: &Context<'_>) -> Result<Vec<NextStep>> {
        let steps = ctx.loader().load_one(NextStepsOf(self.0.id)).await?.unwrap_or_default();
        Ok(steps.into_iter().map(NextStep::from).collect())
    }

    /// Whom it wants to bring in, in order: those that you may see. Personal data.
    async fn resource_people(&self, ctx: &Context<'_>) -> Result<Vec<ResourcePerson>> {
        let found = ctx.loader().load_one(ResourcePeopleOf(self.0.id)).await?.unwrap_or_default();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let caller = ctx.caller();
        let sees_more = [Act::SeePartnerContacts, Act::SeeEveryContact];
        let standing = if sees_more.iter().any(|act| may_somewhere(caller, *act).is_ok()) {
            ctx.loader().load_one(StandingTo(self.0.id.into())).await?
        } else {
            None
        };
        let standing = standing.unwrap_or_default();
        let seen = found.into_iter().filter(|person| person.is_seen_by(caller, standing));
        Ok(seen.map(ResourcePerson).collect())
    }

    /// What it asked of those who support it, the oldest first: its members' editors see it, and those who manage where it
    /// acts, or the place that it asks about. Null for those who see no request of anybody's: without an account that holds
    /// a right.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn support_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In one of these statuses; in any where it is left out.")] statuses: Option<
            Vec<SupportStatus>,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<SupportRequestConnection>> {
        SupportRequestConnection::of_collective(ctx, self.0.id.0, statuses, first, after).await.transpose()
    }

    /// Its identity card: the newest revision, or the one that is asked for; null where there is none.
    async fn identity_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which revision; the newest where it is left out.")] revision: Option<i32>,
    ) -> Option<Result<IdentityCard>> {
        let found = ctx.loader().load_one(CardOf(revision, self.0.id)).await;
        found.map(|found| found.map(IdentityCard::from)).map_err(ApiError::from).transpose()
    }

    /// Every revision of its identity card, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn identity_cards(&self, ctx: &Context<'_>) -> Result<Vec<IdentityCard>> {
        let found = ctx.loader().load_one(CardsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(IdentityCard::from).collect())
    }

    /// How mature it is: its newest assessment; null before the first.
    async fn maturity(&self, ctx: &Context<'_>) -> Option<Result<CollectiveMaturity>> {
        let newest = async { Ok(self.assessments(ctx).await?.into_iter().next()) };
        newest.await.transpose()
    }

    /// Every assessment, the newest day first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn maturity_history(&self, ctx: &Context<'_>) -> Result<Vec<CollectiveMaturity>> {
        self.assessments(ctx).await
    }

    /// What its members bring in, newest first: of members that you may see.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ContributionConnection> {
        let listing = ContributionListing { visibility: ctx.visibility() };
        let page = page(first, after, None, None, &ContributionListing::order())?;
        ContributionConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// What each member brings in, by kind and unit: of members that you may see, by name.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn contribution_totals(&self, ctx: &Context<'_>) -> Result<Vec<ContributionTotal>> {
        let found = ctx.loader().load_one(ContributionTotalsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(ContributionTotal::from).collect())
    }

    /// How it measures what it changes, in the order of their definition.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Vec<IndicatorDefinition>> {
        IndicatorDefinition::of(ctx, self.0.id).await
    }

    /// The actor that it has become in its own right; null where it has not, or you may not see it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let actor = self.0.actor?;
        let found = ctx.loader().load_one(actor).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// What still keeps it from the next stage; empty where nothing does, or there is none.
    async fn blockers(&self, ctx: &Context<'_>) -> Result<Vec<StageBlocker>> {
        let facts = ctx.loader().load_one(BlockersOf(self.0.id)).await?.unwrap_or_default();
        Ok(stages::blockers(&self.0, &facts).into_iter().map(StageBlocker).collect())
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Collective(&self.0), self.0.id.into()).await
    }

    /// The applications that file its statement of intent, the newest first: those that you may see; null for those who see none of anybody's: without an account that holds a right.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these statuses; all where it is left out.")] statuses: Option<
            Vec<ApplicationStatus>,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<ApplicationConnection>> {
        let of = (ApplicationAnchor::Collective, self.0.id.0);
        ApplicationConnection::of(ctx, of, statuses, first, after).await.transpose()
    }

    /// The sessions that were held for it, the first one first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<WorkshopSessionConnection> {
        WorkshopSessionConnection::of(ctx, SessionAnchor::Collective, self.0.id.0, first, after).await
    }

    /// What was learnt from it, the newest first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn lessons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those under this rubric; all where it is left out.")] rubric: Option<
            LessonRubric,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<LessonConnection> {
        LessonConnection::of(ctx, (LessonAnchor::Collective, self.0.id.0), rubric, first, after).await
    }

    /// What was done to it and by its members, newest first; null for those who may not see it.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<RevisionConnection>> {
        RevisionConnection::of(ctx, self.0.id.into(), first, after).await.transpose()
    }

    /// Counts its changes; send it back as `expectedVersion`. Answers of members, cards, assessments, contributions and
    /// sessions do not count.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

impl Collective {
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Vec<CollectiveMaturity>> {
        let found = ctx.loader().load_one(AssessmentsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(CollectiveMaturity::from).collect())
    }

    async fn places(&self, ctx: &Context<'_>, pairs: Pairs) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(pairs, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }
}

/// What brings a collective together.
#[derive(SimpleObject)]
pub struct StatementOfIntent {
    /// What they have all found.
    shared_finding: String,
    /// How soon something must be done.
    urgency: Option<Urgency>,
    /// Why now.
    why_now: Option<String>,
    /// What is to be otherwise.
    change_sought: Option<String>,
    /// Those whom it is for, as free tags.
    audiences: Vec<String>,
    /// How much money they look for, in euros.
    funding_sought: Option<Decimal>,
    /// What the money is for, in words.
    funding_note: Option<String>,
    /// Whom they look for, as free tags.
    partners_sought: Vec<String>,
}

impl From<domain::StatementOfIntent> for StatementOfIntent {
    fn from(intent: domain::StatementOfIntent) -> Self {
        Self {
            shared_finding: intent.shared_finding,
            urgency: intent.urgency.map(Into::into),
            why_now: intent.why_now,
            change_sought: intent.change_sought,
            audiences: intent.audiences,
            funding_sought: intent.funding_sought.map(Decimal::from),
            funding_note: intent.funding_note,
            partners_sought: intent.partners_sought,
        }
    }
}

/// A small thing to be done.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct NextStep {
    /// Opaque and the same for life.
    id: ID,
    /// What is to be done.
    title: String,
    #[graphql(skip)]
    owner: Option<ActorId>,
    /// By which day.
    due: Option<Date>,
    /// How far it is.
    status: StepStatus,
}

#[ComplexObject]
impl NextStep {
    /// Who does it; null where nobody does, or you may not see it.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let owner = self.owner?;
        let found = ctx.loader().load_one(owner).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }
}

impl From<next_steps::NextStep> for NextStep {
    fn from(step: next_steps::NextStep) -> Self {
        Self {
            id: global_id(step.id),
            title: step.title,
            owner: step.owner,
            due: step.due.map(Date::from),
            status: step.status.into(),
        }
    }
}

/// What keeps a collective from its next stage.
#[derive(Description)]
pub struct StageBlocker(stages::StageBlocker);

#[Object(use_type_description)]
impl StageBlocker {
    /// Its name, for programs, such as `TOO_FEW_MEMBERS`.
    async fn code(&self) -> &str {
        self.0.code()
    }

    /// What is missing and what to do, for people.
    async fn message(
        &self,
        #[graphql(desc = "The language of the message.", default_with = "Language::Fr")] language: Language,
    ) -> String {
        self.0.message(language.into())
    }
}

/// A page of collectives.
#[derive(Description)]
pub struct CollectiveConnection {
    slice: SharedSlice<domain::Collective>,
    listing: Arc<CollectiveListing>,
    of: Option<uuid::Uuid>,
}

impl CollectiveConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: CollectiveListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl CollectiveConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Collective>> {
        edges(&self.slice, Collective)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Collective> {
        nodes(&self.slice, Collective)
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
