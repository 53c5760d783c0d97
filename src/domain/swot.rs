//! Findings of a diagnosis: strengths and weaknesses within, opportunities and threats without; what they matter, by votes;
//! what two of them say together.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{DiagnosisAxisId, SwotCrossingId, SwotItemId, WorkshopSessionId};
use super::{text, themes};

/// Most findings of a diagnosis.
pub const MOST_ITEMS: i64 = 2_000;
/// Most crossings of a diagnosis.
pub const MOST_CROSSINGS: i64 = 2_000;
/// Most characters of a finding.
const ITEM_CHARS: usize = 2_000;
/// Fewest votes on a finding whose averages are told while others may still vote.
const FEWEST_VOTES: i64 = 3;
/// Most votes on paper of a finding.
const MOST_PAPER_VOTES: i32 = 100_000;

/// Where a finding stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum SwotQuadrant {
    Strength,
    Weakness,
    Opportunity,
    Threat,
}

impl SwotQuadrant {
    /// Whether it is of the territory itself; else it is of what surrounds it.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Strength | Self::Weakness)
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct SwotItem {
    pub id: SwotItemId,
    pub axis: DiagnosisAxisId,
    pub quadrant: SwotQuadrant,
    pub text: String,
    pub themes: Vec<String>,
    pub session: Option<WorkshopSessionId>,
    pub created_at: DateTime<Utc>,
}

/// What a new finding says.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of SwotItem")]
pub struct SwotItemGiven {
    pub axis: DiagnosisAxisId,
    pub quadrant: SwotQuadrant,
    pub text: String,
    pub themes: Vec<String>,
    pub session: Option<WorkshopSessionId>,
}

/// What an update says of a finding.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of SwotItem")]
pub struct SwotItemEdit {
    pub text: Edit<String>,
    pub quadrant: Edit<SwotQuadrant>,
    pub themes: Edit<Vec<String>>,
    pub session: Edit<WorkshopSessionId>,
}

/// What a finding within and one without say together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct SwotCrossing {
    pub id: SwotCrossingId,
    pub internal: SwotItemId,
    pub external: SwotItemId,
    pub insight: String,
    pub created_at: DateTime<Utc>,
}

impl SwotItem {
    /// A new one as it is kept, or with all that is wrong added at this path.
    pub fn new(
        id: SwotItemId,
        given: SwotItemGiven,
        at: &str,
        now: DateTime<Utc>,
        found: &mut Violations,
    ) -> Self {
        Self {
            id,
            axis: given.axis,
            quadrant: given.quadrant,
            text: filled(Edit::Set(given.text), &format!("{at}.text"), ITEM_CHARS, found).unwrap_or_default(),
            themes: themes::parse(&format!("{at}.themes"), given.themes, found),
            session: given.session,
            created_at: now,
        }
    }

    /// Writes an edit, or adds all that is wrong. `crossed` are the crossings that it is part of.
    pub fn edit(&mut self, edit: SwotItemEdit, crossed: &[SwotCrossing], found: &mut Violations) {
        if let Some(text) = filled(edit.text, "text", ITEM_CHARS, found) {
            self.text = text;
        }
        let before = self.quadrant;
        text::required(edit.quadrant, &mut self.quadrant, "quadrant", found);
        if before.is_internal() != self.quadrant.is_internal() && !crossed.is_empty() {
            let side = |quadrant: SwotQuadrant| if quadrant.is_internal() { "within" } else { "without" };
            let message = format!(
                "{before} is a finding {}, {} one {}, and {} crossed with it: remove that with removeCrossing first",
                side(before),
                self.quadrant,
                side(self.quadrant),
                counted(crossed.len(), "finding is", "findings are"),
            );
            found.add("quadrant", ViolationCode::Inconsistent, message);
        }
        edit.themes.map(|given| themes::parse("themes", given, found)).apply_list(&mut self.themes);
        edit.session.apply(&mut self.session);
    }
}

