//! The change feed as someone may read it: what they see now is told as it is; what they could see and see no more is told as
//! gone; of the rest nothing is told.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::changes::{Became, Entry, FeedCursor, Following, Part, Place, Told};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{
    ActorId, ApplicationId, CallId, CollectiveId, DiagnosisId, GoodPracticeId, InteractionId, ProjectId,
    Subject, SubjectKind, TerritoryId,
};
use crate::domain::policy::Visibility;
use crate::domain::territories::{TerritoryRef, TerritoryScope};
use crate::store::feed::{Event, Window};

pub use crate::store::feed::Newest;

/// Events that are looked at in one go, after a first look for no more than is asked for.
const AT_ONCE: usize = 500;
/// How often more is looked at for one page: where nearly nothing may be told, the reader goes on from where that ended.
const LOOKS: usize = 8;

impl App {
    /// A part of the feed, from a cursor on; from the beginning where none is given.
    pub async fn changes(
        &self,
        caller: &Caller,
        since: Option<&str>,
        following: &Following,
        first: usize,
    ) -> Result<Part, Error> {
        let visibility = Visibility::of(caller);
        let since = since.map(cursor).transpose()?;
        let mut place = since.map_or(Place::START, |cursor| cursor.place);
        let mut told: Vec<Told> = Vec::new();
        let mut limit = first.max(1);
        for _ in 0..LOOKS {
            let window = self.store.feed_window(place, &following.kinds, limit).await?;
            if !window.known || since.is_some_and(|since| since.era != window.era) {
                return Err(Error::conflict(
                    "this cursor is of a state of the directory that is no more, such as one before a backup was restored: start afresh, without it",
                    None,
                ));
            }
            let (era, end, more) = (window.era, window.end, window.more);
            if first == 0 {
                let more = more || end > place;
                return Ok(Part { told, cursor: FeedCursor { era, place }, more });
            }
            let fresh = self.tell_changes(&visibility, window, following.territory.as_ref()).await?;
            // Of several changes of one entry the last is told: each would show it as it is now.
            let again: HashSet<_> = fresh.iter().map(|told| told.subject).collect();
            told.retain(|told| !again.contains(&told.subject));
            told.extend(fresh);
            if told.len() > first || (told.len() == first && more) {
                told.truncate(first);
                let cursor = told.last().map_or(FeedCursor { era, place: end }, |told| told.cursor);
                return Ok(Part { told, cursor, more: true });
            }
            place = end;
            if !more {
                return Ok(Part { told, cursor: FeedCursor { era, place }, more: false });
            }
            limit = AT_ONCE;
        }
        let era = self.store.feed_position().await?.0;
        Ok(Part { told, cursor: FeedCursor { era, place }, more: true })
    }

    /// How far the feed goes, as this instance knows it.
    pub fn feed(&self) -> watch::Receiver<Newest> {
        self.store.feed()
    }

    /// The same at this moment, as long as what other instances write is heard at once; else none.
    pub fn heard(&self) -> Option<Newest> {
        self.store.heard()
    }

    /// The same for one of the many who wait for what comes: they take turns, so that a write that wakes them all leaves the
    /// database to others.
    pub async fn follow(
        &self,
        caller: &Caller,
        since: &str,
        following: &Following,
        first: usize,
    ) -> Result<Part, Error> {
        let _turn = self.following.acquire().await.expect("the semaphore is never closed");
        self.changes(caller, Some(since), following, first).await
    }

    /// Where the feed ends now.
    pub async fn end_of_changes(&self) -> Result<FeedCursor, Error> {
        let (era, position) = self.store.feed_position().await?;
        Ok(FeedCursor { era, place: Place::after(position) })
    }

    /// Puts ids in place of codes in what is followed.
    pub async fn resolve_following(&self, following: &mut Following) -> Result<(), Error> {
        let scope = following.territory.iter_mut();
        let places = scope.map(|scope| ("territory.territory".to_owned(), &mut scope.territory)).collect();
        self.resolve(places).await?;
        let Some(TerritoryScope { territory: TerritoryRef::Id(id), .. }) = &following.territory else {
            return Ok(());
        };
        // A place that is not there would be followed in vain, for good.
        if self.store.territories_by_ids(&[*id]).await?.is_empty() {
            let message = "is no territory of this directory";
            return Err(Error::invalid("territory.territory", ViolationCode::Unknown, message));
        }
        Ok(())
    }

