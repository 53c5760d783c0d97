// Who is signed in: the short token in memory alone, the long one in this tab's storage, so that it ends with the tab.

const STORE = "maillage.session";
const REFRESH = "mutation Renew($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }";
/** How long is waited before each further try of a renewal that failed, in milliseconds. */
const PAUSES = [500, 2000];

/** How long a tab's word takes to another, in milliseconds. */
const TABS_APART = 150;

const pause = (time: number): Promise<void> => new Promise((done) => setTimeout(done, time));

/** What became of a session: goes on, has ended, or is not known since the service said something else. */
export type Renewal = "renewed" | "ended" | { code: string };

let access: string | null = null;
let renewing: Promise<Renewal> | null = null;
const listeners = new Set<(signedIn: boolean) => void>();

const stored = (): string | null => {
  try {
    return sessionStorage.getItem(STORE);
  } catch {
    return null;
  }
};

export const bearer = (): string | null => access;
export const isSignedIn = (): boolean => access !== null;
export const refreshToken = (): string | null => stored();

export function onSession(listener: (signedIn: boolean) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function put(token: string | null, refresh: string | null): void {
  access = token;
  try {
    if (refresh) sessionStorage.setItem(STORE, refresh);
    else sessionStorage.removeItem(STORE);
  } catch {
    // Without storage the session ends with the page.
  }
  for (const listener of listeners) listener(token !== null);
}

export const begin = (token: string, refresh: string): void => put(token, refresh);
export const end = (): void => put(null, null);

interface Session {
  accessToken: string;
  refreshToken: string;
}

// A tab that was duplicated holds the same token, which works once: it takes over what the other has got for it.
const tabs = typeof BroadcastChannel === "undefined" || typeof window === "undefined" ? null : new BroadcastChannel(STORE);
tabs?.addEventListener("message", ({ data }: MessageEvent<{ of: string; session: Session }>) => {
  if (data.of === stored()) put(data.session.accessToken, data.session.refreshToken);
});

/** Gets a new token for the kept one; signed out only where there is none, or the service no longer takes it. */
export function renewed(): Promise<Renewal> {
  renewing ??= inTurn().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** One tab after the other, where the browser can have them wait. */
async function inTurn(): Promise<Renewal> {
  if (!navigator.locks) return persistent();
  const free = await navigator.locks.request(STORE, { ifAvailable: true }, (lock) => lock && persistent());
  if (free) return free;
  const before = access;
  return await navigator.locks.request(STORE, async () => {
    // What the other tab has got may be on its way.
    if (access === before) await pause(TABS_APART);
    return access && access !== before ? "renewed" : await persistent();
  });
}

async function persistent(): Promise<Renewal> {
  let renewal = await renew();
  for (const time of PAUSES) {
    if (typeof renewal === "string") break;
    await pause(time);
    renewal = await renew();
  }
  return renewal;
}

async function renew(): Promise<Renewal> {
  const token = stored();
  if (!token) {
    if (access) end();
    return "ended";
  }
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: REFRESH, variables: { token } }),
    });
    const { data, errors } = (await response.json()) as { data?: { refreshSession?: Session | null } | null; errors?: { extensions?: { code?: string } }[] };
    const session = data?.refreshSession;
    if (session) {
      put(session.accessToken, session.refreshToken);
      tabs?.postMessage({ of: token, session });
      return "renewed";
    }
    const code = errors?.[0]?.extensions?.code ?? "INTERNAL";
    if (code !== "UNAUTHENTICATED") return { code };
    end();
    return "ended";
  } catch {
    return { code: "UNREACHABLE" };
  }
}
