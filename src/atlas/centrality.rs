//! The actors that hold a network together.

use std::cmp::Reverse;

use rustworkx_core::centrality::betweenness_centrality;
use rustworkx_core::petgraph::graph::UnGraph;
use uuid::Uuid;

use super::Edge;

/// Betweenness is computed while n × (n + m) is at most this, for n actors that have a partner and m pairs of partners:
/// its time is proportional to that, and this is about a second on one core. 3,000 actors with 7,000 pairs are within.
pub const EXACT_WORK: usize = 30_000_000;

/// An actor's place in the network of a selection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyActor {
    /// The actor.
    pub actor: Uuid,
    /// From 1; no two share one.
    pub rank: u32,
    /// What it is ranked by, 0 to 1: its betweenness, or where that is unknown the share of the others that are its
    /// partners.
    pub score: f64,
    /// How many different actors it interacts with.
    pub degree: u32,
    /// Share of the shortest paths between any two others that lead through it, 0 to 1 (Freeman 1977, normalised).
    /// `None` for all where the network is beyond [`EXACT_WORK`], or has more shortest paths than a float can count.
    pub betweenness: Option<f64>,
}

/// The `first` most important of `actors`, in the simple undirected graph of their interactions: several between two
/// actors count as one, and those with an actor outside `actors` or with oneself not at all.
///
/// Ranked by betweenness, then degree, then id; in a network beyond [`EXACT_WORK`] by degree, then id. Actors without a
/// partner count in the size of the network; they are listed, by id, only where no actor has one.
pub fn key_actors(actors: &[Uuid], edges: &[Edge], first: usize) -> Vec<KeyActor> {
    let mut actors = actors.to_vec();
    actors.sort_unstable();
    actors.dedup();
    let pairs = pairs(&actors, edges);
    let mut degrees = vec![0u32; actors.len()];
    for &(a, b) in &pairs {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    let betweenness = betweenness(&degrees, &pairs);
    let others = actors.len().saturating_sub(1).max(1) as f64;
    let mut ranked: Vec<KeyActor> = (0..actors.len())
        .filter(|&position| pairs.is_empty() || degrees[position] > 0)
        .map(|position| {
            let degree = degrees[position];
            let betweenness = betweenness.as_ref().map(|betweenness| betweenness[position]);
            let score = betweenness.unwrap_or(f64::from(degree) / others);
            KeyActor { actor: actors[position], rank: 0, score, degree, betweenness }
        })
        .collect();
    ranked.sort_unstable_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| (Reverse(a.degree), a.actor).cmp(&(Reverse(b.degree), b.actor)))
    });
    ranked.truncate(first);
    for (rank, actor) in (1..).zip(&mut ranked) {
        actor.rank = rank;
    }
    ranked
}

