//! The directory in memory: read at the start, brought up to date from the feed before anyone reads it.
//!
//! It stands at a place of the feed, exactly: what changed up to there is in it, and nothing of later. The sets that filters
//! find are asked of SQL, which says the place that it saw; only where both are the same are they read together, so that no
//! mixture of before and after is ever shown.

mod find;
mod reading;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use uuid::Uuid;

pub use self::find::Find;
use super::{App, Error};
use crate::atlas::{Members, World};
use crate::domain::world::FeedEnd;
use crate::store::feed::Newest;
use crate::store::{self, StoreError, Transaction};

/// Entries that are read again one by one; of more, everything is read anew.
const MOST_CHANGED: usize = 20_000;
/// Bytes of sets that are kept.
const MOST_BYTES: u64 = 128 << 20;
/// How long it is waited where the directory can't be read.
const WAIT: Duration = Duration::from_secs(1);

/// A state of the directory in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// How often everything had been read: numbers of actors and interactions are of one reading.
    reading: u64,
    /// How often something was written that has no place in the feed.
    unplaced: u64,
    /// The place in the feed.
    pub end: FeedEnd,
}

impl At {
    /// Whether numbers are of the same reading in another state.
    pub fn is_of_reading(self, other: Self) -> bool {
        self.reading == other.reading
    }
}

/// How the directory in memory stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// The place in the feed; null where it was not read yet.
    pub position: Option<i64>,
    /// The newest place that is known.
    pub newest: i64,
    /// Whether it is heard of what other instances write: else every reader asks.
    pub hears: bool,
    /// Actors in it.
    pub actors: usize,
    /// Interactions in it.
    pub interactions: usize,
    /// About how many bytes it takes.
    pub bytes: usize,
    /// How often everything was read.
    pub readings: u64,
    /// Sets that are kept.
    pub sets: u64,
}

#[derive(Debug, Default)]
struct Held {
    world: World,
    at: Option<At>,
    /// What was known of the feed before it was last brought up to date.
    known: Option<Newest>,
}

/// The directory in memory, with what was found in it.
#[derive(Clone, Debug)]
pub struct Atlas {
    held: Arc<RwLock<Held>>,
    /// One at a time brings it up to date.
    turn: Arc<Mutex<()>>,
    sets: Cache<(At, String), Arc<Members>>,
    readings: Arc<AtomicU64>,
    /// Whether it is being put in order.
    tidying: Arc<AtomicBool>,
}

impl Default for Atlas {
    fn default() -> Self {
        let weight =
            |key: &(At, String), set: &Arc<Members>| (key.1.len() + set.serialized_size() + 64) as u32;
        let sets = Cache::builder().weigher(weight).max_capacity(MOST_BYTES).build();
        Self {
            held: Arc::default(),
            turn: Arc::default(),
            sets,
            readings: Arc::default(),
            tidying: Arc::default(),
        }
    }
}

impl Atlas {
    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it stands, if nothing is known that is not in it: that this instance wrote, or where the feed goes.
    fn up_to(&self, newest: Newest) -> Option<At> {
        let held = self.read();
        let knows_all = held.known.is_some_and(|known| known.written == newest.written);
        held.at.filter(|at| knows_all && at.end.era == newest.era && at.end.position >= newest.position)
    }

    /// Puts another in its place.
    fn replace(&self, world: World, end: FeedEnd, known: Option<Newest>) -> At {
        let at = At { reading: self.readings.fetch_add(1, Ordering::Relaxed) + 1, unplaced: 0, end };
        let old = std::mem::replace(&mut *self.write(), Held { world, at: Some(at), known });
        self.sets.invalidate_all();
        // Letting go of millions of entries takes a while.
        drop(old);
        at
    }
}

impl App {
    /// Where the directory in memory stands, now that everything that is known to be committed is in it.
    async fn fresh(&self) -> Result<At, Error> {
        let newest = self.store.newest().await?;
        if let Some(at) = self.atlas.up_to(newest) {
            return Ok(at);
        }
        let app = self.clone();
        // In a task of its own: what was begun is not lost where who asked has left.
        let caught = tokio::spawn(async move {
            let _turn = app.atlas.turn.lock().await;
            // Before anything is read: what is read later is of this or newer.
            let newest = app.store.newest().await?;
            match app.atlas.up_to(newest) {
                Some(at) => Ok(at),
                None => app.catch_up(newest).await,
            }
        });
        caught.await.map_err(|error| Error::Internal(Arc::new(error)))?
    }

    /// The same, for what is computed of it and kept.
    pub(super) async fn world_at(&self) -> Result<At, Error> {
        self.fresh().await
    }

    async fn catch_up(&self, newest: Newest) -> Result<At, Error> {
        let tx = self.store.begin_view().await?;
        if let Some(at) = self.advance(&tx, newest).await? {
            return Ok(at);
        }
        tx.rollback().await.map_err(StoreError::from)?;
        let (world, end) = self.read_world().await?;
        Ok(self.atlas.replace(world, end, Some(newest)))
    }

