//! Actors that are not to be listed, on request: what would bring one of them back under another source or spelling.

use std::collections::{HashMap, HashSet};

use super::duplicates::Facts;
use super::ids::{ActorId, TerritoryId};
use super::likeness::{Likeness, Name, likeness};
use super::registrations::{Registration, RegistrationScheme};

/// The actors that are not to be listed.
#[derive(Clone, Debug, Default)]
pub struct Suppressed {
    ids: HashSet<ActorId>,
    all: Vec<Facts>,
    by_registration: HashMap<Registration, usize>,
    /// By the number of the legal entity.
    by_entity: HashMap<String, Vec<usize>>,
    by_word: HashMap<String, Vec<usize>>,
}

/// An entry that someone would write.
#[derive(Clone, Copy, Debug)]
pub struct Proposed<'a> {
    /// Its name as the database folds it.
    pub folded: &'a str,
    /// Its name as the database folds it for searching.
    pub searched: &'a str,
    /// How the registers know it.
    pub registrations: &'a [Registration],
    /// Where it sits; null where nobody knows.
    pub seat: Option<TerritoryId>,
}

impl Suppressed {
    /// Of what is known of each.
    pub fn of(all: Vec<Facts>) -> Self {
        let mut suppressed = Self::default();
        for (index, facts) in all.iter().enumerate() {
            suppressed.ids.insert(facts.id);
            for registration in &facts.registrations {
                suppressed.by_registration.entry(registration.clone()).or_insert(index);
                if let Some(entity) = entity(registration) {
                    suppressed.by_entity.entry(entity.to_owned()).or_default().push(index);
                }
            }
            for word in facts.name.words() {
                suppressed.by_word.entry(word.clone()).or_default().push(index);
            }
            suppressed.by_word.entry(facts.name.core().replace(' ', "")).or_default().push(index);
        }
        suppressed.all = all;
        suppressed
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether this one is.
    pub fn holds(&self, id: ActorId) -> bool {
        self.ids.contains(&id)
    }

    /// The one that the entry would bring back: of the same registration; of the same legal entity, and the same name or
    /// commune; of the same name, however it is spelt, in the same commune or where nobody knows of one of them where it
    /// sits; of its acronym, or what that stands for, in the same commune.
    pub fn brought_back(&self, proposed: Proposed<'_>) -> Option<ActorId> {
        let registered = proposed.registrations.iter().find_map(|r| self.by_registration.get(r));
        if let Some(index) = registered {
            return Some(self.all[*index].id);
        }
        let entities = proposed.registrations.iter().filter_map(entity);
        let of_entity = entities.filter_map(|entity| self.by_entity.get(entity)).flatten();
        let of_entity = of_entity.map(|index| &self.all[*index]).find(|facts| {
            let same_seat = facts.seat.is_some() && facts.seat == proposed.seat;
            // Both have a SIRET of that entity, and not the same: two establishments.
            let siret = |registration: &&Registration| registration.scheme == RegistrationScheme::Siret;
            let apart = facts.registrations.iter().any(|r| siret(&r))
                && proposed.registrations.iter().any(|r| siret(&r));
            !apart && (same_seat || facts.name.folded == proposed.folded)
        });
        of_entity.map(|facts| facts.id).or_else(|| self.named(proposed))
    }

    fn named(&self, proposed: Proposed<'_>) -> Option<ActorId> {
        let words = proposed.searched.split_whitespace().map(str::to_owned);
        let joined = proposed.searched.replace(' ', "");
        let ways = Name::of(proposed.folded, proposed.searched, None, None).ways();
        let indexes: HashSet<_> = words
            .chain([joined])
            .chain(ways.into_iter().flatten())
            .filter_map(|word| self.by_word.get(&word))
            .flatten()
            .copied()
            .collect();
        let mut indexes: Vec<_> = indexes.into_iter().collect();
        indexes.sort_unstable();
        let same = |facts: &&Facts| {
            let here = proposed.seat.is_none() || facts.seat.is_none() || proposed.seat == facts.seat;
            let name = Name::of(proposed.folded, proposed.searched, None, Some(&facts.name.commune()));
            let near = likeness(&name, &facts.name);
            let same = match near {
                Some(Likeness::Same | Likeness::Forms | Likeness::Order) => true,
                Some(Likeness::Acronym) => proposed.seat.is_some() && proposed.seat == facts.seat,
                _ => false,
            };
            here && same && name.is_of_town() == facts.name.is_of_town()
        };
        indexes.into_iter().map(|index| &self.all[index]).find(same).map(|facts| facts.id)
    }
}

/// The number of the legal entity, in numbers that hold it.
fn entity(registration: &Registration) -> Option<&str> {
    match registration.scheme {
        RegistrationScheme::Siren => Some(&registration.value),
        RegistrationScheme::Siret => registration.value.get(..9),
        _ => None,
    }
}
