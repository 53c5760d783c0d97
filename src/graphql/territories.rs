//! Territories as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actor_inputs::{ActorFilter, ActorOrder, actor_listing};
use super::actors::ActorConnection;
use super::call_inputs::{CallFilter, call_listing};
use super::calls::CallConnection;
use super::collective_inputs::{CollectiveFilter, collective_listing};
use super::collectives::CollectiveConnection;
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::coverage::Coverage;
use super::diagnoses::SharedDiagnosisConnection;
use super::ecosystem::Ecosystem;
use super::ecosystem_change::EcosystemChange;
use super::enums::{ActorKind, InteractionScope, TerritoryAnswer, TerritoryBasis, TerritoryKind};
use super::error::{ApiError, Result};
use super::exchanges::{Match, most};
use super::ids::global_id;
use super::interaction_inputs::{InteractionFilter, interaction_listing};
use super::interactions::InteractionConnection;
use super::knowledge_inputs::KnowledgeFilter;
use super::loaders::{LinkedTo, MatchesIn, OriginsOf, OutlineOf, page_of, total_of};
use super::maps::TerritoryMap;
use super::practices::GoodPracticeConnection;
use super::project_inputs::{ProjectFilter, project_listing};
use super::project_matrix::ProjectMatrix;
use super::scalars::{Date, DateTime, GeoJson, read};
use super::shapes::{BoundingBox, BoundingBoxInput, Origin, Point};
use super::support::SupportContactConnection;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::SubjectKind;
use crate::domain::listings::{
    ActorAnchor, CollectiveAnchor, CollectiveListing, DiagnosisListing, InteractionAnchor,
    InteractionListing, PracticeListing, ProjectAnchor, SupportContactListing, TerritoryListing,
};
use crate::domain::paging::Page;
use crate::domain::territories::{self as domain, Relation};

/// A perimeter: official, or any other. Territories overlap; a territory is never an actor, even where both bear the
/// name of Dreux.
#[derive(Clone, Description)]
pub struct Territory(pub domain::Territory);

#[Object(use_type_description)]
impl Territory {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What kind of perimeter it is.
    async fn kind(&self) -> TerritoryKind {
        self.0.kind.into()
    }

    /// The official code within its kind: INSEE code, SIREN of the EPCI, QPV code. "28" is a département and a région.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The year of the official list that it comes from.
    async fn vintage(&self) -> i32 {
        self.0.vintage
    }

    /// The year of its boundary, often another one; null without a boundary.
    async fn boundary_vintage(&self) -> Option<i32> {
        self.0.outline.as_ref().map(|outline| outline.vintage)
    }

    /// How far its boundary may be from the true border, in metres; null without a boundary.
    async fn boundary_precision_metres(&self) -> Option<f64> {
        self.0.outline.as_ref().map(|outline| outline.precision_metres)
    }

    /// The first day on which it exists; null where that is not known.
    async fn valid_from(&self) -> Option<Date> {
        self.0.valid_from.map(Date::from)
    }

