// The list beside every view: what the view draws, in words.

import { useEffect, useState } from "preact/hooks";
import { ask, useQuery } from "../api/client.ts";
import { ActorListDocument, type ActorListQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import type { KeyPlace } from "../map/shapes.ts";
import { actorFilter, type Place, type Selection } from "../lib/selection.ts";
import { KindBadge } from "./icons.tsx";
import { Failed, Loading } from "./states.tsx";

type Row = NonNullable<ActorListQuery["territory"]>["actors"]["nodes"][number];
const PAGE = 20;

export function ActorsList({ selection, place, keys }: { selection: Selection; place: Place; keys: KeyPlace[] }) {
  const { t, language, number } = useSpeech();
  const variables = { territory: { code: place }, filter: actorFilter(selection, place), first: PAGE, after: null, orderBy: null, language };
  const { data, error, loading, again } = useQuery(ActorListDocument, variables);
  const [more, setMore] = useState<{ rows: Row[]; cursor: string | null; busy: boolean }>({ rows: [], cursor: null, busy: false });
  const page = data?.territory?.actors;
  useEffect(() => setMore({ rows: [], cursor: page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null, busy: false }), [data]);
  const next = async (): Promise<void> => {
    setMore((before) => ({ ...before, busy: true }));
    const answer = await ask(ActorListDocument, { ...variables, after: more.cursor });
    const found = answer.data?.territory?.actors;
    setMore((before) => ({
      rows: [...before.rows, ...(found?.nodes ?? [])],
      cursor: found?.pageInfo.hasNextPage ? found.pageInfo.endCursor : null,
      busy: false,
    }));
  };
  const rows = [...(page?.nodes ?? []), ...more.rows];
  return (
    <section class="actors" aria-labelledby="actors-title">
      <header class="row spread">
        <h2 id="actors-title">{t.list.title}</h2>
        {page && page.totalCount > 0 && <p class="small">{t.list.of(rows.length, page.totalCount).replace(String(page.totalCount), number(page.totalCount))}</p>}
      </header>
      {error && <Failed error={error} again={again} />}
      {!page && loading && <Loading />}
      {page && rows.length === 0 && <p class="small">{t.list.empty}</p>}
      <ul class="actor-rows">
        {rows.map((actor) => (
          <li key={actor.id}>
            <KindBadge kind={actor.kind} size={28} />
            <span>
              <a href={`/acteurs/${actor.slug}`}>{actor.name}</a>
              <small>
                {[t.actorKinds[actor.kind], actor.seat?.name].filter(Boolean).join(" · ")}
                {keys.some((key) => key.id === actor.id) && ` · ${t.map.key}`}
              </small>
            </span>
          </li>
        ))}
      </ul>
      {page && page.totalCount > rows.length && <p class="small on-paper">{t.list.unprinted(number(page.totalCount - rows.length))}</p>}
      {more.cursor && (
        <button type="button" class="button" disabled={more.busy} onClick={() => void next()}>
          {t.list.more}
        </button>
      )}
    </section>
  );
}
