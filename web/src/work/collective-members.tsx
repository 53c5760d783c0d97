// Who a collective is made of: its members, and those who are invited.

import { demand, forget } from "../api/client.ts";
import { InviteMemberDocument, type EditedCollectiveFragment, type MemberRole } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { ActorLine } from "../parts/bits.tsx";
import { Icon } from "../parts/icons.tsx";
import { useDraft } from "./draft.ts";
import { ActorSearch, Chosen, Field, Refused, useWrite, type ChosenActor } from "./parts.tsx";

const INVITED = ["MEMBER", "FACILITATOR", "FUNDER", "RESOURCE"] as const satisfies readonly MemberRole[];

interface Invitation {
  actor: ChosenActor | null;
  role: (typeof INVITED)[number];
  does: string;
}

export function Members({ draft, collective, next }: { draft: string; collective: EditedCollectiveFragment; next: () => void }) {
  const { t } = useSpeech();
  const { values, set, drop } = useDraft<Invitation>(draft, { actor: null, role: "MEMBER", does: "" });
  const { actor, role, does } = values;
  const { busy, error, run } = useWrite();
  /** Invites who is chosen, if anybody is. */
  const invite = async (): Promise<true> => {
    if (actor) {
      await demand(InviteMemberDocument, { collective: collective.id, actor: actor.id, role, responsibility: does.trim() || null });
      drop();
      forget();
    }
    return true;
  };
  const members = collective.members.nodes.filter((one) => one.actor);
  return (
    <div class="stack wide-gap">
      <section class="panel stack">
        <h2>{t.collective.members}</h2>
        {members.length === 0 && <p class="small">{t.work.collective.noMembers}</p>}
        <ul class="lines">
          {members.map((one) =>
            one.actor ? (
              <li key={one.id}>
                <ActorLine actor={one.actor}>{[t.enums.memberRoles[one.role], t.enums.memberStates[one.status], one.responsibility].filter(Boolean).join(" · ")}</ActorLine>
              </li>
            ) : null,
          )}
        </ul>
      </section>
      <form class="panel stack" onSubmit={(event) => { event.preventDefault(); void run(invite); }}>
        <ActorSearch label={t.work.collective.invite} onChoose={(chosen) => set({ actor: chosen })} />
        <span class="hint">{t.work.collective.inviteHelp}</span>
        {actor && (
          <>
            <Chosen name={actor.name} drop={() => set({ actor: null })} />
            <div class="field">
              <label class="label" for="member-role">
                {t.work.collective.as}
              </label>
              <select id="member-role" value={role} onChange={(event) => set({ role: event.currentTarget.value as (typeof INVITED)[number] })}>
                {INVITED.map((one) => (
                  <option key={one} value={one}>
                    {t.work.collective.invited[one]}
                  </option>
                ))}
              </select>
            </div>
            <Field label={t.work.collective.responsibility} value={does} onInput={(typed) => set({ does: typed })} max={500} />
          </>
        )}
        <Refused error={error} />
        <p>
          <button type="submit" class="button" aria-disabled={busy} disabled={!actor}>
            {t.work.collective.inviteDo}
          </button>
        </p>
      </form>
      <p class="row">
        <a class="button" href={`/travail/collectifs/${collective.slug}?etape=2`}>
          {t.work.collective.back}
        </a>
        <button type="button" class="button primary" aria-disabled={busy} onClick={() => void run(invite).then((invited) => invited && next())}>
          {t.work.collective.next} <Icon name="right" size={16} />
        </button>
      </p>
    </div>
  );
}
