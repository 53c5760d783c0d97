//! An account erases itself, or the operator does.

use maillage::domain::caller::Right;
use maillage::domain::ids::ActorId;
use maillage::graphql::ids::subject;
use serde_json::{Value, json};

use super::{count, set_password, user};
use crate::contacts::{add, everything};
use crate::support::entries::square;
use crate::support::{TestApp, codes, data_of, wrong_fields};

const ERASE_ME: &str = "mutation($password: String!) { eraseMe(password: $password) }";
const EMAIL: &str = "zebulon.quarteron@exemple.fr";

/// A user with everything that may hang on one, in an actor's contacts too; the token.
async fn someone(test: &TestApp, actor: &str) -> String {
    let token = test.token_of(EMAIL, &[Right::Partner(None)]).await;
    set_password(test, EMAIL, "un secret bien à moi").await;
    let id = user(test, EMAIL).await;
    test.execute(&format!(
        "INSERT INTO api_keys (id, owner_id, name, prefix, hash, created_at) VALUES ('{id}', '{id}', 'clé de Zébulon', 'mk_1', '\\x01', now());
        INSERT INTO grants (id, api_key_id, role, created_at) VALUES (gen_random_uuid(), '{id}', 'PARTNER', now());
        INSERT INTO user_identities VALUES ('https://idp.example', 'zebulon', '{id}', now());
        INSERT INTO refresh_tokens (id, user_id, family, hash, created_at, expires_at) VALUES (gen_random_uuid(), '{id}', gen_random_uuid(), '\\x02', now(), now());
        INSERT INTO one_time_tokens VALUES ('\\x03', 'PASSWORD_RESET', '{id}', now(), now());
        INSERT INTO ended_sessions VALUES (gen_random_uuid(), '{id}', now());
        INSERT INTO outbox (id, user_id, letter, next_try_at, created_at) VALUES (gen_random_uuid(), '{id}', '{{\"kind\": \"PASSWORD_CHANGED\"}}', now(), now());
        INSERT INTO client_keys SELECT c, 'zebulon-1', '\\x04', 'ACTOR', gen_random_uuid(), now() FROM unnest(ARRAY['user:{id}', 'key:{id}']) c;
        INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields, comment)
            SELECT now(), c, 'REJECT', 'USER', gen_random_uuid(), 1, '{{}}', 'Zébulon trouve que non' FROM unnest(ARRAY['user:{id}', 'key:{id}']) c;
        INSERT INTO suggestions (id, actor_id, caller, comment, changes, edit, created_at)
            SELECT gen_random_uuid(), a.id, 'user:{id}', 'appelez Zébulon', '{{}}', '{{}}', now() FROM actors a LIMIT 1",
    ))
    .await;
    add(test, actor, json!({ "name": "Zébulon Quarteron", "email": EMAIL.to_uppercase() })).await;
    add(test, actor, json!({ "name": "Une autre", "email": "autre@exemple.fr" })).await;
    let place = test.territory("COMMUNE", "28001", "Lieu", square(1.0, 48.0, 0.1)).await;
    let create =
        "mutation($input: SupportContactInput!) { made: createSupportContact(input: $input) { id } }";
    for (name, email) in [("Zébulon Quarteron", EMAIL), ("Une autre", "encore@exemple.fr")] {
        let input =
            json!({ "institution": actor, "name": name, "email": email, "territory": { "id": place } });
        test.admin_data(create, json!({ "input": input })).await;
    }
    token
}

