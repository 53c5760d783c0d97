// The address is the state: a small router over the History API.

import { useEffect, useState } from "preact/hooks";

export interface Address {
  path: string;
  search: string;
}

const here = (): Address => ({ path: decodeURI(location.pathname), search: location.search.slice(1) });
const listeners = new Set<(address: Address) => void>();
const tell = (): void => {
  const address = here();
  for (const listener of listeners) listener(address);
};
addEventListener("popstate", tell);

export function navigate(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
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
const ELSEWHERE = /^\/(graphql|graphiql|schema\.graphql|ogc|exports|collectives|diagnoses|healthz|readyz|assets)(\/|$)/;

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
    navigate(url.pathname + url.search);
  });
}
