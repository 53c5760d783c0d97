//! Lessons as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Union};

use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, page, total};
use super::context::ContextExt;
use super::enums::LessonRubric;
use super::error::Result;
use super::ids::global_id;
use super::loaders::{page_of, total_of};
use super::practices::GoodPractice;
use super::projects::Project;
use super::scalars::Date;
use super::vocabulary::{Theme, themes_of};
use super::workshops::WorkshopSession;
use crate::domain::knowledge::KnowledgeFilter;
use crate::domain::lessons as domain;
use crate::domain::listings::{LessonAnchor, LessonListing};
use crate::domain::paging::Page;

/// What cooperation taught, in a sentence or two. It is seen where what it was learnt from is.
#[derive(Clone, Description)]
pub struct Lesson(pub domain::Lesson);

/// What a lesson was learnt from.
#[derive(Union)]
pub enum LessonSource {
    /// A good practice.
    GoodPractice(GoodPractice),
    /// A collective.
    Collective(Collective),
    /// A project.
    Project(Project),
    /// A session of a diagnosis, a collective or a call.
    WorkshopSession(WorkshopSession),
}

#[Object(use_type_description)]
impl Lesson {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Under what it is told.
    async fn rubric(&self) -> LessonRubric {
        self.0.rubric.into()
    }

    /// What was learnt.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// What it was learnt from; null where that is no entry of this directory.
    async fn source(&self, ctx: &Context<'_>) -> Option<Result<LessonSource>> {
        source(ctx, self.0.source?).await.transpose()
    }

    /// Where it was told: a community day, a seminar. Null where that is not said.
    async fn event(&self) -> Option<&str> {
        self.0.event.as_deref()
    }

    /// The day on which it was written down; null where that is not said.
    async fn recorded_on(&self) -> Option<Date> {
        self.0.recorded_on.map(Date::from)
    }
}

async fn source(ctx: &Context<'_>, of: domain::LessonSource) -> Result<Option<LessonSource>> {
    let loader = ctx.loader();
    Ok(match of {
        domain::LessonSource::GoodPractice(id) => {
            loader.load_one(id).await?.map(|found| LessonSource::GoodPractice(GoodPractice(found)))
        }
        domain::LessonSource::Collective(id) => {
            loader.load_one(id).await?.map(|found| LessonSource::Collective(Collective(found)))
        }
        domain::LessonSource::Project(id) => {
            loader.load_one(id).await?.map(|found| LessonSource::Project(Project(found)))
        }
        domain::LessonSource::WorkshopSession(id) => {
            loader.load_one(id).await?.map(|found| LessonSource::WorkshopSession(WorkshopSession(found)))
        }
    })
}

/// A page of lessons.
#[derive(Description)]
pub struct LessonConnection {
    slice: SharedSlice<domain::Lesson>,
    listing: Arc<LessonListing>,
    of: Option<uuid::Uuid>,
}

impl LessonConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: LessonListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }

    /// The lessons that were learnt from an entry, under one rubric or under all.
    pub async fn of(
        ctx: &Context<'_>,
        (anchor, of): (LessonAnchor, uuid::Uuid),
        rubric: Option<LessonRubric>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let rubrics = rubric.into_iter().map(Into::into).collect();
        let filter = KnowledgeFilter { rubrics, ..KnowledgeFilter::default() };
        let listing = LessonListing { filter, anchor: Some(anchor), visibility: ctx.visibility() };
        let page = page(first, after, None, None, &LessonListing::order())?;
        Self::read(ctx, listing, page, Some(of)).await
    }
}

#[Object(use_type_description)]
impl LessonConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Lesson>> {
        edges(&self.slice, Lesson)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Lesson> {
        nodes(&self.slice, Lesson)
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
