//! Identity cards as clients read and write them.

use async_graphql::{InputObject, SimpleObject};

use super::enums::ReasonStance;
use super::scalars::{Date, DateTime, read};
use crate::domain::error::Violations;
use crate::domain::identity_cards;

/// A revision of a collective's identity card: drafted at a workshop, then revised; every revision stays readable.
#[derive(SimpleObject)]
pub struct IdentityCard {
    /// Counts the revisions, from 1 on.
    revision: i32,
    /// The question that brings them together.
    essential_question: String,
    /// Why they act, in order.
    reasons: Vec<Reason>,
    /// What is to be otherwise, in order.
    effects: Vec<ExpectedEffect>,
    /// What they do for it, in order.
    key_actions: Vec<KeyAction>,
    /// When they agreed on it; null while it is a draft.
    adopted_on: Option<Date>,
    /// When this revision was written.
    updated_at: DateTime,
}

/// Why they act.
#[derive(SimpleObject)]
pub struct Reason {
    /// How the reason begins.
    stance: ReasonStance,
    /// How it goes on.
    text: String,
}

/// What is to be otherwise by a year.
#[derive(SimpleObject)]
pub struct ExpectedEffect {
    /// The year.
    horizon_year: i32,
    /// What.
    text: String,
}

/// What they do for it.
#[derive(SimpleObject)]
pub struct KeyAction {
    /// In a line.
    title: String,
    /// Its parts, in order.
    details: Vec<String>,
}

impl From<identity_cards::IdentityCard> for IdentityCard {
    fn from(card: identity_cards::IdentityCard) -> Self {
        let reason =
            |reason: identity_cards::Reason| Reason { stance: reason.stance.into(), text: reason.text };
        let effect = |effect: identity_cards::ExpectedEffect| ExpectedEffect {
            horizon_year: effect.horizon_year,
            text: effect.text,
        };
        let action =
            |action: identity_cards::KeyAction| KeyAction { title: action.title, details: action.details };
        Self {
            revision: card.revision,
            essential_question: card.essential_question,
            reasons: card.reasons.into_iter().map(reason).collect(),
            effects: card.effects.into_iter().map(effect).collect(),
            key_actions: card.key_actions.into_iter().map(action).collect(),
            adopted_on: card.adopted_on.map(Date::from),
            updated_at: card.updated_at.into(),
        }
    }
}

/// A card's next revision, as a whole.
#[derive(InputObject)]
pub struct IdentityCardInput {
    /// The question that brings them together, at most 1000 characters.
    essential_question: String,
    /// Why they act, in order.
    reasons: Vec<ReasonInput>,
    /// What is to be otherwise, in order.
    effects: Vec<ExpectedEffectInput>,
    /// What they do for it, in order.
    key_actions: Vec<KeyActionInput>,
    /// When they agreed on it.
    adopted_on: Option<Date>,
}

/// Why they act.
#[derive(InputObject)]
pub struct ReasonInput {
    /// How the reason begins.
    stance: ReasonStance,
    /// How it goes on, at most 1000 characters.
    text: String,
}

/// What is to be otherwise by a year.
#[derive(InputObject)]
pub struct ExpectedEffectInput {
    /// The year.
    horizon_year: i32,
    /// What, at most 1000 characters.
    text: String,
}

/// What they do for it.
#[derive(InputObject)]
pub struct KeyActionInput {
    /// In a line, at most 1000 characters.
    title: String,
    /// Its parts, in order.
    details: Option<Vec<String>>,
}

impl IdentityCardInput {
    /// Checks what can be checked without the database.
    pub fn read(
        self,
        now: chrono::DateTime<chrono::Utc>,
        found: &mut Violations,
    ) -> identity_cards::IdentityCard {
        let reason =
            |reason: ReasonInput| identity_cards::Reason { stance: reason.stance.into(), text: reason.text };
        let effect = |effect: ExpectedEffectInput| identity_cards::ExpectedEffect {
            horizon_year: effect.horizon_year,
            text: effect.text,
        };
        let action = |action: KeyActionInput| identity_cards::KeyAction {
            title: action.title,
            details: action.details.unwrap_or_default(),
        };
        identity_cards::IdentityCard {
            revision: 0,
            essential_question: self.essential_question,
            reasons: self.reasons.into_iter().map(reason).collect(),
            effects: self.effects.into_iter().map(effect).collect(),
            key_actions: self.key_actions.into_iter().map(action).collect(),
            adopted_on: read(self.adopted_on.as_ref(), "input.adoptedOn", found),
            updated_at: now,
        }
    }
}
