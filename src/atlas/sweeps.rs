//! Betweenness and closeness: both follow from the shortest paths from each actor to all others, which one sweep of the
//! network finds (Brandes 2001). Where sweeps from all would take too long, sweeps from a sample of actors estimate them
//! (Eppstein and Wang 2004; Brandes and Pich 2007), and the error is told.
//!
//! The library of graphs has both measures, but can't start from a sample, and takes several times as long.

use super::measures::Components;
use super::network::{Network, Stop, Stopped, to_twelve_digits};

/// Most visits of an actor or of a pair from one of its ends, in all sweeps together: about half a second on one core.
/// All sweeps of 3,000 actors with 8,000 pairs are within.
pub const VISITS: u64 = 60_000_000;

/// A sample smaller than this tells nothing: where the visits do not suffice for it, nothing is told.
pub const LEAST_PIVOTS: usize = 100;

/// What sweeps found of each actor.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// Share of the shortest paths between two others that lead through it, 0 to 1 (Freeman 1977, normalised; in steps).
    /// `None` for all where there are more shortest paths than a float can count, or no two others.
    pub betweenness: Option<Vec<f64>>,
    /// The inverse of the mean distance, in steps, to those that it reaches, times the share of all others that these are
    /// (Wasserman and Faust 1994, eq. 5.22); 0 where it reaches nobody. `None` for all where there is no other.
    pub closeness: Option<Vec<f64>>,
    /// What they were estimated from; `None` where they are exact.
    pub sample: Option<Sample>,
}

/// What an estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sample {
    /// From how many actors paths were followed.
    pub pivots: usize,
    /// The largest standard error of anyone's betweenness. That of most is far smaller, but theirs can't be told one by
    /// one: whom few paths lead through may owe these to the few from which none was followed.
    pub betweenness_error: f64,
    /// The largest standard error of anyone's closeness.
    pub closeness_error: f64,
}

/// Sweeps a network with at most so many visits; `None` where they suffice for no sample.
pub fn sweep(
    network: &Network,
    components: &Components,
    visits: u64,
    stop: &Stop,
) -> Result<Option<Swept>, Stopped> {
    let parts = parts(network, components);
    let Some(plan) = plan(&parts, visits) else { return Ok(None) };
    let size = network.size();
    let mut swept = Swept {
        betweenness: (size > 2).then(|| vec![0.0; size]),
        closeness: (size > 1).then(|| vec![0.0; size]),
        sample: None,
    };
    let (mut sample, mut sampled) = (Sample::default(), false);
    for (part, count) in parts.iter().zip(plan) {
        sample.pivots += count;
        sampled |= count < part.actors.len();
        Sweeps::of(network, part, count, stop)?.tell(part, size, &mut swept, &mut sample);
    }
    swept.sample = sampled.then_some(sample);
    Ok(Some(swept))
}

/// A component of two actors or more.
struct Part {
    /// Places of its actors, in the order in which a search finds them, so that neighbours are near in memory.
    actors: Vec<u32>,
    /// Where the partners of each begin.
    starts: Vec<u32>,
    /// Partners, by their index in `actors`.
    partners: Vec<u32>,
}

impl Part {
    fn visits(&self) -> u64 {
        (self.actors.len() + self.partners.len()) as u64
    }

    fn partners(&self, actor: u32) -> &[u32] {
        &self.partners[self.starts[actor as usize] as usize..self.starts[actor as usize + 1] as usize]
    }
}

fn parts(network: &Network, components: &Components) -> Vec<Part> {
    let mut index = vec![u32::MAX; network.size()];
    let mut parts = Vec::new();
    for first in network.places() {
        if network.degree(first) == 0 || index[first as usize] != u32::MAX {
            continue;
        }
        let mut actors =
            Vec::with_capacity(components.sizes[components.of[first as usize] as usize] as usize);
        index[first as usize] = 0;
        actors.push(first);
        let mut next = 0;
        while let Some(&actor) = actors.get(next) {
            next += 1;
            for &partner in network.partners(actor) {
                if index[partner as usize] == u32::MAX {
                    index[partner as usize] = actors.len() as u32;
                    actors.push(partner);
                }
            }
        }
        let (mut starts, mut partners) = (vec![0], Vec::new());
        for &actor in &actors {
            partners.extend(network.partners(actor).iter().map(|&partner| index[partner as usize]));
            starts.push(partners.len() as u32);
        }
        parts.push(Part { actors, starts, partners });
    }
    parts
}

