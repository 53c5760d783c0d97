//! Calls for projects and standing aids: who may apply, where, until when, by which track.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use url::Url;

use super::actors::ActorKind;
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CallId, TerritoryId, TrackId};
use super::money::money;
use super::publication::{Publication, PublicationStatus};
use super::search_text::SearchText;
use super::territories::TerritoryScope;
use super::{sdgs, text, themes};

/// What it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum CallKind {
    CallForProjects,
    CallForExpressionsOfInterest,
    StandingAid,
    Other,
}

/// Whether it comes back.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum CallRecurrence {
    OneOff,
    Recurring,
    Permanent,
}

/// What it gives.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum AidKind {
    Grant,
    Loan,
    TechnicalEngineering,
    FinancialEngineering,
    LegalEngineering,
    Other,
}

/// Where it stands by its status and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum CallPhase {
    Draft,
    Upcoming,
    Open,
    Closed,
    Archived,
}

/// How one may apply.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum TrackKind {
    IndividualProject,
    CollectiveProject,
    SmallCollective,
}

/// A call for projects or a standing aid.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Call {
    pub id: CallId,
    pub slug: String,
    pub kind: CallKind,
    pub title: String,
    pub summary: Option<String>,
    pub url: Option<Url>,
    pub programme: Option<TerritoryId>,
    pub recurrence: Option<CallRecurrence>,
    pub aid_kinds: Vec<AidKind>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    pub eligible_kinds: Vec<ActorKind>,
    pub eligibility: Option<String>,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    pub budget: Option<Decimal>,
    #[serde(flatten)]
    pub publication: Publication,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to a call and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CallSets {
    /// Who runs it, in order.
    pub organisers: Vec<ActorId>,
    /// Who pays, in order.
    pub funders: Vec<ActorId>,
    /// The eligible perimeter.
    pub territories: Vec<TerritoryId>,
    /// How one may apply, in order.
    pub tracks: Vec<Track>,
}

/// One way to apply.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Track {
    pub id: TrackId,
    pub kind: TrackKind,
    pub title: String,
    pub description: Option<String>,
    pub min_members: Option<i32>,
    pub max_members: Option<i32>,
    pub min_grant: Option<Decimal>,
    pub max_grant: Option<Decimal>,
}

/// What a creation, an update or an import says of a call; territories are already found.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Call and CallSets")]
pub struct CallEdit {
    pub kind: Edit<CallKind>,
    pub title: Edit<String>,
    pub summary: Edit<String>,
    pub url: Edit<Url>,
    pub organisers: Edit<Vec<ActorId>>,
    pub funders: Edit<Vec<ActorId>>,
    pub programme: Edit<TerritoryId>,
    pub recurrence: Edit<CallRecurrence>,
    pub aid_kinds: Edit<Vec<AidKind>>,
    pub eligible_kinds: Edit<Vec<ActorKind>>,
    pub eligibility: Edit<String>,
    pub territories: Edit<Vec<TerritoryId>>,
    pub themes: Edit<Vec<String>>,
    pub sdgs: Edit<Vec<i32>>,
    pub audiences: Edit<Vec<String>>,
    pub tracks: Edit<Vec<Track>>,
    pub opens_at: Edit<DateTime<Utc>>,
    pub closes_at: Edit<DateTime<Utc>>,
    pub budget: Edit<Decimal>,
}

