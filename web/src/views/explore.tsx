// One selection, five ways to look.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { forget, useQuery } from "../api/client.ts";
import { GlanceDocument, HomeDocument, PlaceViewDocument, type GlanceQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { navigate, type Address } from "../lib/router.ts";
import { actorFilter, filtersSet, interactionFilter, readSelection, writeSelection, type Place, type Selection } from "../lib/selection.ts";
import { innerKind } from "../lib/territories.ts";
import { ActorsList } from "../parts/actors.tsx";
import { Filters } from "../parts/filters.tsx";
import { useTitle } from "../pages/page.tsx";
import { Footer } from "../parts/footer.tsx";
import { Glance } from "../parts/glance.tsx";
import { Icon, type Sign } from "../parts/icons.tsx";
import { linked, nowActive } from "../parts/keys.tsx";
import { NoPlace } from "../parts/noplace.tsx";
import { ShareBar } from "../parts/share.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import type { KeyPlace } from "../map/shapes.ts";
import { CoverageView } from "./coverage.tsx";
import { MapView, type ShownPlace } from "./map.tsx";
import { MatrixView } from "./matrix.tsx";
import { NetworkView } from "./network.tsx";
import { TableView } from "./table.tsx";

export type View = "map" | "network" | "table" | "matrix" | "coverage";
export const VIEWS: Record<View, { path: string; sign: Sign }> = {
  map: { path: "/", sign: "map" },
  network: { path: "/reseau", sign: "network" },
  table: { path: "/tableau", sign: "table" },
  matrix: { path: "/matrice", sign: "matrix" },
  coverage: { path: "/couverture", sign: "coverage" },
};

/** The actors to mark: those that link others. */
export const keysOf = (glance: GlanceQuery | null): KeyPlace[] =>
  linked(glance?.territory?.map?.keyActors).map(({ rank, actor }) => {
    const point = actor.location?.point;
    return { id: actor.id, name: actor.name, rank, at: point ? [point.longitude, point.latitude] : null };
  });

/** Where those stand that have the most links: near the territory, lines to them have an end on the map. */
export const endsOf = (glance: GlanceQuery | null): [number, number][] =>
  (glance?.territory?.map?.keyActors ?? []).flatMap(({ degree, actor }): [number, number][] => {
    const point = degree > 1 ? actor.location?.point : null;
    return point ? [[point.longitude, point.latitude]] : [];
  });

interface DrawnProps {
  view: View;
  selection: Selection;
  place: Place;
  shown: ShownPlace;
  asOf: string | null;
  keys: KeyPlace[];
  /** Where lines that leave the territory end; null until that is known. */
  ends: [number, number][] | null;
  change: (part: Partial<Selection>) => void;
}

/** One of the five views of a selection. */
export function Drawn({ view, selection, place, shown, asOf, keys, ends, change }: DrawnProps) {
  switch (view) {
    case "map":
      return <MapView selection={selection} place={place} shown={shown} asOf={asOf} keys={keys} ends={ends} />;
    case "network":
      return <NetworkView selection={selection} place={place} name={shown.name} asOf={asOf} keys={keys} />;
    case "table":
      return <TableView selection={selection} place={place} name={shown.name} asOf={asOf} />;
    case "matrix":
      return <MatrixView selection={selection} place={place} name={shown.name} />;
    default:
      return <CoverageView selection={selection} place={place} shown={shown} change={change} />;
  }
}

/** The territory that is looked at: the chosen one, the configured one, or the first there is. */
export function usePlace(selection: Selection): { place: Place | null; nowhere: boolean; error: ReturnType<typeof useQuery>["error"]; again: () => void } {
  const chosen = selection.place ?? config.home;
  const { data, error, again } = useQuery(HomeDocument, chosen ? null : {});
  const found = data?.territories.nodes[0] ?? data?.anywhere.nodes[0];
  return { place: chosen ?? (found ? { kind: found.kind, code: found.code } : null), nowhere: !!data && !found, error, again };
}

export function Explore({ view, address }: { view: View; address: Address }) {
  const { t } = useSpeech();
  const selection = useMemo(() => readSelection(new URLSearchParams(address.search)), [address.search]);
  const { place, nowhere, error, again } = usePlace(selection);
  if (!place)
    return (
      <div class="page">
        <h1 class="unseen">{t.views[view]}</h1>
        {error ? <Failed error={error} again={again} /> : nowhere ? <Empty title={t.filters.noTerritories} help={t.filters.noTerritoriesHelp} /> : <Loading lines={8} />}
      </div>
    );
  return <ExplorePlace view={view} selection={selection} place={place} />;
}

/** The place's own facts, once they are those of the place that is asked for. */
export function useShownPlace(place: Place) {
  const placed = useQuery(PlaceViewDocument, { territory: { code: place } });
  const found = placed.data?.territory;
  const shown = found && found.code === place.code && found.kind === place.kind ? found : null;
  return { placed, shown, unknown: !placed.loading && placed.data !== null && placed.data.territory === null };
}

function ExplorePlace({ view, selection, place }: { view: View; selection: Selection; place: Place }) {
  const { t, language, day } = useSpeech();
  const asOf = selection.asOf ?? config.asOf;
  const written = writeSelection(selection);
  const search = written ? `?${written}` : "";
  const { placed, shown, unknown } = useShownPlace(place);
  const glance = useQuery(GlanceDocument, {
    territory: { code: place },
    asOf,
    filter: actorFilter(selection, place),
    interactions: interactionFilter(selection),
    now: nowActive(),
    calls: { phases: ["OPEN"], closingWithinDays: 3650, territory: { territory: { code: place }, direction: "BOTH" } },
    themes: selection.themes.length ? selection.themes : null,
    unit: innerKind(place.kind),
    language,
  });
  // What is told of another place is no answer about this one.
  const told = shown && glance.data?.territory?.id === shown.id ? glance.data : null;
  const [keys, ends] = useMemo(() => [keysOf(told), endsOf(told)], [told]);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const change = (part: Partial<Selection>, replace = false): void => {
    const next = writeSelection({ ...selection, ...part });
    navigate(VIEWS[view].path + (next ? `?${next}` : ""), replace);
  };
  const drawer = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  // The keyboard goes into the drawer with the eyes, and comes back out.
  useEffect(() => {
    const behind = document.querySelectorAll<HTMLElement>(".skip, header.site, .explore-main, .explore-side");
    for (const part of behind) part.inert = filtersOpen;
    if (filtersOpen) drawer.current?.querySelector<HTMLElement>("button, input")?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = filtersOpen;
    return () => behind.forEach((part) => { part.inert = false; });
  }, [filtersOpen]);
  // Where there is room for it beside the rest it is no drawer.
  useEffect(() => {
    const wide = matchMedia("(min-width: 84.01rem)");
    const close = (): void => setFiltersOpen(false);
    wide.addEventListener("change", close);
    return () => wide.removeEventListener("change", close);
  }, []);
  // By touch nothing has the focus, and Escape still closes.
  useEffect(() => {
    if (!filtersOpen) return undefined;
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") setFiltersOpen(false);
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [filtersOpen]);
  const whole = useRef<HTMLDivElement>(null);
  const came = useRef(false);
  // Another territory is read from its top.
  useEffect(() => {
    if (came.current) whole.current?.querySelectorAll(".explore-filters, .explore-view, .explore-side").forEach((panel) => panel.scrollTo(0, 0));
    came.current = true;
  }, [place.kind, place.code]);
  const map = told?.territory?.map;
  const without = writeSelection({ ...selection, place: null });
  const name = unknown ? t.state.noPlace(t.territoryKinds[place.kind], place.code) : (shown?.name ?? "");
  useTitle(name ? `${name} · ${t.views[view]}` : null);
  return (
    <div class={`explore view-${view}`} ref={whole}>
      <aside class={`explore-filters${filtersOpen ? " open" : ""}`} ref={drawer} aria-label={t.filters.title}>
        <div class="drawer-head">
          <h2>{t.filters.title}</h2>
          <button type="button" class="icon-button bare" aria-label={t.filters.close} onClick={() => setFiltersOpen(false)}>
            <Icon name="close" />
          </button>
        </div>
        <Filters selection={selection} place={place} placeId={shown?.id ?? null} placeName={shown?.name ?? (unknown ? place.code : "")} change={change} />
        <div class="drawer-foot">
          <button type="button" class="button primary" onClick={() => setFiltersOpen(false)}>
            {t.filters.show(map?.actorCount ?? 0)}
          </button>
        </div>
      </aside>
      {filtersOpen && <div class="veil" onClick={() => setFiltersOpen(false)} />}
      <section class="explore-main" aria-labelledby="explore-title">
        <header class="explore-head">
          <div class="explore-name">
            <p class="overline">{t.territoryKinds[place.kind]}</p>
            <h1 id="explore-title">{name || "\u00a0"}</h1>
          </div>
          <button type="button" class="button filters-button" ref={opener} aria-expanded={filtersOpen} onClick={() => setFiltersOpen(true)}>
            <Icon name="filter" size={18} /> {t.filters.open(filtersSet(selection))}
          </button>
          <ShareBar />
          <nav class="views" aria-label={t.views.label}>
            <ul>
              {(Object.keys(VIEWS) as View[]).map((one) => (
                <li key={one}>
                  <a href={VIEWS[one].path + search} aria-current={one === view ? "page" : undefined}>
                    <Icon name={VIEWS[one].sign} size={18} /> {t.views[one]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <div class="explore-view">
          {placed.error ? (
            <Failed error={placed.error} again={forget} />
          ) : unknown ? (
            <NoPlace place={place} choose={(chosen) => change({ place: chosen })} without={selection.place ? VIEWS[view].path + (without ? `?${without}` : "") : undefined} />
          ) : !shown ? (
            <Loading lines={8} />
          ) : (
            <Drawn view={view} selection={selection} place={place} shown={shown} asOf={asOf} keys={keys} ends={told || glance.error ? ends : null} change={change} />
          )}
        </div>
        <p class="print-foot">
          {asOf && `${t.filters.date} ${day(asOf)} · `}
          {location.href}
        </p>
      </section>
      <aside class="explore-side" aria-label={t.glance.title} aria-busy={glance.loading}>
        {placed.error || unknown ? null : glance.error ? <Failed error={glance.error} again={glance.again} /> : <Glance data={told} loading={!told} place={place} search={search} name={shown?.name ?? ""} population={shown?.population ?? null} asOf={selection.asOf} filters={{ asOf, filter: actorFilter(selection, place), interactions: interactionFilter(selection) }} changeDay={(asOf) => change({ asOf })} />}
        {!placed.error && !unknown && <ActorsList selection={selection} place={place} placeId={shown?.id ?? null} keys={keys} />}
        <Footer />
      </aside>
    </div>
  );
}
