//! Maps as clients read them.

use async_graphql::{Context, Description, Object};
use strum::IntoEnumIterator;

use super::actor_inputs::{ActorFilter, actor_listing};
use super::actors::{Actor, seen_actor};
use super::context::ContextExt;
use super::enums::InteractionKind;
use super::error::{ApiError, Result};
use super::facets::ActorKindCount;
use super::ids::global_id;
use super::interaction_inputs::{InteractionFilter, interaction_filter};
use super::interactions::Interaction;
use super::scalars::{Date, GeoJson};
use super::shapes::{BoundingBox, BoundingBoxInput, Point};
use super::territories::{Territory, day};
use crate::app::maps::{Map, MapRequest};
use crate::atlas;
use crate::domain::actors::ActorKind;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, InteractionId};
use crate::domain::listings::ActorAnchor;
use crate::domain::territories::TerritoryBasis;
use crate::geo;

/// Actors and interactions of one territory, ready to draw. Without a zoom every located actor is a node; with one,
/// near actors are merged into clusters, and the links between two nodes into one.
#[derive(Description)]
pub struct TerritoryMap {
    territory: Territory,
    map: Map,
    request: MapRequest,
}

impl TerritoryMap {
    /// Checks what is asked and draws it.
    #[expect(clippy::too_many_arguments, reason = "those of the field")]
    pub async fn draw(
        ctx: &Context<'_>,
        territory: &Territory,
        filter: Option<ActorFilter>,
        interactions: Option<InteractionFilter>,
        zoom: Option<f64>,
        bbox: Option<BoundingBoxInput>,
        as_of: Option<Date>,
        limit: i32,
    ) -> Result<Self> {
        let mut found = Violations::default();
        if zoom.is_some_and(|zoom| !(0.0..=24.0).contains(&zoom)) {
            found.add("zoom", ViolationCode::OutOfRange, "is from 0 to 24");
        }
        if !(1..=10_000).contains(&limit) {
            found.add(
                "limit",
                ViolationCode::OutOfRange,
                "is from 1 to 10000: zoom out, filter or draw a smaller box",
            );
        }
        let bbox = bbox.and_then(|bbox| bbox.read("bbox", &mut found));
        found.into_result(())?;
        let as_of = day(ctx, as_of.as_ref(), "asOf")?;
        let anchor = ActorAnchor::Territory(TerritoryBasis::Any);
        let request = MapRequest {
            actors: actor_listing(ctx, filter, None, Some(anchor)).await?,
            interactions: interaction_filter(ctx, "interactions", interactions).await?,
            zoom,
            bbox: bbox.map(|bbox| [bbox.west(), bbox.south(), bbox.east(), bbox.north()]),
            as_of,
            limit: limit as usize,
        };
        let map = ctx.app().map(territory.0.id, &request).await?;
        Ok(Self { territory: territory.clone(), map, request })
    }
}

#[Object(use_type_description)]
impl TerritoryMap {
    /// The territory.
    async fn territory(&self) -> Territory {
        self.territory.clone()
    }

    /// The box around what is drawn; null where nothing is.
    async fn bbox(&self) -> Option<BoundingBox> {
        let points = self.map.drawing.nodes.iter().flat_map(|node| {
            let [west, south, east, north] = node.bbox;
            [geo::Position::new(west, south).ok(), geo::Position::new(east, north).ok()]
        });
        geo::BoundingBox::from_positions(points.flatten()).map(BoundingBox::from)
    }

    /// Actors and clusters, the largest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn nodes(&self) -> Vec<MapNode> {
        self.map.drawing.nodes.iter().cloned().map(MapNode).collect()
    }

    /// Links between nodes, the heaviest first. Those inside a cluster are not drawn.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn links(&self) -> Vec<MapLink> {
        self.map.drawing.links.iter().cloned().map(MapLink).collect()
    }

    /// The actors that hold the network together: through whom most shortest paths between others pass.
    #[graphql(complexity = "first.max(0) as usize * child_complexity + 20")]
    async fn key_actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 0 to 100.", default = 10)] first: i32,
    ) -> Result<Vec<KeyActor>> {
        if !(0..=100).contains(&first) {
            return Err(Violations::one("first", ViolationCode::OutOfRange, "is from 0 to 100").into());
        }
        let network = self.request.network(self.territory.0.id);
        let found = ctx.app().ecosystem(network, self.request.as_of).await?;
        Ok(found.measure(move |picture, stop| KeyActor::first(picture, first as usize, stop)).await?)
    }

    /// How many actors match, drawn or not.
    async fn actor_count(&self) -> i32 {
        self.map.actors as i32
    }

    /// How many of them have no location to draw.
    async fn unlocated_count(&self) -> i32 {
        self.map.unlocated as i32
    }

    /// How many interactions hold between them on the day, drawn or not.
    async fn interaction_count(&self) -> i32 {
        self.map.interactions as i32
    }

    /// How many had ended before the day, so that an empty picture explains itself.
    async fn ended_count(&self) -> i32 {
        self.map.ended as i32
    }

    /// The day that the map is of.
    async fn as_of(&self) -> Date {
        self.request.as_of.into()
    }

    /// Whether `limit` left something out.
    async fn truncated(&self) -> bool {
        self.map.drawing.truncated
    }

    /// The same nodes and links as a FeatureCollection: points, then lines.
    async fn geojson(&self, ctx: &Context<'_>) -> Result<GeoJson> {
        let shown: Vec<_> =
            self.map.drawing.nodes.iter().filter_map(|node| node.actor).map(ActorId).collect();
        let actors = ctx.loader().load_many(shown).await?;
        let kinds: Vec<_> = ActorKind::iter().map(|kind| kind.to_string()).collect();
        let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
        let describe = |id| {
            let actor = actors.get(&ActorId(id))?;
            Some(atlas::Description { id: global_id(actor.id).0, name: actor.name.clone() })
        };
        let collection = atlas::feature_collection(&self.map.drawing, &kinds, describe);
        Ok(GeoJson::raw(collection.to_string()))
    }
}

