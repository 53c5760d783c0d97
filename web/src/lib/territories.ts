import type { TerritoryKind } from "../api/generated.ts";
import { placeSegment, type Place } from "./selection.ts";

/** The page of a territory. */
export const placePath = (place: Place): string => `/territoires/${placeSegment(place.kind)}/${encodeURIComponent(place.code)}`;

/** Whose outlines are drawn within a territory of a kind. */
export function innerKind(kind: TerritoryKind): TerritoryKind {
  if (kind === "COUNTRY") return "REGION";
  if (kind === "REGION") return "DEPARTMENT";
  return "COMMUNE";
}
