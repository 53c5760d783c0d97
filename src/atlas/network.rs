//! A network as of a day: actors, and the interactions between them, in a form that every measure reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use rustworkx_core::petgraph::graph::UnGraph;
use uuid::Uuid;

use crate::domain::interactions::CooperationLevel;

/// Weights are added up in millionths, since integers sum to the same in any order.
pub(super) const MILLIONTHS: f64 = 1e6;

/// An interaction, whenever it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The interaction; at most one tie each.
    pub interaction: Uuid,
    /// The actor that it runs from, or either end where it is not directed.
    pub source: Uuid,
    /// The other end.
    pub target: Uuid,
    /// Whether it runs one way, as funding does.
    pub directed: bool,
    /// How much it counts, to the millionth; what is not finite and above 0 counts as nothing.
    pub weight: f64,
    /// How far the two go together, where that is known.
    pub level: Option<CooperationLevel>,
    /// Its first day; null where it is not known.
    pub since: Option<NaiveDate>,
    /// Its last day; null while it is not known to have ended.
    pub until: Option<NaiveDate>,
}

impl Tie {
    /// Whether it had begun on that day and not ended; without a beginning it holds until it is known to have ended.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && !self.ended_before(day)
    }

    /// Whether its last day is before that day.
    pub fn ended_before(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// An interaction between two actors of a network, which are given by their places in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The interaction.
    pub interaction: Uuid,
    /// Place of the actor that it runs from, or of either end.
    pub source: u32,
    /// Place of the other end.
    pub target: u32,
    /// Whether it runs one way.
    pub directed: bool,
    /// How far the two go together, where that is known.
    pub level: Option<CooperationLevel>,
    /// Its weight in millionths.
    pub(super) millionths: i64,
}

/// All that links an actor with one partner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bond {
    /// The sum of the weights, in millionths.
    pub(super) millionths: i64,
    /// How many interactions there are.
    pub(super) links: u32,
    /// Place of the heaviest link; of equal ones, the first.
    pub(super) heaviest: u32,
}

/// Actors and the interactions that hold between them on a day. Actors without a partner belong to it. The same data
/// gives the same network, whatever the order it comes in: an actor's place is that of its id among all ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    actors: Vec<Uuid>,
    links: Vec<Link>,
    ended: usize,
    /// Where the partners of each actor begin in the two lists below, and where the last ones end.
    starts: Vec<u32>,
    /// Places of partners, in order, each once.
    partners: Vec<u32>,
    bonds: Vec<Bond>,
}

impl Network {
    /// The network of these actors on a day. Ties with oneself, and with an actor that is not among these, are left out.
    pub fn on(day: NaiveDate, mut actors: Vec<Uuid>, ties: &[Tie]) -> Self {
        actors.sort_unstable();
        actors.dedup();
        let place = |actor: &Uuid| actors.binary_search(actor).ok().map(|place| place as u32);
        let (mut links, mut ended) = (Vec::with_capacity(ties.len()), 0);
        for tie in ties {
            let (Some(source), Some(target)) = (place(&tie.source), place(&tie.target)) else { continue };
            if source == target {
                continue;
            }
            ended += usize::from(tie.ended_before(day));
            if tie.holds_on(day) {
                let &Tie { interaction, directed, level, .. } = tie;
                let millionths = millionths(tie.weight);
                links.push(Link { interaction, source, target, directed, level, millionths });
            }
        }
        links.sort_unstable_by_key(|link| link.interaction);
        let mut network = Self { actors, links, ended, ..Self::default() };
        network.find_partners();
        network
    }

    fn find_partners(&mut self) {
        let mut ends: Vec<(u32, u32, u32)> = Vec::with_capacity(2 * self.links.len());
        for (index, link) in (0..).zip(&self.links) {
            ends.push((link.source, link.target, index));
            ends.push((link.target, link.source, index));
        }
        ends.sort_unstable();
        self.starts = vec![0; self.actors.len() + 1];
        let mut last = None;
        for (actor, partner, index) in ends {
            let millionths = self.links[index as usize].millionths;
            if last == Some((actor, partner)) {
                let bond = self.bonds.last_mut().expect("that of the last end");
                let heaviest = self.links[bond.heaviest as usize].millionths;
                bond.millionths = bond.millionths.saturating_add(millionths);
                bond.links += 1;
                if millionths > heaviest {
                    bond.heaviest = index;
                }
                continue;
            }
            last = Some((actor, partner));
            self.starts[actor as usize + 1] += 1;
            self.partners.push(partner);
            self.bonds.push(Bond { millionths, links: 1, heaviest: index });
        }
        for actor in 0..self.actors.len() {
            self.starts[actor + 1] += self.starts[actor];
        }
    }

