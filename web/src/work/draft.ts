// What is being typed in a form, kept in this tab until it is saved: neither a reload nor another step loses it.

import { useState } from "preact/hooks";

const STORE = "maillage.draft.";

function read<T>(name: string): Partial<T> {
  try {
    return JSON.parse(sessionStorage.getItem(STORE + name) ?? "{}") as Partial<T>;
  } catch {
    return {};
  }
}

function write(name: string, draft: object): void {
  try {
    if (Object.keys(draft).length > 0) sessionStorage.setItem(STORE + name, JSON.stringify(draft));
    else sessionStorage.removeItem(STORE + name);
  } catch {
    // Without storage a reload loses it.
  }
}

export interface Draft<T> {
  values: T;
  /** What someone changed of what is held: all that is to be saved. */
  touched: Partial<T>;
  set: (part: Partial<T>) => void;
  drop: () => void;
  /** It is saved: a reload shows what is held; until then what was typed stays, so that nothing flickers. */
  settle: () => void;
}

/** What is held, and over it what someone has typed. */
export function useDraft<T extends object>(name: string, held: T): Draft<T> {
  const [touched, setTouched] = useState<Partial<T>>(() => read<T>(name));
  const put = (draft: Partial<T>): void => {
    write(name, draft);
    setTouched(draft);
  };
  return { values: { ...held, ...touched }, touched, set: (part) => put({ ...touched, ...part }), drop: () => put({}), settle: () => write(name, {}) };
}

/** Nothing of it is left to who uses this tab next. */
export function dropDrafts(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(STORE)) sessionStorage.removeItem(name);
}
