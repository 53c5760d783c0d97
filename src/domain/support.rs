//! Support: who answers for an institution, and what was asked of them. Who answers are persons: nothing here can be
//! printed by accident.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::calls::TrackKind;
use super::contacts::ContactVisibility;
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CallId, CollectiveId, SupportContactId, SupportRequestId, TerritoryId};
use super::reach;
use super::text::{self, DESCRIPTION_CHARS, SHORT_CHARS, required, required_text};

/// A person who answers for an institution.
#[derive(Clone, PartialEq, Eq)]
pub struct SupportContact {
    /// Its identity.
    pub id: SupportContactId,
    /// For whom they answer.
    pub institution: ActorId,
    /// How the person is called.
    pub name: String,
    /// What they do there.
    pub role: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their number, E.164.
    pub phone: Option<String>,
    /// Where they answer: there and in what lies within it.
    pub territory: TerritoryId,
    /// For which calls; for any where there is none.
    pub calls: Vec<CallId>,
    /// For which tracks; for any where there is none.
    pub tracks: Vec<TrackKind>,
    /// For which city contract or Cité éducative; for any where there is none.
    pub programme: Option<TerritoryId>,
    /// To whom they are shown.
    pub visibility: ContactVisibility,
    /// The day on which they are back.
    pub absent_until: Option<NaiveDate>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Says which, never who.
impl fmt::Debug for SupportContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportContact").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What an edit says of a contact; references are found elsewhere. It can't be printed.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "the fields of SupportContact")]
pub struct SupportContactEdit {
    pub institution: Edit<ActorId>,
    pub name: Edit<String>,
    pub role: Edit<String>,
    pub email: Edit<String>,
    pub phone: Edit<String>,
    pub territory: Edit<TerritoryId>,
    pub calls: Edit<Vec<CallId>>,
    pub tracks: Edit<Vec<TrackKind>>,
    pub programme: Edit<TerritoryId>,
    pub visibility: Edit<ContactVisibility>,
    pub absent_until: Edit<NaiveDate>,
}

impl SupportContact {
    /// A contact that an edit is yet to fill.
    pub fn new(
        id: SupportContactId,
        institution: ActorId,
        territory: TerritoryId,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            institution,
            name: String::new(),
            role: None,
            email: None,
            phone: None,
            territory,
            calls: Vec::new(),
            tracks: Vec::new(),
            programme: None,
            visibility: ContactVisibility::Partners,
            absent_until: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Writes an edit, and adds all that is wrong with what it makes.
    pub fn edit(&mut self, edit: SupportContactEdit, found: &mut Violations) {
        required(edit.institution, &mut self.institution, "input.institution", found);
        required_text(edit.name, &mut self.name, "input.name", found);
        let role = read(edit.role, "input.role", found, |value| match text::text("", value, SHORT_CHARS) {
            Ok(Some(value)) if !value.contains(['\n', '\r', '\t']) => Ok(value),
            _ => Err("is one line of at most 500 characters"),
        });
        role.apply(&mut self.role);
        read(edit.email, "input.email", found, reach::email).apply(&mut self.email);
        read(edit.phone, "input.phone", found, reach::phone).apply(&mut self.phone);
        required(edit.territory, &mut self.territory, "input.territory", found);
        edit.calls.apply_list(&mut self.calls);
        self.calls.sort_unstable();
        self.calls.dedup();
        edit.tracks.apply_list(&mut self.tracks);
        let mut tracks = Vec::new();
        for track in self.tracks.drain(..) {
            if !tracks.contains(&track) {
                tracks.push(track);
            }
        }
        self.tracks = tracks;
        edit.programme.apply(&mut self.programme);
        required(edit.visibility, &mut self.visibility, "input.visibility", found);
        edit.absent_until.apply(&mut self.absent_until);
    }

    /// What history tells of it: for what it answers, never who it is nor when they are away.
    pub fn told(&self) -> Value {
        json!({
            "institution": self.institution,
            "territory": self.territory,
            "calls": self.calls,
            "tracks": self.tracks,
            "programme": self.programme,
            "visibility": self.visibility.as_ref(),
        })
    }

    /// Whether they are away on this day.
    pub fn is_absent(&self, today: NaiveDate) -> bool {
        self.absent_until.is_some_and(|back| today < back)
    }
}

/// An edit of a text that has a form; an empty one clears.
fn read(
    edit: Edit<String>,
    path: &str,
    found: &mut Violations,
    form: impl Fn(&str) -> Result<String, &'static str>,
) -> Edit<String> {
    match edit {
        Edit::Set(value) if value.trim().is_empty() => Edit::Clear,
        Edit::Set(value) => match form(&value) {
            Ok(value) => Edit::Set(value),
            Err(complaint) => {
                found.add(path, ViolationCode::Invalid, complaint);
                Edit::Keep
            }
        },
        other => other,
    }
}

/// What is asked for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum SupportKind {
    Facilitation,
    FundingSearch,
    Method,
    Evaluation,
    Communication,
    Legal,
    Network,
    Other,
}

/// Where a request stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportStatus {
    /// Nobody has it yet.
    Open,
    /// A contact has it.
    Assigned,
    /// It was answered.
    Answered,
    /// It is over.
    Closed,
}

/// A move of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportMove {
    /// A contact is to answer it.
    Assign,
    /// It is answered.
    Answer,
    /// It is over: the answer helped, or it is no longer needed.
    Close,
}

