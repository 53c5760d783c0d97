//! Members: each answers for itself, the lead is passed on, those that leave or were put away do not count.

use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn each_answers_for_itself_and_a_manager_records_what_is_on_paper() {
    let town = Town::of(4).await;
    let id = id_of(&town.registered(json!({ "invite": [town.actors[1], town.actors[2]] })).await);
    let (one, two) = (town.membership(&id, 1).await, town.membership(&id, 2).await);
    assert_eq!(codes(&town.answer(&town.editors[3], &one, true).await), ["NOT_FOUND"]);
    // Another who is asked sees the collective, not who else is asked.
    assert_eq!(codes(&town.answer(&town.editors[2], &one, true).await), ["NOT_FOUND"]);
    assert_eq!(codes(&town.answer(&town.editors[0], &one, true).await), ["FORBIDDEN"]);
    let accepted = data_of(town.answer(&town.editors[1], &one, true).await)["answerMembership"].clone();
    assert_eq!(accepted["status"], "ACCEPTED");
    assert_eq!(accepted["hoursPerMonth"], 4.5);
    assert_eq!(accepted["answeredAt"], "2026-11-22T12:00:00Z");
    let again = town.answer(&town.editors[1], &one, false).await;
    assert_eq!(codes(&again), ["CONFLICT"], "{}", message(&again));
    let declined = data_of(town.answer(&town.manager, &two, false).await)["answerMembership"].clone();
    assert_eq!(declined["status"], "DECLINED");
    let told = town
        .test
        .rows("SELECT comment, fields FROM changes WHERE subject_kind = 'COLLECTIVE' ORDER BY position")
        .await;
    assert_eq!(told.len(), 3);
    assert_eq!(told[1]["comment"], Value::Null);
    assert!(told[2]["comment"].as_str().unwrap().contains("papier"), "{told:?}");
    assert_eq!(told[2]["fields"]["member.status"], json!(["INVITED", "DECLINED"]));
    // One that declined may be asked again; one that is in may not.
    data_of(town.invite(&town.editors[0], &id, 2, "FUNDER").await);
    assert_eq!(codes(&town.invite(&town.editors[0], &id, 2, "MEMBER").await), ["DUPLICATE"]);
    assert_eq!(codes(&town.invite(&town.editors[0], &id, 1, "MEMBER").await), ["DUPLICATE"]);
    assert_eq!(town.membership(&id, 2).await, two);
    assert_eq!(codes(&town.invite(&town.editors[1], &id, 3, "MEMBER").await), ["FORBIDDEN"]);
    assert_eq!(town.read(&id).await["version"], 1);
}

