//! Review: what waits for it, and the moves that lead there and away.

use async_graphql::{ComplexObject, Context, Description, ID, Object, SimpleObject};

use super::actor_inputs::UpdateActorInput;
use super::actors::Actor;
use super::calls::Call;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, cost, page, total};
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::duplicates::DuplicateCandidate;
use super::enums::ReviewDecision;
use super::error::Result;
use super::history::named;
use super::ids::id_of;
use super::interactions::Interaction;
use super::loaders::{DuplicatesOf, SubmitterOf};
use super::mutation::{Reviewable, meant};
use super::practices::GoodPractice;
use super::projects::Project;
use super::scalars::DateTime;
use super::suggestions::Suggestion;
use super::territory_inputs::TerritoryScope;
use crate::domain::error::Violations;
use crate::domain::ids::{
    ActorId, CallId, CollectiveId, DiagnosisId, GoodPracticeId, InteractionId, ProjectId, Subject,
    SubjectKind, SuggestionId,
};
use crate::domain::moderation::{self as domain, ReviewListing};
use crate::domain::paging::Slice;

/// What waits for review.
#[derive(Default)]
pub struct ModerationQuery;

#[Object]
impl ModerationQuery {
    /// What waits for your decision, oldest first: submitted entries and suggestions within the territories that you
    /// manage, everything for administrators. An interaction counts where one of its ends does, a call where the whole of
    /// its perimeter does, a collective where one of its places is, a project or a good practice where it
    /// takes place, or its lead or one of its actors is. Refused to all others.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn review_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what sits, acts or is open there.")] territory: Option<TerritoryScope>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<ReviewItemConnection>> {
        let read = async {
            let listing = ctx.app().review_listing(ctx.caller(), territory.map(TerritoryScope::read)).await?;
            ReviewItemConnection::read(ctx, listing, first, after).await
        };
        Some(read.await)
    }
}

/// Something that waits for a decision.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ReviewItem {
    /// What: a submitted entry, or a suggestion.
    subject: Reviewable,
    #[graphql(skip)]
    waiting: domain::Waiting,
    /// Who is asked about, and where: of a suggestion its author and its actor.
    #[graphql(skip)]
    suggested: Option<(String, ActorId)>,
}

#[ComplexObject]
impl ReviewItem {
    /// Since when it waits. Changes meanwhile do not move it.
    async fn submitted_at(&self) -> DateTime {
        self.waiting.since.into()
    }

    /// Who submitted it; null where the person was erased or may not be named to you.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let named = async {
            if let Some((caller, actor)) = &self.suggested {
                return named(ctx, caller, None, (*actor).into()).await;
            }
            match ctx.loader().load_one(SubmitterOf(self.waiting.subject)).await? {
                Some(caller) => named(ctx, &caller, None, self.waiting.subject).await,
                None => Ok(None),
            }
        };
        named.await.transpose()
    }

    /// Of an actor, those that look like it, the surest first; empty for everything else.
    #[graphql(complexity = "5 * child_complexity + 2")]
    async fn duplicates(&self, ctx: &Context<'_>) -> Result<Vec<DuplicateCandidate>> {
        let Reviewable::Actor(Actor(actor)) = &self.subject else { return Ok(Vec::new()) };
        let found = ctx.loader().load_one(DuplicatesOf(actor.id)).await?;
        DuplicateCandidate::all(ctx, found.unwrap_or_default()).await
    }
}

/// A page of what waits for review, oldest first.
#[derive(Description)]
pub struct ReviewItemConnection {
    slice: Slice<domain::Waiting>,
    listing: ReviewListing,
}

