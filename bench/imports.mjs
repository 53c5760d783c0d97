// An import of as many actors as the directory holds, beside a COPY of the rows that it leaves, into the same indexed
// tables with the same triggers, in one transaction as the import's is.
import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "./databases.mjs";
import { note, run as runProgram, timed } from "./processes.mjs";
import { megabytes, number } from "./table.mjs";

const MOST = 3;
const TABLES = ["actors", "actor_registrations", "actor_areas", "actor_points", "origins", "changes"];

// The seeded actors as somebody's file: with words, not ids.
const FILE = `COPY (SELECT replace(a.slug, ',', '') AS id, a.kind, a.name, a.short_name, a.description, a.website, array_to_string(a.themes, ' | ') AS themes,
    array_to_string(a.sdgs, ' | ') AS sdgs, a.longitude, a.latitude, a.address, a.postcode, t.code AS commune, r.value AS rna
  FROM actors a JOIN territories t ON t.id = a.seat_id LEFT JOIN actor_registrations r ON r.actor_id = a.id AND r.scheme = 'RNA'
  WHERE a.created_at < '2026-06-01' AND a.slug ~ '-[0-9]+$' ORDER BY a.created_at DESC) TO STDOUT (FORMAT csv, HEADER)`;

export async function measureImport(run) {
  const file = path.join(run.folder, "actors.csv");
  note("importing");
  await runProgram("psql", ["-Xq", "-d", run.database, "-c", FILE, "-o", file]);
  const into = await run.databases.create("imported", "base");
  sql(into, "CHECKPOINT");
  const begin = sql(into, "SELECT coalesce(max(position), 0) FROM changes");
  const mapping = path.join(import.meta.dirname, "actors.toml");
  const log = path.join(run.folder, "import.log");
  const ours = await timed(run.bin, ["import", "actors", file, "--mapping", mapping, "--database-url", into], log);
  const imported = Number(sql(into, `SELECT count(*) FROM changes WHERE position > ${begin}`));
  note(`imported in ${number(ours.seconds)} s; copying the same`);
  const copied = await copy(run, into, begin);
  await run.databases.drop("imported");
  return [{
    work: `import of ${number(imported)} actors, ${megabytes(statSync(file).size)} of CSV`, size: run.size,
    ours: `${number(imported / ours.seconds)} rows/s`, times: `${number(ours.seconds)} s`, memory: megabytes(ours.memory),
    beside: `COPY of its rows (${copied.rows}) ${number(copied.seconds)} s`,
    ratio: `${number(ours.seconds / copied.seconds)} × COPY`, goal: `at most ${MOST} ×`, met: [ours.seconds <= MOST * copied.seconds],
  }];
}

// What the import left, taken out as text and put into a database that is as that one was before.
async function copy(run, from, begin) {
  const script = ["BEGIN;"];
  const rows = [];
  for (const table of TABLES) {
    const columns = sql(from, `SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
      WHERE table_name = '${table}' AND table_schema = 'public' AND is_generated = 'NEVER' AND NOT (table_name = 'changes' AND column_name IN ('position', 'transaction'))`);
    const key = { actors: "id", origins: "subject_id", changes: "subject_id" }[table] ?? "actor_id";
    const file = path.join(run.folder, `${table}.copy`);
    const imported = `(SELECT subject_id FROM changes WHERE position > ${begin})`;
    await runProgram("psql", ["-Xq", "-d", from, "-c", `COPY (SELECT ${columns} FROM ${table} WHERE ${key} IN ${imported}${table === "changes" ? ` AND position > ${begin}` : ""} ORDER BY ${table}.ctid) TO STDOUT`, "-o", file]);
    rows.push(`${table} ${megabytes(statSync(file).size)}`);
    script.push(`\\copy ${table} (${columns}) FROM '${file}'`);
  }
  script.push("COMMIT;");
  const into = await run.databases.create("copied", "base");
  sql(into, "CHECKPOINT");
  const file = path.join(run.folder, "copy.sql");
  writeFileSync(file, `${script.join("\n")}\n`);
  const { seconds } = await timed("psql", ["-Xq", "-v", "ON_ERROR_STOP=1", "-d", into, "-f", file], path.join(run.folder, "copy.log"));
  await run.databases.drop("copied");
  return { seconds, rows: rows.join(", ") };
}
