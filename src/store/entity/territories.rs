//! Rows of `territories`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "territories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub code: String,
    pub vintage: i32,
    pub name: String,
    pub population: Option<i32>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub successor_ids: Vec<Uuid>,
    pub boundary_vintage: Option<i32>,
    pub boundary_precision_metres: Option<f64>,
    pub area_m2: Option<f64>,
    pub boundary_from_members: bool,
    pub boundary_digest: Option<String>,
    pub west: Option<f64>,
    pub south: Option<f64>,
    pub east: Option<f64>,
    pub north: Option<f64>,
    pub centroid_longitude: Option<f64>,
    pub centroid_latitude: Option<f64>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
