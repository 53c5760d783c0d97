//! Files that people take away: asked for, made in the background where they are large, by whatever instance has time.
//!
//! What a file holds is what its owner may see when it is made: their rights are looked up then, and again whenever the file
//! is asked for, so that a right that was taken back takes the file along.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use url::Url;

use super::{App, Error, tokens::internal};
use crate::auth::secrets;
use crate::domain::caller::{Caller, ClientAddress};
use crate::domain::error::ViolationCode;
use crate::domain::exports::{
    AT_ONCE, Asked, Claim, ExportFormat, ExportJob, ExportState, KEPT_FOR, Licence, MOST_KEPT, MOST_OPEN,
    STRANGERS_BYTES, STRANGERS_KEPT, most_rows,
};
use crate::domain::ids::{ApiKeyId, ExportJobId, UserId};
use crate::domain::policy::Visibility;
use crate::store::export_rows::Selection;
use crate::store::exports::{self, Held};

mod making;

/// What files are made with.
#[derive(Clone, Debug)]
pub struct Press {
    /// Where the service is for its users: the addresses of files begin so.
    pub public: Url,
    /// Under which terms the data may be used.
    pub licence: Licence,
}

impl Default for Press {
    fn default() -> Self {
        let url = |text: &str| Url::parse(text).expect("an address of our own");
        Self {
            public: url("http://127.0.0.1:8080"),
            licence: Licence {
                name: "Licence Ouverte 2.0".to_owned(),
                url: url("https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
                attribution: String::new(),
            },
        }
    }
}

/// What stands at a file's address.
#[derive(Clone, Debug)]
pub enum Shelf {
    /// The file.
    There(Box<ExportJob>),
    /// It was there, and is no longer.
    Gone,
    /// Nothing ever was.
    Nothing,
}

impl App {
    /// A file that was asked for; null where it is gone, or another's.
    pub async fn export_job(&self, caller: &Caller, id: ExportJobId) -> Result<Option<ExportJob>, Error> {
        let Some(mut job) = self.store.export_job(id, self.clock.now()).await? else { return Ok(None) };
        if !job.is_of(caller) {
            return Ok(None);
        }
        // A stranger's file is what everyone may see, whoever comes for it.
        let strangers = job.owner == Caller::Anonymous.reference();
        let sees = if strangers { Visibility::Public } else { Visibility::of(caller) };
        if job.state == ExportState::Done && job.rights != Some(rights(&sees)) {
            job.state = ExportState::Failed;
            job.error = Some("your rights are others than when it was made: export it again".to_owned());
        }
        Ok(Some(job))
    }

    /// Where a file is; null where there is none, yet or any more.
    pub fn export_address(&self, job: &ExportJob) -> Option<Url> {
        let name = job.file_name.as_ref().filter(|_| job.state == ExportState::Done)?;
        let mut address = self.press.public.clone();
        address.path_segments_mut().ok()?.pop_if_empty().extend(["exports", &job.token, name]);
        Some(address)
    }

    /// The terms under which the data may be used.
    pub fn licence(&self) -> &Licence {
        &self.press.licence
    }

    /// Where the service is for its users.
    pub fn public_address(&self) -> &Url {
        &self.press.public
    }

    /// What stands at the address with this secret.
    pub async fn shelf(&self, token: &str) -> Result<Shelf, Error> {
        let Some(job) = self.store.export_by_token(token).await? else { return Ok(Shelf::Nothing) };
        if job.state != ExportState::Done {
            return Ok(Shelf::Nothing);
        }
        if job.expires_at <= self.clock.now() {
            return Ok(Shelf::Gone);
        }
        // Whoever has the address has the file, as long as its owner may see what is in it.
        Ok(match self.owner(&job.owner).await? {
            Some(owner) if job.rights == Some(rights(&Visibility::of(&owner))) => Shelf::There(Box::new(job)),
            _ => Shelf::Gone,
        })
    }

