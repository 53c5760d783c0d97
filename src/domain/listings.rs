//! What lists hold: which entries, in which order, of which entry, seen by whom.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::actors::{ActorFilter, ActorOrderField};
use super::applications::ApplicationStatus;
use super::calls::{CallFilter, CallOrderField};
use super::collectives::CollectiveFilter;
use super::exchanges::{ExchangeFilter, Side};
use super::ids::{ActorId, TerritoryId};
use super::interactions::{InteractionFilter, InteractionScope};
use super::knowledge::KnowledgeFilter;
use super::memberships::MembershipStatus;
use super::paging::{KeyType, ListOrder};
use super::policy::{Sight, Visibility};
use super::projects::ProjectFilter;
use super::support::SupportStatus;
use super::territories::{TerritoryBasis, TerritoryFilter, TerritoryScope};

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

/// The entry that a nested list of needs or offers belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExchangeAnchor {
    /// An actor: its own.
    Actor,
    /// A territory: those for it, and of those that sit in it.
    Territory,
}

/// Which needs, or which offers.
#[derive(Clone, Debug)]
pub struct ExchangeListing {
    /// Which of the two.
    pub side: Side,
    /// What they match.
    pub filter: ExchangeFilter,
    /// The entry that they belong to, where the list is nested.
    pub anchor: Option<ExchangeAnchor>,
    /// What the reader may see.
    pub visibility: Visibility,
    /// The day by which they are open.
    pub today: NaiveDate,
}

impl ExchangeListing {
    /// The order, which is the same for all of a side: newest first.
    pub fn order(side: Side) -> ListOrder {
        ListOrder { name: side.as_ref().to_owned(), key: KeyType::Instant }
    }
}

/// Those who answer in each of many territories.
#[derive(Clone, Debug)]
pub struct SupportContactListing {
    /// What the reader may see.
    pub visibility: Visibility,
}

impl SupportContactListing {
    /// The order, which is the same for all: by their territory, from small to large.
    pub fn order() -> ListOrder {
        ListOrder { name: "SUPPORT_CONTACT".to_owned(), key: KeyType::Text }
    }
}

/// Which requests for support.
#[derive(Clone, Debug)]
pub struct SupportRequestListing {
    /// In one of these statuses; in any where there is none.
    pub statuses: Vec<SupportStatus>,
    /// About this territory, or of an actor or a collective there.
    pub territory: Option<TerritoryScope>,
    /// Whether the list is that of each of many collectives.
    pub of_collective: bool,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl SupportRequestListing {
    /// The order, which is the same for all: oldest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "SUPPORT_REQUEST".to_owned(), key: KeyType::Instant }
    }
}

/// What a list of collectives belongs to.
#[derive(Clone, Debug)]
pub enum CollectiveAnchor {
    /// An actor: those that it is of, or is asked to be of.
    Member,
    /// A territory: those that act in it, or in what lies within it.
    Territory,
    /// None: drafts, and what was refused, that their own actors lead or that act where they manage; everyone's where there is
    /// no limit.
    ToFinish(Option<Sight>),
}

/// Which collectives.
#[derive(Clone, Debug)]
pub struct CollectiveListing {
    /// What they match.
    pub filter: CollectiveFilter,
    /// What they belong to; null where the list stands alone.
    pub anchor: Option<CollectiveAnchor>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl CollectiveListing {
    /// The order, which is the same for all: by name.
    pub fn order() -> ListOrder {
        ListOrder { name: "COLLECTIVE".to_owned(), key: KeyType::Text }
    }
}

/// Which members of each of many collectives.
#[derive(Clone, Debug)]
pub struct MembershipListing {
    /// In this status; all where it is not said.
    pub status: Option<MembershipStatus>,
    /// Of no collective in particular: invitations that wait for the answer of one of these actors.
    pub answered_by: Option<Vec<ActorId>>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl MembershipListing {
    /// The order, which is the same for all: the lead, then by name.
    pub fn order() -> ListOrder {
        ListOrder { name: "MEMBERSHIP".to_owned(), key: KeyType::Text }
    }

    /// The order of invitations that wait: the oldest first.
    pub fn waiting_order() -> ListOrder {
        ListOrder { name: "MEMBERSHIP_WAITING".to_owned(), key: KeyType::Instant }
    }
}

/// The contributions to each of many collectives.
#[derive(Clone, Debug)]
pub struct ContributionListing {
    /// What the reader may see.
    pub visibility: Visibility,
}

impl ContributionListing {
    /// The order, which is the same for all: the newest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "CONTRIBUTION".to_owned(), key: KeyType::Instant }
    }
}

/// The entry that a nested list of projects belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProjectAnchor {
    /// An actor: those that it leads or is a partner of.
    Actor,
    /// A territory: those that take place in it, or in what lies within it.
    Territory,
    /// An orientation: those that serve it.
    Orientation,
}

