//! Dates of which a part may be unknown.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};

/// Nothing that is told here happened before.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// How much of a date is known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DatePrecision {
    Year,
    Month,
    Day,
}

impl DatePrecision {
    /// The first day of what is known.
    pub fn first_day(self, date: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(date),
            Self::Month => date.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        };
        first.unwrap_or(date)
    }

    /// The last day of what is known.
    pub fn last_day(self, date: NaiveDate) -> NaiveDate {
        let next = match self {
            Self::Day => return date,
            Self::Month => self.first_day(date).checked_add_months(Months::new(1)),
            Self::Year => self.first_day(date).checked_add_months(Months::new(12)),
        };
        next.and_then(|next| next.pred_opt()).unwrap_or(date)
    }
}

/// A date of which a part may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    /// The day; where only a year or month is known, its first day for a beginning and its last for an end.
    pub date: NaiveDate,
    /// How much of it is known.
    pub precision: DatePrecision,
}

/// Says where a day is too long ago to be meant.
pub fn check_past(path: &str, day: NaiveDate, found: &mut Violations) {
    if day < EARLIEST {
        let message = format!("is before {EARLIEST}: is the year right?");
        found.add(path, ViolationCode::OutOfRange, message);
    }
}

/// Says where a day is too long ago, or more years ahead than this.
pub fn check_near(path: &str, day: NaiveDate, today: NaiveDate, years: u32, found: &mut Violations) {
    check_past(path, day, found);
    let latest = today.checked_add_months(Months::new(12 * years)).unwrap_or(today);
    if day > latest {
        let ahead = if years == 1 { "a year".to_owned() } else { format!("{years} years") };
        let message = format!("is more than {ahead} ahead, after {latest}: write it down when it is near");
        found.add(path, ViolationCode::OutOfRange, message);
    }
}

/// Writes the date and the precision, either of which may be edited alone.
pub fn edit_date(
    field: &mut Option<PartialDate>,
    date: &Edit<NaiveDate>,
    precision: &Edit<DatePrecision>,
    round: impl Fn(DatePrecision, NaiveDate) -> NaiveDate,
) {
    let date = match date {
        Edit::Keep => field.map(|f| f.date),
        Edit::Clear => None,
        Edit::Set(date) => Some(*date),
    };
    let precision = match precision {
        Edit::Set(precision) => *precision,
        Edit::Clear => DatePrecision::Day,
        Edit::Keep => field.map_or(DatePrecision::Day, |f| f.precision),
    };
    *field = date.map(|date| PartialDate { date: round(precision, date), precision });
}
