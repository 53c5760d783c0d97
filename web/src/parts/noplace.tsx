// A territory that an address names and nobody knows.

import { useQuery } from "../api/client.ts";
import { PlaceNameDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import type { Place } from "../lib/selection.ts";
import { TerritorySearch } from "./search.tsx";
import { Empty } from "./states.tsx";

/** Whether there is no such territory, once that is known; asked only where something `failed` that it would explain. */
export function useUnknown(place: Place | null, failed: boolean): boolean {
  const { data, loading } = useQuery(PlaceNameDocument, place && failed ? { territory: { code: { kind: place.kind, code: place.code } } } : null);
  return failed && !loading && data !== null && data.territory === null;
}

export function NoPlace({ place, choose, without }: { place: Place; choose?: (place: Place) => void; without?: string }) {
  const { t } = useSpeech();
  return (
    <Empty title={t.state.noPlace(t.territoryKinds[place.kind], place.code)} help={choose && t.state.noPlaceHelp}>
      {choose && (
        <div class="half">
          <TerritorySearch label={t.filters.changeTerritory} onChoose={({ kind, code }) => choose({ kind, code })} />
        </div>
      )}
      {without && (
        <a class="button" href={without}>
          {t.state.withoutPlace}
        </a>
      )}
    </Empty>
  );
}
