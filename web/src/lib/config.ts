// What the service tells the page, in a meta element of its HTML.

import { isDay, readPlace, type Place } from "./selection.ts";

export interface Config {
  /** Where the explorer opens; null leaves it to the page. */
  home: Place | null;
  /** The day that it opens at; null is today. */
  asOf: string | null;
  /** A MapLibre style to draw on, of those who have one. */
  style: string | null;
  /** Whether this is the demo, whose accounts everyone knows. */
  demo: boolean;
}

export function readConfig(text: string | null | undefined): Config {
  let raw: Record<string, unknown> = {};
  try {
    raw = JSON.parse(text || "{}") as Record<string, unknown>;
  } catch {
    // What can't be read says nothing.
  }
  const word = (name: string): string | null => (typeof raw[name] === "string" ? (raw[name] as string) : null);
  return {
    home: readPlace(word("home")),
    asOf: isDay(word("asOf")) ? word("asOf") : null,
    style: word("style"),
    demo: raw.demo === true,
  };
}

export const config: Config = readConfig(globalThis.document?.querySelector('meta[name="maillage"]')?.getAttribute("content"));
