//! How often someone may ask: strangers by their address, callers by who they are.
//!
//! Each has a bucket that fills evenly through a minute. A request takes one from it before anything is read, and what
//! its document asks for ([`budget::cost`](crate::graphql::budget::cost)) before it runs. Whoever sends credentials is
//! not known before they are looked up, which costs a statement: until then the bucket of those who try from that
//! address counts, and from then on, until they are not used for a while, the credentials are known by their hash.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use moka::sync::Cache;

use super::Failure;
use super::address::{household, neighbourhood};

/// Most requests in a minute, by their cost; none is as many as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of a stranger, by address.
    pub stranger: Option<NonZeroU32>,
    /// Of a caller, by user or key.
    pub caller: Option<NonZeroU32>,
}

impl Rates {
    /// Nobody is held back.
    pub const OFF: Self = Self { stranger: None, caller: None };

    /// So many, 0 for as many as they like.
    pub fn per_minute(stranger: u32, caller: u32) -> Self {
        Self { stranger: NonZeroU32::new(stranger), caller: NonZeroU32::new(caller) }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self::per_minute(300, 3_000)
    }
}

/// Whose bucket it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Stranger(IpAddr),
    /// Whoever tries credentials from there.
    Trying(IpAddr),
    Caller(Box<str>),
}

type Buckets<C> = RateLimiter<Whose, DashMapStateStore<Whose>, C, StateInformationMiddleware>;

/// Most buckets that are kept before strangers are counted by wider networks.
const CROWD: usize = 100_000;
/// How often buckets that are full again are given up.
const SWEEP: Duration = Duration::from_mins(1);
/// Credentials that are known by their hash, and for how long after their last use. It decides whose bucket counts, not
/// who they are: that is looked up each time.
const KNOWN: u64 = 20_000;
const KNOWN_FOR: Duration = Duration::from_mins(10);

/// Holds back who asks too often.
pub struct Gate<C: Clock = DefaultClock> {
    strangers: Option<Buckets<C>>,
    callers: Option<Buckets<C>>,
    /// Hashes, under a secret of this process, of credentials that were good, with whose they are.
    known: Cache<u64, Box<str>>,
    secret: RandomState,
    clock: C,
    started: Instant,
    /// The minute in which buckets were last swept.
    swept: AtomicU64,
    crowded: AtomicBool,
}

/// Leave to go on, and the bucket that it was taken from.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Nobody's where there is no address.
    whose: Option<Whose>,
    /// Nothing where nobody counts.
    left: Option<Left>,
    credentials: Option<u64>,
}

/// What is in a bucket after something was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    limit: u32,
    remaining: u32,
}

