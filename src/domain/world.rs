//! Actors and interactions as pictures of the whole directory need them.

use uuid::Uuid;

use super::actors::ActorKind;
use super::interactions::{CooperationLevel, InteractionKind};
use super::publication::PublicationStatus;

/// A day as a number from the year 1 on.
pub type DayNumber = i32;

/// An actor, as far as a picture shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorRow {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// Where it stands.
    pub status: PublicationStatus,
    /// Whether only some may see its location.
    pub hidden: bool,
    /// Longitude and latitude.
    pub point: Option<(f64, f64)>,
    /// Its name.
    pub name: String,
}

/// An interaction, as far as a picture shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TieRow {
    /// Its id.
    pub id: Uuid,
    /// From whom.
    pub source: Uuid,
    /// To whom.
    pub target: Uuid,
    /// Its kind.
    pub kind: InteractionKind,
    /// Where it stands.
    pub status: PublicationStatus,
    /// How far they go together.
    pub level: Option<CooperationLevel>,
    /// From 1 to 5; 0 where it is not known.
    pub intensity: u8,
    /// Its first day.
    pub since: Option<DayNumber>,
    /// Its last day.
    pub until: Option<DayNumber>,
}

/// How far the feed goes: which life of the database it is, and its newest place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FeedEnd {
    /// Which life of the database it is.
    pub era: Uuid,
    /// The newest place.
    pub position: i64,
}
