//! How failed attempts slow the next one down.

use chrono::{DateTime, TimeDelta, Utc};

/// Longest wait after a failure.
const LONGEST_SECONDS: i64 = 15 * 60;
/// Without another failure for so long, all are forgotten.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);

/// What was attempted of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// How often it failed, or is being tried.
    pub failures: i32,
    /// When it was last tried.
    pub last_at: DateTime<Utc>,
}

impl Attempts {
    /// How many seconds are still to be waited, where so many failures are free; none where another try may be made.
    pub fn wait(self, free: i32, now: DateTime<Utc>) -> Option<i64> {
        let over = self.failures - free;
        if over < 0 {
            return None;
        }
        let wait = LONGEST_SECONDS.min(4 << over.min(20));
        let left = (self.last_at + TimeDelta::seconds(wait) - now).num_milliseconds();
        (left > 0).then(|| (left + 999) / 1_000)
    }

    /// With another try, which counts as failed until it has gone well.
    #[must_use]
    pub fn and_one(self, now: DateTime<Utc>) -> Self {
        let failures = if now - self.last_at >= FORGOTTEN_AFTER { 0 } else { self.failures };
        Self { failures: failures.saturating_add(1), last_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_free_and_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let now = DateTime::UNIX_EPOCH;
        let wait = |failures| Attempts { failures, last_at: now }.wait(5, now);
        assert_eq!([0, 4, 5, 6, 7, 12].map(wait), [None, None, Some(4), Some(8), Some(16), Some(512)]);
        assert_eq!([13, 40, i32::MAX].map(wait), [Some(900); 3]);
        let late = Attempts { failures: 6, last_at: now };
        assert_eq!(late.wait(5, now + TimeDelta::milliseconds(7_100)), Some(1));
        assert_eq!(late.wait(5, now + TimeDelta::seconds(8)), None);
    }

    #[test]
    fn what_lies_an_hour_back_is_forgotten() {
        let now = DateTime::UNIX_EPOCH;
        let many = Attempts { failures: 20, last_at: now };
        assert_eq!(many.and_one(now + TimeDelta::minutes(59)).failures, 21);
        assert_eq!(many.and_one(now + TimeDelta::minutes(60)).failures, 1);
    }
}
