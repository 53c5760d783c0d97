//! What can be written. Every mutation returns the entry as it is then; refusals are errors with a code.

use async_graphql::{Context, ID, MergedObject, Object, Union};

use super::actor_inputs::{CreateActorInput, UpdateActorInput};
use super::actors::Actor;
use super::application_roots::ApplicationMutation;
use super::call_inputs::{CreateCallInput, UpdateCallInput};
use super::calls::Call;
use super::collective_mutations::CollectiveMutation;
use super::collectives::Collective;
use super::contacts::ContactMutation;
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::diagnosis_roots::DiagnosisMutation;
use super::duplicates::DuplicateMutation;
use super::erasure::ErasureMutation;
use super::error::Result;
use super::exchanges::ExchangeMutation;
use super::exports::ExportMutation;
use super::ids::{id_of, subject};
use super::imports::ImportMutation;
use super::indicators::EvaluationMutation;
use super::interaction_inputs::{DeclareInteractionInput, UpdateInteractionInput};
use super::interactions::Interaction;
use super::knowledge_roots::KnowledgeMutation;
use super::moderation::ModerationMutation;
use super::orientations::OrientationMutation;
use super::people_roots::PeopleMutation;
use super::practices::GoodPractice;
use super::project_roots::ProjectMutation;
use super::projects::Project;
use super::suggestions::Suggestion;
use super::support::SupportMutation;
use super::swot::SwotMutation;
use super::territories::Territory;
use super::territory_inputs::{CreateTerritoryInput, UpdateTerritoryInput};
use super::workshops::WorkshopMutation;
use crate::app;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CallId, InteractionId, Subject, SubjectKind, TerritoryId};
use crate::domain::publication::Transition;
use crate::domain::territories::TerritoryCode;

/// What is submitted and decided: entries that are written as drafts, and edits that someone proposes.
#[derive(Union)]
pub enum Reviewable {
    /// An actor.
    Actor(Actor),
    /// An interaction.
    Interaction(Interaction),
    /// A call.
    Call(Call),
    /// An edit that someone proposes.
    Suggestion(Suggestion),
    /// A collective.
    Collective(Collective),
    /// A project.
    Project(Project),
    /// A good practice.
    GoodPractice(GoodPractice),
    /// A shared diagnosis.
    SharedDiagnosis(SharedDiagnosis),
}

impl From<app::publication::Reviewable> for Reviewable {
    fn from(entry: app::publication::Reviewable) -> Self {
        match entry {
            app::publication::Reviewable::Actor(actor) => Self::Actor(Actor(actor)),
            app::publication::Reviewable::Interaction(interaction) => {
                Self::Interaction(Interaction(interaction))
            }
            app::publication::Reviewable::Call(call) => Self::Call(Call(call)),
            app::publication::Reviewable::Suggestion(suggestion) => Self::Suggestion(Suggestion(suggestion)),
            app::publication::Reviewable::Collective(collective) => Self::Collective(Collective(collective)),
            app::publication::Reviewable::Project(project) => Self::Project(Project(project)),
            app::publication::Reviewable::GoodPractice(practice) => {
                Self::GoodPractice(GoodPractice(practice))
            }
            app::publication::Reviewable::Diagnosis(diagnosis) => {
                Self::SharedDiagnosis(SharedDiagnosis(diagnosis))
            }
        }
    }
}

/// What can be written, with a bearer token or an API key. What is created starts as a draft.
#[derive(Default, MergedObject)]
pub struct Mutation(
    EntryMutation,
    PeopleMutation,
    ModerationMutation,
    DuplicateMutation,
    ContactMutation,
    ErasureMutation,
    ExchangeMutation,
    SupportMutation,
    CollectiveMutation,
    ProjectMutation,
    DiagnosisMutation,
    WorkshopMutation,
    ApplicationMutation,
    KnowledgeMutation,
    EvaluationMutation,
    SwotMutation,
    OrientationMutation,
    ExportMutation,
    ImportMutation,
);

/// Entries: created, changed, moved from one status to another.
#[derive(Default)]
pub struct EntryMutation;

