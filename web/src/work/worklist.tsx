// What waits for someone: one list for each kind of answer.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { AnswerMembershipDocument, AnswerSupportDocument, ConfirmInteractionDocument, DisputeInteractionDocument, WorklistDocument, type WorklistQuery } from "../api/generated.ts";
import { useSpeech, type Words } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { PageHead } from "../pages/page.tsx";
import { ActorLine } from "../parts/bits.tsx";
import { CallLines } from "../parts/calls.tsx";
import { lastMinute } from "../parts/countdown.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { mayImport, type Me } from "./account.ts";
import { Field, Refused, SignedIn, useWrite } from "./parts.tsx";

type List = NonNullable<WorklistQuery["worklist"]>;
type Subject = List["reviews"]["nodes"][number]["subject"];

export function subjectName(subject: Subject, t: Words): string {
  switch (subject.__typename) {
    case "Interaction":
      return t.work.link(subject.source.name, subject.target.name);
    case "Suggestion":
      return t.work.suggestion(subject.actor?.name ?? "");
    case "Actor":
    case "Collective":
      return subject.name;
    default:
      return subject.title;
  }
}

export const WorkPage = () => <SignedIn>{(me) => <Work me={me} />}</SignedIn>;

function Work({ me }: { me: Me }) {
  const { t, instant } = useSpeech();
  const { data, error, again } = useQuery(WorklistDocument, {});
  useShown(WorklistDocument, {});
  const list = data?.worklist;
  const nothing = list && [list.collectivesToFinish, list.applicationsToFile, list.reviews, list.interactionsToConfirm, list.membershipsToAnswer, list.signOffsToGive, list.applicationsToDecide, list.supportRequests, list.callsClosingSoon].every((one) => one.totalCount === 0);
  return (
    <div class="page">
      <PageHead over={me.user?.displayName ?? ""} title={t.work.title} lead={t.work.lead} />
      <div class="columns">
        <div class="stack wide-gap">
          {error && <Failed error={error} again={again} />}
          {!list && !error && <Loading lines={8} />}
          {nothing && <Empty title={t.work.nothing} help={t.work.nothingHelp} />}
          {list && (
            <>
              <Duty title={t.work.reviews} count={list.reviews.totalCount}>
                {list.reviews.nodes.map(({ subject, submittedAt, submittedBy, duplicates }) => (
                  <li key={subject.id} class="duty">
                    <span>
                      <strong>{subjectName(subject, t)}</strong>
                      <small>{[instant(submittedAt), submittedBy && t.work.by(submittedBy), duplicates.length > 0 && t.work.alike(duplicates.length)].filter(Boolean).join(" · ")}</small>
                    </span>
                    <a class="button" href={`/travail/relecture/${subject.id}`}>
                      {t.work.review}
                    </a>
                  </li>
                ))}
              </Duty>
              <Duty title={t.work.unfinished} count={list.collectivesToFinish.totalCount}>
                {list.collectivesToFinish.nodes.map((one) => (
                  <li key={one.id} class="duty">
                    <span>
                      <strong>{one.name}</strong>
                      <small>{[t.search.kinds.Collective, one.status && t.enums.statuses[one.status]].filter(Boolean).join(" · ")}</small>
                    </span>
                    <a class="button" href={`/travail/collectifs/${one.slug}?etape=4`}>
                      {t.work.goOn}
                    </a>
                  </li>
                ))}
              </Duty>
              <Duty title={t.work.unfiled} count={list.applicationsToFile.totalCount}>
                {list.applicationsToFile.nodes.map((one) => (
                  <li key={one.id} class="duty">
                    <span>
                      <strong>{one.title}</strong>
                      <small>{[one.lead?.name, one.call?.title, t.enums.applications[one.status], one.call?.closesAt && t.work.closes(instant(lastMinute(one.call.closesAt)))].filter(Boolean).join(" · ")}</small>
                    </span>
                    <a class="button" href={`/travail/candidatures/${one.id}`}>
                      {t.work.goOn}
                    </a>
                  </li>
                ))}
              </Duty>
              <Duty title={t.work.interactions} count={list.interactionsToConfirm.totalCount}>
                {list.interactionsToConfirm.nodes.map((one) => (
                  <InteractionDuty key={one.id} interaction={one} />
                ))}
              </Duty>
              <Duty title={t.work.memberships} count={list.membershipsToAnswer.totalCount}>
                {list.membershipsToAnswer.nodes.map((one) => (
                  <MembershipDuty key={one.id} membership={one} />
                ))}
              </Duty>
              <Duty title={t.work.signOffs} count={list.signOffsToGive.totalCount}>
                {list.signOffsToGive.nodes.map((one) => (
                  <li key={one.id} class="duty">
                    <span>
                      <strong>{one.title}</strong>
                      <small>{one.call?.title}</small>
                    </span>
                    <a class="button" href={`/travail/candidatures/${one.id}`}>
                      {t.work.look}
                    </a>
                  </li>
                ))}
              </Duty>
              <Duty title={t.work.decide} count={list.applicationsToDecide.totalCount}>
                {list.applicationsToDecide.nodes.map((one) => (
                  <li key={one.id} class="duty">
                    <span>
                      <strong>{one.title}</strong>
                      <small>{[one.lead?.name, one.call?.title, t.enums.applications[one.status]].filter(Boolean).join(" · ")}</small>
                    </span>
                    <a class="button" href={`/travail/candidatures/${one.id}`}>
                      {t.work.look}
                    </a>
                  </li>
                ))}
              </Duty>
              <Duty title={t.work.support} count={list.supportRequests.totalCount}>
                {list.supportRequests.nodes.map((one) => (
                  <SupportDuty key={one.id} request={one} />
                ))}
              </Duty>
              {list.callsClosingSoon.totalCount > 0 && (
                <section class="part">
                  <h2>{t.work.closing}</h2>
                  <CallLines calls={list.callsClosingSoon.nodes} />
                </section>
              )}
            </>
          )}
        </div>
        <aside class="stack wide-gap">
          <section class="panel stack">
            <h2>{t.work.rights}</h2>
            <ul class="lines">
              {me.grants.map((grant) => (
                <li key={grant.id}>
                  <strong>{t.work.roles[grant.role]}</strong>
                  <br />
                  {grant.actor ? <a href={`/acteurs/${grant.actor.slug}`}>{grant.actor.name}</a> : (grant.territory?.name ?? t.work.everywhere)}
                </li>
              ))}
            </ul>
            <p>
              <a class="button" href="/travail/collectif">
                {t.collective.register}
              </a>
            </p>
          </section>
          {mayImport(me) && (
            <section class="panel stack">
              <h2>{t.work.imports.title}</h2>
              <p class="small">{t.work.imports.openHelp}</p>
              <p>
                <a class="button" href="/travail/import">
                  {t.work.imports.open}
                </a>
              </p>
            </section>
          )}
        </aside>
      </div>
    </div>
  );
}

