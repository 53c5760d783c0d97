// The drawing itself: MapLibre with our own outlines for a base map. Loaded when a map is first shown.

import type { FeatureCollection } from "geojson";
import { AttributionControl, Map as Drawing, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, type StyleSpecification, type AllPaintProperties } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Theme } from "../lib/theme.ts";
import { LINK_FAMILIES } from "../lib/kinds.ts";
import { MAX_ZOOM, paddingOf, type Box } from "./frame.ts";
import { dyes, layersOf, ours, SOURCES, type Source } from "./layers.ts";
import { draw, isPicture, type LinkProperties, type NodeProperties } from "./shapes.ts";
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

/** A map of this size has room for whole circles; below, they shrink down to a part of their size. */
const ROOM = { width: 640, height: 480 };
const SMALLEST = 0.6;

/** How long the first picture waits for all that belongs on it, in milliseconds: what comes later is laid over what is there. */
const PATIENCE = 1_500;

const BLANK: StyleSpecification = { version: 8, sources: {}, layers: [] };
const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
export class MapDrawing {
  private readonly map: Drawing;
  private ready = false;
  private gone = false;
  /** Whether it still looks where it was told to. */
  private home = true;
  private readonly held = new Map<string, FeatureCollection>();
  /** Lets the map be painted; null where it is. */
  private release: (() => void) | null;

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
      style: style ?? BLANK,
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
    this.release = this.holdBack();
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    if (style) this.map.addControl(new AttributionControl({ compact: true }));
    // Hundreds may be missing at once: drawn in one go, the page would stand still.
    this.map.setMissingStyleImageResolver((id) =>
      inTurn(() => {
        const picture = this.gone || this.map.hasImage(id) ? null : draw(id, this.theme);
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
    this.map.on("idle", () => {
      if (!this.ready) return;
      if (!this.release) this.events.rested();
      else if (this.held.size === SOURCES.length) this.release();
    });
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout", () => this.events.hovered(null));
    this.map.on("click", (event) => this.click(event));
  }

  /** Paints nothing yet: without a GPU each frame takes as long as the last one, and a dozen come before all is there. */
  private holdBack(): () => void {
    const { painter } = this.map;
    const paint = painter.render;
    painter.render = () => undefined;
    const timer = setTimeout(() => this.release?.(), PATIENCE);
    return () => {
      clearTimeout(timer);
      this.release = null;
      painter.render = paint;
      this.map.triggerRepaint();
    };
  }

  /** Lays our sources and layers over the ground, ours or a configured one. */
  private dress(): void {
    const { map } = this;
    for (const source of SOURCES) {
      map.addSource(ours(source), { type: "geojson", data: this.held.get(source) ?? NOTHING, ...(source === "ground" ? { tolerance: 0.5 } : {}) });
    }
    for (const layer of layersOf(!this.style, this.size(), this.theme)) map.addLayer(layer);
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
    const [node] = this.map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: [ours("nodes")] });
    if (node && node.geometry.type === "Point") return { node: node.properties as NodeProperties, coordinates: node.geometry.coordinates as [number, number] };
    const [link] = this.map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: LINK_FAMILIES.map((family) => ours(`links-${family}`)) });
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
  put(source: Source, data: FeatureCollection): void {
    this.held.set(source, data);
    if (this.ready) (this.map.getSource(ours(source)) as GeoJSONSource | undefined)?.setData(data);
  }

  wear(theme: Theme): void {
    if (theme === this.theme) return;
    this.theme = theme;
    if (!this.ready) return;
    this.paint(theme);
    for (const id of this.pictures()) void inTurn(() => this.gone || this.redraw(id, theme));
  }

  private paint(theme: Theme): void {
    for (const [layer, colours] of dyes(theme)) {
      if (!this.map.getLayer(layer)) continue;
      for (const [name, value] of Object.entries(colours)) this.map.setPaintProperty(layer, name as keyof AllPaintProperties, value);
    }
  }

  /** The pictures of nodes that are held; a configured style has others. */
  private pictures(): string[] {
    return this.map.listImages().filter(isPicture);
  }

  private redraw(id: string, theme: Theme): void {
    const picture = draw(id, theme);
    if (picture) this.map.updateImage(id, picture);
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

  /** What is on the screen as a picture, for paper: by day, since paper is white, and without the room that is left for the legend. */
  picture(): string {
    this.release?.();
    const night = this.ready && this.theme === "dark";
    if (night) this.dye("light");
    this.map.redraw();
    const taken = this.taken();
    if (night) this.dye("dark");
    return taken;
  }

  private dye(theme: Theme): void {
    this.paint(theme);
    for (const id of this.pictures()) this.redraw(id, theme);
  }

  private taken(): string {
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
    if (this.ready) this.map.setLayoutProperty(ours("nodes"), "icon-size", this.size());
  }

  remove(): void {
    this.gone = true;
    this.release?.();
    this.map.remove();
  }
}
