//! What is told of collectives: letters, review, permissions, history.

use serde_json::{Value, json};

use super::Town;
use crate::support::entries::id_of;
use crate::support::{codes, data_of};

impl Town {
    /// Letters that wait, of whom and what, and none any more.
    async fn letters(&self) -> Vec<(String, Value)> {
        let rows = self
            .test
            .rows("SELECT u.email, o.letter FROM outbox o JOIN users u ON u.id = o.user_id ORDER BY o.created_at, u.email, o.id")
            .await;
        self.test.execute("DELETE FROM outbox").await;
        let letter = |row: Value| (row["email"].as_str().unwrap().to_owned(), row["letter"].clone());
        rows.into_iter().map(letter).collect()
    }
}

#[tokio::test]
async fn who_is_asked_gets_a_letter_and_who_asked_hears_the_answer() {
    let town = Town::of(4).await;
    let id = id_of(&town.registered(json!({ "invite": [town.actors[1]] })).await);
    data_of(town.invite(&town.editors[0], &id, 2, "FUNDER").await);
    let (one, two) = (town.membership(&id, 1).await, town.membership(&id, 2).await);
    let letters = town.letters().await;
    let told = |at: usize| (letters[at].0.as_str(), letters[at].1["kind"].as_str().unwrap());
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!(told(0), ("editor1@example.org", "MEMBERSHIP_REQUEST"));
    assert_eq!(told(1), ("editor2@example.org", "MEMBERSHIP_REQUEST"));
    assert_eq!(letters[0].1["names"], json!(["Ensemble", "Association 1"]));
    data_of(town.answer(&town.editors[1], &one, true).await);
    let letters = town.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].0, "editor0@example.org");
    assert_eq!(letters[0].1["accepted"], true);
    // Nobody answers in another's name without their hearing of it.
    data_of(town.answer(&town.manager, &two, true).await);
    let letters = town.letters().await;
    let mut to: Vec<_> = letters.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["editor0@example.org", "editor2@example.org"]);
    assert!(letters.iter().all(|(_, letter)| letter["on_paper"] == true));
    // Asked again, told again.
    data_of(town.leave(&town.editors[2], &two).await);
    data_of(town.invite(&town.editors[0], &id, 2, "MEMBER").await);
    assert_eq!(town.letters().await.len(), 1);
}

#[tokio::test]
async fn a_collective_is_submitted_reviewed_and_published() {
    let town = Town::of(1).await;
    let id = id_of(&town.registered(json!({})).await);
    let submit =
        "mutation($id: ID!) { submit(id: $id, expectedVersion: 1) { ... on Collective { status version } } }";
    let submitted = data_of(town.test.ask_as(&town.editors[0], submit, json!({ "id": id })).await);
    assert_eq!(submitted["submit"], json!({ "status": "SUBMITTED", "version": 2 }));
    let asked = town.letters().await;
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].0.as_str(), &asked[0].1["kind"]), ("manager@example.org", &json!("REVIEW_REQUEST")));
    let queue = "{ reviewQueue { totalCount nodes { submittedBy duplicates { score } subject { ... on Collective { id name } } } } }";
    let waiting = data_of(town.test.ask_as(&town.manager, queue, json!({})).await)["reviewQueue"].clone();
    assert_eq!(waiting["totalCount"], 1);
    assert_eq!(waiting["nodes"][0]["subject"], json!({ "id": id, "name": "Ensemble" }));
    for (place, count) in [(&town.here, 1), (&town.there, 0)] {
        let within = "query($t: ID!) { reviewQueue(territory: { territory: { id: $t } }) { totalCount } }";
        let found = data_of(town.test.ask_as(&town.manager, within, json!({ "t": place })).await);
        assert_eq!(found["reviewQueue"]["totalCount"], count);
    }
    let review = "mutation($id: ID!) { review(id: $id, expectedVersion: 2, decision: APPROVE) { ... on Collective { status } } }";
    assert_eq!(codes(&town.test.ask_as(&town.editors[0], review, json!({ "id": id })).await), ["FORBIDDEN"]);
    let published = data_of(town.test.ask_as(&town.manager, review, json!({ "id": id })).await);
    assert_eq!(published["review"]["status"], "PUBLISHED");
    let decided = town.letters().await;
    assert_eq!((decided[0].0.as_str(), &decided[0].1["kind"]), ("editor0@example.org", &json!("DECISION")));
}

