// What is being looked at: the same for every view, and all of it in the address, so that it can be shared.

import type { ActorFilter, ActorKind, InteractionFilter, InteractionKind, TerritoryBasis, TerritoryKind } from "../api/generated.ts";
import { ACTOR_KINDS, INTERACTION_KINDS } from "./kinds.ts";

export interface Place {
  kind: TerritoryKind;
  code: string;
}

export interface Selection {
  place: Place | null;
  basis: TerritoryBasis;
  text: string;
  kinds: ActorKind[];
  themes: string[];
  sdgs: number[];
  links: InteractionKind[];
  /** A day as `2023-12-31`; null is the one that the service opens on. */
  asOf: string | null;
}

export const NOTHING: Selection = { place: null, basis: "ANY", text: "", kinds: [], themes: [], sdgs: [], links: [], asOf: null };

const PLACES: Record<TerritoryKind, string> = {
  COMMUNE: "commune",
  INTERCOMMUNALITY: "epci",
  DEPARTMENT: "departement",
  REGION: "region",
  COUNTRY: "pays",
  PRIORITY_NEIGHBOURHOOD: "qpv",
  URBAN_CONTRACT: "contrat-de-ville",
  EDUCATION_CITY: "cite-educative",
  CUSTOM: "perimetre",
};
const BASES: Record<TerritoryBasis, string> = { ANY: "", SEAT: "siege", AREA: "action" };

const named = <T extends string>(table: Record<T, string>, text: string | null): T | undefined =>
  (Object.keys(table) as T[]).find((key) => table[key] === text);

/** A kind of territory as addresses write it. */
export const placeSegment = (kind: TerritoryKind): string => PLACES[kind];

export const placeKind = (segment: string): TerritoryKind | undefined => named(PLACES, segment);

export const writePlace = (place: Place): string => `${PLACES[place.kind]}:${place.code}`;

/** A value as it stands behind a question mark. Commas and colons may stand as they are, and read better. */
const written = (value: string): string => encodeURIComponent(value.toWellFormed()).replaceAll("%2C", ",").replaceAll("%3A", ":");

/** The part of an address that chooses a territory. */
export const placeSearch = (place: Place): string => `territoire=${written(writePlace(place))}`;

/** No territory has a longer code, in signs. */
const LONGEST_CODE = 64;

/** A territory as addresses write it, or as the API does: `commune:28134`, `COMMUNE:28134`. */
export function readPlace(text: string | null): Place | null {
  const [segment = "", code = ""] = (text ?? "").split(/:(.*)/s);
  const kind = placeKind(segment) ?? (Object.hasOwn(PLACES, segment) ? (segment as TerritoryKind) : undefined);
  return kind && code && code.length <= LONGEST_CODE ? { kind, code } : null;
}

const list = (text: string | null): string[] => (text ?? "").split(",").filter(Boolean);
const known = <T extends string>(all: readonly T[], text: string | null): T[] => {
  const wanted = list(text).map((one) => one.toUpperCase().replaceAll("-", "_"));
  return all.filter((one) => wanted.includes(one));
};
const plain = (one: string): string => one.toLowerCase().replaceAll("_", "-");

/** Signs that nobody sees, as they come along from documents and pages, and the one that stands for what can't be read. */
const UNSEEN = /[\p{Cc}\p{Cf}\uFFFD]/gu;

/** Words that are looked for: no more of them than the API takes, and no half of a sign. */
export const readText = (text: string | null): string => [...(text ?? "").toWellFormed().replace(UNSEEN, "")].slice(0, 200).join("");

/** A day that exists, as `2023-12-31`; what has a year of three digits is a slip. */
export function isDay(text: string | null): text is string {
  if (!text || !/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Reads an address; what it can't mean is left out. */
export function readSelection(search: URLSearchParams): Selection {
  const asOf = search.get("date");
  const sdgs = list(search.get("odd")).map(Number);
  return {
    place: readPlace(search.get("territoire")),
    basis: named(BASES, search.get("base")) ?? "ANY",
    text: readText(search.get("texte")),
    kinds: known(ACTOR_KINDS, search.get("types")),
    themes: list(search.get("themes")).filter((slug) => /^[a-z0-9-]{1,80}$/.test(slug)),
    sdgs: [...new Set(sdgs)].filter((goal) => Number.isInteger(goal) && goal >= 1 && goal <= 17).sort((a, b) => a - b),
    links: known(INTERACTION_KINDS, search.get("liens")),
    asOf: isDay(asOf) ? asOf : null,
  };
}

/** The part of an address behind the question mark, without it; empty where nothing is chosen. */
export function writeSelection(selection: Selection): string {
  const parts: [string, string][] = [
    ["territoire", selection.place ? writePlace(selection.place) : ""],
    ["base", BASES[selection.basis]],
    ["texte", selection.text.trim()],
    ["types", selection.kinds.map(plain).join(",")],
    ["themes", selection.themes.join(",")],
    ["odd", selection.sdgs.join(",")],
    ["liens", selection.links.map(plain).join(",")],
    ["date", selection.asOf ?? ""],
  ];
  return parts
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${written(value)}`)
    .join("&");
}

/** How many filters are set beside the territory and the day. */
export const filtersSet = (selection: Selection): number =>
  selection.kinds.length + selection.themes.length + selection.sdgs.length + selection.links.length +
  (selection.text.trim() ? 1 : 0) + (selection.basis === "ANY" ? 0 : 1);

/** The same place and day, with every filter taken off. */
export const unfiltered = ({ place, asOf }: Selection): Selection => ({ ...NOTHING, place, asOf });

/** The API's filter of actors within a territory that is asked beside it; `without` leaves one condition out. */
export function actorFilter(selection: Selection, place: Place, without?: "kinds" | "themes" | "sdgs"): ActorFilter {
  const filter: ActorFilter = {};
  if (selection.text.trim()) filter.text = selection.text.trim();
  if (selection.kinds.length && without !== "kinds") filter.kinds = selection.kinds;
  if (selection.themes.length && without !== "themes") filter.themes = selection.themes;
  if (selection.sdgs.length && without !== "sdgs") filter.sdgs = selection.sdgs;
  if (selection.basis !== "ANY") filter.territory = { territory: { code: place }, basis: selection.basis };
  return filter;
}

export const interactionFilter = (selection: Selection): InteractionFilter =>
  selection.links.length ? { kinds: selection.links } : {};
