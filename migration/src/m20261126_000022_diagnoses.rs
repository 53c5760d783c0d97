//! Shared diagnoses: axes, sessions, findings with their votes, crossings, orientations.

use sea_orm_migration::prelude::*;

use crate::m20261126_000021_search_names::search_names;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(UP).await?;
        connection.execute_unprepared(&search_names(&["diagnoses"])).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&search_names(&[])).await?;
        connection.execute_unprepared(DOWN).await.map(drop)
    }
}

const UP: &str = r"
CREATE TABLE diagnoses (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT diagnoses_slug UNIQUE,
    title text COLLATE french NOT NULL,
    territory_id uuid NOT NULL REFERENCES territories,
    facilitator_id uuid REFERENCES actors,
    essential_questions text[] NOT NULL DEFAULT '{}',
    started_on date,
    started_on_precision text NOT NULL DEFAULT 'DAY' CHECK (started_on_precision IN ('DAY', 'MONTH', 'YEAR')),
    -- [{title, on, precision}], in order.
    milestones jsonb NOT NULL DEFAULT '[]',
    -- Nothing of it changes after that.
    closed_on date CHECK (closed_on >= started_on),
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(title, search_text_of(essential_questions), NULL)) STORED,
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL))
);
CREATE INDEX diagnoses_slug_stem ON diagnoses (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX diagnoses_title ON diagnoses (title, id);
CREATE INDEX diagnoses_territory ON diagnoses (territory_id, title, id);
CREATE INDEX diagnoses_facilitator ON diagnoses (facilitator_id) WHERE facilitator_id IS NOT NULL;
CREATE INDEX diagnoses_search ON diagnoses USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX diagnoses_beginning ON diagnoses (search_name text_pattern_ops);
CREATE INDEX diagnoses_submitted ON diagnoses (submitted_at, id) WHERE status = 'SUBMITTED';

CREATE TABLE diagnosis_axes (
    id uuid PRIMARY KEY,
    diagnosis_id uuid NOT NULL REFERENCES diagnoses ON DELETE CASCADE,
    number smallint NOT NULL CHECK (number > 0),
    title text NOT NULL,
    themes text[] NOT NULL DEFAULT '{}',
    -- At commit, so that two axes can change places.
    CONSTRAINT diagnosis_axes_number UNIQUE (diagnosis_id, number) DEFERRABLE INITIALLY DEFERRED
);

-- Held for one of three.
CREATE TABLE workshop_sessions (
    id uuid PRIMARY KEY,
    diagnosis_id uuid REFERENCES diagnoses ON DELETE CASCADE,
    collective_id uuid REFERENCES collectives ON DELETE CASCADE,
    call_id uuid REFERENCES calls ON DELETE CASCADE,
    format text NOT NULL CHECK (format IN ('WORKING_GROUP', 'WORLD_CAFE', 'MARATHON', 'SEMINAR', 'STEERING_COMMITTEE', 'INTERVIEW', 'SURVEY', 'OTHER')),
    title text NOT NULL,
    held_on date NOT NULL,
    held_on_precision text NOT NULL DEFAULT 'DAY' CHECK (held_on_precision IN ('DAY', 'MONTH', 'YEAR')),
    ended_on date CHECK (ended_on >= held_on),
    axis_id uuid REFERENCES diagnosis_axes,
    headcount integer CHECK (headcount >= 0),
    place text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(diagnosis_id, collective_id, call_id) = 1),
    CHECK (axis_id IS NULL OR diagnosis_id IS NOT NULL)
);
CREATE INDEX workshop_sessions_diagnosis ON workshop_sessions (diagnosis_id, held_on, id) WHERE diagnosis_id IS NOT NULL;
CREATE INDEX workshop_sessions_collective ON workshop_sessions (collective_id, held_on, id) WHERE collective_id IS NOT NULL;
CREATE INDEX workshop_sessions_call ON workshop_sessions (call_id, held_on, id) WHERE call_id IS NOT NULL;
CREATE INDEX workshop_sessions_axis ON workshop_sessions (axis_id) WHERE axis_id IS NOT NULL;

CREATE TABLE session_attendance (
    session_id uuid NOT NULL REFERENCES workshop_sessions ON DELETE CASCADE,
    position smallint NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors,
    PRIMARY KEY (session_id, position),
    CONSTRAINT session_attendance_once UNIQUE (session_id, actor_id)
);
CREATE INDEX session_attendance_actor ON session_attendance (actor_id);

CREATE TABLE session_tables (
    session_id uuid NOT NULL REFERENCES workshop_sessions ON DELETE CASCADE,
    position smallint NOT NULL,
    theme text NOT NULL,
    keywords text[] NOT NULL DEFAULT '{}',
    notes text,
    PRIMARY KEY (session_id, position)
);

