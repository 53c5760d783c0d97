// A browser that tells when a page complains, or asks another host for anything.

import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

export const base = process.env.MAILLAGE_URL ?? "http://127.0.0.1:8080";

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      // As on a machine without a GPU: the map alone is drawn by the software GL, the page is not.
      "--enable-unsafe-swiftshader",
    ],
  });

export interface Look {
  language?: "fr" | "en";
  theme?: "light" | "dark";
  width?: number;
}

export interface Opened {
  page: Page;
  complaints: string[];
}

/** A page of its own (its storage too), with what it complains of. */
export async function fresh(browser: Browser, { language = "fr", theme = "light", width = 1440 }: Look = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: "reduce" });
  await context.addInitScript((tongue) => localStorage.setItem("maillage.language", tongue), language);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.origin !== new URL(base).origin) complaints.push(`asks ${url.href}`);
  });
  return { page, complaints };
}

/** Opens an address and waits until nothing on it is still being loaded. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(base + path);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector(".loading") && !document.querySelector('[data-drawn="no"]'));
}

/** What axe finds that is serious or worse, in a line each. */
export async function barriers(page: Page): Promise<string[]> {
  // What still fades in has the contrast of half-way.
  await page.waitForTimeout(300);
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const result = await checker.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return result.violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? ""})`).slice(0, 3).join(" | ")}`);
  });
  return found;
}

/** Asks the API as a program would. */
export async function api<T>(query: string, variables: unknown = {}, token?: string): Promise<T> {
  const response = await fetch(`${base}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map((error) => error.message).join("; "));
  return data;
}

export async function tokenOf(name: string): Promise<string> {
  const sent = { email: `${name}@demo.maillage.test`, password: "cooperer-a-dreux" };
  const { signIn } = await api<{ signIn: { accessToken: string } }>("mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) { accessToken } }", sent);
  return signIn.accessToken;
}

export async function signIn(page: Page, name: string): Promise<void> {
  await open(page, "/connexion");
  await page.getByRole("button", { name: `${name}@demo` }).click();
  await page.waitForURL("**/travail");
  await settled(page);
}
