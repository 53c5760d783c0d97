//! Granting and taking back: nobody widens what they reach.

use chrono::TimeDelta;
use maillage::domain::caller::Right;
use serde_json::{Value, json};

use super::*;
use crate::support::{TestApp, codes, data_of, wrong_fields};

const GRANT: &str = "mutation($user: ID!, $grant: GrantInput!) { grantRole(user: $user, grant: $grant) { id grants { id role } } }";
const REVOKE: &str = "mutation($id: ID!) { revokeGrant(id: $id) { grants { role } } }";
const DEACTIVATE: &str = "mutation($id: ID!) { deactivateUser(id: $id) { active } }";
const USERS: &str = "query($first: Int, $after: String) { users(first: $first, after: $after) {
    totalCount nodes { id email grants { id role } } pageInfo { hasNextPage endCursor } } }";

/// Dreux within the Agglo, Chartres apart; the manager of Dreux and what follows.
struct Scene {
    test: TestApp,
    agglo: String,
    dreux: String,
    chartres: String,
    manager: String,
    manager_id: UserId,
}

async fn scene() -> Scene {
    let test = TestApp::empty().await;
    let agglo = test.territory("INTERCOMMUNALITY", "200040277", "Agglo", Value::Null).await;
    let commune = async |code: &str, name: &str| test.territory("COMMUNE", code, name, Value::Null).await;
    let (dreux, chartres) = (commune("28134", "Dreux").await, commune("28085", "Chartres").await);
    test.execute(&format!(
        "INSERT INTO territory_links (territory_id, other_id, relation, basis, direct) VALUES ('{}', '{}', 'WITHIN', 'LIST', true)",
        territory(&dreux).0,
        territory(&agglo).0
    ))
    .await;
    let manager_id =
        someone(&test, "manager@example.org", &[Right::TerritoryManager(territory(&dreux))]).await;
    let manager = text(&session(&test, "manager@example.org").await, "accessToken").to_owned();
    Scene { test, agglo, dreux, chartres, manager, manager_id }
}

#[tokio::test]
async fn a_manager_grants_within_its_territories_and_not_to_itself() {
    let Scene { test, agglo, dreux, chartres, manager, manager_id } = scene().await;
    let inside = test.actor("Les Amis du Lavoir", json!({"seat": {"id": dreux}})).await;
    let outside = test.actor("Les Autres", json!({"seat": {"id": chartres}})).await;
    let other =
        id_of_user(someone(&test, "other@example.org", &[Right::Partner(Some(territory(&dreux)))]).await);
    let grant = async |user: &str, grant: Value| {
        test.ask_as(&manager, GRANT, json!({"user": user, "grant": grant})).await
    };
    for beyond in [
        json!({"role": "ADMIN"}),
        json!({"role": "PARTNER"}),
        json!({"role": "TERRITORY_MANAGER", "territory": {"id": agglo}}),
        json!({"role": "ANALYST", "territory": {"id": chartres}}),
        json!({"role": "ACTOR_EDITOR", "actor": outside}),
    ] {
        assert_eq!(codes(&grant(&other, beyond.clone()).await), ["FORBIDDEN"], "{beyond}");
        let invite = "mutation($grants: [GrantInput!]!) { inviteUser(email: \"new@example.org\", displayName: \"N\", grants: $grants) { token } }";
        let invited = test.ask_as(&manager, invite, json!({"grants": [beyond]})).await;
        assert_eq!(codes(&invited), ["FORBIDDEN"], "{beyond}");
    }
    for good in [
        json!({"role": "TERRITORY_MANAGER", "territory": {"id": dreux}}),
        json!({"role": "ANALYST", "territory": {"id": dreux}}),
        json!({"role": "ACTOR_EDITOR", "actor": inside}),
    ] {
        data_of(grant(&other, good.clone()).await);
        assert_eq!(codes(&grant(&other, good.clone()).await), ["CONFLICT"], "{good}");
        assert_eq!(codes(&grant(&id_of_user(manager_id), good).await), ["FORBIDDEN"]);
    }
    let own =
        test.ask_as_admin(GRANT, json!({"user": id_of_user(test.user), "grant": {"role": "PARTNER"}})).await;
    assert_eq!(codes(&own), ["FORBIDDEN"], "not even administrators");
    // Who has nothing within its reach is not there for it, and is not brought there by a gift.
    let stranger = id_of_user(someone(&test, "stranger@example.org", &[]).await);
    for unseen in ["nobody", &stranger] {
        let given = grant(unseen, json!({"role": "ANALYST", "territory": {"id": dreux}})).await;
        assert_eq!(codes(&given), ["NOT_FOUND"], "{unseen}");
    }
}

