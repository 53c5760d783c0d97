//! Rows of `actors`.

use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "actors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub kind: String,
    pub name: String,
    pub short_name: Option<String>,
    pub description: Option<String>,
    pub website: Option<String>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub address: Option<String>,
    pub postcode: Option<String>,
    pub location_precision: Option<String>,
    pub location_hidden: bool,
    pub seat_id: Option<Uuid>,
    pub seat_declared: bool,
    pub status: String,
    pub archived_from: Option<String>,
    pub verified_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
