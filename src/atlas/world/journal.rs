//! What changed in the directory in memory, step by step, for those who keep what they made of it.

use std::collections::VecDeque;

/// Changes that are remembered: whoever is further behind makes everything anew.
const MOST: usize = 20_000;

/// What changed, by numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::atlas) struct Changed {
    /// Actors whose place changed, and the codes of the places where they were.
    pub(in crate::atlas) moved: Vec<(u32, u64)>,
    /// Interactions that came, changed or went.
    pub(in crate::atlas) ties: Vec<u32>,
}

impl Changed {
    fn len(&self) -> usize {
        self.moved.len() + self.ties.len()
    }
}

/// The last changes.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// How many there were since the directory was read.
    pub(super) step: u64,
    /// The newest last.
    changes: VecDeque<Changed>,
    remembered: usize,
}

impl Journal {
    pub(super) fn add(&mut self, changed: Changed) {
        self.step += 1;
        // One counts for more than its entries: empty ones are no smaller.
        self.remembered += changed.len() + 1;
        self.changes.push_back(changed);
        while self.remembered > MOST {
            let Some(oldest) = self.changes.pop_front() else { break };
            self.remembered -= oldest.len() + 1;
        }
    }

    /// What changed after a step; null where that is too long ago.
    pub(super) fn since(&self, step: u64) -> Option<Changed> {
        let behind = usize::try_from(self.step - step).ok()?;
        let first = self.changes.len().checked_sub(behind)?;
        let mut all = Changed::default();
        for changed in self.changes.range(first..) {
            all.moved.extend(&changed.moved);
            all.ties.extend(&changed.ties);
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ties: std::ops::Range<u32>) -> Changed {
        Changed { moved: Vec::new(), ties: ties.collect() }
    }

    #[test]
    fn what_is_too_long_ago_is_forgotten() {
        let mut journal = Journal::default();
        journal.add(of(0..3));
        journal.add(of(3..5));
        assert_eq!(journal.since(0).expect("all").ties, [0, 1, 2, 3, 4]);
        assert_eq!(journal.since(1).expect("the last").ties, [3, 4]);
        assert_eq!(journal.since(2).expect("nothing").len(), 0);
        journal.add(of(0..19_996));
        assert!(journal.since(0).is_none());
        assert_eq!(journal.since(1).expect("the last two").ties.len(), 19_998);
        journal.add(of(0..30_000));
        assert!(journal.since(3).is_none());
        assert_eq!(journal.since(4).expect("nothing").len(), 0);
    }
}
