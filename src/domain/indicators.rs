//! Evaluation: how a change is measured, from where to where, and what was measured.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{CollectiveId, IndicatorId, IndicatorResultId, OrientationId};
use super::text;

/// Most indicators of a collective or an orientation.
pub const MOST_INDICATORS: i64 = 100;
/// Most results of an indicator.
pub const MOST_RESULTS: usize = 1_000;
/// Most characters of a unit.
const UNIT_CHARS: usize = 50;
/// Most decimals of a number.
const DECIMALS: u32 = 6;

/// Whose change is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum IndicatorOwner {
    /// A collective's.
    Collective(CollectiveId),
    /// That of an orientation of a diagnosis.
    Orientation(OrientationId),
}

/// How a change is measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Indicator {
    pub id: IndicatorId,
    #[serde(skip)]
    pub owner: IndicatorOwner,
    pub name: String,
    pub unit: String,
    pub higher_is_better: bool,
    pub baseline: Option<Decimal>,
    pub baseline_on: Option<NaiveDate>,
    pub target: Option<Decimal>,
    pub target_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// What was measured on a day: one a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct IndicatorResult {
    pub id: IndicatorResultId,
    #[serde(skip)]
    pub indicator: IndicatorId,
    pub on: NaiveDate,
    pub value: Decimal,
    pub source: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a definition or an update says of an indicator.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Indicator")]
pub struct IndicatorEdit {
    pub name: Edit<String>,
    pub unit: Edit<String>,
    pub higher_is_better: Edit<bool>,
    pub baseline: Edit<Decimal>,
    pub baseline_on: Edit<NaiveDate>,
    pub target: Edit<Decimal>,
    pub target_on: Edit<NaiveDate>,
}

/// What a record or a correction says of a result.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of IndicatorResult")]
pub struct ResultEdit {
    pub on: Edit<NaiveDate>,
    pub value: Edit<Decimal>,
    pub source: Edit<String>,
}

impl Indicator {
    /// A new one, whose fields an edit fills.
    pub fn new(id: IndicatorId, owner: IndicatorOwner, now: DateTime<Utc>) -> Self {
        Self {
            id,
            owner,
            name: String::new(),
            unit: String::new(),
            higher_is_better: true,
            baseline: None,
            baseline_on: None,
            target: None,
            target_on: None,
            created_at: now,
        }
    }

    /// Writes an edit, or adds all that is wrong. `results` are those that stand.
    pub fn edit(
        &mut self,
        edit: IndicatorEdit,
        results: &[IndicatorResult],
        today: NaiveDate,
        found: &mut Violations,
    ) {
        text::required_text(edit.name, &mut self.name, "input.name", found);
        match text::text_edit(edit.unit, "input.unit", UNIT_CHARS, found) {
            Edit::Keep => {}
            Edit::Clear => {
                found.add("input.unit", ViolationCode::Required, "must not be empty: say what is counted");
            }
            Edit::Set(unit) => self.unit = unit,
        }
        text::required(edit.higher_is_better, &mut self.higher_is_better, "input.higherIsBetter", found);
        for (path, given, field) in [
            ("input.baseline", edit.baseline, &mut self.baseline),
            ("input.target", edit.target, &mut self.target),
        ] {
            if let Edit::Set(value) = given {
                number(path, value, found);
            }
            given.apply(field);
        }
        edit.baseline_on.apply(&mut self.baseline_on);
        edit.target_on.apply(&mut self.target_on);
        self.check_aims(found);
        self.check_days(results, today, found);
    }

    /// A target lies on the better side of the baseline.
    fn check_aims(&self, found: &mut Violations) {
        let Some((baseline, target)) = self.baseline.zip(self.target) else { return };
        if target == baseline {
            let message = "equals the baseline: there is no way to go between the two, so that no progress could be told. Give another target, or leave the baseline out: `reached` then tells whether the target is held";
            found.add("input.target", ViolationCode::Inconsistent, message);
        } else if (target > baseline) != self.higher_is_better {
            let (side, more) = if self.higher_is_better { ("below", "more") } else { ("above", "less") };
            let other = !self.higher_is_better;
            let message = format!(
                "is {side} the baseline of {baseline}, though {more} is better: give another target, or say higherIsBetter: {other}"
            );
            found.add("input.target", ViolationCode::Inconsistent, message);
        }
    }

