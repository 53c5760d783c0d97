//! Good practices as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{Language, LessonRubric, PublicationStatus};
use super::error::Result;
use super::facets::{SdgCount, ThemeCount};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::lessons::LessonConnection;
use super::library::LibraryResource;
use super::loaders::{
    Pairs, PractisedBy, ReplicationsOf, ResourcesOf, SimilarTo, TerritoriesOf, page_of, total_of,
};
use super::permissions::{Permission, permissions};
use super::replications::{Replication, ReplicationPlace};
use super::scalars::DateTime;
use super::territories::Territory;
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::knowledge;
use crate::domain::listings::{LessonAnchor, PracticeListing};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;
use crate::domain::practices as domain;
use crate::domain::similar::{MOST_SIMILAR, Reason, Similar};

/// What worked somewhere, told so that others can take it up.
#[derive(Clone, Description)]
pub struct GoodPractice(pub domain::GoodPractice);

#[Object(use_type_description)]
impl GoodPractice {
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

    /// What it is, in short.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// How it came to be and how it goes, at length; null where that is not told.
    async fn story(&self) -> Option<&str> {
        self.0.story.as_deref()
    }

    /// Whose practice it is, in order: those that you may see.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn actors(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        let ids = ctx.loader().load_one(PractisedBy(self.0.id)).await?.unwrap_or_default();
        let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).map(Actor).collect())
    }

    /// Where it takes place.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(Pairs::GoodPractices, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goals that it serves, by number.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// Those whom it is for, as free tags.
    async fn audiences(&self) -> &[String] {
        &self.0.audiences
    }

    /// What it taught, the newest first.
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
        LessonConnection::of(ctx, (LessonAnchor::GoodPractice, self.0.id.0), rubric, first, after).await
    }

    /// Where and how it was taken up, the oldest first, at most 250.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn replications(&self, ctx: &Context<'_>) -> Result<Vec<Replication>> {
        let found = ctx.loader().load_one(ReplicationsOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(found.into_iter().map(Replication).collect())
    }

    /// Where it was taken up, by territory, to be drawn on a map: the places with most first. What says neither where it is
    /// nor who takes it up is on no map.
    #[graphql(complexity = "10 * child_complexity + 2")]
    async fn replication_map(&self, ctx: &Context<'_>) -> Result<Vec<ReplicationPlace>> {
        let found = ctx.loader().load_one(ReplicationsOf(self.0.id)).await?.unwrap_or_default();
        ReplicationPlace::all(ctx, found).await
    }

    /// What to read about it, in order.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn resources(&self, ctx: &Context<'_>) -> Result<Vec<LibraryResource>> {
        let ids = ctx.loader().load_one(ResourcesOf(self.0.id)).await?.unwrap_or_default();
        let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).map(LibraryResource).collect())
    }

    /// The practices that are like it, the most alike first: by themes, goals and kinds of territory.
    #[graphql(complexity = "cost(Some(first), None) * child_complexity + 10")]
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 50.", default = 5)] first: i32,
    ) -> Result<Vec<SimilarPractice>> {
        let first = usize::try_from(first).ok().filter(|first| *first <= MOST_SIMILAR).ok_or_else(|| {
            let message = format!("must be from 0 to {MOST_SIMILAR}");
            Violations::one("first", ViolationCode::OutOfRange, message)
        })?;
        let found = ctx.loader().load_one(SimilarTo(Arc::new(self.0.clone()))).await?.unwrap_or_default();
        let mut practices = ctx.loader().load_many(found.iter().take(first).map(|one| one.practice)).await?;
        let similar = |one: &Similar| {
            let practice = practices.remove(&one.practice)?;
            Some(SimilarPractice { practice, score: one.score, reasons: one.reasons.clone() })
        };
        Ok(found.iter().take(first).filter_map(similar).collect())
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::GoodPractice(&self.0), self.0.id.into()).await
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

/// A practice that is like another.
#[derive(Clone, Description)]
pub struct SimilarPractice {
    practice: domain::GoodPractice,
    score: f64,
    reasons: Vec<Reason>,
}

#[Object(use_type_description)]
impl SimilarPractice {
    /// The other practice.
    async fn practice(&self) -> GoodPractice {
        GoodPractice(self.practice.clone())
    }

    /// How alike the two are, above 0 and at most 1, with two decimals.
    async fn score(&self) -> f64 {
        self.score
    }

    /// Why, the weightiest first.
    async fn reasons(
        &self,
        #[graphql(desc = "The language of the reasons.", default_with = "Language::Fr")] language: Language,
    ) -> Vec<String> {
        self.reasons.iter().map(|why| why.told(language.into())).collect()
    }
}

/// A page of good practices.
#[derive(Description)]
pub struct GoodPracticeConnection {
    slice: SharedSlice<domain::GoodPractice>,
    listing: Arc<PracticeListing>,
    of: Option<uuid::Uuid>,
}

impl GoodPracticeConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: PracticeListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl GoodPracticeConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<GoodPractice>> {
        edges(&self.slice, GoodPractice)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<GoodPractice> {
        nodes(&self.slice, GoodPractice)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, self.of).await?))
    }

    /// Counts over the whole filtered set, not the page; made only where they are asked for.
    #[graphql(complexity = "child_complexity + 25")]
    async fn facets(&self, ctx: &Context<'_>) -> Result<KnowledgeFacets> {
        Ok(KnowledgeFacets(ctx.app().practice_facets(&self.listing, self.of).await?))
    }
}

/// Counts over a whole filtered set of practices.
#[derive(Description)]
pub struct KnowledgeFacets(knowledge::KnowledgeFacets);

#[Object(use_type_description)]
impl KnowledgeFacets {
    /// By theme, most first; a practice counts once in each of its themes, and in the broader ones that hold them.
    async fn themes(&self) -> Vec<ThemeCount> {
        ThemeCount::all(&self.0.themes)
    }

    /// By goal, in the goals' order.
    async fn sdgs(&self) -> Vec<SdgCount> {
        SdgCount::all(&self.0.sdgs)
    }

    /// By rubric, in the order of the rubrics: how many practices have taught something under it.
    async fn rubrics(&self) -> Vec<RubricCount> {
        let counts = self.0.rubrics.iter();
        counts.map(|(rubric, count)| RubricCount { rubric: (*rubric).into(), count: total(*count) }).collect()
    }
}

/// How many practices have a lesson under a rubric.
#[derive(SimpleObject)]
pub struct RubricCount {
    /// The rubric.
    rubric: LessonRubric,
    /// How many.
    count: i32,
}
