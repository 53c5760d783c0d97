// The address is the state: a small router over the History API.

import { useEffect, useState } from "preact/hooks";

export interface Address {
  /** As it is written, without a slash at its end. */
  path: string;
  /** What stands between slashes, as it is meant; null where that can't be told. */
  parts: string[] | null;
  search: string;
  hash: string;
}

export function readAddress({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): Address {
  const path = pathname.replace(/(?<=.)\/+$/, "");
  let parts: string[] | null = null;
  try {
    parts = path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    // A sign that begins and does not end, as in `/acteurs/%`: there is no such page.
  }
  return { path, parts, search: search.slice(1), hash };
}

const here = (): Address => readAddress(location);
const listeners = new Set<(address: Address) => void>();
const tell = (): void => {
  const address = here();
  for (const listener of listeners) listener(address);
};
globalThis.addEventListener?.("popstate", tell);

export function navigate(to: string, replace = false): void {
  if (to === location.pathname + location.search + location.hash) return;
  // Where one was on a page is kept with it, so that going back leads there.
  if (!replace) history.replaceState({ top: scrollY }, "");
  history[replace ? "replaceState" : "pushState"](null, "", to);
  tell();
}

export function useAddress(): Address {
  const [address, set] = useState(here);
  useEffect(() => {
    listeners.add(set);
    set(here());
    return () => void listeners.delete(set);
  }, []);
  return address;
}

/** Addresses of this host that other parts of the service answer. */
const ELSEWHERE = /^\/(graphql|graphiql|schema\.graphql|ogc|exports|collectives|diagnoses|healthz|readyz|assets|licences\.txt|integration)(\/|$)/;

/** Follows links to pages of the explorer without loading it anew. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    const href = link?.getAttribute("href");
    if (!link || !href || href.startsWith("#") || link.getAttribute("target") || link.hasAttribute("download")) return;
    const url = new URL(href, location.href);
    if (url.origin !== location.origin || ELSEWHERE.test(url.pathname)) return;
    event.preventDefault();
    navigate(url.pathname + url.search + url.hash);
  });
}
