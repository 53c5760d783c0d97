//! Needs and offers: what an actor or a collective looks for, and what an actor can give.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CollectiveId, ExchangeId, Subject, SubjectKind};
use super::interactions::InteractionKind;
use super::language::Language;
use super::search_text::SearchText;
use super::territories::TerritoryScope;
use super::{text, themes};

/// Which of the two it is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// Looked for.
    Need,
    /// Given.
    Offer,
}

impl Side {
    /// The one that it is matched with.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Need => Self::Offer,
            Self::Offer => Self::Need,
        }
    }

    /// The kind of entry that it is.
    pub fn subject_kind(self) -> SubjectKind {
        match self {
            Self::Need => SubjectKind::Need,
            Self::Offer => SubjectKind::Offer,
        }
    }

    /// The side of an entry of this kind; null for other kinds.
    pub fn of(kind: SubjectKind) -> Option<Self> {
        match kind {
            SubjectKind::Need => Some(Self::Need),
            SubjectKind::Offer => Some(Self::Offer),
            _ => None,
        }
    }
}

/// What is looked for or given.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ResourceKind {
    Skill,
    Space,
    Equipment,
    Funding,
    Volunteers,
    AudienceAccess,
    Data,
    Training,
    Other,
}

impl ResourceKind {
    /// What people read.
    pub fn label(self, language: Language) -> &'static str {
        let (fr, en) = match self {
            Self::Skill => ("compétence", "skill"),
            Self::Space => ("local", "space"),
            Self::Equipment => ("matériel", "equipment"),
            Self::Funding => ("financement", "funding"),
            Self::Volunteers => ("bénévoles", "volunteers"),
            Self::AudienceAccess => ("accès à un public", "access to an audience"),
            Self::Data => ("données", "data"),
            Self::Training => ("formation", "training"),
            Self::Other => ("autre", "other"),
        };
        match language {
            Language::Fr => fr,
            Language::En => en,
        }
    }

    /// What links two actors that are put in touch about it.
    pub fn introduction(self) -> InteractionKind {
        match self {
            Self::Data => InteractionKind::InformationSharing,
            _ => InteractionKind::ResourceSharing,
        }
    }
}

/// Who looks for something, gives it, or asks for support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An actor.
    Actor(ActorId),
    /// A collective, for which those act who edit its lead.
    Collective(CollectiveId),
}

impl Owner {
    /// The actor; null where it is a collective.
    pub fn actor(self) -> Option<ActorId> {
        match self {
            Self::Actor(id) => Some(id),
            Self::Collective(_) => None,
        }
    }

    /// The collective; null where it is an actor.
    pub fn collective(self) -> Option<CollectiveId> {
        match self {
            Self::Actor(_) => None,
            Self::Collective(id) => Some(id),
        }
    }

    /// The same as any entry, by kind and key.
    pub fn subject(self) -> Subject {
        match self {
            Self::Actor(id) => id.into(),
            Self::Collective(id) => id.into(),
        }
    }
}

/// A need or an offer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// Its identity.
    pub id: ExchangeId,
    /// Which of the two it is.
    pub side: Side,
    /// Whose it is; null where it is a collective's.
    pub actor: Option<ActorId>,
    /// The collective whose need it is; null where it is an actor's.
    pub collective: Option<CollectiveId>,
    /// What is looked for or given.
    pub kind: ResourceKind,
    /// In a few words.
    pub title: String,
    /// In more of them.
    pub description: Option<String>,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// The last day on which it holds; null where it holds until it is closed.
    pub valid_until: Option<NaiveDate>,
    /// When it was closed; null while it is not.
    pub closed_at: Option<DateTime<Utc>>,
    /// Counts its changes.
    pub version: i32,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a client says of a need or an offer; territories are found elsewhere.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of Exchange")]
pub struct Posted {
    pub kind: ResourceKind,
    pub title: String,
    pub description: Option<String>,
    pub themes: Vec<String>,
    pub valid_until: Option<NaiveDate>,
}

impl Exchange {
    /// A new one of this owner, with all that is wrong with it.
    pub fn new(
        id: ExchangeId,
        side: Side,
        owner: Owner,
        given: Posted,
        (now, today): (DateTime<Utc>, NaiveDate),
        found: &mut Violations,
    ) -> Self {
        let mut title = String::new();
        text::required_text(super::edit::Edit::Set(given.title), &mut title, "input.title", found);
        let description = given.description.as_deref();
        let description = description.and_then(|value| {
            found.keep(text::text("input.description", value, text::DESCRIPTION_CHARS)).flatten()
        });
        if given.valid_until.is_some_and(|last| last < today) {
            let message = format!("is over: give {today} or a later day, or leave it out");
            found.add("input.validUntil", ViolationCode::OutOfRange, message);
        }
        Self {
            id,
            side,
            actor: owner.actor(),
            collective: owner.collective(),
            kind: given.kind,
            title,
            description,
            themes: themes::parse("input.themes", given.themes, found),
            valid_until: given.valid_until,
            closed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Any entry, by kind and key.
    pub fn subject(&self) -> Subject {
        Subject { kind: self.side.subject_kind(), id: self.id.0 }
    }

    /// Whether it holds on this day: not closed, and its last day has not passed.
    pub fn is_open(&self, today: NaiveDate) -> bool {
        self.closed_at.is_none() && self.valid_until.is_none_or(|last| last >= today)
    }
}

/// Which needs or offers to list. Everything given must hold; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ExchangeFilter {
    pub text: Option<SearchText>,
    pub kinds: Vec<ResourceKind>,
    pub themes: Vec<String>,
    pub territory: Option<TerritoryScope>,
    pub actor: Option<ActorId>,
    pub open: Option<bool>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).expect("a day")
    }

    fn posted(given: Posted, found: &mut Violations) -> Exchange {
        let (id, owner) = (ExchangeId(Uuid::from_u128(1)), Owner::Actor(ActorId(Uuid::from_u128(2))));
        Exchange::new(id, Side::Need, owner, given, (DateTime::UNIX_EPOCH, day(22)), found)
    }

    fn given() -> Posted {
        Posted {
            kind: ResourceKind::Space,
            title: " Une salle ".to_owned(),
            description: Some("  ".to_owned()),
            themes: vec!["youth".to_owned(), "youth".to_owned()],
            valid_until: Some(day(22)),
        }
    }

    #[test]
    fn it_is_open_through_its_last_day_and_until_it_is_closed() {
        let mut found = Violations::default();
        let mut need = posted(given(), &mut found);
        assert_eq!(found, Violations::default());
        assert_eq!((need.title.as_str(), &need.description, need.themes.len()), ("Une salle", &None, 1));
        assert!(need.is_open(day(22)) && !need.is_open(day(23)));
        need.valid_until = None;
        assert!(need.is_open(day(30)));
        need.closed_at = Some(DateTime::UNIX_EPOCH);
        assert!(!need.is_open(day(22)));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let mut found = Violations::default();
        let wrong = Posted {
            title: " ".to_owned(),
            description: Some("a\0b".to_owned()),
            themes: vec!["no-such-theme".to_owned()],
            valid_until: Some(day(21)),
            ..given()
        };
        posted(wrong, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(paths, ["input.title", "input.description", "input.validUntil", "input.themes[0]"]);
    }
}
