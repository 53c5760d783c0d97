// Tiles of actors and of interactions, all and of a filter that was asked once before: every tile another, where there is something
// to draw. The made-up directory has no outlines.
import { sql } from "./databases.mjs";
import { load, prepare } from "./load.mjs";
import { note } from "./processes.mjs";
import { number } from "./table.mjs";

const MOST_MS = 50;
const WAYS = [
  { work: "a tile of actors", layer: "actors" },
  { work: "a tile of the actors of a theme", layer: "actors", filter: { themes: ["health"] } },
  { work: "a tile of interactions", layer: "interactions" },
  { work: "a tile of the interactions of a kind", layer: "interactions", filter: { kinds: ["REFERRAL"] } },
];

// Tiles that hold actors, zoom by zoom: from the whole country to a street, most of them of towns.
const TILES = `WITH drawn AS (SELECT longitude AS lon, radians(latitude) AS lat, row_number() OVER (ORDER BY md5(id::text)) AS n FROM actors
    WHERE longitude IS NOT NULL AND status = 'PUBLISHED' ORDER BY md5(id::text) LIMIT 20000)
  SELECT DISTINCT z || '/' || floor((lon + 180) / 360 * (1 << z)) || '/' || floor((1 - ln(tan(lat) + 1 / cos(lat)) / pi()) / 2 * (1 << z)), md5(z::text || lon)
  FROM drawn, LATERAL (SELECT 4 + n::int % 12 AS z) zoom ORDER BY 2`;

export async function measureTiles(run) {
  const tiles = [...new Set(sql(run.database, TILES).split("\n").map((line) => line.split("|")[0]))];
  const rows = [];
  for (const { work, layer, filter } of WAYS) {
    const row = { work, size: run.size, goal: `${MOST_MS} ms at the 99th percentile` };
    rows.push(row);
    const query = filter ? `?filter=${encodeURIComponent(JSON.stringify(filter))}` : "";
    const paths = tiles.map((tile) => `/tiles/${layer}/${tile}.mvt${query}`);
    const first = await fetch(`${run.ours.base}${paths[0]}`);
    if (!first.ok) throw new Error(`${paths[0]}: ${first.status} ${await first.text()}`);
    note(work);
    const asked = prepare(run.folder, null, paths);
    await load(run.ours, asked, { name: work, connections: 2, seconds: 1 });
    await run.write();
    if (filter) await fetch(`${run.ours.base}${paths[0]}`);
    const got = await load(run.ours, asked, { name: work, connections: 2, seconds: Math.max(run.seconds, 5) });
    Object.assign(row, {
      ours: `${number(got.rate)}/s of ${number(got.bytes / 1000)} kB`,
      times: `${number(got.p50)}, ${number(got.p99)} ms`,
      used: got.processor === null ? "" : `${number(got.processor)} ms`,
      met: [got.p99 <= MOST_MS],
    });
  }
  return rows;
}
