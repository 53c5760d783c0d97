//! Lists of shared diagnoses, their sessions, good practices, lessons and the library.

use crate::domain::knowledge::KnowledgeFilter;
use crate::domain::paging::{KeyType, ListOrder};
use crate::domain::policy::Visibility;
use crate::domain::territories::TerritoryScope;

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