    /// Brings it to where this transaction sees the feed end; null where everything is to be read anew.
    async fn advance(&self, tx: &Transaction, newest: Newest) -> Result<Option<At>, Error> {
        let end = store::world::feed_end(tx).await?;
        let Some(at) = self.atlas.read().at else { return Ok(None) };
        if at.end.era != end.era || at.end.position > end.position {
            return Ok(None);
        }
        let behind = at.end.position;
        let Some(changed) = store::world::changed_behind(tx, behind, MOST_CHANGED).await? else {
            return Ok(None);
        };
        let (mut actors, mut ties) = (Vec::new(), Vec::new());
        if !changed.actors.is_empty() {
            actors = store::world::actors_as_they_are(tx, &changed.actors).await?;
        }
        if !changed.ties.is_empty() {
            ties = store::world::ties_as_they_are(tx, &changed.ties).await?;
        }
        let gone = without(changed.actors, &actors.iter().map(|actor| actor.id).collect());
        let gone_ties = without(changed.ties, &ties.iter().map(|tie| tie.id).collect());
        // What was written without a place may be in sets, though in no entry.
        let moved = behind != end.position;
        let unplaced = at.unplaced + u64::from(!moved);
        let at = At { unplaced, end, ..at };
        let is_loose = {
            let mut held = self.atlas.write();
            held.world.apply(&actors, &gone, &ties, &gone_ties);
            (held.at, held.known) = (Some(at), Some(newest));
            held.world.looseness() > MOST_CHANGED * 2
        };
        self.atlas.sets.invalidate_all();
        self.tiles.forget();
        if is_loose {
            self.tidy();
        }
        Ok(Some(at))
    }

    /// Reads everything, as it is at one place of the feed.
    async fn read_world(&self) -> Result<(World, FeedEnd), Error> {
        let tx = self.store.begin_snapshot().await?;
        let end = store::world::feed_end(&tx).await?;
        let (mut actors, mut last) = (Vec::new(), Uuid::nil());
        loop {
            let part = store::world::actors_behind(&tx, last).await?;
            let Some(greatest) = part.iter().map(|actor| actor.id).max() else { break };
            last = greatest;
            actors.extend(part);
        }
        let mut world = beside(move || World::of(actors)).await?;
        last = Uuid::nil();
        loop {
            let part = store::world::ties_behind(&tx, last).await?;
            let Some(greatest) = part.iter().map(|tie| tie.id).max() else { break };
            last = greatest;
            world = beside(move || {
                world.add_ties(&part);
                world
            })
            .await?;
        }
        tx.rollback().await.map_err(StoreError::from)?;
        let settled = beside(move || {
            world.settle_ties();
            world
        });
        Ok((settled.await?, end))
    }

    /// Reads everything anew beside, where much stands where it fell.
    fn tidy(&self) {
        if self.atlas.tidying.swap(true, Ordering::Relaxed) {
            return;
        }
        let app = self.clone();
        tokio::spawn(async move {
            match app.read_world().await {
                Ok((world, end)) => {
                    let _turn = app.atlas.turn.lock().await;
                    // What came meanwhile is read by whoever asks next.
                    app.atlas.replace(world, end, None);
                }
                Err(error) => tracing::warn!(?error, "the directory in memory can't be put in order now"),
            }
            app.atlas.tidying.store(false, Ordering::Relaxed);
        });
    }

    /// Keeps the directory in memory up to date, for as long as the service runs, so that readers need not wait.
    pub async fn follow_world(&self) {
        let mut feed = self.store.feed();
        let mut ready: Option<At> = None;
        loop {
            feed.borrow_and_update();
            match self.fresh().await {
                Ok(at) => {
                    if !ready.is_some_and(|ready| ready.is_of_reading(at)) {
                        ready = Some(at);
                        self.prepare_tiles();
                    }
                    if feed.changed().await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(?error, "the directory can't be read into memory: trying again");
                    tokio::time::sleep(WAIT).await;
                }
            }
        }
    }

    fn prepare_tiles(&self) {
        let app = self.clone();
        tokio::spawn(async move {
            if let Err(error) = app.make_tiles_ready().await {
                tracing::warn!(?error, "tiles can't be made ready: the first ones will take longer");
            }
        });
    }

    /// Forgets what is in memory, so that it is read anew: where the database was changed behind the program's back.
    pub fn forget_world(&self) {
        let mut held = self.atlas.write();
        (held.at, held.known) = (None, None);
        drop(held);
        self.atlas.sets.invalidate_all();
        self.pictures.forget();
        self.tiles.forget();
    }

    /// Whether the directory is in memory.
    pub fn world_is_read(&self) -> bool {
        self.atlas.read().at.is_some()
    }

    /// How the directory in memory stands.
    pub fn world_standing(&self) -> Standing {
        let held = self.atlas.read();
        Standing {
            position: held.at.map(|at| at.end.position),
            newest: self.store.feed().borrow().position,
            hears: self.store.heard().is_some(),
            actors: held.world.actor_count(),
            interactions: held.world.tie_count(),
            bytes: held.world.bytes(),
            readings: self.atlas.readings.load(Ordering::Relaxed),
            sets: self.atlas.sets.entry_count(),
        }
    }
}

fn without(mut ids: Vec<Uuid>, there: &HashSet<Uuid>) -> Vec<Uuid> {
    ids.retain(|id| !there.contains(id));
    ids
}

/// Computes beside the threads that serve.
pub(super) async fn beside<T: Send + 'static>(
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(compute).await.map_err(|error| Error::Internal(Arc::new(error)))
}
