//! Rows of `lessons`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lessons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub rubric: String,
    pub text: String,
    pub themes: Vec<String>,
    pub practice_id: Option<Uuid>,
    pub collective_id: Option<Uuid>,
    pub project_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
    pub event: Option<String>,
    pub recorded_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
