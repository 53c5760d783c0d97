// What must hold at the end: of each reader, of the feed read anew, and of the database.
import { insist } from "./client.mjs";

const NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Actor { id version name publication: status } ... on Interaction { id version name: description publication: status } } }";
const LISTS = {
  actors: "query ($after: String) { list: actors(first: 100, after: $after) { nodes { id version name publication: status } pageInfo { hasNextPage endCursor } } }",
  interactions: "query ($after: String) { list: interactions(first: 100, after: $after) { nodes { id version name: description publication: status } pageInfo { hasNextPage endCursor } } }",
};
const text = ({ version, name, publication }) => JSON.stringify([version, name ?? null, publication]);

/// Everything that is published, as a stranger reads it.
export async function directory(service) {
  const all = new Map();
  for (const query of Object.values(LISTS)) {
    for (let after = null; ; ) {
      const { list } = await insist(service, query, { after });
      for (const node of list.nodes) all.set(node.id, text(node));
      if (!list.pageInfo.hasNextPage) break;
      after = list.pageInfo.endCursor;
    }
  }
  return all;
}

/// How a copy differs from what is there: nothing where it does not.
export function differences(name, copy, there) {
  const found = [];
  for (const [id, node] of copy) if (there.get(id) !== text(node)) found.push(`${name}: ${id} is ${text(node)} in the copy and ${there.get(id)} in the directory`);
  for (const id of there.keys()) if (!copy.has(id)) found.push(`${name}: ${id} is missing in the copy`);
  return found.slice(0, 5);
}

/// The entries of these ids as an administrator reads them.
export async function entries(service, ids, token) {
  const all = new Map();
  for (let n = 0; n < ids.length; n += 100) {
    const { nodes } = await insist(service, NODES, { ids: ids.slice(n, n + 100) }, token);
    for (const node of nodes) if (node) all.set(node.id, text(node));
  }
  return all;
}

const publicId = (kind, uuid) => Buffer.concat([Buffer.from(kind === "ACTOR" ? "a" : "i"), Buffer.from(uuid.replaceAll("-", ""), "hex")]).toString("base64url");

/// What the database itself says of the writes that were acknowledged.
export function recorded(postgres, acknowledged) {
  const found = [];
  const rows = postgres.rows(`SELECT c.subject_kind, c.subject_id, c.version, count(*), count(f.position) FROM changes c
    LEFT JOIN feed f USING (transaction) WHERE c.subject_kind IN ('ACTOR', 'INTERACTION') GROUP BY 1, 2, 3`);
  const times = new Map(rows.map(([kind, id, version, count, placed]) => [`${publicId(kind, id)} ${version}`, [Number(count), Number(placed)]]));
  for (const { id, version } of acknowledged) {
    const [count, placed] = times.get(`${id} ${version}`) ?? [0, 0];
    if (count !== 1 || placed !== 1) found.push(`${id} in version ${version} was acknowledged, and is ${count} times in the history, ${placed} times in the feed`);
  }
  const more = [...times].filter(([, [count]]) => count > 1);
  for (const [what, [count]] of more) found.push(`${what} is ${count} times in the history`);
  const halves = postgres.rows(`SELECT e.kind, e.id, e.version, c.version FROM (SELECT 'ACTOR' AS kind, id, version FROM actors UNION ALL SELECT 'INTERACTION', id, version FROM interactions) e
    LEFT JOIN (SELECT subject_kind, subject_id, max(version) AS version, count(*) AS count, min(version) AS first FROM changes GROUP BY 1, 2) c ON c.subject_kind = e.kind AND c.subject_id = e.id
    WHERE c.version IS DISTINCT FROM e.version OR c.count <> c.version OR c.first <> 1`);
  for (const [kind, id, version, last] of halves) found.push(`${kind} ${id} is in version ${version}, and its history ends with ${last} or has a hole`);
  const [[unplaced]] = postgres.rows("SELECT count(*) FROM feed WHERE position IS NULL");
  if (unplaced !== "0") found.push(`${unplaced} transactions of the feed have no place`);
  return { found: found.slice(0, 10), changes: times.size };
}

/// Whether a reader has heard of every acknowledged write, in that version or a later one.
export function told(reader, acknowledged) {
  const missing = acknowledged.filter(({ id, version }) => (reader.latest.get(id) ?? 0) < version && !reader.gone.has(id));
  return missing.slice(0, 5).map(({ id, version }) => `${reader.name}: ${id} in version ${version} was acknowledged, and it has heard of ${reader.latest.get(id) ?? "nothing"}`);
}
