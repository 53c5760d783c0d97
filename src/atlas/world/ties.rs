//! Interactions by numbers: a column for each fact, those of one source together.

use roaring::RoaringBitmap;
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::super::frame::Lines;
use super::super::mercator::Spot;
use super::Members;
use crate::domain::interactions::{CooperationLevel, InteractionKind, weight};
use crate::domain::publication::PublicationStatus;
use crate::domain::world::{DayNumber, TieRow};

/// Whether an interaction holds on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::atlas) enum Holding {
    NotYet,
    Holds,
    Ended,
}

/// All interactions.
#[derive(Debug, Default)]
pub(in crate::atlas) struct Ties {
    ids: Vec<Uuid>,
    sources: Vec<u32>,
    targets: Vec<u32>,
    kinds: Vec<InteractionKind>,
    /// Null of what is no longer there.
    statuses: Vec<Option<PublicationStatus>>,
    levels: Vec<Option<CooperationLevel>>,
    intensities: Vec<u8>,
    /// The first and the last day; open ones as far as can be.
    days: Vec<(DayNumber, DayNumber)>,
    /// Where each is drawn; once they were put in order.
    lines: Lines,
    numbers: FxHashMap<Uuid, u32>,
    /// Where those of each source begin; of those that were put in order.
    starts: Vec<u32>,
    /// Those that came later, by source.
    later: FxHashMap<u32, Vec<u32>>,
    loose: usize,
}

fn in_order_of<T: Copy>(order: &[u32], column: &mut Vec<T>) {
    *column = order.iter().map(|&place| column[place as usize]).collect();
}

impl Ties {
    pub(super) fn push(&mut self, tie: &TieRow, source: u32, target: u32) {
        self.ids.push(tie.id);
        self.sources.push(source);
        self.targets.push(target);
        self.kinds.push(tie.kind);
        self.statuses.push(Some(tie.status));
        self.levels.push(tie.level);
        self.intensities.push(tie.intensity);
        self.days.push(days(tie));
    }

    /// Puts all in the order of their sources; `spot` says where an actor is.
    pub(super) fn settle(&mut self, actors: usize, spot: impl Fn(u32) -> Spot) {
        let mut starts = vec![0u32; actors + 1];
        for &source in &self.sources {
            starts[source as usize + 1] += 1;
        }
        for actor in 0..actors {
            starts[actor + 1] += starts[actor];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; self.sources.len()];
        for (tie, &source) in (0..).zip(&self.sources) {
            let place = &mut next[source as usize];
            order[*place as usize] = tie;
            *place += 1;
        }
        drop(next);
        in_order_of(&order, &mut self.ids);
        in_order_of(&order, &mut self.sources);
        in_order_of(&order, &mut self.targets);
        in_order_of(&order, &mut self.kinds);
        in_order_of(&order, &mut self.statuses);
        in_order_of(&order, &mut self.levels);
        in_order_of(&order, &mut self.intensities);
        in_order_of(&order, &mut self.days);
        for (place, (source, target)) in self.sources.iter().zip(&self.targets).enumerate() {
            self.lines.put(place, spot(*source), spot(*target));
        }
        self.starts = starts;
        self.numbers = self.ids.iter().copied().zip(0..).collect();
    }

    /// Draws these anew, with those of actors that moved.
    pub(super) fn draw_anew(&mut self, moved: &FxHashSet<u32>, ties: &[u32], spot: impl Fn(u32) -> Spot) {
        for &tie in ties {
            let (source, target) = self.ends(tie);
            self.lines.put(tie as usize, spot(source), spot(target));
        }
        if !moved.is_empty() {
            for (place, (source, target)) in self.sources.iter().zip(&self.targets).enumerate() {
                if moved.contains(source) || moved.contains(target) {
                    self.lines.put(place, spot(*source), spot(*target));
                }
            }
        }
    }

    /// An interaction as it is now; the numbers of what changed: its own, and the one that it had between others.
    pub(super) fn put(
        &mut self,
        tie: &TieRow,
        source: u32,
        target: u32,
    ) -> impl Iterator<Item = u32> + use<> {
        let known = self.numbers.get(&tie.id).map(|&number| number as usize);
        if let Some(place) =
            known.filter(|&place| (self.sources[place], self.targets[place]) == (source, target))
        {
            self.kinds[place] = tie.kind;
            self.statuses[place] = Some(tie.status);
            self.levels[place] = tie.level;
            self.intensities[place] = tie.intensity;
            self.days[place] = days(tie);
            return [Some(place as u32), None].into_iter().flatten();
        }
        if let Some(place) = known {
            self.statuses[place] = None;
        }
        let number = self.ids.len() as u32;
        self.push(tie, source, target);
        self.numbers.insert(tie.id, number);
        self.later.entry(source).or_default().push(number);
        self.loose += 1;
        [Some(number), known.map(|place| place as u32)].into_iter().flatten()
    }