#[Object]
impl EntryMutation {
    /// Creates an actor as a draft. The same registration under the same name is refused with code DUPLICATE.
    async fn create_actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The actor.")] input: CreateActorInput,
    ) -> Option<Result<Actor>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created =
            async { Ok(Actor(ctx.app().create_actor(ctx.caller(), key.as_deref(), input, found).await?)) };
        Some(created.await)
    }

    /// Changes an actor.
    async fn update_actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateActorInput,
    ) -> Option<Result<Actor>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<ActorId>(&id);
        let updated = async {
            Ok(Actor(ctx.app().update_actor(ctx.caller(), id, expected_version, input, found).await?))
        };
        Some(updated.await)
    }

    /// Declares an interaction between two actors as a draft.
    async fn declare_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction.")] input: DeclareInteractionInput,
    ) -> Option<Result<Interaction>> {
        let key = input.client_key.clone();
        let pair = (input.kind.into(), id_of::<ActorId>(&input.source), id_of::<ActorId>(&input.target));
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let declared = async {
            let app = ctx.app();
            Ok(Interaction(app.declare_interaction(ctx.caller(), key.as_deref(), pair, input, found).await?))
        };
        Some(declared.await)
    }

    /// Changes an interaction.
    async fn update_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateInteractionInput,
    ) -> Option<Result<Interaction>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<InteractionId>(&id);
        let updated = async {
            Ok(Interaction(
                ctx.app().update_interaction(ctx.caller(), id, expected_version, input, found).await?,
            ))
        };
        Some(updated.await)
    }

    /// Creates a territory. One of the same kind, code and vintage is refused with code DUPLICATE.
    async fn create_territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory.")] input: CreateTerritoryInput,
    ) -> Option<Result<Territory>> {
        let code = TerritoryCode { kind: input.kind.into(), code: input.code.clone(), vintage: None };
        let vintage = input.vintage;
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created = async {
            Ok(Territory(ctx.app().create_territory(ctx.caller(), code, vintage, input, found).await?))
        };
        Some(created.await)
    }

    /// Changes a territory.
    async fn update_territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateTerritoryInput,
    ) -> Option<Result<Territory>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<TerritoryId>(&id);
        let updated = async {
            Ok(Territory(ctx.app().update_territory(ctx.caller(), id, expected_version, input, found).await?))
        };
        Some(updated.await)
    }

    /// Creates a call as a draft.
    async fn create_call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The call.")] input: CreateCallInput,
    ) -> Option<Result<Call>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created =
            async { Ok(Call(ctx.app().create_call(ctx.caller(), key.as_deref(), input, found).await?)) };
        Some(created.await)
    }

    /// Changes a call.
    async fn update_call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "What changes.")] input: UpdateCallInput,
    ) -> Option<Result<Call>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<CallId>(&id);
        let updated = async {
            Ok(Call(ctx.app().update_call(ctx.caller(), id, expected_version, input, found).await?))
        };
        Some(updated.await)
    }

    /// Publishes a draft, a submitted or a rejected entry: everyone sees it then.
    async fn publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of an actor, an interaction, a call, a collective, a project or a diagnosis.")]
        id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Reviewable>> {
        Some(transition(ctx, &id, expected_version, Transition::Publish).await)
    }

    /// Puts an entry away: nobody finds it without asking for archived ones.
    async fn archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of an actor, an interaction, a call, a collective, a project or a diagnosis.")]
        id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Reviewable>> {
        Some(transition(ctx, &id, expected_version, Transition::Archive).await)
    }

    /// Brings an archived entry back as it was before it was archived.
    async fn restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of an actor, an interaction, a call, a collective, a project or a diagnosis.")]
        id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
    ) -> Option<Result<Reviewable>> {
        Some(transition(ctx, &id, expected_version, Transition::Restore).await)
    }
}

async fn transition(
    ctx: &Context<'_>,
    id: &ID,
    expected_version: i32,
    transition: Transition,
) -> Result<Reviewable> {
    Ok(ctx.app().transition(ctx.caller(), meant(id), expected_version, transition).await?.into())
}

/// What an id means. What is no id is the id of nothing: who may not write hears so first.
pub fn meant(id: &ID) -> Subject {
    subject(id).unwrap_or(Subject { kind: SubjectKind::Track, id: uuid::Uuid::nil() })
}
