//! Edits that someone proposes.

use serde_json::{Value, json};

use super::World;
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

const TOLD: &str = "id status reason version comment by changes { field before after } actor { name }";

async fn suggest(world: &World, who: &str, id: &str, input: Value, comment: Option<&str>) -> Value {
    let query = format!(
        "mutation($id: ID!, $i: UpdateActorInput!, $c: String) {{ suggestActorEdit(id: $id, input: $i, comment: $c) {{ {TOLD} }} }}"
    );
    world.ask(who, &query, json!({ "id": id, "i": input, "c": comment })).await
}

async fn made(world: &World, who: &str, id: &str, input: Value) -> String {
    id_of(&data_of(suggest(world, who, id, input, None).await)["suggestActorEdit"])
}

async fn read(world: &World, who: &str, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Suggestion {{ {TOLD} }} }} }}");
    world.data(who, &query, json!({ "id": id })).await["node"].clone()
}

async fn name_of(world: &World, id: &str) -> Value {
    let query = "query($id: ID!) { actor(by: {id: $id}) { name shortName description version } }";
    world.data("anyone", query, json!({ "id": id })).await["actor"].clone()
}

#[tokio::test]
async fn whoever_is_signed_in_proposes_and_who_manages_accepts() {
    let world = World::new().await;
    let input = json!({ "name": "Les Amis du Lavoir", "areasServed": [{ "code": { "kind": "COMMUNE", "code": "28002" } }] });
    assert_eq!(codes(&suggest(&world, "anyone", &world.own, input.clone(), None).await), ["UNAUTHENTICATED"]);
    let answer = suggest(&world, "signed-in", &world.own, input, Some("Vu sur place")).await;
    let suggestion = data_of(answer)["suggestActorEdit"].clone();
    let id = id_of(&suggestion);
    assert_eq!(
        suggestion,
        json!({ "id": id, "status": "PENDING", "reason": null, "version": 1, "comment": "Vu sur place", "by": "signed-in@example.org",
            "actor": { "name": "Amis du Lavoir" }, "changes": [
                { "field": "areasServed", "before": null, "after": "Là (28002)" },
                { "field": "name", "before": "Amis du Lavoir", "after": "Les Amis du Lavoir" },
            ] })
    );
    assert_eq!(name_of(&world, &world.own).await["name"], "Amis du Lavoir");
    assert_eq!(world.told("REVIEW_REQUEST").await, ["manager@example.org"]);

    // its author, its actor's editors and managers see it; persons are named to managers alone
    for (who, by) in [
        ("signed-in", Some("signed-in@example.org")),
        ("editor", None),
        ("manager", Some("signed-in@example.org")),
        ("admin", Some("signed-in@example.org")),
    ] {
        assert_eq!(read(&world, who, &id).await["by"], json!(by), "{who}");
    }
    let list = "query($id: ID!) { actor(by: {id: $id}) { suggestions(status: PENDING) { totalCount nodes { id } edges { cursor } } } }";
    for who in ["anyone", "signed-in", "partner", "analyst", "neighbour", "manager-there"] {
        if who != "signed-in" {
            assert_eq!(read(&world, who, &id).await, Value::Null, "{who}");
            let expected = if who == "anyone" {
                "UNAUTHENTICATED"
            } else if who == "manager-there" {
                "NOT_FOUND"
            } else {
                "FORBIDDEN"
            };
            assert_eq!(codes(&world.review_as(who, &id, 1, "APPROVE", None).await), [expected], "{who}");
        }
        let seen = world.data(who, list, json!({ "id": world.own })).await;
        assert_eq!(seen["actor"]["suggestions"], Value::Null, "{who}");
    }
    let seen = world.data("editor", list, json!({ "id": world.own })).await["actor"]["suggestions"].clone();
    assert_eq!((&seen["totalCount"], &seen["nodes"]), (&json!(1), &json!([{ "id": id }])));
    assert_eq!(codes(&world.review_as("editor", &id, 1, "APPROVE", None).await), ["FORBIDDEN"]);

    let accepted = data_of(world.review_as("manager", &id, 1, "APPROVE", None).await);
    assert_eq!(accepted["review"], json!({ "decision": "ACCEPTED", "version": 2, "reason": null }));
    let now = name_of(&world, &world.own).await;
    assert_eq!((&now["name"], &now["version"]), (&json!("Les Amis du Lavoir"), &json!(3)));
    let history = "query($id: ID!) { actor(by: {id: $id}) { history(first: 1) { nodes { action by comment version } } } }";
    let told = world.data("manager", history, json!({ "id": world.own })).await["actor"]["history"].clone();
    assert_eq!(
        told["nodes"],
        json!([{ "action": "UPDATED", "by": "manager@example.org", "comment": "Vu sur place", "version": 3 }])
    );
    assert_eq!(world.told("SUGGESTION_DECISION").await, ["signed-in@example.org"]);
    let again = world.review_as("manager", &id, 2, "APPROVE", None).await;
    assert_eq!(
        (codes(&again), &again["errors"][0]["message"]),
        (vec!["CONFLICT"], &json!("it is decided already"))
    );
}

