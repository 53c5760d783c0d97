//! Territories, their outlines, what lists say of them, and the links between them.

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
CREATE TABLE territories (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('COUNTRY', 'REGION', 'DEPARTMENT', 'INTERCOMMUNALITY', 'COMMUNE',
        'PRIORITY_NEIGHBOURHOOD', 'EDUCATION_CITY', 'URBAN_CONTRACT', 'CUSTOM')),
    code text NOT NULL,
    vintage integer NOT NULL,
    name text COLLATE french NOT NULL,
    population integer CHECK (population >= 0),
    valid_from date,
    valid_until date,
    successor_ids uuid[] NOT NULL DEFAULT '{}',
    boundary_vintage integer,
    boundary_precision_metres float8,
    area_m2 float8,
    boundary_from_members boolean NOT NULL DEFAULT false,
    boundary_digest text,
    west float8, south float8, east float8, north float8,
    centroid_longitude float8, centroid_latitude float8,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The order of lists: by kind from small to large (CUSTOM last), then name.
    list_order text COLLATE french NOT NULL GENERATED ALWAYS AS (CASE kind
        WHEN 'PRIORITY_NEIGHBOURHOOD' THEN '1' WHEN 'COMMUNE' THEN '2' WHEN 'EDUCATION_CITY' THEN '3'
        WHEN 'URBAN_CONTRACT' THEN '4' WHEN 'INTERCOMMUNALITY' THEN '5' WHEN 'DEPARTMENT' THEN '6'
        WHEN 'REGION' THEN '7' WHEN 'COUNTRY' THEN '8' ELSE '9' END || name) STORED,
    search_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', fold(name) || ' ' || fold(code))) STORED,
    CONSTRAINT territories_key UNIQUE (kind, code, vintage),
    CHECK (valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from)
);
CREATE INDEX territories_order ON territories (list_order, id);
CREATE INDEX territories_box ON territories USING gist (box(point(west, south), point(east, north)))
    WHERE west IS NOT NULL;
CREATE INDEX territories_search ON territories USING gin (search_vector);
CREATE INDEX territories_similar ON territories USING gin (search_name gin_trgm_ops);

-- Outlines as GeoJSON text, ready to send: tolerance 0 is the outline itself, the others are simplified copies.
CREATE TABLE territory_boundaries (
    territory_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    tolerance_metres float8 NOT NULL,
    geojson text NOT NULL,
    PRIMARY KEY (territory_id, tolerance_metres)
);

-- What the official lists and the editors say: the territory is listed under (part of) the other.
CREATE TABLE territory_lists (
    territory_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    listed_under_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    -- MEMBER: the other is made of it. PART: an official membership. PARENT: a producer's parent column, believed only
    -- where outlines are silent.
    basis text NOT NULL CHECK (basis IN ('MEMBER', 'PART', 'PARENT')),
    PRIMARY KEY (territory_id, listed_under_id),
    CHECK (territory_id <> listed_under_id)
);
CREATE INDEX territory_lists_under ON territory_lists (listed_under_id);

-- Derived from lists and outlines: the transitive closure of what lies within what, and what overlaps what.
CREATE TABLE territory_links (
    territory_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    other_id uuid NOT NULL REFERENCES territories ON DELETE CASCADE,
    relation text NOT NULL CHECK (relation IN ('WITHIN', 'INTERSECTS')),
    basis text NOT NULL CHECK (basis IN ('LIST', 'OUTLINE')),
    -- WITHIN without another in between: the transitive reduction.
    direct boolean NOT NULL,
    -- Share of the territory's area inside the other, 0 to 1; null where only a list says so.
    share float8 CHECK (share BETWEEN 0 AND 1),
    PRIMARY KEY (territory_id, other_id),
    CHECK (territory_id <> other_id)
);
CREATE INDEX territory_links_other ON territory_links (other_id, relation, territory_id);
";

const DOWN: &str = r"
DROP TABLE territory_links, territory_lists, territory_boundaries, territories;
";
