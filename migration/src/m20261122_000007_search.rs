//! Search by words: text folded further, without the words that decide nothing; the words of names, to mend typing
//! errors by; and no indexes by similarity, which they replace.

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
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- As fold, with dotted acronyms as one word (C.C.A.S.) and without the words that decide nothing, unless there are no
-- others. The program folds what is searched in the same way.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(nullif(btrim(regexp_replace(folded.value,
        '\m(?:a|au|aux|avec|c|d|dans|de|des|du|en|et|j|l|la|le|les|m|n|par|pour|qu|s|sous|sur|un|une)\M *', '', 'g')),
        ''), folded.value)
    FROM (SELECT public.fold(regexp_replace(value, '\m([[:alpha:]])\.(?=[[:alpha:]]\M)', '\1', 'g')) AS value) folded
$$;

-- Names as they are written (A) and as stems (B), descriptions as stems (C), a name's first word, which may be one that
-- decides nothing, and codes (D).
CREATE FUNCTION search_vector_of(name text, description text, code text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.simple', folded.name), 'A')
        || setweight(to_tsvector('public.french_unaccent', folded.name), 'B')
        || setweight(to_tsvector('public.french_unaccent', coalesce(public.search_fold(description), '')), 'C')
        || setweight(to_tsvector('pg_catalog.simple', split_part(public.fold(search_vector_of.name), ' ', 1)), 'D')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(public.fold(code), '')), 'D')
    FROM (SELECT public.search_fold(name) AS name OFFSET 0) folded
$$;

ALTER TABLE territories DROP COLUMN search_name, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (search_fold(name)) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (search_vector_of(name, NULL, code)) STORED;
ALTER TABLE actors DROP COLUMN search_name, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (search_fold(name)) STORED,
    ADD COLUMN search_short text GENERATED ALWAYS AS (search_fold(short_name)) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        search_vector_of(name || ' ' || coalesce(short_name, ''), description, NULL)) STORED;
ALTER TABLE calls DROP COLUMN search_name, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (search_fold(title)) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (search_vector_of(title, summary, NULL)) STORED;

-- Without a pending list: what was just written is found as quickly as the rest.
CREATE INDEX territories_search ON territories USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX actors_search ON actors USING gin (search_vector) WITH (fastupdate = off);
CREATE INDEX calls_search ON calls USING gin (search_vector) WITH (fastupdate = off);
-- Names that begin with a letter or two.
CREATE INDEX territories_beginning ON territories (search_name text_pattern_ops);
CREATE INDEX actors_beginning ON actors (search_name text_pattern_ops);
CREATE INDEX calls_beginning ON calls (search_name text_pattern_ops);

-- The words of names. Not unique, so that no write waits for another that brings the same new word; one that no name
-- holds any more does no harm.
CREATE TABLE search_words (word text COLLATE pg_catalog."C" NOT NULL);
CREATE INDEX search_words_word ON search_words (word text_pattern_ops);
CREATE INDEX search_words_similar ON search_words USING gin (word gin_trgm_ops);

CREATE FUNCTION search_words_of(names text[]) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT split.word FROM unnest(names) name, unnest(string_to_array(name, ' ')) split(word)
    WHERE split.word ~ '^[a-z]{4,40}$'
$$;

-- Adds the words that are missing. Transition tables name what was written; an update that leaves the name adds none.
CREATE FUNCTION search_words_add() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT n.search_name) INTO names FROM new_rows n;
    ELSE
        SELECT array_agg(DISTINCT n.search_name) INTO names
        FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.search_name <> n.search_name;
    END IF;
    IF names IS NOT NULL THEN
        INSERT INTO public.search_words (word)
        SELECT w.word FROM public.search_words_of(names) w(word)
        WHERE NOT EXISTS (SELECT FROM public.search_words k WHERE k.word = w.word);
    END IF;
    RETURN NULL;
END
$$;

-- All of them anew: what no name holds any more goes.
CREATE FUNCTION search_words_rebuild() RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.search_words;
    INSERT INTO public.search_words (word) SELECT public.search_words_of(array_agg(names.search_name)) FROM (
        SELECT search_name FROM public.territories UNION SELECT search_name FROM public.actors
        UNION SELECT search_name FROM public.calls) names;
$$;

-- What was probably meant by a word that nothing holds: the nearest words of names, by letters that are missing, too
-- many, wrong or swapped; one from four letters on, two from eight. Of an unfinished word also their beginnings.
CREATE FUNCTION search_corrections(typed text, unfinished boolean) RETURNS SETOF text
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

CREATE TRIGGER territories_words_new AFTER INSERT ON territories REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER territories_words_changed AFTER UPDATE ON territories REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER actors_words_new AFTER INSERT ON actors REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER actors_words_changed AFTER UPDATE ON actors REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER calls_words_new AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();
CREATE TRIGGER calls_words_changed AFTER UPDATE ON calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_words_add();

SELECT search_words_rebuild();
"#;

const DOWN: &str = r"
DROP TRIGGER territories_words_new ON territories;
DROP TRIGGER territories_words_changed ON territories;
DROP TRIGGER actors_words_new ON actors;
DROP TRIGGER actors_words_changed ON actors;
DROP TRIGGER calls_words_new ON calls;
DROP TRIGGER calls_words_changed ON calls;
DROP FUNCTION search_corrections(text, boolean), search_words_rebuild(), search_words_add(), search_words_of(text[]);
DROP TABLE search_words;
ALTER TABLE territories DROP COLUMN search_name, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        to_tsvector('simple', fold(name) || ' ' || fold(code))) STORED;
ALTER TABLE actors DROP COLUMN search_name, DROP COLUMN search_short, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (fold(name || ' ' || coalesce(short_name, ''))) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', fold(name || ' ' || coalesce(short_name, ''))), 'A')
        || setweight(to_tsvector('french_unaccent', name), 'B')
        || setweight(to_tsvector('french_unaccent', coalesce(description, '')), 'C')) STORED;
ALTER TABLE calls DROP COLUMN search_name, DROP COLUMN search_vector,
    ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (fold(title)) STORED,
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', fold(title)), 'A')
        || setweight(to_tsvector('french_unaccent', title), 'B')
        || setweight(to_tsvector('french_unaccent', coalesce(summary, '')), 'C')) STORED;
CREATE INDEX territories_search ON territories USING gin (search_vector);
CREATE INDEX territories_similar ON territories USING gin (search_name gin_trgm_ops);
CREATE INDEX actors_search ON actors USING gin (search_vector);
CREATE INDEX actors_similar ON actors USING gin (search_name gin_trgm_ops);
CREATE INDEX calls_search ON calls USING gin (search_vector);
CREATE INDEX calls_similar ON calls USING gin (search_name gin_trgm_ops);
DROP FUNCTION search_vector_of(text, text, text), search_fold(text);
DROP EXTENSION fuzzystrmatch;
";
