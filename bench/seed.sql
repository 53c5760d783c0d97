-- Fills a database that holds the demo with made-up actors and interactions, to look at plans and speeds at scale:
--   psql "$DATABASE_URL" -v actors=100000 -f bench/seed.sql
-- Actors sit in the communes that are there, near their middle; degrees are skewed: a few actors have many links.
\set ON_ERROR_STOP on
BEGIN;
SELECT setseed(0.28134);

CREATE TEMP TABLE communes AS
SELECT row_number() OVER (ORDER BY code) - 1 AS place, id, name, centroid_longitude AS lon, centroid_latitude AS lat
FROM territories WHERE kind = 'COMMUNE' AND centroid_longitude IS NOT NULL;

CREATE TEMP TABLE made AS
SELECT n, gen_random_uuid() AS id, random() AS r FROM generate_series(1, :actors) n;

INSERT INTO actors (id, slug, kind, name, description, themes, sdgs, longitude, latitude, location_precision, seat_id,
    seat_declared, status, created_at, updated_at)
SELECT m.id, 'bench-' || m.n,
    (ARRAY['ASSOCIATION', 'COMPANY', 'SCHOOL', 'PUBLIC_BODY', 'LOCAL_AUTHORITY', 'OTHER'])[1 + floor(6 * power(m.r, 2))],
    (ARRAY['Association', 'Centre', 'Maison', 'École', 'Atelier', 'Médiathèque', 'Club', 'Collectif'])[1 + m.n % 8]
        || ' ' || (ARRAY['Jean Moulin', 'des Bâtes', 'Saint-Rémy', 'du Thymerais', 'de l''Eure', 'Solidarité'])[1 + m.n % 6]
        || ' ' || c.name || ' ' || m.n,
    'Accompagnement des habitants, médiation et insertion.',
    (ARRAY['{health}', '{education,parenting}', '{digital-inclusion}', '{work}', '{culture,sport}'])[1 + m.n % 5]::text[],
    ARRAY[1 + m.n % 17]::smallint[], c.lon + (random() - 0.5) / 20, c.lat + (random() - 0.5) / 30, 'EXACT', c.id, true,
    'PUBLISHED', now() - m.n * interval '1 second', now() - m.n * interval '1 second'
FROM made m JOIN communes c ON c.place = floor(power(m.r, 2) * (SELECT count(*) FROM communes));

INSERT INTO actor_areas (actor_id, territory_id) SELECT a.id, a.seat_id FROM actors a JOIN made USING (id);

INSERT INTO interactions (id, kind, source_id, target_id, level, intensity, status, created_at, updated_at)
SELECT gen_random_uuid(), (ARRAY['PARTNERSHIP', 'REFERRAL', 'COORDINATION'])[k], s.id, t.id, 1 + s.n % 6, 1 + s.n % 5,
    'PUBLISHED', now(), now() - s.n * interval '1 second'
FROM made s CROSS JOIN generate_series(1, 3) k
JOIN made t ON t.n = 1 + floor(power((s.n * 7919 + k * 104729) % 1000003 / 1000003.0, 3) * :actors) AND t.n <> s.n
ON CONFLICT DO NOTHING;

COMMIT;
ANALYZE;
