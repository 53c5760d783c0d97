// The work of those who sign in, from the first field to what everyone sees then.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api, barriers, base, fresh, launch, open, settled, signIn, tokenOf } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const unique = (): string => Math.random().toString(36).slice(2, 8);

async function chooseIn(page: Page, label: string | RegExp, text: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label }).fill(text);
  await page.getByRole("option", { name: option }).first().click();
}

test("a wrong password is told in words; a right one opens the worklist; signing out ends it", async () => {
  const { page } = await fresh(browser);
  await open(page, "/connexion");
  await page.getByLabel("Adresse électronique").fill("manager@demo.maillage.test");
  await page.getByLabel("Mot de passe").fill("faux");
  await page.getByRole("button", { name: "Se connecter", exact: true }).click();
  await page.getByText("ne vont pas ensemble").waitFor();
  await signIn(page, "manager");
  await page.getByRole("heading", { level: 1, name: "Mon travail" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.reload();
  await settled(page);
  await page.getByRole("heading", { level: 1, name: "Mon travail" }).waitFor();
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.getByRole("link", { name: "Se connecter" }).waitFor();
  await page.context().close();
});

test("a correction is proposed, reviewed with before and after, and published", async () => {
  const words = `Ouvert le mardi (${unique()})`;
  const partner = await fresh(browser);
  await signIn(partner.page, "partner");
  await open(partner.page, "/travail/acteurs/ccas-ville-de-dreux");
  await partner.page.getByLabel("Description").fill(words);
  await partner.page.getByRole("button", { name: "Envoyer" }).click();
  await partner.page.getByText("Proposition envoyée").waitFor();
  await partner.page.context().close();

  const { page, complaints } = await fresh(browser);
  await signIn(page, "manager");
  await page.locator(".duty", { hasText: "CCAS VILLE DE DREUX" }).first().getByRole("link", { name: "Relire" }).click();
  await page.getByRole("columnheader", { name: "Avant" }).waitFor();
  expect(await page.locator("ins").first().innerText()).toBe(words);
  expect(await barriers(page)).toEqual([]);
  // The keyboard goes where one writes why, and stays where it is led from there.
  await page.getByRole("button", { name: "Refuser" }).press("Enter");
  await page.locator("textarea:focus").waitFor();
  await page.keyboard.type("Non");
  expect(await page.getByLabel("Pourquoi ?").inputValue()).toBe("Non");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Accepter" }).click();
  await page.getByText("la fiche est corrigée").waitFor();
  expect(await page.getByRole("button", { name: "Accepter" }).count()).toBe(0);
  await open(page, "/acteurs/ccas-ville-de-dreux");
  await page.getByText(words).first().waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("two entries of one actor are seen side by side and merged", async () => {
  const token = await tokenOf("admin");
  const name = `Les Amis du Lavoir ${unique()}`;
  const made = async (given: string, website: string | null) => {
    const input = { clientKey: unique(), kind: "ASSOCIATION", name: given, website, seat: { code: { kind: "COMMUNE", code: "28134" } } };
    const { createActor } = await api<{ createActor: { id: string; slug: string; version: number } }>("mutation ($input: CreateActorInput!) { createActor(input: $input) { id slug version } }", { input }, token);
    return createActor;
  };
  const first = await made(name, null);
  await made(`Association ${name}`, "https://lavoir.example.org");
  const { page, complaints } = await fresh(browser);
  await signIn(page, "admin");
  await open(page, `/travail/doublons/${first.slug}`);
  const pair = page.locator(".pair").first();
  await pair.getByText("https://lavoir.example.org").waitFor();
  expect(await barriers(page)).toEqual([]);
  await pair.getByRole("button", { name: "Fusionner" }).click();
  await page.waitForURL(`**/acteurs/${first.slug}`);
  await page.getByRole("link", { name: "lavoir.example.org" }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a collective is registered in four steps that save as they go", async () => {
  const name = `Lire ensemble ${unique()}`;
  const { page, complaints } = await fresh(browser);
  await signIn(page, "editor");
  await open(page, "/travail/collectif");
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.getByText("À remplir.").first().waitFor();
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent?.trim())).toBe("Nom du collectif");
  await page.getByLabel("Nom du collectif").fill(name);
  await chooseIn(page, "Où agit-il ?", "dreux", /^Dreux\s*Commune/);
  await page.getByLabel("Thème principal").selectOption({ label: "Éducation" });
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=2");
  // What was saved is there after a while, and from another place.
  await page.reload();
  await settled(page);
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByLabel("Le constat que vous partagez").fill("Des enfants ne lisent pas en dehors de l’école.");
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=3");
  await chooseIn(page, "Qui voulez-vous inviter ?", "boxe", /Boxe éducative/);
  await page.getByLabel("Ce qu’il ferait").fill("Prêter la salle");
  await page.getByRole("button", { name: "Inviter" }).click();
  await page.getByText("Invité, sans réponse encore · Prêter la salle").waitFor();
  expect(await barriers(page)).toEqual([]);
  // Who is chosen is invited by going on.
  await chooseIn(page, "Qui voulez-vous inviter ?", "ccas", /CCAS/);
  await page.getByLabel("Ce qu’il ferait").fill("Trouver des familles");
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=4");
  await page.getByRole("link", { name: "Revenir" }).click();
  await page.getByText("Invité, sans réponse encore · Trouver des familles").waitFor();
  await page.getByRole("button", { name: "Continuer" }).click();
  await page.waitForURL("**etape=4");
  // A step without a name is not thrown away.
  await page.getByLabel("Pour le").fill("2027-03-01");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("À remplir.").waitFor();
  expect(await page.getByLabel("Pour le").inputValue()).toBe("2027-03-01");
  await page.getByLabel("Prochaine étape 1").fill("Choisir les livres");
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Envoyer en relecture" }).click();
  await page.getByText("Envoyé en relecture").waitFor();
  await page.getByRole("link", { name: "Sa page" }).click();
  await page.getByText("Choisir les livres", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("an application keeps its budget in balance and says which rules it breaks", async () => {
  const { page, complaints } = await fresh(browser);
  await signIn(page, "admin");
  await open(page, "/travail/candidature/appel-a-projets-2026-du-contrat-de-ville-du-pays-de-dreux");
  await page.getByRole("radio", { name: /Un projet seul/ }).check();
  await chooseIn(page, "Qui candidate ?", "basket", /BASKET/);
  const title = `Un panier par quartier ${unique()}`;
  await page.getByLabel("Titre", { exact: true }).fill(title);
  await page.reload();
  await settled(page);
  expect(await page.getByLabel("Titre", { exact: true }).inputValue()).toBe(title);
  // What is left out is said, and a project is registered on the way.
  await page.getByLabel("Titre", { exact: true }).fill("");
  await page.getByRole("button", { name: "Commencer" }).click();
  await page.getByText("À remplir.").waitFor();
  await page.getByLabel("Titre", { exact: true }).fill(title);
  // It is open where there is no project yet.
  await page.locator("details", { hasText: "Inscrire un nouveau projet" }).evaluate((details: HTMLDetailsElement) => (details.open = true));
  await page.getByLabel("Titre du projet").fill(title);
  await page.getByRole("button", { name: "Inscrire ce projet" }).click();
  await page.waitForFunction((name) => document.querySelector<HTMLSelectElement>("#carried")?.selectedOptions[0]?.text === name, title);
  // What another one carries is not what this one applies with.
  await chooseIn(page, "Qui candidate ?", "boxe", /Boxe éducative/);
  expect(await page.locator("#carried").inputValue()).toBe("");
  await chooseIn(page, "Qui candidate ?", "basket", /BASKET/);
  await page.locator("#carried").selectOption({ label: title });
  await page.getByRole("button", { name: "Commencer" }).click();
  await page.waitForURL("**/travail/candidatures/**");
  await settled(page);
  await page.getByRole("textbox", { name: "Action 1", exact: true }).fill("Stages de printemps");
  await page.getByLabel("Coût (€)").fill("1 250,50");
  await page.getByLabel("Montant (€) 1.1").fill("1000");
  await page.getByText("Il manque 250,50").waitFor();
  await page.reload();
  await page.getByText("Il manque 250,50").waitFor();
  await page.getByRole("button", { name: "Ajouter un financement" }).click();
  await page.getByLabel("Montant (€) 1.2").fill("250,50");
  await page.getByText("Équilibré").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".rules .broken").length > 0 && document.querySelectorAll(".rules .kept").length > 3);
  expect(await page.getByRole("button", { name: "Déposer" }).isDisabled()).toBe(true);
  // Only what is saved is filed, and the rules are of that.
  const first = page.getByText("Enregistrez d’abord");
  await first.waitFor({ state: "detached" });
  await page.getByLabel("Montant (€) 1.2").fill("200");
  await first.waitFor();
  await page.getByLabel("Montant (€) 1.2").fill("250,50");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await first.waitFor({ state: "detached" });
  // What was saved comes back as people write it.
  await expect.poll(() => page.getByLabel("Coût (€)").inputValue()).toBe("1250,50");
  // It is found again without its address.
  await open(page, "/travail");
  await page.locator(".duty", { hasText: title }).getByRole("link", { name: "Continuer" }).click();
  await page.waitForURL("**/travail/candidatures/**");
  expect(complaints).toEqual([]);
  await page.context().close();
});

const sheet = (text: string) => ({ name: "associations.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

test("a file shows its plan before anything is written, and then exactly that is written", async () => {
  const [one, two] = [`Les Jardins ${unique()}`, `Le Rucher ${unique()}`];
  const text = `id;nom;type\n${unique()};${one};asso\n${unique()};${two};asso\n${unique()};;asso\n`;
  const { page, complaints } = await fresh(browser);
  await signIn(page, "admin");
  await page.getByRole("link", { name: "Importer un fichier" }).click();
  await page.getByRole("heading", { level: 1, name: "Importer un fichier" }).waitFor();
  expect(await page.getByRole("button", { name: "Voir le plan" }).isDisabled()).toBe(true);
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("Le fichier").setInputFiles(sheet(text));
  await page.getByRole("button", { name: "Voir le plan" }).click();
  const heading = page.getByRole("heading", { name: "Le plan" });
  await heading.waitFor();
  expect(await heading.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.getByRole("row", { name: `2 Créée ${one}` }).waitFor();
  await page.getByText("Que faire :").first().waitFor();
  expect(await barriers(page)).toEqual([]);
  const found = (name: string) => api<{ actors: { totalCount: number } }>("query ($text: String!) { actors(filter: { text: $text }) { totalCount } }", { text: name });
  expect((await found(one)).actors.totalCount).toBe(0);
  await page.getByRole("button", { name: "Importer 2 fiches" }).click();
  await page.getByRole("heading", { name: "C’est importé" }).waitFor();
  await page.getByRole("link", { name: two }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect((await found(one)).actors.totalCount).toBe(1);
  // The same file has nothing to write any more; a corrected one is another plan.
  await page.getByRole("button", { name: "Choisir un autre fichier" }).click();
  const file = await page.evaluateHandle((content) => {
    const carried = new DataTransfer();
    carried.items.add(new File([content], "associations.csv"));
    return carried;
  }, text);
  await page.dispatchEvent(".drop", "drop", { dataTransfer: file });
  await page.getByRole("button", { name: "Voir le plan" }).click();
  await page.getByText("Rien à écrire").waitFor();
  expect(await page.getByRole("button", { name: "Importer 0 fiche" }).isDisabled()).toBe(true);
  await page.getByLabel("Le fichier").setInputFiles(sheet("<!doctype html><html>"));
  expect(await page.getByRole("heading", { name: "Le plan" }).count()).toBe(0);
  await page.getByRole("button", { name: "Voir le plan" }).click();
  await page.getByText("Rien ne peut être importé").waitFor();
  expect(await page.getByRole("button", { name: /^Importer/ }).count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("whoever may not import is told who may, in English too", async () => {
  const { page } = await fresh(browser, { language: "en" });
  await signIn(page, "manager");
  expect(await page.getByRole("link", { name: "Import a file" }).count()).toBe(0);
  await open(page, "/travail/import");
  await page.getByText("Importing is for administrators").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.context().close();
});

test("whoever is not signed in is asked to, and comes back where they were", async () => {
  const { page } = await fresh(browser);
  await open(page, "/travail/collectif");
  await page.getByRole("main").getByRole("link", { name: "Se connecter" }).click();
  await page.getByRole("button", { name: "editor@demo" }).click();
  await page.waitForURL(`${base}/travail/collectif`);
  await page.context().close();
});
