import type { Geometry, Position } from "geojson";
import { useQuery } from "../api/client.ts";
import { TerritoryPageDocument, type TerritoryPageQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { useElsewhere } from "../lib/elsewhere.ts";
import { navigate, type Address } from "../lib/router.ts";
import { isDay, placeSearch, type Place } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { placePath } from "../lib/territories.ts";
import { AsOf } from "../parts/asof.tsx";
import { ActorLine, Contact, Facts, Part, PlaceTags } from "../parts/bits.tsx";
import { CallLines } from "../parts/calls.tsx";
import { byTheme, type Gap } from "../parts/glance.tsx";
import { Icon, KindBadge } from "../parts/icons.tsx";
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
    language,
    calls: { phases: ["OPEN" as const], closingWithinDays: 3650, territory: { territory: { code: place }, direction: "BOTH" as const } },
  };
  const asked = useQuery(TerritoryPageDocument, variables);
  useShown(TerritoryPageDocument, variables);
  if (useUnknown(place, asked.error !== null)) return <Unknown place={place} />;
  return (
    <Asking asked={asked} pick={(data) => data.territory && { territory: data.territory, calls: data.calls }}>
      {({ territory, calls }) => <Page territory={territory} calls={calls} asOf={asOf} changeDay={(day) => navigate(address.path + (day ? `?date=${day}` : ""), true)} />}
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

interface PageProps {
  territory: Shown;
  calls: TerritoryPageQuery["calls"];
  asOf: string | null;
  changeDay: (asOf: string | null) => void;
}

function Page({ territory, calls, asOf, changeDay }: PageProps) {
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
  const keys = (territory.map?.keyActors ?? []).filter((one) => one.degree > 0);
  return (
    <article class="page">
      <div class="place-head">
        <PageHead over={t.territoryKinds[territory.kind]} title={territory.name}>
          <Facts
            facts={[
              [t.place.inhabitants, territory.population !== null && number(territory.population)],
              [t.place.area, territory.areaKm2 !== null && `${number(territory.areaKm2, 0)} km²`],
              [t.list.title, number(territory.actors.totalCount)],
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
            {keys.length === 0 && <p class="small">{t.glance.keyNone}</p>}
            <ol class="lines">
              {keys.map(({ actor, degree }) => (
                <li key={actor.id}>
                  <ActorLine actor={actor}>{t.glance.keyWhy(degree)}</ActorLine>
                </li>
              ))}
            </ol>
          </Part>
          <Part title={t.place.gaps} aside={<a href={`/couverture?${here}`}>{t.glance.missingAll}</a>}>
            {gaps.length === 0 && <p class="small">{t.glance.missingNone}</p>}
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
          <Part title={t.place.calls} aside={calls.totalCount > 0 && <a href={`/appels?${where}`}>{t.glance.callAll}</a>}>
            {calls.nodes.length === 0 ? <p class="small">{t.place.noCalls}</p> : <CallLines calls={calls.nodes} place={territory} />}
          </Part>
          <Part title={t.place.collectives}>
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
            <h2>{t.place.contacts}</h2>
            {territory.supportContacts.nodes.length === 0 && <p class="small">{t.place.noContacts}</p>}
            {territory.supportContacts.nodes.map((contact) => (
              <Contact key={contact.id} name={contact.name} role={contact.institution?.name ?? contact.role} email={contact.email} phone={contact.phone}>
                {contact.territory.id !== territory.id && <small>{contact.territory.name}</small>}
              </Contact>
            ))}
          </section>
          <Part title={t.place.kinds} when={kinds.length > 0}>
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
              [t.place.parts(territory.children.totalCount), territory.children.totalCount > 0 && <PlaceTags places={territory.children.nodes} kinds={new Set(territory.children.nodes.map((one) => one.kind)).size > 1} />],
            ]}
          />
        </aside>
      </div>
    </article>
  );
}
