//! Rules of eligibility, as an application meets them.

use serde_json::{Value, json};

use super::{APPLICATION, As, Town, broken, failing};
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

#[tokio::test]
async fn a_draft_says_all_that_it_lacks() {
    let town = Town::of(1).await;
    let made = data_of(town.start(As::Editor(0), 0, json!({})).await)["startApplication"].clone();
    assert_eq!(failing(&made), ["CONTENT", "BUDGET"]);
    let refused = town.act(As::Editor(0), "submitApplication", made["id"].as_str().unwrap(), "").await;
    assert_eq!(broken(&refused), ["CONTENT", "BUDGET"]);
    for check in made["eligibility"].as_array().unwrap() {
        let (fr, en) = (check["message"].as_str().unwrap(), check["english"].as_str().unwrap());
        assert!(fr.len() > 10 && en.len() > 10 && fr != en, "{check}");
    }
}

#[tokio::test]
async fn a_lead_is_of_the_perimeter_by_its_seat_or_by_an_area_that_it_serves() {
    let town = Town::of(1).await;
    let district = {
        let input = json!({ "kind": "DEPARTMENT", "code": "28", "vintage": 2026, "name": "Eure-et-Loir", "members": [{ "id": town.here }] });
        let query = "mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) { id } }";
        id_of(&town.test.admin_data(query, json!({ "input": input })).await["createTerritory"])
    };
    let id = town.alone().await;
    let perimeter = async || {
        let read = town.read(&id).await;
        let check = read["eligibility"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["rule"] == "PERIMETER")
            .unwrap()
            .clone();
        (check["passed"] == json!(true), check["english"].as_str().unwrap().to_owned())
    };
    let place = |id: &String| json!({ "id": id });
    let update = async |version: i64, input: Value| {
        data_of(town.test.update_actor(&town.actors[0], version, input).await);
    };
    assert_eq!(perimeter().await, (true, "The actor that applies sits in the call's perimeter.".to_owned()));
    update(2, json!({ "seat": place(&town.there) })).await;
    assert!(!perimeter().await.0);
    // Whoever serves the département serves the commune.
    update(3, json!({ "areasServed": [place(&district)] })).await;
    assert_eq!(perimeter().await, (true, "The actor that applies acts in the call's perimeter.".to_owned()));
    // Whoever sits somewhere in it does not sit in the commune.
    update(4, json!({ "areasServed": null, "seat": place(&town.there) })).await;
    assert!(!perimeter().await.0);
    update(5, json!({ "areasServed": [place(&town.here)] })).await;
    assert!(perimeter().await.0);
}

#[tokio::test]
async fn kinds_of_actors_members_and_grants_are_within_what_the_call_says() {
    let town = Town::of(5).await;
    let query = "mutation($id: ID!) { updateCall(id: $id, expectedVersion: 2, input: { eligibleKinds: [SCHOOL] }) { id } }";
    let alone = town.alone().await;
    town.test.admin_data(query, json!({ "id": town.call })).await;
    assert_eq!(failing(&town.read(&alone).await), ["ACTOR_KIND"]);
    let query = "mutation($id: ID!) { updateCall(id: $id, expectedVersion: 3, input: { eligibleKinds: null }) { id } }";
    town.test.admin_data(query, json!({ "id": town.call })).await;
    // The track gives 5000 at most.
    let actions = r#"input: { actions: [{ title: "Tout", cost: "5000.01", lines: [{ source: THIS_CALL, amount: "5000.01" }] }] }"#;
    let over = town.must(As::Editor(0), "updateApplication", &alone, actions).await;
    assert_eq!(failing(&over), ["GRANT"]);
    // A project that partners carry is not alone, and one without is not together.
    let more = json!({ "project": town.project(&[1]).await, "actions": town.budget("10") });
    let made = data_of(town.start(As::Editor(0), 0, more).await)["startApplication"].clone();
    assert_eq!(failing(&made), ["MEMBERS", "SIGN_OFFS"]);
    let more = json!({ "project": town.project(&[]).await, "actions": town.budget("10") });
    let made = data_of(town.start(As::Editor(0), 1, more).await)["startApplication"].clone();
    assert_eq!(failing(&made), ["MEMBERS"]);
    // A small collective of two is too small for this track, of five too large.
    for (members, expected) in
        [(vec![1], true), (vec![1, 2], false), (vec![1, 2, 3], false), (vec![1, 2, 3, 4], true)]
    {
        let more = json!({ "collective": town.collective(&members).await });
        let made = data_of(town.start(As::Editor(0), 2, more).await)["startApplication"].clone();
        assert_eq!(failing(&made).contains(&"MEMBERS"), expected, "{members:?}");
    }
}

#[tokio::test]
async fn a_small_collective_files_its_intent_without_a_budget() {
    let town = Town::of(3).await;
    let collective = town.collective(&[1, 2]).await;
    let made = data_of(town.start(As::Editor(0), 2, json!({ "collective": collective })).await);
    let made = made["startApplication"].clone();
    assert_eq!(failing(&made), ["SIGN_OFFS"]);
    let grant = made["eligibility"].as_array().unwrap().iter().find(|c| c["rule"] == "GRANT").unwrap();
    assert_eq!(grant["english"], "€3,000.00 is asked of the call; this track sets no limit.");
    let id = id_of(&made);
    town.signed(&id, &[1, 2]).await;
    let filed = town.must(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(
        (&filed["status"], &filed["track"]["kind"]),
        (&json!("SUBMITTED"), &json!("SMALL_COLLECTIVE"))
    );
    let nested = format!(
        "query($id: ID!) {{ collective(by: {{ id: $id }}) {{ applications {{ totalCount nodes {{ {APPLICATION} }} }} }} }}"
    );
    let of = data_of(town.ask(As::Editor(2), &nested, json!({ "id": collective })).await);
    assert_eq!(of["collective"]["applications"]["totalCount"], 1);
}

#[tokio::test]
async fn the_size_that_a_track_asks_keeps_a_collective_from_its_next_stage() {
    let town = Town::of(5).await;
    let collective = town.collective(&[1, 2, 3, 4]).await;
    let started = data_of(town.start(As::Editor(0), 2, json!({ "collective": collective })).await);
    // A draft decides nothing: what counts is asked of all of them.
    town.must(As::Editor(0), "requestSignOffs", &id_of(&started["startApplication"]), "").await;
    let read = "query($id: ID!) { collective(by: { id: $id }) { version blockers { code } } }";
    let version =
        data_of(town.ask(As::Editor(0), read, json!({ "id": collective })).await)["collective"]["version"]
            .clone();
    let advance = "mutation($id: ID!, $version: Int!) { advanceCollective(id: $id, expectedVersion: $version, to: FORMING) { version } }";
    let moved =
        data_of(town.ask(As::Editor(0), advance, json!({ "id": collective, "version": version })).await);
    town.test.must("publish", &collective, moved["advanceCollective"]["version"].as_i64().unwrap()).await;
    let blocked = async |who: As| {
        let read = data_of(town.ask(who, read, json!({ "id": collective })).await);
        texts(&read["collective"]["blockers"], "/code").contains(&"TOO_MANY_MEMBERS")
    };
    // Five are not too many for their kind, and for this track they are: so hear those who see the application.
    assert!(blocked(As::Editor(0)).await && blocked(As::Manager).await);
    assert!(!blocked(As::Nobody).await);
}
