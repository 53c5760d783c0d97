//! A client's key makes a retried creation return what the first one made.

use serde_json::{Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, codes, data_of};

/// Creations of each kind with the same key, and the same with other content.
async fn creations(test: &TestApp) -> Vec<(&'static str, &'static str, Value, Value)> {
    let here = test.territory("COMMUNE", "28001", "Ici", Value::Null).await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let registered = json!([{ "scheme": "SIREN", "value": "212801344" }]);
    vec![
        (
            "mutation($input: CreateActorInput!) { made: createActor(input: $input) { id version } }",
            "actors",
            json!({ "clientKey": "clé 🙂", "kind": "OTHER", "name": "X", "registrations": registered }),
            json!({ "name": "Y" }),
        ),
        (
            "mutation($input: DeclareInteractionInput!) { made: declareInteraction(input: $input) { id version } }",
            "interactions",
            json!({ "clientKey": "one", "kind": "PARTNERSHIP", "source": a, "target": b }),
            json!({ "kind": "TENSION" }),
        ),
        (
            "mutation($input: CreateCallInput!) { made: createCall(input: $input) { id version } }",
            "calls",
            json!({ "clientKey": "two", "kind": "OTHER", "title": "C", "organisers": [a], "territories": [{ "id": here }],
                "tracks": [{ "kind": "SMALL_COLLECTIVE", "title": "T" }] }),
            json!({ "tracks": [] }),
        ),
    ]
}

fn with(mut input: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

#[tokio::test]
async fn a_retried_creation_returns_the_first_and_other_content_is_refused() {
    let test = TestApp::empty().await;
    for (create, table, input, other) in creations(&test).await {
        let count = format!("SELECT 1 FROM {table}");
        let before = test.rows(&count).await.len();
        let made = id_of(&data_of(test.ask_as_admin(create, json!({ "input": input })).await)["made"]);
        test.must("publish", &made, 1).await;
        let again = data_of(test.ask_as_admin(create, json!({ "input": input })).await);
        assert_eq!(again["made"], json!({ "id": made, "version": 2 }), "as it is now");
        let conflict = test.ask_as_admin(create, json!({ "input": with(input.clone(), &other) })).await;
        assert_eq!(codes(&conflict), ["CONFLICT"], "{table}");
        assert_eq!(conflict["errors"][0]["extensions"]["candidateIds"], json!([made]));
        assert_eq!(test.rows(&count).await.len(), before + 1);
    }
}

#[tokio::test]
async fn twelve_at_once_with_one_key_make_one() {
    let test = TestApp::empty().await;
    for (create, table, input, _) in creations(&test).await {
        let count = format!("SELECT 1 FROM {table}");
        let before = test.rows(&count).await.len();
        let all = (0..12).map(|_| test.ask_as_admin(create, json!({ "input": input })));
        let answers = futures::future::join_all(all).await;
        let mut made: Vec<_> = answers.into_iter().map(|answer| id_of(&data_of(answer)["made"])).collect();
        made.dedup();
        assert_eq!(made.len(), 1, "{table}");
        assert_eq!(test.rows(&count).await.len(), before + 1);
    }
}

#[tokio::test]
async fn a_refused_creation_leaves_its_key_free() {
    let test = TestApp::empty().await;
    let create = "mutation($input: CreateActorInput!) { made: createActor(input: $input) { id } }";
    let registered = json!([{ "scheme": "SIREN", "value": "212801344" }]);
    test.actor("A", json!({ "registrations": registered })).await;
    let mut input = json!({ "clientKey": "k", "kind": "OTHER", "name": "A", "registrations": registered });
    assert_eq!(codes(&test.ask_as_admin(create, json!({ "input": input })).await), ["DUPLICATE"]);
    input["name"] = json!("");
    assert_eq!(codes(&test.ask_as_admin(create, json!({ "input": input })).await), ["VALIDATION"]);
    input["name"] = json!("B");
    data_of(test.ask_as_admin(create, json!({ "input": input })).await);
}

#[tokio::test]
async fn a_key_of_one_kind_of_entry_is_not_one_of_another() {
    let test = TestApp::empty().await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    test.draft_actor("C", json!({ "clientKey": "k" })).await;
    let answer = test.declare("OTHER", &a, &b, json!({ "clientKey": "k" })).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
}