function Duty({ title, count, children }: { title: string; count: number; children: ComponentChildren }) {
  const { number } = useSpeech();
  if (count === 0) return null;
  return (
    <section class="part">
      <h2>
        {title} <span class="tag sun">{number(count)}</span>
      </h2>
      <ul class="duties">{children}</ul>
    </section>
  );
}

function InteractionDuty({ interaction }: { interaction: List["interactionsToConfirm"]["nodes"][number] }) {
  const { t } = useSpeech();
  const { busy, error, run } = useWrite();
  const [why, setWhy] = useState<string | null>(null);
  const named = { id: interaction.id, expectedVersion: interaction.version };
  const answer = (write: () => Promise<unknown>) => void run(async () => {
    await write();
    forget();
  });
  return (
    <li class="duty">
      <div class="stack">
        <strong>{t.interactionKinds[interaction.kind]}</strong>
        <ActorLine actor={interaction.source} />
        <ActorLine actor={interaction.target} />
        {interaction.description && <p class="small">{interaction.description}</p>}
        {why !== null && <Field label={t.work.reason} value={why} onInput={setWhy} lines={2} max={500} required />}
        <Refused error={error} />
      </div>
      <span class="row">
        {why === null ? (
          <>
            <button type="button" class="button primary" aria-disabled={busy} onClick={() => answer(() => demand(ConfirmInteractionDocument, named))}>
              {t.work.confirm}
            </button>
            <button type="button" class="button" aria-disabled={busy} onClick={() => setWhy("")}>
              {t.work.dispute}
            </button>
          </>
        ) : (
          <>
            <button type="button" class="button danger" aria-disabled={busy} disabled={!why.trim()} onClick={() => answer(() => demand(DisputeInteractionDocument, { ...named, reason: why }))}>
              {t.work.dispute}
            </button>
            <button type="button" class="button quiet" onClick={() => setWhy(null)}>
              {t.work.cancel}
            </button>
          </>
        )}
      </span>
    </li>
  );
}

function MembershipDuty({ membership }: { membership: List["membershipsToAnswer"]["nodes"][number] }) {
  const { t } = useSpeech();
  const { busy, error, run } = useWrite();
  const answer = (accept: boolean) => void run(async () => {
    await demand(AnswerMembershipDocument, { id: membership.id, accept });
    forget();
  });
  return (
    <li class="duty">
      <div>
        {membership.collective && (
          <a href={`/collectifs/${membership.collective.slug}`}>
            <strong>{membership.collective.name}</strong>
          </a>
        )}
        <p class="small">{[membership.actor?.name, t.enums.memberRoles[membership.role], membership.responsibility].filter(Boolean).join(" · ")}</p>
        <Refused error={error} />
      </div>
      <span class="row">
        <button type="button" class="button primary" aria-disabled={busy} onClick={() => answer(true)}>
          {t.work.accept}
        </button>
        <button type="button" class="button" aria-disabled={busy} onClick={() => answer(false)}>
          {t.work.decline}
        </button>
      </span>
    </li>
  );
}

function SupportDuty({ request }: { request: List["supportRequests"]["nodes"][number] }) {
  const { t, instant } = useSpeech();
  const { busy, error, run } = useWrite();
  const [words, setWords] = useState<string | null>(null);
  return (
    <li class="duty">
      <div class="stack">
        <strong>{request.description}</strong>
        <small>{[request.collective?.name ?? request.requester?.name, t.enums.supports[request.status], instant(request.createdAt)].filter(Boolean).join(" · ")}</small>
        {words !== null && <Field label={t.work.answer} value={words} onInput={setWords} lines={3} required />}
        <Refused error={error} />
      </div>
      <span class="row">
        {words === null ? (
          <button type="button" class="button" onClick={() => setWords("")}>
            {t.work.answer}
          </button>
        ) : (
          <>
            <button
              type="button"
              class="button primary"
              aria-disabled={busy}
              disabled={!words.trim()}
              onClick={() => void run(async () => {
                await demand(AnswerSupportDocument, { id: request.id, answer: words });
                forget();
              })}
            >
              {t.work.send}
            </button>
            <button type="button" class="button quiet" onClick={() => setWords(null)}>
              {t.work.cancel}
            </button>
          </>
        )}
      </span>
    </li>
  );
}
