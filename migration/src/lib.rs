//! The history of Maillage's database schema, oldest first.
//!
//! Migrations name tables and columns as strings and never import the service, so that history keeps compiling when
//! the service's own types move on. Postgres 15 or newer, with `unaccent`, `pg_trgm`, `btree_gist` and
//! `fuzzystrmatch`.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_foundations;
mod m20261122_000002_territories;
mod m20261122_000003_actors;
mod m20261122_000004_interactions;
mod m20261122_000005_calls;
mod m20261122_000006_records;
mod m20261122_000007_search;
mod m20261122_000008_lists;
mod m20261126_000009_people;
mod m20261126_000010_moderation;
mod m20261126_000011_contacts;
mod m20261126_000012_outbox;
mod m20261126_000013_unpublished;
mod m20261126_000014_collectives;
mod m20261126_000015_cards;
mod m20261126_000016_known_networks;
mod m20261126_000017_exchanges;
mod m20261126_000018_support;
mod m20261126_000019_projects;
mod m20261126_000020_applications;
mod m20261126_000021_search_names;
mod m20261126_000022_diagnoses;
mod m20261126_000023_knowledge;
mod m20261126_000024_evaluation;
mod m20261126_000025_feed;
mod m20261126_000027_exports;
mod m20261126_000028_territory_writes;
mod m20261127_000029_actor_walks;

/// Every migration, in the order in which they are applied.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_foundations::Migration),
            Box::new(m20261122_000002_territories::Migration),
            Box::new(m20261122_000003_actors::Migration),
            Box::new(m20261122_000004_interactions::Migration),
            Box::new(m20261122_000005_calls::Migration),
            Box::new(m20261122_000006_records::Migration),
            Box::new(m20261122_000007_search::Migration),
            Box::new(m20261122_000008_lists::Migration),
            Box::new(m20261126_000009_people::Migration),
            Box::new(m20261126_000010_moderation::Migration),
            Box::new(m20261126_000011_contacts::Migration),
            Box::new(m20261126_000012_outbox::Migration),
            Box::new(m20261126_000013_unpublished::Migration),
            Box::new(m20261126_000014_collectives::Migration),
            Box::new(m20261126_000015_cards::Migration),
            Box::new(m20261126_000016_known_networks::Migration),
            Box::new(m20261126_000017_exchanges::Migration),
            Box::new(m20261126_000018_support::Migration),
            Box::new(m20261126_000019_projects::Migration),
            Box::new(m20261126_000020_applications::Migration),
            Box::new(m20261126_000021_search_names::Migration),
            Box::new(m20261126_000022_diagnoses::Migration),
            Box::new(m20261126_000023_knowledge::Migration),
            Box::new(m20261126_000024_evaluation::Migration),
            Box::new(m20261126_000025_feed::Migration),
            Box::new(m20261126_000027_exports::Migration),
            Box::new(m20261126_000028_territory_writes::Migration),
            Box::new(m20261127_000029_actor_walks::Migration),
        ]
    }
}
