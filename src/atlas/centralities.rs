//! Who matters in a network by its partners' weight: eigenvector centrality and page rank.

use std::convert::Infallible;

use rustworkx_core::centrality::eigenvector_centrality;

use super::network::{MILLIONTHS, Network, Stop, Stopped, to_twelve_digits};

/// Most visits of actors and pairs in all rounds together: a few seconds in the largest networks.
const VISITS: usize = 400_000_000;

/// Most rounds in which eigenvector centrality is sought.
const ROUNDS: usize = 1_000;

/// Share of the walk that follows partners rather than starting anew.
const DAMPING: f64 = 0.85;

/// Who is linked with whom is linked: the eigenvector of the largest eigenvalue of the matrix of weights, of length 1
/// (Bonacich 1987). `None` for all where nobody is linked, or where it is not found in a thousand rounds, as where two
/// parts weigh the same.
pub fn eigenvector(network: &Network, stop: &Stop) -> Result<Option<Vec<f64>>, Stopped> {
    stop.check()?;
    let round = network.size() + 2 * network.pair_count();
    let rounds = (VISITS / round.max(1)).min(ROUNDS);
    let weight =
        |edge: rustworkx_core::petgraph::graph::EdgeReference<'_, f64>| Ok::<_, Infallible>(*edge.weight());
    let graph = network.graph();
    let tolerance = 1e-9 / network.size().max(1) as f64;
    let Ok(found) = eigenvector_centrality(&graph, weight, Some(rounds), Some(tolerance));
    let linked = network.pair_count() > 0;
    Ok(found.filter(|_| linked).map(|found| found.into_iter().map(to_twelve_digits).collect()))
}

/// How often someone passes by who goes on and on from an actor to one of its partners, by weight, and in three of
/// twenty steps, or where there is no partner, to anyone (Page and others 1998, damping 0.85). All add up to 1; `None`
/// where there is nobody, or where the network is too large to find it.
pub fn pagerank(network: &Network, stop: &Stop) -> Result<Option<Vec<f64>>, Stopped> {
    let size = network.size() as f64;
    if network.size() == 0 {
        return Ok(None);
    }
    let strengths: Vec<f64> = network.places().map(|actor| network.weighted_degree(actor)).collect();
    let mut ranks = vec![1.0 / size; network.size()];
    let round = network.size() + 2 * network.pair_count();
    // 0.85 to the 200th is 8 × 10⁻¹⁵.
    for _ in 0..(VISITS / round).min(200) {
        stop.check()?;
        let lost: f64 = ranks
            .iter()
            .zip(&strengths)
            .filter(|(_, strength)| **strength == 0.0)
            .map(|(rank, _)| rank)
            .sum();
        let everyone = (1.0 - DAMPING + DAMPING * lost) / size;
        let next: Vec<f64> = network
            .places()
            .map(|actor| {
                let passed = network.row_of(actor).filter(|(partner, _)| strengths[*partner as usize] > 0.0);
                let passed = passed.map(|(partner, bond)| {
                    let partner = partner as usize;
                    ranks[partner] * (bond.millionths as f64 / MILLIONTHS) / strengths[partner]
                });
                everyone + DAMPING * passed.sum::<f64>()
            })
            .collect();
        let moved: f64 = next.iter().zip(&ranks).map(|(next, rank)| (next - rank).abs()).sum();
        ranks = next;
        if moved < 1e-10 {
            return Ok(Some(ranks.into_iter().map(to_twelve_digits).collect()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::network::tests::{karate, network, weighted};
    use super::*;

    fn assert_close(found: &[f64], expected: &[f64]) {
        let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-7);
        assert!(close && found.len() == expected.len(), "{found:?} is not {expected:?}");
    }

    #[test]
    fn the_karate_club_is_as_it_is_known() {
        // networkx 3.6, eigenvector_centrality and pagerank.
        let found = eigenvector(&karate(), &Stop::default()).expect("nobody stops it").expect("friends");
        assert_close(&[found[0], found[1], found[33]], &[0.355_491_444_5, 0.265_959_919_6, 0.373_363_470_3]);
        let ranks = pagerank(&karate(), &Stop::default()).expect("nobody stops it").expect("members");
        assert_close(&[ranks[0], ranks[33], ranks[11]], &[0.096_997_285_4, 0.100_919_182_3, 0.009_564_745_5]);
        assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn weights_count() {
        let chain = weighted(4, &[(0, 1, 3.0), (1, 2, 1.0)]);
        let ranks = pagerank(&chain, &Stop::default()).expect("nobody stops it").expect("actors");
        assert!(ranks[1] > ranks[0] && ranks[0] > ranks[2] && ranks[2] > ranks[3], "{ranks:?}");
        let found = eigenvector(&chain, &Stop::default()).expect("nobody stops it").expect("pairs");
        let root = 10f64.sqrt();
        assert_close(&found, &[3.0 / root / 2f64.sqrt(), 1.0 / 2f64.sqrt(), 1.0 / root / 2f64.sqrt(), 0.0]);
    }

    #[test]
    fn what_is_not_defined_is_null() {
        let stop = Stop::default();
        assert_eq!(eigenvector(&network(0, &[]), &stop), Ok(None));
        assert_eq!(pagerank(&network(0, &[]), &stop), Ok(None));
        assert_eq!(eigenvector(&network(3, &[]), &stop), Ok(None));
        assert_eq!(pagerank(&network(2, &[]), &stop), Ok(Some(vec![0.5, 0.5])));
    }
}
