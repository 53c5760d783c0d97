//! Draft, published, archived, and the moves between them.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

/// Where an entry stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PublicationStatus {
    /// Being written.
    Draft,
    /// Waits for review.
    Submitted,
    /// Seen by everyone.
    Published,
    /// Refused at review.
    Rejected,
    /// Put away.
    Archived,
}

/// A move from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Transition {
    /// To be reviewed.
    Submit,
    /// To be seen by everyone.
    Publish,
    /// To be seen by everyone, after review.
    Approve,
    /// To be refused at review.
    Reject,
    /// To be put away.
    Archive,
    /// To be brought back as it was before it was put away.
    Restore,
}

/// The status of an entry; an archived one remembers what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Where it stands.
    pub status: PublicationStatus,
    /// What it was when it was archived; null unless it is.
    pub archived_from: Option<PublicationStatus>,
}

impl Publication {
    /// A new entry's.
    pub const DRAFT: Self = Self { status: PublicationStatus::Draft, archived_from: None };
    /// What an import by an administrator gives.
    pub const PUBLISHED: Self = Self { status: PublicationStatus::Published, archived_from: None };

    /// The status after a move, or why it is none from here: the attempt and the permission to it say the same.
    pub fn after(self, transition: Transition) -> Result<Self, &'static str> {
        use PublicationStatus::{Archived, Draft, Published, Rejected, Submitted};
        let to = |status| Ok(Self { status, archived_from: None });
        match (transition, self.status) {
            (Transition::Submit, Draft | Rejected) => to(Submitted),
            (Transition::Submit, Submitted) => Err("it is submitted already"),
            (Transition::Submit, _) => Err("only drafts and refused entries are submitted"),
            (Transition::Approve, Submitted) => to(Published),
            (Transition::Reject, Submitted) => to(Rejected),
            (Transition::Approve | Transition::Reject, _) => {
                Err("it is not submitted: only what waits for review is decided")
            }
            (Transition::Publish, Archived) => Err("it is archived: restore it first"),
            (Transition::Publish, Published) => Err("it is published already"),
            (Transition::Publish, _) => to(Published),
            (Transition::Archive, Archived) => Err("it is archived already"),
            (Transition::Archive, status) => Ok(Self { status: Archived, archived_from: Some(status) }),
            (Transition::Restore, _) => match self.archived_from {
                Some(status) => to(status),
                None => Err("it is not archived: only what is archived is brought back"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn an_archived_entry_comes_back_as_it_was() {
        for status in PublicationStatus::iter().filter(|s| *s != PublicationStatus::Archived) {
            let before = Publication { status, archived_from: None };
            let archived = before.after(Transition::Archive).expect("anything else can be archived");
            assert_eq!(archived.status, PublicationStatus::Archived);
            assert!(archived.after(Transition::Archive).is_err());
            assert!(archived.after(Transition::Publish).is_err());
            assert_eq!(archived.after(Transition::Restore), Ok(before));
            assert!(before.after(Transition::Restore).is_err());
        }
    }

    #[test]
    fn drafts_and_refused_entries_can_be_submitted_and_only_submitted_ones_decided() {
        let can = |transition| -> Vec<_> {
            let from = |status: &PublicationStatus| {
                Publication { status: *status, archived_from: None }.after(transition).is_ok()
            };
            PublicationStatus::iter().filter(from).collect()
        };
        assert_eq!(can(Transition::Submit), [PublicationStatus::Draft, PublicationStatus::Rejected]);
        for decision in [Transition::Approve, Transition::Reject] {
            assert_eq!(can(decision), [PublicationStatus::Submitted]);
        }
    }

    #[test]
    fn everything_but_the_published_and_the_archived_can_be_published() {
        let can: Vec<_> = PublicationStatus::iter()
            .filter(|status| {
                Publication { status: *status, archived_from: None }.after(Transition::Publish).is_ok()
            })
            .collect();
        assert_eq!(
            can,
            [PublicationStatus::Draft, PublicationStatus::Submitted, PublicationStatus::Rejected]
        );
    }
}
