-- Fills a database that holds the demo with made-up actors and three times as many interactions, to look at plans and
-- speeds at scale:
--   psql "$DATABASE_URL" -v actors=100000 -f bench/seed.sql
-- Half of the actors sit in the demo's communes, the others in 919 made-up ones of ten made-up départements. A few
-- communes hold many actors, a few actors have many links, most links stay near. Everything follows from the numbers of
-- the rows, so that two seeded databases hold the same.
\set ON_ERROR_STOP on
\set QUIET on
BEGIN;
SET LOCAL client_min_messages = warning;

-- A number from 0 to 1 that looks random and is the same every time, for what a row is and what is asked of it.
CREATE FUNCTION pg_temp.chance(n bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(what, n) & 1073741823) / 1073741824.0::float8;

-- Ids in order of time, as the program makes them.
CREATE FUNCTION pg_temp.ordered_id(n bigint, what text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN overlay(overlay(md5(what || n) PLACING lpad(to_hex(1700000000000 + n), 12, '0') FROM 1 FOR 12)
    PLACING '7' FROM 13 FOR 1)::uuid;

-- Made-up départements and communes, on a grid over the country.
CREATE TEMP TABLE made_territories AS
SELECT pg_temp.ordered_id(n, 'department') AS id, 'DEPARTMENT' AS kind, 'B' || n AS code,
    'Département inventé ' || n AS name, n AS department, NULL::float8 AS lon, NULL::float8 AS lat
FROM generate_series(0, 9) n
UNION ALL
SELECT pg_temp.ordered_id(n, 'commune'), 'COMMUNE', 'B' || n % 10 || lpad((n / 10)::text, 3, '0'),
    (ARRAY['Saint-Martin', 'Villeneuve', 'Le Mesnil', 'Fontaine', 'La Chapelle', 'Beaumont', 'Bois'])[1 + n % 7] || '-'
        || (ARRAY['sur-Eure', 'le-Roi', 'en-Drouais', 'la-Forêt', 'des-Prés', 'aux-Bois', 'lès-Bourg', 'du-Val',
            'sous-Bois', 'en-Plaine', 'sur-Loire'])[1 + n / 7 % 11],
    n % 10, -1.5 + n % 40 * 0.2, 44.0 + n / 40 * 0.2
FROM generate_series(0, 918) n;

INSERT INTO territories (id, kind, code, vintage, name, centroid_longitude, centroid_latitude, created_at, updated_at)
SELECT id, kind, code, 2026, name, lon, lat, '2026-01-01', '2026-01-01' FROM made_territories;
INSERT INTO territory_lists (territory_id, listed_under_id, basis)
SELECT c.id, d.id, 'PART' FROM made_territories c JOIN made_territories d USING (department)
WHERE c.kind = 'COMMUNE' AND d.kind = 'DEPARTMENT';
INSERT INTO territory_links (territory_id, other_id, relation, basis, direct)
SELECT c.id, d.id, 'WITHIN', 'LIST', true FROM made_territories c JOIN made_territories d USING (department)
WHERE c.kind = 'COMMUNE' AND d.kind = 'DEPARTMENT'
UNION ALL
SELECT m.id, t.id, 'WITHIN', 'LIST', m.kind = 'DEPARTMENT'
FROM made_territories m JOIN territories t ON t.kind = 'COUNTRY' AND t.code = 'FR';

-- Communes by whether they are the demo's, the largest first.
CREATE TEMP TABLE communes AS
SELECT t.id, t.name, t.centroid_longitude AS lon, t.centroid_latitude AS lat, m.id IS NULL AS demo,
    row_number() OVER (PARTITION BY m.id IS NULL ORDER BY t.code = '28134' DESC, md5(t.code)) - 1 AS place,
    count(*) OVER (PARTITION BY m.id IS NULL) AS places
FROM territories t LEFT JOIN made_territories m USING (id)
WHERE t.kind = 'COMMUNE' AND t.centroid_longitude IS NOT NULL;
ANALYZE communes;

CREATE TEMP TABLE made AS
SELECT n, pg_temp.ordered_id(n, 'actor') AS id, n % 2 = 0 AS demo, pg_temp.chance(n, 'place') AS place
FROM generate_series(1, :actors) n;
CREATE UNIQUE INDEX ON made (n);
ANALYZE made;

INSERT INTO actors (id, slug, kind, name, short_name, description, website, themes, sdgs, longitude, latitude, address,
    postcode, location_precision, location_hidden, seat_id, seat_declared, status, created_at, updated_at)
SELECT m.id, 'made-up-' || m.n,
    (ARRAY['ASSOCIATION', 'COMPANY', 'LOCAL_AUTHORITY', 'PUBLIC_BODY', 'SCHOOL', 'STATE_SERVICE', 'SOCIAL_CENTRE',
        'HEALTH_BODY', 'COOPERATIVE', 'OTHER'])[1 + floor(10 * power(pg_temp.chance(m.n, 'kind'), 2))],
    concat_ws(' ', (ARRAY['Association', 'Centre social', 'Maison des jeunes', 'École', 'Atelier', 'Médiathèque', 'Club',
            'Collectif', 'Les Amis', 'Union', 'Comité', 'Espace', 'Foyer', 'Amicale', 'Entraide', 'Régie de quartier',
            'Mission locale', 'Maison France services', 'CCAS', 'Foyer rural'])[1 + floor(20 * pg_temp.chance(m.n, 'what'))],
        (ARRAY['Jean Moulin', 'des Bâtes', 'Saint-Rémy', 'du Thymerais', 'de l''Eure', 'Solidarité', 'du Lavoir',
            'Louis Pergaud', 'des Parents', 'sportive', 'Simone Veil', 'du Vallon', 'Jules Ferry', 'numérique', 'du Marché',
            'de la Gare', 'des Aînés', 'Olympe de Gouges', 'du Plateau', 'Horizon', 'Passerelle', 'des Prés', 'du Pont',
            'Emmaüs', 'Familles'])[1 + floor(25 * pg_temp.chance(m.n, 'of'))], c.name),
    CASE WHEN pg_temp.chance(m.n, 'short') < 0.2 THEN upper(left(md5('s' || m.n), 4)) END,
    CASE WHEN pg_temp.chance(m.n, 'says') < 0.7 THEN concat_ws(' ', 'Accompagnement des habitants de ' || c.name || '.',
        (ARRAY['Médiation et insertion.', 'Accueil de loisirs et soutien à la parentalité.', 'Ateliers numériques.',
            'Accès aux droits, permanences sans rendez-vous.', 'Prévention et promotion de la santé.'])[1 + m.n % 5],
        'Ouvert du mardi au samedi ; renseignements à l''accueil ou par téléphone.') END,
    CASE WHEN pg_temp.chance(m.n, 'site') < 0.3 THEN 'https://example.org/' || m.n END,
    coalesce(t.themes, '{}'),
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
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT (ARRAY['digital-inclusion', 'social-mediation', 'rights', 'popular-education', 'health',
        'family', 'youth', 'education', 'work', 'parenting', 'culture', 'sport', 'housing', 'mobility', 'literacy',
        'poverty', 'public-services', 'ecological-transition', 'isolation', 'citizenship'])
        [1 + floor(20 * power(pg_temp.chance(m.n, 'theme' || k), 1.5))]) AS themes
    FROM generate_series(1, floor(4 * pg_temp.chance(m.n, 'themes'))::int) k
) t ON true;

