// Lists of calls, collectives, diagnoses and practices, with the filters that the API has for them; all in the address.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { CallListDocument, CollectiveListDocument, DiagnosisListDocument, PracticeListDocument, VocabularyDocument, type CallPhase, type CollectiveStage } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { usePages, type Pages } from "../lib/pages.ts";
import { navigate, type Address } from "../lib/router.ts";
import { usePlaceName } from "../lib/placename.ts";
import { readPlace, readText, writePlace, type Place } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { placePath } from "../lib/territories.ts";
import { dayAs, ThemeTags } from "../parts/bits.tsx";
import { CallLines } from "../parts/calls.tsx";
import { Icon } from "../parts/icons.tsx";
import { NoPlace, useUnknown } from "../parts/noplace.tsx";
import { TerritorySearch, useSettled } from "../parts/search.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { useSignedIn } from "../work/account.ts";
import { Stages } from "./collective.tsx";
import { PageHead } from "./page.tsx";

/** The parts of an address that a list has, and how to change them. */
function useListAddress(address: Address) {
  const search = new URLSearchParams(address.search);
  const place = readPlace(search.get("territoire"));
  return {
    place,
    text: readText(search.get("texte")),
    theme: search.get("theme") ?? "",
    state: search.get("etat") ?? "",
    change: (name: string, value: string) => {
      const next = new URLSearchParams(address.search);
      if (value) next.set(name, value);
      else next.delete(name);
      const text = next.toString().replaceAll("%3A", ":");
      navigate(address.path + (text ? `?${text}` : ""), true);
    },
  };
}
type Has = ReturnType<typeof useListAddress>;

function ListFilters({ has, children, themes = true }: { has: Has; children?: ComponentChildren; themes?: boolean }) {
  const { t, language } = useSpeech();
  const [typed, setTyped] = useState(has.text);
  const settled = useSettled(typed, 250);
  // What the address says is what is looked for; a space that is being typed is no other search.
  useEffect(() => setTyped((now) => (now.trim() === has.text ? now : has.text)), [has.text]);
  useEffect(() => {
    if (settled === typed && settled.trim() !== has.text) has.change("texte", settled.trim());
  }, [settled]);
  const words = useQuery(VocabularyDocument, themes ? { language } : null).data;
  return (
    <form class="list-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <div class="field">
        <label class="label" for="list-text">
          {t.common.text}
        </label>
        <input id="list-text" type="search" value={typed} maxLength={200} onInput={(event) => setTyped(event.currentTarget.value)} />
      </div>
      <PlaceFilter has={has} label={t.call.within} />
      {themes && (
        <div class="field">
          <label class="label" for="list-theme">
            {t.common.themes}
          </label>
          <select id="list-theme" value={has.theme} onChange={(event) => has.change("theme", event.currentTarget.value)}>
            <option value="">{t.common.all}</option>
            {(words?.themes ?? []).map((theme) => (
              <option key={theme.slug} value={theme.slug}>
                {theme.broader ? "  · " : ""}
                {theme.label}
              </option>
            ))}
          </select>
        </div>
      )}
      {children}
    </form>
  );
}

function PlaceFilter({ has, label }: { has: Has; label: string }) {
  const { t } = useSpeech();
  return (
    <div>
      <TerritorySearch label={label} labelSeen placeholder={t.filters.placeName} onChoose={(place) => has.change("territoire", writePlace(place))} />
      {has.place && <PlaceChosen place={has.place} drop={() => has.change("territoire", "")} />}
    </div>
  );
}

function PlaceChosen({ place, drop }: { place: Place; drop: () => void }) {
  const { t } = useSpeech();
  const name = usePlaceName(place);
  return (
    <button type="button" class="tag" aria-label={t.filters.remove(name)} onClick={drop}>
      {name} <Icon name="close" size={14} />
    </button>
  );
}

const scope = (place: Place | null): { territory: { territory: { code: Place }; direction: "BOTH" } } | Record<string, never> =>
  place ? { territory: { territory: { code: place }, direction: "BOTH" } } : {};

