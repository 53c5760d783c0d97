//! Edits that someone proposes, for a manager to accept or decline.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use strum::{AsRefStr, Display, EnumString};

use super::actors::{Actor, ActorSets};
use super::ids::{ActorId, SuggestionId};
use super::paging::{KeyType, ListOrder};

/// Most suggestions that wait for a decision, of one caller.
pub const MOST_PENDING: i64 = 50;

/// Where a suggestion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SuggestionStatus {
    /// Waits for a decision.
    Pending,
    /// Applied.
    Accepted,
    /// Refused.
    Declined,
}

/// An edit that someone proposes.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Its identity.
    pub id: SuggestionId,
    /// The actor that it changes.
    pub actor: ActorId,
    /// Who proposes it, as changes name them.
    pub caller: String,
    /// Why, in their words.
    pub comment: Option<String>,
    /// What changes: field, before, after, as changes tell it.
    pub changes: Map<String, Value>,
    /// Where it stands.
    pub status: SuggestionStatus,
    /// Why it was declined, or what was said when it was accepted.
    pub reason: Option<String>,
    /// Counts its changes.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The suggestions of each of many actors.
#[derive(Clone, Debug, Default)]
pub struct SuggestionListing {
    /// Only those that stand here; all where it is not said.
    pub status: Option<SuggestionStatus>,
}

impl SuggestionListing {
    /// The order, which is the same for all: newest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "SUGGESTION".to_owned(), key: KeyType::Instant }
    }
}

/// An actor with what a suggestion compares: a seat that its point gave it is no field that anyone fills.
pub fn compared(actor: &Actor, sets: &ActorSets) -> (Actor, ActorSets) {
    let seat = actor.seat.filter(|seat| seat.declared);
    (Actor { seat, ..actor.clone() }, sets.clone())
}

/// The fields of a suggestion that are no longer as they were when it was made.
pub fn moved_on(changes: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let stays = |field: &String, pair: &Value| {
        pair.get(0).unwrap_or(&Value::Null) == now.get(field).unwrap_or(&Value::Null)
    };
    let moved = changes.iter().filter(|(field, pair)| !stays(field, pair)).map(|(field, _)| field.clone());
    let mut moved: Vec<_> = moved.collect();
    moved.sort_unstable();
    moved
}
