// An application to a call, begun.

import { useRef, useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { CallToAnswerDocument, InPreparationDocument, StartApplicationDocument, type CallToAnswerQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { Countdown } from "../parts/countdown.tsx";
import { ownActors, type Me } from "./account.ts";
import { WithWhat } from "./carried.tsx";
import { useDraft } from "./draft.ts";
import { ActorSearch, Chosen, Field, Refused, SignedIn, useClientKey, useWrite, type ChosenActor } from "./parts.tsx";

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
  // What another carries is not what this one applies with.
  const setLead = (chosen: ChosenActor | null): void => set({ lead: chosen, ...(chosen?.id === lead?.id ? {} : { project: "", collective: "" }) });
  const keyOf = useClientKey();
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
      call: call.id,
      track,
      lead: lead.id,
      title: title.trim(),
      summary: summary.trim() || null,
      ...(together ? { collective: collective || null } : { project: project || null }),
    };
    const { startApplication } = await demand(StartApplicationDocument, { input: { ...input, clientKey: keyOf(input) }, language });
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
          <ActorSearch label={t.work.application.who} onChoose={(actor) => setLead(actor)} />
          <span class="hint">{t.work.application.whoMay}</span>
          {begun && (
            <p class="note" role="status">
              {t.work.application.begun} <a href={`/travail/candidatures/${begun.id}`}>{begun.title}</a>
            </p>
          )}
          {lead && <Chosen name={lead.name} drop={() => setLead(null)} />}
          {tried && !lead && <span class="field-error" role="alert">{t.work.collective.required}</span>}
        </div>
        <Field label={t.work.application.name} name="title" value={title} onInput={(typed) => set({ title: typed })} required max={300} error={fieldError("input.title") ?? (tried && !title.trim() ? t.work.collective.required : undefined)} />
        <Field label={t.work.application.summary} value={summary} onInput={(typed) => set({ summary: typed })} lines={4} error={fieldError("input.summary")} />
        {lead && <WithWhat lead={lead.id} together={together} value={together ? collective : project} choose={(id) => set(together ? { collective: id } : { project: id })} />}
        <Refused error={error} forbidden={t.work.application.whoMay} />
        <p>
          <button type="submit" class="button primary" aria-disabled={busy} disabled={!track}>
            {t.work.application.start}
          </button>
        </p>
      </form>
    </div>
  );
}