    /// What may be told of these events.
    async fn tell_changes(
        &self,
        visibility: &Visibility,
        window: Window,
        scope: Option<&TerritoryScope>,
    ) -> Result<Vec<Told>, Error> {
        let era = window.era;
        let (events, first_taken) = last_of_each(window.events);
        let mut ids: HashMap<SubjectKind, Vec<Uuid>> = HashMap::new();
        for event in &events {
            ids.entry(event.subject.kind).or_default().push(event.subject.id);
        }
        let (mut seen, mut there) = (HashMap::new(), HashSet::new());
        for (kind, ids) in &ids {
            let entries = self.entries(visibility, *kind, ids).await?;
            seen.extend(entries.into_iter().map(|entry| (entry.subject(), entry)));
            if let Some(scope) = scope {
                let found = self.store.lying_in(*kind, ids, scope, visibility).await?;
                there.extend(found.into_iter().map(|id| Subject { kind: *kind, id }));
            }
        }
        // Changed since the events were read, before the entries were: that change is still to come, and tells it.
        let newer = |event: &&Event| {
            let version = seen.get(&event.subject).map_or(0, Entry::version);
            event.place.part.is_nil() && !event.superseded && version > event.version
        };
        let newer: Vec<_> = events.iter().filter(newer).map(|event| (event.subject, event.version)).collect();
        let newer = if newer.is_empty() { HashSet::new() } else { self.store.changed_since(&newer).await? };
        let survivors = self.survivors_of(visibility, &events, &seen, scope).await?;
        let is_there = |subject: &Subject| scope.is_none() || there.contains(subject);
        // What may have been seen before, and is not now.
        let left = |event: &&Event| {
            let subject = &event.subject;
            let gone = event.hides && (is_there(subject) || event.moves);
            let moved = event.moves && !(seen.contains_key(subject) && is_there(subject));
            !(seen.contains_key(subject) && is_there(subject)) && (gone || moved || event.merges)
        };
        let left: Vec<_> = events.iter().filter(left).collect();
        let known = self.known_before(visibility, &left).await?;
        let told = |event: &Event| {
            let subject = event.subject;
            let became = match seen.get(&subject) {
                // A later change of it tells it: it comes once.
                Some(_) if is_there(&subject) && (event.superseded || newer.contains(&subject)) => {
                    return None;
                }
                Some(entry) if is_there(&subject) => Became::Upserted(Box::new(entry.clone())),
                _ if !known.contains(&subject) => return None,
                _ => match survivors.get(&subject.id).filter(|_| event.merges) {
                    Some(survivor) => Became::Merged(*survivor),
                    None => Became::Deleted,
                },
            };
            // What is gone is told where it went first: who goes on from behind that place has heard of it, and what came later
            // would not tell it by itself.
            let taken = first_taken.get(&subject).filter(|_| !matches!(became, Became::Upserted(_)));
            let place = taken.copied().unwrap_or(event.place);
            Some(Told { cursor: FeedCursor { era, place }, subject, became, at: event.at })
        };
        let mut told: Vec<_> = events.iter().filter_map(told).collect();
        told.sort_by_key(|told| told.cursor.place);
        Ok(told)
    }

    /// The entries of a kind that may be seen, as they are now.
    async fn entries(
        &self,
        visibility: &Visibility,
        kind: SubjectKind,
        ids: &[Uuid],
    ) -> Result<Vec<Entry>, Error> {
        fn keys<K>(ids: &[Uuid], key: impl Fn(Uuid) -> K) -> Vec<K> {
            ids.iter().copied().map(key).collect()
        }
        fn all<D>(found: Vec<D>, entry: impl Fn(D) -> Entry) -> Vec<Entry> {
            found.into_iter().map(entry).collect()
        }
        let store = &self.store;
        Ok(match kind {
            SubjectKind::Territory => {
                all(store.territories_by_ids(&keys(ids, TerritoryId)).await?, Entry::Territory)
            }
            SubjectKind::Actor => {
                all(store.actors_by_ids(&keys(ids, ActorId), visibility).await?, Entry::Actor)
            }
            SubjectKind::Interaction => all(
                store.interactions_by_ids(&keys(ids, InteractionId), visibility).await?,
                Entry::Interaction,
            ),
            SubjectKind::Call => all(store.calls_by_ids(&keys(ids, CallId), visibility).await?, Entry::Call),
            SubjectKind::Collective => {
                all(store.collectives_by_ids(&keys(ids, CollectiveId), visibility).await?, Entry::Collective)
            }
            SubjectKind::Project => {
                all(store.projects_by_ids(&keys(ids, ProjectId), visibility).await?, Entry::Project)
            }
            SubjectKind::Application => all(
                store.applications_by_ids(&keys(ids, ApplicationId), visibility).await?,
                Entry::Application,
            ),
            SubjectKind::GoodPractice => all(
                store.practices_by_ids(&keys(ids, GoodPracticeId), visibility).await?,
                Entry::GoodPractice,
            ),
            SubjectKind::Diagnosis => {
                all(store.diagnoses_by_ids(&keys(ids, DiagnosisId), visibility).await?, Entry::Diagnosis)
            }
            _ => Vec::new(),
        })
    }

