// What is shown where there is nothing to show: yet, at all, or because something went wrong.

import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/client.ts";
import { useSpeech } from "../i18n/index.ts";
import { EMBEDDED } from "../lib/embedding.ts";
import { filtersSet, readSelection, unfiltered, writeSelection, type Selection } from "../lib/selection.ts";
import { Icon } from "./icons.tsx";

export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useSpeech();
  return (
    <div class="loading" role="status">
      <span class="unseen">{t.state.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span class="bone" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

/** Codes whose words say all there is to say; the others come with what the API said, in English. */
export const PLAIN = ["UNREACHABLE", "UNAVAILABLE", "RATE_LIMITED", "TIMEOUT", "UNAUTHENTICATED", "NOT_FOUND"];

export function Failed({ error, again }: { error: ApiError; again?: () => void }) {
  const { t } = useSpeech();
  const chosen = readSelection(new URLSearchParams(location.search));
  return (
    <div class="note note-alert" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <strong>{t.state.errors[error.code] ?? t.state.errors.INTERNAL}</strong>
        </p>
        {!PLAIN.includes(error.code) && <p class="small">{error.message}</p>}
        <p class="row">
          {/* What is chosen is not understood: asking it again would not help. */}
          {error.code === "VALIDATION" && location.pathname !== EMBEDDED && filtersSet(chosen) > 0 ? (
            <Unfilter selection={chosen} />
          ) : again && (
            <button type="button" class="button" onClick={again}>
              {t.state.retry}
            </button>
          )}
          {error.code === "UNAUTHENTICATED" && (
            <a class="button" href="/connexion">
              {t.state.signInFirst}
            </a>
          )}
        </p>
      </div>
    </div>
  );
}

export function Empty({ title, help, children }: { title: string; help?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <svg width="72" height="48" viewBox="0 0 72 48" aria-hidden="true" focusable="false">
        <path d="M14 36 36 12l22 24" fill="none" stroke="var(--line-strong)" stroke-width="2" stroke-dasharray="3 4" />
        <circle cx="14" cy="36" r="6" fill="none" stroke="var(--line-strong)" stroke-width="2" />
        <circle cx="36" cy="12" r="6" fill="none" stroke="var(--line-strong)" stroke-width="2" />
        <circle cx="58" cy="36" r="6" fill="none" stroke="var(--line-strong)" stroke-width="2" />
      </svg>
      <p>
        <strong>{title}</strong>
      </p>
      {help && <p class="small">{help}</p>}
      {children}
    </div>
  );
}

/** The way back to what is looked at without filters. */
function Unfilter({ selection }: { selection: Selection }) {
  const { t } = useSpeech();
  const written = writeSelection(unfiltered(selection));
  return (
    <a class="button" href={location.pathname + (written ? `?${written}` : "")}>
      <Icon name="close" size={16} /> {t.list.unfilter}
    </a>
  );
}

/** No actor matches what is chosen; where filters are the cause, a way out of them. */
export function NoActor({ selection, title }: { selection: Selection; title?: string }) {
  const { t } = useSpeech();
  return (
    <Empty title={title ?? t.list.empty} help={filtersSet(selection) > 0 ? t.list.emptyHelp : t.list.nobody}>
      {filtersSet(selection) > 0 && location.pathname !== EMBEDDED && (
        <Unfilter selection={selection} />
      )}
    </Empty>
  );
}
