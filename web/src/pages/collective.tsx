import { useQuery } from "../api/client.ts";
import { CollectivePageDocument, type CollectivePageQuery, type CollectiveStage } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { ActorLine, dayAs, Facts, Goals, Part, PlaceTags, Prose, ThemeTags } from "../parts/bits.tsx";
import { History } from "../parts/changes.tsx";
import { Icon } from "../parts/icons.tsx";
import { Asking, PageHead } from "./page.tsx";

type Collective = NonNullable<CollectivePageQuery["collective"]>;
const STAGES: CollectiveStage[] = ["INTENT", "FORMING", "STRUCTURED", "ACTING"];

export function CollectivePage({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const variables = { slug, language };
  const asked = useQuery(CollectivePageDocument, variables);
  useShown(CollectivePageDocument, variables);
  return (
    <Asking asked={asked} pick={(data) => data.collective}>
      {(collective) => <Shown collective={collective} />}
    </Asking>
  );
}

export function Stages({ stage }: { stage: CollectiveStage }) {
  const { t } = useSpeech();
  if (stage === "CLOSED") return <span class="tag">{t.enums.stages.CLOSED}</span>;
  const at = STAGES.indexOf(stage);
  return (
    <ol class="stages" aria-label={t.collective.stage}>
      {STAGES.map((one, index) => (
        <li key={one} class={index < at ? "past" : ""} aria-current={index === at ? "step" : undefined}>
          <span>{t.enums.stages[one]}</span>
        </li>
      ))}
    </ol>
  );
}

function Shown({ collective }: { collective: Collective }) {
  const speech = useSpeech();
  const { t, day, number, euros } = speech;
  const { intent, identityCard: card, maturity } = collective;
  const mayChange = collective.permissions.some((one) => one.action === "UPDATE" && one.allowed);
  return (
    <article class="page">
      <PageHead over={t.enums.collectiveKinds[collective.kind]} title={collective.name}>
        <Stages stage={collective.stage} />
        <ThemeTags themes={collective.themes} />
        <div class="row">
          {mayChange && (
            <a class="button primary" href={`/travail/collectifs/${collective.slug}`}>
              {t.collective.invite}
            </a>
          )}
          {card && (
            <a class="button" href={`/collectives/${collective.slug}/card`} target="_blank" rel="noopener">
              <Icon name="print" size={18} /> {t.collective.printCard}
            </a>
          )}
        </div>
      </PageHead>
      <div class="columns">
        <div class="stack wide-gap">
          <Part title={t.collective.blockers} when={collective.blockers.length > 0 || !["ACTING", "CLOSED"].includes(collective.stage)}>
            {collective.blockers.length === 0 ? (
              <p class="small">{t.collective.noBlockers}</p>
            ) : (
              <ul class="blockers">
                {collective.blockers.map((one) => (
                  <li key={one.code + one.message}>
                    <Icon name="warn" size={18} /> <span>{one.message}</span>
                  </li>
                ))}
              </ul>
            )}
          </Part>
          {intent && (
            <Part title={t.collective.intent}>
              <Facts
                facts={[
                  [t.collective.finding, <Prose text={intent.sharedFinding} />],
                  [t.collective.change, intent.changeSought && <Prose text={intent.changeSought} />],
                  [t.collective.why, intent.whyNow && <Prose text={intent.whyNow} />],
                  [t.collective.urgency, intent.urgency && t.enums.urgencies[intent.urgency]],
                  [t.actor.audiences, [...new Set([...intent.audiences, ...collective.audiences])].join(", ")],
                ]}
              />
            </Part>
          )}
          {card && (
            <Part title={t.collective.card}>
              <p class="quote">{card.essentialQuestion}</p>
              {card.reasons.map((reason) => (
                <p key={reason.text}>
                  <strong>{t.enums.stances[reason.stance]}</strong> : {reason.text}
                </p>
              ))}
              {card.keyActions.length > 0 && <h3>{t.collective.actions}</h3>}
              <ul class="dots">
                {card.keyActions.map((action) => (
                  <li key={action.title}>
                    <strong>{action.title}</strong>
                    {action.details.length > 0 && <span class="small"> — {action.details.join(" ; ")}</span>}
                  </li>
                ))}
              </ul>
              {card.effects.length > 0 && <h3>{t.collective.effects}</h3>}
              <ul class="dots">
                {card.effects.map((effect) => (
                  <li key={effect.text}>
                    <strong>{effect.horizonYear}</strong> : {effect.text}
                  </li>
                ))}
              </ul>
            </Part>
          )}
          <Part title={t.collective.steps}>
            {collective.nextSteps.length === 0 && <p class="small">{t.collective.noSteps}</p>}
            <ol class="steps-list">
              {collective.nextSteps.map((step) => (
                <li key={step.id}>
                  <span class={`tag ${step.status === "DONE" ? "good" : step.status === "DOING" ? "sun" : ""}`}>{t.enums.steps[step.status]}</span>
                  <span>
                    <strong>{step.title}</strong>
                    <small>{[step.due && t.collective.due(day(step.due)), step.owner?.name].filter(Boolean).join(" · ")}</small>
                  </span>
                </li>
              ))}
            </ol>
          </Part>
          <Part title={t.collective.indicators} when={collective.indicators.length > 0}>
            <ul class="lines">
              {collective.indicators.map((one) => (
                <li key={one.id}>
                  <strong>{one.name}</strong>{" "}
                  <span class="small">
                    {one.latest ? `${one.latest.value} ${one.unit} (${day(one.latest.on)})` : "—"}
                    {one.target && ` → ${one.target} ${one.unit}`}
                  </span>
                  {one.progress !== null && <meter min={0} max={1} value={Math.max(0, Math.min(1, one.progress))} aria-label={`${number(one.progress * 100)} %`} />}
                </li>
              ))}
            </ul>
          </Part>
          {maturity && (
            <Part title={t.collective.maturity} aside={<span class="small">{day(maturity.assessedOn)}</span>}>
              <ul class="bars">
                {maturity.conditions.map((one) => (
                  <li key={one.condition}>
                    <span>{t.enums.conditions[one.condition]}</span>
                    <span class="count">{one.score}</span>
                    <meter min={0} max={4} value={one.score} aria-hidden="true" />
                  </li>
                ))}
              </ul>
              <ul class="tags">
                {maturity.assets.map((one) => (
                  <li key={one.asset} class={`tag ${one.ready ? "good" : ""}`}>
                    {one.ready && <Icon name="check" size={14} />} {t.enums.assets[one.asset]}
                  </li>
                ))}
              </ul>
            </Part>
          )}
          {collective.supportRequests && (
            <Part title={t.collective.support} when={collective.supportRequests.nodes.length > 0}>
              <ul class="lines">
                {collective.supportRequests.nodes.map((one) => (
                  <li key={one.id}>
                    <span class="tag">{t.enums.supports[one.status]}</span> {one.description}
                    {one.answer && <p class="small">{one.answer}</p>}
                  </li>
                ))}
              </ul>
            </Part>
          )}
          <History revisions={collective.history?.nodes} />
        </div>
        <aside class="stack wide-gap">
          <section class="panel stack">
            <h2>
              {t.collective.members} <small>{number(collective.members.totalCount)}</small>
            </h2>
            <ul class="lines">
              {collective.members.nodes.map((one) =>
                one.actor ? (
                  <li key={one.id}>
                    <ActorLine actor={one.actor}>
                      {[t.enums.memberRoles[one.role], one.status !== "ACCEPTED" && t.enums.memberStates[one.status], one.responsibility, one.hoursPerMonth !== null && t.collective.hours(number(one.hoursPerMonth, 1))].filter(Boolean).join(" · ")}
                    </ActorLine>
                  </li>
                ) : null,
              )}
            </ul>
          </section>
          <Part title={t.collective.brings} when={collective.contributionTotals.length > 0}>
            <ul class="lines small">
              {collective.contributionTotals.map((one) => (
                <li key={`${one.member?.id}${one.kind}${one.unit}`}>
                  {one.member?.name} : {one.kind === "MONEY" ? euros(one.amount) : `${number(Number(one.amount), 1)} ${one.unit ?? ""}`} · {t.enums.contributions[one.kind]}
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.collective.sessions} when={collective.sessions.nodes.length > 0}>
            <ul class="lines">
              {collective.sessions.nodes.map((one) => (
                <li key={one.id}>
                  {one.title} <small>{[t.enums.formats[one.format], dayAs(one.heldOn, one.heldOnPrecision, speech), one.place].filter(Boolean).join(" · ")}</small>
                </li>
              ))}
            </ul>
          </Part>
          <Facts
            facts={[
              [t.call.territories, collective.territories.length > 0 && <PlaceTags places={collective.territories} />],
              [t.common.goals, collective.sdgs.length > 0 && <Goals goals={collective.sdgs} />],
              [t.collective.becameActor, collective.actor && <ActorLine actor={collective.actor} />],
              [t.collective.people, collective.resourcePeople.length > 0 && collective.resourcePeople.map((one) => one.name).join(", ")],
            ]}
          />
        </aside>
      </div>
    </article>
  );
}
