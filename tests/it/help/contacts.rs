//! Those who answer are persons: written by managers, shown by their visibility, and gone once they are erased.

use maillage::domain::caller::Right;
use maillage::domain::ids::TerritoryId;
use serde_json::{Value, json};

use super::{CREATE, ERASE, Help, UPDATE, editor_of, key, manager_of};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn managers_write_within_their_territories_and_nobody_else() {
    let help = Help::new().await;
    let test = &help.test;
    let input = |territory: &str| json!({ "input": help.input("Awa Diallo", territory, json!({})) });
    let there = input(&help.vernouillet);
    assert_eq!(codes(&test.ask(CREATE, there.clone()).await), ["UNAUTHENTICATED"]);
    let analyst = Right::Analyst(TerritoryId(key(&help.agglo)));
    let partner = Right::Partner(None);
    let others = [vec![], vec![analyst], vec![partner], vec![editor_of(&help.institution)]];
    for (place, rights) in others.into_iter().enumerate() {
        let token = test.token_of(&format!("{place}@example.org"), &rights).await;
        assert_eq!(codes(&test.ask_as(&token, CREATE, there.clone()).await), ["FORBIDDEN"], "{rights:?}");
    }
    let dreux = &help.dreux_manager;
    assert_eq!(codes(&test.ask_as(dreux, CREATE, there.clone()).await), ["FORBIDDEN"]);
    assert_eq!(codes(&test.ask_as(dreux, CREATE, input(&help.agglo)).await), ["FORBIDDEN"]);
    for token in [&help.agglo_manager, &test.token] {
        data_of(test.ask_as(token, CREATE, there.clone()).await);
    }
    let made = id_of(&data_of(test.ask_as(dreux, CREATE, input(&help.dreux)).await)["made"]);
    // nobody puts one where they do not reach
    let away = json!({ "id": made, "input": { "territory": { "id": help.agglo } } });
    assert_eq!(codes(&test.ask_as(dreux, UPDATE, away).await), ["FORBIDDEN"]);
    let other = help.contact("Autre", &help.agglo, json!({})).await;
    for (query, variables) in
        [(UPDATE, json!({ "id": other, "input": { "name": "X" } })), (ERASE, json!({ "id": other }))]
    {
        assert_eq!(codes(&test.ask(query, variables.clone()).await), ["UNAUTHENTICATED"]);
        assert_eq!(codes(&test.ask_as(dreux, query, variables.clone()).await), ["FORBIDDEN"]);
        assert_eq!(codes(&test.ask_as(&help.editor, query, variables).await), ["FORBIDDEN"]);
    }
}

#[tokio::test]
async fn an_update_keeps_clears_and_sets_and_says_all_that_is_wrong() {
    let help = Help::new().await;
    let more = json!({ "role": "Cheffe de projet", "email": "awa@Agglo.example", "phone": "02 37 38 84 12",
        "calls": [help.call, help.call], "tracks": ["SMALL_COLLECTIVE"], "programme": { "id": help.contract } });
    let id = help.contact("Awa Diallo", &help.agglo, more).await;
    let update = async |input: Value| {
        help.test.ask_as(&help.agglo_manager, UPDATE, json!({ "id": id, "input": input })).await
    };
    let kept = data_of(update(json!({ "absentUntil": "2026-12-01" })).await)["made"].clone();
    let expected = json!({ "id": id, "name": "Awa Diallo", "role": "Cheffe de projet", "email": "awa@agglo.example",
        "phone": "+33237388412", "visibility": "PARTNERS", "absentUntil": "2026-12-01", "tracks": ["SMALL_COLLECTIVE"],
        "territory": { "name": "CA du Pays de Dreux" }, "programme": { "name": "Contrat de ville" },
        "calls": [{ "title": "Appel 2026" }], "institution": { "name": "Agglo" } });
    assert_eq!(kept, expected);
    let nothing = json!({ "role": null, "email": null, "phone": null, "calls": null, "tracks": null,
        "programme": null, "absentUntil": null, "visibility": "PUBLIC", "territory": { "id": help.dreux } });
    let cleared = data_of(update(nothing).await)["made"].clone();
    let expected = json!({ "id": id, "name": "Awa Diallo", "role": null, "email": null, "phone": null,
        "visibility": "PUBLIC", "absentUntil": null, "tracks": [], "territory": { "name": "Dreux" }, "programme": null,
        "calls": [], "institution": { "name": "Agglo" } });
    assert_eq!(cleared, expected);
    let wrong = update(json!({ "institution": help.dreux, "name": null, "email": "awa", "phone": "12", "territory": null,
        "calls": [help.asker], "programme": { "id": help.call }, "visibility": null, "absentUntil": "demain" }))
    .await;
    let mut fields = wrong_fields(&wrong);
    fields.sort_unstable();
    let expected = [
        "absentUntil",
        "calls[0]",
        "email",
        "institution",
        "name",
        "phone",
        "programme",
        "territory",
        "visibility",
    ];
    assert_eq!(fields, expected.map(|field| format!("input.{field}")));
}

