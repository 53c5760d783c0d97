//! How long what is personal, or of no more use, is kept: one table.

use chrono::TimeDelta;
use strum::{AsRefStr, Display, EnumIter};

/// What is deleted by rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Kept {
    /// Refresh tokens, from their end.
    RefreshTokens,
    /// Sign-ins that were ended, from then, once no refresh token of theirs is left: access tokens have ended too.
    EndedSessions,
    /// Links that work once, from their use or end; an invitation that was never taken goes with its account.
    OneTimeTokens,
    /// Letters, from when they were sent or given up.
    Letters,
    /// Failed attempts to sign in, from the last.
    Attempts,
    /// From which networks an account was signed in to, as hashes, from the last time.
    KnownNetworks,
    /// Keys of creations, from the creation.
    ClientKeys,
    /// Contacts, from their expiry.
    Contacts,
    /// Those who answer for support, from the end of their territory: they answer nowhere.
    SupportContacts,
    /// Persons that a collective wanted to bring in, from when it was closed or put away.
    ResourcePeople,
    /// Accounts that nobody ever took, from the end of the last invitation.
    UntakenAccounts,
    /// What a decided suggestion said beyond what history tells, from the decision.
    DecidedSuggestions,
    /// API keys, from when they were revoked or ended.
    ApiKeys,
    /// Files that were asked for, from their expiry.
    Exports,
}

/// For how long each is kept.
#[rustfmt::skip]
pub const PERIODS: [(Kept, TimeDelta); 14] = [
    (Kept::RefreshTokens,      TimeDelta::zero()),
    (Kept::EndedSessions,      TimeDelta::days(1)),
    (Kept::OneTimeTokens,      TimeDelta::days(7)),
    (Kept::Letters,            TimeDelta::days(30)),
    (Kept::Attempts,           TimeDelta::days(1)),
    (Kept::KnownNetworks,      TimeDelta::days(90)),
    (Kept::ClientKeys,         TimeDelta::days(90)),
    (Kept::Contacts,           TimeDelta::days(365)),
    (Kept::SupportContacts,    TimeDelta::days(365)),
    (Kept::ResourcePeople,     TimeDelta::days(365)),
    (Kept::UntakenAccounts,    TimeDelta::days(30)),
    (Kept::DecidedSuggestions, TimeDelta::days(730)),
    (Kept::ApiKeys,            TimeDelta::days(365)),
    (Kept::Exports,            TimeDelta::hours(1)),
];

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn the_table_has_everything_once() {
        assert_eq!(PERIODS.map(|(kept, _)| kept).to_vec(), Kept::iter().collect::<Vec<_>>());
    }
}
