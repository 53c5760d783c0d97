//! Whole answers to strangers, kept in memory until anything is written anywhere, or the time makes them another.
//!
//! What is kept is found by the bytes that were asked, before anything is parsed. An answer is kept under the place of the
//! feed that was known before it was read ([`Newest`]): a write makes all of them stale at once. Nothing is served while
//! what other instances write is not heard, nothing that went wrong is kept, and nothing of those who say who they are.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use flate2::Compression;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::media::{self, Media};
use crate::app::changes::Newest;

/// How long an answer is kept at most: what is written behind this program's back, in the database itself, is seen then.
const KEPT_FOR: Duration = Duration::from_mins(10);
/// Longest question and answer that are kept, in bytes.
const LONGEST_QUESTION: usize = 16 * 1024;
const LONGEST_ANSWER: usize = 1024 * 1024;
/// What an answer takes besides its bytes, roughly.
const OVERHEAD: usize = 512;
/// Answers are compressed from so many bytes on.
const PACKED_FROM: usize = 1024;

/// What is asked, as it came: the same bytes are the same question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub media: Media,
    /// Whether `text` is a query string, else a body.
    pub in_address: bool,
    pub text: Bytes,
}

/// A whole answer without errors to a stranger's query.
#[derive(Debug)]
pub(super) struct Whole {
    /// The name of the operation, where it has one.
    pub name: Option<Box<str>>,
    media: Media,
    body: Bytes,
    packed: OnceLock<Bytes>,
    /// The tags of the body as it is, and compressed; of what is posted none is made.
    tags: OnceLock<[HeaderValue; 2]>,
}

/// What became of a request.
pub(super) enum Made {
    /// An answer that may be kept, and until when.
    Whole(Arc<Whole>, DateTime<Utc>),
    /// Another, for whoever asked alone.
    Other(Response),
}

impl Made {
    /// It as an answer to this request.
    pub fn response(self, head: &Parts) -> Response {
        match self {
            Self::Whole(whole, _) => whole.response(head),
            Self::Other(response) => response,
        }
    }
}

#[derive(Clone, Debug)]
struct Kept {
    whole: Arc<Whole>,
    newest: Newest,
    until: DateTime<Utc>,
}

/// The answer that several wait for; null where it may not be given to the others.
type Turn = Arc<OnceCell<Option<Kept>>>;
type Turns = Mutex<HashMap<(Question, Newest), Turn>>;

/// What is kept.
#[derive(Debug)]
pub struct Answers {
    kept: Cache<Question, Kept>,
    most: usize,
    turns: Turns,
}

impl Answers {
    /// At most so many bytes; none where that is 0.
    pub fn of(bytes: usize) -> Self {
        let weight = |question: &Question, kept: &Kept| {
            // The compressed form may come later.
            let bytes = question.text.len() + 2 * kept.whole.body.len() + OVERHEAD;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().max_capacity(bytes as u64).weigher(weight).time_to_live(KEPT_FOR).build();
        Self { kept, most: bytes, turns: Turns::default() }
    }

    /// How many are kept, and their bytes.
    pub fn size(&self) -> (u64, u64) {
        self.kept.run_pending_tasks();
        (self.kept.entry_count(), self.kept.weighted_size())
    }

    /// The answer that holds at this place of the feed and this instant, where there is one.
    pub(super) fn find(&self, question: &Question, newest: Newest, now: DateTime<Utc>) -> Option<Arc<Whole>> {
        let kept = self.kept.get(question)?;
        (kept.newest == newest && now < kept.until).then_some(kept.whole)
    }

    /// Makes an answer and keeps it; those who ask the same meanwhile wait for it.
    pub(super) async fn once(
        &self,
        question: Question,
        newest: Newest,
        now: DateTime<Utc>,
        make: impl Future<Output = Made>,
    ) -> Made {
        if self.most == 0 {
            return make.await;
        }
        let turn = Waiting::of(&self.turns, (question, newest));
        let (mut make, mut own) = (pin!(make), None);
        let made = turn.cell.get_or_init(async || {
            let made = make.as_mut().await;
            let kept = match &made {
                Made::Whole(whole, until) if now < *until => {
                    Some(Kept { whole: Arc::clone(whole), newest, until: *until })
                }
                Made::Whole(..) | Made::Other(_) => None,
            };
            own = Some(made);
            if let Some(kept) = &kept {
                self.keep(&turn.of.0, kept);
            }
            kept
        });
        let made = made.await.clone();
        match (own, made) {
            (Some(own), _) => own,
            (None, Some(kept)) if now < kept.until => Made::Whole(kept.whole, kept.until),
            (None, _) => make.await,
        }
    }

    fn keep(&self, question: &Question, kept: &Kept) {
        if question.text.len() <= LONGEST_QUESTION
            && kept.whole.body.len() <= LONGEST_ANSWER.min(self.most / 8)
        {
            self.kept.insert(question.clone(), kept.clone());
        }
    }
}

/// One of those who wait for an answer; the last to go takes the turn along.
struct Waiting<'a> {
    turns: &'a Turns,
    of: (Question, Newest),
    cell: Turn,
}

