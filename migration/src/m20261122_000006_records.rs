//! What every write leaves behind: origins, client keys, changes; and the keys of tokens.

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
-- Where an entry comes from; (source, reference) finds it again at the next import.
CREATE TABLE origins (
    subject_kind text NOT NULL CHECK (subject_kind IN ('TERRITORY', 'ACTOR', 'INTERACTION', 'CALL')),
    source text NOT NULL,
    reference text NOT NULL,
    subject_id uuid NOT NULL,
    url text,
    imported_at timestamptz NOT NULL,
    -- What the file said of each field: a field that differs from it now was edited by a person, and stays.
    imported jsonb NOT NULL,
    PRIMARY KEY (subject_kind, source, reference)
);
CREATE INDEX origins_subject ON origins (subject_kind, subject_id);

-- A retried creation finds its first result; the row is written in the creation's own transaction.
CREATE TABLE client_keys (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);

-- Every write, in its own transaction: the history of an entry and the feed that others follow.
CREATE TABLE changes (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    caller text NOT NULL,
    action text NOT NULL CHECK (action IN ('CREATE', 'UPDATE', 'PUBLISH', 'ARCHIVE', 'RESTORE')),
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    version integer NOT NULL,
    -- {field: [before, after]}
    fields jsonb NOT NULL
);
CREATE INDEX changes_subject ON changes (subject_kind, subject_id, position);

-- The keys that sign our own tokens; the newest signs, all verify.
CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    pkcs8 bytea NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);
";

const DOWN: &str = r"
DROP TABLE signing_keys, changes, client_keys, origins;
";
