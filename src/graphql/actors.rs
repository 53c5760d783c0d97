//! Actors as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SelectionField, SimpleObject};

use super::actor_inputs::{ActorFilter, actor_listing};
use super::applications::ApplicationConnection;
use super::collective_inputs::collective_listing;
use super::collectives::CollectiveConnection;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::contacts::{Contact, contacts_of};
use super::context::{ContextExt, may_see};
use super::enums::{
    ActorKind, ApplicationStatus, LocationPrecision, PublicationStatus, RegistrationScheme, SuggestionStatus,
};
use super::error::{ApiError, Result};
use super::exchange_inputs::exchange_listing;
use super::exchanges::{NeedConnection, OfferConnection};
use super::facets::ActorFacets;
use super::history::RevisionConnection;
use super::ids::global_id;
use super::interaction_inputs::{InteractionFilter, interaction_listing};
use super::interactions::InteractionConnection;
use super::loaders::{
    LinkedTo, OriginsOf, Pairs, RegistrationsOf, TerritoriesOf, page_of, territory, total_of,
};
use super::permissions::{Permission, permissions};
use super::project_inputs::project_listing;
use super::projects::ProjectConnection;
use super::scalars::{Date, DateTime, Url};
use super::shapes::{Origin, Point};
use super::suggestions::SuggestionConnection;
use super::territories::Territory;
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use crate::app;
use crate::domain::actors as domain;
use crate::domain::exchanges::Side;
use crate::domain::ids::{ActorId, SubjectKind};
use crate::domain::listings::{
    ActorAnchor, ActorListing, ApplicationAnchor, CollectiveAnchor, CollectiveListing, ExchangeAnchor,
    ExchangeListing, InteractionAnchor, InteractionListing, ProjectAnchor, ProjectListing,
};
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;
use crate::domain::policy::Act;
use crate::domain::registrations;
use crate::domain::territories::Relation;

/// An organisation or group, never a login. Where it sits and where it acts are two facts; neither says the other.
#[derive(Clone, Description)]
pub struct Actor(pub domain::Actor);

#[Object(use_type_description)]
impl Actor {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its part of an address: readable, and the same for life.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What it is.
    async fn kind(&self) -> ActorKind {
        self.0.kind.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its acronym or everyday name.
    async fn short_name(&self) -> Option<&str> {
        self.0.short_name.as_deref()
    }

    /// What it does.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Its site.
    async fn website(&self) -> Option<Url> {
        self.0.website.as_ref().map(Url::from)
    }

    /// How official registers know it.
    async fn registrations(&self, ctx: &Context<'_>) -> Result<Vec<Registration>> {
        let found = ctx.loader().load_one(RegistrationsOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Registration::from).collect())
    }

    /// What it works on.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goals that it works for.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// Those it works with, as free tags.
    async fn audiences(&self) -> &[String] {
        &self.0.audiences
    }

    /// Where it is; null where nothing is known. A hidden one shows as its commune alone.
    async fn location(&self, ctx: &Context<'_>) -> Option<Result<Location>> {
        let location = self.0.location.as_ref()?;
        Some(async { Ok(Location::of(location, self.shows_location(ctx).await?)) }.await)
    }

    /// The commune that it sits in: the declared one, else the one that holds its location; null where neither is known.
    async fn seat(&self, ctx: &Context<'_>) -> Option<Result<Territory>> {
        let seat = self.0.seat?;
        territory(ctx, seat.commune).await.map(|found| found.map(Territory)).map_err(Into::into).transpose()
    }

    /// Where it acts; never inferred from the seat.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn areas_served(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(Pairs::Areas, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }

