import { expect, test } from "vitest";
import { actorFilter, filtersSet, isDay, NOTHING, placeSearch, readPlace, readSelection, writePlace, writeSelection, type Selection } from "./selection.ts";

const read = (search: string): Selection => readSelection(new URLSearchParams(search));

test("a selection survives its address, whatever it holds", () => {
  const full: Selection = {
    place: { kind: "PRIORITY_NEIGHBOURHOOD", code: "QN02808M" },
    basis: "AREA",
    text: "l’accueil & « l’aide » : 100 % = oui, non",
    kinds: ["ASSOCIATION", "HEALTH_BODY"],
    themes: ["health", "access-to-care"],
    sdgs: [3, 17],
    links: ["FUNDING", "CO_DESIGN"],
    asOf: "2023-12-31",
  };
  expect(read(writeSelection(full))).toEqual(full);
  expect(read(writeSelection(NOTHING))).toEqual(NOTHING);
  expect(writeSelection(NOTHING)).toBe("");
});

test("an address is readable", () => {
  const selection: Selection = { ...NOTHING, place: { kind: "COMMUNE", code: "28134" }, kinds: ["HEALTH_BODY"], sdgs: [3, 4] };
  expect(writeSelection(selection)).toBe("territoire=commune:28134&types=health-body&odd=3,4");
});

test("what an address can’t mean is left out", () => {
  const odd = read("territoire=planete:9&base=x&types=alien,association&themes=<b>,health&odd=0,3,18,3.5,x,3&liens=love&date=2023-02-30");
  expect(odd).toEqual({ ...NOTHING, kinds: ["ASSOCIATION"], themes: ["health"], sdgs: [3] });
});

test("places are read as addresses and as the API write them", () => {
  expect(readPlace("epci:200040277")).toEqual({ kind: "INTERCOMMUNALITY", code: "200040277" });
  expect(readPlace("INTERCOMMUNALITY:200040277")).toEqual({ kind: "INTERCOMMUNALITY", code: "200040277" });
  expect(writePlace({ kind: "CUSTOM", code: "a:b" })).toBe("perimetre:a:b");
  expect(readPlace("perimetre:a:b")).toEqual({ kind: "CUSTOM", code: "a:b" });
  for (const wrong of ["", null, "commune", "commune:", ":1", "toString:1", `commune:${"1".repeat(65)}`]) expect(readPlace(wrong)).toBeNull();
});

test("a code may have any sign in it", () => {
  const place = { kind: "CUSTOM", code: "a/b?#:é" } as const;
  expect(readPlace(new URLSearchParams(placeSearch(place)).get("territoire"))).toEqual(place);
  expect(placeSearch({ kind: "COMMUNE", code: "28134" })).toBe("territoire=commune:28134");
});

test("a text that is too long is cut between signs, and can be written again", () => {
  const long = read(`texte=${"a".repeat(199)}%F0%9F%99%82b`);
  expect(long.text).toBe(`${"a".repeat(199)}🙂`);
  expect(read(writeSelection(long))).toEqual(long);
  expect(writeSelection({ ...NOTHING, text: "a\ud83d" })).toBe("texte=a%EF%BF%BD");
});

test("signs that nobody sees are no part of a text", () => {
  expect(read("texte=mission%E2%80%8Blocale%00%EF%BF%BD").text).toBe("missionlocale");
});

test("a day is one that there is", () => {
  expect(isDay("2024-02-29")).toBe(true);
  for (const wrong of ["2023-02-29", "2023-13-01", "2023-1-1", "20230101", "0000-01-01", "", null]) expect(isDay(wrong)).toBe(false);
});

test("counts beside a filter leave that filter out", () => {
  const place = { kind: "COMMUNE" as const, code: "28134" };
  const selection: Selection = { ...NOTHING, place, kinds: ["SCHOOL"], themes: ["sport"], basis: "SEAT" };
  expect(actorFilter(selection, place, "kinds")).toEqual({ themes: ["sport"], territory: { territory: { code: place }, basis: "SEAT" } });
  expect(actorFilter({ ...NOTHING, text: "  " }, place)).toEqual({});
  expect(filtersSet(selection)).toBe(3);
});
