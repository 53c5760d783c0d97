//! What waits for review.

use chrono::{DateTime, Utc};

use super::ids::Subject;
use super::paging::{KeyType, ListOrder};
use super::policy::Visibility;
use super::territories::TerritoryScope;

/// An entry or a suggestion that waits for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub subject: Subject,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// What waits for someone's decision: what is within their territories, everything for administrators.
#[derive(Clone, Debug)]
pub struct ReviewListing {
    /// Only what sits, acts or is open there.
    pub territory: Option<TerritoryScope>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl ReviewListing {
    /// The order, which is the same for all: oldest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "REVIEW".to_owned(), key: KeyType::Instant }
    }
}
