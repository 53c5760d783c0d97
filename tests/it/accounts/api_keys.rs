//! Keys of programs: what they may do, for how long, and from where.

use chrono::TimeDelta;
use maillage::domain::caller::Right;
use serde_json::{Value, json};

use super::*;
use crate::support::{TestApp, codes, data_of, wrong_fields};

const CREATE: &str =
    "mutation($name: String!, $grants: [GrantInput!]!, $origins: [String!], $end: DateTime) {
    createApiKey(name: $name, grants: $grants, allowedOrigins: $origins, expiresAt: $end) {
        secret apiKey { id name prefix grants { role } allowedOrigins expiresAt lastUsedAt revokedAt } } }";
const REVOKE: &str = "mutation($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }";
const LIST: &str = "{ apiKeys { totalCount nodes { id name prefix lastUsedAt } pageInfo { hasNextPage } } }";

/// Makes a key as the bearer of this token; the whole answer.
async fn make(test: &TestApp, token: &str, grants: Value, more: Value) -> Value {
    let mut variables = json!({"name": "Un site", "grants": grants});
    for (name, value) in more.as_object().unwrap() {
        variables[name] = value.clone();
    }
    test.ask_as(token, CREATE, variables).await
}

/// The same, which must succeed.
async fn made(test: &TestApp, token: &str, grants: Value, more: Value) -> Value {
    data_of(make(test, token, grants, more).await)["createApiKey"].clone()
}

