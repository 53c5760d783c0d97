// The drawing itself: MapLibre with our own outlines for a base map. Loaded when a map is first shown.

import type { FeatureCollection } from "geojson";
import { AttributionControl, Map as Drawing, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Theme } from "../lib/theme.ts";
import { LINK_FAMILIES, LINK_LOOK } from "../lib/kinds.ts";
import { MAX_ZOOM, paddingOf, type Box } from "./frame.ts";
import { draw, type LinkProperties, type NodeProperties } from "./shapes.ts";
import { inTurn } from "../lib/turns.ts";

export { GPUInitializationError } from "maplibre-gl";

setWorkerUrl(workerUrl);

export interface Events {
  moved: (box: Box, zoom: number) => void;
  chose: (node: NodeProperties, at: [number, number]) => void;
  hovered: (what: { node?: NodeProperties; link?: LinkProperties; place?: string; x: number; y: number } | null) => void;
  /** All that was put on the map is on the screen. */
  rested: () => void;
}

const GROUND = {
  light: { water: "#e7e8e3", far: "#eeece5", near: "#f1efe8", here: "#fffdf7", border: "#cfcabb", inner: "#e0dbcc", edge: "#0d4f5c", halo: "#0d4f5c", text: "#17262c", softText: "#6a7478" },
  dark: { water: "#0b1215", far: "#0f181c", near: "#121d22", here: "#1b2a30", border: "#31434b", inner: "#2a3a41", edge: "#7fd0d6", halo: "#7fd0d6", text: "#e9f0f0", softText: "#8ba0a7" },
} as const;

/** A map of this size has room for whole circles; below, they shrink down to a part of their size. */
const ROOM = { width: 640, height: 480 };
const SMALLEST = 0.6;

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
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

export class MapDrawing {
  private readonly map: Drawing;
  private ready = false;
  private gone = false;
  /** Whether it still looks where it was told to. */
  private home = true;
  private readonly held = new Map<string, FeatureCollection>();

