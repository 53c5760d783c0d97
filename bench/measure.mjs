// Measures us, PostGraphile and the bare SQL in turn, and prints the table. bench/run starts what it needs:
//   OURS, THEIRS: addresses; OURS_PID, THEIRS_PID; DATABASE: the database's address; BIN: our program;
//   ROUNDS, SECONDS_EACH, CONNECTIONS, FOLDER (for what is written), OUTPUT (a file for the table too, or empty).
import { execFile, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AGAIN, WORKS, said, theySaid } from "./questions.mjs";
import { relay } from "./statements.mjs";

const env = process.env;
const [rounds, seconds, clients] = [env.ROUNDS, env.SECONDS_EACH, env.CONNECTIONS].map(Number);
const SAMPLES = 16; // questions whose statements pgbench repeats, and on which both must agree
const note = (text) => process.stderr.write(`bench: ${text}\n`);
const sql = (text) => execFileSync("psql", ["-XAtq", "-d", env.DATABASE, "-c", text], { encoding: "utf8" }).trim();
const running = new Set();
function stop(why) {
  if (why instanceof Error) note(why.message);
  running.forEach((child) => child.kill());
  process.exit(1);
}
for (const event of ["SIGINT", "SIGTERM", "uncaughtException"]) process.on(event, stop);

// Runs a program to its end; what it printed.
function run(program, args, extra = {}) {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, ...extra }, maxBuffer: 1 << 26 };
    const child = execFile(program, args, options, (error, out, err) => {
      running.delete(child);
      error ? reject(new Error(`${program} failed: ${err || error.message}`)) : resolve(out);
    });
    running.add(child);
  });
}

async function ask(url, query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (!response.ok || answer.errors) throw new Error(`${url} refused: ${JSON.stringify(answer).slice(0, 800)}`);
  return answer.data;
}

// The same numbers in every run (mulberry32).
let seed = 20260101;
function random(below) {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
}

// Every place in the list of actors by name, as each side's cursor, and as the actor that stands there.
async function places() {
  const walk = async (url, query) => {
    const edges = [];
    for (let after; ; ) {
      const { actors } = await ask(url, query, { after });
      edges.push(...actors.edges);
      if (!actors.pageInfo.hasNextPage) return edges;
      after = actors.pageInfo.endCursor;
    }
  };
  const rest = "pageInfo { hasNextPage endCursor }";
  const ours = await walk(env.OURS, `query ($after: String) { actors(first: 100, after: $after) { edges { cursor node { slug } } ${rest} } }`);
  const theirs = await walk(
    env.THEIRS,
    `query ($after: Cursor) { actors(first: 2000, after: $after, orderBy: [NAME_ASC], condition: {status: "PUBLISHED"}) { edges { cursor node { rowId slug name } } ${rest} } }`,
  );
  if (ours.length !== theirs.length || ours.some((edge, n) => edge.node.slug !== theirs[n].node.slug)) {
    throw new Error(`the two lists of all actors differ: ${ours.length} of ours, ${theirs.length} of PostGraphile's`);
  }
  return ours.map((edge, n) => ({ ours: edge.cursor, theirs: theirs[n].cursor, name: theirs[n].node.name, id: theirs[n].node.rowId }));
}

async function territories(where) {
  const rows = sql(`SELECT t.id, t.kind, t.code, t.name FROM territories t WHERE ${where}`).split("\n").map((row) => row.split("|"));
  const query = "query ($kind: TerritoryKind!, $code: String!) { territory(by: {code: {kind: $kind, code: $code}}) { id } }";
  return Promise.all(rows.map(async ([id, kind, code, name]) => ({ id, name, ours: (await ask(env.OURS, query, { kind, code })).territory.id })));
}

