//! What waits for each: the lists, who finds what in them, and how many statements they take.

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use maillage::graphql::ids::subject;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::entries::{id_of, square};
use crate::support::{TestApp, codes, data_of, wrong_fields};

const ALL: &str = "{ worklist {
    reviews { totalCount nodes { subject { __typename } } }
    interactionsToConfirm { totalCount nodes { id } }
    membershipsToAnswer { totalCount nodes { id collective { name } } }
    collectivesToFinish { totalCount nodes { name } }
    applicationsToFile { totalCount nodes { title } }
    signOffsToGive { totalCount nodes { id } }
    applicationsToDecide { totalCount nodes { id } }
    supportRequests { totalCount nodes { id } }
    callsClosingSoon { totalCount nodes { title } }
} }";

fn key(id: &str) -> Uuid {
    subject(&async_graphql::ID::from(id)).unwrap().id
}

/// An association in a commune with an editor and a manager, and a second one elsewhere.
struct Scene {
    test: TestApp,
    here: String,
    own: String,
    next: String,
    editor: String,
    manager: String,
}

async fn scene() -> Scene {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", square(1.0, 48.0, 0.1)).await;
    let there = test.territory("COMMUNE", "28002", "Là", square(2.0, 48.0, 0.1)).await;
    let own = test.actor("Amis du Lavoir", json!({ "seat": { "id": here } })).await;
    let next = test.actor("Voisins", json!({ "seat": { "id": there } })).await;
    let editor = test.token_of("editor@example.org", &[Right::ActorEditor(ActorId(key(&own)))]).await;
    let manager =
        test.token_of("manager@example.org", &[Right::TerritoryManager(TerritoryId(key(&here)))]).await;
    Scene { test, here, own, next, editor, manager }
}

async fn counts(test: &TestApp, token: &str) -> Vec<(String, i64)> {
    let worklist = data_of(test.ask_as(token, ALL, json!({})).await)["worklist"].clone();
    let lists = worklist.as_object().unwrap().iter();
    let counts = lists.map(|(name, list)| (name.clone(), list["totalCount"].as_i64().unwrap()));
    let mut counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
    counts.sort();
    counts
}

fn found(names: &[(&str, i64)]) -> Vec<(String, i64)> {
    let mut all: Vec<_> = names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    all.sort();
    all
}

#[tokio::test]
async fn each_finds_what_waits_for_it_and_strangers_are_sent_away() {
    let Scene { test, here, own, next, editor, manager } = scene().await;
    assert_eq!(codes(&test.ask(ALL, json!({})).await), ["UNAUTHENTICATED"]);
    let nobody = test.token_of("nobody@example.org", &[]).await;
    for token in [&editor, &manager, &nobody, &test.token.clone()] {
        assert_eq!(counts(&test, token).await, found(&[]));
    }

    let link = test.interaction("SUPPORT", &next, &own, json!({})).await;
    let register = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
    let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Un stage pour chacun", "territories": [{ "id": here }], "invite": [own] });
    test.admin_data(register, json!({ "input": input })).await;
    let draft = id_of(&test.draft_actor("Nouveaux", json!({ "seat": { "id": here } })).await);
    test.must("submit", &draft, 1).await;
    let ask = "mutation($input: SupportRequestInput!) { requestSupport(input: $input) { id } }";
    let input = json!({ "requester": own, "kind": "METHOD", "description": "Comment ?" });
    data_of(test.ask_as(&editor, ask, json!({ "input": input })).await);
    test.call("Bientôt close", &here, json!({ "closesAt": "2026-11-30T12:00:00Z" })).await;
    test.call("Plus tard", &here, json!({ "closesAt": "2027-11-30T12:00:00Z" })).await;

    let of_editor = [("callsClosingSoon", 1), ("interactionsToConfirm", 1), ("membershipsToAnswer", 1)];
    assert_eq!(counts(&test, &editor).await, found(&of_editor));
    let of_manager =
        [("callsClosingSoon", 1), ("collectivesToFinish", 1), ("reviews", 1), ("supportRequests", 1)];
    assert_eq!(counts(&test, &manager).await, found(&of_manager));
    assert_eq!(counts(&test, &test.token).await, found(&of_manager));
    assert_eq!(counts(&test, &nobody).await, found(&[]));

    let confirm = "mutation($id: ID!) { confirmInteraction(id: $id, expectedVersion: 2) { id } }";
    data_of(test.ask_as(&editor, confirm, json!({ "id": link })).await);
    let worklist = data_of(test.ask_as(&editor, ALL, json!({})).await)["worklist"].clone();
    assert_eq!(worklist["interactionsToConfirm"]["nodes"], json!([]));
    let invited = worklist["membershipsToAnswer"]["nodes"][0].clone();
    let accept = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { status } }";
    data_of(test.ask_as(&editor, accept, json!({ "id": invited["id"] })).await);
    assert_eq!(counts(&test, &editor).await, found(&[("callsClosingSoon", 1)]));
}

