//! Who sees a project that is not published.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::id_of;

const WAYS: &str = "query($id: ID!, $here: ID!, $actor: ID!) {
    project(by: { id: $id }) { title } projects { totalCount nodes { id } } node(id: $id) { id }
    search(text: \"des lieux ouverts\") { edges { node { ... on Project { id } } } }
    projectMatrix { rows { cells { count } } }
    territory(by: { id: $here }) { projectMatrix { rows { cells { count } } } }
    actor(by: { id: $actor }) { projects { totalCount nodes { id } } } }";

#[tokio::test]
async fn a_draft_is_seen_by_whom_it_concerns() {
    let town = Town::of(5).await;
    let made = town
        .created(json!({ "partners": [town.actors[4]], "territories": [{ "id": town.here }],
            "sdgs": [4], "dynamics": ["COOPERATION"] }))
        .await;
    let (here, there) = (key_of(&town.here.clone().into()), key_of(&town.there.clone().into()));
    let analyst = town.test.token_of("analyst@example.org", &[Right::Analyst(here)]).await;
    let partner = town.test.token_of("partner@example.org", &[Right::Partner(None)]).await;
    let elsewhere = town.test.token_of("elsewhere@example.org", &[Right::TerritoryManager(there)]).await;
    let variables = json!({ "id": made["id"], "here": town.here, "actor": town.actors[0] });
    for (who, token, sees) in [
        ("lead", Some(&town.editors[0]), true),
        ("another", Some(&town.editors[1]), false),
        ("partner of the project", Some(&town.editors[4]), true),
        ("manager", Some(&town.manager), true),
        ("analyst", Some(&analyst), true),
        ("PARTNER", Some(&partner), false),
        ("manager elsewhere", Some(&elsewhere), false),
        ("admin", Some(&town.test.token), true),
        ("nobody", None, false),
    ] {
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, WAYS, variables.clone()).await),
            None => town.test.data(WAYS, variables.clone()).await,
        };
        let lists = [
            &data["projects"]["nodes"],
            &data["actor"]["projects"]["nodes"],
            &data["search"]["edges"],
            &data["projectMatrix"]["rows"],
            &data["territory"]["projectMatrix"]["rows"],
        ];
        for list in lists {
            assert_eq!(list.as_array().unwrap().len(), usize::from(sees), "{who}: {data}");
        }
        for one in ["project", "node"] {
            assert_eq!(data[one] != Value::Null, sees, "{who}, {one}: {data}");
        }
    }
}

#[tokio::test]
async fn who_is_put_away_or_not_to_be_listed_is_in_no_project() {
    let town = Town::of(3).await;
    let id = id_of(&town.created(json!({ "partners": [town.actors[1]] })).await);
    town.test.must("publish", &id, 1).await;
    let suppress =
        "mutation($id: ID!) { suppressActor(id: $id, expectedVersion: 2, reason: \"à sa demande\") }";
    for actor in [&town.actors[0], &town.actors[1]] {
        town.test.admin_data(suppress, json!({ "id": actor })).await;
    }
    let query = "query($id: ID!, $lead: ID!) { project(by: { id: $id }) { lead { id } partners { id } }
        projects(filter: { actor: $lead }) { totalCount } }";
    let variables = json!({ "id": id, "lead": town.actors[0] });
    let data = town.test.data(query, variables).await;
    assert_eq!(data["project"], json!({ "lead": null, "partners": [] }));
    assert_eq!(data["projects"]["totalCount"], 0);
}