CREATE TABLE swot_items (
    id uuid PRIMARY KEY,
    axis_id uuid NOT NULL REFERENCES diagnosis_axes,
    quadrant text NOT NULL CHECK (quadrant IN ('STRENGTH', 'WEAKNESS', 'OPPORTUNITY', 'THREAT')),
    text text NOT NULL,
    themes text[] NOT NULL DEFAULT '{}',
    session_id uuid REFERENCES workshop_sessions,
    -- What was counted on paper: averages, and of how many.
    paper_importance numeric(3, 2) CHECK (paper_importance BETWEEN 1 AND 5),
    paper_capacity numeric(3, 2) CHECK (paper_capacity BETWEEN 1 AND 5),
    paper_votes integer NOT NULL DEFAULT 0 CHECK (paper_votes >= 0),
    created_at timestamptz NOT NULL,
    -- The order in which they were added: those that were added at once have one instant.
    place bigint GENERATED ALWAYS AS IDENTITY,
    CHECK ((paper_votes > 0) = (paper_importance IS NOT NULL) AND (paper_votes > 0) = (paper_capacity IS NOT NULL))
);
CREATE INDEX swot_items_axis ON swot_items (axis_id, place);
CREATE INDEX swot_items_session ON swot_items (session_id) WHERE session_id IS NOT NULL;

-- One a person; what one voted is told to nobody.
CREATE TABLE swot_votes (
    item_id uuid NOT NULL REFERENCES swot_items ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    importance smallint NOT NULL CHECK (importance BETWEEN 1 AND 5),
    capacity smallint NOT NULL CHECK (capacity BETWEEN 1 AND 5),
    PRIMARY KEY (item_id, user_id)
);
CREATE INDEX swot_votes_user ON swot_votes (user_id);

CREATE TABLE swot_crossings (
    id uuid PRIMARY KEY,
    internal_id uuid NOT NULL REFERENCES swot_items,
    external_id uuid NOT NULL REFERENCES swot_items,
    insight text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT swot_crossings_pair UNIQUE (internal_id, external_id)
);
CREATE INDEX swot_crossings_external ON swot_crossings (external_id);

CREATE TABLE orientations (
    id uuid PRIMARY KEY,
    diagnosis_id uuid NOT NULL REFERENCES diagnoses ON DELETE CASCADE,
    number smallint NOT NULL CHECK (number > 0),
    title text NOT NULL,
    rationale text,
    example_actions text[] NOT NULL DEFAULT '{}',
    validated_by text,
    validated_on date,
    validation_session_id uuid REFERENCES workshop_sessions,
    -- What was proposed of a validated one since: it counts once it is validated.
    amendment jsonb,
    created_at timestamptz NOT NULL,
    CONSTRAINT orientations_number UNIQUE (diagnosis_id, number) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((validated_by IS NULL) = (validated_on IS NULL)),
    CHECK (validated_on IS NOT NULL OR (amendment IS NULL AND validation_session_id IS NULL))
);
CREATE INDEX orientations_session ON orientations (validation_session_id) WHERE validation_session_id IS NOT NULL;

CREATE TABLE orientation_crossings (
    orientation_id uuid NOT NULL REFERENCES orientations ON DELETE CASCADE,
    position smallint NOT NULL,
    crossing_id uuid NOT NULL REFERENCES swot_crossings,
    PRIMARY KEY (orientation_id, position),
    CONSTRAINT orientation_crossings_once UNIQUE (orientation_id, crossing_id)
);
CREATE INDEX orientation_crossings_crossing ON orientation_crossings (crossing_id);

-- The projects that serve an orientation.
CREATE TABLE project_orientations (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    orientation_id uuid NOT NULL REFERENCES orientations ON DELETE CASCADE,
    PRIMARY KEY (project_id, orientation_id)
);
CREATE INDEX project_orientations_orientation ON project_orientations (orientation_id, project_id);

-- Typing errors are mended to the words of their titles too.
CREATE TRIGGER diagnoses_words_new AFTER INSERT ON diagnoses REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER diagnoses_words_changed AFTER UPDATE ON diagnoses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER diagnoses_words_gone AFTER DELETE ON diagnoses REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
";

const DOWN: &str = r"
DROP TABLE project_orientations, orientation_crossings, orientations, swot_crossings, swot_votes, swot_items,
    session_tables, session_attendance, workshop_sessions, diagnosis_axes, diagnoses;
DELETE FROM changes WHERE subject_kind IN ('DIAGNOSIS', 'WORKSHOP_SESSION', 'SWOT_ITEM', 'SWOT_CROSSING', 'ORIENTATION');
DELETE FROM client_keys WHERE subject_kind IN ('DIAGNOSIS', 'WORKSHOP_SESSION', 'SWOT_ITEM', 'SWOT_CROSSING', 'ORIENTATION');
SELECT search_words_rebuild();
";
