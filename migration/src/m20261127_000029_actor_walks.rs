//! Walking the actors of a small territory by name, those that sit there and those that act there, whatever else there is.

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
DROP INDEX actors_seat;
CREATE INDEX actors_seat ON actors (seat_id, name, id);

-- The actor's name, since no index reaches into another table.
ALTER TABLE actor_areas ADD COLUMN actor_name text COLLATE french;
UPDATE actor_areas x SET actor_name = a.name FROM actors a WHERE a.id = x.actor_id;
ALTER TABLE actor_areas ALTER COLUMN actor_name SET NOT NULL;
CREATE INDEX actor_areas_name ON actor_areas (territory_id, actor_name, actor_id);

CREATE FUNCTION actor_areas_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT name INTO NEW.actor_name FROM actors WHERE id = NEW.actor_id;
    RETURN NEW;
END $$;
CREATE TRIGGER actor_areas_named BEFORE INSERT OR UPDATE OF actor_id, actor_name ON actor_areas
    FOR EACH ROW EXECUTE FUNCTION actor_areas_named();

CREATE FUNCTION actors_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE actor_areas SET actor_name = NEW.name WHERE actor_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER actors_renamed AFTER UPDATE OF name ON actors
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION actors_renamed();
";

const DOWN: &str = r"
DROP TRIGGER actors_renamed ON actors;
DROP FUNCTION actors_renamed;
DROP TRIGGER actor_areas_named ON actor_areas;
DROP FUNCTION actor_areas_named;
ALTER TABLE actor_areas DROP COLUMN actor_name;
DROP INDEX actors_seat;
CREATE INDEX actors_seat ON actors (seat_id);
";
