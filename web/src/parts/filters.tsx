// The filters: the API's own, with how many each would leave.

import { useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { FacetsDocument, VocabularyDocument, type ActorKind, type InteractionKind, type TerritoryBasis } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { ACTOR_KINDS, FAMILIES, familyOf, INTERACTION_KINDS, LINK_FAMILIES, linkFamilyOf } from "../lib/kinds.ts";
import { actorFilter, filtersSet, unfiltered, type Place, type Selection } from "../lib/selection.ts";
import { FamilyBadge, Icon, LinkStroke } from "./icons.tsx";
import { TerritorySearch, useSettled } from "./search.tsx";
import { useEffect } from "preact/hooks";

interface Props {
  selection: Selection;
  place: Place;
  /** Null as long as it is not known. */
  placeId: string | null;
  placeName: string;
  change: (part: Partial<Selection>, replace?: boolean) => void;
}

const toggled = <T,>(list: T[], one: T): T[] => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one]);

interface CheckProps {
  checked: boolean;
  label: string;
  count?: number;
  onChange: () => void;
  sign?: preact.ComponentChildren;
  indent?: boolean;
}

function Check({ checked, label, count, onChange, sign, indent }: CheckProps) {
  const { number } = useSpeech();
  return (
    <label class={`check${indent ? " indent" : ""}${count === 0 && !checked ? " faint" : ""}`}>
      <input type="checkbox" checked={checked} onChange={onChange} />
      {sign}
      <span class="check-label">{label}</span>
      {count !== undefined && <span class="count">{number(count)}</span>}
    </label>
  );
}

export function Filters({ selection, place, placeId, placeName, change }: Props) {
  const { t, language } = useSpeech();
  const counted = useQuery(FacetsDocument, {
    territory: { code: place },
    filter: actorFilter(selection, place),
    withoutKinds: actorFilter(selection, place, "kinds"),
    withoutThemes: actorFilter(selection, place, "themes"),
    withoutSdgs: actorFilter(selection, place, "sdgs"),
    language,
  }).data?.territory;
  const facets = counted?.id === placeId ? counted : null;
  const words = useQuery(VocabularyDocument, { language }).data;
  const kindCounts = new Map(facets?.byKind.facets.kinds.map((one) => [one.kind, one.count]));
  const themeCounts = new Map(facets?.byTheme.facets.themes.map((one) => [one.theme.slug, one.count]));
  const sdgCounts = new Map(facets?.bySdg.facets.sdgs.map((one) => [one.sdg.number, one.count]));
  const kinds = ACTOR_KINDS.filter((kind) => kindCounts.has(kind) || selection.kinds.includes(kind));
  const themes = (words?.themes ?? []).filter((theme) => themeCounts.has(theme.slug) || selection.themes.includes(theme.slug));
  const otherThemes = (words?.themes ?? []).filter((theme) => !themes.includes(theme) && !theme.broader);
  const bySize = [...themes].sort((a, b) => (themeCounts.get(b.slug) ?? 0) - (themeCounts.get(a.slug) ?? 0));
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <section class="filter-place">
        <p class="overline">{t.filters.territory}</p>
        <p class="place-now">
          <strong>{placeName}</strong>
          <span class="tag">{t.territoryKinds[place.kind]}</span>
        </p>
        <TerritorySearch label={t.filters.changeTerritory} onChoose={({ kind, code }) => change({ place: { kind, code } })} />
        <fieldset class="choices">
          <legend>{t.filters.basis}</legend>
          {(["ANY", "SEAT", "AREA"] as TerritoryBasis[]).map((basis) => (
            <label key={basis} class="choice">
              <input type="radio" name="basis" checked={selection.basis === basis} onChange={() => change({ basis })} />
              <span>{t.filters.bases[basis]}</span>
            </label>
          ))}
        </fieldset>
      </section>
      <TextFilter text={selection.text} change={change} />
      <DayFilter asOf={selection.asOf} change={change} />
      <details open>
        <summary>{t.filters.kinds}</summary>
        <fieldset>
          <legend class="unseen">{t.filters.kinds}</legend>
          {FAMILIES.map((family) =>
            kinds
              .filter((kind) => familyOf(kind) === family)
              .map((kind: ActorKind) => (
                <Check
                  key={kind}
                  label={t.actorKinds[kind]}
                  checked={selection.kinds.includes(kind)}
                  count={kindCounts.get(kind) ?? 0}
                  sign={<FamilyBadge family={family} size={20} />}
                  onChange={() => change({ kinds: toggled(selection.kinds, kind) })}
                />
              )),
          )}
        </fieldset>
      </details>
      <details open>
        <summary>{t.filters.themes}</summary>
        <fieldset>
          <legend class="unseen">{t.filters.themes}</legend>
          {bySize.map((theme) => (
            <Check
              key={theme.slug}
              label={theme.label}
              checked={selection.themes.includes(theme.slug)}
              count={themeCounts.get(theme.slug) ?? 0}
              onChange={() => change({ themes: toggled(selection.themes, theme.slug) })}
            />
          ))}
          {otherThemes.length > 0 && (
            <details class="more">
              <summary>{t.filters.moreThemes}</summary>
              {otherThemes.map((theme) => (
                <Check
                  key={theme.slug}
                  label={theme.label}
                  checked={false}
                  count={0}
                  onChange={() => change({ themes: toggled(selection.themes, theme.slug) })}
                />
              ))}
            </details>
          )}
        </fieldset>
      </details>
      <details open={selection.links.length > 0}>
        <summary>{t.filters.links}</summary>
        <fieldset>
          <legend class="unseen">{t.filters.links}</legend>
          {LINK_FAMILIES.map((family) =>
            INTERACTION_KINDS.filter((kind) => linkFamilyOf(kind) === family).map((kind: InteractionKind) => (
              <Check
                key={kind}
                label={t.interactionKinds[kind]}
                checked={selection.links.includes(kind)}
                sign={<LinkStroke family={family} />}
                onChange={() => change({ links: toggled(selection.links, kind) })}
              />
            )),
          )}
        </fieldset>
      </details>
      <details open={selection.sdgs.length > 0}>
        <summary>{t.filters.sdgs}</summary>
        <fieldset class="sdgs">
          <legend class="unseen">{t.filters.sdgs}</legend>
          {(words?.sdgs ?? []).map((goal) => (
            <label class="sdg" key={goal.number} title={goal.label}>
              <input
                type="checkbox"
                checked={selection.sdgs.includes(goal.number)}
                aria-label={`${goal.number}. ${goal.label}`}
                onChange={() => change({ sdgs: toggled(selection.sdgs, goal.number) })}
              />
              <SdgTile number={goal.number} color={goal.color} />
              <span class="count" aria-hidden="true">
                {sdgCounts.get(goal.number) ?? 0}
              </span>
            </label>
          ))}
        </fieldset>
      </details>
      {filtersSet(selection) > 0 && (
        <button
          type="button"
          class="button quiet"
          onClick={() => change(unfiltered(selection))}
        >
          <Icon name="close" size={16} /> {t.filters.clear}
        </button>
      )}
    </form>
  );
}

