// Changing an actor; who may not change it proposes the change.

import { useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { EditedActorDocument, SuggestActorEditDocument, UpdateActorDocument, type EditedActorQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import type { Me } from "./account.ts";
import { useDraft } from "./draft.ts";
import { Field, Refused, SignedIn, useWrite } from "./parts.tsx";

export const EditActorPage = ({ slug }: { slug: string }) => <SignedIn>{(me) => <Loaded slug={slug} me={me} />}</SignedIn>;

function Loaded({ slug, me }: { slug: string; me: Me }) {
  const asked = useQuery(EditedActorDocument, { slug });
  return (
    <Asking asked={asked} pick={(data) => data.actor}>
      {(actor) => <Edit actor={actor} me={me} />}
    </Asking>
  );
}

function Edit({ actor, me }: { actor: NonNullable<EditedActorQuery["actor"]>; me: Me }) {
  const { t } = useSpeech();
  const may = actor.permissions.some((one) => one.action === "UPDATE" && one.allowed);
  const held = { name: actor.name, shortName: actor.shortName ?? "", description: actor.description ?? "", website: actor.website ?? "" };
  const { values, base, reread, set, drop, rebase } = useDraft(`${me.user?.id}.acteur.${actor.id}`, { ...held, comment: "" }, actor.version);
  const [sent, setSent] = useState(false);
  const { busy, error, run, clear, fieldError } = useWrite();
  const changed = (["name", "shortName", "description", "website"] as const).filter((one) => values[one].trim() !== held[one]);
  const save = () => void run(async () => {
    const input = Object.fromEntries(changed.map((one) => [one, values[one].trim() || (one === "name" ? "" : null)]));
    if (may) {
      // What changes nothing would be a version of its own in the history.
      if (changed.length > 0) await demand(UpdateActorDocument, { id: actor.id, expectedVersion: base, input });
      drop();
      forget();
      navigate(`/acteurs/${actor.slug}`);
    } else {
      await demand(SuggestActorEditDocument, { id: actor.id, input, comment: values.comment.trim() || null });
      drop();
      setSent(true);
    }
  });
  const field = (one: keyof typeof held) => ({
    label: t.work.duplicates.fields[one],
    value: values[one],
    onInput: (typed: string) => set({ [one]: typed }),
    error: fieldError(`input.${one}`),
    // Where someone else has saved meanwhile, both are seen.
    hint: reread && changed.includes(one) ? t.work.heldNow(held[one]) : undefined,
  });
  return (
    <div class="page narrow">
      <PageHead over={<a href={`/acteurs/${actor.slug}`}>{actor.name}</a>} title={may ? t.work.edit.title(actor.name) : t.work.edit.suggest(actor.name)} />
      {sent ? (
        <p class="note note-good" role="status">
          {t.work.edit.sent}
        </p>
      ) : (
        <form
          class="panel stack"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Field {...field("name")} required max={300} />
          <Field {...field("shortName")} />
          <Field {...field("description")} lines={6} />
          <Field {...field("website")} type="url" />
          {!may && <Field label={t.work.edit.comment} value={values.comment} onInput={(comment) => set({ comment })} lines={2} />}
          <Refused error={error} over={{ drop, rebase, clear }} />
          <p class="row">
            <button type="submit" class="button primary" aria-disabled={busy}>
              {may ? t.work.save : t.work.send}
            </button>
            <a class="button quiet" href={`/acteurs/${actor.slug}`} onClick={drop}>
              {t.work.cancel}
            </a>
          </p>
        </form>
      )}
    </div>
  );
}
