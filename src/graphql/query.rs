//! What can be read.

use async_graphql::{Context, ID, MergedObject, Object};
use strum::IntoEnumIterator;

use super::actor_inputs::{ActorFilter, ActorOrder, ActorRef, actor_listing, bounded};
use super::actors::{Actor, ActorConnection};
use super::application_roots::ApplicationQuery;
use super::call_inputs::{CallFilter, CallOrder, CallRef, call_listing};
use super::calls::{Call, CallConnection};
use super::changes::ChangeQuery;
use super::collective_mutations::CollectiveQuery;
use super::connection::{cost, page};
use super::context::ContextExt;
use super::diagnosis_roots::DiagnosisQuery;
use super::duplicates::DuplicateQuery;
use super::ecosystem_change::EcosystemQuery;
use super::enums::{SearchKind, TerritoryKind};
use super::error::{ApiError, Result};
use super::exchanges::ExchangeQuery;
use super::exports::ExportQuery;
use super::ids::id_of;
use super::interaction_inputs::{InteractionFilter, interaction_listing};
use super::interactions::{Interaction, InteractionConnection};
use super::knowledge_roots::KnowledgeQuery;
use super::moderation::ModerationQuery;
use super::node::{Node, node};
use super::people_roots::PeopleQuery;
use super::project_roots::ProjectQuery;
use super::search::SearchConnection;
use super::support::SupportQuery;
use super::territories::{Territory, TerritoryConnection, TerritoryHit};
use super::territory_inputs::{TerritoryFilter, TerritoryRef, TerritoryScope};
use super::vocabulary::{SdgGoal, Theme};
use super::worklist::WorklistQuery;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::InteractionId;
use crate::domain::listings::{InteractionListing, TerritoryListing};
use crate::domain::{sdgs, territories, themes};
use crate::geo::Position;

/// Most ids of `nodes`.
const MOST_NODES: usize = 100;

/// What can be read: a directory of who cooperates with whom on a territory, and a map of it.
#[derive(Default, MergedObject)]
pub struct Query(
    DirectoryQuery,
    PeopleQuery,
    ModerationQuery,
    DuplicateQuery,
    CollectiveQuery,
    ExchangeQuery,
    SupportQuery,
    WorklistQuery,
    ProjectQuery,
    DiagnosisQuery,
    ApplicationQuery,
    ChangeQuery,
    KnowledgeQuery,
    EcosystemQuery,
    ExportQuery,
);

