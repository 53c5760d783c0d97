// What a history tells of a change, in the reader's words: the API tells names of fields, values and days as programs read them.

import type { RevisionAction } from "../api/generated.ts";
import type { Words } from "../i18n/index.ts";

/** Fields that say how exactly another is known, or what the service keeps of it: nobody decides on them. */
const UNTOLD = /^slug$|Precision$|\.precision$|\.point$|\.hidden$|^identityCard$/;

export const isTold = ({ field }: { field: string }): boolean => !UNTOLD.test(field);

/** Whether a revision has anything to say: some change only what nobody decides on. */
export const tells = ({ action, comment, changes }: { action: RevisionAction; comment: string | null; changes: { field: string }[] }): boolean =>
  action !== "UPDATED" || !!comment || changes.some(isTold);

/** Who it was: a person by their address; what the service calls itself in the reader's words. */
export const saidBy = (by: string, t: Words): string => t.work.callers[by] ?? by;

export const fieldName = (field: string, t: Words): string => t.work.changed[field] ?? field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll(".", " · ").toLowerCase();

type Dictionary = Record<string, string>;

function dictionaryOf(field: string, t: Words): Dictionary {
  const { enums } = t;
  const by: Record<string, Dictionary> = {
    status: { ...enums.applications, ...enums.statuses },
    stage: enums.stages,
    confirmation: enums.confirmations,
    kind: { ...enums.callKinds, ...enums.collectiveKinds, ...t.interactionKinds, ...t.actorKinds },
    level: enums.levels,
    aidKinds: enums.aidKinds,
    eligibleKinds: t.actorKinds,
    dynamics: enums.dynamics,
    nextSteps: enums.steps,
    "intent.urgency": enums.urgencies,
    "member.role": enums.memberRoles,
    "member.status": enums.memberStates,
    "contribution.kind": enums.contributions,
    "session.format": enums.formats,
  };
  return by[field] ?? {};
}

interface Reader {
  t: Words;
  day: (date: string) => string;
  instant: (at: string) => string;
  /** What themes are called, by slug. */
  themes: Map<string, string>;
}

/** Titles of a list that is kept as JSON. */
function titles(value: string): string | null {
  if (!value.startsWith("[{")) return null;
  try {
    const listed = JSON.parse(value) as { title?: string }[];
    return listed.map((one) => one.title ?? "").filter(Boolean).join(" ; ") || null;
  } catch {
    return null;
  }
}

export function valueOf(field: string, value: string, { t, day, instant, themes }: Reader): string {
  if (field === "themes") return value.split(", ").map((slug) => themes.get(slug) ?? slug).join(", ");
  const dictionary = dictionaryOf(field, t);
  if (value === "true" || value === "false") return t.work.yesNo[value];
  return t.work.said(titles(value) ?? value)
    .replace(/^(\d+)\.0$/, "$1")
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => instant(at))
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, (date) => day(date))
    .replaceAll(/\b[A-Z][A-Z_]{2,}\b/g, (word) => dictionary[word] ?? word);
}
