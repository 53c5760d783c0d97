// The same selection as a table, in the order that one asks for.

import { useState } from "preact/hooks";
import { TableViewDocument, type ActorOrderField, type TableViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { csv, download } from "../lib/csv.ts";
import { everyRow, usePages } from "../lib/pages.ts";
import { actorFilter, interactionFilter, type Place, type Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { placePath } from "../lib/territories.ts";
import { Icon, KindBadge } from "../parts/icons.tsx";
import { Failed, Loading, NoActor } from "../parts/states.tsx";
import { useWrite } from "../work/parts.tsx";

/** How many rows are taken away at most: more of them are for the API's exports. */
const MOST_TAKEN = 5000;
const LARGEST_PAGE = 100;

const listOf = (data: TableViewQuery) => data.territory?.actors;

const ORDERS: ActorOrderField[] = ["NAME", "UPDATED_AT", "CREATED_AT"];

export function TableView({ selection, place, name, asOf }: { selection: Selection; place: Place; name: string; asOf: string | null }) {
  const { t, language, day, number } = useSpeech();
  const [order, setOrder] = useState<ActorOrderField | "RELEVANCE">("NAME");
  const field = order === "RELEVANCE" && !selection.text.trim() ? "NAME" : order;
  const variables = {
    territory: { code: place },
    filter: actorFilter(selection, place),
    links: { ...interactionFilter(selection), activeOn: asOf ?? new Date().toISOString().slice(0, 10) },
    first: 50,
    after: null as string | null,
    orderBy: { field, direction: field === "NAME" || field === "RELEVANCE" ? ("ASC" as const) : ("DESC" as const) },
    language,
  };
  const { data, rows, error, loading, again, more } = usePages(TableViewDocument, variables, listOf);
  useShown(TableViewDocument, variables);
  const total = data?.territory?.actors.totalCount ?? 0;
  if (error && rows.length === 0) return <Failed error={error} again={again} />;
  if (!data) return <Loading lines={10} />;
  if (total === 0) return <NoActor selection={selection} />;
  // A column that says nothing of anyone only takes room.
  const verified = rows.some((row) => row.verifiedOn);
  const take = async (told: (count: number) => void): Promise<void> => {
    const all = total === rows.length ? rows : await everyRow(TableViewDocument, { ...variables, first: LARGEST_PAGE }, listOf, MOST_TAKEN, told);
    download(
      `${place.code}.csv`,
      csv([
        [t.table.name, t.table.kind, t.table.seat, t.table.themes, t.table.links, t.table.verified],
        ...all.map((row) => [row.name, t.actorKinds[row.kind], row.seat?.name ?? "", row.themes.map((theme) => theme.label).join(" ; "), String(row.interactions.totalCount), row.verifiedOn ?? ""]),
      ]),
    );
  };
  return (
    <div class="stack">
      <div class="row spread">
        <p>
          <strong>{t.list.of(rows.length, total).replace(String(total), number(total))}</strong>
        </p>
        <div class="row table-tools">
          <label class="row">
            <span>{t.table.order}</span>
            <select class="fit" value={field} onChange={(event) => setOrder(event.currentTarget.value as ActorOrderField)}>
              {[...ORDERS, ...(selection.text.trim() ? (["RELEVANCE"] as const) : [])].map((one) => (
                <option key={one} value={one}>
                  {t.table.orders[one]}
                </option>
              ))}
            </select>
          </label>
          <Take total={total} take={take} />
        </div>
      </div>
      <div class="table-wrap" role="region" aria-label={t.table.caption(name)} tabIndex={0}>
        <table class="cards-below" role="table">
          <caption class="unseen">{t.table.caption(name)}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader">{t.table.name}</th>
              <th scope="col" role="columnheader">{t.table.kind}</th>
              <th scope="col" role="columnheader">{t.table.seat}</th>
              <th scope="col" role="columnheader">{t.table.themes}</th>
              <th scope="col" role="columnheader" class="number">
                {t.table.links}
              </th>
              {verified && <th scope="col" role="columnheader">{t.table.verified}</th>}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((row) => (
              <tr key={row.id} role="row">
                <th scope="row" role="rowheader" class="name-cell">
                  <a href={`/acteurs/${row.slug}`}>{row.name}</a>
                </th>
                <td role="cell">
                  <span class="kind-cell">
                    <KindBadge kind={row.kind} size={20} /> {t.actorKinds[row.kind]}
                  </span>
                </td>
                <td role="cell">{row.seat && <a href={placePath(row.seat)}>{row.seat.name}</a>}</td>
                <td role="cell" class="wide-cell">{row.themes.map((theme) => theme.label).join(", ")}</td>
                <td role="cell" class="number" data-name={t.table.links}>
                  {number(row.interactions.totalCount)}
                </td>
                {verified && (
                  <td role="cell" data-name={t.table.verified}>
                    {row.verifiedOn ? day(row.verifiedOn) : "—"}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total > rows.length && <p class="small on-paper">{t.list.unprinted(number(total - rows.length))}</p>}
      {error && <Failed error={error} again={again} />}
      {more && !error && (
        <p>
          <button type="button" class="button" aria-disabled={loading} onClick={more}>
            {t.list.more}
          </button>
        </p>
      )}
    </div>
  );
}

/** Takes all rows away as a file, and says how far it is. */
function Take({ total, take }: { total: number; take: (told: (count: number) => void) => Promise<void> }) {
  const { t, number } = useSpeech();
  const [read, setRead] = useState(0);
  const { busy, error, run } = useWrite();
  const most = Math.min(total, MOST_TAKEN);
  const said = total > most ? t.table.exportFirst(number(most), number(total)) : t.table.exportAll(number(total));
  const start = () => void run(() => {
    setRead(0);
    return take(setRead);
  });
  return (
    <>
      <button type="button" class="button" aria-disabled={busy} onClick={start}>
        <Icon name="download" size={18} /> <span aria-live="polite">{busy ? t.table.exporting(number(read), number(most)) : said}</span>
      </button>
      {error && <Failed error={error} again={start} />}
    </>
  );
}