impl ReviewItemConnection {
    /// What waits, as a listing has it.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ReviewListing,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let page = page(first, after, None, None, &ReviewListing::order())?;
        Ok(Self { slice: ctx.app().review_queue(&listing, &page).await?, listing })
    }

    /// The page's items; what was decided or put away since the page was read is left out.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<ListEdge<ReviewItem>>> {
        let of = |kind| {
            let subjects = self.slice.edges.iter().map(|edge| edge.node.subject);
            subjects.filter(move |subject: &Subject| subject.kind == kind).map(|subject| subject.id)
        };
        let mut actors = ctx.loader().load_many(of(SubjectKind::Actor).map(ActorId)).await?;
        let mut interactions =
            ctx.loader().load_many(of(SubjectKind::Interaction).map(InteractionId)).await?;
        let mut calls = ctx.loader().load_many(of(SubjectKind::Call).map(CallId)).await?;
        let mut collectives = ctx.loader().load_many(of(SubjectKind::Collective).map(CollectiveId)).await?;
        let mut projects = ctx.loader().load_many(of(SubjectKind::Project).map(ProjectId)).await?;
        let mut practices = ctx.loader().load_many(of(SubjectKind::GoodPractice).map(GoodPracticeId)).await?;
        let mut diagnoses = ctx.loader().load_many(of(SubjectKind::Diagnosis).map(DiagnosisId)).await?;
        let mut suggestions = ctx.loader().load_many(of(SubjectKind::Suggestion).map(SuggestionId)).await?;
        let item = |edge: &crate::domain::paging::Edge<domain::Waiting>| {
            let waiting = edge.node;
            let id = waiting.subject.id;
            let mut suggested = None;
            let subject = match waiting.subject.kind {
                SubjectKind::Actor => Reviewable::Actor(Actor(actors.remove(&ActorId(id))?)),
                SubjectKind::Interaction => {
                    Reviewable::Interaction(Interaction(interactions.remove(&InteractionId(id))?))
                }
                SubjectKind::Call => Reviewable::Call(Call(calls.remove(&CallId(id))?)),
                SubjectKind::Project => Reviewable::Project(Project(projects.remove(&ProjectId(id))?)),
                SubjectKind::GoodPractice => {
                    Reviewable::GoodPractice(GoodPractice(practices.remove(&GoodPracticeId(id))?))
                }
                SubjectKind::Diagnosis => {
                    Reviewable::SharedDiagnosis(SharedDiagnosis(diagnoses.remove(&DiagnosisId(id))?))
                }
                SubjectKind::Collective => {
                    Reviewable::Collective(Collective(collectives.remove(&CollectiveId(id))?))
                }
                _ => {
                    let suggestion = suggestions.remove(&SuggestionId(id))?;
                    suggested = Some((suggestion.caller.clone(), suggestion.actor));
                    Reviewable::Suggestion(Suggestion(suggestion))
                }
            };
            Some(ListEdge { cursor: edge.cursor.encode(), node: ReviewItem { subject, waiting, suggested } })
        };
        Ok(self.slice.edges.iter().filter_map(item).collect())
    }
}

#[Object(use_type_description)]
impl ReviewItemConnection {
    /// The page's items with their cursors.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<ListEdge<ReviewItem>>> {
        self.items(ctx).await
    }

    /// The page's items.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<ReviewItem>> {
        Ok(self.items(ctx).await?.into_iter().map(|edge| edge.node).collect())
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(ctx.app().count_review_queue(&self.listing).await?))
    }
}

/// Submitting, deciding, proposing, answering.
#[derive(Default)]
pub struct ModerationMutation;

#[Object]
impl ModerationMutation {
    /// Submits a draft, or an entry that was refused, for review by those who manage its territory.
    async fn submit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of an actor, an interaction, a call or a collective.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Reviewable>> {
        let submitted =
            async { Ok(ctx.app().submit(ctx.caller(), meant(&id), expected_version).await?.into()) };
        Some(submitted.await)
    }

    /// Decides on what waits. Approving publishes an entry, or applies a suggestion if its fields are still as they were
    /// when it was made. What is decided is what was read, and nothing newer.
    async fn review(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Id of a submitted actor, interaction, call or collective, or of a pending suggestion."
        )]
        id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What you decide.")] decision: ReviewDecision,
        #[graphql(desc = "Why; asked for with REJECT, and sent to the author.")] reason: Option<String>,
    ) -> Option<Result<Reviewable>> {
        let approve = decision == ReviewDecision::Approve;
        let decided = async {
            let app = ctx.app();
            Ok(app.review(ctx.caller(), meant(&id), expected_version, approve, reason).await?.into())
        };
        Some(decided.await)
    }

    /// Proposes an edit of a published actor: for whoever is signed in, with or without the right to make it. It is
    /// checked as an update would be, and waits for those who manage the actor.
    async fn suggest_actor_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateActorInput,
        #[graphql(desc = "Why: a source, a name to ask; at most 2000 characters.")] comment: Option<String>,
    ) -> Option<Result<Suggestion>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<ActorId>(&id);
        let suggested = async {
            Ok(Suggestion(ctx.app().suggest_actor_edit(ctx.caller(), id, input, comment, found).await?))
        };
        Some(suggested.await)
    }

    /// Agrees with an interaction, for the side that did not declare it; for either where neither did. It is submitted or
    /// published.
    async fn confirm_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Interaction>> {
        let id = id_of::<InteractionId>(&id);
        let confirmed = async {
            Ok(Interaction(ctx.app().confirm_interaction(ctx.caller(), id, expected_version).await?))
        };
        Some(confirmed.await)
    }

    /// Disagrees with an interaction, for the side that did not declare it; for either where neither did. It may be
    /// answered again the other way.
    async fn dispute_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What is not as declared: read with the interaction; at most 2000 characters.")]
        reason: String,
    ) -> Option<Result<Interaction>> {
        let id = id_of::<InteractionId>(&id);
        let disputed = async {
            Ok(Interaction(ctx.app().dispute_interaction(ctx.caller(), id, expected_version, reason).await?))
        };
        Some(disputed.await)
    }
}
