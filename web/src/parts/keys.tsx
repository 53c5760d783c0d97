// Whom to meet first, each with why.

import type { GlanceQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { todayIs } from "./asof.tsx";
import { ActorLine } from "./bits.tsx";

type Key = NonNullable<NonNullable<GlanceQuery["territory"]>["map"]>["keyActors"][number];
export type KeyActor = Pick<Key, "rank" | "degree" | "betweenness"> & { actor: Pick<Key["actor"], "id" | "slug" | "name" | "kind" | "interactions"> };

/** How many are to be met first. */
const FIRST = 5;

interface Ranked {
  degree: number;
  betweenness: number | null;
  actor: { interactions: { totalCount: number } };
}

/**
 * The actors to meet first: those that link others, the ones with a link of today before those whose links have ended. Where nobody
 * does, those with several links, or any.
 */
export function linked<K extends Ranked>(keys: readonly K[] | undefined): K[] {
  const any = (keys ?? []).filter((one) => one.degree > 0);
  const found = [any.filter((one) => (one.betweenness ?? 0) > 0), any.filter((one) => one.degree > 1)].find((some) => some.length > 0) ?? any;
  const hasEnded = ({ actor }: K): number => Number(actor.interactions.totalCount === 0);
  return [...found].sort((a, b) => hasEnded(a) - hasEnded(b)).slice(0, FIRST);
}

/** The links of today, beside those of the day that is shown. */
export const nowActive = (): { activeOn: string } => ({ activeOn: todayIs() });

export function KeyActors({ keys }: { keys: KeyActor[] }) {
  const { t, number } = useSpeech();
  const why = ({ degree, betweenness, actor }: KeyActor): string => {
    const share = (betweenness ?? 0) * 100;
    const told = share < 0.1 ? `< ${number(0.1, 1)}` : number(share, share < 1 ? 1 : 0);
    const role = share > 0 ? t.glance.keyBetween(told) : null;
    return [actor.interactions.totalCount === 0 && t.glance.keyEnded, role, t.glance.keyWhy(degree)].filter(Boolean).join(" · ");
  };
  return (
    <>
      {keys.length > 0 && <p class="small">{t.glance.keyOrder}</p>}
      <ol class="key-actors">
        {keys.map((key) => (
          <li key={key.actor.id}>
            <ActorLine actor={key.actor}>{why(key)}</ActorLine>
          </li>
        ))}
      </ol>
    </>
  );
}
