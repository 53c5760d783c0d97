import type { CallKind, CallPhase, PlaceLinkFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { placeSearch, type Place } from "../lib/selection.ts";
import { remaining } from "./countdown.tsx";

interface Line {
  id: string;
  slug: string;
  title: string;
  phase: CallPhase;
  kind: CallKind;
  closesAt: string | null;
  territories?: PlaceLinkFragment[];
}

/** How many territories of a call are named. */
const NAMED = 2;

/** Calls in short, with how long each is still open; each opens on the territory that is looked at, so that it names the same contacts. */
export function CallLines({ calls, place = null }: { calls: Line[]; place?: Place | null }) {
  const { t, tongue, day } = useSpeech();
  return (
    <ul class="lines">
      {calls.map((call) => (
        <li key={call.id} class="call-line">
          <span>
            <a href={`/appels/${call.slug}${place ? `?${placeSearch(place)}` : ""}`}>{call.title}</a>
            <Where places={call.territories ?? []} />
          </span>
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

function Where({ places }: { places: PlaceLinkFragment[] }) {
  const { t } = useSpeech();
  if (places.length === 0) return null;
  const named = places.slice(0, NAMED).map((one) => (one.kind === "COUNTRY" ? one.name : `${one.name} (${t.territoryKinds[one.kind]})`));
  const more = places.length - named.length;
  return <small class="where">{[named.join(", "), more > 0 && t.call.more(more)].filter(Boolean).join(" ")}</small>;
}
