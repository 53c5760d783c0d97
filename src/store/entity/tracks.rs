//! Rows of `call_tracks`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "call_tracks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub call_id: Uuid,
    pub position: i16,
    pub kind: String,
    pub title: String,
    pub description: Option<String>,
    pub min_members: Option<i32>,
    pub max_members: Option<i32>,
    pub min_grant: Option<Decimal>,
    pub max_grant: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
