// Who is signed in, and what they may.

import { useEffect, useState } from "preact/hooks";
import { ask, forget, useQuery, type ApiError } from "../api/client.ts";
import { MeDocument, SignOutDocument, type MeQuery } from "../api/generated.ts";
import { end, isSignedIn, onSession, refreshToken } from "../api/session.ts";
import { dropDrafts } from "./draft.ts";

export function useSignedIn(): boolean {
  const [signedIn, set] = useState(isSignedIn);
  useEffect(() => onSession(set), []);
  return signedIn;
}

export type Me = MeQuery["viewer"];

export function useMe(): { me: Me | null; error: ApiError | null; loading: boolean; again: () => void } {
  const signedIn = useSignedIn();
  const { data, ...asked } = useQuery(MeDocument, signedIn ? {} : null);
  return { me: signedIn ? (data?.viewer ?? null) : null, ...asked };
}

/** The actors that someone speaks for. */
export const ownActors = (me: Me | null): { id: string; slug: string; name: string; kind: NonNullable<Me["grants"][number]["actor"]>["kind"] }[] =>
  (me?.grants ?? []).flatMap((grant) => (grant.role === "ACTOR_EDITOR" && grant.actor ? [grant.actor] : []));

/** Whether someone may import files: the service asks again. */
export const mayImport = (me: Me | null): boolean => (me?.grants ?? []).some((grant) => grant.role === "ADMIN");

export async function leave(): Promise<void> {
  const token = refreshToken();
  if (token) await ask(SignOutDocument, { refreshToken: token }).catch(() => undefined);
  end();
  dropDrafts();
  forget();
}
