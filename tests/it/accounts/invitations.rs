//! Inviting, and taking an invitation.

use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::support::{TestApp, codes, data_of, wrong_fields};

const INVITE: &str = "mutation($email: String!, $name: String!, $grants: [GrantInput!]!) {
    inviteUser(email: $email, displayName: $name, grants: $grants) { token expiresAt user { id email active grants { role } } } }";
const ACCEPT: &str =
    "mutation($token: String!, $password: String!) { acceptInvitation(token: $token, password: $password) {
    accessToken viewer { user { email } grants { role } } } }";

#[tokio::test]
async fn an_invitation_is_taken_once_within_a_week() {
    let test = TestApp::empty().await;
    let invited = json!({"email": "new@example.org", "name": "Nouvelle", "grants": [{"role": "PARTNER"}]});
    let invited = test.admin_data(INVITE, invited).await["inviteUser"].clone();
    assert_eq!(invited["user"]["grants"], json!([{"role": "PARTNER"}]));
    let letter = test.rows("SELECT letter FROM outbox").await;
    assert_eq!(letter[0]["letter"]["token"], invited["token"]);
    assert_eq!(codes(&sign_in(&test, "new@example.org", "").await), ["UNAUTHENTICATED"]);

    let weak = test.ask(ACCEPT, json!({"token": invited["token"], "password": "new@example.org"})).await;
    assert_eq!(wrong_fields(&weak), ["password"]);
    let uses = (0..6)
        .map(async |_| test.ask(ACCEPT, json!({"token": invited["token"], "password": PASSWORD})).await);
    let answers = futures::future::join_all(uses).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.get("errors").is_none()).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let accepted = &won[0]["data"]["acceptInvitation"];
    assert_eq!(accepted["viewer"]["user"]["email"], "new@example.org");
    session(&test, "new@example.org").await;
    let again = test.ask(ACCEPT, json!({"token": invited["token"], "password": PASSWORD})).await;
    let made_up = test.ask(ACCEPT, json!({"token": "made up", "password": PASSWORD})).await;
    assert_eq!((wrong_fields(&again), &again), (vec!["token"], &made_up));

    let late = json!({"email": "late@example.org", "name": "En retard", "grants": []});
    let late = test.admin_data(INVITE, late).await["inviteUser"]["token"].clone();
    test.clock.set(test.clock.now() + TimeDelta::days(7));
    assert_eq!(test.ask(ACCEPT, json!({"token": late, "password": PASSWORD})).await, made_up);
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_told_at_once() {
    let test = TestApp::empty().await;
    let grants = json!([{"role": "TERRITORY_MANAGER"}, {"role": "PARTNER"}, {"role": "PARTNER"},
        {"role": "ANALYST", "territory": {"code": {"kind": "COMMUNE", "code": "00000"}}},
        {"role": "ADMIN", "expiresAt": "2020-01-01T00:00:00Z"}, {"role": "ACTOR_EDITOR", "actor": "x"}]);
    let wrong = json!({"email": "no address", "name": " ", "grants": grants});
    let wrong = test.ask_as_admin(INVITE, wrong).await;
    assert_eq!(codes(&wrong), ["VALIDATION"]);
    let paths = wrong_fields(&wrong);
    for path in [
        "email",
        "displayName",
        "grants[0]",
        "grants[2]",
        "grants[3].territory",
        "grants[4].expiresAt",
        "grants[5].actor",
    ] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    let taken = json!({"email": "TESTER@example.org", "name": "Encore", "grants": []});
    let taken = test.ask_as_admin(INVITE, taken).await;
    assert_eq!(codes(&taken), ["DUPLICATE"]);
    assert_eq!(taken["errors"][0]["extensions"]["existingId"], id_of_user(test.user));
    let stranger = test.ask(INVITE, json!({"email": "a@example.org", "name": "A", "grants": []})).await;
    assert_eq!(codes(&stranger), ["UNAUTHENTICATED"]);
    let nobody = test.token_of("plain@example.org", &[]).await;
    let plain =
        test.ask_as(&nobody, INVITE, json!({"email": "a@example.org", "name": "A", "grants": []})).await;
    assert_eq!(codes(&plain), ["FORBIDDEN"]);
    assert!(data_of(test.ask("{ viewer { user { id } } }", json!({})).await)["viewer"]["user"].is_null());
}

#[tokio::test]
async fn history_keeps_no_names_and_no_addresses() {
    let test = TestApp::empty().await;
    let invited = json!({"email": "new@example.org", "name": "Nouvelle", "grants": [{"role": "PARTNER"}]});
    let id = test.admin_data(INVITE, invited).await["inviteUser"]["user"]["id"].clone();
    test.admin_data("mutation($id: ID!) { deactivateUser(id: $id) { active } }", json!({"id": id})).await;
    let changes = test
        .rows("SELECT * FROM changes WHERE subject_kind IN ('USER', 'GRANT') AND caller LIKE 'user:%'")
        .await;
    assert_eq!(changes.len(), 3, "{changes:?}");
    let all = json!(changes).to_string();
    assert!(!all.contains("example.org") && !all.contains("Nouvelle"), "{all}");
}

#[tokio::test]
async fn a_right_given_before_an_invitation_is_taken_renews_its_link() {
    let test = TestApp::empty().await;
    let invited = json!({"email": "new@example.org", "name": "Nouvelle", "grants": []});
    let invited = test.admin_data(INVITE, invited).await["inviteUser"].clone();
    let grant = "mutation($user: ID!) { grantRole(user: $user, grant: {role: ADMIN}) { id } }";
    test.admin_data(grant, json!({"user": invited["user"]["id"]})).await;
    // Whoever invited knows the first link, and would come into the right by it.
    let old = test.ask(ACCEPT, json!({"token": invited["token"], "password": PASSWORD})).await;
    assert_eq!(wrong_fields(&old), ["token"]);
    let letters = test.rows("SELECT letter FROM outbox").await;
    let tokens = letters.iter().map(|letter| &letter["letter"]["token"]);
    let newest: Vec<_> = tokens.filter(|token| *token != &invited["token"]).collect();
    assert_eq!((letters.len(), newest.len()), (2, 1));
    let newest = newest[0];
    let taken = data_of(test.ask(ACCEPT, json!({"token": newest, "password": PASSWORD})).await);
    assert_eq!(taken["acceptInvitation"]["viewer"]["grants"], json!([{"role": "ADMIN"}]));
}
