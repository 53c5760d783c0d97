// The licences of what the page carries, as their authors ask: beside the page, at /licences.txt.

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const PARTS = [
  "preact", "maplibre-gl", "d3-force", "d3-quadtree", "d3-timer", "d3-dispatch",
  "@fontsource-variable/atkinson-hyperlegible-next", "@fontsource-variable/bricolage-grotesque",
];
const NAMES = ["LICENSE", "LICENSE.txt", "LICENSE.md"];

function licence(part: string): string {
  for (const name of NAMES) {
    try {
      return readFileSync(new URL(`node_modules/${part}/${name}`, import.meta.url), "utf8");
    } catch {
      // It has another name.
    }
  }
  throw new Error(`${part} comes without a licence: find it before it is shipped`);
}

export const licences = (): Plugin => ({
  name: "licences",
  apply: "build",
  generateBundle() {
    const source = PARTS.map((part) => `${part}\n${"=".repeat(part.length)}\n\n${licence(part).trim()}\n`).join("\n\n");
    this.emitFile({ type: "asset", fileName: "licences.txt", source });
  },
});
