//! Groups that interact more with one another than with others, by the method of Louvain (Blondel and others 2008).
//!
//! Weights are whole numbers, actors are taken in the order of their ids, and of equal gains the group of the first
//! actor wins: the same data gives the same groups, whatever the order it comes in. No maintained library has it so.

use super::measures::density_of;
use super::network::{Network, Stop, Stopped};
use super::sweeps::mixed;

/// The groups of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Groups of two actors and more, the largest first, then by the place of their first actors.
    pub groups: Vec<Community>,
    /// How much more weight lies within the groups than chance would have it, -1/2 to 1 (Newman 2004, with weights);
    /// null where no interaction has a weight.
    pub modularity: Option<f64>,
}

/// A group.
#[derive(Debug, Clone, PartialEq)]
pub struct Community {
    /// Places of its actors, in order.
    pub members: Vec<u32>,
    /// Tells it from others, and stays while its first actor does.
    pub key: u64,
    /// Share of the pairs of its actors that are partners, 0 to 1.
    pub density: Option<f64>,
}

/// Finds the groups.
pub fn communities(network: &Network, stop: &Stop) -> Result<Communities, Stopped> {
    let mut level = Level::of(network);
    let mut group_of: Vec<u32> = network.places().collect();
    loop {
        let (groups, count) = level.move_all(stop)?;
        for group in &mut group_of {
            *group = groups[*group as usize];
        }
        if count == level.strengths.len() {
            break;
        }
        level = level.merged(&groups, count);
    }
    let group_of = linked_within(network, &group_of);
    Ok(Communities { modularity: modularity(network, &group_of), groups: listed(network, &group_of) })
}

/// A network whose nodes are groups of the level below.
struct Level {
    starts: Vec<usize>,
    /// Other nodes, with the weight in between.
    rows: Vec<(u32, i128)>,
    /// All the weight of each, what is inside counted twice.
    strengths: Vec<i128>,
    /// The sum of these.
    whole: i128,
}

impl Level {
    fn of(network: &Network) -> Self {
        let (mut starts, mut rows) = (vec![0], Vec::with_capacity(2 * network.pair_count()));
        for actor in network.places() {
            rows.extend(network.row_of(actor).map(|(partner, bond)| (partner, i128::from(bond.millionths))));
            starts.push(rows.len());
        }
        let strengths: Vec<i128> = network.places().map(|actor| network.strength(actor)).collect();
        Self { starts, rows, whole: strengths.iter().sum(), strengths }
    }

    /// Moves each node to the group of a neighbour where that gains most, until no move gains; groups are numbered by
    /// their first nodes.
    fn move_all(&self, stop: &Stop) -> Result<(Vec<u32>, usize), Stopped> {
        let count = self.strengths.len();
        let mut group_of: Vec<u32> = (0..count as u32).collect();
        let mut totals = self.strengths.clone();
        let (mut weights, mut touched) = (vec![0i128; count], Vec::new());
        loop {
            let mut moved = false;
            for node in 0..count {
                if node % 1_024 == 0 {
                    stop.check()?;
                }
                let (own, strength) = (group_of[node], self.strengths[node]);
                touched.clear();
                touched.push(own);
                for &(other, weight) in &self.rows[self.starts[node]..self.starts[node + 1]] {
                    let group = group_of[other as usize];
                    if weights[group as usize] == 0 && group != own {
                        touched.push(group);
                    }
                    weights[group as usize] += weight;
                }
                totals[own as usize] -= strength;
                // Twice the gain of modularity, times the whole weight squared: exact in whole numbers.
                let gain =
                    |group: u32| weights[group as usize] * self.whole - totals[group as usize] * strength;
                let stay = gain(own);
                let best =
                    touched.iter().copied().max_by_key(|&group| (gain(group), std::cmp::Reverse(group)));
                let best = best.filter(|&best| gain(best) > stay).unwrap_or(own);
                totals[best as usize] += strength;
                for &group in &touched {
                    weights[group as usize] = 0;
                }
                if best != own {
                    group_of[node] = best;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        Ok(renumbered(&group_of))
    }

    fn merged(&self, groups: &[u32], count: usize) -> Self {
        let mut strengths = vec![0; count];
        let mut ends = Vec::with_capacity(self.rows.len());
        for (node, &group) in groups.iter().enumerate() {
            strengths[group as usize] += self.strengths[node];
            for &(other, weight) in &self.rows[self.starts[node]..self.starts[node + 1]] {
                let other = groups[other as usize];
                if other != group {
                    ends.push((group, other, weight));
                }
            }
        }
        ends.sort_unstable();
        let (mut starts, mut rows): (Vec<usize>, Vec<(u32, i128)>) = (vec![0; count + 1], Vec::new());
        let mut last = None;
        for (group, other, weight) in ends {
            if last == Some((group, other)) {
                rows.last_mut().expect("that of the last end").1 += weight;
            } else {
                last = Some((group, other));
                starts[group as usize + 1] += 1;
                rows.push((other, weight));
            }
        }
        for group in 0..count {
            starts[group + 1] += starts[group];
        }
        Self { starts, rows, strengths, whole: self.whole }
    }
}

/// The same groups, numbered by their first members, and how many they are.
fn renumbered(group_of: &[u32]) -> (Vec<u32>, usize) {
    let (mut numbers, mut count) = (vec![u32::MAX; group_of.len()], 0);
    let number = |&group: &u32| {
        let number = &mut numbers[group as usize];
        if *number == u32::MAX {
            *number = count;
            count += 1;
        }
        *number
    };
    let renumbered = group_of.iter().map(number).collect();
    (renumbered, count as usize)
}

/// The same groups, each parted where its members are not linked within it, as the method leaves some (Traag and others
/// 2019): parting gains modularity.
fn linked_within(network: &Network, group_of: &[u32]) -> Vec<u32> {
    let (mut parts, mut count, mut waiting) = (vec![u32::MAX; group_of.len()], 0, Vec::new());
    for first in network.places() {
        if parts[first as usize] != u32::MAX {
            continue;
        }
        parts[first as usize] = count;
        waiting.push(first);
        while let Some(actor) = waiting.pop() {
            for &partner in network.partners(actor) {
                let own = group_of[partner as usize] == group_of[actor as usize];
                if own && parts[partner as usize] == u32::MAX {
                    parts[partner as usize] = count;
                    waiting.push(partner);
                }
            }
        }
        count += 1;
    }
    parts
}

fn modularity(network: &Network, group_of: &[u32]) -> Option<f64> {
    let (mut inside, mut totals) = (0i128, vec![0i128; group_of.len()]);
    for actor in network.places() {
        let group = group_of[actor as usize];
        totals[group as usize] += network.strength(actor);
        let own = network.row_of(actor).filter(|(partner, _)| group_of[*partner as usize] == group);
        inside += own.map(|(_, bond)| i128::from(bond.millionths)).sum::<i128>();
    }
    let whole = totals.iter().sum::<i128>() as f64;
    let by_chance: f64 = totals.iter().map(|&total| (total as f64 / whole).powi(2)).sum();
    (whole > 0.0).then(|| inside as f64 / whole - by_chance)
}

fn listed(network: &Network, group_of: &[u32]) -> Vec<Community> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); group_of.len()];
    for actor in network.places() {
        members[group_of[actor as usize] as usize].push(actor);
    }
    let mut groups: Vec<Community> = members
        .into_iter()
        .filter(|members| members.len() > 1)
        .map(|members| {
            let own = |actor: u32| {
                let group = group_of[actor as usize];
                network.partners(actor).iter().filter(|&&partner| group_of[partner as usize] == group).count()
            };
            let pairs = members.iter().map(|&actor| own(actor)).sum::<usize>() / 2;
            let key = mixed(network.actors()[members[0] as usize].as_u128());
            Community { density: density_of(members.len(), pairs), key, members }
        })
        .collect();
    // Stable: those of the same size stay in the order of their first actors.
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    groups
}

