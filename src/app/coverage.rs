//! Where nobody acts on something, and how far the nearest is.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{App, Error};
use crate::atlas::{self, Coverer};
use crate::domain::actors::ActorKind;
use crate::domain::error::ViolationCode;
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::policy::Visibility;
use crate::domain::territories::TerritoryKind;
use crate::domain::themes;
use crate::geo::Position;
use crate::store::coverage::{CoverageActor, CoverageUnit, by_first};

/// Most cells of a coverage: the 890 communes of the largest département against the 23 themes of the upper level are 20,470.
pub const MOST_CELLS: usize = 25_000;

/// What is looked for in each unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// A theme; narrower ones count.
    pub theme: Option<String>,
    /// A kind of actors.
    pub kind: Option<ActorKind>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct CoverageRequest {
    /// Where.
    pub of: TerritoryId,
    /// By which units.
    pub unit: TerritoryKind,
    /// What is looked for: each theme of each kind; all themes of the upper level where neither is given.
    pub themes: Vec<String>,
    /// The kinds.
    pub kinds: Vec<ActorKind>,
    /// From how far on the nearest leaves a gap, in kilometres.
    pub max_km: f64,
}

/// How a unit is covered in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The unit.
    pub unit: TerritoryId,
    /// Its inhabitants.
    pub population: Option<i32>,
    /// Place of the column.
    pub column: usize,
    /// How many actors cover it.
    pub count: u32,
    /// The nearest of the others, and how far it is in kilometres.
    pub nearest: Option<(ActorId, f64)>,
    /// Whether nobody covers it, and nobody is near enough.
    pub gap: bool,
}

impl Cell {
    /// Actors for each ten thousand inhabitants; null where these are not known, or none.
    pub fn per_10000(&self) -> Option<f64> {
        let population = self.population.filter(|population| *population > 0)?;
        Some(f64::from(self.count) * 10_000.0 / f64::from(population))
    }
}

/// How a territory's units are covered.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// What was looked for.
    pub columns: Vec<Column>,
    /// The cells of each unit, in the order of the columns; units in the order of lists.
    pub rows: Vec<Vec<Cell>>,
}

impl Coverage {
    /// The gaps: where most people live first, then where the nearest is farthest, then in the order of rows and columns. Unknown
    /// inhabitants count as none, and an unknown nearest as farthest.
    pub fn gaps(&self, first: usize) -> Vec<Cell> {
        let mut gaps: Vec<Cell> = self.rows.iter().flatten().copied().filter(|cell| cell.gap).collect();
        let far = |cell: &Cell| cell.nearest.map_or(f64::INFINITY, |(_, km)| km);
        let order = |a: &Cell, b: &Cell| {
            let people = b.population.unwrap_or(0).cmp(&a.population.unwrap_or(0));
            people.then_with(|| far(b).total_cmp(&far(a)))
        };
        gaps.sort_by(order);
        gaps.truncate(first);
        gaps
    }
}

impl App {
    /// How the units of a territory are covered, in six statements whatever their number.
    ///
    /// An actor covers a unit where it sits in it, or serves it, something within it, or something that holds it.
    pub async fn coverage(
        &self,
        request: &CoverageRequest,
        visibility: &Visibility,
    ) -> Result<Coverage, Error> {
        let columns = columns(&request.themes, &request.kinds);
        let most = MOST_CELLS / columns.len().max(1);
        let units =
            self.store.coverage_units(request.of, request.unit, self.clock.today(), most as i64).await?;
        if units.len() > most {
            let message = format!(
                "more than {most} units, each with {} themes and kinds: at most {MOST_CELLS} cells; ask of a smaller territory, by larger units, or for fewer themes and kinds",
                columns.len()
            );
            return Err(Error::invalid("unit", ViolationCode::OutOfRange, message));
        }
        if units.is_empty() {
            return Ok(Coverage { columns, rows: Vec::new() });
        }
        let coverers = self.coverers(&units, &columns, request, visibility).await?;
        let count = columns.len();
        let cells = self.beside(move |stop| {
            let (units, coverers) = coverers;
            atlas::coverage(&units, &coverers, count, stop)
        });
        let cells = cells.await?;
        let rows = units.iter().zip(cells).map(|(unit, cells)| row(unit, &cells, request.max_km)).collect();
        Ok(Coverage { columns, rows })
    }

    async fn coverers(
        &self,
        units: &[CoverageUnit],
        columns: &[Column],
        request: &CoverageRequest,
        visibility: &Visibility,
    ) -> Result<(Vec<atlas::Unit>, Vec<Coverer>), Error> {
        let ids: Vec<Uuid> = units.iter().map(|unit| unit.id.0).collect();
        let (within, above) = self.store.coverage_places(&ids).await?;
        let (mut within, mut above) = (by_first(within), by_first(above));
        let units: Vec<_> = units
            .iter()
            .map(|unit| {
                let mut seats = within.remove(&unit.id.0).unwrap_or_default();
                seats.push(unit.id.0);
                let holders = above.remove(&unit.id.0).unwrap_or_default();
                let served = seats.iter().copied().chain(holders).collect();
                atlas::Unit { point: unit.point.map(degrees), seats, served }
            })
            .collect();
        let places: HashSet<Uuid> = units.iter().flat_map(|unit| unit.served.iter().copied()).collect();
        let places: Vec<_> = places.into_iter().collect();
        let themes: Vec<&str> = columns.iter().filter_map(|column| column.theme.as_deref()).collect();
        let themes: Vec<String> = themes::with_narrower(themes).into_iter().map(str::to_owned).collect();
        let actors = self.store.coverage_actors(&themes, &request.kinds, visibility).await?;
        let presence = self.store.coverage_presence(&themes, &request.kinds, &places, &ids, visibility);
        let (areas, points) = presence.await?;
        let (mut areas, mut points) = (by_first(areas), by_first(points));
        let of_column = Columns::of(columns);
        let coverer = |actor: CoverageActor| {
            let mut seats = points.remove(&actor.id.0).unwrap_or_default();
            seats.extend(actor.seat.map(|seat| seat.0));
            let served = areas.remove(&actor.id.0).unwrap_or_default();
            let columns = of_column.of_actor(&actor);
            Coverer { actor: actor.id.0, columns, point: actor.point.map(degrees), seats, served }
        };
        Ok((units, actors.into_iter().map(coverer).collect()))
    }
}

