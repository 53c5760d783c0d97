//! Who interacts with whom, by what they are.

use rustc_hash::FxHashMap;

use super::network::Network;

/// How many interactions link labels, one row and one column each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The labels, by their index: those of most interactions first, then by index.
    pub labels: Vec<u32>,
    /// Interactions between an actor of each label and one of each other, or of the same.
    pub counts: Vec<Vec<u32>>,
    /// Whether the limit left out a label that has interactions.
    pub truncated: bool,
}

/// The matrix of a network whose actors have these labels, any number each; null where no interaction links two actors that
/// have some. An interaction counts once for each pair of labels that it links.
pub fn matrix(network: &Network, labels: &[Vec<u32>], limit: usize) -> Option<Matrix> {
    let mut cells: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut rows: FxHashMap<u32, u32> = FxHashMap::default();
    let (mut pairs, mut touched) = (Vec::new(), Vec::new());
    for link in network.links() {
        let (sources, targets) = (&labels[link.source as usize], &labels[link.target as usize]);
        pairs.clear();
        pairs.extend(sources.iter().flat_map(|&a| targets.iter().map(move |&b| (a.min(b), a.max(b)))));
        pairs.sort_unstable();
        pairs.dedup();
        touched.clear();
        for &(one, other) in &pairs {
            *cells.entry((one, other)).or_default() += 1;
            touched.extend([one, other]);
        }
        touched.sort_unstable();
        touched.dedup();
        for &label in &touched {
            *rows.entry(label).or_default() += 1;
        }
    }
    let mut kept: Vec<u32> = rows.keys().copied().collect();
    kept.sort_unstable_by_key(|label| (std::cmp::Reverse(rows[label]), *label));
    let truncated = kept.len() > limit;
    kept.truncate(limit);
    let cell = |a: u32, b: u32| cells.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
    let counts = kept.iter().map(|&a| kept.iter().map(|&b| cell(a, b)).collect()).collect();
    (!rows.is_empty()).then_some(Matrix { labels: kept, counts, truncated })
}

#[cfg(test)]
mod tests {
    use super::super::network::tests::network;
    use super::*;

    #[test]
    fn each_interaction_counts_once_for_each_pair_of_labels() {
        let network = network(5, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4)]);
        let labels = [vec![0], vec![1], vec![1, 2], vec![2], vec![]];
        let found = matrix(&network, &labels, 9).expect("some have labels");
        assert_eq!((found.labels.as_slice(), found.truncated), ([1, 0, 2].as_slice(), false));
        assert_eq!(found.counts, [[1, 2, 2], [2, 0, 0], [2, 0, 1]]);
        let cut = matrix(&network, &labels, 2).expect("some have labels");
        assert_eq!((cut.labels.as_slice(), cut.truncated), ([1, 0].as_slice(), true));
        assert_eq!(cut.counts, [[1, 2], [2, 0]]);
    }

    #[test]
    fn where_nothing_links_labels_there_is_none() {
        assert_eq!(matrix(&network(2, &[(0, 1)]), &[vec![0], vec![]], 9), None);
        assert_eq!(matrix(&network(0, &[]), &[], 9), None);
    }
}
