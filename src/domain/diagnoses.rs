//! Shared diagnoses: what a territory finds out about itself, by axes, until it is closed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::dates::{DatePrecision, PartialDate, check_near, edit_date};
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, DiagnosisAxisId, DiagnosisId, TerritoryId};
use super::publication::Publication;
use super::{text, themes};

/// Most axes of a diagnosis.
const MOST_AXES: usize = 20;
/// Largest number of an axis.
const LARGEST_NUMBER: i32 = 99;
/// Most milestones.
const MOST_MILESTONES: usize = 50;
/// How many years ahead a milestone may be: a label is held for a few.
const MILESTONE_YEARS: u32 = 10;
/// Most essential questions.
const MOST_QUESTIONS: usize = 50;

/// What a territory finds out about itself with those who act there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Diagnosis {
    pub id: DiagnosisId,
    pub slug: String,
    pub title: String,
    pub territory: TerritoryId,
    pub facilitator: Option<ActorId>,
    pub essential_questions: Vec<String>,
    pub started_on: Option<PartialDate>,
    pub milestones: Vec<Milestone>,
    pub closed_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub publication: Publication,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A date of its course: an application that was filed, a budget that was handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Milestone {
    pub title: String,
    #[serde(flatten)]
    pub on: PartialDate,
}

/// A theme of a diagnosis, under which its findings are gathered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct DiagnosisAxis {
    #[serde(skip)]
    pub id: DiagnosisAxisId,
    #[serde(skip)]
    pub diagnosis: DiagnosisId,
    pub number: i16,
    pub title: String,
    pub themes: Vec<String>,
}

/// What belongs to a diagnosis and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DiagnosisSets {
    /// Its axes, by number.
    pub axes: Vec<DiagnosisAxis>,
}

/// What someone says of an axis; with its id it stays the same one, and without it is a new one of this id.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of DiagnosisAxis")]
pub struct AxisEdit {
    pub id: Option<DiagnosisAxisId>,
    pub new: DiagnosisAxisId,
    pub number: i32,
    pub title: String,
    pub themes: Vec<String>,
}

/// What an opening or an update says of a diagnosis.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Diagnosis and DiagnosisSets")]
pub struct DiagnosisEdit {
    pub title: Edit<String>,
    pub facilitator: Edit<ActorId>,
    pub axes: Edit<Vec<AxisEdit>>,
    pub essential_questions: Edit<Vec<String>>,
    pub started_on: Edit<NaiveDate>,
    pub started_on_precision: Edit<DatePrecision>,
    pub milestones: Edit<Vec<Milestone>>,
}

impl Diagnosis {
    /// A new draft of this territory, whose fields an edit fills.
    pub fn new(id: DiagnosisId, territory: TerritoryId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            title: String::new(),
            territory,
            facilitator: None,
            essential_questions: Vec::new(),
            started_on: None,
            milestones: Vec::new(),
            closed_on: None,
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Why nothing of it changes any more, if it is closed: the one rule of all that belongs to it. The attempt and the
    /// permission to it say the same.
    pub fn require_open(&self) -> Result<(), String> {
        let Some(closed) = self.closed_on else { return Ok(()) };
        Err(format!(
            "it is closed since {closed}: its axes, sessions, findings, votes, crossings and orientations stay as they are; results of its indicators and projects that serve its orientations may still be added"
        ))
    }

    /// Writes an edit to the diagnosis and its axes, or adds all that is wrong.
    pub fn edit(
        &mut self,
        sets: &mut DiagnosisSets,
        edit: DiagnosisEdit,
        today: NaiveDate,
        found: &mut Violations,
    ) {
        text::required_text(edit.title, &mut self.title, "input.title", found);
        edit.facilitator.apply(&mut self.facilitator);
        match edit.axes {
            Edit::Keep => {}
            Edit::Clear => none(found),
            Edit::Set(given) => sets.axes = axes(self.id, &sets.axes, given, found),
        }
        let questions = edit.essential_questions.map(|given| {
            if given.len() > MOST_QUESTIONS {
                let message = format!("has {} entries, at most {MOST_QUESTIONS}", given.len());
                found.add("input.essentialQuestions", ViolationCode::TooLong, message);
                return Vec::new();
            }
            text::tags("input.essentialQuestions", &given, found)
        });
        questions.apply_list(&mut self.essential_questions);
        edit.milestones.map(|given| milestones(given, today, found)).apply_list(&mut self.milestones);
        let first = |precision: DatePrecision, date| precision.first_day(date);
        let before = self.started_on;
        edit_date(&mut self.started_on, &edit.started_on, &edit.started_on_precision, first);
        if let Some(started) = self.started_on.filter(|_| self.started_on != before) {
            check_near("input.startedOn", started.date, today, 1, found);
        }
    }

    /// Says where something of it was held before it began, with the path of the date that would say so.
    pub fn check_begun(&self, path: &str, on: NaiveDate, found: &mut Violations) {
        if let Some(started) = self.started_on.filter(|started| on < started.date) {
            let message = format!("is before the diagnosis began, {}", told(started));
            found.add(path, ViolationCode::Inconsistent, message);
        }
    }

    /// Closes it on a day: not before it began, nor before the last that was done in it, nor in the future.
    pub fn close(&mut self, on: NaiveDate, today: NaiveDate, last: Option<&Event>) -> Result<(), Violations> {
        let mut found = Violations::default();
        if on > today {
            found.add("on", ViolationCode::OutOfRange, "is in the future: it is closed when it is over");
        }
        self.check_begun("on", on, &mut found);
        if let Some(last) = last.filter(|last| on < last.on) {
            let message = if last.on > today {
                format!(
                    "is before {}, which is planned for {}: move that one with updateSession, or take it away with removeSession, and close then",
                    last.what, last.on
                )
            } else {
                format!("is before {} on {}: close it on that day or later", last.what, last.on)
            };
            found.add("on", ViolationCode::Inconsistent, message);
        }
        self.closed_on = Some(on);
        found.into_result(())
    }

    /// Puts one actor in the place of another that it took over.
    pub fn replace(&mut self, merged: ActorId, kept: ActorId) {
        if self.facilitator == Some(merged) {
            self.facilitator = Some(kept);
        }
    }
}

/// Something that was done in a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its last day.
    pub on: NaiveDate,
    /// What it was, in words.
    pub what: String,
}