  constructor(
    container: HTMLElement,
    private theme: Theme,
    private readonly style: string | null,
    private box: Box,
    private readonly events: Events,
    words: Record<string, string>,
  ) {
    this.map = new Drawing({
      container,
      style: style ?? this.ground(),
      bounds: [box.west, box.south, box.east, box.north],
      fitBoundsOptions: { padding: paddingOf(container.clientWidth) },
      attributionControl: false,
      dragRotate: false,
      // On a touch screen one finger scrolls the page: else whoever comes upon the map is caught in it.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      pitchWithRotate: false,
      maxZoom: MAX_ZOOM,
      minZoom: 3,
      locale: words,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    if (style) this.map.addControl(new AttributionControl({ compact: true }));
    // Hundreds may be missing at once: drawn in one go, the page would stand still.
    this.map.setMissingStyleImageResolver((id) =>
      inTurn(() => {
        const picture = this.gone || this.map.hasImage(id) ? null : draw(id);
        if (picture) this.map.addImage(id, picture, { pixelRatio: 2 });
      }),
    );
    this.map.on("style.load", () => this.dress());
    this.map.on("moveend", () => this.tellMoved());
    this.map.on("movestart", (event) => {
      if (event.originalEvent) this.home = false;
      // What was under the pointer goes away under it.
      this.events.hovered(null);
    });
    this.map.on("idle", () => this.ready && this.events.rested());
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout", () => this.events.hovered(null));
    this.map.on("click", (event) => this.click(event));
  }

  private ground(): StyleSpecification {
    return { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": GROUND[this.theme].water } }] };
  }

  /** Lays our sources and layers over the ground, ours or a configured one. */
  private dress(): void {
    const { map } = this;
    const look = GROUND[this.theme];
    const dark = this.theme === "dark";
    for (const source of ["outlines", "place", "links", "nodes", "names"]) {
      map.addSource(source, { type: "geojson", data: this.held.get(source) ?? NOTHING, ...(source === "outlines" ? { tolerance: 0.2 } : {}) });
    }
    const isWide = ["in", ["get", "kind"], ["literal", ["REGION", "DEPARTMENT", "COUNTRY"]]] as never;
    // Borders lie over the edges of what is filled: smoothing these too would be one more program to compile.
    if (!this.style) {
      map.addLayer({ id: "far", type: "fill", source: "outlines", filter: isWide, paint: { "fill-color": look.far, "fill-antialias": false } });
      map.addLayer({ id: "near", type: "fill", source: "outlines", filter: ["!", isWide] as never, paint: { "fill-color": look.near, "fill-antialias": false } });
    }
    map.addLayer({ id: "here", type: "fill", source: "place", paint: { "fill-color": look.here, "fill-antialias": false, "fill-opacity": this.style ? 0.35 : 1 } });
    map.addLayer({ id: "borders", type: "line", source: "outlines", filter: ["!", isWide] as never, paint: { "line-color": look.inner, "line-width": wide(0.9) } });
    map.addLayer({ id: "wide-borders", type: "line", source: "outlines", filter: isWide, paint: { "line-color": look.border, "line-width": wide(1.4), "line-dasharray": [4, 2] } });
    map.addLayer({ id: "halo", type: "line", source: "place", paint: { "line-color": look.halo, "line-width": wide(9), "line-blur": 8, "line-opacity": 0.28 } });
    map.addLayer({ id: "edge", type: "line", source: "place", layout: { "line-join": "round" }, paint: { "line-color": look.edge, "line-width": wide(2) } });
    map.addLayer({
      id: "names", type: "symbol", source: "names", minzoom: 8,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 9, 10, 13, 14], "text-max-width": 7, "text-padding": 6, "symbol-sort-key": ["get", "order"] },
      paint: { "text-color": look.softText, "text-halo-color": look.here, "text-halo-width": 1.4 },
    });
    for (const family of LINK_FAMILIES) {
      const { light, dark: onDark, dash } = LINK_LOOK[family];
      map.addLayer({
        id: `links-${family}`, type: "line", source: "links", filter: ["==", ["get", "family"], family],
        layout: { "line-cap": dash ? "butt" : "round", "line-sort-key": ["get", "weight"] },
        paint: {
          "line-color": dark ? onDark : light,
          "line-width": ["interpolate", ["linear"], ["get", "weight"], 1, 1.6, 4, 3.6, 16, 7, 60, 11],
          "line-opacity": 0.72,
          ...(dash ? { "line-dasharray": dash } : {}),
        },
      });
    }
    // Where there is room for a few names only, they are those of key actors.
    for (const key of [false, true]) {
      map.addLayer({
        id: key ? "key-labels" : "labels", type: "symbol", source: "nodes", filter: ["all", ["!=", ["get", "label"], ""], [key ? ">" : "==", ["get", "rank"], 0]] as never,
        layout: {
          "text-field": ["get", "label"], "text-font": FONT, "text-size": key ? 13 : 12.5, "text-max-width": 10, "text-justify": "auto", "text-variable-anchor-offset": PLACES, "text-padding": 1,
          "symbol-sort-key": ["get", "rank"],
        },
        paint: { "text-color": look.text, "text-halo-color": look.here, "text-halo-width": 2.4 },
      });
    }
    map.addLayer({
      id: "nodes", type: "symbol", source: "nodes",
      layout: { "icon-size": this.size(), "icon-image": ["get", "picture"], "icon-allow-overlap": true, "icon-ignore-placement": false, "symbol-sort-key": ["+", ["get", "rank"], ["case", [">", ["get", "rank"], 0], 10000, ["get", "count"]]] },
    });
    this.ready = true;
    this.tellMoved();
  }

  /** How large circles are, as part of their size: on a small map they would hide one another. */
  private size(): number {
    const { clientWidth, clientHeight } = this.map.getContainer();
    return Math.min(1, Math.max(SMALLEST, Math.min(clientWidth / ROOM.width, clientHeight / ROOM.height)));
  }

  private tellMoved(): void {
    if (!this.ready) return;
    const bounds = this.map.getBounds();
    this.events.moved({ west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() }, this.map.getZoom());
  }

  private at(event: MapMouseEvent): { node?: NodeProperties; link?: LinkProperties; coordinates?: [number, number] } {
    if (!this.ready) return {};
    const { x, y } = event.point;
    const [node] = this.map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ["nodes"] });
    if (node && node.geometry.type === "Point") return { node: node.properties as NodeProperties, coordinates: node.geometry.coordinates as [number, number] };
    const [link] = this.map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: LINK_FAMILIES.map((family) => `links-${family}`) });
    return link ? { link: link.properties as LinkProperties } : {};
  }

  private hover(event: MapMouseEvent): void {
    const { node, link } = this.at(event);
    this.map.getCanvas().style.cursor = node ? "pointer" : "";
    this.events.hovered(node || link ? { ...(node ? { node } : {}), ...(link ? { link } : {}), x: event.point.x, y: event.point.y } : null);
  }

  private click(event: MapMouseEvent): void {
    const { node, coordinates } = this.at(event);
    this.events.hovered(null);
    if (node && coordinates) this.events.chose(node, coordinates);
  }

  /** Puts data on the map, now or as soon as it can take it. */
  put(source: "outlines" | "place" | "links" | "nodes" | "names", data: FeatureCollection): void {
    this.held.set(source, data);
    if (this.ready) (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  wear(theme: Theme): void {
    if (theme === this.theme) return;
    this.theme = theme;
    this.ready = false;
    this.map.setStyle(this.style ?? this.ground(), { diff: false });
  }

  /** Looks at a box that has become another, where nobody has turned away from it. */
  settle(box: Box): void {
    if (this.home && box !== this.box) this.fit(box, true);
  }

  fit(box: Box, quick = false): void {
    this.home = true;
    this.box = box;
    this.map.fitBounds([box.west, box.south, box.east, box.north], { padding: paddingOf(this.map.getContainer().clientWidth), maxZoom: 15, animate: !quick && !matchMedia("(prefers-reduced-motion: reduce)").matches, duration: 500 });
  }

  zoom(by: number): void {
    this.home = false;
    this.map.zoomTo(this.map.getZoom() + by, { duration: 250 });
  }

  get zoomLevel(): number {
    return this.map.getZoom();
  }

  /** What is on the screen as a picture, for paper, which has no canvas; without the room that is left for the legend. */
  picture(): string {
    this.map.redraw();
    const drawn = this.map.getCanvas();
    const padding = paddingOf(drawn.clientWidth);
    const left = this.home ? Math.round(((padding.left - padding.right) * drawn.width) / Math.max(drawn.clientWidth, 1)) : 0;
    const sheet = document.createElement("canvas");
    sheet.width = drawn.width - left;
    sheet.height = drawn.height;
    sheet.getContext("2d")?.drawImage(drawn, -left, 0);
    return sheet.toDataURL("image/png");
  }

  point(at: [number, number]): { x: number; y: number } {
    return this.map.project(at);
  }

  onMove(listener: () => void): () => void {
    this.map.on("move", listener);
    return () => void this.map.off("move", listener);
  }

  resize(): void {
    this.map.resize();
    if (this.ready) this.map.setLayoutProperty("nodes", "icon-size", this.size());
  }

  remove(): void {
    this.gone = true;
    this.map.remove();
  }
}
