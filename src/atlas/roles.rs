//! What actors are in a network, by rules that look at the network itself.

use rustworkx_core::connectivity::core_number;

use super::measures::local_clustering;
use super::network::{Network, Stop, Stopped};

/// What an actor is in its network; of several that fit, the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It has no partner.
    Isolated,
    /// As many partners as the tenth of the linked actors that has most, and at least twice the mean of these.
    Hub,
    /// As many shortest paths as through the tenth of the linked actors that are no hubs through which most lead, and more
    /// than their mean; fewer than half of the pairs of its partners are partners themselves.
    Bridge,
    /// It belongs to a group whose members have at least k partners within it, where k is more than half the largest for which
    /// the network has such a group, and at least 2 (k-core, Seidman 1983).
    Core,
    /// None of these.
    Peripheral,
}

/// Each actor's role. Where betweenness is not known, nobody is a bridge.
pub fn roles(
    network: &Network,
    betweenness: Option<&[f64]>,
    triangles: &[u64],
    stop: &Stop,
) -> Result<Vec<Role>, Stopped> {
    stop.check()?;
    let cores = cores(network);
    stop.check()?;
    let inner = cores.iter().max().map_or(2, |&greatest| (greatest / 2 + 1).max(2));
    let linked: Vec<u32> = network.places().filter(|&actor| network.degree(actor) > 0).collect();
    let mean = 2.0 * network.pair_count() as f64 / linked.len().max(1) as f64;
    let partners = |actor: u32| f64::from(network.degree(actor));
    let most_partners = threshold(linked.iter().map(|&actor| partners(actor))).max(2.0 * mean);
    let most_paths = betweenness.map_or(f64::INFINITY, |betweenness| {
        let others = linked.iter().filter(|&&actor| partners(actor) < most_partners);
        let others: Vec<f64> = others.map(|&actor| betweenness[actor as usize]).collect();
        let mean = others.iter().sum::<f64>() / others.len().max(1) as f64;
        // A little above the mean, since it is rounded where all are alike.
        threshold(others.into_iter()).max(mean * (1.0 + 1e-9))
    });
    let role = |actor: u32| {
        let degree = network.degree(actor);
        let passes = betweenness.map_or(0.0, |betweenness| betweenness[actor as usize]);
        let closed = local_clustering(degree, triangles[actor as usize]);
        if degree == 0 {
            Role::Isolated
        } else if partners(actor) >= most_partners {
            Role::Hub
        } else if passes > 0.0 && passes >= most_paths && closed.is_some_and(|closed| closed < 0.5) {
            Role::Bridge
        } else if cores[actor as usize] >= inner {
            Role::Core
        } else {
            Role::Peripheral
        }
    };
    Ok(network.places().map(role).collect())
}

/// The value that a tenth of all, rounded up, reach; more of them where several tie for it.
fn threshold(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    let tenth = values.len().div_ceil(10);
    tenth.checked_sub(1).map_or(f64::INFINITY, |last| values[last])
}

fn cores(network: &Network) -> Vec<usize> {
    let mut cores = vec![0; network.size()];
    for (actor, core) in core_number(network.graph()) {
        cores[actor.index()] = core;
    }
    cores
}

#[cfg(test)]
mod tests {
    use super::super::measures::{Components, triangles};
    use super::super::network::tests::{karate, network};
    use super::super::sweeps::{VISITS, sweep};
    use super::*;

    fn of(network: &Network) -> Vec<Role> {
        let stop = Stop::default();
        let swept =
            sweep(network, &Components::of(network), VISITS, &stop).expect("nobody stops it").expect("small");
        let triangles = triangles(network, &stop).expect("nobody stops it");
        roles(network, swept.betweenness.as_deref(), &triangles, &stop).expect("nobody stops it")
    }

    #[test]
    fn the_two_leaders_and_the_instructor_s_friend_are_the_hubs_of_the_karate_club() {
        let roles = of(&karate());
        let are = |role| (0..34).filter(|&member| roles[member] == role).collect::<Vec<_>>();
        assert_eq!(are(Role::Hub), [0, 2, 32, 33]);
        assert_eq!(are(Role::Bridge), [1, 31]);
        assert_eq!(roles[11], Role::Peripheral);
        assert_eq!(roles[3], Role::Core);
    }

    #[test]
    fn where_all_are_alike_nobody_stands_out() {
        let ring: Vec<_> = (0..20).map(|i| (i, (i + 1) % 20)).collect();
        assert_eq!(of(&network(21, &ring))[..20], [Role::Core; 20]);
        assert_eq!(of(&network(21, &ring))[20], Role::Isolated);
        assert_eq!(of(&network(2, &[(0, 1)])), [Role::Peripheral; 2]);
        assert_eq!(of(&network(0, &[])), []);
    }

    #[test]
    fn who_joins_two_groups_is_a_bridge() {
        let clique = |from: u32| (from..from + 5).flat_map(move |a| (from..a).map(move |b| (a, b)));
        let pairs: Vec<_> = clique(0).chain(clique(5)).chain([(4, 10), (10, 5)]).collect();
        let roles = of(&network(11, &pairs));
        assert_eq!((roles[10], roles[0]), (Role::Bridge, Role::Core));
        // Two in the same position are both.
        let triangles = network(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]);
        assert_eq!(of(&triangles)[2..4], [Role::Bridge; 2]);
    }
}