/// `1 finding is`, `3 findings are`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// A text that must not be empty, where one is set.
fn filled(edit: Edit<String>, path: &str, most: usize, found: &mut Violations) -> Option<String> {
    match text::text_edit(edit, path, most, found) {
        Edit::Keep => None,
        Edit::Clear => {
            found.add(path, ViolationCode::Required, "must not be empty");
            None
        }
        Edit::Set(text) => Some(text),
    }
}

/// An insight as it is kept, or what is wrong with it.
pub fn insight(given: String, found: &mut Violations) -> String {
    filled(Edit::Set(given), "insight", ITEM_CHARS, found).unwrap_or_default()
}

/// Says where two findings are not one within and one without.
pub fn check_sides(internal: SwotQuadrant, external: SwotQuadrant, found: &mut Violations) {
    let both = format!("the two are {internal} and {external}");
    match (internal.is_internal(), external.is_internal()) {
        (true, false) => {}
        (true, true) => found.add(
            "external",
            ViolationCode::Inconsistent,
            format!("{both}, both within: cross a strength or a weakness with an opportunity or a threat"),
        ),
        (false, false) => found.add(
            "internal",
            ViolationCode::Inconsistent,
            format!("{both}, both without: cross a strength or a weakness with an opportunity or a threat"),
        ),
        (false, true) => found.add(
            "internal",
            ViolationCode::Inconsistent,
            format!("{both}: give the strength or the weakness as `internal`, and the other as `external`"),
        ),
    }
}

/// Says where a vote is not from 1 to 5.
pub fn check_vote(importance: i32, capacity: i32, found: &mut Violations) {
    for (path, value) in [("importance", importance), ("capacityToAct", capacity)] {
        if !(1..=5).contains(&value) {
            found.add(path, ViolationCode::OutOfRange, format!("is {value}: votes go from 1 to 5"));
        }
    }
}

/// What was counted on paper: averages, and of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PaperVotes {
    /// How much it matters, 1 to 5, to the hundredth.
    pub importance: Decimal,
    /// How far they can act, 1 to 5, to the hundredth.
    pub capacity: Decimal,
    /// Of how many, 1 at least.
    pub votes: i32,
}

impl PaperVotes {
    /// As it is kept, or all that is wrong with it.
    pub fn checked(importance: f64, capacity: f64, votes: i32, found: &mut Violations) -> Option<Self> {
        let mut average = |path: &str, value: f64| {
            if !(1.0..=5.0).contains(&value) {
                found.add(path, ViolationCode::OutOfRange, "is an average of votes: it goes from 1 to 5");
                return None;
            }
            // As it was written: the shortest text that is this number.
            let exact: Decimal = value.to_string().parse().ok()?;
            if exact.normalize().scale() > 2 {
                found.add(path, ViolationCode::Invalid, "has at most two decimals, as in 3.75");
                return None;
            }
            Some(exact)
        };
        let importance = average("importance", importance);
        let capacity = average("capacityToAct", capacity);
        if !(1..=MOST_PAPER_VOTES).contains(&votes) {
            let message = format!("is from 1 to {MOST_PAPER_VOTES}: how many voted on paper");
            found.add("votes", ViolationCode::OutOfRange, message);
            return None;
        }
        Some(Self { importance: importance?, capacity: capacity?, votes })
    }
}

/// All votes on a finding, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How much it matters, in hundredths, summed over all votes.
    pub importance: i64,
    /// How far they can act, in hundredths, summed over all votes.
    pub capacity: i64,
    /// How many votes.
    pub votes: i64,
    /// How many of them were given here, each by someone who is known.
    pub given: i64,
}

