import { useQuery } from "../api/client.ts";
import { CallPageDocument, type CallPageQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { usePlaceName } from "../lib/placename.ts";
import { navigate, type Address } from "../lib/router.ts";
import { placeSearch, readPlace, type Place } from "../lib/selection.ts";
import { useShown } from "../lib/shown.ts";
import { placePath } from "../lib/territories.ts";
import { AskWhom } from "../parts/ask.tsx";
import { ActorLines, Facts, Goals, Part, PlaceTags, Prose, ThemeTags } from "../parts/bits.tsx";
import { Countdown, lastMinute } from "../parts/countdown.tsx";
import { Icon } from "../parts/icons.tsx";
import { useUnknown } from "../parts/noplace.tsx";
import { TerritorySearch } from "../parts/search.tsx";
import { useSignedIn } from "../work/account.ts";
import { Asking, PageHead } from "./page.tsx";

type Call = NonNullable<CallPageQuery["call"]>;

export function CallPage({ slug, address }: { slug: string; address: Address }) {
  const { language } = useSpeech();
  const where = readPlace(new URLSearchParams(address.search).get("territoire"));
  const unknown = useUnknown(where, where !== null);
  const of = (place: Place | null) => ({ slug, language, territory: place ? { code: { kind: place.kind, code: place.code } } : null });
  const variables = of(where && !unknown ? where : null);
  const setWhere = (place: Place | null): void => navigate(address.path + (place ? `?${placeSearch(place)}` : ""), true);
  const anywhere = useQuery(CallPageDocument, variables);
  // Where it is open to one territory only, that is where one asks from.
  const [first, ...more] = (!where && anywhere.data?.call?.territories) || [];
  const only = first && more.length === 0 ? first : null;
  const there = useQuery(CallPageDocument, only && of(only));
  const asked = only ? there : anywhere;
  useShown(CallPageDocument, only ? of(only) : variables);
  return (
    <Asking asked={asked} pick={(data) => data.call}>
      {(call) => <Shown call={call} where={where ?? only} chosen={where !== null} unknown={unknown} setWhere={setWhere} />}
    </Asking>
  );
}

function Shown({ call, where, chosen, unknown, setWhere }: { call: Call; where: Place | null; chosen: boolean; unknown: boolean; setWhere: (place: Place | null) => void }) {
  const { t, euros, instant } = useSpeech();
  const signedIn = useSignedIn();
  const whereName = usePlaceName(where);
  const apply = `/travail/candidature/${call.slug}`;
  const money = (amount: string | null): string | null => (amount === null ? null : euros(amount));
  return (
    <article class="page">
      <PageHead
        over={
          <span class="row">
            {t.enums.callKinds[call.kind]} <span class={`tag ${call.phase === "OPEN" ? "good" : ""}`}>{t.enums.callPhases[call.phase]}</span>
          </span>
        }
        title={call.title}
      >
        {call.closesAt && call.phase === "OPEN" && <Countdown until={call.closesAt} />}
        {!call.closesAt && call.phase === "OPEN" && <p class="small">{t.call.open}</p>}
        {call.closesAt && call.phase === "CLOSED" && (
          <p class="small">
            {t.enums.callPhases.CLOSED} · <time dateTime={call.closesAt}>{instant(lastMinute(call.closesAt))}</time>
          </p>
        )}
        <ThemeTags themes={call.themes} />
        <div class="row">
          {call.phase === "OPEN" && call.tracks.length > 0 && (
            <a class="button primary" href={signedIn ? apply : `/connexion?puis=${encodeURIComponent(apply)}`}>
              {signedIn ? t.call.apply : t.call.signInToApply}
            </a>
          )}
          {call.url && (
            <a class="button" href={call.url} rel="noopener noreferrer">
              {t.call.original} <Icon name="out" size={16} />
            </a>
          )}
        </div>
      </PageHead>
      <div class="columns call-columns">
        <section class="panel stack" aria-labelledby="ask-whom">
          <h2 id="ask-whom">{t.call.ask}</h2>
          <TerritorySearch label={t.call.askWhere} labelSeen onChoose={setWhere} />
          {where && (
            <p>
              {chosen ? (
                <button type="button" class="tag" onClick={() => setWhere(null)}>
                  {whereName} <Icon name="close" size={14} />
                </button>
              ) : (
                <span class="tag">{whereName}</span>
              )}
            </p>
          )}
          {where && unknown && <p role="alert">{t.state.noPlace(t.territoryKinds[where.kind], where.code)}</p>}
          {call.supportContacts.length === 0 && <p class="small">{t.call.noAsk}</p>}
          <AskWhom contacts={call.supportContacts.map(({ contact }) => contact)} place={where} call={call.id} />
        </section>
        <div class="stack wide-gap">
          <Prose text={call.summary} />
          <Part title={t.call.tracks} when={call.tracks.length > 0}>
            <ul class="cards three">
              {call.tracks.map((track) => (
                <li key={track.id} class="panel stack">
                  <span class="tag">{t.enums.tracks[track.kind]}</span>
                  <h3>{track.title}</h3>
                  {track.description && <p>{track.description}</p>}
                  <p class="small">{[t.call.grant(money(track.minGrant), money(track.maxGrant)), t.call.members(track.minMembers, track.maxMembers)].filter(Boolean).join(" · ")}</p>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.call.eligibility} when={!!call.eligibility || call.eligibleKinds.length > 0}>
            <Prose text={call.eligibility} />
            <ul class="tags">
              {call.eligibleKinds.map((kind) => (
                <li key={kind} class="tag">
                  {t.actorKinds[kind]}
                </li>
              ))}
            </ul>
          </Part>
          {call.applications && (
            <Part title={t.call.applications} when={call.applications.nodes.length > 0}>
              <ul class="lines">
                {call.applications.nodes.map((one) => (
                  <li key={one.id}>
                    <a href={`/travail/candidatures/${one.id}`}>{one.title}</a> <span class="tag">{t.enums.applications[one.status]}</span>
                    {one.lead && <small> · {one.lead.name}</small>}
                  </li>
                ))}
              </ul>
            </Part>
          )}
        </div>
        <aside class="stack wide-gap">
          <Part title={t.call.organisers} when={call.organisers.length > 0}>
            <ActorLines actors={call.organisers} />
          </Part>
          <Part title={t.call.funders} when={call.funders.length > 0}>
            <ActorLines actors={call.funders} />
          </Part>
          <Facts
            facts={[
              [t.call.budget, call.budget && euros(call.budget)],
              [t.actor.offers, call.aidKinds.map((kind) => t.enums.aidKinds[kind]).join(", ")],
              [t.call.opens, call.opensAt && instant(call.opensAt)],
              [t.territoryKinds.URBAN_CONTRACT, call.programme && <a href={placePath(call.programme)}>{call.programme.name}</a>],
              [t.call.territories, call.territories.length > 0 && <PlaceTags places={call.territories} />],
              [t.actor.audiences, call.audiences.join(", ")],
              [t.common.goals, call.sdgs.length > 0 && <Goals goals={call.sdgs} />],
            ]}
          />
        </aside>
      </div>
    </article>
  );
}