/// Which projects.
#[derive(Clone, Debug)]
pub struct ProjectListing {
    /// What they match.
    pub filter: ProjectFilter,
    /// The entry that they belong to, where the list is nested.
    pub anchor: Option<ProjectAnchor>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl ProjectListing {
    /// The order, which is the same for all: by title.
    pub fn order() -> ListOrder {
        ListOrder { name: "PROJECT".to_owned(), key: KeyType::Text }
    }
}

/// Which diagnoses.
#[derive(Clone, Debug)]
pub struct DiagnosisListing {
    /// Only those of what this scope reaches.
    pub territory: Option<TerritoryScope>,
    /// Whether the list is a territory's: those of it, or of what lies within it.
    pub of_territory: bool,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl DiagnosisListing {
    /// The order, which is the same for all: by title.
    pub fn order() -> ListOrder {
        ListOrder { name: "DIAGNOSIS".to_owned(), key: KeyType::Text }
    }
}

/// The entry that a nested list of sessions belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionAnchor {
    /// A diagnosis.
    Diagnosis,
    /// A collective.
    Collective,
    /// A call.
    Call,
}

/// The sessions of each of many entries that the reader sees.
#[derive(Clone, Copy, Debug)]
pub struct SessionListing {
    /// Of which kind they are.
    pub anchor: SessionAnchor,
}

impl SessionListing {
    /// The order, which is the same for all: the first that was held first.
    pub fn order() -> ListOrder {
        ListOrder { name: "SESSION".to_owned(), key: KeyType::Text }
    }
}

/// The entry that a list of applications belongs to, or for whom it waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ApplicationAnchor {
    /// An actor: those that it leads or co-applies with.
    Actor,
    /// A call: those that answer it.
    Call,
    /// A project: those that are made with it.
    Project,
    /// A collective: those that it files.
    Collective,
    /// None: those that their own actors lead, and have not filed; everyone's where there is no limit.
    ToFile(Option<Sight>),
    /// None: those that wait for one of their own actors to sign off.
    ToSign(Sight),
    /// None: those that wait for their decision; for everyone's where there is no limit.
    ToDecide(Option<Sight>),
}

/// Which applications of each of many entries.
#[derive(Clone, Debug)]
pub struct ApplicationListing {
    /// Of which entries.
    pub anchor: ApplicationAnchor,
    /// In one of these statuses; all where it is empty.
    pub statuses: Vec<ApplicationStatus>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl ApplicationListing {
    /// The order, which is the same for all: the newest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "APPLICATION".to_owned(), key: KeyType::Instant }
    }

    /// The order of what waits: the oldest first.
    pub fn waiting_order() -> ListOrder {
        ListOrder { name: "APPLICATION_WAITING".to_owned(), key: KeyType::Instant }
    }
}

/// Which good practices.
#[derive(Clone, Debug)]
pub struct PracticeListing {
    /// What they match.
    pub filter: KnowledgeFilter,
    /// Whether the list is that of each of many territories: those that take place in it, or in what lies within it.
    pub of_territory: bool,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl PracticeListing {
    /// The order, which is the same for all: by title.
    pub fn order() -> ListOrder {
        ListOrder { name: "GOOD_PRACTICE".to_owned(), key: KeyType::Text }
    }
}

/// The entry that a nested list of lessons belongs to: what they were learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LessonAnchor {
    /// A good practice.
    GoodPractice,
    /// A collective.
    Collective,
    /// A project.
    Project,
}

/// Which lessons.
#[derive(Clone, Debug)]
pub struct LessonListing {
    /// What they match.
    pub filter: KnowledgeFilter,
    /// The entry that they belong to, where the list is nested.
    pub anchor: Option<LessonAnchor>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl LessonListing {
    /// The order, which is the same for all: newest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "LESSON".to_owned(), key: KeyType::Instant }
    }
}

/// Which resources of the library.
#[derive(Clone, Debug)]
pub struct LibraryListing {
    /// What they match.
    pub filter: KnowledgeFilter,
    /// What the reader may see of the practices that name them.
    pub visibility: Visibility,
}

impl LibraryListing {
    /// The order, which is the same for all: by title.
    pub fn order() -> ListOrder {
        ListOrder { name: "LIBRARY_RESOURCE".to_owned(), key: KeyType::Text }
    }
}
