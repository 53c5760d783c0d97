// The gaps in words, where most people live first.

import { useState } from "preact/hooks";
import type { CoverageViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { placePath } from "../lib/territories.ts";

export type Gap = NonNullable<NonNullable<CoverageViewQuery["territory"]>["coverage"]>["gaps"][number];

/** How many are told before one asks for the others. */
const FIRST = 12;
/** How many are told at most: the table has all. */
const MOST = 100;

interface Props {
  gaps: Gap[];
  /** How many there are in all; null where that is not known. */
  total: number | null;
  label: (gap: Gap) => string;
  /** What is said of a gap whose nearest actor is not known. */
  unknown: (gap: Gap) => string;
}

export function GapCards({ gaps, total, label, unknown, alone }: Props & { alone: boolean }) {
  const { t, number, km } = useSpeech();
  const [all, setAll] = useState(false);
  const shown = gaps.slice(0, all ? MOST : FIRST);
  // What is to be said of all is said once.
  const same = alone && gaps.length > 1 && gaps.every((gap) => gap.nearest === null) ? unknown(gaps[0] as Gap) : null;
  const more = (total ?? gaps.length) - shown.length;
  return (
    <>
      {same && <p>{same}</p>}
      <ol class="gap-cards">
        {shown.map((gap) => (
          <li key={gap.territory.id + label(gap)}>
            {!alone && <strong>{label(gap)}</strong>}
            <span>
              <a class={alone ? "lacking" : ""} href={placePath(gap.territory)}>
                {gap.territory.name}
              </a>
              {gap.territory.population !== null && <small> · {t.glance.inhabitants(number(gap.territory.population))}</small>}
            </span>
            {!same && (
              <small>
                {gap.nearest && gap.nearestKm !== null ? <a href={`/acteurs/${gap.nearest.slug}`}>{t.coverage.near(gap.nearest.name, km(gap.nearestKm))}</a> : unknown(gap)}
              </small>
            )}
          </li>
        ))}
      </ol>
      {(more > 0 || total === null) && shown.length >= FIRST && (
        <p class="row">
          {!all && gaps.length > FIRST && (
            <button type="button" class="button small-button" onClick={() => setAll(true)}>
              {t.coverage.all}
            </button>
          )}
          {total !== null && <span class="small">{t.coverage.first(number(total))}</span>}
          {(all || gaps.length <= FIRST) && <span class="small">{t.coverage.belowAll}</span>}
        </p>
      )}
    </>
  );
}
