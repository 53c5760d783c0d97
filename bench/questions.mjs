// What is asked: of us, of PostGraphile, and of Postgres in one statement written by hand.

const SEAT = "id slug kind name seat { name }";
const DETAILS = "id slug kind name themes { slug } seat { name } areasServed { name }";
const THEIR_SEAT = "rowId slug kind name seat { name }";
const THEIR_DETAILS = "rowId slug kind name themes seat { name } actorAreas { nodes { territory { name } } }";

// The filter by hand, as a reader of the plans would write it for a territory of that width.
const REACH = "SELECT :territory::uuid UNION ALL SELECT territory_id FROM territory_links WHERE relation = 'WITHIN' AND other_id = :territory::uuid";
const AREAS = "(SELECT json_agg(t.name) FROM actor_areas x JOIN territories t ON t.id = x.territory_id WHERE x.actor_id = a.id)";
const WIDE = `(a.seat_id = ANY(ARRAY(${REACH}))
  OR NOT a.location_hidden AND (SELECT true FROM actor_points p WHERE p.actor_id = a.id AND p.territory_id = :territory::uuid)
  OR (SELECT true FROM actor_areas s WHERE s.actor_id = a.id AND s.territory_id = ANY(ARRAY(${REACH})) LIMIT 1))`;
const NARROW = `a.id IN (SELECT id FROM actors WHERE seat_id IN (${REACH})
  UNION ALL SELECT p.actor_id FROM actor_points p JOIN actors s ON s.id = p.actor_id WHERE p.territory_id = :territory::uuid AND NOT s.location_hidden
  UNION ALL SELECT actor_id FROM actor_areas WHERE territory_id IN (${REACH}))`;

function byHand(columns, condition) {
  return `SELECT a.id, a.slug, a.kind, a.name, t.name AS seat, ${columns} a.name::text AS cursor
    FROM actors a LEFT JOIN territories t ON t.id = a.seat_id
    WHERE a.status = 'PUBLISHED' AND (a.name, a.id) > (:name::text, :id::uuid) ${condition}
    ORDER BY a.name, a.id LIMIT 21;`;
}

const filtered = (condition) => ({
  connections: null,
  ours: `query ($after: String, $territory: ID!, $themes: [String!]) {
    actors(first: 20, after: $after, filter: {territory: {territory: {id: $territory}}, themes: $themes}) {
      nodes { ${DETAILS} } pageInfo { hasNextPage endCursor } } }`,
  theirs: `query ($after: Cursor, $territory: UUID!, $themes: [String]) {
    actors(first: 20, after: $after, orderBy: [NAME_ASC], condition: {status: "PUBLISHED", inTerritory: $territory, anyTheme: $themes}) {
      nodes { ${THEIR_DETAILS} } pageInfo { hasNextPage endCursor } } }`,
  byHand: byHand(`a.themes, ${AREAS} AS areas,`, `AND a.themes && :themes::text[] AND ${condition}`),
});

const names = (territories) => territories.map((territory) => territory.name).sort();

/// The pieces of work, in the order of the table. `connections` null: as many as asked for.
export const WORKS = [
  {
    name: "a page of 20 actors with their commune",
    aim: { theirs: 4, sql: 0.6 },
    connections: null,
    ours: `query ($after: String) { actors(first: 20, after: $after) { nodes { ${SEAT} } pageInfo { hasNextPage endCursor } } }`,
    theirs: `query ($after: Cursor) { actors(first: 20, after: $after, orderBy: [NAME_ASC], condition: {status: "PUBLISHED"}) {
      nodes { ${THEIR_SEAT} } pageInfo { hasNextPage endCursor } } }`,
    byHand: byHand("", ""),
  },
  { name: "the same, with themes and areas served, of a commune and two themes", aim: { theirs: 4, sql: 0.6 }, within: "communes", ...filtered(NARROW) },
  { name: "the same, of an Agglo, a département or a région", aim: { theirs: 4, sql: 0.6 }, within: "wide", ...filtered(WIDE) },
  {
    name: "the map of the Agglo, with clusters",
    aim: { p50: 20 },
    connections: 1,
    map: true,
    ours: `query ($territory: ID!, $zoom: Float!) { territory(by: {id: $territory}) { map(zoom: $zoom) {
      actorCount unlocatedCount interactionCount nodes { key actorCount point { longitude latitude } } links { source target interactionCount weight } } } }`,
    theirs: `query ($territory: UUID!) { actors(condition: {status: "PUBLISHED", inTerritory: $territory}) { nodes { rowId kind longitude latitude } } }`,
  },
];

/// The same question asked again, at the end of a work's name; its aims.
export const AGAIN = { theirs: 15, sql: 2 };

/// What an answer of ours says, in a form in which it can be compared.
export function said(work, data) {
  if (work.map) return data.territory.map.actorCount;
  return data.actors.nodes.map((actor) => [actor.slug, actor.kind, actor.name, actor.seat?.name ?? null, ...(actor.themes
    ? [actor.themes.map((theme) => theme.slug).sort(), names(actor.areasServed)]
    : [])]);
}

/// What an answer of PostGraphile's says, in the same form.
export function theySaid(work, data) {
  if (work.map) return data.actors.nodes.length;
  return data.actors.nodes.map((actor) => [actor.slug, actor.kind, actor.name, actor.seat?.name ?? null, ...(actor.themes
    ? [[...actor.themes].sort(), names(actor.actorAreas.nodes.map((area) => area.territory))]
    : [])]);
}