impl Gate {
    /// With the system's clock.
    pub fn new(rates: Rates) -> Self {
        Self::with_clock(rates, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Gate<C> {
    fn with_clock(rates: Rates, clock: C) -> Self {
        let buckets = |rate: NonZeroU32| {
            let store = DashMapStateStore::default();
            Buckets::new(Quota::per_minute(rate), store, clock.clone())
        };
        Self {
            strangers: rates.stranger.map(buckets),
            callers: rates.caller.map(buckets),
            known: Cache::builder().max_capacity(KNOWN).time_to_idle(KNOWN_FOR).build(),
            secret: RandomState::new(),
            clock,
            started: Instant::now(),
            swept: AtomicU64::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Lets a request begin, for one. `credentials` are what it sends to say who it is, unread; without an address (in
    /// the process itself) strangers are not counted.
    pub fn enter(&self, address: Option<IpAddr>, credentials: Option<&[u8]>) -> Result<Pass, Failure> {
        self.sweep();
        let crowded = self.crowded.load(Ordering::Relaxed);
        let counted = |address| if crowded { neighbourhood(address) } else { household(address) };
        let hash = credentials.map(|sent| self.secret.hash_one(sent));
        let whose = match hash.map(|hash| self.known.get(&hash)) {
            Some(Some(reference)) => Some(Whose::Caller(reference)),
            Some(None) => address.map(counted).map(Whose::Trying),
            None => address.map(counted).map(Whose::Stranger),
        };
        self.take(Pass { whose, left: None, credentials: hash }, NonZeroU32::MIN)
    }

    /// Now that it is known who asks: from here on their own bucket counts.
    pub fn recognise(&self, pass: Pass, reference: &str) -> Result<Pass, Failure> {
        let Some(hash) = pass.credentials else { return Ok(pass) };
        if matches!(&pass.whose, Some(Whose::Caller(known)) if **known == *reference) {
            return Ok(pass);
        }
        self.known.insert(hash, reference.into());
        let pass = Pass { whose: Some(Whose::Caller(reference.into())), left: None, ..pass };
        self.take(pass, NonZeroU32::MIN)
    }

    /// Takes what a document costs beside the one that the request has cost.
    pub fn charge(&self, pass: Pass, cost: u32) -> Result<Pass, Failure> {
        let whole = pass.left.map_or(u32::MAX, |left| left.limit);
        // A bucket smaller than a document's cost would never let it through.
        match NonZeroU32::new(cost.saturating_sub(1).min(whole.saturating_sub(1))) {
            Some(more) => self.take(pass, more),
            None => Ok(pass),
        }
    }

    fn take(&self, mut pass: Pass, amount: NonZeroU32) -> Result<Pass, Failure> {
        let Some(whose) = &pass.whose else { return Ok(pass) };
        let buckets = match whose {
            Whose::Caller(_) => &self.callers,
            Whose::Stranger(_) | Whose::Trying(_) => &self.strangers,
        };
        let Some(buckets) = buckets else { return Ok(pass) };
        match buckets.check_key_n(whose, amount) {
            Ok(Ok(snapshot)) => pass.left = Some(Left::of(&snapshot)),
            Ok(Err(until)) => return Err(self.refusal(&until)),
            // More than a whole bucket is never asked for.
            Err(_) => {}
        }
        Ok(pass)
    }

    fn refusal(&self, until: &NotUntil<C::Instant>) -> Failure {
        let wait = until.wait_time_from(self.clock.now());
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let limit = until.quota().burst_size().get();
        let failure = Failure::rate_limited(seconds.max(1));
        let none = Left { limit, remaining: 0 };
        none.headers().into_iter().fold(failure, |failure, (name, value)| failure.with_header(name, value))
    }

    /// Gives up, once a minute, the buckets that are full again; where too many are left, strangers are counted by
    /// wider networks, so that whoever owns many addresses can't fill the memory.
    fn sweep(&self) {
        let minute = self.started.elapsed().as_secs() / SWEEP.as_secs();
        let due = self.swept.fetch_max(minute, Ordering::Relaxed) < minute;
        if due || (!self.crowded.load(Ordering::Relaxed) && self.kept() > CROWD) {
            for buckets in [&self.strangers, &self.callers].into_iter().flatten() {
                buckets.retain_recent();
                buckets.shrink_to_fit();
            }
            self.crowded.store(self.kept() > CROWD, Ordering::Relaxed);
        }
    }

    /// How many buckets are kept.
    pub fn kept(&self) -> usize {
        [&self.strangers, &self.callers].into_iter().flatten().map(RateLimiter::len).sum()
    }
}

impl Pass {
    /// Tells a client how much it has left, in the words of the IETF's draft; nothing where nobody counts.
    pub fn tell(&self, headers: &mut HeaderMap) {
        headers.extend(self.left.into_iter().flat_map(Left::headers));
    }
}

impl Left {
    fn of(snapshot: &StateSnapshot) -> Self {
        let limit = snapshot.quota().burst_size().get();
        Self { limit, remaining: snapshot.remaining_burst_capacity().min(limit) }
    }

    /// The limit of a minute, what remains of it, and the seconds after which all of it is there again.
    fn headers(self) -> [(HeaderName, HeaderValue); 3] {
        let used = u64::from(self.limit - self.remaining);
        let reset = (used * 60).div_ceil(u64::from(self.limit.max(1)));
        [
            (HeaderName::from_static("ratelimit-limit"), HeaderValue::from(self.limit)),
            (HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(self.remaining)),
            (HeaderName::from_static("ratelimit-reset"), HeaderValue::from(reset)),
        ]
    }
}

#[cfg(test)]
#[path = "rates_tests.rs"]
mod tests;
