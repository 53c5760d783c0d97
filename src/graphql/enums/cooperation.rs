//! Enumerations of what actors do together.

use async_graphql::Enum;

/// What kind of collective it is; the first may grow into the second.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::collectives::CollectiveKind")]
pub enum CollectiveKind {
    /// Three to five actors around one concern.
    SmallCollective,
    /// Many kinds of actors, one strategy of collective impact.
    ActionCommunity,
}

/// How far a collective has come; each stage asks something of those who come to it, and `blockers` tells what is missing.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::stages::CollectiveStage")]
pub enum CollectiveStage {
    /// There is a wish to act.
    Intent,
    /// It finds itself together: two members at least, and a finding that they share.
    Forming,
    /// Who does what is settled.
    Structured,
    /// It acts: a project, or a step that is done.
    Acting,
    /// It has ended.
    Closed,
}

/// How soon something must be done.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::collectives::Urgency")]
pub enum Urgency {
    /// It can wait.
    Low,
    /// It should not wait for long.
    Moderate,
    /// It should be done now.
    High,
    /// Harm is done while nothing is.
    Critical,
}

/// What an actor is to its collective.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::memberships::MemberRole")]
pub enum MemberRole {
    /// It leads: its editors write the collective's entry. A collective has one at most.
    Lead,
    /// It acts with the others.
    Member,
    /// It helps the others to act together.
    Facilitator,
    /// It pays.
    Funder,
    /// It knows something that the others need.
    Resource,
}

/// Whether an actor is of its collective.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::memberships::MembershipStatus")]
pub enum MembershipStatus {
    /// It is asked to be.
    Invited,
    /// It is.
    Accepted,
    /// It did not want to be.
    Declined,
    /// It was.
    Left,
}

/// How far a next step is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::next_steps::StepStatus")]
pub enum StepStatus {
    /// It waits.
    Todo,
    /// Someone is at it.
    Doing,
    /// It is done.
    Done,
    /// It will not be done.
    Dropped,
}

/// How a reason to act begins.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::identity_cards::ReasonStance")]
pub enum ReasonStance {
    /// Il n'est pas normal…
    NotAcceptable,
    /// Il est important…
    Important,
    /// Il est nécessaire…
    Necessary,
}

/// A condition of collective impact.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::maturity::ImpactCondition")]
pub enum ImpactCondition {
    /// They share a vision and a plan.
    CommonAgenda,
    /// They measure in the same way what comes of it.
    SharedMeasurement,
    /// What each does helps what the others do.
    MutuallyReinforcingActivities,
    /// They tell each other all the time.
    ContinuousCommunication,
    /// Someone is there to govern and accompany the whole.
    BackboneSupport,
}

/// Something that a community is to be equipped with.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::maturity::CommunityAsset")]
pub enum CommunityAsset {
    /// A place to try things out.
    ExperimentSite,
    /// A référentiel by which it is evaluated.
    EvaluationFramework,
    /// A charter, and rules of who decides.
    CharterAndGovernance,
    /// A model of what it costs and who pays.
    EconomicModel,
    /// A plan of how it is told.
    CommunicationPlan,
    /// A feuille de route.
    Roadmap,
}

/// What a member brings into its collective.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::contributions::ContributionKind")]
pub enum ContributionKind {
    /// Hours of its people.
    Time,
    /// Money, in euros.
    Money,
    /// Rooms or ground.
    Space,
    /// Things.
    Equipment,
    /// What it knows.
    Expertise,
    /// Whom it knows.
    Network,
}

/// What runs across all goals: the columns of the matrix of projects.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::projects::Dynamic")]
pub enum Dynamic {
    /// Société inclusive: a society that leaves nobody out.
    InclusiveSociety,
    /// Pouvoir d'agir: people act on what concerns them.
    PowerToAct,
    /// Coopération: actors do together what none does alone.
    Cooperation,
}

/// Where an application stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::applications::ApplicationStatus")]
pub enum ApplicationStatus {
    /// Being written by the editors of those who apply.
    Draft,
    /// Its co-applicants are asked whether they agree.
    AwaitingSignOff,
    /// Filed: nothing changes any more.
    Submitted,
    /// Those who run the call read it.
    UnderReview,
    /// Retained.
    Accepted,
    /// Not retained.
    Rejected,
    /// Taken back.
    Withdrawn,
}

/// Where money comes from.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::budgets::FundingSource")]
pub enum FundingSource {
    /// Asked of this call.
    ThisCall,
    /// The applicants' own.
    OwnFunds,
    /// Another public body.
    OtherPublic,
    /// Another private one.
    OtherPrivate,
    /// No money: time, space, things, at their value.
    InKind,
}

/// What becomes of an application.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::applications::DecisionOutcome")]
pub enum DecisionOutcome {
    /// It is retained.
    Accepted,
    /// It is not.
    Rejected,
}

/// What kind of entry a change is of.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::changes::ChangeKind")]
pub enum ChangeKind {
    /// An actor.
    Actor,
    /// An interaction: also where it came into sight or left it with one of its ends.
    Interaction,
    /// A territory.
    Territory,
    /// A call.
    Call,
    /// A collective.
    Collective,
    /// A project.
    Project,
    /// An application, for those who may see it.
    Application,
    /// A good practice.
    GoodPractice,
    /// A shared diagnosis.
    Diagnosis,
}

/// What became of an entry.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ChangeType {
    /// It is there, new or changed: put it in place of what you have of it.
    Upserted,
    /// It is gone from the directory, from your sight, or from the territory that you ask for: drop what you have of it, if
    /// anything.
    Deleted,
    /// Another actor took it over: drop it, and lead its id to that one.
    Merged,
}

/// How people worked in a session.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::workshops::WorkshopFormat")]
pub enum WorkshopFormat {
    /// A working group: of an axis, say.
    WorkingGroup,
    /// Tables between which people move, each with a theme.
    WorldCafe,
    /// A day or two without a break, until something is drafted.
    Marathon,
    /// A seminar.
    Seminar,
    /// Those who decide.
    SteeringCommittee,
    /// Interviews.
    Interview,
    /// A survey.
    Survey,
    /// Another way.
    Other,
}
