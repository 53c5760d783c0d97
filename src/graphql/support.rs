//! Support: who answers, and what was asked of them, as clients read and write it.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::calls::Call;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::enums::{TrackKind, Visibility};
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::loaders::{RoutedTo, page_of, territory, total_of};
use super::scalars::{Date, DateTime};
use super::support_inputs::{
    SupportContactInput, SupportKind, SupportRequestInput, SupportStatus, UpdateSupportContactInput,
};
use super::territories::Territory;
use super::territory_inputs::TerritoryScope;
use crate::app;
use crate::app::support::Ask;
use crate::app::support_requests::Step;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{SupportContactId, SupportRequestId};
use crate::domain::listings::{SupportContactListing, SupportRequestListing};
use crate::domain::paging::Page;
use crate::domain::routing::Routed;
use crate::domain::support as domain;

/// A person who answers for an institution: for these calls, these tracks, this programme, there. Personal data: shown by
/// its visibility, and gone once it is erased.
#[derive(Clone, Description)]
pub struct SupportContact(pub domain::SupportContact);

#[Object(use_type_description)]
impl SupportContact {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// For which actor they answer; null where that may not be seen.
    async fn institution(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.institution).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// How the person is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they do there.
    async fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// Their e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Their telephone number, as in `+33237388412`.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Where they answer: there and in what lies within it.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Territory> {
        let gone =
            || ApiError(app::Error::NotFound("a territory of this answer is no longer there".to_owned()));
        territory(ctx, self.0.territory).await?.map(Territory).ok_or_else(gone)
    }

    /// For which calls, of those that you may see; empty where they answer for any.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn calls(&self, ctx: &Context<'_>) -> Result<Vec<Call>> {
        let mut found = ctx.loader().load_many(self.0.calls.iter().copied()).await?;
        Ok(self.0.calls.iter().filter_map(|id| found.remove(id)).map(Call).collect())
    }

    /// For which tracks; empty where they answer for any.
    async fn tracks(&self) -> Vec<TrackKind> {
        self.0.tracks.iter().map(|track| (*track).into()).collect()
    }

    /// For which city contract or Cité éducative; null where they answer for any.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Result<Territory>> {
        let found = territory(ctx, self.0.programme?).await;
        found.map(|found| found.map(Territory)).map_err(ApiError::from).transpose()
    }

    /// To whom they are shown.
    async fn visibility(&self) -> Visibility {
        self.0.visibility.into()
    }

    /// The day on which they are back; null where they are there. Until then they are passed over.
    async fn absent_until(&self) -> Option<Date> {
        self.0.absent_until.map(Date::from)
    }
}

/// A contact that answers what is asked.
#[derive(SimpleObject)]
pub struct RoutedContact {
    /// Who.
    contact: SupportContact,
    /// Why, in French: `pour cet appel, cette stratégie, à Vernouillet`.
    because: String,
    /// How many steps up the territories their own is from the place: 0 for the place itself.
    distance: i32,
}

impl From<&Routed> for RoutedContact {
    fn from(routed: &Routed) -> Self {
        Self {
            contact: SupportContact(routed.contact.clone()),
            because: routed.because.clone(),
            distance: routed.distance,
        }
    }
}

/// Those who answer, the most specific first, of those that the caller may see.
pub async fn routed(ctx: &Context<'_>, ask: Ask) -> Result<Vec<RoutedContact>> {
    let found = ctx.loader().load_one(RoutedTo(ask)).await?;
    Ok(found.unwrap_or_default().iter().map(RoutedContact::from).collect())
}

/// What an actor or a collective asked of those who support it. The actor's editors see it, those of the collective's members,
/// and those who manage where it sits or acts, or the place that it asks about.
#[derive(Clone, Description)]
pub struct SupportRequest(pub domain::SupportRequest);

