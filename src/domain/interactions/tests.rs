use uuid::Uuid;

use super::*;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).expect("a day")
}

fn partnership(found: &mut Violations) -> Interaction {
    let (a, b) = (ActorId(Uuid::from_u128(1)), ActorId(Uuid::from_u128(2)));
    let id = InteractionId(Uuid::from_u128(3));
    Interaction::new(id, InteractionKind::Partnership, a, b, DateTime::UNIX_EPOCH, found)
}

#[test]
fn a_year_runs_from_its_first_to_its_last_day() {
    let mut found = Violations::default();
    let mut interaction = partnership(&mut found);
    let edit = InteractionEdit {
        since: Edit::Set(day(2021, 5, 4)),
        since_precision: Edit::Set(DatePrecision::Year),
        until: Edit::Set(day(2024, 2, 4)),
        until_precision: Edit::Set(DatePrecision::Month),
        ..InteractionEdit::default()
    };
    interaction.edit(&mut Vec::new(), edit, &mut found);
    assert_eq!(interaction.since.map(|s| s.date), Some(day(2021, 1, 1)));
    assert_eq!(interaction.until.map(|s| s.date), Some(day(2024, 2, 29)));
    assert_eq!(found, Violations::default());
}

#[test]
fn a_change_of_what_was_answered_asks_again_and_new_evidence_does_not() {
    let mut found = Violations::default();
    let mut interaction = partnership(&mut found);
    interaction.confirmation = ConfirmationStatus::Disputed;
    interaction.dispute_reason = Some("we never met".to_owned());
    let (mut places, answered) = (Vec::new(), interaction.clone());
    let evidence = Evidence { title: "Convention".into(), url: None, date: None };
    let edit = InteractionEdit {
        evidence: Edit::Set(vec![evidence]),
        themes: Edit::Clear,
        ..InteractionEdit::default()
    };
    interaction.edit(&mut places, edit, &mut found);
    assert_eq!(interaction.confirmation, ConfirmationStatus::Disputed);
    for edit in [
        InteractionEdit { intensity: Edit::Set(2), ..InteractionEdit::default() },
        InteractionEdit {
            territories: Edit::Set(vec![TerritoryId(Uuid::nil())]),
            ..InteractionEdit::default()
        },
    ] {
        let mut interaction = answered.clone();
        interaction.edit(&mut places.clone(), edit, &mut found);
        assert_eq!(
            (interaction.confirmation, interaction.dispute_reason),
            (ConfirmationStatus::Declared, None)
        );
    }
    assert_eq!(found, Violations::default());
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut found = Violations::default();
    let mut interaction = partnership(&mut found);
    let edit = InteractionEdit {
        intensity: Edit::Set(6),
        themes: Edit::Set(vec!["no-such-theme".into()]),
        since: Edit::Set(day(2024, 1, 2)),
        until: Edit::Set(day(2024, 1, 1)),
        amount: Edit::Set(Decimal::new(1, 3)),
        ..InteractionEdit::default()
    };
    interaction.edit(&mut Vec::new(), edit, &mut found);
    let paths: Vec<_> = found.0.iter().map(|v| v.path.as_str()).collect();
    assert_eq!(paths, ["input.intensity", "input.themes[0]", "input.until", "input.amount", "input.amount"]);
}