#[tokio::test]
async fn the_same_is_proposed_once_while_it_waits() {
    let world = World::new().await;
    let name = json!({ "name": "Les Amis" });
    let id = made(&world, "signed-in", &world.own, name.clone()).await;
    let again = suggest(&world, "signed-in", &world.own, name.clone(), Some("Vraiment")).await;
    assert_eq!(codes(&again), ["DUPLICATE"]);
    assert!(again["errors"][0]["message"].as_str().unwrap().contains("the same already"), "{again}");
    // Something else, someone else, or again once it was decided.
    made(&world, "signed-in", &world.own, json!({ "name": "Les Amis du Lavoir" })).await;
    made(&world, "partner", &world.own, name.clone()).await;
    data_of(world.review_as("manager", &id, 1, "REJECT", Some("Non")).await);
    made(&world, "signed-in", &world.own, name).await;
}

#[tokio::test]
async fn its_author_reads_it_only_while_its_actor_is_to_be_seen() {
    let world = World::new().await;
    let id = made(&world, "signed-in", &world.own, json!({ "name": "Les Amis" })).await;
    assert_eq!(read(&world, "signed-in", &id).await["status"], "PENDING");
    let suppress =
        "mutation($id: ID!) { suppressActor(id: $id, expectedVersion: 2, reason: \"On request\") }";
    world.data("admin", suppress, json!({ "id": world.own })).await;
    assert_eq!(read(&world, "signed-in", &id).await, Value::Null);
    assert_eq!(read(&world, "admin", &id).await["status"], "PENDING");
}

#[tokio::test]
async fn a_suggestion_is_checked_as_an_update_is_everything_at_once() {
    let world = World::new().await;
    let wrong = json!({ "name": "", "themes": ["nothing"], "website": "x", "seat": { "code": { "kind": "COMMUNE", "code": "99999" } },
        "registrations": [{ "scheme": "SIREN", "value": "1" }] });
    let answer = suggest(&world, "signed-in", &world.own, wrong, Some(&"x".repeat(2_001))).await;
    let mut fields = wrong_fields(&answer);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "comment",
            "input.name",
            "input.registrations[0].value",
            "input.seat",
            "input.themes[0]",
            "input.website"
        ]
    );
    for same in [json!({}), json!({ "name": "Amis du Lavoir" }), json!({ "description": null, "themes": [] })]
    {
        let answer = suggest(&world, "signed-in", &world.own, same, None).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["input"]));
    }
    let draft = world.draft_of_editor("Secret").await;
    let name = json!({ "name": "Autre" });
    assert_eq!(codes(&suggest(&world, "signed-in", &draft, name.clone(), None).await), ["NOT_FOUND"]);
    assert_eq!(codes(&suggest(&world, "signed-in", "none", name.clone(), None).await), ["NOT_FOUND"]);
    assert_eq!(codes(&suggest(&world, "editor", &draft, name.clone(), None).await), ["CONFLICT"]);
    // who has the right may propose all the same
    made(&world, "editor", &world.own, name).await;
}

#[tokio::test]
async fn what_moved_on_meanwhile_is_said_and_what_did_not_stays_as_it_is() {
    let world = World::new().await;
    let both = json!({ "name": "Amies du Lavoir", "shortName": "AL", "description": "Visites" });
    let moved = made(&world, "signed-in", &world.own, both).await;
    // the name is sent, but as it is: it is no part of the suggestion
    let other = json!({ "name": "Amis du Lavoir", "description": "Le lavoir" });
    let kept = made(&world, "signed-in", &world.own, other).await;
    data_of(world.test.update_actor(&world.own, 2, json!({ "name": "Lavoir", "shortName": "LV" })).await);
    let answer = world.review_as("manager", &moved, 1, "APPROVE", None).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("name, shortName;") && !message.contains("description"), "{message}");
    assert_eq!(name_of(&world, &world.own).await["name"], "Lavoir");
    assert_eq!(read(&world, "signed-in", &moved).await["status"], "PENDING");

    data_of(world.review_as("manager", &kept, 1, "APPROVE", None).await);
    let now = name_of(&world, &world.own).await;
    assert_eq!(now, json!({ "name": "Lavoir", "shortName": "LV", "description": "Le lavoir", "version": 4 }));

    let silent = world.review_as("manager", &moved, 1, "REJECT", None).await;
    assert_eq!(wrong_fields(&silent), ["reason"]);
    let declined = data_of(world.review_as("manager", &moved, 1, "REJECT", Some("Déjà fait")).await);
    assert_eq!(declined["review"], json!({ "decision": "DECLINED", "version": 2, "reason": "Déjà fait" }));
    assert_eq!(read(&world, "signed-in", &moved).await["reason"], "Déjà fait");
}

