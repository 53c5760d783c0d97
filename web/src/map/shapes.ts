// From answers of the API to what is drawn: nodes, curves, and the pictures that nodes are.

import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import type { InteractionKind, MapViewQuery } from "../api/generated.ts";
import { FAMILIES, FAMILY_COLOR, FAMILY_SIGN, familyOf, linkFamilyOf, type Family, type LinkFamily } from "../lib/kinds.ts";
import type { Theme } from "../lib/theme.ts";

type Answer = NonNullable<NonNullable<MapViewQuery["territory"]>["map"]>;
export type MapNode = Answer["nodes"][number];
export type MapLink = Answer["links"][number];

export interface NodeProperties {
  key: string;
  picture: string;
  name: string;
  /** What is written beside it. */
  label: string;
  slug: string;
  count: number;
  /** Its place among the key actors, 0 where it is none of them. */
  rank: number;
  /** Whether its name stands to the west, since it would be cut off to the east. */
  west: boolean;
}

export interface LinkProperties {
  family: LinkFamily;
  weight: number;
  count: number;
  source: string;
  target: string;
}

/** How many of each family a node holds, as text that names its picture: `civic3-other1`. */
export function mixture(node: MapNode): string {
  const counts = new Map<Family, number>();
  for (const { kind, count } of node.kinds) counts.set(familyOf(kind), (counts.get(familyOf(kind)) ?? 0) + count);
  return FAMILIES.flatMap((family) => (counts.has(family) ? [`${family}${counts.get(family)}`] : [])).join("-");
}

/** An actor that holds the network together, and where it is. */
export interface KeyPlace {
  id: string;
  name: string;
  rank: number;
  at: [number, number] | null;
}

/** The first of the key actors in a node: the actor itself, or one that lies in its box. */
function keyOf(node: MapNode, keys: KeyPlace[]): KeyPlace | undefined {
  if (node.actor) return keys.find((key) => key.id === node.actor?.id);
  const { west, south, east, north } = node.bbox;
  return keys.find(({ at }) => at && at[0] >= west && at[0] <= east && at[1] >= south && at[1] <= north);
}

/** `edge` is the longitude from which on names stand to the west. */
export function nodeFeatures(nodes: MapNode[], keys: KeyPlace[], edge = 180): FeatureCollection<Point, NodeProperties> {
  const features = nodes.map((node): Feature<Point, NodeProperties> => {
    const key = keyOf(node, keys);
    const name = node.actor?.name ?? "";
    const more = key && !node.actor ? `${key.name} + ${node.actorCount - 1}` : "";
    const picture = node.actor ? `${key ? "key" : "one"}/${familyOf(node.actor.kind)}` : `${key ? "keys" : "many"}/${mixture(node)}`;
    return {
      type: "Feature",
      geometry: { type: "Point", coordinates: [node.point.longitude, node.point.latitude] },
      properties: { key: node.key, picture, name, label: name || more, slug: node.actor?.slug ?? "", count: node.actorCount, rank: key?.rank ?? 0, west: node.point.longitude > edge },
    };
  });
  return { type: "FeatureCollection", features };
}

/** Points of a curve that leaves the straight line by a sixth of its length, to the right of the way. */
export function curve(from: [number, number], to: [number, number], steps = 12): [number, number][] {
  const squeeze = Math.cos((((from[1] + to[1]) / 2) * Math.PI) / 180) || 1;
  const dx = (to[0] - from[0]) * squeeze;
  const dy = to[1] - from[1];
  const bend = 0.17;
  const control: [number, number] = [(from[0] + to[0]) / 2 + (dy * bend) / squeeze, (from[1] + to[1]) / 2 - dx * bend];
  return Array.from({ length: steps + 1 }, (_, step) => {
    const t = step / steps;
    const at = (axis: 0 | 1): number => (1 - t) ** 2 * from[axis] + 2 * (1 - t) * t * control[axis] + t ** 2 * to[axis];
    return [at(0), at(1)];
  });
}

/** The family of what a link stands for: where its interactions are of several, none of them. */
export const sharedFamily = (kinds: InteractionKind[]): LinkFamily => {
  const families = new Set(kinds.map(linkFamilyOf));
  const [only = "several"] = families;
  return families.size === 1 ? only : "several";
};

