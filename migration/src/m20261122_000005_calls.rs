//! Calls for projects, standing aids and their tracks.

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
CREATE TABLE calls (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT calls_slug UNIQUE,
    kind text NOT NULL,
    title text COLLATE french NOT NULL,
    summary text,
    url text,
    programme_id uuid REFERENCES territories,
    recurrence text,
    aid_kinds text[] NOT NULL DEFAULT '{}',
    themes text[] NOT NULL DEFAULT '{}',
    sdgs smallint[] NOT NULL DEFAULT '{}',
    audiences text[] NOT NULL DEFAULT '{}',
    eligible_kinds text[] NOT NULL DEFAULT '{}',
    eligibility text,
    opens_at timestamptz,
    closes_at timestamptz,
    budget numeric(16, 2) CHECK (budget >= 0),
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Infinity where there is none, so that calls without a date come last and a cursor can compare.
    closes_order timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(closes_at, 'infinity'::timestamptz)) STORED,
    opens_order timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(opens_at, 'infinity'::timestamptz)) STORED,
    search_name text NOT NULL GENERATED ALWAYS AS (fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', fold(title)), 'A')
        || setweight(to_tsvector('french_unaccent', title), 'B')
        || setweight(to_tsvector('french_unaccent', coalesce(summary, '')), 'C')) STORED,
    CHECK (closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at),
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL))
);
CREATE INDEX calls_slug_stem ON calls (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX calls_closing ON calls (closes_order, id);
CREATE INDEX calls_opening ON calls (opens_order, id);
CREATE INDEX calls_updated ON calls (updated_at, id);
CREATE INDEX calls_title ON calls (title, id);
CREATE INDEX calls_programme ON calls (programme_id);
CREATE INDEX calls_themes ON calls USING gin (themes);
CREATE INDEX calls_search ON calls USING gin (search_vector);
CREATE INDEX calls_similar ON calls USING gin (search_name gin_trgm_ops);

CREATE TABLE call_actors (
    call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('ORGANISER', 'FUNDER')),
    position smallint NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors,
    PRIMARY KEY (call_id, role, position),
    UNIQUE (call_id, role, actor_id)
);
CREATE INDEX call_actors_actor ON call_actors (actor_id, role);

-- The eligible perimeter.
CREATE TABLE call_territories (
    call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (call_id, territory_id)
);
CREATE INDEX call_territories_territory ON call_territories (territory_id, call_id);

CREATE TABLE call_tracks (
    id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
    position smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('INDIVIDUAL_PROJECT', 'COLLECTIVE_PROJECT', 'SMALL_COLLECTIVE')),
    title text NOT NULL,
    description text,
    min_members integer CHECK (min_members >= 1),
    max_members integer CHECK (max_members >= min_members),
    min_grant numeric(16, 2) CHECK (min_grant >= 0),
    max_grant numeric(16, 2) CHECK (max_grant >= min_grant),
    CONSTRAINT call_tracks_position UNIQUE (call_id, position) DEFERRABLE INITIALLY DEFERRED
);
";

const DOWN: &str = r"
DROP TABLE call_tracks, call_territories, call_actors, calls;
";
