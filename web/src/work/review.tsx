// A decision on what someone submitted, with before and after side by side.

import { useEffect, useRef, useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { ReviewDocument, ReviewedDocument, type ReviewDecision, type ReviewedQuery } from "../api/generated.ts";
import { useSpeech, type Words } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { saidBy, tells } from "../lib/changed.ts";
import { Changes } from "../parts/changes.tsx";
import { Icon } from "../parts/icons.tsx";
import { Field, Refused, SignedIn, useWrite } from "./parts.tsx";

type Node = NonNullable<ReviewedQuery["node"]>;
type Reviewed = Extract<Node, { version: number }>;

export const ReviewPage = ({ id }: { id: string }) => <SignedIn>{() => <Loaded id={id} />}</SignedIn>;

function Loaded({ id }: { id: string }) {
  const asked = useQuery(ReviewedDocument, { id });
  useShown(ReviewedDocument, { id });
  return (
    <Asking asked={asked} pick={(data) => (data.node && "version" in data.node ? (data.node as Reviewed) : null)}>
      {(thing) => <Decide thing={thing} />}
    </Asking>
  );
}

function nameOf(thing: Reviewed, t: Words): string {
  if (thing.__typename === "Suggestion") return t.work.suggestion(thing.actor?.name ?? "");
  if (thing.__typename === "Interaction") return t.work.link(thing.source.name, thing.target.name);
  return "name" in thing ? thing.name : thing.title;
}

function pageOf(thing: Reviewed): string | null {
  switch (thing.__typename) {
    case "Actor":
      return `/acteurs/${thing.slug}`;
    case "Call":
      return `/appels/${thing.slug}`;
    case "Collective":
      return `/collectifs/${thing.slug}`;
    case "Project":
      return `/projets/${thing.slug}`;
    case "GoodPractice":
      return `/pratiques/${thing.slug}`;
    case "SharedDiagnosis":
      return `/diagnostics/${thing.slug}`;
    case "Suggestion":
      return thing.actor ? `/acteurs/${thing.actor.slug}` : null;
    default:
      return null;
  }
}

function Decide({ thing }: { thing: Reviewed }) {
  const { t, instant } = useSpeech();
  const [reason, setReason] = useState<string | null>(null);
  const [decided, setDecided] = useState<ReviewDecision | null>(null);
  const { busy, error, run } = useWrite();
  const page = pageOf(thing);
  const told = useRef<HTMLDivElement>(null);
  // What was pressed is gone: the keyboard goes to what came of it.
  useEffect(() => told.current?.focus(), [decided]);
  const decide = (decision: ReviewDecision) => void run(async () => {
    await demand(ReviewDocument, { id: thing.id, expectedVersion: thing.version, decision, reason: decision === "REJECT" ? reason : null });
    setDecided(decision);
    forget();
  });
  const open = thing.__typename === "Suggestion" ? thing.suggestionStatus === "PENDING" : thing.status === "SUBMITTED";
  return (
    <article class="page">
      <PageHead over={thing.__typename === "Suggestion" ? t.work.reviews : t.work.reviewOf(t.search.kinds[thing.__typename] ?? t.table.links)} title={nameOf(thing, t)} lead={thing.__typename === "Suggestion" ? thing.comment : null}>
        {page && (
          <p class="row">
            <a class="button" href={page}>
              {t.work.lookAt}
            </a>
            {thing.__typename === "Actor" && (
              <a class="button" href={`/travail/doublons/${thing.slug}`}>
                {t.actor.duplicates}
              </a>
            )}
          </p>
        )}
      </PageHead>
      {thing.__typename === "Suggestion" ? (
        <section class="part">
          <p class="small">{[instant(thing.createdAt), thing.by && t.work.by(thing.by)].filter(Boolean).join(" · ")}</p>
          <Changes changes={thing.changes} />
        </section>
      ) : (
        <section class="part">
          {(thing.history?.nodes ?? []).filter(tells).map((revision) => (
            <div key={revision.id} class="stack">
              <p>
                <strong>{t.enums.revisions[revision.action]}</strong> <span class="small">{[instant(revision.at), revision.by && t.work.by(saidBy(revision.by, t)), revision.comment && t.work.said(revision.comment)].filter(Boolean).join(" · ")}</span>
              </p>
              <Changes changes={revision.changes} />
            </div>
          ))}
          {(thing.history?.nodes ?? []).length === 0 && <p class="small">{t.work.noChanges}</p>}
        </section>
      )}
      {decided && (
        <div class="note note-good" role="status" tabIndex={-1} ref={told}>
          <Icon name="check" />
          <p>
            <strong>{decided === "REJECT" ? t.work.rejected : thing.__typename === "Suggestion" ? t.work.approved : t.work.published}</strong> <a href="/travail">{t.work.backToWork}</a>
          </p>
        </div>
      )}
      {!open && !decided && (
        <div class="note" role="status">
          <p>
            {thing.__typename === "Suggestion" ? (thing.suggestionStatus === "ACCEPTED" ? t.work.wasAccepted : t.work.wasDeclined) : t.work.notWaiting} {thing.__typename === "Suggestion" && thing.reason} <a href="/travail">{t.work.backToWork}</a>
          </p>
        </div>
      )}
      {open && !decided && (
        <div class="decide panel stack">
          {reason !== null && <Field label={t.work.reason} hint={t.work.reasonHelp} value={reason} onInput={setReason} lines={3} max={500} required first />}
          <Refused error={error} />
          {thing.__typename === "Suggestion" && error?.code === "CONFLICT" && <p class="hint">{t.work.suggestionStale}</p>}
          <div class="row">
            {reason === null ? (
              <>
                <button key="approve" type="button" class="button primary" aria-disabled={busy} onClick={() => decide("APPROVE")}>
                  {thing.__typename === "Suggestion" ? t.work.approve : t.work.publish}
                </button>
                <button key="why" type="button" class="button danger" aria-disabled={busy} onClick={() => setReason("")}>
                  {t.work.reject}
                </button>
              </>
            ) : (
              <>
                <button key="reject" type="button" class="button danger" aria-disabled={busy} disabled={!reason.trim()} onClick={() => decide("REJECT")}>
                  {t.work.reject}
                </button>
                <button key="cancel" type="button" class="button quiet" onClick={() => setReason(null)}>
                  {t.work.cancel}
                </button>
              </>
            )}
          </div>
        </div>
      )}
    </article>
  );
}