    /// The actors that took others over, where they may be seen, and are where is looked.
    async fn survivors_of(
        &self,
        visibility: &Visibility,
        events: &[Event],
        seen: &HashMap<Subject, Entry>,
        scope: Option<&TerritoryScope>,
    ) -> Result<HashMap<Uuid, ActorId>, Error> {
        let lost = events.iter().filter(|event| event.merges && !seen.contains_key(&event.subject));
        let lost: Vec<_> = lost.map(|event| ActorId(event.subject.id)).collect();
        if lost.is_empty() {
            return Ok(HashMap::new());
        }
        let mut survivors = self.store.survivors(&lost, visibility).await?;
        if let Some(scope) = scope {
            let ids: Vec<_> = survivors.iter().map(|(_, actor)| actor.id.0).collect();
            let there = self.store.lying_in(SubjectKind::Actor, &ids, scope, visibility).await?;
            survivors.retain(|(_, actor)| there.contains(&actor.id.0));
        }
        Ok(survivors.into_iter().map(|(lost, actor)| (lost.0, actor.id)).collect())
    }

    /// Which of the entries that left may have been seen before: what was published once, everything for those who see
    /// everything, and what was in a reader's reach by what the change says of before. Of nothing else is it told that it
    /// is gone, since that would tell that it was there.
    async fn known_before(
        &self,
        visibility: &Visibility,
        left: &[&Event],
    ) -> Result<HashSet<Subject>, Error> {
        let all = || left.iter().map(|event| event.subject);
        if left.is_empty() || *visibility == Visibility::Everything {
            return Ok(all().collect());
        }
        let ends = left.iter().filter_map(|event| Some((event.subject.id, ends_before(event)?)));
        let mut known =
            self.store.ever_published(&all().collect::<Vec<_>>(), &ends.collect::<Vec<_>>()).await?;
        if let Visibility::Granted(sight) = visibility {
            let named = |event: &&&Event| !known.contains(&event.subject) && !event.before.is_null();
            let named: Vec<_> =
                left.iter().filter(named).map(|event| (event.subject, mentioned(&event.before))).collect();
            let own: HashSet<_> = sight.own.iter().map(|id| id.0).collect();
            let of: Vec<_> = sight.managed.iter().chain(&sight.analysed).map(|id| id.0).collect();
            let which: Vec<_> = named.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
            let within = match (which.is_empty(), of.is_empty()) {
                (false, false) => self.store.within_any(&which, &of).await?,
                _ => HashSet::new(),
            };
            let reached = |ids: &[Uuid]| ids.iter().any(|id| own.contains(id) || within.contains(id));
            known.extend(named.into_iter().filter(|(_, ids)| reached(ids)).map(|(subject, _)| subject));
        }
        Ok(known)
    }
}

/// A cursor as a client sends it.
fn cursor(text: &str) -> Result<FeedCursor, Error> {
    FeedCursor::decode(text).ok_or_else(|| {
        let message =
            "is no cursor of the feed: send one that it gave, as it was, or none to start from the beginning";
        Error::Validation(Violations::one("since", ViolationCode::Invalid, message))
    })
}

/// The last event of each entry, in order, and where each was first taken away. What an earlier event took away, and where
/// it was before, is kept: it is told once, as it is now.
fn last_of_each(events: Vec<Event>) -> (Vec<Event>, HashMap<Subject, Place>) {
    let mut taken: HashMap<Subject, (bool, bool, bool, Value)> = HashMap::new();
    let mut first_taken = HashMap::new();
    for event in events.iter().filter(|event| event.asked) {
        if event.hides || event.moves || event.merges {
            first_taken.entry(event.subject).or_insert(event.place);
        }
        let entry = taken.entry(event.subject).or_insert((false, false, false, Value::Null));
        entry.0 |= event.hides;
        entry.1 |= event.moves;
        entry.2 |= event.merges;
        if entry.3.is_null() {
            entry.3 = event.before.clone();
        }
    }
    let mut last: Vec<_> = Vec::new();
    for mut event in events.into_iter().rev() {
        if !event.asked {
            continue;
        }
        if let Some((hides, moves, merges, before)) = taken.remove(&event.subject) {
            (event.hides, event.moves, event.merges, event.before) = (hides, moves, merges, before);
            last.push(event);
        }
    }
    last.reverse();
    (last, first_taken)
}

/// The ends that an interaction had, as far as its change says that they were others.
fn ends_before(event: &Event) -> Option<[Option<Uuid>; 2]> {
    let end = |name| event.before.get(name)?.as_str()?.parse().ok();
    (event.subject.kind == SubjectKind::Interaction).then(|| [end("source"), end("target")])
}

/// The ids that are mentioned anywhere in it.
fn mentioned(value: &Value) -> Vec<Uuid> {
    match value {
        Value::String(text) => text.parse().into_iter().collect(),
        Value::Array(values) => values.iter().flat_map(mentioned).collect(),
        Value::Object(fields) => fields.values().flat_map(mentioned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