/// A date as people read it: `2020-11`, where no day is known.
pub fn told(date: PartialDate) -> String {
    let format = match date.precision {
        DatePrecision::Year => "%Y",
        DatePrecision::Month => "%Y-%m",
        DatePrecision::Day => "%Y-%m-%d",
    };
    date.date.format(format).to_string()
}

fn none(found: &mut Violations) {
    found.add("input.axes", ViolationCode::Required, "name at least one axis");
}

/// The axes as they are to be, by number: those that name one of before keep its id.
fn axes(
    diagnosis: DiagnosisId,
    before: &[DiagnosisAxis],
    given: Vec<AxisEdit>,
    found: &mut Violations,
) -> Vec<DiagnosisAxis> {
    if given.len() > MOST_AXES {
        found.add("input.axes", ViolationCode::TooLong, format!("at most {MOST_AXES} axes"));
        return before.to_vec();
    }
    // Where a list was too long to be read, that has been said.
    if given.is_empty() && found.0.iter().all(|violation| violation.path != "input.axes") {
        none(found);
    }
    let mut kept: Vec<DiagnosisAxis> = Vec::with_capacity(given.len());
    for (index, axis) in given.into_iter().enumerate() {
        let at = |field: &str| format!("input.axes[{index}].{field}");
        if let Some(id) = axis.id {
            if before.iter().all(|known| known.id != id) {
                let message = "is no axis of this diagnosis: leave the id out to add one";
                found.add(at("id"), ViolationCode::Unknown, message);
            } else if kept.iter().any(|other| other.id == id) {
                found.add(at("id"), ViolationCode::Repeated, "is the id of another axis of this list");
            }
        }
        let number = i16::try_from(axis.number).ok().filter(|_| (1..=LARGEST_NUMBER).contains(&axis.number));
        match number {
            None => {
                let message = format!("axes are numbered from 1 to {LARGEST_NUMBER}");
                found.add(at("number"), ViolationCode::OutOfRange, message);
            }
            Some(number) if kept.iter().any(|other| other.number == number) => {
                let message = format!("{number} is the number of another axis of this list");
                found.add(at("number"), ViolationCode::Repeated, message);
            }
            Some(_) => {}
        }
        let mut title = String::new();
        text::required_text(Edit::Set(axis.title), &mut title, &at("title"), found);
        let themes = themes::parse(&at("themes"), axis.themes, found);
        let id = axis.id.unwrap_or(axis.new);
        kept.push(DiagnosisAxis { id, diagnosis, number: number.unwrap_or_default(), title, themes });
    }
    kept.sort_by_key(|axis| axis.number);
    kept
}

/// What is said of axes that are to go though something belongs to them: how many findings and sessions.
pub fn refuse_dropped(held: &[(DiagnosisAxis, i64, i64)], found: &mut Violations) {
    for (axis, items, sessions) in held {
        let counted = |count: i64, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            many => Some(format!("{many} {one}s")),
        };
        let all: Vec<_> =
            [counted(*items, "finding"), counted(*sessions, "session")].into_iter().flatten().collect();
        let message = format!(
            "axis {} ({}) holds {}: it can't be left out while it does",
            axis.number,
            axis.title,
            all.join(" and ")
        );
        found.add("input.axes", ViolationCode::Inconsistent, message);
    }
}

/// How a client names a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosisRef {
    /// By its id.
    Id(DiagnosisId),
    /// By its part of an address.
    Slug(String),
}

