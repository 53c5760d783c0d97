//! What of the directory a map or a network is of.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::super::{Edge, Marker, Tie};
use super::ties::Holding;
use super::{Members, World};
use crate::domain::world::DayNumber;

/// Where an actor is not among those asked for, and where it is and has no place. What is behind is a marker.
const OTHER: u32 = 0;
const UNLOCATED: u32 = 1;
const MARKERS: u32 = 2;

/// The actors and interactions of a map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selected {
    /// The actors that have a place that may be seen.
    pub markers: Vec<Marker>,
    /// How many have none.
    pub unlocated: usize,
    /// The interactions between any of them that hold on the day.
    pub edges: Vec<Edge>,
    /// How many had ended before.
    pub ended: usize,
}

impl World {
    /// The map of these actors, of whom those of `points` may be seen where they are, and of these interactions between
    /// them, on a day.
    pub fn select(&self, actors: &Members, points: &Members, ties: &Members, day: NaiveDate) -> Selected {
        let day = day.num_days_from_ce();
        let mut selected =
            Selected { markers: Vec::with_capacity(actors.len() as usize), ..Selected::default() };
        let mut places = vec![OTHER; self.ids.len()];
        for actor in actors {
            if points.contains(actor) {
                let [longitude, latitude] = self.point(actor);
                places[actor as usize] = selected.markers.len() as u32 + MARKERS;
                selected.markers.push(Marker {
                    actor: self.id(actor),
                    kind: self.kind(actor) as u8,
                    longitude,
                    latitude,
                });
            } else {
                places[actor as usize] = UNLOCATED;
                selected.unlocated += 1;
            }
        }
        let marker = |place: u32| place.checked_sub(MARKERS);
        for actor in actors {
            let source = places[actor as usize];
            for tie in self.ties.from(actor) {
                let target = places[self.ties.target(tie) as usize];
                if target == OTHER || !ties.contains(tie) {
                    continue;
                }
                match self.ties.on(tie, day) {
                    Holding::NotYet => {}
                    Holding::Ended => selected.ended += 1,
                    Holding::Holds => selected.edges.push(Edge {
                        interaction: self.ties.id(tie),
                        source: marker(source),
                        target: marker(target),
                        kind: self.ties.kind(tie),
                        weight: self.ties.weight(tie),
                    }),
                }
            }
        }
        selected
    }

    /// The ids of these actors, and these interactions between them that had begun by a day, those that had ended by then
    /// too.
    pub fn network(&self, actors: &Members, ties: &Members, by: NaiveDate) -> (Vec<Uuid>, Vec<Tie>) {
        let by = by.num_days_from_ce();
        let mut found = Vec::new();
        for actor in actors {
            for tie in self.ties.from(actor) {
                let target = self.ties.target(tie);
                if !actors.contains(target) || !ties.contains(tie) || self.ties.on(tie, by) == Holding::NotYet
                {
                    continue;
                }
                let (since, until) = self.ties.days(tie);
                found.push(Tie {
                    interaction: self.ties.id(tie),
                    source: self.id(actor),
                    target: self.id(target),
                    directed: self.ties.kind(tie).directed(),
                    weight: self.ties.weight(tie),
                    level: self.ties.level(tie),
                    since: since.and_then(day_of),
                    until: until.and_then(day_of),
                });
            }
        }
        (actors.iter().map(|actor| self.id(actor)).collect(), found)
    }
}

fn day_of(number: DayNumber) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(number)
}
