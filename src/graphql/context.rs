//! What resolvers find in their context.

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;

use super::loaders::Reader;
use crate::app::App;
use crate::domain::caller::Caller;
use crate::domain::policy::Visibility;

/// Short ways to what every request carries.
pub trait ContextExt {
    /// The use-cases.
    fn app(&self) -> &App;
    /// Who asks.
    fn caller(&self) -> &Caller;
    /// What they may see.
    fn visibility(&self) -> Visibility;
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

    fn loader(&self) -> &DataLoader<Reader> {
        self.data_unchecked()
    }
}
