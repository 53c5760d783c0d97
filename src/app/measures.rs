//! What is told of the program's insides to whoever watches it.

use super::{App, Error};

pub use crate::store::measures::{Pool, Queues};
pub use crate::store::tally::Tally;

/// What can be told without asking the database.
#[derive(Clone, Copy, Debug)]
pub struct Measures {
    /// Its connection pool.
    pub pool: Pool,
    /// Statements since the start.
    pub statements: u64,
    /// Outlines that are kept in memory.
    pub outlines: u64,
    /// Territories of which it is known whether they are wide.
    pub widths: u64,
}

impl App {
    /// How things are, now.
    pub fn measures(&self) -> Measures {
        Measures {
            pool: self.store.pool(),
            statements: self.store.statements(),
            outlines: self.outlines.kept(),
            widths: self.store.widths_kept(),
        }
    }

    /// What waits to be done.
    pub async fn queues(&self) -> Result<Queues, Error> {
        Ok(self.store.queues().await?)
    }
}
