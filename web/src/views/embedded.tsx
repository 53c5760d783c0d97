// One view alone, in a frame on a page of others.

import { useEffect, useMemo } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { GlanceDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { navigate, type Address } from "../lib/router.ts";
import { actorFilter, interactionFilter, readSelection, writeSelection, type Place, type Selection } from "../lib/selection.ts";
import { innerKind } from "../lib/territories.ts";
import { Icon, Logo } from "../parts/icons.tsx";
import { nowActive } from "../parts/keys.tsx";
import { NoPlace } from "../parts/noplace.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Drawn, endsOf, keysOf, usePlace, useShownPlace, VIEWS, type View } from "./explore.tsx";

export { EMBEDDED } from "../lib/embedding.ts";

const NAMES: Record<string, View> = { carte: "map", reseau: "network", tableau: "table", matrice: "matrix", couverture: "coverage" };

export function Embedded({ address }: { address: Address }) {
  const { t } = useSpeech();
  const search = new URLSearchParams(address.search);
  const selection = useMemo(() => readSelection(search), [address.search]);
  const wanted = search.get("vue") ?? "";
  const view = (Object.hasOwn(NAMES, wanted) && NAMES[wanted]) || "map";
  const { place, nowhere, error, again } = usePlace(selection);
  useEffect(() => {
    document.title = t.name;
  }, [t]);
  if (error) return <Failed error={error} again={again} />;
  if (nowhere) return <Empty title={t.filters.noTerritories} help={t.filters.noTerritoriesHelp} />;
  if (!place) return <Loading lines={6} />;
  return <Framed view={view} selection={selection} place={place} search={search} />;
}

function Framed({ view, selection, place, search }: { view: View; selection: Selection; place: Place; search: URLSearchParams }) {
  const { t, language } = useSpeech();
  const { placed, shown, unknown } = useShownPlace(place);
  const asOf = selection.asOf ?? config.asOf;
  const glance = useQuery(GlanceDocument, view === "map" || view === "network" ? {
    territory: { code: place },
    asOf,
    filter: actorFilter(selection, place),
    interactions: interactionFilter(selection),
    now: nowActive(),
    calls: { phases: ["OPEN"], closingWithinDays: 1 },
    themes: selection.themes.length ? selection.themes : null,
    unit: innerKind(place.kind),
    language,
  } : null);
  const [keys, ends] = useMemo(() => [keysOf(glance.data), endsOf(glance.data)], [glance.data]);
  const written = writeSelection({ ...selection, place });
  const change = (part: Partial<Selection>): void => {
    const next = new URLSearchParams(writeSelection({ ...selection, ...part }));
    for (const name of ["vue", "accent", "lang", "relais"]) if (search.has(name)) next.set(name, search.get(name) ?? "");
    navigate(`/integration?${next.toString()}`, true);
  };
  return (
    <div class={`embedded view-${view}`}>
      <main class="explore-view">
        <h1 class="unseen">
          {[shown?.name, t.views[view]].filter(Boolean).join(" · ")}
        </h1>
        {placed.error ? (
          <Failed error={placed.error} again={placed.again} />
        ) : unknown ? (
          <NoPlace place={place} />
        ) : !shown ? (
          <Loading lines={6} />
        ) : (
          <Drawn view={view} selection={selection} place={place} shown={shown} asOf={asOf} keys={keys} ends={glance.data || glance.error ? ends : null} change={change} />
        )}
      </main>
      <footer>
        <a href={`${VIEWS[view].path}?${written}`}>
          <Logo /> <strong>{t.name}</strong> <span>{shown?.name}</span> <Icon name="out" size={16} />
        </a>
      </footer>
    </div>
  );
}
