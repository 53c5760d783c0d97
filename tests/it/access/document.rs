//! The table that people read is the one that the program decides by.

use std::fmt::Write;

use maillage::domain::caller::Role;
use maillage::domain::policy::{COLUMNS, Column, Extent, PERSONAL, TABLE};
use strum::IntoEnumIterator;

const DOCUMENT: &str = include_str!("../../../docs/access.md");

fn word(extent: Extent) -> &'static str {
    match extent {
        Extent::Never => "—",
        Extent::Own => "own",
        Extent::Declaring => "declared",
        Extent::Answering => "other side",
        Extent::Reach => "reach",
        Extent::Always => "all",
    }
}

#[test]
fn the_document_has_the_table_of_the_program() {
    let rows: Vec<Vec<&str>> = DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| `") && line.matches('|').count() == 10)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut wrong = String::new();
    for (act, extents) in TABLE {
        let name = format!("`{}`", act.as_ref());
        let words = extents.map(word);
        let row = rows.iter().find(|row| row[0] == name);
        if row.is_none_or(|row| row[2..] != words || row[1].is_empty()) {
            writeln!(wrong, "| {name} | (what it is) | {} |", words.join(" | ")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "the table in docs/access.md should have these rows:\n{wrong}");
    let written: Vec<_> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let acts: Vec<_> = TABLE.iter().map(|(act, _)| act.as_ref()).collect();
    assert_eq!(written, acts, "in the order of the program");
    let header = DOCUMENT.lines().find(|line| line.starts_with("| act |")).expect("a header");
    for column in COLUMNS {
        if let Column::Holder(role) = column {
            assert!(header.contains(role.as_ref()), "{role}");
        }
    }
    let personal = PERSONAL.map(|act| format!("`{}`", act.as_ref())).join(", ");
    assert!(DOCUMENT.replace('\n', " ").contains(&personal), "what keys never do: {personal}");
}

#[test]
fn every_role_is_told_of() {
    for role in Role::iter() {
        assert!(DOCUMENT.contains(&format!("| `{role}` |")), "{role} is not in docs/access.md");
    }
}
