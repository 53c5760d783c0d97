//! Lists of needs and offers, of whom to ask, of collectives with their members, of projects and applications.

use chrono::NaiveDate;

use crate::domain::applications::ApplicationStatus;
use crate::domain::collectives::CollectiveFilter;
use crate::domain::exchanges::{ExchangeFilter, Side};
use crate::domain::ids::ActorId;
use crate::domain::memberships::MembershipStatus;
use crate::domain::paging::{KeyType, ListOrder};
use crate::domain::policy::{Sight, Visibility};
use crate::domain::projects::ProjectFilter;
use crate::domain::support::SupportStatus;
use crate::domain::territories::TerritoryScope;

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
