// Files of the whole directory in each format: how long they take, how large they are, and what the program needs for it.
import { ask } from "./asking.mjs";
import { serve } from "./databases.mjs";
import { note, pause, peak } from "./processes.mjs";
import { megabytes, number } from "./table.mjs";
import path from "node:path";

const FORMATS = ["CSV", "XLSX", "GEOJSON", "GRAPHML", "GEXF", "JSONLD"];
const ASK = "mutation ($format: ExportFormat!) { exportActors(format: $format) { id state } }";
const FOLLOW = "query ($id: ID!) { exportJob(id: $id) { state rowCount url error } }";

export async function measureFiles(run) {
  const rows = [];
  for (const format of FORMATS) {
    note(`a file of all actors, ${format}`);
    // A server of its own for each, so that its memory is that of the file.
    const server = await serve(run.bin, run.database, path.join(run.folder, `file-${format}.log`));
    const before = peak(server.pid);
    const begun = performance.now();
    let job = (await ask(server.graphql, ASK, { format }, run.token)).exportActors;
    while (!["DONE", "FAILED"].includes(job.state)) {
      await pause(100);
      job = { ...job, ...(await ask(server.graphql, FOLLOW, { id: job.id }, run.token)).exportJob };
    }
    job = { ...job, ...(await ask(server.graphql, FOLLOW, { id: job.id }, run.token)).exportJob };
    if (job.state === "FAILED") throw new Error(`the ${format} file failed: ${job.error}`);
    const seconds = (performance.now() - begun) / 1000;
    const file = await fetch(new URL(new URL(job.url).pathname + new URL(job.url).search, server.base));
    const bytes = (await file.arrayBuffer()).byteLength;
    rows.push({
      work: `a ${format} file of ${number(job.rowCount)} actors, ${megabytes(bytes)}`, size: run.size,
      ours: `${number(job.rowCount / seconds)} rows/s`, times: `${number(seconds)} s`,
      memory: before === null ? "unknown" : `${megabytes(peak(server.pid))} (${megabytes(before)} before)`,
    });
    await server.stop();
  }
  return rows;
}
