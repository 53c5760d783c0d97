//! The whole directory as pictures need it: where each actor is, and who interacts with whom; a column for each fact, actors
//! and interactions by numbers.
//!
//! What may be seen is not known here: whoever reads brings the sets of those that they may see and that match.

mod journal;
mod select;
mod ties;

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::mercator::{Spot, TileId, decoded};
use crate::domain::actors::ActorKind;
use crate::domain::publication::PublicationStatus;
use crate::domain::world::{ActorRow, TieRow};

pub(super) use journal::Changed;
use journal::Journal;
pub use select::Selected;
pub(super) use ties::Holding;
use ties::Ties;

/// Actors, or interactions, by their numbers in a [`World`].
pub type Members = RoaringBitmap;

/// The code of who has no place on a map: behind all others.
const NOWHERE: u64 = u64::MAX;

/// The directory in memory.
#[derive(Debug, Default)]
pub struct World {
    ids: Vec<Uuid>,
    kinds: Vec<ActorKind>,
    /// Null of what is no longer there.
    statuses: Vec<Option<PublicationStatus>>,
    hidden: Vec<bool>,
    /// Not a number where there is none.
    points: Vec<[f64; 2]>,
    codes: Vec<u64>,
    /// Where each name begins and ends in all of them.
    names: Vec<(u32, u32)>,
    text: String,
    numbers: FxHashMap<Uuid, u32>,
    /// Those that have a place, in the order of their codes.
    order: Vec<u32>,
    /// Those whose place changed since that was put in order.
    moved: Members,
    ties: Ties,
    journal: Journal,
    /// What changed in the step at hand.
    changing: Changed,
    /// Names that no actor has any more, and numbers behind those that were put in order at once.
    loose: usize,
}

impl World {
    /// Of these actors, numbered so that near ones stand together; interactions are to be added.
    pub fn of(mut actors: Vec<ActorRow>) -> Self {
        actors.sort_by_cached_key(|actor| (code(actor.point), actor.id));
        let mut world = Self::default();
        world.numbers.reserve(actors.len());
        let text = actors.iter().map(|actor| actor.name.len()).sum();
        world.text.reserve_exact(text);
        for actor in actors {
            world.push(&actor);
        }
        world.moved.clear();
        world.order =
            (0..world.ids.len() as u32).filter(|&actor| world.codes[actor as usize] != NOWHERE).collect();
        world.loose = 0;
        world
    }

    /// Adds interactions of the beginning, in parts; [`Self::settle_ties`] is called after the last.
    pub fn add_ties(&mut self, ties: &[TieRow]) {
        for tie in ties {
            if let Some((source, target)) = self.ends(tie) {
                self.ties.push(tie, source, target);
            }
        }
    }

    /// Puts the interactions of the beginning in order.
    pub fn settle_ties(&mut self) {
        let codes = &self.codes;
        self.ties.settle(self.ids.len(), |actor| decoded(codes[actor as usize]));
    }

    /// How often something changed since it was read.
    pub(super) fn step(&self) -> u64 {
        self.journal.step
    }

    /// What changed after a step; null where that is too long ago.
    pub(super) fn since(&self, step: u64) -> Option<Changed> {
        self.journal.since(step)
    }

    fn ends(&self, tie: &TieRow) -> Option<(u32, u32)> {
        Some((*self.numbers.get(&tie.source)?, *self.numbers.get(&tie.target)?))
    }

    fn push(&mut self, actor: &ActorRow) {
        let number = self.ids.len() as u32;
        self.ids.push(actor.id);
        self.kinds.push(actor.kind);
        self.statuses.push(Some(actor.status));
        self.hidden.push(actor.hidden);
        self.codes.push(code(actor.point));
        self.points.push(point(actor.point));
        let name = self.keep(&actor.name);
        self.names.push(name);
        self.numbers.insert(actor.id, number);
        self.moved.insert(number);
        self.loose += 1;
    }

