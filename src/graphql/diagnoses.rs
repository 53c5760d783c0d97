//! Shared diagnoses as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};

use super::actors::Actor;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{DatePrecision, PublicationStatus};
use super::error::{ApiError, Result};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::loaders::{AxesOf, ItemsOf, KeywordsOf, OrientationsOf, page_of, territory, total_of};
use super::orientations::StrategicOrientation;
use super::permissions::{Permission, permissions};
use super::scalars::{Date, DateTime};
use super::swot::{SwotItem, SwotQuadrant};
use super::territories::Territory;
use super::vocabulary::{Theme, themes_of};
use super::workshops::{KeywordCount, WorkshopSessionConnection};
use crate::app::Error;
use crate::domain::diagnoses as domain;
use crate::domain::listings::{DiagnosisListing, SessionAnchor};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;

/// What a territory finds out about itself with those who act there: sessions fill the axes with findings, the findings
/// are crossed, orientations follow, and a steering committee validates them.
#[derive(Clone, Description)]
pub struct SharedDiagnosis(pub domain::Diagnosis);

#[Object(use_type_description)]
impl SharedDiagnosis {
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

    /// The territory that it is of: the same for life.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Territory> {
        let gone = || ApiError(Error::NotFound("a territory of this answer is no longer there".to_owned()));
        territory(ctx, self.0.territory).await?.map(Territory).ok_or_else(gone)
    }

    /// Who leads it; null where that is nobody, or an actor that you may not see.
    async fn facilitator(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.facilitator?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// Its axes, by number.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn axes(&self, ctx: &Context<'_>) -> Result<Vec<DiagnosisAxis>> {
        let found = ctx.loader().load_one(AxesOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(found.into_iter().map(DiagnosisAxis).collect())
    }

    /// The sessions that were held for it, the first one first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<WorkshopSessionConnection> {
        WorkshopSessionConnection::of(ctx, SessionAnchor::Diagnosis, self.0.id.0, first, after).await
    }

    /// The words that the tables of all its sessions left, close spellings together, the most frequent first; null where
    /// they can't be counted in time.
    #[graphql(complexity = "20 * child_complexity + 5")]
    async fn keywords(&self, ctx: &Context<'_>) -> Option<Result<Vec<KeywordCount>>> {
        let found = ctx.loader().load_one(KeywordsOf(self.0.id)).await;
        let told = found.map(|found| found.unwrap_or_default().into_iter().map(KeywordCount::from).collect());
        Some(told.map_err(ApiError::from))
    }

    /// Where it leads, by number.
    #[graphql(complexity = "6 * child_complexity + 1")]
    async fn orientations(&self, ctx: &Context<'_>) -> Result<Vec<StrategicOrientation>> {
        let found = ctx.loader().load_one(OrientationsOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(StrategicOrientation::all(Some(found)))
    }

    /// What it asks: "Comment allons-nous, ensemble…".
    async fn essential_questions(&self) -> &[String] {
        &self.0.essential_questions
    }

    /// When it began; where only a year or a month is known, its first day. Null where that is not said.
    async fn started_on(&self) -> Option<Date> {
        self.0.started_on.map(|started| started.date.into())
    }

    /// How much of `startedOn` is known.
    async fn started_on_precision(&self) -> Option<DatePrecision> {
        self.0.started_on.map(|started| started.precision.into())
    }

    /// The dates of its course, by date: an application that was filed, a budget that was handed in.
    async fn milestones(&self) -> Vec<DiagnosisMilestone> {
        self.0.milestones.iter().cloned().map(DiagnosisMilestone).collect()
    }

    /// Since when it is closed: nothing of it changes after that. Null while it is open.
    async fn closed_on(&self) -> Option<Date> {
        self.0.closed_on.map(Date::from)
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Diagnosis(&self.0), self.0.id.into()).await
    }

    /// What was done to it and to what belongs to it, newest first; null for those who may not see it.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<RevisionConnection>> {
        RevisionConnection::of(ctx, self.0.id.into(), first, after).await.transpose()
    }

    /// Counts its changes and those of what belongs to it, votes excepted; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was opened.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it, or something of it, was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// A date of a diagnosis's course.
pub struct DiagnosisMilestone(domain::Milestone);

/// A date of a diagnosis's course.
#[Object]
impl DiagnosisMilestone {
    /// What it was.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The day; where only a year or a month is known, its first day.
    async fn on(&self) -> Date {
        self.0.on.date.into()
    }

    /// How much of `on` is known.
    async fn on_precision(&self) -> DatePrecision {
        self.0.on.precision.into()
    }
}

/// A theme of a diagnosis, under which its findings are gathered.
#[derive(Clone, Description)]
pub struct DiagnosisAxis(pub domain::DiagnosisAxis);

#[Object(use_type_description)]
impl DiagnosisAxis {
    /// Opaque and the same for life.
    async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its place among the axes.
    async fn number(&self) -> i32 {
        self.0.number.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// What was found, in the order in which it was added.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this quadrant; all where it is left out.")] quadrant: Option<
            SwotQuadrant,
        >,
    ) -> Result<Vec<SwotItem>> {
        let found = ctx.loader().load_one(ItemsOf(quadrant.map(Into::into), self.0.id)).await?;
        let found = found.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(found.iter().cloned().map(SwotItem).collect())
    }
}

/// A page of diagnoses.
#[derive(Description)]
pub struct SharedDiagnosisConnection {
    slice: SharedSlice<domain::Diagnosis>,
    listing: Arc<DiagnosisListing>,
    of: Option<uuid::Uuid>,
}

impl SharedDiagnosisConnection {
    /// A list that stands alone, or the list of a territory.
    pub async fn read(
        ctx: &Context<'_>,
        listing: DiagnosisListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl SharedDiagnosisConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<SharedDiagnosis>> {
        edges(&self.slice, SharedDiagnosis)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<SharedDiagnosis> {
        nodes(&self.slice, SharedDiagnosis)
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
