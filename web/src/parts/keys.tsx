// Whom to meet first, each with why.

import type { GlanceQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { todayIs } from "./asof.tsx";
import { ActorLine } from "./bits.tsx";

type Key = NonNullable<NonNullable<GlanceQuery["territory"]>["map"]>["keyActors"][number];
export type KeyActor = Pick<Key, "rank" | "degree" | "betweenness"> & { actor: Pick<Key["actor"], "id" | "slug" | "name" | "kind" | "interactions"> };

/** The actors to meet first: those that have a link at all. */
export const linked = <K extends { degree: number }>(keys: readonly K[] | undefined): K[] => (keys ?? []).filter((one) => one.degree > 0);

/** The links of today, beside those of the day that is shown. */
export const nowActive = (): { activeOn: string } => ({ activeOn: todayIs() });

export function KeyActors({ keys }: { keys: KeyActor[] }) {
  const { t, number } = useSpeech();
  const why = ({ degree, betweenness, actor }: KeyActor): string => {
    const share = (betweenness ?? 0) * 100;
    const role = share > 0 ? t.glance.keyBetween(number(share, share < 1 ? 1 : 0)) : null;
    return [role, t.glance.keyWhy(degree), actor.interactions.totalCount === 0 && t.glance.keyEnded].filter(Boolean).join(" · ");
  };
  return (
    <>
      {keys.length > 1 && <p class="small">{t.glance.keyOrder}</p>}
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
