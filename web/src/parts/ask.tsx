// Whom to ask: the same order wherever it is asked.

import type { AnswersFragment } from "../api/generated.ts";
import { bound, useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import type { Place } from "../lib/selection.ts";
import { todayIs } from "./asof.tsx";
import { Contact } from "./bits.tsx";

/** Who is away is asked last. */
const presentFirst = (contacts: AnswersFragment[]): AnswersFragment[] => {
  const away = ({ absentUntil }: AnswersFragment): number => Number(absentUntil !== null && todayIs() < absentUntil);
  return [...contacts].sort((a, b) => away(a) - away(b));
};

interface Props {
  contacts: AnswersFragment[];
  /** What is asked about; without a place nobody is the first to ask. */
  place: Place | null;
  /** The call that is asked about. */
  call?: string;
  /** How many are told. */
  most?: number;
}

export function AskWhom({ contacts, place, call, most = Infinity }: Props) {
  const { t } = useSpeech();
  const told = presentFirst(contacts).slice(0, most);
  const [first, ...others] = place ? told : [undefined, ...told];
  const why = (contact: AnswersFragment): string => {
    const here = contact.territory.kind === place?.kind && contact.territory.code === place.code;
    const wide = contact.territory.kind !== "COMMUNE" || place !== null;
    const some = contact.tracks.length > 0 && contact.tracks.length < Object.keys(t.enums.tracks).length;
    return [t.ask.why(here ? null : contact.territory.name, wide, contact.calls.some((one) => one.id === call)), some && t.ask.tracks(contact.tracks.map((track) => t.enums.tracks[track].toLowerCase()).join(", "))].filter(Boolean).join(" · ");
  };
  const line = (contact: AnswersFragment) => (
    <Contact key={contact.id} name={contact.name} role={contact.institution?.name ?? contact.role} email={contact.email} phone={contact.phone}>
      <small>{bound(why(contact))}</small>
    </Contact>
  );
  return (
    <div class="ask">
      {first && (
        <div class="ask-first">
          <p class="overline">{t.ask.first}</p>
          {line(first)}
        </div>
      )}
      {!place && told.length > 1 && <p class="small">{t.ask.choose}</p>}
      {first && others.length > 0 && <p class="overline">{t.ask.else}</p>}
      {others.map((contact) => contact && line(contact))}
      {config.demo && told.length > 0 && <p class="small">{t.ask.fictitious}</p>}
    </div>
  );
}