#[Object(use_type_description)]
impl SupportRequest {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// The actor that asks; null where a collective does, or it may not be seen.
    async fn requester(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.requester?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// The collective that asks; null where an actor does, or it may not be seen.
    async fn collective(&self, ctx: &Context<'_>) -> Option<Result<Collective>> {
        let found = ctx.loader().load_one(self.0.collective?).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// About which call; null where it is about none, or one that may not be seen.
    async fn call(&self, ctx: &Context<'_>) -> Option<Result<Call>> {
        let found = ctx.loader().load_one(self.0.call?).await;
        found.map(|found| found.map(Call)).map_err(ApiError::from).transpose()
    }

    /// What is asked for.
    async fn kind(&self) -> SupportKind {
        self.0.kind.into()
    }

    /// In words.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Where it stands.
    async fn status(&self) -> SupportStatus {
        self.0.status.into()
    }

    /// Who is to answer; null where nobody is yet, where they are gone, or where you may not see them.
    async fn assignee(&self, ctx: &Context<'_>) -> Option<Result<SupportContact>> {
        let found = ctx.loader().load_one(self.0.assignee?).await;
        found.map(|found| found.map(SupportContact)).map_err(ApiError::from).transpose()
    }

    /// Who may answer, the most specific first, of those that you may see.
    #[graphql(complexity = "5 * child_complexity + 5")]
    async fn routed(&self, ctx: &Context<'_>) -> Result<Vec<RoutedContact>> {
        routed(ctx, Ask::from(&self.0)).await
    }

    /// What was answered; null while nothing was.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// When it was asked.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was answered; null while it was not.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime::from)
    }
}

/// A page of those who answer.
#[derive(Description)]
pub struct SupportContactConnection {
    slice: SharedSlice<domain::SupportContact>,
    listing: Arc<SupportContactListing>,
    of: uuid::Uuid,
}

impl SupportContactConnection {
    /// Those who answer in a territory.
    pub async fn read(ctx: &Context<'_>, page: Page, of: uuid::Uuid) -> Result<Self> {
        let listing = Arc::new(SupportContactListing { visibility: ctx.visibility() });
        Ok(Self { slice: page_of(ctx, &listing, page, Some(of)).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl SupportContactConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<SupportContact>> {
        edges(&self.slice, SupportContact)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<SupportContact> {
        nodes(&self.slice, SupportContact)
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

/// A page of requests for support.
#[derive(Description)]
pub struct SupportRequestConnection {
    slice: SharedSlice<domain::SupportRequest>,
    listing: Arc<SupportRequestListing>,
    of: Option<uuid::Uuid>,
}

impl SupportRequestConnection {
    /// Those of a collective; null for those who see none of anybody's.
    pub async fn of_collective(
        ctx: &Context<'_>,
        of: uuid::Uuid,
        statuses: Option<Vec<SupportStatus>>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Self>> {
        let page = page(first, after, None, None, &SupportRequestListing::order())?;
        let mut found = Violations::default();
        let statuses = super::actor_inputs::enums(statuses, "statuses", &mut found);
        found.into_result(())?;
        let Some(listing) = ctx.app().requests_of_collectives(ctx.caller(), statuses) else {
            return Ok(None);
        };
        let (listing, of) = (Arc::new(listing), Some(of));
        Ok(Some(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of }))
    }
}

impl SupportRequestConnection {
    /// The requests that a listing holds.
    pub async fn read(
        ctx: &Context<'_>,
        listing: SupportRequestListing,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let page = page(first, after, None, None, &SupportRequestListing::order())?;
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, None).await?, listing, of: None })
    }
}

#[Object(use_type_description)]
impl SupportRequestConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<SupportRequest>> {
        edges(&self.slice, SupportRequest)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<SupportRequest> {
        nodes(&self.slice, SupportRequest)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, self.of).await?))
    }
}

/// Requests for support.
#[derive(Default)]
pub struct SupportQuery;

#[Object]
impl SupportQuery {
    /// The requests for support that you may see, oldest first: those of your own actors, of the
    /// collectives that they are members of, and of the territories that you manage. Null, with an error, for those who may see none.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn support_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In one of these statuses; in any where it is left out.")] statuses: Option<
            Vec<SupportStatus>,
        >,
        #[graphql(
            desc = "About this territory, or of an actor or a collective there: `SEAT` asks where the actor sits, `AREA` what the request names and where the actor or the collective acts, `ANY` either."
        )]
        territory: Option<TerritoryScope>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<SupportRequestConnection>> {
        let found = async {
            ctx.app().require_requests(ctx.caller())?;
            let mut found = Violations::default();
            let statuses = super::actor_inputs::enums(statuses, "statuses", &mut found);
            found.into_result(())?;
            let mut territory = territory.map(TerritoryScope::read);
            let places = territory.iter_mut();
            let places =
                places.map(|scope| ("territory.territory".to_owned(), &mut scope.territory)).collect();
            ctx.app().resolve(places).await?;
            let visibility = ctx.visibility();
            let listing = SupportRequestListing { statuses, territory, of_collective: false, visibility };
            SupportRequestConnection::read(ctx, listing, first, after).await
        };
        Some(found.await)
    }
}

