//! Interactions: qualified, dated links between two actors.

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
CREATE TABLE interactions (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    source_id uuid NOT NULL REFERENCES actors,
    target_id uuid NOT NULL REFERENCES actors,
    level smallint CHECK (level BETWEEN 1 AND 6),
    intensity smallint CHECK (intensity BETWEEN 1 AND 5),
    frequency text,
    formalised boolean,
    description text,
    themes text[] NOT NULL DEFAULT '{}',
    since date,
    since_precision text,
    until date,
    until_precision text,
    amount numeric(16, 2) CHECK (amount >= 0),
    declared_by_id uuid REFERENCES actors,
    confirmation text NOT NULL DEFAULT 'DECLARED' CHECK (confirmation IN ('DECLARED', 'CONFIRMED', 'DISPUTED')),
    dispute_reason text,
    evidence jsonb NOT NULL DEFAULT '[]',
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The pair as the kind reads it: in order where it runs one way, sorted where it holds both ways.
    first_id uuid NOT NULL GENERATED ALWAYS AS (CASE
        WHEN kind IN ('FUNDING', 'REFERRAL', 'SUPPORT', 'GOVERNANCE', 'MEMBERSHIP', 'SERVICE_DELIVERY') THEN source_id
        ELSE least(source_id, target_id) END) STORED,
    second_id uuid NOT NULL GENERATED ALWAYS AS (CASE
        WHEN kind IN ('FUNDING', 'REFERRAL', 'SUPPORT', 'GOVERNANCE', 'MEMBERSHIP', 'SERVICE_DELIVERY') THEN target_id
        ELSE greatest(source_id, target_id) END) STORED,
    CONSTRAINT interactions_two_actors CHECK (source_id <> target_id),
    CHECK (until IS NULL OR since IS NULL OR until >= since),
    CHECK ((since IS NULL) = (since_precision IS NULL) AND (until IS NULL) = (until_precision IS NULL)),
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL)),
    -- One of a kind between a pair at a time; of grants there may be many.
    CONSTRAINT interactions_period EXCLUDE USING gist (
        first_id WITH =, second_id WITH =, kind WITH =, daterange(since, until, '[]') WITH &&)
        WHERE (kind <> 'FUNDING' AND status NOT IN ('ARCHIVED', 'REJECTED'))
);
-- The same amount, period and description is the same grant.
CREATE UNIQUE INDEX interactions_grant
    ON interactions (first_id, second_id, amount, since, until, md5(coalesce(description, ''))) NULLS NOT DISTINCT
    WHERE kind = 'FUNDING' AND status NOT IN ('ARCHIVED', 'REJECTED');
CREATE INDEX interactions_updated ON interactions (updated_at DESC, id DESC);
CREATE INDEX interactions_source ON interactions (source_id, updated_at DESC, id DESC);
CREATE INDEX interactions_target ON interactions (target_id, updated_at DESC, id DESC);
CREATE INDEX interactions_themes ON interactions USING gin (themes);

-- Where an interaction takes place.
CREATE TABLE interaction_territories (
    interaction_id uuid NOT NULL REFERENCES interactions ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (interaction_id, territory_id)
);
CREATE INDEX interaction_territories_territory ON interaction_territories (territory_id, interaction_id);
";

const DOWN: &str = r"
DROP TABLE interaction_territories, interactions;
";
