// Which themes have an actor somewhere in the territory, or around it. Where the API knows no nearest actor, that may be
// for want of an address: it must not read as if there were nobody.

import { useQuery } from "../api/client.ts";
import { ThemesHeldDocument, type ActorKind } from "../api/generated.ts";
import type { Place } from "./selection.ts";

/** The territory whose actors are around those of a place: the grouping of a commune or neighbourhood, else the place itself. */
function around<P extends Place>(place: Place, ancestors: readonly P[]): Place {
  const small = place.kind === "COMMUNE" || place.kind === "PRIORITY_NEIGHBOURHOOD";
  return (small && ancestors.find((one) => one.kind === "INTERCOMMUNALITY")) || place;
}

/** Says of a theme where else it has an actor; null where it has none there, or nothing is asked. */
export function useElsewhere(place: Place, ancestors: readonly Place[], kinds: ActorKind[], wanted: boolean): (theme: string | undefined) => string | null {
  const { kind, code } = around(place, ancestors);
  const held = useQuery(ThemesHeldDocument, wanted ? { territory: { code: { kind, code } }, filter: kinds.length ? { kinds } : null } : null).data?.territory;
  const slugs = new Set(held?.actors.facets.themes.flatMap(({ theme }) => [theme.slug, theme.broader?.slug]));
  return (theme) => (held && theme && slugs.has(theme) ? held.name : null);
}