    /// The last day on which it exists; null while it does.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Date::from)
    }

    /// What took its place.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let mut found = ctx.loader().load_many(self.0.successor_ids.iter().copied()).await?;
        Ok(self.0.successor_ids.iter().filter_map(|id| found.remove(id)).map(Territory).collect())
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its inhabitants; null where that is not known.
    async fn population(&self) -> Option<i32> {
        self.0.population
    }

    /// Its geodesic area in square kilometres, from the boundary; null without one.
    async fn area_km2(&self) -> Option<f64> {
        self.0.outline.as_ref().map(|outline| outline.area_m2 / 1_000_000.0)
    }

    /// The box around its boundary; null without one.
    async fn bbox(&self) -> Option<BoundingBox> {
        self.0.outline.as_ref().map(|outline| outline.bbox.into())
    }

    /// A point that stands for it; null where neither a boundary nor a point is known.
    async fn centroid(&self) -> Option<Point> {
        self.0.centroid.map(Point::from)
    }

    /// Its boundary, a Polygon or MultiPolygon; null where none is known.
    async fn boundary(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How far it may be from the stored boundary, in metres: a région drawn small needs 1000 or more. 0 is the boundary itself.",
            default
        )]
        tolerance_metres: f64,
    ) -> Option<Result<GeoJson>> {
        if !(0.0..=1e7).contains(&tolerance_metres) {
            let found =
                Violations::one("toleranceMetres", ViolationCode::OutOfRange, "is from 0 to 10000000");
            return Some(Err(found.into()));
        }
        self.0.outline.as_ref()?;
        let key = OutlineOf(self.0.id, (tolerance_metres * 100.0) as u64);
        let found = ctx.loader().load_one(key).await.map_err(ApiError::from).transpose()?;
        Some(found.map(|text| GeoJson::raw(text.to_string())))
    }

    /// What it lies within, directly; several trees may overlap, so there may be several.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn parents(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        self.linked(ctx, Relation::Within, true).await
    }

    /// Everything that it lies within, smallest first.
    #[graphql(complexity = "8 * child_complexity + 1")]
    async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        self.linked(ctx, Relation::Within, false).await
    }

    /// What lies directly within it, by kind from small to large, then name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these kinds; all where it is left out.")] kinds: Option<Vec<TerritoryKind>>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<TerritoryConnection> {
        let page = page(first, after, None, None, &TerritoryListing::order())?;
        let kinds = kinds.unwrap_or_default().into_iter().map(Into::into).collect();
        let filter = domain::TerritoryFilter { kinds, ..domain::TerritoryFilter::default() };
        let listing = TerritoryListing { filter, children: true };
        TerritoryConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// What it overlaps without lying within it or holding it, with the share of its own area that lies there.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn intersecting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these kinds; all where it is left out.")] kinds: Option<Vec<TerritoryKind>>,
    ) -> Result<Vec<TerritoryOverlap>> {
        let kinds = kinds.map(|kinds| kinds.into_iter().map(domain::TerritoryKind::from).collect::<Vec<_>>());
        let found = ctx.loader().load_one(LinkedTo(Relation::Intersects, false, self.0.id)).await?;
        let overlaps = found.unwrap_or_default().into_iter();
        let overlaps =
            overlaps.filter(|(other, _)| kinds.as_ref().is_none_or(|kinds| kinds.contains(&other.kind)));
        Ok(overlaps
            .map(|(other, share)| TerritoryOverlap {
                territory: Territory(other),
                share: share.unwrap_or(0.0),
            })
            .collect())
    }

    /// The actors that sit or act in it or in what lies within it.
    #[graphql(complexity = "cost(first, last) * child_complexity + 2")]
    #[expect(clippy::too_many_arguments, reason = "the contract's")]
    async fn actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "By relevance where the filter has a text, else by name, where it is left out.")]
        order_by: Option<ActorOrder>,
        #[graphql(desc = "Where they sit, where they act, or either.", default_with = "TerritoryBasis::Any")]
        basis: TerritoryBasis,
        #[graphql(desc = "How many from the start, at most 100; 20 where neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100; not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<ActorConnection> {
        let anchor = ActorAnchor::Territory(basis.into());
        let listing = actor_listing(ctx, filter, order_by, Some(anchor)).await?;
        let page = page(first, after, last, before, &listing.order.list())?;
        ActorConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The interactions of the actors that sit or act in it, newest change first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With both ends in it, one, or any.", default_with = "InteractionScope::All")]
        scope: InteractionScope,
        #[graphql(desc = "Only those that match.")] filter: Option<InteractionFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<InteractionConnection> {
        let anchor = InteractionAnchor::Territory(scope.into());
        let listing = interaction_listing(ctx, filter, Some(anchor)).await?;
        let page = page(first, after, None, None, &InteractionListing::order())?;
        InteractionConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The calls that are open to it, to what lies within it or to what holds it; the next to close first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn calls(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<CallFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CallConnection> {
        let listing = call_listing(ctx, filter, None, true).await?;
        let page = page(first, after, None, None, &listing.order.list())?;
        CallConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The collectives that act, or try things out, in it or in what lies within it, by name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn collectives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<CollectiveFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CollectiveConnection> {
        let listing = collective_listing(ctx, filter, Some(CollectiveAnchor::Territory)).await?;
        let page = page(first, after, None, None, &CollectiveListing::order())?;
        CollectiveConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The good practices that take place in it, or in what lies within it, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn good_practices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<KnowledgeFilter>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<GoodPracticeConnection> {
        let filter = KnowledgeFilter::read(ctx, filter).await?;
        let page = page(first, after, None, None, &PracticeListing::order())?;
        let listing = PracticeListing { filter, of_territory: true, visibility: ctx.visibility() };
        GoodPracticeConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// The projects that take place in it or in what lies within it, where goals meet cross-cutting dynamics; null where it
    /// can't be told in time.
    #[graphql(complexity = "child_complexity + 5")]
    async fn project_matrix(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only projects that match.")] filter: Option<ProjectFilter>,
    ) -> Option<Result<ProjectMatrix>> {
        let read = async {
            let listing = project_listing(ctx, filter, Some(ProjectAnchor::Territory)).await?;
            ProjectMatrix::read(ctx, listing, Some(self.0.id.0)).await
        };
        Some(read.await)
    }

    /// The shared diagnoses of it or of what lies within it, by title.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn diagnoses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<SharedDiagnosisConnection> {
        let page = page(first, after, None, None, &DiagnosisListing::order())?;
        let listing = DiagnosisListing { territory: None, of_territory: true, visibility: ctx.visibility() };
        SharedDiagnosisConnection::read(ctx, listing, page, Some(self.0.id.0)).await
    }

    /// Its actors and the interactions between them, ready to draw; null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 50")]
    #[expect(clippy::too_many_arguments, reason = "the contract's")]
    async fn map(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only actors that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "Only interactions that match.")] interactions: Option<InteractionFilter>,
        #[graphql(
            desc = "Zoom of a web map, 0 to 24: near actors are merged into clusters. Without it each located actor is a node."
        )]
        zoom: Option<f64>,
        #[graphql(desc = "Draw only what lies in this box.")] bbox: Option<BoundingBoxInput>,
        #[graphql(
            desc = "The day that the map is of; today where it is left out. Interactions without a beginning hold until they are known to have ended."
        )]
        as_of: Option<Date>,
        #[graphql(desc = "Most nodes, 1 to 10000; the largest stay.", default = 2000)] limit: i32,
    ) -> Option<Result<TerritoryMap>> {
        Some(TerritoryMap::draw(ctx, self, filter, interactions, zoom, bbox, as_of, limit).await)
    }

    /// The network of its actors as of a day, and its measures; null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 50")]
    async fn ecosystem(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only actors that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "Only interactions that match.")] interactions: Option<InteractionFilter>,
        #[graphql(
            desc = "The day that it is of; today where it is left out. Interactions without a beginning hold until they are known to have ended."
        )]
        as_of: Option<Date>,
    ) -> Option<Result<Ecosystem>> {
        Some(Ecosystem::read(ctx, Some(self), filter, interactions, as_of).await)
    }

    /// Where an actor is missing: its units of a kind, each with the actors of each theme, or of each kind, and the nearest elsewhere;
    /// null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 100")]
    async fn coverage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of the units: communes of a département, neighbourhoods of a commune.")]
        unit: TerritoryKind,
        #[graphql(
            desc = "Themes, by slug; narrower ones count. With kinds: actors of each kind with each theme. All themes of the upper level where neither is given."
        )]
        themes: Option<Vec<String>>,
        #[graphql(desc = "Kinds of actors.")] kinds: Option<Vec<ActorKind>>,
        #[graphql(
            desc = "From how far on the nearest leaves a gap, in kilometres, 0 to 1000.",
            default = 10.0
        )]
        max_km: f64,
    ) -> Option<Result<Coverage>> {
        Some(Coverage::read(ctx, self, unit, themes, kinds, max_km).await)
    }

    /// What became of the network of its actors between two days; null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 50")]
    async fn ecosystem_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The second day, not before the first.")] to: Date,
        #[graphql(desc = "Only actors that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "Only interactions that match.")] interactions: Option<InteractionFilter>,
    ) -> Option<Result<EcosystemChange>> {
        Some(EcosystemChange::read(ctx, self, &from, &to, filter, interactions).await)
    }

    /// The needs and offers that go together, the best first: its newest open needs, fifty at most, each with the open offers
    /// of other actors in reach. Null where it can't be told in time.
    #[graphql(complexity = "cost(Some(first), None) * child_complexity + 25")]
    async fn matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 20)] first: i32,
    ) -> Option<Result<Vec<Match>>> {
        let found = async {
            let first = most(first)?;
            let found = ctx.loader().load_one(MatchesIn(self.0.id)).await?;
            Ok(found.unwrap_or_default().iter().take(first).map(Match::from).collect())
        };
        Some(found.await)
    }

    /// Who answers in it, of those that you may see: those of it, then those of what holds it.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn support_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<SupportContactConnection> {
        let page = page(first, after, None, None, &SupportContactListing::order())?;
        SupportContactConnection::read(ctx, page, self.0.id.0).await
    }

    /// Where the entry comes from.
    async fn origins(&self, ctx: &Context<'_>) -> Result<Vec<Origin>> {
        let origins = ctx.loader().load_one(OriginsOf(SubjectKind::Territory, self.0.id.0)).await?;
        Ok(origins.unwrap_or_default().iter().map(Origin::from).collect())
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
}