    /// All actors, by id: an actor's place is its index here.
    pub fn actors(&self) -> &[Uuid] {
        &self.actors
    }

    /// The interactions that hold on the day, by id.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How many interactions between these actors had ended before the day.
    pub fn ended(&self) -> usize {
        self.ended
    }

    /// How many actors there are.
    pub fn size(&self) -> usize {
        self.actors.len()
    }

    /// How many pairs of partners there are.
    pub fn pair_count(&self) -> usize {
        self.partners.len() / 2
    }

    /// With how many others an actor interacts.
    pub fn degree(&self, actor: u32) -> u32 {
        self.starts[actor as usize + 1] - self.starts[actor as usize]
    }

    /// The sum of the weights of an actor's interactions.
    pub fn weighted_degree(&self, actor: u32) -> f64 {
        self.strength(actor) as f64 / MILLIONTHS
    }

    /// The same in millionths.
    pub(super) fn strength(&self, actor: u32) -> i128 {
        self.bonds(actor).iter().map(|bond| i128::from(bond.millionths)).sum()
    }

    /// The places of an actor's partners, in order.
    pub fn partners(&self, actor: u32) -> &[u32] {
        &self.partners[self.row(actor)]
    }

    /// What links an actor with each of its partners, in the same order.
    pub(super) fn bonds(&self, actor: u32) -> &[Bond] {
        &self.bonds[self.row(actor)]
    }

    /// The two together.
    pub(super) fn row_of(&self, actor: u32) -> impl Iterator<Item = (u32, &Bond)> {
        self.partners(actor).iter().copied().zip(self.bonds(actor))
    }

    fn row(&self, actor: u32) -> std::ops::Range<usize> {
        self.starts[actor as usize] as usize..self.starts[actor as usize + 1] as usize
    }

    /// The place of each actor.
    pub fn places(&self) -> std::ops::Range<u32> {
        0..self.actors.len() as u32
    }

    /// Where an actor stands, where it is one of these.
    pub fn place(&self, actor: Uuid) -> Option<u32> {
        self.actors.binary_search(&actor).ok().map(|place| place as u32)
    }

    /// The actors that have no partner, in order.
    pub fn isolated(&self) -> impl Iterator<Item = Uuid> {
        self.places().filter(|&actor| self.degree(actor) == 0).map(|actor| self.actors[actor as usize])
    }

    /// The simple undirected graph of partners, as the library of graphs reads it; weights are those of the bonds.
    pub(super) fn graph(&self) -> UnGraph<(), f64> {
        let mut graph = UnGraph::with_capacity(self.size(), self.pair_count());
        for _ in &self.actors {
            graph.add_node(());
        }
        for actor in self.places() {
            for (partner, bond) in self.row_of(actor).filter(|(partner, _)| *partner > actor) {
                graph.add_edge(actor.into(), partner.into(), bond.millionths as f64 / MILLIONTHS);
            }
        }
        graph
    }
}

/// What is not a number above 0 is nothing; what is beyond 9 × 10¹² counts as that.
fn millionths(weight: f64) -> i64 {
    if weight.is_finite() && weight > 0.0 { (weight * MILLIONTHS).round() as i64 } else { 0 }
}

/// Rounds, so that actors in the same position tie although their sums were added up in another order.
pub(super) fn to_twelve_digits(number: f64) -> f64 {
    if number <= 0.0 || !number.is_normal() {
        return 0.0;
    }
    let scale = 10f64.powi(11 - number.log10().floor() as i32);
    let rounded = (number * scale).round() / scale;
    if rounded.is_finite() { rounded } else { number }
}

/// Tells what takes long that nobody waits for it any more.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

/// Nobody waited for the result any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody waits for it any more")]
pub struct Stopped;

