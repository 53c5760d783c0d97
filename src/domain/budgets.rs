//! Budgets of applications: actions, what each costs, who pays for it. Amounts are exact: a budget of 0.1 and 0.2 is one of
//! 0.30.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::error::{ViolationCode, Violations};
use super::ids::ActorId;
use super::money::money;
use super::text;

/// Where money comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum FundingSource {
    ThisCall,
    OwnFunds,
    OtherPublic,
    OtherPrivate,
    InKind,
}

/// What is to be done, what it costs, who pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Budget {
    pub actions: Vec<BudgetAction>,
    pub filed_on: Option<NaiveDate>,
}

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct BudgetAction {
    pub title: String,
    pub cost: Decimal,
    pub lines: Vec<FundingLine>,
}

/// Who pays how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct FundingLine {
    pub source: FundingSource,
    pub funder: Option<ActorId>,
    pub amount: Decimal,
    pub secured: bool,
}

/// Most actions of a budget.
const MOST_ACTIONS: usize = 100;
/// Most lines of an action.
const MOST_LINES: usize = 50;

impl Budget {
    /// What all actions cost.
    pub fn total_cost(&self) -> Decimal {
        cents(self.actions.iter().map(|action| action.cost).sum())
    }

    /// What all lines bring.
    pub fn total_funding(&self) -> Decimal {
        cents(self.lines().map(|line| line.amount).sum())
    }

    /// What is asked of the call.
    pub fn requested(&self) -> Decimal {
        let asked = self.lines().filter(|line| line.source == FundingSource::ThisCall);
        cents(asked.map(|line| line.amount).sum())
    }

    /// What is missing: costs that no line pays. Negative where there is more than it costs.
    pub fn missing(&self) -> Decimal {
        cents(self.total_cost() - self.total_funding())
    }

    /// Whether it brings exactly what it costs.
    pub fn balanced(&self) -> bool {
        self.missing().is_zero()
    }

    /// All lines of all actions.
    pub fn lines(&self) -> impl Iterator<Item = &FundingLine> {
        self.actions.iter().flat_map(|action| &action.lines)
    }

    /// Puts one actor in the place of another that it took over.
    pub fn replace(&mut self, merged: ActorId, kept: ActorId) {
        for line in self.actions.iter_mut().flat_map(|action| &mut action.lines) {
            if line.funder == Some(merged) {
                line.funder = Some(kept);
            }
        }
    }
}

/// Actions as they are kept, or with all that is wrong added.
pub fn checked(given: Vec<BudgetAction>, found: &mut Violations) -> Vec<BudgetAction> {
    if given.len() > MOST_ACTIONS {
        let message = format!("has {} actions, at most {MOST_ACTIONS}", given.len());
        found.add("input.actions", ViolationCode::TooLong, message);
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(given.len());
    for (index, mut action) in given.into_iter().enumerate() {
        let at = |field: &str| format!("input.actions[{index}].{field}");
        match found.keep(text::text(&at("title"), &action.title, text::NAME_CHARS)) {
            Some(Some(title)) => action.title = title,
            Some(None) => found.add(at("title"), ViolationCode::Required, "must not be empty"),
            None => {}
        }
        action.cost = money(&at("cost"), action.cost, found);
        if action.lines.len() > MOST_LINES {
            let message = format!("has {} lines, at most {MOST_LINES}", action.lines.len());
            found.add(at("lines"), ViolationCode::TooLong, message);
            action.lines.clear();
        }
        for (place, line) in action.lines.iter_mut().enumerate() {
            line.amount = money(&at(&format!("lines[{place}].amount")), line.amount, found);
        }
        kept.push(action);
    }
    kept
}

/// With its cents, however it was summed.
fn cents(mut amount: Decimal) -> Decimal {
    amount.rescale(2);
    amount
}

/// An amount as people read it in French: `1 234,50 €`.
pub fn euros_french(amount: Decimal) -> String {
    let (whole, cents) = digits(amount, '\u{202f}');
    format!("{whole},{cents} €")
}

/// An amount as people read it in English: `€1,234.50`.
pub fn euros_english(amount: Decimal) -> String {
    let (whole, cents) = digits(amount, ',');
    format!("€{whole}.{cents}")
}

fn digits(amount: Decimal, between: char) -> (String, String) {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(between);
        }
        grouped.push(digit);
    }
    (grouped, cents.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn line(source: FundingSource, text: &str) -> FundingLine {
        FundingLine { source, funder: None, amount: amount(text), secured: false }
    }

    #[test]
    fn a_tenth_and_two_tenths_are_three_tenths() {
        let mut found = Violations::default();
        let lines = vec![line(FundingSource::ThisCall, "0.1"), line(FundingSource::OwnFunds, "0.2")];
        let action = BudgetAction { title: "Atelier".to_owned(), cost: amount("0.3"), lines };
        let budget = Budget { actions: checked(vec![action], &mut found), filed_on: None };
        assert_eq!(found, Violations::default());
        assert_eq!(budget.total_funding().to_string(), "0.30");
        assert_eq!(budget.requested().to_string(), "0.10");
        assert!(budget.balanced());
        assert_eq!(Budget::default().total_cost().to_string(), "0.00");
    }

    #[test]
    fn what_is_missing_or_too_much_is_told_to_the_cent() {
        let lines = vec![line(FundingSource::ThisCall, "999.99")];
        let mut action = BudgetAction { title: "Atelier".to_owned(), cost: amount("1000.00"), lines };
        let missing = |action: &BudgetAction| {
            Budget { actions: vec![action.clone()], filed_on: None }.missing().to_string()
        };
        assert_eq!(missing(&action), "0.01");
        action.cost = amount("900");
        assert_eq!(missing(&action), "-99.99");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut found = Violations::default();
        let lines = vec![line(FundingSource::ThisCall, "-1"), line(FundingSource::OwnFunds, "0.001")];
        let action = BudgetAction { title: " ".to_owned(), cost: amount("100000000000"), lines };
        checked(vec![action], &mut found);
        let told: Vec<_> =
            found.0.iter().map(|violation| (violation.path.as_str(), violation.code)).collect();
        assert_eq!(
            told,
            [
                ("input.actions[0].title", ViolationCode::Required),
                ("input.actions[0].cost", ViolationCode::OutOfRange),
                ("input.actions[0].lines[0].amount", ViolationCode::OutOfRange),
                ("input.actions[0].lines[1].amount", ViolationCode::Invalid),
            ]
        );
    }

    #[test]
    fn amounts_are_grouped_as_each_language_does() {
        assert_eq!(euros_french(amount("1234567.5")), "1\u{202f}234\u{202f}567,50 €");
        assert_eq!(euros_english(amount("-999")), "€999.00");
        assert_eq!(euros_english(amount("12000")), "€12,000.00");
    }
}
