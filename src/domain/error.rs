//! What is wrong with an input: every violation at once, each with its place and a stable code.

use serde::Serialize;
use strum::{AsRefStr, Display};

/// Why a field was refused; stable, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, Serialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViolationCode {
    /// It must be given.
    Required,
    /// It is longer, or holds more, than it may.
    TooLong,
    /// It is not of the form it should have.
    Invalid,
    /// It is outside its range.
    OutOfRange,
    /// It names something that is not there.
    Unknown,
    /// It is there twice.
    Repeated,
    /// It does not go with another field.
    Inconsistent,
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where: the argument's path, as in `input.registrations[0].value`.
    pub path: String,
    /// Why, for programs.
    pub code: ViolationCode,
    /// What was wrong and what to do, for people.
    pub message: String,
}

/// All that is wrong with an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// Adds one.
    pub fn add(&mut self, path: impl Into<String>, code: ViolationCode, message: impl Into<String>) {
        self.0.push(Violation { path: path.into(), code, message: message.into() });
    }

    /// One alone.
    pub fn one(path: impl Into<String>, code: ViolationCode, message: impl Into<String>) -> Self {
        let mut violations = Self::default();
        violations.add(path, code, message);
        violations
    }

    /// Each as a sentence, for answers that are text.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|wrong| format!("{} {}.", wrong.path, wrong.message))
    }

    /// The value where nothing was wrong, all that was wrong otherwise.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The value of a check; what was wrong is kept and the value is then absent.
    pub fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result.map_err(|found| self.0.extend(found.0)).ok()
    }
}