/// An actor on a map, or a cluster of near ones.
#[derive(Description)]
pub struct MapNode(atlas::Node);

#[Object(use_type_description)]
impl MapNode {
    /// Names it in this answer alone: no client may keep it as an identity.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Where it is drawn: the middle of its actors.
    async fn point(&self) -> Point {
        Point { longitude: self.0.longitude, latitude: self.0.latitude }
    }

    /// How many actors it stands for.
    async fn actor_count(&self) -> i32 {
        self.0.actor_count as i32
    }

    /// The actor, where it stands for one alone.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let actor = ActorId(self.0.actor?);
        ctx.loader().load_one(actor).await.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// How many are of each kind, most first.
    async fn kinds(&self) -> Vec<ActorKindCount> {
        let kinds: Vec<_> = ActorKind::iter().collect();
        let counts = self.0.kinds.iter();
        counts.map(|(kind, count)| ActorKindCount::of(kinds[usize::from(*kind)], i64::from(*count))).collect()
    }

    /// The box around its actors.
    async fn bbox(&self) -> BoundingBox {
        let [west, south, east, north] = self.0.bbox;
        BoundingBox { west, south, east, north }
    }
}

/// The interactions between two nodes.
#[derive(Description)]
pub struct MapLink(atlas::Link);

#[Object(use_type_description)]
impl MapLink {
    /// Key of a node; where every interaction runs the same way, the one that they run from.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Key of the other node.
    async fn target(&self) -> &str {
        &self.0.target
    }

    /// How many interactions it stands for.
    async fn interaction_count(&self) -> i32 {
        self.0.interaction_count as i32
    }

    /// The sum of their weights: 1 each, up to 1 more for the level and up to 1 more for the intensity.
    async fn weight(&self) -> f64 {
        self.0.weight
    }

    /// The kinds of its interactions, each once, in the order of the schema.
    async fn kinds(&self) -> Vec<InteractionKind> {
        self.0.kinds.each().map(InteractionKind::from).collect()
    }

    /// The interaction, where it stands for one alone.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn interaction(&self, ctx: &Context<'_>) -> Option<Result<Interaction>> {
        let id = InteractionId(self.0.interaction?);
        ctx.loader()
            .load_one(id)
            .await
            .map(|found| found.map(Interaction))
            .map_err(ApiError::from)
            .transpose()
    }
}

/// An actor that holds a network together.
#[derive(Description)]
pub struct KeyActor {
    actor: ActorId,
    rank: i32,
    score: f64,
    degree: i32,
    betweenness: Option<f64>,
}

impl KeyActor {
    /// The first of a network.
    fn first(
        picture: &atlas::Picture,
        first: usize,
        stop: &atlas::Stop,
    ) -> std::result::Result<Vec<Self>, atlas::Stopped> {
        let network = picture.network();
        let ranked = picture.ranked(atlas::Centrality::Betweenness, first, stop)?;
        let swept = picture.swept(stop)?;
        let betweenness = Option::as_ref(&swept).and_then(|swept| swept.betweenness.as_ref());
        let others = network.size().saturating_sub(1).max(1) as f64;
        let key = |(rank, place): (i32, u32)| {
            let degree = network.degree(place);
            let betweenness = betweenness.map(|betweenness| betweenness[place as usize]);
            Self {
                actor: ActorId(network.actors()[place as usize]),
                rank,
                score: betweenness.unwrap_or(f64::from(degree) / others),
                degree: degree as i32,
                betweenness,
            }
        };
        Ok((1..).zip(ranked).map(key).collect())
    }
}

#[Object(use_type_description)]
impl KeyActor {
    /// The actor.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
        seen_actor(ctx, self.actor).await
    }

    /// From 1 on.
    async fn rank(&self) -> i32 {
        self.rank
    }

    /// What it is ranked by: the betweenness, and where that is null the share of all others that it works with. 0 to 1.
    async fn score(&self) -> f64 {
        self.score
    }

    /// With how many others it has an interaction.
    async fn degree(&self) -> i32 {
        self.degree
    }

    /// Share of the shortest paths between others that pass through it, 0 to 1; in large networks an estimate, as in
    /// `ecosystem`, which says how exact it is. Null where there are no two others, or where the network is too large.
    async fn betweenness(&self) -> Option<f64> {
        self.betweenness
    }
}
