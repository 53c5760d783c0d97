//! Sessions as clients read and write them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, InputObject, MaybeUndefined, Object, SimpleObject, Union};

use super::actor_inputs::bounded;
use super::actors::Actor;
use super::calls::Call;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, page, total};
use super::context::ContextExt;
use super::diagnoses::{DiagnosisAxis, SharedDiagnosis};
use super::enums::{DatePrecision, WorkshopFormat};
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::loaders::{AttendanceOf, TablesOf, page_of, total_of};
use super::mutation::meant;
use super::scalars::{Date, edit, read, read_edit};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, DiagnosisAxisId, WorkshopSessionId};
use crate::domain::keywords;
use crate::domain::listings::{SessionAnchor, SessionListing};
use crate::domain::workshops::{self as domain, SessionEdit};

/// For what a session was held.
#[derive(Union)]
pub enum SessionOwner {
    /// A shared diagnosis.
    SharedDiagnosis(SharedDiagnosis),
    /// A collective: the marathon that drafted its card.
    Collective(Collective),
    /// A call: the World Café that opened it.
    Call(Call),
}

/// Something that was held for a diagnosis, for a collective, or for a call. Whoever sees that sees it.
#[derive(Clone, Description)]
pub struct WorkshopSession(pub domain::WorkshopSession);

#[Object(use_type_description)]
impl WorkshopSession {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// For what it was held; null where that is no longer to be seen.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<SessionOwner>> {
        let loader = ctx.loader();
        let found = async {
            Ok(match self.0.owner {
                domain::SessionOwner::Diagnosis(id) => loader
                    .load_one(id)
                    .await?
                    .map(|found| SessionOwner::SharedDiagnosis(SharedDiagnosis(found))),
                domain::SessionOwner::Collective(id) => {
                    loader.load_one(id).await?.map(|found| SessionOwner::Collective(Collective(found)))
                }
                domain::SessionOwner::Call(id) => {
                    loader.load_one(id).await?.map(|found| SessionOwner::Call(Call(found)))
                }
            })
        };
        found.await.transpose()
    }

    /// How people worked.
    async fn format(&self) -> WorkshopFormat {
        self.0.format.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The day, or the first one.
    async fn held_on(&self) -> Date {
        self.0.held_on.into()
    }

    /// How much of `heldOn` is known; where only a year or a month is, `heldOn` is its first day.
    async fn held_on_precision(&self) -> DatePrecision {
        self.0.held_on_precision.into()
    }

    /// The last day; null where it was one day.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date::from)
    }

    /// Of a diagnosis: the axis that it was about; null where it was about all of them.
    async fn axis(&self, ctx: &Context<'_>) -> Option<Result<DiagnosisAxis>> {
        let found = ctx.loader().load_one(self.0.axis?).await;
        found.map(|found| found.map(DiagnosisAxis)).map_err(ApiError::from).transpose()
    }

    /// How many people were in the room, whether or not each is known; null where nobody counted.
    async fn headcount(&self) -> Option<i32> {
        self.0.headcount
    }

    /// The organisations that were there, in order: those that you may see.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        let ids = ctx.loader().load_one(AttendanceOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(ids.len())?;
        let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).map(Actor).collect())
    }

    /// Its tables: of a World Café the themes, with the words that each round left.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn tables(&self, ctx: &Context<'_>) -> Result<Vec<WorkshopTable>> {
        let found = ctx.loader().load_one(TablesOf(self.0.id)).await?.unwrap_or_default();
        ctx.list(found.len())?;
        Ok(found.into_iter().map(WorkshopTable::from).collect())
    }

    /// The words that its tables left, close spellings together, the most frequent first.
    #[graphql(complexity = "10 * child_complexity + 2")]
    async fn keywords(&self, ctx: &Context<'_>) -> Result<Vec<KeywordCount>> {
        let found = ctx.loader().load_one(TablesOf(self.0.id)).await?.unwrap_or_default();
        Ok(keywords::counts(&found).into_iter().map(KeywordCount::from).collect())
    }

    /// Where it was held.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
}

