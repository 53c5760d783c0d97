//! Rows of `applications`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub call_id: Uuid,
    pub track_id: Uuid,
    pub lead_id: Uuid,
    pub project_id: Option<Uuid>,
    pub collective_id: Option<Uuid>,
    pub title: String,
    pub summary: Option<String>,
    pub budget_filed_on: Option<Date>,
    pub status: String,
    pub submitted_at: Option<DateTimeUtc>,
    pub outcome: Option<String>,
    pub granted_amount: Option<Decimal>,
    pub funder_id: Option<Uuid>,
    pub reason: Option<String>,
    pub decided_on: Option<Date>,
    pub funding_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
