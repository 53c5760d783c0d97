//! What is asked of practices, lessons and the library alike: one filter, and counts.

use super::ids::ActorId;
use super::lessons::LessonRubric;
use super::search_text::SearchText;
use super::territories::TerritoryScope;

/// Which practices, lessons or resources to list. Everything given must hold; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct KnowledgeFilter {
    pub text: Option<SearchText>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub territory: Option<TerritoryScope>,
    pub rubrics: Vec<LessonRubric>,
    pub actor: Option<ActorId>,
}

/// Counts over a filtered set of practices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeFacets {
    /// By slug of a theme, most first.
    pub themes: Vec<(String, i64)>,
    /// By number of a goal, in order.
    pub sdgs: Vec<(i16, i64)>,
    /// By rubric of their lessons, in order: how many practices have one.
    pub rubrics: Vec<(LessonRubric, i64)>,
}
