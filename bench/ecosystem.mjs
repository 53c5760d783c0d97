// Key actors and clusters of a network of about 5,000 actors: ours, cold and again, beside networkx.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { AGGLO, ask, territories } from "./asking.mjs";
import { sql } from "./databases.mjs";
import { load, prepare } from "./load.mjs";
import { note, run as runProgram } from "./processes.mjs";
import { median, megabytes, number } from "./table.mjs";

const WANTED = 5_000;
const MOST_MS = 1_000;
const QUERY = `query ($territory: ID!, $asOf: Date!) { territory(by: {id: $territory}) { ecosystem(asOf: $asOf) {
  actorCount interactionCount density modularity keyActors(first: 10) { actor { name } role degree betweenness }
  clusters(first: 20) { size mainKinds { kind count } } } } }`;

// The commune, EPCI or département that about as many actors sit in as are wanted.
const NEAREST = `t.id = (SELECT other FROM (
    SELECT l.other_id AS other, count(*) AS n FROM actors a JOIN territory_links l ON l.territory_id = a.seat_id AND l.relation = 'WITHIN' WHERE a.status = 'PUBLISHED' GROUP BY 1
    UNION ALL SELECT a.seat_id, count(*) FROM actors a WHERE a.status = 'PUBLISHED' GROUP BY 1) c ORDER BY abs(n - ${WANTED}), other LIMIT 1)`;

export async function measureEcosystem(run) {
  const [place] = await territories(run.database, run.ours.graphql, run.size < 2 * WANTED ? AGGLO : NEAREST);
  note(`the network of ${place.name}`);
  const lines = Array.from({ length: 30 }, (_, n) => ({ territory: place.ours, asOf: `2026-01-${String(n + 1).padStart(2, "0")}` }));
  await ask(run.ours.graphql, QUERY, lines[0]);
  await run.write();
  const cold = [];
  let about;
  for (const line of lines.slice(0, 2 + run.rounds)) {
    const begun = performance.now();
    about = (await ask(run.ours.graphql, QUERY, line)).territory.ecosystem;
    cold.push(performance.now() - begun);
  }
  const again = await load(run.ours, prepare(run.folder, QUERY, lines), { name: "ecosystem", connections: 1, seconds: run.seconds, repeat: true });
  const work = `key actors and clusters of ${number(about.actorCount)} actors with ${number(about.interactionCount)} interactions`;
  const row = {
    work, size: run.size,
    ours: `${number(1000 / median(cold))}/s`,
    times: `${number(median(cold))}, ${number(Math.max(...cold))} ms (the longest of ${cold.length})`,
    goal: `${MOST_MS / 1000} s`, met: [median(cold) < MOST_MS],
  };
  const theirs = await networkx(run, place);
  if (theirs) {
    row.beside = `networkx ${theirs.version}: ${number(theirs.seconds)} s, ${megabytes(theirs.memory)} (clusters by Louvain ${number(theirs.clusters)} s, betweenness from ${theirs.pivots} actors ${number(theirs.betweenness)} s)`;
    row.ratio = `${number((theirs.seconds * 1000) / median(cold))} × networkx`;
  } else {
    row.beside = "networkx is not installed";
  }
  return [row, { work: "– the same, asked again", size: run.size, ours: `${number(again.rate)}/s`, times: `${number(again.p50)}, ${number(again.p99)} ms` }];
}

// The same network, as the tables have it on a day.
async function networkx(run, place) {
  const held = `SELECT a.id FROM actors a WHERE a.status = 'PUBLISHED' AND (a.seat_id IN (SELECT territory_id FROM territory_links WHERE relation = 'WITHIN' AND other_id = '${place.id}' UNION ALL SELECT '${place.id}')
    OR EXISTS (SELECT 1 FROM actor_areas s WHERE s.actor_id = a.id AND s.territory_id IN (SELECT territory_id FROM territory_links WHERE relation = 'WITHIN' AND other_id = '${place.id}' UNION ALL SELECT '${place.id}')))`;
  const edges = sql(run.database, `WITH held AS MATERIALIZED (${held}) SELECT source_id || ' ' || target_id FROM interactions
    WHERE status = 'PUBLISHED' AND source_id IN (SELECT id FROM held) AND target_id IN (SELECT id FROM held)
      AND coalesce(since, '-infinity') <= '2026-01-01' AND coalesce(until, 'infinity') >= '2026-01-01'`);
  const file = path.join(run.folder, "network.txt");
  writeFileSync(file, `${sql(run.database, held)}\n${edges}\n`);
  const told = await runProgram(run.python, [path.join(import.meta.dirname, "network.py"), file]).catch((error) => note(error.message));
  return told ? JSON.parse(told) : null;
}
