-- Fills a database that holds the demo and the country's communes with made-up actors and three times as many
-- interactions, as an import would leave them: with history, feed and words to search.
--   psql "$DATABASE_URL" -v actors=100000 -f bench/seed.sql
-- About half of the actors, 50,000 published ones at most, sit in the Agglo of the demo, the others in the communes of
-- the whole country, most in the largest. A few actors have many links (the k-th of n has about k to the power of -0.6 of
-- them), most links stay near. Everything follows from the numbers of the rows, so that two databases hold the same.
-- Names and addresses are put together, communes are real; where a commune has no outline, its actors' points are
-- somewhere on the map. None sits in a neighbourhood with an outline, so that lists alone say where they are.
\set ON_ERROR_STOP on
\set QUIET on
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL maintenance_work_mem = '1GB';
SET LOCAL work_mem = '256MB';
SET LOCAL max_parallel_maintenance_workers = 2;

-- A number from 0 to 1 that looks random and is the same every time, for what a row is and what is asked of it.
CREATE FUNCTION pg_temp.chance(n bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(what, n) & 1073741823) / 1073741824.0::float8;

-- Ids in order of time, as the program makes them.
CREATE FUNCTION pg_temp.ordered_id(n bigint, what text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN overlay(overlay(md5(what || n) PLACING lpad(to_hex(1700000000000 + n), 12, '0') FROM 1 FOR 12)
    PLACING '7' FROM 13 FOR 1)::uuid;

-- Indexes and checks of other rows are made at the end: all at once, many times as fast.
CREATE TEMP TABLE later AS
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make,
    format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop
FROM pg_constraint WHERE contype IN ('f', 'x') AND conrelid IN (
    'actors'::regclass, 'actor_registrations'::regclass, 'actor_areas'::regclass, 'interactions'::regclass)
UNION ALL
SELECT pg_get_indexdef(i.indexrelid), format('DROP INDEX %s', i.indexrelid::regclass)
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
WHERE c.oid IS NULL AND i.indrelid IN ('actors'::regclass, 'actor_registrations'::regclass, 'actor_areas'::regclass,
    'interactions'::regclass, 'changes'::regclass);
SELECT drop FROM later
\gexec
ALTER TABLE actors DISABLE TRIGGER USER;
ALTER TABLE interactions DISABLE TRIGGER USER;

-- Communes by whether they are the demo's, the largest first.
CREATE TEMP TABLE communes AS
SELECT id, name, demo, coalesce(centroid_longitude, -1.2 + number % 10 * 0.8 + pg_temp.chance(number, code) * 0.7) AS lon,
    coalesce(centroid_latitude, 43.4 + number / 10 * 0.65 + pg_temp.chance(number, name) * 0.6) AS lat,
    row_number() OVER (PARTITION BY demo ORDER BY population DESC NULLS LAST, code) - 1 AS place,
    count(*) OVER (PARTITION BY demo) AS places
FROM (SELECT *, centroid_longitude IS NOT NULL AS demo, dense_rank() OVER (ORDER BY left(code, 2)) - 1 AS number
    FROM territories WHERE kind = 'COMMUNE') t;
CREATE INDEX ON communes (demo, place);
ANALYZE communes;

SELECT least(:actors * 0.5155, 51550)::bigint AS near \gset
CREATE TEMP TABLE made AS
SELECT n, pg_temp.ordered_id(n, 'actor') AS id, n <= :near AS demo, pg_temp.chance(n, 'place') AS place,
    ARRAY(SELECT (ARRAY['digital-inclusion', 'social-mediation', 'rights', 'popular-education', 'health', 'family', 'youth',
            'education', 'work', 'parenting', 'culture', 'sport', 'housing', 'mobility', 'literacy', 'poverty',
            'public-services', 'ecological-transition', 'isolation', 'citizenship'])
            [1 + floor(20 * power(pg_temp.chance(n, 'theme' || k), 1.5))]
        FROM generate_series(1, floor(4 * pg_temp.chance(n, 'themes'))::int) k GROUP BY 1) AS themes
FROM generate_series(1, :actors) n;
CREATE UNIQUE INDEX ON made (n) INCLUDE (id);
ANALYZE made;

INSERT INTO actors (id, slug, kind, name, short_name, description, website, themes, sdgs, longitude, latitude, address,
    postcode, location_precision, location_hidden, seat_id, seat_declared, status, created_at, updated_at)
SELECT m.id, trim('-' FROM regexp_replace(fold(w.name), '[^a-z0-9]+', '-', 'g')) || '-' || m.n + 1,
    (ARRAY['ASSOCIATION', 'COMPANY', 'LOCAL_AUTHORITY', 'PUBLIC_BODY', 'SCHOOL', 'STATE_SERVICE', 'SOCIAL_CENTRE',
        'HEALTH_BODY', 'COOPERATIVE', 'OTHER'])[1 + floor(10 * power(pg_temp.chance(m.n, 'kind'), 2))],
    w.name,
    CASE WHEN pg_temp.chance(m.n, 'short') < 0.2 THEN upper(left(md5('s' || m.n), 4)) END,
    CASE WHEN pg_temp.chance(m.n, 'says') < 0.7 THEN concat_ws(' ', 'Accompagnement des habitants de ' || c.name || '.',
        (ARRAY['Médiation et insertion.', 'Accueil de loisirs et soutien à la parentalité.', 'Ateliers numériques.',
            'Accès aux droits, permanences sans rendez-vous.', 'Prévention et promotion de la santé.'])[1 + m.n % 5],
        'Ouvert du mardi au samedi ; renseignements à l''accueil ou par téléphone.') END,
    CASE WHEN pg_temp.chance(m.n, 'site') < 0.3 THEN 'https://example.org/' || m.n END,
    m.themes,
    CASE WHEN m.n % 3 = 0 THEN ARRAY[1 + m.n % 17]::smallint[] ELSE '{}' END,
    CASE WHEN l.located THEN c.lon + (power(pg_temp.chance(m.n, 'east'), 2) - 0.33) / 15 END,
    CASE WHEN l.located THEN c.lat + (power(pg_temp.chance(m.n, 'north'), 2) - 0.33) / 20 END,
    CASE WHEN l.located THEN (1 + m.n % 120) || ' rue des Écoles' END, '28' || lpad((m.n % 900)::text, 3, '0'),
    CASE WHEN l.located THEN 'EXACT' ELSE 'COMMUNE' END, pg_temp.chance(m.n, 'hidden') < 0.02, c.id, true,
    CASE WHEN pg_temp.chance(m.n, 'status') < 0.97 THEN 'PUBLISHED' ELSE 'DRAFT' END,
    '2026-06-01'::timestamptz - m.n * interval '7 minutes',
    '2026-06-01'::timestamptz - pg_temp.chance(m.n, 'updated') * m.n * interval '7 minutes'
FROM made m
JOIN communes c ON c.demo = m.demo AND c.place = floor(power(m.place, 2.5) * c.places)
CROSS JOIN LATERAL (SELECT pg_temp.chance(m.n, 'located') < 0.88 AS located) l
CROSS JOIN LATERAL (SELECT concat_ws(' ', (ARRAY['Association', 'Centre social', 'Maison des jeunes', 'École', 'Atelier',
            'Médiathèque', 'Club', 'Collectif', 'Les Amis', 'Union', 'Comité', 'Espace', 'Foyer', 'Amicale', 'Entraide',
            'Régie de quartier', 'Mission locale', 'Maison France services', 'CCAS', 'Foyer rural'])
            [1 + floor(20 * pg_temp.chance(m.n, 'what'))],
        (ARRAY['Jean Moulin', 'des Bâtes', 'Saint-Rémy', 'du Thymerais', 'de l''Eure', 'Solidarité', 'du Lavoir',
            'Louis Pergaud', 'des Parents', 'sportive', 'Simone Veil', 'du Vallon', 'Jules Ferry', 'numérique', 'du Marché',
            'de la Gare', 'des Aînés', 'Olympe de Gouges', 'du Plateau', 'Horizon', 'Passerelle', 'des Prés', 'du Pont',
            'Emmaüs', 'Familles'])[1 + floor(25 * pg_temp.chance(m.n, 'of'))], c.name) AS name) w
ORDER BY m.n;

INSERT INTO actor_registrations (actor_id, scheme, value)
SELECT id, 'RNA', 'W' || lpad(n::text, 9, '0') FROM made WHERE pg_temp.chance(n, 'registered') < 0.5;

-- Most serve where they sit; some its département or EPCI too, some three communes, one in twenty says nothing.
INSERT INTO actor_areas (actor_id, territory_id)
SELECT m.id, a.seat_id FROM made m JOIN actors a USING (id) WHERE pg_temp.chance(m.n, 'areas') < 0.95
UNION
SELECT m.id, l.other_id FROM made m JOIN actors a USING (id)
JOIN territory_links l ON l.territory_id = a.seat_id AND l.relation = 'WITHIN'
JOIN territories t ON t.id = l.other_id AND t.kind IN ('DEPARTMENT', 'INTERCOMMUNALITY')
WHERE pg_temp.chance(m.n, 'areas') < 0.25
UNION
SELECT m.id, c.id FROM made m JOIN communes c ON c.demo = m.demo AND c.place IN (m.n % 79, (m.n + 31) % 79)
WHERE pg_temp.chance(m.n, 'areas') BETWEEN 0.8 AND 0.9;

-- Three from each actor: the target is among the first ones far more often than not, and as near nine times in ten. A
-- second one of a kind between two is left out.
INSERT INTO interactions (id, kind, source_id, target_id, level, intensity, since, since_precision, until,
    until_precision, status, created_at, updated_at)
SELECT pg_temp.ordered_id(n, 'interaction'), kind, source, target,
    CASE WHEN n % 4 > 0 THEN 1 + n % 6 END, CASE WHEN n % 3 > 0 THEN 1 + n % 5 END,
    CASE WHEN n % 10 < 7 THEN '2020-01-01'::date + (n % 2000)::int END, CASE WHEN n % 10 < 7 THEN 'DAY' END,
    CASE WHEN n % 10 = 1 THEN '2020-01-01'::date + (n % 2000)::int + 400 END, CASE WHEN n % 10 = 1 THEN 'DAY' END,
    'PUBLISHED', at, at
FROM (
    SELECT DISTINCT ON (kind, least(s.id, t.id), greatest(s.id, t.id)) i.n, kind, s.id AS source, t.id AS target,
        '2026-06-01'::timestamptz - i.n * interval '2 minutes' AS at
    FROM (SELECT 3 * n + k AS n, n AS source, power(pg_temp.chance(3 * n + k, 'target'), 2.5) AS place,
            (n <= :near) = (pg_temp.chance(3 * n + k, 'near') < 0.9) AS demo,
            (ARRAY['PARTNERSHIP', 'REFERRAL', 'COORDINATION', 'SUPPORT', 'INFORMATION_SHARING', 'SERVICE_DELIVERY',
                'RESOURCE_SHARING', 'MEMBERSHIP'])[1 + floor(8 * power(pg_temp.chance(3 * n + k, 'link'), 1.5))] AS kind
        FROM generate_series(1, :actors) n, generate_series(0, 2) k) i
    JOIN made s ON s.n = i.source
    JOIN made t ON t.n = 1 + CASE WHEN i.demo THEN floor(i.place * :near) ELSE :near + floor(i.place * (:actors - :near)) END
        AND t.n <> s.n
    ORDER BY kind, least(s.id, t.id), greatest(s.id, t.id), i.n
) i
ORDER BY n;

-- Their history, of one transaction, which the feed tells of.
INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
SELECT '2026-06-01', 'operator', 'IMPORT', 'ACTOR', a.id, 1, jsonb_build_object('name', jsonb_build_array(null, a.name),
    'kind', jsonb_build_array(null, a.kind), 'seat', jsonb_build_array(null, jsonb_build_object('commune', a.seat_id)),
    'themes', jsonb_build_array(null, a.themes), 'publication', jsonb_build_array(null, a.status))
FROM made m JOIN actors a USING (id) ORDER BY m.n;
INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
SELECT '2026-06-01', 'operator', 'IMPORT', 'INTERACTION', id, 1, jsonb_build_object('kind', jsonb_build_array(null, kind),
    'source', jsonb_build_array(null, source_id), 'target', jsonb_build_array(null, target_id))
FROM interactions WHERE id IN (SELECT pg_temp.ordered_id(n, 'interaction') FROM generate_series(3, 3 * :actors + 2) n) ORDER BY id;

SELECT make FROM later ORDER BY make LIKE 'ALTER%'
\gexec
ALTER TABLE actors ENABLE TRIGGER USER;
ALTER TABLE interactions ENABLE TRIGGER USER;
SELECT search_words_rebuild() \g /dev/null
COMMIT;
VACUUM ANALYZE;
