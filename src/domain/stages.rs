//! The stages of a collective: the moves between them, and what each asks of those who come to it.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::collectives::{Collective, CollectiveKind, Size};
use super::language::Language;

/// How far a collective has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CollectiveStage {
    /// There is a wish to act.
    Intent,
    /// It finds itself together.
    Forming,
    /// Who does what is settled.
    Structured,
    /// It acts.
    Acting,
    /// It has ended.
    Closed,
}

/// What a move from one stage to another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageMove {
    /// To the next stage, once nothing keeps it.
    Forward,
    /// One step back, with a reason.
    Back,
    /// To the end before it came to act, with a reason.
    GiveUp,
    /// To the stage that it was closed from, and to no other, with a reason.
    Reopen,
}

use StageMove::{Back as B, Forward as F, GiveUp as G, Reopen as R};

/// The moves: a row for each stage from which, a column for each to which.
#[rustfmt::skip]
const MOVES: [[Option<StageMove>; 5]; 5] = [
    // to:         INTENT   FORMING  STRUCTURED ACTING   CLOSED
    /* INTENT     */ [None,    Some(F), None,      None,    Some(G)],
    /* FORMING    */ [Some(B), None,    Some(F),   None,    Some(G)],
    /* STRUCTURED */ [None,    Some(B), None,      Some(F), Some(G)],
    /* ACTING     */ [None,    None,    Some(B),   None,    Some(F)],
    /* CLOSED     */ [Some(R), Some(R), Some(R),   Some(R), None],
];

impl StageMove {
    /// Whether a reason must be given.
    pub fn asks_reason(self) -> bool {
        self != F
    }
}

impl CollectiveStage {
    /// The stage that follows; null after the last.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Intent => Some(Self::Forming),
            Self::Forming => Some(Self::Structured),
            Self::Structured => Some(Self::Acting),
            Self::Acting => Some(Self::Closed),
            Self::Closed => None,
        }
    }

    /// What the move to that stage is; null where there is none. A closed collective comes back to where it was closed.
    pub fn step(self, to: Self, closed_from: Option<Self>) -> Option<StageMove> {
        let step = MOVES[self as usize][to as usize];
        step.filter(|step| *step != R || closed_from.is_none_or(|from| from == to))
    }
}

/// What is known of a collective that decides how far it may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Members that have accepted and whose actor is published.
    pub members: i64,
    /// Those of them without a responsibility.
    pub without_responsibility: i64,
    /// Whether one of them leads.
    pub led: bool,
    /// Next steps with an owner and a date, without those that were dropped.
    pub next_steps: i64,
    /// Projects, and steps that are done.
    pub deeds: i64,
    /// The size that a call asks; null where none does.
    pub asked: Option<Size>,
}

/// What keeps a collective from its next stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum StageBlocker {
    /// No finding is shared yet.
    FindingMissing,
    /// Too few members have accepted.
    TooFewMembers {
        /// How many have.
        members: i64,
        /// How many must.
        least: i64,
    },
    /// Too many members have accepted.
    TooManyMembers {
        /// How many have.
        members: i64,
        /// How many may.
        most: i64,
    },
    /// Nobody leads it.
    LeadMissing,
    /// Nobody has said how urgent it is.
    UrgencyMissing,
    /// Some members have no responsibility.
    ResponsibilityMissing {
        /// How many.
        members: i64,
    },
    /// No next step has an owner and a date.
    NextStepMissing,
    /// Nothing was done yet.
    NothingDone,
}

impl StageBlocker {
    /// Its name, for programs.
    pub fn code(&self) -> &str {
        self.as_ref()
    }