impl SupportStatus {
    /// The status after a move, or why it is none from here.
    pub fn after(self, step: SupportMove) -> Result<Self, &'static str> {
        match (step, self) {
            // Another contact may take it over.
            (SupportMove::Assign, Self::Open | Self::Assigned) => Ok(Self::Assigned),
            (SupportMove::Assign, _) => Err("it is answered or closed: nobody needs to take it any more"),
            // Whoever knows the answer need not be named first.
            (SupportMove::Answer, Self::Open | Self::Assigned) => Ok(Self::Answered),
            (SupportMove::Answer, Self::Answered) => Err("it is answered already"),
            (SupportMove::Answer, Self::Closed) => Err("it is closed: ask again"),
            (SupportMove::Close, Self::Closed) => Err("it is closed already"),
            (SupportMove::Close, _) => Ok(Self::Closed),
        }
    }
}

/// A request for support.
#[derive(Clone, PartialEq, Eq)]
pub struct SupportRequest {
    /// Its identity.
    pub id: SupportRequestId,
    /// The actor that asks; null where a collective does.
    pub requester: Option<ActorId>,
    /// The collective that asks; null where an actor does.
    pub collective: Option<CollectiveId>,
    /// About which call.
    pub call: Option<CallId>,
    /// About which track.
    pub track: Option<TrackKind>,
    /// Where; where the actor sits or acts, or the collective acts, where that is not said.
    pub territory: Option<TerritoryId>,
    /// What is asked for.
    pub kind: SupportKind,
    /// In words.
    pub description: String,
    /// Where it stands.
    pub status: SupportStatus,
    /// Who is to answer.
    pub assignee: Option<SupportContactId>,
    /// What was answered.
    pub answer: Option<String>,
    /// Counts its changes.
    pub version: i32,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Says which, never what was written: that may name persons.
impl fmt::Debug for SupportRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportRequest")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl SupportRequest {
    /// What history tells of it: not what was written, which may name persons.
    pub fn told(&self) -> Value {
        json!({
            "requester": self.requester,
            "collective": self.collective,
            "call": self.call,
            "track": self.track,
            "territory": self.territory,
            "kind": self.kind,
            "status": self.status,
            "assignee": self.assignee,
            "answered_at": self.answered_at,
        })
    }
}

/// A text that must say something, without the spaces around it.
pub fn said(path: &str, value: &str, found: &mut Violations) -> String {
    match found.keep(text::text(path, value, DESCRIPTION_CHARS)) {
        Some(Some(value)) => value,
        Some(None) => {
            found.add(path, ViolationCode::Required, "must not be empty");
            String::new()
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_move_from_every_status() {
        use SupportStatus::{Answered, Assigned, Closed, Open};
        for (from, expected) in [
            (Open, [Some(Assigned), Some(Answered), Some(Closed)]),
            (Assigned, [Some(Assigned), Some(Answered), Some(Closed)]),
            (Answered, [None, None, Some(Closed)]),
            (Closed, [None, None, None]),
        ] {
            let to: Vec<_> = SupportMove::iter().map(|step| from.after(step).ok()).collect();
            assert_eq!(to, expected, "{from}");
        }
    }

    fn contact() -> SupportContact {
        let id = Uuid::from_u128(7);
        SupportContact::new(SupportContactId(id), ActorId(id), TerritoryId(id), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn an_edit_is_read_and_all_that_is_wrong_is_said_at_once() {
        let mut found = Violations::default();
        let mut contact = contact();
        let edit = SupportContactEdit {
            name: Edit::Set("Awa Diallo".to_owned()),
            role: Edit::Set("  ".to_owned()),
            email: Edit::Set("awa@Agglo.example".to_owned()),
            phone: Edit::Set("02 37 38 84 12".to_owned()),
            tracks: Edit::Set(vec![TrackKind::SmallCollective, TrackKind::SmallCollective]),
            ..SupportContactEdit::default()
        };
        contact.edit(edit, &mut found);
        assert_eq!(found, Violations::default());
        assert_eq!(contact.email.as_deref(), Some("awa@agglo.example"));
        assert_eq!((contact.phone.as_deref(), contact.tracks.len()), (Some("+33237388412"), 1));
        let wrong = SupportContactEdit {
            institution: Edit::Clear,
            name: Edit::Set(String::new()),
            role: Edit::Set("a\nb".to_owned()),
            email: Edit::Set("awa".to_owned()),
            phone: Edit::Set("12".to_owned()),
            territory: Edit::Clear,
            visibility: Edit::Clear,
            ..SupportContactEdit::default()
        };
        contact.edit(wrong, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        let expected = ["institution", "name", "role", "email", "phone", "territory", "visibility"];
        assert_eq!(paths, expected.map(|field| format!("input.{field}")));
    }

    #[test]
    fn neither_a_print_nor_history_tells_who_it_is() {
        let mut contact = contact();
        contact.name = "Awa Diallo".to_owned();
        contact.role = Some("Cheffe de projet".to_owned());
        contact.email = Some("awa@agglo.example".to_owned());
        contact.phone = Some("+33237388412".to_owned());
        let told = format!("{contact:?} {}", contact.told());
        for personal in ["Awa", "Cheffe", "agglo", "3723"] {
            assert!(!told.contains(personal), "{told}");
        }
    }

    #[test]
    fn who_is_back_on_a_day_is_there_on_it() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).expect("a day");
        let contact = SupportContact { absent_until: Some(day(22)), ..contact() };
        assert!(contact.is_absent(day(21)) && !contact.is_absent(day(22)));
    }
}