-- Most serve where they sit; some its département or Agglo too, some three communes, one in twenty says nothing.
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

-- Three from each actor: the target is among the first ones far more often than not, and of the same half nine times
-- in ten.
INSERT INTO interactions (id, kind, source_id, target_id, level, intensity, since, since_precision, until,
    until_precision, status, created_at, updated_at)
SELECT pg_temp.ordered_id(i.n, 'interaction'),
    (ARRAY['PARTNERSHIP', 'REFERRAL', 'COORDINATION', 'SUPPORT', 'INFORMATION_SHARING', 'SERVICE_DELIVERY',
        'RESOURCE_SHARING', 'MEMBERSHIP'])[1 + floor(8 * power(pg_temp.chance(i.n, 'link'), 1.5))],
    s.id, t.id, CASE WHEN i.n % 4 > 0 THEN 1 + i.n % 6 END, CASE WHEN i.n % 3 > 0 THEN 1 + i.n % 5 END,
    d.since, CASE WHEN d.since IS NOT NULL THEN 'DAY' END, d.until, CASE WHEN d.until IS NOT NULL THEN 'DAY' END,
    'PUBLISHED', '2026-06-01'::timestamptz - i.n * interval '2 minutes', '2026-06-01'::timestamptz - i.n * interval '2 minutes'
FROM (SELECT 3 * n + k AS n, n AS source, 1 + floor(power(pg_temp.chance(3 * n + k, 'target'), 2.5) * (:actors / 2)) AS place
    FROM generate_series(1, :actors) n, generate_series(0, 2) k) i
JOIN made s ON s.n = i.source
JOIN made t ON t.n = 2 * i.place - CASE WHEN (i.source % 2 = 0) = (pg_temp.chance(i.n, 'near') < 0.9) THEN 0 ELSE 1 END
    AND t.n <> s.n
CROSS JOIN LATERAL (SELECT CASE WHEN i.n % 10 < 7 THEN '2020-01-01'::date + (i.n % 2000)::int END AS since,
    CASE WHEN i.n % 10 = 1 THEN '2020-01-01'::date + (i.n % 2000)::int + 400 END AS until) d
ON CONFLICT DO NOTHING;

COMMIT;
VACUUM ANALYZE;