/// The pairs of partners, as positions in the sorted `actors`, the lower first, each once, in order.
fn pairs(actors: &[Uuid], edges: &[Edge]) -> Vec<(u32, u32)> {
    let position = |actor: &Uuid| actors.binary_search(actor).ok().map(|position| position as u32);
    let pair = |edge: &Edge| {
        let (source, target) = (position(&edge.source)?, position(&edge.target)?);
        (source != target).then_some((source.min(target), source.max(target)))
    };
    let mut pairs: Vec<_> = edges.iter().filter_map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Normalised betweenness of each actor; `None` where there is too much to compute, or where there are so many
/// shortest paths that their number is beyond a float.
fn betweenness(degrees: &[u32], pairs: &[(u32, u32)]) -> Option<Vec<f64>> {
    // Only those with a partner go in: the others are on no path, and cost a pass each.
    let mut linked = vec![0u32; degrees.len()];
    let mut count = 0u32;
    for (place, _) in linked.iter_mut().zip(degrees).filter(|(_, degree)| **degree > 0) {
        *place = count;
        count += 1;
    }
    let linked_count = count as usize;
    if linked_count.saturating_mul(linked_count + pairs.len()) > EXACT_WORK {
        return None;
    }
    let ends = pairs.iter().map(|&(a, b)| (linked[a as usize], linked[b as usize]));
    let graph: UnGraph<(), ()> = UnGraph::from_edges(ends);
    // On one thread: on several, sums would differ in their last digits from one call to the next.
    let paths = betweenness_centrality(&graph, false, false, usize::MAX);
    let size = degrees.len() as f64;
    let most = ((size - 1.0) * (size - 2.0) / 2.0).max(1.0);
    let share = |(&place, &degree): (&u32, &u32)| {
        let paths = if degree == 0 { 0.0 } else { paths[place as usize]? };
        paths.is_finite().then(|| to_twelve_digits(paths / most))
    };
    linked.iter().zip(degrees).map(share).collect()
}

/// Rounds, so that actors in the same position tie although their sums were added up in another order.
fn to_twelve_digits(share: f64) -> f64 {
    if share <= 0.0 {
        return 0.0;
    }
    let scale = 10f64.powi(11 - share.log10().floor() as i32);
    (share * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(size: u128, pairs: &[(u128, u128)]) -> (Vec<Uuid>, Vec<Edge>) {
        let edge = |&(source, target): &(u128, u128)| Edge {
            interaction: Uuid::nil(),
            source: Uuid::from_u128(source),
            target: Uuid::from_u128(target),
            directed: true,
            weight: 1.0,
        };
        ((0..size).map(Uuid::from_u128).collect(), pairs.iter().map(edge).collect())
    }

    /// Betweenness of the actors 0 to `size` - 1.
    fn shares(size: u128, pairs: &[(u128, u128)]) -> Vec<f64> {
        let (actors, edges) = network(size, pairs);
        let ranked = key_actors(&actors, &edges, usize::MAX);
        let of = |actor: &Uuid| ranked.iter().find(|key| key.actor == *actor)?.betweenness;
        actors.iter().map(|actor| of(actor).unwrap_or(f64::NAN)).collect()
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-9);
        assert!(close && found.len() == expected.len(), "{found:?} is not {expected:?}");
    }

    #[test]
    fn all_paths_of_a_star_lead_through_its_centre() {
        assert_close(&shares(6, &[(0, 1), (0, 2), (0, 3), (4, 0), (5, 0)]), &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn on_a_path_it_is_those_before_times_those_after() {
        let pairs: Vec<_> = (0..6).map(|i| (i, i + 1)).collect();
        let expected: Vec<_> = (0..7).map(|i| f64::from(i * (6 - i)) / 15.0).collect();
        assert_close(&shares(7, &pairs), &expected);
    }

    #[test]
    fn the_bridge_of_a_barbell_carries_all_that_crosses() {
        // Cliques 0..4 and 5..9, joined through 4.
        let clique = |from: u128| (from..from + 4).flat_map(move |a| (from..a).map(move |b| (a, b)));
        let pairs: Vec<_> = clique(0).chain(clique(5)).chain([(3, 4), (4, 5)]).collect();
        let (bridge, gate) = (4.0 * 4.0 / 28.0, 3.0 * 5.0 / 28.0);
        assert_close(&shares(9, &pairs), &[0.0, 0.0, 0.0, gate, bridge, gate, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn krackhardts_kite_is_as_networkx_has_it() {
        let kite = [
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 5),
            (1, 3),
            (1, 4),
            (1, 6),
            (2, 3),
            (2, 5),
            (3, 4),
            (3, 5),
            (3, 6),
            (4, 6),
            (5, 6),
            (5, 7),
            (6, 7),
            (7, 8),
            (8, 9),
        ];
        let expected = [0.023_148_148_148, 0.023_148_148_148, 0.0, 0.101_851_851_852, 0.0];
        let found = shares(10, &kite);
        assert_close(&found[..5], &expected);
        assert_close(
            &found[5..],
            &[0.231_481_481_481, 0.231_481_481_481, 0.388_888_888_889, 0.222_222_222_222, 0.0],
        );
    }

    #[test]
    fn isolated_actors_count_in_the_size_but_are_not_key() {
        let (actors, edges) = network(5, &[(0, 1), (1, 2), (2, 1), (1, 1), (1, 77)]);
        let ranked = key_actors(&actors, &edges, 10);
        assert_eq!(ranked.len(), 3);
        assert_eq!((ranked[0].actor, ranked[0].rank, ranked[0].degree), (actors[1], 1, 2));
        assert_eq!(ranked[0].betweenness, Some(to_twelve_digits(1.0 / 6.0)));
        assert_eq!((ranked[1].actor, ranked[2].actor, ranked[2].rank), (actors[0], actors[2], 3));
    }

    #[test]
    fn where_nobody_has_a_partner_all_are_listed_by_id() {
        let (mut actors, _) = network(3, &[]);
        actors.reverse();
        let ranked = key_actors(&actors, &[], 2);
        assert_eq!([ranked[0].actor, ranked[1].actor], [0, 1].map(Uuid::from_u128));
        assert_eq!((ranked[0].score, ranked[0].degree, ranked[0].betweenness), (0.0, 0, Some(0.0)));
        assert_eq!(key_actors(&[], &[], 2), []);
    }

    #[test]
    fn actors_in_the_same_position_tie() {
        // A ring where each also knows the fifth from it: all are alike, but their paths are added up in other orders.
        let pairs: Vec<_> = (0..31).flat_map(|a| [(a, (a + 1) % 31), (a, (a + 5) % 31)]).collect();
        let shares = shares(31, &pairs);
        assert!(shares.iter().all(|share| share.to_bits() == shares[0].to_bits()), "{shares:?}");
    }

    #[test]
    fn two_actors_are_no_ones_intermediary() {
        assert_close(&shares(2, &[(0, 1)]), &[0.0, 0.0]);
    }

    #[test]
    fn too_large_a_network_is_ranked_by_degree_and_says_so() {
        let size = 4_001;
        let ring: Vec<_> = (0..size).map(|i| (i, (i + 1) % size)).chain([(7, 100)]).collect();
        let (actors, edges) = network(size, &ring);
        let ranked = key_actors(&actors, &edges, 3);
        assert_eq!([ranked[0].actor, ranked[1].actor, ranked[2].actor], [7, 100, 0].map(Uuid::from_u128));
        assert_eq!((ranked[0].degree, ranked[0].betweenness), (3, None));
        assert_close(&[ranked[0].score], &[3.0 / 4_000.0]);
    }

    #[test]
    fn more_shortest_paths_than_a_float_can_count_is_not_a_score_of_nan() {
        // 660 rows of three actors, each linked with all of the next row: 3^660 shortest paths from end to end.
        let rows = (0..659).flat_map(|row| (0..9).map(move |i| (3 * row + i / 3, 3 * row + 3 + i % 3)));
        let (actors, edges) = network(1_980, &rows.collect::<Vec<_>>());
        let ranked = key_actors(&actors, &edges, 1);
        assert_eq!((ranked[0].betweenness, ranked[0].degree), (None, 6));
    }
}
