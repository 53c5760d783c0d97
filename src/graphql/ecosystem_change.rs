//! What became of a network between two days, and how two actors are linked.

use async_graphql::{Context, Description, ID, Object};

use super::actor_inputs::ActorFilter;
use super::actors::{Actor, ActorConnection, seen_actor};
use super::connection::{cost, page};
use super::context::ContextExt;
use super::ecosystem::{Ecosystem, listed, request};
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::interaction_inputs::InteractionFilter;
use super::interactions::{Interaction, InteractionConnection};
use super::scalars::{Date, read};
use super::territories::Territory;
use crate::app;
use crate::atlas;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, InteractionId};
use crate::domain::interactions;
use crate::domain::listings::{Among, InteractionListing};

/// Most steps of a path.
const LONGEST: i32 = 6;

/// Most paths.
const MOST_PATHS: i32 = 20;

/// Networks: of the whole directory, and the paths through it.
#[derive(Default)]
pub struct EcosystemQuery;

#[Object]
impl EcosystemQuery {
    /// The network of all actors that match; null where it can't be told in time.
    #[graphql(complexity = "child_complexity + 100")]
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
        Some(Ecosystem::read(ctx, None, filter, interactions, as_of).await)
    }

    /// How two actors are linked: the shortest ways from partner to partner, no actor twice; of equal length those whose first
    /// steps are the closer cooperation. Empty where there is none, or where both are the same; null where one is absent or not to
    /// be seen.
    #[graphql(complexity = "(first.clamp(0, 20) as usize) * child_complexity + 50")]
    async fn paths(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An actor.")] from: ID,
        #[graphql(desc = "Another one.")] to: ID,
        #[graphql(desc = "Most steps, 1 to 6.", default = 4)] max_length: i32,
        #[graphql(desc = "How many, at most 20.", default = 3)] first: i32,
        #[graphql(desc = "Over interactions that hold on this day; today where it is left out.")]
        active_on: Option<Date>,
    ) -> Option<Result<Vec<ActorPath>>> {
        let found = async {
            let mut found = Violations::default();
            let on = read(active_on.as_ref(), "activeOn", &mut found);
            if !(1..=LONGEST).contains(&max_length) {
                found.add("maxLength", ViolationCode::OutOfRange, format!("is from 1 to {LONGEST}"));
            }
            if !(0..=MOST_PATHS).contains(&first) {
                found.add("first", ViolationCode::OutOfRange, format!("is from 0 to {MOST_PATHS}"));
            }
            found.into_result(())?;
            let on = on.unwrap_or_else(|| ctx.app().clock.today());
            let ends = [id_of::<ActorId>(&from), id_of::<ActorId>(&to)];
            let (longest, first) = (max_length as usize, first as usize);
            let found = ctx.app().paths(ends, longest, first, on, &ctx.visibility()).await?;
            Ok(found.map(|paths| paths.into_iter().map(ActorPath).collect()))
        };
        found.await.transpose()
    }
}

/// A network on two days, and what differs.
#[derive(Description)]
pub struct EcosystemChange {
    change: app::ecosystem::EcosystemChange,
    territory: Territory,
}

impl EcosystemChange {
    /// Checks what is asked and reads both.
    pub async fn read(
        ctx: &Context<'_>,
        territory: &Territory,
        from: &Date,
        to: &Date,
        filter: Option<ActorFilter>,
        interactions: Option<InteractionFilter>,
    ) -> Result<Self> {
        let mut found = Violations::default();
        let (from, to) = (read(Some(from), "from", &mut found), read(Some(to), "to", &mut found));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            found.add("to", ViolationCode::Inconsistent, "is before from");
        }
        let (from, to) = found.into_result((from, to))?;
        let today = ctx.app().clock.today();
        let days = [from.unwrap_or(today), to.unwrap_or(today)];
        let request = request(ctx, Some(territory), filter, interactions).await?;
        let change = ctx.app().ecosystem_change(request, days).await?;
        Ok(Self { change, territory: territory.clone() })
    }
}

#[Object(use_type_description)]
impl EcosystemChange {
    /// The network on the first day.
    #[graphql(complexity = "child_complexity + 1")]
    async fn before(&self) -> Ecosystem {
        Ecosystem::of(self.change.before.clone(), Some(self.territory.clone()))
    }

    /// The network on the second day.
    #[graphql(complexity = "child_complexity + 1")]
    async fn after(&self) -> Ecosystem {
        Ecosystem::of(self.change.after.clone(), Some(self.territory.clone()))
    }

    /// The actors that have a partner on the second day and had none on the first, by name. When an actor came into being the
    /// directory does not know: both networks hold the same actors.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn new_actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ActorConnection> {
        let listing = listed(ctx, Among::alone(self.change.new_actors()));
        let page = page(first, after, None, None, &listing.order.list())?;
        ActorConnection::read(ctx, listing, page, Some(Among::ALONE)).await
    }

    /// The interactions that hold on the second day and did not on the first, newest change first.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn new_interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<InteractionConnection> {
        listed_interactions(ctx, self.change.new_interactions(), first, after).await
    }

    /// The interactions that held on the first day and do not on the second, newest change first. Those that began and ended
    /// between the two days are in neither list.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn ended_interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<InteractionConnection> {
        listed_interactions(ctx, self.change.ended_interactions(), first, after).await
    }
}

async fn listed_interactions(
    ctx: &Context<'_>,
    ids: Vec<uuid::Uuid>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<InteractionConnection> {
    let listing = InteractionListing {
        filter: interactions::InteractionFilter::default(),
        anchor: None,
        answered_by: None,
        among: Some(Among::alone(ids)),
        visibility: ctx.visibility(),
    };
    let page = page(first, after, None, None, &InteractionListing::order())?;
    InteractionConnection::read(ctx, listing, page, Some(Among::ALONE)).await
}

/// A way from one actor to another, from partner to partner.
#[derive(Description)]
pub struct ActorPath(atlas::Path);

#[Object(use_type_description)]
impl ActorPath {
    /// The actors, both ends included.
    #[graphql(complexity = "7 * child_complexity + 1")]
    async fn actors(&self, ctx: &Context<'_>) -> Result<Vec<Actor>> {
        let ids: Vec<_> = self.0.actors.iter().copied().map(ActorId).collect();
        futures::future::try_join_all(ids.into_iter().map(|id| seen_actor(ctx, id))).await
    }

    /// An interaction for each step: of several, the one of most weight.
    #[graphql(complexity = "6 * child_complexity + 1")]
    async fn interactions(&self, ctx: &Context<'_>) -> Result<Vec<Interaction>> {
        interactions_of(ctx, &self.0.interactions).await
    }

    /// How many steps it has.
    async fn length(&self) -> i32 {
        self.0.interactions.len() as i32
    }
}

/// The interactions of these ids, in their order.
pub async fn interactions_of(ctx: &Context<'_>, ids: &[uuid::Uuid]) -> Result<Vec<Interaction>> {
    let ids: Vec<_> = ids.iter().copied().map(InteractionId).collect();
    let mut found = ctx.loader().load_many(ids.iter().copied()).await?;
    let gone = || {
        let message = "an interaction of this answer is no longer to be seen".to_owned();
        ApiError(app::Error::NotFound(message))
    };
    ids.iter().map(|id| found.remove(id).map(Interaction).ok_or_else(gone)).collect()
}
