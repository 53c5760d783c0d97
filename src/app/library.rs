//! The library: resources added and changed; their addresses checked.

use std::fmt;

use futures::StreamExt;
use uuid::Uuid;

use super::access::require_somewhere;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::Violations;
use crate::domain::ids::{LibraryResourceId, UserId};
use crate::domain::library::{LibraryResource, ResourceEdit};
use crate::domain::policy::{self, Act, Standing};
use crate::links::Checker;
use crate::store::library::Checked;
use crate::store::records::Action;
use crate::store::{self, StoreError, Transaction};

/// How many addresses are asked at a time.
const AT_A_TIME: usize = 8;
/// How many are read, and kept, at once.
const BATCH: i64 = 200;

impl App {
    /// Adds a resource. One of the same address, or of the same title, year and authors, is a DUPLICATE. `found` is what is wrong
    /// with the input already, to be said with the rest.
    pub async fn add_resource(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        edit: ResourceEdit,
        mut found: Violations,
    ) -> Result<LibraryResource, Error> {
        require_somewhere(caller, Act::AddResource)?;
        let content = format!("{edit:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        let id = LibraryResourceId(self.ids.next(now));
        let mut resource = LibraryResource::new(id, user(caller), now);
        resource.edit(edit, self.clock.today(), &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                refuse_same(tx, &resource).await?;
                store::library::write(tx, &resource).await?;
                let fields = difference(None, (&resource, &()));
                self.record(tx, caller, Action::Create, id.into(), resource.version, fields).await?;
                Ok(Created::New(()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(()) => Ok(resource),
            Created::Before(subject) => {
                let before = self.store.library_resources_by_ids(&[LibraryResourceId(subject.id)]).await?;
                let gone = || Error::NotFound("what this clientKey created is gone".to_owned());
                before.into_iter().next().ok_or_else(gone)
            }
        }
    }

    /// Changes a resource: for who added it, for managers and administrators.
    pub async fn update_resource(
        &self,
        caller: &Caller,
        id: LibraryResourceId,
        edit: ResourceEdit,
        found: Violations,
    ) -> Result<LibraryResource, Error> {
        require_somewhere(caller, Act::UpdateResource)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = store::library::for_update(tx, id).await?;
                let before = before.ok_or_else(|| Error::NotFound("no such resource".to_owned()))?;
                let own = before.added_by.is_some() && before.added_by == user(caller);
                policy::may(caller, Act::UpdateResource, Standing { own, ..Standing::default() })?;
                let (mut resource, mut found) = (before.clone(), found.clone());
                resource.edit(edit.clone(), self.clock.today(), &mut found);
                found.into_result(())?;
                refuse_same(tx, &resource).await?;
                resource.version += 1;
                resource.updated_at = self.clock.now();
                store::library::write(tx, &resource).await?;
                let fields = difference(Some((&before, &())), (&resource, &()));
                self.record(tx, caller, Action::Update, id.into(), resource.version, fields).await?;
                Ok(resource)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Asks every address of the library and keeps what it answers, a batch at a time.
    pub async fn check_addresses(&self, checker: &Checker) -> Result<CheckedAddresses, Error> {
        let mut told = CheckedAddresses::default();
        let mut after = Uuid::nil();
        loop {
            let addresses = self.store.addresses(after, BATCH).await?;
            let Some((last, ..)) = addresses.last() else { return Ok(told) };
            after = last.0;
            let asked = addresses.into_iter().map(async |(resource, url, title)| {
                let problem = checker.problem_of(&url).await;
                (Checked { resource, url, problem }, title)
            });
            let answers: Vec<_> = futures::stream::iter(asked).buffer_unordered(AT_A_TIME).collect().await;
            let checked: Vec<_> = answers.iter().map(|(checked, _)| checked.clone()).collect();
            let tx = self.store.begin().await?;
            store::library::keep_checked(&tx, self.clock.now(), &checked).await?;
            tx.commit().await.map_err(StoreError::from)?;
            told.asked += answers.len();
            let failing = answers.into_iter().filter_map(|(checked, title)| {
                Some(FailingAddress { problem: checked.problem?, url: checked.url, title })
            });
            told.failing.extend(failing);
        }
    }
}

/// What became of a check.
#[derive(Clone, Debug, Default)]
pub struct CheckedAddresses {
    /// How many addresses were asked.
    pub asked: usize,
    /// Those that do not answer as they should.
    pub failing: Vec<FailingAddress>,
}

/// An address that does not answer as it should.
#[derive(Clone, Debug)]
pub struct FailingAddress {
    /// Of which work.
    pub title: String,
    /// The address.
    pub url: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for CheckedAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for FailingAddress { title, url, problem } in &self.failing {
            writeln!(f, "{title}\n  {url}\n  {problem}")?;
        }
        write!(f, "{} addresses asked, {} do not answer as they should", self.asked, self.failing.len())
    }
}

/// Whose account it is; null for the program itself.
fn user(caller: &Caller) -> Option<UserId> {
    match caller {
        Caller::Known(known) => Some(known.user),
        Caller::Anonymous | Caller::Operator | Caller::Rule(_) => None,
    }
}

async fn refuse_same(tx: &Transaction, resource: &LibraryResource) -> Result<(), Error> {
    match store::library::same(tx, resource).await? {
        None => Ok(()),
        Some(same) => Err(Error::Duplicate {
            message: "the library has it already: the same address, or the same title, year and authors"
                .to_owned(),
            existing: Some(same.into()),
        }),
    }
}
