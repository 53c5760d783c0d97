//! Letters: put into the outbox in the transaction of what they tell of.

use super::{App, Error};
use crate::domain::ids::UserId;
use crate::domain::letters::Letter;
use crate::store::{Transaction, outbox};

impl App {
    /// Writes a letter to each of these users, to be sent once the transaction is committed.
    pub(super) async fn post(&self, tx: &Transaction, to: &[UserId], letter: &Letter) -> Result<(), Error> {
        let now = self.clock.now();
        let letters: Vec<_> = to.iter().map(|user| (self.ids.next(now), *user, letter.clone())).collect();
        Ok(outbox::post(tx, &letters, now).await?)
    }
}
