//! Assessments and contributions: how mature a collective is, and what each member brings in.

use serde_json::{Value, json};

use super::Town;
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn assessments_stay_and_the_newest_day_counts() {
    let town = Town::of(2).await;
    let id = id_of(&town.registered(json!({})).await);
    let query =
        "mutation($id: ID!, $on: Date, $conditions: [ConditionScoreInput!]!, $assets: [AssetStateInput!]!) {
        assessMaturity(collective: $id, assessedOn: $on, conditions: $conditions, assets: $assets) {
            assessedOn score conditions { condition score note } assets { asset ready url } } }";
    let assess = async |token: &str, on: Value, conditions: Value, assets: Value| {
        let variables = json!({ "id": id, "on": on, "conditions": conditions, "assets": assets });
        town.test.ask_as(token, query, variables).await
    };
    let editor = &town.editors[0];
    let read = "query($id: ID!) { collective(by: { id: $id }) { version maturity { assessedOn score } maturityHistory { assessedOn score } } }";
    let before = town.test.admin_data(read, json!({ "id": id })).await;
    assert_eq!(before["collective"]["maturity"], Value::Null);
    let all = |score: i64| {
        let names = [
            "BACKBONE_SUPPORT",
            "COMMON_AGENDA",
            "SHARED_MEASUREMENT",
            "CONTINUOUS_COMMUNICATION",
            "MUTUALLY_REINFORCING_ACTIVITIES",
        ];
        Value::Array(names.iter().map(|name| json!({ "condition": name, "score": score })).collect())
    };
    let assets = json!([{ "asset": "ROADMAP", "ready": true, "url": "https://example.org/feuille" }, { "asset": "EXPERIMENT_SITE", "ready": false }]);
    let newest = data_of(assess(editor, Value::Null, all(4), assets).await)["assessMaturity"].clone();
    assert_eq!(newest["assessedOn"], "2026-11-22");
    assert!((newest["score"].as_f64().unwrap() - (0.75 + 0.25 / 6.0)).abs() < 1e-4);
    assert_eq!(newest["conditions"][0]["condition"], "COMMON_AGENDA");
    assert_eq!(texts(&newest["assets"], "/asset"), ["EXPERIMENT_SITE", "ROADMAP"]);
    let note = json!([{ "condition": "COMMON_AGENDA", "score": 2, "note": "En cours" }]);
    data_of(assess(&town.manager, json!("2025-01-31"), note, json!([])).await);
    let after = town.test.admin_data(read, json!({ "id": id })).await["collective"].clone();
    assert_eq!(texts(&after["maturityHistory"], "/assessedOn"), ["2026-11-22", "2025-01-31"]);
    assert_eq!((&after["maturity"]["assessedOn"], &after["version"]), (&json!("2026-11-22"), &json!(1)));
    assert!((after["maturityHistory"][1]["score"].as_f64().unwrap() - 0.075).abs() < 1e-9);
    let twice =
        json!([{ "condition": "COMMON_AGENDA", "score": 5 }, { "condition": "COMMON_AGENDA", "score": 1 }]);
    let answer = assess(
        editor,
        json!("2026-11-23"),
        twice,
        json!([{ "asset": "ROADMAP", "ready": true, "url": "x" }]),
    )
    .await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(wrong, ["assessedOn", "assets[0].url", "conditions[0].score", "conditions[1].condition"]);
    assert_eq!(codes(&assess(&town.editors[1], Value::Null, all(0), json!([])).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn what_each_brings_in_is_summed_by_kind_and_unit_to_the_cent() {
    let town = Town::of(4).await;
    let id = id_of(&town.registered(json!({ "invite": [town.actors[3]] })).await);
    town.join(&id, [1, 2]).await;
    let query = "mutation($id: ID!, $input: ContributionInput!) {
        recordContribution(collective: $id, input: $input) { id member { id } kind amount unit description periodStart periodEnd } }";
    let give = async |token: &str, member: usize, more: Value| {
        let mut input = json!({ "member": town.actors[member], "kind": "MONEY" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        town.test.ask_as(token, query, json!({ "id": id, "input": input })).await
    };
    let lead = &town.editors[0];
    for (member, more) in [
        (1, json!({ "amount": "0.1" })),
        (1, json!({ "amount": "0.2" })),
        (1, json!({ "kind": "TIME", "amount": 3, "unit": "heures" })),
        (0, json!({ "kind": "TIME", "amount": "1.5", "unit": "jours" })),
        (
            0,
            json!({ "kind": "SPACE", "description": "Une salle", "periodStart": "2026-01-01", "periodEnd": "2026-06-30" }),
        ),
    ] {
        data_of(give(lead, member, more).await);
    }
    // Each for itself; for others those who lead, manage or administer.
    data_of(give(&town.editors[2], 2, json!({ "kind": "NETWORK", "description": "Les parents" })).await);
    assert_eq!(codes(&give(&town.editors[2], 1, json!({ "amount": 1 })).await), ["FORBIDDEN"]);
    assert_eq!(
        codes(&give(&town.editors[3], 3, json!({ "amount": 1 })).await),
        ["FORBIDDEN"],
        "it has not accepted"
    );
    assert_eq!(wrong_fields(&give(&town.manager, 3, json!({ "amount": 1 })).await), ["input.member"]);
    let wrong = give(lead, 0, json!({ "amount": "0.001", "unit": "x".repeat(51), "periodStart": "2026-02-02", "periodEnd": "2026-02-01" })).await;
    assert_eq!(wrong_fields(&wrong), ["input.amount", "input.unit", "input.periodEnd"]);
    assert_eq!(wrong_fields(&give(lead, 0, json!({})).await), ["input.amount"]);
    let dollars = json!({ "kind": "MONEY", "amount": "1", "unit": "USD" });
    assert_eq!(wrong_fields(&give(lead, 0, dollars).await), ["input.unit"]);
    town.test.must("publish", &id, 1).await;
    let read = "query($id: ID!) { collective(by: { id: $id }) {
        contributions(first: 2) { totalCount nodes { kind } pageInfo { hasNextPage } }
        contributionTotals { member { name } kind unit amount } } }";
    let data = town.test.data(read, json!({ "id": id })).await["collective"].clone();
    assert_eq!(data["contributions"]["totalCount"], 6);
    assert_eq!(data["contributions"]["pageInfo"]["hasNextPage"], true);
    let total = |name: &str, kind: &str, unit: Value, amount: &str| json!({ "member": { "name": name }, "kind": kind, "unit": unit, "amount": amount });
    assert_eq!(
        data["contributionTotals"],
        json!([
            total("Association 0", "TIME", json!("jours"), "1.50"),
            total("Association 1", "MONEY", json!("EUR"), "0.30"),
            total("Association 1", "TIME", json!("heures"), "3.00"),
        ])
    );
    // Of a member that is put away nothing is told, nor counted.
    town.test.must("archive", &town.actors[1], 2).await;
    let data = town.test.data(read, json!({ "id": id })).await["collective"].clone();
    assert_eq!(data["contributions"]["totalCount"], 3);
    assert_eq!(texts(&data["contributionTotals"], "/amount"), ["1.50"]);
}
