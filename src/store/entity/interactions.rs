//! Rows of `interactions`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub source_id: Uuid,
    pub target_id: Uuid,
    pub level: Option<i16>,
    pub intensity: Option<i16>,
    pub frequency: Option<String>,
    pub formalised: Option<bool>,
    pub description: Option<String>,
    pub themes: Vec<String>,
    pub since: Option<Date>,
    pub since_precision: Option<String>,
    pub until: Option<Date>,
    pub until_precision: Option<String>,
    pub amount: Option<Decimal>,
    pub declared_by_id: Option<Uuid>,
    pub confirmation: String,
    pub dispute_reason: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub evidence: Json,
    pub status: String,
    pub archived_from: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
