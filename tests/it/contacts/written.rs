//! Writing contacts: who may, what is refused, what is left, what is gone.

use serde_json::{Value, json};

use super::{ADD, ERASE, Scene, UPDATE, add, everything, key};
use crate::support::entries::texts;
use crate::support::{TestApp, codes, wrong_fields};

#[tokio::test]
async fn those_write_who_keep_the_entry_and_nobody_learns_by_trying() {
    let scene = Scene::new().await;
    let seen = add(
        &scene.test,
        &scene.actor,
        json!({ "name": "P", "visibility": "PUBLIC", "consentOn": "2026-01-01" }),
    )
    .await;
    let unseen = add(&scene.test, &scene.actor, json!({ "name": "M" })).await;
    let expired = add(&scene.test, &scene.actor, json!({ "name": "X", "expiresOn": "2026-01-01" })).await;
    let changes = scene.test.changes().await;
    for (who, token) in &scene.callers {
        let input = json!({ "role": " " });
        let code = async |query: &str, variables: Value| {
            let answer = scene.ask(token.as_ref(), query, variables).await;
            codes(&answer).first().map(ToString::to_string).unwrap_or_default()
        };
        let adds = code(ADD, json!({ "actor": scene.actor, "input": { "name": "" } })).await;
        let updates = [&seen, &unseen, &expired].map(|id| code(UPDATE, json!({ "id": id, "input": input })));
        let updates = futures::future::join_all(updates).await;
        let absent = code(ERASE, json!({ "id": "none of ours" })).await;
        let expected = match *who {
            "anyone" => ["UNAUTHENTICATED"; 5],
            "signed in" | "partner" | "partner here" | "partner there" | "analyst" => ["FORBIDDEN"; 5],
            "editor there" | "manager there" => {
                ["FORBIDDEN", "FORBIDDEN", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"]
            }
            "editor" => ["VALIDATION", "", "", "NOT_FOUND", "NOT_FOUND"],
            _ => ["VALIDATION", "", "", "", "NOT_FOUND"],
        };
        let got = [&adds, &updates[0], &updates[1], &updates[2], &absent].map(String::as_str);
        assert_eq!(got, expected, "{who}");
    }
    assert_eq!(scene.test.changes().await, changes + 2 + 3 + 3, "editor, manager, administrator");
    let token = scene.token("manager");
    let query = "mutation($id: ID!) { eraseContact(id: $id) }";
    let answer = scene.test.ask_as(token, query, json!({ "id": seen })).await;
    assert_eq!(answer["data"]["eraseContact"], json!(seen));
    assert_eq!(codes(&scene.test.ask_as(token, query, json!({ "id": seen })).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    let input = json!({ "name": "a\nb", "role": "a\tb", "email": "awa", "phone": "39 49", "visibility": "PUBLIC",
        "consentOn": "2026-11-23", "expiresOn": "2026-11-23" });
    let answer = test.ask_as_admin(ADD, json!({ "actor": actor, "input": input })).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    let all =
        ["input.consentOn", "input.email", "input.expiresOn", "input.name", "input.phone", "input.role"];
    assert_eq!(wrong, all);
    assert!(!answer["errors"].to_string().contains("awa"), "what was given is not said again");
    let id = add(&test, &actor, json!({ "name": "Awa", "phone": "02.37.38.84.12", "email": "Awa@DREUX.fr" }))
        .await;
    let answer = test
        .ask_as_admin(
            UPDATE,
            json!({ "id": id, "input": { "name": null, "visibility": "PARTNERS", "email": "@" } }),
        )
        .await;
    assert_eq!(wrong_fields(&answer), ["input.name", "input.email", "input.consentOn"]);
    let input = json!({ "role": "Directrice", "visibility": "PARTNERS", "consentOn": "2026-11-22" });
    let updated = test.admin_data(UPDATE, json!({ "id": id, "input": input })).await;
    assert_eq!(
        updated["updateContact"],
        json!({ "id": id, "name": "Awa", "role": "Directrice", "email": "Awa@dreux.fr", "phone": "+33237388412",
            "visibility": "PARTNERS", "consentOn": "2026-11-22", "expiresOn": "2029-11-22" })
    );
    let cleared = test
        .admin_data(UPDATE, json!({ "id": id, "input": { "role": null, "email": "", "visibility": "MANAGERS", "consentOn": null } }))
        .await;
    assert_eq!(
        cleared["updateContact"],
        json!({ "id": id, "name": "Awa", "role": null, "email": null, "phone": "+33237388412",
            "visibility": "MANAGERS", "consentOn": null, "expiresOn": null })
    );
}

#[tokio::test]
async fn an_actor_has_fifty_even_where_many_add_at_once() {
    let test = TestApp::empty().await;
    let actor = test.actor("A", json!({})).await;
    test.execute(&format!(
        "INSERT INTO contacts (id, actor_id, name, visibility, created_at, updated_at)
        SELECT gen_random_uuid(), '{}', 'N' || n, 'MANAGERS', now(), now() FROM generate_series(1, 48) n",
        key(&actor)
    ))
    .await;
    let adds = (0..4).map(|_| test.ask_as_admin(ADD, json!({ "actor": actor, "input": { "name": "M" } })));
    let answers = futures::future::join_all(adds).await;
    let refused: Vec<_> = answers.iter().flat_map(codes).collect();
    assert_eq!(refused, ["CONFLICT", "CONFLICT"]);
}

#[tokio::test]
async fn history_says_that_it_happened_and_what_is_erased_is_nowhere() {
    let test = TestApp::empty().await;
    let actor = test.actor("Mission locale", json!({})).await;
    let before = test.last_change().await;
    let input = json!({ "name": "Zébulon Quarteron", "role": "Conseiller", "email": "zebulon@exemple.fr",
        "phone": "06 12 34 56 78", "visibility": "PUBLIC", "consentOn": "2026-01-01" });
    let id = add(&test, &actor, input).await;
    let input = json!({ "name": "Zébulon Quarteron-Lys", "email": null });
    test.admin_data(UPDATE, json!({ "id": id, "input": input })).await;
    let traces = ["bulon", "Quarteron", "onseiller", "zebulon@", "612345678", "12 34 56"];
    let all = everything(&test).await;
    assert!(all.contains("Quarteron-Lys") && all.contains("+33612345678"));

    test.admin_data(ERASE, json!({ "id": id })).await;
    let all = everything(&test).await;
    for trace in traces {
        assert!(!all.contains(trace), "{trace} is left");
    }
    let changes = test
        .rows(&format!("SELECT action, subject_kind, subject_id, version, fields, comment FROM changes WHERE position > {before} ORDER BY position"))
        .await;
    assert_eq!(texts(&json!(changes), "/action"), ["UPDATE", "UPDATE", "ERASE", "ERASE"]);
    assert_eq!(changes[2]["subject_id"], json!(key(&id)), "by which it is found in a backup");
    assert_eq!((&changes[2]["subject_kind"], &changes[2]["fields"]), (&json!("CONTACT"), &json!({})));
    for change in [&changes[0], &changes[1], &changes[3]] {
        assert_eq!((&change["subject_kind"], &change["version"]), (&json!("ACTOR"), &json!(2)));
        assert_eq!(change["subject_id"], json!(key(&actor)));
    }
    assert_eq!(
        changes[1]["fields"],
        json!({ "contact.name": ["•••", "•••"], "contact.email": ["•••", null] })
    );
    assert_eq!(changes[3]["fields"]["contact.phone"], json!(["•••", null]));
    let diagnosis = test.app.examine().await.unwrap();
    assert!(diagnosis.is_well(), "{diagnosis}");
}