    fn check_days(&self, results: &[IndicatorResult], today: NaiveDate, found: &mut Violations) {
        // Of each day what is said first.
        let said = |found: &Violations, path: &str| found.0.iter().any(|one| one.path == path);
        for (path, value, day, what) in [
            ("input.baselineOn", self.baseline, self.baseline_on, "baseline"),
            ("input.targetOn", self.target, self.target_on, "target"),
        ] {
            let unread = said(found, path.trim_end_matches("On"));
            if day.is_some() && value.is_none() && !unread {
                let message =
                    format!("is the day of a {what} that is not given: give it, or leave the day out");
                found.add(path, ViolationCode::Inconsistent, message);
            }
        }
        if self.baseline_on.is_some_and(|day| day > today) && !said(found, "input.baselineOn") {
            found.add(
                "input.baselineOn",
                ViolationCode::OutOfRange,
                "is in the future: a baseline was measured",
            );
        }
        if self.baseline_on.zip(self.target_on).is_some_and(|(baseline, target)| target <= baseline)
            && !said(found, "input.targetOn")
        {
            found.add("input.targetOn", ViolationCode::Inconsistent, "is not after baselineOn");
        }
        if let Some(earliest) = results.iter().find(|result| self.is_before_baseline(result.on))
            && !said(found, "input.baselineOn")
        {
            let message = format!(
                "is after {}, of which a result stands: correct or remove that result first, or give an earlier day",
                earliest.on
            );
            found.add("input.baselineOn", ViolationCode::Inconsistent, message);
        }
    }

    fn is_before_baseline(&self, day: NaiveDate) -> bool {
        self.baseline_on.is_some_and(|baseline| day < baseline)
    }

    /// In a line, as histories tell it.
    pub fn told(&self) -> String {
        let end = |value: Option<Decimal>, day: Option<NaiveDate>| {
            let value = value?.to_string();
            Some(day.map_or_else(|| value.clone(), |day| format!("{value} ({day})")))
        };
        let better = if self.higher_is_better { "more" } else { "less" };
        let mut told = format!("{}, {}, {better} is better", self.name, self.unit);
        if let Some(baseline) = end(self.baseline, self.baseline_on) {
            told = format!("{told}, from {baseline}");
        }
        if let Some(target) = end(self.target, self.target_on) {
            told = format!("{told}, to {target}");
        }
        told
    }

    /// Whether a value is as good as the target, or better; null without a target.
    pub fn reaches(&self, value: Decimal) -> Option<bool> {
        let target = self.target?;
        Some(if self.higher_is_better { value >= target } else { value <= target })
    }

    /// How far a value is on the way from the baseline, 0, to the target, 1, and never beyond either; to four decimals.
    /// Null without a baseline: where the way begins is not known then.
    pub fn progress(&self, value: Decimal) -> Option<f64> {
        let (baseline, target) = self.baseline.zip(self.target)?;
        let share = (value - baseline).checked_div(target - baseline)?;
        share.clamp(Decimal::ZERO, Decimal::ONE).round_dp(4).to_f64()
    }

    /// Whether the day of the target has passed and the newest result does not reach it; none reaches nothing.
    pub fn late(&self, latest: Option<Decimal>, today: NaiveDate) -> bool {
        let reached = latest.is_some_and(|value| self.reaches(value) == Some(true));
        self.target_on.is_some_and(|day| day < today) && !reached
    }
}

impl IndicatorResult {
    /// Writes an edit, or adds all that is wrong; `at` is the path before its fields' names.
    pub fn edit(
        &mut self,
        of: &Indicator,
        edit: ResultEdit,
        at: &str,
        today: NaiveDate,
        found: &mut Violations,
    ) {
        let path = |field: &str| format!("{at}{field}");
        text::required(edit.on, &mut self.on, &path("on"), found);
        if let Edit::Set(value) = edit.value {
            number(&path("value"), value, found);
        }
        text::required(edit.value, &mut self.value, &path("value"), found);
        text::text_edit(edit.source, &path("source"), text::SHORT_CHARS, found).apply(&mut self.source);
        if self.on > today {
            found.add(path("on"), ViolationCode::OutOfRange, "is in the future: a result was measured");
        } else if of.is_before_baseline(self.on) {
            let baseline = of.baseline_on.map(|day| day.to_string()).unwrap_or_default();
            let message = format!(
                "is before {baseline}, the day of the baseline: give a later day, or correct the indicator's baselineOn"
            );
            found.add(path("on"), ViolationCode::Inconsistent, message);
        }
    }

    /// In a line, as histories tell it; without its source, which may name someone.
    pub fn told(&self, of: &Indicator) -> String {
        format!("{}: {} {} ({})", of.name, self.value, of.unit, self.on)
    }

    /// Whether it says the same, whatever its identity.
    pub fn same_as(&self, other: &Self) -> bool {
        (self.on, self.value, &self.source) == (other.on, other.value, &other.source)
    }
}

