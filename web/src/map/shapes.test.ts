import { expect, test } from "vitest";
import { graphOf, namesThatFit, weightOf, type Dot } from "../views/graph.ts";
import { frameFor, withNear } from "./frame.ts";
import { curve, linkFeatures, mixture, nodeFeatures, type MapLink, type MapNode } from "./shapes.ts";

const node = (key: string, longitude: number, part: Partial<MapNode> = {}): MapNode => ({
  key,
  actorCount: 1,
  point: { latitude: 48, longitude },
  bbox: { west: longitude - 1, east: longitude + 1, south: 47, north: 49 },
  kinds: [{ kind: "ASSOCIATION", count: 1 }],
  actor: null,
  ...part,
});

test("a curve begins and ends at its points and leaves the line between", () => {
  const points = curve([1, 48], [2, 48]);
  expect(points[0]).toEqual([1, 48]);
  expect(points.at(-1)).toEqual([2, 48]);
  expect(Math.abs((points[9]?.[1] ?? 48) - 48)).toBeGreaterThan(0.01);
  expect(curve([2, 48], [1, 48])[9]?.[1]).not.toBeCloseTo(points[9]?.[1] ?? 0, 3);
});

test("links without both ends, and within a node, are not drawn", () => {
  const nodes = [node("a", 1), node("b", 2)];
  const link = { weight: 1, interactionCount: 1, kinds: ["FUNDING" as const] };
  const drawn = linkFeatures([{ ...link, source: "a", target: "b" }, { ...link, source: "a", target: "a" }, { ...link, source: "a", target: "gone" }], nodes);
  expect(drawn.features.map((one) => one.properties)).toEqual([{ family: "money", weight: 1, count: 1, source: "a", target: "b" }]);
});

test("a link of interactions of several families has none", () => {
  const nodes = [node("a", 1), node("b", 2)];
  const family = (...kinds: MapLink["kinds"]) => linkFeatures([{ source: "a", target: "b", weight: 2, interactionCount: 2, kinds }], nodes).features[0]?.properties.family;
  expect([family("FUNDING"), family("FUNDING", "PARTNERSHIP")]).toEqual(["money", "several"]);
});

test("a node of many says what it is made of, and that it holds a key actor", () => {
  const many = node("c", 1, { actorCount: 4, kinds: [{ kind: "COMPANY", count: 1 }, { kind: "FOUNDATION", count: 1 }, { kind: "ASSOCIATION", count: 2 }] });
  expect(mixture(many)).toBe("civic3-company1");
  const [feature] = nodeFeatures([many], [{ id: "x", name: "La Clé", rank: 2, at: [1.5, 48.5] }]).features;
  expect(feature?.properties).toMatchObject({ picture: "keys/civic3-company1", label: "La Clé + 3", rank: 2 });
});

const actor = (id: string) => ({ id, slug: id, name: id, kind: "SCHOOL" as const });
const row = (source: string, target: string, part = {}) => ({ id: source + target, kind: "FUNDING" as const, level: null, intensity: null, source: actor(source), target: actor(target), ...part });

test("a network counts partners once, and adds up what links them", () => {
  const { dots, bonds } = graphOf([row("a", "b"), row("b", "a", { id: "2", level: "CO_AUTHORSHIP", intensity: 5 }), row("a", "c", { kind: "SUPPORT" })]);
  expect(dots.map((dot) => [dot.id, dot.degree])).toEqual([["a", 2], ["b", 1], ["c", 1]]);
  expect(bonds.map((bond) => [bond.kind, bond.weight])).toEqual([["FUNDING", 4], ["SUPPORT", 1]]);
  expect(weightOf({ level: "ACQUAINTANCE", intensity: null })).toBeCloseTo(7 / 6);
});

test("a name that would lie over dots is left out, but for the one that is asked for", () => {
  const walls = [[24, 0], [-24, 0], [0, 24], [0, -24]].map(([x, y], at): Dot => ({ ...actor(`wall${at}`), degree: 5, x, y }));
  const dots: Dot[] = [...walls, { ...actor("inner"), degree: 1, x: 0, y: 0 }];
  const named = (always: string[]): string[] => namesThatFit(dots, 12, new Set(always)).map(({ dot }) => dot.id);
  expect(named([])).not.toContain("inner");
  expect(named([]).length).toBeGreaterThan(0);
  expect(named(["inner"])[0]).toBe("inner");
});

test("a name that would be cut off is left out", () => {
  const dots: Dot[] = [{ ...actor("a name of some length"), degree: 1, x: 0, y: 0 }];
  expect(namesThatFit(dots, 12, new Set(), dots, { west: -50, east: 50, north: -50, south: 50 })).toEqual([]);
  expect(namesThatFit(dots, 12, new Set(), dots, { west: -50, east: 250, north: -50, south: 50 }).map(({ anchor }) => anchor)).toEqual(["start"]);
});

test("a name goes to another side of its dot where another dot is in the way", () => {
  const dots: Dot[] = [
    { ...actor("named"), degree: 5, x: 0, y: 0 },
    { ...actor("below"), degree: 0, x: 0, y: 26 },
  ];
  const [name] = namesThatFit([dots[0] as Dot], 12, new Set(), dots);
  expect(name?.y).toBeLessThan(0);
});

test("a frame is reckoned as the map will have it", () => {
  // The width decides here.
  const { box, zoom } = frameFor({ west: 0.91324, south: 48.51283, east: 1.58404, north: 48.93957 }, 400, 400, { top: 36, bottom: 36, left: 36, right: 36 });
  expect((box.west + box.east) / 2).toBeCloseTo((0.91324 + 1.58404) / 2, 6);
  expect(zoom).toBeCloseTo(Math.log2(328 / (512 * (0.6708 / 360))), 1);
  const narrow = frameFor({ west: 0, south: 0, east: 1, north: 1 }, 1000, 400, { top: 0, bottom: 0, left: 500, right: 0 });
  expect((narrow.box.west + narrow.box.east) / 2).toBeLessThan(0.5);
});

test("a box takes in who sits just outside it, and nobody far away", () => {
  const box = { west: 0, east: 10, south: 40, north: 50 };
  expect(withNear(box, [[5, 39], [11, 45], [5, 45], [30, 45]])).toEqual({ west: 0, east: 11, south: 39, north: 50 });
  expect(withNear(box, [])).toEqual(box);
});