#[tokio::test]
async fn permissions_say_what_the_attempt_hears() {
    let town = Town::of(2).await;
    let id = id_of(&town.registered(json!({})).await);
    town.test.must("publish", &id, 1).await;
    let query = "query($id: ID!) { collective(by: { id: $id }) { permissions { action allowed reason } } }";
    let allowed = async |token: Option<&str>| {
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, query, json!({ "id": id })).await),
            None => town.test.data(query, json!({ "id": id })).await,
        };
        let all = data["collective"]["permissions"].as_array().unwrap().clone();
        let may = all.iter().filter(|one| one["allowed"] == true);
        may.map(|one| one["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(allowed(None).await, ["READ"]);
    assert_eq!(allowed(Some(&town.editors[1])).await, ["READ"]);
    assert_eq!(allowed(Some(&town.editors[0])).await, ["READ", "UPDATE", "SEE_HISTORY"]);
    assert_eq!(allowed(Some(&town.manager)).await, ["READ", "UPDATE", "ARCHIVE", "SEE_HISTORY"]);
}

#[tokio::test]
async fn history_tells_of_members_cards_and_steps_and_names_no_person() {
    let town = Town::of(3).await;
    let intent = json!({ "sharedFinding": "Constat" });
    let id = id_of(&town.registered(json!({ "intent": intent, "invite": [town.actors[1]] })).await);
    let one = town.membership(&id, 1).await;
    data_of(town.answer(&town.manager, &one, true).await);
    let step = json!([{ "title": "Visiter", "owner": town.actors[1], "due": "2026-12-01" }]);
    data_of(town.steps(&town.editors[0], &id, 1, step).await);
    let people = "mutation($id: ID!, $v: Int!, $p: [ResourcePersonInput!]!) { setResourcePeople(collective: $id, expectedVersion: $v, people: $p) { resourcePeople { id } } }";
    let given =
        json!({ "id": id, "v": 2, "p": [{ "name": "Zébulon", "reason": "il connaît tout le monde" }] });
    data_of(town.test.ask_as(&town.editors[0], people, given).await);
    let none = json!({ "id": id, "v": 3, "p": [] });
    data_of(town.test.ask_as(&town.editors[0], people, none).await);
    let history = "query($id: ID!) { collective(by: { id: $id }) { history(first: 50) { totalCount nodes { action comment version
        changes { field before after } } } } }";
    let asked = async |token: &str| {
        data_of(town.test.ask_as(token, history, json!({ "id": id })).await)["collective"]["history"].clone()
    };
    let told = asked(&town.editors[0]).await;
    assert_eq!(told["totalCount"], 5);
    assert_eq!(told, asked(&town.manager).await);
    assert!(!told.to_string().contains("bulon") && !told.to_string().contains("connaît"), "{told}");
    let change = |at: usize, field: &str| {
        let all = told["nodes"][at]["changes"].as_array().unwrap().iter();
        let one = all.clone().find(|one| one["field"] == field);
        one.map(|one| (one["before"].clone(), one["after"].clone()))
    };
    assert_eq!(change(0, "resourcePeople"), Some((json!("1"), json!("0"))));
    assert_eq!(change(2, "nextSteps"), Some((Value::Null, json!("Visiter (2026-12-01, TODO)"))));
    assert_eq!(change(3, "member.status"), Some((json!("INVITED"), json!("ACCEPTED"))));
    assert_eq!(change(3, "onPaper"), Some((Value::Null, json!("true"))));
    assert!(told["nodes"][3]["comment"].as_str().unwrap().contains("papier"), "{told}");
    assert_eq!(change(4, "intent.sharedFinding"), Some((Value::Null, json!("Constat"))));
    assert_eq!(change(4, "invited"), Some((Value::Null, json!("Association 1"))));
    assert_eq!(change(3, "member"), Some((Value::Null, json!("Association 1"))));
    // A member that does not lead does not read it.
    assert_eq!(asked(&town.editors[1]).await, Value::Null);
    let erased = town.test.rows("SELECT 1 AS one FROM changes WHERE subject_kind = 'RESOURCE_PERSON'").await;
    assert_eq!(erased.len(), 1, "so that a backup that brings them back is told");
}
