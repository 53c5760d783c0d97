//! What cooperation teaches: good practices, lessons, replications, the library.

use sea_orm_migration::prelude::*;

use crate::m20261126_000021_search_names::search_names;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(UP).await?;
        let named = search_names(&["diagnoses", "good_practices", "lessons", "library_resources"]);
        connection.execute_unprepared(&named).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&search_names(&["diagnoses"])).await?;
        connection.execute_unprepared(DOWN).await.map(drop)
    }
}

const UP: &str = r"
CREATE TABLE good_practices (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT good_practices_slug UNIQUE,
    title text COLLATE french NOT NULL,
    summary text NOT NULL,
    story text,
    themes text[] NOT NULL DEFAULT '{}',
    sdgs smallint[] NOT NULL DEFAULT '{}',
    audiences text[] NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(title, search_text_of(ARRAY[summary, story]), NULL)) STORED,
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL))
);
CREATE INDEX good_practices_slug_stem ON good_practices (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX good_practices_title ON good_practices (title, id);
CREATE INDEX good_practices_created ON good_practices (created_at, id);
CREATE INDEX good_practices_themes ON good_practices USING gin (themes);
CREATE INDEX good_practices_sdgs ON good_practices USING gin (sdgs);
CREATE INDEX good_practices_search ON good_practices USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX good_practices_beginning ON good_practices (search_name text_pattern_ops);
CREATE INDEX good_practices_submitted ON good_practices (submitted_at, id) WHERE status = 'SUBMITTED';

CREATE TABLE good_practice_actors (
    practice_id uuid NOT NULL REFERENCES good_practices ON DELETE CASCADE,
    position smallint NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors,
    PRIMARY KEY (practice_id, position),
    CONSTRAINT good_practice_actors_once UNIQUE (practice_id, actor_id)
);
CREATE INDEX good_practice_actors_actor ON good_practice_actors (actor_id, practice_id);

CREATE TABLE good_practice_territories (
    practice_id uuid NOT NULL REFERENCES good_practices ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (practice_id, territory_id)
);
CREATE INDEX good_practice_territories_territory ON good_practice_territories (territory_id, practice_id);

CREATE TABLE replications (
    id uuid PRIMARY KEY,
    practice_id uuid NOT NULL REFERENCES good_practices ON DELETE CASCADE,
    path text NOT NULL CHECK (path IN ('CALL', 'TERRITORY', 'NETWORK')),
    territory_id uuid REFERENCES territories,
    actor_id uuid REFERENCES actors,
    call_id uuid REFERENCES calls,
    status text NOT NULL CHECK (status IN ('CONSIDERED', 'PLANNED', 'RUNNING', 'DONE', 'ABANDONED')),
    since date,
    notes text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (CASE path WHEN 'CALL' THEN call_id WHEN 'TERRITORY' THEN territory_id ELSE actor_id END IS NOT NULL)
);
CREATE INDEX replications_practice ON replications (practice_id, created_at, id);
CREATE INDEX replications_territory ON replications (territory_id) WHERE territory_id IS NOT NULL;
CREATE INDEX replications_actor ON replications (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX replications_call ON replications (call_id) WHERE call_id IS NOT NULL;

-- What of a lesson stands for its name: as much of its beginning as a line holds, cut between words.
CREATE FUNCTION lesson_title(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(said) <= 300 THEN said ELSE regexp_replace(left(said, 300), '\s+\S*$', '') END
$$;

CREATE TABLE lessons (
    id uuid PRIMARY KEY,
    rubric text NOT NULL CHECK (rubric IN ('TRIGGER', 'DIFFICULTY', 'SUCCESS_FACTOR', 'LEVER', 'PROSPECT')),
    text text NOT NULL,
    themes text[] NOT NULL DEFAULT '{}',
    -- What it was learnt from: one of these, or nothing.
    practice_id uuid REFERENCES good_practices ON DELETE CASCADE,
    collective_id uuid REFERENCES collectives ON DELETE CASCADE,
    project_id uuid REFERENCES projects ON DELETE CASCADE,
    session_id uuid REFERENCES workshop_sessions ON DELETE CASCADE,
    event text,
    recorded_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- That of its source, which the triggers below keep the same; published where it has none.
    status text NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    title text NOT NULL GENERATED ALWAYS AS (lesson_title(text)) STORED,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(lesson_title(text))) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(lesson_title(text), search_text_of(ARRAY[text, event]), NULL)) STORED,
    CHECK (num_nonnulls(practice_id, collective_id, project_id, session_id) <= 1)
);
CREATE INDEX lessons_created ON lessons (created_at, id);
CREATE INDEX lessons_rubric ON lessons (rubric, created_at, id);
CREATE INDEX lessons_practice ON lessons (practice_id, rubric) WHERE practice_id IS NOT NULL;
CREATE INDEX lessons_collective ON lessons (collective_id) WHERE collective_id IS NOT NULL;
CREATE INDEX lessons_project ON lessons (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX lessons_session ON lessons (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX lessons_themes ON lessons USING gin (themes);
CREATE INDEX lessons_search ON lessons USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX lessons_beginning ON lessons (search_name text_pattern_ops);

-- A lesson takes the status of its source, which is held meanwhile, so that nobody moves it unseen.
CREATE FUNCTION lesson_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.status := 'PUBLISHED';
    IF NEW.practice_id IS NOT NULL THEN
        SELECT s.status INTO NEW.status FROM public.good_practices s WHERE s.id = NEW.practice_id FOR SHARE;
    ELSIF NEW.collective_id IS NOT NULL THEN
        SELECT s.status INTO NEW.status FROM public.collectives s WHERE s.id = NEW.collective_id FOR SHARE;
    ELSIF NEW.project_id IS NOT NULL THEN
        SELECT s.status INTO NEW.status FROM public.projects s WHERE s.id = NEW.project_id FOR SHARE;
    ELSIF NEW.session_id IS NOT NULL THEN
        PERFORM FROM public.diagnoses o JOIN public.workshop_sessions s ON s.diagnosis_id = o.id WHERE s.id = NEW.session_id FOR SHARE OF o;
        PERFORM FROM public.collectives o JOIN public.workshop_sessions s ON s.collective_id = o.id WHERE s.id = NEW.session_id FOR SHARE OF o;
        PERFORM FROM public.calls o JOIN public.workshop_sessions s ON s.call_id = o.id WHERE s.id = NEW.session_id FOR SHARE OF o;
        SELECT coalesce(d.status, v.status, c.status) INTO NEW.status FROM public.workshop_sessions s
            LEFT JOIN public.diagnoses d ON d.id = s.diagnosis_id LEFT JOIN public.collectives v ON v.id = s.collective_id
            LEFT JOIN public.calls c ON c.id = s.call_id WHERE s.id = NEW.session_id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER lessons_status BEFORE INSERT OR UPDATE OF practice_id, collective_id, project_id, session_id ON lessons
    FOR EACH ROW EXECUTE FUNCTION lesson_status();

-- What is published, put away or brought back takes its lessons with it.
CREATE FUNCTION lessons_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'good_practices' THEN
        UPDATE public.lessons SET status = NEW.status WHERE practice_id = NEW.id;
    WHEN 'projects' THEN
        UPDATE public.lessons SET status = NEW.status WHERE project_id = NEW.id;
    WHEN 'collectives' THEN
        UPDATE public.lessons SET status = NEW.status WHERE collective_id = NEW.id
            OR session_id IN (SELECT s.id FROM public.workshop_sessions s WHERE s.collective_id = NEW.id);
    WHEN 'diagnoses' THEN
        UPDATE public.lessons SET status = NEW.status
            WHERE session_id IN (SELECT s.id FROM public.workshop_sessions s WHERE s.diagnosis_id = NEW.id);
    ELSE
        UPDATE public.lessons SET status = NEW.status
            WHERE session_id IN (SELECT s.id FROM public.workshop_sessions s WHERE s.call_id = NEW.id);
    END CASE;
    RETURN NULL;
END
$$;
CREATE TRIGGER good_practices_lessons AFTER UPDATE OF status ON good_practices FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION lessons_follow();
CREATE TRIGGER projects_lessons AFTER UPDATE OF status ON projects FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION lessons_follow();
CREATE TRIGGER collectives_lessons AFTER UPDATE OF status ON collectives FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION lessons_follow();
CREATE TRIGGER diagnoses_lessons AFTER UPDATE OF status ON diagnoses FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION lessons_follow();
CREATE TRIGGER calls_lessons AFTER UPDATE OF status ON calls FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION lessons_follow();

CREATE TABLE library_resources (
    id uuid PRIMARY KEY,
    title text COLLATE french NOT NULL,
    authors text[] NOT NULL DEFAULT '{}',
    publisher text,
    year integer,
    url text CONSTRAINT library_resources_url UNIQUE,
    language text NOT NULL CHECK (language IN ('FR', 'EN')),
    themes text[] NOT NULL DEFAULT '{}',
    sdgs smallint[] NOT NULL DEFAULT '{}',
    abstract text,
    -- Who may change it, besides managers and administrators.
    added_by uuid REFERENCES users ON DELETE SET NULL,
    -- What its address last answered, and since when that is not what it should be.
    address_checked_at timestamptz,
    address_failing_since timestamptz,
    address_problem text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- What searches ask of every table: everyone sees it.
    status text NOT NULL GENERATED ALWAYS AS ('PUBLISHED'::text) STORED,
    -- The same title, year and authors are the same work.
    work text NOT NULL GENERATED ALWAYS AS (md5(fold(title) || '|' || coalesce(year::text, '') || '|' || fold(search_text_of(authors)))) STORED
        CONSTRAINT library_resources_work UNIQUE,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(title, search_text_of(authors || ARRAY[publisher, abstract]), NULL)) STORED,
    CHECK ((address_failing_since IS NULL) = (address_problem IS NULL)),
    CHECK (address_checked_at IS NOT NULL OR address_failing_since IS NULL)
);
CREATE INDEX library_resources_title ON library_resources (title, id);
CREATE INDEX library_resources_added ON library_resources (added_by) WHERE added_by IS NOT NULL;
CREATE INDEX library_resources_themes ON library_resources USING gin (themes);
CREATE INDEX library_resources_sdgs ON library_resources USING gin (sdgs);
CREATE INDEX library_resources_search ON library_resources USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX library_resources_beginning ON library_resources (search_name text_pattern_ops);

CREATE TABLE good_practice_resources (
    practice_id uuid NOT NULL REFERENCES good_practices ON DELETE CASCADE,
    position smallint NOT NULL,
    resource_id uuid NOT NULL REFERENCES library_resources,
    PRIMARY KEY (practice_id, position),
    CONSTRAINT good_practice_resources_once UNIQUE (practice_id, resource_id)
);
CREATE INDEX good_practice_resources_resource ON good_practice_resources (resource_id, practice_id);

-- Typing errors are mended to their words too.
CREATE TRIGGER good_practices_words_new AFTER INSERT ON good_practices REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER good_practices_words_changed AFTER UPDATE ON good_practices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER good_practices_words_gone AFTER DELETE ON good_practices REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER lessons_words_new AFTER INSERT ON lessons REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER lessons_words_changed AFTER UPDATE ON lessons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER lessons_words_gone AFTER DELETE ON lessons REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER library_resources_words_new AFTER INSERT ON library_resources REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER library_resources_words_changed AFTER UPDATE ON library_resources REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER library_resources_words_gone AFTER DELETE ON library_resources REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
";

const DOWN: &str = r"
DROP TRIGGER projects_lessons ON projects;
DROP TRIGGER collectives_lessons ON collectives;
DROP TRIGGER diagnoses_lessons ON diagnoses;
DROP TRIGGER calls_lessons ON calls;
DROP TABLE good_practice_resources, library_resources, lessons, replications, good_practice_territories,
    good_practice_actors, good_practices;
DROP FUNCTION lessons_follow(), lesson_status(), lesson_title(text);
DELETE FROM changes WHERE subject_kind IN ('GOOD_PRACTICE', 'LESSON', 'REPLICATION', 'LIBRARY_RESOURCE');
DELETE FROM client_keys WHERE subject_kind IN ('GOOD_PRACTICE', 'LESSON', 'REPLICATION', 'LIBRARY_RESOURCE');
SELECT search_words_rebuild();
";
