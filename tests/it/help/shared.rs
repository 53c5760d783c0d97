//! Requests of collectives: asked for the lead, read by members, routed where the collective acts.

use serde_json::{Value, json};

use super::{Help, REQUEST, editor_of};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

const CIRCLE: &str = "query($id: ID!, $statuses: [SupportStatus!]) { collective(by: {id: $id}) { supportRequests(statuses: $statuses) {
    totalCount nodes { id requester { id } collective { name } routed { distance contact { name } } } } } }";
const NEEDING: &str = "query($needing: Boolean) { collectives(filter: {needingSupport: $needing}) { totalCount nodes { name } } }";
const CLOSE: &str = "mutation($id: ID!) { made: closeSupport(id: $id) { status } }";
const ANSWER: &str = "mutation($id: ID!) { made: answerSupport(id: $id, answer: \"Ainsi.\") { status } }";

/// Collectives in Dreux: `Ensemble`, that the asker leads and the institution is of, and `Autre`, of nobody; their ids.
async fn circles(help: &Help) -> [String; 2] {
    let register = "mutation($input: RegisterCollectiveInput!) { made: registerCollective(input: $input) { id members { nodes { id } } } }";
    let accept = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { id } }";
    let mut made = Vec::new();
    for (name, more) in
        [("Ensemble", json!({ "lead": help.asker, "invite": [help.institution] })), ("Autre", json!({}))]
    {
        let input =
            json!({ "kind": "SMALL_COLLECTIVE", "name": name, "territories": [{ "id": help.dreux }] });
        let input = super::with(input, more);
        let circle = help.test.admin_data(register, json!({ "input": input })).await["made"].clone();
        for member in circle["members"]["nodes"].as_array().unwrap() {
            help.test.admin_data(accept, json!({ "id": member["id"] })).await;
        }
        help.test.must("publish", circle["id"].as_str().unwrap(), 1).await;
        made.push(id_of(&circle));
    }
    made.try_into().unwrap()
}

