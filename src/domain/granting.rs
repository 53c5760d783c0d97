//! Who may give which right: nobody gives more, or for longer, than what they hold lets them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::caller::{Grant, Right};
use super::ids::{ActorId, TerritoryId};

/// How what is given lies to what its giver holds, as the directory has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lie {
    /// Territories with those that they are within.
    pub within: HashSet<(TerritoryId, TerritoryId)>,
    /// Actors with the territories that they sit or act in, of those that the giver manages.
    pub reached: HashSet<(ActorId, TerritoryId)>,
}

impl Lie {
    fn is_within(&self, inner: TerritoryId, outer: TerritoryId) -> bool {
        inner == outer || self.within.contains(&(inner, outer))
    }
}

/// For whom a right is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Another person.
    Person,
    /// A key of one's own: it may have what its owner has.
    OwnKey,
}

/// How long at most a right may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giving {
    /// Not at all.
    Never,
    /// Until then.
    Until(DateTime<Utc>),
    /// Without an end.
    Always,
}

/// Whether someone who holds `held` may give a right, and how long at most: as long as the longest grant that lets them.
pub fn may_give(held: &[Grant], right: Right, receiver: Receiver, lie: &Lie) -> Giving {
    let lasting = |grant: &Grant| lets(grant.right, right, receiver, lie).then_some(grant.expires_at);
    let ends: Vec<_> = held.iter().filter_map(lasting).collect();
    if ends.iter().any(Option::is_none) {
        return Giving::Always;
    }
    ends.into_iter().flatten().max().map_or(Giving::Never, Giving::Until)
}

/// Whether one right lets its holder give another.
fn lets(held: Right, given: Right, receiver: Receiver, lie: &Lie) -> bool {
    let own_key = receiver == Receiver::OwnKey;
    match (held, given) {
        (Right::Admin, _) => true,
        (
            Right::TerritoryManager(managed),
            Right::TerritoryManager(territory) | Right::Analyst(territory) | Right::Partner(Some(territory)),
        ) => lie.is_within(territory, managed),
        (Right::TerritoryManager(managed), Right::ActorEditor(actor)) => {
            // A key of one's own would make a manager an editor, who speaks in the actor's name.
            !own_key && lie.reached.contains(&(actor, managed))
        }
        (Right::Analyst(analysed), Right::Analyst(territory)) => {
            own_key && lie.is_within(territory, analysed)
        }
        (Right::Partner(None), Right::Partner(_)) => own_key,
        (Right::Partner(Some(partnered)), Right::Partner(Some(territory))) => {
            own_key && lie.is_within(territory, partnered)
        }
        (Right::ActorEditor(own), Right::ActorEditor(actor)) => own_key && own == actor,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::GrantId;

    fn territory(n: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(n))
    }

    fn actor(n: u128) -> ActorId {
        ActorId(Uuid::from_u128(n))
    }

    fn grant(right: Right, expires_at: Option<DateTime<Utc>>) -> Grant {
        Grant { id: GrantId(Uuid::nil()), right, expires_at }
    }

    /// Territory 2 is within 1; actor 7 sits in 1.
    fn lie() -> Lie {
        Lie {
            within: HashSet::from([(territory(2), territory(1))]),
            reached: HashSet::from([(actor(7), territory(1))]),
        }
    }

    #[test]
    fn a_manager_gives_roles_within_its_territories_and_nothing_else() {
        let manager = [grant(Right::TerritoryManager(territory(1)), None)];
        let gives = |right| may_give(&manager, right, Receiver::Person, &lie());
        for right in [
            Right::TerritoryManager(territory(1)),
            Right::TerritoryManager(territory(2)),
            Right::Analyst(territory(2)),
            Right::Partner(Some(territory(2))),
            Right::ActorEditor(actor(7)),
        ] {
            assert_eq!(gives(right), Giving::Always, "{right:?}");
        }
        for right in [
            Right::Admin,
            Right::TerritoryManager(territory(3)),
            Right::Analyst(territory(3)),
            Right::Partner(None),
            Right::ActorEditor(actor(8)),
        ] {
            assert_eq!(gives(right), Giving::Never, "{right:?}");
        }
        let inner = [grant(Right::TerritoryManager(territory(2)), None)];
        let upwards = may_give(&inner, Right::TerritoryManager(territory(1)), Receiver::Person, &lie());
        assert_eq!(upwards, Giving::Never);
    }

    #[test]
    fn others_give_what_they_hold_to_keys_of_their_own_and_to_nobody() {
        let held =
            [Right::Analyst(territory(1)), Right::Partner(Some(territory(1))), Right::ActorEditor(actor(7))];
        for right in held {
            let grants = [grant(right, None)];
            assert_eq!(may_give(&grants, right, Receiver::OwnKey, &lie()), Giving::Always, "{right:?}");
            assert_eq!(may_give(&grants, right, Receiver::Person, &lie()), Giving::Never, "{right:?}");
        }
        let analyst = [grant(Right::Analyst(territory(1)), None)];
        let manager = Right::TerritoryManager(territory(2));
        assert_eq!(may_give(&analyst, manager, Receiver::OwnKey, &lie()), Giving::Never);
        let partner = [grant(Right::Partner(Some(territory(1))), None)];
        assert_eq!(may_give(&partner, Right::Partner(None), Receiver::OwnKey, &lie()), Giving::Never);
    }

    #[test]
    fn nothing_is_given_beyond_the_end_of_the_grant_that_lets_it() {
        let soon = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let later = soon + TimeDelta::days(1);
        let ending = |end| grant(Right::TerritoryManager(territory(1)), Some(end));
        let right = Right::Analyst(territory(2));
        let gives = |held: &[Grant]| may_give(held, right, Receiver::Person, &lie());
        assert_eq!(gives(&[ending(soon), ending(later)]), Giving::Until(later));
        let without = grant(Right::TerritoryManager(territory(2)), None);
        assert_eq!(gives(&[ending(soon), without]), Giving::Always);
        assert_eq!(gives(&[]), Giving::Never);
    }
}
