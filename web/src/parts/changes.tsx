// What changed, before and after side by side.

import { useQuery } from "../api/client.ts";
import { VocabularyDocument, type RevisionLineFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { fieldName, isTold, saidBy, tells, valueOf } from "../lib/changed.ts";
import { Part } from "./bits.tsx";

interface Change {
  field: string;
  before: string | null;
  after: string | null;
}

export function Changes({ changes }: { changes: Change[] }) {
  const { t, language, day, instant } = useSpeech();
  const told = changes.filter(isTold);
  const themed = told.some((change) => change.field === "themes");
  const words = useQuery(VocabularyDocument, themed ? { language } : null).data;
  if (told.length === 0) return null;
  const reader = { t, day, instant, themes: new Map(words?.themes.map(({ slug, label }) => [slug, label])) };
  const cell = (field: string, value: string | null, Mark: "del" | "ins") => <td>{value === null || value === "" ? <span class="small">—</span> : <Mark>{valueOf(field, value, reader)}</Mark>}</td>;
  return (
    <div class="table-wrap">
      <table class="changes">
        <thead>
          <tr>
            <th scope="col">{t.work.field}</th>
            <th scope="col">{t.work.before}</th>
            <th scope="col">{t.work.after}</th>
          </tr>
        </thead>
        <tbody>
          {told.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{fieldName(field, t)}</th>
              {cell(field, before, "del")}
              {cell(field, after, "ins")}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function History({ revisions }: { revisions: RevisionLineFragment[] | null | undefined }) {
  const { t, instant } = useSpeech();
  if (!revisions || revisions.length === 0) return null;
  return (
    <Part title={t.actor.history}>
      <ol class="history">
        {revisions.filter(tells).map((revision) => (
          <li key={revision.id}>
            <p>
              <strong>{t.enums.revisions[revision.action]}</strong> <time dateTime={revision.at}>{instant(revision.at)}</time>
              {revision.by && <span> · {saidBy(revision.by, t)}</span>}
            </p>
            {revision.comment && <p class="small">{t.work.said(revision.comment)}</p>}
            <Changes changes={revision.changes} />
          </li>
        ))}
      </ol>
    </Part>
  );
}