#[tokio::test]
async fn each_is_shown_by_its_visibility_whichever_way_one_looks() {
    let help = Help::new().await;
    let test = &help.test;
    let mut ids = Vec::new();
    for visibility in ["PUBLIC", "PARTNERS", "MANAGERS"] {
        ids.push(help.contact(visibility, &help.agglo, json!({ "visibility": visibility })).await);
    }
    let there = |right: fn(TerritoryId) -> Right, territory: &str| right(TerritoryId(key(territory)));
    let partner = |id| Right::Partner(Some(id));
    let all = ["PUBLIC", "PARTNERS", "MANAGERS"];
    let elsewhere = test.actor("Ailleurs", json!({ "seat": { "id": help.elsewhere } })).await;
    let seen = [
        (vec![], &all[..1]),
        (vec![there(Right::Analyst, &help.agglo)], &all[..1]),
        (vec![there(partner, &help.agglo)], &all[..2]),
        // the Agglo answers in Dreux too
        (vec![there(partner, &help.dreux)], &all[..2]),
        (vec![there(partner, &help.elsewhere)], &all[..1]),
        (vec![Right::Partner(None)], &all[..2]),
        (vec![editor_of(&help.asker)], &all[..2]),
        (vec![editor_of(&elsewhere)], &all[..1]),
        (vec![manager_of(&help.elsewhere)], &all[..2]),
        (vec![manager_of(&help.dreux)], &all[..2]),
        (vec![manager_of(&help.agglo)], &all[..]),
        (vec![Right::Admin], &all[..]),
    ];
    let query = "query($id: ID!, $ids: [ID!]!, $call: ID!) {
        territory(by: {id: $id}) { supportContacts { totalCount nodes { name } } }
        nodes(ids: $ids) { ... on SupportContact { name } }
        call(by: {id: $call}) { supportContacts { contact { name } } } }";
    let variables = json!({ "id": help.dreux, "ids": ids, "call": help.call });
    for (place, (rights, expected)) in seen.into_iter().enumerate() {
        let answer = if rights.is_empty() {
            test.ask(query, variables.clone()).await
        } else {
            let token = test.token_of(&format!("{place}@example.org"), &rights).await;
            test.ask_as(&token, query, variables.clone()).await
        };
        let data = data_of(answer);
        let list = &data["territory"]["supportContacts"];
        assert_eq!(texts(&list["nodes"], "/name"), expected, "{rights:?}");
        assert_eq!(list["totalCount"], expected.len());
        let nodes: Vec<_> =
            texts(&data["nodes"], "/name").into_iter().filter(|name| *name != "null").collect();
        assert_eq!(nodes, expected, "{rights:?}");
        assert_eq!(texts(&data["call"]["supportContacts"], "/contact/name"), expected, "{rights:?}");
    }
}

