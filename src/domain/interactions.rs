//! Interactions: qualified, dated links between two actors.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, FromRepr, IntoEnumIterator};
use url::Url;

use super::actors::ActorFilter;
use super::dates::{DatePrecision, PartialDate, edit_date};
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, InteractionId, TerritoryId};
use super::money::money;
use super::publication::{Publication, PublicationStatus};
use super::territories::TerritoryScope;
use super::{text, themes};

/// What links the two.
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
#[expect(missing_docs, reason = "the names say it; the schema describes each")]
pub enum InteractionKind {
    Partnership,
    Funding,
    Referral,
    Coordination,
    InformationSharing,
    ResourceSharing,
    CoDesign,
    Support,
    Governance,
    Membership,
    ServiceDelivery,
    Tension,
    Other,
}

impl InteractionKind {
    /// Whether it runs from source to target; the others hold both ways. The table's generated columns say the same.
    pub fn directed(self) -> bool {
        matches!(
            self,
            Self::Funding
                | Self::Referral
                | Self::Support
                | Self::Governance
                | Self::Membership
                | Self::ServiceDelivery
        )
    }
}

const _: () = assert!((InteractionKind::Other as u16) < 16, "each kind has a bit");

/// Some of the kinds, as bits by their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InteractionKinds(u16);

impl InteractionKinds {
    /// One of them.
    pub fn of(kind: InteractionKind) -> Self {
        Self(1 << kind as u16)
    }

    /// These and those.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Each of them, in their order.
    pub fn each(self) -> impl Iterator<Item = InteractionKind> {
        InteractionKind::iter().filter(move |kind| self.0 & (1 << *kind as u16) != 0)
    }

    /// The only one; null where they are several, or none.
    pub fn only(self) -> Option<InteractionKind> {
        self.each().next().filter(|kind| self == Self::of(*kind))
    }
}

/// How far two actors go together, lowest first.
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
    FromRepr,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(i16)]
pub enum CooperationLevel {
    /// They know of each other.
    Acquaintance = 1,
    /// They tell each other what they do.
    Information = 2,
    /// They ask each other's opinion.
    Consultation = 3,
    /// They fit their actions to each other's.
    Coordination = 4,
    /// They act together under an agreement.
    Partnership = 5,
    /// They are authors of one common work.
    CoAuthorship = 6,
}

/// How often.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Frequency {
    OneOff,
    Yearly,
    Quarterly,
    Monthly,
    Weekly,
    Daily,
}

/// Whether the other side agrees.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ConfirmationStatus {
    Declared,
    Confirmed,
    Disputed,
}

/// What shows that an interaction is real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its title.
    pub title: String,
    /// Where it can be read.
    pub url: Option<Url>,
    /// Of when it is.
    pub date: Option<NaiveDate>,
}

/// A qualified, dated link between two actors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Interaction {
    /// Its identity.
    pub id: InteractionId,
    /// What links them.
    pub kind: InteractionKind,
    /// From whom, where the kind runs one way.
    pub source: ActorId,
    /// To whom.
    pub target: ActorId,
    /// How far they go together.
    pub level: Option<CooperationLevel>,
    /// From 1 to 5.
    pub intensity: Option<i16>,
    /// How often.
    pub frequency: Option<Frequency>,
    /// Whether it rests on a signed agreement.
    pub formalised: Option<bool>,
    /// In words.
    pub description: Option<String>,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// Its beginning.
    pub since: Option<PartialDate>,
    /// Its end.
    pub until: Option<PartialDate>,
    /// Of a grant, in euros.
    pub amount: Option<Decimal>,
    /// The side that declared it, where one of the two did.
    pub declared_by: Option<ActorId>,
    /// Whether the other side agrees.
    pub confirmation: ConfirmationStatus,
    /// Why it does not.
    pub dispute_reason: Option<String>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// Whether it is seen.
    #[serde(flatten)]
    pub publication: Publication,
    /// Counts its changes.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a declaration, an update or an import says of an interaction; territories are already found.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Interaction")]
