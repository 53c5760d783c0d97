//! Enumerations of the schema, each the domain's own with what it means to a partner.

mod cooperation;
mod ecosystem;
mod knowledge;

use async_graphql::Enum;

pub use self::cooperation::*;
pub use self::ecosystem::*;
pub use self::knowledge::*;

/// What kind of perimeter a territory is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryKind")]
pub enum TerritoryKind {
    /// A country.
    Country,
    /// A région.
    Region,
    /// A département.
    Department,
    /// An EPCI: agglomération, métropole or communauté de communes.
    Intercommunality,
    /// A commune.
    Commune,
    /// A QPV, quartier prioritaire de la politique de la ville.
    PriorityNeighbourhood,
    /// A Cité éducative.
    EducationCity,
    /// A contrat de ville.
    UrbanContract,
    /// Any other perimeter: watch area, health territory, school catchment.
    Custom,
}

/// Where a point stands to the territories of a kind.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryAnswer")]
pub enum TerritoryAnswer {
    /// In at least one, and farther from any border than outlines are precise.
    Inside,
    /// In none.
    Outside,
    /// Nobody can tell: the point is too near to a border, or a territory there has no outline.
    Unknown,
}

/// Which way a scope reads the tree of territories.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::ScopeDirection")]
pub enum ScopeDirection {
    /// The territory and what lies within it.
    Down,
    /// The territory and what holds it: an association that serves the département serves Dreux.
    Up,
    /// One or the other.
    Both,
}

/// Which of an actor's places a scope asks of.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryBasis")]
pub enum TerritoryBasis {
    /// Where it sits: its commune, or its point where the territory is smaller than a commune.
    Seat,
    /// Where it acts.
    Area,
    /// Either.
    Any,
}

/// What an actor is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::ActorKind")]
pub enum ActorKind {
    /// An association (loi 1901 or local law).
    Association,
    /// A foundation or endowment fund.
    Foundation,
    /// A company.
    Company,
    /// A cooperative (SCOP, SCIC…).
    Cooperative,
    /// A commune, grouping, département or région as an organisation.
    LocalAuthority,
    /// A service of the State.
    StateService,
    /// A public body, such as a CCAS or France Travail.
    PublicBody,
    /// A CAF, caisse d'allocations familiales.
    FamilyAllowanceFund,
    /// A school, collège, lycée or training centre.
    School,
    /// A hospital, health centre or health network.
    HealthBody,
    /// A social centre or MJC.
    SocialCentre,
    /// A university or laboratory.
    ResearchBody,
    /// A group without legal form.
    InformalGroup,
    /// A group of residents, such as a conseil citoyen.
    ResidentGroup,
    /// A network or federation of organisations.
    Network,
    /// Anything else, or not known.
    Other,
}

/// Where an entry stands between draft and archive.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::publication::PublicationStatus")]
pub enum PublicationStatus {
    /// Being written; seen by those who may write.
    Draft,
    /// Waits for review.
    Submitted,
    /// Seen by everyone.
    Published,
    /// Refused at review.
    Rejected,
    /// Put away; can be brought back.
    Archived,
}

/// How exact a point is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::LocationPrecision")]
pub enum LocationPrecision {
    /// The door.
    Exact,
    /// The street.
    Street,
    /// The commune.
    Commune,
}

/// A register of organisations.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::registrations::RegistrationScheme")]
pub enum RegistrationScheme {
    /// Insee's number of a legal entity: nine digits, the last a check digit.
    Siren,
    /// Insee's number of an establishment: the SIREN and five digits, the last a check digit.
    Siret,
    /// The national register of associations: `W` and nine characters.
    Rna,
    /// The ministry of education's number of a school: seven digits and a letter.
    Uai,
    /// The register of health and social establishments: nine characters.
    Finess,
    /// Wikidata's item: `Q` and a number.
    Wikidata,
    /// Any other.
    Other,
}

