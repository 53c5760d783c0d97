import { useState } from "preact/hooks";
import { useQuery } from "../api/client.ts";
import { ActorAskDocument, ActorLinksDocument, ActorPageDocument, type ActorPageQuery } from "../api/generated.ts";
import { useSpeech, type Speech } from "../i18n/index.ts";
import { usePages } from "../lib/pages.ts";
import { useShown } from "../lib/shown.ts";
import { placeSearch } from "../lib/selection.ts";
import { todayIs } from "../parts/asof.tsx";
import { ActorLine, Contact, dayAs, Facts, Goals, Part, PlaceTags, Prose, ThemeTags } from "../parts/bits.tsx";
import { History } from "../parts/changes.tsx";
import { Icon, InteractionStroke, KindBadge } from "../parts/icons.tsx";
import { Failed } from "../parts/states.tsx";
import { placePath } from "../lib/territories.ts";
import { Asking, PageHead } from "./page.tsx";

type Actor = NonNullable<ActorPageQuery["actor"]>;
type Link = Actor["interactions"]["nodes"][number];

export function ActorPage({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const variables = { slug, language };
  const asked = useQuery(ActorPageDocument, variables);
  useShown(ActorPageDocument, variables);
  return (
    <Asking asked={asked} pick={(data) => data.actor}>
      {(actor) => <Shown actor={actor} />}
    </Asking>
  );
}

/** How many links of a kind are shown before one asks for the others. */
const FIRST_LINKS = 6;

const may = (actor: Actor, action: string): boolean => actor.permissions.some((one) => one.action === action && one.allowed);

function Shown({ actor }: { actor: Actor }) {
  const { t, day } = useSpeech();
  return (
    <article class="page">
      <PageHead
        over={
          <span class="row">
            <KindBadge kind={actor.kind} size={22} /> {t.actorKinds[actor.kind]}
            {actor.status !== "PUBLISHED" && <span class="tag sun">{t.enums.statuses[actor.status]}</span>}
          </span>
        }
        title={actor.name}
        lead={actor.shortName}
      >
        <ThemeTags themes={actor.themes} />
        <div class="row">
          {actor.seat && (
            <a class="button" href={`/?${placeSearch(actor.seat)}`}>
              <Icon name="map" size={18} /> {t.actor.onMap}
            </a>
          )}
          {may(actor, "UPDATE") && (
            <a class="button primary" href={`/travail/acteurs/${actor.slug}`}>
              {t.actor.edit}
            </a>
          )}
          {may(actor, "UPDATE") && (
            <a class="button" href={`/travail/doublons/${actor.slug}`}>
              {t.actor.duplicates}
            </a>
          )}
        </div>
      </PageHead>
      <div class="columns">
        <div class="stack wide-gap">
          <Prose text={actor.description} />
          <Links actor={actor} />
          <Part title={t.actor.collectives} when={actor.collectives.nodes.length > 0}>
            <ul class="lines">
              {actor.collectives.nodes.map((one) => (
                <li key={one.id}>
                  <a href={`/collectifs/${one.slug}`}>{one.name}</a> <span class="tag">{t.enums.stages[one.stage]}</span>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.actor.projects} when={actor.projects.nodes.length > 0}>
            <ul class="lines">
              {actor.projects.nodes.map((one) => (
                <li key={one.id}>
                  <a href={`/projets/${one.slug}`}>{one.title}</a>
                </li>
              ))}
            </ul>
          </Part>
          {(["needs", "offers"] as const).map((side) => (
            <Part key={side} title={t.actor[side]} when={actor[side].nodes.length > 0}>
              <ul class="lines">
                {actor[side].nodes.map((one) => (
                  <li key={one.id}>
                    <strong>{one.title}</strong> <span class="tag">{t.enums.resources[one.kind]}</span>
                    {one.description && <p class="small">{one.description}</p>}
                  </li>
                ))}
              </ul>
            </Part>
          ))}
          {actor.suggestions && actor.suggestions.nodes.length > 0 && (
            <p class="note">
              <a href="/travail">{t.actor.pending(actor.suggestions.nodes.length)}</a>
            </p>
          )}
          <History revisions={actor.history?.nodes} />
        </div>
        <aside class="stack wide-gap">
          <section class="panel stack">
            <h2>{t.actor.contacts}</h2>
            {actor.contacts.length === 0 && <AskInstead actor={actor} />}
            {actor.contacts.map((contact) => (
              <Contact key={contact.id} name={contact.name} role={contact.role} email={contact.email} phone={contact.phone}>
                {contact.visibility !== "PUBLIC" && <span class="tag">{t.enums.visibilities[contact.visibility]}</span>}
              </Contact>
            ))}
          </section>
          <Facts
            facts={[
              [t.actor.seat, actor.seat && <a href={placePath(actor.seat)}>{actor.seat.name}</a>],
              [t.actor.address, actor.location?.hidden && !actor.location.address ? t.actor.hidden : [actor.location?.address, actor.location?.postcode].filter(Boolean).join(", ")],
              [t.actor.website, actor.website && <a href={actor.website} rel="noopener noreferrer">{actor.website.replace(/^https?:\/\//, "")}</a>],
              [t.actor.acts, actor.areasServed.length > 0 && <PlaceTags places={actor.areasServed} />],
              [t.actor.audiences, actor.audiences.join(", ")],
              [t.common.goals, actor.sdgs.length > 0 && <Goals goals={actor.sdgs} />],
              [t.actor.registrations, actor.registrations.length > 0 && (
                <ul>
                  {actor.registrations.map((one) => (
                    <li key={one.value}>
                      {t.enums.schemes[one.scheme]} {one.value}
                    </li>
                  ))}
                </ul>
              )],
              [t.actor.sources, actor.origins.length > 0 && (
                <ul class="small">
                  {actor.origins.map((one) => (
                    <li key={one.source + one.reference}>
                      {one.url ? <a href={one.url} rel="noopener noreferrer">{t.actor.source(one.source)}</a> : t.actor.source(one.source)} · {t.actor.importedOn(day(one.importedAt))}
                    </li>
                  ))}
                </ul>
              )],
            ]}
          />
          <p class="small">
            {t.actor.updated(day(actor.updatedAt))}
            {actor.verifiedOn && ` · ${t.actor.verified(day(actor.verifiedOn))}`}
          </p>
        </aside>
      </div>
    </article>
  );
}

/** Who has no contact of its own may be answered for, where it sits or acts; else those of its seat know. */
function AskInstead({ actor }: { actor: Actor }) {
  const { t } = useSpeech();
  const { data } = useQuery(ActorAskDocument, { slug: actor.slug });
  const places = data?.actor ? [data.actor.seat, ...data.actor.areasServed] : [];
  const answering = new Map(places.flatMap((place) => place?.supportContacts.nodes ?? []).filter((one) => one.institution?.id === actor.id).map((one) => [one.id, one]));
  if (answering.size === 0)
    return (
      <>
        <p class="small">{t.actor.noContacts}</p>
        {actor.seat && <a href={`${placePath(actor.seat)}#contacts`}>{t.actor.askAt(actor.seat.name)}</a>}
      </>
    );
  return (
    <>
      <p class="small">{t.actor.askVia}</p>
      {[...answering.values()].map((one) => (
        <Contact key={one.id} name={one.name} role={one.role} email={one.email} phone={one.phone}>
          <small>{one.territory.name}</small>
        </Contact>
      ))}
    </>
  );
}

/** Links of one kind and one way together: few tell more than many, so they come first. */
function byKind(links: Link[], me: string): { key: string; kind: Link["kind"]; way: "out" | "in" | "both"; links: Link[] }[] {
  const groups = new Map<string, ReturnType<typeof byKind>[number]>();
  for (const link of links) {
    const way = !link.directed ? "both" : link.source.id === me ? "out" : "in";
    const key = `${link.kind}-${way}`;
    const group = groups.get(key) ?? { key, kind: link.kind, way, links: [] };
    group.links.push(link);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.links.length - b.links.length);
}

function Links({ actor }: { actor: Actor }) {
  const { t, number } = useSpeech();
  const { nodes, totalCount: total, pageInfo } = actor.interactions;
  const [from, setFrom] = useState<string | null>(null);
  const rest = usePages(ActorLinksDocument, from ? { slug: actor.slug, after: from as string | null } : null, (data) => data.actor?.interactions);
  const links = [...nodes, ...rest.rows];
  const more = from ? rest.more : pageInfo.hasNextPage ? () => setFrom(pageInfo.endCursor) : null;
  const today = todayIs();
  const current = links.filter((link) => !link.until || link.until >= today);
  const ended = links.filter((link) => link.until && link.until < today);
  return (
    <Part title={t.actor.ego} aside={<span class="small">{t.actor.links(total).replace(String(total), number(total))}</span>}>
      {links.length === 0 && <p class="small">{t.actor.noLinks}</p>}
      <Groups links={current} me={actor.id} />
      {ended.length > 0 && (
        <details class="more ended" open={current.length === 0}>
          <summary>
            {t.actor.ended} ({ended.length})
          </summary>
          <Groups links={ended} me={actor.id} />
        </details>
      )}
      {rest.error && <Failed error={rest.error} again={rest.again} />}
      {more && (
        <p class="row">
          <button type="button" class="button" aria-disabled={rest.loading} onClick={more}>
            {t.list.more}
          </button>
          <span class="small">{t.list.of(links.length, total).replace(String(total), number(total))}</span>
        </p>
      )}
    </Part>
  );
}

function Groups({ links, me }: { links: Link[]; me: string }) {
  const { t } = useSpeech();
  return (
    <>
      {byKind(links, me).map((group) => (
        <section key={group.key} class="links-group">
          <h3>
            <InteractionStroke kind={group.kind} /> {(group.way !== "both" && t.actor.ways[group.kind]?.[group.way]) || t.interactionKinds[group.kind]} <span class="count">{group.links.length}</span>
          </h3>
          <LinkLines links={group.links.slice(0, FIRST_LINKS)} me={me} />
          {group.links.length > FIRST_LINKS && (
            <details class="more">
              <summary>{t.actor.moreLinks(group.links.length - FIRST_LINKS)}</summary>
              <LinkLines links={group.links.slice(FIRST_LINKS)} me={me} />
            </details>
          )}
        </section>
      ))}
    </>
  );
}

/** From when to when; of one year and no more, that year. */
function whenOf({ since, sincePrecision, until, untilPrecision }: Link, speech: Speech): (string | null)[] {
  const { t } = speech;
  if (since && until && sincePrecision === "YEAR" && untilPrecision === "YEAR" && since.slice(0, 4) === until.slice(0, 4)) return [t.actor.inYear(since.slice(0, 4))];
  const end = until && dayAs(until, untilPrecision, speech);
  return [since && (sincePrecision === "YEAR" || sincePrecision === "MONTH" ? t.actor.sinceIn : t.actor.since)(dayAs(since, sincePrecision, speech)), end && (untilPrecision === "YEAR" || untilPrecision === "MONTH" ? t.actor.untilIn(end) : t.actor.until(end))];
}

function LinkLines({ links, me }: { links: Link[]; me: string }) {
  const speech = useSpeech();
  const { t, euros } = speech;
  return (
    <ul class="links-list">
      {links.map((link) => {
        const told = [link.level && t.enums.levels[link.level], link.amount && euros(link.amount), ...whenOf(link, speech), link.confirmation === "DISPUTED" && t.enums.confirmations.DISPUTED];
        return (
          <li key={link.id}>
            <ActorLine actor={link.source.id === me ? link.target : link.source}>{told.filter(Boolean).join(" · ")}</ActorLine>
            {link.description && <p class="small">{link.description}</p>}
          </li>
        );
      })}
    </ul>
  );
}
