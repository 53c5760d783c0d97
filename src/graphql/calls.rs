//! Calls as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::applications::ApplicationConnection;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{
    ActorKind, AidKind, ApplicationStatus, CallKind, CallPhase, CallRecurrence, PublicationStatus, TrackKind,
};
use super::error::{ApiError, Result};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::loaders::{ActorsOf, OriginsOf, Pairs, TerritoriesOf, TracksOf, page_of, territory, total_of};
use super::permissions::{Permission, permissions};
use super::scalars::{DateTime, Decimal, Url};
use super::shapes::Origin;
use super::support::{RoutedContact, place, routed};
use super::territories::Territory;
use super::territory_inputs::TerritoryRef;
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use super::workshops::WorkshopSessionConnection;
use crate::app::support::Ask;
use crate::domain::calls::{self as domain, CallRole};
use crate::domain::ids::SubjectKind;
use crate::domain::listings::{ApplicationAnchor, CallListing, SessionAnchor};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;

/// A call for projects or expressions of interest, or a standing aid.
#[derive(Clone, Description)]
pub struct Call(pub domain::Call);

#[Object(use_type_description)]
impl Call {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its part of an address: readable, and the same for life.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What it is.
    async fn kind(&self) -> CallKind {
        self.0.kind.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// Where it is published.
    async fn url(&self) -> Option<Url> {
        self.0.url.as_ref().map(Url::from)
    }

    /// Who runs it, in order: those that you may see.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn organisers(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        self.actors(ctx, CallRole::Organiser).await
    }

    /// Who pays, in order: those that you may see.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn funders(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        self.actors(ctx, CallRole::Funder).await
    }

    /// The city contract or Cité éducative that it is part of.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Result<Territory>> {
        let programme = self.0.programme?;
        territory(ctx, programme).await.map(|found| found.map(Territory)).map_err(ApiError::from).transpose()
    }

    /// Whether it comes back.
    async fn recurrence(&self) -> Option<CallRecurrence> {
        self.0.recurrence.map(Into::into)
    }

    /// What it gives.
    async fn aid_kinds(&self) -> Vec<AidKind> {
        self.0.aid_kinds.iter().map(|kind| (*kind).into()).collect()
    }

    /// The eligible perimeter.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(Pairs::Calls, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }

    /// What projects may be about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goals that it serves.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// Those whom projects are for, as free tags.
    async fn audiences(&self) -> &[String] {
        &self.0.audiences
    }

    /// Which kinds of actors may apply; empty where that is not said.
    async fn eligible_kinds(&self) -> Vec<ActorKind> {
        self.0.eligible_kinds.iter().map(|kind| (*kind).into()).collect()
    }

    /// Who may apply, in words.
    async fn eligibility(&self) -> Option<&str> {
        self.0.eligibility.as_deref()
    }

    /// The ways to apply, in order; may be empty.
    async fn tracks(&self, ctx: &Context<'_>) -> Result<Vec<CallTrack>> {
        let found = ctx.loader().load_one(TracksOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(CallTrack::from).collect())
    }

    /// When it opens; null where it is open since its publication.
    async fn opens_at(&self) -> Option<DateTime> {
        self.0.opens_at.map(DateTime::from)
    }

    /// When it closes, the first instant at which it is closed; null where it stays open.
    async fn closes_at(&self) -> Option<DateTime> {
        self.0.closes_at.map(DateTime::from)
    }

    /// Where it stands now, by its status and the clock.
    async fn phase(&self, ctx: &Context<'_>) -> CallPhase {
        let now = ctx.look();
        ctx.app().clock.note(self.0.phase_ends(now));
        self.0.phase(now).into()
    }

    /// How much there is in all, in euros.
    async fn budget(&self) -> Option<Decimal> {
        self.0.budget.map(Decimal::from)
    }

    /// Who answers about it, the most specific first, of those that you may see: for its tracks, in this place.
    #[graphql(complexity = "10 * child_complexity + 5")]
    async fn support_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where; all of its perimeter where it is left out.")] territory: Option<
            TerritoryRef,
        >,
        #[graphql(desc = "For which track; for any where it is left out.")] track: Option<TrackKind>,
    ) -> Result<Vec<RoutedContact>> {
        let territory = place(ctx, "territory", territory).await?;
        let ask = Ask {
            call: Some(self.0.id),
            track: track.map(Into::into),
            territory,
            actor: None,
            collective: None,
        };
        routed(ctx, ask).await
    }

    /// Where the entry comes from.
    async fn origins(&self, ctx: &Context<'_>) -> Result<Vec<Origin>> {
        let origins = ctx.loader().load_one(OriginsOf(SubjectKind::Call, self.0.id.0)).await?;
        Ok(origins.unwrap_or_default().iter().map(Origin::from).collect())
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// Counts its changes; send it back as `expectedVersion`.
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

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version, a duplicate) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Call(&self.0), self.0.id.into()).await
    }

    /// The applications that answer it, the newest first: those that you may see; null for those who see none of anybody's: without an account that holds a right.
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
        let of = (ApplicationAnchor::Call, self.0.id.0);
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
        WorkshopSessionConnection::of(ctx, SessionAnchor::Call, self.0.id.0, first, after).await
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
}

impl Call {
    async fn actors(&self, ctx: &Context<'_>, role: CallRole) -> Result<Vec<Actor>> {
        let ids = ctx.loader().load_one(ActorsOf(role, self.0.id)).await?.unwrap_or_default();
        let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).map(Actor).collect())
    }
}

/// One way to apply to a call.
#[derive(SimpleObject)]
pub struct CallTrack {
    /// Opaque and the same for life.
    id: ID,
    /// Which way.
    kind: TrackKind,
    /// Its title.
    title: String,
    /// What it asks, in words.
    description: Option<String>,
    /// The least members of a collective.
    min_members: Option<i32>,
    /// The most members of a collective.
    max_members: Option<i32>,
    /// The least grant, in euros.
    min_grant: Option<Decimal>,
    /// The largest grant, in euros.
    max_grant: Option<Decimal>,
}

impl From<domain::Track> for CallTrack {
    fn from(track: domain::Track) -> Self {
        Self {
            id: global_id(track.id),
            kind: track.kind.into(),
            title: track.title,
            description: track.description,
            min_members: track.min_members,
            max_members: track.max_members,
            min_grant: track.min_grant.map(Decimal::from),
            max_grant: track.max_grant.map(Decimal::from),
        }
    }
}

/// A page of calls.
#[derive(Description)]
pub struct CallConnection {
    slice: SharedSlice<domain::Call>,
    listing: Arc<CallListing>,
    of: Option<uuid::Uuid>,
}

impl CallConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: CallListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl CallConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Call>> {
        edges(&self.slice, Call)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Call> {
        nodes(&self.slice, Call)
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
