//! Actors that look like one another.
// filled by the duplicates branch

use super::ids::ActorId;

/// Whether two actors are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateVerdict {
    /// Surely.
    Same,
    /// To be checked.
    Probable,
    /// Surely not.
    Distinct,
}

/// An actor that looks like another.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateCandidate {
    /// Which.
    pub actor: ActorId,
    /// Whether it is the same.
    pub verdict: DuplicateVerdict,
    /// How much it looks like it, from 0 to 1.
    pub score: f64,
    /// Why.
    pub reasons: Vec<String>,
}
