//! Two actors are put in touch: once, by the side that the caller speaks for, and both are told.

use serde_json::{Value, json};

use super::{Place, key};
use crate::support::{codes, data_of, wrong_fields};

const INTRODUCE: &str = "mutation($need: ID!, $offer: ID!) { introduce(need: $need, offer: $offer) {
    id kind status level description since source { name } target { name } declaredBy { name } themes { slug } } }";

impl Place {
    async fn introduce(&self, token: &str, need: &str, offer: &str) -> Value {
        self.test.ask_as(token, INTRODUCE, json!({ "need": need, "offer": offer })).await
    }

    /// The users who are told that their actor was put in touch, each with the letter.
    async fn letters(&self) -> Vec<(String, Value)> {
        self.letters_of("INTRODUCTION").await
    }

    /// The users that letters of a kind go to, each with the letter.
    async fn letters_of(&self, kind: &str) -> Vec<(String, Value)> {
        let sql = format!(
            "SELECT u.email, o.letter FROM outbox o JOIN users u ON u.id = o.user_id WHERE o.letter->>'kind' = '{kind}' ORDER BY u.email"
        );
        let rows = self.test.rows(&sql).await;
        rows.iter().map(|row| (row["email"].as_str().unwrap().to_owned(), row["letter"].clone())).collect()
    }
}

#[tokio::test]
async fn it_declares_an_interaction_once_and_tells_the_other_side() {
    let place = Place::new().await;
    let more = json!({ "themes": ["health", "family"] });
    let need = place.need(&place.theatre, "Cherche salle", more).await;
    let offer = place.offer(&place.school, "Salle libre", json!({ "themes": ["family"] })).await;
    let made = data_of(place.introduce(&place.theatre_editor, &need, &offer).await)["introduce"].clone();
    let expected = json!({
        "id": made["id"], "kind": "RESOURCE_SHARING", "status": "SUBMITTED", "level": "ACQUAINTANCE",
        "description": "Mise en relation : besoin « Cherche salle », offre « Salle libre »", "since": "2026-11-22",
        "source": { "name": "École de musique" }, "target": { "name": "Théâtre" },
        "declaredBy": { "name": "Théâtre" }, "themes": [{ "slug": "family" }],
    });
    assert_eq!(made, expected);
    let letters = place.letters().await;
    assert_eq!(letters.len(), 1, "not to who did it");
    assert_eq!(letters[0].0, "school@example.org");
    assert_eq!(letters[0].1["kind"], "INTRODUCTION");
    assert_eq!(letters[0].1["names"], json!(["Théâtre", "École de musique"]));
    assert_eq!(letters[0].1["titles"], json!(["Cherche salle", "Salle libre"]));
    // the other side sees it, strangers do not
    let query = "query($id: ID!) { interaction(id: $id) { id } }";
    let seen = place.test.ask_as(&place.school_editor, query, json!({ "id": made["id"] })).await;
    assert_eq!(data_of(seen)["interaction"]["id"], made["id"]);
    assert!(place.test.data(query, json!({ "id": made["id"] })).await["interaction"].is_null());
    for token in [&place.theatre_editor, &place.school_editor, &place.test.token] {
        let again = place.introduce(token, &need, &offer).await;
        assert_eq!(codes(&again), ["DUPLICATE"]);
        assert_eq!(again["errors"][0]["extensions"]["existingId"], made["id"]);
    }
    assert_eq!(place.letters().await.len(), 1);
    let waits =
        format!("SELECT submitted_at FROM interactions WHERE id = '{}'", key(made["id"].as_str().unwrap()));
    assert!(!place.test.rows(&waits).await[0]["submitted_at"].is_null(), "it waits for review");
    // who reviews it is asked to, and who declared it hears of the decision
    let reviewers = place.letters_of("REVIEW_REQUEST").await;
    assert_eq!(reviewers.iter().map(|(email, _)| email.as_str()).collect::<Vec<_>>(), ["dreux@example.org"]);
    let review =
        "mutation($id: ID!) { review(id: $id, expectedVersion: 2, decision: APPROVE) { __typename } }";
    data_of(place.test.ask_as(&place.dreux_manager, review, json!({ "id": made["id"] })).await);
    assert_eq!(place.letters_of("DECISION").await[0].0, "theatre@example.org");
    assert_eq!(place.letters_of("CONFIRMATION_REQUEST").await[0].0, "school@example.org");
    assert!(place.test.app.examine().await.unwrap().is_well());
}

