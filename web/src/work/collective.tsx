// Registering a collective in four short steps; each is saved when one goes on.

import { useRef, useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import {
  CollectiveToEditDocument, RegisterCollectiveDocument, UpdateCollectiveDocument, VocabularyDocument, type CollectiveKind, type EditedCollectiveFragment, type Urgency,
} from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { Icon } from "../parts/icons.tsx";
import { TerritorySearch } from "../parts/search.tsx";
import type { Place } from "../lib/selection.ts";
import { ownActors, type Me } from "./account.ts";
import { Members } from "./collective-members.tsx";
import { Next } from "./collective-next.tsx";
import { useDraft } from "./draft.ts";
import { ActorSearch, Chosen, Field, Refused, SignedIn, useClientKey, useWrite, type ChosenActor } from "./parts.tsx";

type Collective = EditedCollectiveFragment;

export const RegisterPage = () => <SignedIn>{(me) => <Wizard me={me} collective={null} at={0} />}</SignedIn>;

export function EditCollectivePage({ slug, at }: { slug: string; at: number }) {
  const { language } = useSpeech();
  return (
    <SignedIn>
      {(me) => <Loaded slug={slug} at={at} me={me} language={language} />}
    </SignedIn>
  );
}

function Loaded({ slug, at, me, language }: { slug: string; at: number; me: Me; language: "FR" | "EN" }) {
  const asked = useQuery(CollectiveToEditDocument, { slug, language });
  return (
    <Asking asked={asked} pick={(data) => data.collective}>
      {(collective) => <Wizard key={collective.id} me={me} collective={collective} at={at} />}
    </Asking>
  );
}

function Wizard({ me, collective, at }: { me: Me; collective: Collective | null; at: number }) {
  const { t } = useSpeech();
  const [held, setHeld] = useState(collective);
  const current = collective ?? held;
  // The empty form is not gone back to from what was registered with it.
  const go = (slug: string, step: number): void => navigate(`/travail/collectifs/${slug}?etape=${step + 1}`, !collective);
  const draft = (step: string): string => `${me.user?.id}.${collective?.id ?? "nouveau"}.${step}`;
  const steps = t.work.collective.steps;
  return (
    <div class="page narrow">
      <PageHead over={t.work.collective.step(at + 1, steps.length)} title={current ? t.work.collective.editTitle(current.name) : t.work.collective.title} lead={<p class="small">{t.work.collective.saves}</p>}>
        <ol class="wizard-steps">
          {steps.map((name, index) => (
            <li key={name} aria-current={index === at ? "step" : undefined}>
              {current ? (
                <a href={`/travail/collectifs/${current.slug}?etape=${index + 1}`}>
                  {index + 1}. {name}
                </a>
              ) : (
                <span>
                  {index + 1}. {name}
                </span>
              )}
            </li>
          ))}
        </ol>
      </PageHead>
      {at === 0 && <Who draft={draft("qui")} me={me} collective={current} done={(saved) => { setHeld(saved); go(saved.slug, 1); }} />}
      {at === 1 && current && <Intent draft={draft("intention")} collective={current} done={(saved) => go(saved.slug, 2)} />}
      {at === 2 && current && <Members draft={draft("membres")} collective={current} next={() => go(current.slug, 3)} />}
      {at === 3 && current && <Next draft={draft("suite")} collective={current} />}
    </div>
  );
}

interface Whose {
  name: string;
  kind: CollectiveKind;
  places: (Place & { name: string })[];
  theme: string;
  lead: ChosenActor | null;
}

function Who({ draft, me, collective, done }: { draft: string; me: Me; collective: Collective | null; done: (collective: Collective) => void }) {
  const { t, language } = useSpeech();
  const own = ownActors(me);
  const words = useQuery(VocabularyDocument, { language }).data;
  const { values, touched, base, set, drop, rebase } = useDraft<Whose>(draft, {
    name: collective?.name ?? "",
    kind: collective?.kind ?? "SMALL_COLLECTIVE",
    places: collective?.territories ?? [],
    theme: collective?.themes[0]?.slug ?? "",
    lead: own[0] ?? null,
  }, collective?.version);
  const { name, kind, places, theme, lead } = values;
  const others = (collective?.themes ?? []).slice(1).filter((one) => one.slug !== theme);
  const keyOf = useClientKey();
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, run, clear, fieldError } = useWrite();
  const save = () => void run(async () => {
    setTried(true);
    if (!name.trim() || places.length === 0) {
      form.current?.querySelector<HTMLElement>(name.trim() ? "[role=combobox]" : "input")?.focus();
      return;
    }
    if (collective && Object.keys(touched).length === 0) {
      done(collective);
      return;
    }
    const territories = places.map((place) => ({ code: { kind: place.kind, code: place.code } }));
    const themes = [...(theme ? [theme] : []), ...others.map((one) => one.slug)];
    if (collective) {
      // What nobody touched stays as it is.
      const input = {
        ...(touched.name === undefined ? {} : { name: name.trim() }),
        ...(touched.kind ? { kind } : {}),
        ...(touched.places ? { territories } : {}),
        ...(touched.theme === undefined ? {} : { themes }),
      };
      const { updateCollective } = await demand(UpdateCollectiveDocument, { id: collective.id, expectedVersion: base, input, language });
      drop();
      forget();
      if (updateCollective) done(updateCollective);
    } else {
      const input = { name: name.trim(), kind, territories, themes, lead: lead?.id };
      const { registerCollective } = await demand(RegisterCollectiveDocument, { input: { ...input, clientKey: keyOf(input) }, language });
      drop();
      forget();
      if (registerCollective) done(registerCollective);
    }
  });
  return (
    <form ref={form} class="panel stack wide-gap" noValidate onSubmit={(event) => { event.preventDefault(); save(); }}>
      <Field label={t.work.collective.name} value={name} onInput={(typed) => set({ name: typed })} required max={300} error={fieldError("input.name") ?? (tried && !name.trim() ? t.work.collective.required : undefined)} />
      <fieldset class="choices">
        <legend>{t.work.collective.kind}</legend>
        {(["SMALL_COLLECTIVE", "ACTION_COMMUNITY"] as const).map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="kind" checked={kind === one} onChange={() => set({ kind: one })} />
            <span>{one === "SMALL_COLLECTIVE" ? t.work.collective.small : t.work.collective.community}</span>
          </label>
        ))}
      </fieldset>
      <div class="stack">
        <TerritorySearch label={t.work.collective.where} labelSeen onChoose={({ kind: sort, code, name: called }) => set({ places: [...places.filter((one) => one.kind !== sort || one.code !== code), { kind: sort, code, name: called }] })} />
        {places.map((place) => (
          <Chosen key={place.kind + place.code} name={place.name} drop={() => set({ places: places.filter((one) => one !== place) })} />
        ))}
        {tried && places.length === 0 && <span class="field-error" role="alert">{t.work.collective.required}</span>}
      </div>
      {!collective && (
        <div class="stack">
          <ActorSearch label={t.work.collective.lead} onChoose={(actor) => set({ lead: actor })} />
          <span class="hint">{t.work.collective.leadHelp}</span>
          {lead && <Chosen name={lead.name} drop={() => set({ lead: null })} />}
        </div>
      )}
      <div class="field">
        <label class="label" for="collective-theme">
          {t.work.collective.theme}
        </label>
        <select id="collective-theme" value={theme} onChange={(event) => set({ theme: event.currentTarget.value })}>
          <option value="">{t.work.collective.unsaid}</option>
          {(words?.themes ?? []).map((one) => (
            <option key={one.slug} value={one.slug}>
              {one.broader ? "  · " : ""}
              {one.label}
            </option>
          ))}
        </select>
        {others.length > 0 && <span class="hint">{t.work.collective.otherThemes(others.map((one) => words?.themes.find((theme) => theme.slug === one.slug)?.label ?? one.slug).join(", "))}</span>}
      </div>
      <Refused error={error} over={collective ? { drop, rebase, clear } : undefined} />
      <p>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {t.work.collective.next} <Icon name="right" size={16} />
        </button>
      </p>
    </form>
  );
}