impl Stop {
    /// Nobody waits any more.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Asked now and then by what takes long.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.0.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 6, 1).expect("a day")
    }

    /// A network of the actors 0 to `size` - 1, each pair with weight 1 an interaction of its own.
    pub fn network(size: u32, pairs: &[(u32, u32)]) -> Network {
        weighted(size, &pairs.iter().map(|&(a, b)| (a, b, 1.0)).collect::<Vec<_>>())
    }

    pub fn weighted(size: u32, pairs: &[(u32, u32, f64)]) -> Network {
        let tie = |(index, &(source, target, weight)): (u128, &(u32, u32, f64))| Tie {
            interaction: Uuid::from_u128(1_000 + index),
            source: Uuid::from_u128(source.into()),
            target: Uuid::from_u128(target.into()),
            directed: false,
            weight,
            level: None,
            since: None,
            until: None,
        };
        let ties: Vec<_> = (0..).zip(pairs).map(tie).collect();
        Network::on(day(2026), (0..size).map(|actor| Uuid::from_u128(actor.into())).collect(), &ties)
    }

    /// Zachary 1977: 34 members of a karate club, 78 pairs of friends.
    pub fn karate() -> Network {
        const FRIENDS: [&[u32]; 34] = [
            &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
            &[2, 3, 7, 13, 17, 19, 21, 30],
            &[3, 7, 8, 9, 13, 27, 28, 32],
            &[7, 12, 13],
            &[6, 10],
            &[6, 10, 16],
            &[16],
            &[],
            &[30, 32, 33],
            &[33],
            &[],
            &[],
            &[],
            &[33],
            &[32, 33],
            &[32, 33],
            &[],
            &[],
            &[32, 33],
            &[33],
            &[32, 33],
            &[],
            &[32, 33],
            &[25, 27, 29, 32, 33],
            &[25, 27, 31],
            &[31],
            &[29, 33],
            &[33],
            &[31, 33],
            &[32, 33],
            &[32, 33],
            &[32, 33],
            &[33],
            &[],
        ];
        let pairs =
            FRIENDS.iter().enumerate().flat_map(|(a, friends)| friends.iter().map(move |&b| (a as u32, b)));
        let pairs: Vec<_> = pairs.collect();
        assert_eq!(pairs.len(), 78);
        network(34, &pairs)
    }

    #[test]
    fn a_tie_holds_from_its_first_day_to_its_last() {
        let mut tie = Tie {
            interaction: Uuid::nil(),
            source: Uuid::nil(),
            target: Uuid::max(),
            directed: true,
            weight: 1.0,
            level: None,
            since: Some(day(2021)),
            until: Some(day(2023)),
        };
        assert!(tie.holds_on(day(2021)) && tie.holds_on(day(2023)));
        assert!(!tie.holds_on(day(2020)) && !tie.ended_before(day(2020)));
        assert!(!tie.holds_on(day(2024)) && tie.ended_before(day(2024)));
        (tie.since, tie.until) = (None, None);
        assert!(tie.holds_on(day(1900)) && tie.holds_on(day(2100)));
    }

    #[test]
    fn several_interactions_of_two_are_one_pair_and_oneself_and_strangers_are_none() {
        let network = weighted(4, &[(0, 1, 1.0), (1, 0, 2.5), (2, 2, 1.0), (2, 77, 1.0), (1, 2, f64::NAN)]);
        assert_eq!((network.links().len(), network.pair_count()), (3, 2));
        assert_eq!(network.partners(1), [0, 2]);
        assert_eq!(network.bonds(1)[0], Bond { millionths: 3_500_000, links: 2, heaviest: 1 });
        assert_eq!((network.degree(1), network.weighted_degree(1)), (2, 3.5));
        assert_eq!(network.isolated().collect::<Vec<_>>(), [Uuid::from_u128(3)]);
    }

    #[test]
    fn the_order_in_which_data_comes_changes_nothing() {
        let network = karate();
        let tie = |link: &Link| Tie {
            interaction: link.interaction,
            source: network.actors()[link.target as usize],
            target: network.actors()[link.source as usize],
            directed: false,
            weight: 1.0,
            level: None,
            since: None,
            until: None,
        };
        let ties: Vec<_> = network.links().iter().rev().map(tie).collect();
        let again = Network::on(day(2026), network.actors().iter().rev().copied().collect(), &ties);
        assert_eq!((again.partners, again.starts), (network.partners, network.starts));
    }
}
