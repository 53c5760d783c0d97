import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en } from "./en.ts";
import { fr, type Words } from "./fr.ts";

export type Tongue = "fr" | "en";
export type { Words };

export interface Speech {
  tongue: Tongue;
  t: Words;
  /** As the API names it. */
  language: "FR" | "EN";
  number: (value: number, digits?: number) => string;
  day: (date: string) => string;
  instant: (date: string) => string;
  euros: (amount: string | number) => string;
  km: (value: number) => string;
}

// Making one takes longer than all that it formats on a page.
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function kept<F extends Intl.NumberFormat | Intl.DateTimeFormat>(make: new (locale: string, how: object) => F, locale: string, how: object): F {
  const key = locale + JSON.stringify(how);
  const format = (formats.get(key) as F | undefined) ?? new make(locale, how);
  formats.set(key, format);
  return format;
}

export function speech(tongue: Tongue): Speech {
  const locale = tongue === "fr" ? "fr-FR" : "en-GB";
  // French counts the first day of a month otherwise than the rest.
  const first = (date: string): string => (tongue === "fr" ? date.replace(/^1 /, "1er ") : date);
  const numbers = (how: Intl.NumberFormatOptions): Intl.NumberFormat => kept(Intl.NumberFormat, locale, how);
  const dates = (how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => kept(Intl.DateTimeFormat, locale, how);
  return {
    tongue,
    t: tongue === "fr" ? fr : en,
    language: tongue === "fr" ? "FR" : "EN",
    number: (value, digits = 0) => numbers({ maximumFractionDigits: digits }).format(value),
    day: (date) => first(dates({ dateStyle: "long", timeZone: "UTC" }).format(new Date(`${date.slice(0, 10)}T00:00:00Z`))),
    instant: (date) => first(dates({ dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" }).format(new Date(date))),
    euros: (amount) => numbers({ style: "currency", currency: "EUR", minimumFractionDigits: Number(amount) % 1 === 0 ? 0 : 2, maximumFractionDigits: 2 }).format(Number(amount)),
    km: (value) => `${numbers({ maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} km`,
  };
}

/** Signs that French sets apart stay on the line of their words. */
export const bound = (text: string): string => text.replaceAll("« ", "«\u00a0").replace(/ ([»:;?!])/g, "\u00a0$1");

export const SpeechContext = createContext<Speech>(speech("fr"));
export const useSpeech = (): Speech => useContext(SpeechContext);

const KEY = "maillage.language";

/** French, unless the address or this browser's last choice says otherwise. */
export function firstTongue(search: string): Tongue {
  const asked = new URLSearchParams(search).get("lang");
  if (asked === "en" || asked === "fr") return asked;
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "fr";
  } catch {
    return "fr";
  }
}

/** The same address without the language that it asks for. */
export function withoutTongue({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): string {
  const kept = search.slice(1).split("&").filter((part) => part && !/^lang(=|$)/.test(part));
  return pathname + (kept.length ? `?${kept.join("&")}` : "") + hash;
}

export function rememberTongue(tongue: Tongue): void {
  try {
    localStorage.setItem(KEY, tongue);
  } catch {
    // Then it is French again next time.
  }
}
