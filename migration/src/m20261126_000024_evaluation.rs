//! Evaluation: indicators of collectives and of orientations, and what was measured.

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
-- Of one of two.
CREATE TABLE indicators (
    id uuid PRIMARY KEY,
    collective_id uuid REFERENCES collectives ON DELETE CASCADE,
    orientation_id uuid REFERENCES orientations ON DELETE CASCADE,
    name text NOT NULL,
    unit text NOT NULL,
    higher_is_better boolean NOT NULL DEFAULT TRUE,
    baseline numeric,
    baseline_on date,
    target numeric,
    target_on date,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(collective_id, orientation_id) = 1),
    CHECK (baseline IS NOT NULL OR baseline_on IS NULL),
    CHECK (target IS NOT NULL OR target_on IS NULL),
    CHECK (target_on > baseline_on),
    CHECK (CASE WHEN higher_is_better THEN target > baseline ELSE target < baseline END)
);
CREATE INDEX indicators_collective ON indicators (collective_id, created_at, id) WHERE collective_id IS NOT NULL;
CREATE INDEX indicators_orientation ON indicators (orientation_id, created_at, id) WHERE orientation_id IS NOT NULL;

CREATE TABLE indicator_results (
    id uuid PRIMARY KEY,
    indicator_id uuid NOT NULL REFERENCES indicators,
    measured_on date NOT NULL,
    value numeric NOT NULL,
    source text,
    created_at timestamptz NOT NULL,
    CONSTRAINT indicator_results_day UNIQUE (indicator_id, measured_on)
);
";

const DOWN: &str = r"
DROP TABLE indicator_results, indicators;
DELETE FROM changes WHERE subject_kind IN ('INDICATOR', 'INDICATOR_RESULT');
DELETE FROM client_keys WHERE subject_kind IN ('INDICATOR', 'INDICATOR_RESULT');
";