export function SdgTile({ number, color }: { number: number; color: string }) {
  return (
    <svg class="sdg-tile" width="36" height="36" viewBox="0 0 36 36" aria-hidden="true" focusable="false">
      <rect width="36" height="36" rx="4" fill={color} />
      <text x="18" y="24" text-anchor="middle" fill="#fff" font-size="17" font-weight="800">
        {number}
      </text>
    </svg>
  );
}

function TextFilter({ text, change }: { text: string; change: Props["change"] }) {
  const { t } = useSpeech();
  const [typed, setTyped] = useState(text);
  const settled = useSettled(typed, 250);
  // A space that is being typed is no other text.
  useEffect(() => setTyped((now) => (now.trim() === text.trim() ? now : text)), [text]);
  useEffect(() => {
    if (settled === typed && settled.trim() !== text.trim()) change({ text: settled }, true);
  }, [settled]);
  return (
    <div class="field">
      <label for="filter-text" class="label">
        {t.filters.text}
      </label>
      <input id="filter-text" type="search" maxLength={200} placeholder={t.filters.textHint} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
    </div>
  );
}

/** Where the slider begins: what was before is asked with the address. */
const FIRST_YEAR = new Date().getFullYear() - 7;

const monthsFrom = (since: number): string[] => {
  const now = new Date();
  const months: string[] = [];
  for (let year = since; year <= now.getFullYear(); year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const last = new Date(Date.UTC(year, month, 0));
      if (last < now) months.push(last.toISOString().slice(0, 10));
    }
  }
  return [...months, now.toISOString().slice(0, 10)];
};

/** A slider over the ends of months, today at its right end; and a field for any day. */
function DayFilter({ asOf, change }: { asOf: string | null; change: Props["change"] }) {
  const { t, day } = useSpeech();
  const steps = monthsFrom(FIRST_YEAR);
  const today = steps[steps.length - 1] as string;
  const shown = asOf ?? config.asOf ?? today;
  const [at, setAt] = useState(shown);
  useEffect(() => setAt(shown), [shown]);
  const settled = useSettled(at, 200);
  useEffect(() => {
    if (settled === at && settled !== shown) change({ asOf: settled }, true);
  }, [settled]);
  const index = Math.max(0, steps.findLastIndex((step) => step <= at));
  return (
    <div class="field day">
      <label for="filter-day" class="label">
        {t.filters.date} <output for="filter-day">{at === today ? t.filters.today : day(at)}</output>
      </label>
      <input
        id="filter-day"
        type="range"
        min={0}
        max={steps.length - 1}
        step={1}
        value={index}
        aria-valuetext={day(at)}
        onInput={(event) => setAt(steps[Number(event.currentTarget.value)] ?? today)}
      />
      <div class="day-ends small" aria-hidden="true">
        <span>{FIRST_YEAR}</span>
        <span>{t.filters.today}</span>
      </div>
    </div>
  );
}
