// Asks the public GraphQL API, and keeps answers while the page is open.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TypedDocumentString } from "./generated.ts";
import { bearer, renewed } from "./session.ts";

/** What an error says: a code that is for good, words in English, and which fields it is about. */
export class ApiError extends Error {
  readonly code: string;
  readonly fields: { path: string; message: string }[];
  readonly retryAfter: number | null;
  /** Whether someone else has written what was to be written. */
  readonly stale: boolean;

  constructor(code: string, message: string, fields: { path: string; message: string }[] = [], retryAfter: number | null = null, stale = false) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
    this.stale = stale;
  }
}

interface RawError {
  message: string;
  extensions?: { code?: string; fields?: { path?: string; field?: string; message?: string }[]; retryAfterSeconds?: number; currentVersion?: number };
}

function understood(error: RawError): ApiError {
  const fields = (error.extensions?.fields ?? []).map((one) => ({ path: one.path ?? one.field ?? "", message: one.message ?? "" }));
  return new ApiError(error.extensions?.code ?? "INTERNAL", error.message, fields, error.extensions?.retryAfterSeconds ?? null, error.extensions?.currentVersion !== undefined);
}

export interface Answer<R> {
  data: R | null;
  errors: ApiError[];
}

/** Takes a question to the service and its answer back. */
type Carrier = (body: string, signal?: AbortSignal) => Promise<string>;

let carry: Carrier = async (body, signal) => {
  const token = bearer();
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body,
    ...(signal ? { signal } : {}),
  });
  return response.text();
};

/** Has questions taken another way: by the page that this one is framed in. */
export function carryBy(carrier: Carrier): void {
  carry = carrier;
}

async function send<R>(query: string, variables: unknown, signal?: AbortSignal): Promise<Answer<R>> {
  let text: string;
  try {
    text = await carry(JSON.stringify({ query, variables }), signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("UNREACHABLE", "The service does not answer.");
  }
  let body: { data?: R | null; errors?: RawError[] };
  try {
    body = JSON.parse(text);
  } catch {
    // Not the service: something before it, while it is down.
    throw new ApiError("UNREACHABLE", "The service does not answer.");
  }
  return { data: body.data ?? null, errors: (body.errors ?? []).map(understood) };
}

/** Asks once; a token that has run out is renewed and the question asked again. Throws only where nothing came back. */
export async function ask<R, V>(document: TypedDocumentString<R, V>, variables: V, signal?: AbortSignal): Promise<Answer<R>> {
  const answer = await send<R>(document.toString(), variables, signal);
  if (!answer.errors.some((error) => error.code === "UNAUTHENTICATED")) return answer;
  const renewal = await renewed();
  if (renewal === "ended") return answer;
  if (renewal !== "renewed") throw notRenewed(renewal);
  return send<R>(document.toString(), variables, signal);
}

/** Why it is not known whether a session goes on. */
export const notRenewed = ({ code }: { code: string }): ApiError => new ApiError(code, "The session could not be renewed.");

/** Asks for something whose refusal is an error: a write, above all. */
export async function demand<R, V>(document: TypedDocumentString<R, V>, variables: V): Promise<R> {
  const answer = await ask(document, variables);
  const [first] = answer.errors;
  // What is kept is what someone has changed meanwhile.
  if (first?.code === "CONFLICT") outdate();
  if (first) throw first;
  if (!answer.data) throw new ApiError("INTERNAL", "The service answered with nothing.");
  return answer.data;
}

const kept = new Map<string, { data: unknown; at: number }>();
const MOST_KEPT = 120;
/** How long an answer is good for whoever asks the same, in milliseconds. */
const KEPT_FOR = 60_000;

/** Forgets every answer, and asks again what is on the screen: after a write, a sign-in, a sign-out. */
export function forget(): void {
  outdate();
  for (const again of watchers) again();
}
const watchers = new Set<() => void>();

/** Forgets every answer, and leaves the screen as it is: what is being typed there stays. */
export const outdate = (): void => kept.clear();

function keep(key: string, data: unknown): void {
  kept.delete(key);
  kept.set(key, { data, at: Date.now() });
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

function held<R>(key: string | null): R | null {
  const one = key === null ? undefined : kept.get(key);
  return one && Date.now() - one.at < KEPT_FOR ? (one.data as R) : null;
}

export interface Asked<R> {
  data: R | null;
  error: ApiError | null;
  loading: boolean;
  again: () => void;
}

interface Told<R> {
  /** The question that this is said of. */
  of: string | null;
  data: R | null;
  error: ApiError | null;
  loading: boolean;
}

const asError = (error: unknown): ApiError => (error instanceof ApiError ? error : new ApiError("INTERNAL", String(error)));

/** The answer to a question; while a changed one is asked, the last answer stays. Null variables ask nothing. */
export function useQuery<R, V>(document: TypedDocumentString<R, V>, variables: V | null): Asked<R> {
  const key = variables === null ? null : document.toString() + JSON.stringify(variables);
  const [{ of, ...state }, set] = useState<Told<R>>(() => {
    const data = held<R>(key);
    return { of: key, data, error: null, loading: key !== null && data === null };
  });
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((count) => count + 1), []);
  const asked = useRef(variables);
  asked.current = variables;
  useEffect(() => {
    watchers.add(again);
    return () => void watchers.delete(again);
  }, [again]);
  // Before the page is painted, so that the service is at work meanwhile.
  useLayoutEffect(() => {
    const data = held<R>(key);
    if (key === null || asked.current === null || data !== null) {
      set({ of: key, data, error: null, loading: false });
      return;
    }
    set((before) => ({ of: key, data: before.data, error: null, loading: true }));
    const stop = new AbortController();
    ask(document, asked.current, stop.signal).then(
      (answer) => {
        if (stop.signal.aborted) return;
        if (answer.data && answer.errors.length === 0) keep(key, answer.data);
        set({ of: key, data: answer.data, error: answer.errors[0] ?? null, loading: false });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        set((before) => ({ of: key, data: before.data, error: asError(error), loading: false }));
      },
    );
    return () => stop.abort();
  }, [key, round]);
  // Between a new question and its asking there is a moment: nobody takes the old answer for its own.
  return { ...state, loading: state.loading || (key !== null && of !== key), again };
}
