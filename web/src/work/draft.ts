// What is being typed in a form, kept in this tab until it is saved: neither a reload nor another step loses it.

import { useState } from "preact/hooks";

const STORE = "maillage.draft.";

/** What was typed, and over what. */
interface Typed<T> {
  touched: Partial<T>;
  /** The version that it was begun on, so that what someone saves meanwhile is not overwritten; null is the one on the screen. */
  base: number | null;
  /** Where it is saved already, the version on the screen at that moment. */
  savedOver: number | null;
  /** Whether what someone else saved was read meanwhile. */
  reread: boolean;
}

const BLANK = { touched: {}, base: null, savedOver: null, reread: false };

function read<T>(name: string): Typed<T> {
  try {
    const held = JSON.parse(sessionStorage.getItem(STORE + name) ?? "null") as { touched?: Partial<T>; base?: number | null } | null;
    return { ...BLANK, touched: held?.touched ?? {}, base: held?.base ?? null };
  } catch {
    return BLANK;
  }
}

function write<T>(name: string, { touched, base, savedOver }: Typed<T>): void {
  try {
    if (Object.keys(touched).length > 0 && savedOver === null) sessionStorage.setItem(STORE + name, JSON.stringify({ touched, base }));
    else sessionStorage.removeItem(STORE + name);
  } catch {
    // Without storage a reload loses it.
  }
}

export interface Draft<T> {
  values: T;
  /** What someone changed of what is held: all that is to be saved. */
  touched: Partial<T>;
  /** Whether something is typed that is not saved. */
  unsaved: boolean;
  /** The version that it is an edit of: what a save expects to find. */
  base: number;
  /** Whether what someone else saved was read meanwhile, and this is typed over it. */
  reread: boolean;
  set: (part: Partial<T>) => void;
  drop: () => void;
  /** It is saved as this version: a reload shows what is held; until then what was typed stays, so that nothing flickers. */
  settle: (version: number) => void;
  /** What someone else saved is read: this is now an edit of that. */
  rebase: () => void;
}

/** What is held, in this version, and over it what someone has typed. */
export function useDraft<T extends object>(name: string, held: T, version = 0): Draft<T> {
  const [state, setState] = useState<Typed<T>>(() => read<T>(name));
  const put = (next: Typed<T>): void => {
    write(name, next);
    setState(next);
  };
  // What was saved has come back since.
  const now: Typed<T> = state.savedOver !== null && version !== state.savedOver ? BLANK : state;
  const base = now.base ?? version;
  return {
    values: { ...held, ...now.touched },
    touched: now.touched,
    unsaved: now.savedOver === null && Object.keys(now.touched).length > 0,
    base,
    reread: now.reread,
    set: (part) => put({ ...now, touched: { ...now.touched, ...part }, base, savedOver: null }),
    drop: () => put(BLANK),
    settle: (saved) => put({ ...now, base: saved, savedOver: version, reread: false }),
    rebase: () => put({ ...now, base: null, reread: true }),
  };
}

/** Nothing of it is left to who uses this tab next. */
export function dropDrafts(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(STORE)) sessionStorage.removeItem(name);
}
