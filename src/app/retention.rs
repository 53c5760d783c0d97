//! What is personal, or of no more use, is deleted by rule; on one instance at a time.

use std::fmt;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Paris;

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::retention::{Kept, PERIODS};
use crate::store::{
    StoreError, Transaction, begin_step, contacts, resource_people, retention, support_contacts,
};

/// Who the rule is, in histories.
const RULE: Caller = Caller::Rule("retention");

/// Most contacts that go in one step: each leaves its trace.
const CONTACTS_AT_ONCE: i64 = 500;

/// What the rule did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retained {
    /// Another instance was at it.
    Elsewhere,
    /// How many of each went; null for what could not be done now.
    Done(Vec<(Kept, Option<u64>)>),
}

impl Retained {
    /// Whether anything went, or failed.
    pub fn is_worth_saying(&self) -> bool {
        matches!(self, Self::Done(counts) if counts.iter().any(|(_, count)| *count != Some(0)))
    }
}

impl fmt::Display for Retained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Done(counts) = self else { return f.write_str("another instance is at it") };
        let told = counts.iter().filter(|(_, count)| *count != Some(0)).map(|(kept, count)| {
            let count = count.map_or_else(|| "not now".to_owned(), |count| count.to_string());
            format!("{kept} {count}")
        });
        let told: Vec<_> = told.collect();
        f.write_str(&if told.is_empty() { "nothing was due".to_owned() } else { told.join(", ") })
    }
}

impl App {
    /// Deletes what is due. What fails is tried again the next time, and keeps nothing else from being deleted.
    pub async fn retain(&self) -> Result<Retained, Error> {
        let Some(tx) = self.store.begin_retention().await? else { return Ok(Retained::Elsewhere) };
        let now = self.clock.now();
        let mut counts = Vec::new();
        for (kept, period) in PERIODS {
            let step = begin_step(&tx).await?;
            let count = match self.delete(&step, kept, now - period).await {
                Ok(count) => {
                    step.commit().await.map_err(StoreError::from)?;
                    Some(count)
                }
                Err(error) => {
                    step.rollback().await.map_err(StoreError::from)?;
                    // Its kind alone: what Postgres says may quote a row.
                    let kind = match error {
                        Error::Timeout | Error::Contention(_) => "another write is in the way",
                        _ => "it failed",
                    };
                    tracing::warn!(rule = %kept, kind, "retention is left to the next time");
                    None
                }
            };
            counts.push((kept, count));
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Retained::Done(counts))
    }

    async fn delete(&self, tx: &Transaction, kept: Kept, before: DateTime<Utc>) -> Result<u64, Error> {
        Ok(match kept {
            Kept::RefreshTokens => retention::refresh_tokens(tx, before).await?,
            Kept::EndedSessions => retention::ended_sessions(tx, before).await?,
            Kept::OneTimeTokens => retention::one_time_tokens(tx, before).await?,
            Kept::Letters => retention::letters(tx, before).await?,
            Kept::Attempts => retention::attempts(tx, before).await?,
            Kept::KnownNetworks => retention::known_networks(tx, before).await?,
            Kept::ClientKeys => retention::client_keys(tx, before).await?,
            Kept::Contacts => {
                let day = before.with_timezone(&Paris).date_naive();
                let expired = contacts::expired_by(tx, day, CONTACTS_AT_ONCE).await?;
                for (contact, version) in &expired {
                    self.erase_held_contact(tx, &RULE, contact, *version).await?;
                }
                expired.len() as u64
            }
            Kept::SupportContacts => {
                let day = before.with_timezone(&Paris).date_naive();
                let ended = support_contacts::ended_by(tx, day, CONTACTS_AT_ONCE).await?;
                for contact in &ended {
                    self.erase_held_support_contact(tx, &RULE, *contact).await?;
                }
                ended.len() as u64
            }
            Kept::ResourcePeople => {
                let lists = resource_people::due(tx, before).await?;
                for (collective, version, people) in &lists {
                    self.erase_list(tx, &RULE, *collective, *version, people).await?;
                }
                lists.iter().map(|(.., people)| people.len() as u64).sum()
            }
            Kept::UntakenAccounts => {
                let accounts = retention::untaken_accounts(tx, before).await?;
                for account in &accounts {
                    self.erase_user(tx, &RULE, *account).await?;
                }
                accounts.len() as u64
            }
            Kept::DecidedSuggestions => retention::decided_suggestions(tx, before).await?,
            Kept::ApiKeys => retention::api_keys(tx, before).await?,
            Kept::Exports => retention::exports(tx, before).await?,
        })
    }
}
