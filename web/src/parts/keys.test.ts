import { expect, test } from "vitest";
import { linked } from "./keys.tsx";

const key = (name: string, degree: number, betweenness: number, links: number) => ({ name, degree, betweenness, actor: { interactions: { totalCount: links } } });
const names = (keys: { name: string }[]): string[] => keys.map((one) => one.name);

test("whoever links others today is met before those whose links have ended; others are named where nobody does", () => {
  expect(names(linked([key("ended", 5, 0.4, 0), key("living", 3, 0.2, 3), key("several", 2, 0, 2)]))).toEqual(["living", "ended"]);
  expect(names(linked([key("several", 2, 0, 2), key("leaf", 1, 0, 1)]))).toEqual(["several"]);
  expect(names(linked([key("leaf", 1, 0, 1), key("alone", 0, 0, 0)]))).toEqual(["leaf"]);
  expect(linked(Array.from({ length: 9 }, (_, at) => key(String(at), 9 - at, 0, 1)))).toHaveLength(5);
  expect(linked(undefined)).toEqual([]);
});
