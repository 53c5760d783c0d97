//! What can be asked and written of practices, lessons, replications and the library.

use async_graphql::{Context, ID, MaybeUndefined, Object};

use super::connection::{cost, page};
use super::context::ContextExt;
use super::enums::ReplicationStatus;
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::knowledge_inputs::{
    CreateGoodPracticeInput, GoodPracticeRef, KnowledgeFilter, LessonInput, LibraryResourceInput,
    ReplicationInput, UpdateGoodPracticeInput, UpdateLessonInput, UpdateLibraryResourceInput,
};
use super::lessons::{Lesson, LessonConnection};
use super::library::{LibraryResource, LibraryResourceConnection};
use super::practices::{GoodPractice, GoodPracticeConnection};
use super::replications::Replication;
use super::scalars::{Date, edit, read_edit};
use crate::domain::error::Violations;
use crate::domain::ids::{GoodPracticeId, LessonId, LibraryResourceId, ReplicationId};
use crate::domain::listings::{LessonListing, LibraryListing, PracticeListing};
use crate::domain::replications::ReplicationEdit;

/// What cooperation teaches: one practice, lists.
#[derive(Default)]
pub struct KnowledgeQuery;

#[Object]
impl KnowledgeQuery {
    /// One good practice; null where it is absent or not to be seen. What is not published is seen by the editors of its
    /// actors, and where it takes place or one of these is.
    async fn good_practice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id or slug.")] by: GoodPracticeRef,
    ) -> Option<Result<GoodPractice>> {
        let found = ctx.app().good_practice(ctx.caller(), &by.into()).await;
        found.map(|found| found.map(GoodPractice)).map_err(ApiError::from).transpose()
    }

    /// The good practices that match, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn good_practices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<KnowledgeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<GoodPracticeConnection> {
        let filter = KnowledgeFilter::read(ctx, filter).await?;
        let page = page(first, after, None, None, &PracticeListing::order())?;
        let listing = PracticeListing { filter, of_territory: false, visibility: ctx.visibility() };
        GoodPracticeConnection::read(ctx, listing, page, None).await
    }

    /// The lessons that match, the newest first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn lessons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<KnowledgeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<LessonConnection> {
        let filter = KnowledgeFilter::read(ctx, filter).await?;
        let page = page(first, after, None, None, &LessonListing::order())?;
        let listing = LessonListing { filter, anchor: None, visibility: ctx.visibility() };
        LessonConnection::read(ctx, listing, page, None).await
    }

    /// The resources of the library that match, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn library_resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<KnowledgeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<LibraryResourceConnection> {
        let filter = KnowledgeFilter::read(ctx, filter).await?;
        let page = page(first, after, None, None, &LibraryListing::order())?;
        LibraryResourceConnection::read(ctx, LibraryListing { filter, visibility: ctx.visibility() }, page)
            .await
    }
}

/// What cooperation teaches: written down, taken up.
#[derive(Default)]
pub struct KnowledgeMutation;

#[Object]
impl KnowledgeMutation {
    /// Creates a good practice as a draft: for the editors of one of its actors, and for managers of a territory where it takes
    /// place, or where one of its actors sits or acts.
    async fn create_good_practice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The practice.")] input: CreateGoodPracticeInput,
    ) -> Option<Result<GoodPractice>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created = ctx.app().create_practice(ctx.caller(), key.as_deref(), input, found).await;
        Some(created.map(GoodPractice).map_err(ApiError::from))
    }

    /// Changes a good practice: for those who may create one like it.
    async fn update_good_practice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateGoodPracticeInput,
    ) -> Option<Result<GoodPractice>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<GoodPracticeId>(&id);
        let updated = ctx.app().update_practice(ctx.caller(), id, expected_version, input, found).await;
        Some(updated.map(GoodPractice).map_err(ApiError::from))
    }

    /// Records a lesson: for those who may change what it was learnt from; without a source, for managers and administrators.
    async fn record_lesson(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The lesson.")] input: LessonInput,
    ) -> Option<Result<Lesson>> {
        let (key, rubric) = (input.client_key.clone(), input.rubric.into());
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let recorded = ctx.app().record_lesson(ctx.caller(), key.as_deref(), rubric, edit, found).await;
        Some(recorded.map(Lesson).map_err(ApiError::from))
    }

    /// Changes a lesson: for those who may record one of the same source.
    async fn update_lesson(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateLessonInput,
    ) -> Option<Result<Lesson>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let updated = ctx.app().update_lesson(ctx.caller(), id_of::<LessonId>(&id), edit, found).await;
        Some(updated.map(Lesson).map_err(ApiError::from))
    }

    /// Records that a practice is taken up elsewhere: for those who may change it, for the editors of the actor that takes it
    /// up, and for managers of where that is done. One that says the same, and was not abandoned, is refused with code
    /// DUPLICATE.
    async fn record_replication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the practice.")] practice: ID,
        #[graphql(desc = "How, where and by whom it is taken up.")] input: ReplicationInput,
    ) -> Option<Result<Replication>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let practice = id_of::<GoodPracticeId>(&practice);
        let recorded = ctx.app().record_replication(ctx.caller(), practice, input, found).await;
        Some(recorded.map(Replication).map_err(ApiError::from))
    }

    /// Moves a replication on, or corrects it; what is left out stays. Forward it may skip a step, back it goes one; any other
    /// move is refused with code CONFLICT.
    async fn update_replication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "How far it is now.")] status: MaybeUndefined<ReplicationStatus>,
        #[graphql(desc = "The day on which it began, or is to begin; null clears.")] since: MaybeUndefined<
            Date,
        >,
        #[graphql(desc = "What else is to be said of it; null clears.")] notes: MaybeUndefined<String>,
    ) -> Option<Result<Replication>> {
        let mut found = Violations::default();
        let edit = ReplicationEdit {
            status: edit(status).map(Into::into),
            since: read_edit(since, "since", &mut found),
            notes: edit(notes),
        };
        let id = id_of::<ReplicationId>(&id);
        let updated = ctx.app().update_replication(ctx.caller(), id, edit, found).await;
        Some(updated.map(Replication).map_err(ApiError::from))
    }

    /// Adds a resource to the library: for editors of actors, managers and administrators. One of the same address, or of the
    /// same title, year and authors, is refused with code DUPLICATE.
    async fn add_library_resource(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The resource.")] input: LibraryResourceInput,
    ) -> Option<Result<LibraryResource>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let added = ctx.app().add_resource(ctx.caller(), key.as_deref(), edit, found).await;
        Some(added.map(LibraryResource).map_err(ApiError::from))
    }

    /// Changes a resource: for who added it, for managers and administrators.
    async fn update_library_resource(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateLibraryResourceInput,
    ) -> Option<Result<LibraryResource>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<LibraryResourceId>(&id);
        let updated = ctx.app().update_resource(ctx.caller(), id, edit, found).await;
        Some(updated.map(LibraryResource).map_err(ApiError::from))
    }
}