#[tokio::test]
async fn nobody_hears_of_an_actor_that_they_would_not_see() {
    let place = Place::new().await;
    let draft = place.test.draft_actor("Projet", json!({ "seat": { "id": place.dreux } })).await;
    let draft = crate::support::entries::id_of(&draft);
    let drafter = place.test.token_of("projet@example.org", &[super::editor_of(&draft)]).await;
    let need = place.need(&draft, "Salle", json!({})).await;
    let offer = place.offer(&place.school, "Salle", json!({})).await;
    data_of(place.introduce(&place.dreux_manager, &need, &offer).await);
    let to: Vec<_> = place.letters().await.into_iter().map(|(email, _)| email).collect();
    assert_eq!(to, ["projet@example.org"], "the school's editor does not see the draft");
    let seen = "{ interactions { totalCount } }";
    let count = async |token: &str| {
        data_of(place.test.ask_as(token, seen, json!({})).await)["interactions"]["totalCount"].clone()
    };
    assert_eq!((count(&place.school_editor).await, count(&drafter).await), (json!(0), json!(1)));
}

#[tokio::test]
async fn a_manager_speaks_for_neither_side_and_data_are_shared_as_information() {
    let place = Place::new().await;
    let data = json!({ "kind": "DATA" });
    let need = place.need(&place.theatre, "Chiffres", data.clone()).await;
    let offer = place.offer(&place.school, "Chiffres", data).await;
    let made = data_of(place.introduce(&place.dreux_manager, &need, &offer).await)["introduce"].clone();
    assert_eq!((&made["kind"], &made["declaredBy"]), (&json!("INFORMATION_SHARING"), &Value::Null));
    let to: Vec<_> = place.letters().await.into_iter().map(|(email, _)| email).collect();
    assert_eq!(to, ["school@example.org", "theatre@example.org"]);
}

#[tokio::test]
async fn who_speaks_for_neither_may_not_and_what_does_not_fit_is_refused() {
    let place = Place::new().await;
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    let offer = place.offer(&place.school, "Salle", json!({})).await;
    let answer = place.test.ask(INTRODUCE, json!({ "need": need, "offer": offer })).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"]);
    let far = place.test.token_of("far@example.org", &[super::editor_of(&place.far)]).await;
    assert_eq!(codes(&place.introduce(&far, &need, &offer).await), ["FORBIDDEN"]);
    let linked =
        data_of(place.test.declare("RESOURCE_SHARING", &place.school, &place.theatre, json!({})).await);
    assert_eq!(
        codes(&place.introduce(&far, &need, &offer).await),
        ["FORBIDDEN"],
        "nor is a draft given away"
    );
    let archived = linked["declareInteraction"]["id"].as_str().unwrap();
    place.test.must("archive", archived, 1).await;
    let admin = &place.test.token;
    for (need, offer) in [(&offer, &need), (&need, &need), (&place.theatre, &offer)] {
        assert_eq!(codes(&place.introduce(admin, need, offer).await), ["NOT_FOUND"]);
    }
    let other = place.offer(&place.school, "Camion", json!({ "kind": "EQUIPMENT" })).await;
    assert_eq!(wrong_fields(&place.introduce(admin, &need, &other).await), ["offer"]);
    let own = place.offer(&place.theatre, "Salle", json!({})).await;
    assert_eq!(wrong_fields(&place.introduce(admin, &need, &own).await), ["offer"]);
    let close = "mutation($id: ID!) { closeExchange(id: $id) { __typename } }";
    place.test.admin_data(close, json!({ "id": offer })).await;
    assert_eq!(codes(&place.introduce(admin, &need, &offer).await), ["CONFLICT"]);
    assert!(place.letters().await.is_empty());
    assert_eq!(place.test.rows("SELECT 1 FROM interactions").await.len(), 1, "the archived one");
}

#[tokio::test]
async fn two_at_once_make_one() {
    let place = Place::new().await;
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    let offer = place.offer(&place.school, "Salle", json!({})).await;
    let answers = futures::join!(
        place.introduce(&place.theatre_editor, &need, &offer),
        place.introduce(&place.school_editor, &need, &offer)
    );
    let mut told = [codes(&answers.0), codes(&answers.1)].concat();
    told.sort_unstable();
    assert_eq!(told, ["DUPLICATE"], "{answers:?}");
    assert_eq!(place.test.rows("SELECT 1 FROM interactions").await.len(), 1);
}