#[tokio::test]
async fn a_territory_lists_who_answers_there_the_nearest_first() {
    let help = Help::new().await;
    let public = || json!({ "visibility": "PUBLIC" });
    for (name, territory) in
        [("À l’Agglo", &help.agglo), ("À Dreux", &help.dreux), ("À Vernouillet", &help.vernouillet)]
    {
        help.contact(name, territory, public()).await;
    }
    let query = "query($id: ID!, $after: String) { territory(by: {id: $id}) {
        supportContacts(first: 1, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } } } }";
    let page = async |after: Value| {
        let data = help.test.data(query, json!({ "id": help.dreux, "after": after })).await;
        data["territory"]["supportContacts"].clone()
    };
    let first = page(Value::Null).await;
    let second = page(first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(first["nodes"], json!([{ "name": "À Dreux" }]));
    assert_eq!(second["nodes"], json!([{ "name": "À l’Agglo" }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn nothing_of_a_person_is_in_the_history_and_nothing_at_all_once_they_are_erased() {
    let help = Help::new().await;
    let test = &help.test;
    let more = json!({ "role": "Chefferie", "email": "zoe.traore@agglo.example", "phone": "0237388412" });
    let id = help.contact("Zoé Traoré", &help.agglo, more).await;
    help.update(&id, json!({ "name": "Zoé Traoré-Petit", "absentUntil": "2026-11-01" })).await;
    let request = help.ask(json!({})).await;
    let assign = "mutation($id: ID!, $contact: ID!) { assignSupport(id: $id, contact: $contact) { status assignee { name } } }";
    let assigned = test.ask_as_admin(assign, json!({ "id": request, "contact": id })).await;
    assert_eq!(data_of(assigned)["assignSupport"]["assignee"]["name"], "Zoé Traoré-Petit");
    let told = async |tables: &[&str]| {
        let mut all = String::new();
        for table in tables {
            all += &Value::from(test.rows(&format!("SELECT * FROM {table}")).await).to_string();
        }
        ["Traor", "Chefferie", "zoe.", "7388412", "2026-11-01"]
            .into_iter()
            .filter(|text| all.contains(text))
            .count()
    };
    assert_eq!(told(&["changes", "outbox", "client_keys", "origins", "support_requests"]).await, 0);
    assert_eq!(told(&["support_contacts"]).await, 5);
    let erased = test.ask_as(&help.agglo_manager, ERASE, json!({ "id": id })).await;
    assert_eq!(data_of(erased)["made"], id);
    assert_eq!(told(&["support_contacts"]).await, 0);
    let query = "query($id: ID!, $request: ID!) { gone: node(id: $id) { id }
        node(id: $request) { ... on SupportRequest { status assignee { name } } } }";
    let data = test.admin_data(query, json!({ "id": id, "request": request })).await;
    assert!(data["gone"].is_null());
    assert_eq!(data["node"], json!({ "status": "OPEN", "assignee": null }), "it waits again");
    assert_eq!(codes(&test.ask_as_admin(ERASE, json!({ "id": id })).await), ["NOT_FOUND"]);
    let actions = test
        .rows("SELECT action, fields FROM changes WHERE subject_kind = 'SUPPORT_CONTACT' ORDER BY position")
        .await;
    assert_eq!(texts(&Value::from(actions.clone()), "/action"), ["CREATE", "UPDATE", "ERASE"]);
    assert_eq!((&actions[1]["fields"], &actions[2]["fields"]), (&json!({}), &json!({})));
}

#[tokio::test]
async fn of_an_institution_that_may_not_be_seen_only_who_keeps_the_place_sees_who_answers() {
    let help = Help::new().await;
    let test = &help.test;
    let contact = help.contact("Awa", &help.agglo, json!({ "visibility": "PUBLIC" })).await;
    let readers =
        [None, Some(&help.editor), Some(&help.dreux_manager), Some(&help.agglo_manager), Some(&test.token)];
    for (columns, expected) in [
        ("status = 'PUBLISHED'", [true; 5]),
        ("status = 'ARCHIVED', archived_from = 'PUBLISHED'", [false, false, false, true, true]),
        ("suppressed_at = now(), suppressed_from = 'PUBLISHED'", [false, false, false, false, true]),
        // Dreux, where it sits, is managed by the one who does not manage where the contact answers.
        (
            "status = 'DRAFT', archived_from = NULL, suppressed_at = NULL, suppressed_from = NULL",
            [false, false, true, true, true],
        ),
    ] {
        let institution = key(&help.institution);
        test.execute(&format!("UPDATE actors SET {columns} WHERE id = '{institution}'")).await;
        let query = "query($id: ID!, $t: ID!) { node(id: $id) { id } territory(by: {id: $t}) {
            supportContacts { totalCount nodes { id } } } }";
        for (reader, expected) in readers.iter().zip(expected) {
            let variables = json!({ "id": contact, "t": help.agglo });
            let token = reader.map(String::as_str);
            let data = data_of(test.ask_with(token, query, variables).await);
            let listed = &data["territory"]["supportContacts"];
            let seen = (!data["node"].is_null(), listed["totalCount"] == 1, listed["nodes"] != json!([]));
            assert_eq!(seen, (expected, expected, expected), "{columns}");
        }
    }
}
