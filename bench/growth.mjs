// Whether questions take longer in a larger directory: the same ones, over one connection, at each size.
import { load, prepare } from "./load.mjs";
import { LISTED, PAGES } from "./questions.mjs";
import { note } from "./processes.mjs";
import { number } from "./table.mjs";

const MOST = 2;

/// The medians of this size, in ms, by question.
export async function measureGrowth(run) {
  note("questions, one at a time");
  const medians = new Map();
  for (const work of [...PAGES, ...LISTED]) {
    const asked = prepare(run.folder, work.ours, run.variables.get(work).map((line) => line.ours));
    const how = { name: work.name, connections: 1, seconds: run.seconds };
    await load(run.ours, asked, { ...how, seconds: 1 });
    await run.write();
    medians.set(work, await load(run.ours, asked, how));
  }
  return medians;
}

/// A row a question, once two sizes are measured.
export function growthRows(measured) {
  const sizes = [...measured.keys()].sort((a, b) => a - b);
  if (sizes.length < 2) return [];
  const [least, most] = [sizes[0], sizes.at(-1)];
  const name = (size) => size.toLocaleString("en-GB");
  return [...measured.get(most).keys()].map((work) => {
    const at = (size) => measured.get(size).get(work);
    const growth = at(most).p50 / at(least).p50;
    return {
      work: `${work.name}, one at a time`, size: most,
      ours: `${number(at(most).rate)}/s`,
      times: `${number(at(most).p50)}, ${number(at(most).p99)} ms`,
      used: at(most).processor === null ? "" : `${number(at(most).processor)} ms`,
      beside: sizes.slice(0, -1).map((size) => `with ${name(size)} actors ${number(at(size).p50)}, ${number(at(size).p99)} ms`).join("; "),
      ratio: `${number(growth)} × the median with ${name(least)}`,
      goal: `at most ${MOST} ×`,
      met: [growth <= MOST],
    };
  });
}
