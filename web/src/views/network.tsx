// The same selection as a network: who is linked with whom, wherever they sit.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { NetworkCoreDocument, NetworkViewDocument, type EcosystemRole, type NetworkViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { FAMILY_COLOR, FAMILY_SIGN, familyOf, LINK_FAMILIES, LINK_LOOK, linkFamilyOf, strokeOf } from "../lib/kinds.ts";
import { usePages } from "../lib/pages.ts";
import { actorFilter, filtersSet, interactionFilter, type Place, type Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import type { KeyPlace } from "../map/shapes.ts";
import { Icon, LinkStroke } from "../parts/icons.tsx";
import { Empty, Failed, Loading, NoActor } from "../parts/states.tsx";
import { fitted, graphOf, namesThatFit, radius, shortName, type Bond, type Dot } from "./graph.ts";

/** Up to how many links a network is drawn whole; of a larger one, those between the actors that are most linked. */
const MOST_LINKS = 600;
const linksOf = (answer: NetworkViewQuery) => answer.territory?.interactions;
const isLarge = (answer: NetworkViewQuery | null): boolean => !!answer && (linksOf(answer)?.totalCount ?? 0) > MOST_LINKS;

/** Places the dots, some steps a frame so that the page stays awake; the same graph is placed the same way. */
function usePlaced(dots: Dot[], bonds: Bond[], coming: boolean): number {
  const [round, setRound] = useState(0);
  useEffect(() => {
    setRound(0);
    if (dots.length === 0 || coming) return undefined;
    const simulation = forceSimulation(dots)
      .force("link", forceLink<Dot, Bond>(bonds).id((dot) => dot.id).distance((bond) => 46 + 2 * Math.min(30, Math.min(bond.source.degree, bond.target.degree) * 4)).strength(0.5))
      .force("charge", forceManyBody<Dot>().strength((dot) => -90 - 14 * Math.sqrt(dot.degree)).distanceMax(600))
      .force("collide", forceCollide<Dot>((dot) => radius(dot) + 4))
      .force("x", forceX(0).strength(0.05))
      .force("y", forceY(0).strength(0.065))
      .stop();
    let steps = 0;
    let frame = 0;
    const go = (): void => {
      const end = performance.now() + 12;
      while (steps < 300 && performance.now() < end) {
        simulation.tick();
        steps += 1;
      }
      if (steps < 300) frame = requestAnimationFrame(go);
      else setRound((count) => count + 1);
    };
    frame = requestAnimationFrame(go);
    return () => cancelAnimationFrame(frame);
  }, [dots, bonds, coming]);
  return round;
}

export function NetworkView({ selection, place, name, asOf, keys }: { selection: Selection; place: Place; name: string; asOf: string | null; keys: KeyPlace[] }) {
  const { t, number } = useSpeech();
  const filter = actorFilter(selection, place);
  const variables = {
    territory: { code: place },
    asOf,
    filter,
    interactions: interactionFilter(selection),
    within: { ...interactionFilter(selection), activeOn: asOf ?? new Date().toISOString().slice(0, 10), between: filter },
    first: 100,
    after: null as string | null,
  };
  const whole = usePages(NetworkViewDocument, variables, linksOf, (answer) => (isLarge(answer) ? 0 : MOST_LINKS));
  const { data } = whole;
  const large = isLarge(data);
  const { territory, interactions } = variables;
  const asked = large ? { territory, asOf, filter, interactions } : null;
  const core = useQuery(NetworkCoreDocument, asked);
  useShown(large ? NetworkCoreDocument : NetworkViewDocument, asked ?? variables);
  const { error, loading, again } = large ? core : whole;
  const coming = large ? core.data === null && !error : whole.coming;
  const rows = large ? (core.data?.territory?.ecosystem?.keyInteractions ?? []) : whole.rows;
  const key = rows.map((row) => row.id).join();
  const central = useMemo(() => new Map((data?.territory?.ecosystem?.keyActors ?? []).map((one) => [one.actor.id, one])), [data]);
  const { dots, bonds } = useMemo(() => graphOf(rows, (id) => central.get(id)?.degree ?? (large ? 1 : undefined)), [key, central, large]);
  const keyed = useMemo(() => new Set(keys.map((one) => one.id)), [keys]);
  const round = usePlaced(dots, bonds, coming);
  const ecosystem = data?.territory?.ecosystem;
  if (error && rows.length === 0) return <Failed error={error} again={again} />;
  if (!data || coming) return <Loading lines={8} />;
  if (rows.length === 0 && !loading) return filtersSet(selection) > 0 ? <NoActor selection={selection} title={t.network.empty} /> : <Empty title={t.network.empty} help={t.network.emptyHelp} />;
  return (
    <div class="network-view">
      <div class="network-canvas">{round > 0 ? <Drawing dots={dots} bonds={bonds} central={central} whole={!large} keyed={keyed} label={t.network.label(name)} /> : <Loading lines={8} />}</div>
      <div class="network-words">
        <NetworkLegend bonds={bonds} keys={dots.some((dot) => keyed.has(dot.id))} />
        <p class="small">
          {[
            t.network.linked(number(dots.length), number(rows.length)),
            large ? t.network.coreHelp : t.network.help,
            large && ecosystem && t.network.core(number(ecosystem.actorCount), number(ecosystem.interactionCount)),
            ecosystem && ecosystem.isolated.totalCount > 0 && t.network.isolated(number(ecosystem.isolated.totalCount), ecosystem.isolated.totalCount > 1),
            ecosystem && !large && t.network.groups(ecosystem.componentCount - ecosystem.isolated.totalCount),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {error && <Failed error={error} again={again} />}
      </div>
    </div>
  );
}

function NetworkLegend({ bonds, keys }: { bonds: Bond[]; keys: boolean }) {
  const { t } = useSpeech();
  const families = new Set(bonds.map((bond) => linkFamilyOf(bond.kind)));
  return (
    <ul class="legend-row">
      {keys && (
        <li>
          <span class="key-mark" aria-hidden="true" /> {t.map.key}
        </li>
      )}
      {LINK_FAMILIES.filter((family) => families.has(family)).map((family) => (
        <li key={family}>
          <LinkStroke family={family} /> {t.linkFamilies[family]}
        </li>
      ))}
    </ul>
  );
}

interface DrawingProps {
  dots: Dot[];
  bonds: Bond[];
  /** The most central actors of the whole network. */
  central: Map<string, { degree: number; role: EcosystemRole }>;
  /** Whether all links are drawn: else those of the others are not known. */
  whole: boolean;
  /** Those whose dots have a golden ring: whom to meet first. */
  keyed: Set<string>;
  label: string;
}

/** What the buttons of the zoom cover, at the upper left, in pixels. */
const BUTTONS = { width: 56, height: 136 };

/** Below this width one name is written over dots, not three. */
const SMALL = 480;

function Drawing({ dots, bonds, central, whole, keyed, label }: DrawingProps) {
  const { t } = useSpeech();
  const svg = useRef<SVGSVGElement>(null);
  const [screen, setScreen] = useState({ width: 1000, height: 700 });
  useLayoutEffect(() => {
    const element = svg.current;
    if (!element) return undefined;
    const measure = (): void => setScreen({ width: element.clientWidth || 1000, height: element.clientHeight || 700 });
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const box = useMemo(() => fitted(dots, screen.width, screen.height), [dots, screen.width, screen.height]);
  const [view, setView] = useState(box);
  useEffect(() => setView(box), [box]);
  const [lit, setLit] = useState<string | null>(null);
  const held = useRef<{ x: number; y: number; view: typeof view } | null>(null);
  const near = useMemo(() => {
    if (!lit) return null;
    return new Set(bonds.filter((bond) => bond.source.id === lit || bond.target.id === lit).flatMap((bond) => [bond.source.id, bond.target.id]).concat(lit));
  }, [lit, bonds]);
  const zoom = (by: number, at = { x: 0.5, y: 0.5 }): void =>
    setView((now) => {
      const width = Math.min(Math.max(now.width * by, 120), box.width * 3);
      const scale = width / now.width;
      return { width, height: now.height * scale, x: now.x + now.width * (1 - scale) * at.x, y: now.y + now.height * (1 - scale) * at.y };
    });
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const size = svg.current?.getBoundingClientRect();
    if (size) zoom(event.deltaY > 0 ? 1.15 : 0.87, { x: (event.clientX - size.left) / size.width, y: (event.clientY - size.top) / size.height });
  };
  useEffect(() => {
    const element = svg.current;
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  });
  const unit = view.width / screen.width;
  const size = Math.max(12.5 * unit, 4.5);
  const step = Math.round(Math.log2(size) * 4);
  const named = useMemo(() => {
    const shown = near ? dots.filter((dot) => near.has(dot.id)) : dots.filter((dot) => dot.degree > 1 || unit < 0.7);
    const keys = dots.filter((dot) => keyed.has(dot.id)).sort((a, b) => b.degree - a.degree);
    // On a small screen their names would cover most dots.
    const always = lit ? [lit] : keys.slice(0, screen.width < SMALL ? 1 : 3).map((dot) => dot.id);
    return namesThatFit(shown, size, new Set(always), dots, { west: view.x, east: view.x + view.width, north: view.y, south: view.y + view.height }, [{ west: view.x, east: view.x + BUTTONS.width * unit, north: view.y, south: view.y + BUTTONS.height * unit }]);
  }, [dots, near, lit, step, keyed, view, screen.width]);
  return (
    <>
      <svg
        ref={svg}
        class="network"
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        role="group"
        aria-label={label}
        onPointerDown={(event) => {
          if ((event.target as Element).closest("a")) return;
          held.current = { x: event.clientX, y: event.clientY, view };
          svg.current?.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const start = held.current;
          const size = svg.current?.getBoundingClientRect();
          if (!start || !size) return;
          const scale = Math.max(start.view.width / size.width, start.view.height / size.height);
          setView({ ...start.view, x: start.view.x - (event.clientX - start.x) * scale, y: start.view.y - (event.clientY - start.y) * scale });
        }}
        onPointerUp={() => {
          held.current = null;
        }}
        onPointerCancel={() => {
          held.current = null;
        }}
      >
        <g aria-hidden="true">
          {bonds.map((bond) => {
            const family = linkFamilyOf(bond.kind);
            const [x1, y1, x2, y2] = [bond.source.x ?? 0, bond.source.y ?? 0, bond.target.x ?? 0, bond.target.y ?? 0];
            const width = Math.min(9, 1 + bond.weight * 0.9);
            return (
              <path
                key={bond.key}
                d={`M${x1} ${y1}Q${(x1 + x2) / 2 + (y2 - y1) * 0.12} ${(y1 + y2) / 2 - (x2 - x1) * 0.12} ${x2} ${y2}`}
                fill="none"
                stroke={strokeOf(family)}
                stroke-width={width}
                stroke-dasharray={LINK_LOOK[family].dash?.map((one) => one * width).join(" ")}
                opacity={near ? (near.has(bond.source.id) && near.has(bond.target.id) && (bond.source.id === lit || bond.target.id === lit) ? 0.95 : 0.08) : 0.6}
              />
            );
          })}
        </g>
        {dots.map((dot) => {
          const r = radius(dot);
          const faint = near !== null && !near.has(dot.id);
          const known = central.get(dot.id);
          const told = [dot.name, t.actorKinds[dot.kind], (whole || known) && t.glance.keyWhy(dot.degree), known && t.network.roles[known.role]].filter(Boolean).join(" · ");
          return (
            <a
              key={dot.id}
              href={`/acteurs/${dot.slug}`}
              aria-label={told}
              class={`dot${faint ? " faint" : ""}`}
              onPointerEnter={() => setLit(dot.id)}
              onPointerLeave={() => setLit(null)}
              onFocus={() => setLit(dot.id)}
              onBlur={() => setLit(null)}
            >
              <g transform={`translate(${dot.x ?? 0} ${dot.y ?? 0})`}>
              <circle r={r + (keyed.has(dot.id) ? 4 : 2)} class={keyed.has(dot.id) ? "ring key" : "ring"} />
              <circle r={r} fill={FAMILY_COLOR[familyOf(dot.kind)]} />
              <path d={FAMILY_SIGN[familyOf(dot.kind)]} fill="#fff" transform={`scale(${(r * 1.25) / 24}) translate(-12 -12)`} />
              </g>
            </a>
          );
        })}
        <g aria-hidden="true" class="dot-names">
          {named.map(({ dot, x, y, anchor }) => (
            <text key={dot.id} x={x} y={y} font-size={size} text-anchor={anchor}>
              {shortName(dot.name)}
            </text>
          ))}
        </g>
      </svg>
      <div class="map-buttons">
        <button type="button" class="icon-button" aria-label={t.map.zoomIn} onClick={() => zoom(0.75)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.zoomOut} onClick={() => zoom(1.33)}>
          <Icon name="minus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.fit} onClick={() => setView(box)}>
          <Icon name="fit" />
        </button>
      </div>
    </>
  );
}