function Listed<R, N>({ has, pages, total, empty, children }: { has: Has; pages: Pages<R, N>; total: number | undefined; empty: string; children: ComponentChildren }) {
  const { t, number } = useSpeech();
  const unknown = useUnknown(has.place, pages.error !== null);
  // The filter above has the search, and takes the territory off.
  if (has.place && unknown) return <NoPlace place={has.place} />;
  if (pages.error && pages.rows.length === 0) return <Failed error={pages.error} again={pages.again} />;
  if (!pages.data) return <Loading lines={8} />;
  if (pages.rows.length === 0) return <Empty title={empty} help={t.list.emptyHelp} />;
  return (
    <div class="stack">
      {total !== undefined && <p class="small">{t.common.total(total).replace(String(total), number(total))}</p>}
      {children}
      {pages.error && <Failed error={pages.error} again={pages.again} />}
      {pages.more && !pages.error && (
        <p>
          <button type="button" class="button" aria-disabled={pages.loading} onClick={pages.more}>
            {t.common.more}
          </button>
        </p>
      )}
    </div>
  );
}

const PHASES: CallPhase[] = ["OPEN", "UPCOMING", "CLOSED"];

export function CallsPage({ address }: { address: Address }) {
  const { t, language } = useSpeech();
  const has = useListAddress(address);
  const phase = PHASES.find((one) => one.toLowerCase() === has.state) ?? (has.state === "all" ? null : "OPEN");
  const variables = {
    filter: {
      ...(phase ? { phases: [phase] } : {}),
      ...(has.text ? { text: has.text } : {}),
      ...(has.theme ? { themes: [has.theme] } : {}),
      ...scope(has.place),
    },
    orderBy: { field: "CLOSES_AT" as const, direction: "ASC" as const },
    first: 30,
    after: null as string | null,
    language,
  };
  const pages = usePages(CallListDocument, variables, (data) => data.calls);
  useShown(CallListDocument, variables);
  return (
    <div class="page">
      <PageHead over={t.nav.calls} title={t.call.list} lead={t.call.listLead} />
      <ListFilters has={has}>
        <div class="field">
          <label class="label" for="list-phase">
            {t.call.phases}
          </label>
          <select id="list-phase" value={phase?.toLowerCase() ?? "all"} onChange={(event) => has.change("etat", event.currentTarget.value === "open" ? "" : event.currentTarget.value)}>
            {PHASES.map((one) => (
              <option key={one} value={one.toLowerCase()}>
                {t.enums.callPhases[one]}
              </option>
            ))}
            <option value="all">{t.call.any}</option>
          </select>
        </div>
      </ListFilters>
      <Listed has={has} pages={pages} total={pages.data?.calls.totalCount} empty={t.place.noCalls}>
        <CallLines calls={pages.rows} place={has.place} />
      </Listed>
    </div>
  );
}

const STAGES: CollectiveStage[] = ["INTENT", "FORMING", "STRUCTURED", "ACTING", "CLOSED"];

