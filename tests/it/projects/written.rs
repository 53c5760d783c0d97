//! Projects as they are written.

use serde_json::{Value, json};

use super::{PROJECT, Town};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of};

fn paths(answer: &Value) -> Vec<&str> {
    let fields = answer["errors"][0]["extensions"]["fields"].as_array().expect("violations");
    fields.iter().map(|field| field["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_project_keeps_all_that_is_said_of_it() {
    let town = Town::of(3).await;
    let made = town
        .created(json!({ "summary": "Trois lieux.", "partners": [town.actors[1], town.actors[0], town.actors[2], town.actors[1]],
            "territories": [{ "id": town.here }], "themes": ["education"], "primarySdg": 10, "sdgs": [4],
            "dynamics": ["COOPERATION", "POWER_TO_ACT"], "audiences": ["jeunes"], "startsOn": "2026-09-01", "endsOn": "2027-08-31" }))
        .await;
    assert_eq!(made["slug"], "des-lieux-ouverts");
    assert_eq!((&made["status"], &made["version"]), (&json!("DRAFT"), &json!(1)));
    assert_eq!(texts(&made["partners"], "/name"), ["Association 1", "Association 2"]);
    assert_eq!(made["primarySdg"]["number"], 10);
    assert_eq!(made["sdgs"], json!([{ "number": 4 }, { "number": 10 }]));
    assert_eq!(made["dynamics"], json!(["POWER_TO_ACT", "COOPERATION"]));
    let id = id_of(&made);
    let read = data_of(
        town.test
            .ask_as(
                &town.editors[0],
                &format!("query($id: ID!) {{ project(by: {{ id: $id }}) {{ {PROJECT} }} }}"),
                json!({ "id": id }),
            )
            .await,
    );
    assert_eq!(read["project"], made);
    // Left out stays, null clears, a value is set.
    let input =
        json!({ "summary": null, "partners": [town.actors[1]], "primarySdg": null, "dynamics": null });
    let changed = data_of(town.update(&town.editors[0], &id, 1, input).await)["updateProject"].clone();
    assert_eq!((&changed["summary"], &changed["primarySdg"]), (&Value::Null, &Value::Null));
    assert_eq!((&changed["dynamics"], &changed["audiences"]), (&json!([]), &json!(["jeunes"])));
    assert_eq!(changed["sdgs"], made["sdgs"]);
    assert_eq!(texts(&changed["partners"], "/name"), ["Association 1"]);
    let stale = town.update(&town.editors[0], &id, 1, json!({ "title": "Autre" })).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    let history = "query($id: ID!) { project(by: { id: $id }) { history { nodes { action changes { field before after } } } } }";
    let history = data_of(town.test.ask_as(&town.editors[0], history, json!({ "id": id })).await);
    let newest = &history["project"]["history"]["nodes"][0];
    let partners = newest["changes"].as_array().unwrap().iter().find(|c| c["field"] == "partners").unwrap();
    assert_eq!(partners["before"], "Association 1, Association 2");
    assert_eq!(partners["after"], "Association 1");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let town = Town::of(2).await;
    let answer = town
        .create(
            &town.editors[0],
            json!({ "title": " ", "partners": ["x"], "collective": "x", "territories": [{ "id": "x" }],
                "sdgs": [18], "themes": ["rien"], "startsOn": "2026-09-02", "endsOn": "2026-09-01" }),
        )
        .await;
    let mut paths = paths(&answer);
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "input.collective",
            "input.endsOn",
            "input.partners[0]",
            "input.sdgs[0]",
            "input.territories[0]",
            "input.themes[0]",
            "input.title"
        ]
    );
}

#[tokio::test]
async fn a_retry_with_the_same_key_creates_once() {
    let town = Town::of(2).await;
    let one = town.created(json!({ "clientKey": "k" })).await;
    assert_eq!(town.created(json!({ "clientKey": "k" })).await["id"], one["id"]);
    let other = town.create(&town.editors[0], json!({ "clientKey": "k", "title": "Autre" })).await;
    assert_eq!(codes(&other), ["CONFLICT"]);
}

#[tokio::test]
async fn nobody_says_what_another_leads() {
    let town = Town::of(3).await;
    // Neither of an actor that one does not edit, nor of one beyond one's territories.
    let theirs = town.create(&town.editors[1], json!({})).await;
    assert_eq!(codes(&theirs), ["FORBIDDEN"]);
    let far = json!({ "lead": town.actors[2], "territories": [{ "id": town.here }] });
    assert_eq!(codes(&town.create(&town.manager, far).await), ["FORBIDDEN"]);
    let id = id_of(&town.created(json!({})).await);
    let passed = town.update(&town.editors[0], &id, 1, json!({ "lead": town.actors[1] })).await;
    assert_eq!(codes(&passed), ["FORBIDDEN"]);
    // Who manages both may pass it on; the new lead is no partner of itself.
    let input = json!({ "lead": town.actors[1], "partners": [town.actors[1], town.actors[0]] });
    let passed = data_of(town.update(&town.manager, &id, 1, input).await)["updateProject"].clone();
    assert_eq!(passed["lead"]["name"], "Association 1");
    assert_eq!(texts(&passed["partners"], "/name"), ["Association 0"]);
}

