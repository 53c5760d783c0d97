//! Stages: every move from every one as every role, and what each asks.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

const STAGES: [&str; 5] = ["INTENT", "FORMING", "STRUCTURED", "ACTING", "CLOSED"];

#[tokio::test]
async fn every_move_from_every_stage_as_every_role() {
    let town = Town::of(3).await;
    let intent = json!({ "sharedFinding": "Constat", "urgency": "HIGH" });
    let id = id_of(&town.registered(json!({ "intent": intent })).await);
    town.join(&id, [1]).await;
    let (here, there) = (key_of(&town.here.clone().into()), key_of(&town.there.clone().into()));
    let analyst = town.token("analyst", &[Right::Analyst(here)]).await;
    let partner = town.token("partner", &[Right::Partner(None)]).await;
    let elsewhere = town.token("elsewhere", &[Right::TerritoryManager(there)]).await;
    let roles = [
        ("anyone", None),
        ("analyst", Some(&analyst)),
        ("partner", Some(&partner)),
        ("manager elsewhere", Some(&elsewhere)),
        ("editor of another", Some(&town.editors[2])),
        ("member", Some(&town.editors[1])),
        ("lead", Some(&town.editors[0])),
        ("manager", Some(&town.manager)),
        ("admin", Some(&town.test.token)),
    ];
    town.test.must("publish", &id, 1).await;
    // Nothing keeps it from any stage but that two members are one too few to be structured.
    data_of(town.steps(&town.editors[0], &id, 2, json!([{ "title": "Fait", "status": "DONE" }])).await);
    for (from, stage) in STAGES.iter().enumerate() {
        for (to, target) in STAGES.iter().enumerate() {
            for (role, token) in roles {
                let closed = if *stage == "CLOSED" { "'FORMING'" } else { "NULL" };
                town.test
                    .execute(&format!(
                        "UPDATE collectives SET stage = '{stage}', closed_from = {closed}, version = 3"
                    ))
                    .await;
                let answer =
                    town.advance(token.map(String::as_str), &id, 3, target, json!("Parce que")).await;
                let possible = match (from, to) {
                    (4, to) => to == 1,
                    (1, 2) => false,
                    (from, 4) => from < 4,
                    (from, to) => from + 1 == to || from == to + 1,
                };
                let expected = match role {
                    "anyone" => Some("UNAUTHENTICATED"),
                    "lead" | "manager" | "admin" => (!possible).then_some("CONFLICT"),
                    _ => Some("FORBIDDEN"),
                };
                assert_eq!(
                    codes(&answer).first().copied(),
                    expected,
                    "{stage} to {target} as {role}: {answer}"
                );
                if expected.is_none() {
                    assert_eq!(answer["data"]["advanceCollective"], json!({ "stage": target, "version": 4 }));
                }
            }
        }
    }
}

#[tokio::test]
async fn it_comes_to_act_once_it_has_what_each_stage_asks() {
    let town = Town::of(3).await;
    let editor = &town.editors[0];
    let id = id_of(&town.registered(json!({})).await);
    let missing = async || {
        let read = town.read(&id).await;
        let blockers = &read["blockers"];
        for text in texts(blockers, "/message").into_iter().chain(texts(blockers, "/english")) {
            assert!(text.len() > 20, "{text}");
        }
        texts(blockers, "/code").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(missing().await, ["TOO_FEW_MEMBERS", "FINDING_MISSING"]);
    let early = town.advance(Some(editor), &id, 1, "FORMING", Value::Null).await;
    assert_eq!(codes(&early), ["CONFLICT"]);
    assert!(message(&early).contains("TOO_FEW_MEMBERS") && message(&early).contains("FINDING_MISSING"));
    town.join(&id, [1]).await;
    let update = "mutation($id: ID!, $version: Int!, $intent: StatementOfIntentInput) {
        updateCollective(id: $id, expectedVersion: $version, input: { intent: $intent }) { version } }";
    let intent = json!({ "id": id, "version": 1, "intent": { "sharedFinding": "Constat" } });
    data_of(town.test.ask_as(editor, update, intent).await);
    assert_eq!(missing().await, Vec::<String>::new());
    data_of(town.advance(Some(editor), &id, 2, "FORMING", Value::Null).await);
    assert_eq!(
        missing().await,
        ["TOO_FEW_MEMBERS", "URGENCY_MISSING", "RESPONSIBILITY_MISSING", "NEXT_STEP_MISSING"]
    );
    town.join(&id, [2]).await;
    for actor in 0..3 {
        let member = town.membership(&id, actor).await;
        data_of(town.update_member(editor, &member, json!({ "responsibility": "Sa part" })).await);
    }
    let intent =
        json!({ "id": id, "version": 3, "intent": { "sharedFinding": "Constat", "urgency": "CRITICAL" } });
    data_of(town.test.ask_as(editor, update, intent).await);
    let step = json!([{ "title": "Visiter", "owner": town.actors[1] }]);
    data_of(town.steps(editor, &id, 4, step).await);
    assert_eq!(missing().await, ["NEXT_STEP_MISSING"], "it has no date");
    let step = json!([{ "title": "Visiter", "owner": town.actors[1], "due": "2026-12-01" }]);
    data_of(town.steps(editor, &id, 5, step).await);
    data_of(town.advance(Some(editor), &id, 6, "STRUCTURED", Value::Null).await);
    assert_eq!(missing().await, ["NOTHING_DONE"]);
    data_of(town.steps(editor, &id, 7, json!([{ "title": "Visiter", "status": "DONE" }])).await);
    data_of(town.advance(Some(editor), &id, 8, "ACTING", Value::Null).await);
    assert_eq!(missing().await, Vec::<String>::new());
    // Its end after it acted asks no reason; all that goes another way does.
    let back = town.advance(Some(editor), &id, 9, "STRUCTURED", Value::Null).await;
    assert_eq!(wrong_fields(&back), ["reason"]);
    assert_eq!(
        wrong_fields(&town.advance(Some(editor), &id, 9, "STRUCTURED", json!("  ")).await),
        ["reason"]
    );
    data_of(town.advance(Some(editor), &id, 9, "CLOSED", Value::Null).await);
    let skipped = town.advance(Some(editor), &id, 10, "INTENT", json!("Encore")).await;
    assert_eq!(codes(&skipped), ["CONFLICT"], "it comes back to where it was closed");
    let closed = town.invite(editor, &id, 1, "MEMBER").await;
    assert_eq!(codes(&closed), ["CONFLICT"]);
    data_of(town.advance(Some(editor), &id, 10, "ACTING", json!("Un projet de plus")).await);
    let comments = town.test.rows("SELECT comment FROM changes WHERE comment IS NOT NULL").await;
    assert_eq!(comments, [json!({ "comment": "Un projet de plus" })]);
    assert_eq!(codes(&town.advance(Some(editor), &id, 10, "CLOSED", Value::Null).await), ["CONFLICT"]);
}
