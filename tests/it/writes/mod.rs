//! Writes: who may, what they refuse, what they leave behind.

mod calls;
mod drafts;
mod interactions;
mod keys;
mod updates;

use serde_json::{Value, json};

use crate::support::entries::{id_of, texts};
use crate::support::{TestApp, codes, wrong_fields};

/// An actor, an interaction and a call, all drafts: ids.
async fn one_of_each(test: &TestApp) -> [String; 3] {
    let here = test.territory("COMMUNE", "28001", "Ici", Value::Null).await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let interaction = test.declare("PARTNERSHIP", &a, &b, json!({})).await;
    [
        id_of(&test.draft_actor("C", json!({})).await),
        id_of(&interaction["data"]["declareInteraction"]),
        id_of(&test.draft_call("D", &here, json!({})).await),
    ]
}

const NODE: &str = "query($id: ID!) { node(id: $id) { ... on Actor { status version } ... on Interaction { status version } ... on Call { status version } } }";

#[tokio::test]
async fn an_entry_is_published_archived_and_brought_back_as_it_was() {
    let test = TestApp::empty().await;
    for id in one_of_each(&test).await {
        let stays = async |version: i64, status: &str, seen: bool| {
            let entry = json!({ "status": status, "version": version });
            assert_eq!(test.admin_data(NODE, json!({ "id": id })).await["node"], entry);
            let stranger = if seen { entry } else { Value::Null };
            assert_eq!(test.data(NODE, json!({ "id": id })).await["node"], stranger);
        };
        let refused = async |what: &str, version: i64| {
            let answer = test.transition(what, &id, version).await;
            assert_eq!(codes(&answer), ["CONFLICT"], "{what}");
            answer["errors"][0]["extensions"]["currentVersion"].as_i64().unwrap()
        };
        stays(1, "DRAFT", false).await;
        assert_eq!(refused("restore", 1).await, 1);
        assert_eq!(refused("publish", 2).await, 1, "the version is another");
        test.must("archive", &id, 1).await;
        stays(2, "ARCHIVED", false).await;
        assert_eq!(refused("archive", 2).await, 2);
        assert_eq!(refused("publish", 2).await, 2);
        test.must("restore", &id, 2).await;
        stays(3, "DRAFT", false).await;
        test.must("publish", &id, 3).await;
        stays(4, "PUBLISHED", true).await;
        assert_eq!(refused("publish", 4).await, 4);
        test.must("archive", &id, 4).await;
        stays(5, "ARCHIVED", false).await;
        test.must("restore", &id, 5).await;
        stays(6, "PUBLISHED", true).await;
    }
}

