// The base map: outlines within and around a place, and names to find one's way by.

import type { Feature, Geometry } from "geojson";
import { ask, type Answer } from "../api/client.ts";
import { OutlinesDocument, type OutlinesQuery } from "../api/generated.ts";
import { innerKind } from "../lib/territories.ts";
import type { Place } from "../lib/selection.ts";
import { padded, type Box } from "./frame.ts";

const isWide = (kind: string): boolean => kind === "REGION" || kind === "DEPARTMENT" || kind === "COUNTRY";
const order = (population: number | null | undefined): number => -(population ?? 0);

/** Asks for it. */
export async function outlines(shown: Place, home: Box, signal: AbortSignal): Promise<Feature[]> {
  const wide = home.east - home.west;
  const filter = { kinds: [innerKind(shown.kind), "REGION" as const, "DEPARTMENT" as const].filter((kind, index, all) => all.indexOf(kind) === index), bbox: padded(home, 0.5) };
  const features: Feature[] = [];
  const names: Feature[] = [];
  let after: string | null = null;
  for (let page = 0; page < 5; page += 1) {
    const answer: Answer<OutlinesQuery> = await ask(OutlinesDocument, { filter, tolerance: Math.round(wide * 60), after }, signal);
    const found = answer.data?.territories;
    if (!found) break;
    for (const { kind, name, boundary, centroid, population } of found.nodes) {
      if (boundary) features.push({ type: "Feature", properties: { role: isWide(kind) ? "wide" : "inner" }, geometry: boundary as Geometry });
      if (centroid && kind === innerKind(shown.kind)) {
        names.push({ type: "Feature", properties: { role: "name", name, order: order(population) }, geometry: { type: "Point", coordinates: [centroid.longitude, centroid.latitude] } });
      }
    }
    if (!found.pageInfo.hasNextPage) break;
    after = found.pageInfo.endCursor;
  }
  // Land is filled once, by the widest there are: each screen that is filled takes its time.
  const filled = features.some((one) => one.properties?.role === "wide") ? "wide" : "inner";
  const ink: Feature = { type: "Feature", properties: { role: "ink" }, geometry: { type: "Point", coordinates: [(home.west + home.east) / 2, (home.south + home.north) / 2] } };
  return [...features.map((one) => ({ ...one, properties: { ...one.properties, land: one.properties?.role === filled } })), ...names, ink];
}