/// From how many actors of each part to sweep: from all of the small ones, and what is left is shared by the others.
fn plan(parts: &[Part], visits: u64) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let all = |part: &Part| part.visits().saturating_mul(part.actors.len() as u64);
    order.sort_by_key(|&part| all(&parts[part]));
    let (mut plan, mut left, mut waiting) = (vec![0; parts.len()], visits, parts.len() as u64);
    for index in order {
        let part = &parts[index];
        let share = left / waiting;
        let pivots = usize::try_from(share / part.visits()).unwrap_or(usize::MAX).min(part.actors.len());
        if pivots < LEAST_PIVOTS.min(part.actors.len()) {
            return None;
        }
        plan[index] = pivots;
        left -= part.visits() * pivots as u64;
        waiting -= 1;
    }
    Some(plan)
}

/// Sums over the sweeps of a part.
struct Sweeps {
    /// Actors that sweeps started from, by their index in the part.
    pivots: Vec<u32>,
    dependencies: Vec<Sum>,
    distances: Vec<Sum>,
    /// Of pivots, the sum of the distances to all others.
    exact: Vec<Option<f64>>,
    /// Whether the shortest paths could be counted.
    countable: bool,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    total: f64,
    squares: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        self.total += value;
        self.squares += value * value;
    }

    /// Standard error of the mean of `drawn` values, drawn from `all` without putting back.
    fn error_of_mean(&self, drawn: f64, all: f64) -> f64 {
        if drawn >= all || drawn < 2.0 {
            return 0.0;
        }
        let variance = ((self.squares - self.total * self.total / drawn) / (drawn - 1.0)).max(0.0);
        (variance / drawn * (1.0 - drawn / all)).sqrt()
    }
}

impl Sweeps {
    fn of(network: &Network, part: &Part, count: usize, stop: &Stop) -> Result<Self, Stopped> {
        let size = part.actors.len();
        let mut sweeps = Self {
            pivots: pivots(network, part, count),
            dependencies: vec![Sum::default(); size],
            distances: vec![Sum::default(); size],
            exact: vec![None; size],
            countable: true,
        };
        let mut search = Search::new(size);
        for pivot in sweeps.pivots.clone() {
            stop.check()?;
            search.from(part, pivot);
            sweeps.add(&search, pivot);
        }
        Ok(sweeps)
    }

    fn add(&mut self, search: &Search, pivot: u32) {
        let mut total = 0.0;
        for &actor in &search.order[1..] {
            let (actor, distance) = (actor as usize, f64::from(search.distance[actor as usize]));
            total += distance;
            self.countable &= search.paths[actor].is_finite();
            self.distances[actor].add(distance);
            self.dependencies[actor].add(search.dependency[actor]);
        }
        self.exact[pivot as usize] = Some(total);
    }

    /// Writes what was found of the part's actors, in a network of `size`.
    fn tell(&self, part: &Part, size: usize, swept: &mut Swept, sample: &mut Sample) {
        let (own, drawn) = (part.actors.len() as f64, self.pivots.len() as f64);
        let (others, pairs) = (size as f64 - 1.0, (size as f64 - 1.0) * (size as f64 - 2.0));
        if !self.countable {
            swept.betweenness = None;
        }
        for (index, &place) in part.actors.iter().enumerate() {
            let place = place as usize;
            if let Some(betweenness) = &mut swept.betweenness {
                let sum = self.dependencies[index];
                betweenness[place] = to_twelve_digits(sum.total * (own / drawn) / pairs);
                let error = sum.error_of_mean(drawn, own) * own / pairs;
                sample.betweenness_error = sample.betweenness_error.max(error);
            }
            if let Some(closeness) = &mut swept.closeness {
                let (sum, reached) = (self.distances[index], own - 1.0);
                let mean = self.exact[index].map_or(sum.total / drawn, |total| total / reached);
                closeness[place] = to_twelve_digits(reached / others / mean);
                if self.exact[index].is_none() {
                    let error = sum.error_of_mean(drawn, reached) / mean;
                    sample.closeness_error = sample.closeness_error.max(closeness[place] * error);
                }
            }
        }
    }
}

