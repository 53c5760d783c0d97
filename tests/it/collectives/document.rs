//! The tables of moves that people read are those that the program goes by.

use maillage::domain::memberships::{MemberMove, MembershipStatus};
use maillage::domain::stages::{CollectiveStage, StageMove};
use strum::IntoEnumIterator;

const DOCUMENT: &str = include_str!("../../../docs/cooperation.md");

/// The cells of the row that begins so, of the table whose header begins so.
fn row(header: &str, first: &str) -> Vec<String> {
    let table = DOCUMENT.lines().skip_while(|line| !line.starts_with(&format!("| {header} |")));
    let wanted = format!("| {first} |");
    let line = table.take_while(|line| line.starts_with('|')).find(|line| line.starts_with(&wanted));
    let line = line.unwrap_or_else(|| panic!("{header} has no row {first}"));
    line.trim_matches('|').split('|').skip(1).map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn the_table_of_stages_is_the_one_of_the_program() {
    for from in CollectiveStage::iter() {
        let told: Vec<_> = CollectiveStage::iter()
            .map(|to| match from.step(to, None) {
                None => "",
                Some(StageMove::Forward) => "forward",
                Some(step) => {
                    assert!(step.asks_reason());
                    "reason"
                }
            })
            .collect();
        assert_eq!(row("from \\ to", from.as_ref()), told, "{from}");
    }
}

#[test]
fn the_table_of_memberships_is_the_one_of_the_program() {
    let moves = [MemberMove::Invite, MemberMove::Accept, MemberMove::Decline, MemberMove::Leave];
    for from in MembershipStatus::iter() {
        let told = moves.map(|step| match (from.after(step), step) {
            (Some(to), _) => to.to_string(),
            (None, MemberMove::Invite) => "DUPLICATE".to_owned(),
            (None, _) => "CONFLICT".to_owned(),
        });
        assert_eq!(row("from", from.as_ref()), told, "{from}");
    }
}