/// The directory: entries, lists, search, vocabulary.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// Any entry by its id; null where it is absent or not to be seen.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id of this directory.")] id: ID,
    ) -> Option<Result<Node>> {
        node(ctx, &id).await.transpose()
    }

    /// Entries by their ids, in the same order and number; null in place of those that are absent or not to be seen.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids of this directory, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_NODES {
            let message = format!("{} ids: at most {MOST_NODES} at once", ids.len());
            return Err(Violations::one("ids", ViolationCode::TooLong, message).into());
        }
        futures::future::try_join_all(ids.iter().map(|id| node(ctx, id))).await
    }

    /// One actor; null where it is absent or not to be seen.
    async fn actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id, slug or registration.")] by: ActorRef,
    ) -> Option<Result<Actor>> {
        let found = async { Ok(ctx.app().actor(ctx.caller(), &by.read()?).await?.map(Actor)) };
        found.await.transpose()
    }

    /// The actors that match.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    #[expect(clippy::too_many_arguments, reason = "the contract's")]
    async fn actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "By relevance where the filter has a text, else by name, where it is left out.")]
        order_by: Option<ActorOrder>,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<ActorConnection> {
        let listing = actor_listing(ctx, filter, order_by, None).await?;
        let page = page(first, after, last, before, &listing.order.list())?;
        ActorConnection::read(ctx, listing, page, None).await
    }

    /// One interaction; null where it, or one of its ends, is absent or not to be seen.
    async fn interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Interaction>> {
        let found = ctx.app().interaction(ctx.caller(), id_of::<InteractionId>(&id)).await;
        found.map(|found| found.map(Interaction)).map_err(ApiError::from).transpose()
    }

    /// The interactions that match, newest change first; ended ones too, unless `activeOn` is given.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<InteractionFilter>,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<InteractionConnection> {
        let listing = interaction_listing(ctx, filter, None).await?;
        let page = page(first, after, last, before, &InteractionListing::order())?;
        InteractionConnection::read(ctx, listing, page, None).await
    }

    /// One territory; null where it is absent.
    async fn territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id, or by official code.")] by: TerritoryRef,
    ) -> Option<Result<Territory>> {
        let found = ctx.app().territory(&by.read()).await;
        found.map(|found| found.map(Territory)).map_err(ApiError::from).transpose()
    }

    /// The territories that match, by kind from small to large, then name.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    async fn territories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<TerritoryFilter>,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<TerritoryConnection> {
        let mut found = Violations::default();
        let mut filter = filter.unwrap_or_default().read("filter", &mut found);
        found.into_result(())?;
        let within = filter.within.iter_mut().map(|within| ("filter.within".to_owned(), within)).collect();
        ctx.app().resolve(within).await?;
        ctx.app().mend(&mut filter.text).await?;
        let page = page(first, after, last, before, &TerritoryListing::order())?;
        let listing = TerritoryListing { filter, children: false };
        TerritoryConnection::read(ctx, listing, page, None).await
    }

    /// Which territories hold a point? One answer a kind asked for: inside, outside, or unknown, where no boundary is
    /// loaded or the point is nearer to the border than the boundary is precise.
    #[graphql(complexity = "9 * child_complexity + 5")]
    async fn locate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Degrees east.")] longitude: f64,
        #[graphql(desc = "Degrees north.")] latitude: f64,
        #[graphql(desc = "The kinds to answer for; all where it is left out.")] kinds: Option<
            Vec<TerritoryKind>,
        >,
    ) -> Result<Vec<TerritoryHit>> {
        let mut found = Violations::default();
        let point = Position::new(longitude, latitude)
            .map_err(|error| found.add("longitude", ViolationCode::OutOfRange, error.to_string()))
            .ok();
        let asked = bounded(kinds.unwrap_or_default(), "kinds", &mut found);
        let mut kinds: Vec<territories::TerritoryKind> = Vec::new();
        for kind in asked.into_iter().map(Into::into) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() {
            kinds = territories::TerritoryKind::iter().collect();
        }
        let point = found.into_result(point)?.expect("a point that is absent has been found wrong");
        let hits = ctx.app().locate(point, &kinds).await?;
        futures::future::try_join_all(hits.into_iter().map(|hit| TerritoryHit::of(ctx, hit))).await
    }

    /// One call; null where it is absent or not to be seen.
    async fn call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id or slug.")] by: CallRef,
    ) -> Option<Result<Call>> {
        let found = ctx.app().call(ctx.caller(), &by.into()).await;
        found.map(|found| found.map(Call)).map_err(ApiError::from).transpose()
    }

    /// The calls that match.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    #[expect(clippy::too_many_arguments, reason = "the contract's")]
    async fn calls(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<CallFilter>,
        #[graphql(desc = "The next to close first where it is left out; those that stay open last.")]
        order_by: Option<CallOrder>,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<CallConnection> {
        let listing = call_listing(ctx, filter, order_by, false).await?;
        let page = page(first, after, last, before, &listing.order.list())?;
        CallConnection::read(ctx, listing, page, None).await
    }

    /// One ranked search over everything that is published, best first; null where it can't be told in time.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words, at most 200 characters; the last may be unfinished.")] text: String,
        #[graphql(desc = "Only among these; all where it is left out.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "Only what sits, acts or is open there.")] territory: Option<TerritoryScope>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<SearchConnection>> {
        Some(SearchConnection::of(ctx, text, kinds, territory, first, after).await)
    }

    /// The themes, in two levels: all, or those within one.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn themes(
        &self,
        #[graphql(desc = "Slug of a theme: only those directly within it. All where it is left out.")]
        under: Option<String>,
    ) -> Vec<Theme> {
        let wanted = |theme: &&themes::Theme| under.is_none() || theme.broader == under;
        themes::all().iter().filter(wanted).map(Theme).collect()
    }

    /// The seventeen Sustainable Development Goals.
    #[graphql(complexity = "17 * child_complexity + 1")]
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs::ALL.iter().map(SdgGoal).collect()
    }
}
