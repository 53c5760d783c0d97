// Two entries side by side: the same actor, or two.

import { useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { DuplicatesDocument, DuplicatesOfDocument, MarkDistinctDocument, MergeActorsDocument, type ComparedFragment } from "../api/generated.ts";
import { useSpeech, type Words } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { useShown } from "../lib/shown.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { KindBadge } from "../parts/icons.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { ActorSearch, Refused, SignedIn, useWrite } from "./parts.tsx";

export const DuplicatesPage = ({ slug }: { slug: string }) => <SignedIn>{() => <Loaded slug={slug} />}</SignedIn>;

function Loaded({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const asked = useQuery(DuplicatesDocument, { slug, language });
  return (
    <Asking asked={asked} pick={(data) => data.actor}>
      {(actor) => <Candidates actor={actor} />}
    </Asking>
  );
}

function Candidates({ actor }: { actor: ComparedFragment }) {
  const { t, language } = useSpeech();
  const variables = { id: actor.id, language };
  const { data, error, again, loading } = useQuery(DuplicatesOfDocument, variables);
  useShown(DuplicatesOfDocument, variables);
  const [other, setOther] = useState<string | null>(null);
  const chosen = useQuery(DuplicatesDocument, other ? { slug: other, language } : null).data?.actor;
  const candidates = data?.duplicatesOf ?? [];
  return (
    <div class="page">
      <PageHead over={<a href={`/acteurs/${actor.slug}`}>{actor.name}</a>} title={t.work.duplicates.title(actor.name)} />
      <div class="half">
        <ActorSearch label={t.work.duplicates.choose} onChoose={(one) => setOther(one.slug)} />
      </div>
      {error && <Failed error={error} again={again} />}
      {loading && <Loading />}
      {data && candidates.length === 0 && !chosen && <Empty title={t.work.duplicates.none} help={t.work.duplicates.noneHelp} />}
      {chosen && chosen.id !== actor.id && !candidates.some((one) => one.actor.id === chosen.id) && <Pair a={actor} b={chosen} reasons={[]} verdict={null} />}
      {candidates.map((one) => (
        <Pair key={one.actor.id} a={actor} b={one.actor} reasons={one.reasons} verdict={one.verdict} />
      ))}
    </div>
  );
}

type FieldName = keyof Words["work"]["duplicates"]["fields"];

/** What is compared of an actor, as text. */
export function comparedFields(actor: ComparedFragment, t: Words): [FieldName, string][] {
  return [
    ["name", actor.name],
    ["shortName", actor.shortName ?? ""],
    ["kind", t.actorKinds[actor.kind]],
    ["seat", actor.seat?.name ?? ""],
    ["address", [actor.location?.address, actor.location?.postcode].filter(Boolean).join(", ")],
    ["website", actor.website ?? ""],
    ["description", actor.description ?? ""],
    ["themes", actor.themes.map((theme) => theme.label).join(", ")],
    ["areas", actor.areasServed.map((place) => place.name).join(", ")],
    ["registrations", actor.registrations.map((one) => `${t.enums.schemes[one.scheme]} ${one.value}`).join(", ")],
    ["links", String(actor.interactions.totalCount)],
    ["origins", actor.origins.map((one) => one.source).join(", ")],
  ];
}

/** Whoever may put both away may have one take over the other. */
const mayMerge = (...actors: ComparedFragment[]): boolean => actors.every(({ permissions }) => permissions.some((one) => one.action === "ARCHIVE" && one.allowed));

function Pair({ a, b, reasons, verdict }: { a: ComparedFragment; b: ComparedFragment; reasons: string[]; verdict: keyof Words["work"]["duplicates"]["verdicts"] | null }) {
  const { t } = useSpeech();
  const [keep, setKeep] = useState(a.id);
  const { busy, error, run } = useWrite();
  const may = mayMerge(a, b);
  const left = comparedFields(a, t);
  const right = comparedFields(b, t);
  const merge = () => void run(async () => {
    const [kept, gone] = keep === a.id ? [a, b] : [b, a];
    await demand(MergeActorsDocument, { keep: kept.id, keepVersion: kept.version, merge: gone.id, mergeVersion: gone.version });
    forget();
    navigate(`/acteurs/${kept.slug}`);
  });
  const apart = () => void run(async () => {
    await demand(MarkDistinctDocument, { a: a.id, b: b.id });
    forget();
  });
  return (
    <section class="panel stack pair" aria-label={`${a.name} / ${b.name}`}>
      <div class="row">
        {verdict && <span class={`tag ${verdict === "DISTINCT" ? "good" : "sun"}`}>{t.work.duplicates.verdicts[verdict]}</span>}
        <span class="small">{reasons.join(" · ")}</span>
      </div>
      <div class="table-wrap" tabIndex={0} role="region" aria-label={`${a.name} / ${b.name}`}>
        <table class="compare" role="table">
          <thead role="rowgroup">
            <tr role="row">
              <td role="cell" />
              {[a, b].map((one) => (
                <th key={one.id} scope="col" role="columnheader">
                  {may ? (
                    <label class="choice">
                      <input type="radio" name={`keep-${a.id}-${b.id}`} checked={keep === one.id} onChange={() => setKeep(one.id)} />
                      <KindBadge kind={one.kind} size={22} /> {t.work.duplicates.keep}
                    </label>
                  ) : (
                    <a href={`/acteurs/${one.slug}`}>{one.name}</a>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {left.map(([field, value], index) => {
              const opposite = right[index]?.[1] ?? "";
              const differs = value !== opposite;
              return (
                <tr key={field} role="row" class={differs ? "differs" : ""}>
                  <th scope="row" role="rowheader">{t.work.duplicates.fields[field]}</th>
                  <td role="cell">{value || "—"}</td>
                  <td role="cell">{opposite || "—"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="small">{may ? t.work.duplicates.mergeHelp : t.work.duplicates.forbidden}</p>
      <Refused error={error} />
      <div class="row">
        {may && (
          <button type="button" class="button primary" aria-disabled={busy} disabled={verdict === "DISTINCT"} onClick={merge}>
            {t.work.duplicates.merge}
          </button>
        )}
        {may && verdict !== "DISTINCT" && (
          <button type="button" class="button" aria-disabled={busy} onClick={apart}>
            {t.work.duplicates.distinct}
          </button>
        )}
      </div>
    </section>
  );
}
