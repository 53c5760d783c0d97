//! Members of collectives: invited, and each answers for itself.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CollectiveId, MembershipId};
use super::text;

/// What an actor is to its collective.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum MemberRole {
    Lead,
    Member,
    Facilitator,
    Funder,
    Resource,
}

/// Whether an actor is of its collective.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum MembershipStatus {
    Invited,
    Accepted,
    Declined,
    Left,
}

/// What can be done to a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum MemberMove {
    /// It is asked to join, again.
    Invite,
    /// It joins.
    Accept,
    /// It does not.
    Decline,
    /// It goes.
    Leave,
}

impl MembershipStatus {
    /// The status after a move; null where the move is not one from here.
    pub fn after(self, step: MemberMove) -> Option<Self> {
        match (self, step) {
            (Self::Declined | Self::Left, MemberMove::Invite) => Some(Self::Invited),
            (Self::Invited, MemberMove::Accept) => Some(Self::Accepted),
            (Self::Invited, MemberMove::Decline) => Some(Self::Declined),
            (Self::Accepted, MemberMove::Leave) => Some(Self::Left),
            _ => None,
        }
    }
}

/// Most hours that a month has.
const MOST_HOURS: f64 = 744.0;

/// An actor of a collective, or one that was asked to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Membership {
    pub id: MembershipId,
    pub collective: CollectiveId,
    pub actor: ActorId,
    pub role: MemberRole,
    pub responsibility: Option<String>,
    pub status: MembershipStatus,
    pub hours_per_month: Option<f64>,
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub answered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// What an update says of a membership.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Membership")]
pub struct MembershipEdit {
    pub role: Edit<MemberRole>,
    pub responsibility: Edit<String>,
    pub hours_per_month: Edit<f64>,
    pub since: Edit<NaiveDate>,
    pub until: Edit<NaiveDate>,
}

impl MembershipEdit {
    /// Whether it says nothing but what each says for itself: its responsibility and its time.
    pub fn is_of_itself(&self) -> bool {
        self.role == Edit::Keep && self.since == Edit::Keep && self.until == Edit::Keep
    }
}

impl Membership {
    /// An invitation.
    pub fn invited(
        id: MembershipId,
        collective: CollectiveId,
        actor: ActorId,
        role: MemberRole,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            collective,
            actor,
            role,
            responsibility: None,
            status: MembershipStatus::Invited,
            hours_per_month: None,
            since: None,
            until: None,
            answered_at: None,
            created_at: now,
        }
    }

    /// Whether it leads the collective, or is asked to.
    pub fn leads(&self) -> bool {
        self.role == MemberRole::Lead
            && matches!(self.status, MembershipStatus::Invited | MembershipStatus::Accepted)
    }

    /// Joins on that day.
    pub fn accept(&mut self, now: DateTime<Utc>, today: NaiveDate) {
        self.status = MembershipStatus::Accepted;
        self.answered_at = Some(now);
        self.since.get_or_insert(today);
        self.until = None;
    }

    /// Goes on that day.
    pub fn leave(&mut self, today: NaiveDate) {
        self.status = MembershipStatus::Left;
        self.until = Some(self.since.map_or(today, |since| since.max(today)));
    }

    /// Is asked again: what was agreed before is over.
    pub fn invite_again(&mut self, role: MemberRole) {
        let Self { id, collective, actor, created_at, .. } = *self;
        *self = Self::invited(id, collective, actor, role, created_at);
    }

    /// Takes over what another membership of the same collective says, of an actor that became this one: it is the one of
    /// the two that went furthest, and leads where one that went so far did.
    pub fn absorb(&mut self, other: &Self) {
        let furthest = |membership: &Self| match membership.status {
            MembershipStatus::Accepted => 3,
            MembershipStatus::Invited => 2,
            MembershipStatus::Left => 1,
            MembershipStatus::Declined => 0,
        };
        let both = self.status == other.status;
        let leads = both && (self.leads() || other.leads());
        if furthest(other) > furthest(self) {
            let Self { id, actor, .. } = *self;
            let own = std::mem::replace(self, Self { id, actor, ..other.clone() });
            self.responsibility = self.responsibility.take().or(own.responsibility);
            self.created_at = self.created_at.min(own.created_at);
        } else {
            self.responsibility = self.responsibility.take().or_else(|| other.responsibility.clone());
            self.hours_per_month = self.hours_per_month.or(other.hours_per_month);
            self.created_at = self.created_at.min(other.created_at);
        }
        if both {
            self.since = self.since.zip(other.since).map(|(a, b)| a.min(b)).or(self.since).or(other.since);
        }
        if leads {
            self.role = MemberRole::Lead;
        }
    }

    /// Writes an edit, or adds all that is wrong.
    pub fn edit(&mut self, edit: MembershipEdit, found: &mut Violations) {
        text::required(edit.role, &mut self.role, "input.role", found);
        text::text_edit(edit.responsibility, "input.responsibility", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.responsibility);
        edit.hours_per_month
            .map(|given| hours("input.hoursPerMonth", given, found))
            .apply(&mut self.hours_per_month);
        edit.since.apply(&mut self.since);
        edit.until.apply(&mut self.until);
        if self.since.zip(self.until).is_some_and(|(since, until)| until < since) {
            found.add("input.until", ViolationCode::Inconsistent, "is before since");
        }
    }
}

/// Hours a month, or what is wrong with them.
pub fn hours(path: &str, given: f64, found: &mut Violations) -> f64 {
    if !(0.0..=MOST_HOURS).contains(&given) {
        found.add(path, ViolationCode::OutOfRange, "is from 0 to 744 hours a month");
    }
    given
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_move_from_every_status_is_one_of_five() {
        use MemberMove::{Accept, Decline, Invite, Leave};
        use MembershipStatus::{Accepted, Declined, Invited, Left};
        let possible = [
            (Declined, Invite, Invited),
            (Left, Invite, Invited),
            (Invited, Accept, Accepted),
            (Invited, Decline, Declined),
            (Accepted, Leave, Left),
        ];
        for from in MembershipStatus::iter() {
            for step in MemberMove::iter() {
                let expected = possible.iter().find(|(f, s, _)| (*f, *s) == (from, step)).map(|(.., to)| *to);
                assert_eq!(from.after(step), expected, "{from}, {step:?}");
            }
        }
    }

    #[test]
    fn an_hour_is_a_number_within_a_month() {
        for (given, good) in [(0.0, true), (744.0, true), (-0.1, false), (744.1, false), (f64::NAN, false)] {
            let mut found = Violations::default();
            hours("input.hoursPerMonth", given, &mut found);
            assert_eq!(found.0.is_empty(), good, "{given}");
        }
    }
}
