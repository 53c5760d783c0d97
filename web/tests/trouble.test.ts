// What holds when something goes wrong: addresses that mean nothing, answers that fail, sessions that end, two tabs.

import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api, base, fresh, launch, open, settled, signIn, tokenOf } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const unique = (): string => Math.random().toString(36).slice(2, 10);
const asks = (route: Route, name: string): boolean => new RegExp(`(query|mutation) ${name}\\b`).test(route.request().postData() ?? "");
const refusal = (code: string) => ({ contentType: "application/json", body: JSON.stringify({ data: null, errors: [{ message: "refused", extensions: { code } }] }) });

/** Has a question fail as long as `broken` says so. */
const failing = (page: Page, name: string, broken: (route: Route) => boolean, code: string) =>
  page.route("**/graphql", (route) => (asks(route, name) && broken(route) ? route.fulfill(refusal(code)) : route.continue()));

test.each(["/acteurs/%E0%A4%A", "/acteurs/%"])("%s is no page, and says so", async (path) => {
  const { page } = await fresh(browser);
  await page.goto(base + path);
  await page.getByText("Cette page n’existe pas").first().waitFor();
  await page.context().close();
});

test.each([`/?texte=${"a".repeat(199)}%F0%9F%99%82`, "/integration?vue=constructor", "/integration?vue=__proto__", "/?date=0000-01-01"])("%s opens", async (path) => {
  const { page, complaints } = await fresh(browser);
  await open(page, path);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each(["/territoires/commune/99999", "/?territoire=commune:99999", "/diagnostics?territoire=commune:99999"])("%s says once that there is no such territory", async (path) => {
  const { page } = await fresh(browser);
  await page.goto(base + path);
  await page.getByRole("main").getByText("Aucun territoire de ce code : Commune 99999.").last().waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.context().close();
});

test("a page that breaks says so in both languages, and the others are there", async () => {
  const { page } = await fresh(browser);
  await page.route("**/graphql", async (route) => {
    if (!asks(route, "ActorPage")) return route.continue();
    const answer = (await (await route.fetch()).json()) as { data: { actor: { themes?: unknown } } };
    delete answer.data.actor.themes;
    return route.fulfill({ json: answer });
  });
  await page.goto(`${base}/acteurs/ccas-ville-de-dreux`);
  await page.getByText("Cette page s’est arrêtée").waitFor();
  await page.getByText("This page stopped").waitFor();
  await page.getByRole("navigation", { name: "Navigation principale" }).getByRole("link", { name: "Collectifs" }).click();
  await page.getByRole("heading", { level: 1, name: "Collectifs" }).waitFor();
  await page.context().close();
});

test("where actors can't be read, the map says so over the territory, which is shown all the same", async () => {
  const { page } = await fresh(browser);
  await failing(page, "MapView", () => true, "TIMEOUT");
  await page.goto(`${base}/`);
  await page.locator(".map-over").getByRole("button", { name: "Réessayer" }).waitFor();
  await page.locator(".map-canvas canvas").waitFor({ state: "visible" });
  await page.unrouteAll();
  await page.locator(".map-over").getByRole("button", { name: "Réessayer" }).click();
  await page.waitForSelector('[data-drawn="yes"]');
  await page.context().close();
});

test("a session goes on after a renewal that was refused for now", async () => {
  const { page } = await fresh(browser);
  await signIn(page, "manager");
  let left = 2;
  await failing(page, "Renew", () => left-- > 0, "RATE_LIMITED");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Mon travail" }).waitFor();
  await page.unrouteAll();
  await page.route("**/graphql", (route) => route.abort());
  await page.reload();
  await page.getByText("Le service ne répond pas").waitFor();
  expect(await page.getByText("Connectez-vous pour continuer").count()).toBe(0);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Réessayer" }).click();
  await page.getByRole("heading", { level: 1, name: "Mon travail" }).waitFor();
  await page.context().close();
});

test("what was typed stays when the session ends, and after signing in again", async () => {
  const { page } = await fresh(browser);
  await signIn(page, "partner");
  await open(page, "/travail/acteurs/ccas-ville-de-dreux");
  const field = page.getByLabel("Description");
  await field.fill("Ouvert le mardi");
  let ended = true;
  await page.route("**/graphql", (route) => (ended && (asks(route, "Renew") || asks(route, "SuggestActorEdit")) ? route.fulfill(refusal("UNAUTHENTICATED")) : route.continue()));
  await page.getByRole("button", { name: "Envoyer" }).click();
  const note = page.getByRole("region", { name: "Votre session est terminée." });
  await note.waitFor();
  expect(await field.inputValue()).toBe("Ouvert le mardi");
  ended = false;
  await note.getByLabel("Adresse électronique").fill("partner@demo.maillage.test");
  await note.getByLabel("Mot de passe").fill("cooperer-a-dreux");
  await note.getByRole("button", { name: "Se connecter" }).click();
  await note.waitFor({ state: "detached" });
  expect(await field.inputValue()).toBe("Ouvert le mardi");
  await page.context().close();
});

test("two tabs with the same token send it once", async () => {
  const { page } = await fresh(browser);
  await signIn(page, "manager");
  const token = await page.evaluate(() => sessionStorage.getItem("maillage.session"));
  const other = await page.context().newPage();
  await other.addInitScript((held) => sessionStorage.getItem("maillage.session") ?? sessionStorage.setItem("maillage.session", held ?? ""), token);
  const sent: string[] = [];
  for (const one of [page, other]) one.on("request", (request) => {
    const body = request.url().endsWith("/graphql") ? (request.postDataJSON() as { query: string; variables: { token: string } }) : null;
    if (body?.query.includes("mutation Renew")) sent.push(body.variables.token);
  });
  // Long enough for the other tab to have begun: one that begins later is let in by the service's ten seconds of grace.
  await page.context().route("**/graphql", async (route) => {
    if (asks(route, "Renew")) await new Promise((done) => setTimeout(done, 2_000));
    await route.continue();
  });
  await Promise.all([page.goto(`${base}/travail`), other.goto(`${base}/travail`)]);
  for (const one of [page, other]) await one.getByRole("heading", { level: 1, name: "Mon travail" }).waitFor();
  expect(new Set(sent).size).toBe(sent.length);
  await page.context().close();
});

test("an actor's form survives a reload; after a conflict both versions are seen, and mine can be given up", async () => {
  const token = await tokenOf("admin");
  const slug = "ccas-ville-de-dreux";
  const { actor } = await api<{ actor: { id: string; version: number; description: string | null } }>("query ($slug: String!) { actor(by: { slug: $slug }) { id version description } }", { slug }, token);
  const { page } = await fresh(browser);
  await signIn(page, "admin");
  await open(page, `/travail/acteurs/${slug}`);
  const field = page.getByLabel("Description");
  await field.fill("Ouvert le mardi");
  await page.reload();
  await settled(page);
  expect(await field.inputValue()).toBe("Ouvert le mardi");
  const write = "mutation ($id: ID!, $version: Int!, $description: String) { updateActor(id: $id, expectedVersion: $version, input: { description: $description }) { version } }";
  const { updateActor } = await api<{ updateActor: { version: number } }>(write, { ...actor, description: "Ouvert le jeudi" }, token);
  // It is still an edit of what was there when it was begun.
  await page.reload();
  await settled(page);
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Quelqu’un a changé cela").waitFor();
  expect(await page.getByText("Enregistré :").count()).toBe(0);
  await page.getByRole("button", { name: "Relire" }).click();
  await page.getByText("Enregistré : Ouvert le jeudi").waitFor();
  expect(await field.inputValue()).toBe("Ouvert le mardi");
  await page.getByRole("button", { name: "Abandonner ma saisie" }).click();
  expect(await field.inputValue()).toBe("Ouvert le jeudi");
  expect(await page.getByText("Quelqu’un a changé cela").count()).toBe(0);
  // Nothing changed is nothing saved.
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.waitForURL(`**/acteurs/${slug}`);
  await open(page, `/travail/acteurs/${slug}`);
  await field.fill("Ouvert le samedi");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.waitForURL(`**/acteurs/${slug}`);
  await page.getByText("Ouvert le samedi").first().waitFor();
  await api(write, { id: actor.id, version: updateActor.version + 1, description: actor.description }, token);
  await page.context().close();
});

test("what was created while its answer was lost is not created twice, and another content is another entry", async () => {
  const token = await tokenOf("admin");
  const name = `Perdu ${unique()}`;
  const { page } = await fresh(browser);
  await signIn(page, "editor");
  await open(page, "/travail/collectif");
  await page.getByLabel("Nom du collectif").fill(name);
  await page.getByRole("combobox", { name: "Où agit-il ?" }).fill("dreux");
  await page.getByRole("option", { name: /^Dreux\s*Commune/ }).click();
  let lost = true;
  await page.route("**/graphql", async (route) => {
    if (!lost || !asks(route, "RegisterCollective")) return route.continue();
    await route.fetch();
    return route.abort();
  });
  const go = page.getByRole("button", { name: "Continuer" });
  await go.click();
  await page.getByText("Le service ne répond pas").waitFor();
  lost = false;
  await go.click();
  await page.waitForURL("**etape=2");
  const found = await api<{ collectives: { totalCount: number } }>("query ($text: String!) { collectives(filter: { text: $text }) { totalCount } }", { text: name }, token);
  expect(found.collectives.totalCount).toBe(1);
  await page.context().close();
});

test("a list whose next page failed is read on, and what is there stays; all of it is taken away", async () => {
  const { page } = await fresh(browser);
  let broken = true;
  await failing(page, "TableView", (route) => broken && (route.request().postData() ?? "").includes('"after":"'), "TIMEOUT");
  await open(page, "/tableau");
  await page.getByRole("region", { name: /^Acteurs :/ }).waitFor();
  await page.locator(".explore-view").getByRole("button", { name: "Voir la suite" }).click();
  await page.getByText("La réponse a mis trop longtemps").waitFor();
  expect(await page.locator("tbody tr").count()).toBe(50);
  broken = false;
  await page.getByRole("button", { name: "Réessayer" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length > 50);
  await open(page, "/tableau");
  const take = page.getByRole("button", { name: /^Télécharger les/ });
  const total = Number(/\d+/.exec(await take.innerText())?.[0]);
  const [file] = await Promise.all([page.waitForEvent("download"), take.click()]);
  const text = (await (await file.createReadStream()).toArray()).join("");
  expect(text.trim().split("\r\n")).toHaveLength(total + 1);
  await page.context().close();
});

test("a search chooses nothing that was found for other words, and says when it fails", async () => {
  const { page } = await fresh(browser);
  await open(page, "/appels");
  const box = page.getByRole("combobox", { name: /^Chercher un acteur/ });
  await box.fill("dreux");
  await page.getByRole("option", { name: /Commune/ }).first().waitFor();
  await box.fill("boxe");
  await box.press("Enter");
  expect(page.url()).toBe(`${base}/appels`);
  let broken = true;
  await failing(page, "Find", () => broken, "UNAVAILABLE");
  await box.fill("jardin");
  const failed = page.getByText("La recherche n’a pas abouti.");
  await failed.waitFor();
  broken = false;
  await box.press("Enter");
  await failed.waitFor({ state: "detached" });
  await page.context().close();
});

test("of a collective what nobody touched stays, what is typed survives, and a conflict is read again", async () => {
  const token = await tokenOf("admin");
  const input = { clientKey: unique(), name: `Nager ${unique()}`, kind: "SMALL_COLLECTIVE", territories: [{ code: { kind: "COMMUNE", code: "28134" } }], themes: ["sport", "health", "education"] };
  const { registerCollective } = await api<{ registerCollective: { id: string; slug: string } }>("mutation ($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id slug } }", { input }, token);
  const { id, slug } = registerCollective;
  interface Read {
    collective: { name: string; version: number; themes: { slug: string }[] };
  }
  const read = async () => (await api<Read>("query ($slug: String!) { collective(by: { slug: $slug }) { name version themes { slug } } }", { slug }, token)).collective;
  const { page } = await fresh(browser);
  await signIn(page, "admin");
  await open(page, `/travail/collectifs/${slug}?etape=1`);
  const name = page.getByLabel("Nom du collectif");
  await name.fill("Nager ensemble");
  await page.reload();
  await page.getByRole("link", { name: "2. L’intention" }).click();
  await page.getByRole("link", { name: "1. Qui et où" }).click();
  expect(await name.inputValue()).toBe("Nager ensemble");
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=2");
  const saved = await read();
  expect(saved.name).toBe("Nager ensemble");
  expect(saved.themes.map((theme) => theme.slug).sort()).toEqual(["education", "health", "sport"]);
  await page.getByRole("link", { name: "1. Qui et où" }).click();
  await name.fill("Nager encore");
  const { version } = await read();
  await api("mutation ($id: ID!, $version: Int!) { updateCollective(id: $id, expectedVersion: $version, input: { name: \"Autre\" }) { id } }", { id, version }, token);
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.getByText("Quelqu’un a changé cela").waitFor();
  await page.getByRole("button", { name: "Relire" }).click();
  await page.getByText("votre saisie posée dessus").waitFor();
  await page.getByRole("heading", { level: 1, name: /Autre/ }).waitFor();
  expect(await name.inputValue()).toBe("Nager encore");
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=2");
  expect((await read()).name).toBe("Nager encore");
  await page.context().close();
});

test("going back leads to where one was in a list, and a name in an address to what it names", async () => {
  const { page } = await fresh(browser, { width: 390 });
  await open(page, "/appels");
  const line = page.locator(".call-line a").nth(20);
  await line.scrollIntoViewIfNeeded();
  const top = await page.evaluate(() => scrollY);
  expect(top).toBeGreaterThan(500);
  await line.click();
  await page.locator("article h1").waitFor();
  await page.goBack();
  await page.waitForFunction((before) => Math.abs(scrollY - before) < 200, top);
  await page.goto(`${base}/territoires/commune/28134#contacts`);
  await page.waitForFunction(() => document.activeElement?.id === "contacts");
  await page.context().close();
});
