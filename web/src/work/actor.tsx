// Changing an actor; who may not change it proposes the change.

import { useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { EditedActorDocument, SuggestActorEditDocument, UpdateActorDocument, type EditedActorQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { Asking, PageHead } from "../pages/page.tsx";
import { Field, Refused, SignedIn, useWrite } from "./parts.tsx";

export const EditActorPage = ({ slug }: { slug: string }) => <SignedIn>{() => <Loaded slug={slug} />}</SignedIn>;

function Loaded({ slug }: { slug: string }) {
  const asked = useQuery(EditedActorDocument, { slug });
  return (
    <Asking asked={asked} pick={(data) => data.actor}>
      {(actor) => <Edit key={actor.version} actor={actor} />}
    </Asking>
  );
}

function Edit({ actor }: { actor: NonNullable<EditedActorQuery["actor"]> }) {
  const { t } = useSpeech();
  const may = actor.permissions.some((one) => one.action === "UPDATE" && one.allowed);
  const [name, setName] = useState(actor.name);
  const [shortName, setShortName] = useState(actor.shortName ?? "");
  const [description, setDescription] = useState(actor.description ?? "");
  const [website, setWebsite] = useState(actor.website ?? "");
  const [comment, setComment] = useState("");
  const [sent, setSent] = useState(false);
  const { busy, error, run, fieldError } = useWrite();
  const changed = (now: string, before: string | null): string | null | undefined => (now.trim() === (before ?? "") ? undefined : now.trim() || null);
  const save = () => void run(async () => {
    const input = {
      ...(name.trim() === actor.name ? {} : { name: name.trim() }),
      ...Object.fromEntries(
        Object.entries({ shortName: changed(shortName, actor.shortName), description: changed(description, actor.description), website: changed(website, actor.website) }).filter(([, value]) => value !== undefined),
      ),
    };
    if (may) {
      await demand(UpdateActorDocument, { id: actor.id, expectedVersion: actor.version, input });
      forget();
      navigate(`/acteurs/${actor.slug}`);
    } else {
      await demand(SuggestActorEditDocument, { id: actor.id, input, comment: comment.trim() || null });
      setSent(true);
    }
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
          <Field label={t.work.duplicates.fields.name} value={name} onInput={setName} required max={300} error={fieldError("input.name")} />
          <Field label={t.work.duplicates.fields.shortName} value={shortName} onInput={setShortName} error={fieldError("input.shortName")} />
          <Field label={t.work.duplicates.fields.description} value={description} onInput={setDescription} lines={6} error={fieldError("input.description")} />
          <Field label={t.work.duplicates.fields.website} value={website} onInput={setWebsite} type="url" error={fieldError("input.website")} />
          {!may && <Field label={t.work.edit.comment} value={comment} onInput={setComment} lines={2} />}
          <Refused error={error} />
          <p class="row">
            <button type="submit" class="button primary" disabled={busy}>
              {may ? t.work.save : t.work.send}
            </button>
            <a class="button quiet" href={`/acteurs/${actor.slug}`}>
              {t.work.cancel}
            </a>
          </p>
        </form>
      )}
    </div>
  );
}
