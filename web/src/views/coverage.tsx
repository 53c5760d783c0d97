// Where an actor is missing: communes against themes, and the gaps in words.

import { useQuery } from "../api/client.ts";
import { CoverageViewDocument, VocabularyDocument, type CoverageViewQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { usePages } from "../lib/pages.ts";
import type { Place, Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { innerKind, placePath } from "../lib/territories.ts";
import { Empty, Failed, Loading } from "../parts/states.tsx";

type Row = NonNullable<NonNullable<CoverageViewQuery["territory"]>["coverage"]>["rows"]["nodes"][number];
type Cell = Row["cells"][number];

const lookOf = (cell: Cell): "gap" | "near" | "one" | "some" => (cell.gap ? "gap" : cell.actorCount === 0 ? "near" : cell.actorCount === 1 ? "one" : "some");

/** Rows of a page: each cell counts, and there may be a score of columns. */
const FIRST_ROWS = 40;

/** How many gaps are told in words. */
const TOLD = 12;

interface Props {
  selection: Selection;
  place: Place;
  name: string;
  change: (part: Partial<Selection>) => void;
}

export function CoverageView({ selection, place, name, change }: Props) {
  const { t, language, number, km } = useSpeech();
  const words = useQuery(VocabularyDocument, { language }).data;
  const variables = {
    territory: { code: place },
    unit: innerKind(place.kind),
    themes: selection.themes.length ? selection.themes : null,
    kinds: selection.kinds.length ? selection.kinds : null,
    first: FIRST_ROWS,
    after: null as string | null,
    language,
  };
  const { data, rows, error, loading, again, more } = usePages(CoverageViewDocument, variables, (answer) => answer.territory?.coverage?.rows, selection.themes.length ? 100 : 0);
  useShown(CoverageViewDocument, variables);
  const coverage = data?.territory?.coverage;
  const label = (cell: Pick<Cell, "theme" | "actorKind">): string =>
    [cell.theme?.label, cell.actorKind ? t.actorKinds[cell.actorKind] : null].filter(Boolean).join(" · ");
  const said = (cell: Cell): string => {
    if (cell.actorCount > 0) return t.coverage.actors(cell.actorCount);
    const nearest = cell.nearest && cell.nearestKm !== null ? t.coverage.near(cell.nearest.name, km(cell.nearestKm)) : t.coverage.nobody;
    return cell.gap ? `${t.coverage.gap} — ${nearest}` : nearest;
  };
  const columns = rows[0]?.cells ?? [];
  // What all gaps are of is said once.
  const alone = new Set(coverage?.gaps.map(label)).size === 1;
  return (
    <div class="stack coverage-view">
      <div class="row spread">
        <p class="small">{t.coverage.help}</p>
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
      {error && <Failed error={error} again={again} />}
      {!data && !error && <Loading lines={10} />}
      {coverage && (
        <section class="gap-list panel" aria-labelledby="gaps-title" aria-busy={loading}>
          <h2 id="gaps-title">
            {t.glance.missing}
            {alone && coverage.gaps[0] ? ` : ${label(coverage.gaps[0])}` : ""} <small>{t.coverage.gaps}</small>
          </h2>
          {coverage.gaps.length === 0 && <p>{t.coverage.none}</p>}
          <ol class="gap-cards">
            {coverage.gaps.slice(0, TOLD).map((gap) => (
              <li key={gap.territory.id + label(gap)}>
                {!alone && <strong>{label(gap)}</strong>}
                <span>
                  <a class={alone ? "lacking" : ""} href={placePath(gap.territory)}>
                    {gap.territory.name}
                  </a>
                  {gap.territory.population !== null && <small> · {t.glance.inhabitants(number(gap.territory.population))}</small>}
                </span>
                <small>
                  {gap.nearest && gap.nearestKm !== null ? (
                    <a href={`/acteurs/${gap.nearest.slug}`}>{t.coverage.near(gap.nearest.name, km(gap.nearestKm))}</a>
                  ) : (
                    t.coverage.nobody
                  )}
                </small>
              </li>
            ))}
          </ol>
          {coverage.gaps.length > TOLD && <p class="small">{t.coverage.first(TOLD, coverage.gaps.length)}</p>}
        </section>
      )}
      {coverage && rows.length === 0 && !loading && <Empty title={t.coverage.noUnits} />}
      {rows.length > 0 && (
        <>
          <ul class="heat-legend small">
            {(["some", "one", "near", "gap"] as const).map((look) => (
              <li key={look}>
                <span class={`square ${look}`} aria-hidden="true" /> {t.coverage.legend[look]}
              </li>
            ))}
          </ul>
          <div class="table-wrap" role="region" aria-label={t.coverage.caption(name)} tabIndex={0}>
            <table class="coverage">
              <caption class="unseen">{t.coverage.caption(name)}</caption>
              <thead>
                <tr>
                  <th scope="col">{t.territoryKinds[innerKind(place.kind)]}</th>
                  <th scope="col" class="number">
                    {t.coverage.inhabitants}
                  </th>
                  {columns.map((cell) => (
                    <th key={label(cell)} scope="col" class={columns.length > 4 ? "turned" : ""}>
                      <span>{label(cell)}</span>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.territory.id}>
                    <th scope="row">
                      <a href={placePath(row.territory)}>{row.territory.name}</a>
                    </th>
                    <td class="number">{row.territory.population === null ? "—" : number(row.territory.population)}</td>
                    {row.cells.map((cell) => (
                      <td key={label(cell)} class={`square-cell ${lookOf(cell)}`} title={`${row.territory.name} · ${label(cell)} : ${said(cell)}`}>
                        {columns.length > 4 ? (
                          <>
                            <span aria-hidden="true">{cell.actorCount || ""}</span>
                            <span class="unseen">{said(cell)}</span>
                          </>
                        ) : (
                          said(cell)
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {more && (
            <p>
              <button type="button" class="button" disabled={loading} onClick={more}>
                {t.list.more}
              </button>
            </p>
          )}
        </>
      )}
    </div>
  );
}
