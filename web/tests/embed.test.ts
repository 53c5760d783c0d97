// A view on a page of others: by a frame, and by the script, whose key is taken from that page's origin alone.

import { createServer, type Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api, base, launch, tokenOf } from "./browser.ts";

/** The service must list it: MAILLAGE_ORIGINS=http://127.0.0.1:PORT. */
const port = Number(process.env.MAILLAGE_PARTNER_PORT ?? 0);
const origin = `http://127.0.0.1:${port}`;
let browser: Browser;
let partner: Server;
let html = "";
beforeAll(async () => {
  browser = await launch();
  partner = createServer((_, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(html));
  if (port) await new Promise<void>((ready) => partner.listen(port, "127.0.0.1", ready));
});
afterAll(async () => {
  await browser.close();
  partner.close();
});

const page = (body: string): string => `<!doctype html><html lang="fr"><title>Partenaire</title><h1>Chez nous</h1>${body}`;

test.skipIf(!port)("a frame shows the map in the partner’s colour", async () => {
  html = page(`<iframe title="Maillage" width="800" height="600" src="${base}/integration?territoire=commune:28134&accent=7a1f5c"></iframe>`);
  const tab = await browser.newPage();
  await tab.goto(origin);
  const frame = tab.frameLocator("iframe");
  await frame.locator('[data-drawn="yes"]').waitFor();
  expect(await frame.locator("html").evaluate((root) => getComputedStyle(root).getPropertyValue("--accent"))).toBe("#7a1f5c");
  expect(await frame.getByRole("link", { name: /Maillage/ }).evaluate((link: HTMLAnchorElement) => link.href)).toContain("territoire=commune:28134");
  await tab.close();
});

test.skipIf(!port)("the script asks with a key from the partner’s page; from elsewhere the key is refused", async () => {
  const token = await tokenOf("admin");
  const { createApiKey } = await api<{ createApiKey: { secret: string } }>(
    "mutation ($origins: [String!]) { createApiKey(name: \"Page d’un partenaire\", allowedOrigins: $origins, grants: [{role: PARTNER}]) { secret } }",
    { origins: [origin] },
    token,
  );
  html = page(`<script src="${base}/integration.js" data-filtre="territoire=commune:28134" data-vue="tableau" data-cle="${createApiKey.secret}" async></script>`);
  const tab = await browser.newPage();
  const asked: (string | undefined)[] = [];
  tab.on("request", (request) => {
    if (request.url() === `${base}/graphql` && request.method() === "POST") asked.push(request.headers().authorization);
  });
  await tab.goto(origin);
  await tab.frameLocator("iframe").getByRole("link", { name: "CCAS VILLE DE DREUX" }).waitFor();
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.every((header) => header === `Bearer ${createApiKey.secret}`)).toBe(true);
  await tab.close();
  await expect(api("{ viewer { apiKey { name } } }", {}, createApiKey.secret)).rejects.toThrow();
});

test("the page itself can’t be framed", async () => {
  const response = await fetch(`${base}/`);
  expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(response.headers.get("x-frame-options")).toBe("DENY");
});
