//! Two entries become one: what the survivor takes over. Its own word stands; what it does not say is taken from the
//! other, and lists are put together.

use super::actors::{Actor, ActorSets};
use super::interactions::Interaction;
use super::publication::{Publication, PublicationStatus};
use super::text::LIST_ENTRIES;

impl Actor {
    /// Takes over what the other says: fields where it has none of its own, themes, goals, audiences, registrations and
    /// areas besides its own. Kind, name and the day of the last confirmation stay.
    pub fn absorb(&mut self, sets: &mut ActorSets, other: &Self, other_sets: &ActorSets) {
        fill(&mut self.short_name, other.short_name.as_ref());
        fill(&mut self.description, other.description.as_ref());
        fill(&mut self.website, other.website.as_ref());
        // A place stands or falls as a whole: the point of one does not go with the commune that the other declares.
        let placeless = self.location.is_none() && self.seat.is_none_or(|seat| !seat.declared);
        if placeless {
            self.location.clone_from(&other.location);
            self.seat = other.seat;
        }
        add(&mut self.themes, &other.themes);
        add(&mut self.sdgs, &other.sdgs);
        add(&mut self.audiences, &other.audiences);
        add(&mut sets.registrations, &other_sets.registrations);
        add(&mut sets.areas_served, &other_sets.areas_served);
        sets.registrations.sort();
        sets.areas_served.sort_unstable();
    }
}

impl Interaction {
    /// Whether it counts: of a pair and kind, one at a time.
    pub fn counts(&self) -> bool {
        !matches!(self.publication.status, PublicationStatus::Archived | PublicationStatus::Rejected)
    }

    /// Takes over what another, that became the same, says: what it does not say itself, but for its end and whether the
    /// other side agrees; and evidence and themes besides its own. It is seen by everyone if one of the two was.
    pub fn absorb(&mut self, other: &Self) {
        fill(&mut self.level, other.level.as_ref());
        fill(&mut self.intensity, other.intensity.as_ref());
        fill(&mut self.frequency, other.frequency.as_ref());
        fill(&mut self.formalised, other.formalised.as_ref());
        fill(&mut self.description, other.description.as_ref());
        fill(&mut self.since, other.since.as_ref());
        fill(&mut self.amount, other.amount.as_ref());
        fill(&mut self.declared_by, other.declared_by.as_ref());
        add(&mut self.themes, &other.themes);
        add(&mut self.evidence, &other.evidence);
        if other.publication == Publication::PUBLISHED {
            self.publication = Publication::PUBLISHED;
        }
    }
}

fn fill<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
    if own.is_none() {
        *own = other.cloned();
    }
}

/// Adds what is not there yet, as far as a list may grow.
pub fn add<T: Clone + PartialEq>(own: &mut Vec<T>, others: &[T]) {
    for other in others {
        if own.len() < LIST_ENTRIES && !own.contains(other) {
            own.push(other.clone());
        }
    }
}