#[tokio::test]
async fn every_move_of_a_membership_from_every_status_as_every_role() {
    let town = Town::of(3).await;
    let id = id_of(&town.registered(json!({ "kind": "ACTION_COMMUNITY", "invite": [town.actors[1]] })).await);
    let membership = town.membership(&id, 1).await;
    let roles = [
        ("lead", &town.editors[0]),
        ("itself", &town.editors[1]),
        ("another", &town.editors[2]),
        ("manager", &town.manager),
        ("admin", &town.test.token),
    ];
    town.test.must("publish", &id, 1).await;
    for status in ["INVITED", "ACCEPTED", "DECLINED", "LEFT"] {
        for step in ["accept", "decline", "leave", "invite"] {
            for (role, token) in roles {
                town.test
                    .execute(&format!("UPDATE memberships SET status = '{status}' WHERE role = 'MEMBER'"))
                    .await;
                let answer = match step {
                    "accept" => town.answer(token, &membership, true).await,
                    "decline" => town.answer(token, &membership, false).await,
                    "leave" => town.leave(token, &membership).await,
                    _ => town.invite(token, &id, 1, "MEMBER").await,
                };
                let possible = matches!(
                    (status, step),
                    ("INVITED", "accept" | "decline")
                        | ("ACCEPTED", "leave")
                        | ("DECLINED" | "LEFT", "invite")
                );
                let refused = if step == "invite" { "DUPLICATE" } else { "CONFLICT" };
                let expected = match (role, step) {
                    ("manager" | "admin", _)
                    | ("itself", "accept" | "decline" | "leave")
                    | ("lead", "invite") => (!possible).then_some(refused),
                    ("another", "accept" | "decline" | "leave") if status != "ACCEPTED" => Some("NOT_FOUND"),
                    _ => Some("FORBIDDEN"),
                };
                let found = codes(&answer);
                assert_eq!(found.first().copied(), expected, "{status}, {step}, {role}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_sixth_member_of_a_small_collective_is_refused_until_it_grows() {
    let town = Town::of(6).await;
    let id = id_of(&town.registered(json!({ "invite": town.actors[5..] })).await);
    town.join(&id, 1..5).await;
    let sixth = town.membership(&id, 5).await;
    let refused = town.answer(&town.editors[5], &sixth, true).await;
    assert_eq!(codes(&refused), ["CONFLICT"]);
    assert!(message(&refused).contains("at most 5 members, and 5 have accepted"), "{refused}");
    let update = "mutation($id: ID!, $version: Int!, $kind: CollectiveKind!) { updateCollective(id: $id, expectedVersion: $version, input: { kind: $kind }) { kind } }";
    let grown = json!({ "id": id, "version": 1, "kind": "ACTION_COMMUNITY" });
    data_of(town.test.ask_as(&town.editors[0], update, grown).await);
    data_of(town.answer(&town.editors[5], &sixth, true).await);
    let back = json!({ "id": id, "version": 2, "kind": "SMALL_COLLECTIVE" });
    assert_eq!(wrong_fields(&town.test.ask_as(&town.editors[0], update, back).await), ["input.kind"]);
}

#[tokio::test]
async fn two_that_accept_the_last_place_at_once_do_not_both_get_it() {
    let town = Town::of(6).await;
    let id = id_of(&town.registered(json!({ "invite": town.actors[4..] })).await);
    town.join(&id, 1..4).await;
    let (one, two) = (town.membership(&id, 4).await, town.membership(&id, 5).await);
    let (first, second) =
        tokio::join!(town.answer(&town.editors[4], &one, true), town.answer(&town.editors[5], &two, true));
    let refused: Vec<_> = [&first, &second].into_iter().flat_map(codes).collect();
    assert_eq!(refused, ["CONFLICT"]);
}

#[tokio::test]
async fn a_lead_passes_the_lead_on_before_it_leaves() {
    let town = Town::of(3).await;
    let id = id_of(&town.registered(json!({ "invite": [town.actors[2]] })).await);
    town.join(&id, [1]).await;
    let [lead, one, two] =
        [town.membership(&id, 0).await, town.membership(&id, 1).await, town.membership(&id, 2).await];
    let editor = &town.editors[0];
    let stays = town.leave(editor, &lead).await;
    assert_eq!(codes(&stays), ["CONFLICT"]);
    assert!(message(&stays).contains("pass the lead on"), "{stays}");
    let none = town.update_member(editor, &lead, json!({ "role": "MEMBER" })).await;
    assert_eq!(codes(&none), ["CONFLICT"], "a small collective has one lead");
    let asked = town.update_member(editor, &two, json!({ "role": "LEAD" })).await;
    assert_eq!(codes(&asked), ["CONFLICT"], "only a member leads");
    assert_eq!(codes(&town.invite(editor, &id, 2, "LEAD").await), ["DUPLICATE"]);
    let input =
        json!({ "role": "LEAD", "responsibility": "Coordonner", "hoursPerMonth": 12, "since": "2026-01-01" });
    let passed = data_of(town.update_member(editor, &one, input).await)["updateMembership"].clone();
    assert_eq!(
        passed,
        json!({ "role": "LEAD", "responsibility": "Coordonner", "hoursPerMonth": 12.0, "since": "2026-01-01", "until": null })
    );
    let read = town.read(&id).await;
    assert_eq!(texts(&read["members"]["nodes"], "/role"), ["LEAD", "MEMBER", "MEMBER"]);
    assert_eq!(read["lead"]["id"], json!(town.actors[1]));
    // Who led is a member like others: it writes no more, and may leave.
    assert_eq!(codes(&town.update_member(editor, &one, json!({ "role": "MEMBER" })).await), ["FORBIDDEN"]);
    let left = data_of(town.leave(editor, &lead).await)["leaveCollective"].clone();
    assert_eq!(left, json!({ "status": "LEFT", "until": "2026-11-22" }));
    // The last one may leave though it leads.
    data_of(town.leave(&town.editors[1], &one).await);
    assert_eq!(town.read(&id).await["lead"], Value::Null);
}

#[tokio::test]
async fn what_is_wrong_with_a_membership_is_said_at_once() {
    let town = Town::of(1).await;
    let id = id_of(&town.registered(json!({})).await);
    let lead = town.membership(&id, 0).await;
    let input = json!({ "role": null, "responsibility": "\u{0}", "hoursPerMonth": 745, "since": "2026-02-02", "until": "2026-02-01" });
    let answer = town.update_member(&town.editors[0], &lead, input).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(wrong, ["input.hoursPerMonth", "input.responsibility", "input.role", "input.until"]);
}

#[tokio::test]
async fn a_member_that_is_archived_merged_or_suppressed_does_not_count() {
    let town = Town::of(4).await;
    let intent = json!({ "sharedFinding": "Constat", "urgency": "LOW" });
    let id = id_of(&town.registered(json!({ "intent": intent, "invite": [town.actors[3]] })).await);
    town.join(&id, [1, 2]).await;
    data_of(town.advance(Some(&town.editors[0]), &id, 1, "FORMING", Value::Null).await);
    let before = town.read(&id).await;
    assert!(!texts(&before["blockers"], "/code").contains(&"TOO_FEW_MEMBERS"));
    town.test.must("archive", &town.actors[2], 2).await;
    town.test.must("archive", &town.actors[3], 2).await;
    let after = town.read(&id).await;
    assert_eq!(after["members"]["totalCount"], 2);
    assert!(texts(&after["blockers"], "/code").contains(&"TOO_FEW_MEMBERS"));
    let asked = town.test.rows("SELECT id FROM memberships WHERE status = 'INVITED'").await;
    assert_eq!(asked.len(), 1);
    // Back from the archive it is a member as before.
    town.test.must("restore", &town.actors[2], 3).await;
    assert_eq!(town.read(&id).await["members"]["totalCount"], 3);
    town.test.execute("UPDATE actors SET status = 'ARCHIVED', archived_from = 'PUBLISHED', suppressed_at = now(), suppressed_from = 'PUBLISHED' WHERE name = 'Association 2'").await;
    assert_eq!(town.read(&id).await["members"]["totalCount"], 2);
    let archived = town.invite(&town.editors[0], &id, 3, "MEMBER").await;
    assert_eq!((codes(&archived), wrong_fields(&archived)), (vec!["VALIDATION"], vec!["actor"]));
}

#[tokio::test]
async fn a_member_says_for_itself_what_it_does_and_how_much_time_it_gives() {
    let town = Town::of(3).await;
    let id = id_of(&town.registered(json!({})).await);
    town.join(&id, [1, 2]).await;
    let one = town.membership(&id, 1).await;
    let own = json!({ "responsibility": "Les lieux", "hoursPerMonth": 7.5 });
    let said = data_of(town.update_member(&town.editors[1], &one, own).await)["updateMembership"].clone();
    assert_eq!((&said["responsibility"], &said["hoursPerMonth"]), (&json!("Les lieux"), &json!(7.5)));
    for more in [json!({ "role": "FUNDER" }), json!({ "since": "2026-01-01" }), json!({ "until": null })] {
        assert_eq!(codes(&town.update_member(&town.editors[1], &one, more).await), ["FORBIDDEN"]);
    }
    let other = json!({ "hoursPerMonth": 1 });
    assert_eq!(codes(&town.update_member(&town.editors[2], &one, other).await), ["FORBIDDEN"]);
    // Who leads, and was put away, writes nothing any more.
    town.test.must("archive", &town.actors[0], 2).await;
    let gone = town.update_member(&town.editors[0], &one, json!({ "role": "FUNDER" })).await;
    assert_eq!(codes(&gone), ["NOT_FOUND"], "a draft is not even there for it");
}
