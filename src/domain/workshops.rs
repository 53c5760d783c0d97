//! Sessions: what was held for a diagnosis, a collective or a call, who was there, and what its tables left.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::dates::{DatePrecision, PartialDate, check_past};
use super::diagnoses::{Diagnosis, DiagnosisAxis};
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CallId, CollectiveId, DiagnosisAxisId, DiagnosisId, Subject, WorkshopSessionId};
use super::text;

/// Most tables of a session.
const MOST_TABLES: usize = 30;
/// Most keywords of a table.
const MOST_KEYWORDS: usize = 60;
/// Most characters of a keyword.
const KEYWORD_CHARS: usize = 200;
/// Most people in a room.
const MOST_PEOPLE: i32 = 100_000;
/// How many days ahead a session may be written down.
const DAYS_AHEAD: u64 = 366;

/// How people worked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum WorkshopFormat {
    WorkingGroup,
    WorldCafe,
    Marathon,
    Seminar,
    SteeringCommittee,
    Interview,
    Survey,
    Other,
}

/// For what a session was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionOwner {
    /// A diagnosis.
    Diagnosis(DiagnosisId),
    /// A collective: the marathon that drafted its card.
    Collective(CollectiveId),
    /// A call: the World Café that opened it.
    Call(CallId),
}

impl From<SessionOwner> for Subject {
    fn from(owner: SessionOwner) -> Self {
        match owner {
            SessionOwner::Diagnosis(id) => id.into(),
            SessionOwner::Collective(id) => id.into(),
            SessionOwner::Call(id) => id.into(),
        }
    }
}

/// Something that was held.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct WorkshopSession {
    pub id: WorkshopSessionId,
    pub owner: SessionOwner,
    pub format: WorkshopFormat,
    pub title: String,
    pub held_on: NaiveDate,
    pub held_on_precision: DatePrecision,
    pub ended_on: Option<NaiveDate>,
    pub axis: Option<DiagnosisAxisId>,
    pub headcount: Option<i32>,
    pub place: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to a session and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionSets {
    /// The organisations that were there, in order.
    pub attendance: Vec<ActorId>,
    /// Its tables, in order.
    pub tables: Vec<WorkshopTable>,
}

/// A table: its theme, and the words that each round left.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct WorkshopTable {
    pub theme: String,
    pub keywords: Vec<String>,
    pub notes: Option<String>,
}

/// What a recording or an update says of a session.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of WorkshopSession and SessionSets")]
pub struct SessionEdit {
    pub format: Edit<WorkshopFormat>,
    pub title: Edit<String>,
    pub held_on: Edit<NaiveDate>,
    pub held_on_precision: Edit<DatePrecision>,
    pub ended_on: Edit<NaiveDate>,
    pub axis: Edit<DiagnosisAxisId>,
    pub headcount: Edit<i32>,
    pub attendance: Edit<Vec<ActorId>>,
    pub tables: Edit<Vec<WorkshopTable>>,
    pub place: Edit<String>,
}