#[tokio::test]
async fn its_lead_asks_its_members_read_and_who_manages_where_it_acts_answers() {
    let help = Help::new().await;
    let test = &help.test;
    let [circle, other] = circles(&help).await;
    let member = test.token_of("member@example.org", &[editor_of(&help.institution)]).await;
    let elsewhere = test.actor("Ailleurs", json!({ "seat": { "id": help.elsewhere } })).await;
    let stranger = test.token_of("stranger@example.org", &[editor_of(&elsewhere)]).await;
    let contact = help.contact("Awa", &help.dreux, json!({ "visibility": "PUBLIC" })).await;
    help.contact("Loin", &help.vernouillet, json!({ "visibility": "PUBLIC" })).await;
    let input =
        json!({ "input": { "collective": circle, "kind": "METHOD", "description": "Comment débuter ?" } });
    assert_eq!(codes(&test.ask(REQUEST, input.clone()).await), ["UNAUTHENTICATED"]);
    for token in [&member, &stranger] {
        assert_eq!(codes(&test.ask_as(token, REQUEST, input.clone()).await), ["FORBIDDEN"]);
    }
    let both = json!({ "input": { "requester": help.asker, "collective": circle, "kind": "METHOD", "description": "?" } });
    assert_eq!(wrong_fields(&test.ask_as(&help.editor, REQUEST, both).await), ["input.collective"]);
    data_of(test.ask_as(&help.dreux_manager, REQUEST, input.clone()).await);
    test.clock.set(test.clock.now() + chrono::TimeDelta::seconds(1));
    let request = id_of(&data_of(test.ask_as(&help.editor, REQUEST, input).await)["made"]);

    // In its list, in the list of all, and as a filter alike.
    let all = "{ supportRequests { totalCount } }";
    for (who, token, seen) in [
        ("lead", &help.editor, 2),
        ("member", &member, 2),
        ("manager", &help.dreux_manager, 2),
        ("stranger", &stranger, 0),
        ("admin", &test.token, 2),
    ] {
        let own = data_of(test.ask_as(token, CIRCLE, json!({ "id": circle })).await);
        assert_eq!(own["collective"]["supportRequests"]["totalCount"], seen, "{who}");
        let list = data_of(test.ask_as(token, all, json!({})).await);
        assert_eq!(list["supportRequests"]["totalCount"], seen, "{who}");
        let needing = async |needing: bool| {
            let data = data_of(test.ask_as(token, NEEDING, json!({ "needing": needing })).await);
            let names = texts(&data["collectives"]["nodes"], "/name").join(" ");
            assert_eq!(data["collectives"]["totalCount"], names.split_whitespace().count());
            names
        };
        let expected = if seen > 0 { ("Ensemble", "Autre") } else { ("", "Autre Ensemble") };
        let told = (needing(true).await, needing(false).await);
        assert_eq!((told.0.as_str(), told.1.as_str()), expected, "{who}");
    }
    let nobody = test.data(CIRCLE, json!({ "id": circle })).await;
    assert_eq!(nobody["collective"]["supportRequests"], Value::Null);
    let nobody = test.data(NEEDING, json!({ "needing": true })).await;
    assert_eq!(nobody["collectives"]["totalCount"], 0);
    let data = data_of(test.ask_as(&help.editor, CIRCLE, json!({ "id": other })).await);
    assert_eq!(data["collective"]["supportRequests"]["totalCount"], 0);

    let data = data_of(test.ask_as(&help.editor, CIRCLE, json!({ "id": circle })).await);
    let one = &data["collective"]["supportRequests"]["nodes"][1];
    let expected = json!({ "id": request, "requester": null, "collective": { "name": "Ensemble" },
        "routed": [{ "distance": 0, "contact": { "name": "Awa" } }] });
    assert_eq!(*one, expected, "who answers where it acts");

    let scope = "query($id: ID!, $basis: TerritoryBasis!) { supportRequests(territory: {territory: {id: $id}, basis: $basis}) { totalCount } }";
    for (place, basis, expected) in [
        (&help.dreux, "AREA", 2),
        (&help.agglo, "ANY", 2),
        (&help.dreux, "SEAT", 0),
        (&help.vernouillet, "ANY", 0),
    ] {
        let data = test.admin_data(scope, json!({ "id": place, "basis": basis })).await;
        assert_eq!(data["supportRequests"]["totalCount"], expected, "{basis}");
    }

    let assign = "mutation($id: ID!, $c: ID!) { made: assignSupport(id: $id, contact: $c) { status } }";
    let assigned = json!({ "id": request, "c": contact });
    assert_eq!(codes(&test.ask_as(&help.editor, assign, assigned.clone()).await), ["FORBIDDEN"]);
    data_of(test.ask_as(&help.dreux_manager, assign, assigned).await);
    data_of(test.ask_as(&help.dreux_manager, ANSWER, json!({ "id": request })).await);
    assert_eq!(codes(&test.ask_as(&member, CLOSE, json!({ "id": request })).await), ["FORBIDDEN"]);
    assert_eq!(codes(&test.ask_as(&stranger, CLOSE, json!({ "id": request })).await), ["NOT_FOUND"]);
    data_of(test.ask_as(&help.editor, CLOSE, json!({ "id": request })).await);
    let letters = test
        .rows("SELECT u.email, o.letter FROM outbox o JOIN users u ON u.id = o.user_id WHERE o.letter->>'kind' = 'SUPPORT_PROGRESS'")
        .await;
    let letters = Value::from(letters);
    assert_eq!(texts(&letters, "/email"), ["jardin@example.org"; 2], "to who edits its lead");
    assert_eq!(texts(&letters, "/letter/name"), ["Ensemble"; 2]);
    assert!(test.app.examine().await.unwrap().is_well());
}
