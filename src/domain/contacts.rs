//! Contacts: persons to reach at an actor. Personal data, so nothing here can be printed by accident.

use strum::{AsRefStr, Display, EnumIter, EnumString};

/// To whom a contact is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ContactVisibility {
    /// To everyone who sees the actor.
    Public,
    /// To partners, and those who see more.
    Partners,
    /// To those who keep the entry.
    Managers,
}