    /// Lets one go; its number.
    pub(super) fn remove(&mut self, id: Uuid) -> Option<u32> {
        let number = *self.numbers.get(&id)?;
        self.statuses[number as usize] = None;
        Some(number)
    }

    pub(super) fn loose(&self) -> usize {
        self.loose
    }

    pub(super) fn count(&self) -> usize {
        self.statuses.iter().flatten().count()
    }

    pub(super) fn bytes(&self) -> usize {
        let entry = size_of::<(Uuid, u32)>() + 1;
        let row = 16 + 4 + 4 + 1 + 1 + size_of::<Option<CooperationLevel>>() + 1 + 8;
        self.ids.capacity() * row
            + self.numbers.capacity() * 8 / 7 * entry
            + self.starts.capacity() * 4
            + self.lines.bytes()
    }

    pub(super) fn of(&self, ids: &[Uuid]) -> Members {
        let mut numbers: Vec<u32> = ids.iter().filter_map(|id| self.numbers.get(id).copied()).collect();
        numbers.sort_unstable();
        RoaringBitmap::from_iter(numbers)
    }

    pub(super) fn statuses_in(&self, holds: impl Fn(PublicationStatus) -> bool) -> Members {
        let numbers = (0..).zip(&self.statuses);
        numbers.filter(|(_, status)| status.is_some_and(&holds)).map(|(number, _)| number).collect()
    }

    /// Those that run from an actor.
    pub(in crate::atlas) fn from(&self, source: u32) -> impl Iterator<Item = u32> + Clone {
        let place = source as usize;
        let range = match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        };
        let later = self.later.get(&source).map(Vec::as_slice).unwrap_or_default();
        range.chain(later.iter().copied()).filter(|&tie| self.statuses[tie as usize].is_some())
    }

    /// From whom to whom each runs, in the order of their numbers; those that are gone too.
    pub(in crate::atlas) fn all_ends(&self) -> impl Iterator<Item = (u32, u32)> {
        self.sources.iter().copied().zip(self.targets.iter().copied())
    }

    /// Where each is drawn, by their numbers; those that are gone too.
    pub(in crate::atlas) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// From whom to whom one runs.
    pub(in crate::atlas) fn ends(&self, tie: u32) -> (u32, u32) {
        (self.sources[tie as usize], self.targets[tie as usize])
    }

    pub(in crate::atlas) fn target(&self, tie: u32) -> u32 {
        self.targets[tie as usize]
    }

    pub(in crate::atlas) fn id(&self, tie: u32) -> Uuid {
        self.ids[tie as usize]
    }

    pub(in crate::atlas) fn kind(&self, tie: u32) -> InteractionKind {
        self.kinds[tie as usize]
    }

    pub(in crate::atlas) fn level(&self, tie: u32) -> Option<CooperationLevel> {
        self.levels[tie as usize]
    }

    pub(in crate::atlas) fn weight(&self, tie: u32) -> f64 {
        let intensity = i16::from(self.intensities[tie as usize]);
        weight(self.levels[tie as usize], (intensity > 0).then_some(intensity))
    }

    /// The first and the last day; null where it is open.
    pub(in crate::atlas) fn days(&self, tie: u32) -> (Option<DayNumber>, Option<DayNumber>) {
        let (since, until) = self.days[tie as usize];
        ((since != DayNumber::MIN).then_some(since), (until != DayNumber::MAX).then_some(until))
    }

    pub(in crate::atlas) fn on(&self, tie: u32, day: DayNumber) -> Holding {
        match self.days[tie as usize] {
            (since, _) if since > day => Holding::NotYet,
            (_, until) if until < day => Holding::Ended,
            _ => Holding::Holds,
        }
    }
}

fn days(tie: &TieRow) -> (DayNumber, DayNumber) {
    (tie.since.unwrap_or(DayNumber::MIN), tie.until.unwrap_or(DayNumber::MAX))
}
