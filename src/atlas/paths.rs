//! How two actors are linked through others.

use uuid::Uuid;

use super::network::Network;

/// Most steps of the search: some milliseconds.
const STEPS: usize = 2_000_000;

/// A way from one actor to another, no actor twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The actors, both ends included.
    pub actors: Vec<Uuid>,
    /// The heaviest interaction of each step.
    pub interactions: Vec<Uuid>,
}

/// At most `first` ways of at most `longest` steps, the shortest first; of equal length, those whose first steps weigh more,
/// then by id. None where an end is not of the network, or where both are the same.
///
/// Within a bound of work: in a network where a great many ways nearly lead there, some of the longer ones may be left
/// out, the same ones each time.
pub fn paths(network: &Network, from: Uuid, to: Uuid, longest: usize, first: usize) -> Vec<Path> {
    let (Some(from), Some(to)) = (network.place(from), network.place(to)) else { return Vec::new() };
    if from == to {
        return Vec::new();
    }
    let distances = distances(network, to, longest);
    let mut search = Search { network, distances, to, first, steps: 0, way: vec![from], found: Vec::new() };
    for length in search.distances[from as usize] as usize..=longest {
        search.follow(length);
    }
    search.found.iter().map(|way| told(network, way)).collect()
}

/// Steps from each actor to this one; more than `longest` counts as infinitely many.
fn distances(network: &Network, to: u32, longest: usize) -> Vec<u32> {
    let mut distances = vec![u32::MAX; network.size()];
    distances[to as usize] = 0;
    let mut layer = vec![to];
    for distance in 1..=longest as u32 {
        let mut next = Vec::new();
        for actor in layer {
            for &partner in network.partners(actor) {
                if distances[partner as usize] == u32::MAX {
                    distances[partner as usize] = distance;
                    next.push(partner);
                }
            }
        }
        layer = next;
    }
    distances
}

struct Search<'a> {
    network: &'a Network,
    distances: Vec<u32>,
    to: u32,
    first: usize,
    steps: usize,
    way: Vec<u32>,
    found: Vec<Vec<u32>>,
}

impl Search<'_> {
    /// Goes on from the end of the way, in exactly so many steps more.
    fn follow(&mut self, left: usize) {
        let here = *self.way.last().expect("the start");
        if left == 0 {
            if here == self.to {
                self.found.push(self.way.clone());
            }
            return;
        }
        if here == self.to {
            return;
        }
        let mut next: Vec<_> = self
            .network
            .row_of(here)
            .filter(|(partner, _)| (self.distances[*partner as usize] as usize) < left)
            .map(|(partner, bond)| (std::cmp::Reverse(bond.millionths), partner))
            .collect();
        next.sort_unstable();
        for (_, partner) in next {
            self.steps += 1;
            if self.found.len() == self.first || self.steps > STEPS {
                return;
            }
            if !self.way.contains(&partner) {
                self.way.push(partner);
                self.follow(left - 1);
                self.way.pop();
            }
        }
    }
}

fn told(network: &Network, way: &[u32]) -> Path {
    let step = |ends: &[u32]| {
        let index =
            network.partners(ends[0]).binary_search(&ends[1]).expect("a way leads from partner to partner");
        network.links()[network.bonds(ends[0])[index].heaviest as usize].interaction
    };
    Path {
        actors: way.iter().map(|&actor| network.actors()[actor as usize]).collect(),
        interactions: way.windows(2).map(step).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::network::tests::{karate, network, weighted};
    use super::*;

    fn ways(network: &Network, from: u32, to: u32, longest: usize, first: usize) -> Vec<Vec<u128>> {
        let id = |actor: u32| Uuid::from_u128(actor.into());
        let paths = paths(network, id(from), id(to), longest, first);
        paths.iter().map(|path| path.actors.iter().map(Uuid::as_u128).collect()).collect()
    }

    #[test]
    fn the_shortest_come_first_and_none_is_longer_than_asked() {
        let network = network(6, &[(0, 1), (1, 2), (0, 3), (3, 4), (4, 2), (1, 4), (2, 5)]);
        let expected = [vec![0, 1, 2], vec![0, 1, 4, 2], vec![0, 3, 4, 2], vec![0, 3, 4, 1, 2]];
        assert_eq!(ways(&network, 0, 2, 4, 9), expected);
        assert_eq!(ways(&network, 0, 2, 3, 9), expected[..3]);
        assert_eq!(ways(&network, 0, 2, 4, 2), expected[..2]);
        assert_eq!(ways(&network, 0, 5, 2, 9), Vec::<Vec<u128>>::new());
        assert_eq!(ways(&network, 0, 2, 4, 0), Vec::<Vec<u128>>::new());
    }

    #[test]
    fn there_is_none_to_oneself_to_strangers_and_to_what_is_not_linked() {
        let network = network(3, &[(0, 1)]);
        for to in [0, 2, 77] {
            assert_eq!(ways(&network, 0, to, 6, 9), Vec::<Vec<u128>>::new());
        }
    }

    #[test]
    fn of_equal_length_the_closer_cooperation_comes_first_and_each_step_names_its_heaviest_interaction() {
        let network = weighted(4, &[(0, 1, 1.0), (1, 3, 1.0), (0, 2, 1.0), (2, 3, 1.0), (2, 0, 1.5)]);
        assert_eq!(ways(&network, 0, 3, 2, 9), [[0, 2, 3], [0, 1, 3]]);
        let found = paths(&network, Uuid::from_u128(0), Uuid::from_u128(3), 2, 1);
        assert_eq!(found[0].interactions, [1_004, 1_003].map(Uuid::from_u128));
    }

    #[test]
    fn all_ways_in_the_karate_club_are_those_that_networkx_counts() {
        // len(list(nx.all_simple_paths(G, 16, 25, cutoff=6)))
        let ways = ways(&karate(), 16, 25, 6, 1_000);
        assert!(ways.is_sorted_by_key(Vec::len));
        assert_eq!(ways.iter().filter(|way| way.len() == ways[0].len()).count(), 2);
        assert_eq!(ways.len(), 46);
    }
}
