// What a plan says: figures, what is wrong and what to do, what becomes of each row.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError } from "../api/client.ts";
import type { ImportOutcome, ImportProblemToldFragment, ImportSeverity, ImportToldFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { Part } from "../parts/bits.tsx";
import { Icon } from "../parts/icons.tsx";
import { Refused } from "./parts.tsx";

const TONES: Record<ImportOutcome, string> = { CREATE: "good", UPDATE: "sun", SAME: "", REFUSE: "alert" };
const WEIGHTS: Record<ImportSeverity, string> = { ERROR: "alert", WARNING: "sun", NOTE: "" };

/** A heading that is read out as soon as it is there. */
export function Arrived({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
}

export function Figures({ report }: { report: ImportToldFragment }) {
  const { t, number } = useSpeech();
  return (
    <dl class="figures">
      {(["created", "updated", "unchanged", "refused"] as const).map((name) => (
        <div key={name}>
          <dt>{t.work.imports.figures[name]}</dt>
          <dd>{number(report[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Plan({ report, busy, error, apply }: { report: ImportToldFragment; busy: boolean; error: ApiError | null; apply: () => void }) {
  const { t } = useSpeech();
  const words = t.work.imports;
  const written = report.created + report.updated;
  return (
    <section class="stack wide-gap import-plan">
      <div class="panel stack">
        <Arrived>{words.planTitle}</Arrived>
        {report.digest === null ? (
          <Causes causes={report.causes} />
        ) : (
          <>
            <Figures report={report} />
            <p class="small">
              {words.rows(report.rows, report.repeats)} {words.planNothing}
            </p>
            <Refused error={error} forbidden={words.forbiddenHelp} />
            <p class="row">
              <button type="button" class="button primary" aria-disabled={busy} disabled={written === 0} onClick={apply}>
                {busy ? words.applying : words.apply(written)}
              </button>
              {written === 0 && <span class="small">{words.nothing}</span>}
            </p>
          </>
        )}
      </div>
      <Problems report={report} />
      {report.digest !== null && <Sample report={report} />}
    </section>
  );
}

function Causes({ causes }: { causes: ImportProblemToldFragment[] }) {
  const { t, tongue } = useSpeech();
  return (
    <div class="note note-alert" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <strong>{t.work.imports.failed}</strong>
        </p>
        <ul class="dots">
          {causes.map((cause) => (
            <li key={cause.code + cause.line + cause.message}>
              {tongue === "fr" && cause.advice ? (
                <>
                  {cause.advice.title} : {cause.advice.meaning} {cause.advice.cure} <span class="small" lang="en">({cause.message})</span>
                </>
              ) : (
                <span lang="en">{cause.message}</span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Kinds of problems, the worst first; errors are open. */
export function Problems({ report }: { report: ImportToldFragment }) {
  const { t } = useSpeech();
  const words = t.work.imports;
  return (
    <Part title={words.problems}>
      {report.problems.length === 0 ? (
        <p>{words.noProblems}</p>
      ) : (
        <>
          <p class="small">{words.severityHelp}</p>
          <div class="stack">
            {report.problems.map((kind) => (
              <ProblemKind key={kind.severity + kind.code} kind={kind} />
            ))}
          </div>
        </>
      )}
    </Part>
  );
}

function ProblemKind({ kind }: { kind: ImportToldFragment["problems"][number] }) {
  const { t, tongue, number } = useSpeech();
  const words = t.work.imports;
  const any = (name: "line" | "column" | "value"): boolean => kind.examples.some((one) => one[name] !== null);
  const title = tongue === "fr" && kind.advice ? kind.advice.title : kind.code;
  return (
    <details class="problem" open={kind.severity === "ERROR"}>
      <summary>
        <span class={`tag ${WEIGHTS[kind.severity]}`}>{words.severities[kind.severity]}</span> <strong>{title}</strong> <span class="small">× {number(kind.count)}</span>
      </summary>
      <div class="stack">
        {tongue === "fr" && kind.advice && (
          <p>
            {kind.advice.meaning} <strong>{words.toDo}</strong> {kind.advice.cure}
          </p>
        )}
        <div class="table-wrap" tabIndex={0} role="region" aria-label={title}>
          <table>
            <caption class="small">{words.firsts(kind.examples.length, kind.count)}</caption>
            <thead>
              <tr>
                {any("line") && <th scope="col">{words.line}</th>}
                {any("column") && <th scope="col">{words.column}</th>}
                {any("value") && <th scope="col">{words.value}</th>}
                <th scope="col">{words.detail}</th>
              </tr>
            </thead>
            <tbody>
              {kind.examples.map((one, index) => (
                <tr key={index}>
                  {any("line") && <td class="number">{one.line}</td>}
                  {any("column") && <td>{one.column}</td>}
                  {any("value") && <td>{one.value}</td>}
                  <td lang="en">{one.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </details>
  );
}

function Sample({ report }: { report: ImportToldFragment }) {
  const { t } = useSpeech();
  const words = t.work.imports;
  const changes = report.sample.some((row) => row.changed.length > 0);
  const title = words.sample(report.sample.length);
  return (
    <Part title={title} when={report.sample.length > 0}>
      <div class="table-wrap import-rows" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col">{words.outcome}</th>
              <th scope="col">{words.name}</th>
              {changes && <th scope="col">{words.changes}</th>}
            </tr>
          </thead>
          <tbody>
            {report.sample.map((row, index) => (
              <tr key={index}>
                <td class="number">{row.line}</td>
                <td>
                  <span class={`tag ${TONES[row.outcome]}`}>{words.outcomes[row.outcome]}</span>
                </td>
                <td>{row.name ?? <span class="small">{words.unnamed}</span>}</td>
                {changes && <td>{row.changed.join(", ")}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}