impl WorkshopSession {
    /// A new one, whose fields an edit fills.
    pub fn new(id: WorkshopSessionId, owner: SessionOwner, held_on: NaiveDate, now: DateTime<Utc>) -> Self {
        Self {
            id,
            owner,
            format: WorkshopFormat::Other,
            title: String::new(),
            held_on,
            held_on_precision: DatePrecision::Day,
            ended_on: None,
            axis: None,
            headcount: None,
            place: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Its first day, and how much of that is known.
    pub fn held(&self) -> PartialDate {
        PartialDate { date: self.held_on, precision: self.held_on_precision }
    }

    /// Its last day.
    pub fn last_day(&self) -> NaiveDate {
        self.ended_on.unwrap_or(self.held_on)
    }

    /// Writes an edit to the session and what belongs to it, or adds all that is wrong. `of` is its diagnosis with the axes,
    /// where it is one's.
    pub fn edit(
        &mut self,
        sets: &mut SessionSets,
        edit: SessionEdit,
        of: Option<(&Diagnosis, &[DiagnosisAxis])>,
        today: NaiveDate,
        found: &mut Violations,
    ) {
        text::required(edit.format, &mut self.format, "input.format", found);
        text::required_text(edit.title, &mut self.title, "input.title", found);
        text::required(edit.held_on, &mut self.held_on, "input.heldOn", found);
        text::required(edit.held_on_precision, &mut self.held_on_precision, "input.heldOnPrecision", found);
        self.held_on = self.held_on_precision.first_day(self.held_on);
        edit.ended_on.apply(&mut self.ended_on);
        edit.axis.apply(&mut self.axis);
        edit.headcount.apply(&mut self.headcount);
        text::text_edit(edit.place, "input.place", text::SHORT_CHARS, found).apply(&mut self.place);
        if let Edit::Set(given) = edit.attendance {
            sets.attendance = Vec::with_capacity(given.len());
            for actor in given {
                if !sets.attendance.contains(&actor) {
                    sets.attendance.push(actor);
                }
            }
        } else {
            edit.attendance.apply_list(&mut sets.attendance);
        }
        edit.tables.map(|given| tables(given, found)).apply_list(&mut sets.tables);
        self.check_days(today, found);
        if !self.headcount.is_none_or(|people| (0..=MOST_PEOPLE).contains(&people)) {
            let message = format!("is a number of people, from 0 to {MOST_PEOPLE}");
            found.add("input.headcount", ViolationCode::OutOfRange, message);
        }
        match (self.axis, of) {
            (Some(_), None) => {
                let message = "only sessions of a diagnosis are about one of its axes: leave it out";
                found.add("input.axis", ViolationCode::Inconsistent, message);
            }
            (Some(axis), Some((_, axes))) if axes.iter().all(|known| known.id != axis) => {
                found.add("input.axis", ViolationCode::Unknown, "is no axis of this diagnosis");
            }
            (None, _) | (Some(_), Some(_)) => {}
        }
        if let Some((diagnosis, _)) = of {
            let latest = self.held_on_precision.last_day(self.held_on);
            diagnosis.check_begun("input.heldOn", latest, found);
        }
    }

    fn check_days(&self, today: NaiveDate, found: &mut Violations) {
        check_past("input.heldOn", self.held_on, found);
        if self.ended_on.is_some_and(|ended| ended < self.held_on) {
            found.add("input.endedOn", ViolationCode::Inconsistent, "is before heldOn");
        }
        let latest = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
        if self.held_on > latest {
            let message = format!("is more than a year ahead, after {latest}: write it down when it is near");
            found.add("input.heldOn", ViolationCode::OutOfRange, message);
        } else if self.ended_on.is_some_and(|ended| ended > latest) {
            let message = format!("is more than a year ahead, after {latest}");
            found.add("input.endedOn", ViolationCode::OutOfRange, message);
        }
    }

    /// What a change tells of it: each field by its name in the API, an axis by its title.
    pub fn told(&self, sets: &SessionSets, axes: &[DiagnosisAxis]) -> Value {
        let axis = axes.iter().find(|axis| Some(axis.id) == self.axis);
        let tables: Vec<_> = sets.tables.iter().map(WorkshopTable::told).collect();
        json!({
            "attendance": sets.attendance,
            "session.axis": axis.map(|axis| format!("{}. {}", axis.number, axis.title)),
            "session.endedOn": self.ended_on,
            "session.format": self.format,
            "session.headcount": self.headcount,
            "session.heldOn": self.held_on,
            "session.heldOnPrecision": self.held_on_precision,
            "session.place": self.place,
            "session.tables": tables,
            "session.title": self.title,
        })
    }
}

impl WorkshopTable {
    fn told(&self) -> String {
        let mut told = self.theme.clone();
        if !self.keywords.is_empty() {
            told = format!("{told} ({})", self.keywords.join(", "));
        }
        match &self.notes {
            Some(notes) => format!("{told}: {notes}"),
            None => told,
        }
    }
}

/// Says of which session a change is, where its title is the same as before.
pub fn name_it(fields: &mut Map<String, Value>, title: &str) {
    fields.entry("session.title").or_insert_with(|| json!([title, title]));
}

/// Tables with their texts trimmed, or with all that is wrong added. What two rounds left alike stays twice.
fn tables(given: Vec<WorkshopTable>, found: &mut Violations) -> Vec<WorkshopTable> {
    if given.len() > MOST_TABLES {
        found.add("input.tables", ViolationCode::TooLong, format!("at most {MOST_TABLES} tables"));
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(given.len());
    for (index, table) in given.into_iter().enumerate() {
        let at = |field: &str| format!("input.tables[{index}].{field}");
        let mut theme = String::new();
        text::required_text(Edit::Set(table.theme), &mut theme, &at("theme"), found);
        let notes = table.notes.and_then(|notes| {
            found.keep(text::text(&at("notes"), &notes, text::DESCRIPTION_CHARS)).flatten()
        });
        let mut keywords = Vec::with_capacity(table.keywords.len());
        if table.keywords.len() > MOST_KEYWORDS {
            found.add(at("keywords"), ViolationCode::TooLong, format!("at most {MOST_KEYWORDS} keywords"));
        } else {
            for (place, keyword) in table.keywords.iter().enumerate() {
                let path = format!("{}[{place}]", at("keywords"));
                match found.keep(text::text(&path, keyword, KEYWORD_CHARS)).flatten() {
                    Some(keyword) if keyword.contains(['\n', '\r', '\t']) => {
                        found.add(path, ViolationCode::Invalid, "is one line, without tabs");
                    }
                    keyword => keywords.extend(keyword),
                }
            }
        }
        kept.push(WorkshopTable { theme, keywords, notes });
    }
    kept
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::dates::{DatePrecision, PartialDate};
    use crate::domain::ids::TerritoryId;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, month, day).expect("a day")
    }

    fn edited(edit: SessionEdit, of: Option<(&Diagnosis, &[DiagnosisAxis])>) -> (SessionSets, Vec<String>) {
        let owner = SessionOwner::Diagnosis(DiagnosisId(Uuid::nil()));
        let mut session =
            WorkshopSession::new(WorkshopSessionId(Uuid::nil()), owner, day(6, 4), DateTime::UNIX_EPOCH);
        session.title = "Groupe de travail".to_owned();
        let (mut sets, mut found) = (SessionSets::default(), Violations::default());
        session.edit(&mut sets, edit, of, day(7, 1), &mut found);
        (sets, found.0.into_iter().map(|violation| violation.path).collect())
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let edit = SessionEdit {
            title: Edit::Set(" ".to_owned()),
            ended_on: Edit::Set(day(6, 3)),
            axis: Edit::Set(DiagnosisAxisId(Uuid::nil())),
            headcount: Edit::Set(-1),
            tables: Edit::Set(vec![WorkshopTable {
                keywords: vec!["a\nb".to_owned()],
                ..WorkshopTable::default()
            }]),
            ..SessionEdit::default()
        };
        let expected = [
            "input.title",
            "input.tables[0].theme",
            "input.tables[0].keywords[0]",
            "input.endedOn",
            "input.headcount",
            "input.axis",
        ];
        assert_eq!(edited(edit, None).1, expected);
    }

    #[test]
    fn it_is_held_after_its_diagnosis_began_and_a_year_ahead_at_most() {
        let nil = Uuid::nil();
        let mut diagnosis = Diagnosis::new(DiagnosisId(nil), TerritoryId(nil), DateTime::UNIX_EPOCH);
        diagnosis.started_on = Some(PartialDate { date: day(6, 1), precision: DatePrecision::Month });
        let on = |held_on| {
            let edit = SessionEdit { held_on: Edit::Set(held_on), ..SessionEdit::default() };
            edited(edit, Some((&diagnosis, &[]))).1
        };
        assert_eq!(on(day(6, 1)), Vec::<String>::new());
        assert_eq!(on(day(5, 31)), ["input.heldOn"]);
        assert_eq!(on(NaiveDate::from_ymd_opt(2022, 7, 2).expect("a day")), Vec::<String>::new());
        assert_eq!(on(NaiveDate::from_ymd_opt(2022, 7, 3).expect("a day")), ["input.heldOn"]);
    }

    #[test]
    fn who_is_named_twice_was_there_once_and_a_word_left_twice_counts_twice() {
        let actor = |n| ActorId(Uuid::from_u128(n));
        let words = ["écoute", " écoute ", ""].map(str::to_owned).to_vec();
        let edit = SessionEdit {
            attendance: Edit::Set(vec![actor(2), actor(1), actor(2)]),
            tables: Edit::Set(vec![WorkshopTable { theme: "Lien".to_owned(), keywords: words, notes: None }]),
            ..SessionEdit::default()
        };
        let (sets, found) = edited(edit, None);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(sets.attendance, [actor(2), actor(1)]);
        assert_eq!(sets.tables[0].keywords, ["écoute", "écoute"]);
    }
}
