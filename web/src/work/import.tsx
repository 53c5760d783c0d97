// A file of someone's: its plan to read, then exactly that plan written.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { demand, forget, useQuery } from "../api/client.ts";
import { ImportBoundsDocument, ImportedEntriesDocument, ImportFileDocument, type ImportedEntriesQuery, type ImportFileInput, type ImportKind, type ImportToldFragment } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { base64, packed, roomFor } from "../lib/sending.ts";
import { PageHead, useTitle } from "../pages/page.tsx";
import { ActorLine, Part } from "../parts/bits.tsx";
import { Icon } from "../parts/icons.tsx";
import { Empty } from "../parts/states.tsx";
import { mayImport } from "./account.ts";
import { Arrived, Figures, Plan, Problems } from "./import-plan.tsx";
import { Field, Refused, SignedIn, useWrite } from "./parts.tsx";

const KINDS: ImportKind[] = ["ACTORS", "INTERACTIONS", "CALLS"];
const ENDINGS = ".xlsx,.csv,.tsv,.txt,.geojson,.json,.geojsonl,.toml,.gz";

export const ImportPage = () => <SignedIn>{(me) => (mayImport(me) ? <Import /> : <Forbidden />)}</SignedIn>;

function Forbidden() {
  const { t } = useSpeech();
  useTitle(t.work.imports.title);
  return (
    <div class="page">
      <h1 class="unseen">{t.work.imports.title}</h1>
      <Empty title={t.work.imports.forbidden} help={t.work.imports.forbiddenHelp}>
        <a class="button" href="/travail">
          {t.work.title}
        </a>
      </Empty>
    </div>
  );
}

/** Bytes as people read them. */
function useBytes(): (bytes: number) => string {
  const { number, tongue } = useSpeech();
  const [kilo, mega] = tongue === "fr" ? ["ko", "Mo"] : ["kB", "MB"];
  return (bytes) => (bytes < 999_500 ? `${number(Math.max(1, bytes / 1000))} ${kilo}` : `${number(bytes / 1_000_000, 1)} ${mega}`);
}

function Import() {
  const { t, number } = useSpeech();
  const words = t.work.imports;
  const bytes = useBytes();
  const limits = useQuery(ImportBoundsDocument, {}).data?.viewer.limits;
  const [kind, setKind] = useState<ImportKind>("ACTORS");
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState("");
  const [sheet, setSheet] = useState("");
  const [plan, setPlan] = useState<{ sent: ImportFileInput; told: ImportToldFragment } | null>(null);
  const [done, setDone] = useState<ImportToldFragment | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  // What was refused of an earlier choice says nothing of this one.
  const [tried, setTried] = useState<"nothing" | "plan" | "all">("nothing");
  const planning = useWrite();
  const applying = useWrite();
  const room = limits ? roomFor(limits.maxBodyBytes) : null;

  // A plan is of one file, read one way: another choice makes it none, also while it is on its way.
  const choices = useRef(0);
  const choose = (change: () => void): void => {
    choices.current += 1;
    change();
    setPlan(null);
    setDone(null);
    setTrouble(null);
    setTried("nothing");
  };
  const ask = async (): Promise<void> => {
    if (!file) return;
    choose(() => undefined);
    const choice = choices.current;
    if (file.size === 0) {
      setTrouble(words.blank);
      return;
    }
    const content = await packed(file).catch(() => null);
    if (!content || (room !== null && content.size > room)) {
      setTrouble(content && room !== null ? words.tooLarge(bytes(content.size), bytes(room)) : words.unread);
      return;
    }
    const sent: ImportFileInput = { kind, name: file.name, content: await base64(content), source: source.trim() || null, sheet: sheet.trim() || null };
    setTried("plan");
    const { importFile } = await demand(ImportFileDocument, { input: { ...sent, dryRun: true } });
    if (importFile && choice === choices.current) setPlan({ sent, told: importFile });
  };
  const apply = async (): Promise<void> => {
    if (!plan?.told.digest) return;
    setTried("all");
    const answer = await applying.run(() => demand(ImportFileDocument, { input: { ...plan.sent, dryRun: false, expected: plan.told.digest } }));
    if (!answer?.importFile) return;
    setDone(answer.importFile);
    forget();
  };

  return (
    <div class="page">
      <PageHead over={<a href="/travail">{t.work.title}</a>} title={words.title} lead={done ? undefined : words.lead} />
      {done ? (
        <Done report={done} again={() => choose(() => setFile(null))} />
      ) : (
        <>
          <form
            class="panel stack wide-gap import-form"
            onSubmit={(event) => {
              event.preventDefault();
              // Busy from the first click on: a file takes its time before it is sent.
              void planning.run(ask);
            }}
          >
            <fieldset class="choices inline">
              <legend>{words.what}</legend>
              {KINDS.map((one) => (
                <label key={one} class="choice">
                  <input type="radio" name="kind" checked={kind === one} onChange={() => choose(() => setKind(one))} /> {words.kinds[one]}
                </label>
              ))}
            </fieldset>
            <Drop file={file} hint={limits && room !== null ? words.fileHelp(number(limits.maxImportRows), bytes(room)) : ""} take={(one) => choose(() => setFile(one))} />
            <details>
              <summary>{words.more}</summary>
              <div class="stack half">
                <Field label={words.source} hint={words.sourceHelp} value={source} max={200} onInput={(text) => choose(() => setSource(text))} error={planning.fieldError("input.source")} />
                <Field label={words.sheet} hint={words.sheetHelp} value={sheet} max={200} onInput={(text) => choose(() => setSheet(text))} error={planning.fieldError("input.sheet")} />
              </div>
            </details>
            {trouble && <Trouble words={trouble} />}
            <Refused error={tried === "plan" ? planning.error : null} forbidden={words.forbiddenHelp} />
            <p class="row">
              <button type="submit" class={`button ${plan ? "" : "primary"}`} disabled={!file || planning.busy || applying.busy}>
                {planning.busy ? words.planning : words.plan}
              </button>
            </p>
          </form>
          {plan && <Plan report={plan.told} busy={applying.busy} error={tried === "all" ? applying.error : null} apply={() => void apply()} />}
        </>
      )}
    </div>
  );
}