#[tokio::test]
async fn a_manager_of_what_holds_a_territory_manages_that_too() {
    let Scene { test, agglo, dreux, .. } = scene().await;
    let token = test.token_of("agglo@example.org", &[Right::TerritoryManager(territory(&agglo))]).await;
    let other =
        id_of_user(someone(&test, "other@example.org", &[Right::Partner(Some(territory(&dreux)))]).await);
    let grant = json!({"user": other, "grant": {"role": "ANALYST", "territory": {"id": dreux}}});
    data_of(test.ask_as(&token, GRANT, grant).await);
    let users = data_of(test.ask_as(&token, USERS, json!({})).await);
    assert_eq!(users["users"]["totalCount"], 3, "itself, the manager of Dreux, the other: {users}");
}

#[tokio::test]
async fn nothing_is_granted_beyond_the_end_of_ones_own_right() {
    let Scene { test, dreux, manager, manager_id, .. } = scene().await;
    let end = test.clock.now() + TimeDelta::days(10);
    test.execute(&format!(
        "UPDATE grants SET expires_at = '{}' WHERE user_id = '{}'",
        end.to_rfc3339(),
        manager_id.0
    ))
    .await;
    let other =
        id_of_user(someone(&test, "other@example.org", &[Right::Partner(Some(territory(&dreux)))]).await);
    let grant = async |end: Value| {
        let grant = json!({"role": "ANALYST", "territory": {"id": dreux}, "expiresAt": end});
        test.ask_as(&manager, GRANT, json!({"user": other, "grant": grant})).await
    };
    for late in [Value::Null, json!((end + TimeDelta::seconds(1)).to_rfc3339())] {
        let refused = grant(late).await;
        assert_eq!((codes(&refused), wrong_fields(&refused)), (vec!["VALIDATION"], vec!["grant.expiresAt"]));
    }
    data_of(grant(json!(end.to_rfc3339())).await);
    test.clock.set(end);
    assert_eq!(codes(&grant(json!((end + TimeDelta::hours(1)).to_rfc3339())).await), ["UNAUTHENTICATED"]);
    let fresh = text(&session(&test, "manager@example.org").await, "accessToken").to_owned();
    assert_eq!(codes(&test.ask_as(&fresh, USERS, json!({})).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn a_manager_sees_those_in_its_reach_and_of_their_rights_those_alone() {
    let Scene { test, dreux, chartres, manager, manager_id, .. } = scene().await;
    let both = [Right::Analyst(territory(&dreux)), Right::Analyst(territory(&chartres))];
    let both = id_of_user(someone(&test, "both@example.org", &both).await);
    let away = id_of_user(someone(&test, "away@example.org", &[Right::Analyst(territory(&chartres))]).await);
    let users = data_of(test.ask_as(&manager, USERS, json!({})).await);
    let users = &users["users"];
    assert_eq!(users["totalCount"], 2);
    let mut ids: Vec<_> =
        users["nodes"].as_array().unwrap().iter().map(|user| text(user, "id").to_owned()).collect();
    let mut expected = vec![id_of_user(manager_id), both.clone()];
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
    let node = "query($id: ID!) { node(id: $id) { ... on User { email grants { role } } } }";
    let seen = data_of(test.ask_as(&manager, node, json!({"id": both})).await);
    assert_eq!(seen["node"]["grants"].as_array().unwrap().len(), 1);
    assert!(data_of(test.ask_as(&manager, node, json!({"id": away})).await)["node"].is_null());
    assert!(test.data(node, json!({"id": both})).await["node"].is_null());

    // Whom it sees in part it does not shut out, and what it does not see it does not take.
    let whole = "query($id: ID!) { node(id: $id) { ... on User { grants { id territory { code } } } } }";
    let whole = test.admin_data(whole, json!({"id": both})).await;
    let grants = whole["node"]["grants"].as_array().unwrap();
    let refused = test.ask_as(&manager, DEACTIVATE, json!({"id": both})).await;
    assert_eq!(codes(&refused), ["FORBIDDEN"]);
    assert_eq!(codes(&test.ask_as(&manager, DEACTIVATE, json!({"id": away})).await), ["NOT_FOUND"]);
    let elsewhere = grants.iter().find(|grant| grant["territory"]["code"] == "28085").unwrap();
    let refused = test.ask_as(&manager, REVOKE, json!({"id": elsewhere["id"]})).await;
    assert_eq!(codes(&refused), ["NOT_FOUND"]);
    test.admin_data(REVOKE, json!({"id": elsewhere["id"]})).await;
    let done = data_of(test.ask_as(&manager, DEACTIVATE, json!({"id": both})).await);
    assert_eq!(done["deactivateUser"]["active"], false);
}

#[tokio::test]
async fn what_is_taken_back_is_gone_with_the_next_request() {
    let Scene { test, manager, manager_id, .. } = scene().await;
    let node = "query($id: ID!) { node(id: $id) { ... on User { grants { id } } } }";
    let id = id_of_user(manager_id);
    let grant = test.admin_data(node, json!({"id": id})).await["node"]["grants"][0]["id"].clone();
    assert!(test.ask_as(&manager, USERS, json!({})).await.get("errors").is_none());
    let left = test.admin_data(REVOKE, json!({"id": grant})).await;
    assert_eq!(left["revokeGrant"]["grants"], json!([]));
    assert_eq!(codes(&test.ask_as(&manager, USERS, json!({})).await), ["FORBIDDEN"]);
    assert_eq!(codes(&test.ask_as_admin(REVOKE, json!({"id": grant})).await), ["NOT_FOUND"]);
    test.admin_data(DEACTIVATE, json!({"id": id})).await;
    assert_eq!(codes(&test.ask_as(&manager, VIEWER, json!({})).await), ["UNAUTHENTICATED"]);
    assert_eq!(codes(&sign_in(&test, "manager@example.org", PASSWORD).await), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn an_administrator_is_left_whoever_takes_from_whom_at_once() {
    let test = TestApp::empty().await;
    let me = id_of_user(test.user);
    assert_eq!(codes(&test.ask_as_admin(DEACTIVATE, json!({"id": me})).await), ["CONFLICT"]);
    let other = someone(&test, "other@example.org", &[Right::Admin]).await;
    let token = text(&session(&test, "other@example.org").await, "accessToken").to_owned();
    let (one, two) = tokio::join!(
        test.ask_as(&token, DEACTIVATE, json!({"id": me})),
        test.ask_as_admin(DEACTIVATE, json!({"id": id_of_user(other)}))
    );
    let well = [&one, &two].iter().filter(|answer| answer.get("errors").is_none()).count();
    assert_eq!(well, 1, "{one} {two}");
    let left = test.rows("SELECT 1 AS one FROM users u JOIN grants g ON g.user_id = u.id WHERE u.active AND g.role = 'ADMIN'").await;
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn users_are_paged_and_strangers_hear_nothing_of_them() {
    let Scene { test, manager, .. } = scene().await;
    for n in 0..4 {
        test.clock.set(test.clock.now() + TimeDelta::seconds(1));
        someone(&test, &format!("u{n}@example.org"), &[]).await;
    }
    let first = test.admin_data(USERS, json!({"first": 4})).await["users"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(6), &json!(true)));
    let rest = test.admin_data(USERS, json!({"first": 4, "after": first["pageInfo"]["endCursor"]})).await;
    assert_eq!(rest["users"]["nodes"].as_array().unwrap().len(), 2);
    assert_eq!(codes(&test.ask(USERS, json!({})).await), ["UNAUTHENTICATED"]);
    let plain = test.token_of("plain@example.org", &[]).await;
    assert_eq!(codes(&test.ask_as(&plain, USERS, json!({})).await), ["FORBIDDEN"]);
    assert_eq!(
        codes(&test.ask_as(&manager, DEACTIVATE, json!({"id": id_of_user(test.user)})).await),
        ["NOT_FOUND"]
    );
}

#[tokio::test]
async fn a_creators_right_to_its_entry_ends_with_the_right_that_let_it_create() {
    let test = TestApp::empty().await;
    let first = test.actor("Les Amis du Lavoir", json!({})).await;
    let editor = someone(&test, "editor@example.org", &[Right::ActorEditor(actor(&first))]).await;
    let end = test.clock.now() + TimeDelta::days(10);
    test.execute(&format!("UPDATE grants SET expires_at = '{}'", end.to_rfc3339())).await;
    let token = test.token_for(editor).await;
    let create =
        "mutation { createActor(input: {kind: ASSOCIATION, name: \"Les Amis du Pont\"}) { id version } }";
    let created = data_of(test.ask_as(&token, create, json!({})).await)["createActor"].clone();
    let ends = test.rows("SELECT count(DISTINCT expires_at) AS ends, count(*) AS all FROM grants WHERE role = 'ACTOR_EDITOR'").await;
    assert_eq!(ends[0], json!({"ends": 1, "all": 2}));
    test.clock.set(end + TimeDelta::seconds(1));
    let token = test.token_for(editor).await;
    let update =
        "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 1, input: {description: \"x\"}) { id } }";
    let answer = test.ask_as(&token, update, json!({"id": created["id"]})).await;
    assert!(matches!(codes(&answer)[..], ["FORBIDDEN" | "NOT_FOUND"]), "{answer}");
}

#[tokio::test]
async fn whatever_else_someone_has_a_manager_takes_back_what_it_could_give() {
    let Scene { test, dreux, chartres, manager, .. } = scene().await;
    let club = test.actor("Le Club", json!({"seat": {"id": dreux}})).await;
    let editor = someone(&test, "editor@example.org", &[Right::ActorEditor(actor(&club))]).await;
    // With an entry elsewhere, which is its own from then on, an editor does not put itself out of reach.
    let create = "mutation($seat: ID!) { createActor(input: {kind: ASSOCIATION, name: \"Abri\", seat: {id: $seat}}) { id } }";
    let token = test.token_for(editor).await;
    data_of(test.ask_as(&token, create, json!({"seat": chartres})).await);
    let users = data_of(test.ask_as(&manager, USERS, json!({})).await);
    let nodes = users["users"]["nodes"].as_array().unwrap();
    let grants = &nodes.iter().find(|user| user["email"] == "editor@example.org").unwrap()["grants"];
    assert_eq!(grants.as_array().map(Vec::len), Some(1));
    let revoked = data_of(test.ask_as(&manager, REVOKE, json!({"id": grants[0]["id"]})).await);
    assert_eq!(revoked["revokeGrant"]["grants"], json!([]));
    let update =
        "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 2, input: {description: \"x\"}) { id } }";
    assert_eq!(codes(&test.ask_as(&token, update, json!({"id": club})).await), ["FORBIDDEN"]);
}
