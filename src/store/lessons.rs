//! Lessons: rows to domain and back, finders by key, writers. The lesson is `l`. Its status, which is that of what it was
//! learnt from, is the database's own.

use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};

use super::entity::lessons as row;
use super::error::StoreError;
use super::rows::parse;
use super::sight::visible_lesson;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{CollectiveId, GoodPracticeId, LessonId, ProjectId, WorkshopSessionId};
use crate::domain::lessons::{Lesson, LessonSource};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

/// The columns of a lesson `l`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("l.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The lesson of a row.
pub(super) fn domain(row: row::Model) -> Result<Lesson, StoreError> {
    let practice = row.practice_id.map(|id| LessonSource::GoodPractice(GoodPracticeId(id)));
    let collective = row.collective_id.map(|id| LessonSource::Collective(CollectiveId(id)));
    let project = row.project_id.map(|id| LessonSource::Project(ProjectId(id)));
    let session = row.session_id.map(|id| LessonSource::WorkshopSession(WorkshopSessionId(id)));
    Ok(Lesson {
        id: LessonId(row.id),
        rubric: parse("lessons", "rubric", &row.rubric)?,
        text: row.text,
        themes: row.themes,
        source: practice.or(collective).or(project).or(session),
        event: row.event,
        recorded_on: row.recorded_on,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(lesson: &Lesson) -> row::Model {
    let mut model = row::Model {
        id: lesson.id.0,
        rubric: lesson.rubric.to_string(),
        text: lesson.text.clone(),
        themes: lesson.themes.clone(),
        practice_id: None,
        collective_id: None,
        project_id: None,
        session_id: None,
        event: lesson.event.clone(),
        recorded_on: lesson.recorded_on,
        version: lesson.version,
        created_at: lesson.created_at,
        updated_at: lesson.updated_at,
    };
    match lesson.source {
        None => {}
        Some(LessonSource::GoodPractice(id)) => model.practice_id = Some(id.0),
        Some(LessonSource::Collective(id)) => model.collective_id = Some(id.0),
        Some(LessonSource::Project(id)) => model.project_id = Some(id.0),
        Some(LessonSource::WorkshopSession(id)) => model.session_id = Some(id.0),
    }
    model
}

impl Store {
    /// The lessons of these ids that may be seen, those of archived sources too, in no order.
    pub async fn lessons_by_ids(
        &self,
        ids: &[LessonId],
        visibility: &Visibility,
    ) -> Result<Vec<Lesson>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM lessons l WHERE l.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_lesson(&mut sql, &[PublicationStatus::Archived], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }
}

/// A lesson to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: LessonId) -> Result<Option<Lesson>, StoreError> {
    use sea_orm::QuerySelect;
    let row = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?;
    row.map(domain).transpose()
}

/// Writes a new or changed lesson.
pub async fn write(tx: &Transaction, lesson: &Lesson) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let insert = row::Entity::insert(model(lesson).into_active_model()).on_conflict(replace);
    insert.exec_without_returning(tx).await?;
    Ok(())
}
