//! Indexes of lists: actors of a kind by name, actors that were confirmed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(UP).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(drop)
    }
}

const UP: &str = "
CREATE INDEX actors_kind ON actors (kind, name, id);
CREATE INDEX actors_verified ON actors (verified_on) WHERE verified_on IS NOT NULL;
";

const DOWN: &str = "DROP INDEX actors_kind, actors_verified;";