impl Call {
    /// A new draft, whose fields an edit fills.
    pub fn new(id: CallId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            kind: CallKind::Other,
            title: String::new(),
            summary: None,
            url: None,
            programme: None,
            recurrence: None,
            aid_kinds: Vec::new(),
            themes: Vec::new(),
            sdgs: Vec::new(),
            audiences: Vec::new(),
            eligible_kinds: Vec::new(),
            eligibility: None,
            opens_at: None,
            closes_at: None,
            budget: None,
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Where it stands: `closesAt` itself is closed; no opening is open since publication, no closing open without end.
    pub fn phase(&self, now: DateTime<Utc>) -> CallPhase {
        match self.publication.status {
            PublicationStatus::Archived => CallPhase::Archived,
            PublicationStatus::Draft | PublicationStatus::Submitted | PublicationStatus::Rejected => {
                CallPhase::Draft
            }
            PublicationStatus::Published if self.closes_at.is_some_and(|at| at <= now) => CallPhase::Closed,
            PublicationStatus::Published if self.opens_at.is_some_and(|at| at > now) => CallPhase::Upcoming,
            PublicationStatus::Published => CallPhase::Open,
        }
    }

    /// When its phase ends by the clock alone; null where it does not.
    pub fn phase_ends(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        [self.opens_at, self.closes_at].into_iter().flatten().filter(|at| *at > now).min()
    }

    /// Writes an edit to the call and what belongs to it, or adds all that is wrong.
    pub fn edit(&mut self, sets: &mut CallSets, edit: CallEdit, found: &mut Violations) {
        text::required(edit.kind, &mut self.kind, "input.kind", found);
        text::required_text(edit.title, &mut self.title, "input.title", found);
        text::text_edit(edit.summary, "input.summary", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.summary);
        text::text_edit(edit.eligibility, "input.eligibility", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.eligibility);
        edit.url.apply(&mut self.url);
        edit.programme.apply(&mut self.programme);
        edit.recurrence.apply(&mut self.recurrence);
        edit.aid_kinds.map(unique).apply_list(&mut self.aid_kinds);
        edit.eligible_kinds.map(unique).apply_list(&mut self.eligible_kinds);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.sdgs.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        edit.audiences
            .map(|given| text::tags("input.audiences", &given, found))
            .apply_list(&mut self.audiences);
        edit.opens_at.apply(&mut self.opens_at);
        edit.closes_at.apply(&mut self.closes_at);
        if self.opens_at.zip(self.closes_at).is_some_and(|(opens, closes)| closes <= opens) {
            found.add("input.closesAt", ViolationCode::Inconsistent, "must be after opensAt");
        }
        edit.budget.map(|budget| money("input.budget", budget, found)).apply(&mut self.budget);
        edit.organisers.map(unique).apply_list(&mut sets.organisers);
        edit.funders.map(unique).apply_list(&mut sets.funders);
        let none = edit.territories == Edit::Clear || edit.territories.as_set().is_some_and(Vec::is_empty);
        // Where some were named that nobody knows, that has been said.
        if none && found.0.iter().all(|violation| !violation.path.starts_with("input.territories")) {
            found.add(
                "input.territories",
                ViolationCode::Required,
                "name at least one territory, or the COUNTRY",
            );
        }
        edit.territories.apply_list(&mut sets.territories);
        sets.territories.sort_unstable();
        sets.territories.dedup();
        edit.tracks.map(|given| tracks(given, found)).apply_list(&mut sets.tracks);
    }
}

/// Each once, in the given order.
fn unique<T: PartialEq>(given: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(given.len());
    for value in given {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

fn tracks(given: Vec<Track>, found: &mut Violations) -> Vec<Track> {
    if given.len() > 50 {
        found.add("input.tracks", ViolationCode::TooLong, "at most 50 tracks");
        return Vec::new();
    }
    let mut kept: Vec<Track> = Vec::new();
    for (index, mut track) in given.into_iter().enumerate() {
        let at = |field: &str| format!("input.tracks[{index}].{field}");
        match found.keep(text::text(&at("title"), &track.title, text::NAME_CHARS)) {
            Some(Some(title)) => track.title = title,
            Some(None) => found.add(at("title"), ViolationCode::Required, "must not be empty"),
            None => {}
        }
        if let Some(description) = &track.description {
            let text = text::text(&at("description"), description, text::DESCRIPTION_CHARS);
            track.description = found.keep(text).flatten();
        }
        if track.min_members.is_some_and(|n| n < 1) {
            found.add(at("minMembers"), ViolationCode::OutOfRange, "is at least 1");
        }
        if track.max_members.is_some_and(|most| most < track.min_members.unwrap_or(1).max(1)) {
            found.add(
                at("maxMembers"),
                ViolationCode::Inconsistent,
                "is less than the least number of members",
            );
        }
        track.min_grant = track.min_grant.map(|grant| money(&at("minGrant"), grant, found));
        track.max_grant = track.max_grant.map(|grant| money(&at("maxGrant"), grant, found));
        if track.min_grant.zip(track.max_grant).is_some_and(|(least, most)| most < least) {
            found.add(at("maxGrant"), ViolationCode::Inconsistent, "is less than minGrant");
        }
        if kept.iter().any(|other| other.id == track.id) {
            found.add(at("id"), ViolationCode::Repeated, "is the id of another track of this list");
        }
        kept.push(track);
    }
    kept
}

/// What an actor is to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CallRole {
    /// It runs it.
    Organiser,
    /// It pays.
    Funder,
}

/// How a client names a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallRef {
    /// By its id.
    Id(CallId),
    /// By its part of an address.
    Slug(String),
}

/// Which calls to list. Everything given must hold; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct CallFilter {
    pub text: Option<SearchText>,
    pub phases: Vec<CallPhase>,
    pub tracks: Vec<TrackKind>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub territory: Option<TerritoryScope>,
    pub closing_within_days: Option<i32>,
    pub organiser: Option<ActorId>,
}

/// Adds what is wrong with within how many days a call is to close.
pub fn check_closing_within(path: &str, days: i32, found: &mut Violations) {
    if !(0..=3650).contains(&days) {
        found.add(path, ViolationCode::OutOfRange, "is from 0 to 3650");
    }
}

/// By what calls are ordered; those without the date come last in either direction's reading of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CallOrderField {
    /// When it closes.
    ClosesAt,
    /// When it opens.
    OpensAt,
    /// When it was last changed.
    UpdatedAt,
    /// In French order.
    Title,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_closing_instant_itself_is_closed() {
        let now = DateTime::UNIX_EPOCH;
        let mut call = Call::new(CallId(Uuid::nil()), now);
        assert_eq!(call.phase(now), CallPhase::Draft);
        call.publication = Publication::PUBLISHED;
        assert_eq!(call.phase(now), CallPhase::Open);
        call.opens_at = Some(now + TimeDelta::seconds(1));
        assert_eq!(call.phase(now), CallPhase::Upcoming);
        call.opens_at = Some(now);
        assert_eq!(call.phase(now), CallPhase::Open);
        call.closes_at = Some(now + TimeDelta::milliseconds(1));
        assert_eq!(call.phase(now), CallPhase::Open);
        call.closes_at = Some(now);
        assert_eq!(call.phase(now), CallPhase::Closed);
    }
}
