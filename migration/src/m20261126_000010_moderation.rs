//! Moderation: suggestions, pairs judged, mergers, suppressions, and what history tells of them.

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
-- Since when a submitted entry waits.
ALTER TABLE actors ADD COLUMN submitted_at timestamptz,
    -- Not to be listed, on request; imports leave it out.
    ADD COLUMN suppressed_at timestamptz,
    -- What it was then: archived ones stay so when they may be listed again.
    ADD COLUMN suppressed_from text;
ALTER TABLE interactions ADD COLUMN submitted_at timestamptz;
ALTER TABLE calls ADD COLUMN submitted_at timestamptz;
ALTER TABLE actors ADD CONSTRAINT actors_suppressed CHECK (suppressed_at IS NULL OR status = 'ARCHIVED'),
    ADD CHECK ((suppressed_at IS NULL) = (suppressed_from IS NULL));
-- Of two actors that became one, an archived interaction between them is kept.
ALTER TABLE interactions DROP CONSTRAINT interactions_two_actors,
    ADD CONSTRAINT interactions_two_actors CHECK (source_id <> target_id OR status = 'ARCHIVED');
CREATE INDEX actors_submitted ON actors (submitted_at, id) WHERE status = 'SUBMITTED';
CREATE INDEX interactions_submitted ON interactions (submitted_at, id) WHERE status = 'SUBMITTED';
CREATE INDEX calls_submitted ON calls (submitted_at, id) WHERE status = 'SUBMITTED';
CREATE INDEX actors_suppressed_index ON actors (id) WHERE suppressed_at IS NOT NULL;

CREATE TABLE suggestions (
    id uuid PRIMARY KEY,
    actor_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    -- Who, as in changes.
    caller text NOT NULL,
    comment text,
    -- {field: [before, after]}
    changes jsonb NOT NULL,
    -- The edit as it is applied.
    edit jsonb NOT NULL,
    status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'ACCEPTED', 'DECLINED')),
    reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    decided_at timestamptz
);
CREATE INDEX suggestions_actor ON suggestions (actor_id, created_at, id);
CREATE INDEX suggestions_pending ON suggestions (created_at, id) WHERE status = 'PENDING';
CREATE INDEX suggestions_caller ON suggestions (caller);

-- Pairs that a person has looked at and found to be two; the lower id first.
CREATE TABLE distinct_actors (
    first_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    second_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id)
);
CREATE INDEX distinct_actors_second ON distinct_actors (second_id);

-- Where the id and the slug of an entry that another took over lead to.
CREATE TABLE merged_actors (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT merged_actors_slug UNIQUE,
    kept_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    at timestamptz NOT NULL
);
CREATE INDEX merged_actors_kept ON merged_actors (kept_id);

ALTER TABLE changes ADD COLUMN comment text;
ALTER TABLE changes DROP CONSTRAINT changes_action_check;
ALTER TABLE changes ADD CONSTRAINT changes_action_check CHECK (action IN ('CREATE', 'UPDATE', 'SUBMIT', 'PUBLISH',
    'REJECT', 'ARCHIVE', 'RESTORE', 'CONFIRM', 'DISPUTE', 'IMPORT', 'MERGE', 'ERASE', 'SUPPRESS', 'UNSUPPRESS'));
CREATE INDEX changes_caller ON changes (caller, position);
";

const DOWN: &str = r"
DROP INDEX changes_caller;
DELETE FROM changes WHERE action NOT IN ('CREATE', 'UPDATE', 'PUBLISH', 'ARCHIVE', 'RESTORE');
ALTER TABLE changes DROP CONSTRAINT changes_action_check;
ALTER TABLE changes ADD CONSTRAINT changes_action_check
    CHECK (action IN ('CREATE', 'UPDATE', 'PUBLISH', 'ARCHIVE', 'RESTORE'));
ALTER TABLE changes DROP COLUMN comment;
DROP TABLE merged_actors, distinct_actors, suggestions;
ALTER TABLE calls DROP COLUMN submitted_at;
ALTER TABLE interactions DROP COLUMN submitted_at;
DELETE FROM interactions WHERE source_id = target_id;
ALTER TABLE interactions DROP CONSTRAINT interactions_two_actors,
    ADD CONSTRAINT interactions_two_actors CHECK (source_id <> target_id);
ALTER TABLE actors DROP COLUMN suppressed_at, DROP COLUMN suppressed_from, DROP COLUMN submitted_at;
";