    /// What is missing and what to do, for people.
    pub fn message(&self, language: Language) -> String {
        match (language, self) {
            (Language::Fr, Self::FindingMissing) => {
                "Aucun constat partagé : écrivez-le dans la déclaration d’intention.".to_owned()
            }
            (Language::En, Self::FindingMissing) => {
                "No shared finding: write it into the statement of intent.".to_owned()
            }
            (Language::Fr, Self::TooFewMembers { members, least }) => {
                format!(
                    "{least} membres au moins doivent avoir accepté, leur fiche étant publiée ; ils sont {members}."
                )
            }
            (Language::En, Self::TooFewMembers { members, least }) => {
                format!(
                    "At least {least} members whose entry is published must have accepted; {members} have."
                )
            }
            (Language::Fr, Self::TooManyMembers { members, most }) => format!(
                "{most} membres au plus ; {members} ont accepté : que l’un se retire, ou que le collectif devienne une communauté."
            ),
            (Language::En, Self::TooManyMembers { members, most }) => format!(
                "At most {most} members, and {members} have accepted: let one leave, or let the collective become a community."
            ),
            (Language::Fr, Self::LeadMissing) => {
                "Aucun chef de file : confiez le rôle LEAD à un membre qui a accepté.".to_owned()
            }
            (Language::En, Self::LeadMissing) => {
                "Nobody leads: give the role LEAD to a member that has accepted.".to_owned()
            }
            (Language::Fr, Self::UrgencyMissing) => {
                "Le degré d’urgence n’est pas dit : ajoutez-le à la déclaration d’intention.".to_owned()
            }
            (Language::En, Self::UrgencyMissing) => {
                "Nobody has said how urgent it is: add it to the statement of intent.".to_owned()
            }
            (Language::Fr, Self::ResponsibilityMissing { members }) => {
                format!("Membres sans responsabilité : {members}. Donnez-en une à chacun.")
            }
            (Language::En, Self::ResponsibilityMissing { members }) => {
                format!("Members without a responsibility: {members}. Give one to each.")
            }
            (Language::Fr, Self::NextStepMissing) => {
                "Aucune prochaine étape n’a un responsable dont la fiche est publiée, et une date.".to_owned()
            }
            (Language::En, Self::NextStepMissing) => {
                "No next step has an owner whose entry is published, and a date.".to_owned()
            }
            (Language::Fr, Self::NothingDone) => {
                "Rien n’est encore fait : il faut un projet, ou une étape terminée.".to_owned()
            }
            (Language::En, Self::NothingDone) => {
                "Nothing was done yet: a project is needed, or a step that is done.".to_owned()
            }
        }
    }
}

/// How many members a collective may have: what a call asks, or its kind. A community asks no most.
pub fn size(kind: CollectiveKind, asked: Option<Size>) -> Size {
    let Size { least, most } = asked.unwrap_or(kind.size());
    Size { least, most: most.filter(|_| kind == CollectiveKind::SmallCollective) }
}

