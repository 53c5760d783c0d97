// What the map is drawn of: its layers from the ground up, and their colours by day and by night.

import type { LayerSpecification } from "maplibre-gl";
import { LINK_FAMILIES, LINK_LOOK } from "../lib/kinds.ts";
import type { Theme } from "../lib/theme.ts";

export const SOURCES = ["ground", "links", "nodes"] as const;
/** What a feature of the ground is: an outline around or within, that of the place looked at, where a name stands, or the letter that nobody sees. */
export type Role = "wide" | "inner" | "place" | "name" | "ink";
export type Source = (typeof SOURCES)[number];

const GROUND = {
  light: { water: "#e7e8e3", land: "#eeece5", here: "#fffdf7", border: "#cfcabb", inner: "#e0dbcc", edge: "#0d4f5c", halo: "#0d4f5c", text: "#17262c", softText: "#6a7478" },
  dark: { water: "#0b1215", land: "#0f181c", here: "#1b2a30", border: "#31434b", inner: "#2a3a41", edge: "#7fd0d6", halo: "#7fd0d6", text: "#e9f0f0", softText: "#8ba0a7" },
} as const;

const FONT = ["Hyperlegible"];

/** A width that is the same for all, written as those of links are: so one program draws both, where two would be compiled. */
const wide = (width: number): never => ["coalesce", ["get", "width"], width] as never;

/** Where a name may stand beside its node, the nearest places first; `west` where those to the east would be cut off. */
const around = (from: number, west: boolean): ["literal", (string | [number, number])[]] => {
  const [down, slant] = [from - 0.5, from * 0.75];
  const east: [string, [number, number]][] = [["left", [from, 0]], ["bottom-left", [slant, -slant]], ["top-left", [slant, slant]]];
  const middle: [string, [number, number]][] = [["top", [0, down]], ["bottom", [0, -down]]];
  const others: [string, [number, number]][] = [["right", [-from, 0]], ["bottom-right", [-slant, -slant]], ["top-right", [-slant, slant]]];
  return ["literal", (west ? others : [...east, ...middle, ...others]).flat()];
};
/** The same for nodes of one, of a few and of many. */
const places = (west: boolean): unknown => ["step", ["get", "count"], around(1.75, west), 2, around(2.1, west), 5, around(2.6, west), 20, around(3.1, west), 100, around(3.5, west)];
const PLACES = ["case", ["get", "west"], places(true), places(false)] as never;

const is = (role: Role) => ["==", ["get", "role"], role] as never;

/** What our layers and sources are called on the map: a configured style may have a "labels" of its own. */
export const ours = (name: string): string => `maillage-${name}`;

/** The colours of each layer: all that day and night differ in, but for the pictures of nodes. */
function coloursOf(theme: Theme): Record<string, Record<string, string>> {
  const look = GROUND[theme];
  const text = { "text-color": look.text, "text-halo-color": look.here };
  return {
    ground: { "background-color": look.water },
    land: { "fill-color": look.land },
    here: { "fill-color": look.here },
    borders: { "line-color": look.inner },
    "wide-borders": { "line-color": look.border },
    halo: { "line-color": look.halo },
    edge: { "line-color": look.edge },
    names: { "text-color": look.softText, "text-halo-color": look.here },
    ...Object.fromEntries(LINK_FAMILIES.map((family) => [`links-${family}`, { "line-color": LINK_LOOK[family][theme] }])),
    labels: text,
    "key-labels": text,
  };
}

/** The same by the layers' names on the map, with how soon they change: at once, since on paper there is no later. */
export const dyes = (theme: Theme): [string, object][] =>
  Object.entries(coloursOf(theme)).map(([name, colours]) => [ours(name), { ...colours, ...Object.fromEntries(Object.keys(colours).map((one) => [`${one}-transition`, { duration: 0, delay: 0 }])) }]);

