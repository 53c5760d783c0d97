//! What resolvers find in their context.

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;
use chrono::{DateTime, Utc};

use super::loaders::Reader;
use crate::app::App;
use crate::domain::caller::Caller;
use crate::domain::policy::Visibility;

/// When the request came: one instant for all of it, so that what it says of the time agrees with itself, and lists
/// of many entries stay one list.
#[derive(Clone, Copy)]
pub struct Instant(pub DateTime<Utc>);

/// Short ways to what every request carries.
pub trait ContextExt {
    /// The use-cases.
    fn app(&self) -> &App;
    /// Who asks.
    fn caller(&self) -> &Caller;
    /// What they may see.
    fn visibility(&self) -> Visibility;
    /// When they asked.
    fn now(&self) -> DateTime<Utc>;
    /// What was read for this request, in batches.
    fn loader(&self) -> &DataLoader<Reader>;
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
        self.data_unchecked::<Instant>().0
    }

    fn loader(&self) -> &DataLoader<Reader> {
        self.data_unchecked()
    }
}
