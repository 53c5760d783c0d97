//! Ecosystems as clients read them: a network of actors as of a day, and its measures.

use std::sync::Arc;

use async_graphql::{Context, Description, Object};
use uuid::Uuid;

use super::actor_inputs::{ActorFilter, actor_listing};
use super::actors::ActorConnection;
use super::centralities::{ActorCentrality, Wanted};
use super::connection::{cost, page, total};
use super::context::ContextExt;
use super::ecosystem_change::interactions_of;
use super::ecosystem_parts::{EcosystemCluster, InteractionMatrix, LevelCount};
use super::enums::{Centrality, MatrixDimension};
use super::error::Result;
use super::interaction_inputs::{InteractionFilter, interaction_filter};
use super::interactions::Interaction;
use super::scalars::Date;
use super::territories::{Territory, day};
use crate::app::ecosystem::{self as app, EcosystemRequest};
use crate::atlas;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::listings::{ActorAnchor, ActorListing, ActorOrder, Among};
use crate::domain::paging::MAX_PAGE;
use crate::domain::territories::TerritoryBasis;

/// The network of the actors that match, and of the interactions that hold between them on a day. Actors without any are part
/// of it. Partners are two actors with at least one interaction, whatever its direction; steps are counted from partner to
/// partner. A measure that is not defined (the density of a single actor) is null. Measures are computed where they are asked
/// for, and follow from the data alone: the same data gives the same numbers.
#[derive(Clone, Description)]
pub struct Ecosystem {
    found: Arc<app::Ecosystem>,
    territory: Option<Territory>,
}

impl Ecosystem {
    /// That of a territory, or of all.
    pub async fn read(
        ctx: &Context<'_>,
        territory: Option<&Territory>,
        filter: Option<ActorFilter>,
        interactions: Option<InteractionFilter>,
        as_of: Option<Date>,
    ) -> Result<Self> {
        let as_of = day(ctx, as_of.as_ref(), "asOf")?;
        let request = request(ctx, territory, filter, interactions).await?;
        let found = ctx.app().ecosystem(request, as_of).await?;
        Ok(Self::of(Arc::new(found), territory.cloned()))
    }

    /// Of what was found.
    pub fn of(found: Arc<app::Ecosystem>, territory: Option<Territory>) -> Self {
        Self { found, territory }
    }
}

/// What is asked of a network, checked.
pub async fn request(
    ctx: &Context<'_>,
    territory: Option<&Territory>,
    filter: Option<ActorFilter>,
    interactions: Option<InteractionFilter>,
) -> Result<EcosystemRequest> {
    let anchor = territory.map(|_| ActorAnchor::Territory(TerritoryBasis::Any));
    Ok(EcosystemRequest {
        actors: actor_listing(ctx, filter, None, anchor).await?,
        interactions: interaction_filter(ctx, "interactions", interactions).await?,
        of: territory.map(|territory| territory.0.id),
    })
}

/// A list of actors that were found in a network, by name.
pub fn listed(ctx: &Context<'_>, among: Among) -> ActorListing {
    use crate::domain::actors::{ActorFilter, ActorOrderField};
    let order = ActorOrder { field: ActorOrderField::Name, descending: false };
    let (filter, visibility) = (ActorFilter::default(), ctx.visibility());
    ActorListing { filter, order, anchor: None, among: Some(among), visibility, brief: false }
}

/// Most interactions between the most central actors: what a screen has room for.
const MOST_LINKS: i32 = 300;

/// How many of a list, from 0.
fn most(first: i32, limit: i32) -> Result<usize> {
    match usize::try_from(first) {
        Ok(many) if first <= limit => Ok(many),
        _ => Err(Violations::one("first", ViolationCode::OutOfRange, format!("is from 0 to {limit}")).into()),
    }
}

#[Object(use_type_description)]
impl Ecosystem {
    /// The territory that it is of; null where it is of the whole directory.
    async fn territory(&self) -> Option<Territory> {
        self.territory.clone()
    }

    /// The day that it is of.
    async fn as_of(&self) -> Date {
        self.found.as_of.into()
    }

    /// How many actors match.
    async fn actor_count(&self) -> i32 {
        self.found.network().size() as i32
    }

    /// How many interactions hold between them on the day.
    async fn interaction_count(&self) -> i32 {
        self.found.network().links().len() as i32
    }

