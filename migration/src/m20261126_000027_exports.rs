//! Files that were asked for, made in the background, and the files themselves.

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
CREATE TABLE export_jobs (
    id uuid PRIMARY KEY,
    -- Who asked: the name of a caller, as in changes.
    owner text NOT NULL,
    -- From where a stranger asked, as a hash; null for those who said who they are.
    network bytea,
    -- What was asked: filters and day.
    asked jsonb NOT NULL,
    format text NOT NULL,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    -- How many entries there are to write, and how many are written.
    total_rows bigint NOT NULL,
    written_rows bigint NOT NULL DEFAULT 0,
    error text,
    -- What the owner might see when the file was made, as a hash: with other rights it is no longer theirs.
    rights bytea,
    -- The secret part of the file's address. Whoever reads this table reads the file too, so that hiding it here helps nobody.
    token text NOT NULL UNIQUE,
    file_name text,
    bytes bigint NOT NULL DEFAULT 0,
    digest text,
    -- The attempt that is under way: another one's writes are refused.
    claim uuid,
    tries smallint NOT NULL DEFAULT 0,
    beat_at timestamptz,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    expires_at timestamptz NOT NULL
);
CREATE INDEX export_jobs_open ON export_jobs (created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX export_jobs_owner ON export_jobs (owner, expires_at);
CREATE INDEX export_jobs_expiry ON export_jobs (expires_at);

-- A file in pieces, so that every instance can send it, and none needs it whole.
CREATE TABLE export_chunks (
    job_id uuid NOT NULL REFERENCES export_jobs ON DELETE CASCADE,
    place integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (job_id, place)
);
";

const DOWN: &str = r"
DROP TABLE export_chunks, export_jobs;
";