impl Tally {
    /// Of votes that were given here, and those on paper, which weigh as many as they were.
    pub fn of((importance, capacity, votes): (i64, i64, i64), paper: Option<PaperVotes>) -> Self {
        let hundredths = |average: Decimal, of: i32| {
            (average * Decimal::ONE_HUNDRED * Decimal::from(of)).round().to_i64().unwrap_or_default()
        };
        Self {
            importance: importance * 100 + paper.map_or(0, |paper| hundredths(paper.importance, paper.votes)),
            capacity: capacity * 100 + paper.map_or(0, |paper| hundredths(paper.capacity, paper.votes)),
            votes: votes + paper.map_or(0, |paper| i64::from(paper.votes)),
            given: votes,
        }
    }

    /// Whether what it comes to is told: while votes are still given, an average of one or two would say what someone voted.
    /// What was counted on paper is known to a room.
    fn is_told(&self, open: bool) -> bool {
        self.votes > 0 && (!open || self.given == 0 || self.votes >= FEWEST_VOTES)
    }

    /// Most first: by the product of the two averages, then by how much it matters, then by the number of votes.
    fn order(&self, other: &Self) -> Ordering {
        // As integers, so that what is equal is equal.
        let product = |tally: &Self, by: &Self| {
            i128::from(tally.importance)
                * i128::from(tally.capacity)
                * i128::from(by.votes)
                * i128::from(by.votes)
        };
        let importance = |tally: &Self, by: &Self| i128::from(tally.importance) * i128::from(by.votes);
        product(other, self)
            .cmp(&product(self, other))
            .then_with(|| importance(other, self).cmp(&importance(self, other)))
            .then_with(|| other.votes.cmp(&self.votes))
    }
}

/// What the votes on a finding come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Priority {
    /// How much it matters, 1 to 5, to the hundredth; null without votes, or where so few are not told.
    pub importance: Option<f64>,
    /// How far they can act, 1 to 5, to the hundredth; null without votes, or where so few are not told.
    pub capacity: Option<f64>,
    /// How many votes.
    pub votes: i64,
    /// Its place among all findings of its diagnosis, 1 first; equal ones share one. Null where the averages are.
    pub rank: Option<i32>,
}