    fn keep(&mut self, name: &str) -> (u32, u32) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        (start, self.text.len() as u32)
    }

    /// What actors and interactions became: those that are given are as they are now, the others are gone.
    pub fn apply(&mut self, actors: &[ActorRow], gone: &[Uuid], ties: &[TieRow], gone_ties: &[Uuid]) {
        for actor in actors {
            self.put(actor);
        }
        for id in gone {
            if let Some(&number) = self.numbers.get(id) {
                self.statuses[number as usize] = None;
                self.place(number, None);
            }
        }
        for id in gone_ties {
            self.changing.ties.extend(self.ties.remove(*id));
        }
        for tie in ties {
            if let Some((source, target)) = self.ends(tie) {
                self.changing.ties.extend(self.ties.put(tie, source, target));
            }
        }
        self.settle();
    }

    fn put(&mut self, actor: &ActorRow) {
        let Some(&number) = self.numbers.get(&actor.id) else { return self.push(actor) };
        let place = number as usize;
        self.kinds[place] = actor.kind;
        self.statuses[place] = Some(actor.status);
        self.hidden[place] = actor.hidden;
        if self.name(number) != actor.name {
            self.loose += 1;
            self.names[place] = self.keep(&actor.name);
        }
        self.place(number, actor.point);
    }

    fn place(&mut self, number: u32, to: Option<(f64, f64)>) {
        let place = number as usize;
        let (was, to, code) = (self.points[place], point(to), code(to));
        if was.map(f64::to_bits) != to.map(f64::to_bits) {
            self.changing.moved.push((number, self.codes[place]));
            self.points[place] = to;
        }
        if self.codes[place] != code {
            self.codes[place] = code;
            self.moved.insert(number);
        }
    }

    /// Brings what changed to its place.
    fn settle(&mut self) {
        let changed = std::mem::take(&mut self.changing);
        let codes = &self.codes;
        let spot = |actor: u32| decoded(codes[actor as usize]);
        self.ties.draw_anew(&changed.moved.iter().map(|(actor, _)| *actor).collect(), &changed.ties, spot);
        self.journal.add(changed);
        self.settle_order();
    }

    /// Brings those that moved to their places in the order.
    fn settle_order(&mut self) {
        if self.moved.is_empty() {
            return;
        }
        let moved = std::mem::take(&mut self.moved);
        let codes = &self.codes;
        let key = |actor: u32| (codes[actor as usize], actor);
        let mut come: Vec<u32> = moved.iter().filter(|&actor| codes[actor as usize] != NOWHERE).collect();
        come.sort_unstable_by_key(|&actor| key(actor));
        let mut come = come.into_iter().peekable();
        let mut order = Vec::with_capacity(self.order.len() + come.len());
        for stayed in self.order.drain(..).filter(|&actor| !moved.contains(actor)) {
            while let Some(one) = come.next_if(|&one| key(one) < key(stayed)) {
                order.push(one);
            }
            order.push(stayed);
        }
        order.extend(come);
        self.order = order;
    }

    /// How much stands where it fell, rather than in order: with much of it, reading all anew is better.
    pub fn looseness(&self) -> usize {
        self.loose + self.ties.loose()
    }

    /// How many actors there are.
    pub fn actor_count(&self) -> usize {
        self.statuses.iter().flatten().count()
    }

    /// How many interactions there are.
    pub fn tie_count(&self) -> usize {
        self.ties.count()
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let actor = 16 + 1 + 1 + 1 + 16 + 8 + 8;
        let entry = size_of::<(Uuid, u32)>() + 1;
        self.ids.capacity() * actor
            + self.text.capacity()
            + self.numbers.capacity() * 8 / 7 * entry
            + self.order.capacity() * 4
            + self.ties.bytes()
    }

    /// The number of an actor.
    pub fn number(&self, id: Uuid) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    /// The numbers of these actors; those that are not known are left out.
    pub fn actors_of(&self, ids: &[Uuid]) -> Members {
        let mut numbers: Vec<u32> = ids.iter().filter_map(|id| self.number(*id)).collect();
        numbers.sort_unstable();
        Members::from_iter(numbers)
    }

    /// The numbers of these interactions; those that are not known are left out.
    pub fn ties_of(&self, ids: &[Uuid]) -> Members {
        self.ties.of(ids)
    }

    /// The actors whose status is one of these that `holds`.
    pub fn actors_in(&self, holds: impl Fn(PublicationStatus) -> bool) -> Members {
        let numbers = (0..).zip(&self.statuses);
        numbers.filter(|(_, status)| status.is_some_and(&holds)).map(|(number, _)| number).collect()
    }

    /// The interactions whose status is one of these that `holds`.
    pub fn ties_in(&self, holds: impl Fn(PublicationStatus) -> bool) -> Members {
        self.ties.statuses_in(holds)
    }

    /// The actors that have a place; those whose place is hidden only where `hidden`.
    pub fn located(&self, hidden: bool) -> Members {
        let numbers = (0..).zip(self.codes.iter().zip(&self.hidden));
        let placed = numbers.filter(|(_, (code, is_hidden))| **code != NOWHERE && (hidden || !**is_hidden));
        placed.map(|(number, _)| number).collect()
    }

    /// An actor's id.
    pub fn id(&self, actor: u32) -> Uuid {
        self.ids[actor as usize]
    }

    /// What an actor is.
    pub fn kind(&self, actor: u32) -> ActorKind {
        self.kinds[actor as usize]
    }

    /// An actor's name.
    pub fn name(&self, actor: u32) -> &str {
        let (start, end) = self.names[actor as usize];
        &self.text[start as usize..end as usize]
    }

    pub(super) fn point(&self, actor: u32) -> [f64; 2] {
        self.points[actor as usize]
    }

    /// Where an actor is drawn; somewhere, where it has no place.
    pub(super) fn spot(&self, actor: u32) -> Spot {
        decoded(self.code(actor))
    }

    pub(super) fn code(&self, actor: u32) -> u64 {
        self.codes[actor as usize]
    }

    /// The actors whose place is in a tile, in the order of their codes.
    pub(super) fn inside(&self, tile: TileId) -> &[u32] {
        let (first, last) = tile.codes();
        self.between(first, last)
    }

    pub(super) fn between(&self, first: u64, last: u64) -> &[u32] {
        let start = self.order.partition_point(|&actor| self.code(actor) < first);
        let end = self.order.partition_point(|&actor| self.code(actor) <= last);
        &self.order[start..end]
    }

    /// The same, where one of them is known: most actors stand in the order about where they are numbered.
    pub(super) fn between_around(&self, first: u64, last: u64, actor: u32) -> &[u32] {
        let start = self.first_from(actor as usize, |code| code >= first);
        let end = self.first_from(start, |code| code > last);
        &self.order[start..end]
    }

    /// The first place in the order whose code is so, as those of all later places are; looked for in growing steps from a
    /// place that is near.
    fn first_from(&self, near: usize, is_so: impl Fn(u64) -> bool) -> usize {
        let is_so = |&actor: &u32| is_so(self.code(actor));
        let order = &self.order;
        let near = near.min(order.len());
        // It is from `low` to `high`.
        let (mut low, mut high, mut step) = (near, near, 1);
        while high < order.len() && !is_so(&order[high]) {
            low = high + 1;
            high = (high + step).min(order.len());
            step *= 2;
        }
        while low > 0 && is_so(&order[low - 1]) {
            high = low - 1;
            low = high.saturating_sub(step);
            step *= 2;
        }
        low + order[low..high].partition_point(|actor| !is_so(actor))
    }

    /// All actors that have a place, in the order of their codes.
    pub(super) fn placed(&self) -> &[u32] {
        &self.order
    }

    /// Above all numbers of actors.
    pub(super) fn size(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn ties(&self) -> &Ties {
        &self.ties
    }
}

fn point(given: Option<(f64, f64)>) -> [f64; 2] {
    given.map_or([f64::NAN; 2], |(longitude, latitude)| [longitude, latitude])
}

fn code(point: Option<(f64, f64)>) -> u64 {
    let spot = point.and_then(|(longitude, latitude)| Spot::at(longitude, latitude));
    // The last place of the world gives way to nowhere: its south-eastern corner is in the sea.
    spot.map_or(NOWHERE, |spot| spot.code().min(NOWHERE - 1))
}

#[cfg(test)]
mod tests;
