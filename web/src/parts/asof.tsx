// The day that is shown, said where the answers are, and how to change it.

import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { isDay } from "../lib/selection.ts";

export const todayIs = (): string => new Date().toISOString().slice(0, 10);

/** Marks what is of today beside what is of another day. */
export function OfToday({ asOf }: { asOf: string | null }) {
  const { t } = useSpeech();
  return (asOf ?? config.asOf ?? todayIs()) === todayIs() ? null : <span class="tag of-today">{t.filters.ofToday}</span>;
}

interface Props {
  /** The chosen day; null is the one that the service opens on. */
  asOf: string | null;
  change: (asOf: string | null) => void;
  /** Whether any day can be chosen here: where no filter stands beside it. */
  any?: boolean;
}

export function AsOf({ asOf, change, any = false }: Props) {
  const { t, day } = useSpeech();
  const today = todayIs();
  const shown = asOf ?? config.asOf ?? today;
  // Where today is what everyone sees anyway, nothing needs to be said.
  if (!any && !config.asOf && shown === today) return null;
  return (
    <div class="as-of">
      <p>
        <strong>{shown === today ? t.filters.dataToday : config.demo && shown === config.asOf ? t.filters.dataDemo(day(shown)) : t.filters.dataOf(day(shown))}</strong>
      </p>
      <p class="row">
        {shown !== today && (
          <button type="button" class="button small-button" onClick={() => change(config.asOf ? today : null)}>
            {t.filters.seeToday}
          </button>
        )}
        {config.asOf && shown !== config.asOf && (
          <button type="button" class="button small-button" onClick={() => change(null)}>
            {t.filters.seeDay(day(config.asOf))}
          </button>
        )}
        {any && (
          <label class="row small">
            {t.filters.date}
            <input type="date" class="fit" value={shown} max={today} onChange={(event) => isDay(event.currentTarget.value) && change(event.currentTarget.value)} />
          </label>
        )}
      </p>
    </div>
  );
}
