//! What time it is: the system's, or a test's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// A clock that the caller chooses; nothing in `domain` reads the system's by itself.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<Mutex<DateTime<Utc>>>>,
    lasting: Option<Lasting>,
}

/// How long an answer lasts that was made by looking at a clock: as long as all that was looked at.
#[derive(Clone, Debug)]
pub struct Lasting(Arc<AtomicI64>);

impl Lasting {
    /// The first instant at which it may be otherwise; null where it does not depend on the time, or not before the
    /// calendar's end.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed))
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is set.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed: Some(Arc::new(Mutex::new(at))), lasting: None }
    }

    /// Moves a fixed clock; the system's stays.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// The same clock, which notes how long lasts what is made by looking at it.
    pub fn noting(&self) -> (Self, Lasting) {
        let lasting = Lasting(Arc::new(AtomicI64::new(i64::MAX)));
        (Self { fixed: self.fixed.clone(), lasting: Some(lasting.clone()) }, lasting)
    }

    /// Whether it notes that.
    pub fn notes(&self) -> bool {
        self.lasting.is_some()
    }

    /// Notes that what is made is the same until then; null where that is as good as for ever.
    pub fn note(&self, until: Option<DateTime<Utc>>) {
        if let (Some(Lasting(lasting)), Some(until)) = (&self.lasting, until) {
            lasting.fetch_min(until.timestamp_micros(), Ordering::Relaxed);
        }
    }

    /// The instant, to the microsecond that Postgres keeps. What is made of it lasts no longer.
    pub fn now(&self) -> DateTime<Utc> {
        let now = self.look();
        self.note(Some(now));
        now
    }

    /// The instant, for those who note how long lasts what they make of it.
    pub fn look(&self) -> DateTime<Utc> {
        let now = match &self.fixed {
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            None => Utc::now(),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The day in France.
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.look())
    }

    /// The day in France of this instant, which is now. What is made of it lasts until midnight.
    pub fn day_of(&self, now: DateTime<Utc>) -> NaiveDate {
        let day = day_in_paris(now);
        self.note(end_of_day_in_paris(day));
        day
    }
}

/// The day in France on which an instant falls.
pub fn day_in_paris(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

/// The first instant of a day in France; null past the calendar's end.
pub fn midnight_in_paris(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = Paris.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest()?;
    Some(midnight.with_timezone(&Utc))
}

/// When something that lasts through a day ends: the next midnight in France.
pub fn end_of_day_in_paris(day: NaiveDate) -> Option<DateTime<Utc>> {
    midnight_in_paris(day.checked_add_days(Days::new(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_the_next_midnight_in_paris_summer_and_winter() {
        let end =
            |y, m, d| end_of_day_in_paris(NaiveDate::from_ymd_opt(y, m, d).expect("a day")).expect("an end");
        assert_eq!(end(2026, 6, 30).to_rfc3339(), "2026-06-30T22:00:00+00:00");
        assert_eq!(end(2026, 12, 31).to_rfc3339(), "2026-12-31T23:00:00+00:00");
    }

    #[test]
    fn what_is_made_lasts_as_long_as_all_that_was_looked_at() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let now = at("2026-07-01T12:00:00Z");
        let (clock, lasting) = Clock::fixed(now).noting();
        assert_eq!((clock.look(), lasting.until()), (now, None), "nothing was made of it");
        clock.today();
        assert_eq!(lasting.until(), Some(at("2026-07-01T22:00:00Z")));
        clock.note(Some(at("2026-07-02T00:00:00Z")));
        clock.note(None);
        assert_eq!(lasting.until(), Some(at("2026-07-01T22:00:00Z")));
        clock.now();
        assert_eq!(lasting.until(), Some(now), "an instant is another at once");
    }
}
