//! How central actors are in a network.

use async_graphql::{Context, Description, Object};

use super::actors::{Actor, seen_actor};
use super::enums::EcosystemRole;
use super::error::Result;
use crate::atlas;
use crate::domain::ids::ActorId;

/// What is asked of each key actor.
#[expect(clippy::struct_excessive_bools, reason = "one for each field")]
pub struct Wanted {
    /// Its role.
    pub role: bool,
    /// Betweenness or closeness.
    pub paths: bool,
    /// Eigenvector centrality.
    pub eigenvector: bool,
    /// Page rank.
    pub pagerank: bool,
}

impl Wanted {
    /// The first of a network, with what is asked of them.
    pub fn of(
        &self,
        picture: &atlas::Picture,
        by: atlas::Centrality,
        first: usize,
        stop: &atlas::Stop,
    ) -> std::result::Result<Vec<ActorCentrality>, atlas::Stopped> {
        let network = picture.network();
        let ranked = picture.ranked(by, first, stop)?;
        let roles = self.role.then(|| picture.roles(stop)).transpose()?;
        let swept = self.paths.then(|| picture.swept(stop)).transpose()?;
        let swept = swept.as_deref().and_then(Option::as_ref);
        let eigenvector = self.eigenvector.then(|| picture.eigenvector(stop)).transpose()?;
        let pagerank = self.pagerank.then(|| picture.pagerank(stop)).transpose()?;
        let of = |values: Option<&Vec<f64>>, place: u32| values.map(|values| values[place as usize]);
        let central = |(rank, place): (i32, u32)| ActorCentrality {
            actor: ActorId(network.actors()[place as usize]),
            rank,
            role: roles.as_ref().map(|roles| roles[place as usize]),
            degree: network.degree(place) as i32,
            weighted_degree: network.weighted_degree(place),
            betweenness: of(swept.and_then(|swept| swept.betweenness.as_ref()), place),
            closeness: of(swept.and_then(|swept| swept.closeness.as_ref()), place),
            eigenvector: of(eigenvector.as_deref().and_then(Option::as_ref), place),
            pagerank: of(pagerank.as_deref().and_then(Option::as_ref), place),
        };
        Ok((1..).zip(ranked).map(central).collect())
    }
}

/// How central an actor is in a network.
#[derive(Description)]
pub struct ActorCentrality {
    actor: ActorId,
    rank: i32,
    role: Option<atlas::Role>,
    degree: i32,
    weighted_degree: f64,
    betweenness: Option<f64>,
    closeness: Option<f64>,
    eigenvector: Option<f64>,
    pagerank: Option<f64>,
}

#[Object(use_type_description)]
impl ActorCentrality {
    /// The actor.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
        seen_actor(ctx, self.actor).await
    }

    /// From 1 on; no two share one.
    async fn rank(&self) -> i32 {
        self.rank
    }

    /// What it is in this network, by the rules of each role; of several that fit, the first.
    async fn role(&self) -> EcosystemRole {
        // Computed where it is selected, and so where this is called.
        self.role.unwrap_or(atlas::Role::Peripheral).into()
    }

    /// How many partners it has.
    async fn degree(&self) -> i32 {
        self.degree
    }

    /// The weight of its interactions: 1 each, up to 1 more for the level and up to 1 more for the intensity.
    async fn weighted_degree(&self) -> f64 {
        self.weighted_degree
    }

    /// Share of the shortest paths between two others that lead through it, 0 to 1 (Freeman 1977; by the method of Brandes 2001);
    /// an estimate where `exact` is false. Null where there are no two others, or where the network is too large.
    async fn betweenness(&self) -> Option<f64> {
        self.betweenness
    }

    /// The inverse of the mean number of steps to those that it reaches, times the share of all others that these are, 0 to 1
    /// (Wasserman and Faust 1994); an estimate where `exact` is false. Null where there is no other, or where the network is too
    /// large.
    async fn closeness(&self) -> Option<f64> {
        self.closeness
    }

    /// High where partners have it high, by weight, 0 to 1 (Bonacich 1987); null where there is no interaction, or where no vector
    /// is found in a thousand rounds.
    async fn eigenvector(&self) -> Option<f64> {
        self.eigenvector
    }

    /// How often someone passes who goes on from partner to partner, by weight, and starts anew in three of twenty steps; all add
    /// up to 1 (Page and others 1998). Null where the network is too large.
    async fn pagerank(&self) -> Option<f64> {
        self.pagerank
    }
}