export function linkFeatures(links: MapLink[], nodes: MapNode[]): FeatureCollection<LineString, LinkProperties> {
  const points = new Map(nodes.map((node) => [node.key, [node.point.longitude, node.point.latitude] as [number, number]]));
  const features = links.flatMap((link): Feature<LineString, LinkProperties>[] => {
    const from = points.get(link.source);
    const to = points.get(link.target);
    if (!from || !to || link.source === link.target) return [];
    return [
      {
        type: "Feature",
        geometry: { type: "LineString", coordinates: curve(from, to) },
        properties: {
          family: sharedFamily(link.kinds),
          weight: link.weight,
          count: link.interactionCount,
          source: link.source,
          target: link.target,
        },
      },
    ];
  });
  return { type: "FeatureCollection", features };
}

interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Whether a name is that of a node's picture. */
export const isPicture = (name: string): boolean => /^(one|key|many|keys)\//.test(name);

/** Draws the picture that a node's properties name, at twice its size. */
export function draw(name: string, theme: Theme): Picture | null {
  const [sort, what = ""] = name.split("/");
  const ring = theme === "dark" ? "#0f181c" : "#ffffff";
  const ink = theme === "dark" ? "#e9f0f0" : "#17262c";
  const inside = theme === "dark" ? "#1c2b31" : "#ffffff";
  if (sort === "many" || sort === "keys") return drawMany(what, ring, ink, inside, sort === "keys");
  if (sort === "one" || sort === "key") return drawOne(what as Family, ring, ink, sort === "key");
  return null;
}

let sheet: CanvasRenderingContext2D | null = null;

/** The one sheet that all are drawn on, empty; it is read back each time, which is slow from where the screen is drawn. */
function canvas(size: number): CanvasRenderingContext2D | null {
  sheet ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!sheet) return null;
  sheet.canvas.width = size;
  sheet.canvas.height = size;
  return sheet;
}

type Disc = (radius: number, color: string) => void;

const discs =
  (pen: CanvasRenderingContext2D, middle: number): Disc =>
  (radius, color) => {
    pen.beginPath();
    pen.arc(middle, middle, radius, 0, Math.PI * 2);
    pen.fillStyle = color;
    pen.fill();
  };

/** What lies around a sign; key actors have a ring of their own. */
function ringed(disc: Disc, radius: number, wide: number, ring: string, ink: string, key: boolean): void {
  if (!key) return disc(radius + wide, ring);
  disc(radius + wide, ink);
  disc(radius + wide - 2, "#f4c95d");
}

function drawOne(family: Family, ring: string, ink: string, key: boolean): Picture | null {
  const radius = key ? 30 : 22;
  const size = (radius + 8) * 2;
  const pen = canvas(size);
  if (!pen) return null;
  const middle = size / 2;
  const disc = discs(pen, middle);
  ringed(disc, radius, key ? 7 : 3, ring, ink, key);
  disc(radius, FAMILY_COLOR[family] ?? FAMILY_COLOR.other);
  const scale = (radius * 1.25) / 24;
  pen.translate(middle - 12 * scale, middle - 12 * scale);
  pen.scale(scale, scale);
  pen.fillStyle = "#fff";
  pen.fill(new Path2D(FAMILY_SIGN[family] ?? FAMILY_SIGN.other));
  return pen.getImageData(0, 0, size, size);
}

function drawMany(what: string, ring: string, ink: string, inside: string, key: boolean): Picture | null {
  const parts = what.split("-").map((part) => {
    const [, family = "other", count = "1"] = /^([a-z]+)(\d+)$/.exec(part) ?? [];
    return { family: family as Family, count: Number(count) };
  });
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const radius = Math.min(64, 30 + 7 * Math.log2(total));
  const size = Math.ceil((radius + 9) * 2);
  const pen = canvas(size);
  if (!pen) return null;
  const middle = size / 2;
  const disc = discs(pen, middle);
  ringed(disc, radius, key ? 8 : 3, ring, ink, key);
  let at = -Math.PI / 2;
  for (const { family, count } of parts) {
    const next = at + (count / total) * Math.PI * 2;
    pen.beginPath();
    pen.moveTo(middle, middle);
    pen.arc(middle, middle, radius, at, next);
    pen.closePath();
    pen.fillStyle = FAMILY_COLOR[family] ?? FAMILY_COLOR.other;
    pen.fill();
    at = next;
  }
  pen.beginPath();
  pen.arc(middle, middle, radius * 0.68, 0, Math.PI * 2);
  pen.fillStyle = inside;
  pen.fill();
  pen.fillStyle = ink;
  pen.font = `700 ${Math.round(radius * 0.62)}px Hyperlegible, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(total > 9999 ? `${Math.round(total / 1000)}k` : String(total), middle, middle + 1);
  return pen.getImageData(0, 0, size, size);
}
