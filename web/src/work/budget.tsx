// The budget of an application, which adds up as it is typed.

import { useRef, useState } from "preact/hooks";
import { demand, forget } from "../api/client.ts";
import { UpdateApplicationDocument, type EditedApplicationFragment, type FundingSource } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { cents, decimal, totals, typed } from "../lib/money.ts";
import { Icon } from "../parts/icons.tsx";
import type { Me } from "./account.ts";
import { WithWhat } from "./carried.tsx";
import { useDraft, type Draft } from "./draft.ts";
import { Field, Refused, useWrite } from "./parts.tsx";

const SOURCES: FundingSource[] = ["THIS_CALL", "OWN_FUNDS", "OTHER_PUBLIC", "OTHER_PRIVATE", "IN_KIND"];

interface Line {
  source: FundingSource;
  amount: string;
  secured: boolean;
}
interface Action {
  title: string;
  cost: string;
  lines: Line[];
}

/** Whether someone wrote an amount: an action without a title would be lost with it. */
const hasMoney = (row: Action): boolean => row.cost.trim() !== "" || row.lines.some((line) => line.amount.trim() !== "");

export interface Budget {
  rows: Action[];
  /** The project or collective that is applied with. */
  carried: string;
}

const BLANK: Action = { title: "", cost: "", lines: [{ source: "THIS_CALL", amount: "", secured: false }] };

/** The budget that is held, and what is typed over it; of one that is no longer to be changed nothing is. */
export function useBudget(application: EditedApplicationFragment, editable: boolean, me: Me): Draft<Budget> {
  const { tongue } = useSpeech();
  const held = application.budget.actions.map((one): Action => ({ title: one.title, cost: typed(one.cost, tongue), lines: one.lines.map((line) => ({ source: line.source, amount: typed(line.amount, tongue), secured: line.secured })) }));
  const first: Budget = { rows: held.length || !editable ? held : [BLANK], carried: carriedBy(application) ?? "" };
  const draft = useDraft<Budget>(`${me.user?.id}.budget.${application.id}`, first, application.version);
  return editable ? draft : { ...draft, values: first, unsaved: false };
}

const isTogether = (application: EditedApplicationFragment): boolean => application.track?.kind === "SMALL_COLLECTIVE";
const carriedBy = (application: EditedApplicationFragment): string | undefined => (isTogether(application) ? application.collective?.id : application.project?.id);

