// Where one looked last, for the way back to the explorer: as long as the tab is open.

import type { Address } from "./router.ts";
import { isDay, placeKind, readPlace, writePlace } from "./selection.ts";

const KEY = "maillage.looked";
/** Where a territory and a day are looked at. */
const VIEWS = ["/", "/reseau", "/tableau", "/matrice", "/couverture"];

/** The territory and the day of an address, as addresses write them; null where it has none. */
export function lookedAt({ path, search }: Pick<Address, "path" | "search">): string | null {
  const asked = new URLSearchParams(search);
  const [, first, segment = "", code = ""] = path.split("/");
  const kind = first === "territoires" ? placeKind(segment) : undefined;
  if (!kind && !VIEWS.includes(path)) return null;
  const place = kind ? { kind, code } : readPlace(asked.get("territoire"));
  const day = asked.get("date");
  return [place && `territoire=${writePlace(place).split(":").map(encodeURIComponent).join(":")}`, isDay(day) && `date=${day}`].filter(Boolean).join("&");
}

/** The same of this address, or of the last one that had some. */
export function looked(address: Address): string {
  const now = lookedAt(address);
  try {
    if (now !== null) sessionStorage.setItem(KEY, now);
    return now ?? sessionStorage.getItem(KEY) ?? "";
  } catch {
    return now ?? "";
  }
}
