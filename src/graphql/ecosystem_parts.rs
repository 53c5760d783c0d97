//! The parts of a network: its clusters, and who interacts with whom.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Description, Object, SimpleObject};
use strum::IntoEnumIterator;
use uuid::Uuid;

use super::actors::ActorConnection;
use super::connection::{cost, page};
use super::context::ContextExt;
use super::enums::{CooperationLevel, MatrixDimension};
use super::error::Result;
use super::facets::{ActorKindCount, ThemeCount};
use crate::app::ecosystem::{self as app, ActorTraits};
use crate::atlas;
use crate::domain::actors::ActorKind;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::TerritoryId;
use crate::domain::interactions as domain;
use crate::domain::listings::ActorListing;

/// Most themes and kinds that a cluster is told by.
const MAIN: usize = 5;

/// A group found in a network.
#[derive(Description)]
pub struct EcosystemCluster {
    /// Where it was found.
    pub ecosystem: Arc<app::Ecosystem>,
    /// Who is in it.
    pub group: atlas::Community,
    /// Its set among those of the listing.
    pub set: Uuid,
    /// The members of all clusters.
    pub listing: ActorListing,
}

#[Object(use_type_description)]
impl EcosystemCluster {
    /// Tells it from the others, and stays the same for the same data. As groups change it may come to mean another: it is no
    /// identity.
    async fn key(&self) -> String {
        format!("{:016x}", self.group.key)
    }

    /// How many actors it has.
    async fn size(&self) -> i32 {
        self.group.members.len() as i32
    }

    /// Its actors, by name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<ActorConnection> {
        let page = page(first, after, None, None, &self.listing.order.list())?;
        ActorConnection::read(ctx, self.listing.clone(), page, Some(self.set)).await
    }

    /// Share of the pairs of its actors that are partners, 0 to 1.
    async fn density(&self) -> Option<f64> {
        self.group.density
    }

    /// The themes that most of its actors have, at most five.
    #[graphql(complexity = "5 * child_complexity + 2")]
    async fn main_themes(&self) -> Result<Vec<ThemeCount>> {
        let traits = self.ecosystem.traits().await?;
        let counts = self.counted(&traits, |traits| traits.themes.clone());
        Ok(counts.into_iter().filter_map(|(slug, count)| ThemeCount::of(&slug, count)).collect())
    }

    /// The kinds that most of its actors are of, at most five.
    #[graphql(complexity = "5 * child_complexity + 2")]
    async fn main_kinds(&self) -> Result<Vec<ActorKindCount>> {
        let traits = self.ecosystem.traits().await?;
        let counts = self.counted(&traits, |traits| vec![traits.kind.to_string()]);
        let kind = |(kind, count): (String, i64)| Some(ActorKindCount::of(kind.parse().ok()?, count));
        Ok(counts.into_iter().filter_map(kind).collect())
    }
}

impl EcosystemCluster {
    /// What most of its actors are, most first, then by name.
    fn counted(
        &self,
        traits: &[Option<ActorTraits>],
        of: impl Fn(&ActorTraits) -> Vec<String>,
    ) -> Vec<(String, i64)> {
        let mut counts: HashMap<String, i64> = HashMap::new();
        for traits in self.group.members.iter().filter_map(|&place| traits[place as usize].as_ref()) {
            for value in of(traits) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        counts.truncate(MAIN);
        counts
    }
}

/// How many interactions link actors of one label with actors of another, or of the same. The first row and the first column
/// are those of the first label; the matrix is symmetric. An actor with several themes stands in several rows, and an interaction
/// counts once for each pair of labels that it links, so that the counts do not add up to the number of interactions.
#[derive(SimpleObject)]
pub struct InteractionMatrix {
    /// What rows and columns stand for, those of most interactions first: names of actor kinds, slugs of themes, or communes by
    /// name and code.
    labels: Vec<String>,
    /// One row for each label.
    counts: Vec<Vec<i32>>,
    /// Whether `limit` left out a label.
    truncated: bool,
}

impl InteractionMatrix {
    /// Checks what is asked and counts.
    pub async fn read(
        ctx: &Context<'_>,
        of: &app::Ecosystem,
        by: MatrixDimension,
        limit: i32,
    ) -> Result<Option<Self>> {
        if !(1..=100).contains(&limit) {
            return Err(Violations::one("limit", ViolationCode::OutOfRange, "is from 1 to 100").into());
        }
        let traits = of.traits().await?;
        let (labels, names) = labels(&traits, by);
        let computed =
            of.measure(move |picture, _| Ok(atlas::matrix(picture.network(), &labels, limit as usize)));
        let Some(matrix) = computed.await? else { return Ok(None) };
        let kept: Vec<_> = matrix.labels.iter().map(|&label| names[label as usize].clone()).collect();
        let labels = match by {
            MatrixDimension::Commune => communes(ctx, &kept).await?,
            MatrixDimension::ActorKind | MatrixDimension::Theme => kept,
        };
        let counts = matrix.counts.into_iter().map(|row| row.into_iter().map(|count| count as i32).collect());
        Ok(Some(Self { labels, counts: counts.collect(), truncated: matrix.truncated }))
    }
}

/// The labels of each actor, by their place among all labels in use.
fn labels(traits: &[Option<ActorTraits>], by: MatrixDimension) -> (Vec<Vec<u32>>, Vec<String>) {
    let of = |traits: &ActorTraits| match by {
        MatrixDimension::ActorKind => vec![traits.kind.to_string()],
        MatrixDimension::Theme => traits.themes.clone(),
        MatrixDimension::Commune => traits.seat.iter().map(|seat| seat.0.to_string()).collect(),
    };
    let each: Vec<_> = traits.iter().map(|traits| traits.as_ref().map(of).unwrap_or_default()).collect();
    let mut names: Vec<String> = match by {
        MatrixDimension::ActorKind => ActorKind::iter().map(|kind| kind.to_string()).collect(),
        MatrixDimension::Theme | MatrixDimension::Commune => each.iter().flatten().cloned().collect(),
    };
    names.sort_unstable();
    names.dedup();
    let place = |name: &String| names.binary_search(name).ok().map(|place| place as u32);
    (each.iter().map(|own| own.iter().filter_map(place).collect()).collect(), names)
}

/// Communes by name and code; several may share a name.
async fn communes(ctx: &Context<'_>, ids: &[String]) -> Result<Vec<String>> {
    let ids: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).map(TerritoryId).collect();
    let found = ctx.loader().load_many(ids.iter().copied()).await?;
    let name = |id: &TerritoryId| {
        found.get(id).map_or_else(String::new, |commune| format!("{} ({})", commune.name, commune.code))
    };
    Ok(ids.iter().map(name).collect())
}

/// How many interactions are of a level.
#[derive(SimpleObject)]
pub struct LevelCount {
    /// The level.
    level: CooperationLevel,
    /// How many.
    count: i32,
}

impl LevelCount {
    /// Of each level that occurs, lowest first.
    pub fn all(network: &atlas::Network) -> Vec<Self> {
        let mut counts: HashMap<domain::CooperationLevel, i32> = HashMap::new();
        for level in network.links().iter().filter_map(|link| link.level) {
            *counts.entry(level).or_default() += 1;
        }
        let levels = domain::CooperationLevel::iter();
        levels.filter_map(|level| Some(Self { level: level.into(), count: *counts.get(&level)? })).collect()
    }
}
