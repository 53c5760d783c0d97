//! The Node interface: whatever has a global id.

use async_graphql::{Context, ID, Interface};

use super::actors::Actor;
use super::applications::Application;
use super::calls::Call;
use super::collectives::Collective;
use super::contacts::{self, Contact};
use super::context::ContextExt;
use super::error::Result;
use super::exchanges::{Need, Offer};
use super::exports::ExportJob;
use super::ids::subject;
use super::interactions::Interaction;
use super::loaders::ExchangeKey;
use super::memberships::Membership;
use super::people::{ApiKey, User};
use super::projects::Project;
use super::suggestions::Suggestion;
use super::support::{SupportContact, SupportRequest};
use super::territories::Territory;
use crate::domain::exchanges::Side;
use crate::domain::ids::{
    ActorId, ApiKeyId, ApplicationId, CallId, CollectiveId, ContactId, ExchangeId, ExportJobId,
    InteractionId, MembershipId, ProjectId, SubjectKind, SuggestionId, SupportContactId, SupportRequestId,
    TerritoryId, UserId,
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
    /// An actor of a collective.
    Membership(Membership),
    /// A file that was asked for.
    ExportJob(ExportJob),
}

/// The entry of an id; null where it is absent, unseen, or no id of ours.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some(subject) = subject(id) else { return Ok(None) };
    let loader = ctx.loader();
    Ok(match subject.kind {
        SubjectKind::Territory => {
            loader.load_one(TerritoryId(subject.id)).await?.map(|found| Node::Territory(Territory(found)))
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
        SubjectKind::ExportJob => ctx
            .app()
            .export_job(ctx.caller(), ExportJobId(subject.id))
            .await?
            .map(|found| Node::ExportJob(ExportJob(found))),
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
        SubjectKind::Diagnosis
        | SubjectKind::WorkshopSession
        | SubjectKind::Orientation
        | SubjectKind::GoodPractice
        | SubjectKind::Lesson
        | SubjectKind::LibraryResource
        | SubjectKind::Indicator => None,
    })
}
