// How smooth a map of many is: pans and zooms a territory of a running service for some seconds, and says the longest task
// of the main thread and the script of each frame: node large.mjs URL [ADDRESS], as in /?territoire=pays:FR
import { chromium } from "playwright-core";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
const path = process.argv[3] ?? "/";
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // As with a GPU, whose part software plays beside the page: without one, the page waits while each frame is drawn and copied.
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
  ],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(base + path);
await page.waitForSelector('[data-drawn="yes"]', { timeout: 60_000 });
await page.waitForTimeout(2000);
await page.evaluate(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((one) => one.duration))).observe({ type: "longtask" });
});
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable", { timeDomain: "timeTicks" });
const script = async () => (await session.send("Performance.getMetrics")).metrics.find((one) => one.name === "ScriptDuration").value;
const box = await page.locator(".map-canvas").boundingBox();
const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
const frames = [];
await page.evaluate(() => {
  window.frames_ = 0;
  const count = () => {
    window.frames_ += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
});
for (let round = 0; round < 6; round += 1) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 30; step += 1) {
    const [before, seen] = [await script(), await page.evaluate(() => window.frames_)];
    await page.mouse.move(x + (round % 2 ? -1 : 1) * step * 8, y + step * 3);
    await page.waitForTimeout(16);
    const count = (await page.evaluate(() => window.frames_)) - seen;
    if (count > 0) frames.push((((await script()) - before) * 1000) / count);
  }
  await page.mouse.up();
  await page.mouse.wheel(0, round % 2 ? 400 : -400);
  await page.waitForTimeout(700);
}
const tasks = await page.evaluate(() => window.longTasks);
frames.sort((a, b) => a - b);
const nodes = await page.evaluate(() => document.querySelector(".figures dd")?.textContent);
console.log(`actors: ${nodes}; frames: ${frames.length}; script of a frame: median ${frames[Math.floor(frames.length / 2)].toFixed(1)} ms, 95 % ${frames[Math.floor(frames.length * 0.95)].toFixed(1)} ms`);
console.log(`tasks above 50 ms: ${tasks.length}; the longest: ${Math.round(Math.max(0, ...tasks))} ms`);
await browser.close();