pub struct InteractionEdit {
    pub level: Edit<CooperationLevel>,
    pub intensity: Edit<i32>,
    pub frequency: Edit<Frequency>,
    pub formalised: Edit<bool>,
    pub description: Edit<String>,
    pub themes: Edit<Vec<String>>,
    pub territories: Edit<Vec<TerritoryId>>,
    pub since: Edit<NaiveDate>,
    pub since_precision: Edit<DatePrecision>,
    pub until: Edit<NaiveDate>,
    pub until_precision: Edit<DatePrecision>,
    pub amount: Edit<Decimal>,
    pub evidence: Edit<Vec<Evidence>>,
}

impl Interaction {
    /// A new draft between two actors, or what is wrong with the pair.
    pub fn new(
        id: InteractionId,
        kind: InteractionKind,
        source: ActorId,
        target: ActorId,
        now: DateTime<Utc>,
        found: &mut Violations,
    ) -> Self {
        if source == target {
            let message = "is the source: an actor has no interaction with itself";
            found.add("input.target", ViolationCode::Inconsistent, message);
        }
        Self {
            id,
            kind,
            source,
            target,
            level: None,
            intensity: None,
            frequency: None,
            formalised: None,
            description: None,
            themes: Vec::new(),
            since: None,
            until: None,
            amount: None,
            declared_by: None,
            confirmation: ConfirmationStatus::Declared,
            dispute_reason: None,
            evidence: Vec::new(),
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The pair as the kind reads it: in order where it runs one way, sorted where it holds both ways.
    pub fn pair(&self) -> (ActorId, ActorId) {
        let (source, target) = (self.source, self.target);
        if self.kind.directed() { (source, target) } else { (source.min(target), source.max(target)) }
    }

    /// Whether another of the same pair and kind can't stand beside it: their periods overlap or, of FUNDING, they are the
    /// same grant.
    pub fn stands_in_the_way_of(&self, other: &Self) -> bool {
        if self.kind == InteractionKind::Funding {
            return (self.amount, self.since.map(|s| s.date), self.until.map(|u| u.date), &self.description)
                == (
                    other.amount,
                    other.since.map(|s| s.date),
                    other.until.map(|u| u.date),
                    &other.description,
                );
        }
        let ends_before =
            |a: &Self, b: &Self| a.until.zip(b.since).is_some_and(|(until, since)| until.date < since.date);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// Whether its other side may answer so now, or why not: the attempt and the permission to it say the same.
    pub fn may_be_answered(&self, answer: ConfirmationStatus) -> Result<(), &'static str> {
        match self.publication.status {
            PublicationStatus::Submitted | PublicationStatus::Published => {}
            PublicationStatus::Archived => return Err("it is archived: restore it first"),
            PublicationStatus::Draft | PublicationStatus::Rejected => {
                return Err("it is not submitted: the other side answers what is submitted or published");
            }
        }
        match (answer, self.confirmation) {
            (ConfirmationStatus::Confirmed, ConfirmationStatus::Confirmed) => Err("it is confirmed already"),
            _ => Ok(()),
        }
    }

    /// The actors whose editors answer it: the side that did not declare it, or both where neither did.
    pub fn answering(&self) -> Vec<ActorId> {
        match self.declared_by {
            Some(side) if side == self.source => vec![self.target],
            Some(side) if side == self.target => vec![self.source],
            _ => vec![self.source, self.target],
        }
    }

    /// Writes an edit to the interaction and the territories where it takes place, or adds all that is wrong. A change
    /// of what the other side answered asks it again; new evidence does not.
    pub fn edit(
        &mut self,
        territories: &mut Vec<TerritoryId>,
        edit: InteractionEdit,
        found: &mut Violations,
    ) {
        let answered = (self.confirmation != ConfirmationStatus::Declared)
            .then(|| (Self { evidence: Vec::new(), ..self.clone() }, territories.clone()));
        edit.level.apply(&mut self.level);
        if edit.intensity.as_set().is_some_and(|i| !(1..=5).contains(i)) {
            found.add("input.intensity", ViolationCode::OutOfRange, "is from 1 (weak) to 5 (strong)");
        }
        edit.intensity.map(|intensity| intensity.clamp(0, 6) as i16).apply(&mut self.intensity);
        edit.frequency.apply(&mut self.frequency);
        edit.formalised.apply(&mut self.formalised);
        text::text_edit(edit.description, "input.description", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.description);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.territories.apply_list(territories);
        territories.sort_unstable();
        territories.dedup();
        let first = |precision: DatePrecision, date| precision.first_day(date);
        edit_date(&mut self.since, &edit.since, &edit.since_precision, first);
        edit_date(&mut self.until, &edit.until, &edit.until_precision, |precision, date| {
            precision.last_day(date)
        });
        if self.since.zip(self.until).is_some_and(|(since, until)| until.date < since.date) {
            found.add("input.until", ViolationCode::Inconsistent, "is before since");
        }
        edit.amount.map(|amount| money("input.amount", amount, found)).apply(&mut self.amount);
        edit.evidence.map(|given| evidence(given, found)).apply_list(&mut self.evidence);
        if self.amount.is_some() && self.kind != InteractionKind::Funding {
            found.add("input.amount", ViolationCode::Inconsistent, "only FUNDING has an amount");
        }
        if answered.is_some_and(|(was, there)| {
            was != Self { evidence: Vec::new(), ..self.clone() } || there != *territories
        }) {
            self.confirmation = ConfirmationStatus::Declared;
            self.dispute_reason = None;
        }
    }
}

/// How much an interaction counts in a picture or a measure: 1 where nothing is known, up to 1 more for its level (from
/// acquaintance to co-authorship in equal steps) and up to 1 more for its intensity (from 1 to 5).
pub fn weight(level: Option<CooperationLevel>, intensity: Option<i16>) -> f64 {
    let level = level.map_or(0.0, |level| f64::from(level as i16 - 1) / 5.0);
    let intensity = intensity.map_or(0.0, |intensity| f64::from(intensity - 1) / 4.0);
    1.0 + level + intensity
}

fn evidence(given: Vec<Evidence>, found: &mut Violations) -> Vec<Evidence> {
    if given.len() > text::LIST_ENTRIES {
        found.add(
            "input.evidence",
            ViolationCode::TooLong,
            format!("has {} entries, at most {}", given.len(), text::LIST_ENTRIES),
        );
        return Vec::new();
    }
    let mut kept = Vec::new();
    for (index, evidence) in given.into_iter().enumerate() {
        let path = format!("input.evidence[{index}].title");
        match found.keep(text::text(&path, &evidence.title, text::NAME_CHARS)) {
            Some(Some(title)) => kept.push(Evidence { title, ..evidence }),
            Some(None) => found.add(path, ViolationCode::Required, "must not be empty"),
            None => {}
        }
    }
    kept
}

/// Which ends of an interaction a territory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum InteractionScope {
    /// Both.
    Internal,
    /// One.
    Crossing,
    /// Either.
    #[default]
    All,
}

/// Which interactions to list. Everything given must hold; an empty list asks nothing. What is kept of one must be
/// readable when fields have been added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct InteractionFilter {
    pub kinds: Vec<InteractionKind>,
    pub min_level: Option<CooperationLevel>,
    pub min_intensity: Option<i16>,
    pub themes: Vec<String>,
    pub actor: Option<ActorId>,
    pub between: Option<ActorFilter>,
    pub territory: Option<TerritoryScope>,
    pub active_on: Option<NaiveDate>,
    pub confirmation: Vec<ConfirmationStatus>,
    pub updated_since: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests;
