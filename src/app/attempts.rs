//! What slows guessing down: by what is guessed at, and by where the guesses come from. From a network from which an
//! account was signed in to before, its failures are counted apart: strangers who guess at it do not keep its owner out.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::tokens::internal;
use super::{App, Error};
use crate::domain::caller::ClientAddress;
use crate::store::sessions;

/// How often one account may be tried in vain before the next try has to wait.
const FREE_OF_ACCOUNT: i32 = 5;
/// The same of one address: behind it may be a whole town hall.
const FREE_OF_NETWORK: i32 = 20;

/// For how long a network is known by a success.
const NETWORK_KNOWN: TimeDelta = TimeDelta::days(90);

/// A try that counts as failed until it is forgiven.
pub(super) struct Attempt {
    /// The account, or the account from this network where that is known: under which failures count.
    account: Vec<u8>,
    network: Vec<u8>,
    /// The account from this network.
    both: Vec<u8>,
}

impl App {
    /// Counts a try before it is made, so that none of many at once is free; refused where those before were too many, and
    /// then not counted.
    pub(super) async fn attempt(
        &self,
        what: &str,
        account: &str,
        client: ClientAddress,
    ) -> Result<Attempt, Error> {
        let key = |of: &str, name: &str| Sha256::digest(format!("{what} {of} {name}")).to_vec();
        let (account, network) = (account.to_lowercase(), client.network());
        let now = self.clock.now();
        let both = key("account from", &format!("{network} {account}"));
        let since = now - NETWORK_KNOWN;
        let is_known = sessions::succeeded_since(self.store.db(), &both, since).await?;
        let account = if is_known { both.clone() } else { key("account", &account) };
        let attempt = Attempt { account, network: key("network", &network), both };
        // Those who try at once wait for each other: not with all of the database's connections.
        let _room = self.attempting.acquire().await.map_err(internal)?;
        let tx = self.store.begin_unseen().await?;
        // Accounts before addresses, always: two tries never wait for each other.
        let account = sessions::attempts_for_update(&tx, &attempt.account, now).await?;
        let network = sessions::attempts_for_update(&tx, &attempt.network, now).await?;
        refuse_early([account.wait(FREE_OF_ACCOUNT, now), network.wait(FREE_OF_NETWORK, now)])?;
        sessions::set_attempts(&tx, &attempt.account, account.and_one(now)).await?;
        sessions::set_attempts(&tx, &attempt.network, network.and_one(now)).await?;
        tx.commit().await.map_err(crate::store::StoreError::from)?;
        Ok(attempt)
    }

    /// Counts a try from an address, whatever it is at; refused where those before were too many.
    pub(super) async fn attempt_from(&self, what: &str, client: ClientAddress) -> Result<(), Error> {
        let key = Sha256::digest(format!("{what} network {}", client.network())).to_vec();
        let now = self.clock.now();
        let _room = self.attempting.acquire().await.map_err(internal)?;
        let tx = self.store.begin_unseen().await?;
        let before = sessions::attempts_for_update(&tx, &key, now).await?;
        refuse_early([before.wait(FREE_OF_NETWORK, now)])?;
        sessions::set_attempts(&tx, &key, before.and_one(now)).await?;
        tx.commit().await.map_err(crate::store::StoreError::from)?;
        Ok(())
    }

    /// Forgets the failures of an account, since this try went well, and knows it from this network from then on. The
    /// failures of the address stay: who has an account of his own could wipe them out with it.
    pub(super) async fn forgive(&self, attempt: &Attempt) -> Result<(), Error> {
        let now = self.clock.now();
        Ok(self.store.forgive_attempts(&attempt.account, &attempt.network, &attempt.both, now).await?)
    }
}

/// Refuses what comes before the longest of these waits is over.
fn refuse_early<const N: usize>(waits: [Option<i64>; N]) -> Result<(), Error> {
    let Some(seconds) = waits.into_iter().flatten().max() else { return Ok(()) };
    Err(Error::RateLimited {
        message: format!("too many attempts: try again in {seconds} seconds"),
        retry_after_seconds: seconds,
    })
}
