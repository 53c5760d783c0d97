//! The matrix of projects, of a territory or of all.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject};
use strum::IntoEnumIterator;

use super::connection::total;
use super::context::ContextExt;
use super::enums::Dynamic;
use super::error::Result;
use super::loaders::{CellProjects, MatrixOf};
use super::projects::Project;
use super::vocabulary::{SdgGoal, sdgs_of};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::listings::ProjectListing;
use crate::domain::paging::MAX_PAGE;
use crate::domain::projects as domain;

/// Projects where goals meet cross-cutting dynamics. A project stands in every cell of one of its goals and one of its
/// dynamics, so that the counts do not add up to the number of projects; one without a goal or a dynamic is in none.
#[derive(SimpleObject)]
pub struct ProjectMatrix {
    /// A row for each goal that a project of the matrix serves, by number; where the filter names goals, one for each of
    /// these and no other, empty or not.
    #[graphql(complexity = "6 * child_complexity + 1")]
    rows: Vec<ProjectMatrixRow>,
}

/// A goal.
#[derive(SimpleObject)]
pub struct ProjectMatrixRow {
    /// The goal.
    sdg: SdgGoal,
    /// A cell for each dynamic, in the order of the enumeration.
    #[graphql(complexity = "3 * child_complexity + 1")]
    cells: Vec<ProjectMatrixCell>,
}

/// Where a goal meets a dynamic.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ProjectMatrixCell {
    /// The dynamic.
    dynamic: Dynamic,
    /// How many projects stand there.
    count: i32,
    #[graphql(skip)]
    cell: domain::Cell,
    #[graphql(skip)]
    of: Option<uuid::Uuid>,
    #[graphql(skip)]
    listing: Arc<ProjectListing>,
}

#[ComplexObject]
impl ProjectMatrixCell {
    /// The projects that stand there, by title.
    #[graphql(complexity = "(first.clamp(0, 100) as usize) * child_complexity + 1")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.", default = 10)] first: i32,
    ) -> Result<Vec<Project>> {
        let Some(first) = u32::try_from(first).ok().filter(|first| *first <= MAX_PAGE) else {
            let message = format!("must be from 0 to {MAX_PAGE}");
            return Err(Violations::one("first", ViolationCode::OutOfRange, message).into());
        };
        if self.count == 0 {
            return Ok(Vec::new());
        }
        let key = CellProjects::new(&self.listing, self.of, self.cell, first);
        let found = ctx.loader().load_one(key).await?.unwrap_or_default();
        Ok(found.into_iter().map(Project).collect())
    }
}

impl ProjectMatrix {
    /// The matrix of all projects of a list, or of those of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: ProjectListing,
        of: Option<uuid::Uuid>,
    ) -> Result<ProjectMatrix> {
        let listing = Arc::new(listing);
        let counts = ctx.loader().load_one(MatrixOf::new(&listing, of)).await?.unwrap_or_default();
        let goals = if listing.filter.sdgs.is_empty() {
            let mut goals: Vec<i16> = counts.keys().map(|(goal, _)| *goal).collect();
            goals.sort_unstable();
            goals.dedup();
            goals
        } else {
            listing.filter.sdgs.clone()
        };
        let rows = sdgs_of(&goals).into_iter().zip(&goals);
        let rows =
            rows.map(|(sdg, goal)| ProjectMatrixRow { sdg, cells: cells(&listing, of, *goal, &counts) });
        Ok(Self { rows: rows.collect() })
    }
}

fn cells(
    listing: &Arc<ProjectListing>,
    of: Option<uuid::Uuid>,
    goal: i16,
    counts: &HashMap<domain::Cell, i64>,
) -> Vec<ProjectMatrixCell> {
    let asked = &listing.filter.dynamics;
    let dynamics = domain::Dynamic::iter().filter(|dynamic| asked.is_empty() || asked.contains(dynamic));
    dynamics
        .map(|dynamic| ProjectMatrixCell {
            dynamic: dynamic.into(),
            count: total(counts.get(&(goal, dynamic)).copied().unwrap_or(0)),
            cell: (goal, dynamic),
            of,
            listing: Arc::clone(listing),
        })
        .collect()
}
