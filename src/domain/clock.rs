//! What time it is: the system's, or a test's.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// A clock that the caller chooses; nothing in `domain` reads the system's by itself.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<Mutex<DateTime<Utc>>>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is set.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed: Some(Arc::new(Mutex::new(at))) }
    }

    /// Moves a fixed clock; the system's stays.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// The instant, to the microsecond that Postgres keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.fixed {
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            None => Utc::now(),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The day in France.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&Paris).date_naive()
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
}
