// An application to a call: its budget kept in balance, its rules watched, filed.

import { demand, forget, useQuery } from "../api/client.ts";
import { ApplicationPageDocument, RequestSignOffsDocument, SignOffDocument, SubmitApplicationDocument, type EditedApplicationFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { ActorLine, Part } from "../parts/bits.tsx";
import { Countdown } from "../parts/countdown.tsx";
import { Icon } from "../parts/icons.tsx";
import { ownActors, type Me } from "./account.ts";
import { BudgetTable, useBudget } from "./budget.tsx";
import { Refused, SignedIn, useWrite } from "./parts.tsx";

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

function Application({ application, me }: { application: EditedApplicationFragment; me: Me }) {
  const { t, language, euros, day } = useSpeech();
  const may = (action: string): boolean => application.permissions.some((one) => one.action === action && one.allowed);
  const editable = may("UPDATE") && (application.status === "DRAFT" || application.status === "AWAITING_SIGN_OFF");
  const budget = useBudget(application, editable, me);
  const { busy, error, run } = useWrite();
  const named = { id: application.id, expectedVersion: editable ? budget.base : application.version, language };
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
            <BudgetTable application={application} editable={editable} draft={budget} />
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
            {budget.unsaved && (
              <p class="note" role="status">
                {t.work.application.unsaved}
              </p>
            )}
            {editable && (
              <div class="row">
                {application.signOffs.length > 0 && (
                  <button type="button" class="button" aria-disabled={busy} disabled={budget.unsaved} onClick={() => void run(async () => { await demand(RequestSignOffsDocument, named); forget(); })}>
                    {t.work.application.ask}
                  </button>
                )}
                <button type="button" class="button primary" aria-disabled={busy} disabled={budget.unsaved || kept < application.eligibility.length} onClick={() => void run(async () => { await demand(SubmitApplicationDocument, named); forget(); })}>
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
                      <button type="button" class="button" aria-disabled={busy} onClick={() => void run(async () => { await demand(SignOffDocument, { actor: one.actor?.id ?? "", application: application.id, language }); forget(); })}>
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
