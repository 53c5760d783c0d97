//! Contacts: persons to reach, personal data.

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
CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    actor_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    name text NOT NULL,
    role text,
    email text,
    phone text,
    visibility text NOT NULL CHECK (visibility IN ('PUBLIC', 'PARTNERS', 'MANAGERS')),
    -- When the person agreed to be shown so.
    consent_on date,
    -- From this day on only managers see it.
    expires_on date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX contacts_actor ON contacts (actor_id, id);
CREATE INDEX contacts_expiry ON contacts (expires_on) WHERE expires_on IS NOT NULL;
";

const DOWN: &str = r"
DROP TABLE contacts;
";
