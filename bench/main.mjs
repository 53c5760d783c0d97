// Makes the data of each size, measures, prints the table, and says which goals are missed. bench/run brings what it
// needs: OPTIONS (JSON), BIN (our program), FOLDER (for what is written), PYTHON.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ask, variables } from "./asking.mjs";
import { Databases, serve, sql } from "./databases.mjs";
import { measureEcosystem } from "./ecosystem.mjs";
import { measureFiles } from "./files.mjs";
import { growthRows, measureGrowth } from "./growth.mjs";
import { measureImport } from "./imports.mjs";
import { measurePages } from "./pages.mjs";
import { note, peak, run as runProgram, says, start, stop, stopAll, version } from "./processes.mjs";
import { megabytes, missed, number, table } from "./table.mjs";
import { writeTerritories } from "./territories.mjs";
import { measureTiles } from "./tiles.mjs";

const { BIN: bin, FOLDER: folder, PYTHON: python } = process.env;
const options = JSON.parse(process.env.OPTIONS);
const root = path.dirname(import.meta.dirname);
const wanted = (row) => options.only.length === 0 || options.only.includes(row);
const [most, least] = [Math.max(...options.sizes), Math.min(...options.sizes)];
// Where the others take part, and where files are made: neither small nor endless.
const compared = options.sizes.includes(100_000) ? 100_000 : most;
const MILLION = { size: 1_000_000, readyMs: 60_000, memory: 2 * 2 ** 30 };

/// The demo, and the communes of the country.
async function makeBase(databases) {
  const url = await databases.create("base");
  note("the demo and the country's communes");
  const server = await serve(bin, url, path.join(folder, "base.log"), ["--demo"]);
  await server.stop();
  const file = path.join(folder, "territories.csv");
  writeTerritories(file);
  await runProgram(bin, ["import", "territories", file, "--mapping", path.join(root, "examples/france/territories.toml"), "--database-url", url]);
  await runProgram(bin, ["user", "remove-demo", "--database-url", url]);
  await runProgram(bin, ["user", "create", "--email", "bench@example.org", "--name", "Bench", "--admin", "--database-url", url]);
}

/// The territories alone, with so many actors and their interactions.
async function seed(databases, size) {
  const begun = performance.now();
  const url = await databases.create(String(size), "base");
  await runProgram("psql", ["-Xq", "-d", url, "-v", `actors=${size}`, "-f", path.join(import.meta.dirname, "seed.sql")]);
  note(`${size} actors and their interactions are made up in ${number((performance.now() - begun) / 1000)} s`);
  return url;
}

/// A way to change something, so that nothing that was answered before is answered again without a look.
async function writer(server, token) {
  const made = (await ask(server.graphql, `mutation { createActor(input: {name: "Bench", kind: OTHER}) { id version } }`, {}, token)).createActor;
  const update = "mutation ($id: ID!, $version: Int!, $name: String!) { updateActor(id: $id, expectedVersion: $version, input: {name: $name}) { version } }";
  return async () => {
    const { version } = (await ask(server.graphql, update, { ...made, name: `Bench ${made.version}` }, token)).updateActor;
    made.version = version;
  };
}

async function postgraphile(database) {
  const here = path.join(import.meta.dirname, "postgraphile");
  const command = path.join(import.meta.dirname, "node_modules/postgraphile/dist/cli-run.js");
  const child = start(process.execPath, [command], path.join(folder, "theirs.log"), {
    cwd: here,
    env: { DATABASE_URL: database, CONNECTIONS: "16", PORT: "0", NODE_ENV: "production", GRAPHILE_ENV: "production" },
  });
  const [graphql] = await says(child, /http:\/\/[^ \n]+\/graphql/, "PostGraphile");
  return { graphql, pid: child.pid, stop: () => stop(child) };
}