/// Every write of these entries, with an input that holds a mistake.
fn every_write(id: &str) -> Vec<String> {
    let mut writes = vec![
        r#"createActor(input: {kind: OTHER, name: ""}) { id }"#.to_owned(),
        format!(r#"updateActor(id: "{id}", expectedVersion: 1, input: {{website: "x"}}) {{ id }}"#),
        format!(r#"declareInteraction(input: {{kind: FUNDING, source: "{id}", target: "{id}", amount: "x"}}) {{ id }}"#),
        format!(r#"updateInteraction(id: "{id}", expectedVersion: 1, input: {{since: "x"}}) {{ id }}"#),
        r#"createCall(input: {kind: OTHER, title: "", organisers: [], territories: [], closesAt: "x"}) { id }"#.to_owned(),
        format!(r#"updateCall(id: "{id}", expectedVersion: 1, input: {{budget: "x"}}) {{ id }}"#),
        r#"createTerritory(input: {kind: CUSTOM, code: "", vintage: 2026, name: "", validFrom: "x"}) { id }"#.to_owned(),
        format!(r#"updateTerritory(id: "{id}", expectedVersion: 1, input: {{validFrom: "x"}}) {{ id }}"#),
    ];
    writes.extend(
        ["publish", "archive", "restore"]
            .map(|what| format!(r#"{what}(id: "{id}", expectedVersion: 1) {{ ... on Actor {{ id }} }}"#)),
    );
    writes
}

#[tokio::test]
async fn nobody_writes_without_a_token_and_learns_nothing_by_trying() {
    let test = TestApp::empty().await;
    let draft = id_of(&test.draft_actor("A", json!({})).await);
    for write in every_write(&draft) {
        let answer = test.ask(&format!("mutation {{ {write} }}"), json!({})).await;
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{write}");
    }
    assert_eq!(test.changes().await, 1, "the draft's own");
}

#[tokio::test]
async fn what_is_absent_or_of_another_kind_is_not_found() {
    let test = TestApp::empty().await;
    let [actor, interaction, call] = one_of_each(&test).await;
    let cases = [
        ("updateActor", &call),
        ("updateInteraction", &actor),
        ("updateCall", &interaction),
        ("updateTerritory", &actor),
    ];
    for (write, id) in cases {
        for id in [id.as_str(), "none of ours"] {
            let query =
                format!(r#"mutation {{ {write}(id: "{id}", expectedVersion: 1, input: {{}}) {{ id }} }}"#);
            assert_eq!(codes(&test.ask_as_admin(&query, json!({})).await), ["NOT_FOUND"], "{write}");
        }
    }
    assert_eq!(codes(&test.transition("publish", "none of ours", 1).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn every_violation_of_an_actor_is_said_at_once() {
    let test = TestApp::empty().await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id } }";
    let input = json!({
        "clientKey": "", "kind": "OTHER", "name": " \n ", "shortName": "a\u{0}b", "description": "x".repeat(50_001),
        "website": "ftp://a.fr", "registrations": [{ "scheme": "SIREN", "value": "1" }], "themes": ["nothing"],
        "sdgs": [18], "audiences": ["ok", "a\u{7}"], "location": { "longitude": 650_000.0, "latitude": 6_860_000.0, "address": "x".repeat(501) },
        "seat": { "id": "none" }, "areasServed": [{ "code": { "kind": "REGION", "code": "0\u{0}" } }],
    });
    let answer = test.ask_as_admin(create, json!({ "input": input })).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "input.areasServed[0]",
            "input.audiences[1]",
            "input.clientKey",
            "input.description",
            "input.location",
            "input.location.address",
            "input.name",
            "input.registrations[0].value",
            "input.sdgs[0]",
            "input.seat",
            "input.shortName",
            "input.themes[0]",
            "input.website",
        ]
    );
    let right = json!({ "kind": "OTHER", "name": "A", "description": "é".repeat(50_000), "clientKey": "é".repeat(200) });
    assert_eq!(codes(&test.ask_as_admin(create, json!({ "input": right })).await), [""; 0]);
    let update =
        json!({ "name": null, "kind": null, "website": "x", "verifiedOn": "2026-02-30", "sdgs": [0] });
    let actor = id_of(&test.draft_actor("B", json!({})).await);
    let mut wrong = Vec::new();
    let answer = test.update_actor(&actor, 1, update).await;
    wrong.extend(wrong_fields(&answer));
    wrong.sort_unstable();
    assert_eq!(wrong, ["input.kind", "input.name", "input.sdgs[0]", "input.verifiedOn", "input.website"]);
    let tomorrow = test.update_actor(&actor, 1, json!({ "verifiedOn": "2026-11-23" })).await;
    assert_eq!(wrong_fields(&tomorrow), ["input.verifiedOn"], "nobody has verified anything tomorrow");
}

#[tokio::test]
async fn an_update_of_another_version_is_refused_and_of_two_at_once_one_wins() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    let stale = test.update_actor(&actor, 1, json!({ "name": "B" })).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    assert_eq!(stale["errors"][0]["extensions"]["currentVersion"], 2);
    let [here, there] = [json!({ "name": "B" }), json!({ "name": "C" })];
    let (one, other) = tokio::join!(test.update_actor(&actor, 2, here), test.update_actor(&actor, 2, there));
    let (won, lost) = if codes(&one).is_empty() { (one, other) } else { (other, one) };
    assert_eq!(won["data"]["updateActor"]["version"], 3);
    assert_eq!(codes(&lost), ["CONFLICT"]);
    assert_eq!(lost["errors"][0]["extensions"]["currentVersion"], 3);
    let both = tokio::join!(
        test.transition("archive", &actor, 3),
        test.update_actor(&actor, 3, json!({ "name": "D" }))
    );
    assert_eq!([codes(&both.0).len(), codes(&both.1).len()].iter().sum::<usize>(), 1);
}

#[tokio::test]
async fn every_write_leaves_one_change_with_the_fields_that_differ() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", Value::Null).await;
    let (a, b) = (test.actor("A", json!({ "sdgs": [1] })).await, test.actor("B", json!({})).await);
    let interaction = test.interaction("FUNDING", &a, &b, json!({ "amount": "10" })).await;
    let territories = [test.territory("COMMUNE", "28003", "Là", Value::Null).await, here.clone()];
    let more = json!({ "organisers": [a], "budget": "10", "territories": territories.clone().map(|id| json!({ "id": id })) });
    let call = test.call("C", &here, more).await;
    let count = test.rows("SELECT 1 FROM changes").await.len();
    assert_eq!(test.changes().await, 10, "two territories, and four entries that were created and published");

    let last = async || {
        let rows = test
            .rows("SELECT action, caller, subject_kind, version, fields FROM changes ORDER BY position")
            .await;
        (rows.len() - count, rows.last().unwrap().clone())
    };
    test.update_actor(&a, 2, json!({ "name": "Aa", "shortName": "a", "sdgs": [1] })).await;
    let (rows, change) = last().await;
    assert_eq!((rows, &change["action"], &change["version"]), (1, &json!("UPDATE"), &json!(3)));
    assert_eq!(change["subject_kind"], "ACTOR");
    assert_eq!(change["fields"], json!({ "name": ["A", "Aa"], "short_name": [null, "a"] }));

    test.update_actor(&a, 3, json!({ "name": "Aa" })).await;
    assert_eq!(last().await.1["fields"], json!({}), "a write without a difference is one all the same");
    test.update_actor(&a, 3, json!({ "name": "Ab" })).await;
    assert_eq!(last().await.0, 2, "a refused one leaves nothing");

    let update = "mutation($id: ID!, $input: UpdateInteractionInput!) { updateInteraction(id: $id, expectedVersion: 2, input: $input) { id } }";
    test.admin_data(update, json!({ "id": interaction, "input": { "amount": "10.0", "intensity": 3 } }))
        .await;
    assert_eq!(last().await.1["fields"], json!({ "intensity": [null, 3] }));

    let update = "mutation($id: ID!, $input: UpdateCallInput!) { updateCall(id: $id, expectedVersion: 2, input: $input) { id } }";
    let same = json!({ "budget": 10, "organisers": [a], "territories": territories.map(|id| json!({ "id": id })), "url": "https://a.fr" });
    test.admin_data(update, json!({ "id": call, "input": same })).await;
    assert_eq!(last().await.1["fields"], json!({ "url": [null, "https://a.fr/"] }));

    test.must("archive", &call, 3).await;
    let (rows, change) = last().await;
    assert_eq!((rows, &change["action"]), (5, &json!("ARCHIVE")));
    assert_eq!(
        change["fields"],
        json!({ "status": ["PUBLISHED", "ARCHIVED"], "archived_from": [null, "PUBLISHED"] })
    );
    let callers = test.rows("SELECT DISTINCT caller AS id FROM changes WHERE caller <> 'operator'").await;
    assert_eq!(texts(&json!(callers), "/id").len(), 1);
}