    /// Every territory that holds its location, smallest first. A hidden location is in its commune and what holds
    /// that, in nothing smaller.
    #[graphql(complexity = "8 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let mut held = Vec::new();
        if self.shows_location(ctx).await? {
            held.extend(
                ctx.loader().load_one(TerritoriesOf(Pairs::Points, self.0.id.0)).await?.unwrap_or_default(),
            );
        }
        if let Some(seat) = self.0.seat {
            held.extend(territory(ctx, seat.commune).await?);
            let above = ctx.loader().load_one(LinkedTo(Relation::Within, false, seat.commune)).await?;
            held.extend(above.unwrap_or_default().into_iter().map(|(territory, _)| territory));
        }
        held.sort_by(|a, b| a.size_order().total_cmp(&b.size_order()).then_with(|| a.id.cmp(&b.id)));
        held.dedup_by_key(|territory| territory.id);
        Ok(held.into_iter().map(Territory).collect())
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// When someone last confirmed the entry.
    async fn verified_on(&self) -> Option<Date> {
        self.0.verified_on.map(Date::from)
    }

    /// Where the entry comes from.
    async fn origins(&self, ctx: &Context<'_>) -> Result<Vec<Origin>> {
        let origins = ctx.loader().load_one(OriginsOf(SubjectKind::Actor, self.0.id.0)).await?;
        Ok(origins.unwrap_or_default().iter().map(Origin::from).collect())
    }

    /// The persons to reach there that you may see, oldest first: PUBLIC ones, and by your rights those for PARTNERS and
    /// MANAGERS. One that has expired is shown to managers alone.
    #[graphql(complexity = "4 * child_complexity + 2")]
    async fn contacts(&self, ctx: &Context<'_>) -> Result<Vec<Contact>> {
        contacts_of(ctx, self.0.id).await
    }

