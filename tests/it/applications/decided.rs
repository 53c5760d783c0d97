//! Decisions, and the FUNDING that acceptance declares.

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use serde_json::{Value, json};

use super::{As, Town};
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

const DECIDE: &str = "decideApplication";

impl Town {
    /// An application alone that is under review; its id.
    async fn under_review(&self) -> String {
        let id = self.alone().await;
        self.must(As::Editor(0), "submitApplication", &id, "").await;
        self.must(As::Organiser, "startReview", &id, "").await;
        id
    }
}

async fn fundings(town: &Town) -> Value {
    let query = "{ interactions(filter: { kinds: [FUNDING] }) { totalCount nodes { source { name } target { name } amount description
        since until confirmation status evidence { title date } themes { slug } territories { name } } } }";
    town.test.data(query, json!({})).await["interactions"].clone()
}

#[tokio::test]
async fn acceptance_declares_the_funding_once_with_amount_period_and_evidence() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let granted = r#"outcome: ACCEPTED, grantedAmount: "800.5", reason: "Un projet attendu.""#;
    let decided = town.must(As::Organiser, DECIDE, &id, granted).await;
    assert_eq!(decided["status"], "ACCEPTED");
    assert_eq!(
        decided["decision"],
        json!({ "outcome": "ACCEPTED", "grantedAmount": "800.50", "reason": "Un projet attendu.",
            "decidedOn": "2026-11-22", "funder": { "name": "Préfecture" } })
    );
    let found = fundings(&town).await;
    assert_eq!(found["totalCount"], 1);
    let funding = &found["nodes"][0];
    assert_eq!(
        funding,
        &json!({ "source": { "name": "Préfecture" }, "target": { "name": "Association 0" }, "amount": "800.50",
            "description": "Ouvrir des lieux", "since": "2027-01-01", "until": "2027-12-31", "confirmation": "DECLARED",
            "status": "PUBLISHED", "evidence": [{ "title": "Décision sur la candidature à l’appel « Appel 2026 »", "date": "2026-11-22" }],
            "themes": [{ "slug": "education" }], "territories": [{ "name": "Dreux" }] })
    );
    assert_eq!(town.letters("APPLICATION_DECISION").await, 1);
    // It is decided, and stays so.
    let again = town.act(As::Manager, DECIDE, &id, granted).await;
    assert_eq!(codes(&again), ["CONFLICT"]);
    assert_eq!(fundings(&town).await["totalCount"], 1);
}

#[tokio::test]
async fn a_grant_that_is_told_already_is_found_again() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let more = json!({ "amount": "800", "description": "Ouvrir des lieux", "since": "2027-01-01", "until": "2027-12-31" });
    let told = town.test.interaction("FUNDING", &town.funder, &town.actors[0], more).await;
    town.must(As::Manager, DECIDE, &id, r#"outcome: ACCEPTED, grantedAmount: "800", reason: "Oui.""#).await;
    assert_eq!(fundings(&town).await["totalCount"], 1);
    let row = town.test.rows("SELECT funding_id FROM applications").await;
    let key = maillage::graphql::ids::subject(&told.into()).unwrap().id.to_string();
    assert_eq!(row[0]["funding_id"], json!(key));
}

