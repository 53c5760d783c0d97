// Lists that are read page after page.

import { useEffect, useState } from "preact/hooks";
import { ApiError, ask, demand, useQuery } from "../api/client.ts";
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
  /** Whether more rows come by themselves. */
  coming: boolean;
  again: () => void;
  /** Reads the next page; null where there is none. */
  more: (() => void) | null;
}

/** What was read behind a first page. */
interface Rest<N> {
  rows: N[];
  end: string | null;
  error: ApiError | null;
}

// By first page, so that whoever comes back to it finds what they had read.
const rests = new WeakMap<object, Rest<unknown>>();

/** A question whose list has pages: the first at once, others on demand, or by themselves up to `upTo` rows, which may depend on the answer. */
export function usePages<R extends object, V extends { after?: string | null }, N>(
  document: TypedDocumentString<R, V>,
  variables: V | null,
  list: (data: R) => Connection<N> | null | undefined,
  upTo: number | ((data: R) => number) = 0,
): Pages<R, N> {
  const first = useQuery(document, variables);
  const self = typeof upTo === "number" ? upTo : first.data ? upTo(first.data) : 0;
  const [busy, setBusy] = useState<object | null>(null);
  const start = first.data ? list(first.data) : null;
  const rest: Rest<N> = (first.data && (rests.get(first.data) as Rest<N> | undefined)) ?? { rows: [], end: start?.pageInfo.hasNextPage ? start.pageInfo.endCursor : null, error: null };
  const reading = busy !== null && busy === first.data;
  const rows = [...(start?.nodes ?? []), ...rest.rows];
  const next = (): void => {
    const of = first.data;
    // While another list is on its way, what is shown has no next page.
    if (!of || !rest.end || !variables || first.loading || reading) return;
    const put = (part: Partial<Rest<N>>): void => {
      rests.set(of, { ...rest, ...part });
      setBusy((now) => (now === of ? null : now));
    };
    setBusy(of);
    ask(document, { ...variables, after: rest.end }).then(
      ({ data, errors }) => {
        const page = data ? list(data) : null;
        if (!page || errors[0]) put({ error: errors[0] ?? new ApiError("INTERNAL", "The service answered with nothing.") });
        else put({ rows: [...rest.rows, ...page.nodes], end: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null, error: null });
      },
      (error: ApiError) => put({ error }),
    );
  };
  const coming = rest.end !== null && rows.length < self && !rest.error;
  useEffect(() => {
    if (coming) next();
  }, [rest.end, first.data, first.loading]);
  return {
    data: first.data,
    rows,
    error: first.error ?? (reading ? null : rest.error),
    loading: first.loading || reading,
    coming,
    again: rest.error && !first.error ? next : first.again,
    more: rest.end && rows.length >= self ? next : null,
  };
}

/** All rows of a question's list, at most `most`, a page after the other; `told` hears how many there are so far. */
export async function everyRow<R, V extends { after?: string | null }, N>(
  document: TypedDocumentString<R, V>,
  variables: V,
  list: (data: R) => Connection<N> | null | undefined,
  most: number,
  told: (count: number) => void,
): Promise<N[]> {
  const rows: N[] = [];
  let after: string | null = null;
  do {
    const page: Connection<N> | null | undefined = list(await demand(document, { ...variables, after }));
    rows.push(...(page?.nodes ?? []));
    told(Math.min(rows.length, most));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after && rows.length < most);
  return rows.slice(0, most);
}
