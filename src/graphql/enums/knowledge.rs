//! Enumerations of what cooperation teaches.

use async_graphql::Enum;

/// Under what a lesson is told: the five rubrics of a community day.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::lessons::LessonRubric")]
pub enum LessonRubric {
    /// Déclencheur: what made them begin.
    Trigger,
    /// Difficulté: what was in the way.
    Difficulty,
    /// Facteur clé de réussite: why it worked.
    SuccessFactor,
    /// Levier: what helped to go on.
    Lever,
    /// Perspective: where it may lead.
    Prospect,
}

/// How a practice gets elsewhere (essaimage).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::replications::ReplicationPath")]
pub enum ReplicationPath {
    /// Through a call for projects.
    Call,
    /// On another territory.
    Territory,
    /// Inside one network.
    Network,
}

/// How far the taking-up of a practice is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::replications::ReplicationStatus")]
pub enum ReplicationStatus {
    /// Someone thinks of it.
    Considered,
    /// It is decided, and has not begun.
    Planned,
    /// It is done now.
    Running,
    /// It was brought to its end.
    Done,
    /// It was given up.
    Abandoned,
}
