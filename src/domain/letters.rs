//! Letters to users: what they are about, not how they are worded.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ids::Subject;
use super::support::SupportStatus;

/// How long each next try waits; after the last the letter is given up.
const WAITS: [TimeDelta; 5] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(12),
];

/// From when on what was taken to be sent, and never settled, is given up.
pub const LOST_AFTER: TimeDelta = TimeDelta::hours(1);

/// The hour of the digest, in France.
pub const DIGEST_HOUR: u32 = 7;

/// How long the next try waits after so many; null where there is none.
pub fn next_try_in(tries: i16) -> Option<TimeDelta> {
    WAITS.get(usize::try_from(tries).ok()?.checked_sub(1)?).copied()
}

/// A letter to one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Letter {
    /// An account waits for them: a link that works once.
    Invitation {
        /// What the link carries.
        token: String,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
    /// A new password may be set: a link that works once.
    PasswordReset {
        /// What the link carries.
        token: String,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
    /// Their password was changed: by them, it is hoped.
    PasswordChanged,
    /// What they submitted was decided.
    Decision {
        /// The entry.
        subject: Subject,
        /// Its name or title.
        name: String,
        /// Published, or refused.
        approved: bool,
        /// Why it was refused.
        reason: Option<String>,
    },
    /// An edit that they proposed was decided.
    SuggestionDecision {
        /// The actor.
        subject: Subject,
        /// Its name.
        name: String,
        /// Applied, or declined.
        accepted: bool,
        /// Why it was declined.
        reason: Option<String>,
    },
    /// The other side declared an interaction with their actor: they are asked to confirm or dispute it.
    ConfirmationRequest {
        /// The interaction.
        subject: Subject,
        /// The names of both sides, the declaring one first.
        names: (String, String),
    },
    /// The other side answered what their actor declared.
    ConfirmationAnswer {
        /// The interaction.
        subject: Subject,
        /// The names of both sides, the answering one first.
        names: (String, String),
        /// Confirmed, or disputed.
        confirmed: bool,
        /// Why it was disputed.
        reason: Option<String>,
    },
    /// A collective asks their actor to join: they are asked to accept or decline.
    MembershipRequest {
        /// The membership.
        subject: Subject,
        /// The names of the collective and of their actor.
        names: (String, String),
    },
    /// An actor that was asked to join a collective of theirs answered; or a manager recorded an answer of their actor.
    MembershipAnswer {
        /// The membership.
        subject: Subject,
        /// The names of the actor and of the collective.
        names: (String, String),
        /// It joins, or does not.
        accepted: bool,
        /// Whether it was given on paper, and recorded by a manager.
        on_paper: bool,
    },
    /// Their actor is asked to sign an application off.
    SignOffRequest {
        /// The application.
        subject: Subject,
        /// Its title, and the actor that is asked.
        names: (String, String),
    },
    /// A co-applicant does not agree to an application of their actor, or now all do.
    SignOffAnswer {
        /// The application.
        subject: Subject,
        /// Its title, and the actor that answered.
        names: (String, String),
        /// Whether now all agree.
        complete: bool,
        /// Why it does not.
        reason: Option<String>,
    },
    /// An application was filed to a call that they run.
    ApplicationFiled {
        /// The application.
        subject: Subject,
        /// Its title, and the call's.
        names: (String, String),
    },
    /// An application was taken back.
    ApplicationWithdrawn {
        /// The application.
        subject: Subject,
        /// Its title.
        name: String,
    },
    /// An application of their actor was decided.
    ApplicationDecision {
        /// The application.
        subject: Subject,
        /// Its title.
        name: String,
        /// Retained, or not.
        accepted: bool,
        /// What was granted, in euros.
        amount: Option<Decimal>,
        /// Why.
        reason: String,
    },
    /// Something waits for their review.
    ReviewRequest {
        /// The entry.
        subject: Subject,
        /// Its name or title.
        name: String,
    },
    /// Their actor was put in touch with another about a need and an offer.
    Introduction {
        /// The interaction that was declared.
        subject: Subject,
        /// The names of both sides, the one that needs first.
        names: (String, String),
        /// The titles of the need and of the offer.
        titles: (String, String),
    },
    /// What their actor asked of those who support it was taken on, answered or ended.
    SupportProgress {
        /// The request.
        subject: Subject,
        /// The name of the actor that asked.
        name: String,
        /// Where the request stands now.
        status: SupportStatus,
    },
}

impl Letter {
    /// Whether it may wait for the digest of the day; links and decisions on what one did oneself go at once.
    pub fn may_wait(&self) -> bool {
        matches!(
            self,
            Self::ReviewRequest { .. } | Self::ConfirmationAnswer { .. } | Self::MembershipAnswer { .. }
        )
    }
}
