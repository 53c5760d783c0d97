//! Lessons: what cooperation taught, under one of five rubrics.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::dates::check_past;
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{
    CollectiveId, GoodPracticeId, LessonId, ProjectId, Subject, SubjectKind, WorkshopSessionId,
};
use super::{text, themes};

/// Most characters of a lesson.
pub const LESSON_CHARS: usize = 5_000;

/// Under what a lesson is told; in the order in which a story is.
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
#[expect(missing_docs, reason = "the schema describes each")]
pub enum LessonRubric {
    Trigger,
    Difficulty,
    SuccessFactor,
    Lever,
    Prospect,
}

/// What a lesson was learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonSource {
    /// A good practice.
    GoodPractice(GoodPracticeId),
    /// A collective.
    Collective(CollectiveId),
    /// A project.
    Project(ProjectId),
    /// A session.
    WorkshopSession(WorkshopSessionId),
}

impl LessonSource {
    /// The source that an entry is; null for kinds of which nothing is learnt.
    pub fn of(subject: Subject) -> Option<Self> {
        Some(match subject.kind {
            SubjectKind::GoodPractice => Self::GoodPractice(GoodPracticeId(subject.id)),
            SubjectKind::Collective => Self::Collective(CollectiveId(subject.id)),
            SubjectKind::Project => Self::Project(ProjectId(subject.id)),
            SubjectKind::WorkshopSession => Self::WorkshopSession(WorkshopSessionId(subject.id)),
            _ => return None,
        })
    }

    /// The entry that it is.
    pub fn subject(self) -> Subject {
        match self {
            Self::GoodPractice(id) => id.into(),
            Self::Collective(id) => id.into(),
            Self::Project(id) => id.into(),
            Self::WorkshopSession(id) => id.into(),
        }
    }
}

/// What cooperation taught.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Lesson {
    pub id: LessonId,
    pub rubric: LessonRubric,
    pub text: String,
    pub themes: Vec<String>,
    /// Where it was learnt; histories keep its kind and key.
    #[serde(serialize_with = "as_subject")]
    pub source: Option<LessonSource>,
    pub event: Option<String>,
    pub recorded_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[expect(clippy::ref_option, reason = "what serde asks for")]
fn as_subject<S: serde::Serializer>(source: &Option<LessonSource>, to: S) -> Result<S::Ok, S::Error> {
    source.map(LessonSource::subject).serialize(to)
}

/// What is said of a lesson.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Lesson")]
pub struct LessonEdit {
    pub rubric: Edit<LessonRubric>,
    pub text: Edit<String>,
    pub themes: Edit<Vec<String>>,
    /// The entry that it was learnt from; whether it is one that may be is still to be found.
    pub source: Edit<Subject>,
    pub event: Edit<String>,
    pub recorded_on: Edit<NaiveDate>,
}

impl Lesson {
    /// A new lesson under this rubric, whose other fields an edit fills.
    pub fn new(id: LessonId, rubric: LessonRubric, now: DateTime<Utc>) -> Self {
        Self {
            id,
            rubric,
            text: String::new(),
            themes: Vec::new(),
            source: None,
            event: None,
            recorded_on: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit, on this day, or adds all that is wrong.
    pub fn edit(&mut self, edit: LessonEdit, today: NaiveDate, found: &mut Violations) {
        text::required(edit.rubric, &mut self.rubric, "input.rubric", found);
        match text::text_edit(edit.text, "input.text", LESSON_CHARS, found) {
            Edit::Keep => {}
            Edit::Clear => found.add("input.text", ViolationCode::Required, "must not be empty"),
            Edit::Set(said) => self.text = said,
        }
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        match edit.source {
            Edit::Keep => {}
            Edit::Clear => self.source = None,
            Edit::Set(subject) => match LessonSource::of(subject) {
                Some(source) => self.source = Some(source),
                None => found.add("input.source", ViolationCode::Unknown, UNKNOWN_SOURCE),
            },
        }
        text::text_edit(edit.event, "input.event", text::NAME_CHARS, found).apply(&mut self.event);
        if edit.recorded_on.as_set().is_some_and(|day| *day > today) {
            found.add("input.recordedOn", ViolationCode::OutOfRange, "is in the future");
        }
        if let Some(day) = edit.recorded_on.as_set() {
            check_past("input.recordedOn", *day, found);
        }
        edit.recorded_on.apply(&mut self.recorded_on);
    }
}

/// What is said where a source is none, or not to be seen.
pub const UNKNOWN_SOURCE: &str = "is no good practice, collective, project or session of this directory";

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn lesson() -> Lesson {
        Lesson::new(LessonId(Uuid::nil()), LessonRubric::Trigger, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let today = NaiveDate::from_ymd_opt(2021, 10, 14).expect("a day");
        let edit = LessonEdit {
            rubric: Edit::Clear,
            text: Edit::Set("é".repeat(LESSON_CHARS + 1)),
            themes: Edit::Set(vec!["nothing".to_owned()]),
            source: Edit::Set(Subject { kind: SubjectKind::Actor, id: Uuid::nil() }),
            event: Edit::Set("\0".to_owned()),
            recorded_on: Edit::Set(today.succ_opt().expect("a day")),
        };
        let mut found = Violations::default();
        lesson().edit(edit, today, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.rubric",
                "input.text",
                "input.themes[0]",
                "input.source",
                "input.event",
                "input.recordedOn"
            ]
        );
    }

    #[test]
    fn a_source_is_the_entry_that_it_names() {
        for kind in [
            SubjectKind::GoodPractice,
            SubjectKind::Collective,
            SubjectKind::Project,
            SubjectKind::WorkshopSession,
        ] {
            let subject = Subject { kind, id: Uuid::from_u128(7) };
            assert_eq!(LessonSource::of(subject).map(LessonSource::subject), Some(subject));
        }
        assert_eq!(LessonSource::of(Subject { kind: SubjectKind::Call, id: Uuid::nil() }), None);
    }
}