/// By what actors are ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::ActorOrderField")]
pub enum ActorOrderField {
    /// How well the filter's text matches, best first whichever the direction; asks for a text.
    Relevance,
    /// The name, as a French dictionary sorts.
    Name,
    /// When it was last changed.
    UpdatedAt,
    /// When it was created.
    CreatedAt,
    /// The distance from the centre of the filter's `near`; asks for it, and leaves out those without a point.
    Distance,
}

/// Which end of an order comes first.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum OrderDirection {
    /// Smallest, earliest, nearest or A first.
    Asc,
    /// Greatest, latest, farthest or Z first.
    Desc,
}

/// What links two actors.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::InteractionKind")]
pub enum InteractionKind {
    /// They act together; holds both ways.
    Partnership,
    /// The source pays the target.
    Funding,
    /// The source sends people to the target.
    Referral,
    /// They fit their actions to each other's; holds both ways.
    Coordination,
    /// They tell each other what they do; holds both ways.
    InformationSharing,
    /// They share rooms, staff or equipment; holds both ways.
    ResourceSharing,
    /// They design something together; holds both ways.
    CoDesign,
    /// The source helps the target.
    Support,
    /// The source sits in the target's governance.
    Governance,
    /// The source is a member of the target.
    Membership,
    /// The source delivers a service for the target.
    ServiceDelivery,
    /// A conflict; holds both ways.
    Tension,
    /// Anything else; holds both ways.
    Other,
}

/// How far two actors go together, lowest first. "Coopération", being authors of one work, is the top.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::CooperationLevel")]
pub enum CooperationLevel {
    /// They know of each other.
    Acquaintance,
    /// They tell each other what they do.
    Information,
    /// They ask each other's opinion.
    Consultation,
    /// They fit their actions to each other's.
    Coordination,
    /// They act together under an agreement.
    Partnership,
    /// They are authors of one common work.
    CoAuthorship,
}

/// How often something happens.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::Frequency")]
pub enum Frequency {
    /// Once.
    OneOff,
    /// Every year.
    Yearly,
    /// Every quarter.
    Quarterly,
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
    /// Every day.
    Daily,
}

/// How much of a date is known.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::dates::DatePrecision")]
pub enum DatePrecision {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day.
    Day,
}

/// Whether the other side of an interaction agrees.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::ConfirmationStatus")]
pub enum ConfirmationStatus {
    /// Declared; the other side has not answered.
    Declared,
    /// The other side agrees.
    Confirmed,
    /// The other side disagrees, and says why.
    Disputed,
}

/// Which ends of an interaction lie in a territory.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::InteractionScope")]
pub enum InteractionScope {
    /// Both.
    Internal,
    /// One.
    Crossing,
    /// Either.
    All,
}

/// A language of labels.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::language::Language")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// What a call is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::CallKind")]
pub enum CallKind {
    /// An appel à projets.
    CallForProjects,
    /// An appel à manifestation d'intérêt.
    CallForExpressionsOfInterest,
    /// An aid that can always be asked for.
    StandingAid,
    /// Anything else.
    Other,
}

/// Whether a call comes back.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::CallRecurrence")]
pub enum CallRecurrence {
    /// It does not.
    OneOff,
    /// It does, with new dates.
    Recurring,
    /// It is always open.
    Permanent,
}

/// What a call gives.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::AidKind")]
pub enum AidKind {
    /// Money that is not paid back.
    Grant,
    /// Money that is.
    Loan,
    /// Technical help.
    TechnicalEngineering,
    /// Help with financing.
    FinancialEngineering,
    /// Legal or administrative help.
    LegalEngineering,
    /// Anything else.
    Other,
}

/// Where a call stands by its status and the clock.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::CallPhase")]
pub enum CallPhase {
    /// Not published.
    Draft,
    /// Published, not open yet.
    Upcoming,
    /// Published and open; without a closing it stays so.
    Open,
    /// Closed, from the instant of `closesAt` on.
    Closed,
    /// Put away.
    Archived,
}

/// One way to apply to a call.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::TrackKind")]
pub enum TrackKind {
    /// A project alone.
    IndividualProject,
    /// A project together.
    CollectiveProject,
    /// A small collective, which files an intention to act rather than a project.
    SmallCollective,
}

