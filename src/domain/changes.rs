//! The change feed: what others follow the directory by. A change is one write of one entry; its place follows the order in
//! which writes were committed, and never moves.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use strum::{EnumIter, IntoEnumIterator};
use uuid::Uuid;

use super::actors::Actor;
use super::applications::Application;
use super::calls::Call;
use super::collectives::Collective;
use super::diagnoses::Diagnosis;
use super::ids::{ActorId, Subject, SubjectKind};
use super::interactions::Interaction;
use super::practices::GoodPractice;
use super::projects::Project;
use super::territories::{Territory, TerritoryScope};

/// The kinds of entries that can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ChangeKind {
    Actor,
    Interaction,
    Territory,
    Call,
    Collective,
    Project,
    Application,
    GoodPractice,
    Diagnosis,
}

impl ChangeKind {
    /// The entries that it is of.
    pub fn subject(self) -> SubjectKind {
        match self {
            Self::Actor => SubjectKind::Actor,
            Self::Interaction => SubjectKind::Interaction,
            Self::Territory => SubjectKind::Territory,
            Self::Call => SubjectKind::Call,
            Self::Collective => SubjectKind::Collective,
            Self::Project => SubjectKind::Project,
            Self::Application => SubjectKind::Application,
            Self::GoodPractice => SubjectKind::GoodPractice,
            Self::Diagnosis => SubjectKind::Diagnosis,
        }
    }

    /// The kind of these entries; null where they can't be followed.
    pub fn of(subject: SubjectKind) -> Option<Self> {
        Self::iter().find(|kind| kind.subject() == subject)
    }
}

/// A place in the feed; what follows it has not been told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Of the transaction: in the order of commits.
    pub position: i64,
    /// Of the change, within its transaction.
    pub change: i64,
    /// What follows from a change of an actor for its interactions, one after the other; nil for the change itself.
    pub part: Uuid,
}

impl Place {
    /// Before everything.
    pub const START: Self = Self { position: 0, change: 0, part: Uuid::nil() };

    /// Behind all of a transaction.
    pub fn after(position: i64) -> Self {
        Self { position, change: i64::MAX, part: Uuid::max() }
    }
}

/// A place in the feed of one life of the database: one that was restored from a backup has another, and its places are
/// other places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FeedCursor {
    /// Which life.
    pub era: Uuid,
    /// Where in it.
    pub place: Place,
}

/// What cursors of the feed begin with.
const MARK: u8 = b'f';

impl FeedCursor {
    /// As sent to clients: opaque.
    pub fn encode(&self) -> String {
        let mut bytes = vec![MARK];
        bytes.extend_from_slice(self.era.as_bytes());
        bytes.extend_from_slice(&self.place.position.to_be_bytes());
        bytes.extend_from_slice(&self.place.change.to_be_bytes());
        bytes.extend_from_slice(self.place.part.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// As a client sends it back; null where it is none of the feed's.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (mark, rest) = bytes.split_first()?;
        let (era, rest) = rest.split_first_chunk::<16>()?;
        let (position, rest) = rest.split_first_chunk::<8>()?;
        let (change, part) = rest.split_first_chunk::<8>()?;
        let place = Place {
            position: i64::from_be_bytes(*position),
            change: i64::from_be_bytes(*change),
            part: Uuid::from_slice(part).ok()?,
        };
        let is_ours = *mark == MARK && place.position >= 0 && place.change >= 0;
        is_ours.then_some(Self { era: Uuid::from_bytes(*era), place })
    }
}

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// Entries of these kinds.
    pub kinds: Vec<SubjectKind>,
    /// Only what is there.
    pub territory: Option<TerritoryScope>,
}

/// An entry as it is now.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Entry {
    Territory(Territory),
    Actor(Actor),
    Interaction(Interaction),
    Call(Call),
    Collective(Collective),
    Project(Project),
    Application(Application),
    GoodPractice(GoodPractice),
    Diagnosis(Diagnosis),
}

impl Entry {
    /// Which one it is.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Territory(it) => it.id.into(),
            Self::Actor(it) => it.id.into(),
            Self::Interaction(it) => it.id.into(),
            Self::Call(it) => it.id.into(),
            Self::Collective(it) => it.id.into(),
            Self::Project(it) => it.id.into(),
            Self::Application(it) => it.id.into(),
            Self::GoodPractice(it) => it.id.into(),
            Self::Diagnosis(it) => it.id.into(),
        }
    }

    /// Its version.
    pub fn version(&self) -> i32 {
        match self {
            Self::Territory(it) => it.version,
            Self::Actor(it) => it.version,
            Self::Interaction(it) => it.version,
            Self::Call(it) => it.version,
            Self::Collective(it) => it.version,
            Self::Project(it) => it.version,
            Self::Application(it) => it.version,
            Self::GoodPractice(it) => it.version,
            Self::Diagnosis(it) => it.version,
        }
    }
}

/// What became of an entry.
#[derive(Clone, Debug)]
pub enum Became {
    /// It is there, so.
    Upserted(Box<Entry>),
    /// It is gone: from the directory, from the reader's sight, or from where they look.
    Deleted,
    /// Another actor took it over.
    Merged(ActorId),
}

/// A change as it is told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Where it stands in the feed.
    pub cursor: FeedCursor,
    /// The entry.
    pub subject: Subject,
    /// What became of it.
    pub became: Became,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// A part of the feed.
#[derive(Clone, Debug)]
pub struct Part {
    /// The changes, in order.
    pub told: Vec<Told>,
    /// Where to go on from.
    pub cursor: FeedCursor,
    /// Whether more is there already.
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_and_nothing_else_is_one() {
        let place = Place { position: 7, change: i64::MAX, part: Uuid::max() };
        let cursor = FeedCursor { era: Uuid::from_u128(1), place };
        let text = cursor.encode();
        assert_eq!(FeedCursor::decode(&text), Some(cursor));
        for wrong in ["", "x", "🙂", &text[1..], &text[..20], &format!("{text}AAAA"), &text.to_uppercase()]
        {
            assert_ne!(FeedCursor::decode(wrong), Some(cursor), "{wrong}");
        }
        let before = FeedCursor { place: Place { position: -1, ..place }, ..cursor };
        assert_eq!(FeedCursor::decode(&before.encode()), None);
    }

    #[test]
    fn each_kind_is_found_by_its_entries() {
        for kind in ChangeKind::iter() {
            assert_eq!(ChangeKind::of(kind.subject()), Some(kind));
        }
        assert_eq!(ChangeKind::of(SubjectKind::User), None);
    }
}
