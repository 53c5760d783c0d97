//! What collectives write down: identity cards in revisions, whom to bring in, assessments, contributions.

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
-- Every revision stays as it was written.
CREATE TABLE identity_cards (
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    revision integer NOT NULL CHECK (revision >= 1),
    essential_question text NOT NULL,
    -- [{stance, text}], [{horizon_year, text}], [{title, details}]
    reasons jsonb NOT NULL,
    effects jsonb NOT NULL,
    key_actions jsonb NOT NULL,
    adopted_on date,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (collective_id, revision)
);

-- Personal data: whoever is taken off the list is nowhere any more.
CREATE TABLE resource_people (
    id uuid PRIMARY KEY,
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    position smallint NOT NULL,
    name text NOT NULL,
    reason text,
    actor_id uuid REFERENCES actors,
    approached boolean NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('PUBLIC', 'PARTNERS', 'MANAGERS'))
);
CREATE INDEX resource_people_collective ON resource_people (collective_id, position);
CREATE INDEX resource_people_actor ON resource_people (actor_id);

CREATE TABLE maturity_assessments (
    id uuid PRIMARY KEY,
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    assessed_on date NOT NULL,
    -- [{condition, score, note}], [{asset, ready, url}]
    conditions jsonb NOT NULL,
    assets jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX maturity_assessments_collective ON maturity_assessments (collective_id, assessed_on, id);

CREATE TABLE contributions (
    id uuid PRIMARY KEY,
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES actors,
    kind text NOT NULL CHECK (kind IN ('TIME', 'MONEY', 'SPACE', 'EQUIPMENT', 'EXPERTISE', 'NETWORK')),
    amount numeric(16, 2) CHECK (amount >= 0),
    unit text,
    description text,
    period_start date,
    period_end date CHECK (period_end >= period_start),
    created_at timestamptz NOT NULL
);
CREATE INDEX contributions_collective ON contributions (collective_id, created_at, id);
CREATE INDEX contributions_member ON contributions (member_id);
";

const DOWN: &str = r"
DROP TABLE contributions, maturity_assessments, resource_people, identity_cards;
";