// Variables of each work, a line each: ours, theirs, and those of the statement by hand. No two questions are the same.
async function variables() {
  note("reading the places in the list of actors");
  const all = await places();
  // Those that have no narrower ones, since we would look for those too.
  const themes = ["digital-inclusion", "social-mediation", "popular-education", "parenting", "literacy", "isolation", "public-services"];
  const pairs = themes.flatMap((a, n) => themes.slice(n + 1).map((b) => [a, b]));
  const within = {
    wide: await territories("t.kind IN ('INTERCOMMUNALITY', 'REGION') OR (t.kind = 'DEPARTMENT' AND t.code = '28')"),
    communes: await territories("t.id IN (SELECT seat_id FROM actors GROUP BY 1 ORDER BY count(*) DESC LIMIT 20) AND t.kind = 'COMMUNE'"),
  };
  const [agglo] = await territories("t.kind = 'INTERCOMMUNALITY'");
  return WORKS.map((work) => {
    if (work.map) {
      return Array.from({ length: 20_000 }, (_, n) => ({
        ours: { territory: agglo.ours, zoom: 8 + ((n * 7919) % 20_000) / 5_000 },
        theirs: { territory: agglo.id },
      }));
    }
    // Every place once, in an order that jumps about; not so near the end that a page would not be full.
    const count = Math.floor((all.length - 20) * (work.within ? 0.6 : 1));
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
  });
}

// Some of a work's questions, evenly taken.
const samples = (lines, count = SAMPLES) => Array.from({ length: count }, (_, n) => lines[Math.floor((n * lines.length) / count)]);

async function agree(work, lines) {
  for (const line of samples(lines, work.map ? 1 : SAMPLES)) {
    const [ours, theirs] = [
      said(work, await ask(env.OURS, work.ours, line.ours)),
      theySaid(work, await ask(env.THEIRS, work.theirs, line.theirs)),
    ];
    if (JSON.stringify(ours) !== JSON.stringify(theirs) || ours.length === 0) {
      throw new Error(`${work.name}: the answers differ for ${JSON.stringify(line)}:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
    }
  }
}

// The statements that our program sends for some questions of each work, taken from a second instance behind a relay.
async function statements(questions) {
  const address = new URL(env.DATABASE);
  const heard = await relay({ host: address.hostname, port: Number(address.port || 5432) });
  address.hostname = "127.0.0.1";
  address.port = heard.port;
  const args = ["serve", "--demo", "--database-url", address.href, "--listen", "127.0.0.1:0"];
  const instance = spawn(env.BIN, args, { stdio: ["ignore", "pipe", "ignore"] });
  running.add(instance);
  const url = await new Promise((resolve, reject) => {
    instance.on("exit", () => reject(new Error("the instance whose statements are listened to has ended")));
    instance.stdout.on("data", (text) => {
      const found = /listens on (\S+)/.exec(text);
      if (found) resolve(`${found[1]}/graphql`);
    });
  });
  const sent = [];
  for (const [n, work] of WORKS.entries()) {
    const ofWork = [];
    for (const line of samples(questions[n], work.map ? 1 : SAMPLES)) {
      heard.statements.length = 0;
      await ask(url, work.ours, line.ours);
      ofWork.push([...heard.statements]);
    }
    sent.push(ofWork);
  }
  instance.removeAllListeners("exit");
  const ended = new Promise((resolve) => instance.on("exit", resolve));
  instance.kill();
  await ended;
  running.delete(instance);
  heard.close();
  return sent;
}

// pgbench's scripts and values: one script a question; values are bound, never part of the text.
function scripts(name, ofQuestions) {
  const args = [];
  ofQuestions.forEach((asked, question) => {
    const text = asked.map(({ sql: statement, values }, place) => {
      const name = (n) => `v${question}_${place}_${n}`;
      // A list of thousands of ids is too long for a command line, and stands in the text.
      const isLong = (value) => value.text?.length > 10_000;
      values.forEach((value, n) => isLong(value) || args.push("-D", `${name(n)}=${value.text}`));
      const written = (n) => (isLong(values[n]) ? `'${values[n].text.replaceAll("'", "''")}'` : `:${name(n)}`);
      return statement.replace(/\$(\d+)/g, (_, n) => `${written(n - 1)}::${values[n - 1].type}`).replace(/\s*;?\s*$/, ";");
    });
    const file = path.join(env.FOLDER, `${name}-${question}.sql`);
    writeFileSync(file, `${text.join("\n")}\n`);
    args.push("-f", file);
  });
  return args;
}

