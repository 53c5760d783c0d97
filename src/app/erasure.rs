//! Persons are erased: by themselves, at the operator's command, by the rule of retention.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::ViolationCode;
use crate::domain::ids::{ContactId, ResourcePersonId, Subject, SubjectKind, SupportContactId, UserId};
use crate::domain::policy::Act;
use crate::store::records::Action;
use crate::store::{Transaction, contacts, erasure, people, resource_people, support_contacts};

/// What went with a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// How many accounts.
    pub accounts: usize,
    /// How many contacts, of actors and of institutions that answer for support, with persons of collectives.
    pub contacts: usize,
}

impl App {
    /// Erases the caller's own account, and contacts with their address.
    pub async fn erase_me(&self, caller: &Caller, password: String) -> Result<UserId, Error> {
        require_somewhere(caller, Act::EraseOneself)?;
        let Some(user) = caller.person() else {
            return Err(Error::Forbidden("only a person has an account to erase".to_owned()));
        };
        if people::password_hash(self.store.db(), user).await?.is_none() {
            return Err(conflict(
                "your account has no password here, so that it can't be told that it is you: ask the operator, who runs `maillage erase --email` with your address",
            ));
        }
        if !self.check_password(user, password).await? {
            return Err(Error::invalid("password", ViolationCode::Invalid, "is not your password"));
        }
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                if erasure::is_last_administrator(tx, user, self.clock.now()).await? {
                    return Err(conflict(
                        "you are the last administrator who can sign in: grant ADMIN to someone else first",
                    ));
                }
                match self.erase_user(tx, caller, user).await? {
                    Some(_) => Ok(user),
                    None => Err(Error::NotFound("no such user".to_owned())),
                }
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Erases all that is held of the person of an address, account or not, at the operator's command.
    pub async fn erase_person(&self, email: &str) -> Result<Erased, Error> {
        let caller = &Caller::Operator;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let user = people::user_by_email(tx, email).await?;
                let contacts = match user {
                    Some(user) => self.erase_user(tx, caller, user).await?,
                    None => None,
                };
                let more = self.erase_contacts_with(tx, caller, email).await?;
                Ok(Erased {
                    accounts: usize::from(contacts.is_some()),
                    contacts: contacts.unwrap_or(0) + more,
                })
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Accounts, contacts and persons of collectives that were erased since then: what is to be erased again where a backup from before is restored.
    pub async fn erased_since(&self, since: DateTime<Utc>) -> Result<Vec<Subject>, Error> {
        Ok(erasure::erased_since(self.store.db(), since).await?)
    }

    /// Erases again those of these accounts and contacts that are there.
    pub async fn erase_again(&self, subjects: &[Subject]) -> Result<Erased, Error> {
        let caller = &Caller::Operator;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (mut accounts, mut contacts) = (0, 0);
                for subject in subjects {
                    match subject.kind {
                        SubjectKind::User => {
                            let erased = self.erase_user(tx, caller, UserId(subject.id)).await?;
                            accounts += usize::from(erased.is_some());
                            contacts += erased.unwrap_or(0);
                        }
                        SubjectKind::Contact => {
                            if let Some((contact, version)) =
                                contacts::for_update(tx, ContactId(subject.id)).await?
                            {
                                self.erase_held_contact(tx, caller, &contact, version).await?;
                                contacts += 1;
                            }
                        }
                        SubjectKind::SupportContact => {
                            let id = SupportContactId(subject.id);
                            if support_contacts::for_update(tx, id).await?.is_some() {
                                self.erase_held_support_contact(tx, caller, id).await?;
                                contacts += 1;
                            }
                        }
                        SubjectKind::ResourcePerson => {
                            let person = ResourcePersonId(subject.id);
                            if let Some((collective, version)) = resource_people::list_of(tx, person).await? {
                                self.erase_list(tx, caller, collective, version, &[person]).await?;
                                contacts += 1;
                            }
                        }
                        _ => {}
                    }
                }
                Ok(Erased { accounts, contacts })
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// All that is held of the person of an address.
    pub async fn held_of(&self, email: &str) -> Result<Value, Error> {
        Ok(erasure::held(self.store.db(), email).await?)
    }

    /// Erases a user and the contacts with their address, and leaves the trace that it happened: how many contacts
    /// went, null where there is no such user.
    pub(super) async fn erase_user(
        &self,
        tx: &Transaction,
        caller: &Caller,
        user: UserId,
    ) -> Result<Option<usize>, Error> {
        let Some(email) = erasure::address_for_update(tx, user).await? else { return Ok(None) };
        erasure::erase_user(tx, user).await?;
        self.record(tx, caller, Action::Erase, user.into(), 1, Map::new()).await?;
        self.erase_contacts_with(tx, caller, &email).await.map(Some)
    }

    /// Of both kinds: those of an actor, and those who answer for an institution.
    async fn erase_contacts_with(
        &self,
        tx: &Transaction,
        caller: &Caller,
        email: &str,
    ) -> Result<usize, Error> {
        let held = contacts::with_email(tx, email).await?;
        for (contact, version) in &held {
            self.erase_held_contact(tx, caller, contact, *version).await?;
        }
        let answering = support_contacts::with_email(tx, email).await?;
        for contact in &answering {
            self.erase_held_support_contact(tx, caller, *contact).await?;
        }
        Ok(held.len() + answering.len())
    }
}

fn conflict(message: &str) -> Error {
    Error::Conflict { message: message.to_owned(), current_version: None, candidates: Vec::new() }
}
