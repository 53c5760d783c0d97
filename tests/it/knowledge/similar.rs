//! Which practices are like each other, why, and to whom.

use serde_json::json;

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

#[tokio::test]
async fn what_is_alike_comes_with_its_score_and_its_reasons() {
    let town = Town::of(2).await;
    let here = json!([{ "id": town.here }]);
    let this = town
        .published(
            json!({ "title": "Vélos", "themes": ["mobility", "work"], "sdgs": [8, 11], "territories": here }),
        )
        .await;
    for (title, themes, sdgs) in [
        ("Covoiturage", json!(["mobility"]), json!([11])),
        ("Marche à pied", json!(["active-travel"]), json!([])),
        ("Chantier d’insertion", json!(["work"]), json!([8])),
        ("Conserverie", json!(["food"]), json!([8, 11])),
        ("Chorale", json!(["culture"]), json!([4])),
    ] {
        town.later();
        town.published(json!({ "title": title, "themes": themes, "sdgs": sdgs, "territories": here })).await;
    }
    town.created(json!({ "title": "Ébauche", "themes": ["mobility", "work"], "sdgs": [8, 11] })).await;
    let query = "query($id: ID!, $first: Int! = 5) { goodPractice(by: {id: $id}) { similar(first: $first) { score practice { title } reasons english: reasons(language: EN) } } }";
    let found = town.test.data(query, json!({ "id": this })).await["goodPractice"]["similar"].clone();
    assert_eq!(
        texts(&found, "/practice/title"),
        ["Chantier d’insertion", "Covoiturage", "Conserverie", "Marche à pied"]
    );
    let scores: Vec<_> = found.as_array().unwrap().iter().map(|one| one["score"].as_f64().unwrap()).collect();
    assert_eq!(scores, [0.68, 0.68, 0.5, 0.4]);
    assert_eq!(
        found[1]["reasons"],
        json!([
            "thème commun : Mobilité",
            "même sorte de territoire : commune",
            "objectif commun : ODD 11, Villes et communautés durables"
        ])
    );
    assert_eq!(
        found[3]["english"],
        json!(["near themes: Mobility, Cycling and walking", "same kind of territory: commune"])
    );
    let two = town.test.data(query, json!({ "id": this, "first": 2 })).await;
    assert_eq!(two["goodPractice"]["similar"].as_array().unwrap().len(), 2);
    // Its editors see the draft, too, and it is the most alike.
    let own = data_of(town.test.ask_as(&town.editors[0], query, json!({ "id": this })).await);
    assert_eq!(own["goodPractice"]["similar"][0]["practice"]["title"], "Ébauche");
    let wrong = town.test.ask(query, json!({ "id": this, "first": 51 })).await;
    assert_eq!(crate::support::codes(&wrong), ["VALIDATION"]);
}

#[tokio::test]
async fn a_practice_that_says_nothing_is_like_no_other() {
    let town = Town::of(2).await;
    let bare = id_of(&town.created(json!({ "territories": [{ "id": town.here }] })).await);
    town.created(json!({ "territories": [{ "id": town.here }] })).await;
    let query = "query($id: ID!) { goodPractice(by: {id: $id}) { similar { score } } }";
    let found = data_of(town.test.ask_as(&town.editors[0], query, json!({ "id": bare })).await);
    assert_eq!(found["goodPractice"]["similar"], json!([]));
}