// The statement by hand, as one that our program might have sent.
function byHand(text, hand) {
  const values = [];
  const statement = text.replace(/(?<!:):([a-z]+)::([a-z]+(?:\[\])?)/g, (_, name, type) => {
    values.push({ type, text: hand[name] });
    return `$${values.length}`;
  });
  return [{ sql: statement, values }];
}

async function pgbench(args, count) {
  const shared = ["-n", "-M", "prepared", "-c", count, "-j", 1, "-T", seconds].map(String);
  const out = await run("pgbench", [...shared, ...args, env.DATABASE]);
  const failed = /number of failed transactions: (\d+)/.exec(out);
  if (failed && failed[1] !== "0") throw new Error(`pgbench: ${out}`);
  return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

// Seconds of processor time that a process has used; null where the system does not say.
function processor(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

const turns = new Map();
async function load(side, n, work, repeat) {
  const key = `${side}-${n}`;
  const start = repeat ? 0 : (turns.get(key) ?? 0);
  const count = work.connections ?? clients;
  const extra = { QUESTION: path.join(env.FOLDER, `${key}.query`), VARIABLES: path.join(env.FOLDER, `${key}.variables`), START: String(start) };
  if (repeat) extra.REPEAT = "1";
  const pid = env[`${side}_PID`];
  const before = processor(pid);
  const args = ["-t1", `-c${count}`, `-d${seconds}s`, "--timeout", "60s", "-s", path.join(import.meta.dirname, "load.lua"), env[side]];
  const out = await run("wrk", args, extra);
  const result = JSON.parse(/RESULT (.*)/.exec(out)[1]);
  if (result.failed || result.requests === 0) throw new Error(`${work.name}: ${result.failed} of ${result.requests} requests to ${env[side]} failed`);
  if (!repeat) turns.set(key, start + result.requests);
  const used = before === null ? null : ((processor(pid) - before) * 1000) / result.requests;
  return { rate: result.requests / result.seconds, p50: result.p50, p99: result.p99, processor: used };
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const round = (number) => (number >= 100 ? Math.round(number).toLocaleString("en-GB") : Number(number.toPrecision(2)).toString());
const middle = (list) => round(median(list));
const spread = (list) => `${round(median(list))} (${round(Math.min(...list))} to ${round(Math.max(...list))})`;

function peak(pid) {
  try {
    return `${Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024)} MB`;
  } catch {
    return "unknown";
  }
}

function table(rows) {
  const lines = [
    "| work | ours /s | p50, p99 ms | CPU ms | PostGraphile /s | p50, p99 ms | CPU ms | SQL as sent /s | in one statement /s | ours ÷ PostGraphile | ours ÷ the faster SQL | aims | met |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|",
  ];
  for (const { name, aim, got } of rows) {
    const column = (side, field) => got.map((one) => one[side][field]);
    const times = (side) => `${middle(column(side, "p50"))}, ${middle(column(side, "p99"))}`;
    const used = (side) => (column(side, "processor").includes(null) ? "" : middle(column(side, "processor")));
    const theirs = got.map((one) => one.ours.rate / one.theirs.rate);
    const bare = got.map((one) => one.ours.rate / Math.max(one.sql, one.hand ?? 0)); // the faster, or slow SQL would shine
    const aims = [];
    const met = [];
    if (aim.theirs) aims.push(`${aim.theirs} × PostGraphile`), met.push(median(theirs) >= aim.theirs);
    if (aim.sql) aims.push(`${aim.sql} × SQL`), met.push(median(bare) >= aim.sql);
    if (aim.p50) aims.push(`p50 of ${aim.p50} ms`), met.push(median(column("ours", "p50")) <= aim.p50);
    lines.push(`| ${[
      name, middle(column("ours", "rate")), times("ours"), used("ours"),
      middle(column("theirs", "rate")), times("theirs"), used("theirs"),
      middle(got.map((one) => one.sql)), got[0].hand === undefined ? "" : middle(got.map((one) => one.hand)),
      spread(theirs), spread(bare), aims.join(", "), met.map((one) => (one ? "yes" : "no")).join(", "),
    ].join(" | ")} |`);
  }
  return lines.join("\n");
}

function circumstances(sent) {
  const settings = sql("SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name) FROM pg_settings WHERE name IN ('shared_buffers', 'work_mem', 'jit', 'fsync', 'random_page_cost', 'max_parallel_workers_per_gather', 'plan_cache_mode', 'autovacuum')");
  const [actors, interactions] = sql("SELECT (SELECT count(*) FROM actors) || ' ' || (SELECT count(*) FROM interactions)").split(" ");
  const version = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).trim().split("\n")[0];
  const postgraphile = JSON.parse(readFileSync(path.join(import.meta.dirname, "postgraphile/node_modules/postgraphile/package.json"), "utf8")).version;
  return [
    `- ${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, load before: ${loadBefore}; servers, Postgres and load share the machine.`,
    `- ${Number(actors).toLocaleString("en-GB")} actors, ${Number(interactions).toLocaleString("en-GB")} interactions; rounds in turn: ${rounds}, of ${seconds} s each; ${clients} connections (map: 1), each server's pool 16.`,
    `- ${version(env.BIN, "--version")}; PostGraphile ${postgraphile} on Node ${process.version}, one process; PostgreSQL ${sql("SHOW server_version")} with ${settings}.`,
    `- Statements a request: ${WORKS.map((work, n) => `${work.name}: ${median(sent[n].map((one) => one.length))}`).join("; ")}.`,
    `- Peak memory: ours ${peak(env.OURS_PID)}, PostGraphile ${peak(env.THEIRS_PID)}.`,
  ].join("\n");
}

const loadBefore = os.loadavg()[0].toFixed(1);
const questions = await variables();
note("comparing answers");
for (const [n, work] of WORKS.entries()) await agree(work, questions[n]);
note("listening to our statements");
const sent = await statements(questions);
const tasks = WORKS.map((work, n) => {
  for (const side of ["OURS", "THEIRS"]) {
    writeFileSync(path.join(env.FOLDER, `${side}-${n}.query`), JSON.stringify(work[side.toLowerCase()].replace(/\s+/g, " ")));
    writeFileSync(path.join(env.FOLDER, `${side}-${n}.variables`), questions[n].map((line) => JSON.stringify(line[side.toLowerCase()])).join("\n"));
  }
  return {
    sql: scripts(`sent-${n}`, sent[n]),
    again: scripts(`again-${n}`, sent[n].slice(0, 1)), // the first question is the one that is repeated
    hand: work.byHand && scripts(`hand-${n}`, samples(questions[n]).map((line) => byHand(work.byHand, line.hand))),
  };
});
const rows = WORKS.flatMap((work) => [{ name: work.name, aim: work.aim, got: [] }, ...(work.map ? [] : [{ name: "– the same question, asked again", aim: AGAIN, got: [] }])]);
for (let turn = 0; turn <= rounds; turn++) {
  note(turn === 0 ? "warming up" : `round ${turn} of ${rounds}`);
  let row = 0;
  for (const [n, work] of WORKS.entries()) {
    const count = work.connections ?? clients;
    const one = {
      sql: await pgbench(tasks[n].sql, count),
      hand: tasks[n].hand && (await pgbench(tasks[n].hand, count)),
      ours: await load("OURS", n, work, false),
      theirs: await load("THEIRS", n, work, false),
    };
    const both = [one];
    if (!work.map) {
      const sql = await pgbench(tasks[n].again, count);
      both.push({ sql, ours: await load("OURS", n, work, true), theirs: await load("THEIRS", n, work, true) });
    }
    for (const got of both) {
      if (turn > 0) rows[row].got.push(got);
      row += 1;
    }
  }
}
const text = `${table(rows)}\n\n${circumstances(sent)}\n`;
process.stdout.write(text);
if (env.OUTPUT) writeFileSync(env.OUTPUT, text);
