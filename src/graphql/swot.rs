//! Findings of a diagnosis and their crossings as clients read and write them.

use async_graphql::{Context, Description, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::actor_inputs::bounded;
use super::context::ContextExt;
use super::diagnoses::DiagnosisAxis;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::loaders::{CrossingsOf, PriorityOf};
use super::scalars::edit;
use super::vocabulary::{Theme, themes_of};
use super::workshops::WorkshopSession;
use crate::app::Error;
use crate::domain::error::Violations;
use crate::domain::ids::{DiagnosisAxisId, DiagnosisId, SwotCrossingId, SwotItemId, WorkshopSessionId};
use crate::domain::swot as domain;

/// Where a finding stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::swot::SwotQuadrant")]
pub enum SwotQuadrant {
    /// Force: what the territory itself has.
    Strength,
    /// Faiblesse: what the territory itself lacks.
    Weakness,
    /// Opportunité: what helps from without.
    Opportunity,
    /// Menace: what threatens from without.
    Threat,
}

/// A finding of a diagnosis.
#[derive(Clone, Description)]
pub struct SwotItem(pub domain::SwotItem);

#[Object(use_type_description)]
impl SwotItem {
    /// Opaque and the same for life.
    async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The axis that it belongs to: the same for life.
    async fn axis(&self, ctx: &Context<'_>) -> Result<DiagnosisAxis> {
        let found = ctx.loader().load_one(self.0.axis).await?;
        Ok(DiagnosisAxis(found.ok_or_else(|| Error::NotFound("no such axis".to_owned()))?))
    }

    /// Where it stands: a strength or a weakness within, an opportunity or a threat without.
    async fn quadrant(&self) -> SwotQuadrant {
        self.0.quadrant.into()
    }

    /// What was found.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The session that found it; null where that is not said.
    async fn session(&self, ctx: &Context<'_>) -> Option<Result<WorkshopSession>> {
        let found = ctx.loader().load_one(self.0.session?).await;
        found.map(|found| found.map(WorkshopSession)).map_err(ApiError::from).transpose()
    }

    /// What the votes on it come to.
    async fn priority(&self, ctx: &Context<'_>) -> Result<Priority> {
        Ok(ctx.loader().load_one(PriorityOf(self.0.id)).await?.unwrap_or_default().into())
    }

    /// The crossings that it is part of, the oldest first.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn crossings(&self, ctx: &Context<'_>) -> Result<Vec<SwotCrossing>> {
        let found = ctx.loader().load_one(CrossingsOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(found.iter().cloned().map(SwotCrossing).collect())
    }
}

/// How much a finding matters against how far those who act can do something about it, by votes: those given here, one a
/// person, and those counted on paper, which weigh as many as they were. What someone voted is told to nobody: while the
/// diagnosis is open, averages and rank are null where fewer than three voted, unless all of them did on paper.
#[derive(SimpleObject)]
pub struct Priority {
    /// How much it matters, from 1 to 5: the average of all votes, to the hundredth. Null without votes, and where so few are
    /// not told.
    importance: Option<f64>,
    /// How far those who act can do something about it, from 1 to 5: the average of all votes, to the hundredth. Null without
    /// votes, and where so few are not told.
    capacity_to_act: Option<f64>,
    /// How many votes.
    votes: i32,
    /// Its place among all findings of its diagnosis whose averages are told, 1 first: by importance times capacity to act, then
    /// by importance, then by the number of votes. Equal ones share a place, and those after them count them. Null where the
    /// averages are.
    rank: Option<i32>,
}

impl From<domain::Priority> for Priority {
    fn from(priority: domain::Priority) -> Self {
        Self {
            importance: priority.importance,
            capacity_to_act: priority.capacity,
            votes: i32::try_from(priority.votes).unwrap_or(i32::MAX),
            rank: priority.rank,
        }
    }
}

/// What a finding within and one without say together.
#[derive(Clone, Description)]
pub struct SwotCrossing(pub domain::SwotCrossing);

#[Object(use_type_description)]
impl SwotCrossing {
    /// Opaque and the same for life.
    async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The strength or the weakness.
    async fn internal(&self, ctx: &Context<'_>) -> Result<SwotItem> {
        item(ctx, self.0.internal).await
    }

    /// The opportunity or the threat.
    async fn external(&self, ctx: &Context<'_>) -> Result<SwotItem> {
        item(ctx, self.0.external).await
    }

    /// What they say together.
    async fn insight(&self) -> &str {
        &self.0.insight
    }
}

async fn item(ctx: &Context<'_>, id: SwotItemId) -> Result<SwotItem> {
    let found = ctx.loader().load_one(id).await?;
    Ok(SwotItem(found.ok_or_else(|| Error::NotFound("no such finding".to_owned()))?))
}

/// A new finding.
#[derive(InputObject)]
pub struct SwotItemInput {
    /// Id of the axis that it belongs to, of the same diagnosis.
    axis: ID,
    /// Where it stands.
    quadrant: SwotQuadrant,
    /// What was found, at most 2000 characters; the same once in an axis and quadrant.
    text: String,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Id of the session that found it, of the same diagnosis.
    session: Option<ID>,
}

impl From<SwotItemInput> for domain::SwotItemGiven {
    fn from(given: SwotItemInput) -> Self {
        Self {
            axis: id_of::<DiagnosisAxisId>(&given.axis),
            quadrant: given.quadrant.into(),
            text: given.text,
            themes: given.themes.unwrap_or_default(),
            session: given.session.as_ref().map(id_of::<WorkshopSessionId>),
        }
    }
}

/// Findings: added, changed, voted on, crossed.
#[derive(Default)]
pub struct SwotMutation;

#[Object]
impl SwotMutation {
    /// Adds findings to a diagnosis that is open, all of them or none: for those who may change it.
    #[graphql(complexity = "5 * child_complexity + 2")]
    async fn add_swot_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the diagnosis.")] diagnosis: ID,
        #[graphql(desc = "The findings, in order, at most 250.")] items: Vec<SwotItemInput>,
    ) -> Option<Result<Vec<SwotItem>>> {
        let mut found = Violations::default();
        let given = bounded(items, "items", &mut found).into_iter().map(Into::into).collect();
        let id = id_of::<DiagnosisId>(&diagnosis);
        let added = ctx.app().add_swot_items(ctx.caller(), id, given, found).await;
        Some(added.map(|items| items.into_iter().map(SwotItem).collect()).map_err(ApiError::from))
    }

    /// Changes a finding of a diagnosis that is open: what is left out stays. One that is crossed stays within, or without. Where a
    /// validated orientation is based on a crossing of it, text and quadrant stay: refused with code CONFLICT, whose
    /// `candidateIds` are those orientations.
    async fn update_swot_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What was found, at most 2000 characters.")] text: MaybeUndefined<String>,
        #[graphql(desc = "Where it stands.")] quadrant: MaybeUndefined<SwotQuadrant>,
        #[graphql(desc = "Slugs of its themes: all of them; null for none.")] themes: MaybeUndefined<
            Vec<String>,
        >,
        #[graphql(desc = "Id of the session that found it, of the same diagnosis; null for none.")]
        session: MaybeUndefined<ID>,
    ) -> Option<Result<SwotItem>> {
        let change = domain::SwotItemEdit {
            text: edit(text),
            quadrant: edit(quadrant).map(Into::into),
            themes: edit(themes),
            session: edit(session).map(|id| id_of::<WorkshopSessionId>(&id)),
        };
        let id = id_of::<SwotItemId>(&id);
        let updated = ctx.app().update_swot_item(ctx.caller(), id, change, Violations::default()).await;
        Some(updated.map(SwotItem).map_err(ApiError::from))
    }

    /// Takes a finding away with the votes on it; refused with code CONFLICT where it is crossed, whose `candidateIds` are the
    /// crossings to remove first. Returns its id.
    async fn remove_swot_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let removed = ctx.app().remove_swot_item(ctx.caller(), id_of::<SwotItemId>(&id)).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }

    /// Votes on a finding of a diagnosis that you see and that is open: whoever is signed in, once each. Another vote takes the
    /// place of yours. Never with an API key.
    async fn vote_on_swot_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the finding.")] item: ID,
        #[graphql(desc = "How much it matters, from 1 to 5.")] importance: i32,
        #[graphql(desc = "How far those who act can do something about it, from 1 to 5.")]
        capacity_to_act: i32,
    ) -> Option<Result<SwotItem>> {
        let id = id_of::<SwotItemId>(&item);
        let voted = ctx.app().vote_on_swot_item(ctx.caller(), id, importance, capacity_to_act).await;
        Some(voted.map(SwotItem).map_err(ApiError::from))
    }

    /// Records votes that were counted on paper, in the place of those recorded before: for managers of the territory. They
    /// weigh as many as they were.
    async fn record_paper_votes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the finding.")] item: ID,
        #[graphql(desc = "How much it matters: the average, from 1 to 5 with at most two decimals.")]
        importance: f64,
        #[graphql(
            desc = "How far those who act can do something about it: the average, from 1 to 5 with at most two decimals."
        )]
        capacity_to_act: f64,
        #[graphql(desc = "How many voted on paper, from 1 to 100000.")] votes: i32,
    ) -> Option<Result<SwotItem>> {
        let id = id_of::<SwotItemId>(&item);
        let counted = (importance, capacity_to_act, votes);
        let recorded = ctx.app().record_paper_votes(ctx.caller(), id, counted).await;
        Some(recorded.map(SwotItem).map_err(ApiError::from))
    }

    /// Crosses a strength or a weakness with an opportunity or a threat of the same diagnosis, while it is open. The same two
    /// again are refused with code DUPLICATE.
    async fn cross_swot_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the strength or the weakness.")] internal: ID,
        #[graphql(desc = "Id of the opportunity or the threat.")] external: ID,
        #[graphql(desc = "What they say together, at most 2000 characters.")] insight: String,
    ) -> Option<Result<SwotCrossing>> {
        let (internal, external) = (id_of::<SwotItemId>(&internal), id_of::<SwotItemId>(&external));
        let crossed = ctx.app().cross_swot_items(ctx.caller(), internal, external, insight).await;
        Some(crossed.map(SwotCrossing).map_err(ApiError::from))
    }

    /// Takes a crossing away, and out of proposals that are based on it; refused with code CONFLICT where a validated
    /// orientation is based on it. Returns its id.
    async fn remove_crossing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let removed = ctx.app().remove_crossing(ctx.caller(), id_of::<SwotCrossingId>(&id)).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }
}
