//! One view of the names that searches know, so that a further concept adds a branch to it and no function.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&search_names(&[])).await?;
        connection.execute_unprepared(TEXT_OF).await?;
        connection.execute_unprepared(&functions(false)).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&functions(true)).await?;
        connection
            .execute_unprepared("DROP FUNCTION search_text_of(text[]); DROP VIEW search_names")
            .await
            .map(drop)
    }
}

/// Texts as one, for generated columns; `array_to_string` is held to be less than immutable since it takes any type.
const TEXT_OF: &str = "CREATE FUNCTION search_text_of(texts text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT array_to_string(texts, ' ') $$";

/// The view: published names of what was there at first, and of these tables.
pub(crate) fn search_names(tables: &[&str]) -> String {
    let first = ["actors", "calls", "collectives", "projects"];
    let published = first.iter().chain(tables).fold(String::new(), |all, table| {
        all + " UNION ALL SELECT FALSE, search_name, search_vector FROM "
            + table
            + " WHERE status = 'PUBLISHED'"
    });
    format!(
        "CREATE OR REPLACE VIEW search_names AS
        SELECT TRUE AS territory, search_name, search_vector FROM territories{published}"
    )
}

/// The functions over the view or, as they were before there was one, over a table each.
fn functions(apart: bool) -> String {
    let tables = ["actors", "calls", "collectives", "projects"];
    let each = |text: &str| tables.iter().map(|table| text.replace("{table}", table)).collect::<String>();
    let parts = [
        (
            "{kept}",
            if apart {
                format!(
                    "NOT EXISTS (SELECT FROM public.territories e
                WHERE e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A')){}",
                    each(
                        "
            AND NOT EXISTS (SELECT FROM public.{table} e
                WHERE e.status = 'PUBLISHED' AND e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))"
                    )
                )
            } else {
                "NOT EXISTS (SELECT FROM public.search_names e
                WHERE e.search_vector @@ to_tsquery('pg_catalog.simple', w.word || ':A'))"
                    .to_owned()
            },
        ),
        (
            "{named}",
            if apart {
                format!(
                    "SELECT search_name FROM public.territories{}",
                    each(" UNION SELECT search_name FROM public.{table} WHERE status = 'PUBLISHED'")
                )
            } else {
                "SELECT DISTINCT search_name FROM public.search_names".to_owned()
            },
        ),
        (
            "{meant}",
            if apart {
                each(
                    "
        AND NOT EXISTS (SELECT FROM public.{table} e WHERE e.status = 'PUBLISHED'
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))",
                )
            } else {
                "
        AND NOT EXISTS (SELECT FROM public.search_names e WHERE NOT e.territory
            AND e.search_vector @@ to_tsquery('public.french_unaccent', typed))"
                    .to_owned()
            },
        ),
    ];
    parts.into_iter().fold(FUNCTIONS.to_owned(), |text, (gap, part)| text.replace(gap, &part))
}

const FUNCTIONS: &str = r"
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
            AND {kept};
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
        {named}) names;
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
            WHERE k.word OPERATOR(pg_catalog.~>=~) typed AND k.word OPERATOR(pg_catalog.~<~) (typed || '~'))){meant}
    ORDER BY public.similarity(word, typed) DESC, word LIMIT 3
$$;
";