/// By what calls are ordered. Those without the date come last either way.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::calls::CallOrderField")]
pub enum CallOrderField {
    /// When it closes.
    ClosesAt,
    /// When it opens.
    OpensAt,
    /// When it was last changed.
    UpdatedAt,
    /// The title, as a French dictionary sorts.
    Title,
}

/// What a search looks among.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::search::SearchKind")]
pub enum SearchKind {
    /// Actors.
    Actor,
    /// Territories.
    Territory,
    /// Calls.
    Call,
    /// Collectives.
    Collective,
    /// Projects.
    Project,
    /// Good practices.
    GoodPractice,
    /// Resources of the library.
    LibraryResource,
    /// Lessons.
    Lesson,
    /// Shared diagnoses.
    Diagnosis,
}

/// What can be done with an entry.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::permissions::Action")]
pub enum Action {
    /// See it: always, of what you have in hand.
    Read,
    /// Change its fields.
    Update,
    /// Send it to review.
    Submit,
    /// Publish it without review.
    Publish,
    /// Decide on it, while it waits for review.
    Review,
    /// Put it away.
    Archive,
    /// Bring it back from the archive.
    Restore,
    /// Of an actor: declare interactions of it with whomever; with your own actor or one of your territories at the other
    /// end you may declare one with any actor that you see.
    DeclareInteraction,
    /// Of an interaction: agree, for the side that did not declare it.
    Confirm,
    /// Of an interaction: disagree, for the side that did not declare it.
    Dispute,
    /// Read its history.
    SeeHistory,
    /// Of an actor: take it off the directory on request, so that no import brings it back.
    Erase,
}

/// What was done to an entry.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::history::RevisionAction")]
pub enum RevisionAction {
    /// Made.
    Created,
    /// Changed; a suggestion that was accepted has its comment.
    Updated,
    /// Sent to review.
    Submitted,
    /// Published, at review or without it.
    Published,
    /// Refused at review; the comment says why.
    Rejected,
    /// Put away.
    Archived,
    /// Brought back, from the archive or from suppression.
    Restored,
    /// The other side agreed.
    Confirmed,
    /// The other side disagreed; the comment says why.
    Disputed,
    /// Made or changed by an import.
    Imported,
    /// It took over another entry, or was taken over.
    Merged,
    /// Personal data was erased.
    Erased,
    /// Taken off the directory on request.
    Suppressed,
}

/// Where a suggestion stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::suggestions::SuggestionStatus")]
pub enum SuggestionStatus {
    /// Waits for a decision.
    Pending,
    /// Applied to the actor.
    Accepted,
    /// Refused, with a reason.
    Declined,
}

/// A decision on what waits for review.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ReviewDecision {
    /// Publishes an entry, or applies a suggestion.
    Approve,
    /// Refuses it; the reason goes to its author.
    Reject,
}

/// To whom a contact is shown.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::contacts::ContactVisibility")]
pub enum Visibility {
    /// To everyone who sees the actor.
    Public,
    /// To partners of a territory where the actor sits or acts, and to those who see more.
    Partners,
    /// To the actor's editors, managers of its territories and administrators.
    Managers,
}

/// What is thought of two actors that look alike.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::duplicates::DuplicateVerdict")]
pub enum DuplicateVerdict {
    /// One and the same: the same registration under the same name.
    Same,
    /// To be looked at.
    Probable,
    /// Alike, and two: a mairie and its CCAS, or what someone found to be two.
    Distinct,
}

/// What a grant makes of its holder.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::caller::Role")]
pub enum Role {
    /// Everything, everywhere.
    Admin,
    /// Manages what sits or acts in its territory: a Cité éducative, a contrat de ville.
    TerritoryManager,
    /// Reads all that is not personal in its territory, unpublished entries included.
    Analyst,
    /// A front-end: reads what is published, and contacts that are shown to partners.
    Partner,
    /// Edits one actor and declares its interactions.
    ActorEditor,
}