#[tokio::test]
async fn a_project_is_of_a_collective_that_its_lead_is_of() {
    let town = Town::of(3).await;
    let register = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
    let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": town.actors[0],
        "territories": [{ "id": town.here }] });
    let collective = data_of(town.test.ask_as(&town.editors[0], register, json!({ "input": input })).await);
    let collective = id_of(&collective["registerCollective"]);
    town.test.must("publish", &collective, 1).await;
    let made = town.created(json!({ "collective": collective })).await;
    assert_eq!(made["collective"]["id"], json!(collective));
    let others = json!({ "collective": collective, "lead": town.actors[1] });
    let refused = town.create(&town.editors[1], others).await;
    assert_eq!(paths(&refused), ["input.collective"]);
    // A published project is something that the collective has done.
    let facts = town.test.rows(
        "SELECT count(*) AS n FROM projects j JOIN collectives v ON v.id = j.collective_id WHERE j.status = 'PUBLISHED'",
    );
    assert_eq!(facts.await[0]["n"], 0);
}

#[tokio::test]
async fn it_is_submitted_reviewed_archived_and_restored() {
    let town = Town::of(2).await;
    let id = id_of(&town.created(json!({ "territories": [{ "id": town.here }] })).await);
    let step = async |token: &str, mutation: &str| {
        let query = format!(
            "mutation($id: ID!) {{ {mutation} {{ ... on Project {{ status version permissions {{ action allowed }} }} }} }}"
        );
        town.test.ask_as(token, &query, json!({ "id": id })).await
    };
    let submitted = data_of(step(&town.editors[0], "submit(id: $id, expectedVersion: 1)").await);
    assert_eq!(submitted["submit"]["status"], "SUBMITTED");
    let queue = "query { reviewQueue { totalCount nodes { subject { ... on Project { title } } } } }";
    let queue = data_of(town.test.ask_as(&town.manager, queue, json!({})).await);
    assert_eq!(queue["reviewQueue"]["nodes"][0]["subject"]["title"], "Des lieux ouverts");
    let letters =
        town.test.rows("SELECT count(*) AS n FROM outbox WHERE letter->>'kind' = 'REVIEW_REQUEST'").await;
    assert_eq!(letters[0]["n"], 1);
    let own = step(&town.editors[0], "review(id: $id, expectedVersion: 2, decision: APPROVE)").await;
    assert_eq!(codes(&own), ["FORBIDDEN"]);
    let approved =
        data_of(step(&town.manager, "review(id: $id, expectedVersion: 2, decision: APPROVE)").await);
    assert_eq!(approved["review"]["status"], "PUBLISHED");
    for (mutation, status) in [("archive", "ARCHIVED"), ("restore", "PUBLISHED")] {
        let version = if mutation == "archive" { 3 } else { 4 };
        let moved =
            data_of(step(&town.manager, &format!("{mutation}(id: $id, expectedVersion: {version})")).await);
        assert_eq!(moved[mutation]["status"], status);
    }
}

#[tokio::test]
async fn who_takes_over_an_actor_takes_over_its_projects() {
    let town = Town::of(4).await;
    let [zero, one, two] = [&town.actors[0], &town.actors[1], &town.actors[2]];
    let led = id_of(&town.created(json!({ "partners": [one, two] })).await);
    let merge = "mutation($keep: ID!, $version: Int!, $merge: ID!) {
        mergeActors(keep: $keep, keepVersion: $version, merge: $merge, mergeVersion: 2) { id } }";
    town.test.admin_data(merge, json!({ "keep": one, "version": 2, "merge": two })).await;
    let read = format!("query($id: ID!) {{ project(by: {{ id: $id }}) {{ {PROJECT} }} }}");
    let project = town.test.admin_data(&read, json!({ "id": led })).await["project"].clone();
    assert_eq!(texts(&project["partners"], "/name"), ["Association 1"]);
    assert_eq!(project["version"], 2);
    town.test.admin_data(merge, json!({ "keep": one, "version": 3, "merge": zero })).await;
    let project = town.test.admin_data(&read, json!({ "id": led })).await["project"].clone();
    assert_eq!((&project["lead"]["name"], &project["partners"]), (&json!("Association 1"), &json!([])));
}
