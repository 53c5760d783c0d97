// The three answers that people come for: whom to meet first, what is missing, which call closes next.

import { useQuery } from "../api/client.ts";
import { CrossingDocument, type CrossingQueryVariables, type GlanceQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { placeSearch, readSelection, writeSelection } from "../lib/selection.ts";
import { innerKind, placePath } from "../lib/territories.ts";
import { AskWhom } from "./ask.tsx";
import { AsOf, OfToday } from "./asof.tsx";
import { Icon } from "./icons.tsx";
import { KeyActors, linked } from "./keys.tsx";
import type { Place } from "../lib/selection.ts";
import { Countdown } from "./countdown.tsx";
import { Loading } from "./states.tsx";

interface Props {
  data: GlanceQuery | null;
  loading: boolean;
  place: Place;
  search: string;
  name: string;
  population: number | null;
  asOf: string | null;
  filters: Pick<CrossingQueryVariables, "asOf" | "filter" | "interactions">;
  changeDay: (asOf: string | null) => void;
}

export type Gap = Pick<NonNullable<NonNullable<GlanceQuery["territory"]>["coverage"]>["gaps"][number], "territory" | "theme" | "nearest" | "nearestKm">;

/** Gaps of one theme together, in the order in which they come. */
export function byTheme(gaps: Gap[]): { slug: string; label: string; gaps: Gap[] }[] {
  const groups = new Map<string, { slug: string; label: string; gaps: Gap[] }>();
  for (const gap of gaps) {
    const slug = gap.theme?.slug ?? "";
    const group = groups.get(slug) ?? { slug, label: gap.theme?.label ?? "", gaps: [] };
    group.gaps.push(gap);
    groups.set(slug, group);
  }
  return [...groups.values()];
}

/** How many units are told, and how many themes of each. */
const PLACES = 3;
const TOLD = 12;

/** Each theme at the first of the units that lack it, which is the one where most people live. */
function byPlace(gaps: Gap[]): { place: Gap["territory"]; themes: ReturnType<typeof byTheme> }[] {
  const places = new Map<string, { place: Gap["territory"]; themes: ReturnType<typeof byTheme> }>();
  for (const theme of byTheme(gaps)) {
    const [first] = theme.gaps;
    if (!first) continue;
    const held = places.get(first.territory.id) ?? { place: first.territory, themes: [] };
    held.themes.push(theme);
    places.set(first.territory.id, held);
  }
  return [...places.values()].slice(0, PLACES);
}

/** Nobody here is linked with another: those outside may be. */
export function NoKeys(asked: CrossingQueryVariables) {
  const { t } = useSpeech();
  const crossing = useQuery(CrossingDocument, asked).data?.territory?.ecosystem?.crossingCount ?? 0;
  return <p class="small">{[t.glance.keyNone, crossing > 0 && t.glance.keyCrossing(crossing)].filter(Boolean).join(" ")}</p>;
}

export function Glance({ data, loading, place, search, name, population, asOf, filters, changeDay }: Props) {
  const { t, number, km } = useSpeech();
  if (!data && loading) return <Loading lines={6} />;
  const map = data?.territory?.map;
  const gaps = data?.territory?.coverage?.gaps ?? [];
  const [call] = data?.calls.nodes ?? [];
  const unit = innerKind(place.kind);
  const places = byPlace(gaps);
  const nearestOf = (gap: Gap | undefined): string | undefined => (gap?.nearest && gap.nearestKm !== null ? t.glance.missingNear(gap.nearest.name, km(gap.nearestKm)) : undefined);
  const coverageOf = (theme: string): string => `/couverture?${writeSelection({ ...readSelection(new URLSearchParams(search)), themes: [theme] })}`;
  const keys = linked(map?.keyActors);
  const asked = call?.supportContacts.map(({ contact }) => contact) ?? [];
  return (
    <div class="glance">
      <AsOf asOf={asOf} change={changeDay} />
      {map && (
        <dl class="figures">
          <div>
            <dd>{number(map.actorCount)}</dd>
            <dt>{t.glance.actors(map.actorCount)}</dt>
          </div>
          <div>
            <dd>{number(map.interactionCount)}</dd>
            <dt>{t.glance.links(map.interactionCount)}</dt>
          </div>
          {population !== null && (
            <div>
              <dd>{number(population)}</dd>
              <dt>
                {t.glance.inhabitants("").trim()} <OfToday asOf={asOf} />
              </dt>
            </div>
          )}
        </dl>
      )}
      {name && (
        <p>
          <a class="onward" href={placePath(place) + (asOf ? `?date=${asOf}` : "")}>
            {t.glance.practical(name)} <Icon name="right" size={16} />
          </a>
        </p>
      )}
      <section class="answer" aria-labelledby="glance-key">
        <h2 id="glance-key">
          <Icon name="star" /> {t.glance.key}
        </h2>
        {map && keys.length === 0 && (map.actorCount === 0 ? <p class="small">{t.list.empty}</p> : <NoKeys territory={{ code: place }} {...filters} />)}
        <KeyActors keys={keys} />
      </section>
      <section class="answer" aria-labelledby="glance-call">
        <h2 id="glance-call">
          <Icon name="clock" /> {t.glance.call} <OfToday asOf={asOf} />
        </h2>
        {data && !call && <p class="small">{t.glance.callNone}</p>}
        {call && (
          <div class="next-call">
            <p>
              <a href={`/appels/${call.slug}?${placeSearch(place)}`}>{call.title}</a>
            </p>
            {call.closesAt && <Countdown until={call.closesAt} />}
            {asked.length > 0 && <AskWhom contacts={asked} place={place} call={call.id} most={1} />}
            {asked.length > 1 && (
              <p>
                <a href={`/appels/${call.slug}?${placeSearch(place)}`}>{t.ask.more(asked.length - 1)}</a>
              </p>
            )}
          </div>
        )}
        <p>
          <a class="onward" href={new URLSearchParams(search).has("territoire") ? `/appels?${placeSearch(place)}` : "/appels"}>
            {t.glance.callAll} <Icon name="right" size={16} />
          </a>
        </p>
      </section>
      <section class="answer missing" aria-labelledby="glance-missing">
        <h2 id="glance-missing">
          <Icon name="coverage" /> {t.glance.missing} <OfToday asOf={asOf} />
        </h2>
        {map && gaps.length === 0 && <p class="small">{t.glance.missingNone(unit)}</p>}
        {places.length > 0 && <p class="small">{t.glance.missingHow(places.length, unit, places.some(({ place: lacking }) => lacking.population !== null))}</p>}
        <ul class="gaps">
          {places.map(({ place: lacking, themes: named }) => (
            <li key={lacking.id}>
              <a class="lacking" href={placePath(lacking)}>
                {lacking.name}
              </a>{" "}
              {named.slice(0, TOLD).map((theme, index) => (
                <>
                  {index > 0 && ", "}
                  <a key={theme.slug} href={coverageOf(theme.slug)} title={nearestOf(theme.gaps[0])}>
                    {theme.label}
                  </a>
                </>
              ))}
              {named.length > TOLD && "…"}
            </li>
          ))}
        </ul>
        {places.length > 0 && <p class="small">{t.glance.missingUntold}</p>}
        <p>
          <a class="onward" href={`/couverture${search}`}>
            {t.glance.missingAll} <Icon name="right" size={16} />
          </a>
        </p>
      </section>
    </div>
  );
}
