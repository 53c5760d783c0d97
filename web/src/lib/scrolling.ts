// Where a page is looked at: from its top, from where one had left it, or from what its address names.

import { useEffect, useRef } from "preact/hooks";
import type { Address } from "./router.ts";

/** How long what is still being loaded is waited for, in milliseconds. */
const PATIENCE = 4000;

let cameBack = false;
globalThis.addEventListener?.("popstate", () => (cameBack = true));

/** Tries until it is done, or someone scrolls, or patience ends; gives what stops it. */
function patiently(done: () => boolean): () => void {
  const end = performance.now() + PATIENCE;
  let frame = 0;
  const stop = (): void => {
    cancelAnimationFrame(frame);
    for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) removeEventListener(name, stop);
  };
  const look = (): void => {
    if (done() || performance.now() > end) stop();
    else frame = requestAnimationFrame(look);
  };
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(name, stop, { passive: true });
  look();
  return stop;
}

function reach(top: number): boolean {
  scrollTo(0, top);
  return Math.abs(scrollY - top) < 2;
}

/** Goes to what the hash names, once it is there: the eyes, and the keyboard. */
function reachNamed(id: string): boolean {
  const named = document.getElementById(id);
  if (!named) return false;
  named.tabIndex = -1;
  named.focus({ preventScroll: true });
  named.scrollIntoView();
  return true;
}

/** Keeps eyes and screen readers at the right place of `main` when the address changes; a view of the map keeps its own. */
export function useScrolling(address: Address, isView: boolean, main: { current: HTMLElement | null }): void {
  const arrived = useRef(false);
  useEffect(() => {
    const [first, back] = [!arrived.current, cameBack];
    arrived.current = true;
    cameBack = false;
    const named = /^#([\w-]+)$/.exec(location.hash)?.[1];
    if (!first && !isView) main.current?.focus({ preventScroll: true });
    const top = (history.state as { top?: number } | null)?.top;
    if (back && top) return patiently(() => reach(top));
    if (named) return patiently(() => reachNamed(named));
    if (!first && !isView) scrollTo(0, 0);
    return undefined;
  }, [address.path, address.hash, new URLSearchParams(address.search).get("etape")]);
}
