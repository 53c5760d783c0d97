//! Orientations of a diagnosis as clients read and write them.

use async_graphql::{
    ComplexObject, Context, Description, ID, InputObject, MaybeUndefined, Object, SimpleObject,
};

use super::actor_inputs::bounded;
use super::connection::{cost, page};
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::indicators::IndicatorDefinition;
use super::projects::ProjectConnection;
use super::scalars::{Date, edit, read};
use super::swot::SwotCrossing;
use super::workshops::WorkshopSession;
use crate::app::orientations::ValidationInput;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{DiagnosisId, OrientationId, SwotCrossingId, WorkshopSessionId};
use crate::domain::listings::{ProjectAnchor, ProjectListing};
use crate::domain::orientations as domain;
use crate::domain::projects::ProjectFilter;

/// Where a diagnosis leads: proposed, then validated. Its text is then the validated one, and what is proposed of it since is
/// its amendment. It is seen where its diagnosis is.
#[derive(Clone, Description)]
pub struct StrategicOrientation(pub domain::Orientation);

#[Object(use_type_description)]
impl StrategicOrientation {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The diagnosis that leads there; null where you may no longer see it.
    async fn diagnosis(&self, ctx: &Context<'_>) -> Option<Result<SharedDiagnosis>> {
        let found = ctx.loader().load_one(self.0.diagnosis).await;
        found.map(|found| found.map(SharedDiagnosis)).map_err(ApiError::from).transpose()
    }

    /// Its place among the orientations of its diagnosis.
    async fn number(&self) -> i32 {
        self.0.text.number.into()
    }

    /// What it is.
    async fn title(&self) -> &str {
        &self.0.text.title
    }

    /// Why; null where that is not said.
    async fn rationale(&self) -> Option<&str> {
        self.0.text.rationale.as_deref()
    }

    /// What could be done, for example.
    async fn example_actions(&self) -> &[String] {
        &self.0.text.example_actions
    }

    /// The crossings that it follows from.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn based_on(&self, ctx: &Context<'_>) -> Result<Vec<SwotCrossing>> {
        crossings(ctx, &self.0.text.based_on).await
    }

    /// What is proposed of a validated one since: its text once it is validated again. Null where nothing is, and before the
    /// first validation.
    async fn amendment(&self) -> Option<OrientationAmendment> {
        self.0.amendment.clone().map(OrientationAmendment::from)
    }

    /// How it is measured whether it is reached, in the order of their definition.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Vec<IndicatorDefinition>> {
        IndicatorDefinition::of(ctx, self.0.id).await
    }

    /// The projects that serve it, by title: those that you may see.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ProjectConnection> {
        let listing = ProjectListing {
            filter: ProjectFilter::default(),
            anchor: Some(ProjectAnchor::Orientation),
            visibility: ctx.visibility(),
        };
        let page = page(first, after, None, None, &ProjectListing::order())?;
        ProjectConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// Who validated the text, and when; null before that.
    async fn validation(&self) -> Option<Validation> {
        self.0.validation.clone().map(Validation::from)
    }
}

impl StrategicOrientation {
    /// Those of a list.
    pub fn all(found: Option<Vec<domain::Orientation>>) -> Vec<Self> {
        found.unwrap_or_default().into_iter().map(Self).collect()
    }
}

async fn crossings(ctx: &Context<'_>, ids: &[SwotCrossingId]) -> Result<Vec<SwotCrossing>> {
    ctx.list(ids.len())?;
    let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(SwotCrossing).collect())
}

/// What is proposed of a validated orientation: the text as a whole, as it would be.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OrientationAmendment {
    /// Its place among the orientations of its diagnosis.
    number: i32,
    /// What it is.
    title: String,
    /// Why; null where that is not said.
    rationale: Option<String>,
    /// What could be done, for example.
    example_actions: Vec<String>,
    #[graphql(skip)]
    based_on: Vec<SwotCrossingId>,
}

#[ComplexObject]
impl OrientationAmendment {
    /// The crossings that it follows from.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn based_on(&self, ctx: &Context<'_>) -> Result<Vec<SwotCrossing>> {
        crossings(ctx, &self.based_on).await
    }
}

impl From<domain::OrientationText> for OrientationAmendment {
    fn from(text: domain::OrientationText) -> Self {
        Self {
            number: text.number.into(),
            title: text.title,
            rationale: text.rationale,
            example_actions: text.example_actions,
            based_on: text.based_on,
        }
    }
}

/// Who validated an orientation, and when.
#[derive(Description)]
pub struct Validation(domain::Validation);

impl From<domain::Validation> for Validation {
    fn from(validation: domain::Validation) -> Self {
        Self(validation)
    }
}

#[Object(use_type_description)]
impl Validation {
    /// Who validated it: a steering committee, say.
    async fn by(&self) -> &str {
        &self.0.by
    }

    /// The day.
    async fn on(&self) -> Date {
        self.0.on.into()
    }

    /// The session that validated it; null where that is not said.
    async fn session(&self, ctx: &Context<'_>) -> Option<Result<WorkshopSession>> {
        let found = ctx.loader().load_one(self.0.session?).await;
        found.map(|found| found.map(WorkshopSession)).map_err(ApiError::from).transpose()
    }
}