#[tokio::test]
async fn what_waits_comes_oldest_first_in_as_many_statements_as_lists_however_much_it_is() {
    let Scene { test, own, next, editor, .. } = scene().await;
    let mut links = Vec::new();
    for year in 2001..=2030 {
        test.clock.set(test.clock.now() + chrono::TimeDelta::seconds(1));
        let period = json!({ "since": format!("{year}-01-01"), "until": format!("{year}-12-31") });
        links.push(test.interaction("SUPPORT", &next, &own, period).await);
        if year == 2001 {
            test.statements_of(&editor, ALL, json!({})).await;
        }
    }
    let many = "{ worklist { interactionsToConfirm(first: 100) { nodes { id } } } }";
    let worklist = data_of(test.ask_as(&editor, many, json!({})).await);
    let listed = worklist["worklist"]["interactionsToConfirm"]["nodes"].as_array().unwrap().clone();
    let ids: Vec<Value> = links.iter().map(|id| json!({ "id": id })).collect();
    assert_eq!(listed, ids);
    let pages = ALL.replace("totalCount ", "");
    let statements = test.statements_of(&editor, &pages, json!({})).await;
    assert!(statements <= 14, "{statements}");
    let far = "{ worklist { callsClosingSoon(withinDays: 4000) { totalCount } } }";
    assert_eq!(wrong_fields(&test.ask_as(&editor, far, json!({})).await), ["withinDays"]);
}

#[tokio::test]
async fn what_was_begun_is_found_again_until_it_is_sent() {
    let Scene { test, here, own, next, editor, manager } = scene().await;
    let register =
        "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id version } }";
    let begin = async |token: &str, name: &str, lead: &str| {
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": name, "territories": [{ "id": here }], "lead": lead });
        data_of(test.ask_as(token, register, json!({ "input": input })).await)["registerCollective"].clone()
    };
    let begun = begin(&editor, "Nager", &own).await;
    begin(&test.token.clone(), "Courir", &next).await;
    assert_eq!(counts(&test, &editor).await, found(&[("collectivesToFinish", 1)]));
    assert_eq!(counts(&test, &manager).await, found(&[("collectivesToFinish", 2)]));
    let submit =
        "mutation($id: ID!, $version: Int!) { submit(id: $id, expectedVersion: $version) { __typename } }";
    data_of(test.ask_as(&editor, submit, json!({ "id": begun["id"], "version": begun["version"] })).await);
    assert_eq!(counts(&test, &editor).await, found(&[]));
    let refuse = "mutation($id: ID!) { review(id: $id, expectedVersion: 2, decision: REJECT, reason: \"Qui nage ?\") { __typename } }";
    data_of(test.ask_as(&manager, refuse, json!({ "id": begun["id"] })).await);
    assert_eq!(counts(&test, &editor).await, found(&[("collectivesToFinish", 1)]));

    let call = test
        .call("Nager tous", &here, json!({ "tracks": [{ "kind": "INDIVIDUAL_PROJECT", "title": "Seul" }] }))
        .await;
    let tracks = data_of(
        test.ask_as(
            &editor,
            "query($id: ID!) { node(id: $id) { ... on Call { tracks { id } } } }",
            json!({ "id": call }),
        )
        .await,
    );
    let start = "mutation($input: StartApplicationInput!) { startApplication(input: $input) { id version } }";
    let input = json!({ "call": call, "track": tracks["node"]["tracks"][0]["id"], "lead": own, "title": "Nos bassins" });
    let started =
        data_of(test.ask_as(&editor, start, json!({ "input": input })).await)["startApplication"].clone();
    let of_editor = [("applicationsToFile", 1), ("collectivesToFinish", 1)];
    assert_eq!(counts(&test, &editor).await, found(&of_editor));
    let of_manager: Vec<_> = counts(&test, &manager).await;
    assert!(!of_manager.iter().any(|(list, _)| list == "applicationsToFile"), "{of_manager:?}");
    let withdraw = "mutation($id: ID!, $version: Int!) { withdrawApplication(id: $id, expectedVersion: $version) { id } }";
    data_of(
        test.ask_as(&editor, withdraw, json!({ "id": started["id"], "version": started["version"] })).await,
    );
    assert_eq!(counts(&test, &editor).await, found(&[("collectivesToFinish", 1)]));
}
