// Diagnoses, practices and projects.

import { useQuery } from "../api/client.ts";
import { DiagnosisPageDocument, PracticePageDocument, ProjectPageDocument, type DiagnosisPageQuery, type PracticePageQuery, type ProjectPageQuery, type SwotQuadrant } from "../api/generated.ts";
import { useSpeech } from "../i18n/index.ts";
import { useShown } from "../lib/shown.ts";
import { placePath } from "../lib/territories.ts";
import { ActorLine, ActorLines, dayAs, Facts, Goals, Part, PlaceTags, Prose, ThemeTags } from "../parts/bits.tsx";
import { Icon } from "../parts/icons.tsx";
import { Asking, PageHead } from "./page.tsx";

const QUADRANTS: SwotQuadrant[] = ["STRENGTH", "WEAKNESS", "OPPORTUNITY", "THREAT"];

export function DiagnosisPage({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const variables = { slug, language };
  const asked = useQuery(DiagnosisPageDocument, variables);
  useShown(DiagnosisPageDocument, variables);
  return (
    <Asking asked={asked} pick={(data) => data.diagnosis}>
      {(diagnosis) => <Diagnosis diagnosis={diagnosis} />}
    </Asking>
  );
}

function Diagnosis({ diagnosis }: { diagnosis: NonNullable<DiagnosisPageQuery["diagnosis"]> }) {
  const speech = useSpeech();
  const { t, day } = speech;
  const most = Math.max(1, ...(diagnosis.keywords ?? []).map((one) => one.count));
  return (
    <article class="page">
      <PageHead
        over={<a href={placePath(diagnosis.territory)}>{diagnosis.territory.name}</a>}
        title={diagnosis.title}
        lead={[diagnosis.startedOn && dayAs(diagnosis.startedOn, diagnosis.startedOnPrecision, speech), diagnosis.closedOn && day(diagnosis.closedOn)].filter(Boolean).join(" – ")}
      >
        <p>
          <a class="button" href={`/diagnoses/${diagnosis.slug}/report`} target="_blank" rel="noopener">
            <Icon name="print" size={18} /> {t.diagnosis.report}
          </a>
        </p>
      </PageHead>
      <Part title={t.diagnosis.questions} when={diagnosis.essentialQuestions.length > 0}>
        {diagnosis.essentialQuestions.map((question) => (
          <p class="quote" key={question}>
            {question}
          </p>
        ))}
      </Part>
      <Part title={t.diagnosis.orientations} when={diagnosis.orientations.length > 0}>
        <ol class="cards">
          {diagnosis.orientations.map((one) => (
            <li key={one.id} class="panel stack">
              <h3>
                {one.number}. {one.title}
              </h3>
              {one.rationale && <p>{one.rationale}</p>}
              {one.exampleActions.length > 0 && (
                <div>
                  <p class="overline">{t.diagnosis.examples}</p>
                  <ul class="dots">
                    {one.exampleActions.map((action) => (
                      <li key={action}>{action}</li>
                    ))}
                  </ul>
                </div>
              )}
              {one.validation && <p class="tag good">{t.diagnosis.validated(one.validation.by, day(one.validation.on))}</p>}
            </li>
          ))}
        </ol>
      </Part>
      {diagnosis.axes.map((axis) => (
        <Part key={axis.id} title={`${axis.number}. ${axis.title}`} aside={<ThemeTags themes={axis.themes} />}>
          <div class="swot">
            {QUADRANTS.map((quadrant) => {
              const items = axis.items.filter((item) => item.quadrant === quadrant);
              return (
                <section key={quadrant} class={`quadrant ${quadrant.toLowerCase()}`}>
                  <h3>{t.enums.quadrants[quadrant]}</h3>
                  {items.length === 0 && <p class="small">—</p>}
                  <ul class="dots">
                    {items.map((item) => (
                      <li key={item.id}>
                        {item.text}
                        {item.priority.votes > 0 && (
                          <small>
                            {" "}
                            · {t.diagnosis.votes(item.priority.votes)}
                            {item.priority.rank !== null && ` · ${t.diagnosis.priority(item.priority.rank)}`}
                          </small>
                        )}
                      </li>
                    ))}
                  </ul>
                </section>
              );
            })}
          </div>
        </Part>
      ))}
      <div class="columns">
        <Part title={t.diagnosis.sessions} when={diagnosis.sessions.nodes.length > 0}>
          <ul class="lines">
            {diagnosis.sessions.nodes.map((one) => (
              <li key={one.id}>
                <strong>{one.title}</strong>
                <br />
                <small>{[t.enums.formats[one.format], dayAs(one.heldOn, one.heldOnPrecision, speech), one.place, one.headcount !== null && t.diagnosis.people(one.headcount)].filter(Boolean).join(" · ")}</small>
              </li>
            ))}
          </ul>
        </Part>
        <aside class="stack wide-gap">
          <Part title={t.diagnosis.keywords} when={(diagnosis.keywords ?? []).length > 0}>
            <ul class="cloud">
              {(diagnosis.keywords ?? []).slice(0, 30).map((one) => (
                <li key={one.keyword} class={`size-${Math.ceil((one.count / most) * 4)}`}>
                  {one.keyword} <small>{one.count}</small>
                </li>
              ))}
            </ul>
          </Part>
          <Facts
            facts={[
              [t.diagnosis.facilitator, diagnosis.facilitator && <ActorLine actor={diagnosis.facilitator} />],
              [t.diagnosis.milestones, diagnosis.milestones.length > 0 && (
                <ul>
                  {diagnosis.milestones.map((one) => (
                    <li key={one.title}>
                      {dayAs(one.on, one.onPrecision, speech)} : {one.title}
                    </li>
                  ))}
                </ul>
              )],
            ]}
          />
        </aside>
      </div>
    </article>
  );
}

export function PracticePage({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const variables = { slug, language };
  const asked = useQuery(PracticePageDocument, variables);
  useShown(PracticePageDocument, variables);
  return (
    <Asking asked={asked} pick={(data) => data.goodPractice}>
      {(practice) => <Practice practice={practice} />}
    </Asking>
  );
}

function Practice({ practice }: { practice: NonNullable<PracticePageQuery["goodPractice"]> }) {
  const { t, day } = useSpeech();
  return (
    <article class="page">
      <PageHead over={t.search.kinds.GoodPractice} title={practice.title} lead={practice.summary}>
        <ThemeTags themes={practice.themes} />
      </PageHead>
      <div class="columns">
        <div class="stack wide-gap">
          <Part title={t.practice.story} when={!!practice.story}>
            <Prose text={practice.story} />
          </Part>
          <Part title={t.practice.lessons} when={practice.lessons.nodes.length > 0}>
            <ul class="cards">
              {practice.lessons.nodes.map((one) => (
                <li key={one.id} class="panel stack">
                  <span class="tag">{t.enums.rubrics[one.rubric]}</span>
                  <p>{one.text}</p>
                  {one.event && <small>{one.event}</small>}
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.practice.replications}>
            {practice.replications.length === 0 && <p class="small">{t.practice.noReplications}</p>}
            <ul class="lines">
              {practice.replications.map((one) => (
                <li key={one.id}>
                  <span class={`tag ${one.status === "DONE" || one.status === "RUNNING" ? "good" : ""}`}>{t.enums.replications[one.status]}</span>{" "}
                  {one.actor && <a href={`/acteurs/${one.actor.slug}`}>{one.actor.name}</a>}
                  {one.actor && one.territory && " · "}
                  {one.territory && <a href={placePath(one.territory)}>{one.territory.name}</a>}
                  {one.since && <small> · {t.actor.since(day(one.since))}</small>}
                  {one.call && (
                    <>
                      <br />
                      <small>
                        {t.practice.through} <a href={`/appels/${one.call.slug}`}>{one.call.title}</a>
                      </small>
                    </>
                  )}
                  {one.notes && <p class="small">{one.notes}</p>}
                </li>
              ))}
            </ul>
          </Part>
          <Part title={t.practice.resources} when={practice.resources.length > 0}>
            <ul class="lines">
              {practice.resources.map((one) => (
                <li key={one.id}>
                  {one.url ? <a href={one.url} rel="noopener noreferrer">{one.title}</a> : one.title} <small>{[one.authors.join(", "), one.publisher, one.year].filter(Boolean).join(" · ")}</small>
                </li>
              ))}
            </ul>
          </Part>
        </div>
        <aside class="stack wide-gap">
          <Part title={t.practice.actors} when={practice.actors.length > 0}>
            <ActorLines actors={practice.actors} />
          </Part>
          <Facts
            facts={[
              [t.practice.where, practice.territories.length > 0 && <PlaceTags places={practice.territories} />],
              [t.actor.audiences, practice.audiences.join(", ")],
              [t.common.goals, practice.sdgs.length > 0 && <Goals goals={practice.sdgs} />],
            ]}
          />
          <Part title={t.practice.similar} when={practice.similar.length > 0}>
            <ul class="lines">
              {practice.similar.map(({ practice: other, reasons }) => (
                <li key={other.id}>
                  <a href={`/pratiques/${other.slug}`}>{other.title}</a>
                  <br />
                  <small>{reasons.join(" · ")}</small>
                </li>
              ))}
            </ul>
          </Part>
        </aside>
      </div>
    </article>
  );
}

export function ProjectPage({ slug }: { slug: string }) {
  const { language } = useSpeech();
  const variables = { slug, language };
  const asked = useQuery(ProjectPageDocument, variables);
  useShown(ProjectPageDocument, variables);
  return (
    <Asking asked={asked} pick={(data) => data.project}>
      {(project) => <Project project={project} />}
    </Asking>
  );
}

function Project({ project }: { project: NonNullable<ProjectPageQuery["project"]> }) {
  const { t, day } = useSpeech();
  return (
    <article class="page">
      <PageHead over={t.search.kinds.Project} title={project.title} lead={project.summary}>
        <ThemeTags themes={project.themes} />
      </PageHead>
      <div class="columns">
        <div class="stack wide-gap">
          <Part title={t.collective.lead} when={project.lead !== null}>
            {project.lead && <ActorLine actor={project.lead} />}
          </Part>
          <Part title={t.project.partners} when={project.partners.length > 0}>
            <ActorLines actors={project.partners} />
          </Part>
          <Part title={t.project.orientations} when={project.orientations.length > 0}>
            <ul class="dots">
              {project.orientations.map((one) => (
                <li key={one.id}>
                  {one.number}. {one.title}
                </li>
              ))}
            </ul>
          </Part>
        </div>
        <Facts
          facts={[
            [t.project.dynamics, project.dynamics.map((one) => t.enums.dynamics[one]).join(", ")],
            [t.common.goals, project.sdgs.length > 0 && <Goals goals={project.sdgs} />],
            [t.practice.where, project.territories.length > 0 && <PlaceTags places={project.territories} />],
            [t.project.when, [project.startsOn && day(project.startsOn), project.endsOn && day(project.endsOn)].filter(Boolean).join(" – ")],
            [t.search.kinds.Collective ?? "", project.collective && <a href={`/collectifs/${project.collective.slug}`}>{project.collective.name}</a>],
          ]}
        />
      </div>
    </article>
  );
}
