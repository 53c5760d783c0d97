import type { CallKind, CallPhase } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { remaining } from "./countdown.tsx";

interface Line {
  id: string;
  slug: string;
  title: string;
  phase: CallPhase;
  kind: CallKind;
  closesAt: string | null;
}

/** Calls in short, with how long each is still open. */
export function CallLines({ calls }: { calls: Line[] }) {
  const { t, tongue, day } = useSpeech();
  return (
    <ul class="lines">
      {calls.map((call) => (
        <li key={call.id} class="call-line">
          <a href={`/appels/${call.slug}`}>{call.title}</a>
          <span class="row">
            {call.phase === "OPEN" && call.closesAt ? (
              <>
                <span class="tag sun">{remaining(new Date(call.closesAt).getTime(), Date.now(), tongue)}</span>
                <small>
                  {t.call.closes} <time dateTime={call.closesAt}>{day(call.closesAt)}</time>
                </small>
              </>
            ) : (
              <span class="tag">{call.phase === "OPEN" ? t.call.open : t.enums.callPhases[call.phase]}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
