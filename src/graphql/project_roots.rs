//! What can be asked and written of projects.

use async_graphql::{Context, ID, Object};

use super::connection::{cost, page};
use super::context::ContextExt;
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::project_inputs::{
    CreateProjectInput, ProjectFilter, ProjectRef, UpdateProjectInput, project_listing,
};
use super::project_matrix::ProjectMatrix;
use super::projects::{Project, ProjectConnection};
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, ProjectId};
use crate::domain::listings::ProjectListing;

/// Projects: one, lists, the matrix.
#[derive(Default)]
pub struct ProjectQuery;

#[Object]
impl ProjectQuery {
    /// One project; null where it is absent or not to be seen. What is not published is seen by the editors of its lead and
    /// partners, by those of its collective's members, and where it takes place or its lead is.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id or slug.")] by: ProjectRef,
    ) -> Option<Result<Project>> {
        let found = ctx.app().project(ctx.caller(), &by.into()).await;
        found.map(|found| found.map(Project)).map_err(ApiError::from).transpose()
    }

    /// The projects that match, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ProjectConnection> {
        let listing = project_listing(ctx, filter, None).await?;
        let page = page(first, after, None, None, &ProjectListing::order())?;
        ProjectConnection::read(ctx, listing, page, None).await
    }

    /// The projects that match, where goals meet cross-cutting dynamics; null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 5")]
    async fn project_matrix(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only projects that match.")] filter: Option<ProjectFilter>,
    ) -> Option<Result<ProjectMatrix>> {
        let read = async { ProjectMatrix::read(ctx, project_listing(ctx, filter, None).await?, None).await };
        Some(read.await)
    }
}

/// Projects: created, changed.
#[derive(Default)]
pub struct ProjectMutation;

#[Object]
impl ProjectMutation {
    /// Creates a project as a draft: for the editors of its lead, and for managers of a territory where that sits or acts.
    async fn create_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: CreateProjectInput,
    ) -> Option<Result<Project>> {
        let (key, lead) = (input.client_key.clone(), id_of::<ActorId>(&input.lead));
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created = ctx.app().create_project(ctx.caller(), key.as_deref(), lead, input, found).await;
        Some(created.map(Project).map_err(ApiError::from))
    }

    /// Changes a project: for the editors of its lead, and for managers of a territory where it takes place, or where its
    /// lead sits or acts.
    async fn update_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateProjectInput,
    ) -> Option<Result<Project>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<ProjectId>(&id);
        let updated = ctx.app().update_project(ctx.caller(), id, expected_version, input, found).await;
        Some(updated.map(Project).map_err(ApiError::from))
    }
}
