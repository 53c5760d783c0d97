// Every page in both languages, on a wide screen by day and on a phone by night: nothing is complained of, nobody else is
// asked, and axe finds no barrier.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, fresh, launch, open } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const PAGES = {
  map: "/",
  network: "/reseau",
  table: "/tableau",
  matrix: "/matrice",
  coverage: "/couverture",
  "coverage of a theme": "/couverture?themes=health",
  actor: "/acteurs/ca-agglo-du-pays-de-dreux",
  territory: "/territoires/commune/28134",
  "territory without an outline": "/?territoire=qpv:QN02801M",
  calls: "/appels",
  call: "/appels/appel-a-projets-2026-du-contrat-de-ville-du-pays-de-dreux",
  collectives: "/collectifs",
  collective: "/collectifs/energie-et-habitat",
  diagnoses: "/diagnostics",
  diagnosis: "/diagnostics/diagnostic-partage-de-la-cite-educative-exemple",
  practices: "/pratiques",
  practice: "/pratiques/un-potager-pour-la-cantine-exemple",
  project: "/projets/un-velo-pour-l-emploi",
  "signing in": "/connexion",
  invitation: "/invitation",
  "nothing found": "/tableau?texte=zzzzzzzz",
};

describe.each([
  { language: "fr", theme: "light", width: 1440 },
  { language: "en", theme: "dark", width: 390 },
] as const)("in $language, $theme, $width px", (look) => {
  test.each(Object.entries(PAGES))("%s", async (_, path) => {
    const { page, complaints } = await fresh(browser, look);
    await open(page, path);
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(look.language);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** What is cut off inside a view that scrolls is seen by nobody who does not try. */
test.each(["/tableau", "/matrice", "/couverture", "/couverture?themes=health"])("on a phone %s is as wide as the screen", async (path) => {
  const { page } = await fresh(browser, { width: 390 });
  await open(page, path);
  expect(await page.evaluate(() => { const view = document.querySelector(".explore-view"); return view ? view.scrollWidth - view.clientWidth : NaN; })).toBeLessThanOrEqual(0);
  await page.context().close();
});

test("what is not there says so, and leads back", async () => {
  const { page } = await fresh(browser);
  await open(page, "/acteurs/personne");
  await page.getByText("Cette page n’existe pas").first().waitFor();
  await page.getByRole("link", { name: "Revenir à la carte" }).click();
  await page.getByRole("heading", { name: "CA Agglo du Pays de Dreux" }).waitFor();
  await page.context().close();
});

test("a gateway that answers for a service that is down is told of the same way, once, and all is asked again", async () => {
  const { page } = await fresh(browser);
  let broken = true;
  await page.route("**/graphql", (route) => (broken ? route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }) : route.continue()));
  await page.goto(`${process.env.MAILLAGE_URL ?? "http://127.0.0.1:8080"}/`);
  await page.getByText("Le service ne répond pas").first().waitFor();
  expect(await page.getByRole("alert").count()).toBe(1);
  broken = false;
  await page.getByRole("button", { name: "Réessayer" }).click();
  await page.locator(".actor-rows li").first().waitFor();
  await page.getByRole("checkbox", { name: /^Association/ }).waitFor();
  await page.context().close();
});

test("a service that does not answer is told of in words, and asked again", async () => {
  const { page } = await fresh(browser);
  let broken = true;
  await page.route("**/graphql", (route) => (broken ? route.abort() : route.continue()));
  await page.goto(`${process.env.MAILLAGE_URL ?? "http://127.0.0.1:8080"}/appels`);
  await page.getByText("Le service ne répond pas").first().waitFor();
  broken = false;
  await page.getByRole("button", { name: "Réessayer" }).first().click();
  await page.getByText("Appel à projets 2026 du contrat de ville").first().waitFor();
  await page.context().close();
});