    /// A piece of a file, from 0 on; null behind the last.
    pub async fn export_piece(&self, id: ExportJobId, place: i32) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.store.export_piece(id, place).await?)
    }

    /// Asks for a file. A small one is there at once.
    pub async fn export(
        &self,
        caller: &Caller,
        client: ClientAddress,
        asked: Asked,
        format: ExportFormat,
    ) -> Result<ExportJob, Error> {
        let visibility = Visibility::of(caller);
        let on =
            asked.network.as_ref().and_then(|network| network.as_of).unwrap_or_else(|| self.clock.today());
        let selection = Selection::of(&self.store, &asked, &visibility, on).await?;
        let total = selection.count(&self.store).await?;
        check_size(caller, total)?;
        let now = self.clock.now();
        let attempt = (total <= AT_ONCE).then(|| self.ids.next(now));
        let job = ExportJob {
            id: ExportJobId(self.ids.next(now)),
            owner: caller.reference(),
            asked: Box::new(asked),
            format,
            state: if attempt.is_some() { ExportState::Running } else { ExportState::Queued },
            total_rows: total,
            written_rows: 0,
            error: None,
            rights: None,
            token: secrets::token().map_err(internal)?,
            file_name: None,
            bytes: 0,
            digest: None,
            tries: i16::from(attempt.is_some()),
            created_at: now,
            expires_at: now + KEPT_FOR,
        };
        let network = matches!(caller, Caller::Anonymous)
            .then(|| Sha256::digest(format!("export network {}", client.network())).to_vec());
        let tx = self.store.begin_unseen().await?;
        let held = exports::held(&tx, &job.owner, network.as_deref(), now).await?;
        check(&held, network.is_some(), now)?;
        exports::insert(&tx, &job, network, attempt).await?;
        tx.commit().await.map_err(crate::store::StoreError::from)?;
        let Some(attempt) = attempt else {
            self.export_asked.notify_one();
            return Ok(job);
        };
        let id = job.id;
        // What could not be made now is made in the background.
        if let Err(error) = self.make(&Claim { job, attempt }).await {
            tracing::warn!(?error, job = %id.0, "a file waits to be made");
        }
        let made = self.export_job(caller, id).await?;
        made.ok_or_else(|| Error::NotFound("the export is gone".to_owned()))
    }

    /// Waits until someone asks for a large file here.
    pub async fn export_is_asked(&self) {
        self.export_asked.notified().await;
    }

    /// Who has this name, as they are now; null where nobody does, or they may no longer sign in.
    async fn owner(&self, reference: &str) -> Result<Option<Caller>, Error> {
        let found = match reference.split_once(':') {
            None if reference == Caller::Anonymous.reference() => return Ok(Some(Caller::Anonymous)),
            Some(("user", id)) => match id.parse() {
                Ok(id) => self.caller_of_user(UserId(id), None, None).await,
                Err(_) => return Ok(None),
            },
            Some(("key", id)) => match id.parse() {
                Ok(id) => self.caller_of_kept_key(ApiKeyId(id)).await,
                Err(_) => return Ok(None),
            },
            _ => return Ok(None),
        };
        match found {
            Ok(caller) => Ok(Some(caller)),
            Err(Error::Unauthenticated(_) | Error::Forbidden(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Refuses what is too much for one file.
fn check_size(caller: &Caller, total: i64) -> Result<(), Error> {
    let most = most_rows(caller);
    if total <= most {
        return Ok(());
    }
    let more = if *caller == Caller::Anonymous { "sign in, or " } else { "" };
    let message = format!("{total} entries match, at most {most} go into a file: {more}ask for less at once");
    Err(Error::invalid("filter", ViolationCode::TooLong, message))
}

/// Refuses who has too much already.
fn check(held: &Held, stranger: bool, now: DateTime<Utc>) -> Result<(), Error> {
    let refused =
        |message: String, retry_after_seconds| Err(Error::RateLimited { message, retry_after_seconds });
    if held.open >= MOST_OPEN {
        return refused(format!("{MOST_OPEN} exports of yours are being made: wait until one is done"), 10);
    }
    let most = if stranger { STRANGERS_KEPT } else { MOST_KEPT };
    let until = held.next_expiry.map_or(60, |at| (at - now).num_seconds().max(1));
    if held.kept >= most {
        return refused(
            format!("{most} exports of yours are kept: a new one has room when the oldest expires"),
            until,
        );
    }
    if stranger && held.bytes >= STRANGERS_BYTES {
        let message = "there is no room for more exports without an account: sign in, or come back later";
        return refused(message.to_owned(), until);
    }
    Ok(())
}

/// What someone may see, as a hash: the same for the same rights.
fn rights(visibility: &Visibility) -> Vec<u8> {
    Sha256::digest(format!("{visibility:?}")).to_vec()
}

impl App {
    /// The same, making files with this.
    #[must_use]
    pub fn with_press(self, press: Press) -> Self {
        Self { press: Arc::new(press), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_gets_less_at_once_and_hears_what_to_do() {
        assert!(
            check_size(&Caller::Anonymous, 50_000).is_ok()
                && check_size(&Caller::Operator, 1_000_000).is_ok()
        );
        let refused = format!("{:?}", check_size(&Caller::Anonymous, 50_001));
        assert!(refused.contains("filter") && refused.contains("sign in"), "{refused}");
        assert!(check_size(&Caller::Operator, 1_000_001).is_err());
    }
}
