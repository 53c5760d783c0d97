// Where an actor is missing: the units of a territory against themes, and the gaps in words.

import { useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { ActorListDocument, CoverageViewDocument, VocabularyDocument, type CoverageViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { useElsewhere } from "../lib/elsewhere.ts";
import { usePages } from "../lib/pages.ts";
import type { Place, Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { innerKind, placePath } from "../lib/territories.ts";
import { ActorLine } from "../parts/bits.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { GapCards, type Gap } from "./gaps.tsx";
import type { ShownPlace } from "./map.tsx";

type Row = NonNullable<NonNullable<CoverageViewQuery["territory"]>["coverage"]>["rows"]["nodes"][number];
type Cell = Row["cells"][number];

const lookOf = (cell: Cell): "gap" | "near" | "one" | "some" => (cell.gap ? "gap" : cell.actorCount === 0 ? "near" : cell.actorCount === 1 ? "one" : "some");

/** Rows of a page: each cell counts, and there may be a score of columns. */
const FIRST_ROWS = 40;
/** Up to how many rows are read without being asked for. */
const ALL_ROWS = 100;

const farness = (cell: Cell): number => cell.nearestKm ?? Number.MAX_VALUE;

/** All gaps of rows, in the order of the API: where most people live first, then those farthest from the nearest. */
const gapsOf = (rows: Row[]): Gap[] =>
  rows
    .flatMap(({ territory, cells }) => cells.filter((cell) => cell.gap).map((cell) => ({ ...cell, territory })))
    .sort((a, b) => (b.territory.population ?? 0) - (a.territory.population ?? 0) || farness(b) - farness(a));

interface Order {
  /** A column of cells, or one of the two before them. */
  by: "name" | "people" | number;
  descending: boolean;
}
const BY_PEOPLE: Order = { by: "people", descending: true };
/** Where nobody knows how many people live in any. */
const BY_NAME: Order = { by: "name", descending: false };

const reckoned = (row: Row, by: "people" | number): number => (by === "people" ? (row.territory.population ?? -1) : (row.cells[by]?.actorCount ?? 0));

/** Of equals the most populated first. */
function sorted(rows: Row[], { by, descending }: Order): Row[] {
  const way = descending ? -1 : 1;
  const people = (a: Row, b: Row): number => reckoned(b, "people") - reckoned(a, "people");
  // The API has them by name.
  if (by === "name") return descending ? [...rows].reverse() : rows;
  return [...rows].sort((a, b) => way * (reckoned(a, by) - reckoned(b, by)) || people(a, b));
}

/** Up to how many actors of the one theme that is looked at are named. */
const FEW = 3;

interface Props {
  selection: Selection;
  place: Place;
  shown: ShownPlace;
  change: (part: Partial<Selection>) => void;
}

export function CoverageView({ selection, place, shown: { name, ancestors }, change }: Props) {
  const { t, language, number, km } = useSpeech();
  const words = useQuery(VocabularyDocument, { language }).data;
  const unit = innerKind(place.kind);
  const variables = {
    territory: { code: place },
    unit,
    themes: selection.themes.length ? selection.themes : null,
    kinds: selection.kinds.length ? selection.kinds : null,
    first: FIRST_ROWS,
    after: null as string | null,
    language,
  };
  const { data, rows, error, loading, coming, again, more } = usePages(CoverageViewDocument, variables, (answer) => answer.territory?.coverage?.rows, ALL_ROWS);
  useShown(CoverageViewDocument, variables);
  const coverage = data?.territory?.coverage;
  const label = (cell: Pick<Cell, "theme" | "actorKind">): string =>
    [cell.theme?.label, cell.actorKind ? t.actorKinds[cell.actorKind] : null].filter(Boolean).join(" · ");
  const elsewhere = useElsewhere(place, ancestors, selection.kinds, !!coverage?.gaps.some((gap) => gap.nearest === null));
  const unknown = ({ theme }: Pick<Cell, "theme">): string => (elsewhere(theme?.slug) ? t.coverage.elsewhere : t.coverage.nobody);
  const said = (cell: Cell): string => {
    if (cell.actorCount > 0) return t.coverage.actors(cell.actorCount);
    const nearest = cell.nearest && cell.nearestKm !== null ? t.coverage.near(cell.nearest.name, km(cell.nearestKm)) : unknown(cell);
    return cell.gap ? `${t.coverage.gap} — ${nearest.charAt(0).toLowerCase()}${nearest.slice(1)}` : nearest;
  };
  const columns = rows[0]?.cells ?? [];
  // What a cell looks like says it; where it is the same down the column, it is said once above.
  const short = (cell: Cell): string => (cell.actorCount > 0 ? t.coverage.actors(cell.actorCount) : cell.gap && cell.nearest === null ? "—" : said(cell));
  // What all gaps are of is said once.
  const whole = !!coverage && rows.length === coverage.rows.totalCount;
  const peopled = rows.some((row) => row.territory.population !== null);
  const [chosen, setOrder] = useState<Order | null>(null);
  const order = chosen ?? (peopled ? BY_PEOPLE : BY_NAME);
  // Where all are there: of a part the largest would not be the largest.
  const ordered = whole ? sorted(rows, order) : rows;
  const all = whole ? gapsOf(rows) : null;
  const gaps = all ?? coverage?.gaps ?? [];
  const [only] = columns.length === 1 ? columns : [];
  const key = JSON.stringify(variables);
  const heads = { order, change: whole && rows.length > 1 ? setOrder : null };
  const alone = new Set(coverage?.gaps.map(label)).size === 1;
  return (
    <div class="stack coverage-view">
      <div class="row spread">
        <p class="small">
          {t.coverage.help(unit)} {t.glance.missingUntold}
        </p>
        <label class="row coverage-tools">
          <span class="label">{t.coverage.theme}</span>
          <select
            class="fit"
            value={selection.themes.length === 1 ? selection.themes[0] : ""}
            onChange={(event) => change({ themes: event.currentTarget.value ? [event.currentTarget.value] : [] })}
          >
            <option value="">{t.coverage.allThemes}</option>
            {(words?.themes ?? []).map((theme) => (
              <option key={theme.slug} value={theme.slug}>
                {theme.broader ? "  · " : ""}
                {theme.label}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error && rows.length === 0 && <Failed error={error} again={again} />}
      {!data && !error && <Loading lines={10} />}
      {coverage && (
        <section class="gap-list panel" aria-labelledby="gaps-title" aria-busy={loading}>
          <h2 id="gaps-title">
            {t.glance.missing}
            {alone && coverage.gaps[0] ? t.coverage.of(label(coverage.gaps[0])) : ""} <small>{peopled ? t.coverage.gaps : rows.length > 1 && t.coverage.byName}</small>
          </h2>
          {only && whole && (
            <p>
              <strong>{t.coverage.covered(label(only), rows.filter((row) => (row.cells[0]?.actorCount ?? 0) > 0).length, rows.length, unit)}</strong> {gaps.length > 1 && t.coverage.uncovered(number(gaps.length))}
            </p>
          )}
          {only?.theme && whole && <Holders selection={selection} place={place} />}
          {coverage.gaps.length === 0 && <p>{t.coverage.none(unit)}</p>}
          <GapCards key={key} gaps={gaps} total={all?.length ?? null} label={label} unknown={(gap) => unknown(gap)} alone={alone} />
        </section>
      )}
      {coverage && rows.length === 0 && !loading && <Empty title={t.coverage.noUnits(unit)} />}
      {/* Of a part the order would be another one, and jump. */}
      {coming && <Loading lines={10} />}
      {rows.length > 0 && !coming && (
        <>
          <ul class="heat-legend small">
            {(["some", "one", "near", "gap"] as const).map((look) => (
              <li key={look}>
                <span class={`square ${look}`} aria-hidden="true" /> {t.coverage.legend[look]}
              </li>
            ))}
          </ul>
          {!whole && !loading && <p class="small">{t.coverage.part(number(rows.length), number(coverage?.rows.totalCount ?? 0))}</p>}
          <div class={`table-wrap${columns.length > 4 ? " many" : ""}`} role="region" aria-label={t.coverage.caption(name, unit)} tabIndex={0}>
            <table class="coverage">
              <caption class="unseen">{t.coverage.caption(name, unit)}</caption>
              <thead>
                <tr>
                  <Head name={t.territoryKinds[unit]} by="name" {...heads} />
                  <Head name={t.coverage.inhabitants} by="people" look="number" {...heads} />
                  {columns.map((cell, index) => (
                    <Head key={label(cell)} name={label(cell)} by={index} look={columns.length > 4 ? "turned" : ""} {...heads} />
                  ))}
                </tr>
              </thead>
              <tbody>
                {ordered.map((row) => (
                  <tr key={row.territory.id}>
                    <th scope="row">
                      <a href={placePath(row.territory)}>{row.territory.name}</a>
                    </th>
                    <td class="number">{row.territory.population === null ? "—" : number(row.territory.population)}</td>
                    {row.cells.map((cell) => (
                      <td key={label(cell)} class={`square-cell ${lookOf(cell)}`} title={t.coverage.cell(row.territory.name, label(cell), said(cell))}>
                        {columns.length > 4 ? (
                          <>
                            <span aria-hidden="true">{cell.actorCount || ""}</span>
                            <span class="unseen">{said(cell)}</span>
                          </>
                        ) : (
                          <>
                            <span aria-hidden={short(cell) === "—"}>{short(cell)}</span>
                            {short(cell) === "—" && <span class="unseen">{said(cell)}</span>}
                          </>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {error && <Failed error={error} again={again} />}
          {more && !error && (
            <p>
              <button type="button" class="button" aria-disabled={loading} onClick={more}>
                {t.list.more}
              </button>
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** The few actors of the one theme that is looked at, and where they sit. */
function Holders({ selection, place }: { selection: Selection; place: Place }) {
  const { t, language } = useSpeech();
  const filter = { themes: selection.themes, ...(selection.kinds.length ? { kinds: selection.kinds } : {}) };
  const held = useQuery(ActorListDocument, { territory: { code: place }, filter, first: FEW, after: null, orderBy: null, language }).data?.territory?.actors;
  if (!held || held.totalCount === 0 || held.totalCount > FEW) return null;
  return (
    <ul class="lines">
      {held.nodes.map((actor) => (
        <li key={actor.id}>
          <ActorLine actor={actor}>{[t.actorKinds[actor.kind], actor.seat?.name].filter(Boolean).join(" · ")}</ActorLine>
        </li>
      ))}
    </ul>
  );
}

interface HeadProps {
  name: string;
  by: Order["by"];
  look?: string;
  order: Order;
  /** Null where only a part of the rows is there. */
  change: ((order: Order) => void) | null;
}

/** The head of a column, by which it is sorted; numbers begin with the largest. */
function Head({ name, by, look = "", order, change }: HeadProps) {
  const { t } = useSpeech();
  const chosen = order.by === by;
  const next: Order = { by, descending: chosen ? !order.descending : by !== "name" };
  return (
    <th scope="col" class={look} aria-sort={chosen && change ? (order.descending ? "descending" : "ascending") : undefined}>
      {change ? (
        <button type="button" class="sort" title={t.coverage.sortBy(name)} onClick={() => change(next)}>
          <span>{name}</span> <span aria-hidden="true">{chosen ? (order.descending ? "▼" : "▲") : "▽"}</span>
        </button>
      ) : (
        <span>{name}</span>
      )}
    </th>
  );
}
