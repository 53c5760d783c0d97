//! Of what people do to entries, and who may.

use async_graphql::Enum;

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