fn degrees(point: Position) -> (f64, f64) {
    (point.longitude(), point.latitude())
}

fn row(unit: &CoverageUnit, cells: &[atlas::Cell], max_km: f64) -> Vec<Cell> {
    let cell = |(column, cell): (usize, &atlas::Cell)| Cell {
        unit: unit.id,
        population: unit.population,
        column,
        count: cell.count,
        nearest: cell.nearest.map(|(actor, km)| (ActorId(actor), km)),
        gap: cell.count == 0 && cell.nearest.is_none_or(|(_, km)| km > max_km),
    };
    cells.iter().enumerate().map(cell).collect()
}

/// Each theme of each kind that is asked for; themes of the upper level where neither is.
fn columns(given: &[String], kinds: &[ActorKind]) -> Vec<Column> {
    let mut themes: Vec<Option<String>> = given.iter().cloned().map(Some).collect();
    if themes.is_empty() && kinds.is_empty() {
        let upper = themes::all().iter().filter(|theme| theme.broader.is_none());
        themes = upper.map(|theme| Some(theme.slug.clone())).collect();
    }
    let themes = if themes.is_empty() { vec![None] } else { themes };
    let kinds = if kinds.is_empty() { vec![None] } else { kinds.iter().copied().map(Some).collect() };
    let of = |theme: &Option<String>| {
        let column = |kind: &Option<ActorKind>| Column { theme: theme.clone(), kind: *kind };
        kinds.iter().map(column).collect::<Vec<_>>()
    };
    themes.iter().flat_map(of).collect()
}

/// Which columns an actor is in, found by its themes and its kind.
struct Columns<'a> {
    columns: &'a [Column],
    by_theme: HashMap<&'static str, Vec<usize>>,
}

impl<'a> Columns<'a> {
    fn of(columns: &'a [Column]) -> Self {
        let mut by_theme: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, column) in columns.iter().enumerate() {
            for theme in themes::with_narrower(column.theme.as_deref()) {
                by_theme.entry(theme).or_default().push(place);
            }
        }
        Self { columns, by_theme }
    }

    fn of_actor(&self, actor: &CoverageActor) -> Vec<u16> {
        let themed =
            actor.themes.iter().filter_map(|theme| self.by_theme.get(theme.as_str())).flatten().copied();
        let free = self.columns.iter().enumerate().filter(|(_, column)| column.theme.is_none());
        let places = themed.chain(free.map(|(place, _)| place));
        let mut places: Vec<u16> = places
            .filter(|&place| self.columns[place].kind.is_none_or(|kind| kind == actor.kind))
            .map(|place| place as u16)
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(unit: u128, population: Option<i32>, km: Option<f64>) -> Cell {
        let nearest = km.map(|km| (ActorId(Uuid::nil()), km));
        Cell { unit: TerritoryId(Uuid::from_u128(unit)), population, column: 0, count: 0, nearest, gap: true }
    }

    #[test]
    fn gaps_of_most_people_come_first_then_those_farthest_from_help() {
        let rows = vec![
            vec![cell(1, None, None)],
            vec![cell(2, Some(900), Some(30.0))],
            vec![cell(3, Some(900), None)],
            vec![Cell { gap: false, ..cell(4, Some(9_000), None) }],
            vec![cell(5, Some(1_000), Some(11.0))],
        ];
        let coverage = Coverage { columns: Vec::new(), rows };
        let order: Vec<_> = coverage.gaps(9).iter().map(|cell| cell.unit.0.as_u128()).collect();
        assert_eq!(order, [5, 3, 2, 1]);
        assert_eq!(coverage.gaps(1).len(), 1);
    }

    #[test]
    fn what_is_looked_for_is_each_theme_of_each_kind() {
        let kinds = [ActorKind::School, ActorKind::Company];
        assert_eq!(columns(&["health".to_owned()], &kinds).len(), 2);
        assert_eq!(columns(&[], &kinds)[0], Column { theme: None, kind: Some(ActorKind::School) });
        let all = columns(&[], &[]);
        assert!(all.len() > 5 && all.iter().all(|column| column.theme.is_some() && column.kind.is_none()));
    }

    #[test]
    fn without_inhabitants_there_is_no_share_of_them() {
        assert_eq!(cell(1, None, None).per_10000(), None);
        assert_eq!(cell(1, Some(0), None).per_10000(), None);
        assert_eq!(Cell { count: 3, ..cell(1, Some(20_000), None) }.per_10000(), Some(1.5));
    }
}
