//! Collectives with their places, members and next steps.

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

const UP: &str = r#"
CREATE TABLE collectives (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT collectives_slug UNIQUE,
    kind text NOT NULL CHECK (kind IN ('SMALL_COLLECTIVE', 'ACTION_COMMUNITY')),
    name text COLLATE french NOT NULL,
    stage text NOT NULL CHECK (stage IN ('INTENT', 'FORMING', 'STRUCTURED', 'ACTING', 'CLOSED')),
    -- What it was when it was closed.
    closed_from text CHECK (closed_from IN ('INTENT', 'FORMING', 'STRUCTURED', 'ACTING')),
    themes text[] NOT NULL DEFAULT '{}',
    sdgs smallint[] NOT NULL DEFAULT '{}',
    audiences text[] NOT NULL DEFAULT '{}',
    -- The statement of intent: there is one where there is a finding.
    finding text,
    urgency text CHECK (urgency IN ('LOW', 'MODERATE', 'HIGH', 'CRITICAL')),
    why_now text,
    change_sought text,
    intent_audiences text[] NOT NULL DEFAULT '{}',
    funding_sought numeric(16, 2) CHECK (funding_sought >= 0),
    funding_note text,
    partners_sought text[] NOT NULL DEFAULT '{}',
    -- The actor that it has become.
    actor_id uuid CONSTRAINT collectives_actor UNIQUE REFERENCES actors,
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(name)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(name, coalesce(finding, '') || ' ' || coalesce(change_sought, ''), NULL)) STORED,
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL)),
    CHECK ((stage = 'CLOSED') = (closed_from IS NOT NULL)),
    CHECK (finding IS NOT NULL OR (urgency, why_now, change_sought, funding_sought, funding_note) IS NULL)
);
CREATE INDEX collectives_slug_stem ON collectives (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX collectives_name ON collectives (name, id);
CREATE INDEX collectives_themes ON collectives USING gin (themes);
CREATE INDEX collectives_search ON collectives USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX collectives_beginning ON collectives (search_name text_pattern_ops);
CREATE INDEX collectives_submitted ON collectives (submitted_at, id) WHERE status = 'SUBMITTED';

-- Where it acts, and where it tries things out.
CREATE TABLE collective_territories (
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('TERRITORY', 'PILOT_SITE')),
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (collective_id, role, territory_id)
);
CREATE INDEX collective_territories_territory ON collective_territories (territory_id, collective_id);

CREATE TABLE memberships (
    id uuid PRIMARY KEY,
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors,
    role text NOT NULL CHECK (role IN ('LEAD', 'MEMBER', 'FACILITATOR', 'FUNDER', 'RESOURCE')),
    responsibility text,
    status text NOT NULL CHECK (status IN ('INVITED', 'ACCEPTED', 'DECLINED', 'LEFT')),
    hours_per_month float8 CHECK (hours_per_month BETWEEN 0 AND 744),
    since date,
    until date CHECK (until >= since),
    answered_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT memberships_actor UNIQUE (collective_id, actor_id)
);
-- At most one leads.
CREATE UNIQUE INDEX memberships_lead ON memberships (collective_id)
    WHERE role = 'LEAD' AND status IN ('INVITED', 'ACCEPTED');
CREATE INDEX memberships_of_actor ON memberships (actor_id, status, collective_id);
CREATE INDEX memberships_waiting ON memberships (created_at, id) WHERE status = 'INVITED';

CREATE TABLE next_steps (
    id uuid PRIMARY KEY,
    collective_id uuid NOT NULL REFERENCES collectives ON DELETE CASCADE,
    position smallint NOT NULL,
    title text NOT NULL,
    owner_id uuid REFERENCES actors,
    due date,
    status text NOT NULL CHECK (status IN ('TODO', 'DOING', 'DONE', 'DROPPED'))
);
CREATE INDEX next_steps_collective ON next_steps (collective_id, position);
CREATE INDEX next_steps_owner ON next_steps (owner_id);

-- Typing errors are mended to the words of their names too.
CREATE TRIGGER collectives_words_new AFTER INSERT ON collectives REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER collectives_words_changed AFTER UPDATE ON collectives REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE OR REPLACE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors
        UNION SELECT search_name FROM public.calls UNION SELECT search_name FROM public.collectives) names;
$$;
"#;

const DOWN: &str = r"
CREATE OR REPLACE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors
        UNION SELECT search_name FROM public.calls) names;
$$;
DROP TABLE next_steps, memberships, collective_territories, collectives;
DELETE FROM changes WHERE subject_kind = 'COLLECTIVE';
DELETE FROM client_keys WHERE subject_kind = 'COLLECTIVE';
";
