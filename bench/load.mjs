// Load: wrk for the servers, pgbench for Postgres.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { processor, run } from "./processes.mjs";

const turns = new Map();
let written = 0;

/// What wrk asks: a question with a line of variables for each request, or paths alone.
export function prepare(folder, question, lines) {
  const base = path.join(folder, `load-${(written += 1)}`);
  if (question) writeFileSync(`${base}.query`, JSON.stringify(question.replace(/\s+/g, " ")));
  writeFileSync(`${base}.variables`, lines.map((line) => (question ? JSON.stringify(line) : line)).join("\n"));
  return { base, question: question !== null, count: lines.length };
}

/// Asks a server for some seconds; answers a second, the median and the 99th percentile in ms, and what its process used
/// for each. `wrapped` says that questions ran out, and some were asked twice.
export async function load(server, asked, { connections, seconds, repeat = false, name }) {
  const begin = repeat ? 0 : (turns.get(asked.base) ?? 0);
  const env = { VARIABLES: `${asked.base}.variables`, START: String(begin) };
  if (asked.question) env.QUESTION = `${asked.base}.query`;
  if (repeat) env.REPEAT = "1";
  const before = processor(server.pid);
  const address = asked.question ? server.graphql : server.base;
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "60s", "-s", path.join(import.meta.dirname, "load.lua"), address];
  const result = JSON.parse(/RESULT (.*)/.exec(await run("wrk", args, { env }))[1]);
  if (result.failed || result.requests === 0) throw new Error(`${name}: ${result.failed} of ${result.requests} requests to ${address} failed`);
  if (!repeat) turns.set(asked.base, begin + result.requests);
  const used = before === null ? null : ((processor(server.pid) - before) * 1000) / result.requests;
  return {
    rate: result.requests / result.seconds, p50: result.p50, p99: result.p99, processor: used,
    bytes: result.bytes / result.requests, wrapped: !repeat && result.requests > asked.count,
  };
}

/// Transactions a second.
export async function pgbench(url, args, { connections, seconds }) {
  const shared = ["-n", "-M", "prepared", "-c", connections, "-j", 1, "-T", seconds].map(String);
  const out = await run("pgbench", [...shared, ...args, url]);
  const failed = /number of failed transactions: (\d+)/.exec(out);
  if (failed && failed[1] !== "0") throw new Error(`pgbench: ${out}`);
  return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

/// pgbench's scripts and values: one script a question; values are bound, never part of the text.
export function scripts(folder, name, ofQuestions) {
  const args = [];
  ofQuestions.forEach((asked, question) => {
    const text = asked.map(({ sql: statement, values }, place) => {
      const name = (n) => `v${question}_${place}_${n}`;
      // A list of thousands of ids is too long for a command line, and stands in the text.
      const isLong = (value) => value.text?.length > 10_000;
      values.forEach((value, n) => value.text === null || isLong(value) || args.push("-D", `${name(n)}=${value.text}`));
      const written = (n) => {
        if (values[n].text === null) return "NULL";
        return isLong(values[n]) ? `'${values[n].text.replaceAll("'", "''")}'` : `:${name(n)}`;
      };
      return statement.replace(/\$(\d+)/g, (_, n) => `${written(n - 1)}::${values[n - 1].type}`).replace(/\s*;?\s*$/, ";");
    });
    const file = path.join(folder, `${name}-${question}.sql`);
    writeFileSync(file, `${text.join("\n")}\n`);
    args.push("-f", file);
  });
  return args;
}

/// A statement by hand, as one that our program might have sent.
export function byHand(text, hand) {
  const values = [];
  const statement = text.replace(/(?<!:):([a-z]+)::([a-z]+(?:\[\])?)/g, (_, name, type) => {
    values.push({ type, text: hand[name] });
    return `$${values.length}`;
  });
  return [{ sql: statement, values }];
}
