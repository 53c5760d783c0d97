//! Coverage as clients read it: where an actor is missing.

use std::sync::Arc;

use async_graphql::{Context, Description, Object};

use super::actor_inputs::enums;
use super::actors::{Actor, seen_actor};
use super::connection::{ListEdge, PageInfo, cost, edges, nodes, page, total};
use super::context::ContextExt;
use super::enums::{ActorKind, TerritoryKind};
use super::error::Result;
use super::loaders::territory;
use super::territories::Territory;
use super::vocabulary::Theme;
use crate::app::coverage::{self as app, CoverageRequest};
use crate::domain::actors as domain;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::TerritoryId;
use crate::domain::paging::{Cursor, Edge, KeyType, ListOrder, MAX_PAGE, Page, Slice};
use crate::domain::themes;

/// Most themes and kinds that are asked for at once, multiplied.
const MOST_COLUMNS: usize = 100;

/// Where an actor is missing: the units of a territory, and what is looked for in each. An actor covers a unit where it sits in it,
/// or where it serves the unit, something within it, or something that holds it: an association that serves the département
/// serves each of its communes. A location that is hidden from you is as if it were not known.
#[derive(Description)]
pub struct Coverage {
    territory: Territory,
    unit: TerritoryKind,
    found: Arc<app::Coverage>,
}

impl Coverage {
    /// Checks what is asked and finds it.
    pub async fn read(
        ctx: &Context<'_>,
        territory: &Territory,
        unit: TerritoryKind,
        themes: Option<Vec<String>>,
        given: Option<Vec<ActorKind>>,
        max_km: f64,
    ) -> Result<Self> {
        let mut found = Violations::default();
        let themes = themes::parse("themes", themes.unwrap_or_default(), &mut found);
        let mut kinds: Vec<domain::ActorKind> = Vec::new();
        for kind in enums(given, "kinds", &mut found) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if !(0.0..=1_000.0).contains(&max_km) {
            found.add("maxKm", ViolationCode::OutOfRange, "is from 0 to 1000");
        }
        let columns = themes.len().max(1) * kinds.len().max(1);
        if columns > MOST_COLUMNS {
            let message = format!("{columns} themes of kinds, at most {MOST_COLUMNS}: ask for fewer at once");
            found.add("themes", ViolationCode::TooLong, message);
        }
        found.into_result(())?;
        let request = CoverageRequest { of: territory.0.id, unit: unit.into(), themes, kinds, max_km };
        let found = Arc::new(ctx.app().coverage(&request, &ctx.visibility()).await?);
        Ok(Self { territory: territory.clone(), unit, found })
    }
}

#[Object(use_type_description)]
impl Coverage {
    /// The territory.
    async fn territory(&self) -> Territory {
        self.territory.clone()
    }

    /// The kind of its units.
    async fn unit(&self) -> TerritoryKind {
        self.unit
    }