/// The actors from which to sweep: chosen by a hash of their ids, so that the same question gets the same answer.
fn pivots(network: &Network, part: &Part, count: usize) -> Vec<u32> {
    let mut pivots: Vec<u32> = (0..part.actors.len() as u32).collect();
    if count < pivots.len() {
        let lot = |&index: &u32| {
            let id = network.actors()[part.actors[index as usize] as usize];
            (mixed(id.as_u128()), id)
        };
        pivots.sort_by_cached_key(lot);
        pivots.truncate(count);
        pivots.sort_unstable();
    }
    pivots
}

/// Bits of an id, well mixed (Steele, Lea and Flood 2014).
pub(super) fn mixed(id: u128) -> u64 {
    let mix = |bits: u64| {
        let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    };
    mix(mix((id >> 64) as u64).wrapping_add(id as u64).wrapping_add(0x9e37_79b9_7f4a_7c15))
}

/// One sweep.
struct Search {
    /// Actors in the order in which they are found.
    order: Vec<u32>,
    /// Steps from the start; `u32::MAX` while it is not found.
    distance: Vec<u32>,
    /// How many shortest paths lead here.
    paths: Vec<f64>,
    /// Shortest paths to others that lead through here, each as its share.
    dependency: Vec<f64>,
}

impl Search {
    fn new(size: usize) -> Self {
        let order = Vec::with_capacity(size);
        Self { order, distance: vec![u32::MAX; size], paths: vec![0.0; size], dependency: vec![0.0; size] }
    }

