//! Search as clients read it.

use async_graphql::{ComplexObject, Context, SimpleObject, Union};
use strum::IntoEnumIterator;

use super::actor_inputs::{bounded, search_text};
use super::actors::Actor;
use super::calls::Call;
use super::collectives::Collective;
use super::connection::{PageInfo, page};
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::enums::SearchKind;
use super::error::Result;
use super::lessons::Lesson;
use super::library::LibraryResource;
use super::loaders::{LinkedTo, territory};
use super::practices::GoodPractice;
use super::projects::Project;
use super::territories::Territory;
use super::territory_inputs::TerritoryScope;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{
    ActorId, CallId, CollectiveId, DiagnosisId, GoodPracticeId, LessonId, LibraryResourceId, ProjectId,
    SubjectKind, TerritoryId,
};
use crate::domain::search::{self as domain, Search};
use crate::domain::territories::Relation;

/// Something found.
#[derive(Union)]
pub enum SearchItem {
    /// An actor.
    Actor(Actor),
    /// A territory.
    Territory(Territory),
    /// A call.
    Call(Call),
    /// A collective.
    Collective(Collective),
    /// A project.
    Project(Project),
    /// A good practice.
    GoodPractice(GoodPractice),
    /// A resource of the library.
    LibraryResource(LibraryResource),
    /// A lesson.
    Lesson(Lesson),
    /// A shared diagnosis.
    SharedDiagnosis(SharedDiagnosis),
}

/// Something found with its place among what is found.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct SearchEdge {
    /// Its place: opaque, to be sent back as `after`.
    cursor: String,
    /// What was found.
    node: SearchItem,
    /// How well it matches; higher is better, and comparable within this search alone.
    score: f64,
    /// Its name, of a lesson its beginning, as HTML, the words that match in `<mark>`, everything else escaped.
    highlight: Option<String>,
}

#[ComplexObject]
impl SearchEdge {
    /// Where it is, in a line that tells homonyms apart: of a territory the département (of a neighbourhood also the
    /// commune), and the région where no département holds it; of an actor the commune of its seat and its département.
    /// Null for everything else, and where nothing is known.
    #[graphql(complexity = 10)]
    async fn context(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (first, place) = match &self.node {
            SearchItem::Territory(territory) => (None, territory.0.clone()),
            SearchItem::Actor(actor) => {
                let Some(seat) = actor.0.seat else { return Ok(None) };
                let Some(seat) = territory(ctx, seat.commune).await? else { return Ok(None) };
                (Some(seat.name.clone()), seat)
            }
            _ => return Ok(None),
        };
        let holders = ctx.loader().load_one(LinkedTo(Relation::Within, false, place.id)).await?;
        let holders: Vec<_> =
            holders.unwrap_or_default().into_iter().map(|(holder, _)| (holder.kind, holder.name)).collect();
        Ok(domain::context(first, place.kind, &holders))
    }
}

/// A page of what is found, best first.
#[derive(SimpleObject)]
pub struct SearchConnection {
    /// The page's finds with their cursors.
    edges: Vec<SearchEdge>,
    /// Where the page ends.
    page_info: PageInfo,
}

impl SearchConnection {
    /// Searches.
    pub async fn of(
        ctx: &Context<'_>,
        given: String,
        kinds: Option<Vec<SearchKind>>,
        territory: Option<TerritoryScope>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let mut found = Violations::default();
        let text = search_text(Some(given), "text", &mut found);
        if text.is_none() && found.0.is_empty() {
            found.add("text", ViolationCode::Required, "must not be empty");
        }
        let asked: Vec<domain::SearchKind> =
            bounded(kinds.unwrap_or_default(), "kinds", &mut found).into_iter().map(Into::into).collect();
        let kinds =
            domain::SearchKind::iter().filter(|kind| asked.is_empty() || asked.contains(kind)).collect();
        let text = match text {
            Some(text) if found.0.is_empty() => text,
            _ => return Err(found.into()),
        };
        let page = page(first, after, None, None, &Search::order())?;
        let territory = territory.map(TerritoryScope::read);
        let mut search = Search { text, kinds, territory, visibility: ctx.visibility() };
        let slice = ctx.app().search(&mut search, &page).await?;
        let of =
            |kind| slice.edges.iter().filter(move |e| e.node.subject.kind == kind).map(|e| e.node.subject.id);
        let mut actors = ctx.loader().load_many(of(SubjectKind::Actor).map(ActorId)).await?;
        let mut territories = ctx.loader().load_many(of(SubjectKind::Territory).map(TerritoryId)).await?;
        let mut calls = ctx.loader().load_many(of(SubjectKind::Call).map(CallId)).await?;
        let mut collectives = ctx.loader().load_many(of(SubjectKind::Collective).map(CollectiveId)).await?;
        let mut projects = ctx.loader().load_many(of(SubjectKind::Project).map(ProjectId)).await?;
        let mut practices = ctx.loader().load_many(of(SubjectKind::GoodPractice).map(GoodPracticeId)).await?;
        let mut resources =
            ctx.loader().load_many(of(SubjectKind::LibraryResource).map(LibraryResourceId)).await?;
        let mut lessons = ctx.loader().load_many(of(SubjectKind::Lesson).map(LessonId)).await?;
        let mut diagnoses = ctx.loader().load_many(of(SubjectKind::Diagnosis).map(DiagnosisId)).await?;
        let edge = |edge: &crate::domain::paging::Edge<domain::SearchHit>| {
            let subject = edge.node.subject;
            let node = match subject.kind {
                SubjectKind::Actor => SearchItem::Actor(Actor(actors.remove(&ActorId(subject.id))?)),
                SubjectKind::Territory => {
                    SearchItem::Territory(Territory(territories.remove(&TerritoryId(subject.id))?))
                }
                SubjectKind::Call => SearchItem::Call(Call(calls.remove(&CallId(subject.id))?)),
                SubjectKind::Collective => {
                    SearchItem::Collective(Collective(collectives.remove(&CollectiveId(subject.id))?))
                }
                SubjectKind::Project => {
                    SearchItem::Project(Project(projects.remove(&ProjectId(subject.id))?))
                }
                SubjectKind::GoodPractice => {
                    SearchItem::GoodPractice(GoodPractice(practices.remove(&GoodPracticeId(subject.id))?))
                }
                SubjectKind::LibraryResource => SearchItem::LibraryResource(LibraryResource(
                    resources.remove(&LibraryResourceId(subject.id))?,
                )),
                SubjectKind::Lesson => SearchItem::Lesson(Lesson(lessons.remove(&LessonId(subject.id))?)),
                SubjectKind::Diagnosis => {
                    SearchItem::SharedDiagnosis(SharedDiagnosis(diagnoses.remove(&DiagnosisId(subject.id))?))
                }
                _ => return None,
            };
            let highlight = Some(domain::highlight(&edge.node.name, &search.text));
            Some(SearchEdge { cursor: edge.cursor.encode(), node, score: edge.node.score, highlight })
        };
        let page_info = PageInfo::of(&slice);
        Ok(Self { edges: slice.edges.iter().filter_map(edge).collect(), page_info })
    }
}
