//! Suggestions as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};

use super::actors::Actor;
use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, page, total};
use super::context::{ContextExt, may_see};
use super::enums::SuggestionStatus;
use super::error::{ApiError, Result};
use super::history::{FieldChange, field_changes, named};
use super::ids::global_id;
use super::loaders::{page_of, total_of};
use super::scalars::DateTime;
use crate::domain::ids::{ActorId, SuggestionId};
use crate::domain::policy::Act;
use crate::domain::suggestions::{self as domain, SuggestionListing};

/// An edit that someone without the right proposes, for a manager to accept or decline. Seen by its author, by those who
/// edit the actor and by those who manage it.
#[derive(Clone, Description)]
pub struct Suggestion(pub domain::Suggestion);

#[Object(use_type_description)]
impl Suggestion {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The actor that it changes; null where you may no longer see it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.actor).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// Why, in its author's words.
    async fn comment(&self) -> Option<&str> {
        self.0.comment.as_deref()
    }

    /// What it changes, from what it was when it was made. A location is told to those alone who may see hidden ones.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<FieldChange>> {
        field_changes(ctx, &self.0.changes, self.0.actor.into()).await
    }

    /// Where it stands.
    async fn status(&self) -> SuggestionStatus {
        self.0.status.into()
    }

    /// What was said of the decision: why it was declined.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who made it; null where the person was erased or may not be named to you.
    async fn by(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        named(ctx, &self.0.caller, None, self.0.actor.into()).await.transpose()
    }

    /// Counts its changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

impl Suggestion {
    /// The suggestion of an id, where the reader may see it: those who see the suggestions of its actor, and who made it
    /// while they still see the actor, of which it tells.
    pub async fn seen(ctx: &Context<'_>, id: SuggestionId) -> Result<Option<Self>> {
        let Some(suggestion) = ctx.loader().load_one(id).await? else { return Ok(None) };
        let is_own = suggestion.caller == ctx.caller().reference()
            && ctx.loader().load_one(suggestion.actor).await?.is_some();
        let seen = is_own || may_see(ctx, Act::SeeSuggestions, suggestion.actor.into()).await?;
        Ok(seen.then_some(Self(suggestion)))
    }
}

/// A page of an actor's suggestions, newest first.
#[derive(Description)]
pub struct SuggestionConnection {
    slice: SharedSlice<domain::Suggestion>,
    listing: Arc<SuggestionListing>,
    of: ActorId,
}

impl SuggestionConnection {
    /// The suggestions of an actor; null for those who may not see them.
    pub async fn of(
        ctx: &Context<'_>,
        of: ActorId,
        status: Option<domain::SuggestionStatus>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Self>> {
        let page = page(first, after, None, None, &SuggestionListing::order())?;
        if !may_see(ctx, Act::SeeSuggestions, of.into()).await? {
            return Ok(None);
        }
        let listing = Arc::new(SuggestionListing { status });
        Ok(Some(Self { slice: page_of(ctx, &listing, page, Some(of.0)).await?, listing, of }))
    }
}

#[Object(use_type_description)]
impl SuggestionConnection {
    /// The page's suggestions with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Suggestion>> {
        edges(&self.slice, Suggestion)
    }

    /// The page's suggestions.
    async fn nodes(&self) -> Vec<Suggestion> {
        nodes(&self.slice, Suggestion)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, Some(self.of.0)).await?))
    }
}
