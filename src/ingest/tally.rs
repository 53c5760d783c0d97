//! What an import says of itself in numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::problem::{Problem, Severity};
use super::record::Record;

/// How many distinct values of one problem are told apart; what comes later is counted under the problem alone.
const DISTINCT_VALUES: usize = 50;

/// Counts over a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows or features that could be read.
    pub rows: u64,
    /// Records handed out.
    pub records: u64,
    /// Records left out since the file has them already.
    pub repeats: u64,
    /// In how many records each rule set something.
    pub rules: BTreeMap<Arc<str>, u64>,
    /// In how many records an override changed something.
    pub corrected: u64,
    /// Problems by kind, worst first in no order; see [`Count`].
    pub problems: BTreeMap<Key, Count>,
}

/// What problems are counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// How bad.
    pub severity: Severity,
    /// The problem's code.
    pub code: &'static str,
    /// The column, where there is one.
    pub column: Option<String>,
    /// The value, for problems of single words (`unknown-value`, `value-left-out`).
    pub value: Option<String>,
}

/// How often a problem occurred, and where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// How often.
    pub count: u64,
    /// The first of them.
    pub first: Problem,
}

impl Tally {
    /// Counts a record that is handed out.
    pub fn record(&mut self, record: &Record) {
        self.records += 1;
        for rule in &record.ruled {
            *self.rules.entry(Arc::clone(rule)).or_default() += 1;
        }
        self.corrected += u64::from(!record.corrections.is_empty());
    }

    /// Counts a problem.
    pub fn problem(&mut self, problem: &Problem) {
        let is_word = matches!(problem.code, "unknown-value" | "value-left-out");
        let value = problem.value.clone().filter(|_| is_word);
        let mut key =
            Key { severity: problem.severity, code: problem.code, column: problem.column.clone(), value };
        if key.value.is_some() && !self.problems.contains_key(&key) {
            let same =
                self.problems.keys().filter(|other| other.code == key.code && other.column == key.column);
            if same.count() >= DISTINCT_VALUES {
                key.value = None;
            }
        }
        self.problems.entry(key).or_insert_with(|| Count { count: 0, first: problem.clone() }).count += 1;
    }

    /// How many problems of a code there were.
    pub fn count_of(&self, code: &str) -> u64 {
        self.problems.iter().filter(|(key, _)| key.code == code).map(|(_, count)| count.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_words_are_counted_by_word_and_stay_bounded() {
        let mut tally = Tally::default();
        for number in 0..1000 {
            tally.problem(
                &Problem::warning("unknown-value", "").in_column("kind").quoting(&format!("v{}", number / 2)),
            );
        }
        assert_eq!((tally.count_of("unknown-value"), tally.problems.len()), (1000, DISTINCT_VALUES + 1));
        assert_eq!(tally.problems.values().map(|count| count.count).min(), Some(2));
    }
}