/// Support: who answers, and what is asked of them.
#[derive(Default)]
pub struct SupportMutation;

#[Object]
impl SupportMutation {
    /// Writes a person who answers for an institution, within a territory that you manage.
    async fn create_support_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] input: SupportContactInput,
    ) -> Option<Result<SupportContact>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let created = ctx.app().create_support_contact(ctx.caller(), input, found).await;
        Some(created.map(SupportContact).map_err(ApiError::from))
    }

    /// Changes a contact.
    async fn update_support_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateSupportContactInput,
    ) -> Option<Result<SupportContact>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let id = id_of::<SupportContactId>(&id);
        let updated = ctx.app().update_support_contact(ctx.caller(), id, input, found).await;
        Some(updated.map(SupportContact).map_err(ApiError::from))
    }

    /// Removes a contact: nothing of the person stays. What they were to answer is open again. Returns its id.
    async fn erase_support_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let erased = ctx.app().erase_support_contact(ctx.caller(), id_of::<SupportContactId>(&id)).await;
        Some(erased.map(|()| id).map_err(ApiError::from))
    }

    /// Asks for support, for an actor that you edit, a collective whose lead you edit, or what is within your territories.
    async fn request_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked.")] input: SupportRequestInput,
    ) -> Option<Result<SupportRequest>> {
        let key = input.client_key.clone();
        let input = input.read();
        let asked = ctx.app().request_support(ctx.caller(), key.as_deref(), input).await;
        Some(asked.map(SupportRequest).map_err(ApiError::from))
    }

    /// Gives an open or assigned request to a contact that answers there, and tells those who asked.
    async fn assign_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "Id of the contact that is to answer.")] contact: ID,
    ) -> Option<Result<SupportRequest>> {
        Some(step(ctx, &id, Step::Assign(id_of::<SupportContactId>(&contact))).await)
    }

    /// Answers an open or assigned request, and tells those who asked.
    async fn answer_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The answer, at most 50000 characters.")] answer: String,
    ) -> Option<Result<SupportRequest>> {
        Some(step(ctx, &id, Step::Answer(answer)).await)
    }

    /// Ends a request: the answer helped, or is no longer needed.
    async fn close_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<SupportRequest>> {
        Some(step(ctx, &id, Step::Close).await)
    }
}

async fn step(ctx: &Context<'_>, id: &ID, step: Step) -> Result<SupportRequest> {
    let moved = ctx.app().move_support(ctx.caller(), id_of::<SupportRequestId>(id), step).await;
    moved.map(SupportRequest).map_err(ApiError::from)
}

/// A territory as an argument, found; one that is not there is a violation.
pub async fn place(
    ctx: &Context<'_>,
    path: &str,
    territory: Option<super::territory_inputs::TerritoryRef>,
) -> Result<Option<crate::domain::ids::TerritoryId>> {
    let Some(territory) = territory else { return Ok(None) };
    let found = ctx.app().territory(&territory.read()).await?;
    let unknown =
        || Violations::one(path, ViolationCode::Unknown, "is no territory of this directory").into();
    found.map(|territory| Some(territory.id)).ok_or_else(unknown)
}
