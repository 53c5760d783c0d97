// The map, and what is said of it in words beside it.

import type { Feature, FeatureCollection, Geometry } from "geojson";
import { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, useQuery } from "../api/client.ts";
import { ActorListDocument, MapViewDocument, type MapViewQuery, type PlaceViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { FAMILIES, familyOf, LINK_FAMILIES, type Family, type LinkFamily } from "../lib/kinds.ts";
import { actorFilter, interactionFilter, type Place, type Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { inTurn } from "../lib/turns.ts";
import type { MapDrawing } from "../map/engine.ts";
import { frameFor, padded, paddingOf, snapped, withNear, type Frame } from "../map/frame.ts";
import { outlines } from "../map/ground.ts";
import { linkFeatures, nodeFeatures, sharedFamily, type KeyPlace, type LinkProperties, type NodeProperties } from "../map/shapes.ts";
import { ActorLine } from "../parts/bits.tsx";
import { FamilyBadge, Icon, KindBadge, LinkStroke } from "../parts/icons.tsx";
import { Failed, NoActor } from "../parts/states.tsx";
import { ThemeContext } from "../parts/theme.ts";

export type ShownPlace = NonNullable<PlaceViewQuery["territory"]>;
type Drawn = NonNullable<NonNullable<MapViewQuery["territory"]>["map"]>;

type Engine = typeof import("../map/engine.ts");

const engine = import("../map/engine.ts");

/** Links that are drawn, the heaviest: an eye tells no more apart. */
const MOST_LINKS = 1_000;

/** How long it is waited for what else is to be in sight, in milliseconds: told later, the map moves. */
const PATIENCE = 400;

/** Room that the name of a node takes at most, with the node itself. */
const NAME_WIDTH = 170;

/** Room that a tip takes at most, with its distance to the pointer. */
const TIP = { width: 300, height: 90 };

/** How many of those without an address are named where the map is empty. */
const NAMED = 5;

interface Props {
  selection: Selection;
  place: Place;
  shown: ShownPlace;
  asOf: string | null;
  keys: KeyPlace[];
  /** Where lines that leave the territory end; null until that is known. */
  ends: [number, number][] | null;
}

interface Popup {
  at: [number, number];
  title: string;
  actors: { id: string; slug: string; name: string; kind: Parameters<typeof familyOf>[0] }[];
}

export function MapView({ selection, place, shown, asOf, keys, ends }: Props) {
  const { t, tongue, number } = useSpeech();
  const theme = useContext(ThemeContext);
  const container = useRef<HTMLDivElement>(null);
  const drawing = useRef<MapDrawing | null>(null);
  const [frame, setFrame] = useState<Frame | null>(null);
  const [made, setMade] = useState(false);
  const [rested, setRested] = useState(false);
  const [tip, setTip] = useState<{ x: number; y: number; text: string; more?: string } | null>(null);
  const [popup, setPopup] = useState<Popup | null>(null);
  const [able, setAble] = useState(true);
  const home = useMemo(() => withNear(shown.bbox ?? shown.ancestors.find((one) => one.bbox)?.bbox ?? { west: -5, south: 41.3, east: 9.6, north: 51.2 }, ends ?? []), [shown, ends]);

  // Asked for as the map will look, while the map itself is still being loaded. What is to be in sight is known first: a map that
  // moves once it is drawn is drawn twice.
  const [settled, setSettled] = useState(false);
  useLayoutEffect(() => {
    const { clientWidth = 0, clientHeight = 0 } = container.current ?? {};
    if (made) drawing.current?.settle(home);
    else if (clientWidth) setFrame(frameFor(home, clientWidth, clientHeight, paddingOf(clientWidth)));
    if (ends) setSettled(true);
  }, [home, made]);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);

  const variables = useMemo(() => {
    if (!able || !settled) return null;
    const zoom = frame ? Math.round(frame.zoom * 2) / 2 : null;
    if (zoom === null || !frame) return null;
    return {
      territory: { code: place },
      asOf,
      filter: actorFilter(selection, place),
      interactions: interactionFilter(selection),
      zoom,
      bbox: snapped(padded(frame.box, 0.2)),
      // More nodes than a screen has cells of the grid.
      limit: 700,
    };
  }, [able, settled, frame, place.kind, place.code, selection, asOf]);
  const { data, error, again, loading } = useQuery(MapViewDocument, variables);
  useShown(MapViewDocument, variables);
  const drawn: Drawn | null = data?.territory?.map ?? null;

  const latest = useRef<{ drawn: Drawn | null; chose: (node: NodeProperties, at: [number, number]) => void; said: (link: LinkProperties) => string }>({ drawn: null, chose: () => undefined, said: () => "" });
  latest.current = {
    drawn,
    chose: (node, at) => void chose(node, at),
    said: (link) => [t.linkFamilies[link.family], t.map.links(link.count)].join(" · "),
  };

  const chose = useCallback(
    async (node: NodeProperties, at: [number, number]) => {
      const held = latest.current.drawn?.nodes.find((one) => one.key === node.key);
      if (!held) return;
      if (held.actor) {
        setPopup({ at, title: "", actors: [held.actor] });
        return;
      }
      const small = held.bbox.east - held.bbox.west < 0.0002 && held.bbox.north - held.bbox.south < 0.0002;
      if (!small && (drawing.current?.zoomLevel ?? 0) < 16) {
        setPopup(null);
        drawing.current?.fit(padded(held.bbox, 0.25));
        return;
      }
      const filter = { ...actorFilter(selection, place), bbox: padded(held.bbox, 0.1) };
      const answer = await ask(ActorListDocument, { territory: { code: place }, filter, first: 50, after: null, orderBy: null, language: tongue === "fr" ? "FR" : "EN" });
      setPopup({ at, title: t.map.cluster(held.actorCount), actors: answer.data?.territory?.actors.nodes ?? [] });
    },
    [selection, place.kind, place.code, tongue],
  );

  // The drawing is made once; what it shows is put into it as it comes.
  useEffect(() => {
    if (!able) return undefined;
    let gone = false;
    let drawn: MapDrawing | null = null;
    let watcher: ResizeObserver | null = null;
    const make = (MapDrawing: Engine["MapDrawing"], element: HTMLDivElement): MapDrawing =>
      new MapDrawing(element, theme, config.style, home, {
        moved: (box, zoom) => {
          setMade(true);
          setFrame({ box, zoom });
        },
        chose: (node, at) => latest.current.chose(node, at),
        rested: () => coming.current === 0 && setRested(true),
        hovered: (what) => {
          if (!what) setTip(null);
          else if (what.node) {
            const { name, label, count } = what.node;
            setTip({ x: what.x, y: what.y, text: name || label || t.map.cluster(count), more: name ? undefined : t.map.opens });
          } else if (what.link) setTip({ x: what.x, y: what.y, text: latest.current.said(what.link) });
        },
      }, {
        "Map.Title": t.map.label(shown.name),
        "CooperativeGesturesHandler.MobileHelpText": t.map.twoFingers,
        "CooperativeGesturesHandler.WindowsHelpText": t.map.withKey("Ctrl"),
        "CooperativeGesturesHandler.MacHelpText": t.map.withKey("⌘"),
      });
    void Promise.all([engine, document.fonts.load("16px Hyperlegible")]).then(([{ MapDrawing, GPUInitializationError }]) => {
      const element = container.current;
      if (gone || !element) return;
      try {
        drawn = make(MapDrawing, element);
      } catch (error) {
        // Asking first whether it can would take a quarter of a second.
        if (!(error instanceof GPUInitializationError)) throw error;
        setAble(false);
        return;
      }
      drawing.current = drawn;
      watcher = new ResizeObserver(() => drawn?.resize());
      watcher.observe(element);
    });
    return () => {
      gone = true;
      watcher?.disconnect();
      drawn?.remove();
      drawing.current = null;
    };
  }, [able]);

  // Paper gets a picture: canvases come out empty there.
  useEffect(() => {
    const lay = (): void => {
      const image = new Image();
      image.className = "map-print";
      image.alt = t.map.label(shown.name);
      image.src = drawing.current?.picture() ?? "";
      container.current?.prepend(image);
    };
    const lift = (): void => container.current?.querySelectorAll(".map-print").forEach((image) => image.remove());
    addEventListener("beforeprint", lay);
    addEventListener("afterprint", lift);
    return () => {
      removeEventListener("beforeprint", lay);
      removeEventListener("afterprint", lift);
    };
  }, [shown, t]);

  useEffect(() => {
    drawing.current?.wear(theme);
  }, [theme, made]);

  // Where one looks, and its outline.
  const placeKey = `${shown.kind}:${shown.code}`;
  const first = useRef(true);
  useEffect(() => {
    if (!drawing.current) return;
    setPopup(null);
    if (!first.current) drawing.current.fit(home);
    first.current = false;
  }, [placeKey, made]);

  const [ground, setGround] = useState<Feature[] | null>(null);
  useEffect(() => {
    if (!able) return undefined;
    const stop = new AbortController();
    void outlines(shown, home, stop.signal).then(setGround, () => !stop.signal.aborted && setGround([]));
    return () => stop.abort();
  }, [placeKey, able]);
  // In turns, since each takes a part of a frame where there is much of it.
  const coming = useRef(0);
  const put = (...what: Parameters<MapDrawing["put"]>[0][]) => (data: (source: (typeof what)[number]) => FeatureCollection) => {
    setRested(false);
    for (const source of what) {
      coming.current += 1;
      void inTurn(() => drawing.current?.put(source, data(source))).finally(() => (coming.current -= 1));
    }
  };
  useEffect(() => {
    if (ground && drawing.current) put("ground")(() => ({ type: "FeatureCollection", features: shown.boundary ? [...ground, { type: "Feature", properties: { role: "place" }, geometry: shown.boundary as Geometry }] : ground }));
  }, [ground, made]);
  useEffect(() => {
    if (drawn && drawing.current) put("links")(() => linkFeatures(drawn.links.slice(0, MOST_LINKS), drawn.nodes));
  }, [drawn, made]);

  const edge = frame && container.current ? frame.box.east - ((frame.box.east - frame.box.west) * NAME_WIDTH) / Math.max(container.current.clientWidth, 1) : 180;
  const nodes = useMemo(() => drawn && nodeFeatures(drawn.nodes, keys, edge), [drawn, keys, edge]);
  const turned = nodes?.features.filter(({ properties }) => properties.label && properties.west).map(({ properties }) => properties.key).join();
  useEffect(() => {
    if (nodes && drawing.current) put("nodes")(() => nodes);
  }, [drawn, keys, made, turned]);

  const families = new Set<Family>(drawn?.nodes.flatMap((node) => node.kinds.map(({ kind }) => familyOf(kind))));
  const linkFamilies = new Set<LinkFamily>(drawn?.links.map((link) => sharedFamily(link.kinds)));

  if (!able) return <p class="note">{t.map.noWebGL}</p>;
  return (
    <div class="map-view">
      <div
        class={`map-canvas${loading ? " busy" : ""}`}
        ref={container}
        role="region"
        aria-label={t.map.label(shown.name)}
        aria-describedby="map-help"
        data-drawn={drawn && made && ground && rested ? "yes" : "no"}
      />
      <p id="map-help" class="unseen">
        {t.map.help}
      </p>
      <div class="map-buttons">
        <button type="button" class="icon-button" aria-label={t.map.zoomIn} title={t.map.zoomIn} onClick={() => drawing.current?.zoom(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.zoomOut} title={t.map.zoomOut} onClick={() => drawing.current?.zoom(-1)}>
          <Icon name="minus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.fit} title={t.map.fit} onClick={() => drawing.current?.fit(home)}>
          <Icon name="fit" />
        </button>
      </div>
      {error && (
        <div class="map-over">
          <Failed error={error} again={again} />
        </div>
      )}
      {drawn && drawn.actorCount === 0 && !loading && (
        <div class="map-over panel">
          <NoActor selection={selection} />
        </div>
      )}
      {drawn && drawn.actorCount > 0 && drawn.unlocatedCount === drawn.actorCount && !loading && <Unlocated selection={selection} place={place} count={drawn.unlocatedCount} />}
      {tip && !popup && (
        <div class={`tip${tip.x > (container.current?.clientWidth ?? 0) - TIP.width ? " west" : ""}${tip.y > (container.current?.clientHeight ?? 0) - TIP.height ? " north" : ""}`} style={{ left: `${tip.x}px`, top: `${tip.y}px` }} aria-hidden="true">
          <strong>{tip.text}</strong>
          {tip.more && <span>{tip.more}</span>}
        </div>
      )}
      {popup && drawing.current && (
        <Card
          popup={popup}
          drawing={drawing.current}
          keys={keys}
          close={() => {
            setPopup(null);
            // The card takes the focus with it: the keyboard goes on where it was opened.
            container.current?.querySelector("canvas")?.focus({ preventScroll: true });
          }}
        />
      )}
      <details class="legend" open={matchMedia("(min-width: 84.01rem)").matches}>
        <summary>{t.map.legend}</summary>
        <ul>
          {FAMILIES.filter((family) => families.has(family)).map((family) => (
            <li key={family}>
              <FamilyBadge family={family} size={18} /> {t.families[family]}
            </li>
          ))}
          {keys.length > 0 && (
            <li>
              <span class="key-mark" aria-hidden="true" /> {t.map.key}
            </li>
          )}
          {LINK_FAMILIES.filter((family) => linkFamilies.has(family)).map((family) => (
            <li key={family}>
              <LinkStroke family={family} /> {t.linkFamilies[family]}
            </li>
          ))}
        </ul>
        {linkFamilies.size > 0 && <p class="small">{t.map.width}</p>}
        {config.demo && <p class="small">{t.map.base}</p>}
        {drawn && drawn.unlocatedCount > 0 && !drawn.truncated && <p class="small">{t.map.unlocated(drawn.unlocatedCount).replace(String(drawn.unlocatedCount), number(drawn.unlocatedCount))}</p>}
      </details>
      {drawn && (drawn.truncated || drawn.links.length > MOST_LINKS) && <p class="map-note small">{t.map.truncated}</p>}
    </div>
  );
}

/** Nobody can be drawn: who they are is said where the map would show them. */
function Unlocated({ selection, place, count }: { selection: Selection; place: Place; count: number }) {
  const { t, language } = useSpeech();
  const found = useQuery(ActorListDocument, { territory: { code: place }, filter: { ...actorFilter(selection, place), hasLocation: false }, first: NAMED, after: null, orderBy: null, language });
  const actors = found.data?.territory?.actors.nodes ?? [];
  return (
    <div class="map-over panel unlocated">
      <p>
        <strong>{t.map.nobodyDrawn(count)}</strong>
      </p>
      <ul class="lines">
        {actors.map((actor) => (
          <li key={actor.id}>
            <ActorLine actor={actor}>{[t.actorKinds[actor.kind], actor.seat?.name].filter(Boolean).join(" · ")}</ActorLine>
          </li>
        ))}
      </ul>
      {count > actors.length && actors.length > 0 && <p class="small">{t.call.more(count - actors.length)}</p>}
    </div>
  );
}

function Card({ popup, drawing, keys, close }: { popup: Popup; drawing: MapDrawing; keys: KeyPlace[]; close: () => void }) {
  const { t } = useSpeech();
  const [at, setAt] = useState(() => drawing.point(popup.at));
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setAt(drawing.point(popup.at));
    card.current?.querySelector("a")?.focus({ preventScroll: true });
    return drawing.onMove(() => setAt(drawing.point(popup.at)));
  }, [popup]);
  return (
    <div
      class="map-card"
      ref={card}
      role="dialog"
      aria-label={popup.title || popup.actors[0]?.name}
      style={{ left: `${at.x}px`, top: `${at.y}px` }}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <button type="button" class="icon-button bare" aria-label={t.query.close} onClick={close}>
        <Icon name="close" size={16} />
      </button>
      {popup.title && <p class="small">{popup.title}</p>}
      <ul>
        {popup.actors.map((actor) => (
          <li key={actor.id}>
            <KindBadge kind={actor.kind} size={24} />
            <span>
              <a href={`/acteurs/${actor.slug}`}>{actor.name}</a>
              <small>
                {t.actorKinds[actor.kind]}
                {keys.some((key) => key.id === actor.id) && ` · ${t.map.key}`}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
