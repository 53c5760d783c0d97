//! What is not published, apart: typing errors are mended to words of what everyone may read alone, since a correction
//! would else tell what an unpublished entry is called; and indexes of the few that only some may see.

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
DROP TRIGGER actors_words_new ON actors;
DROP TRIGGER actors_words_changed ON actors;
DROP TRIGGER calls_words_new ON calls;
DROP TRIGGER calls_words_changed ON calls;

-- Keeps the words of published names, and drops those that no published name holds any more. (Small words are in no
-- vector, and tell nothing.)
CREATE FUNCTION search_words_follow() RETURNS trigger LANGUAGE plpgsql AS $$
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
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'));
    END IF;
    IF come IS NOT NULL THEN
        INSERT INTO public.search_words (word)
        SELECT w.word FROM public.search_words_of(come) w(word)
        WHERE NOT EXISTS (SELECT FROM public.search_words k WHERE k.word = w.word);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER actors_words_new AFTER INSERT ON actors REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER actors_words_changed AFTER UPDATE ON actors REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER actors_words_gone AFTER DELETE ON actors REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER calls_words_new AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER calls_words_changed AFTER UPDATE ON calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();
CREATE TRIGGER calls_words_gone AFTER DELETE ON calls REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_follow();

CREATE OR REPLACE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors WHERE status = 'PUBLISHED'
        UNION SELECT search_name FROM public.calls WHERE status = 'PUBLISHED') names;
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
    ORDER BY public.similarity(word, typed) DESC, word LIMIT 3
$$;

SELECT search_words_rebuild();

CREATE INDEX actors_unpublished ON actors (id) WHERE status <> 'PUBLISHED';
CREATE INDEX interactions_unpublished ON interactions (id) WHERE status <> 'PUBLISHED';
";

const DOWN: &str = r"
DROP INDEX actors_unpublished, interactions_unpublished;
DROP TRIGGER actors_words_new ON actors;
DROP TRIGGER actors_words_changed ON actors;
DROP TRIGGER actors_words_gone ON actors;
DROP TRIGGER calls_words_new ON calls;
DROP TRIGGER calls_words_changed ON calls;
DROP TRIGGER calls_words_gone ON calls;
DROP FUNCTION search_words_follow();
CREATE TRIGGER actors_words_new AFTER INSERT ON actors REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER actors_words_changed AFTER UPDATE ON actors REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER calls_words_new AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER calls_words_changed AFTER UPDATE ON calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE OR REPLACE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors
        UNION SELECT search_name FROM public.calls) names;
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
        AND NOT EXISTS (SELECT FROM public.actors e WHERE e.search_vector @@ to_tsquery('public.french_unaccent', typed))
        AND NOT EXISTS (SELECT FROM public.calls e WHERE e.search_vector @@ to_tsquery('public.french_unaccent', typed))
    ORDER BY public.similarity(word, typed) DESC, word LIMIT 3
$$;
SELECT search_words_rebuild();
";