/** The layers from the ground up; `own` where no style is configured. `size` is that of circles, as part of their own. */
export function layersOf(own: boolean, size: number, theme: Theme): LayerSpecification[] {
  const colours = new Map(dyes(theme));
  return shapesOf(own, size).map((layer) => {
    const id = ours(layer.id);
    return { ...layer, id, ...("source" in layer ? { source: ours(layer.source) } : {}), paint: { ...layer.paint, ...colours.get(id) } } as LayerSpecification;
  });
}

function shapesOf(own: boolean, size: number): LayerSpecification[] {
  // Borders lie over the edges of what is filled: smoothing these too would be one more program to compile.
  const filled = { "fill-antialias": false };
  const links = LINK_FAMILIES.map((family): LayerSpecification => {
    const { dash } = LINK_LOOK[family];
    return {
      id: `links-${family}`, type: "line", source: "links", filter: ["==", ["get", "family"], family],
      layout: { "line-cap": dash ? "butt" : "round", "line-sort-key": ["get", "weight"] },
      paint: { "line-width": ["interpolate", ["linear"], ["get", "weight"], 1, 1.6, 4, 3.6, 16, 7, 60, 11], "line-opacity": 0.72, ...(dash ? { "line-dasharray": dash } : {}) },
    };
  });
  // Where there is room for a few names only, they are those of key actors.
  const labels = [false, true].map((key): LayerSpecification => ({
    id: key ? "key-labels" : "labels", type: "symbol", source: "nodes", filter: ["all", ["!=", ["get", "label"], ""], [key ? ">" : "==", ["get", "rank"], 0]] as never,
    layout: {
      "text-field": ["get", "label"], "text-font": FONT, "text-size": key ? 13 : 12.5, "text-max-width": 10, "text-justify": "auto", "text-variable-anchor-offset": PLACES, "text-padding": 1,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-halo-width": 2.4 },
  }));
  return [
    ...(own ? [
      { id: "ground", type: "background" },
      { id: "land", type: "fill", source: "ground", filter: ["==", ["get", "land"], true] as never, paint: filled },
    ] satisfies LayerSpecification[] : []),
    { id: "here", type: "fill", source: "ground", filter: is("place"), paint: { ...filled, "fill-opacity": own ? 1 : 0.35 } },
    { id: "borders", type: "line", source: "ground", filter: is("inner"), paint: { "line-width": wide(0.9) } },
    { id: "wide-borders", type: "line", source: "ground", filter: is("wide"), paint: { "line-width": wide(1.4), "line-dasharray": [4, 2] } },
    { id: "halo", type: "line", source: "ground", filter: is("place"), paint: { "line-width": wide(9), "line-blur": 8, "line-opacity": 0.28 } },
    { id: "edge", type: "line", source: "ground", filter: is("place"), layout: { "line-join": "round" }, paint: { "line-width": wide(2) } },
    // A letter that nobody sees: the program that draws names is compiled with the first picture, and not when the first name comes up
    // while one moves. Of the same paint in the same order, since another order would be another program.
    {
      id: "ink", type: "symbol", source: "ground", filter: is("ink"),
      layout: { "text-field": "o", "text-font": FONT, "text-size": 1, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-halo-width": 1, "text-color": "transparent", "text-halo-color": "transparent" },
    },
    {
      id: "names", type: "symbol", source: "ground", filter: is("name"), minzoom: 8,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 9, 10, 13, 14], "text-max-width": 7, "text-padding": 6, "symbol-sort-key": ["get", "order"] },
      paint: { "text-halo-width": 1.4 },
    },
    ...links,
    ...labels,
    {
      id: "nodes", type: "symbol", source: "nodes",
      layout: { "icon-size": size, "icon-image": ["get", "picture"], "icon-allow-overlap": true, "icon-ignore-placement": false, "symbol-sort-key": ["+", ["get", "rank"], ["case", [">", ["get", "rank"], 0], 10000, ["get", "count"]]] },
    },
  ];
}