    /// How many interactions that match hold on the day between one of them and an actor that is not among them.
    #[graphql(complexity = 5)]
    async fn crossing_count(&self) -> Result<i32> {
        Ok(total(self.found.crossing().await?))
    }

    /// How many had ended before the day, so that an empty picture explains itself.
    async fn ended_count(&self) -> i32 {
        self.found.network().ended() as i32
    }

    /// Whether betweenness and closeness are exact: they are while 60 million steps suffice to follow the shortest paths from
    /// every actor, about 3,000 actors with 8,000 pairs of partners. Beyond that they are estimated from a sample of actors,
    /// the same ones each time.
    #[graphql(complexity = 20)]
    async fn exact(&self) -> Result<bool> {
        Ok(self.sample().await?.is_none())
    }

    /// From how many actors betweenness and closeness were estimated; null where they are exact. 0: the network is so large that
    /// 60 million steps suffice for fewer than a hundred, and they are null.
    #[graphql(complexity = 20)]
    async fn sampled_from(&self) -> Option<Result<i32>> {
        self.sample().await.map(|sample| sample.map(|sample| sample.pivots as i32)).transpose()
    }

    /// The largest standard error of anyone's estimated betweenness; null where it is exact, or not told at all. Of twenty
    /// actors nineteen are within twice as much.
    #[graphql(complexity = 20)]
    async fn betweenness_error(&self) -> Option<Result<f64>> {
        self.error(|sample| sample.betweenness_error).await.transpose()
    }

    /// The same of closeness.
    #[graphql(complexity = 20)]
    async fn closeness_error(&self) -> Option<Result<f64>> {
        self.error(|sample| sample.closeness_error).await.transpose()
    }

    /// Share of the pairs of actors that are partners, 0 to 1 (Wasserman and Faust 1994); null where there is no pair.
    async fn density(&self) -> Option<f64> {
        atlas::density(self.found.network())
    }

    /// How many partners an actor has in the mean; null where there is no actor.
    async fn average_degree(&self) -> Option<f64> {
        atlas::average_degree(self.found.network())
    }

    /// Share of the pairs of someone's partners that are partners themselves, 0 to 1: transitivity (Newman 2003); null where
    /// nobody has two partners.
    #[graphql(complexity = 5)]
    async fn clustering(&self) -> Option<Result<f64>> {
        let found = self.found.measure(atlas::Picture::transitivity).await;
        found.map_err(Into::into).transpose()
    }

    /// How much more weight lies within `clusters` than chance would have it, -0.5 to 1 (Newman 2004, weighted); null where there
    /// is no interaction.
    #[graphql(complexity = 10)]
    async fn modularity(&self) -> Option<Result<f64>> {
        let found = self.found.measure(|picture, stop| Ok(picture.communities(stop)?.modularity)).await;
        found.map_err(Into::into).transpose()
    }

    /// In how many parts it falls that are not linked with one another; each isolated actor is one.
    #[graphql(complexity = 5)]
    async fn component_count(&self) -> Result<i32> {
        Ok(self.found.measure(|picture, _| Ok(picture.components()?.sizes.len() as i32)).await?)
    }

    /// Share of all actors that the largest part holds, 0 to 1; null where there is no actor.
    #[graphql(complexity = 5)]
    async fn largest_component_share(&self) -> Option<Result<f64>> {
        let found = self.found.measure(|picture, _| Ok(picture.components()?.largest_share())).await;
        found.map_err(Into::into).transpose()
    }