/// What still keeps a collective from its next stage; nothing keeps one that acts from its end. A community asks no
/// most, no lead and no urgency.
pub fn blockers(collective: &Collective, facts: &Facts) -> Vec<StageBlocker> {
    let mut found = Vec::new();
    let small = collective.kind == CollectiveKind::SmallCollective;
    // One that was archived may have come back when another had taken its place.
    let too_many = |most: Option<i64>| {
        let most = most.filter(|most| small && facts.members > *most)?;
        Some(StageBlocker::TooManyMembers { members: facts.members, most })
    };
    match collective.stage.next() {
        Some(CollectiveStage::Forming) => {
            if facts.members < 2 {
                found.push(StageBlocker::TooFewMembers { members: facts.members, least: 2 });
            }
            if collective.intent.is_none() {
                found.push(StageBlocker::FindingMissing);
            }
            found.extend(too_many(collective.kind.size().most));
        }
        Some(CollectiveStage::Structured) => {
            let Size { least, most } = size(collective.kind, facts.asked);
            if facts.members < least {
                found.push(StageBlocker::TooFewMembers { members: facts.members, least });
            }
            found.extend(too_many(most));
            if small && !facts.led {
                found.push(StageBlocker::LeadMissing);
            }
            if small && collective.intent.as_ref().is_none_or(|intent| intent.urgency.is_none()) {
                found.push(StageBlocker::UrgencyMissing);
            }
            if facts.without_responsibility > 0 {
                found.push(StageBlocker::ResponsibilityMissing { members: facts.without_responsibility });
            }
            if facts.next_steps == 0 {
                found.push(StageBlocker::NextStepMissing);
            }
        }
        Some(CollectiveStage::Acting) => {
            found.extend(too_many(collective.kind.size().most));
            if facts.deeds == 0 {
                found.push(StageBlocker::NothingDone);
            }
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    use super::*;
    use crate::domain::collectives::{StatementOfIntent, Urgency};
    use crate::domain::ids::CollectiveId;

    fn collective(kind: CollectiveKind, stage: CollectiveStage) -> Collective {
        let mut collective = Collective::new(CollectiveId(Uuid::nil()), DateTime::UNIX_EPOCH);
        (collective.kind, collective.stage) = (kind, stage);
        collective
    }

    fn codes(collective: &Collective, facts: &Facts) -> Vec<String> {
        blockers(collective, facts).iter().map(|blocker| blocker.code().to_owned()).collect()
    }

    #[test]
    fn every_move_from_every_stage_is_the_next_one_back_or_the_end() {
        for from in CollectiveStage::iter() {
            for to in CollectiveStage::iter() {
                let expected = match (from as i32, to as i32) {
                    (4, 4) => None,
                    (4, _) => Some(R),
                    (from, to) if to == from + 1 => Some(F),
                    (from, 4) if from < 3 => Some(G),
                    (from, to) if to == from - 1 => Some(B),
                    _ => None,
                };
                assert_eq!(from.step(to, None), expected, "{from} to {to}");
                let here = from.step(to, Some(CollectiveStage::Forming));
                let expected = expected.filter(|step| *step != R || to == CollectiveStage::Forming);
                assert_eq!(here, expected, "{from} to {to}, closed from FORMING");
            }
            assert_eq!(from.next().is_none(), from == CollectiveStage::Closed);
        }
        assert!(!F.asks_reason() && B.asks_reason() && G.asks_reason() && R.asks_reason());
    }

    #[test]
    fn forming_asks_two_members_and_a_finding() {
        let mut small = collective(CollectiveKind::SmallCollective, CollectiveStage::Intent);
        let alone = Facts { members: 1, ..Facts::default() };
        assert_eq!(codes(&small, &alone), ["TOO_FEW_MEMBERS", "FINDING_MISSING"]);
        small.intent = Some(StatementOfIntent::default());
        // A member that was archived came back.
        assert_eq!(codes(&small, &Facts { members: 6, ..alone }), ["TOO_MANY_MEMBERS"]);
        assert_eq!(codes(&small, &Facts { members: 2, ..alone }), Vec::<String>::new());
    }

    #[test]
    fn structured_asks_three_to_five_with_their_parts_and_a_step() {
        let mut small = collective(CollectiveKind::SmallCollective, CollectiveStage::Forming);
        let facts = Facts { members: 2, without_responsibility: 2, ..Facts::default() };
        assert_eq!(
            codes(&small, &facts),
            [
                "TOO_FEW_MEMBERS",
                "LEAD_MISSING",
                "URGENCY_MISSING",
                "RESPONSIBILITY_MISSING",
                "NEXT_STEP_MISSING"
            ]
        );
        small.intent =
            Some(StatementOfIntent { urgency: Some(Urgency::High), ..StatementOfIntent::default() });
        let ready = Facts { members: 3, led: true, next_steps: 1, ..Facts::default() };
        for (members, expected) in [(3, vec![]), (5, vec![]), (6, vec!["TOO_MANY_MEMBERS"])] {
            assert_eq!(codes(&small, &Facts { members, ..ready }), expected, "{members}");
        }
        // A call asks three to four.
        let asked = Some(Size { least: 3, most: Some(4) });
        assert_eq!(codes(&small, &Facts { members: 5, asked, ..ready }), ["TOO_MANY_MEMBERS"]);
    }

    #[test]
    fn a_community_asks_no_most_no_lead_and_no_urgency() {
        let community = collective(CollectiveKind::ActionCommunity, CollectiveStage::Forming);
        let facts = Facts { members: 500, next_steps: 1, ..Facts::default() };
        assert_eq!(codes(&community, &facts), Vec::<String>::new());
    }

    #[test]
    fn acting_asks_that_something_was_done_and_the_end_asks_nothing() {
        let small = collective(CollectiveKind::SmallCollective, CollectiveStage::Structured);
        assert_eq!(codes(&small, &Facts::default()), ["NOTHING_DONE"]);
        assert_eq!(codes(&small, &Facts { deeds: 1, ..Facts::default() }), Vec::<String>::new());
        for stage in [CollectiveStage::Acting, CollectiveStage::Closed] {
            let there = collective(CollectiveKind::SmallCollective, stage);
            assert_eq!(codes(&there, &Facts::default()), Vec::<String>::new());
        }
    }

    #[test]
    fn every_blocker_says_what_to_do_in_both_languages() {
        let all = [
            StageBlocker::FindingMissing,
            StageBlocker::TooFewMembers { members: 1, least: 3 },
            StageBlocker::TooManyMembers { members: 6, most: 5 },
            StageBlocker::LeadMissing,
            StageBlocker::UrgencyMissing,
            StageBlocker::ResponsibilityMissing { members: 2 },
            StageBlocker::NextStepMissing,
            StageBlocker::NothingDone,
        ];
        for blocker in all {
            let (french, english) = (blocker.message(Language::Fr), blocker.message(Language::En));
            assert!(french.ends_with('.') && english.ends_with('.') && french != english, "{french}");
        }
    }
}