/// What the votes on all findings of a diagnosis come to, which is open or closed. What is not told has no rank, and takes none
/// from others.
pub fn priorities(tallies: &[(SwotItemId, Tally)], open: bool) -> HashMap<SwotItemId, Priority> {
    let mut voted: Vec<_> = tallies.iter().filter(|(_, tally)| tally.is_told(open)).collect();
    voted.sort_by(|(_, one), (_, other)| one.order(other));
    let average = |sum: i64, votes: i64| {
        let exact = Decimal::new(sum, 2) / Decimal::from(votes);
        exact.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero).to_f64()
    };
    let untold = |tally: &Tally| Priority { votes: tally.votes, ..Priority::default() };
    let mut all: HashMap<_, _> = tallies.iter().map(|(id, tally)| (*id, untold(tally))).collect();
    let mut rank = 1;
    for (place, (id, tally)) in voted.iter().enumerate() {
        if place > 0 && voted[place - 1].1.order(tally) != Ordering::Equal {
            rank = place as i32 + 1;
        }
        let priority = Priority {
            importance: average(tally.importance, tally.votes),
            capacity: average(tally.capacity, tally.votes),
            votes: tally.votes,
            rank: Some(rank),
        };
        all.insert(*id, priority);
    }
    all
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn item(n: u128) -> SwotItemId {
        SwotItemId(Uuid::from_u128(n))
    }

    #[test]
    fn votes_on_paper_weigh_as_many_as_they_were() {
        let mut found = Violations::default();
        let paper = PaperVotes::checked(4.25, 2.0, 3, &mut found);
        // One who gave 5 and 4 here: (5 + 3 × 4.25) / 4, (4 + 3 × 2) / 4.
        let tally = Tally::of((5, 4, 1), paper);
        let priority = priorities(&[(item(1), tally)], true)[&item(1)];
        assert_eq!((priority.importance, priority.capacity), (Some(4.44), Some(2.5)));
        assert_eq!((priority.votes, priority.rank), (4, Some(1)));
        assert_eq!(found, Violations::default());
    }

    #[test]
    fn rank_is_by_the_product_then_importance_then_votes_and_equal_ones_share_it() {
        let tally = |importance, capacity, votes| Tally::of((importance, capacity, votes), None);
        let all = [
            (item(1), tally(4, 3, 1)), // 12, importance 4
            (item(2), tally(3, 4, 1)), // 12, importance 3
            (item(3), tally(8, 6, 2)), // 12, importance 4, two votes
            (item(4), tally(5, 5, 1)), // 25
            (item(5), tally(3, 4, 1)), // as the second
            (item(6), tally(0, 0, 0)), // none
            (item(7), tally(1, 1, 1)), // 1
        ];
        let found = priorities(&all, false);
        let ranks: Vec<_> = (1..=7).map(|n| found[&item(n)].rank).collect();
        assert_eq!(ranks, [Some(3), Some(4), Some(2), Some(1), Some(4), None, Some(6)]);
        assert_eq!(found[&item(6)], Priority::default());
    }

    #[test]
    fn one_or_two_votes_are_not_told_while_others_may_still_vote() {
        let mut found = Violations::default();
        let paper = |votes| PaperVotes::checked(4.0, 4.0, votes, &mut Violations::default());
        let all = [
            (item(1), Tally::of((5, 5, 1), None)),
            (item(2), Tally::of((10, 10, 2), None)),
            (item(3), Tally::of((9, 9, 3), None)),
            (item(4), Tally::of((0, 0, 0), paper(1))),
            (item(5), Tally::of((5, 5, 1), paper(1))),
            (item(6), Tally::of((5, 5, 1), PaperVotes::checked(1.0, 1.0, 2, &mut found))),
        ];
        let told = |open| {
            let found = priorities(&all, open);
            (1..=6).map(|n| found[&item(n)]).map(|one| (one.rank, one.votes)).collect::<Vec<_>>()
        };
        assert_eq!(told(true), [(None, 1), (None, 2), (Some(2), 3), (Some(1), 1), (None, 2), (Some(3), 3)]);
        assert_eq!(
            told(false),
            [(Some(2), 1), (Some(1), 2), (Some(5), 3), (Some(4), 1), (Some(3), 2), (Some(6), 3)]
        );
        assert_eq!(priorities(&all, true)[&item(1)].importance, None);
    }

    #[test]
    fn paper_votes_are_averages_from_1_to_5_with_at_most_two_decimals() {
        for (importance, capacity, votes, expected) in [
            (3.75, 1.0, 1, vec![]),
            (0.99, 5.01, 0, vec!["importance", "capacityToAct", "votes"]),
            (3.333, f64::NAN, 100_001, vec!["importance", "capacityToAct", "votes"]),
        ] {
            let mut found = Violations::default();
            let kept = PaperVotes::checked(importance, capacity, votes, &mut found);
            let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
            assert_eq!((kept.is_some(), paths), (expected.is_empty(), expected));
        }
    }

    #[test]
    fn a_crossing_is_of_one_within_and_one_without() {
        use SwotQuadrant::{Opportunity, Strength, Threat, Weakness};
        let told = |internal, external| {
            let mut found = Violations::default();
            check_sides(internal, external, &mut found);
            found.0.pop().map(|violation| (violation.path, violation.message))
        };
        assert_eq!(told(Strength, Threat), None);
        let (path, message) = told(Strength, Weakness).expect("wrong");
        assert_eq!(path, "external");
        assert!(message.starts_with("the two are STRENGTH and WEAKNESS, both within"), "{message}");
        assert_eq!(told(Opportunity, Threat).expect("wrong").0, "internal");
        assert!(
            told(Threat, Weakness)
                .expect("wrong")
                .1
                .contains("give the strength or the weakness as `internal`")
        );
    }
}