/// Says where a number is greater or finer than what is kept.
fn number(path: &str, value: Decimal, found: &mut Violations) {
    if value.abs() >= Decimal::from(1_000_000_000_000_i64) {
        found.add(
            path,
            ViolationCode::OutOfRange,
            "is below 1000000000000, with or without a sign: take a greater unit",
        );
    } else if value.normalize().scale() > DECIMALS {
        found.add(path, ViolationCode::Invalid, format!("has at most {DECIMALS} decimals"));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn indicator(higher: bool, baseline: Option<&str>, target: Option<&str>) -> Indicator {
        let owner = IndicatorOwner::Collective(CollectiveId(Uuid::nil()));
        Indicator {
            name: "Permanences".to_owned(),
            unit: "par mois".to_owned(),
            higher_is_better: higher,
            baseline: baseline.map(decimal),
            target: target.map(decimal),
            ..Indicator::new(IndicatorId(Uuid::nil()), owner, DateTime::UNIX_EPOCH)
        }
    }

    fn wrong(indicator: &mut Indicator, edit: IndicatorEdit) -> Vec<(String, String)> {
        let mut found = Violations::default();
        indicator.edit(edit, &[], day("2026-11-22"), &mut found);
        found.0.into_iter().map(|violation| (violation.path, violation.message)).collect()
    }

    #[test]
    fn progress_goes_from_the_baseline_to_the_target_whichever_way_is_better() {
        let up = indicator(true, Some("10"), Some("30"));
        let down = indicator(false, Some("30"), Some("10"));
        for (value, more, less) in
            [("10", 0.0, 1.0), ("15", 0.25, 0.75), ("30", 1.0, 0.0), ("5", 0.0, 1.0), ("31", 1.0, 0.0)]
        {
            assert_eq!(up.progress(decimal(value)), Some(more), "{value} up");
            assert_eq!(down.progress(decimal(value)), Some(less), "{value} down");
        }
        assert_eq!(indicator(true, Some("0"), Some("3")).progress(decimal("1")), Some(0.3333));
        assert_eq!(indicator(true, None, Some("3")).progress(decimal("3")), None);
        assert_eq!(indicator(true, None, Some("3")).reaches(decimal("3")), Some(true));
        assert_eq!(indicator(false, Some("4"), None).progress(decimal("3")), None);
        let greatest = indicator(true, Some("-999999999999"), Some("-999999999998.999999"));
        assert_eq!(greatest.progress(decimal("999999999999")), Some(1.0));
    }

    #[test]
    fn a_target_at_or_behind_the_baseline_is_told_clearly() {
        let equal = wrong(&mut indicator(true, Some("12.0"), Some("12")), IndicatorEdit::default());
        assert_eq!(equal[0].0, "input.target");
        assert!(equal[0].1.starts_with("equals the baseline"), "{equal:?}");
        let below = wrong(&mut indicator(true, Some("12"), Some("11")), IndicatorEdit::default());
        assert!(below[0].1.starts_with("is below the baseline of 12, though more is better"), "{below:?}");
        let above = wrong(&mut indicator(false, Some("12"), Some("13")), IndicatorEdit::default());
        assert!(above[0].1.starts_with("is above the baseline of 12, though less is better"), "{above:?}");
        let turned = IndicatorEdit { higher_is_better: Edit::Set(false), ..IndicatorEdit::default() };
        assert_eq!(wrong(&mut indicator(true, Some("12"), Some("13")), turned).len(), 1);
        assert!(wrong(&mut indicator(true, None, Some("11")), IndicatorEdit::default()).is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let edit = IndicatorEdit {
            name: Edit::Set(" ".to_owned()),
            unit: Edit::Clear,
            higher_is_better: Edit::Clear,
            baseline: Edit::Set(decimal("1000000000000")),
            target: Edit::Set(decimal("0.0000001")),
            baseline_on: Edit::Set(day("2026-11-23")),
            target_on: Edit::Set(day("2026-11-23")),
        };
        let paths: Vec<_> =
            wrong(&mut indicator(true, None, None), edit).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "input.name",
                "input.unit",
                "input.higherIsBetter",
                "input.baseline",
                "input.target",
                "input.target",
                "input.baselineOn",
                "input.targetOn"
            ]
        );
    }

    #[test]
    fn it_is_late_from_the_day_after_until_the_target_is_reached() {
        let mut indicator = indicator(true, None, Some("3"));
        indicator.target_on = Some(day("2026-06-30"));
        assert!(!indicator.late(None, day("2026-06-30")));
        assert!(indicator.late(None, day("2026-07-01")));
        assert!(indicator.late(Some(decimal("2")), day("2026-07-01")));
        assert!(!indicator.late(Some(decimal("3")), day("2026-07-01")));
    }
}
