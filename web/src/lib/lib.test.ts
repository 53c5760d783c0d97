import { expect, test } from "vitest";
import { lastMinute, remaining } from "../parts/countdown.tsx";
import { readConfig } from "./config.ts";
import { csv } from "./csv.ts";
import { cents, decimal, totals, typed } from "./money.ts";
import { onward } from "./onward.ts";
import { base64, packed, roomFor } from "./sending.ts";

test("amounts are read as people write them, and added exactly", () => {
  expect(["1 250,50", "1250.5", "0,1", "", "12 €", "1\u202f000"].map(cents)).toEqual([125050, 125050, 10, 0, 1200, 100000]);
  expect(["-1", "1,234", "abc", "1e3", "1.2.3", "123456789012"].map(cents)).toEqual([null, null, null, null, null, null]);
  expect(decimal(30)).toBe("0.30");
  expect([typed("1250.50", "fr"), typed("1000.00", "fr"), typed("1250.50", "en")]).toEqual(["1250,50", "1000", "1250.50"]);
  const sum = totals([{ title: "a", cost: "0,3", lines: [{ source: "THIS_CALL", amount: "0,1" }, { source: "OWN_FUNDS", amount: "0,2" }] }]);
  expect(sum).toEqual({ cost: 30, funding: 30, requested: 10, balance: 0, sound: true });
  expect(totals([{ title: "", cost: "x", lines: [] }]).sound).toBe(false);
});

test("a deadline is told in the units that matter", () => {
  const second = 1000;
  const day = 86_400 * second;
  expect(remaining(22 * day, 0, "fr")).toBe("22 jours");
  expect(remaining(day + 3600 * second, 0, "fr")).toBe("1 j 1 h");
  expect(remaining(3720 * second, 0, "en")).toBe("1 h 2 min");
  expect(remaining(59 * second, 0, "fr")).toBe("0 min 59 s");
  expect(remaining(0, 0, "fr")).toBe("fermé");
  expect(lastMinute("2026-12-18T23:00:00Z")).toBe("2026-12-18T22:59:00.000Z");
});

test("a table for spreadsheets starts no formula and keeps quotes", () => {
  expect(csv([["=1+1", 'dit "oui"', "a;b", "-5", "é"]])).toBe("\uFEFF'=1+1;\"dit \"\"oui\"\"\";\"a;b\";'-5;é\r\n");
});

test("after signing in one stays on this site", () => {
  expect(onward("puis=%2Ftravail%2Fcollectif")).toBe("/travail/collectif");
  for (const away of ["", "puis=https%3A%2F%2Fevil.example", "puis=%2F%2Fevil.example", "puis=%2F%5Cevil.example", "puis=javascript%3A1"]) expect(onward(away)).toBe("/travail");
});

test("a configuration that can’t be read says nothing", () => {
  expect(readConfig("{oops")).toEqual({ home: null, asOf: null, style: null, demo: false });
  expect(readConfig('{"home":"COMMUNE:28134","asOf":"2023-12-31","demo":true,"style":null}')).toEqual({ home: { kind: "COMMUNE", code: "28134" }, asOf: "2023-12-31", style: null, demo: true });
});

test("a file is sent compressed where that helps, and all of its bytes arrive", async () => {
  const text = new Blob(["nom;type\n".repeat(20_000)]);
  const small = await packed(text);
  expect(small.size).toBeLessThan(text.size / 50);
  const sent = Uint8Array.from(atob(await base64(small)), (one) => one.charCodeAt(0));
  const opened = new Response(new Blob([sent]).stream().pipeThrough(new DecompressionStream("gzip")));
  expect(await opened.text()).toBe("nom;type\n".repeat(20_000));
  const noise = new Blob([crypto.getRandomValues(new Uint8Array(60_000))]);
  expect(await packed(noise)).toBe(noise);
  expect(roomFor(262_144)).toBe(193_536);
  expect(roomFor(10)).toBe(0);
});
