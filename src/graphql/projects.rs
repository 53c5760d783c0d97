//! Projects as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};

use super::actors::Actor;
use super::applications::ApplicationConnection;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{ApplicationStatus, Dynamic, LessonRubric, PublicationStatus};
use super::error::{ApiError, Result};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::lessons::LessonConnection;
use super::loaders::{Pairs, PartnersOf, ServedBy, TerritoriesOf, page_of, total_of};
use super::orientations::StrategicOrientation;
use super::permissions::{Permission, permissions};
use super::scalars::{Date, DateTime};
use super::territories::Territory;
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use crate::domain::listings::{ApplicationAnchor, LessonAnchor, ProjectListing};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;
use crate::domain::projects as domain;

/// What an actor does, alone or with partners: it stands in the matrix where its goals meet its cross-cutting dynamics.
#[derive(Clone, Description)]
pub struct Project(pub domain::Project);

#[Object(use_type_description)]
impl Project {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its part of an address: readable, and the same for life.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// Who carries it; null where you may not see that actor.
    async fn lead(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.lead).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// Who carries it with the lead, in order: those that you may see.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn partners(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        let ids = ctx.loader().load_one(PartnersOf(self.0.id)).await?.unwrap_or_default();
        let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).map(Actor).collect())
    }

    /// The collective that it is of, of which its lead is a member; null where it is of none, or you may not see it.
    async fn collective(&self, ctx: &Context<'_>) -> Option<Result<Collective>> {
        let found = ctx.loader().load_one(self.0.collective?).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// Where it takes place.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(Pairs::Projects, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goal that it serves first; null where that is not said.
    async fn primary_sdg(&self) -> Option<SdgGoal> {
        sdgs_of(self.0.primary_sdg.as_slice()).pop()
    }

    /// The goals that it serves, the first one too, by number.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// The cross-cutting dynamics that it is part of.
    async fn dynamics(&self) -> Vec<Dynamic> {
        self.0.dynamics.iter().map(|dynamic| (*dynamic).into()).collect()
    }

    /// Those whom it is for, as free tags.
    async fn audiences(&self) -> &[String] {
        &self.0.audiences
    }

    /// Its first day.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date::from)
    }

    /// Its last day.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// The orientations of shared diagnoses that it serves: those of diagnoses that you may see, by their title, then by
    /// number.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn orientations(&self, ctx: &Context<'_>) -> Result<Vec<StrategicOrientation>> {
        Ok(StrategicOrientation::all(ctx.loader().load_one(ServedBy(self.0.id)).await?))
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Project(&self.0), self.0.id.into()).await
    }

    /// The applications that are made with it, the newest first: those that you may see; null for those who see none of anybody's: without an account that holds a right.
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
        let of = (ApplicationAnchor::Project, self.0.id.0);
        ApplicationConnection::of(ctx, of, statuses, first, after).await.transpose()
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
        LessonConnection::of(ctx, (LessonAnchor::Project, self.0.id.0), rubric, first, after).await
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

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// A page of projects.
#[derive(Description)]
pub struct ProjectConnection {
    slice: SharedSlice<domain::Project>,
    listing: Arc<ProjectListing>,
    of: Option<uuid::Uuid>,
}

impl ProjectConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ProjectListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl ProjectConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Project>> {
        edges(&self.slice, Project)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Project> {
        nodes(&self.slice, Project)
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
