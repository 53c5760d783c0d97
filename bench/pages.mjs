// Pages of actors, cold and asked again, and the map: ours, PostGraphile's, and the bare SQL, in turn.
import path from "node:path";
import { ask } from "./asking.mjs";
import { serve } from "./databases.mjs";
import { byHand, load, pgbench, prepare, scripts } from "./load.mjs";
import { note, pause } from "./processes.mjs";
import { AGAIN, COLD, MAP, MAP_MS, PAGES, said, theySaid } from "./questions.mjs";
import { relay } from "./statements.mjs";
import { median, number, spread } from "./table.mjs";

const SAMPLES = 16; // questions whose statements pgbench repeats, and on which both must agree
const samples = (lines, count) => Array.from({ length: count }, (_, n) => lines[Math.floor((n * lines.length) / count)]);
const sampled = (work, lines) => samples(lines, work === MAP ? 1 : SAMPLES);

async function agree(work, lines, ours, theirs) {
  for (const line of sampled(work, lines)) {
    const answers = [said(work, await ask(ours.graphql, work.ours, line.ours)), theySaid(work, await ask(theirs.graphql, work.theirs, line.theirs))];
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1]) || answers[0].length === 0) {
      throw new Error(`${work.name}: the answers differ for ${JSON.stringify(line)}:\n${answers.map((one) => JSON.stringify(one)).join("\n")}`);
    }
  }
}

// The statements that our program sends for some questions of each work, taken from a second instance behind a relay.
async function statements(run, questions) {
  const address = new URL(run.database);
  const heard = await relay({ host: address.hostname, port: Number(address.port || 5432) });
  address.hostname = "127.0.0.1";
  address.port = heard.port;
  const instance = await serve(run.bin, address.href, path.join(run.folder, "listened.log"));
  await pause(2_000); // what it does as it starts is no answer either
  const sent = new Map();
  for (const [work, lines] of questions) {
    const ofWork = [];
    for (const line of sampled(work, lines)) {
      heard.statements.length = 0;
      await ask(instance.graphql, work.ours, line.ours);
      // What the instance asks for itself meanwhile (who listens, what is new) is no part of the answer.
      ofWork.push(heard.statements.filter((one) => !/\b(feed|feed_era|outbox|export_jobs)\b/.test(one.sql)));
    }
    sent.set(work, ofWork);
  }
  await instance.stop();
  heard.close();
  return sent;
}

/// Measures them; a row of the table each.
export async function measurePages(run) {
  const questions = [...PAGES, MAP].map((work) => [work, run.variables.get(work)]);
  note("comparing answers with PostGraphile's");
  for (const [work, lines] of questions) await agree(work, lines, run.ours, run.theirs);
  note("listening to our statements");
  const sent = await statements(run, questions);
  const tasks = questions.map(([work, lines], n) => {
    const ofWork = sent.get(work);
    const script = (name, asked) => (asked.some((one) => one.length === 0) ? null : scripts(run.folder, `${name}-${n}`, asked));
    return {
      work,
      ours: prepare(run.folder, work.ours, lines.map((line) => line.ours)),
      theirs: prepare(run.folder, work.theirs, lines.map((line) => line.theirs)),
      sql: script("sent", ofWork),
      again: script("again", ofWork.slice(0, 1)), // the first question is the one that is repeated
      hand: work.byHand && scripts(run.folder, `hand-${n}`, sampled(work, lines).map((line) => byHand(work.byHand, line.hand))),
      statements: median(ofWork.map((one) => one.length)),
      rounds: [],
      againRounds: [],
    };
  });
  for (let turn = 0; turn <= run.rounds; turn++) {
    note(turn === 0 ? "pages and the map: warming up" : `pages and the map: round ${turn} of ${run.rounds}`);
    for (const task of tasks) {
      const how = { name: task.work.name, connections: task.work === MAP ? 1 : run.connections, seconds: run.seconds };
      const bare = async (script) => (script ? pgbench(run.database, script, how) : null);
      const one = { sql: await bare(task.sql), hand: await bare(task.hand) };
      // A write, so that no answer is left of earlier rounds.
      await run.write();
      one.ours = await load(run.ours, task.ours, how);
      one.theirs = await load(run.theirs, task.theirs, how);
      if (turn > 0) task.rounds.push(one);
      if (task.work === MAP) continue;
      const repeat = { ...how, repeat: true };
      const again = { sql: await bare(task.again), ours: await load(run.ours, task.ours, repeat), theirs: await load(run.theirs, task.theirs, repeat) };
      if (turn > 0) task.againRounds.push(again);
    }
  }
  return tasks.flatMap((task) => {
    if (task.work === MAP) return [mapRow(run, task)];
    return [row(run, task, task.work.name, task.rounds, COLD), row(run, task, "– the same question, asked again", task.againRounds, AGAIN)];
  });
}

const column = (rounds, side, field) => rounds.map((one) => one[side][field]);
const times = (rounds, side) => `${number(median(column(rounds, side, "p50")))}, ${number(median(column(rounds, side, "p99")))} ms`;
const rate = (rounds, side) => number(median(column(rounds, side, "rate")));

function figures(run, task, work, rounds) {
  const used = column(rounds, "ours", "processor");
  const sqls = rounds.filter((one) => one.sql !== null).map((one) => one.sql);
  const hands = rounds.filter((one) => one.hand).map((one) => one.hand);
  const beside = [`PostGraphile ${rate(rounds, "theirs")}/s (${times(rounds, "theirs")})`];
  if (sqls.length) beside.push(`SQL as sent ${number(median(sqls))}/s`);
  if (hands.length) beside.push(`in one statement ${number(median(hands))}/s`);
  const wrapped = rounds.some((one) => one.ours.wrapped || one.theirs.wrapped);
  return {
    work, size: run.size,
    ours: `${rate(rounds, "ours")}/s${wrapped ? " (questions ran out)" : ""}`,
    times: times(rounds, "ours"),
    used: used.includes(null) ? "" : `${number(median(used))} ms`,
    beside: beside.join(", "),
    statements: task.statements,
  };
}

function row(run, task, name, rounds, aim) {
  const theirs = rounds.map((one) => one.ours.rate / one.theirs.rate);
  // The faster of the two, or slow SQL of ours would shine.
  const bare = rounds.map((one) => one.ours.rate / Math.max(one.sql ?? 0, one.hand ?? 0));
  return {
    ...figures(run, task, name, rounds),
    ratio: `${spread(theirs)} × PostGraphile, ${spread(bare)} × SQL`,
    goal: `${aim.theirs} × PostGraphile, ${aim.sql} × SQL`,
    met: [median(theirs) >= aim.theirs, median(bare) >= aim.sql],
  };
}

function mapRow(run, task) {
  const p50 = median(column(task.rounds, "ours", "p50"));
  const theirs = task.rounds.map((one) => one.ours.rate / one.theirs.rate);
  return { ...figures(run, task, MAP.name, task.rounds), ratio: `${spread(theirs)} × PostGraphile`, goal: `${MAP_MS} ms at the median`, met: [p50 <= MAP_MS] };
}
