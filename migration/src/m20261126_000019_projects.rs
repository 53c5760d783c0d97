//! Projects with their partners and places.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(UP).await?;
        connection.execute_unprepared(&words(true)).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&words(false)).await?;
        connection.execute_unprepared(DOWN).await.map(drop)
    }
}

const UP: &str = r"
CREATE TABLE projects (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT projects_slug UNIQUE,
    title text COLLATE french NOT NULL,
    summary text,
    lead_id uuid NOT NULL REFERENCES actors,
    collective_id uuid REFERENCES collectives,
    themes text[] NOT NULL DEFAULT '{}',
    primary_sdg smallint,
    -- All that it serves, the first one too.
    sdgs smallint[] NOT NULL DEFAULT '{}',
    dynamics text[] NOT NULL DEFAULT '{}' CHECK (dynamics <@ '{INCLUSIVE_SOCIETY,POWER_TO_ACT,COOPERATION}'),
    audiences text[] NOT NULL DEFAULT '{}',
    starts_on date,
    ends_on date CHECK (ends_on >= starts_on),
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (search_vector_of(title, summary, NULL)) STORED,
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL)),
    CHECK (primary_sdg IS NULL OR primary_sdg = ANY (sdgs))
);
CREATE INDEX projects_slug_stem ON projects (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX projects_title ON projects (title, id);
CREATE INDEX projects_lead ON projects (lead_id, title, id);
CREATE INDEX projects_collective ON projects (collective_id) WHERE collective_id IS NOT NULL;
CREATE INDEX projects_themes ON projects USING gin (themes);
CREATE INDEX projects_sdgs ON projects USING gin (sdgs);
CREATE INDEX projects_search ON projects USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX projects_beginning ON projects (search_name text_pattern_ops);
CREATE INDEX projects_submitted ON projects (submitted_at, id) WHERE status = 'SUBMITTED';

CREATE TABLE project_partners (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    position smallint NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors,
    PRIMARY KEY (project_id, position),
    CONSTRAINT project_partners_once UNIQUE (project_id, actor_id)
);
CREATE INDEX project_partners_actor ON project_partners (actor_id, project_id);

CREATE TABLE project_territories (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    territory_id uuid NOT NULL REFERENCES territories,
    PRIMARY KEY (project_id, territory_id)
);
CREATE INDEX project_territories_territory ON project_territories (territory_id, project_id);

-- Typing errors are mended to the words of their titles too.
CREATE TRIGGER projects_words_new AFTER INSERT ON projects REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER projects_words_changed AFTER UPDATE ON projects REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER projects_words_gone AFTER DELETE ON projects REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
";

/// What follows the words of names, with those of projects or, as it was before there were any, without.
fn words(with_projects: bool) -> String {
    let parts = [
        (
            "{kept}",
            "
            AND NOT EXISTS (SELECT FROM public.projects e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))",
        ),
        ("{named}", "\n        UNION SELECT search_name FROM public.projects WHERE status = 'PUBLISHED'"),
        (
            "{meant}",
            "
        AND NOT EXISTS (SELECT FROM public.projects e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))",
        ),
    ];
    let fill =
        |text: String, (gap, part): (&str, &str)| text.replace(gap, if with_projects { part } else { "" });
    parts.into_iter().fold(WORDS.to_owned(), fill)
}

