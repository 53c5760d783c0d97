//! What clients say of practices, lessons, replications and the library: references, the filter, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, OneofObject};

use super::actor_inputs::{bounded, enums, search_text};
use super::context::ContextExt;
use super::enums::{Language, LessonRubric, ReplicationPath, ReplicationStatus};
use super::error::Result;
use super::ids::id_of;
use super::mutation::meant;
use super::scalars::{Date, Url, edit, read, read_edit};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::practices::PracticeInput;
use crate::app::replications::ReplicationInput as Recording;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CallId, GoodPracticeId, LibraryResourceId};
use crate::domain::lessons::LessonEdit;
use crate::domain::library::ResourceEdit;
use crate::domain::practices::{self, PracticeEdit};
use crate::domain::replications::Recorded;
use crate::domain::{knowledge, sdgs, themes};

/// How a good practice is named.
#[derive(OneofObject)]
pub enum GoodPracticeRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

impl From<GoodPracticeRef> for practices::GoodPracticeRef {
    fn from(by: GoodPracticeRef) -> Self {
        match by {
            GoodPracticeRef::Id(id) => Self::Id(id_of::<GoodPracticeId>(&id)),
            GoodPracticeRef::Slug(slug) => Self::Slug(slug.replace('\0', "")),
        }
    }
}

/// Which practices, lessons or resources to list. Everything given must hold; an empty list asks nothing. Of lessons, what is
/// asked of goals, places and actors is asked of what they were learnt from; of resources, what is asked of places, rubrics
/// and actors is asked of a practice that names them.
#[derive(InputObject, Default)]
pub struct KnowledgeFilter {
    /// Words of the title, summary or story, of the lesson, or of the work, its authors or its abstract: accents, case and
    /// hyphens do not matter, typing errors are forgiven.
    text: Option<String>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// Serving one of these goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Taking place there; the basis says nothing of knowledge.
    territory: Option<TerritoryScope>,
    /// Under one of these rubrics; of practices, those that have a lesson under one.
    rubrics: Option<Vec<LessonRubric>>,
    /// Of this actor: a practice, a project that it leads or is a partner of, a collective that it is of.
    actor: Option<ID>,
}

impl KnowledgeFilter {
    /// The filter, checked, its territory found.
    pub async fn read(ctx: &Context<'_>, given: Option<Self>) -> Result<knowledge::KnowledgeFilter> {
        let mut found = Violations::default();
        let given = given.unwrap_or_default();
        let goals = bounded(given.sdgs.unwrap_or_default(), "filter.sdgs", &mut found);
        let mut filter = knowledge::KnowledgeFilter {
            text: search_text(given.text, "filter.text", &mut found),
            themes: themes::parse("filter.themes", given.themes.unwrap_or_default(), &mut found),
            sdgs: sdgs::parse("filter.sdgs", &goals, &mut found),
            territory: given.territory.map(TerritoryScope::read),
            rubrics: enums(given.rubrics, "filter.rubrics", &mut found),
            actor: given.actor.map(|id| id_of::<ActorId>(&id)),
        };
        found.into_result(())?;
        let scope = filter.territory.iter_mut();
        let places =
            scope.map(|scope| ("filter.territory.territory".to_owned(), &mut scope.territory)).collect();
        ctx.app().resolve(places).await?;
        ctx.app().lead(filter.actor.iter_mut().collect()).await?;
        ctx.app().mend(&mut filter.text).await?;
        Ok(filter)
    }
}

fn actors(given: Vec<ID>, found: &mut Violations) -> Vec<ActorId> {
    bounded(given, "input.actors", found).iter().map(id_of::<ActorId>).collect()
}

fn resources(given: Vec<ID>, found: &mut Violations) -> Vec<LibraryResourceId> {
    bounded(given, "input.resources", found).iter().map(id_of::<LibraryResourceId>).collect()
}

fn goals(given: Vec<i32>, found: &mut Violations) -> Vec<i32> {
    bounded(given, "input.sdgs", found)
}