export function BudgetTable({ application, editable, draft }: { application: EditedApplicationFragment; editable: boolean; draft: Draft<Budget> }) {
  const { t, language, euros } = useSpeech();
  const together = isTogether(application);
  const { values, base, set: put, drop, rebase, settle } = draft;
  const { rows, carried } = values;
  const [saved, setSaved] = useState(false);
  const change = (part: Partial<Budget>): void => {
    setSaved(false);
    put(part);
  };
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, run, clear } = useWrite();
  const sum = totals(rows);
  const money = (amount: number): string => euros(decimal(Math.abs(amount)));
  const set = (index: number, part: Partial<Action>): void => change({ rows: rows.map((row, at) => (at === index ? { ...row, ...part } : row)) });
  const setLine = (index: number, at: number, part: Partial<Line>): void => set(index, { lines: (rows[index]?.lines ?? []).map((line, one) => (one === at ? { ...line, ...part } : line)) });
  const save = () => void run(async () => {
    setTried(true);
    const nameless = rows.findIndex((row) => !row.title.trim() && hasMoney(row));
    if (nameless >= 0) {
      form.current?.querySelectorAll<HTMLElement>(".budget > li")[nameless]?.querySelector("input")?.focus();
      return;
    }
    const actions = rows
      .filter((row) => row.title.trim())
      .map((row) => ({
        title: row.title.trim(),
        cost: decimal(cents(row.cost) ?? 0),
        lines: row.lines.filter((line) => line.amount.trim()).map((line) => ({ source: line.source, amount: decimal(cents(line.amount) ?? 0), secured: line.secured })),
      }));
    const { updateApplication } = await demand(UpdateApplicationDocument, { id: application.id, expectedVersion: base, input: { actions, ...(together ? { collective: carried || null } : { project: carried || null }) }, language });
    if (updateApplication) settle(updateApplication.version);
    setSaved(true);
    forget();
  });
  return (
    <form ref={form} class="stack" onSubmit={(event) => { event.preventDefault(); save(); }}>
      {editable && application.lead && <WithWhat lead={application.lead.id} together={together} value={carried} choose={(id) => change({ carried: id })} />}
      <h3>{t.work.application.budget}</h3>
      <ol class="budget">
        {rows.map((row, index) => (
          <li key={index} class="panel stack">
            <div class="budget-head">
              {editable ? (
                <>
                  <Field label={`${t.work.application.action} ${index + 1}`} value={row.title} onInput={(title) => set(index, { title })} max={300} error={tried && !row.title.trim() && hasMoney(row) ? t.work.application.nameless : undefined} />
                  <Field label={t.work.application.cost} value={row.cost} onInput={(cost) => set(index, { cost })} error={cents(row.cost) === null ? t.state.errors.VALIDATION : undefined} />
                  <button type="button" class="icon-button bare" aria-label={`${t.work.application.remove} : ${t.work.application.action} ${index + 1}`} onClick={() => change({ rows: rows.filter((_, at) => at !== index) })}>
                    <Icon name="close" size={18} />
                  </button>
                </>
              ) : (
                <p class="row spread">
                  <strong>{row.title}</strong> <span>{euros(row.cost)}</span>
                </p>
              )}
            </div>
            <table class="plain">
              <caption class="overline">{t.work.application.funding}</caption>
              <tbody>
                {row.lines.map((line, at) => (
                  <tr key={at}>
                    <td>
                      {editable ? (
                        <select aria-label={`${t.work.application.source} ${index + 1}.${at + 1}`} value={line.source} onChange={(event) => setLine(index, at, { source: event.currentTarget.value as FundingSource })}>
                          {SOURCES.map((source) => (
                            <option key={source} value={source}>
                              {t.work.application.sources[source]}
                            </option>
                          ))}
                        </select>
                      ) : (
                        t.work.application.sources[line.source]
                      )}
                    </td>
                    <td class="number">
                      {editable ? (
                        <input aria-label={`${t.work.application.amount} ${index + 1}.${at + 1}`} inputMode="decimal" value={line.amount} aria-invalid={cents(line.amount) === null || undefined} onInput={(event) => setLine(index, at, { amount: event.currentTarget.value })} />
                      ) : (
                        euros(line.amount)
                      )}
                    </td>
                    <td>
                      {editable && (
                        <label class="choice">
                          <input type="checkbox" checked={line.secured} onChange={() => setLine(index, at, { secured: !line.secured })} /> {t.work.application.secured}
                        </label>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {editable && (
              <p>
                <button type="button" class="button small-button" onClick={() => set(index, { lines: [...row.lines, { source: "OWN_FUNDS", amount: "", secured: false }] })}>
                  <Icon name="plus" size={16} /> {t.work.application.addLine}
                </button>
              </p>
            )}
          </li>
        ))}
      </ol>
      {editable && (
        <p>
          <button type="button" class="button" onClick={() => change({ rows: [...rows, BLANK] })}>
            <Icon name="plus" size={16} /> {t.work.application.addAction}
          </button>
        </p>
      )}
      <dl class="budget-sum" aria-live="polite">
        <div>
          <dt>{t.work.application.total}</dt>
          <dd>{money(sum.cost)}</dd>
        </div>
        <div>
          <dt>{t.work.application.funded}</dt>
          <dd>{money(sum.funding)}</dd>
        </div>
        <div>
          <dt>{t.work.application.requested}</dt>
          <dd>{money(sum.requested)}</dd>
        </div>
        <div class={sum.sound && sum.balance !== 0 ? "uneven" : sum.cost > 0 ? "even" : ""}>
          <dt>{t.work.application.balance}</dt>
          <dd>{!sum.sound || (sum.cost === 0 && sum.balance === 0) ? "—" : sum.balance === 0 ? t.work.application.balanced : sum.balance > 0 ? t.work.application.over(money(sum.balance)) : t.work.application.missing(money(sum.balance))}</dd>
        </div>
      </dl>
      <Refused error={error} over={{ drop, rebase, clear }} />
      {editable && (
        <p class="row">
          <button type="submit" class="button primary" aria-disabled={busy} disabled={!sum.sound}>
            {busy ? t.work.saving : t.work.save}
          </button>
          <span role="status">{saved && t.work.saved}</span>
          {!sum.sound && (
            <span class="field-error" role="alert">
              {t.work.application.unsound}
            </span>
          )}
        </p>
      )}
    </form>
  );
}