impl Territory {
    async fn linked(&self, ctx: &Context<'_>, relation: Relation, direct: bool) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(LinkedTo(relation, direct, self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(|(territory, _)| Territory(territory)).collect())
    }
}

/// A territory that another overlaps.
#[derive(SimpleObject)]
pub struct TerritoryOverlap {
    /// The other one.
    territory: Territory,
    /// Share of this territory's area that lies in the other, above 0 and below 1. 0 stands for not known: an official
    /// list says that they overlap, and one of the two has no boundary to measure it by.
    share: f64,
}

/// Where a point stands to the territories of a kind. Several may hold it (`CUSTOM`, older vintages).
#[derive(SimpleObject)]
pub struct TerritoryHit {
    /// The kind asked for.
    kind: TerritoryKind,
    /// Inside, outside, or unknown.
    answer: TerritoryAnswer,
    /// `INSIDE`: those that hold the point. `UNKNOWN`: those that may hold it. `OUTSIDE`: none.
    territories: Vec<Territory>,
    /// Metres to the nearest border of the kind; null where no boundary of the kind is known.
    distance_to_border_metres: Option<f64>,
}

impl TerritoryHit {
    /// Of the answer, with its territories read.
    pub async fn of(ctx: &Context<'_>, hit: domain::TerritoryHit) -> Result<Self> {
        let mut found = ctx.loader().load_many(hit.territories.iter().copied()).await?;
        Ok(Self {
            kind: hit.kind.into(),
            answer: hit.answer.into(),
            territories: hit.territories.iter().filter_map(|id| found.remove(id)).map(Territory).collect(),
            distance_to_border_metres: hit.distance_to_border_metres,
        })
    }
}

/// A page of territories.
#[derive(Description)]
pub struct TerritoryConnection {
    slice: SharedSlice<domain::Territory>,
    listing: Arc<TerritoryListing>,
    of: Option<uuid::Uuid>,
}

impl TerritoryConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: TerritoryListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl TerritoryConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Territory>> {
        edges(&self.slice, Territory)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Territory> {
        nodes(&self.slice, Territory)
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

/// A day given as an argument; today in France where it is left out.
pub fn day(ctx: &Context<'_>, date: Option<&Date>, path: &str) -> Result<chrono::NaiveDate> {
    let mut found = Violations::default();
    let day = read(date, path, &mut found);
    found.into_result(())?;
    Ok(day.unwrap_or_else(|| ctx.app().clock.today()))
}
