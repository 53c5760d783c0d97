// Lists that are read page after page.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask, useQuery, type ApiError } from "../api/client.ts";
import type { TypedDocumentString } from "../api/generated.ts";

interface Connection<N> {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Pages<R, N> {
  data: R | null;
  rows: N[];
  error: ApiError | null;
  loading: boolean;
  again: () => void;
  /** Reads the next page; null where there is none. */
  more: (() => void) | null;
}

/** A question whose list has pages: the first at once, others on demand, or by themselves up to `upTo` rows. */
export function usePages<R, V extends { after?: string | null }, N>(
  document: TypedDocumentString<R, V>,
  variables: V | null,
  list: (data: R) => Connection<N> | null | undefined,
  upTo = 0,
): Pages<R, N> {
  const first = useQuery(document, variables);
  const start = first.data ? list(first.data) : null;
  const [rest, setRest] = useState<{ of: unknown; rows: N[]; end: string | null; busy: boolean; error: ApiError | null }>({ of: null, rows: [], end: null, busy: false, error: null });
  const current = useRef<unknown>(null);
  current.current = first.data;
  const mine = rest.of === first.data;
  const end = mine ? rest.end : start?.pageInfo.hasNextPage ? start.pageInfo.endCursor : null;
  const rows = [...(start?.nodes ?? []), ...(mine ? rest.rows : [])];
  const next = (): void => {
    if (!end || !variables || (mine && rest.busy)) return;
    const of = first.data;
    const before = mine ? rest.rows : [];
    setRest({ of, rows: before, end, busy: true, error: null });
    ask(document, { ...variables, after: end }).then(
      ({ data, errors }) => {
        if (current.current !== of) return;
        const page = data ? list(data) : null;
        setRest({
          of,
          rows: [...before, ...(page?.nodes ?? [])],
          end: page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null,
          busy: false,
          error: errors[0] ?? null,
        });
      },
      (error: ApiError) => current.current === of && setRest({ of, rows: before, end, busy: false, error }),
    );
  };
  useEffect(() => {
    if (end && rows.length < upTo && !(mine && (rest.busy || rest.error))) next();
  }, [end, first.data]);
  return {
    data: first.data,
    rows,
    error: first.error ?? (mine ? rest.error : null),
    loading: first.loading || (mine && rest.busy),
    again: first.again,
    more: end && rows.length >= upTo ? next : null,
  };
}