#[tokio::test]
async fn a_key_does_what_was_granted_to_it_and_is_listed_without_its_secret() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
    let manager = test.token_of("manager@example.org", &[Right::TerritoryManager(territory(&dreux))]).await;
    let grants = json!([{"role": "ANALYST", "territory": {"id": dreux}}]);
    let created = made(&test, &manager, grants, json!({})).await;
    let secret = text(&created, "secret");
    let prefix = text(&created["apiKey"], "prefix");
    assert!(secret.starts_with(prefix) && secret.len() == 56 && prefix.len() == 12);

    let viewer = data_of(test.ask_as(secret, VIEWER, json!({})).await);
    assert_eq!(
        viewer["viewer"],
        json!({"user": null, "apiKey": {"id": created["apiKey"]["id"], "name": "Un site"},
            "grants": [{"role": "ANALYST", "territory": {"code": "28134"}, "actor": null}]})
    );
    let kept = test.rows("SELECT encode(hash, 'escape') AS hash, prefix FROM api_keys").await;
    assert!(!json!(kept).to_string().contains(&secret[13..]), "{kept:?}");
    let used =
        async || test.rows("SELECT 1 AS used FROM api_keys WHERE last_used_at IS NOT NULL").await.len() == 1;
    until(used).await;

    let listed = data_of(test.ask_as(&manager, LIST, json!({})).await);
    assert_eq!(listed["apiKeys"]["totalCount"], 1);
    assert_eq!(listed["apiKeys"]["nodes"][0]["lastUsedAt"], crate::support::NOW);
    let other = test.token_of("other@example.org", &[Right::TerritoryManager(territory(&dreux))]).await;
    assert_eq!(data_of(test.ask_as(&other, LIST, json!({})).await)["apiKeys"]["totalCount"], 0);
    assert_eq!(test.admin_data(LIST, json!({})).await["apiKeys"]["totalCount"], 1);
    let node = "query($id: ID!) { node(id: $id) { id ... on ApiKey { name } } }";
    let id = json!({"id": created["apiKey"]["id"]});
    assert_eq!(data_of(test.ask_as(&other, node, id.clone()).await)["node"], Value::Null);
    assert_eq!(test.data(node, id.clone()).await["node"], Value::Null);
    assert_eq!(data_of(test.ask_as(&manager, node, id.clone()).await)["node"]["name"], "Un site");
    assert_eq!(codes(&test.ask_as(&other, REVOKE, id).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn what_is_no_good_key_is_refused_alike() {
    let test = TestApp::empty().await;
    let owner = someone(&test, "owner@example.org", &[]).await;
    let token = text(&session(&test, "owner@example.org").await, "accessToken").to_owned();
    let end = (test.clock.now() + TimeDelta::hours(2)).to_rfc3339();
    let revoked = made(&test, &token, json!([]), json!({})).await;
    let ended = made(&test, &token, json!([]), json!({"end": end})).await;
    let good = made(&test, &token, json!([]), json!({})).await;
    data_of(test.ask_as(&token, REVOKE, json!({"id": revoked["apiKey"]["id"]})).await);
    test.clock.set(test.clock.now() + TimeDelta::hours(3));
    let good_secret = text(&good, "secret");
    assert!(test.ask_as(good_secret, VIEWER, json!({})).await.get("errors").is_none());
    let other_end = format!("{}{}", &good_secret[..55], if good_secret.ends_with('A') { 'B' } else { 'A' });
    let mut answers = vec![];
    for sent in [
        text(&revoked, "secret"),
        text(&ended, "secret"),
        &other_end,
        &good_secret[..30],
        "mlg_",
        "mlg_aaaaaaaa_x",
    ] {
        answers.push(test.ask_as(sent, VIEWER, json!({})).await);
    }
    test.admin_data(
        "mutation($id: ID!) { deactivateUser(id: $id) { active } }",
        json!({"id": id_of_user(owner)}),
    )
    .await;
    answers.push(test.ask_as(good_secret, VIEWER, json!({})).await);
    assert_eq!(codes(&answers[0]), ["UNAUTHENTICATED"]);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert!(answer.get("data").is_none());
    }
}

#[tokio::test]
async fn a_key_that_is_bound_to_origins_is_good_from_these_alone() {
    let test = TestApp::empty().await;
    let origins = json!({"origins": ["https://cite.example.org", "http://localhost:5173"]});
    let created = made(&test, &test.token, json!([{"role": "PARTNER"}]), origins).await;
    let bearer = format!("Bearer {}", text(&created, "secret"));
    let authorization = ("authorization", bearer.as_str());
    for good in ["https://cite.example.org", "http://localhost:5173"] {
        assert_eq!(ask_with(&test, VIEWER, &[authorization, ("origin", good)]).await.0, 200, "{good}");
    }
    for bad in
        ["https://evil.example", "https://cite.example.org.evil.example", "null", "http://cite.example.org"]
    {
        let (status, answer) = ask_with(&test, VIEWER, &[authorization, ("origin", bad)]).await;
        assert_eq!((status, codes(&answer)), (403, vec!["FORBIDDEN"]), "{bad}");
    }
    assert_eq!(ask_with(&test, VIEWER, &[authorization]).await.0, 403, "without an origin");
    let wrong = json!({"origins": ["https://cite.example.org/", "*", "null"]});
    let wrong = make(&test, &test.token, json!([]), wrong).await;
    assert_eq!(wrong_fields(&wrong), ["allowedOrigins[0]", "allowedOrigins[1]", "allowedOrigins[2]"]);
}

#[tokio::test]
async fn a_key_has_no_right_that_its_owner_lost_and_never_had_one_that_he_lacked() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
    let other = test.territory("COMMUNE", "28404", "Vernouillet", Value::Null).await;
    let own = test.actor("Les Amis du Lavoir", json!({"seat": {"id": dreux}})).await;
    let foreign = test.actor("Les Autres", json!({"seat": {"id": dreux}})).await;
    let rights = [Right::ActorEditor(actor(&own)), Right::Analyst(territory(&dreux)), Right::Partner(None)];
    let user = someone(&test, "editor@example.org", &rights).await;
    let token = text(&session(&test, "editor@example.org").await, "accessToken").to_owned();
    for beyond in [
        json!({"role": "ADMIN"}),
        json!({"role": "TERRITORY_MANAGER", "territory": {"id": dreux}}),
        json!({"role": "ANALYST", "territory": {"id": other}}),
        json!({"role": "ACTOR_EDITOR", "actor": foreign}),
    ] {
        let refused = make(&test, &token, json!([beyond]), json!({})).await;
        assert_eq!(codes(&refused), ["FORBIDDEN"], "{beyond}");
    }
    let all = json!([{"role": "ACTOR_EDITOR", "actor": own}, {"role": "ANALYST", "territory": {"id": dreux}},
        {"role": "PARTNER", "territory": {"id": other}}]);
    let created = made(&test, &token, all, json!({})).await;
    let secret = text(&created, "secret");
    let roles = async || {
        let viewer = data_of(test.ask_as(secret, "{ viewer { grants { role } } }", json!({})).await);
        let grants = viewer["viewer"]["grants"].as_array().unwrap().clone();
        let mut roles: Vec<_> = grants.iter().map(|grant| text(grant, "role").to_owned()).collect();
        roles.sort();
        roles
    };
    assert_eq!(roles().await, ["ACTOR_EDITOR", "ANALYST", "PARTNER"]);
    test.execute(&format!("DELETE FROM grants WHERE user_id = '{}' AND role <> 'ANALYST'", user.0)).await;
    assert_eq!(roles().await, ["ANALYST"]);
    // Between these two there is no other way in: a key grants nothing and makes no key.
    for query in [
        "mutation { createApiKey(name: \"x\", grants: []) { secret } }".to_owned(),
        "{ apiKeys { totalCount } }".to_owned(),
        "{ users { totalCount } }".to_owned(),
        "mutation { inviteUser(email: \"a@b.fr\", displayName: \"A\", grants: []) { token } }".to_owned(),
        "mutation { changePassword(current: \"a\", new: \"b\") { accessToken } }".to_owned(),
        format!("mutation {{ revokeApiKey(id: {}) {{ id }} }}", created["apiKey"]["id"]),
    ] {
        assert_eq!(codes(&test.ask_as(secret, &query, json!({})).await), ["FORBIDDEN"], "{query}");
    }
    let admin = made(&test, &test.token, json!([{"role": "ADMIN"}]), json!({})).await;
    let users = test.ask_as(text(&admin, "secret"), "{ users { totalCount } }", json!({})).await;
    assert_eq!(codes(&users), ["FORBIDDEN"]);
}

#[tokio::test]
async fn a_managers_key_edits_actors_as_long_as_they_are_in_reach() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
    let other = test.territory("COMMUNE", "28404", "Vernouillet", Value::Null).await;
    let id = test.actor("Les Amis du Lavoir", json!({"seat": {"id": dreux}})).await;
    let manager = test.token_of("manager@example.org", &[Right::TerritoryManager(territory(&dreux))]).await;
    let territory_manager = json!([{"role": "TERRITORY_MANAGER", "territory": {"id": dreux}}]);
    let created = made(&test, &manager, territory_manager, json!({})).await;
    let update = "mutation($id: ID!, $version: Int!) { updateActor(id: $id, expectedVersion: $version, input: {shortName: \"ADL\"}) { version } }";
    let secret = text(&created, "secret");
    data_of(test.ask_as(secret, update, json!({"id": id, "version": 2})).await);
    data_of(test.update_actor(&id, 3, json!({"seat": {"id": other}})).await);
    assert_eq!(codes(&test.ask_as(secret, update, json!({"id": id, "version": 4})).await), ["FORBIDDEN"]);
}