/// A table of a session: of a World Café a theme, with the words that each round left.
#[derive(SimpleObject)]
pub struct WorkshopTable {
    /// What was talked about.
    theme: String,
    /// What each round left, in order: a word that was left twice stands there twice.
    keywords: Vec<String>,
    /// What else was noted.
    notes: Option<String>,
}

impl From<domain::WorkshopTable> for WorkshopTable {
    fn from(table: domain::WorkshopTable) -> Self {
        Self { theme: table.theme, keywords: table.keywords, notes: table.notes }
    }
}

/// A word that tables left, and how often. Accents, case, hyphens, plurals and small words do not count, nor does one typing
/// error in a long word.
#[derive(SimpleObject)]
pub struct KeywordCount {
    /// As it is most often written.
    keyword: String,
    /// How often it was left, in any spelling.
    count: i32,
    /// Every way in which it was written, the most frequent first.
    spellings: Vec<String>,
    /// The themes of the tables that left it, in order.
    themes: Vec<String>,
}

impl From<keywords::KeywordCount> for KeywordCount {
    fn from(counted: keywords::KeywordCount) -> Self {
        Self {
            keyword: counted.keyword,
            count: i32::try_from(counted.count).unwrap_or(i32::MAX),
            spellings: counted.spellings,
            themes: counted.themes,
        }
    }
}

/// A page of sessions.
#[derive(Description)]
pub struct WorkshopSessionConnection {
    slice: SharedSlice<domain::WorkshopSession>,
    listing: Arc<SessionListing>,
    of: uuid::Uuid,
}

impl WorkshopSessionConnection {
    /// The sessions of an entry.
    pub async fn of(
        ctx: &Context<'_>,
        anchor: SessionAnchor,
        of: uuid::Uuid,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let page = page(first, after, None, None, &SessionListing::order())?;
        let listing = Arc::new(SessionListing { anchor });
        Ok(Self { slice: page_of(ctx, &listing, page, Some(of)).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl WorkshopSessionConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<WorkshopSession>> {
        edges(&self.slice, WorkshopSession)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<WorkshopSession> {
        nodes(&self.slice, WorkshopSession)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, Some(self.of)).await?))
    }
}

/// A table of a session.
#[derive(InputObject)]
pub struct WorkshopTableInput {
    /// What was talked about, at most 300 characters.
    theme: String,
    /// What each round left, at most 60 of 200 characters; a word that was left twice is sent twice.
    keywords: Option<Vec<String>>,
    /// What else was noted.
    notes: Option<String>,
}

fn tables(given: Vec<WorkshopTableInput>, found: &mut Violations) -> Vec<domain::WorkshopTable> {
    let table = |table: WorkshopTableInput| domain::WorkshopTable {
        theme: table.theme,
        keywords: table.keywords.unwrap_or_default(),
        notes: table.notes,
    };
    bounded(given, "input.tables", found).into_iter().map(table).collect()
}

fn attendance(given: Vec<ID>, found: &mut Violations) -> Vec<ActorId> {
    bounded(given, "input.attendance", found).iter().map(id_of::<ActorId>).collect()
}

/// A session that was held, or will be within a year.
#[derive(InputObject)]
pub struct WorkshopSessionInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same session, recorded once.
    client_key: Option<String>,
    /// How people worked.
    format: WorkshopFormat,
    /// Its title, at most 300 characters.
    title: String,
    /// The day, or the first one; not before its diagnosis began.
    held_on: Date,
    /// How much of `heldOn` is known; of a year or month the first day is kept.
    #[graphql(default_with = "DatePrecision::Day")]
    held_on_precision: DatePrecision,
    /// The last day, where it was not one day.
    ended_on: Option<Date>,
    /// Of a diagnosis: the axis that it was about.
    axis: Option<ID>,
    /// How many people were in the room.
    headcount: Option<i32>,
    /// The organisations that were there, in order.
    attendance: Option<Vec<ID>>,
    /// Its tables, at most 30.
    tables: Option<Vec<WorkshopTableInput>>,
    /// Where it was held.
    place: Option<String>,
}

