import { useQuery } from "../api/client.ts";
import { PlaceNameDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import type { Place } from "./selection.ts";

/** What a place of an address is called; its kind and code until that is known. */
export function usePlaceName(place: Place | null): string {
  const { t } = useSpeech();
  const found = useQuery(PlaceNameDocument, place ? { territory: { code: { kind: place.kind, code: place.code } } } : null).data?.territory;
  if (!place) return "";
  return found && found.kind === place.kind && found.code === place.code ? found.name : `${t.territoryKinds[place.kind]} ${place.code}`;
}
