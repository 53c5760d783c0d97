//! From where an account was signed in to: a stranger who guesses at it does not keep its owner out.

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

const UP: &str = r"
-- When what is attempted last went well, for an account from a network; null for what is only guessed at.
ALTER TABLE attempts ADD COLUMN succeeded_at timestamptz;
";

const DOWN: &str = r"
ALTER TABLE attempts DROP COLUMN succeeded_at;
";
