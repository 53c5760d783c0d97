// What forms are made of.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError, forget, useQuery } from "../api/client.ts";
import { FindActorDocument } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { Combobox, useSettled } from "../parts/search.tsx";
import { Empty, Failed, Loading, PLAIN } from "../parts/states.tsx";
import { Icon } from "../parts/icons.tsx";
import { useMe, type Me } from "./account.ts";
import type { Draft } from "./draft.ts";
import { SignInAgain } from "./sign-in.tsx";

/** What the note above a form whose session has ended is called in addresses. */
export const SIGN_IN_AGAIN = "se-reconnecter";

/** Lets in who is signed in, and asks others to; what someone has under their hands stays there when the session ends. */
export function SignedIn({ children }: { children: (me: Me) => ComponentChildren }) {
  const { t } = useSpeech();
  const { me, error, loading, again } = useMe();
  const last = useRef<Me | null>(null);
  if (me?.user) last.current = me;
  if (last.current)
    return (
      <>
        {!me && !loading && !error && <SignInAgain />}
        {children(last.current)}
      </>
    );
  return (
    <div class="page">
      {loading ? (
        <Loading />
      ) : error && error.code !== "UNAUTHENTICATED" ? (
        <>
          <h1 class="unseen">{t.work.title}</h1>
          <Failed error={error} again={again} />
        </>
      ) : (
        <Empty title={t.work.needSignIn}>
          <h1 class="unseen">{t.work.signIn}</h1>
          <a class="button primary" href={`/connexion?puis=${encodeURIComponent(location.pathname + location.search)}`}>
            {t.work.signIn}
          </a>
        </Empty>
      )}
    </div>
  );
}

/** Runs a write: busy meanwhile, its refusal in words, by field where the API says which. */
export function useWrite(): {
  busy: boolean;
  error: ApiError | null;
  run: <R>(write: () => Promise<R>) => Promise<R | null>;
  /** Says no more of the last refusal. */
  clear: () => void;
  fieldError: (path: string) => string | undefined;
} {
  const [state, set] = useState<{ busy: boolean; error: ApiError | null }>({ busy: false, error: null });
  // A second click before the button is grey writes nothing twice.
  const running = useRef(false);
  // The keyboard goes to the first field that is wrong.
  useEffect(() => {
    if (state.error?.fields.length) document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
  }, [state.error]);
  return {
    ...state,
    run: async (write) => {
      if (running.current) return null;
      running.current = true;
      set({ busy: true, error: null });
      try {
        const result = await write();
        set({ busy: false, error: null });
        return result;
      } catch (error) {
        set({ busy: false, error: error instanceof ApiError ? error : new ApiError("INTERNAL", String(error)) });
        return null;
      } finally {
        running.current = false;
      }
    },
    clear: () => set({ busy: false, error: null }),
    fieldError: (path) => state.error?.fields.find((one) => one.path === path || one.path.startsWith(`${path}.`) || one.path.startsWith(`${path}[`))?.message,
  };
}

/** The same key for every try of the same content, so that a second click, or a try after a lost answer, creates nothing twice. */
export function useClientKey(): (content: object) => string {
  const held = useRef<{ content: string; key: string } | null>(null);
  return (content) => {
    const written = JSON.stringify(content);
    if (held.current?.content !== written) held.current = { content: written, key: crypto.randomUUID() };
    return held.current.key;
  };
}

/** What was typed, and how to say no more of its refusal once it is given up. */
type Over = Pick<Draft<object>, "drop" | "rebase"> & { clear: () => void };

