//! The feed: changes in the order in which they were committed.

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
-- A transaction that records changes has a row here. Its place is given when it commits, while nothing else of the feed may
-- commit: whoever sees a place sees all that are before it, for good.
CREATE TABLE feed (
    transaction bigint PRIMARY KEY,
    -- Null while the transaction runs, so that nobody ever sees it null.
    position bigint CONSTRAINT feed_position UNIQUE,
    -- None of its changes has a smaller number: where to begin to look for them.
    from_change bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE SEQUENCE feed_transactions;
CREATE SEQUENCE feed_positions;
-- What was recorded before there was a feed: one transaction, in the order of its positions.
INSERT INTO feed (transaction, position) VALUES (0, 0);

-- Which life of the database cursors are of: a backup that is restored begins another.
CREATE TABLE feed_era (
    singleton boolean PRIMARY KEY DEFAULT TRUE CHECK (singleton),
    era uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO feed_era DEFAULT VALUES;

-- A constant first, which rewrites nothing; then what the trigger below has set.
ALTER TABLE changes ADD COLUMN transaction bigint NOT NULL DEFAULT 0;
ALTER TABLE changes ALTER COLUMN transaction SET DEFAULT current_setting('maillage.transaction')::bigint;
CREATE INDEX changes_feed ON changes (transaction, position);

-- The key holds until the transaction ends, or the step in it that took the key is undone, with its row.
CREATE FUNCTION feed_begin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
BEGIN
    IF coalesce(current_setting('maillage.transaction', TRUE), '') = '' THEN
        key := nextval('feed_transactions');
        PERFORM set_config('maillage.transaction', key::text, TRUE);
        INSERT INTO feed (transaction, from_change) SELECT key, last_value FROM changes_position_seq;
    END IF;
    RETURN NULL;
END $$;

-- The lock is held from here until the commit is seen by all: for the writing of one row and of the log.
CREATE FUNCTION feed_commit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('feed', 0));
    place := nextval('feed_positions');
    UPDATE feed SET position = place, at = clock_timestamp() WHERE transaction = NEW.transaction;
    PERFORM pg_notify('maillage_feed', place::text);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER feed_commits AFTER INSERT ON feed DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION feed_commit();
CREATE TRIGGER changes_feed_begin BEFORE INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION feed_begin();
";

const DOWN: &str = r"
DROP TRIGGER changes_feed_begin ON changes;
ALTER TABLE changes DROP COLUMN transaction;
DROP TABLE feed, feed_era;
DROP FUNCTION feed_begin(), feed_commit();
DROP SEQUENCE feed_transactions, feed_positions;
";