function serviceRows(run) {
  const aims = run.size >= MILLION.size;
  const memory = peak(run.ours.pid);
  return [
    { work: "from the start of the program until it is ready", size: run.size, times: `${number(run.ours.readyMs / 1000)} s`,
      ...(aims && { goal: "60 s", met: [run.ours.readyMs <= MILLION.readyMs] }) },
    { work: "the program's memory, after all of this", size: run.size, memory: megabytes(memory),
      ...(aims && memory !== null && { goal: "2 GiB", met: [memory <= MILLION.memory] }) },
  ];
}

async function measureSize(databases, size, rows, growth) {
  const database = await seed(databases, size);
  const token = (await runProgram(bin, ["token", "--email", "bench@example.org", "--database-url", database])).trim();
  const run = { ...options, bin, folder, python, databases, database, size, token };
  const server = { ours: await serve(bin, database, path.join(folder, `ours-${size}.log`)) };
  Object.assign(run, server);
  const pages = size === compared && wanted("pages");
  if (pages) run.theirs = await postgraphile(database);
  run.write = await writer(run.ours, token);
  if (pages || wanted("growth")) run.variables = await variables(database, run.ours.graphql, run.theirs?.graphql);
  if (pages) {
    rows.push(...(await measurePages(run)));
    rows.push({ work: "PostGraphile's memory after it", size, memory: megabytes(peak(run.theirs.pid)) });
    await run.theirs.stop();
  }
  if (size === compared && wanted("ecosystem")) rows.push(...(await measureEcosystem(run)));
  if (wanted("growth") && options.sizes.length > 1) growth.set(size, await measureGrowth(run));
  if (size === most && wanted("tiles")) rows.push(...(await measureTiles(run)));
  if (size === most && wanted("service")) rows.push(...serviceRows(run));
  await run.ours.stop();
  if (size === compared && wanted("files")) rows.push(...(await measureFiles(run)));
  if (size === most && wanted("import")) rows.push(...(await measureImport(run)));
  await databases.drop(String(size));
}

function circumstances(databases, rows) {
  const names = "'shared_buffers', 'work_mem', 'jit', 'fsync', 'random_page_cost', 'max_parallel_workers_per_gather', 'plan_cache_mode', 'autovacuum'";
  const settings = sql(databases.server, `SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name) FROM pg_settings WHERE name IN (${names})`);
  const theirs = JSON.parse(readFileSync(path.join(import.meta.dirname, "node_modules/postgraphile/package.json"), "utf8")).version;
  const commit = execFileSync("git", ["-C", root, "describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  const statements = rows.filter((row) => row.statements !== undefined).map((row) => `${row.work}: ${row.statements}`);
  return [
    `- ${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, load before: ${loadBefore}; servers, Postgres and load share the machine.`,
    `- Rounds in turn: ${options.rounds}, of ${options.seconds} s each; ${options.connections} connections (the map: 1), each server's pool 16.`,
    `- ${version(bin, "--version")} (${commit}); PostGraphile ${theirs} on Node ${process.version}, one process; PostgreSQL ${sql(databases.server, "SHOW server_version")} with ${settings}.`,
    ...(statements.length ? [`- Statements a request: ${statements.join("; ")}.`] : []),
  ].join("\n");
}

const loadBefore = os.loadavg()[0].toFixed(1);
let databases;
let code = 0;
try {
  databases = await Databases.open(bin, folder);
  await makeBase(databases);
  const [rows, growth] = [[], new Map()];
  for (const size of options.sizes) await measureSize(databases, size, rows, growth);
  rows.push(...growthRows(growth));
  const text = `${table(rows)}\n\n${circumstances(databases, rows)}\n`;
  process.stdout.write(text);
  if (options.output) writeFileSync(options.output, text);
  const failures = missed(rows);
  for (const goal of failures) note(`missed: ${goal}`);
  if (failures.length) code = 3;
  for (const row of rows.filter((row) => row.skipped)) note(`not measured: ${row.work}: ${row.skipped}`);
} catch (error) {
  note(error.stack);
  code = 1;
} finally {
  await databases?.dropAll().catch((error) => note(error.message));
  await stopAll();
}
process.exit(code);
