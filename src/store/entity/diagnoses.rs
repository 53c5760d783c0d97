//! Rows of `diagnoses`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "diagnoses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    pub territory_id: Uuid,
    pub facilitator_id: Option<Uuid>,
    pub essential_questions: Vec<String>,
    pub started_on: Option<Date>,
    pub started_on_precision: String,
    pub milestones: Json,
    pub closed_on: Option<Date>,
    pub status: String,
    pub archived_from: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
