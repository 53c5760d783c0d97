//! What resolvers find in their context.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;
use chrono::{DateTime, NaiveDate, Utc};

use super::error::Result;
use super::loaders::{Reader, StandingTo};
use super::subscription::Follower;
use crate::app::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::ids::Subject;
use crate::domain::policy::{self, Act, Visibility};

/// When the request came: one instant for all of it, so that what it says of the time agrees with itself, and lists
/// of many entries stay one list.
#[derive(Clone, Copy)]
pub struct Instant(pub DateTime<Utc>);

/// Most entries of lists without pages in one answer. What a document asks for is weighed before it is known how long such
/// lists are, and lists within lists multiply.
const MOST_LISTED: usize = 20_000;

/// How many entries of lists without pages a request has been given.
#[derive(Default)]
pub struct Listed(AtomicUsize);

/// Short ways to what every request carries.
pub trait ContextExt {
    /// The use-cases.
    fn app(&self) -> &App;
    /// Who asks.
    fn caller(&self) -> &Caller;
    /// What they may see.
    fn visibility(&self) -> Visibility;
    /// When they asked. What is made of it lasts no longer.
    fn now(&self) -> DateTime<Utc>;
    /// When they asked, for what notes by itself how long it lasts.
    fn look(&self) -> DateTime<Utc>;
    /// On which day in France they asked.
    fn today(&self) -> NaiveDate;
    /// What was read for this request, in batches.
    fn loader(&self) -> &DataLoader<Reader>;
    /// Counts so many entries of a list without pages; refused where the answer would hold too many.
    fn list(&self, entries: usize) -> Result<()>;
}

impl ContextExt for Context<'_> {
    fn app(&self) -> &App {
        self.data_unchecked()
    }

    fn caller(&self) -> &Caller {
        self.data_unchecked()
    }

    fn visibility(&self) -> Visibility {
        Visibility::of(self.caller())
    }

    fn now(&self) -> DateTime<Utc> {
        let now = self.look();
        self.app().clock.note(Some(now));
        now
    }

    fn today(&self) -> NaiveDate {
        self.app().clock.day_of(self.look())
    }

    fn look(&self) -> DateTime<Utc> {
        // What is followed goes on: each event is told at its own time.
        match self.data_opt::<Arc<Follower>>() {
            Some(_) => self.app().clock.now(),
            None => self.data_unchecked::<Instant>().0,
        }
    }

    fn loader(&self) -> &DataLoader<Reader> {
        self.data_unchecked()
    }

    fn list(&self, entries: usize) -> Result<()> {
        let listed = self.data_unchecked::<Listed>().0.fetch_add(entries, Ordering::Relaxed) + entries;
        if listed <= MOST_LISTED {
            return Ok(());
        }
        let message = format!(
            "the answer would hold more than {MOST_LISTED} entries of lists that have no pages: ask for fewer lists within lists, or for one part after the other"
        );
        Err(Error::TooLarge(message).into())
    }
}

/// Whether the caller may do this to an entry; administrators and strangers are not looked up.
pub async fn may_see(ctx: &Context<'_>, act: Act, entry: Subject) -> Result<bool> {
    let caller = ctx.caller();
    if caller.is_admin() || policy::may_somewhere(caller, act).is_err() {
        return Ok(caller.is_admin());
    }
    let standing = ctx.loader().load_one(StandingTo(entry)).await?;
    Ok(standing.is_some_and(|standing| policy::may(caller, act, standing).is_ok()))
}
