//! Needs and offers: what actors look for and what they can give.

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
-- The French stems of a text, each once: what two texts have in common.
CREATE FUNCTION stems_of(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT tsvector_to_array(to_tsvector('public.french_unaccent', coalesce(public.search_fold(value), '')))
$$;

CREATE TABLE exchanges (
    id uuid PRIMARY KEY,
    side text NOT NULL CHECK (side IN ('NEED', 'OFFER')),
    -- Whose: an actor's, or, of a need, a collective's.
    actor_id uuid REFERENCES actors ON DELETE CASCADE,
    collective_id uuid REFERENCES collectives ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('SKILL', 'SPACE', 'EQUIPMENT', 'FUNDING', 'VOLUNTEERS', 'AUDIENCE_ACCESS', 'DATA',
        'TRAINING', 'OTHER')),
    title text NOT NULL,
    description text,
    themes text[] NOT NULL DEFAULT '{}',
    -- The last day on which it holds; null where it holds until it is closed.
    valid_until date,
    closed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (search_vector_of(title, description, NULL)) STORED,
    stems text[] NOT NULL GENERATED ALWAYS AS (stems_of(title || ' ' || coalesce(description, ''))) STORED,
    CONSTRAINT exchanges_owner CHECK (num_nonnulls(actor_id, collective_id) = 1 AND (side = 'NEED' OR actor_id IS NOT NULL))
);
CREATE INDEX exchanges_created ON exchanges (side, created_at, id);
CREATE INDEX exchanges_actor ON exchanges (actor_id, side, created_at, id);
CREATE INDEX exchanges_collective ON exchanges (collective_id, created_at, id) WHERE collective_id IS NOT NULL;
-- Those among which matches are looked for.
CREATE INDEX exchanges_open ON exchanges (side, kind, created_at, id) WHERE closed_at IS NULL;
CREATE INDEX exchanges_themes ON exchanges USING gin (themes);
CREATE INDEX exchanges_stems ON exchanges USING gin (stems) WITH (fastupdate = off);
CREATE INDEX exchanges_search ON exchanges USING gin (search_vector) WITH (fastupdate = off);

-- Where it is needed or given; where none is named, where its actor sits and acts, or its collective acts.
CREATE TABLE exchange_territories (
    exchange_id uuid NOT NULL REFERENCES exchanges ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (exchange_id, territory_id)
);
CREATE INDEX exchange_territories_territory ON exchange_territories (territory_id, exchange_id);
";

const DOWN: &str = r"
DROP TABLE exchange_territories, exchanges;
DROP FUNCTION stems_of(text);
";
