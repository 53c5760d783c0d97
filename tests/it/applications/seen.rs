//! Who sees an application, by every way that leads to one.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::{As, Town};
use crate::support::data_of;
use crate::support::entries::id_of;

const WAYS: &str = "query($id: ID!, $call: ID!, $actor: ID!, $partner: ID!) {
    application(id: $id) { title } node(id: $id) { id }
    call(by: { id: $call }) { applications { totalCount nodes { id } } open: applications(statuses: [DRAFT, AWAITING_SIGN_OFF]) { totalCount } }
    actor(by: { id: $actor }) { applications { totalCount nodes { id } } projects { nodes { applications { totalCount nodes { id } } } } }
    partner: actor(by: { id: $partner }) { applications { totalCount nodes { id } } } }";

/// What each way tells: whether it is there; null where there is not even a list.
fn told(data: &Value) -> Vec<Option<bool>> {
    let list = |of: &Value| {
        of["nodes"].as_array().map(|nodes| {
            assert_eq!(of["totalCount"], nodes.len());
            !nodes.is_empty()
        })
    };
    vec![
        Some(data["application"] != Value::Null),
        Some(data["node"] != Value::Null),
        list(&data["call"]["applications"]),
        list(&data["actor"]["applications"]),
        list(&data["partner"]["applications"]),
    ]
}

#[tokio::test]
async fn an_application_is_seen_by_those_who_apply_and_those_who_run_the_call() {
    let town = Town::of(4).await;
    let id = town.together().await;
    // All can be seen but the application.
    town.test.execute("UPDATE projects SET status = 'PUBLISHED'").await;
    let (here, there) = (key_of(&town.here.clone().into()), key_of(&town.there.clone().into()));
    let tokens = [
        ("analyst", town.test.token_of("analyst@example.org", &[Right::Analyst(here)]).await),
        ("PARTNER", town.test.token_of("partner@example.org", &[Right::Partner(None)]).await),
        (
            "manager elsewhere",
            town.test.token_of("elsewhere@example.org", &[Right::TerritoryManager(there)]).await,
        ),
        ("nobody", town.test.token_of("nobody@example.org", &[]).await),
    ];
    let variables =
        json!({ "id": id, "call": town.call, "actor": town.actors[0], "partner": town.actors[1] });
    let all = vec![Some(true); 5];
    let none = [Some(false), Some(false)];
    for filed in [false, true] {
        if filed {
            town.signed(&id, &[1, 2]).await;
            town.must(As::Editor(0), "submitApplication", &id, "").await;
        }
        for (who, sees) in [
            (As::Editor(0), true),
            (As::Editor(1), true),
            (As::Editor(3), false),
            (As::Organiser, filed),
            (As::Manager, true),
            (As::Admin, true),
        ] {
            let data = data_of(town.ask(who, WAYS, variables.clone()).await);
            let expected = if sees { all.clone() } else { vec![Some(false); 5] };
            assert_eq!(told(&data), expected, "{who:?}, filed: {filed}, {data}");
        }
        for (who, token) in &tokens {
            let data = data_of(town.test.ask_as(token, WAYS, variables.clone()).await);
            assert_eq!(told(&data)[..2], none, "{who}");
            // Who holds nothing of that kind has no list; who manages elsewhere has an empty one.
            let list = (*who == "manager elsewhere").then_some(false);
            assert_eq!(told(&data)[2..], [list; 3], "{who}, {data}");
        }
        let data = town.test.data(WAYS, variables.clone()).await;
        assert_eq!(told(&data), [Some(false), Some(false), None, None, None]);
    }
}

#[tokio::test]
async fn the_public_sees_of_what_is_accepted_the_funding_alone() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    town.must(As::Editor(0), "submitApplication", &id, "").await;
    town.must(As::Manager, "startReview", &id, "").await;
    town.must(
        As::Manager,
        "decideApplication",
        &id,
        r#"outcome: ACCEPTED, grantedAmount: "700", reason: "Motif confidentiel""#,
    )
    .await;
    let query = "query($id: ID!) { actor(by: { id: $id }) { interactions { nodes { kind amount evidence { title } description history { totalCount } } } } }";
    let data = town.test.data(query, json!({ "id": town.actors[0] })).await;
    assert_eq!(data["actor"]["interactions"]["nodes"][0]["amount"], "700.00");
    assert!(!data.to_string().contains("confidentiel"));
}

#[tokio::test]
async fn a_page_of_applications_takes_as_many_statements_as_one() {
    let town = Town::of(6).await;
    for lead in 0..3 {
        let input = json!({ "title": format!("Projet {lead}"), "lead": town.actors[lead], "partners": [town.actors[5]] });
        let query = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
        let project =
            id_of(&data_of(town.ask(As::Admin, query, json!({ "input": input })).await)["createProject"]);
        let more = json!({ "lead": town.actors[lead], "project": project, "actions": town.budget("10") });
        data_of(town.start(As::Editor(lead), 1, more).await);
    }
    let query = "query($id: ID!) { call(by: { id: $id }) { applications(first: 10) { totalCount nodes { title lead { name } project { title }
        track { title } budget { totalCost actions { lines { funder { name } } } } signOffs { actor { name } } eligibility { rule passed } permissions { action } } } } }";
    let statements = town.test.statements_of(&town.manager, query, json!({ "id": town.call })).await;
    assert!(statements <= 16, "{statements}");
    let data = data_of(town.ask(As::Manager, query, json!({ "id": town.call })).await);
    assert_eq!(data["call"]["applications"]["totalCount"], 3);
}
