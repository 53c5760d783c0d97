//! Replications, and where practices are taken up, as clients read them.

use std::collections::BTreeMap;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::calls::Call;
use super::context::ContextExt;
use super::enums::{ReplicationPath, ReplicationStatus};
use super::error::{ApiError, Result};
use super::ids::global_id;
use super::loaders::territory;
use super::practices::GoodPractice;
use super::scalars::Date;
use super::shapes::Point;
use super::territories::Territory;
use crate::domain::replications as domain;

/// A practice taken up elsewhere (essaimage). It is seen where its practice is.
#[derive(Clone, Description)]
pub struct Replication(pub domain::Replication);

#[Object(use_type_description)]
impl Replication {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What is taken up; null where it was put away since, and you may not see it.
    async fn practice(&self, ctx: &Context<'_>) -> Option<Result<GoodPractice>> {
        let found = ctx.loader().load_one(self.0.practice).await;
        found.map(|found| found.map(GoodPractice)).map_err(ApiError::from).transpose()
    }

    /// How it gets there.
    async fn path(&self) -> ReplicationPath {
        self.0.path.into()
    }

    /// Where it is taken up; null where that is not said.
    async fn territory(&self, ctx: &Context<'_>) -> Option<Result<Territory>> {
        let found = territory(ctx, self.0.territory?).await;
        found.map(|found| found.map(Territory)).map_err(ApiError::from).transpose()
    }

    /// Who takes it up, or the network in which it is taken up; null where that is not said, or you may not see that actor.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.actor?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// The call by which it is taken up; null where it is by none, or you may not see it.
    async fn call(&self, ctx: &Context<'_>) -> Option<Result<Call>> {
        let found = ctx.loader().load_one(self.0.call?).await;
        found.map(|found| found.map(Call)).map_err(ApiError::from).transpose()
    }

    /// How far it is.
    async fn status(&self) -> ReplicationStatus {
        self.0.status.into()
    }

    /// The day on which it began, or is to begin; null where that is not known.
    async fn since(&self) -> Option<Date> {
        self.0.since.map(Date::from)
    }

    /// What else is to be said of it.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }
}

/// A place where a practice is taken up, to be drawn.
#[derive(SimpleObject)]
pub struct ReplicationPlace {
    /// The territory: the one that is named, or else the commune in which who takes it up sits.
    territory: Territory,
    /// Where to draw it: the middle of the territory; null where its boundary is not known.
    point: Option<Point>,
    /// How many replications are there.
    total: i32,
    /// How many are how far; statuses that none has are left out.
    counts: Vec<ReplicationStatusCount>,
    /// All that are there, the oldest first.
    replications: Vec<Replication>,
}

/// How many replications are how far.
#[derive(SimpleObject)]
pub struct ReplicationStatusCount {
    /// How far.
    status: ReplicationStatus,
    /// How many.
    count: i32,
}

impl ReplicationPlace {
    /// Of what a practice's replications are, by territory, those with most first; those that are nowhere are left out.
    pub async fn all(ctx: &Context<'_>, replications: Vec<domain::Replication>) -> Result<Vec<Self>> {
        let homeless = replications.iter().filter(|one| one.territory.is_none());
        let actors = ctx.loader().load_many(homeless.filter_map(|one| one.actor)).await?;
        let place_of = |one: &domain::Replication| {
            one.territory.or_else(|| Some(actors.get(&one.actor?)?.seat.as_ref()?.commune))
        };
        let mut places: BTreeMap<_, Vec<domain::Replication>> = BTreeMap::new();
        for one in replications {
            if let Some(place) = place_of(&one) {
                places.entry(place).or_default().push(one);
            }
        }
        let mut found = ctx.loader().load_many(places.keys().copied()).await?;
        let mut all: Vec<_> = places
            .into_iter()
            .filter_map(|(id, replications)| {
                let territory = found.remove(&id)?;
                let point = territory.centroid.map(Point::from);
                Some(Self::of(Territory(territory), point, replications))
            })
            .collect();
        all.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.territory.0.name.cmp(&b.territory.0.name)));
        Ok(all)
    }

    fn of(territory: Territory, point: Option<Point>, replications: Vec<domain::Replication>) -> Self {
        let mut counts: BTreeMap<domain::ReplicationStatus, i32> = BTreeMap::new();
        for one in &replications {
            *counts.entry(one.status).or_default() += 1;
        }
        Self {
            territory,
            point,
            total: counts.values().sum(),
            counts: counts
                .into_iter()
                .map(|(status, count)| ReplicationStatusCount { status: status.into(), count })
                .collect(),
            replications: replications.into_iter().map(Replication).collect(),
        }
    }
}
