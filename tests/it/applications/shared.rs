//! Drafts that several editors share, and their budgets.

use serde_json::{Value, json};

use super::{As, Town};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn the_editors_of_all_who_apply_share_a_draft() {
    let town = Town::of(4).await;
    let id = town.together().await;
    let read = town.read(&id).await;
    assert_eq!((&read["status"], &read["version"]), (&json!("DRAFT"), &json!(1)));
    assert_eq!(texts(&read["signOffs"], "/actor/name"), ["Association 1", "Association 2"]);
    // A co-applicant writes, another finds its version old.
    let written = town.must(As::Editor(1), "updateApplication", &id, r#"input: { title: "À trois" }"#).await;
    assert_eq!((&written["title"], &written["version"]), (&json!("À trois"), &json!(2)));
    let stale = town.act_on(As::Editor(2), "updateApplication", &id, 1, r#"input: { summary: "x" }"#).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    assert_eq!(stale["errors"][0]["extensions"]["currentVersion"], 2);
    let stranger = town.act(As::Editor(3), "updateApplication", &id, r#"input: { summary: "x" }"#).await;
    assert_eq!(codes(&stranger), ["NOT_FOUND"]);
    // Left out stays, null clears.
    town.must(As::Editor(2), "updateApplication", &id, r#"input: { summary: "Trois lieux." }"#).await;
    let read = town
        .must(
            As::Editor(0),
            "updateApplication",
            &id,
            r#"input: { summary: null, budgetFiledOn: "2026-11-20" }"#,
        )
        .await;
    assert_eq!((&read["summary"], &read["title"]), (&Value::Null, &json!("À trois")));
    assert_eq!(read["budget"]["filedOn"], "2026-11-20");
    let history = "query($id: ID!) { application(id: $id) { history { nodes { action by changes { field before after } } } } }";
    let history = data_of(town.ask(As::Editor(2), history, json!({ "id": id })).await);
    let nodes = &history["application"]["history"]["nodes"];
    assert_eq!(texts(nodes, "/action"), ["UPDATED", "UPDATED", "UPDATED", "CREATED"]);
    let created = &nodes[3]["changes"];
    let actions = created.as_array().unwrap().iter().find(|change| change["field"] == "actions").unwrap();
    assert_eq!(actions["after"], "Ateliers: 1000.00 (THIS_CALL 1000.00)");
}

#[tokio::test]
async fn a_budget_of_a_tenth_and_two_tenths_is_balanced_by_three() {
    let town = Town::of(1).await;
    let lines = json!([{ "source": "THIS_CALL", "amount": "0.1", "secured": true }, { "source": "OWN_FUNDS", "amount": "0.2" }]);
    let actions = json!([{ "title": "Timbres", "cost": "0.3", "lines": lines }]);
    let made = data_of(town.start(As::Editor(0), 0, json!({ "actions": actions })).await);
    let budget = &made["startApplication"]["budget"];
    assert_eq!(
        (&budget["totalCost"], &budget["totalFunding"], &budget["requested"], &budget["balanced"]),
        (&json!("0.30"), &json!("0.30"), &json!("0.10"), &json!(true))
    );
    assert_eq!(budget["actions"][0]["lines"][0]["secured"], json!(true));
    let id = id_of(&made["startApplication"]);
    let actions = r#"input: { actions: [{ title: "Timbres", cost: "0.31", lines: [{ source: THIS_CALL, amount: "0.1" }] }] }"#;
    let changed = town.must(As::Editor(0), "updateApplication", &id, actions).await;
    assert_eq!(changed["budget"]["balanced"], json!(false));
    let check = changed["eligibility"].as_array().unwrap().iter().find(|c| c["rule"] == "BUDGET").unwrap();
    assert_eq!(check["english"], "€0.21 of funding is missing for €0.31 of costs.");
    assert_eq!(check["message"], "Il manque 0,21 € de financement pour 0,31 € de dépenses.");
}

#[tokio::test]
async fn what_is_wrong_with_a_start_is_said_at_once() {
    let town = Town::of(2).await;
    let other = {
        let input = json!({ "title": "Autre", "lead": town.actors[1] });
        let query = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
        id_of(&data_of(town.ask(As::Editor(1), query, json!({ "input": input })).await)["createProject"])
    };
    let actions = json!([{ "title": "", "cost": "0.001", "lines": [{ "source": "IN_KIND", "amount": "-1", "funder": "x" }] }]);
    let answer =
        town.start(As::Editor(0), 0, json!({ "title": " ", "collective": "x", "actions": actions })).await;
    let mut fields = wrong_fields(&answer);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "input.actions[0].cost",
            "input.actions[0].lines[0].amount",
            "input.actions[0].lines[0].funder",
            "input.actions[0].title",
            "input.collective",
            "input.collective",
            "input.title"
        ]
    );
    // A project that another leads, seen or not, is not one's own.
    let theirs = town.start(As::Admin, 0, json!({ "project": other })).await;
    assert_eq!(wrong_fields(&theirs), ["input.project"]);
    let unseen = town.start(As::Editor(0), 0, json!({ "project": other })).await;
    assert_eq!(wrong_fields(&unseen), ["input.project"]);
    let track = town.start(As::Editor(0), 0, json!({ "track": town.call })).await;
    assert_eq!(wrong_fields(&track), ["input.track"]);
    let call = town.start(As::Editor(0), 0, json!({ "call": town.actors[0] })).await;
    assert_eq!(wrong_fields(&call), ["input.call"]);
    // Nobody starts for another; who manages the call writes down what came on paper.
    assert_eq!(codes(&town.start(As::Editor(1), 0, json!({})).await), ["FORBIDDEN"]);
    data_of(town.start(As::Manager, 0, json!({})).await);
}

#[tokio::test]
async fn a_retry_with_the_same_key_starts_once() {
    let town = Town::of(1).await;
    let start =
        async |title: &str| town.start(As::Editor(0), 0, json!({ "clientKey": "k", "title": title })).await;
    let one = data_of(start("Un").await)["startApplication"]["id"].clone();
    assert_eq!(data_of(start("Un").await)["startApplication"]["id"], one);
    assert_eq!(codes(&start("Deux").await), ["CONFLICT"]);
}
