//! The change feed as it grows. Before each event it is asked again who follows: where they may see other things now, or
//! nothing at all, the stream ends, and whoever serves it begins another from the same place, or refuses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::{Context, Description, Subscription};
use futures_util::Stream;
use tokio::sync::watch;

use super::changes::{ChangeEdge, following};
use super::context::ContextExt;
use super::enums::ChangeKind;
use super::error::{ApiError, Result};
use super::territory_inputs::TerritoryScope;
use crate::app::changes::Newest;
use crate::app::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::changes::{FeedCursor, Following, Told};
use crate::domain::error::{ViolationCode, Violations};

/// How many changes are read at once: they may wait for a reader that is slow.
const PART: usize = 20;
/// How long it waits where the database does not answer.
const RETRY: Duration = Duration::from_secs(1);

/// What a client sent to say who it is.
#[derive(Clone)]
pub struct Credentials {
    /// A token or a key.
    pub sent: String,
    /// The web origin that it comes from, where a browser says so.
    pub origin: Option<String>,
}

/// Why a stream ended before its reader left.
#[derive(Clone, Debug)]
pub enum Ended {
    /// They may see other things than when it began.
    RightsChanged,
    /// They are not let in any more.
    Refused(Error),
}

/// Someone who follows: who they are, and how far they are.
pub struct Follower {
    caller: Caller,
    /// None of strangers, whose rights do not change.
    credentials: Option<Credentials>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: bool,
    cursor: Option<FeedCursor>,
    ended: Option<Ended>,
}

impl Follower {
    /// Someone who was just let in, from a place on where they followed before.
    pub fn new(caller: Caller, credentials: Option<Credentials>, cursor: Option<FeedCursor>) -> Arc<Self> {
        let state = Mutex::new(State { cursor, ..State::default() });
        Arc::new(Self { caller, credentials, state })
    }

    /// Behind what they were told.
    pub fn cursor(&self) -> Option<FeedCursor> {
        self.state().cursor
    }

    /// Why their stream ended, where it was not they who left.
    pub fn ended(&self) -> Option<Ended> {
        self.state().ended.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self, cursor: FeedCursor) {
        self.state().cursor = Some(cursor);
    }

    /// Whether they are still who they were, with the same rights; asked until the database answers.
    async fn is_still(&self, app: &App) -> bool {
        let Some(Credentials { sent, origin }) = &self.credentials else { return true };
        let ended = loop {
            match app.caller_of(sent, origin.as_deref()).await {
                Ok(caller) if caller == self.caller => return true,
                Ok(_) => break Ended::RightsChanged,
                Err(error) if passes(&error) => tokio::time::sleep(RETRY).await,
                Err(error) => break Ended::Refused(error),
            }
        };
        self.state().ended = Some(ended);
        false
    }
}

/// Whether it may be otherwise in a moment.
fn passes(error: &Error) -> bool {
    matches!(error, Error::Unavailable | Error::Timeout | Error::Contention(_))
}

/// What can be followed, over a WebSocket that speaks `graphql-transport-ws`.
#[derive(Description)]
pub struct SubscriptionRoot;

#[Subscription(name = "Subscription", use_type_description)]
impl SubscriptionRoot {
    /// The same stream as the query `changes`, live: each change as it is committed. With `since`, what was missed comes first;
    /// without, it begins now. It goes on until the reader leaves, its token ends, or the service stops: then subscribe
    /// again with the cursor of the last change.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin behind this cursor, of the query or of a change that came; now where it is left out."
        )]
        since: Option<String>,
        #[graphql(desc = "Only of entries of these kinds; of all where it is left out.")] kinds: Option<
            Vec<ChangeKind>,
        >,
        #[graphql(desc = "Only of entries there, as the query has it.")] territory: Option<TerritoryScope>,
    ) -> Result<impl Stream<Item = Result<ChangeEdge>> + use<>> {
        let app = ctx.app().clone();
        let follower = match ctx.data_opt::<Arc<Follower>>() {
            Some(follower) => Arc::clone(follower),
            None => Follower::new(ctx.caller().clone(), None, None),
        };
        if std::mem::replace(&mut follower.state().taken, true) {
            let message = "one field a subscription: send another subscription for the next";
            return Err(Violations::one("changes", ViolationCode::Repeated, message).into());
        }
        let mut followed = following(kinds, territory);
        app.resolve_following(&mut followed).await?;
        // Before it is asked where the feed stands: what comes meanwhile is news.
        let news = app.feed();
        let cursor = match (follower.cursor(), since) {
            (Some(cursor), _) => cursor,
            // Refused at once where it is none.
            (None, Some(since)) => app.changes(ctx.caller(), Some(&since), &followed, 0).await?.cursor,
            (None, None) => app.end_of_changes().await?,
        };
        follower.reached(cursor);
        let stream =
            Underway { app, follower, followed, news, cursor, waiting: VecDeque::new(), over: false };
        Ok(futures_util::stream::unfold(stream, Underway::next))
    }
}

/// A stream under way.
struct Underway {
    app: App,
    follower: Arc<Follower>,
    followed: Following,
    news: watch::Receiver<Newest>,
    /// How far the feed was read.
    cursor: FeedCursor,
    /// What was read and not told yet.
    waiting: VecDeque<Told>,
    over: bool,
}

impl Underway {
    async fn next(mut self) -> Option<(Result<ChangeEdge>, Self)> {
        while !self.over {
            if let Some(told) = self.waiting.pop_front() {
                if !self.follower.is_still(&self.app).await {
                    return None;
                }
                self.follower.reached(told.cursor);
                return Some((Ok(ChangeEdge::of(&told)), self));
            }
            // What comes while it is read is news again.
            self.news.borrow_and_update();
            match self.read().await {
                Ok(true) => {}
                // The sender lives as long as the use-cases.
                Ok(false) => self.news.changed().await.ok()?,
                Err(error) if passes(&error) => tokio::time::sleep(RETRY).await,
                Err(error) => {
                    self.over = true;
                    return Some((Err(ApiError::from(error)), self));
                }
            }
        }
        None
    }

    /// Reads on; whether there may be more.
    async fn read(&mut self) -> std::result::Result<bool, Error> {
        let since = self.cursor.encode();
        let part = self.app.follow(&self.follower.caller, &since, &self.followed, PART).await?;
        let more = part.more || !part.told.is_empty();
        if part.told.is_empty() {
            self.follower.reached(part.cursor);
        }
        self.cursor = part.cursor;
        self.waiting.extend(part.told);
        Ok(more)
    }
}
