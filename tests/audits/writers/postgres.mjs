// A Postgres of the test's own, which it can stop as an administrator does and as a power cut does.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";

const installed = () => {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").sort((a, b) => b - a) : [];
  const found = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).find((bin) => existsSync(`${bin}/initdb`));
  return found ?? execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
};

export const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export class Postgres {
  static async make(folder) {
    const postgres = new Postgres();
    postgres.data = path.join(folder, "postgres");
    postgres.bin = installed();
    postgres.port = await freePort();
    mkdirSync(postgres.data, { mode: 0o700 });
    // Postgres refuses root.
    postgres.as = process.getuid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
    if (process.getuid() === 0) {
      chmodSync(folder, 0o711);
      const id = (what) => Number(execFileSync("id", [what, "postgres"], { encoding: "utf8" }));
      chownSync(postgres.data, id("-u"), id("-g"));
    }
    postgres.run("initdb", "-D", postgres.data, "-U", "maillage", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
    return postgres;
  }

  run(program, ...args) {
    const [command, ...rest] = [...this.as, path.join(this.bin, program), ...args];
    // Its output is not awaited: a server that it starts would keep the pipe open.
    execFileSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], cwd: "/" });
  }

  start() {
    const settings = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.data}`;
    this.run("pg_ctl", "-D", this.data, "-l", path.join(this.data, "log"), "-w", "-t", "60", "-o", settings, "start");
    this.up = true;
  }

  /// `fast` as an administrator does, `immediate` as a power cut does.
  stop(mode) {
    if (!this.up) return;
    this.up = false;
    this.run("pg_ctl", "-D", this.data, "-w", "-t", "60", "-m", mode, "stop");
  }

  get url() {
    return `postgres://maillage@127.0.0.1:${this.port}/postgres`;
  }

  rows(text) {
    const told = execFileSync(path.join(this.bin, "psql"), ["-XAtqF", "\t", "-d", this.url, "-c", text], { encoding: "utf8", maxBuffer: 1 << 28 });
    return told.split("\n").filter(Boolean).map((line) => line.split("\t"));
  }
}

/// The program, serving that database; its log is in the folder.
export function serveOn(bin, url, port, log) {
  return spawn(bin, ["serve", "--database-url", url, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", log, log],
    env: { ...process.env, MAILLAGE_RATE_STRANGER: "0", MAILLAGE_RATE_CALLER: "0" },
  });
}
