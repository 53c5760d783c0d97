//! Of calls for projects.

use async_graphql::Enum;

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