/// Milestones as they are kept: by date, of a month or a year its first day.
fn milestones(given: Vec<Milestone>, today: NaiveDate, found: &mut Violations) -> Vec<Milestone> {
    if given.len() > MOST_MILESTONES {
        let message = format!("has {} entries, at most {MOST_MILESTONES}", given.len());
        found.add("input.milestones", ViolationCode::TooLong, message);
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(given.len());
    for (index, milestone) in given.into_iter().enumerate() {
        let at = |field: &str| format!("input.milestones[{index}].{field}");
        let mut title = String::new();
        text::required_text(Edit::Set(milestone.title), &mut title, &at("title"), found);
        let PartialDate { date, precision } = milestone.on;
        check_near(&at("on"), date, today, MILESTONE_YEARS, found);
        kept.push(Milestone { title, on: PartialDate { date: precision.first_day(date), precision } });
    }
    kept.sort_by_key(|milestone| milestone.on.date);
    kept
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn diagnosis() -> Diagnosis {
        let nil = Uuid::nil();
        Diagnosis::new(DiagnosisId(nil), TerritoryId(nil), DateTime::UNIX_EPOCH)
    }

    fn axis(n: u128, number: i32, title: &str) -> AxisEdit {
        let new = DiagnosisAxisId(Uuid::from_u128(n));
        AxisEdit { id: None, new, number, title: title.to_owned(), themes: Vec::new() }
    }

    fn paths(found: &Violations) -> Vec<&str> {
        found.0.iter().map(|violation| violation.path.as_str()).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let stranger = DiagnosisAxisId(Uuid::from_u128(9));
        let given = vec![
            axis(1, 1, " "),
            axis(2, 1, "Continuité éducative"),
            axis(3, 0, "Ouvrir le champ des possibles"),
            AxisEdit { id: Some(stranger), themes: vec!["nothing".to_owned()], ..axis(4, 2, "École") },
        ];
        let edit = DiagnosisEdit {
            title: Edit::Set(String::new()),
            axes: Edit::Set(given),
            essential_questions: Edit::Set(vec!["\0".to_owned()]),
            ..DiagnosisEdit::default()
        };
        let mut found = Violations::default();
        diagnosis().edit(&mut DiagnosisSets::default(), edit, day(2026, 11, 22), &mut found);
        assert_eq!(
            paths(&found),
            [
                "input.title",
                "input.axes[0].title",
                "input.axes[1].number",
                "input.axes[2].number",
                "input.axes[3].id",
                "input.axes[3].themes[0]",
                "input.essentialQuestions[0]",
            ]
        );
    }

    #[test]
    fn an_axis_stays_the_same_one_by_its_id_and_two_can_change_places() {
        let (mut one, mut sets) = (diagnosis(), DiagnosisSets::default());
        let mut found = Violations::default();
        let opened = DiagnosisEdit {
            axes: Edit::Set(vec![axis(1, 1, "École"), axis(2, 2, "Parents")]),
            ..DiagnosisEdit::default()
        };
        let today = day(2026, 11, 22);
        one.edit(&mut sets, opened, today, &mut found);
        let ids: Vec<_> = sets.axes.iter().map(|axis| axis.id).collect();
        let swapped = vec![
            AxisEdit { id: Some(ids[0]), ..axis(3, 2, "École") },
            AxisEdit { id: Some(ids[1]), ..axis(4, 1, "Parents") },
        ];
        one.edit(
            &mut sets,
            DiagnosisEdit { axes: Edit::Set(swapped), ..DiagnosisEdit::default() },
            today,
            &mut found,
        );
        assert_eq!(sets.axes.iter().map(|axis| axis.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
        assert_eq!(found, Violations::default());
        one.edit(
            &mut sets,
            DiagnosisEdit { axes: Edit::Set(Vec::new()), ..DiagnosisEdit::default() },
            today,
            &mut found,
        );
        assert_eq!(paths(&found), ["input.axes"]);
    }

    #[test]
    fn it_is_closed_after_all_that_was_done_in_it_and_not_in_the_future() {
        let today = day(2021, 7, 1);
        let last = Event { on: day(2021, 6, 25), what: "its session “Comité de pilotage”".to_owned() };
        let mut one = diagnosis();
        one.started_on = Some(PartialDate { date: day(2020, 11, 1), precision: DatePrecision::Month });
        let refused = |on| one.clone().close(on, today, Some(&last)).expect_err("refused").0.len();
        assert_eq!(refused(day(2021, 7, 2)), 1);
        assert_eq!(refused(day(2021, 6, 24)), 1);
        assert_eq!(refused(day(2020, 10, 31)), 2);
        assert_eq!(one.require_open(), Ok(()));
        assert_eq!(one.close(day(2021, 6, 25), today, Some(&last)), Ok(()));
        let why = one.require_open().expect_err("closed");
        assert!(why.starts_with("it is closed since 2021-06-25"), "{why}");
    }

    #[test]
    fn a_date_is_told_as_far_as_it_is_known() {
        let date = day(2020, 11, 1);
        let all = [DatePrecision::Year, DatePrecision::Month, DatePrecision::Day];
        let all = all.map(|precision| told(PartialDate { date, precision }));
        assert_eq!(all, ["2020", "2020-11", "2020-11-01"]);
    }
}
