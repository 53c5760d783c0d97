//! The tasks in which batches are read belong to the request that they are read for.

use std::time::Duration;

use async_graphql::runtime::Timer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::task::{FutureObj, Spawn, SpawnError};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::app::measures::Tally;

/// Spawns onto the runtime, with the log's span and the count of statements of the request.
pub struct Spawner {
    handle: Handle,
    tally: Option<Tally>,
    span: Span,
}

impl Spawner {
    /// Of the request that is prepared here.
    pub fn current() -> Self {
        Self { handle: Handle::current(), tally: Tally::current(), span: Span::current() }
    }
}

impl Spawn for Spawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let future = future.instrument(self.span.clone());
        match &self.tally {
            Some(tally) => self.handle.spawn(tally.clone().over(future)),
            None => self.handle.spawn(future),
        };
        Ok(())
    }
}

/// Gathers a batch while those run who may still ask for something, without waiting for a clock: whoever asks in the same
/// turn, as the entries of a page do, is in one statement.
pub struct Turns;

/// Turns that are left to others.
const TURNS: usize = 2;

impl Timer for Turns {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        async {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
        }
        .boxed()
    }
}