    /// The territories of that kind that it is or that lie within it, by name.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    #[expect(clippy::unused_async, reason = "every resolver is")]
    async fn rows(
        &self,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Result<CoverageRowConnection> {
        let order = ListOrder { name: "COVERAGE".to_owned(), key: KeyType::Whole };
        let page = page(first, after, None, None, &order)?;
        let all = self.found.rows.len();
        let row = |place: usize| {
            let cells = &self.found.rows[place];
            let unit = cells.first().map_or(TerritoryId(uuid::Uuid::nil()), |cell| cell.unit);
            let cursor = Cursor { order: order.name.clone(), key: place.to_string(), id: unit.0 };
            Edge { cursor, node: CoverageRow { unit, place: place as u32, found: self.found.clone() } }
        };
        let from = self.place_after(&page);
        let slice = Slice::of((from..all).take(page.size as usize + 1).map(row).collect(), &page);
        Ok(CoverageRowConnection { slice, total: total(all as i64) })
    }

    /// Where nobody acts and nobody is near, those where most people live first, then those farthest from the nearest. Where the
    /// inhabitants are not known they count as none.
    #[graphql(complexity = "(first.clamp(0, 100) as usize) * child_complexity + 2")]
    #[expect(clippy::unused_async, reason = "every resolver is")]
    async fn gaps(
        &self,
        #[graphql(desc = "How many, at most 100.", default = 50)] first: i32,
    ) -> Result<Vec<CoverageCell>> {
        let Some(first) = usize::try_from(first).ok().filter(|first| *first <= MAX_PAGE as usize) else {
            return Err(Violations::one("first", ViolationCode::OutOfRange, "is from 0 to 100").into());
        };
        let gaps = self.found.gaps(first).into_iter();
        Ok(gaps.map(|cell| CoverageCell { cell, found: self.found.clone() }).collect())
    }
}

impl Coverage {
    /// Where a page begins: behind the unit of its cursor, or where that was once, where it is no longer there.
    fn place_after(&self, page: &Page) -> usize {
        let Some(after) = &page.after else { return 0 };
        let is_it = |row: &Vec<app::Cell>| row.first().is_some_and(|cell| cell.unit.0 == after.id);
        let place = self.found.rows.iter().position(is_it);
        place
            .or_else(|| after.key.parse().ok())
            .map_or(0, |place| place.saturating_add(1))
            .min(self.found.rows.len())
    }
}

/// A page of units.
#[derive(Description)]
pub struct CoverageRowConnection {
    slice: Slice<CoverageRow>,
    total: i32,
}

#[Object(use_type_description)]
impl CoverageRowConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<CoverageRow>> {
        edges(&self.slice, |row| row)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<CoverageRow> {
        nodes(&self.slice, |row| row)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all.
    async fn total_count(&self) -> i32 {
        self.total
    }
}

/// A unit, and how it is covered.
#[derive(Clone, Description)]
pub struct CoverageRow {
    unit: TerritoryId,
    place: u32,
    found: Arc<app::Coverage>,
}

#[Object(use_type_description)]
impl CoverageRow {
    /// The unit.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Territory> {
        unit(ctx, self.unit).await
    }

    /// One for each theme of each kind that is asked for, in the order of the arguments; for each theme of the upper level where
    /// neither is given.
    #[graphql(complexity = "8 * child_complexity + 1")]
    async fn cells(&self) -> Vec<CoverageCell> {
        let cells = self.found.rows[self.place as usize].iter();
        cells.map(|cell| CoverageCell { cell: *cell, found: self.found.clone() }).collect()
    }
}

/// How a unit is covered in a theme, by a kind of actors, or by those of a kind with a theme.
#[derive(Description)]
pub struct CoverageCell {
    cell: app::Cell,
    found: Arc<app::Coverage>,
}

#[Object(use_type_description)]
impl CoverageCell {
    /// The unit.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Territory> {
        unit(ctx, self.cell.unit).await
    }

    /// The theme, with those within it; null where only kinds are asked for.
    async fn theme(&self) -> Option<Theme> {
        self.found.columns[self.cell.column].theme.as_deref().and_then(themes::find).map(Theme)
    }

    /// The kind; null where only themes are asked for.
    async fn actor_kind(&self) -> Option<ActorKind> {
        self.found.columns[self.cell.column].kind.map(Into::into)
    }

    /// How many actors cover it.
    async fn actor_count(&self) -> i32 {
        self.cell.count as i32
    }

    /// How many that are for ten thousand inhabitants; null where these are not known, or none.
    async fn per_10000_inhabitants(&self) -> Option<f64> {
        self.cell.per_10000()
    }

    /// The nearest such actor that does not cover it, wherever it is, by the distance from the unit's `centroid` to the actor's
    /// point, or to the `centroid` of the commune that it sits in where it has no point that you may see; null where no other
    /// has either, or the unit has none.
    async fn nearest(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let (actor, _) = self.cell.nearest?;
        Some(seen_actor(ctx, actor).await)
    }

    /// How far that is as the crow flies, in kilometres.
    async fn nearest_km(&self) -> Option<f64> {
        self.cell.nearest.map(|(_, km)| km)
    }

    /// Whether no actor covers it, and the nearest is farther than `maxKm` or not known.
    async fn gap(&self) -> bool {
        self.cell.gap
    }
}

async fn unit(ctx: &Context<'_>, id: TerritoryId) -> Result<Territory> {
    let gone = || {
        let message = "a territory of this answer is no longer there".to_owned();
        super::error::ApiError(crate::app::Error::NotFound(message))
    };
    territory(ctx, id).await?.map(Territory).ok_or_else(gone)
}