    /// The actors without a partner among the others, by name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn isolated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ActorConnection> {
        let listing = listed(ctx, Among::alone(self.found.network().isolated()));
        let page = page(first, after, None, None, &listing.order.list())?;
        ActorConnection::read(ctx, listing, page, Some(Among::ALONE)).await
    }

    /// The most central actors, most first; of equal ones those of more partners, then of more weight. Isolated ones are left
    /// out unless all are. Where the measure is null for this network, by partners.
    #[graphql(complexity = "(first.clamp(0, 100) as usize) * child_complexity + 20")]
    async fn key_actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what they are ranked.", default_with = "Centrality::Betweenness")]
        by: Centrality,
        #[graphql(desc = "How many, at most 100.", default = 10)] first: i32,
    ) -> Result<Vec<ActorCentrality>> {
        let first = most(first, MAX_PAGE as i32)?;
        let asked = |name: &str| ctx.look_ahead().field(name).exists();
        let wanted = Wanted {
            role: asked("role"),
            paths: asked("betweenness") || asked("closeness"),
            eigenvector: asked("eigenvector"),
            pagerank: asked("pagerank"),
        };
        let by = by.into();
        Ok(self.found.measure(move |picture, stop| wanted.of(picture, by, first, stop)).await?)
    }

    /// Interactions that show the most central actors: what to draw of a network that is too large to draw whole. Half of them link
    /// one of these, the most central first, with the most central of its partners; the others are those between the most
    /// central, in the order of the less central of their two ends.
    #[graphql(complexity = "(first.clamp(0, MOST_LINKS) as usize) * child_complexity + 20")]
    async fn key_interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what the actors are ranked.", default_with = "Centrality::Betweenness")]
        by: Centrality,
        #[graphql(desc = "How many, at most 300.", default = 100)] first: i32,
    ) -> Result<Vec<Interaction>> {
        let first = most(first, MOST_LINKS)?;
        let by = by.into();
        let ids = self.found.measure(move |picture, stop| picture.key_links(by, first, stop));
        interactions_of(ctx, &ids.await?).await
    }

    /// The interactions without which two of these actors would no longer reach each other, those that cut off most actors
    /// first. Where two actors have two interactions, neither is one.
    #[graphql(complexity = "(first.clamp(0, 100) as usize) * child_complexity + 10")]
    async fn bridges(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 20)] first: i32,
    ) -> Result<Vec<Interaction>> {
        let first = most(first, MAX_PAGE as i32)?;
        let ids = self.found.measure(move |picture, stop| {
            Ok(picture.bridges(stop)?.iter().take(first).copied().collect::<Vec<_>>())
        });
        interactions_of(ctx, &ids.await?).await
    }

    /// Groups found in the network: actors that interact more with one another than with others, by weight, the largest first
    /// (method of Louvain, Blondel and others 2008). Of two actors at least; the same data gives the same groups. A group that
    /// people form on purpose is a Collective.
    #[graphql(complexity = "(first.clamp(0, 100) as usize) * child_complexity + 10")]
    async fn clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 20)] first: i32,
    ) -> Result<Vec<EcosystemCluster>> {
        let first = most(first, MAX_PAGE as i32)?;
        let found = self.found.measure(atlas::Picture::communities).await?;
        let groups = &found.groups[..first.min(found.groups.len())];
        let actors = self.found.network().actors();
        let members = (1u128..).zip(groups).flat_map(|(number, group)| {
            let set = Uuid::from_u128(number);
            group.members.iter().map(move |&place| (actors[place as usize], set))
        });
        let listing = listed(ctx, Among::of(members.collect()));
        let cluster = |(number, group): (u128, &atlas::Community)| EcosystemCluster {
            ecosystem: self.found.clone(),
            group: group.clone(),
            set: Uuid::from_u128(number),
            listing: listing.clone(),
        };
        Ok((1..).zip(groups).map(cluster).collect())
    }

    /// Who interacts with whom, by what they are; null where no interaction links two actors that are something of the kind.
    #[graphql(complexity = "child_complexity + 10")]
    async fn matrix(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what.", default_with = "MatrixDimension::ActorKind")] by: MatrixDimension,
        #[graphql(desc = "Most labels, 1 to 100; those of most interactions stay.", default = 50)] limit: i32,
    ) -> Option<Result<InteractionMatrix>> {
        InteractionMatrix::read(ctx, &self.found, by, limit).await.transpose()
    }

    /// How many interactions are of each level that occurs, lowest first; those whose level is not known are in none.
    async fn levels(&self) -> Vec<LevelCount> {
        LevelCount::all(self.found.network())
    }
}

impl Ecosystem {
    /// What betweenness and closeness were estimated from; none where they are exact.
    async fn sample(&self) -> Result<Option<atlas::Sample>> {
        let sample = |picture: &atlas::Picture, stop: &atlas::Stop| {
            let swept = picture.swept(stop)?;
            Ok(Option::as_ref(&swept).map_or(Some(atlas::Sample::default()), |swept| swept.sample))
        };
        Ok(self.found.measure(sample).await?)
    }

    async fn error(&self, error: impl FnOnce(atlas::Sample) -> f64) -> Result<Option<f64>> {
        Ok(self.sample().await?.filter(|sample| sample.pivots > 0).map(error))
    }
}
