// The base map: outlines within and around a place, and names to find one's way by.

import type { Feature, Geometry } from "geojson";
import { ask, type Answer } from "../api/client.ts";
import { OutlinesDocument, type OutlinesQuery } from "../api/generated.ts";
import { innerKind } from "../lib/territories.ts";
import type { Place } from "../lib/selection.ts";
import { padded, type Box } from "./frame.ts";

const isWide = (kind: string): boolean => kind === "REGION" || kind === "DEPARTMENT" || kind === "COUNTRY";
const order = (population: number | null | undefined): number => -(population ?? 0);


/** Asks for it, from the widest to the smallest. */
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
      if (boundary) features.push({ type: "Feature", properties: { role: isWide(kind) ? "wide" : "inner", kind }, geometry: boundary as Geometry });
      if (centroid && kind === innerKind(shown.kind)) {
        names.push({ type: "Feature", properties: { role: "name", name, order: order(population) }, geometry: { type: "Point", coordinates: [centroid.longitude, centroid.latitude] } });
      }
    }
    if (!found.pageInfo.hasNextPage) break;
    after = found.pageInfo.endCursor;
  }
  // Wide ones first, so that what lies within is drawn over them.
  const rank: Record<string, number> = { COUNTRY: 0, REGION: 1, DEPARTMENT: 2 };
  features.sort((a, b) => (rank[a.properties?.kind as string] ?? 3) - (rank[b.properties?.kind as string] ?? 3));
  return [...features, ...names];
}
