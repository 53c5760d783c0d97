//! Needs, offers and what goes together, as clients read and write them.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Description, ID, Object, SimpleObject, Union};

use super::actors::Actor;
use super::collectives::Collective;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::enums::Language;
use super::error::{ApiError, Result};
use super::exchange_inputs::{ExchangeFilter, NeedInput, OfferInput, ResourceKind, exchange_listing};
use super::ids::{global_id, need_id, offer_id, subject};
use super::interactions::Interaction;
use super::loaders::{MatchesOf, Pairs, TerritoriesOf, page_of, total_of};
use super::scalars::Date;
use super::territories::Territory;
use super::vocabulary::{Theme, themes_of};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::exchanges::{self as domain, Side};
use crate::domain::ids::{Subject, SubjectKind};
use crate::domain::language::Told;
use crate::domain::listings::ExchangeListing;
use crate::domain::matches::{self, MOST_MATCHES};
use crate::domain::paging::Page;

/// What an actor or a collective looks for. It is seen where that is.
#[derive(Clone, Description)]
pub struct Need(pub domain::Exchange);

/// What an actor can give. It is seen where its actor is.
#[derive(Clone, Description)]
pub struct Offer(pub domain::Exchange);

#[Object(use_type_description)]
impl Need {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.subject())
    }

    /// Who has it; null where it is a collective's.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        actor(ctx, &self.0).await
    }

    /// The collective that has it; null where it is an actor's.
    async fn collective(&self, ctx: &Context<'_>) -> Option<Result<Collective>> {
        let found = ctx.loader().load_one(self.0.collective?).await;
        found.map(|found| found.map(Collective)).map_err(ApiError::from).transpose()
    }

    /// What is looked for.
    async fn kind(&self) -> ResourceKind {
        self.0.kind.into()
    }

    /// In a few words.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// In more of them; null where nothing more was said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// Where it is needed; empty where that is where its actor sits and acts, or its collective acts.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        territories(ctx, &self.0).await
    }

    /// The last day on which it is needed; null where it is until it is closed.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Date::from)
    }

    /// Whether it is neither closed nor past its last day.
    async fn open(&self, ctx: &Context<'_>) -> bool {
        self.0.is_open(ctx.app().clock.today())
    }

    /// The open offers of other actors that go with it, the best first: of the same kind, with a theme, a place or words in
    /// common. None for a need that is not open.
    #[graphql(complexity = "cost(Some(first), None) * child_complexity + 10")]
    async fn matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 10)] first: i32,
    ) -> Result<Vec<Match>> {
        matches_of(ctx, &self.0, first).await
    }
}

#[Object(use_type_description)]
impl Offer {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.subject())
    }

    /// Who makes it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        actor(ctx, &self.0).await
    }

    /// What is given.
    async fn kind(&self) -> ResourceKind {
        self.0.kind.into()
    }

    /// In a few words.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// In more of them; null where nothing more was said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// Where it is given; empty where that is where its actor sits and acts.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        territories(ctx, &self.0).await
    }

    /// The last day on which it is given; null where it is until it is closed.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Date::from)
    }

    /// Whether it is neither closed nor past its last day.
    async fn open(&self, ctx: &Context<'_>) -> bool {
        self.0.is_open(ctx.app().clock.today())
    }

    /// The open needs of other actors that it goes with, the best first: of the same kind, with a theme, a place or words in
    /// common. None for an offer that is not open.
    #[graphql(complexity = "cost(Some(first), None) * child_complexity + 10")]
    async fn matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 10)] first: i32,
    ) -> Result<Vec<Match>> {
        matches_of(ctx, &self.0, first).await
    }
}

async fn actor(ctx: &Context<'_>, of: &domain::Exchange) -> Option<Result<Actor>> {
    let actor = of.actor?;
    ctx.loader().load_one(actor).await.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
}

async fn territories(ctx: &Context<'_>, of: &domain::Exchange) -> Result<Vec<Territory>> {
    let found = ctx.loader().load_one(TerritoriesOf(Pairs::Exchanges, of.id.0)).await?;
    Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
}

async fn matches_of(ctx: &Context<'_>, of: &domain::Exchange, first: i32) -> Result<Vec<Match>> {
    let first = most(first)?;
    let found = ctx.loader().load_one(MatchesOf(Arc::new(of.clone()))).await?;
    Ok(found.unwrap_or_default().iter().take(first).map(Match::from).collect())
}

/// How many matches are asked for, checked.
pub fn most(first: i32) -> Result<usize> {
    let first = usize::try_from(first).ok().filter(|first| *first <= MOST_MATCHES);
    first.ok_or_else(|| {
        let message = format!("must be from 0 to {MOST_MATCHES}");
        Violations::one("first", ViolationCode::OutOfRange, message).into()
    })
}

/// What an actor or a collective looks for, or an actor can give.
#[derive(Union)]
pub enum Exchangeable {
    /// A need.
    Need(Need),
    /// An offer.
    Offer(Offer),
}

impl From<domain::Exchange> for Exchangeable {
    fn from(exchange: domain::Exchange) -> Self {
        match exchange.side {
            Side::Need => Self::Need(Need(exchange)),
            Side::Offer => Self::Offer(Offer(exchange)),
        }
    }
}

