// Opens the explorer of a running service in Chromium, runs a query with a token, and fails if the page asks any other
// host for anything or breaks its own policy: node graphiql.mjs [URL [SCREENSHOT]]
import { chromium } from "playwright-core";

const base = process.argv[2] ?? "http://127.0.0.1:4000";
const screenshot = process.argv[3];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const failures = [];
const check = (name, holds) => {
  console.log(`${holds ? "ok" : "FAILED"} ${name}`);
  if (!holds) failures.push(name);
};
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const foreign = [];
  const complaints = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.origin !== new URL(base).origin) foreign.push(url.href);
  });
  page.on("console", (message) => { if (message.type() === "error" && !message.text().startsWith("Warning:")) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));

  await page.goto(`${base}/graphiql`);
  await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  await page.getByRole("button", { name: "Headers" }).click();
  const token = process.env.TOKEN;
  if (token) {
    await page.locator('[aria-label="Headers"] .graphiql-editor:not(.hidden) .CodeMirror, [aria-label="Headers"] .graphiql-editor:not(.hidden) > .CodeMirror').first().click();
    await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${token}` }));
  }
  const answered = page.waitForResponse((response) => response.url().endsWith("/graphql") && response.request().postData()?.includes("Example"));
  await page.getByRole("button", { name: /^Execute query/ }).click();
  const response = await answered;
  check("the example runs", response.status() === 200 && (await response.json()).errors === undefined);
  if (token) check("the token is sent", response.request().headers().authorization === `Bearer ${token}`);
  await page.waitForFunction(() => document.querySelector(".result-window")?.textContent.includes("data"));
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.waitForSelector(".graphiql-doc-explorer-root-type, .graphiql-markdown-description, .graphiql-doc-explorer");
  check("the documentation is there", (await page.locator(".graphiql-doc-explorer").innerText()).includes("Query"));
  if (screenshot) await page.screenshot({ path: screenshot });
  await page.getByRole("button", { name: "Open settings dialog" }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  check("the settings open and the theme changes", await page.evaluate(() => document.body.className.includes("graphiql-dark")));
  if (screenshot) await page.screenshot({ path: screenshot.replace(/\.png$/, "-dark.png") });
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  if (token) check("the token is not stored", !stored.includes(token));
  check(`no other host is asked ${foreign.join(" ")}`, foreign.length === 0);
  check(`nothing is complained about ${complaints.join(" | ")}`, complaints.length === 0);
} finally {
  await browser.close();
}
console.log(`${failures.length === 0 ? "explorer: all well" : `explorer: ${failures.length} failed`}`);
process.exitCode = failures.length === 0 ? 0 : 1;