#[tokio::test]
async fn an_account_erases_itself_and_nothing_of_the_person_is_left_but_that_it_happened() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    let token = someone(&test, &actor).await;
    let id = user(&test, EMAIL).await;
    let before = test.last_change().await;

    assert_eq!(codes(&test.ask(ERASE_ME, json!({ "password": "x" })).await), ["UNAUTHENTICATED"]);
    let wrong = test.ask_as(&token, ERASE_ME, json!({ "password": "un secret" })).await;
    assert_eq!((codes(&wrong), wrong_fields(&wrong)), (vec!["VALIDATION"], vec!["password"]));
    assert_eq!(user(&test, EMAIL).await, id);

    let answer = test.ask_as(&token, ERASE_ME, json!({ "password": "un secret bien à moi" })).await;
    assert!(answer["data"]["eraseMe"].is_string(), "{answer}");
    let all = everything(&test).await;
    for trace in ["bulon", "uarteron", EMAIL, "EXEMPLE.FR", "zebulon"] {
        assert!(!all.contains(trace), "{trace} is left");
    }
    assert!(all.contains("autre@exemple.fr"), "others stay");
    let told = test
        .rows(&format!("SELECT action, subject_kind, caller, fields, comment FROM changes WHERE position > {before} ORDER BY position"))
        .await;
    let caller = format!("user:{id}");
    assert_eq!(told.len(), 4);
    assert_eq!(
        told[0],
        json!({ "action": "ERASE", "subject_kind": "USER", "caller": caller, "fields": {}, "comment": null })
    );
    for (change, kind) in [(&told[1], "CONTACT"), (&told[2], "ACTOR"), (&told[3], "SUPPORT_CONTACT")] {
        assert_eq!((&change["action"], &change["subject_kind"]), (&json!("ERASE"), &json!(kind)));
    }
    // what was written stays, and the account is gone at once
    assert_eq!(count(&test, &format!("changes WHERE caller = '{caller}' AND action = 'REJECT'")).await, 1);
    assert_eq!(count(&test, "suggestions").await, 1);
    assert_eq!(codes(&test.ask_as(&token, "{ sdgs { number } }", json!({})).await), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn the_last_administrator_stays_and_of_the_last_two_at_once_one_does() {
    let test = TestApp::empty().await;
    set_password(&test, "tester@example.org", "le premier secret").await;
    let password = json!({ "password": "le premier secret" });
    // one who can't sign in is no other administrator
    test.token_of("b@example.org", &[Right::Admin]).await;
    let alone = test.ask_as_admin(ERASE_ME, password.clone()).await;
    assert_eq!(codes(&alone), ["CONFLICT"]);
    assert!(alone["errors"][0]["message"].as_str().unwrap().contains("last administrator"));

    set_password(&test, "b@example.org", "le second secret").await;
    let b = test.rows("SELECT id FROM users WHERE email = 'b@example.org'").await;
    let b: uuid::Uuid = b[0]["id"].as_str().unwrap().parse().unwrap();
    let token =
        test.app.token(maillage::domain::ids::UserId(b), None, chrono::TimeDelta::hours(1)).await.unwrap();
    let (one, other) = tokio::join!(
        test.ask_as_admin(ERASE_ME, password),
        test.ask_as(&token, ERASE_ME, json!({ "password": "le second secret" }))
    );
    let refused: Vec<_> = codes(&one).into_iter().chain(codes(&other)).collect();
    assert_eq!(refused, ["CONFLICT"], "{one} {other}");
    assert_eq!(count(&test, "users").await, 1);
}

#[tokio::test]
async fn whoever_has_no_password_here_hears_what_to_do() {
    let test = TestApp::empty().await;
    let token = test.token_of(EMAIL, &[]).await;
    let answer = test.ask_as(&token, ERASE_ME, json!({ "password": "" })).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("maillage erase --email"));
}

