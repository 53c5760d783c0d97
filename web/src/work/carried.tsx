// What an application is made with: a project, or a collective.

import { useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { CarriedDocument, CreateProjectDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { Field, Refused, useClientKey, useWrite } from "./parts.tsx";

/** What is applied with: the project that is asked to be funded, or the collective that files its intent. */
export function WithWhat({ lead, together, value, choose }: { lead: string; together: boolean; value: string; choose: (id: string) => void }) {
  const { t } = useSpeech();
  const { data } = useQuery(CarriedDocument, { actor: lead });
  const carried = together ? (data?.collectives.nodes ?? []).map(({ id, name }) => ({ id, name })) : (data?.projects.nodes ?? []).map(({ id, title }) => ({ id, name: title }));
  return (
    <div class="field">
      <label class="label" for="carried">
        {together ? t.work.application.collective : t.work.application.project}
      </label>
      <select id="carried" value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t.work.application.none}</option>
        {carried.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      {data && carried.length === 0 && together && (
        <p class="hint">
          {t.work.application.noneCarried} <a href="/travail/collectif">{t.collective.register}</a>
        </p>
      )}
      {data && !together && <NewProject lead={lead} first={carried.length === 0} done={choose} />}
    </div>
  );
}

/** A project by its title: its page takes the rest later. */
function NewProject({ lead, first, done }: { lead: string; first: boolean; done: (id: string) => void }) {
  const { t } = useSpeech();
  const [title, setTitle] = useState("");
  const keyOf = useClientKey();
  const { busy, error, run, fieldError } = useWrite();
  const create = () => void run(async () => {
    const input = { lead, title: title.trim() };
    const { createProject } = await demand(CreateProjectDocument, { input: { ...input, clientKey: keyOf(input) } });
    setTitle("");
    forget();
    if (createProject) done(createProject.id);
  });
  return (
    <details open={first}>
      <summary>{t.work.application.newProject}</summary>
      <div class="stack">
        <Field label={t.work.application.projectTitle} value={title} onInput={setTitle} max={300} error={fieldError("input.title")} />
        <Refused error={error} />
        <p>
          <button type="button" class="button small-button" aria-disabled={busy} disabled={!title.trim()} onClick={create}>
            {t.work.application.createProject}
          </button>
        </p>
      </div>
    </details>
  );
}
