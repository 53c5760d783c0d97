// A network reckoned apart from its drawing: dots and bonds, names that cover nothing, the part of the plane that is shown.

import type { SimulationLinkDatum, SimulationNodeDatum } from "d3-force";
import type { ActorKind, CooperationLevel, InteractionKind, NetworkViewQuery } from "../api/generated.ts";

type Row = NonNullable<NetworkViewQuery["territory"]>["interactions"]["nodes"][number];

export interface Dot extends SimulationNodeDatum {
  id: string;
  slug: string;
  name: string;
  kind: ActorKind;
  degree: number;
}

export interface Bond extends SimulationLinkDatum<Dot> {
  key: string;
  source: Dot;
  target: Dot;
  kind: InteractionKind;
  weight: number;
}

const LEVELS: CooperationLevel[] = ["ACQUAINTANCE", "INFORMATION", "CONSULTATION", "COORDINATION", "PARTNERSHIP", "CO_AUTHORSHIP"];

/** The weight of an interaction, as the API counts it: 1, up to 1 more for the level and up to 1 more for the intensity. */
export const weightOf = (row: Pick<Row, "level" | "intensity">): number =>
  1 + (row.level ? (LEVELS.indexOf(row.level) + 1) / LEVELS.length : 0) + (row.intensity ?? 0) / 5;

/**
 * Actors and links of a list of interactions; those of one kind between the same two are one link. An actor has as many partners as is
 * `known` of the whole network, or as the list has.
 */
export function graphOf(rows: Row[], known: (id: string) => number | undefined = () => undefined): { dots: Dot[]; bonds: Bond[] } {
  const dots = new Map<string, Dot>();
  const bonds = new Map<string, Bond>();
  const dot = (actor: Row["source"]): Dot => {
    const held = dots.get(actor.id) ?? { ...actor, degree: 0 };
    dots.set(actor.id, held);
    return held;
  };
  const partners = new Map<string, Set<string>>();
  for (const row of rows) {
    const [source, target] = [dot(row.source), dot(row.target)];
    const key = [[source.id, target.id].sort().join("|"), row.kind].join("|");
    const held = bonds.get(key);
    if (held) held.weight += weightOf(row);
    else bonds.set(key, { key, source, target, kind: row.kind, weight: weightOf(row) });
    for (const [one, other] of [[source, target], [target, source]] as const) {
      const set = partners.get(one.id) ?? new Set();
      partners.set(one.id, set.add(other.id));
    }
  }
  for (const one of dots.values()) one.degree = known(one.id) ?? partners.get(one.id)?.size ?? 0;
  return { dots: [...dots.values()], bonds: [...bonds.values()] };
}

export const radius = (dot: Dot): number => Math.min(26, 7 + 2.4 * Math.sqrt(dot.degree));

/** How wide a name is about, in heights of its letters. */
const widthOf = (name: string): number => [...name].reduce((sum, letter) => sum + (/\p{Lu}/u.test(letter) ? 0.68 : 0.54), 0);

interface Rectangle {
  west: number;
  east: number;
  north: number;
  south: number;
}

const apart = (one: Rectangle, other: Rectangle): boolean => one.east < other.west || one.west > other.east || one.south < other.north || one.north > other.south;

export interface Name {
  dot: Dot;
  x: number;
  /** The line that letters stand on. */
  y: number;
  anchor: "start" | "middle" | "end";
}

const within = (one: Rectangle, view: Rectangle): boolean => one.west >= view.west && one.east <= view.east && one.north >= view.north && one.south <= view.south;

const EVERYWHERE: Rectangle = { west: -Infinity, east: Infinity, north: -Infinity, south: Infinity };

/** Whose names are written, and where: the most linked first, beside their dots, over neither dots nor names, whole; those of `always` over dots too, the first of them in any case; none where something lies over the drawing. */
export function namesThatFit(dots: Dot[], size: number, always: Set<string>, all: Dot[] = dots, view = EVERYWHERE, covered: Rectangle[] = []): Name[] {
  const taken = [...covered];
  const order = [...dots].sort((a, b) => Number(always.has(b.id)) - Number(always.has(a.id)) || b.degree - a.degree);
  const names: Name[] = [];
  for (const dot of order) {
    const wide = widthOf(shortName(dot.name)) * size;
    const [x, y, r] = [dot.x ?? 0, dot.y ?? 0, radius(dot) + RING];
    const slant = r * 0.75;
    const places: (Name & { box: Rectangle })[] = [
      { dot, x, y: y + r + size, anchor: "middle", box: { west: x - wide / 2, east: x + wide / 2, north: y + r, south: y + r + size * 1.3 } },
      { dot, x, y: y - r - size * 0.35, anchor: "middle", box: { west: x - wide / 2, east: x + wide / 2, north: y - r - size * 1.3, south: y - r } },
      { dot, x: x + r + size * 0.35, y: y + size * 0.35, anchor: "start", box: { west: x + r, east: x + r + size * 0.35 + wide, north: y - size * 0.65, south: y + size * 0.65 } },
      { dot, x: x - r - size * 0.35, y: y + size * 0.35, anchor: "end", box: { west: x - r - size * 0.35 - wide, east: x - r, north: y - size * 0.65, south: y + size * 0.65 } },
      ...[-1, 1].flatMap((down): (Name & { box: Rectangle })[] => {
        const line = y + down * slant + (down > 0 ? size * 0.9 : -size * 0.2);
        const [north, south] = [line - size, line + size * 0.3];
        return [
          { dot, x: x + slant, y: line, anchor: "start", box: { west: x + slant, east: x + slant + wide, north, south } },
          { dot, x: x - slant, y: line, anchor: "end", box: { west: x - slant - wide, east: x - slant, north, south } },
        ];
      }),
    ];
    const whole = places.filter(({ box }) => within(box, view) && taken.every((one) => apart(box, one)));
    const overDots = (one: Rectangle): number => all.filter((other) => other !== dot && !apart(one, around(other))).length;
    const free = whole.find(({ box }) => overDots(box) === 0);
    const chosen = free ?? (always.has(dot.id) ? (whole.sort((a, b) => overDots(a.box) - overDots(b.box))[0] ?? (names.length === 0 ? places[0] : undefined)) : undefined);
    if (!chosen) continue;
    const { box, ...name } = chosen;
    taken.push(box);
    names.push(name);
  }
  return names;
}

/** What a dot has around it, the golden ring of key actors too. */
const RING = 6;

const around = (dot: Dot): Rectangle => {
  const [x, y, r] = [dot.x ?? 0, dot.y ?? 0, radius(dot) + 2];
  return { west: x - r, east: x + r, north: y - r, south: y + r };
};

export const shortName = (name: string): string => (name.length > 30 ? `${name.slice(0, 28).trimEnd()}…` : name);

/** The part of the plane that shows all dots on a screen of this size, with some room for names. */
export function fitted(dots: Dot[], width: number, height: number): { x: number; y: number; width: number; height: number } {
  const xs = dots.map((dot) => dot.x ?? 0);
  const ys = dots.map((dot) => dot.y ?? 0);
  const [west, east, north, south] = [Math.min(...xs) - 60, Math.max(...xs) + 60, Math.min(...ys) - 36, Math.max(...ys) + 44];
  const scale = Math.min(width / Math.max(east - west, 320), height / Math.max(south - north, 240));
  return { x: (west + east) / 2 - width / 2 / scale, y: (north + south) / 2 - height / 2 / scale, width: width / scale, height: height / scale };
}