#[tokio::test]
async fn of_two_reviewers_at_once_one_applies_it() {
    let world = World::new().await;
    let id = made(&world, "signed-in", &world.own, json!({ "shortName": "AL" })).await;
    let (a, b) = tokio::join!(
        world.review_as("manager", &id, 1, "APPROVE", None),
        world.review_as("admin", &id, 1, "REJECT", Some("Non")),
    );
    let (won, lost) = if codes(&a).is_empty() { (a, b) } else { (b, a) };
    let accepted = data_of(won)["review"]["decision"] == "ACCEPTED";
    assert_eq!(codes(&lost), ["CONFLICT"]);
    assert_eq!(lost["errors"][0]["extensions"]["currentVersion"], 2);
    assert_eq!(name_of(&world, &world.own).await["shortName"] == "AL", accepted);
}

#[tokio::test]
async fn a_hidden_location_is_not_found_out_by_proposing_one() {
    let world = World::new().await;
    let place =
        json!({ "longitude": 1.0421, "latitude": 48.0137, "address": "3 rue du Four", "hidden": true });
    let shelter =
        world.test.actor("Refuge", json!({ "seat": { "id": world.here }, "location": place })).await;
    let right = json!({ "longitude": 1.0421, "latitude": 48.0137, "address": "3 rue du Four" });
    let wrong = json!({ "longitude": 1.05, "latitude": 48.05, "address": "1 place Neuve" });
    let mut told = Vec::new();
    for guess in [right, wrong] {
        let answer = suggest(&world, "signed-in", &shelter, json!({ "location": guess }), None).await;
        let mut suggestion = data_of(answer)["suggestActorEdit"].clone();
        assert_eq!(suggestion["changes"], json!([{ "field": "location", "before": null, "after": null }]));
        let id = id_of(&suggestion);
        assert!(!read(&world, "signed-in", &id).await.to_string().contains("rue du Four"));
        suggestion["id"].take();
        told.push(suggestion);
        let manager = read(&world, "manager", &id).await;
        if told.len() == 2 {
            let address =
                json!({ "field": "location.address", "before": "3 rue du Four", "after": "1 place Neuve" });
            assert!(manager["changes"].as_array().unwrap().contains(&address), "{manager}");
            data_of(world.review_as("manager", &id, 1, "APPROVE", None).await);
        }
    }
    assert_eq!(told[0], told[1], "a right guess looks like a wrong one");
    // it stays hidden
    let query = "query($id: ID!) { actor(by: {id: $id}) { location { hidden address } } }";
    let location = world.data("anyone", query, json!({ "id": shelter })).await["actor"]["location"].clone();
    assert_eq!(location, json!({ "hidden": true, "address": null }));
    let location = world.data("manager", query, json!({ "id": shelter })).await["actor"]["location"].clone();
    assert_eq!(location["address"], "1 place Neuve");
}

#[tokio::test]
async fn fifty_at_most_wait_of_one_caller() {
    let world = World::new().await;
    let first = made(&world, "signed-in", &world.own, json!({ "shortName": "0" })).await;
    world.test.execute("INSERT INTO suggestions (id, actor_id, caller, changes, edit, created_at) SELECT gen_random_uuid(), actor_id, caller, changes, edit, created_at FROM suggestions, generate_series(1, 49)").await;
    let more = json!({ "shortName": "1" });
    let answer = suggest(&world, "signed-in", &world.own, more.clone(), None).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("50"));
    made(&world, "partner", &world.own, more.clone()).await;
    data_of(world.review_as("manager", &first, 1, "REJECT", Some("Non")).await);
    made(&world, "signed-in", &world.own, more).await;
}

#[tokio::test]
async fn a_suggestion_of_what_is_put_away_is_not_applied() {
    let world = World::new().await;
    let id = made(&world, "signed-in", &world.own, json!({ "shortName": "AL" })).await;
    world.test.must("archive", &world.own, 2).await;
    assert_eq!(codes(&world.review_as("manager", &id, 1, "APPROVE", None).await), ["CONFLICT"]);
    assert_eq!(read(&world, "signed-in", &id).await["actor"], Value::Null);
    data_of(world.review_as("manager", &id, 1, "REJECT", Some("Fermé")).await);
}
