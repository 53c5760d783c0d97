// Who is signed in: the short token in memory alone, the long one in this tab's storage, so that it ends with the tab.

const STORE = "maillage.session";
const REFRESH = "mutation Renew($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }";

let access: string | null = null;
let renewing: Promise<boolean> | null = null;
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

/** Gets a new token for the kept one; false, and signed out, where there is none or it is no longer taken. */
export function renewed(): Promise<boolean> {
  renewing ??= renew().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renew(): Promise<boolean> {
  const token = stored();
  if (!token) {
    if (access) end();
    return false;
  }
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: REFRESH, variables: { token } }),
    });
    const { data } = await response.json();
    const session = data?.refreshSession;
    if (!session) {
      end();
      return false;
    }
    put(session.accessToken, session.refreshToken);
    return true;
  } catch {
    return false;
  }
}
