//! Lessons: recorded and changed by whoever changes what they were learnt from; where that is nothing, by managers and
//! administrators.

use super::access::require_somewhere;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{LessonId, SubjectKind};
use crate::domain::lessons::{Lesson, LessonEdit, LessonRubric, LessonSource, UNKNOWN_SOURCE};
use crate::domain::permissions::update_act;
use crate::domain::policy::{Act, Visibility};
use crate::store::records::Action;
use crate::store::{self, Transaction};

impl App {
    /// Records a lesson under this rubric. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn record_lesson(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        rubric: LessonRubric,
        edit: LessonEdit,
        mut found: Violations,
    ) -> Result<Lesson, Error> {
        let named = edit.source.as_set().and_then(|subject| match subject.kind {
            // Who may change its owner; the same may a diagnosis as a collective or a call.
            SubjectKind::WorkshopSession => Some(Act::UpdateDiagnosis),
            kind => update_act(kind),
        });
        require_somewhere(caller, named.unwrap_or(Act::RecordLesson))?;
        let content = format!("{rubric:?} {edit:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        let mut lesson = Lesson::new(LessonId(self.ids.next(now)), rubric, now);
        lesson.edit(edit, self.clock.today(), &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let id = lesson.id.into();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id).await? {
                    return Ok(Created::Before(before));
                }
                self.require_source(tx, caller, lesson.source).await?;
                store::lessons::write(tx, &lesson).await?;
                let fields = difference(None, (&lesson, &()));
                self.record(tx, caller, Action::Create, id, lesson.version, fields).await?;
                Ok(Created::New(()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(()) => Ok(lesson),
            Created::Before(subject) => {
                let id = LessonId(subject.id);
                let before = self.store.lessons_by_ids(&[id], &Visibility::of(caller)).await?.pop();
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a lesson: for whoever may write what it was learnt from, before and after.
    pub async fn update_lesson(
        &self,
        caller: &Caller,
        id: LessonId,
        edit: LessonEdit,
        found: Violations,
    ) -> Result<Lesson, Error> {
        require_somewhere(caller, Act::UpdatePractice)?;
        let absent = || Error::NotFound("no such lesson".to_owned());
        self.store.lessons_by_ids(&[id], &Visibility::of(caller)).await?.pop().ok_or_else(absent)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = store::lessons::for_update(tx, id).await?.ok_or_else(absent)?;
                self.require_source(tx, caller, before.source).await?;
                let (mut lesson, mut found) = (before.clone(), found.clone());
                lesson.edit(edit.clone(), self.clock.today(), &mut found);
                found.into_result(())?;
                if lesson.source != before.source {
                    self.require_source(tx, caller, lesson.source).await?;
                }
                lesson.version += 1;
                lesson.updated_at = self.clock.now();
                store::lessons::write(tx, &lesson).await?;
                let fields = difference(Some((&before, &())), (&lesson, &()));
                self.record(tx, caller, Action::Update, id.into(), lesson.version, fields).await?;
                Ok(lesson)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Refuses those who may not write what a lesson was learnt from; a source that is not there, or that they may not see, is
    /// none.
    async fn require_source(
        &self,
        tx: &Transaction,
        caller: &Caller,
        source: Option<LessonSource>,
    ) -> Result<(), Error> {
        let unknown = || Error::invalid("input.source", ViolationCode::Unknown, UNKNOWN_SOURCE);
        let subject = match source {
            None => return require_somewhere(caller, Act::RecordLesson),
            Some(LessonSource::WorkshopSession(id)) => {
                store::workshops::owner_of(tx, id).await?.ok_or_else(unknown)?.into()
            }
            Some(source) => source.subject(),
        };
        let Some(act) = update_act(subject.kind) else { return Err(unknown()) };
        // Administrators see everything that is there.
        let (visibility, ids) = (Visibility::of(caller), [subject.id]);
        let there = store::standing::standings(tx, &visibility, subject.kind, &ids).await?;
        if !there.contains_key(&subject.id) {
            return Err(unknown());
        }
        self.require(tx, caller, act, subject).await
    }
}
