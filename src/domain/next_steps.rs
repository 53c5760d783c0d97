//! What a collective does next, and whom it wants to bring in: lists that are set whole.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, NextStepId};
use super::text;

/// Most next steps of a collective.
const MOST: usize = 100;

/// How far a step is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum StepStatus {
    Todo,
    Doing,
    Done,
    Dropped,
}

/// A small thing to be done.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct NextStep {
    pub id: NextStepId,
    pub title: String,
    pub owner: Option<ActorId>,
    pub due: Option<NaiveDate>,
    pub status: StepStatus,
}

/// The steps with their texts trimmed, or with all that is wrong added.
pub fn checked(mut steps: Vec<NextStep>, found: &mut Violations) -> Vec<NextStep> {
    if steps.len() > MOST {
        found.add("steps", ViolationCode::TooLong, format!("at most {MOST} next steps"));
        return Vec::new();
    }
    for index in 0..steps.len() {
        let at = |field: &str| format!("steps[{index}].{field}");
        let id = steps[index].id;
        if steps[..index].iter().any(|other| other.id == id) {
            found.add(at("id"), ViolationCode::Repeated, "is the id of another step of this list");
        }
        let title = text::text(&at("title"), &steps[index].title, text::NAME_CHARS);
        match found.keep(title) {
            Some(Some(title)) => steps[index].title = title,
            Some(None) => found.add(at("title"), ViolationCode::Required, "must not be empty"),
            None => {}
        }
    }
    steps
}