export function CollectivesPage({ address }: { address: Address }) {
  const { t, language } = useSpeech();
  const has = useListAddress(address);
  const signedIn = useSignedIn();
  const stage = STAGES.find((one) => one.toLowerCase() === has.state);
  const variables = {
    filter: { ...(stage ? { stages: [stage] } : {}), ...(has.text ? { text: has.text } : {}), ...(has.theme ? { themes: [has.theme] } : {}), ...scope(has.place) },
    first: 30,
    after: null as string | null,
    language,
  };
  const pages = usePages(CollectiveListDocument, variables, (data) => data.collectives);
  useShown(CollectiveListDocument, variables);
  return (
    <div class="page">
      <PageHead over={t.nav.collectives} title={t.collective.list} lead={t.collective.listLead}>
        {signedIn && (
          <p>
            <a class="button primary" href="/travail/collectif">
              <Icon name="plus" size={18} /> {t.collective.register}
            </a>
          </p>
        )}
      </PageHead>
      <ListFilters has={has}>
        <div class="field">
          <label class="label" for="list-stage">
            {t.collective.stage}
          </label>
          <select id="list-stage" value={has.state} onChange={(event) => has.change("etat", event.currentTarget.value)}>
            <option value="">{t.collective.all}</option>
            {STAGES.map((one) => (
              <option key={one} value={one.toLowerCase()}>
                {t.enums.stages[one]}
              </option>
            ))}
          </select>
        </div>
      </ListFilters>
      <Listed has={has} pages={pages} total={pages.data?.collectives.totalCount} empty={t.place.noCollectives}>
        <ul class="cards">
          {pages.rows.map((one) => (
            <li key={one.id} class="panel stack">
              <p class="overline">{t.enums.collectiveKinds[one.kind]}</p>
              <h2>
                <a href={`/collectifs/${one.slug}`}>{one.name}</a>
              </h2>
              <Stages stage={one.stage} />
              {one.intent && <p class="clamp">{one.intent.sharedFinding}</p>}
              <ThemeTags themes={one.themes} />
              <p class="small">{[t.collective.members0(one.members.totalCount), one.lead?.name, one.territories.map((place) => place.name).join(", ")].filter(Boolean).join(" · ")}</p>
            </li>
          ))}
        </ul>
      </Listed>
    </div>
  );
}

export function DiagnosesPage({ address }: { address: Address }) {
  const speech = useSpeech();
  const { t } = speech;
  const has = useListAddress(address);
  const variables = { territory: has.place ? { territory: { code: has.place }, direction: "BOTH" as const } : null, first: 30, after: null as string | null };
  const pages = usePages(DiagnosisListDocument, variables, (data) => data.diagnoses);
  useShown(DiagnosisListDocument, variables);
  return (
    <div class="page">
      <PageHead over={t.nav.diagnoses} title={t.diagnosis.list} lead={t.diagnosis.listLead} />
      <form class="list-filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <PlaceFilter has={has} label={t.filters.territory} />
      </form>
      <Listed has={has} pages={pages} total={pages.data?.diagnoses.totalCount} empty={t.diagnosis.empty}>
        <ul class="cards">
          {pages.rows.map((one) => (
            <li key={one.id} class="panel stack">
              <p class="overline">
                <a href={placePath(one.territory)}>{one.territory.name}</a>
              </p>
              <h2>
                <a href={`/diagnostics/${one.slug}`}>{one.title}</a>
              </h2>
              <p class="small">{[one.startedOn && dayAs(one.startedOn, one.startedOnPrecision, speech), one.facilitator?.name].filter(Boolean).join(" · ")}</p>
            </li>
          ))}
        </ul>
      </Listed>
    </div>
  );
}

export function PracticesPage({ address }: { address: Address }) {
  const { t, language } = useSpeech();
  const has = useListAddress(address);
  const variables = {
    filter: { ...(has.text ? { text: has.text } : {}), ...(has.theme ? { themes: [has.theme] } : {}), ...scope(has.place) },
    first: 30,
    after: null as string | null,
    language,
  };
  const pages = usePages(PracticeListDocument, variables, (data) => data.goodPractices);
  useShown(PracticeListDocument, variables);
  return (
    <div class="page">
      <PageHead over={t.nav.practices} title={t.practice.list} lead={t.practice.listLead} />
      <ListFilters has={has} />
      <Listed has={has} pages={pages} total={pages.data?.goodPractices.totalCount} empty={t.practice.empty}>
        <ul class="cards">
          {pages.rows.map((one) => (
            <li key={one.id} class="panel stack">
              <h2>
                <a href={`/pratiques/${one.slug}`}>{one.title}</a>
              </h2>
              <p>{one.summary}</p>
              <ThemeTags themes={one.themes} />
              <p class="small">{[...one.territories, ...one.actors].map((place) => place.name).join(" · ")}</p>
            </li>
          ))}
        </ul>
      </Listed>
    </div>
  );
}
