//! How many statements something takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static TALLY: Tally;
}

/// A count of the statements that run within a future, and within the tasks to which it is handed on.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<AtomicU64>);

impl Tally {
    /// Runs this, and counts its statements.
    pub async fn over<F: Future>(self, work: F) -> F::Output {
        TALLY.scope(self, work).await
    }

    /// The one that counts here, to be handed on to another task; none where nobody counts.
    pub fn current() -> Option<Self> {
        TALLY.try_with(Self::clone).ok()
    }

    /// How many so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One more statement has run, here.
pub(super) fn count() {
    let _ = TALLY.try_with(|tally| tally.0.fetch_add(1, Ordering::Relaxed));
}
