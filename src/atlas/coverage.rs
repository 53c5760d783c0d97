//! Where nobody acts: units against what is asked for, and the nearest who does.

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::network::{Stop, Stopped};

/// Mean radius of the Earth in kilometres (IUGG), as the database measures distances.
const EARTH_KM: f64 = 6_371.008_8;

/// A unit that is to be covered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// Longitude and latitude of the point that stands for it; null where none is known.
    pub point: Option<(f64, f64)>,
    /// Places in which an actor must sit to cover it: itself, and what lies within it.
    pub seats: Vec<Uuid>,
    /// Places one of which an actor must serve to cover it: these, and what holds it.
    pub served: Vec<Uuid>,
}

/// An actor that is of some of the columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverer {
    /// The actor.
    pub actor: Uuid,
    /// What is asked for that it is.
    pub columns: Vec<u16>,
    /// Its point, as far as the reader may see it.
    pub point: Option<(f64, f64)>,
    /// Where it sits.
    pub seats: Vec<Uuid>,
    /// Where it acts.
    pub served: Vec<Uuid>,
}

/// How a unit is covered in a column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cell {
    /// How many actors of the column cover it.
    pub count: u32,
    /// The nearest of the others, and how far it is in kilometres; of equally near ones the first by id. Null where there is none
    /// with a point, or where the unit has none.
    pub nearest: Option<(Uuid, f64)>,
}

/// The cells of each unit, in the order of the columns. Time: units × actors.
pub fn coverage(
    units: &[Unit],
    coverers: &[Coverer],
    columns: usize,
    stop: &Stop,
) -> Result<Vec<Vec<Cell>>, Stopped> {
    let mut sitting: FxHashMap<Uuid, Vec<u32>> = FxHashMap::default();
    let mut serving: FxHashMap<Uuid, Vec<u32>> = FxHashMap::default();
    for (index, coverer) in (0..).zip(coverers) {
        coverer.seats.iter().for_each(|place| sitting.entry(*place).or_default().push(index));
        coverer.served.iter().for_each(|place| serving.entry(*place).or_default().push(index));
    }
    let located: Vec<(u32, [f64; 3])> =
        (0..).zip(coverers).filter_map(|(index, coverer)| Some((index, direction(coverer.point?)))).collect();
    // The last unit that each covers.
    let mut covers = vec![usize::MAX; coverers.len()];
    let mut found = Vec::with_capacity(units.len());
    for (number, unit) in units.iter().enumerate() {
        stop.check()?;
        let mut cells = vec![Cell::default(); columns];
        let there = unit.seats.iter().filter_map(|place| sitting.get(place));
        let there = there.chain(unit.served.iter().filter_map(|place| serving.get(place)));
        for &index in there.flatten() {
            if std::mem::replace(&mut covers[index as usize], number) != number {
                for &column in &coverers[index as usize].columns {
                    cells[usize::from(column)].count += 1;
                }
            }
        }
        if let Some(point) = unit.point {
            nearest(&mut cells, direction(point), coverers, &located, |index| {
                covers[index as usize] == number
            });
        }
        found.push(cells);
    }
    Ok(found)
}

/// Finds the nearest of each column that does not cover the unit.
fn nearest(
    cells: &mut [Cell],
    from: [f64; 3],
    coverers: &[Coverer],
    located: &[(u32, [f64; 3])],
    covers: impl Fn(u32) -> bool,
) {
    // The chord squared grows with the distance, and is quicker to compute.
    let mut best: Vec<Option<(f64, Uuid)>> = vec![None; cells.len()];
    for (index, at) in located {
        let chord: f64 = from.iter().zip(at).map(|(a, b)| (a - b) * (a - b)).sum();
        let coverer = &coverers[*index as usize];
        for &column in &coverer.columns {
            let best = &mut best[usize::from(column)];
            let nearer = best.is_none_or(|(least, actor)| {
                chord.total_cmp(&least).then_with(|| coverer.actor.cmp(&actor)).is_lt()
            });
            if nearer && !covers(*index) {
                *best = Some((chord, coverer.actor));
            }
        }
    }
    for (cell, best) in cells.iter_mut().zip(best) {
        let distance = |chord: f64| 2.0 * EARTH_KM * (chord.sqrt() / 2.0).min(1.0).asin();
        cell.nearest = best.map(|(chord, actor)| (actor, distance(chord)));
    }
}

/// The direction of a point as seen from the middle of the Earth.
fn direction((longitude, latitude): (f64, f64)) -> [f64; 3] {
    let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn coverer(
        actor: u128,
        columns: &[u16],
        point: Option<(f64, f64)>,
        seats: &[u128],
        served: &[u128],
    ) -> Coverer {
        let ids = |numbers: &[u128]| numbers.iter().copied().map(id).collect();
        Coverer { actor: id(actor), columns: columns.to_vec(), point, seats: ids(seats), served: ids(served) }
    }

    /// Two communes, 11 and 12, of the département 1.
    fn units() -> Vec<Unit> {
        let unit = |place, point| Unit { point, seats: vec![id(place)], served: vec![id(place), id(1)] };
        vec![unit(11, Some((1.0, 48.0))), unit(12, None)]
    }

    fn found(coverers: &[Coverer]) -> Vec<Vec<Cell>> {
        coverage(&units(), coverers, 2, &Stop::default()).expect("nobody stops it")
    }

    #[test]
    fn who_sits_in_a_unit_or_serves_it_or_what_holds_it_covers_it_once() {
        let found = found(&[
            coverer(101, &[0], None, &[11], &[11, 1]),
            coverer(102, &[0, 1], None, &[12], &[]),
            coverer(103, &[1], None, &[1], &[]),
            coverer(104, &[1], None, &[], &[1]),
        ]);
        let counts: Vec<Vec<u32>> =
            found.iter().map(|cells| cells.iter().map(|cell| cell.count).collect()).collect();
        assert_eq!(counts, [[1, 1], [2, 2]]);
    }

    #[test]
    fn the_nearest_is_one_that_does_not_cover_the_unit() {
        let found = found(&[
            coverer(101, &[0], Some((1.0, 48.0)), &[11], &[]),
            coverer(104, &[0], Some((1.0, 49.0)), &[], &[]),
            coverer(103, &[0], Some((1.0, 47.0)), &[], &[]),
            coverer(102, &[0], Some((9.0, 47.0)), &[], &[]),
            coverer(100, &[0], None, &[], &[]),
        ]);
        let (nearest, km) = found[0][0].nearest.expect("others have a point");
        assert_eq!(nearest, id(103));
        // A degree of a meridian.
        assert!((km - 111.195).abs() < 0.001, "{km}");
        assert_eq!((found[0][1], found[1][0].nearest), (Cell::default(), None));
    }
}