/// A new good practice.
#[derive(InputObject)]
pub struct CreateGoodPracticeInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same practice, created once.
    pub client_key: Option<String>,
    /// Its title, at most 300 characters.
    title: String,
    /// What it is, in short.
    summary: String,
    /// How it came to be and how it goes, at length.
    story: Option<String>,
    /// Whose practice it is, in order; one of them is an actor that you edit, or that is within your territories, unless it
    /// takes place there.
    actors: Option<Vec<ID>>,
    /// Where it takes place.
    territories: Option<Vec<TerritoryRef>>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Numbers of its goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Those whom it is for, as free tags.
    audiences: Option<Vec<String>>,
    /// Ids of what to read about it, in order.
    resources: Option<Vec<ID>>,
}

impl CreateGoodPracticeInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> PracticeInput {
        PracticeInput {
            edit: PracticeEdit {
                title: Edit::Set(self.title),
                summary: Edit::Set(self.summary),
                story: Edit::given(self.story),
                actors: Edit::given(self.actors).map(|given| actors(given, found)),
                themes: Edit::given(self.themes),
                sdgs: Edit::given(self.sdgs).map(|given| goals(given, found)),
                audiences: Edit::given(self.audiences),
                resources: Edit::given(self.resources).map(|given| resources(given, found)),
                ..PracticeEdit::default()
            },
            territories: Edit::given(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}

/// A change of a good practice: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateGoodPracticeInput {
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// What it is, in short.
    summary: MaybeUndefined<String>,
    /// How it came to be and how it goes, at length.
    story: MaybeUndefined<String>,
    /// Whose practice it is, in order: all of them.
    actors: MaybeUndefined<Vec<ID>>,
    /// Where it takes place: all of it.
    territories: MaybeUndefined<Vec<TerritoryRef>>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Numbers of its goals, 1 to 17: all of them.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// Those whom it is for, as free tags: all of them.
    audiences: MaybeUndefined<Vec<String>>,
    /// Ids of what to read about it, in order: all of it.
    resources: MaybeUndefined<Vec<ID>>,
}

impl UpdateGoodPracticeInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> PracticeInput {
        PracticeInput {
            edit: PracticeEdit {
                title: edit(self.title),
                summary: edit(self.summary),
                story: edit(self.story),
                actors: edit(self.actors).map(|given| actors(given, found)),
                themes: edit(self.themes),
                sdgs: edit(self.sdgs).map(|given| goals(given, found)),
                audiences: edit(self.audiences),
                resources: edit(self.resources).map(|given| resources(given, found)),
                ..PracticeEdit::default()
            },
            territories: edit(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}

/// A new lesson.
#[derive(InputObject)]
pub struct LessonInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same lesson, recorded once.
    pub client_key: Option<String>,
    /// Under what it is told.
    pub rubric: LessonRubric,
    /// What was learnt, at most 5000 characters.
    text: String,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Id of what it was learnt from: a good practice, a collective or a project that you may change, or a session of one, of a diagnosis or of a call. Without one, everyone
    /// sees it, and managers and administrators alone record it.
    source: Option<ID>,
    /// Where it was told: a community day, a seminar.
    event: Option<String>,
    /// The day on which it was written down, not in the future, nor before 1900.
    recorded_on: Option<Date>,
}

impl LessonInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> LessonEdit {
        LessonEdit {
            rubric: Edit::Keep,
            text: Edit::Set(self.text),
            themes: Edit::given(self.themes),
            source: Edit::given(self.source).map(|id| meant(&id)),
            event: Edit::given(self.event),
            recorded_on: Edit::given(read(self.recorded_on.as_ref(), "input.recordedOn", found)),
        }
    }
}

/// A change of a lesson: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateLessonInput {
    /// Under what it is told.
    rubric: MaybeUndefined<LessonRubric>,
    /// What was learnt, at most 5000 characters.
    text: MaybeUndefined<String>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Id of what it was learnt from: a good practice, a collective or a project that you may change, or a session of what you may.
    source: MaybeUndefined<ID>,
    /// Where it was told.
    event: MaybeUndefined<String>,
    /// The day on which it was written down, not in the future, nor before 1900.
    recorded_on: MaybeUndefined<Date>,
}