#[tokio::test]
async fn nobody_hides_a_grant_behind_a_draft_of_the_same() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let declare =
        "mutation($input: DeclareInteractionInput!) { declareInteraction(input: $input) { id status } }";
    let input = json!({ "kind": "FUNDING", "source": town.funder, "target": town.actors[0], "amount": "800",
        "description": "Ouvrir des lieux", "since": "2027-01-01", "until": "2027-12-31" });
    let draft = data_of(town.ask(As::Editor(0), declare, json!({ "input": input })).await);
    assert_eq!(draft["declareInteraction"]["status"], "DRAFT");
    town.must(As::Manager, DECIDE, &id, r#"outcome: ACCEPTED, grantedAmount: "800", reason: "Oui.""#).await;
    let found = fundings(&town).await;
    assert_eq!(found["totalCount"], 1);
    assert_eq!(found["nodes"][0]["status"], "PUBLISHED");
    assert_eq!(found["nodes"][0]["evidence"].as_array().map(Vec::len), Some(1));
    // It is the funder's now: who was granted it does not put it away.
    let archive = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";
    let gone = json!({ "id": draft["declareInteraction"]["id"], "v": 2 });
    assert_eq!(codes(&town.ask(As::Editor(0), archive, gone).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn grants_of_two_calls_are_two_however_alike() {
    let town = Town::of(1).await;
    let accept = r#"outcome: ACCEPTED, grantedAmount: "800", reason: "Oui.""#;
    let first = town.under_review().await;
    town.must(As::Manager, DECIDE, &first, accept).await;
    let more = json!({ "organisers": [town.organiser], "funders": [town.funder], "tracks": [
        { "kind": "INDIVIDUAL_PROJECT", "title": "Un projet seul" }] });
    let call = town.test.call("Appel 2027", &town.here, more).await;
    let query = "query($id: ID!) { call(by: { id: $id }) { tracks { id } } }";
    let tracks = town.test.data(query, json!({ "id": call })).await["call"]["tracks"].clone();
    let town = Town { call, tracks: vec![id_of(&tracks[0])], ..town };
    let second = town.under_review().await;
    town.must(As::Manager, DECIDE, &second, accept).await;
    let found = fundings(&town).await;
    assert_eq!(found["totalCount"], 2, "{found:#}");
    let all = found.to_string();
    assert!(all.contains("« Appel 2026 »") && all.contains("« Appel 2027 »"), "{all}");
}

#[tokio::test]
async fn who_applies_does_not_decide_as_a_manager_either() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let key = |id: &str| maillage::graphql::ids::subject(&id.to_owned().into()).unwrap().id;
    let rights = [
        Right::TerritoryManager(TerritoryId(key(&town.here))),
        Right::ActorEditor(ActorId(key(&town.actors[0]))),
    ];
    let both = town.test.token_of("both@example.org", &rights).await;
    let read = "query($id: ID!) { application(id: $id) { version permissions { action allowed } } }";
    let seen = data_of(town.test.ask_as(&both, read, json!({ "id": id })).await)["application"].clone();
    let permissions = seen["permissions"].as_array().unwrap();
    let review = permissions.iter().find(|permission| permission["action"] == "REVIEW").unwrap();
    assert_eq!(review["allowed"], false, "what is told is what happens");
    let decide = "mutation($id: ID!, $v: Int!) { decideApplication(id: $id, expectedVersion: $v, outcome: REJECTED, reason: \"x\") { id } }";
    let answer = town.test.ask_as(&both, decide, json!({ "id": id, "v": seen["version"] })).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    let waiting = "{ worklist { applicationsToDecide { totalCount } } }";
    let waiting = data_of(town.test.ask_as(&both, waiting, json!({})).await);
    assert_eq!(waiting["worklist"]["applicationsToDecide"]["totalCount"], 0);
}

#[tokio::test]
async fn an_organiser_grants_in_the_name_of_who_pays_for_the_call() {
    let town = Town::of(2).await;
    let id = town.under_review().await;
    let other = town.test.actor("Une mairie", json!({})).await;
    let more = format!("outcome: ACCEPTED, grantedAmount: \"8\", reason: \"Oui.\", funder: \"{other}\"");
    let refused = town.act(As::Organiser, DECIDE, &id, &more).await;
    assert_eq!(wrong_fields(&refused), ["funder"]);
    town.must(As::Manager, DECIDE, &id, &more).await;
}

#[tokio::test]
async fn of_two_managers_who_decide_at_once_one_is_told() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let version = town.version(&id).await;
    let accept = r#"outcome: ACCEPTED, grantedAmount: "800", reason: "Oui.""#;
    let (a, b) = tokio::join!(
        town.act_on(As::Manager, DECIDE, &id, version, accept),
        town.act_on(As::Organiser, DECIDE, &id, version, r#"outcome: REJECTED, reason: "Non.""#)
    );
    let refused: Vec<_> = [&a, &b].into_iter().filter(|answer| answer["errors"].is_array()).collect();
    assert_eq!(refused.len(), 1, "{a} {b}");
    assert_eq!(codes(refused[0]), ["CONFLICT"]);
    let accepted = town.read(&id).await["status"] == json!("ACCEPTED");
    assert_eq!(fundings(&town).await["totalCount"], json!(i32::from(accepted)));
}

#[tokio::test]
async fn a_rejection_gives_its_reason_and_nothing_else() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    let more = format!("outcome: REJECTED, grantedAmount: \"1\", funder: \"{}\", reason: \" \"", town.funder);
    let wrong = town.act(As::Manager, DECIDE, &id, &more).await;
    assert_eq!(wrong_fields(&wrong), ["reason", "grantedAmount", "funder"]);
    let rejected = town.must(As::Manager, DECIDE, &id, r#"outcome: REJECTED, reason: "Hors sujet.""#).await;
    assert_eq!(rejected["status"], "REJECTED");
    assert_eq!(fundings(&town).await["totalCount"], 0);
    let history =
        "query($id: ID!) { application(id: $id) { history(first: 1) { nodes { action comment } } } }";
    let newest = data_of(town.ask(As::Editor(0), history, json!({ "id": id })).await);
    assert_eq!(
        newest["application"]["history"]["nodes"][0],
        json!({ "action": "REJECTED", "comment": "Hors sujet." })
    );
}

#[tokio::test]
async fn what_is_decided_is_possible() {
    let town = Town::of(1).await;
    let id = town.under_review().await;
    for (more, field) in [
        (r#"grantedAmount: "-1", reason: "x""#.to_owned(), "grantedAmount"),
        (r#"grantedAmount: "0.001", reason: "x""#.to_owned(), "grantedAmount"),
        (r#"grantedAmount: "5000.01", reason: "x""#.to_owned(), "grantedAmount"),
        (r#"decidedOn: "2026-11-23", reason: "x""#.to_owned(), "decidedOn"),
        (r#"decidedOn: "2026-11-21", reason: "x""#.to_owned(), "decidedOn"),
        (format!("grantedAmount: \"1\", funder: \"{}\", reason: \"x\"", town.actors[0]), "funder"),
        (format!("grantedAmount: \"1\", funder: \"{}\", reason: \"x\"", town.call), "funder"),
    ] {
        let wrong = town.act(As::Manager, DECIDE, &id, &format!("outcome: ACCEPTED, {more}")).await;
        assert_eq!(wrong_fields(&wrong), [field], "{more}");
    }
    // Two funders: which of them pays is said.
    let query = "mutation($id: ID!, $funders: [ID!]) { updateCall(id: $id, expectedVersion: 2, input: { funders: $funders }) { id } }";
    town.test.admin_data(query, json!({ "id": town.call, "funders": [town.funder, town.organiser] })).await;
    let which =
        town.act(As::Manager, DECIDE, &id, r#"outcome: ACCEPTED, grantedAmount: "1", reason: "x""#).await;
    assert_eq!(wrong_fields(&which), ["funder"]);
    // Without a grant nothing is declared.
    let without =
        town.must(As::Manager, DECIDE, &id, r#"outcome: ACCEPTED, reason: "Accompagnement.""#).await;
    assert_eq!(without["decision"]["funder"], Value::Null);
    assert_eq!(fundings(&town).await["totalCount"], 0);
}

#[tokio::test]
async fn who_applies_does_not_decide() {
    let town = Town::of(2).await;
    // The organiser is a partner of the project.
    let input = json!({ "title": "Avec l'agglo", "lead": town.actors[0], "partners": [town.organiser] });
    let query = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
    let project =
        id_of(&data_of(town.ask(As::Editor(0), query, json!({ "input": input })).await)["createProject"]);
    let more = json!({ "project": project, "actions": town.budget("10") });
    let id = id_of(&data_of(town.start(As::Editor(0), 1, more).await)["startApplication"]);
    town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    town.must(As::Organiser, "signOff", &id, &format!("actor: \"{}\"", town.organiser)).await;
    town.must(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(codes(&town.act(As::Organiser, "startReview", &id, "").await), ["FORBIDDEN"]);
    town.must(As::Manager, "startReview", &id, "").await;
}
