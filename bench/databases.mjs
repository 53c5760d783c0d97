// The Postgres of a run: our program's private one in the run's folder, or databases of their own on the server of
// DATABASE_URL, which are dropped at the end.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { run, says, start, stop } from "./processes.mjs";

export class Databases {
  /// Finds or starts the server.
  static async open(bin, folder) {
    const databases = new Databases();
    if (process.env.DATABASE_URL) {
      databases.server = process.env.DATABASE_URL;
    } else {
      const data = path.join(folder, "data");
      // It keeps Postgres running, and is asked nothing.
      const keeper = start(bin, ["serve", "--data", data, "--listen", "127.0.0.1:0"], path.join(folder, "keeper.log"));
      await says(keeper, /listens on/, "the private Postgres");
      const port = readFileSync(path.join(data, "postgres/postmaster.pid"), "utf8").split("\n")[3];
      const password = readFileSync(path.join(data, "postgres/maillage.password"), "utf8").trim();
      databases.server = `postgres://maillage:${password}@127.0.0.1:${port}/postgres`;
    }
    databases.made = [];
    return databases;
  }

  /// The address of one of the run's databases.
  url(name) {
    const url = new URL(this.server);
    url.pathname = `maillage_bench_${process.pid}_${name}`;
    return url.href;
  }

  /// Makes one, like another where that is named.
  async create(name, like) {
    const called = (what) => `"${new URL(this.url(what)).pathname.slice(1)}"`;
    const template = like ? called(like) : "template0";
    this.made.push(name);
    await run("psql", ["-Xq", "-d", this.server, "-c", `CREATE DATABASE ${called(name)} ENCODING 'UTF8' TEMPLATE ${template}`]);
    return this.url(name);
  }

  async drop(name) {
    const called = new URL(this.url(name)).pathname.slice(1);
    await run("psql", ["-Xq", "-d", this.server, "-c", `DROP DATABASE IF EXISTS "${called}" WITH (FORCE)`]);
    this.made = this.made.filter((other) => other !== name);
  }

  async dropAll() {
    for (const name of [...this.made]) await this.drop(name);
  }
}

/// What a statement answers, as text.
export const sql = (url, text) => execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text], { encoding: "utf8", maxBuffer: 1 << 28 }).trim();

/// The program serving a database: where, since when it was ready (ms), and how to stop it.
export async function serve(bin, url, log, args = []) {
  const begun = performance.now();
  const child = start(bin, ["serve", "--database-url", url, "--listen", "127.0.0.1:0", ...args], log, {
    // wrk is one client that asks all the time.
    env: { MAILLAGE_RATE_STRANGER: "0", MAILLAGE_RATE_CALLER: "0" },
  });
  const [, base] = await says(child, /listens on (http:\/\/[0-9.:]+)/, "our server");
  for (;;) {
    const ready = await fetch(`${base}/readyz`).catch(() => null);
    if (ready?.ok) break;
    if (child.exitCode !== null) throw new Error(`our server ended:\n${readFileSync(log, "utf8").slice(-4_000)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return { base, graphql: `${base}/graphql`, pid: child.pid, readyMs: performance.now() - begun, stop: () => stop(child) };
}
