// Runs the commands that the documents print, in order, against a running service that holds the demo:
//   node tests/audits/documents.mjs http://127.0.0.1:8080 README.md docs/api.md
// Of each file the `sh` blocks that send requests run in one shell, so that what one block sets the next one knows. A
// block fails where a command does, or where an answer holds errors; one that shows a refusal says so in a comment:
//   # refused: FORBIDDEN
// A document that begins with an empty database (docs/walkthrough.md) names another port, and a data folder: it is run
// alone, against a service on MAILLAGE_DATA, with the program in PATH.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [base, ...files] = process.argv.slice(2);
const MARK = "-- end of block";

/// The blocks of a file that send requests, by curl or a function that the file defines, with the line where each begins.
function blocks(text) {
  const found = [];
  const functions = [...text.matchAll(/^(\w+)\(\) \{/gm)].map((match) => match[1]);
  const sends = new RegExp(`\\b(${["curl", ...functions].join("|")})\\b`);
  for (const match of text.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    if (sends.test(match[1])) {
      found.push({ line: text.slice(0, match.index).split("\n").length, script: match[1] });
    }
  }
  return found;
}

/// What is wrong with the output of a block; null where nothing is.
function wrong({ script }, output) {
  if (output === undefined) return "a command failed";
  const refused = script.match(/# refused: (\w+)/)?.[1];
  const codes = [...output.matchAll(/"code":\s*"([A-Z_]+)"/g)].map((match) => match[1]);
  if (refused) return codes.includes(refused) ? null : `is not refused with ${refused}`;
  if (/"errors":\s*\[/.test(output)) return `answers with ${codes.join(", ")}`;
  return output.trim() === "" && !/>\s*\S+|=\$\(/.test(script) ? "prints nothing" : null;
}

let failed = 0;
let passed = 0;
for (const file of files) {
  const found = blocks(readFileSync(file, "utf8"));
  const script = found.map((block) => `${block.script}\necho; echo "${MARK}"\n`).join("");
  const here = script
    .replace(/http:\/\/127\.0\.0\.1:80[89]0/g, base)
    .replaceAll("/tmp/maillage-walkthrough", process.env.MAILLAGE_DATA);
  const run = spawnSync("bash", ["-euo", "pipefail", "-c", here], {
    encoding: "utf8",
    timeout: 120_000,
  });
  const outputs = run.stdout.split(`${MARK}\n`);
  const last = outputs.pop();
  found.forEach((block, index) => {
    const problem = wrong(block, outputs[index]);
    if (!problem) return passed++;
    failed++;
    console.log(`${file}:${block.line} ${problem}`);
    console.log((outputs[index] ?? `${last}\n${run.stderr}`).slice(0, 2_000));
  });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
