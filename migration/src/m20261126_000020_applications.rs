//! Applications to calls, with their budgets and sign-offs.

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
CREATE TABLE applications (
    id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES calls,
    -- A track that was applied by stays.
    track_id uuid NOT NULL REFERENCES call_tracks,
    lead_id uuid NOT NULL REFERENCES actors,
    project_id uuid REFERENCES projects,
    collective_id uuid REFERENCES collectives,
    title text NOT NULL,
    summary text,
    budget_filed_on date,
    status text NOT NULL CHECK (status IN ('DRAFT', 'AWAITING_SIGN_OFF', 'SUBMITTED', 'UNDER_REVIEW', 'ACCEPTED', 'REJECTED', 'WITHDRAWN')),
    submitted_at timestamptz,
    -- The decision.
    outcome text CHECK (outcome IN ('ACCEPTED', 'REJECTED')),
    granted_amount numeric(16, 2) CHECK (granted_amount >= 0),
    funder_id uuid REFERENCES actors,
    reason text,
    decided_on date,
    -- The interaction that it declared.
    funding_id uuid REFERENCES interactions,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (project_id IS NULL OR collective_id IS NULL),
    CHECK (status IN ('DRAFT', 'AWAITING_SIGN_OFF', 'WITHDRAWN') OR submitted_at IS NOT NULL),
    CHECK ((status IN ('ACCEPTED', 'REJECTED')) = (outcome IS NOT NULL)),
    CHECK (outcome IS NULL OR outcome = status),
    CHECK ((outcome IS NULL) = (reason IS NULL) AND (outcome IS NULL) = (decided_on IS NULL)),
    CHECK (outcome = 'ACCEPTED' OR (granted_amount, funder_id, funding_id) IS NULL)
);
CREATE INDEX applications_call ON applications (call_id, created_at, id);
CREATE INDEX applications_lead ON applications (lead_id, call_id);
CREATE INDEX applications_track ON applications (track_id);
CREATE INDEX applications_project ON applications (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX applications_collective ON applications (collective_id) WHERE collective_id IS NOT NULL;
CREATE INDEX applications_funder ON applications (funder_id) WHERE funder_id IS NOT NULL;
CREATE INDEX applications_funding ON applications (funding_id) WHERE funding_id IS NOT NULL;
CREATE INDEX applications_waiting ON applications (status, submitted_at, id) WHERE status IN ('AWAITING_SIGN_OFF', 'SUBMITTED', 'UNDER_REVIEW');

-- Who was asked to sign it off, and what they answered.
CREATE TABLE application_sign_offs (
    application_id uuid NOT NULL REFERENCES applications ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors,
    signed_at timestamptz,
    declined_at timestamptz,
    reason text,
    -- As changes name callers.
    answered_by text,
    PRIMARY KEY (application_id, actor_id),
    CHECK (signed_at IS NULL OR declined_at IS NULL)
);
CREATE INDEX application_sign_offs_actor ON application_sign_offs (actor_id, application_id);

CREATE TABLE application_actions (
    application_id uuid NOT NULL REFERENCES applications ON DELETE CASCADE,
    position smallint NOT NULL,
    title text NOT NULL,
    cost numeric(16, 2) NOT NULL CHECK (cost >= 0),
    PRIMARY KEY (application_id, position)
);

CREATE TABLE application_lines (
    application_id uuid NOT NULL,
    action smallint NOT NULL,
    position smallint NOT NULL,
    source text NOT NULL CHECK (source IN ('THIS_CALL', 'OWN_FUNDS', 'OTHER_PUBLIC', 'OTHER_PRIVATE', 'IN_KIND')),
    funder_id uuid REFERENCES actors,
    amount numeric(16, 2) NOT NULL CHECK (amount >= 0),
    secured boolean NOT NULL,
    PRIMARY KEY (application_id, action, position),
    FOREIGN KEY (application_id, action) REFERENCES application_actions ON DELETE CASCADE
);
CREATE INDEX application_lines_funder ON application_lines (funder_id, application_id) WHERE funder_id IS NOT NULL;
";

const DOWN: &str = r"
DROP TABLE application_lines, application_actions, application_sign_offs, applications;
DELETE FROM changes WHERE subject_kind = 'APPLICATION';
DELETE FROM client_keys WHERE subject_kind = 'APPLICATION';
";
