import type { Geometry, Position } from "geojson";
import { useQuery } from "../api/client.ts";
import { TerritoryPageDocument, type TerritoryPageQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { useElsewhere } from "../lib/elsewhere.ts";
import { navigate, type Address } from "../lib/router.ts";
import { isDay, placeSearch, type Place } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { innerKind, placePath } from "../lib/territories.ts";
import { AskWhom } from "../parts/ask.tsx";
import { AsOf, OfToday } from "../parts/asof.tsx";
import { Facts, Part, PlaceTags } from "../parts/bits.tsx";
import { CallLines } from "../parts/calls.tsx";
import { byTheme, NoKeys, type Gap } from "../parts/glance.tsx";
import { Icon, KindBadge } from "../parts/icons.tsx";
import { KeyActors, linked, nowActive } from "../parts/keys.tsx";
import { NoPlace, useUnknown } from "../parts/noplace.tsx";
import { Asking, PageHead, useTitle } from "./page.tsx";

type Shown = NonNullable<TerritoryPageQuery["territory"]>;

export function TerritoryPage({ place, address }: { place: Place; address: Address }) {
  const { language } = useSpeech();
  const date = new URLSearchParams(address.search).get("date");
  const asOf = isDay(date) ? date : null;
  const variables = {
    territory: { code: place },
    asOf: asOf ?? config.asOf,
    now: nowActive(),
    language,
    inner: { within: { code: place }, kinds: [innerKind(place.kind)] },
    unit: innerKind(place.kind),
    calls: { phases: ["OPEN" as const], closingWithinDays: 3650, territory: { territory: { code: place }, direction: "BOTH" as const } },
  };
  const asked = useQuery(TerritoryPageDocument, variables);
  useShown(TerritoryPageDocument, variables);
  if (useUnknown(place, asked.error !== null)) return <Unknown place={place} />;
  return (
    <Asking asked={asked} pick={(data) => data.territory && { territory: data.territory, calls: data.calls, inner: data.inner }}>
      {({ territory, calls, inner }) => <Page territory={territory} calls={calls} inner={inner} asOf={asOf} changeDay={(day) => navigate(address.path + (day ? `?date=${day}` : ""), true)} />}
    </Asking>
  );
}

function Unknown({ place }: { place: Place }) {
  const { t } = useSpeech();
  const title = t.state.noPlace(t.territoryKinds[place.kind], place.code);
  useTitle(title);
  return (
    <div class="page">
      <h1 class="unseen">{title}</h1>
      <NoPlace place={place} choose={(chosen) => navigate(placePath(chosen))} without="/" />
    </div>
  );
}

/** The outline as one SVG path, in a picture whose width is 240; null where there is none. */
function outlinePath(territory: Shown): { path: string; height: number } | null {
  const { bbox } = territory;
  const boundary = territory.boundary as Geometry | null;
  if (!bbox || !boundary || (boundary.type !== "Polygon" && boundary.type !== "MultiPolygon")) return null;
  const squeeze = Math.cos((((bbox.north + bbox.south) / 2) * Math.PI) / 180);
  const scale = 240 / Math.max((bbox.east - bbox.west) * squeeze, 0.0001);
  const at = ([x = 0, y = 0]: Position): string => `${((x - bbox.west) * squeeze * scale).toFixed(1)} ${((bbox.north - y) * scale).toFixed(1)}`;
  const rings = boundary.type === "Polygon" ? boundary.coordinates : boundary.coordinates.flat();
  return { path: rings.map((ring) => `M${ring.map(at).join("L")}Z`).join(""), height: (bbox.north - bbox.south) * scale };
}

/** How many places are named that lack a theme. */
const NAMED = 4;

/** The places that lack a theme; the page's own needs no name. */
function Lacking({ gaps }: { gaps: Gap[] }) {
  return (
    <span>
      {gaps.slice(0, NAMED).map((gap, index) => (
        <>
          {index > 0 && ", "}
          <a key={gap.territory.id} href={placePath(gap.territory)}>
            {gap.territory.name}
          </a>
        </>
      ))}
      {gaps.length > NAMED && "…"}
    </span>
  );
}

function Inner({ inner }: { inner: TerritoryPageQuery["inner"] }) {
  const { t, number } = useSpeech();
  return (
    <>
      <PlaceTags places={inner.nodes} />
      {inner.totalCount > inner.nodes.length && <p class="small">{t.list.of(inner.nodes.length, inner.totalCount).replace(String(inner.totalCount), number(inner.totalCount))}</p>}
    </>
  );
}

interface PageProps {
  territory: Shown;
  calls: TerritoryPageQuery["calls"];
  inner: TerritoryPageQuery["inner"];
  asOf: string | null;
  changeDay: (asOf: string | null) => void;
}

function Page({ territory, calls, inner, asOf, changeDay }: PageProps) {
  const { t, number, km } = useSpeech();
  const outline = outlinePath(territory);
  const where = placeSearch(territory);
  const here = asOf ? `${where}&date=${asOf}` : where;
  const kinds = territory.actors.facets.kinds;
  const most = Math.max(1, ...kinds.map((one) => one.count));
  const gaps = byTheme(territory.coverage?.gaps ?? []);
  const elsewhere = useElsewhere(territory, territory.ancestors, [], gaps.some((group) => group.gaps[0]?.nearest === null));
  const nearestOf = ([gap]: Gap[]): string => {
    if (gap?.nearest && gap.nearestKm !== null) return t.glance.missingNear(gap.nearest.name, km(gap.nearestKm));
    const held = elsewhere(gap?.theme?.slug);
    return held ? t.glance.missingElsewhere(held) : t.glance.missingNobody;
  };
  const keys = linked(territory.map?.keyActors);
  const now = <OfToday asOf={asOf} />;
  const perimeters = territory.children.nodes.filter((one) => one.kind !== innerKind(territory.kind));
  return (
    <article class="page">
      <div class="place-head">
        <PageHead over={t.territoryKinds[territory.kind]} title={territory.name}>
          <Facts
            facts={[
              [t.place.inhabitants, territory.population !== null && <>{number(territory.population)} {now}</>],
              [t.place.area, territory.areaKm2 !== null && `${number(territory.areaKm2, 0)} km²`],
              [t.list.title, <>{number(territory.actors.totalCount)} {now}</>],
              [t.table.links, territory.map && number(territory.map.interactionCount)],
            ]}
          />
          <AsOf asOf={asOf} change={changeDay} any />
          <div class="row">
            <a class="button primary" href={`/?${here}`}>
              <Icon name="map" size={18} /> {t.place.explore}
            </a>
            <a class="button" href={`/reseau?${here}`}>
              <Icon name="network" size={18} /> {t.views.network}
            </a>
          </div>
        </PageHead>
        {outline && (
          <svg class="outline" viewBox={`-6 -6 252 ${outline.height + 12}`} role="img" aria-label={t.place.outline(territory.name)}>
            <path d={outline.path} fill-rule="evenodd" />
          </svg>
        )}
      </div>
      <div class="columns">
        <div class="stack wide-gap">
          <Part title={t.place.key}>
            {keys.length === 0 && <NoKeys territory={{ code: { kind: territory.kind, code: territory.code } }} asOf={asOf ?? config.asOf} />}
            <KeyActors keys={keys} />
          </Part>
          <Part title={<>{t.place.gaps} {now}</>} aside={<a href={`/couverture?${here}`}>{t.glance.missingAll}</a>}>
            {gaps.length === 0 && <p class="small">{t.glance.missingNone(innerKind(territory.kind))}</p>}
            {gaps.length > 0 && <p class="small">{t.glance.missingUntold}</p>}
            <ul class="gap-cards">
              {gaps.map((group) => (
                <li key={group.slug}>
                  <strong>{group.label}</strong>
                  <Lacking gaps={group.gaps.filter((gap) => gap.territory.id !== territory.id)} />
                  <small>{nearestOf(group.gaps)}</small>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={<>{t.place.calls} {now}</>} aside={calls.totalCount > 0 && <a href={`/appels?${where}`}>{t.glance.callAll}</a>}>
            {calls.nodes.length === 0 ? <p class="small">{t.place.noCalls}</p> : <CallLines calls={calls.nodes} place={territory} />}
          </Part>
          <Part title={<>{t.place.collectives} {now}</>}>
            {territory.collectives.nodes.length === 0 && <p class="small">{t.place.noCollectives}</p>}
            <ul class="lines">
              {territory.collectives.nodes.map((one) => (
                <li key={one.id}>
                  <a href={`/collectifs/${one.slug}`}>{one.name}</a> <span class="tag">{t.enums.stages[one.stage]}</span>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.place.diagnoses} when={territory.diagnoses.nodes.length > 0}>
            <ul class="lines">
              {territory.diagnoses.nodes.map((one) => (
                <li key={one.id}>
                  <a href={`/diagnostics/${one.slug}`}>{one.title}</a>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.place.practices} when={territory.goodPractices.nodes.length > 0}>
            <ul class="lines">
              {territory.goodPractices.nodes.map((one) => (
                <li key={one.id}>
                  <a href={`/pratiques/${one.slug}`}>{one.title}</a>
                </li>
              ))}
            </ul>
          </Part>
        </div>
        <aside class="stack wide-gap">
          <section class="panel stack" id="contacts">
            <h2>
              {t.place.contacts} {now}
            </h2>
            {territory.supportContacts.nodes.length === 0 && <p class="small">{t.place.noContacts}</p>}
            <AskWhom contacts={territory.supportContacts.nodes} place={territory} />
          </section>
          <Part title={<>{t.place.kinds} {now}</>} when={kinds.length > 0}>
            <ul class="bars">
              {kinds.map(({ kind, count }) => (
                <li key={kind}>
                  <KindBadge kind={kind} size={20} />
                  <a href={`/?${here}&types=${kind.toLowerCase().replaceAll("_", "-")}`}>{t.actorKinds[kind]}</a>
                  <span class="count">{number(count)}</span>
                  <meter min={0} max={most} value={count} aria-hidden="true" />
                </li>
              ))}
            </ul>
          </Part>
          <Facts
            facts={[
              [t.place.within, territory.ancestors.length > 0 && <PlaceTags places={territory.ancestors} kinds />],
              [t.place.inner(inner.totalCount, innerKind(territory.kind)), inner.totalCount > 0 && <Inner inner={inner} />],
              [t.place.perimeters, perimeters.length > 0 && <PlaceTags places={perimeters} kinds />],
            ]}
          />
        </aside>
      </div>
    </article>
  );
}
