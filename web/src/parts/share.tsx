// What can be taken from a view: its address, its question, a sheet of paper.

import { useEffect, useRef, useState } from "preact/hooks";
import { useSpeech } from "../i18n/index.ts";
import { useQuestion } from "../lib/shown.ts";
import { Icon } from "./icons.tsx";

async function copied(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard: a field that is selected and copied does.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

export function Copy({ text, label, done }: { text: string; label: string; done: string }) {
  const [said, setSaid] = useState(false);
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(false), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button type="button" class="button small-button" onClick={() => void copied(text).then(() => setSaid(true))}>
      <Icon name={said ? "check" : "link"} size={16} /> <span aria-live="polite">{said ? done : label}</span>
    </button>
  );
}

export function ShareBar() {
  const { t } = useSpeech();
  const [asked, setAsked] = useState(false);
  const [said, setSaid] = useState(false);
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(false), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div class="share">
      <button type="button" class="button" title={t.query.hint} aria-label={t.query.open} onClick={() => setAsked(true)}>
        <Icon name="code" /> <span class="button-words">{t.query.short}</span>
      </button>
      <button type="button" class="icon-button" title={t.share.copy} aria-label={t.share.copy} onClick={() => void copied(location.href).then(() => setSaid(true))}>
        <Icon name={said ? "check" : "link"} />
      </button>
      <span class="unseen" aria-live="polite">
        {said ? t.share.copied : ""}
      </span>
      <button type="button" class="icon-button" title={t.share.print} aria-label={t.share.print} onClick={() => print()}>
        <Icon name="print" />
      </button>
      {asked && <QuestionDialog close={() => setAsked(false)} />}
    </div>
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function QuestionDialog({ close }: { close: () => void }) {
  const { t } = useSpeech();
  const question = useQuestion();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const variables = JSON.stringify(question?.variables ?? {}, null, 2);
  const document = question?.document ?? "";
  const curl = `curl -s ${location.origin}/graphql -H 'content-type: application/json' -d ${quoted(JSON.stringify({ query: document, variables: question?.variables ?? {} }))}`;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="question-title" onClose={close} onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <div class="dialog-inner">
        <header class="row spread">
          <h2 id="question-title">{t.query.title}</h2>
          <button type="button" class="icon-button bare" aria-label={t.query.close} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        <p>{t.query.help}</p>
        <div class="row spread">
          <h3>{t.query.document}</h3>
          <Copy text={document} label={t.query.copy} done={t.query.copied} />
        </div>
        <pre tabIndex={0}>{document}</pre>
        <div class="row spread">
          <h3>{t.query.variables}</h3>
          <Copy text={variables} label={t.query.copy} done={t.query.copied} />
        </div>
        <pre tabIndex={0}>{variables}</pre>
        <div class="row spread">
          <h3>{t.query.curl}</h3>
          <Copy text={curl} label={t.query.copy} done={t.query.copied} />
        </div>
        <p>
          <a class="button" href="/graphiql" target="_blank" rel="noopener">
            {t.query.explorer} <Icon name="out" size={16} />
          </a>
        </p>
      </div>
    </dialog>
  );
}
