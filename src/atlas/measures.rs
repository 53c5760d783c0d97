//! What a network is like as a whole.

use super::network::{Network, Stop, Stopped};

/// Share of the pairs of actors that are partners, 0 to 1; null where there is no pair.
pub fn density(network: &Network) -> Option<f64> {
    density_of(network.size(), network.pair_count())
}

/// Share of the pairs of `size` actors that these are; null where there is no pair.
pub(super) fn density_of(size: usize, pairs: usize) -> Option<f64> {
    (size > 1).then(|| 2.0 * pairs as f64 / (size as f64 * (size as f64 - 1.0)))
}

/// With how many others an actor interacts in the mean; null where there is none.
pub fn average_degree(network: &Network) -> Option<f64> {
    (network.size() > 0).then(|| 2.0 * network.pair_count() as f64 / network.size() as f64)
}

/// Parts of a network that are not linked with one another; an actor without a partner is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    /// The component of each actor, numbered by the place of their first actors.
    pub of: Vec<u32>,
    /// How many actors each has.
    pub sizes: Vec<u32>,
}

impl Components {
    /// Of a network.
    pub fn of(network: &Network) -> Self {
        const NONE: u32 = u32::MAX;
        let (mut of, mut sizes, mut waiting) = (vec![NONE; network.size()], Vec::new(), Vec::new());
        for first in network.places() {
            if of[first as usize] != NONE {
                continue;
            }
            let component = sizes.len() as u32;
            of[first as usize] = component;
            waiting.push(first);
            let mut size = 0;
            while let Some(actor) = waiting.pop() {
                size += 1;
                for &partner in network.partners(actor) {
                    if of[partner as usize] == NONE {
                        of[partner as usize] = component;
                        waiting.push(partner);
                    }
                }
            }
            sizes.push(size);
        }
        Self { of, sizes }
    }

    /// Share of all actors that the largest holds; null where there is none.
    pub fn largest_share(&self) -> Option<f64> {
        self.sizes.iter().max().map(|&largest| f64::from(largest) / self.of.len() as f64)
    }
}

/// In how many triangles each actor is: with two partners that are partners themselves.
///
/// Each pair is looked at from the end of fewer partners, so that an actor with tens of thousands costs no more than
/// others (Chiba and Nishizeki 1985; Latapy 2008): time m^1.5.
pub fn triangles(network: &Network, stop: &Stop) -> Result<Vec<u64>, Stopped> {
    let rank = |actor: u32| (network.degree(actor), actor);
    let mut triangles = vec![0; network.size()];
    let mut seen_from = vec![u32::MAX; network.size()];
    let higher = |actor: u32| {
        let own = rank(actor);
        network.partners(actor).iter().copied().filter(move |&partner| rank(partner) > own)
    };
    for actor in network.places() {
        if actor % 1_024 == 0 {
            stop.check()?;
        }
        higher(actor).for_each(|partner| seen_from[partner as usize] = actor);
        for partner in higher(actor) {
            for third in higher(partner).filter(|&third| seen_from[third as usize] == actor) {
                for corner in [actor, partner, third] {
                    triangles[corner as usize] += 1;
                }
            }
        }
    }
    Ok(triangles)
}

/// Pairs that an actor's partners make.
fn pairs_of(degree: u32) -> u64 {
    u64::from(degree) * u64::from(degree.saturating_sub(1)) / 2
}

/// Transitivity: share of the pairs of someone's partners that are partners themselves, 0 to 1 (Newman 2003, eq. 3);
/// null where nobody has two partners.
pub fn transitivity(network: &Network, triangles: &[u64]) -> Option<f64> {
    let pairs: u64 = network.places().map(|actor| pairs_of(network.degree(actor))).sum();
    // Each triangle is counted at its three corners, as each closes one pair.
    (pairs > 0).then(|| triangles.iter().sum::<u64>() as f64 / pairs as f64)
}

/// The same of one actor's partners (Watts and Strogatz 1998); null where it has fewer than two.
pub(super) fn local_clustering(degree: u32, triangles: u64) -> Option<f64> {
    (degree > 1).then(|| triangles as f64 / pairs_of(degree) as f64)
}

#[cfg(test)]
mod tests {
    use rustworkx_core::transitivity::graph_transitivity;

    use super::super::network::tests::{karate, network};
    use super::*;

    #[test]
    fn the_karate_club_is_as_it_is_known() {
        let club = karate();
        let triangles = triangles(&club, &Stop::default()).expect("nobody stops it");
        assert_eq!(triangles.iter().sum::<u64>(), 3 * 45);
        let of = transitivity(&club, &triangles).expect("there are pairs");
        assert!((of - 0.255_681_818_181_818_2).abs() < 1e-12, "{of}");
        assert!((of - graph_transitivity(&club.graph())).abs() < 1e-12);
        assert!((density(&club).expect("pairs") - 0.139_037_433_155_080_2).abs() < 1e-12);
        assert!((average_degree(&club).expect("actors") - 4.588_235_294_117_647).abs() < 1e-12);
        let components = Components::of(&club);
        assert_eq!((components.sizes.as_slice(), components.largest_share()), ([34].as_slice(), Some(1.0)));
    }

    #[test]
    fn what_is_not_defined_is_null() {
        let none = network(0, &[]);
        assert_eq!((density(&none), average_degree(&none)), (None, None));
        assert_eq!(Components::of(&none).largest_share(), None);
        let one = network(1, &[]);
        assert_eq!((density(&one), average_degree(&one)), (None, Some(0.0)));
        let pair = network(2, &[(0, 1)]);
        assert_eq!((density(&pair), transitivity(&pair, &[0, 0])), (Some(1.0), None));
    }

    #[test]
    fn isolated_actors_are_components() {
        let components = Components::of(&network(5, &[(1, 3), (3, 4)]));
        assert_eq!(
            (components.of.as_slice(), components.sizes.as_slice()),
            ([0, 1, 2, 1, 1].as_slice(), [1, 3, 1].as_slice())
        );
        assert_eq!(components.largest_share(), Some(0.6));
    }
}