impl<'a> Waiting<'a> {
    fn of(turns: &'a Turns, of: (Question, Newest)) -> Self {
        let mut all = turns.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(all.entry(of.clone()).or_default());
        Self { turns, of, cell }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut all = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // The map's own, and this.
        if Arc::strong_count(&self.cell) == 2 {
            all.remove(&self.of);
        }
    }
}

impl Whole {
    /// Of these bytes.
    pub fn new(media: Media, body: Vec<u8>, name: Option<Box<str>>) -> Self {
        Self { name, media, body: body.into(), packed: OnceLock::new(), tags: OnceLock::new() }
    }

    fn tag(&self, packed: bool) -> &HeaderValue {
        let tags = self.tags.get_or_init(|| {
            let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&self.body)[..16]);
            ["", "-gzip"].map(|more| {
                let tag = HeaderValue::try_from(format!("\"{digest}{more}\""));
                tag.expect("letters, digits, dashes and quotes are a header value")
            })
        });
        &tags[usize::from(packed)]
    }

    /// It as an answer to this request; nothing of it where the client has it already.
    pub fn response(&self, head: &Parts) -> Response {
        let packed = self.body.len() >= PACKED_FROM && media::accepts_encoding(&head.headers, "gzip");
        let by_get = head.method != Method::POST;
        let tag = by_get.then(|| self.tag(packed));
        let is_known = tag.is_some_and(|tag| knows(&head.headers, tag));
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(if packed { self.packed() } else { self.body.clone() }))
        };
        let headers = response.headers_mut();
        headers.extend(tag.map(|tag| (header::ETAG, tag.clone())));
        // Whoever keeps it asks before it is used again. What is posted, nobody keeps.
        let caching = if by_get { "public, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::VARY, HeaderValue::from_static(VARY));
        if !is_known {
            headers.insert(header::CONTENT_TYPE, self.media.content_type());
            if packed {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        response
    }

    fn packed(&self) -> Bytes {
        self.packed.get_or_init(|| media::gzip(&self.body, Compression::fast())).clone()
    }
}

/// What an answer depends on, beside the address and the body.
pub(super) const VARY: &str = "accept, authorization, accept-encoding";

/// Whether the client has what this tag names.
pub(super) fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let mut tags = lists.flat_map(|list| list.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii));
    // A proxy may have weakened it.
    tags.any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn question(text: &str) -> Question {
        Question { media: Media::Json, in_address: false, text: Bytes::copy_from_slice(text.as_bytes()) }
    }

    fn made(length: usize) -> Made {
        let whole = Whole::new(Media::Json, vec![b'x'; length], None);
        Made::Whole(Arc::new(whole), DateTime::<Utc>::MAX_UTC)
    }

    fn is_kept(answers: &Answers, text: &str) -> bool {
        answers.find(&question(text), Newest::default(), NOW).is_some()
    }

    async fn ask(answers: &Answers, text: &str, length: usize) {
        answers.once(question(text), Newest::default(), NOW, async { made(length) }).await;
    }

    #[tokio::test]
    async fn what_is_kept_takes_no_more_than_it_may() {
        let answers = Answers::of(100_000);
        for number in 0..1_000 {
            ask(&answers, &number.to_string(), 1_000).await;
        }
        let (entries, bytes) = answers.size();
        assert!((20..=40).contains(&entries) && bytes <= 100_000, "{entries} with {bytes} bytes");
        assert!(answers.turns.lock().expect("nobody panicked").is_empty());
        ask(&answers, "large", 20_000).await;
        ask(&answers, &"long".repeat(10_000), 10).await;
        assert!(!is_kept(&answers, "large") && !is_kept(&answers, &"long".repeat(10_000)));
        let none = Answers::of(0);
        ask(&none, "any", 10).await;
        assert!(!is_kept(&none, "any"));
    }

    #[tokio::test]
    async fn strangers_once_do_not_drive_out_what_is_asked_often() {
        let answers = Answers::of(100_000);
        ask(&answers, "often", 1_000).await;
        for number in 0..2_000 {
            assert!(is_kept(&answers, "often"), "after {number} others");
            ask(&answers, &number.to_string(), 1_000).await;
            answers.size();
        }
    }

    #[tokio::test]
    async fn those_who_ask_at_once_wait_for_one_answer_unless_it_is_one_s_own() {
        let answers = Answers::of(100_000);
        let asked = std::cell::Cell::new(0);
        let slow = |other: bool| {
            let asked = &asked;
            async move {
                asked.set(asked.get() + 1);
                tokio::task::yield_now().await;
                if other { Made::Other(StatusCode::OK.into_response()) } else { made(10) }
            }
        };
        let all = (0..5).map(|_| answers.once(question("same"), Newest::default(), NOW, slow(false)));
        let all = futures_util::future::join_all(all).await;
        assert!(all.iter().all(|made| matches!(made, Made::Whole(..))));
        assert_eq!(asked.replace(0), 1);
        let all = (0..5).map(|_| answers.once(question("other"), Newest::default(), NOW, slow(true)));
        let all = futures_util::future::join_all(all).await;
        assert!(all.iter().all(|made| matches!(made, Made::Other(_))));
        assert_eq!(asked.get(), 5);
        // Whoever leaves while others wait leaves it to one of them.
        asked.set(0);
        let mut first = Box::pin(answers.once(question("left"), Newest::default(), NOW, slow(false)));
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut second = Box::pin(answers.once(question("left"), Newest::default(), NOW, slow(false)));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert!(matches!(second.await, Made::Whole(..)));
        assert_eq!(asked.get(), 2);
        assert!(answers.turns.lock().expect("nobody panicked").is_empty());
    }

    #[tokio::test]
    async fn an_answer_holds_at_its_place_and_until_its_end() {
        let answers = Answers::of(100_000);
        let until = NOW + Duration::from_mins(1);
        let make = async { Made::Whole(Arc::new(Whole::new(Media::Json, vec![1], None)), until) };
        answers.once(question("q"), Newest::default(), NOW, make).await;
        assert!(answers.find(&question("q"), Newest::default(), until - Duration::from_micros(1)).is_some());
        assert!(answers.find(&question("q"), Newest::default(), until).is_none());
        let later = Newest { written: 1, ..Newest::default() };
        assert!(answers.find(&question("q"), later, NOW).is_none());
        let elsewhere = Question { in_address: true, ..question("q") };
        assert!(answers.find(&elsewhere, Newest::default(), NOW).is_none());
        let ended = async { Made::Whole(Arc::new(Whole::new(Media::Json, vec![1], None)), NOW) };
        answers.once(question("of now"), Newest::default(), NOW, ended).await;
        assert!(!is_kept(&answers, "of now"));
    }
}