const URGENCIES: Urgency[] = ["LOW", "MODERATE", "HIGH", "CRITICAL"];

function Intent({ draft, collective, done }: { draft: string; collective: Collective; done: (collective: Collective) => void }) {
  const { t, language } = useSpeech();
  const { intent } = collective;
  const { values, touched, base, set, drop, rebase } = useDraft<{ finding: string; change: string; why: string; urgency: Urgency | "" }>(draft, {
    finding: intent?.sharedFinding ?? "",
    change: intent?.changeSought ?? "",
    why: intent?.whyNow ?? "",
    urgency: intent?.urgency ?? "",
  }, collective.version);
  const { finding, change, why, urgency } = values;
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, error, run, clear, fieldError } = useWrite();
  const save = () => void run(async () => {
    setTried(true);
    if (!finding.trim()) {
      form.current?.querySelector("textarea")?.focus();
      return;
    }
    if (Object.keys(touched).length === 0) {
      done(collective);
      return;
    }
    const input = {
      intent: {
        sharedFinding: finding.trim(),
        changeSought: change.trim() || null,
        whyNow: why.trim() || null,
        urgency: urgency || null,
        audiences: intent?.audiences ?? [],
        partnersSought: intent?.partnersSought ?? [],
        fundingSought: intent?.fundingSought ?? null,
        fundingNote: intent?.fundingNote ?? null,
      },
    };
    const { updateCollective } = await demand(UpdateCollectiveDocument, { id: collective.id, expectedVersion: base, input, language });
    drop();
    forget();
    if (updateCollective) done(updateCollective);
  });
  return (
    <form ref={form} class="panel stack wide-gap" noValidate onSubmit={(event) => { event.preventDefault(); save(); }}>
      <Field label={t.work.collective.finding} hint={t.work.collective.findingHelp} value={finding} onInput={(typed) => set({ finding: typed })} lines={3} required error={fieldError("input.intent.sharedFinding") ?? (tried && !finding.trim() ? t.work.collective.required : undefined)} />
      <Field label={t.work.collective.change} value={change} onInput={(typed) => set({ change: typed })} lines={3} error={fieldError("input.intent.changeSought")} />
      <Field label={t.work.collective.why} value={why} onInput={(typed) => set({ why: typed })} lines={2} error={fieldError("input.intent.whyNow")} />
      <fieldset class="choices inline">
        <legend>{t.work.collective.urgency}</legend>
        <label class="choice">
          <input type="radio" name="urgency" checked={urgency === ""} onChange={() => set({ urgency: "" })} />
          <span>{t.work.collective.unsaid}</span>
        </label>
        {URGENCIES.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="urgency" checked={urgency === one} onChange={() => set({ urgency: one })} />
            <span>{t.enums.urgencies[one]}</span>
          </label>
        ))}
      </fieldset>
      <Refused error={error} over={{ drop, rebase, clear }} />
      <p class="row">
        <a class="button" href={`/travail/collectifs/${collective.slug}?etape=1`}>
          {t.work.collective.back}
        </a>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {t.work.collective.next} <Icon name="right" size={16} />
        </button>
      </p>
    </form>
  );
}
