//! What is wrong in a file, where, and what to do about it.

use std::fmt;

/// How much a problem costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// A value is left out or read with a guess; the row stays.
    Warning,
    /// The row, or the whole file, is left out.
    Error,
}

impl Severity {
    /// The lower-case word for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The longest quotation of a cell, or of a heading, in a problem, in characters.
const QUOTE: usize = 120;

/// One thing that is wrong in a file. It quotes the file, so it may hold personal data: it belongs in the report to
/// whoever sent the file, never in a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// Line of the file where the row begins, from 1; in GeoJSON the feature's number, from 1. `None`: the whole file.
    pub line: Option<u64>,
    /// The file's column, as its header spells it, shortened.
    pub column: Option<String>,
    /// The offending text, shortened.
    pub value: Option<String>,
    /// What it costs.
    pub severity: Severity,
    /// A stable word for it, for counting and translating.
    pub code: &'static str,
    /// What is wrong and what to do, in a sentence or two.
    pub message: String,
}

impl Problem {
    /// The row or the file is left out.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A value is left out, or read with a guess.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Nothing is lost.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// A problem without a place.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { line: None, column: None, value: None, severity, code, message: message.into() }
    }

    /// The same, with the line where it is.
    #[must_use]
    pub fn at(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, with the column where it is.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(shortened(column));
        self
    }

    /// The same, quoting the text that is wrong, cut where it is long.
    #[must_use]
    pub fn quoting(mut self, value: &str) -> Self {
        self.value = Some(shortened(value));
        self
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.severity.as_str())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column:?}")?;
        }
        if let Some(value) = &self.value {
            write!(f, ", {value:?}")?;
        }
        write!(f, ": {} [{}]", self.message, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_one_line_with_its_place_and_its_code() {
        let problem = Problem::warning("date", "not a date; write it as 2026-01-31")
            .at(7)
            .in_column("clôture")
            .quoting("demain");
        assert_eq!(
            problem.to_string(),
            r#"warning, line 7, column "clôture", "demain": not a date; write it as 2026-01-31 [date]"#
        );
    }

    #[test]
    fn a_long_cell_is_quoted_in_short() {
        let quoted = Problem::error("x", "y").quoting(&"é".repeat(5000)).value;
        assert_eq!(quoted.map(|text| text.chars().count()), Some(QUOTE + 1));
    }
}
