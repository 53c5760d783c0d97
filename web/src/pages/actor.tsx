import { useQuery } from "../api/client.ts";
import { ActorPageDocument, type ActorPageQuery } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { writePlace } from "../lib/selection.ts";
import { ActorLine, Contact, dayAs, Facts, Goals, History, Part, PlaceTags, Prose, ThemeTags } from "../parts/bits.tsx";
import { Icon, InteractionStroke, KindBadge } from "../parts/icons.tsx";
import { useDark } from "../parts/theme.ts";
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

/** How many links are shown before one asks for the others. */
const FIRST_LINKS = 12;

const may = (actor: Actor, action: string): boolean => actor.permissions.some((one) => one.action === action && one.allowed);

function Shown({ actor }: { actor: Actor }) {
  const { t, day } = useSpeech();
  const today = new Date().toISOString().slice(0, 10);
  const current = actor.interactions.nodes.filter((link) => !link.until || link.until >= today);
  const ended = actor.interactions.nodes.filter((link) => link.until && link.until < today);
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
            <a class="button" href={`/?territoire=${writePlace(actor.seat)}`}>
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
          <Part title={t.actor.ego} aside={<span class="small">{t.actor.links(actor.interactions.totalCount)}</span>}>
            {actor.interactions.nodes.length === 0 && <p class="small">{t.actor.noLinks}</p>}
            {current.length > 0 && <Links links={current.slice(0, FIRST_LINKS)} me={actor.id} />}
            {current.length > FIRST_LINKS && (
              <details class="more">
                <summary>{t.actor.moreLinks(current.length - FIRST_LINKS)}</summary>
                <Links links={current.slice(FIRST_LINKS)} me={actor.id} />
              </details>
            )}
            {ended.length > 0 && (
              <details class="more" open={current.length === 0}>
                <summary>
                  {t.actor.ended} ({ended.length})
                </summary>
                <Links links={ended} me={actor.id} />
              </details>
            )}
          </Part>
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
            {actor.contacts.length === 0 && <p class="small">{t.actor.noContacts}</p>}
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
                      {one.url ? <a href={one.url} rel="noopener noreferrer">{one.source}</a> : one.source} · {t.actor.importedOn(day(one.importedAt))}
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

function Links({ links, me }: { links: Link[]; me: string }) {
  const speech = useSpeech();
  const { t, euros } = speech;
  const dark = useDark();
  return (
    <ul class="links-list">
      {links.map((link) => {
        const outward = link.source.id === me;
        const other = outward ? link.target : link.source;
        const when = [
          link.since && t.actor.since(dayAs(link.since, link.sincePrecision, speech)),
          link.until && t.actor.until(dayAs(link.until, link.untilPrecision, speech)),
        ].filter(Boolean);
        return (
          <li key={link.id}>
            <span class="link-kind">
              <InteractionStroke kind={link.kind} dark={dark} />
              <span>
                {t.interactionKinds[link.kind]}
                {link.directed && <span aria-hidden="true"> {outward ? "→" : "←"}</span>}
              </span>
            </span>
            <ActorLine actor={other}>
              {[link.level && t.enums.levels[link.level], link.amount && euros(link.amount), ...when, link.confirmation === "DISPUTED" && t.enums.confirmations.DISPUTED].filter(Boolean).join(" · ")}
            </ActorLine>
            {link.description && <p class="small">{link.description}</p>}
          </li>
        );
      })}
    </ul>
  );
}
