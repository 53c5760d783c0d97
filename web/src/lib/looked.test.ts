import { expect, test } from "vitest";
import { lookedAt } from "./looked.ts";
import { following } from "./theme.ts";

test("a territory and a day are kept from views and from pages of territories, and from nothing else", () => {
  expect(lookedAt({ path: "/reseau", search: "territoire=commune:28134&themes=health&date=2023-06-30" })).toBe("territoire=commune:28134&date=2023-06-30");
  expect(lookedAt({ path: "/territoires/commune/28134", search: "date=2023-06-30" })).toBe("territoire=commune:28134&date=2023-06-30");
  expect(lookedAt({ path: "/territoires/perimetre/a/b", search: "date=hier" })).toBe("territoire=perimetre:a");
  expect(lookedAt({ path: "/", search: "" })).toBe("");
  expect(lookedAt({ path: "/appels", search: "territoire=commune:28134" })).toBeNull();
});

test("the first click on the appearance shows the opposite, the second what the device has", () => {
  expect(following("auto", "dark")).toBe("light");
  expect(following("light", "dark")).toBe("dark");
  expect(following("dark", "dark")).toBe("auto");
});
