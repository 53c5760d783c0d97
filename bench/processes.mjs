// Programs that are run to their end or kept running, and that end with this one.
import { execFile, execFileSync, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

const running = new Set();
export const note = (text) => process.stderr.write(`bench: ${text}\n`);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/// Ends what runs, the last one first: what was started last uses what was started first.
export async function stopAll() {
  for (const child of [...running].reverse()) await stop(child);
}

/// Runs a program to its end; what it printed.
export function run(program, args, { env = {}, input } = {}) {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 28, encoding: "utf8" };
    const child = execFile(program, args, options, (error, out, err) => {
      running.delete(child);
      error ? reject(new Error(`${program} failed: ${(err || error.message).slice(-4_000)}`)) : resolve(out);
    });
    if (input !== undefined) child.stdin.end(input);
    running.add(child);
  });
}

/// Starts a program that keeps running, with its output in a file.
export function start(program, args, log, { env = {}, cwd } = {}) {
  const out = openSync(log, "w");
  const child = spawn(program, args, { env: { ...process.env, ...env }, cwd, stdio: ["ignore", out, out] });
  child.log = log;
  child.ended = new Promise((resolve) => child.on("exit", resolve));
  child.on("exit", () => running.delete(child));
  running.add(child);
  return child;
}

/// Waits until its log says something; what matched.
export async function says(child, pattern, what) {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await pause(50)) {
    const found = pattern.exec(readFileSync(child.log, "utf8"));
    if (found) return found;
    if (child.exitCode !== null || child.signalCode !== null) break;
  }
  throw new Error(`${what} did not start:\n${readFileSync(child.log, "utf8").slice(-4_000)}`);
}

export async function stop(child) {
  if (!running.has(child)) return;
  child.kill();
  if (child.ended) await child.ended;
}

/// Seconds of processor time that a process has used; null where the system does not say.
export function processor(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/// The most memory that a process has had at once, in bytes; null where the system does not say.
export function peak(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
  } catch {
    return null;
  }
}

/// Runs a program to its end; seconds, and the most memory that it had, in bytes.
export async function timed(program, args, log, options) {
  const begun = performance.now();
  const child = start(program, args, log, options);
  let most = null;
  const watch = setInterval(() => (most = peak(child.pid) ?? most), 100);
  const code = await child.ended;
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${readFileSync(log, "utf8").slice(-4_000)}`);
  return { seconds: (performance.now() - begun) / 1000, memory: most };
}

/// What a command prints in its first line.
export const version = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).trim().split("\n")[0];

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await stopAll();
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}
