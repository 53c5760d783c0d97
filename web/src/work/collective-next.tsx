// What a collective does next, and sending it to be reviewed.

import { useRef, useState } from "preact/hooks";
import { demand, forget } from "../api/client.ts";
import { AdvanceCollectiveDocument, SetNextStepsDocument, SubmitDocument, type CollectiveStage, type EditedCollectiveFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { Icon } from "../parts/icons.tsx";
import { useDraft } from "./draft.ts";
import { Field, Refused, useWrite } from "./parts.tsx";

interface Step {
  id: string | null;
  title: string;
  due: string;
  owner: string;
  status: EditedCollectiveFragment["nextSteps"][number]["status"];
}

/** Whether something is said of a step that is not named: it would be lost. */
const isNameless = (step: Step): boolean => !step.title.trim() && (step.id !== null || step.due !== "" || step.owner !== "");

const ORDER: CollectiveStage[] = ["INTENT", "FORMING", "STRUCTURED", "ACTING", "CLOSED"];

export function Next({ draft, collective }: { draft: string; collective: EditedCollectiveFragment }) {
  const { t, language } = useSpeech();
  const blank: Step = { id: null, title: "", due: "", owner: "", status: "TODO" };
  // What was just saved is newer than what was read, until it is read again.
  const [answered, setAnswered] = useState(collective);
  const latest = answered.version > collective.version ? answered : collective;
  const held = latest.nextSteps.map((one) => ({ id: one.id, title: one.title, due: one.due ?? "", owner: one.owner?.id ?? "", status: one.status }));
  const { values, base, set: put, drop, rebase } = useDraft<{ steps: Step[] }>(draft, { steps: held.length ? held : [blank] }, latest.version);
  const { steps } = values;
  const setSteps = (changed: Step[]): void => put({ steps: changed });
  const [said, setSaid] = useState<"saved" | "submitted" | null>(null);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, run, clear } = useWrite();
  const set = (index: number, part: Partial<Step>): void => {
    setSaid(null);
    setSteps(steps.map((step, at) => (at === index ? { ...step, ...part } : step)));
  };
  const members = collective.members.nodes.flatMap((one) => (one.actor && one.status === "ACCEPTED" ? [one.actor] : []));
  /** Saves them; null where one has no name yet. */
  const save = async (): Promise<EditedCollectiveFragment | null> => {
    setTried(true);
    const nameless = steps.findIndex(isNameless);
    if (nameless >= 0) {
      form.current?.querySelectorAll<HTMLElement>(".step-form")[nameless]?.querySelector("input")?.focus();
      return null;
    }
    if (!form.current?.reportValidity()) return null;
    const filled = steps.filter((step) => step.title.trim());
    const input = filled.map((step) => ({ id: step.id, title: step.title.trim(), due: step.due || null, owner: step.owner || null, status: step.status }));
    const { setNextSteps } = await demand(SetNextStepsDocument, { collective: collective.id, expectedVersion: base, steps: input, language });
    drop();
    if (setNextSteps) setAnswered(setNextSteps);
    forget();
    return setNextSteps ?? latest;
  };
  /** Saves them, and then does something with the collective as it is saved; whether it was done. */
  const saveAnd = (write: (saved: { id: string; expectedVersion: number }) => Promise<unknown>): Promise<boolean | null> => run(async () => {
    const saved = await save();
    if (!saved) return false;
    await write({ id: saved.id, expectedVersion: saved.version });
    forget();
    return true;
  });
  const next = ORDER[ORDER.indexOf(collective.stage) + 1];
  const maySubmit = collective.permissions.some((one) => one.action === "SUBMIT" && one.allowed);
  return (
    <form
      ref={form}
      class="panel stack wide-gap"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void run(save).then((saved) => saved && setSaid("saved"));
      }}
    >
      <ol class="stack">
        {steps.map((step, index) => (
          <li key={index} class="step-form">
            <Field label={`${t.work.collective.stepTitle} ${index + 1}`} value={step.title} onInput={(title) => set(index, { title })} max={300} error={tried && isNameless(step) ? t.work.collective.required : undefined} />
            <Field label={t.work.collective.stepDue} value={step.due} onInput={(due) => set(index, { due })} type="date" />
            <div class="field">
              <label class="label" for={`owner-${index}`}>
                {t.work.collective.stepOwner}
              </label>
              <select id={`owner-${index}`} value={step.owner} onChange={(event) => set(index, { owner: event.currentTarget.value })}>
                <option value="">—</option>
                {members.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </div>
            <button type="button" class="icon-button bare" aria-label={`${t.work.collective.removeStep} ${index + 1}`} onClick={() => setSteps(steps.filter((_, at) => at !== index))}>
              <Icon name="close" size={18} />
            </button>
          </li>
        ))}
      </ol>
      <p>
        <button type="button" class="button" onClick={() => setSteps([...steps, blank])}>
          <Icon name="plus" size={16} /> {t.work.collective.addStep}
        </button>
      </p>
      {collective.blockers.length > 0 && (
        <ul class="blockers">
          {collective.blockers.map((one) => (
            <li key={one.message}>
              <Icon name="warn" size={18} /> {one.message}
            </li>
          ))}
        </ul>
      )}
      <Refused error={error} over={{ drop, rebase, clear }} />
      {said && (
        <p class="note note-good" role="status">
          {said === "saved" ? t.work.saved : t.work.collective.submitted}
        </p>
      )}
      <div class="row">
        <a class="button" href={`/travail/collectifs/${collective.slug}?etape=3`}>
          {t.work.collective.back}
        </a>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {t.work.save}
        </button>
        {maySubmit && collective.status !== "SUBMITTED" && (
          <button
            type="button"
            class="button"
            aria-disabled={busy}
            onClick={() => void saveAnd((saved) => demand(SubmitDocument, saved)).then((done) => done && setSaid("submitted"))}
          >
            {t.work.collective.submit}
          </button>
        )}
        {next && collective.blockers.length === 0 && (
          <button
            type="button"
            class="button"
            aria-disabled={busy}
            onClick={() => void saveAnd((saved) => demand(AdvanceCollectiveDocument, { ...saved, to: next, language }))}
          >
            {t.work.collective.advance(t.enums.stages[next])}
          </button>
        )}
        <a class="button quiet" href={`/collectifs/${collective.slug}`}>
          {t.work.collective.page}
        </a>
      </div>
    </form>
  );
}
