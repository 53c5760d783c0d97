//! Counts over whole filtered sets, as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, Object, SimpleObject};

use super::connection::total;
use super::context::ContextExt;
use super::enums::{ActorKind, TerritoryKind};
use super::error::Result;
use super::territories::Territory;
use super::vocabulary::{SdgGoal, Theme};
use crate::domain::actors as domain;
use crate::domain::listings::ActorListing;

/// Counts over a whole filtered set, most first.
#[derive(Description)]
pub struct ActorFacets {
    pub(super) counts: domain::ActorFacets,
    pub(super) listing: Arc<ActorListing>,
    pub(super) of: Option<uuid::Uuid>,
}

#[Object(use_type_description)]
impl ActorFacets {
    /// By kind, most first.
    async fn kinds(&self) -> Vec<ActorKindCount> {
        self.counts.kinds.iter().map(|(kind, count)| ActorKindCount::of(*kind, *count)).collect()
    }

    /// By theme, most first; an actor counts once in each of its themes, and in the broader ones that hold them, so that a count
    /// is what the filter by that theme finds.
    async fn themes(&self) -> Vec<ThemeCount> {
        ThemeCount::all(&self.counts.themes)
    }

    /// By goal, in the goals' order.
    async fn sdgs(&self) -> Vec<SdgCount> {
        SdgCount::all(&self.counts.sdgs)
    }

    /// By the territories of a kind that they sit in, most first, at most a hundred.
    #[graphql(complexity = "10 * child_complexity + 2")]
    async fn territories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of territories to count in.")] kind: TerritoryKind,
    ) -> Result<Vec<TerritoryCount>> {
        let counts = ctx.app().actor_territories(&self.listing, self.of, kind.into()).await?;
        let mut found = ctx.loader().load_many(counts.iter().map(|(id, _)| *id)).await?;
        let count = |(id, count)| {
            Some(TerritoryCount { territory: Territory(found.remove(&id)?), count: total(count) })
        };
        Ok(counts.into_iter().filter_map(count).collect())
    }
}

/// How many actors are of a kind.
#[derive(SimpleObject)]
pub struct ActorKindCount {
    /// The kind.
    kind: ActorKind,
    /// How many.
    count: i32,
}

impl ActorKindCount {
    /// So many of this kind.
    pub fn of(kind: domain::ActorKind, count: i64) -> Self {
        Self { kind: kind.into(), count: total(count) }
    }
}

/// How many entries have a theme.
#[derive(SimpleObject)]
pub struct ThemeCount {
    /// The theme.
    theme: Theme,
    /// How many.
    count: i32,
}

impl ThemeCount {
    /// Counts by slug.
    pub fn all(counts: &[(String, i64)]) -> Vec<Self> {
        counts.iter().filter_map(|(slug, count)| Self::of(slug, *count)).collect()
    }

    /// So many have the theme of this slug; null where there is none.
    pub fn of(slug: &str, count: i64) -> Option<Self> {
        Some(Self { theme: Theme(crate::domain::themes::find(slug)?), count: total(count) })
    }
}

/// How many entries serve a goal.
#[derive(SimpleObject)]
pub struct SdgCount {
    /// The goal.
    sdg: SdgGoal,
    /// How many.
    count: i32,
}

impl SdgCount {
    /// Counts by number.
    pub fn all(counts: &[(i16, i64)]) -> Vec<Self> {
        let one = |(number, count): &(i16, i64)| {
            let sdg = SdgGoal(crate::domain::sdgs::find(u8::try_from(*number).ok()?)?);
            Some(Self { sdg, count: total(*count) })
        };
        counts.iter().filter_map(one).collect()
    }
}

/// How many actors sit in a territory.
#[derive(SimpleObject)]
pub struct TerritoryCount {
    /// The territory.
    territory: Territory,
    /// How many.
    count: i32,
}