#[cfg(test)]
mod tests {
    use super::super::network::tests::{karate, network, weighted};
    use super::*;

    fn found(network: &Network) -> Communities {
        communities(network, &Stop::default()).expect("nobody stops it")
    }

    fn members(found: &Communities) -> Vec<&[u32]> {
        found.groups.iter().map(|group| group.members.as_slice()).collect()
    }

    #[test]
    fn two_cliques_that_know_each_other_through_one_pair_are_two_groups() {
        let clique = |from: u32| (from..from + 4).flat_map(move |a| (from..a).map(move |b| (a, b)));
        let pairs: Vec<_> = clique(0).chain(clique(4)).chain([(3, 4)]).collect();
        let found = found(&network(9, &pairs));
        assert_eq!(members(&found), [[0, 1, 2, 3], [4, 5, 6, 7]]);
        // 12 of 13 pairs within, each group with 13 of 26 ends.
        let expected = 12.0 / 13.0 - 0.5;
        assert!(found.modularity.is_some_and(|modularity| (modularity - expected).abs() < 1e-12));
        assert_eq!(found.groups[0].density, Some(1.0));
        assert_ne!(found.groups[0].key, found.groups[1].key);
    }

    #[test]
    fn the_karate_club_is_in_four() {
        let found = found(&karate());
        // The best that there is has 0.4198 (Brandes and others 2008).
        let modularity = found.modularity.expect("friends");
        assert!((0.41..=0.4198).contains(&modularity), "{modularity}");
        assert_eq!(found.groups.iter().map(|group| group.members.len()).sum::<usize>(), 34);
        assert_eq!(found.groups.len(), 4);
        assert!(found.groups.is_sorted_by_key(|group| std::cmp::Reverse(group.members.len())));
    }

    #[test]
    fn weights_decide_where_numbers_do_not() {
        let square =
            |across: f64| found(&weighted(4, &[(0, 1, 1.0), (2, 3, 1.0), (1, 2, across), (3, 0, across)]));
        assert_eq!(members(&square(0.1)), [[0, 1], [2, 3]]);
        assert_eq!(members(&square(9.0)), [[0, 3], [1, 2]]);
    }

    #[test]
    fn those_without_a_partner_are_in_none_and_without_interactions_nothing_is_said() {
        let none = found(&network(3, &[]));
        assert_eq!((none.groups.len(), none.modularity), (0, None));
        assert_eq!(members(&found(&network(4, &[(1, 3)]))), [[1, 3]]);
        assert_eq!(found(&weighted(2, &[(0, 1, 0.0)])).modularity, None);
    }

    #[test]
    fn a_group_is_linked_within_itself() {
        let network = network(5, &[(0, 1), (1, 2), (3, 4)]);
        assert_eq!(linked_within(&network, &[0, 1, 0, 0, 0]), [0, 1, 2, 3, 3]);
    }

    #[test]
    fn it_stops_when_nobody_waits() {
        let stop = Stop::default();
        stop.stop();
        assert_eq!(communities(&karate(), &stop), Err(Stopped));
    }
}
