// Ten writers and ten readers, while Postgres is stopped twice, once as by a power cut: every acknowledged write is in the
// feed once, readers end with what is in the directory, and the service is never started again.
//   node tests/audits/writers.mjs target/debug/maillage [--seconds 300] [--writers 10] [--readers 10]
// Runs a Postgres of its own in the temporary folder.
import { execFileSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { differences, directory, entries, recorded, told } from "./writers/checks.mjs";
import { heard, insist, pause } from "./writers/client.mjs";
import { Postgres, freePort, serveOn } from "./writers/postgres.mjs";
import { Reader } from "./writers/reader.mjs";
import { Writer } from "./writers/writer.mjs";

const number = (text) => ({ type: "string", default: text });
const { values, positionals: [bin] } = parseArgs({
  allowPositionals: true,
  options: { seconds: number("300"), writers: number("10"), readers: number("10"), down: number("5") },
});
const [seconds, writerCount, readerCount, down] = ["seconds", "writers", "readers", "down"].map((name) => Number(values[name]));

const folder = mkdtempSync(path.join(os.tmpdir(), "maillage-writers-"));
const log = path.join(folder, "service.log");
const problems = [];
let postgres;
let program;
let ended = null;

async function ready(service, within) {
  for (const deadline = Date.now() + within; Date.now() < deadline; await pause(100)) {
    if (ended !== null) throw new Error(`the service has ended with ${ended}`);
    const answer = await fetch(`${service}/readyz`).catch(() => null);
    if (answer?.ok) return;
  }
  throw new Error(`the service was not ready after ${within / 1000} s`);
}

/// Stops Postgres in this way, waits, and starts it again; how long it took the service to be well again.
async function outage(mode, service) {
  postgres.stop(mode);
  await pause(down * 1000);
  if ((await fetch(`${service}/readyz`)).status === 200) problems.push("the service says that it is ready without a database");
  if ((await fetch(`${service}/healthz`)).status !== 200) problems.push("the service says that it does not live without a database");
  postgres.start();
  const begun = Date.now();
  await ready(service, 30_000);
  console.log(`Postgres was stopped (${mode}) for ${down} s; ready again ${Date.now() - begun} ms after it`);
}

async function hold() {
  postgres = await Postgres.make(folder);
  postgres.start();
  const service = `http://127.0.0.1:${await freePort()}`;
  program = serveOn(bin, postgres.url, new URL(service).port, openSync(log, "w"));
  program.on("exit", (code, signal) => (ended = code ?? signal));
  await ready(service, 120_000);
  const maillage = (...args) => execFileSync(bin, [...args, "--database-url", postgres.url], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  maillage("user", "create", "--email", "writers@example.org", "--name", "Writers", "--admin");
  const token = maillage("token", "--email", "writers@example.org");
  const shared = new Map();
  for (let n = 0; n < 3; n++) {
    const { createActor } = await insist(service, `mutation ($name: String!) { createActor(input: {name: $name, kind: OTHER}) { id version } }`, { name: `Everyone's ${n}` }, token);
    shared.set(createActor.id, createActor.version);
  }

  const end = Date.now() + seconds * 1000;
  const writers = Array.from({ length: writerCount }, (_, n) => new Writer(n + 1, { service, token, shared: new Map(shared) }));
  const readers = Array.from({ length: readerCount }, (_, n) => new Reader(`reader ${n + 1}`, service, n % 4 < 2 ? token : null, seconds * 250));
  let [writing, reading] = [end, Infinity];
  const read = readers.map((reader, n) => (n % 2 ? reader.listen(() => reading) : reader.follow(() => reading)));
  const write = writers.map((writer) => writer.write(() => writing));
  for (const [mode, share] of [["immediate", 1 / 3], ["fast", 2 / 3]]) {
    await pause(Math.max(0, end - seconds * 1000 * (1 - share) - Date.now()));
    await outage(mode, service);
  }
  await Promise.all(write);
  await pause(3_000);
  reading = 0;
  await Promise.all(read);

  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const anew = [new Reader("the feed read anew by an administrator", service, token), new Reader("the feed read anew by a stranger", service, null)];
  const published = await directory(service);
  for (const reader of [...readers, ...anew]) {
    // What it had when the writing ended, and nothing that came after.
    const late = await reader.catchUp();
    if (late > 0 && !anew.includes(reader)) problems.push(`${reader.name}: ${late} changes had not come 3 s after the last write`);
    const there = reader.token ? await entries(service, [...reader.copy.keys()], token) : published;
    problems.push(...reader.broken.slice(0, 5), ...differences(reader.name, reader.copy, there));
    if (reader.token) problems.push(...told(reader, acknowledged));
    for (const { cursor, copy } of reader.places) {
      const again = Object.assign(new Reader(`${reader.name} from a place in between`, service, reader.token), { since: cursor, copy });
      await again.catchUp();
      problems.push(...differences(again.name, again.copy, there));
    }
  }
  // What took an entry from sight is told where it happened, even if it came back since. Interactions may come again where
  // one of their ends changed; an actor comes once.
  for (const { name, upserted } of anew) {
    const actors = upserted.filter((id) => Buffer.from(id, "base64url")[0] === "a".charCodeAt(0));
    const once = new Set(actors).size;
    if (once === 0 || actors.length !== once) problems.push(`${name}: ${actors.length} actors came, of which ${once} are different ones`);
  }
  const { found, changes } = recorded(postgres, acknowledged);
  problems.push(...found, ...heard.wrong.slice(0, 10));
  if (ended !== null) problems.push(`the service ended with ${ended}`);
  try {
    maillage("doctor");
  } catch (error) {
    problems.push(`the doctor: ${error.stdout}`);
  }

  const refused = new Map();
  for (const writer of writers) for (const [code, n] of writer.refused) refused.set(code, (refused.get(code) ?? 0) + n);
  const pairs = (map) => [...map].map(([what, n]) => `${what} ${n}`).join(", ") || "none";
  console.log(`${acknowledged.length} writes acknowledged, ${writers.reduce((sum, writer) => sum + writer.found, 0)} found done that had no answer, ${changes} in the history`);
  console.log(`refused: ${pairs(refused)}; to come back later: ${pairs(heard.later)}`);
  console.log(`${readers.reduce((sum, reader) => sum + reader.events, 0)} changes told to ${readers.length} readers, whose sockets broke ${readers.reduce((sum, reader) => sum + reader.reconnected, 0)} times; ${published.size} entries published`);
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    program?.kill("SIGKILL");
    postgres?.stop("fast");
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  await hold();
  program.kill("SIGTERM");
  for (let n = 0; n < 150 && ended === null; n++) await pause(100);
  if (ended !== 0) problems.push(`the service ended with ${ended} after SIGTERM`);
} catch (error) {
  problems.push(error.stack);
} finally {
  if (ended === null) program?.kill("SIGKILL");
  postgres?.stop("fast");
  if (problems.length) console.log(readFileSync(log, "utf8").split("\n").slice(-20).join("\n"));
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.log(`wrong: ${problem}`);
console.log(problems.length ? `${problems.length} problems` : "all well");
process.exit(problems.length ? 1 : 0);