const Trouble = ({ words }: { words: string }) => (
  <div class="note note-alert" role="alert">
    <Icon name="warn" />
    <p>{words}</p>
  </div>
);

/** Where a file is dropped, or chosen by the keyboard. */
function Drop({ file, hint, take }: { file: File | null; hint: string; take: (file: File) => void }) {
  const { t } = useSpeech();
  const words = t.work.imports;
  const bytes = useBytes();
  const [over, setOver] = useState(false);
  const taken = (files: FileList | null | undefined): void => {
    const [first] = files ?? [];
    if (first) take(first);
  };
  return (
    <div class="field">
      <span class="label" id="import-file-label">
        {words.file}
      </span>
      <span class="hint" id="import-file-hint">
        {hint}
      </span>
      <label
        class={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          taken(event.dataTransfer?.files);
        }}
      >
        <input
          type="file"
          accept={ENDINGS}
          aria-labelledby="import-file-label import-file-name"
          aria-describedby="import-file-hint"
          onChange={(event) => {
            taken(event.currentTarget.files);
            // So that the same file, corrected, is taken again.
            event.currentTarget.value = "";
          }}
        />
        <Icon name="download" />
        <span id="import-file-name">{file ? words.dropped(file.name, bytes(file.size)) : words.drop}</span>
      </label>
    </div>
  );
}

function Done({ report, again }: { report: ImportToldFragment; again: () => void }) {
  const { t } = useSpeech();
  const words = t.work.imports;
  const ids = report.sample.flatMap((row) => (row.entry && (row.outcome === "CREATE" || row.outcome === "UPDATE") ? [row.entry] : [])).slice(0, 20);
  const { data } = useQuery(ImportedEntriesDocument, ids.length > 0 ? { ids } : null);
  return (
    <section class="stack wide-gap import-done">
      <div class="panel stack">
        <Arrived>{words.doneTitle}</Arrived>
        <Figures report={report} />
        <p class="small">
          {words.rows(report.rows, report.repeats)} {words.doneLead}
        </p>
        <p class="row">
          <a class="button primary" href="/tableau">
            {words.list}
          </a>
          <button type="button" class="button" onClick={again}>
            {words.another}
          </button>
        </p>
      </div>
      {data && (
        <Part title={words.entries}>
          <ul class="lines">
            {data.nodes.map((node) => node && <li key={"id" in node ? node.id : ""}>{entry(node)}</li>)}
          </ul>
        </Part>
      )}
      <Problems report={report} />
    </section>
  );
}

type Node = NonNullable<ImportedEntriesQuery["nodes"][number]>;

function entry(node: Node): ComponentChildren {
  switch (node.__typename) {
    case "Actor":
      return <ActorLine actor={node} />;
    case "Call":
      return <a href={`/appels/${node.slug}`}>{node.title}</a>;
    case "Interaction":
      return (
        <>
          <a href={`/acteurs/${node.source.slug}`}>{node.source.name}</a> → <a href={`/acteurs/${node.target.slug}`}>{node.target.name}</a>
        </>
      );
    default:
      return null;
  }
}
