//! The Node interface: whatever has a global id.

use async_graphql::{Context, ID, Interface};

use super::actors::Actor;
use super::applications::Application;
use super::calls::Call;
use super::collectives::Collective;
use super::contacts::{self, Contact};
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::error::Result;
use super::exchanges::{Need, Offer};
use super::exports::ExportJob;
use super::ids::subject;
use super::indicators::IndicatorDefinition;
use super::interactions::Interaction;
use super::lessons::Lesson;
use super::library::LibraryResource;
use super::loaders::{ExchangeKey, territory};
use super::memberships::Membership;
use super::orientations::StrategicOrientation;
use super::people::{ApiKey, User};
use super::practices::GoodPractice;
use super::projects::Project;
use super::suggestions::Suggestion;
use super::support::{SupportContact, SupportRequest};
use super::territories::Territory;
use super::workshops::WorkshopSession;
use crate::domain::exchanges::Side;
use crate::domain::ids::{
    ActorId, ApiKeyId, ApplicationId, CallId, CollectiveId, ContactId, DiagnosisId, ExchangeId, ExportJobId,
    GoodPracticeId, IndicatorId, InteractionId, LessonId, LibraryResourceId, MembershipId, OrientationId,
    ProjectId, SubjectKind, SuggestionId, SupportContactId, SupportRequestId, TerritoryId, UserId,
    WorkshopSessionId,
};

/// Whatever has a global id. The interface holds the id alone: what may be seen is decided where it is read.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque and the same for life."))]
pub enum Node {
    /// A territory.
    Territory(Territory),
    /// An actor.
    Actor(Actor),
    /// An interaction.
    Interaction(Interaction),
    /// A call.
    Call(Call),
    /// An edit that someone proposes.
    Suggestion(Suggestion),
    /// A person to reach.
    Contact(Contact),
    /// A user.
    User(User),
    /// A key of a program.
    ApiKey(ApiKey),
    /// A need.
    Need(Need),
    /// An offer.
    Offer(Offer),
    /// A person who answers for an institution.
    SupportContact(SupportContact),
    /// A request for support.
    SupportRequest(SupportRequest),
    /// A collective.
    Collective(Collective),
    /// A project.
    Project(Project),
    /// An application.
    Application(Application),
    /// A shared diagnosis.
    SharedDiagnosis(SharedDiagnosis),
    /// A session.
    WorkshopSession(WorkshopSession),
    /// An actor of a collective.
    Membership(Membership),
    /// A good practice.
    GoodPractice(GoodPractice),
    /// A lesson.
    Lesson(Lesson),
    /// A resource of the library.
    LibraryResource(LibraryResource),
    /// An orientation of a shared diagnosis.
    StrategicOrientation(StrategicOrientation),
    /// An indicator.
    IndicatorDefinition(IndicatorDefinition),
    /// A file that was asked for.
    ExportJob(ExportJob),
}

/// The entry of an id; null where it is absent, unseen, or no id of ours.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some(subject) = subject(id) else { return Ok(None) };
    let loader = ctx.loader();
    Ok(match subject.kind {
        SubjectKind::Territory => {
            territory(ctx, TerritoryId(subject.id)).await?.map(|found| Node::Territory(Territory(found)))
        }
        SubjectKind::Actor => {
            loader.load_one(ActorId(subject.id)).await?.map(|found| Node::Actor(Actor(found)))
        }
        SubjectKind::Interaction => loader
            .load_one(InteractionId(subject.id))
            .await?
            .map(|found| Node::Interaction(Interaction(found))),
        SubjectKind::Call => loader.load_one(CallId(subject.id)).await?.map(|found| Node::Call(Call(found))),
        SubjectKind::Application => loader
            .load_one(ApplicationId(subject.id))
            .await?
            .map(|found| Node::Application(Application(found))),
        SubjectKind::Project => {
            loader.load_one(ProjectId(subject.id)).await?.map(|found| Node::Project(Project(found)))
        }
        SubjectKind::Diagnosis => loader
            .load_one(DiagnosisId(subject.id))
            .await?
            .map(|found| Node::SharedDiagnosis(SharedDiagnosis(found))),
        SubjectKind::Collective => {
            loader.load_one(CollectiveId(subject.id)).await?.map(|found| Node::Collective(Collective(found)))
        }
        SubjectKind::Membership => {
            loader.load_one(MembershipId(subject.id)).await?.map(|found| Node::Membership(Membership(found)))
        }
        SubjectKind::Contact => contacts::contact(ctx, ContactId(subject.id)).await?.map(Node::Contact),
        SubjectKind::Suggestion => {
            Suggestion::seen(ctx, SuggestionId(subject.id)).await?.map(Node::Suggestion)
        }
        SubjectKind::User => loader.load_one(UserId(subject.id)).await?.map(|found| Node::User(User(found))),
        SubjectKind::ApiKey => {
            loader.load_one(ApiKeyId(subject.id)).await?.map(|found| Node::ApiKey(ApiKey(found)))
        }
        SubjectKind::Need => {
            let key = ExchangeKey(Side::Need, ExchangeId(subject.id));
            loader.load_one(key).await?.map(|found| Node::Need(Need(found)))
        }
        SubjectKind::Offer => {
            let key = ExchangeKey(Side::Offer, ExchangeId(subject.id));
            loader.load_one(key).await?.map(|found| Node::Offer(Offer(found)))
        }
        SubjectKind::SupportContact => loader
            .load_one(SupportContactId(subject.id))
            .await?
            .map(|found| Node::SupportContact(SupportContact(found))),
        SubjectKind::SupportRequest => loader
            .load_one(SupportRequestId(subject.id))
            .await?
            .map(|found| Node::SupportRequest(SupportRequest(found))),
        SubjectKind::Orientation => loader
            .load_one(OrientationId(subject.id))
            .await?
            .map(|found| Node::StrategicOrientation(StrategicOrientation(found))),
        SubjectKind::Indicator => loader
            .load_one(IndicatorId(subject.id))
            .await?
            .map(|found| Node::IndicatorDefinition(IndicatorDefinition(found))),
        SubjectKind::Track
        | SubjectKind::Grant
        | SubjectKind::NextStep
        | SubjectKind::ResourcePerson
        | SubjectKind::Contribution
        | SubjectKind::DiagnosisAxis
        | SubjectKind::SwotItem
        | SubjectKind::SwotCrossing
        | SubjectKind::Replication
        | SubjectKind::IndicatorResult => None,
        SubjectKind::WorkshopSession => loader
            .load_one(WorkshopSessionId(subject.id))
            .await?
            .map(|found| Node::WorkshopSession(WorkshopSession(found))),
        SubjectKind::GoodPractice => loader
            .load_one(GoodPracticeId(subject.id))
            .await?
            .map(|found| Node::GoodPractice(GoodPractice(found))),
        SubjectKind::Lesson => {
            loader.load_one(LessonId(subject.id)).await?.map(|found| Node::Lesson(Lesson(found)))
        }
        SubjectKind::LibraryResource => loader
            .load_one(LibraryResourceId(subject.id))
            .await?
            .map(|found| Node::LibraryResource(LibraryResource(found))),
        SubjectKind::ExportJob => ctx
            .app()
            .export_job(ctx.caller(), ExportJobId(subject.id))
            .await?
            .map(|found| Node::ExportJob(ExportJob(found))),
    })
}
