//! Collectives: small ones around one concern, and communities of action; what brings them together, and where.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CollectiveId, TerritoryId};
use super::money::money;
use super::publication::Publication;
use super::search_text::SearchText;
use super::stages::CollectiveStage;
use super::territories::TerritoryScope;
use super::{sdgs, text, themes};

/// What kind of collective it is; the first may grow into the second.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CollectiveKind {
    /// Three to five actors around one concern.
    SmallCollective,
    /// Many kinds of actors, one strategy of collective impact.
    ActionCommunity,
}

impl CollectiveKind {
    /// How many members it may have, where no call says otherwise.
    pub fn size(self) -> Size {
        match self {
            Self::SmallCollective => Size { least: 3, most: Some(5) },
            Self::ActionCommunity => Size { least: 3, most: None },
        }
    }
}

/// How many members a collective may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// At least so many.
    pub least: i64,
    /// At most so many; null where there is no limit.
    pub most: Option<i64>,
}

/// How soon something must be done.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum Urgency {
    Low,
    Moderate,
    High,
    Critical,
}

/// Actors that want to act together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Collective {
    pub id: CollectiveId,
    pub slug: String,
    pub kind: CollectiveKind,
    pub name: String,
    pub stage: CollectiveStage,
    /// What it was when it was closed; null unless it is.
    pub closed_from: Option<CollectiveStage>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    pub intent: Option<StatementOfIntent>,
    /// The actor that it has become.
    pub actor: Option<ActorId>,
    #[serde(flatten)]
    pub publication: Publication,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to a collective and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CollectiveSets {
    /// Where it acts.
    pub territories: Vec<TerritoryId>,
    /// Where it tries things out.
    pub pilot_sites: Vec<TerritoryId>,
}

/// What brings a collective together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct StatementOfIntent {
    pub shared_finding: String,
    pub urgency: Option<Urgency>,
    pub why_now: Option<String>,
    pub change_sought: Option<String>,
    pub audiences: Vec<String>,
    pub funding_sought: Option<Decimal>,
    pub funding_note: Option<String>,
    pub partners_sought: Vec<String>,
}

/// What a territory is to a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Place {
    /// It acts there.
    Territory,
    /// It tries things out there.
    PilotSite,
}

/// What a registration or an update says of a collective; territories are already found.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Collective and CollectiveSets")]
pub struct CollectiveEdit {
    pub kind: Edit<CollectiveKind>,
    pub name: Edit<String>,
    pub territories: Edit<Vec<TerritoryId>>,
    pub pilot_sites: Edit<Vec<TerritoryId>>,
    pub themes: Edit<Vec<String>>,
    pub sdgs: Edit<Vec<i32>>,
    pub audiences: Edit<Vec<String>>,
    pub intent: Edit<StatementOfIntent>,
}

impl Collective {
    /// A new draft at its first stage, whose fields an edit fills.
    pub fn new(id: CollectiveId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            kind: CollectiveKind::SmallCollective,
            name: String::new(),
            stage: CollectiveStage::Intent,
            closed_from: None,
            themes: Vec::new(),
            sdgs: Vec::new(),
            audiences: Vec::new(),
            intent: None,
            actor: None,
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit to the collective and what belongs to it, or adds all that is wrong.
    pub fn edit(&mut self, sets: &mut CollectiveSets, edit: CollectiveEdit, found: &mut Violations) {
        text::required(edit.kind, &mut self.kind, "input.kind", found);
        text::required_text(edit.name, &mut self.name, "input.name", found);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.sdgs.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        edit.audiences
            .map(|given| text::tags("input.audiences", &given, found))
            .apply_list(&mut self.audiences);
        edit.intent.map(|given| given.checked(found)).apply(&mut self.intent);
        let none = edit.territories == Edit::Clear || edit.territories.as_set().is_some_and(Vec::is_empty);
        // Where some were named that nobody knows, that has been said.
        if none && found.0.iter().all(|violation| !violation.path.starts_with("input.territories")) {
            found.add("input.territories", ViolationCode::Required, "name at least one territory");
        }
        edit.territories.apply_list(&mut sets.territories);
        edit.pilot_sites.apply_list(&mut sets.pilot_sites);
        for list in [&mut sets.territories, &mut sets.pilot_sites] {
            list.sort_unstable();
            list.dedup();
        }
    }
}

impl StatementOfIntent {
    /// The same with its texts trimmed, or with all that is wrong added.
    fn checked(mut self, found: &mut Violations) -> Self {
        let at = |field: &str| format!("input.intent.{field}");
        let finding = text::text(&at("sharedFinding"), &self.shared_finding, text::DESCRIPTION_CHARS);
        match found.keep(finding) {
            Some(Some(finding)) => self.shared_finding = finding,
            Some(None) => found.add(at("sharedFinding"), ViolationCode::Required, "must not be empty"),
            None => {}
        }
        let long = [
            ("whyNow", &mut self.why_now),
            ("changeSought", &mut self.change_sought),
            ("fundingNote", &mut self.funding_note),
        ];
        for (field, value) in long {
            *value = value.take().and_then(|given| {
                found.keep(text::text(&at(field), &given, text::DESCRIPTION_CHARS)).flatten()
            });
        }
        self.audiences = text::tags(&at("audiences"), &self.audiences, found);
        self.partners_sought = text::tags(&at("partnersSought"), &self.partners_sought, found);
        self.funding_sought = self.funding_sought.map(|amount| money(&at("fundingSought"), amount, found));
        self
    }
}

/// How a client names a collective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CollectiveRef {
    /// By its id.
    Id(CollectiveId),
    /// By its part of an address.
    Slug(String),
}

/// Which collectives to list. Everything given must hold; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct CollectiveFilter {
    pub text: Option<SearchText>,
    pub kinds: Vec<CollectiveKind>,
    pub stages: Vec<CollectiveStage>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub territory: Option<TerritoryScope>,
    pub member: Option<ActorId>,
    pub needing_support: Option<bool>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn edited(edit: CollectiveEdit) -> Violations {
        let mut found = Violations::default();
        let mut collective = Collective::new(CollectiveId(Uuid::nil()), DateTime::UNIX_EPOCH);
        collective.edit(&mut CollectiveSets::default(), edit, &mut found);
        found
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let intent = StatementOfIntent {
            shared_finding: "  ".to_owned(),
            why_now: Some("\0".to_owned()),
            funding_sought: Some("0.001".parse().expect("a decimal")),
            ..StatementOfIntent::default()
        };
        let edit = CollectiveEdit {
            name: Edit::Set(" ".to_owned()),
            territories: Edit::Set(Vec::new()),
            themes: Edit::Set(vec!["nothing".to_owned()]),
            intent: Edit::Set(intent),
            ..CollectiveEdit::default()
        };
        let found = edited(edit);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.name",
                "input.themes[0]",
                "input.intent.sharedFinding",
                "input.intent.whyNow",
                "input.intent.fundingSought",
                "input.territories",
            ]
        );
    }

    #[test]
    fn amounts_are_kept_to_the_cent() {
        let sum: Decimal =
            "0.1".parse::<Decimal>().expect("a decimal") + "0.2".parse::<Decimal>().expect("one");
        let intent = StatementOfIntent {
            shared_finding: "Constat".to_owned(),
            funding_sought: Some(sum),
            ..StatementOfIntent::default()
        };
        let kept = intent.checked(&mut Violations::default());
        assert_eq!(kept.funding_sought.map(|amount| amount.to_string()).as_deref(), Some("0.30"));
    }
}
