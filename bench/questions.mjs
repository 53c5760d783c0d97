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
  ours: `query ($after: String, $territory: ID!, $themes: [String!]) {
    actors(first: 20, after: $after, filter: {territory: {territory: {id: $territory}}, themes: $themes}) {
      nodes { ${DETAILS} } pageInfo { hasNextPage endCursor } } }`,
  theirs: `query ($after: Cursor, $territory: UUID!, $themes: [String]) {
    actors(first: 20, after: $after, orderBy: [NAME_ASC], condition: {status: "PUBLISHED", inTerritory: $territory, anyTheme: $themes}) {
      nodes { ${THEIR_DETAILS} } pageInfo { hasNextPage endCursor } } }`,
  byHand: byHand(`a.themes, ${AREAS} AS areas,`, `AND a.themes && :themes::text[] AND ${condition}`),
});

const names = (territories) => territories.map((territory) => territory.name).sort();

/// The pages that are measured against PostGraphile and Postgres. Aims: how many times as fast at least.
export const PAGES = [
  {
    name: "a page of 20 actors with their commune",
    ours: `query ($after: String) { actors(first: 20, after: $after) { nodes { ${SEAT} } pageInfo { hasNextPage endCursor } } }`,
    theirs: `query ($after: Cursor) { actors(first: 20, after: $after, orderBy: [NAME_ASC], condition: {status: "PUBLISHED"}) {
      nodes { ${THEIR_SEAT} } pageInfo { hasNextPage endCursor } } }`,
    byHand: byHand("", ""),
  },
  { name: "the same, with themes and areas served, of a commune and two themes", within: "communes", ...filtered(NARROW) },
  { name: "the same, of an Agglo, a département or a région", within: "wide", ...filtered(WIDE) },
];

/// At least so many times what PostGraphile answers a second, and what Postgres does.
export const COLD = { theirs: 4, sql: 0.6 };
/// The same question asked again, while nothing changed.
export const AGAIN = { theirs: 15, sql: 2 };

/// The map of a territory with 50,000 actors: 20 ms at the median, over one connection.
export const MAP = {
  name: "the map of the Agglo, with clusters",
  asks: "map",
  ours: `query ($territory: ID!, $zoom: Float!) { territory(by: {id: $territory}) { map(zoom: $zoom) {
    actorCount unlocatedCount interactionCount nodes { key actorCount point { longitude latitude } } links { source target interactionCount weight } } } }`,
  theirs: `query ($territory: UUID!) { actors(condition: {status: "PUBLISHED", inTerritory: $territory}) { nodes { rowId kind longitude latitude } } }`,
};
export const MAP_MS = 20;

/// Further questions whose time must not grow with the directory, beside the pages.
export const LISTED = [
  {
    name: "an actor with its areas and ten interactions, and whom they are with",
    asks: "slugs",
    ours: `query ($slug: String!) { actor(by: {slug: $slug}) { ${DETAILS} interactions(first: 10) { nodes { kind level source { name } target { name } } } } }`,
  },
  {
    name: "a search for two or three words",
    asks: "words",
    ours: `query ($text: String!) { search(text: $text, first: 10) { edges { highlight context } } }`,
  },
  {
    name: "a search for the first letters of a commune",
    asks: "beginnings",
    ours: `query ($text: String!) { search(text: $text, kinds: [TERRITORY], first: 10) { edges { highlight context } } }`,
  },
  {
    name: "the next 20 actors of a theme",
    asks: "places",
    ours: `query ($after: String, $theme: String!) { actors(first: 20, after: $after, filter: {themes: [$theme]}) { nodes { ${SEAT} } } }`,
  },
];

/// What an answer of ours says, in a form in which it can be compared.
export function said(work, data) {
  if (work === MAP) return data.territory.map.actorCount;
  return data.actors.nodes.map((actor) => [actor.slug, actor.kind, actor.name, actor.seat?.name ?? null, ...(actor.themes
    ? [actor.themes.map((theme) => theme.slug).sort(), names(actor.areasServed)]
    : [])]);
}

/// What an answer of PostGraphile's says, in the same form.
export function theySaid(work, data) {
  if (work === MAP) return data.actors.nodes.length;
  return data.actors.nodes.map((actor) => [actor.slug, actor.kind, actor.name, actor.seat?.name ?? null, ...(actor.themes
    ? [[...actor.themes].sort(), names(actor.actorAreas.nodes.map((area) => area.territory))]
    : [])]);
}