    /// The interactions with it at one end, newest change first; ended ones too, unless the filter's `activeOn` is given.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<InteractionFilter>,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<InteractionConnection> {
        let listing = interaction_listing(ctx, filter, Some(InteractionAnchor::Actor)).await?;
        let page = page(first, after, last, before, &InteractionListing::order())?;
        InteractionConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The actors that it has an interaction with, by name; of ended interactions too.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn partners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ActorConnection> {
        let listing = actor_listing(ctx, filter, None, Some(ActorAnchor::Partners)).await?;
        let page = page(first, after, None, None, &listing.order.list())?;
        ActorConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// What it looks for, newest first; what is no longer open too.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<NeedConnection> {
        let listing = exchange_listing(ctx, Side::Need, None, Some(ExchangeAnchor::Actor)).await?;
        let page = page(first, after, None, None, &ExchangeListing::order(Side::Need))?;
        NeedConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// What it can give, newest first; what is no longer open too.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<OfferConnection> {
        let listing = exchange_listing(ctx, Side::Offer, None, Some(ExchangeAnchor::Actor)).await?;
        let page = page(first, after, None, None, &ExchangeListing::order(Side::Offer))?;
        OfferConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The collectives that it is a member of, by name; those that it is asked to join too, for those who may see that.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn collectives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CollectiveConnection> {
        let listing = collective_listing(ctx, None, Some(CollectiveAnchor::Member)).await?;
        let page = page(first, after, None, None, &CollectiveListing::order())?;
        CollectiveConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The projects that it leads or is a partner of, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ProjectConnection> {
        let listing = project_listing(ctx, None, Some(ProjectAnchor::Actor)).await?;
        let page = page(first, after, None, None, &ProjectListing::order())?;
        ProjectConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// Counts its changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version, a duplicate) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Actor(&self.0), self.0.id.into()).await
    }

    /// The applications that it leads or co-applies with, the newest first: those that you may see; null for those who see none of anybody's: without an account that holds a right.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these statuses; all where it is left out.")] statuses: Option<
            Vec<ApplicationStatus>,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<ApplicationConnection>> {
        let of = (ApplicationAnchor::Actor, self.0.id.0);
        ApplicationConnection::of(ctx, of, statuses, first, after).await.transpose()
    }

    /// What was done to it, newest first; null for those who may not see it. With that of entries that it took over.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<RevisionConnection>> {
        RevisionConnection::of(ctx, self.0.id.into(), first, after).await.transpose()
    }

    /// The edits that others propose, newest first; null for those who may not see them.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand here; all where it is left out.")] status: Option<
            SuggestionStatus,
        >,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<SuggestionConnection>> {
        SuggestionConnection::of(ctx, self.0.id, status.map(Into::into), first, after).await.transpose()
    }
}

impl Actor {
    /// Whether its location is shown: it is not hidden, or the caller has the right.
    async fn shows_location(&self, ctx: &Context<'_>) -> Result<bool> {
        let hidden = self.0.location.as_ref().is_some_and(|location| location.hidden);
        Ok(!hidden || may_see(ctx, Act::SeeHiddenLocation, self.0.id.into()).await?)
    }
}

/// An actor that was to be seen a moment ago; it may have been put away between the two reads of a request.
pub async fn seen_actor(ctx: &Context<'_>, id: ActorId) -> Result<Actor> {
    let gone =
        || ApiError(app::Error::NotFound("an actor of this answer is no longer to be seen".to_owned()));
    ctx.loader().load_one(id).await?.map(Actor).ok_or_else(gone)
}

/// Where an actor is. A hidden location shows to those without the right as its commune and nothing finer.
#[derive(SimpleObject)]
pub struct Location {
    /// The point; null where it is not known or hidden.
    point: Option<Point>,
    /// Street and number; null where it is not known or hidden.
    address: Option<String>,
    /// The postcode; null where it is not known or hidden.
    postcode: Option<String>,
    /// How exact the point is.
    precision: LocationPrecision,
    /// Whether only those with the right see more than the commune.
    hidden: bool,
}

impl Location {
    fn of(location: &domain::Location, sees_hidden: bool) -> Self {
        if location.hidden && !sees_hidden {
            let precision = LocationPrecision::Commune;
            return Self { point: None, address: None, postcode: None, precision, hidden: true };
        }
        Self {
            point: location.point.map(Point::from),
            address: location.address.clone(),
            postcode: location.postcode.clone(),
            precision: location.precision.into(),
            hidden: location.hidden,
        }
    }
}

/// How a register knows an actor.
#[derive(SimpleObject)]
pub struct Registration {
    /// The register.
    scheme: RegistrationScheme,
    /// The number in it.
    value: String,
}

impl From<registrations::Registration> for Registration {
    fn from(registration: registrations::Registration) -> Self {
        Self { scheme: registration.scheme.into(), value: registration.value }
    }
}

/// A page of actors.
#[derive(Description)]
pub struct ActorConnection {
    slice: SharedSlice<domain::Actor>,
    listing: Arc<ActorListing>,
    of: Option<uuid::Uuid>,
}

impl ActorConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ActorListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(ActorListing { brief: is_brief(ctx), ..listing });
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

/// Fields of an actor that are read from what a brief list holds, or by its id.
const BRIEF: [&str; 13] = [
    "__typename",
    "id",
    "slug",
    "kind",
    "name",
    "themes",
    "seat",
    "areasServed",
    "registrations",
    "status",
    "version",
    "createdAt",
    "updatedAt",
];

/// Whether nothing else is asked for of the actors of the connection that is resolved here.
fn is_brief(ctx: &Context<'_>) -> bool {
    let list = ctx.look_ahead();
    let asked = [list.field("nodes"), list.field("edges").field("node")].map(|node| node.selection_fields());
    let mut fields = asked.iter().flatten().flat_map(SelectionField::selection_set);
    fields.all(|field| BRIEF.contains(&field.name()))
}

#[Object(use_type_description)]
impl ActorConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Actor>> {
        edges(&self.slice, Actor)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Actor> {
        nodes(&self.slice, Actor)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, self.of).await?))
    }

    /// Counts over the whole filtered set, not the page; made only where they are asked for.
    #[graphql(complexity = "child_complexity + 25")]
    async fn facets(&self, ctx: &Context<'_>) -> Result<ActorFacets> {
        let wants_counts =
            ["kinds", "themes", "sdgs"].iter().any(|name| ctx.look_ahead().field(name).exists());
        let counts = if wants_counts {
            ctx.app().actor_facets(&self.listing, self.of).await?
        } else {
            domain::ActorFacets::default()
        };
        Ok(ActorFacets { counts, listing: self.listing.clone(), of: self.of })
    }
}