const WORDS: &str = r"
-- Keeps the words of published names, and drops those that no published name holds any more. (Small words are in no
-- vector, and tell nothing.)
CREATE OR REPLACE FUNCTION search_words_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    come text[];
    gone text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT n.search_name) INTO come FROM new_rows n WHERE n.status = 'PUBLISHED';
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT o.search_name) INTO gone FROM old_rows o WHERE o.status = 'PUBLISHED';
    ELSE
        SELECT array_agg(DISTINCT n.search_name) FILTER (WHERE n.status = 'PUBLISHED'),
            array_agg(DISTINCT o.search_name) FILTER (WHERE o.status = 'PUBLISHED')
        INTO come, gone
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE o.search_name <> n.search_name OR (o.status = 'PUBLISHED') <> (n.status = 'PUBLISHED');
    END IF;
    IF gone IS NOT NULL THEN
        DELETE FROM public.search_words k USING public.search_words_of(gone) w(word)
        WHERE k.word = w.word AND w.word <> ALL ('{avec,dans,pour,sous}')
            AND NOT EXISTS (SELECT FROM public.territories e
                WHERE e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))
            AND NOT EXISTS (SELECT FROM public.actors e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))
            AND NOT EXISTS (SELECT FROM public.calls e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))
            AND NOT EXISTS (SELECT FROM public.collectives e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A')){kept};
    END IF;
    IF come IS NOT NULL THEN
        INSERT INTO public.search_words (word)
        SELECT w.word FROM public.search_words_of(come) w(word)
        WHERE NOT EXISTS (SELECT FROM public.search_words k WHERE k.word = w.word);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors WHERE status = 'PUBLISHED'
        UNION SELECT search_name FROM public.calls WHERE status = 'PUBLISHED'
        UNION SELECT search_name FROM public.collectives WHERE status = 'PUBLISHED'{named}) names;
$$;
CREATE OR REPLACE FUNCTION search_corrections(typed text, unfinished boolean) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH candidates AS (
        SELECT k.word FROM public.search_words k
        WHERE k.word OPERATOR(pg_catalog.~>=~) left(typed, 1) AND k.word OPERATOR(pg_catalog.~<~) (left(typed, 1) || '~')
            AND (unfinished OR length(k.word) <= length(typed) + 2) AND length(k.word) >= length(typed) - 2
        UNION SELECT k.word FROM public.search_words k WHERE k.word OPERATOR(public.%) typed
    ), shapes AS (
        SELECT word, 0 AS cut FROM candidates
        UNION SELECT left(word, length(typed)), 1 FROM candidates WHERE unfinished AND length(word) > length(typed)
    ), measured AS (
        SELECT word, cut, public.levenshtein_less_equal(word, typed, 2) AS distance FROM shapes
    ), judged AS (
        SELECT word, cut, CASE WHEN distance = 2 AND length(word) = length(typed)
            AND (SELECT string_agg(c, '' ORDER BY c) FROM regexp_split_to_table(word, '') c)
              = (SELECT string_agg(c, '' ORDER BY c) FROM regexp_split_to_table(typed, '') c)
            THEN 1 ELSE distance END AS distance
        FROM measured WHERE distance <= 2
    ), near AS (
        SELECT word, min(distance * 2 + cut) AS place FROM judged
        WHERE distance <= CASE WHEN length(typed) < 4 THEN 0 WHEN length(typed) < 8 THEN 1 ELSE 2 END
        GROUP BY word
    )
    SELECT word FROM near WHERE place = (SELECT min(place) FROM near)
        AND NOT EXISTS (SELECT FROM public.search_words k WHERE k.word = typed)
        AND NOT (unfinished AND EXISTS (SELECT FROM public.search_words k
            WHERE k.word OPERATOR(pg_catalog.~>=~) typed AND k.word OPERATOR(pg_catalog.~<~) (typed || '~')))
        AND NOT EXISTS (SELECT FROM public.actors e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))
        AND NOT EXISTS (SELECT FROM public.calls e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))
        AND NOT EXISTS (SELECT FROM public.collectives e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed)){meant}
    ORDER BY public.similarity(word, typed) DESC, word LIMIT 3
$$;
";

const DOWN: &str = r"
DROP TABLE project_territories, project_partners, projects;
DELETE FROM changes WHERE subject_kind = 'PROJECT';
DELETE FROM client_keys WHERE subject_kind = 'PROJECT';
SELECT search_words_rebuild();
";
