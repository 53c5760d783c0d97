//! Rows of `memberships`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub collective_id: Uuid,
    pub actor_id: Uuid,
    pub role: String,
    pub responsibility: Option<String>,
    pub status: String,
    pub hours_per_month: Option<f64>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub answered_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
