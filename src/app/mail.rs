//! Letters: put into the outbox in the transaction of what they tell of, and sent from there, once.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use url::Url;

use super::{App, Error, letters};
use crate::domain::ids::UserId;
use crate::domain::letters::{self as domain, Letter};
use crate::mail::{Mail, Mailer, Outcome, Stopped};
use crate::store::Transaction;
use crate::store::outbox::{self, Claimed};

/// What letters are sent with.
#[derive(Clone, Debug)]
pub struct PostOffice {
    /// Through which server; without one, links go to the operator's log and the rest to nobody.
    pub mailer: Option<Mailer>,
    /// Where the service is for its users: links begin so.
    pub public: Url,
    /// Whom users ask about their personal data: an address of a person or a page.
    pub privacy_contact: Option<String>,
}

/// What became of what was next in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It was sent.
    Sent,
    /// It waits for its next try.
    PutOff(Stopped),
    /// It is given up: refused, or tried often enough.
    Failed(Stopped),
    /// Perhaps it was sent: it is not tried again.
    Unknown(Stopped),
    /// Nobody is to have it any more.
    Void,
    /// There is no server: its link went to the log, if it has one.
    Logged,
}

impl App {
    /// Writes a letter to each of these users, to be sent once the transaction is committed.
    pub(super) async fn post(&self, tx: &Transaction, to: &[UserId], letter: &Letter) -> Result<(), Error> {
        let now = self.clock.now();
        let letters: Vec<_> = to.iter().map(|user| (self.ids.next(now), *user, letter.clone())).collect();
        Ok(outbox::post(tx, &letters, now).await?)
    }

    /// Sends what is next; null where nothing is due.
    pub async fn deliver_next(&self, office: &PostOffice) -> Result<Option<Delivered>, Error> {
        let now = self.clock.now();
        let alone = self.store.claim_letter(now, office.mailer.is_none()).await?;
        if let Some(claimed) = alone {
            return self.deliver(office, &claimed, None).await.map(Some);
        }
        let Some((day, due_at)) = digest_of(now).filter(|_| office.mailer.is_some()) else { return Ok(None) };
        let Some(claimed) = self.store.claim_digest(now, day, due_at).await? else { return Ok(None) };
        self.deliver(office, &claimed, Some(day)).await.map(Some)
    }

    /// Gives up what an instance took and never said what became of: it was perhaps sent. How many.
    pub async fn give_up_lost_letters(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let lost = self.store.give_letters_up(now - domain::LOST_AFTER, now).await?;
        for letter in &lost {
            tracing::warn!(%letter, "an instance ended while it sent this letter: it may have gone, and is not sent again");
        }
        Ok(lost.len())
    }

    async fn deliver(
        &self,
        office: &PostOffice,
        claimed: &Claimed,
        digest: Option<NaiveDate>,
    ) -> Result<Delivered, Error> {
        let now = self.clock.now();
        let (letter, user) = (claimed.ids[0], claimed.user.0);
        let over = |letter: &Letter| letters::link(letter, office).is_some_and(|(_, until)| until <= now);
        if !claimed.active || claimed.letters.is_empty() || claimed.letters.iter().any(over) {
            self.store.settle_letters(&claimed.ids, false, now).await?;
            return Ok(Delivered::Void);
        }
        let Some(mailer) = &office.mailer else {
            for (link, until) in claimed.letters.iter().filter_map(|letter| letters::link(letter, office)) {
                tracing::info!(%user, %link, %until, "no SMTP configured: give this link to the user");
            }
            self.store.settle_letters(&claimed.ids, true, now).await?;
            return Ok(Delivered::Logged);
        };
        let worded = match (digest, claimed.letters.as_slice()) {
            (None, [letter, ..]) => letters::word(letter, claimed.language, office),
            (_, letters) => letters::digest(letters, claimed.language, office),
        };
        let mail = Mail {
            id: letter.to_string(),
            to: claimed.email.clone(),
            subject: worded.subject,
            body: worded.body,
            at: now.into(),
        };
        let delivered = match mailer.send(&mail).await {
            Outcome::Sent => Delivered::Sent,
            Outcome::Refused(stopped) => Delivered::Failed(stopped),
            Outcome::Unknown(stopped) => Delivered::Unknown(stopped),
            Outcome::Later(stopped) => match domain::next_try_in(claimed.tries) {
                Some(wait) => {
                    let digest = digest.map(|day| (claimed.user, day));
                    self.store.put_letters_off(&claimed.ids, now + wait, digest).await?;
                    tracing::info!(%letter, %user, %stopped, "a letter was not sent, and waits for its next try");
                    return Ok(Delivered::PutOff(stopped));
                }
                None => Delivered::Failed(stopped),
            },
        };
        self.store.settle_letters(&claimed.ids, delivered == Delivered::Sent, now).await?;
        match delivered {
            Delivered::Failed(stopped) => {
                tracing::warn!(%letter, %user, %stopped, "a letter was not sent, and is given up");
            }
            Delivered::Unknown(stopped) => {
                tracing::warn!(%letter, %user, %stopped, "a letter may have gone, and is not sent again");
            }
            _ => tracing::info!(%letter, %user, "a letter was sent"),
        }
        Ok(delivered)
    }
}

/// The day whose digests are due, and since when; null before the hour.
fn digest_of(now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let day = now.with_timezone(&Paris).date_naive();
    let hour = NaiveTime::from_hms_opt(domain::DIGEST_HOUR, 0, 0)?;
    let due_at = Paris.from_local_datetime(&day.and_time(hour)).earliest()?.with_timezone(&Utc);
    (due_at <= now).then_some((day, due_at))
}
