// Projects of the territory: which goal by which dynamic.

import { useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { MatrixViewDocument, VocabularyDocument, type Dynamic } from "../api/generated.ts";
import { bound, useSpeech } from "../i18n/index.ts";
import type { Place, Selection } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { SdgTile } from "../parts/filters.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";

const DYNAMICS: Dynamic[] = ["POWER_TO_ACT", "INCLUSIVE_SOCIETY", "COOPERATION"];

export function MatrixView({ selection, place, name }: { selection: Selection; place: Place; name: string }) {
  const { t, language } = useSpeech();
  const variables = {
    territory: { code: place },
    filter: {
      ...(selection.themes.length ? { themes: selection.themes } : {}),
      ...(selection.sdgs.length ? { sdgs: selection.sdgs } : {}),
      ...(selection.text.trim() ? { text: selection.text.trim() } : {}),
    },
    language,
  };
  const { data, error, again } = useQuery(MatrixViewDocument, variables);
  useShown(MatrixViewDocument, variables);
  const goals = useQuery(VocabularyDocument, { language }).data?.sdgs ?? [];
  const [chosen, choose] = useState<string | null>(null);
  if (error) return <Failed error={error} again={again} />;
  if (!data) return <Loading lines={10} />;
  const rows = (data.territory?.projectMatrix?.rows ?? []).filter((row) => row.cells.some((cell) => cell.count > 0));
  const free = goals.filter(({ number }) => !rows.some((row) => row.sdg.number === number) && (selection.sdgs.length === 0 || selection.sdgs.includes(number)));
  if (rows.length === 0) return <Empty title={t.matrix.empty} help={t.list.emptyHelp} />;
  const cells = rows.flatMap((row) => row.cells.map((cell) => ({ ...cell, sdg: row.sdg, key: `${row.sdg.number}-${cell.dynamic}` })));
  const most = Math.max(...cells.map((cell) => cell.count));
  const open = cells.find((cell) => cell.key === chosen && cell.count > 0);
  // A project may stand in several cells.
  const projects = open ? open.projects : [...new Map(cells.flatMap((cell) => cell.projects).map((project) => [project.id, project])).values()];
  return (
    <div class="matrix-view">
      <div class="stack">
        <p class="small">{t.matrix.help}</p>
        <div class="table-wrap" role="region" aria-label={t.matrix.caption(name)} tabIndex={0}>
          <table class="matrix">
            <caption class="unseen">{t.matrix.caption(name)}</caption>
            <thead>
              <tr>
                <td />
                {DYNAMICS.map((dynamic) => (
                  <th key={dynamic} scope="col">
                    {t.matrix.dynamics[dynamic]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.sdg.number}>
                  <th scope="row">
                    <span class="sdg-name">
                      <SdgTile number={row.sdg.number} color={row.sdg.color} /> {bound(row.sdg.label)}
                    </span>
                  </th>
                  {DYNAMICS.map((dynamic) => {
                    const cell = row.cells.find((one) => one.dynamic === dynamic);
                    const key = `${row.sdg.number}-${dynamic}`;
                    return (
                      <td key={dynamic}>
                        {cell && cell.count > 0 ? (
                          <button
                            type="button"
                            class={`heat heat-${Math.ceil((cell.count / most) * 4)}`}
                            aria-pressed={chosen === key}
                            aria-label={t.coverage.cell(row.sdg.label, t.matrix.dynamics[dynamic], t.matrix.projects(cell.count))}
                            onClick={() => choose(chosen === key ? null : key)}
                          >
                            {cell.count}
                          </button>
                        ) : (
                          <span class="heat none" aria-label="0">
                            ·
                          </span>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {free.length > 0 && (
          <p class="small">
            {t.matrix.free} {free.map(({ number, label }) => `${number}. ${label}`).join(" · ")}
          </p>
        )}
      </div>
      <section class="panel" aria-live="polite">
        <div class="stack">
          <h2>{open ? `${open.sdg.label} · ${t.matrix.dynamics[open.dynamic]}` : t.actor.projects}</h2>
          {!open && <p class="small on-screen">{t.matrix.choose}</p>}
          <ul class="project-list">
            {projects.map((project) => (
              <li key={project.id}>
                <a href={`/projets/${project.slug}`}>
                  <strong>{project.title}</strong>
                </a>
                {project.lead && (
                  <>
                    <br />
                    <small>{project.lead.name}</small>
                  </>
                )}
              </li>
            ))}
          </ul>
        </div>
      </section>
    </div>
  );
}
