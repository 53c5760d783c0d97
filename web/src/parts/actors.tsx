// The list beside every view: what the view draws, in words.

import { ActorListDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import type { KeyPlace } from "../map/shapes.ts";
import { usePages } from "../lib/pages.ts";
import { actorFilter, type Place, type Selection } from "../lib/selection.ts";
import { KindBadge } from "./icons.tsx";
import { Failed, Loading } from "./states.tsx";

const PAGE = 20;

interface Props {
  selection: Selection;
  place: Place;
  /** Null as long as it is not known. */
  placeId: string | null;
  keys: KeyPlace[];
}

export function ActorsList({ selection, place, placeId, keys }: Props) {
  const { t, language, number } = useSpeech();
  const variables = { territory: { code: place }, filter: actorFilter(selection, place), first: PAGE, after: null as string | null, orderBy: null, language };
  const pages = usePages(ActorListDocument, variables, (data) => data.territory?.actors);
  const { error, loading, again, more } = pages;
  // Those of another place are none of this one.
  const mine = pages.data?.territory && pages.data.territory.id === placeId;
  const page = mine ? pages.data?.territory?.actors : null;
  const rows = mine ? pages.rows : [];
  return (
    <section class="actors" aria-labelledby="actors-title">
      <header class="row spread">
        <h2 id="actors-title">{t.list.title}</h2>
        {page && page.totalCount > 0 && <p class="small">{t.list.of(rows.length, page.totalCount).replace(String(page.totalCount), number(page.totalCount))}</p>}
      </header>
      {!page && !error && <Loading />}
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
      {error && <Failed error={error} again={again} />}
      {page && more && !error && (
        <button type="button" class="button" aria-disabled={loading} onClick={more}>
          {t.list.more}
        </button>
      )}
    </section>
  );
}
