// Asks the two servers as their users do, and finds the variables of questions no two of which are the same.
import { sql } from "./databases.mjs";
import { LISTED, MAP, PAGES } from "./questions.mjs";

export async function ask(url, query, variables, token) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.errors) throw new Error(`${url} refused: ${response.status} ${JSON.stringify(answer).slice(0, 800)}`);
  return answer.data;
}

// The same numbers in every run (mulberry32).
let seed = 20260101;
export function random(below) {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
}

const rows = (url, text) => sql(url, text).split("\n").filter(Boolean).map((line) => line.split("\t"));
const tabbed = (...columns) => columns.join(" || E'\\t' || ");

/// Writes the cursors of any places after the pattern of real ones: a list of a million is not walked page by page. What
/// comes out is held against a second real one.
function writer(edges, name, decode, encode) {
  const [first, second] = edges;
  const write = (place) => {
    const text = JSON.stringify(decode(first.cursor));
    const value = (of) => JSON.stringify(of).slice(1, -1);
    return encode(JSON.parse(text.replace(value(first.name), () => value(place.name)).replace(first.id, place.id)));
  };
  if (write(second) !== second.cursor) throw new Error(`cursors of ${name} are not as they were: ${JSON.stringify(decode(second.cursor))}`);
  return write;
}

const json = (encoding) => [
  (cursor) => JSON.parse(Buffer.from(cursor, encoding).toString()),
  (value) => Buffer.from(JSON.stringify(value)).toString(encoding),
];

/// Places in the list of actors by name, 200,000 at most, evenly taken.
async function places(database, ours, theirs) {
  const list = "FROM actors WHERE status = 'PUBLISHED'";
  const all = rows(database, `SELECT ${tabbed("id", "name")} FROM (SELECT id, name, row_number() OVER (ORDER BY name, id) AS n, count(*) OVER () AS count ${list}) a
    WHERE n % (1 + count / 200000) = 0 AND n < count - 20 ORDER BY name, id`).map(([id, name]) => ({ id, name }));
  const [one, two] = rows(database, `SELECT ${tabbed("id", "name")} ${list} ORDER BY name, id LIMIT 2`).map(([id, name]) => ({ id, name }));
  const edges = async (url, query) => (await ask(url, query)).actors.edges.map(({ cursor }, n) => ({ cursor, ...[one, two][n] }));
  const write = {
    ours: writer(await edges(ours, "{ actors(first: 2) { edges { cursor } } }"), "ours", ...json("base64url")),
    theirs: theirs && writer(await edges(theirs, `{ actors(first: 2, orderBy: [NAME_ASC], condition: {status: "PUBLISHED"}) { edges { cursor } } }`), "PostGraphile", ...json("base64")),
  };
  return all.map((place) => ({ ...place, ours: write.ours(place), theirs: write.theirs?.(place) }));
}

export async function territories(database, ours, where) {
  const query = "query ($kind: TerritoryKind!, $code: String!) { territory(by: {code: {kind: $kind, code: $code}}) { id } }";
  const found = rows(database, `SELECT ${tabbed("t.id", "t.kind", "t.code", "t.name")} FROM territories t WHERE ${where}`);
  return Promise.all(found.map(async ([id, kind, code, name]) => ({ id, name, ours: (await ask(ours, query, { kind, code })).territory.id })));
}

export const AGGLO = "t.kind = 'INTERCOMMUNALITY' AND t.code = '200040277'";

/// The variables of each question, a line each: ours, theirs, and those of the statement by hand.
export async function variables(database, ours, theirs) {
  const all = await places(database, ours, theirs);
  // Those that have no narrower ones, since we would look for those too.
  const themes = ["digital-inclusion", "social-mediation", "popular-education", "parenting", "literacy", "isolation", "public-services"];
  const pairs = themes.flatMap((a, n) => themes.slice(n + 1).map((b) => [a, b]));
  const within = {
    wide: await territories(database, ours, `${AGGLO} OR t.kind = 'REGION' AND t.code = '24' OR t.kind = 'DEPARTMENT' AND t.code = '28'`),
    communes: await territories(database, ours, "t.kind = 'COMMUNE' AND t.id IN (SELECT seat_id FROM actors WHERE seat_id IN (SELECT id FROM territories WHERE centroid_longitude IS NOT NULL) GROUP BY 1 ORDER BY count(*) DESC LIMIT 20)"),
  };
  const [agglo] = await territories(database, ours, AGGLO);
  const slugs = rows(database, "SELECT slug FROM actors WHERE status = 'PUBLISHED' AND NOT EXISTS (SELECT 1 FROM changes WHERE subject_id = actors.id AND version > 1) ORDER BY md5(id::text) LIMIT 20000");
  const names = rows(database, "SELECT name FROM territories WHERE kind = 'COMMUNE' ORDER BY population DESC NULLS LAST LIMIT 20000");
  const page = (work) => {
    // Every place once, in an order that jumps about; not so near the end that a page would not be full.
    const count = Math.floor(all.length * (work.within ? 0.6 : 1));
    return Array.from({ length: count }, (_, n) => {
      const place = all[(n * 48_271) % count];
      const [ours, theirs, hand] = [{ after: place.ours }, { after: place.theirs }, { name: place.name, id: place.id }];
      if (work.within) {
        const territory = within[work.within][random(within[work.within].length)];
        const pair = pairs[random(pairs.length)];
        Object.assign(ours, { territory: territory.ours, themes: pair });
        Object.assign(theirs, { territory: territory.id, themes: pair });
        Object.assign(hand, { territory: territory.id, themes: `{${pair.join(",")}}` });
      }
      return { ours, theirs, hand };
    });
  };
  const of = {
    pages: (work) => page(work),
    map: () => Array.from({ length: 20_000 }, (_, n) => ({
      ours: { territory: agglo.ours, zoom: 8 + ((n * 7919) % 20_000) / 5_000 },
      theirs: { territory: agglo.id },
    })),
    slugs: () => slugs.map(([slug]) => ({ ours: { slug } })),
    words: () => names.map(([name], n) => ({ ours: { text: `${["mediatheque", "centre social", "ccas", "club", "ecole"][n % 5]} ${name}` } })),
    beginnings: () => names.map(([name]) => ({ ours: { text: name.slice(0, 5) } })),
    places: () => all.map((place, n) => ({ ours: { after: place.ours, theme: themes[n % themes.length] } })),
  };
  return new Map([...PAGES, MAP, ...LISTED].map((work) => [work, of[work.asks ?? "pages"](work)]));
}