#[tokio::test]
async fn the_operator_sees_what_is_held_of_a_person_and_erases_it() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    someone(&test, &actor).await;
    let held = test.app.held_of(&EMAIL.to_uppercase()).await.unwrap();
    assert_eq!(held["account"]["email"], EMAIL);
    assert_eq!(held["contacts"][0]["name"], "Zébulon Quarteron");
    assert_eq!(held["writes"], 2);
    assert_eq!(held["supportContacts"][0]["name"], "Zébulon Quarteron");
    for list in [
        "identities",
        "grants",
        "apiKeys",
        "sessions",
        "letters",
        "suggestions",
        "contacts",
        "supportContacts",
    ] {
        assert_eq!(held[list].as_array().unwrap().len(), 1, "{list}: {held:#}");
    }
    assert!(!held.to_string().contains("argon2"), "no secret");

    let erased = test.app.erase_person(EMAIL).await.unwrap();
    assert_eq!((erased.accounts, erased.contacts), (1, 2));
    assert!(!everything(&test).await.contains("uarteron"));
    let nobody = test.app.erase_person(EMAIL).await.unwrap();
    assert_eq!((nobody.accounts, nobody.contacts), (0, 0));
    assert_eq!(test.app.held_of(EMAIL).await.unwrap()["account"], Value::Null);
    // someone without an account
    let contact = test.app.erase_person("Autre@exemple.fr").await.unwrap();
    assert_eq!((contact.accounts, contact.contacts), (0, 1));
}

#[tokio::test]
async fn what_a_backup_brings_back_is_erased_again() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    someone(&test, &actor).await;
    let before = test.clock.now();
    test.execute("CREATE SCHEMA kept; CREATE TABLE kept.contacts AS TABLE contacts; CREATE TABLE kept.support_contacts AS TABLE support_contacts").await;
    test.app.erase_person(EMAIL).await.unwrap();
    let erased = test.app.erased_since(before).await.unwrap();
    assert_eq!(erased.len(), 3);
    assert_eq!(test.app.erased_since(before + chrono::TimeDelta::seconds(1)).await.unwrap(), []);

    test.execute(
        "INSERT INTO contacts SELECT * FROM kept.contacts ON CONFLICT DO NOTHING;
        INSERT INTO support_contacts SELECT * FROM kept.support_contacts ON CONFLICT DO NOTHING; DROP SCHEMA kept CASCADE",
    )
    .await;
    assert!(everything(&test).await.contains("uarteron"));
    let again = test.app.erase_again(&erased).await.unwrap();
    assert_eq!((again.accounts, again.contacts), (0, 2));
    assert!(!everything(&test).await.contains("uarteron"));
}

#[tokio::test]
async fn what_they_wrote_into_entries_of_others_goes_too() {
    let test = TestApp::empty().await;
    let (source, target) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let link = test.interaction("SUPPORT", &source, &target, json!({})).await;
    let editor = subject(&async_graphql::ID::from(&target)).unwrap().id;
    let token = test.token_of(EMAIL, &[Right::ActorEditor(ActorId(editor))]).await;
    set_password(&test, EMAIL, "un secret bien à moi").await;
    let dispute = "mutation($id: ID!) { disputeInteraction(id: $id, expectedVersion: 2, reason: \"Zébulon n'y était pas\") { id } }";
    data_of(test.ask_as(&token, dispute, json!({ "id": link })).await);
    let suggest = "mutation($id: ID!) { suggestActorEdit(id: $id, input: {description: \"Une description\"}, comment: \"Zébulon le sait\") { id } }";
    let suggestion = data_of(test.ask_as(&token, suggest, json!({ "id": source })).await);
    let accept =
        "mutation($id: ID!) { review(id: $id, expectedVersion: 1, decision: APPROVE) { __typename } }";
    test.admin_data(accept, json!({ "id": suggestion["suggestActorEdit"]["id"] })).await;
    assert!(everything(&test).await.contains("bulon"));

    let answer = test.ask_as(&token, ERASE_ME, json!({ "password": "un secret bien à moi" })).await;
    assert!(answer["data"]["eraseMe"].is_string(), "{answer}");
    assert!(!everything(&test).await.contains("bulon"));
    let link = test.rows("SELECT confirmation FROM interactions").await;
    assert_eq!(link[0]["confirmation"], "DISPUTED", "what was answered stays");
}