/// A new orientation.
#[derive(InputObject)]
pub struct OrientationInput {
    /// Its place among the orientations of its diagnosis, 1 to 99, each once.
    number: i32,
    /// What it is, at most 300 characters.
    title: String,
    /// Why.
    rationale: Option<String>,
    /// What could be done, for example, at most 100 entries.
    example_actions: Option<Vec<String>>,
    /// Ids of the crossings of the same diagnosis that it follows from, at most 100.
    based_on: Option<Vec<ID>>,
}

fn crossing_ids(given: Vec<ID>, found: &mut Violations) -> Vec<SwotCrossingId> {
    bounded(given, "input.basedOn", found).iter().map(id_of::<SwotCrossingId>).collect()
}

impl OrientationInput {
    fn read(self, found: &mut Violations) -> domain::OrientationEdit {
        domain::OrientationEdit {
            number: Edit::Set(self.number),
            title: Edit::Set(self.title),
            rationale: Edit::given(self.rationale),
            example_actions: Edit::given(self.example_actions),
            based_on: Edit::given(self.based_on).map(|given| crossing_ids(given, found)),
        }
    }
}

/// A change of an orientation: a field left out stays, and null clears. Of a validated one it changes what is proposed.
#[derive(InputObject)]
pub struct UpdateOrientationInput {
    /// Its place among the orientations of its diagnosis, 1 to 99, each once. Validated ones change places by two amendments
    /// that are validated together.
    number: MaybeUndefined<i32>,
    /// What it is, at most 300 characters.
    title: MaybeUndefined<String>,
    /// Why.
    rationale: MaybeUndefined<String>,
    /// What could be done, for example, at most 100 entries: all of them.
    example_actions: MaybeUndefined<Vec<String>>,
    /// Ids of the crossings of the same diagnosis that it follows from, at most 100: all of them.
    based_on: MaybeUndefined<Vec<ID>>,
}

impl UpdateOrientationInput {
    fn read(self, found: &mut Violations) -> domain::OrientationEdit {
        domain::OrientationEdit {
            number: edit(self.number),
            title: edit(self.title),
            rationale: edit(self.rationale),
            example_actions: edit(self.example_actions),
            based_on: edit(self.based_on).map(|given| crossing_ids(given, found)),
        }
    }
}

/// Orientations: proposed, changed, validated.
#[derive(Default)]
pub struct OrientationMutation;

#[Object]
impl OrientationMutation {
    /// Proposes an orientation of a diagnosis that is open: for those who may change it.
    async fn add_orientation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the diagnosis, at most 50 orientations each.")] diagnosis: ID,
        #[graphql(desc = "The orientation.")] input: OrientationInput,
    ) -> Option<Result<StrategicOrientation>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<DiagnosisId>(&diagnosis);
        let added = ctx.app().add_orientation(ctx.caller(), id, edit, found).await;
        Some(added.map(StrategicOrientation).map_err(ApiError::from))
    }

    /// Changes an orientation of a diagnosis that is open. Of a validated one the text stays, and what is changed is kept as its
    /// `amendment` until it is validated again.
    async fn update_orientation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateOrientationInput,
    ) -> Option<Result<StrategicOrientation>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<OrientationId>(&id);
        let updated = ctx.app().update_orientation(ctx.caller(), id, edit, found).await;
        Some(updated.map(StrategicOrientation).map_err(ApiError::from))
    }

    /// Takes a proposal away; refused with code CONFLICT where it was validated, a project serves it, or an indicator measures
    /// it. Returns its id.
    async fn remove_orientation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let removed = ctx.app().remove_orientation(ctx.caller(), id_of::<OrientationId>(&id)).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }

    /// Records that orientations of a diagnosis that is open were validated: what is proposed of each is its text from then
    /// on. One that was validated before is validated anew.
    #[expect(clippy::too_many_arguments, reason = "the contract names them one by one")]
    async fn validate_orientations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the diagnosis.")] diagnosis: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "Ids of the orientations, all of this diagnosis, each once.")] orientations: Vec<ID>,
        #[graphql(
            desc = "Who validated them, at most 300 characters: a steering committee, say; no person's name."
        )]
        by: String,
        #[graphql(
            desc = "The day: not before the session, nor before one of them was validated last, nor before the diagnosis began, nor in the future."
        )]
        on: Date,
        #[graphql(desc = "Id of the session of this diagnosis that validated them.")] session: Option<ID>,
    ) -> Option<Result<SharedDiagnosis>> {
        let mut found = Violations::default();
        let input = ValidationInput {
            orientations: bounded(orientations, "orientations", &mut found)
                .iter()
                .map(id_of::<OrientationId>)
                .collect(),
            by,
            on: read(Some(&on), "on", &mut found),
            session: session.as_ref().map(id_of::<WorkshopSessionId>),
        };
        let id = id_of::<DiagnosisId>(&diagnosis);
        let validated =
            ctx.app().validate_orientations(ctx.caller(), id, expected_version, input, found).await;
        Some(validated.map(SharedDiagnosis).map_err(ApiError::from))
    }
}
