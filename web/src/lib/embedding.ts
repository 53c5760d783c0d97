// The page within a page of others: links open beside it, its colours may be the other's, and where that page holds a key
// it carries our questions, since the key is bound to its origin and not to ours.

import { carryBy } from "../api/client.ts";

export const EMBEDDED = "/integration";

/** Whether this is the framed page, which is then set up as one. */
export function beEmbedded(): boolean {
  if (location.pathname !== EMBEDDED) return false;
  const base = document.createElement("base");
  base.target = "_blank";
  document.head.append(base);
  const search = new URLSearchParams(location.search);
  wear(search.get("accent"));
  if (search.get("relais") === "1" && parent !== window) relay();
  return true;
}

/** How light a colour is, by WCAG 2.2; null where it is none. */
export function luminance(hex: string | null): number | null {
  const parts = /^([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex ?? "");
  if (!parts) return null;
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Takes the other page's colour where words in it can be read on white: a contrast of 4.5. */
function wear(accent: string | null): void {
  const light = luminance(accent);
  if (light === null || 1.05 / (light + 0.05) < 4.5) return;
  const root = document.documentElement;
  root.style.setProperty("--accent", `#${accent}`);
  root.style.setProperty("--accent-strong", `#${accent}`);
  root.dataset.accent = "given";
}

function relay(): void {
  const waiting = new Map<number, (text: string) => void>();
  let next = 0;
  addEventListener("message", (event: MessageEvent<{ maillage?: string; id?: number; body?: string }>) => {
    if (event.source !== parent || event.data?.maillage !== "answer" || typeof event.data.body !== "string") return;
    waiting.get(event.data.id ?? -1)?.(event.data.body);
    waiting.delete(event.data.id ?? -1);
  });
  carryBy(
    (body, signal) =>
      new Promise((resolve, reject) => {
        const id = (next += 1);
        const timer = setTimeout(() => give(new Error("The page around does not answer.")), 20_000);
        const give = (error: Error): void => {
          clearTimeout(timer);
          waiting.delete(id);
          reject(error);
        };
        signal?.addEventListener("abort", () => give(new DOMException("Given up.", "AbortError")));
        waiting.set(id, (text) => {
          clearTimeout(timer);
          resolve(text);
        });
        // A question holds nothing secret; whoever frames this page is allowed by the service's policy.
        parent.postMessage({ maillage: "ask", id, body }, "*");
      }),
  );
}
