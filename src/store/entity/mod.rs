//! The tables' rows, as they stand: private to `store`, which hands out domain types only. Generated columns are left
//! out: Postgres fills them.

pub mod actors;
pub mod applications;
pub mod calls;
pub mod collectives;
pub mod diagnoses;
pub mod exchanges;
pub mod good_practices;
pub mod interactions;
pub mod lessons;
pub mod library_resources;
pub mod memberships;
pub mod projects;
pub mod replications;
pub mod support_requests;
pub mod territories;
pub mod tracks;
