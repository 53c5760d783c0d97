//! What every table needs: extensions, the French collation and text folding.

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
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Names sort as a French dictionary does, whatever the server's locale.
CREATE COLLATION french (provider = icu, locale = 'fr');

-- French full text without accents.
CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french);
ALTER TEXT SEARCH CONFIGURATION french_unaccent
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;

-- What two spellings of one name have in common: no accents, case, hyphens or apostrophes, and Saint for St.
-- unaccent is only STABLE since its dictionary could be edited; ours is not, so that the result may be indexed.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(regexp_replace(
        regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '[^a-z0-9]+', ' ', 'g'),
        '\mst\M', 'saint', 'g'), '\mste\M', 'sainte', 'g'))
$$;

-- Great-circle distance in metres on a sphere of the Earth's mean radius (haversine).
CREATE FUNCTION distance_metres(lon1 float8, lat1 float8, lon2 float8, lat2 float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT 2 * 6371008.8 * asin(least(1, sqrt(
        power(sin(radians(lat2 - lat1) / 2), 2)
        + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2))))
$$;
";

const DOWN: &str = r"
DROP FUNCTION distance_metres(float8, float8, float8, float8);
DROP FUNCTION fold(text);
DROP TEXT SEARCH CONFIGURATION french_unaccent;
DROP COLLATION french;
";
