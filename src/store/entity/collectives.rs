//! Rows of `collectives`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "collectives")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub kind: String,
    pub name: String,
    pub stage: String,
    pub closed_from: Option<String>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    pub finding: Option<String>,
    pub urgency: Option<String>,
    pub why_now: Option<String>,
    pub change_sought: Option<String>,
    pub intent_audiences: Vec<String>,
    pub funding_sought: Option<Decimal>,
    pub funding_note: Option<String>,
    pub partners_sought: Vec<String>,
    pub actor_id: Option<Uuid>,
    pub status: String,
    pub archived_from: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
