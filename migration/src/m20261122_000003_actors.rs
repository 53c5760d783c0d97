//! Actors: where they sit, where they act, how the registers know them.

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
CREATE TABLE actors (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT actors_slug UNIQUE,
    kind text NOT NULL,
    name text COLLATE french NOT NULL,
    short_name text,
    description text,
    website text,
    themes text[] NOT NULL DEFAULT '{}',
    sdgs smallint[] NOT NULL DEFAULT '{}',
    audiences text[] NOT NULL DEFAULT '{}',
    longitude float8 CHECK (longitude BETWEEN -180 AND 180),
    latitude float8 CHECK (latitude BETWEEN -90 AND 90),
    address text,
    postcode text,
    location_precision text,
    location_hidden boolean NOT NULL DEFAULT false,
    -- The declared commune, and where none is declared the commune that holds the point.
    seat_id uuid REFERENCES territories,
    seat_declared boolean NOT NULL DEFAULT false,
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    verified_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_name text NOT NULL GENERATED ALWAYS AS (fold(name || ' ' || coalesce(short_name, ''))) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', fold(name || ' ' || coalesce(short_name, ''))), 'A')
        || setweight(to_tsvector('french_unaccent', name), 'B')
        || setweight(to_tsvector('french_unaccent', coalesce(description, '')), 'C')) STORED,
    CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL))
);
CREATE INDEX actors_name ON actors (name, id);
-- Slugs without a number at their end: to find the next free one.
CREATE INDEX actors_slug_stem ON actors (regexp_replace(slug, '-[0-9]+$', ''));
-- Names as folded: to find the same one spelt otherwise.
CREATE INDEX actors_folded ON actors (fold(name));
CREATE INDEX actors_updated ON actors (updated_at, id);
CREATE INDEX actors_created ON actors (created_at, id);
CREATE INDEX actors_seat ON actors (seat_id);
CREATE INDEX actors_point ON actors USING gist (point(longitude, latitude)) WHERE longitude IS NOT NULL;
CREATE INDEX actors_themes ON actors USING gin (themes);
CREATE INDEX actors_sdgs ON actors USING gin (sdgs);
CREATE INDEX actors_audiences ON actors USING gin (audiences);
CREATE INDEX actors_search ON actors USING gin (search_vector);
CREATE INDEX actors_similar ON actors USING gin (search_name gin_trgm_ops);

CREATE TABLE actor_registrations (
    actor_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    scheme text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (actor_id, scheme, value)
);
CREATE INDEX actor_registrations_value ON actor_registrations (scheme, value);

-- Where an actor acts.
CREATE TABLE actor_areas (
    actor_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (actor_id, territory_id)
);
CREATE INDEX actor_areas_territory ON actor_areas (territory_id, actor_id);

-- Derived: the territories whose outline holds the actor's point and that no list decides (neighbourhoods, perimeters
-- of one's own; every kind where the actor has no seat).
CREATE TABLE actor_points (
    actor_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    PRIMARY KEY (actor_id, territory_id)
);
CREATE INDEX actor_points_territory ON actor_points (territory_id, actor_id);
";

const DOWN: &str = r"
DROP TABLE actor_points, actor_areas, actor_registrations, actors;
";
