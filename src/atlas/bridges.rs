//! The interactions that alone hold two parts of a network together.

use std::cmp::Reverse;

use rustworkx_core::connectivity::bridges as pairs_that_bridge;
use uuid::Uuid;

use super::network::{Network, Stop, Stopped};

/// The interactions without which two actors would no longer reach each other, those that cut off most actors first,
/// then by id (Tarjan 1974). Where two actors have two interactions, neither is a bridge.
pub fn bridges(network: &Network, stop: &Stop) -> Result<Vec<Uuid>, Stopped> {
    stop.check()?;
    let pairs = pairs_that_bridge(&network.graph());
    stop.check()?;
    let tree = Tree::of(network);
    let mut found = Vec::new();
    for (one, other) in pairs {
        let (one, other) = (one.index() as u32, other.index() as u32);
        let bond = network.row_of(one).find(|(partner, _)| *partner == other).map(|(_, bond)| *bond);
        if let Some(bond) = bond.filter(|bond| bond.links == 1) {
            let interaction = network.links()[bond.heaviest as usize].interaction;
            found.push((Reverse(tree.smaller_part(one, other)), interaction));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, interaction)| interaction).collect())
}

/// A tree that spans each component: every bridge is one of its branches.
struct Tree {
    parent: Vec<u32>,
    /// How many actors hang on each, with itself.
    weight: Vec<u32>,
    root: Vec<u32>,
}

impl Tree {
    fn of(network: &Network) -> Self {
        let size = network.size();
        let (mut parent, mut root) = (vec![u32::MAX; size], vec![u32::MAX; size]);
        let mut order = Vec::with_capacity(size);
        for first in network.places() {
            if root[first as usize] != u32::MAX {
                continue;
            }
            root[first as usize] = first;
            let mut next = order.len();
            order.push(first);
            while let Some(&actor) = order.get(next) {
                next += 1;
                for &partner in network.partners(actor) {
                    if root[partner as usize] == u32::MAX {
                        (root[partner as usize], parent[partner as usize]) = (first, actor);
                        order.push(partner);
                    }
                }
            }
        }
        let mut weight = vec![1; size];
        for &actor in order.iter().rev() {
            let (own, above) = (weight[actor as usize], parent[actor as usize]);
            if above != u32::MAX {
                weight[above as usize] += own;
            }
        }
        Self { parent, weight, root }
    }

    /// How many actors the smaller of the two parts has that this branch joins.
    fn smaller_part(&self, one: u32, other: u32) -> u32 {
        let lower = if self.parent[one as usize] == other { one } else { other };
        let (below, all) = (self.weight[lower as usize], self.weight[self.root[lower as usize] as usize]);
        below.min(all - below)
    }
}

#[cfg(test)]
mod tests {
    use super::super::measures::Components;
    use super::super::network::tests::{karate, network};
    use super::*;

    /// Bridges by the index of their pair.
    fn found(size: u32, pairs: &[(u32, u32)]) -> Vec<u128> {
        let found = bridges(&network(size, pairs), &Stop::default()).expect("nobody stops it");
        found.into_iter().map(|interaction| interaction.as_u128() - 1_000).collect()
    }

    #[test]
    fn the_one_that_cuts_off_most_comes_first() {
        // Two triangles joined by one interaction; someone hangs on the second.
        let pairs = [(0, 1), (1, 2), (2, 0), (5, 6), (2, 3), (3, 4), (4, 5), (5, 3)];
        assert_eq!(found(7, &pairs), [4, 3]);
    }

    #[test]
    fn two_interactions_of_the_same_two_are_none() {
        assert_eq!(found(3, &[(0, 1), (1, 0), (1, 2)]), [2]);
        assert_eq!(found(3, &[]), []);
    }

    #[test]
    fn in_the_karate_club_it_is_one() {
        let club = bridges(&karate(), &Stop::default()).expect("nobody stops it");
        assert_eq!(club, [Uuid::from_u128(1_000 + 9)]);
    }

    #[test]
    fn they_are_those_without_which_there_is_a_component_more() {
        let pairs: Vec<(u32, u32)> = (0..26u32)
            .map(|i| ((i * i * 7 + 3) % 31, (i * 13 + i * i) % 29))
            .filter(|(a, b)| a != b)
            .collect();
        let parts = |pairs: &[(u32, u32)]| Components::of(&network(31, pairs)).sizes.len();
        let by_hand: Vec<u128> = (0..pairs.len())
            .filter(|&left_out| {
                let mut others = pairs.clone();
                others.remove(left_out);
                parts(&others) > parts(&pairs)
            })
            .map(|index| index as u128)
            .collect();
        let mut found = found(31, &pairs);
        found.sort_unstable();
        assert!(!found.is_empty());
        assert_eq!(found, by_hand);
    }
}
