//! Who may do what.

use super::caller::{Caller, Role};
use super::publication::PublicationStatus;

/// What a caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// What is published, with hidden locations left out.
    Public,
    /// Everything.
    Everything,
}

impl Visibility {
    /// What this caller may see.
    pub fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Anonymous => Self::Public,
            Caller::Operator | Caller::Bearer { role: Role::Admin, .. } => Self::Everything,
        }
    }

    /// Whether an entry of this status is seen.
    pub fn sees(self, status: PublicationStatus) -> bool {
        self == Self::Everything || status == PublicationStatus::Published
    }

    /// Whether hidden locations are seen.
    pub fn sees_hidden_locations(self) -> bool {
        self == Self::Everything
    }
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in: a token is needed.
    Unauthenticated,
    /// The caller is known and may not.
    Forbidden,
}

/// Whether this caller may create, change, publish, archive and restore.
pub fn may_write(caller: &Caller) -> Result<(), Denied> {
    match caller {
        Caller::Anonymous => Err(Denied::Unauthenticated),
        Caller::Operator | Caller::Bearer { role: Role::Admin, .. } => Ok(()),
    }
}
