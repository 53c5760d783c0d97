//! The tables of docs/api.md: each move from each status, by each role.

use std::collections::HashMap;

use serde_json::json;

use super::{PERSONAS, World, key};
use crate::support::{codes, data_of};

const API: &str = include_str!("../../../docs/api.md");

/// The rows of the table whose first header is this, each with its cells by the other headers.
fn table(first: &str) -> Vec<(String, HashMap<String, String>)> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let mut lines = API.lines().skip_while(|line| !line.starts_with(&format!("| {first} |")));
    let head = cells(lines.next().expect("the table"));
    let rows = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells);
    rows.map(|row| {
        let named = head.iter().cloned().zip(row.iter().cloned()).skip(1).collect();
        (row[0].clone(), named)
    })
    .collect()
}

const STATUSES: [&str; 5] = ["DRAFT", "SUBMITTED", "PUBLISHED", "REJECTED", "ARCHIVED"];
const MOVES: [&str; 6] = ["submit", "publish", "review: APPROVE", "review: REJECT", "archive", "restore"];

/// Whether someone may at all, by the table of roles.
fn may(who: &str, what: &str, roles: &[(String, HashMap<String, String>)]) -> bool {
    let column = match who {
        "editor" => "editor of the actor",
        "manager" => "manager of its territory",
        "admin" => "administrator",
        _ => "anyone else",
    };
    let row = roles.iter().find(|(row, _)| row == what).unwrap_or_else(|| panic!("{what}"));
    row.1[column] == "yes"
}

#[tokio::test]
async fn each_move_from_each_status_as_each_role_is_as_the_tables_say() {
    let world = World::new().await;
    let (statuses, roles) = (table("status"), table("move"));
    assert_eq!(statuses.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>(), STATUSES);
    let id = key(&world.own);
    for (status, moves) in &statuses {
        for what in MOVES {
            for who in PERSONAS {
                // what was archived was published before
                let from = if status == "ARCHIVED" { "'PUBLISHED'" } else { "NULL" };
                world.test.execute(&format!("UPDATE actors SET status = '{status}', archived_from = {from}, version = 1, submitted_at = now() WHERE id = '{id}'")).await;
                let answer = match what.split_once(": ") {
                    Some((_, decision)) => {
                        world.review_as(who, &world.own, 1, decision, Some("Raison")).await
                    }
                    None => world.move_as(who, what, &world.own, 1).await,
                };
                let expected = moves[what].as_str();
                let place = format!("{who}: {what} from {status}");
                if !may(who, what, &roles) {
                    assert!(
                        matches!(codes(&answer)[..], ["UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND"]),
                        "{place}: {answer}"
                    );
                } else if expected == "–" {
                    assert_eq!(codes(&answer), ["CONFLICT"], "{place}");
                } else {
                    let field = what.split(':').next().unwrap();
                    assert_eq!(
                        data_of(answer)[field],
                        json!({ "status": expected, "version": 2 }),
                        "{place}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn each_answer_to_and_change_of_an_interaction_is_as_the_table_says() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    let rows = table("confirmation");
    assert_eq!(
        rows.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>(),
        ["DECLARED", "CONFIRMED", "DISPUTED"]
    );
    let acts = [
        (
            "confirmInteraction",
            "confirmInteraction(id: $id, expectedVersion: 1)",
            ["neighbour", "admin"].as_slice(),
        ),
        (
            "disputeInteraction",
            "disputeInteraction(id: $id, expectedVersion: 1, reason: \"Non\")",
            &["neighbour", "admin"],
        ),
        (
            "a change of substance",
            "updateInteraction(id: $id, expectedVersion: 1, input: {intensity: 5})",
            &["editor", "manager", "manager-there", "admin"],
        ),
        (
            "new evidence",
            "updateInteraction(id: $id, expectedVersion: 1, input: {evidence: [{title: \"Convention\"}]})",
            &["editor", "manager", "manager-there", "admin"],
        ),
    ];
    for (confirmation, outcomes) in &rows {
        for (name, act, who_may) in acts {
            for who in PERSONAS {
                let reason = if confirmation == "DISPUTED" { "'Non'" } else { "NULL" };
                world.test.execute(&format!("UPDATE interactions SET status = 'PUBLISHED', confirmation = '{confirmation}', dispute_reason = {reason}, intensity = 1, evidence = '[]', version = 1 WHERE id = '{}'", key(&id))).await;
                let query = format!("mutation($id: ID!) {{ done: {act} {{ confirmation }} }}");
                let answer = world.ask(who, &query, json!({ "id": id })).await;
                let place = format!("{who}: {name} of {confirmation}");
                if !who_may.contains(&who) {
                    assert!(
                        matches!(codes(&answer)[..], ["UNAUTHENTICATED" | "FORBIDDEN"]),
                        "{place}: {answer}"
                    );
                } else if outcomes[name] == "–" {
                    assert_eq!(codes(&answer), ["CONFLICT"], "{place}");
                } else {
                    assert_eq!(data_of(answer)["done"]["confirmation"], outcomes[name], "{place}");
                }
            }
        }
    }
}
