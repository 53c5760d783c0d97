//! Rows of `support_requests`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "support_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub requester_id: Option<Uuid>,
    pub collective_id: Option<Uuid>,
    pub call_id: Option<Uuid>,
    pub track: Option<String>,
    pub territory_id: Option<Uuid>,
    pub kind: String,
    pub description: String,
    pub status: String,
    pub assignee_id: Option<Uuid>,
    pub answer: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
