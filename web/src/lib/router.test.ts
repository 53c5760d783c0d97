import { expect, test } from "vitest";
import { readAddress } from "./router.ts";

const read = (pathname: string) => readAddress({ pathname, search: "?a=1", hash: "#b" });

test("an address is read part by part, and a slash at its end is nothing", () => {
  expect(read("/tableau/")).toEqual({ path: "/tableau", parts: ["tableau"], search: "a=1", hash: "#b" });
  expect(read("/")).toMatchObject({ path: "/", parts: [""] });
  expect(read("/territoires/perimetre/a%2Fb%3F%23%C3%A9").parts).toEqual(["territoires", "perimetre", "a/b?#é"]);
});

test("an address that can’t be read is that of no page", () => {
  for (const wrong of ["/acteurs/%", "/acteurs/%E0%A4%A"]) expect(read(wrong).parts).toBeNull();
});