impl WorkshopSessionInput {
    /// Checks what can be checked without the database.
    fn read(self, found: &mut Violations) -> SessionEdit {
        SessionEdit {
            format: Edit::Set(self.format.into()),
            title: Edit::Set(self.title),
            held_on: Edit::given(read(Some(&self.held_on), "input.heldOn", found)),
            held_on_precision: Edit::Set(self.held_on_precision.into()),
            ended_on: Edit::given(read(self.ended_on.as_ref(), "input.endedOn", found)),
            axis: Edit::given(self.axis).map(|id| id_of::<DiagnosisAxisId>(&id)),
            headcount: Edit::given(self.headcount),
            attendance: Edit::given(self.attendance).map(|given| attendance(given, found)),
            tables: Edit::given(self.tables).map(|given| tables(given, found)),
            place: Edit::given(self.place),
        }
    }
}

/// A change of a session: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateWorkshopSessionInput {
    /// How people worked.
    format: MaybeUndefined<WorkshopFormat>,
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// The day, or the first one; not before its diagnosis began.
    held_on: MaybeUndefined<Date>,
    /// How much of `heldOn` is known.
    held_on_precision: MaybeUndefined<DatePrecision>,
    /// The last day, where it was not one day.
    ended_on: MaybeUndefined<Date>,
    /// Of a diagnosis: the axis that it was about.
    axis: MaybeUndefined<ID>,
    /// How many people were in the room.
    headcount: MaybeUndefined<i32>,
    /// The organisations that were there, in order: all of them that you can see; the others stay.
    attendance: MaybeUndefined<Vec<ID>>,
    /// Its tables: all of them.
    tables: MaybeUndefined<Vec<WorkshopTableInput>>,
    /// Where it was held.
    place: MaybeUndefined<String>,
}

impl UpdateWorkshopSessionInput {
    /// Checks what can be checked without the database.
    fn read(self, found: &mut Violations) -> SessionEdit {
        SessionEdit {
            format: edit(self.format).map(Into::into),
            title: edit(self.title),
            held_on: read_edit(self.held_on, "input.heldOn", found),
            held_on_precision: edit(self.held_on_precision).map(Into::into),
            ended_on: read_edit(self.ended_on, "input.endedOn", found),
            axis: edit(self.axis).map(|id| id_of::<DiagnosisAxisId>(&id)),
            headcount: edit(self.headcount),
            attendance: edit(self.attendance).map(|given| attendance(given, found)),
            tables: edit(self.tables).map(|given| tables(given, found)),
            place: edit(self.place),
        }
    }
}

/// Sessions: written down, changed, taken away.
#[derive(Default)]
pub struct WorkshopMutation;

#[Object]
impl WorkshopMutation {
    /// Writes down a session of a diagnosis that is open, of a collective or of a call: for those who may change that.
    async fn record_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of a shared diagnosis, a collective or a call.")] owner: ID,
        #[graphql(desc = "The session.")] input: WorkshopSessionInput,
    ) -> Option<Result<WorkshopSession>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let owner = meant(&owner);
        let recorded = ctx.app().record_session(ctx.caller(), key.as_deref(), owner, edit, found).await;
        Some(recorded.map(WorkshopSession).map_err(ApiError::from))
    }

    /// Changes a session: for those who may change what it was held for. One of a closed diagnosis stays as it is.
    async fn update_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateWorkshopSessionInput,
    ) -> Option<Result<WorkshopSession>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<WorkshopSessionId>(&id);
        let updated = ctx.app().update_session(ctx.caller(), id, edit, found).await;
        Some(updated.map(WorkshopSession).map_err(ApiError::from))
    }

    /// Takes a session away, with who was there and its tables: for those who may change what it was held for. One of a closed
    /// diagnosis stays. Refused with code CONFLICT where findings, lessons or validations name it, whose `candidateIds` they
    /// are. Returns its id.
    async fn remove_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let removed = ctx.app().remove_session(ctx.caller(), id_of::<WorkshopSessionId>(&id)).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }
}