impl UpdateLessonInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> LessonEdit {
        LessonEdit {
            rubric: edit(self.rubric).map(Into::into),
            text: edit(self.text),
            themes: edit(self.themes),
            source: edit(self.source).map(|id| meant(&id)),
            event: edit(self.event),
            recorded_on: read_edit(self.recorded_on, "input.recordedOn", found),
        }
    }
}

/// That a practice is taken up elsewhere.
#[derive(InputObject)]
pub struct ReplicationInput {
    /// How it gets there; `CALL` asks for the call, `TERRITORY` for the territory, `NETWORK` for the actor. The others may be
    /// given too.
    path: ReplicationPath,
    /// Where it is taken up.
    territory: Option<TerritoryRef>,
    /// Who takes it up, or the network in which it is taken up.
    actor: Option<ID>,
    /// The call by which it is taken up.
    call: Option<ID>,
    /// How far it is.
    status: ReplicationStatus,
    /// The day on which it began, or is to begin; not in the future with `RUNNING` and `DONE`.
    since: Option<Date>,
    /// What else is to be said of it.
    notes: Option<String>,
}

impl ReplicationInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> Recording {
        Recording {
            said: Recorded {
                path: self.path.into(),
                territory: None,
                actor: self.actor.as_ref().map(id_of::<ActorId>),
                call: self.call.as_ref().map(id_of::<CallId>),
                status: self.status.into(),
                since: read(self.since.as_ref(), "input.since", found),
                notes: self.notes,
            },
            territory: self.territory.map(TerritoryRef::read),
        }
    }
}

/// A new resource of the library.
#[derive(InputObject)]
pub struct LibraryResourceInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same resource, added once.
    pub client_key: Option<String>,
    /// Its title, at most 300 characters.
    title: String,
    /// Who wrote it, in order.
    authors: Option<Vec<String>>,
    /// Who published it.
    publisher: Option<String>,
    /// The year in which it was published, from 1450 to the next one.
    year: Option<i32>,
    /// Where it is read.
    url: Option<Url>,
    /// The language that it is written in.
    #[graphql(default_with = "Language::Fr")]
    language: Language,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Numbers of the goals that it is about, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// What it says, in short.
    #[graphql(name = "abstract")]
    summary: Option<String>,
}

impl LibraryResourceInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ResourceEdit {
        ResourceEdit {
            title: Edit::Set(self.title),
            authors: Edit::given(self.authors),
            publisher: Edit::given(self.publisher),
            year: Edit::given(self.year),
            url: Edit::given(read(self.url.as_ref(), "input.url", found)),
            language: Edit::Set(self.language.into()),
            themes: Edit::given(self.themes),
            sdgs: Edit::given(self.sdgs).map(|given| goals(given, found)),
            summary: Edit::given(self.summary),
        }
    }
}

/// A change of a resource: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateLibraryResourceInput {
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// Who wrote it, in order: all of them.
    authors: MaybeUndefined<Vec<String>>,
    /// Who published it.
    publisher: MaybeUndefined<String>,
    /// The year in which it was published, from 1450 to the next one.
    year: MaybeUndefined<i32>,
    /// Where it is read.
    url: MaybeUndefined<Url>,
    /// The language that it is written in.
    language: MaybeUndefined<Language>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Numbers of the goals that it is about, 1 to 17: all of them.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// What it says, in short.
    #[graphql(name = "abstract")]
    summary: MaybeUndefined<String>,
}

impl UpdateLibraryResourceInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ResourceEdit {
        ResourceEdit {
            title: edit(self.title),
            authors: edit(self.authors),
            publisher: edit(self.publisher),
            year: edit(self.year),
            url: read_edit(self.url, "input.url", found),
            language: edit(self.language).map(Into::into),
            themes: edit(self.themes),
            sdgs: edit(self.sdgs).map(|given| goals(given, found)),
            summary: edit(self.summary),
        }
    }
}
