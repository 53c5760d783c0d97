// An application to a call: started, its budget kept in balance, its rules watched, filed.

import { useRef, useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import {
  ApplicationPageDocument, CallToAnswerDocument, CarriedDocument, CreateProjectDocument, InPreparationDocument, RequestSignOffsDocument, SignOffDocument, StartApplicationDocument,
  SubmitApplicationDocument, UpdateApplicationDocument, type CallToAnswerQuery, type EditedApplicationFragment, type FundingSource,
} from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { cents, decimal, totals, typed } from "../lib/money.ts";
import { navigate } from "../lib/router.ts";
import { useShown } from "../lib/shown.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { ActorLine, Part } from "../parts/bits.tsx";
import { Countdown } from "../parts/countdown.tsx";
import { Icon } from "../parts/icons.tsx";
import { ownActors, type Me } from "./account.ts";
import { useDraft } from "./draft.ts";
import { ActorSearch, Chosen, Field, Refused, SignedIn, useWrite, type ChosenActor } from "./parts.tsx";

export const StartApplicationPage = ({ slug }: { slug: string }) => <SignedIn>{(me) => <ForCall slug={slug} me={me} />}</SignedIn>;

function ForCall({ slug, me }: { slug: string; me: Me }) {
  const asked = useQuery(CallToAnswerDocument, { slug });
  return (
    <Asking asked={asked} pick={(data) => data.call}>
      {(call) => <Start call={call} me={me} />}
    </Asking>
  );
}

/** What is typed before there is an application. */
interface Begun {
  track: string;
  lead: ChosenActor | null;
  title: string;
  summary: string;
  project: string;
  collective: string;
}

function Start({ call, me }: { call: NonNullable<CallToAnswerQuery["call"]>; me: Me }) {
  const { t, language, euros } = useSpeech();
  const own = ownActors(me);
  const { values, set, drop } = useDraft<Begun>(`${me.user?.id}.candidater.${call.id}`, { track: call.tracks[0]?.id ?? "", lead: own[0] ?? null, title: "", summary: "", project: "", collective: "" });
  const { track, lead, title, summary, project, collective } = values;
  const key = useRef(crypto.randomUUID());
  const { busy, error, run, fieldError } = useWrite();
  const together = call.tracks.find((one) => one.id === track)?.kind === "SMALL_COLLECTIVE";
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const begun = useQuery(InPreparationDocument, {}).data?.worklist?.applicationsToFile.nodes.find((one) => one.call?.id === call.id && one.lead?.id === lead?.id);
  const start = () => void run(async () => {
    setTried(true);
    if (!lead || !title.trim()) {
      form.current?.querySelector<HTMLElement>(lead ? "[name=title]" : "[role=combobox]")?.focus();
      return;
    }
    const input = {
      clientKey: key.current,
      call: call.id,
      track,
      lead: lead.id,
      title: title.trim(),
      summary: summary.trim() || null,
      ...(together ? { collective: collective || null } : { project: project || null }),
    };
    const { startApplication } = await demand(StartApplicationDocument, { input, language });
    drop();
    forget();
    if (startApplication) navigate(`/travail/candidatures/${startApplication.id}`);
  });
  return (
    <div class="page narrow">
      <PageHead over={<a href={`/appels/${call.slug}`}>{call.title}</a>} title={t.work.application.title}>
        {call.closesAt && <Countdown until={call.closesAt} />}
      </PageHead>
      <form ref={form} class="panel stack wide-gap" noValidate onSubmit={(event) => { event.preventDefault(); start(); }}>
        <fieldset class="choices">
          <legend>{t.work.application.which}</legend>
          {call.tracks.map((one) => (
            <label key={one.id} class="choice">
              <input type="radio" name="track" checked={track === one.id} onChange={() => set({ track: one.id })} />
              <span>
                {one.title} <small>{t.call.grant(one.minGrant && euros(one.minGrant), one.maxGrant && euros(one.maxGrant))}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="stack">
          <ActorSearch label={t.work.application.who} onChoose={(actor) => set({ lead: actor })} />
          <span class="hint">{t.work.application.whoMay}</span>
          {begun && (
            <p class="note" role="status">
              {t.work.application.begun} <a href={`/travail/candidatures/${begun.id}`}>{begun.title}</a>
            </p>
          )}
          {lead && <Chosen name={lead.name} drop={() => set({ lead: null })} />}
          {tried && !lead && <span class="field-error" role="alert">{t.work.collective.required}</span>}
        </div>
        <Field label={t.work.application.name} name="title" value={title} onInput={(typed) => set({ title: typed })} required max={300} error={fieldError("input.title") ?? (tried && !title.trim() ? t.work.collective.required : undefined)} />
        <Field label={t.work.application.summary} value={summary} onInput={(typed) => set({ summary: typed })} lines={4} error={fieldError("input.summary")} />
        {lead && <WithWhat lead={lead.id} together={together} value={together ? collective : project} choose={(id) => set(together ? { collective: id } : { project: id })} />}
        <Refused error={error} forbidden={t.work.application.whoMay} />
        <p>
          <button type="submit" class="button primary" disabled={busy || !track}>
            {t.work.application.start}
          </button>
        </p>
      </form>
    </div>
  );
}

/** What is applied with: the project that is asked to be funded, or the collective that files its intent. */
function WithWhat({ lead, together, value, choose }: { lead: string; together: boolean; value: string; choose: (id: string) => void }) {
  const { t } = useSpeech();
  const { data } = useQuery(CarriedDocument, { actor: lead });
  const carried = together ? (data?.collectives.nodes ?? []).map(({ id, name }) => ({ id, name })) : (data?.projects.nodes ?? []).map(({ id, title }) => ({ id, name: title }));
  return (
    <div class="field">
      <label class="label" for="carried">
        {together ? t.work.application.collective : t.work.application.project}
      </label>
      <select id="carried" value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t.work.application.none}</option>
        {carried.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      {data && carried.length === 0 && together && (
        <p class="hint">
          {t.work.application.noneCarried} <a href="/travail/collectif">{t.collective.register}</a>
        </p>
      )}
      {data && !together && <NewProject lead={lead} first={carried.length === 0} done={choose} />}
    </div>
  );
}

/** A project by its title: its page takes the rest later. */
function NewProject({ lead, first, done }: { lead: string; first: boolean; done: (id: string) => void }) {
  const { t } = useSpeech();
  const [title, setTitle] = useState("");
  const key = useRef(crypto.randomUUID());
  const { busy, error, run, fieldError } = useWrite();
  const create = () => void run(async () => {
    const { createProject } = await demand(CreateProjectDocument, { input: { lead, title: title.trim(), clientKey: key.current } });
    key.current = crypto.randomUUID();
    setTitle("");
    forget();
    if (createProject) done(createProject.id);
  });
  return (
    <details open={first}>
      <summary>{t.work.application.newProject}</summary>
      <div class="stack">
        <Field label={t.work.application.projectTitle} value={title} onInput={setTitle} max={300} error={fieldError("input.title")} />
        <Refused error={error} />
        <p>
          <button type="button" class="button small-button" disabled={busy || !title.trim()} onClick={create}>
            {t.work.application.createProject}
          </button>
        </p>
      </div>
    </details>
  );
}

export const ApplicationPage = ({ id }: { id: string }) => <SignedIn>{(me) => <Loaded id={id} me={me} />}</SignedIn>;

function Loaded({ id, me }: { id: string; me: Me }) {
  const { language } = useSpeech();
  const asked = useQuery(ApplicationPageDocument, { id, language });
  useShown(ApplicationPageDocument, { id, language });
  return (
    <Asking asked={asked} pick={(data) => data.application}>
      {(application) => <Application application={application} me={me} />}
    </Asking>
  );
}

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

function Application({ application, me }: { application: EditedApplicationFragment; me: Me }) {
  const { t, language, euros, day } = useSpeech();
  const may = (action: string): boolean => application.permissions.some((one) => one.action === action && one.allowed);
  const editable = may("UPDATE") && (application.status === "DRAFT" || application.status === "AWAITING_SIGN_OFF");
  const { busy, error, run } = useWrite();
  const named = { id: application.id, expectedVersion: application.version, language };
  const kept = application.eligibility.filter((one) => one.passed).length;
  const mine = new Set(ownActors(me).map((one) => one.id));
  return (
    <article class="page">
      <PageHead
        over={
          <span class="row">
            {application.call && <a href={`/appels/${application.call.slug}`}>{application.call.title}</a>}
            <span class="tag sun">{t.enums.applications[application.status]}</span>
          </span>
        }
        title={application.title}
        lead={application.summary}
      >
        {editable && application.call?.closesAt && <Countdown until={application.call.closesAt} />}
      </PageHead>
      <div class="columns">
        <div class="stack wide-gap">
          <Part title={t.work.application.content}>
            <BudgetTable application={application} editable={editable} draft={`${me.user?.id}.budget.${application.id}`} />
          </Part>
        </div>
        <aside class="stack wide-gap">
          <section class="panel stack">
            <h2>{t.work.application.rules}</h2>
            <p class="small">{t.work.application.rulesKept(kept, application.eligibility.length)}</p>
            <ul class="rules">
              {application.eligibility.map((one) => (
                <li key={one.rule} class={one.passed ? "kept" : "broken"}>
                  <Icon name={one.passed ? "check" : "close"} size={18} /> <span>{one.message}</span>
                </li>
              ))}
            </ul>
            <Refused error={error} />
            {editable && (
              <div class="row">
                {application.signOffs.length > 0 && (
                  <button type="button" class="button" disabled={busy} onClick={() => void run(async () => { await demand(RequestSignOffsDocument, named); forget(); })}>
                    {t.work.application.ask}
                  </button>
                )}
                <button type="button" class="button primary" disabled={busy || kept < application.eligibility.length} onClick={() => void run(async () => { await demand(SubmitApplicationDocument, named); forget(); })}>
                  {t.work.application.file}
                </button>
              </div>
            )}
          </section>
          <Part title={t.collective.lead} when={application.lead !== null}>
            {application.lead && <ActorLine actor={application.lead} />}
          </Part>
          <Part title={t.work.application.signOffs} when={application.signOffs.length > 0}>
            <ul class="lines">
              {application.signOffs.map((one) =>
                one.actor ? (
                  <li key={one.actor.id}>
                    <ActorLine actor={one.actor}>{one.signedAt ? t.work.application.signed(day(one.signedAt)) : one.declinedAt ? [t.work.application.declined, one.reason].filter(Boolean).join(" : ") : t.work.application.waits}</ActorLine>
                    {application.status === "AWAITING_SIGN_OFF" && !one.signedAt && mine.has(one.actor.id) && (
                      <button type="button" class="button" disabled={busy} onClick={() => void run(async () => { await demand(SignOffDocument, { actor: one.actor?.id ?? "", application: application.id, language }); forget(); })}>
                        {t.work.application.sign}
                      </button>
                    )}
                  </li>
                ) : null,
              )}
            </ul>
          </Part>
          {application.decision && (
            <Part title={t.work.application.decision}>
              <p>
                {application.decision.outcome === "ACCEPTED" ? t.enums.applications.ACCEPTED : t.enums.applications.REJECTED} · {day(application.decision.decidedOn)}
                {application.decision.grantedAmount && ` · ${euros(application.decision.grantedAmount)}`}
              </p>
              <p class="small">{application.decision.reason}</p>
            </Part>
          )}
        </aside>
      </div>
    </article>
  );
}

function BudgetTable({ application, editable, draft }: { application: EditedApplicationFragment; editable: boolean; draft: string }) {
  const { t, tongue, language, euros } = useSpeech();
  const blank: Action = { title: "", cost: "", lines: [{ source: "THIS_CALL", amount: "", secured: false }] };
  const held = application.budget.actions.map((one): Action => ({ title: one.title, cost: typed(one.cost, tongue), lines: one.lines.map((line) => ({ source: line.source, amount: typed(line.amount, tongue), secured: line.secured })) }));
  const together = application.track?.kind === "SMALL_COLLECTIVE";
  const { values, set: put, drop, settle } = useDraft<{ rows: Action[]; carried: string }>(draft, {
    rows: held.length || !editable ? held : [blank],
    carried: (together ? application.collective?.id : application.project?.id) ?? "",
  });
  const { rows, carried } = values;
  const [saved, setSaved] = useState(false);
  const change = (part: Partial<typeof values>): void => {
    setSaved(false);
    put(part);
  };
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, run } = useWrite();
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
    await demand(UpdateApplicationDocument, { id: application.id, expectedVersion: application.version, input: { actions, ...(together ? { collective: carried || null } : { project: carried || null }) }, language });
    settle();
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
          <button type="button" class="button" onClick={() => change({ rows: [...rows, blank] })}>
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
        <div class={sum.balance !== 0 ? "uneven" : sum.cost > 0 ? "even" : ""}>
          <dt>{t.work.application.balance}</dt>
          <dd>{sum.cost === 0 && sum.balance === 0 ? "—" : sum.balance === 0 ? t.work.application.balanced : sum.balance > 0 ? t.work.application.over(money(sum.balance)) : t.work.application.missing(money(sum.balance))}</dd>
        </div>
      </dl>
      <Refused error={error} drop={drop} />
      {editable && (
        <p class="row">
          <button type="submit" class="button primary" disabled={busy || !sum.sound}>
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
