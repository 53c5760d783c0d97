//! Identity cards of collectives: an essential question, reasons, expected effects, key actions; in revisions, none of
//! which is lost.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::error::{ViolationCode, Violations};
use super::text;

/// Most characters of a text of a card, which is one page.
const CHARS: usize = 1_000;
/// Most reasons, effects, key actions, and details of an action.
const MOST: usize = 30;

/// How a reason begins.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonStance {
    /// Il n'est pas normal…
    NotAcceptable,
    /// Il est important…
    Important,
    /// Il est nécessaire…
    Necessary,
}

/// Why they act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Reason {
    pub stance: ReasonStance,
    pub text: String,
}

/// What is to be otherwise by a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ExpectedEffect {
    pub horizon_year: i32,
    pub text: String,
}

/// What they do for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct KeyAction {
    pub title: String,
    pub details: Vec<String>,
}

/// A revision of a card.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct IdentityCard {
    pub revision: i32,
    pub essential_question: String,
    pub reasons: Vec<Reason>,
    pub effects: Vec<ExpectedEffect>,
    pub key_actions: Vec<KeyAction>,
    pub adopted_on: Option<NaiveDate>,
    pub updated_at: DateTime<Utc>,
}

impl IdentityCard {
    /// The same with its texts trimmed, or with all that is wrong added.
    #[must_use]
    pub fn checked(mut self, found: &mut Violations) -> Self {
        line("input.essentialQuestion", &mut self.essential_question, found);
        for (path, length) in [
            ("input.reasons", self.reasons.len()),
            ("input.effects", self.effects.len()),
            ("input.keyActions", self.key_actions.len()),
        ] {
            if length > MOST {
                found.add(path, ViolationCode::TooLong, format!("at most {MOST} of them"));
                return self;
            }
        }
        for (index, reason) in self.reasons.iter_mut().enumerate() {
            line(&format!("input.reasons[{index}].text"), &mut reason.text, found);
        }
        for (index, effect) in self.effects.iter_mut().enumerate() {
            line(&format!("input.effects[{index}].text"), &mut effect.text, found);
            if !(1900..=2200).contains(&effect.horizon_year) {
                let path = format!("input.effects[{index}].horizonYear");
                found.add(path, ViolationCode::OutOfRange, "is a year from 1900 to 2200");
            }
        }
        for (index, action) in self.key_actions.iter_mut().enumerate() {
            line(&format!("input.keyActions[{index}].title"), &mut action.title, found);
            if action.details.len() > MOST {
                let path = format!("input.keyActions[{index}].details");
                found.add(path, ViolationCode::TooLong, format!("at most {MOST} of them"));
                continue;
            }
            for (place, detail) in action.details.iter_mut().enumerate() {
                line(&format!("input.keyActions[{index}].details[{place}]"), detail, found);
            }
        }
        self
    }
}

impl IdentityCard {
    /// All that it says, to be searched.
    pub fn text(&self) -> String {
        let mut all = vec![self.essential_question.as_str()];
        all.extend(self.reasons.iter().map(|reason| reason.text.as_str()));
        all.extend(self.effects.iter().map(|effect| effect.text.as_str()));
        for action in &self.key_actions {
            all.push(&action.title);
            all.extend(action.details.iter().map(String::as_str));
        }
        all.join(" ")
    }
}

/// Trims a text that must not be empty.
fn line(path: &str, value: &mut String, found: &mut Violations) {
    match found.keep(text::text(path, value, CHARS)) {
        Some(Some(trimmed)) => *value = trimmed,
        Some(None) => found.add(path, ViolationCode::Required, "must not be empty"),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let card = IdentityCard {
            revision: 1,
            essential_question: " ".to_owned(),
            reasons: vec![Reason { stance: ReasonStance::Important, text: "\0".to_owned() }],
            effects: vec![ExpectedEffect { horizon_year: 30, text: "  Une école ouverte ".to_owned() }],
            key_actions: vec![KeyAction { title: "x".repeat(1_001), details: vec![String::new()] }],
            adopted_on: None,
            updated_at: DateTime::UNIX_EPOCH,
        };
        let mut found = Violations::default();
        let card = card.checked(&mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.essentialQuestion",
                "input.reasons[0].text",
                "input.effects[0].horizonYear",
                "input.keyActions[0].title",
                "input.keyActions[0].details[0]"
            ]
        );
        assert_eq!(card.effects[0].text, "Une école ouverte");
    }
}
