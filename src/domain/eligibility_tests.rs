//! What each rule finds.

use chrono::TimeDelta;
use strum::IntoEnumIterator;
use uuid::Uuid;

use super::*;
use crate::domain::budgets::{BudgetAction, FundingLine, FundingSource};
use crate::domain::ids::TrackId;

fn amount(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn line(source: FundingSource, text: &str) -> FundingLine {
    FundingLine { source, funder: None, amount: amount(text), secured: false }
}

fn facts(kind: TrackKind) -> Facts {
    let lines = vec![line(FundingSource::ThisCall, "200"), line(FundingSource::OwnFunds, "100")];
    let action = BudgetAction { title: "Atelier".to_owned(), cost: amount("300"), lines };
    Facts {
        track: Track {
            id: TrackId(Uuid::nil()),
            kind,
            title: String::new(),
            description: None,
            min_members: None,
            max_members: None,
            min_grant: None,
            max_grant: None,
        },
        phase: CallPhase::Open,
        opens_at: None,
        closes_at: None,
        filed_at: None,
        eligible_kinds: Vec::new(),
        lead_kind: ActorKind::Association,
        lead_is_listed: true,
        lead_belongs: true,
        basis: Some(Basis::Seat),
        content: Content::Ready,
        members: match kind {
            TrackKind::IndividualProject => 1,
            TrackKind::CollectiveProject => 2,
            TrackKind::SmallCollective => 3,
        },
        silent: 0,
        declined: 0,
        budget: Budget { actions: vec![action], filed_on: None },
        funding_sought: None,
        other_is_filed: false,
    }
}

/// The rules that are not kept.
fn failing(facts: &Facts) -> Vec<Rule> {
    checks(facts).into_iter().filter(|check| !check.passed).map(|check| check.rule).collect()
}

#[test]
fn every_rule_is_told_in_both_languages_and_kept_by_what_is_right() {
    for kind in [TrackKind::IndividualProject, TrackKind::CollectiveProject, TrackKind::SmallCollective] {
        let facts = facts(kind);
        let found = checks(&facts);
        assert_eq!(
            found.iter().map(|check| check.rule).collect::<Vec<_>>(),
            Rule::iter().collect::<Vec<_>>()
        );
        assert_eq!(failing(&facts), [], "{kind}");
        for check in found {
            assert!(check.message(Language::Fr).ends_with('.') && check.message(Language::En).ends_with('.'));
            assert_ne!(check.message(Language::Fr), check.message(Language::En));
        }
    }
}

#[test]
fn each_rule_fails_by_itself_and_says_why() {
    let base = || facts(TrackKind::CollectiveProject);
    let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let of = |facts: &Facts, rule: Rule| {
        let check = checks(facts).into_iter().find(|check| check.rule == rule).expect("all are there");
        (check.passed, check.message(Language::En).to_owned())
    };
    let late = Facts { phase: CallPhase::Closed, closes_at: Some(at), ..base() };
    assert_eq!(failing(&late), [Rule::CallOpen]);
    let said = of(&late, Rule::CallOpen).1;
    assert_eq!(said, "The call has been closed since 4 October 2024 at 02:00 (Paris time).");
    let open = Facts { closes_at: Some(at + TimeDelta::hours(22)), ..base() };
    assert_eq!(of(&open, Rule::CallOpen).1, "The call is open until the end of 4 October 2024 (Paris time).");
    let filed = Facts { filed_at: Some(at), ..late };
    assert_eq!(failing(&filed), []);
    let kinds = Facts { eligible_kinds: vec![ActorKind::School], ..base() };
    assert_eq!(failing(&kinds), [Rule::ActorKind]);
    assert_eq!(
        of(&kinds, Rule::ActorKind).1,
        "The call is for school alone. The actor that applies is: association."
    );
    assert_eq!(failing(&Facts { basis: None, ..base() }), [Rule::Perimeter]);
    assert_eq!(failing(&Facts { lead_belongs: false, ..base() }), [Rule::Lead]);
    assert_eq!(failing(&Facts { content: Content::Missing, ..base() }), [Rule::Content]);
    assert_eq!(failing(&Facts { members: 1, ..base() }), [Rule::Members]);
    assert_eq!(failing(&Facts { silent: 1, ..base() }), [Rule::SignOffs]);
    assert_eq!(failing(&Facts { declined: 1, silent: 1, ..base() }), [Rule::SignOffs]);
    assert_eq!(failing(&Facts { other_is_filed: true, ..base() }), [Rule::OneApplication]);
    let mut facts = base();
    facts.budget.actions[0].cost = amount("300.01");
    assert_eq!(failing(&facts), [Rule::Budget]);
    assert_eq!(of(&facts, Rule::Budget).1, "€0.01 of funding is missing for €300.01 of costs.");
    facts.budget.actions[0].cost = amount("250");
    assert_eq!(of(&facts, Rule::Budget).1, "The funding is €50.00 more than the €250.00 of costs.");
    let mut facts = base();
    facts.track.max_grant = Some(amount("199.99"));
    assert_eq!(failing(&facts), [Rule::Grant]);
    facts.track.max_grant = Some(amount("200"));
    assert_eq!(failing(&facts), []);
}

#[test]
fn tracks_ask_as_many_as_they_say_or_as_is_usual() {
    let mut track = facts(TrackKind::SmallCollective).track;
    assert_eq!(limits(&track), (3, Some(5)));
    (track.min_members, track.max_members) = (Some(3), Some(4));
    assert_eq!(limits(&track), (3, Some(4)));
    (track.min_members, track.max_members) = (Some(6), None);
    assert_eq!(limits(&track), (6, None));
    track.kind = TrackKind::IndividualProject;
    assert_eq!(limits(&track), (1, Some(1)));
}

#[test]
fn an_intention_needs_no_budget_and_says_what_it_seeks() {
    let mut facts = facts(TrackKind::SmallCollective);
    facts.budget = Budget::default();
    facts.track.min_grant = Some(amount("500"));
    assert_eq!(failing(&facts), [Rule::Grant]);
    facts.funding_sought = Some(amount("500"));
    assert_eq!(failing(&facts), []);
    facts.track.kind = TrackKind::IndividualProject;
    facts.members = 1;
    assert_eq!(failing(&facts), [Rule::Budget]);
}
