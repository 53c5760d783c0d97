//! Collectives with their places, members and next steps.

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
    -- What the newest revision of its card says, to be searched.
    card_text text,
    -- The actor that it has become.
    actor_id uuid REFERENCES actors,
    status text NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'ARCHIVED')),
    archived_from text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    search_name text NOT NULL GENERATED ALWAYS AS (search_fold(name)) STORED,
    search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(name, coalesce(finding, '') || ' ' || coalesce(change_sought, '') || ' ' || coalesce(card_text, ''), NULL)) STORED,
    CHECK ((status = 'ARCHIVED') = (archived_from IS NOT NULL)),
    CHECK ((stage = 'CLOSED') = (closed_from IS NOT NULL)),
    CHECK (finding IS NOT NULL OR (urgency, why_now, change_sought, funding_sought, funding_note) IS NULL)
);
CREATE INDEX collectives_slug_stem ON collectives (regexp_replace(slug, '-[0-9]+$', ''));
CREATE INDEX collectives_actor ON collectives (actor_id) WHERE actor_id IS NOT NULL;
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
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER collectives_words_changed AFTER UPDATE ON collectives REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER collectives_words_gone AFTER DELETE ON collectives REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
";

/// What follows the words of names, with those of collectives or, as it was before there were any, without.
fn words(with_collectives: bool) -> String {
    let parts = [
        (
            "{kept}",
            "
            AND NOT EXISTS (SELECT FROM public.collectives e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))",
        ),
        ("{named}", "\n        UNION SELECT search_name FROM public.collectives WHERE status = 'PUBLISHED'"),
        (
            "{meant}",
            "
        AND NOT EXISTS (SELECT FROM public.collectives e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))",
        ),
    ];
    let fill =
        |text: String, (gap, part): (&str, &str)| text.replace(gap, if with_collectives { part } else { "" });
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
        UNION SELECT search_name FROM public.calls WHERE status = 'PUBLISHED'{named}) names;
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
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed)){meant}
    ORDER BY public.similarity(word, typed) DESC, word LIMIT 3
$$;
";

const DOWN: &str = r"
DROP TABLE next_steps, memberships, collective_territories, collectives;
DELETE FROM changes WHERE subject_kind = 'COLLECTIVE';
DELETE FROM client_keys WHERE subject_kind = 'COLLECTIVE';
SELECT search_words_rebuild();
";
