import { expect, test } from "vitest";
import { speech } from "../i18n/index.ts";
import { fieldName, isTold, valueOf } from "./changed.ts";

const reader = { t: speech("fr").t, day: (date: string) => `le ${date}`, instant: (at: string) => `à ${at}`, themes: new Map([["health", "Santé"]]) };

test("a history is told in the reader's words", () => {
  expect(fieldName("intent.sharedFinding", speech("fr").t)).toBe("Constat partagé");
  expect(fieldName("member.role", speech("en").t)).toBe("Role of the member");
  expect(valueOf("status", "SUBMITTED", reader)).toBe("En relecture");
  expect(valueOf("themes", "health, unheard-of", reader)).toBe("Santé, unheard-of");
  expect(valueOf("nextSteps", "Rencontrer (2027-01-15, TODO); Essayer", reader)).toBe("Rencontrer (le 2027-01-15, À faire); Essayer");
  expect(valueOf("tracks", '[{"id":"1","title":"Seul"},{"id":"2","title":"Ensemble"}]', reader)).toBe("Seul ; Ensemble");
});

test("what people wrote stays as they wrote it, and what nobody decides on is left out", () => {
  expect(valueOf("description", "Le DRAFT de la CAF", reader)).toBe("Le DRAFT de la CAF");
  expect(valueOf("story", "[{ pas du JSON", reader)).toBe("[{ pas du JSON");
  expect(["slug", "sincePrecision", "since", "name"].filter((field) => isTold({ field }))).toEqual(["since", "name"]);
});
