//! Letters to be sent.

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
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- What it is, and what it is about; emptied once it is sent, since links in it open doors.
    letter jsonb NOT NULL,
    -- Whether it may wait for the digest of the day.
    digest boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'WAITING' CHECK (status IN ('WAITING', 'SENDING', 'SENT', 'FAILED')),
    tries smallint NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    -- When an instance took it to send it.
    claimed_at timestamptz,
    settled_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (next_try_at, id) WHERE status = 'WAITING';
CREATE INDEX outbox_user ON outbox (user_id, digest, created_at);
CREATE INDEX outbox_sending ON outbox (claimed_at) WHERE status = 'SENDING';

-- The day of each user's last digest, which there is one of a day at most.
CREATE TABLE digests (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    day date NOT NULL
);
";

const DOWN: &str = r"
DROP TABLE digests, outbox;
";
