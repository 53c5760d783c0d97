//! How often territories were written, so that what was read of them is known to hold still.

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
-- A row, not a sequence: it must change when what was written is committed, no sooner.
CREATE TABLE territory_writes (
    is_only boolean PRIMARY KEY DEFAULT TRUE CHECK (is_only),
    count bigint NOT NULL DEFAULT 0
);
INSERT INTO territory_writes DEFAULT VALUES;
CREATE FUNCTION territories_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE territory_writes SET count = count + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER territories_written AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON territories
    FOR EACH STATEMENT EXECUTE FUNCTION territories_written();
";

const DOWN: &str = r"
DROP TRIGGER territories_written ON territories;
DROP FUNCTION territories_written;
DROP TABLE territory_writes;
";