/** Why something was not done; `forbidden` says what to do where one may not, `over` what is typed over what is held. */
export function Refused({ error, forbidden, over }: { error: ApiError | null; forbidden?: string; over?: Over }) {
  const { t, tongue } = useSpeech();
  if (!error) return null;
  return (
    <div class="note note-alert" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <strong>{t.state.errors[error.code === "CONFLICT" && !error.stale ? "UNFIT" : error.code] ?? error.code}</strong>
        </p>
        {error.fields.length > 0 ? (
          <ul class="dots">
            {error.fields.map((one) => (
              <li key={one.path + one.message}>
                <code>{one.path}</code> {one.message}
              </li>
            ))}
          </ul>
        ) : (
          !PLAIN.includes(error.code) && (error.code === "FORBIDDEN" ? forbidden || tongue === "en" : true) && <p class="small">{(error.code === "FORBIDDEN" && forbidden) || error.message}</p>
        )}
        {error.code === "UNAUTHENTICATED" && (
          <p>
            <a href={`#${SIGN_IN_AGAIN}`}>{t.work.signIn}</a>
          </p>
        )}
        {error.code === "CONFLICT" && <Reread error={error} over={over} />}
      </div>
    </div>
  );
}

/** Reads again what someone else has saved, under what is typed here. */
function Reread({ error, over }: { error: ApiError; over?: Over }) {
  const { t } = useSpeech();
  const [of, setOf] = useState<ApiError | null>(null);
  const read = of === error;
  return (
    <>
      {read && <p role="status">{over ? t.work.rereadOver : t.work.reread}</p>}
      <p class="row">
        {!read && (
          <button type="button" class="button small-button" onClick={() => { setOf(error); over?.rebase(); forget(); }}>
            {t.work.readAgain}
          </button>
        )}
        {read && over && (
          <button type="button" class="button small-button" onClick={() => { over.drop(); over.clear(); }}>
            {t.work.giveUp}
          </button>
        )}
      </p>
    </>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  error?: string;
  lines?: number;
  type?: "text" | "email" | "password" | "date" | "url" | "number";
  required?: boolean;
  max?: number;
  /** Puts the keyboard into it as soon as it is there. */
  first?: boolean;
  name?: string;
  autocomplete?: "current-password" | "new-password" | "username" | "off";
}

export function Field({ label, name, value, onInput, hint, error, lines, type = "text", required, max, first, autocomplete }: FieldProps) {
  const id = useId();
  useLayoutEffect(() => {
    if (first) document.getElementById(id)?.focus();
  }, []);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const shared = {
    id,
    name,
    value,
    required,
    maxLength: max,
    // A year of three digits is a slip.
    ...(type === "date" ? { min: "1900-01-01", max: "2199-12-31" } : {}),
    "aria-describedby": described,
    "aria-invalid": error ? (true as const) : undefined,
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {lines ? (
        <textarea {...shared} rows={lines} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input {...shared} type={type as "text"} autocomplete={autocomplete} list={undefined} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {error && (
        <span class="field-error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

export interface ChosenActor {
  id: string;
  slug: string;
  name: string;
}

export function ActorSearch({ label, labelSeen = true, onChoose }: { label: string; labelSeen?: boolean; onChoose: (actor: ChosenActor) => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const settled = useSettled(text.trim());
  const { data, loading, ...asked } = useQuery(FindActorDocument, settled.length > 1 ? { text: settled } : null);
  const choices = (data?.search?.edges ?? []).flatMap(({ node, context }) =>
    node.__typename === "Actor"
      ? [{ key: node.id, label: node.name, detail: [t.actorKinds[node.actorKind], context].filter(Boolean).join(" · "), value: { id: node.id, slug: node.slug, name: node.name } }]
      : [],
  );
  return (
    <Combobox
      label={label}
      labelSeen={labelSeen}
      placeholder={t.work.actorSearch}
      text={text}
      onText={setText}
      choices={choices}
      loading={loading || settled !== text.trim()}
      {...asked}
      none={t.work.noActor}
      icon={<Icon name="search" />}
      onChoose={(actor) => {
        setText("");
        onChoose(actor);
      }}
    />
  );
}

export function Chosen({ name, drop }: { name: string; drop: () => void }) {
  const { t } = useSpeech();
  return (
    <p class="chosen">
      <strong>{name}</strong>
      <button type="button" class="icon-button bare" aria-label={t.filters.remove(name)} onClick={drop}>
        <Icon name="close" size={16} />
      </button>
    </p>
  );
}
