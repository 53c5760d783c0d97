// One box over everything that is published: a combobox after the ARIA practices.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useQuery, type ApiError } from "../api/client.ts";
import { FindDocument, FindTerritoryDocument, type FindQuery, type FindTerritoryQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { readText, type Place } from "../lib/selection.ts";
import { placePath } from "../lib/territories.ts";
import { Icon } from "./icons.tsx";

/** What is typed, once typing pauses. */
export function useSettled(text: string, pause = 200): string {
  const [settled, set] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => set(text), pause);
    return () => clearTimeout(timer);
  }, [text, pause]);
  return settled;
}

export interface Choice<T> {
  key: string;
  label: string;
  detail: string;
  value: T;
}

interface ComboboxProps<T> {
  label: string;
  placeholder?: string;
  text: string;
  onText: (text: string) => void;
  choices: Choice<T>[];
  loading: boolean;
  /** Why nothing was found that is no answer, and how to ask again. */
  error: ApiError | null;
  again: () => void;
  none: string;
  onChoose: (value: T) => void;
  icon?: ComponentChildren;
  labelSeen?: boolean;
  id?: string;
}

export function Combobox<T>({ label, placeholder, text, onText, choices: found, loading, error, again, none, onChoose, icon, labelSeen = false, id: given }: ComboboxProps<T>) {
  const made = useId();
  const id = given ?? made;
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  // What was found for other words is no choice any more.
  const choices = loading || error ? [] : found;
  useEffect(() => setActive(-1), [choices.map((choice) => choice.key).join()]);
  const choose = (choice: Choice<T>): void => {
    setOpen(false);
    onChoose(choice.value);
  };
  const shown = open && text.trim().length > 1;
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (choices.length) setActive((at) => (at + step + choices.length + (at < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (event.key === "Enter") {
      const choice = choices[Math.max(active, 0)];
      if (shown) event.preventDefault();
      if (shown && choice) choose(choice);
      else if (shown && error && !loading) again();
    } else if (event.key === "Escape") {
      if (open) event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div
      class="combobox"
      ref={box}
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <label for={id} class={labelSeen ? "label" : "unseen"}>
        {label}
      </label>
      <div class="field-icon">
        {icon}
        <input
          id={id}
          type="text"
          list={undefined}
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 && shown ? `${id}-${active}` : undefined}
          placeholder={placeholder ?? label}
          value={text}
          onInput={(event) => {
            onText(readText(event.currentTarget.value));
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={keys}
        />
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label={label} class="options" hidden={!shown}>
        {choices.map((choice, index) => (
          <li
            key={choice.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(choice)}
          >
            <span>{choice.label}</span>
            <small>{choice.detail}</small>
          </li>
        ))}
        {loading && (
          <li role="option" aria-selected={false} aria-disabled="true" class="none">
            {t.state.loading}
          </li>
        )}
        {!loading && error && (
          <li role="option" aria-selected={false} onMouseDown={(event) => event.preventDefault()} onClick={again}>
            <span>{t.search.failed}</span>
            <small>
              {t.state.errors[error.code] ?? t.state.errors.INTERNAL} <strong>{t.state.retry}</strong>
            </small>
          </li>
        )}
        {!loading && !error && choices.length === 0 && (
          <li role="option" aria-selected={false} aria-disabled="true" class="none">
            {none}
          </li>
        )}
      </ul>
    </div>
  );
}

type Found = NonNullable<FindQuery["search"]>["edges"][number]["node"];

function pathOf(found: Found): string | null {
  switch (found.__typename) {
    case "Actor":
      return `/acteurs/${found.slug}`;
    case "Territory":
      return placePath(found);
    case "Call":
      return `/appels/${found.slug}`;
    case "Collective":
      return `/collectifs/${found.slug}`;
    case "Project":
      return `/projets/${found.slug}`;
    case "GoodPractice":
      return `/pratiques/${found.slug}`;
    case "SharedDiagnosis":
      return `/diagnostics/${found.slug}`;
    default:
      return null;
  }
}

function nameOf(found: Found): string {
  if ("name" in found) return found.name;
  if ("title" in found) return found.title;
  return found.text.slice(0, 80);
}

export function SiteSearch() {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const settled = useSettled(text.trim());
  const { data, loading, ...asked } = useQuery(FindDocument, settled.length > 1 ? { text: settled } : null);
  const choices = (data?.search?.edges ?? []).flatMap(({ node, context }) => {
    const path = pathOf(node);
    // Two of one name differ by their kind.
    const kind = (node.__typename === "Territory" ? t.territoryKinds[node.kind] : node.__typename === "Actor" ? t.actorKinds[node.actorKind] : t.search.kinds[node.__typename]) ?? "";
    return path ? [{ key: node.id, label: nameOf(node), detail: [kind, context].filter(Boolean).join(" · "), value: path }] : [];
  });
  return (
    <search>
      <Combobox
        id="site-search"
        label={t.search.label}
        text={text}
        onText={setText}
        choices={choices}
        loading={loading || settled !== text.trim()}
        {...asked}
      {...asked}
        none={t.search.none(text.trim())}
        icon={<Icon name="search" />}
        onChoose={(path) => {
          setText("");
          navigate(path);
        }}
      />
    </search>
  );
}

type FoundTerritory = Extract<NonNullable<FindTerritoryQuery["search"]>["edges"][number]["node"], { __typename: "Territory" }>;

export function TerritorySearch({ label, labelSeen, placeholder, onChoose }: { label: string; labelSeen?: boolean; placeholder?: string; onChoose: (place: Place & { id: string; name: string }) => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const settled = useSettled(text.trim());
  const { data, loading, ...asked } = useQuery(FindTerritoryDocument, settled.length > 1 ? { text: settled } : null);
  const choices = (data?.search?.edges ?? []).flatMap(({ node, context }) =>
    node.__typename === "Territory"
      ? [{ key: node.id, label: node.name, detail: [t.territoryKinds[node.kind], context].filter(Boolean).join(" · "), value: node as FoundTerritory }]
      : [],
  );
  return (
    <Combobox
      label={label}
      labelSeen={labelSeen}
      placeholder={placeholder ?? t.filters.findTerritory}
      text={text}
      onText={setText}
      choices={choices}
      loading={loading || settled !== text.trim()}
      {...asked}
      none={t.filters.noTerritory}
      icon={<Icon name="search" />}
      onChoose={(place) => {
        setText("");
        onChoose({ id: place.id, kind: place.kind, code: place.code, name: place.name });
      }}
    />
  );
}