/// A need and an offer that go together.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Match {
    /// What is looked for.
    need: Need,
    /// What can be given.
    offer: Offer,
    /// How well they go together, above 0 and at most 1, with two decimals.
    score: f64,
    #[graphql(skip)]
    reasons: Vec<Told>,
    /// Kilometres between the two actors, by their points where these may be seen, else by the middle of their seats; null
    /// where one of them has neither, and for a collective's need.
    distance_km: Option<f64>,
    /// Whether the two work together already, with a collective: whether the actor is a member, or works with one: such pairs come after new ones of the same score.
    already_linked: bool,
}

#[ComplexObject]
impl Match {
    /// Why, the weightiest first.
    async fn reasons(
        &self,
        #[graphql(desc = "The language of the reasons.", default_with = "Language::Fr")] language: Language,
    ) -> Vec<&str> {
        self.reasons.iter().map(|why| why.as_told(language.into())).collect()
    }
}

impl From<&matches::Match> for Match {
    fn from(found: &matches::Match) -> Self {
        Self {
            need: Need(found.need.clone()),
            offer: Offer(found.offer.clone()),
            score: found.score,
            reasons: found.reasons.clone(),
            distance_km: found.distance_km,
            already_linked: found.already_linked,
        }
    }
}

/// A page of needs.
#[derive(Description)]
pub struct NeedConnection {
    slice: SharedSlice<domain::Exchange>,
    listing: Arc<ExchangeListing>,
    of: Option<uuid::Uuid>,
}

/// A page of offers.
#[derive(Description)]
pub struct OfferConnection {
    slice: SharedSlice<domain::Exchange>,
    listing: Arc<ExchangeListing>,
    of: Option<uuid::Uuid>,
}

impl NeedConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ExchangeListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

impl OfferConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ExchangeListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl NeedConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Need>> {
        edges(&self.slice, Need)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Need> {
        nodes(&self.slice, Need)
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

#[Object(use_type_description)]
impl OfferConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Offer>> {
        edges(&self.slice, Offer)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Offer> {
        nodes(&self.slice, Offer)
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

/// Needs and offers.
#[derive(Default)]
pub struct ExchangeQuery;

#[Object]
impl ExchangeQuery {
    /// The needs that match, newest first; those that are not open too, unless the filter says otherwise.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ExchangeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<NeedConnection> {
        let listing = exchange_listing(ctx, Side::Need, filter, None).await?;
        let page = page(first, after, None, None, &ExchangeListing::order(Side::Need))?;
        NeedConnection::read(ctx, listing, page, None).await
    }

    /// The offers that match, newest first; those that are not open too, unless the filter says otherwise.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ExchangeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<OfferConnection> {
        let listing = exchange_listing(ctx, Side::Offer, filter, None).await?;
        let page = page(first, after, None, None, &ExchangeListing::order(Side::Offer))?;
        OfferConnection::read(ctx, listing, page, None).await
    }
}

/// Needs and offers: posted, closed, brought together.
#[derive(Default)]
pub struct ExchangeMutation;

#[Object]
impl ExchangeMutation {
    /// Posts a need of an actor that you edit, manage or administer, or of a collective whose lead you edit.
    async fn post_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The need.")] input: NeedInput,
    ) -> Option<Result<Need>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let app = ctx.app();
        let posted = app.post_exchange(ctx.caller(), Side::Need, key.as_deref(), input, found).await;
        Some(posted.map(Need).map_err(ApiError::from))
    }

    /// Posts an offer of an actor that you edit, manage or administer.
    async fn post_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The offer.")] input: OfferInput,
    ) -> Option<Result<Offer>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let app = ctx.app();
        let posted = app.post_exchange(ctx.caller(), Side::Offer, key.as_deref(), input, found).await;
        Some(posted.map(Offer).map_err(ApiError::from))
    }

    /// Closes a need or an offer: it is met, or no longer looked for or given. One that is closed is a CONFLICT.
    async fn close_exchange(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of a need or an offer.")] id: ID,
    ) -> Option<Result<Exchangeable>> {
        // What is no id is the id of nothing: who may not write hears so first.
        let subject = subject(&id).unwrap_or(Subject { kind: SubjectKind::Track, id: uuid::Uuid::nil() });
        let closed = ctx.app().close_exchange(ctx.caller(), subject).await;
        Some(closed.map(Exchangeable::from).map_err(ApiError::from))
    }

    /// Puts the actors of a need and an offer in touch, for a collective its lead, or the actor that it has become: an interaction is declared between them, submitted for review, by the
    /// side that you speak for, and the editors of both are told. Of two that are in touch already the error, with code
    /// DUPLICATE, names the interaction.
    async fn introduce(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of an open need.")] need: ID,
        #[graphql(desc = "Id of an open offer of the same kind, of another actor.")] offer: ID,
    ) -> Option<Result<Interaction>> {
        let introduced = ctx.app().introduce(ctx.caller(), need_id(&need), offer_id(&offer)).await;
        Some(introduced.map(Interaction).map_err(ApiError::from))
    }
}
