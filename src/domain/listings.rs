//! What lists hold: which entries, in which order, of which entry, seen by whom.

mod cooperation;
mod knowledge;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::actors::{ActorFilter, ActorOrderField};
use super::calls::{CallFilter, CallOrderField};
use super::ids::{ActorId, TerritoryId};
use super::interactions::{InteractionFilter, InteractionScope};
use super::paging::{KeyType, ListOrder};
use super::policy::Visibility;
use super::territories::{TerritoryBasis, TerritoryFilter};

pub use cooperation::{
    ApplicationAnchor, ApplicationListing, CollectiveAnchor, CollectiveListing, ContributionListing,
    ExchangeAnchor, ExchangeListing, MembershipListing, ProjectAnchor, ProjectListing, SupportContactListing,
    SupportRequestListing,
};
pub use knowledge::{
    DiagnosisListing, LessonAnchor, LessonListing, LibraryListing, PracticeListing, SessionAnchor,
    SessionListing,
};

/// Which territories; each entry's children where the list is nested.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TerritoryListing {
    /// What they match.
    pub filter: TerritoryFilter,
    /// Whether the list is that of what lies directly within each of many.
    pub children: bool,
}

impl TerritoryListing {
    /// The order, which is the same for all: by kind from small to large, then name.
    pub fn order() -> ListOrder {
        ListOrder { name: "TERRITORY".to_owned(), key: KeyType::Text }
    }
}

/// The entry that a nested list of actors belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorAnchor {
    /// A territory: those that sit or act in it.
    Territory(TerritoryBasis),
    /// An actor: those one step away.
    Partners,
}

/// An order of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActorOrder {
    /// By what.
    pub field: ActorOrderField,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl ActorOrder {
    /// Its name in cursors, and what its keys are.
    pub fn list(self) -> ListOrder {
        let key = match self.field {
            ActorOrderField::Name => KeyType::Text,
            ActorOrderField::UpdatedAt | ActorOrderField::CreatedAt => KeyType::Instant,
            ActorOrderField::Relevance | ActorOrderField::Distance => KeyType::Number,
        };
        let direction = if self.descending { "DESC" } else { "ASC" };
        ListOrder { name: format!("ACTOR_{}_{direction}", self.field.as_ref()), key }
    }
}

/// Entries that were found elsewhere, in sets: a list of them is nested in one set. As text it is who it is, not what it holds,
/// since lists are told apart by their text.
#[derive(Clone)]
pub struct Among(Arc<Vec<(Uuid, Uuid)>>);

impl Among {
    /// The set of one that stands alone.
    pub const ALONE: Uuid = Uuid::nil();

    /// Members, each with the set that it belongs to.
    pub fn of(members: Vec<(Uuid, Uuid)>) -> Self {
        Self(Arc::new(members))
    }

    /// One set.
    pub fn alone(members: impl IntoIterator<Item = Uuid>) -> Self {
        Self::of(members.into_iter().map(|member| (member, Self::ALONE)).collect())
    }

    /// The members, and in the same order the sets that they belong to.
    pub fn columns(&self) -> (Vec<Uuid>, Vec<Uuid>) {
        self.0.iter().copied().unzip()
    }
}

impl fmt::Debug for Among {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Among({:p})", Arc::as_ptr(&self.0))
    }
}

/// Which actors, in which order.
#[derive(Clone, Debug)]
pub struct ActorListing {
    /// What they match.
    pub filter: ActorFilter,
    /// In which order.
    pub order: ActorOrder,
    /// The entry that they belong to, where the list is nested.
    pub anchor: Option<ActorAnchor>,
    /// Only those of the set that the list is nested in.
    pub among: Option<Among>,
    /// What the reader may see.
    pub visibility: Visibility,
    /// Whether only names, kinds, themes, seats and states are read: the rest is left empty.
    pub brief: bool,
}

/// The entry that a nested list of interactions belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InteractionAnchor {
    /// An actor: those with it at one end.
    Actor,
    /// A territory: those with both ends, one, or any in it.
    Territory(InteractionScope),
}

/// Which interactions.
#[derive(Clone, Debug)]
pub struct InteractionListing {
    /// What they match.
    pub filter: InteractionFilter,
    /// The entry that they belong to, where the list is nested.
    pub anchor: Option<InteractionAnchor>,
    /// Only those that wait for the answer of one of these actors.
    pub answered_by: Option<Vec<ActorId>>,
    /// Only those of the set that the list is nested in.
    pub among: Option<Among>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl InteractionListing {
    /// The order of every list but that of what waits: newest change first.
    pub fn order() -> ListOrder {
        ListOrder { name: "INTERACTION".to_owned(), key: KeyType::Instant }
    }

    /// The order of what waits: oldest change first.
    pub fn waiting_order() -> ListOrder {
        ListOrder { name: "INTERACTION_WAITING".to_owned(), key: KeyType::Instant }
    }
}

/// An order of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallOrder {
    /// By what.
    pub field: CallOrderField,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl CallOrder {
    /// Its name in cursors, and what its keys are.
    pub fn list(self) -> ListOrder {
        let key = match self.field {
            CallOrderField::Title => KeyType::Text,
            CallOrderField::ClosesAt | CallOrderField::OpensAt | CallOrderField::UpdatedAt => {
                KeyType::Instant
            }
        };
        let direction = if self.descending { "DESC" } else { "ASC" };
        ListOrder { name: format!("CALL_{}_{direction}", self.field.as_ref()), key }
    }
}

/// Whom a call concerns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Concerned {
    /// Those that organise it.
    pub organisers: Vec<ActorId>,
    /// What lies within its perimeter, or what that lies within.
    pub territories: Vec<TerritoryId>,
}

/// Which calls, in which order.
#[derive(Clone, Debug)]
pub struct CallListing {
    /// What they match.
    pub filter: CallFilter,
    /// In which order.
    pub order: CallOrder,
    /// Whether the list is that of the calls open to each of many territories.
    pub of_territory: bool,
    /// Only those of these organisers, or open to these territories.
    pub concerning: Option<Concerned>,
    /// What the reader may see.
    pub visibility: Visibility,
    /// The instant by which phases are told.
    pub now: DateTime<Utc>,
}
