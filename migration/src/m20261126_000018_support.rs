//! Support: who answers for which institution, call and place (personal data), and what was asked of them.

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
CREATE TABLE support_contacts (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES actors ON DELETE CASCADE,
    name text NOT NULL,
    role text,
    email text,
    phone text,
    -- Where they answer: there and in what lies within it.
    territory_id uuid NOT NULL REFERENCES territories,
    -- Tracks that they answer for; all where there is none.
    tracks text[] NOT NULL DEFAULT '{}',
    -- The city contract or Cité éducative that they answer for; any where there is none.
    programme_id uuid REFERENCES territories,
    visibility text NOT NULL CHECK (visibility IN ('PUBLIC', 'PARTNERS', 'MANAGERS')),
    -- The day on which they are back.
    absent_until date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX support_contacts_territory ON support_contacts (territory_id, id);
CREATE INDEX support_contacts_institution ON support_contacts (institution_id);

-- Calls that they answer for; any where there is none.
CREATE TABLE support_contact_calls (
    contact_id uuid NOT NULL REFERENCES support_contacts ON DELETE CASCADE,
    call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
    PRIMARY KEY (contact_id, call_id)
);
CREATE INDEX support_contact_calls_call ON support_contact_calls (call_id, contact_id);

CREATE TABLE support_requests (
    id uuid PRIMARY KEY,
    -- Who asks: an actor or a collective.
    requester_id uuid REFERENCES actors ON DELETE CASCADE,
    collective_id uuid REFERENCES collectives ON DELETE CASCADE,
    call_id uuid REFERENCES calls ON DELETE SET NULL,
    track text,
    -- Where; where none is named, where the actor sits or acts, or the collective acts.
    territory_id uuid REFERENCES territories,
    kind text NOT NULL CHECK (kind IN ('FACILITATION', 'FUNDING_SEARCH', 'METHOD', 'EVALUATION', 'COMMUNICATION', 'LEGAL',
        'NETWORK', 'OTHER')),
    description text NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'ASSIGNED', 'ANSWERED', 'CLOSED')),
    assignee_id uuid REFERENCES support_contacts ON DELETE SET NULL,
    answer text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    answered_at timestamptz,
    CONSTRAINT support_requests_requester CHECK (num_nonnulls(requester_id, collective_id) = 1),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX support_requests_created ON support_requests (created_at, id);
CREATE INDEX support_requests_waiting ON support_requests (created_at, id) WHERE status IN ('OPEN', 'ASSIGNED');
CREATE INDEX support_requests_requester_id ON support_requests (requester_id, created_at, id);
CREATE INDEX support_requests_collective ON support_requests (collective_id, created_at, id) WHERE collective_id IS NOT NULL;
CREATE INDEX support_requests_territory ON support_requests (territory_id);
CREATE INDEX support_requests_assignee ON support_requests (assignee_id);
";

const DOWN: &str = r"
DROP TABLE support_requests, support_contact_calls, support_contacts;
";
