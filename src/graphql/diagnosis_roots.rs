//! What can be asked and written of diagnoses.

use async_graphql::{Context, ID, Object};

use super::connection::{cost, page};
use super::context::ContextExt;
use super::diagnoses::{SharedDiagnosis, SharedDiagnosisConnection};
use super::diagnosis_inputs::{DiagnosisRef, OpenDiagnosisInput, UpdateDiagnosisInput};
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::scalars::{Date, read};
use super::territory_inputs::TerritoryScope;
use crate::domain::error::Violations;
use crate::domain::ids::DiagnosisId;
use crate::domain::listings::DiagnosisListing;

/// Shared diagnoses: one, lists.
#[derive(Default)]
pub struct DiagnosisQuery;

#[Object]
impl DiagnosisQuery {
    /// One diagnosis; null where it is absent or not to be seen. What is not published is seen by the editors of its
    /// facilitator, and by managers and analysts of its territory or of what holds that.
    async fn diagnosis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By id or slug.")] by: DiagnosisRef,
    ) -> Option<Result<SharedDiagnosis>> {
        let found = ctx.app().diagnosis(ctx.caller(), &by.into()).await;
        found.map(|found| found.map(SharedDiagnosis)).map_err(ApiError::from).transpose()
    }

    /// The shared diagnoses, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn diagnoses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of what this reaches; the basis says nothing of diagnoses.")] territory: Option<
            TerritoryScope,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<SharedDiagnosisConnection> {
        let mut territory = territory.map(TerritoryScope::read);
        let scope = territory.iter_mut();
        let places = scope.map(|scope| ("territory.territory".to_owned(), &mut scope.territory)).collect();
        ctx.app().resolve(places).await?;
        let listing = DiagnosisListing { territory, of_territory: false, visibility: ctx.visibility() };
        let page = page(first, after, None, None, &DiagnosisListing::order())?;
        SharedDiagnosisConnection::read(ctx, listing, page, None).await
    }
}

/// Shared diagnoses: opened, changed, closed.
#[derive(Default)]
pub struct DiagnosisMutation;

#[Object]
impl DiagnosisMutation {
    /// Opens a shared diagnosis of a territory as a draft: for managers of that territory or of what holds it.
    async fn open_diagnosis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The diagnosis.")] input: OpenDiagnosisInput,
    ) -> Option<Result<SharedDiagnosis>> {
        let (key, territory) = (input.client_key.clone(), input.territory.clone().read());
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let opened = ctx.app().open_diagnosis(ctx.caller(), key.as_deref(), territory, edit, found).await;
        Some(opened.map(SharedDiagnosis).map_err(ApiError::from))
    }

    /// Changes a diagnosis that is open: for the editors of its facilitator, and for managers of its territory or of what
    /// holds that.
    async fn update_diagnosis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateDiagnosisInput,
    ) -> Option<Result<SharedDiagnosis>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<DiagnosisId>(&id);
        let updated = ctx.app().update_diagnosis(ctx.caller(), id, expected_version, edit, found).await;
        Some(updated.map(SharedDiagnosis).map_err(ApiError::from))
    }

    /// Closes a diagnosis, for good: its axes, sessions, findings, votes, crossings and orientations stay as they are then.
    /// Results of its indicators and projects that serve its orientations may still be added.
    async fn close_diagnosis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(
            desc = "The day: not before its last session or validation, nor before it began, nor in the future."
        )]
        on: Date,
    ) -> Option<Result<SharedDiagnosis>> {
        let mut found = Violations::default();
        let on = read(Some(&on), "on", &mut found);
        let id = id_of::<DiagnosisId>(&id);
        let closed = ctx.app().close_diagnosis(ctx.caller(), id, expected_version, on, found).await;
        Some(closed.map(SharedDiagnosis).map_err(ApiError::from))
    }
}
