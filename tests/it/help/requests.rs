//! Requests for support: asked, assigned, answered, closed; every move from every status as every role.

use maillage::domain::caller::Right;
use maillage::domain::ids::TerritoryId;
use serde_json::{Value, json};

use super::{Help, REQUEST, editor_of, key, manager_of};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

const ASSIGN: &str =
    "mutation($id: ID!, $contact: ID!) { made: assignSupport(id: $id, contact: $contact) { status } }";
const ANSWER: &str = r#"mutation($id: ID!) { made: answerSupport(id: $id, answer: "Venez mardi.") { status answer answeredAt } }"#;
const CLOSE: &str = "mutation($id: ID!) { made: closeSupport(id: $id) { status } }";
const LIST: &str = "query($statuses: [SupportStatus!], $territory: TerritoryScope) {
    supportRequests(statuses: $statuses, territory: $territory) { totalCount nodes { id status description } } }";

#[tokio::test]
async fn every_move_from_every_status_as_every_role() {
    let help = Help::new().await;
    let test = &help.test;
    let contact = help.contact("Awa", &help.agglo, json!({ "visibility": "PUBLIC" })).await;
    let agglo = TerritoryId(key(&help.agglo));
    let mut tokens = vec![("nobody", None)];
    let elsewhere = test.actor("Ailleurs", json!({ "seat": { "id": help.elsewhere } })).await;
    for (name, rights) in [
        ("signed in", vec![]),
        ("partner", vec![Right::Partner(None)]),
        ("analyst", vec![Right::Analyst(agglo)]),
        ("another's editor", vec![editor_of(&elsewhere)]),
        ("manager elsewhere", vec![manager_of(&help.elsewhere)]),
        ("editor", vec![editor_of(&help.asker)]),
        ("manager", vec![manager_of(&help.agglo)]),
        ("administrator", vec![Right::Admin]),
    ] {
        let email = format!("{}@example.org", name.replace([' ', '\''], "-"));
        tokens.push((name, Some(test.token_of(&email, &rights).await)));
    }
    let request = help.ask(json!({})).await;
    let moves = [("assign", ASSIGN), ("answer", ANSWER), ("close", CLOSE)];
    for status in ["OPEN", "ASSIGNED", "ANSWERED", "CLOSED"] {
        for (step, query) in moves {
            for (role, token) in &tokens {
                let answered = matches!(status, "ANSWERED" | "CLOSED");
                let answered = if answered {
                    "answer = 'Oui', answered_at = now()"
                } else {
                    "answer = NULL, answered_at = NULL"
                };
                let prepare = format!(
                    "UPDATE support_requests SET status = '{status}', assignee_id = NULL, {answered}"
                );
                test.execute(&prepare).await;
                let variables = json!({ "id": request, "contact": contact });
                let answer = match token {
                    Some(token) => test.ask_as(token, query, variables).await,
                    None => test.ask(query, variables).await,
                };
                let to = match (step, status) {
                    ("assign", "OPEN" | "ASSIGNED") => Some("ASSIGNED"),
                    ("answer", "OPEN" | "ASSIGNED") => Some("ANSWERED"),
                    ("close", "OPEN" | "ASSIGNED" | "ANSWERED") => Some("CLOSED"),
                    _ => None,
                };
                let told = match (*role, step) {
                    ("nobody", _) => Err("UNAUTHENTICATED"),
                    // An editor never assigns or answers; of another's request it hears nothing.
                    ("signed in" | "partner" | "analyst", _)
                    | ("another's editor" | "editor", "assign" | "answer") => Err("FORBIDDEN"),
                    ("another's editor" | "manager elsewhere", _) => Err("NOT_FOUND"),
                    _ => to.ok_or("CONFLICT"),
                };
                let found = match codes(&answer).first() {
                    Some(code) => Err((*code).to_owned()),
                    None => Ok(answer["data"]["made"]["status"].as_str().unwrap().to_owned()),
                };
                let told = told.map(str::to_owned).map_err(str::to_owned);
                assert_eq!(found, told, "{step} from {status} as {role}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn editors_ask_for_their_actor_managers_on_paper_and_nobody_else() {
    let help = Help::new().await;
    let test = &help.test;
    let input =
        json!({ "input": { "requester": help.asker, "kind": "LEGAL", "description": " Nos statuts " } });
    assert_eq!(codes(&test.ask(REQUEST, input.clone()).await), ["UNAUTHENTICATED"]);
    let partner = test.token_of("p@example.org", &[Right::Partner(None)]).await;
    let elsewhere = test.actor("Ailleurs", json!({ "seat": { "id": help.elsewhere } })).await;
    let other = test.token_of("o@example.org", &[editor_of(&elsewhere)]).await;
    for token in [&partner, &other, &help.dreux_manager] {
        assert_eq!(codes(&test.ask_as(token, REQUEST, input.clone()).await), ["FORBIDDEN"]);
    }
    for token in [&help.editor, &help.agglo_manager, &test.token] {
        let made = data_of(test.ask_as(token, REQUEST, input.clone()).await)["made"].clone();
        assert_eq!(made["status"], "OPEN");
    }
    let wrong = json!({ "input": { "clientKey": "", "requester": help.dreux, "call": help.asker, "track": "SMALL_COLLECTIVE",
        "territory": { "id": help.call }, "kind": "LEGAL", "description": "  " } });
    let answer = test.ask_as(&help.editor, REQUEST, wrong).await;
    let mut fields = wrong_fields(&answer);
    fields.sort_unstable();
    let expected = ["call", "clientKey", "description", "requester", "territory"];
    assert_eq!(fields, expected.map(|field| format!("input.{field}")));
    let nobody = json!({ "input": { "kind": "LEGAL", "description": "X", "track": "SMALL_COLLECTIVE" } });
    let answer = test.ask_as_admin(REQUEST, nobody).await;
    assert!(["input.requester", "input.call"].iter().all(|field| wrong_fields(&answer).contains(field)));
    let keyed = json!({ "input": { "clientKey": "k", "requester": help.asker, "kind": "LEGAL", "description": "Y" } });
    let first = data_of(test.ask_as(&help.editor, REQUEST, keyed.clone()).await);
    assert_eq!(first, data_of(test.ask_as(&help.editor, REQUEST, keyed).await));
}

#[tokio::test]
async fn the_list_is_what_one_may_see_oldest_first() {
    let help = Help::new().await;
    let test = &help.test;
    let elsewhere = test.actor("Ailleurs", json!({ "seat": { "id": help.elsewhere } })).await;
    let mut all = Vec::new();
    for (minute, requester, place) in
        [(1, &help.asker, None), (2, &elsewhere, None), (3, &elsewhere, Some(&help.dreux))]
    {
        test.clock.set(format!("2026-11-22T13:0{minute}:00Z").parse().unwrap());
        let territory = place.map(|id| json!({ "id": id }));
        let input = json!({ "requester": requester, "kind": "OTHER", "description": minute.to_string(), "territory": territory });
        all.push(id_of(&data_of(test.ask_as_admin(REQUEST, json!({ "input": input })).await)["made"]));
    }
    let listed = async |token: &str, variables: Value| {
        let data = data_of(test.ask_as(token, LIST, variables).await);
        let list = &data["supportRequests"];
        assert_eq!(list["totalCount"], list["nodes"].as_array().unwrap().len());
        texts(&list["nodes"], "/description").join(" ")
    };
    let nothing = || json!({});
    assert_eq!(listed(&test.token, nothing()).await, "1 2 3");
    assert_eq!(listed(&help.editor, nothing()).await, "1");
    assert_eq!(
        listed(&help.agglo_manager, nothing()).await,
        "1 3",
        "of an actor there, or about a place there"
    );
    assert_eq!(listed(&help.dreux_manager, nothing()).await, "3");
    let scope = |id: &str, basis: &str| json!({ "territory": { "territory": { "id": id }, "basis": basis } });
    for (place, basis, expected) in [
        (&help.agglo, "ANY", "1 3"),
        (&help.agglo, "SEAT", "1"),
        (&help.agglo, "AREA", "3"),
        (&help.elsewhere, "ANY", "2 3"),
    ] {
        assert_eq!(listed(&test.token, scope(place, basis)).await, expected, "{place} {basis}");
    }
    data_of(test.ask_as_admin(CLOSE, json!({ "id": all[0] })).await);
    assert_eq!(listed(&test.token, json!({ "statuses": ["OPEN"] })).await, "2 3");
    assert_eq!(listed(&test.token, json!({ "statuses": ["CLOSED", "ANSWERED"] })).await, "1");
    // null, with an error that says why
    let stranger = test.ask(LIST, nothing()).await;
    assert_eq!(
        (codes(&stranger), &stranger["data"]["supportRequests"]),
        (vec!["UNAUTHENTICATED"], &Value::Null)
    );
    let partner = test.token_of("p@example.org", &[Right::Partner(None)]).await;
    assert_eq!(codes(&test.ask_as(&partner, LIST, nothing()).await), ["FORBIDDEN"]);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (token, seen) in [(&help.editor, false), (&help.dreux_manager, true)] {
        let data = data_of(test.ask_as(token, node, json!({ "id": all[2] })).await);
        assert_eq!(!data["node"].is_null(), seen);
    }
    assert!(test.data(node, json!({ "id": all[0] })).await["node"].is_null());
}

#[tokio::test]
async fn it_is_given_only_to_who_answers_there_and_those_who_asked_are_told() {
    let help = Help::new().await;
    let test = &help.test;
    let request = help.ask(json!({ "call": help.call })).await;
    let there = help.contact("Là", &help.agglo, json!({})).await;
    let elsewhere = help.contact("Ailleurs", &help.elsewhere, json!({})).await;
    let away = help.contact("En congé", &help.agglo, json!({})).await;
    help.update(&away, json!({ "absentUntil": "2026-12-24" })).await;
    let assign = async |contact: &str| {
        test.ask_as(&help.agglo_manager, ASSIGN, json!({ "id": request, "contact": contact })).await
    };
    for contact in [&elsewhere, &away, &help.asker] {
        assert_eq!(wrong_fields(&assign(contact).await), ["contact"]);
    }
    let ended = help.contact("Fini", &help.vernouillet, json!({})).await;
    test.execute("UPDATE territories SET valid_until = '2026-11-21' WHERE code = '28404'").await;
    let refused = assign(&ended).await;
    assert_eq!(wrong_fields(&refused), ["contact"]);
    assert!(refused.to_string().contains("a territory that does not exist today"), "{refused}");
    assert_eq!(data_of(assign(&there).await)["made"]["status"], "ASSIGNED");
    let answered = data_of(test.ask_as(&help.agglo_manager, ANSWER, json!({ "id": request })).await);
    let expected = json!({ "status": "ANSWERED", "answer": "Venez mardi.", "answeredAt": answered["made"]["answeredAt"] });
    assert!(answered["made"]["answeredAt"].as_str().unwrap().starts_with("2026-11-22T12:00:0"));
    assert_eq!(answered["made"], expected);
    data_of(test.ask_as(&help.editor, CLOSE, json!({ "id": request })).await);
    let letters = test
        .rows("SELECT u.email, o.letter FROM outbox o JOIN users u ON u.id = o.user_id ORDER BY o.id")
        .await;
    let letters = Value::from(letters);
    assert_eq!(texts(&letters, "/email"), ["jardin@example.org"; 2], "not of what they did themselves");
    assert_eq!(texts(&letters, "/letter/kind"), ["SUPPORT_PROGRESS"; 2]);
    let mut statuses = texts(&letters, "/letter/status");
    statuses.sort_unstable();
    assert_eq!(statuses, ["ANSWERED", "ASSIGNED"]);
    assert_eq!(texts(&letters, "/letter/name"), ["Jardin partagé"; 2]);
    // What was written is in no history.
    let changes =
        Value::from(test.rows("SELECT * FROM changes WHERE subject_kind = 'SUPPORT_REQUEST'").await);
    assert_eq!(texts(&changes, "/action"), ["CREATE", "UPDATE", "UPDATE", "UPDATE"]);
    assert!(!changes.to_string().contains("débuter") && !changes.to_string().contains("mardi"));
}

#[tokio::test]
async fn two_who_answer_at_once_answer_once() {
    let help = Help::new().await;
    let request = help.ask(json!({})).await;
    let variables = || json!({ "id": request });
    let answers = futures::join!(
        help.test.ask_as(&help.agglo_manager, ANSWER, variables()),
        help.test.ask_as(&help.test.token, ANSWER, variables())
    );
    assert_eq!([codes(&answers.0), codes(&answers.1)].concat(), ["CONFLICT"]);
}

#[tokio::test]
async fn a_page_with_who_may_answer_takes_a_few_statements() {
    let help = Help::new().await;
    let before = help.test.changes().await;
    help.contact("Awa", &help.agglo, json!({})).await;
    for _ in 0..5 {
        help.ask(json!({ "call": help.call })).await;
    }
    assert_eq!(help.test.changes().await, before + 6);
    // who asks; requests; perimeters, places, steps, contacts
    let query = "{ supportRequests { nodes { routed { because contact { name } } } } }";
    let mut fewest = usize::MAX;
    for _ in 0..3 {
        fewest = fewest.min(help.test.statements_of(&help.test.token, query, json!({})).await);
    }
    assert_eq!(fewest, 6);
}
