//! Rows of `library_resources`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "library_resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub title: String,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub year: Option<i32>,
    pub url: Option<String>,
    pub language: String,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub r#abstract: Option<String>,
    pub added_by: Option<Uuid>,
    pub address_checked_at: Option<DateTimeUtc>,
    pub address_failing_since: Option<DateTimeUtc>,
    pub address_problem: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