    fn from(&mut self, part: &Part, start: u32) {
        let Self { order, distance, paths, dependency } = self;
        order.clear();
        distance.fill(u32::MAX);
        paths.fill(0.0);
        dependency.fill(0.0);
        (distance[start as usize], paths[start as usize]) = (0, 1.0);
        order.push(start);
        let mut next = 0;
        while let Some(&actor) = order.get(next) {
            next += 1;
            let (further, through) = (distance[actor as usize] + 1, paths[actor as usize]);
            for &partner in part.partners(actor) {
                let partner = partner as usize;
                if distance[partner] == u32::MAX {
                    distance[partner] = further;
                    order.push(partner as u32);
                }
                if distance[partner] == further {
                    paths[partner] += through;
                }
            }
        }
        for &actor in order.iter().skip(1).rev() {
            let (nearer, each) =
                (distance[actor as usize] - 1, (1.0 + dependency[actor as usize]) / paths[actor as usize]);
            for &partner in part.partners(actor) {
                let partner = partner as usize;
                if distance[partner] == nearer {
                    dependency[partner] += paths[partner] * each;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rustworkx_core::centrality::{betweenness_centrality, closeness_centrality};

    use super::super::network::tests::{karate, network};
    use super::*;

    fn swept(network: &Network, visits: u64) -> Option<Swept> {
        sweep(network, &Components::of(network), visits, &Stop::default()).expect("nobody stops it")
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-9);
        assert!(close && found.len() == expected.len(), "{found:?} is not {expected:?}");
    }

    /// Some thousand pairs, those of later actors more often with earlier ones: a few have many partners.
    fn society(size: u32) -> Network {
        let draw = |index: u32, of: u32| (mixed(u128::from(index)) % u64::from(of.max(1))) as u32;
        let mut ends: Vec<u32> = vec![0];
        let mut pairs = Vec::new();
        for actor in 1..size {
            for turn in 0..3 {
                let partner = ends[draw(actor * 3 + turn, ends.len() as u32) as usize];
                if partner != actor {
                    pairs.push((actor, partner));
                    ends.push(partner);
                }
            }
            ends.push(actor);
        }
        network(size + 5, &pairs)
    }

    #[test]
    fn the_karate_club_is_as_it_is_known() {
        let swept = swept(&karate(), VISITS).expect("few visits suffice");
        let (betweenness, closeness) =
            (swept.betweenness.expect("few paths"), swept.closeness.expect("others"));
        // networkx 3.6, betweenness_centrality and closeness_centrality.
        assert_close(
            &betweenness[..3],
            &[0.437_635_281_385_281_36, 0.053_936_688_311_688_32, 0.143_656_806_156_806_17],
        );
        assert_close(&[betweenness[33], betweenness[11]], &[0.304_074_975_949_975_94, 0.0]);
        assert_close(&closeness[..2], &[0.568_965_517_241_379_3, 0.485_294_117_647_058_8]);
        assert_close(&[closeness[33]], &[0.55]);
        assert_eq!(swept.sample, None);
    }

    #[test]
    fn all_sweeps_find_what_the_library_of_graphs_finds() {
        let society = society(400);
        let swept = swept(&society, VISITS).expect("few visits suffice");
        let graph = society.graph();
        let library: Vec<f64> = betweenness_centrality(&graph, false, true, usize::MAX)
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        assert_close(&swept.betweenness.expect("few paths"), &library);
        let library: Vec<f64> = closeness_centrality(&graph, true, usize::MAX)
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        assert_close(&swept.closeness.expect("others"), &library);
    }

    #[test]
    fn a_sample_errs_as_much_as_it_says() {
        let society = society(1_500);
        let exact = swept(&society, u64::MAX).expect("all visits");
        let visits = (1_500 + 2 * society.pair_count() as u64) * 200;
        let sample = swept(&society, visits).expect("enough for a sample");
        let told = sample.sample.expect("fewer visits than all");
        assert!((195..=200).contains(&told.pivots), "{told:?}");
        let off = |exact: &Option<Vec<f64>>, found: &Option<Vec<f64>>| {
            let (exact, found) = (exact.as_ref().expect("others"), found.as_ref().expect("others"));
            let mut off: Vec<f64> =
                exact.iter().zip(found).map(|(exact, found)| (exact - found).abs()).collect();
            off.sort_unstable_by(f64::total_cmp);
            off
        };
        let betweenness = off(&exact.betweenness, &sample.betweenness);
        let closeness = off(&exact.closeness, &sample.closeness);
        // Nineteen in twenty within two errors, all within four.
        let most = 1_500 * 19 / 20;
        assert!(
            betweenness[most] < 2.0 * told.betweenness_error
                && betweenness[1_504] < 4.0 * told.betweenness_error
        );
        assert!(
            closeness[most] < 2.0 * told.closeness_error && closeness[1_504] < 4.0 * told.closeness_error
        );
        assert!(told.betweenness_error < 0.02 && told.closeness_error < 0.02, "{told:?}");
        assert_eq!(swept(&society, visits), Some(sample));
    }

    #[test]
    fn small_parts_are_exact_beside_a_large_one() {
        let mut pairs: Vec<_> = (0..2_000).map(|i| (i, (i + 1) % 2_000)).collect();
        pairs.extend([(2_000, 2_001), (2_001, 2_002)]);
        let network = network(2_003, &pairs);
        let swept = swept(&network, 6_000 * 150).expect("enough for a sample");
        let betweenness = swept.betweenness.expect("paths");
        assert_close(&betweenness[2_000..], &[0.0, 2.0 / (2_002.0 * 2_001.0), 0.0]);
        assert!(swept.sample.is_some_and(|sample| sample.pivots < 200 && sample.betweenness_error > 0.0));
    }

    #[test]
    fn what_is_too_large_for_a_sample_is_not_told() {
        let ring: Vec<_> = (0..1_000).map(|i| (i, (i + 1) % 1_000)).collect();
        assert_eq!(swept(&network(1_000, &ring), 3_000 * 99), None);
    }

    #[test]
    fn what_is_not_defined_is_null_and_nobody_s_is_nought() {
        let one = swept(&network(1, &[]), VISITS).expect("nothing to visit");
        assert_eq!((one.betweenness, one.closeness), (None, None));
        let two = swept(&network(2, &[(0, 1)]), VISITS).expect("little to visit");
        assert_eq!((two.betweenness, two.closeness), (None, Some(vec![1.0, 1.0])));
        let three = swept(&network(3, &[(0, 1)]), VISITS).expect("little to visit");
        assert_eq!((three.betweenness, three.closeness), (Some(vec![0.0; 3]), Some(vec![0.5, 0.5, 0.0])));
    }

    #[test]
    fn more_shortest_paths_than_a_float_can_count_is_not_a_number_of_nan() {
        let rows = (0..659).flat_map(|row| (0..9).map(move |i| (3 * row + i / 3, 3 * row + 3 + i % 3)));
        let swept = swept(&network(1_980, &rows.collect::<Vec<_>>()), VISITS).expect("enough");
        assert_eq!(swept.betweenness, None);
        assert!(swept.closeness.is_some_and(|closeness| closeness.iter().all(|c| *c > 0.0)));
    }

    #[test]
    fn it_stops_when_nobody_waits() {
        let stop = Stop::default();
        stop.stop();
        assert_eq!(sweep(&karate(), &Components::of(&karate()), VISITS, &stop), Err(Stopped));
    }
}
