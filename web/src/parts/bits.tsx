// Pieces that pages share: links to what they name, tags, sections that leave themselves out.

import type { ComponentChildren } from "preact";
import type { ActorKind, DatePrecision, GoalFragment, PlaceLinkFragment, ThemeTagFragment } from "../api/generated.ts";
import { bound, useSpeech, type Speech } from "../i18n/index.ts";
import { placePath } from "../lib/territories.ts";
import { SdgTile } from "./filters.tsx";
import { KindBadge } from "./icons.tsx";

export interface Linked {
  id: string;
  slug: string;
  name: string;
  kind: ActorKind;
}

export function ActorLine({ actor, children }: { actor: Linked; children?: ComponentChildren }) {
  return (
    <div class="actor-line">
      <KindBadge kind={actor.kind} size={28} />
      <span>
        <a href={`/acteurs/${actor.slug}`}>{actor.name}</a>
        {children && <small>{children}</small>}
      </span>
    </div>
  );
}

export const ActorLines = ({ actors }: { actors: Linked[] }) => (
  <ul class="lines">
    {actors.map((actor) => (
      <li key={actor.id}>
        <ActorLine actor={actor} />
      </li>
    ))}
  </ul>
);

/** Territories; with their kinds where names alone may be those of two. */
export function PlaceTags({ places, kinds = false }: { places: PlaceLinkFragment[]; kinds?: boolean }) {
  const { t } = useSpeech();
  return (
    <ul class="tags">
      {places.map((place) => (
        <li key={place.id}>
          <a class="tag" href={placePath(place)} title={t.territoryKinds[place.kind]}>
            {place.name}
            {kinds && <span class="where">{t.territoryKinds[place.kind]}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

export const ThemeTags = ({ themes }: { themes: ThemeTagFragment[] }) =>
  themes.length === 0 ? null : (
    <ul class="tags">
      {themes.map((theme) => (
        <li key={theme.slug}>
          <a class="tag" href={`/?themes=${theme.slug}`}>
            {theme.label}
          </a>
        </li>
      ))}
    </ul>
  );

export const Goals = ({ goals }: { goals: GoalFragment[] }) =>
  goals.length === 0 ? null : (
    <ul class="goals">
      {goals.map((goal) => (
        <li key={goal.number}>
          <SdgTile number={goal.number} color={goal.color} />
          <span>
            <span class="unseen">{goal.number}. </span>
            {bound(goal.label)}
          </span>
        </li>
      ))}
    </ul>
  );

/** A part of a page with a heading; left out where there is nothing in it. */
export function Part({ title, aside, children, when = true, id }: { title: ComponentChildren; aside?: ComponentChildren; children: ComponentChildren; when?: boolean; id?: string }) {
  if (!when) return null;
  return (
    <section class="part" id={id}>
      <header class="row spread">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Text that people wrote, its paragraphs kept. */
export function Prose({ text }: { text: string | null | undefined }) {
  if (!text) return null;
  return (
    <div class="prose">
      {text.split(/\n{2,}/).map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </div>
  );
}

/** A day, or the month or year that is known of it. */
export function dayAs(date: string, precision: DatePrecision | null | undefined, { day, tongue }: Speech): string {
  if (precision === "YEAR") return date.slice(0, 4);
  if (precision === "MONTH") {
    const month = new Intl.DateTimeFormat(tongue === "fr" ? "fr-FR" : "en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
    return month.format(new Date(`${date}T00:00:00Z`));
  }
  return day(date);
}

export function Facts({ facts }: { facts: [string, ComponentChildren | null | undefined | false][] }) {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "");
  if (told.length === 0) return null;
  return (
    <dl class="fact-list">
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Contact({ name, role, email, phone, children }: { name: string; role: string | null; email: string | null; phone: string | null; children?: ComponentChildren }) {
  return (
    <div class="contact">
      <strong>{name}</strong>
      {role && <span class="small">{role}</span>}
      {email && (
        <a class="mail" href={`mailto:${email}`} title={email}>
          {email}
        </a>
      )}
      {phone && <a href={`tel:${phone.replace(/\s/g, "")}`}>{phone}</a>}
      {children}
    </div>
  );
}
